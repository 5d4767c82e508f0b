# The project of the stories: a repository in a folder of its own, with a spec, its cases and the code for it.
#
# It is read with `.` by the stories beside it, which go on in the repository. They take git, python3 and ghostc, which is
# `$GHOSTC` where that is set. With `KEEP` set, it is the folder of the project, and it is left there.

ghostc=${GHOSTC:-ghostc}
sample=$(cd "$(dirname "$0")/../../specs/ordinal" && pwd)
if [ -n "${KEEP:-}" ]; then
  project=$KEEP
  mkdir -p "$project"
else
  project=$(mktemp -d)
  trap 'rm -rf "$project"' EXIT
fi
mkdir -p "$project/specs"
cp -r "$sample" "$project/specs/"
cd "$project"

cat > ghostc.yaml <<'END'
targets: [python]
END
cat > specs/ordinal/README.md <<'END'
# Ordinal numbers

Numbers as people write them in a list of winners.
END
cat > .gitignore <<'END'
.ghostc/
END

git init --quiet --initial-branch=main
git config user.name "A person"
git config user.email person@example.org

# From here on the code is there: it is built from the recorded session beside the spec, without an agent.
"$ghostc" build --quiet
git add .
git commit --quiet --message "ordinal: the spec and the code for it"

# say TEXT: what happens in the story.
say() {
  printf '\n== %s\n' "$1"
}

# expect CODE COMMAND...: runs a command that must end with this exit code.
expect() {
  local wanted=$1 code=0
  shift
  "$@" || code=$?
  if [ "$code" -ne "$wanted" ]; then
    echo "expected exit code $wanted and got $code: $*" >&2
    exit 1
  fi
}

# holds FILE TEXT: fails unless the text is in the file.
holds() {
  if ! grep -qF -- "$2" "$1"; then
    echo "$1 does not hold: $2" >&2
    exit 1
  fi
}
