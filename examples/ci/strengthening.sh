#!/usr/bin/env bash
# A pull request that strengthens a requirement: red at the lines that changed, until the code is built again.
set -euo pipefail
. "$(dirname "$0")/project.sh"

# The agent of this story is one line, which copies an answer. Yours is a coding agent: `agent: codex`.
cat > answer.py <<'END'
"""English ordinals in digits."""

_SUFFIXES = {1: "st", 2: "nd", 3: "rd"}


def ordinal(n: int) -> str:
    """Return ``n`` in decimal digits followed by its English ordinal suffix."""
    if n < 0:
        raise ValueError(f"{n} is negative.")
    if n % 100 in (11, 12, 13):
        return f"{n}th"
    return f"{n}{_SUFFIXES.get(n % 10, 'th')}"
END
cat >> ghostc.yaml <<END
agents:
  scripted: { command: [sh, -c, "cp '$PWD/answer.py' ordinal/ordinal.py"] }
END
git add .
git commit --quiet --message "ghostc: an agent"

git checkout --quiet -b strengthen
sed -i.old 's/MUST be reported as an error\./MUST be reported as an error that says "negative"./' specs/ordinal/SPEC.md
sed -i.old '/- name: "negative"/,/error:/ s/error: true/error: "negative"/' specs/ordinal/tests.yaml
rm specs/ordinal/*.old
git commit --quiet --all --message "ordinal: an error says what is wrong"
git diff --unified=0 main | grep '^[-+]'
spec_line=$(grep -n 'says "negative"' specs/ordinal/SPEC.md | cut -d : -f 1)
case_line=$(grep -n 'name: "negative"' specs/ordinal/tests.yaml | cut -d : -f 1)

say "ghostc ci: the code is older than the spec, and does not do what the spec says now"
expect 1 "$ghostc" ci --base main --format github > annotations
cat annotations
holds annotations "::error file=specs/ordinal/SPEC.md,line=$spec_line,endLine=$spec_line"
holds annotations "title=stale-task::"
holds annotations "::error file=specs/ordinal/tests.yaml,line=$case_line"
holds annotations "title=failing-case::"
holds annotations "::warning file=specs/ordinal/SPEC.md,line=$spec_line"
rm annotations
[ -z "$(git status --porcelain)" ]
cat .ghostc/report/ci.md

say "ghostc ci --regenerate: an agent builds what is stale, and it is judged"
expect 0 "$ghostc" ci --base main --regenerate --agent scripted
cat .ghostc/report/pull-request.md
holds .ghostc/report/pull-request.md 'Regenerate ordinal for python'
holds .ghostc/report/pull-request.md '+ A negative `n` MUST be reported as an error that says "negative".'

say "the patch alone makes the branch green"
cp .ghostc/report/regenerate.patch .ghostc/patch
title=$(head -n 1 .ghostc/report/pull-request.md)
git checkout --quiet -- .
expect 1 "$ghostc" ci --base main --quiet
git apply --index .ghostc/patch
git commit --quiet --message "$title"
expect 0 "$ghostc" ci --base main
[ -z "$(git status --porcelain)" ]
say "green"
