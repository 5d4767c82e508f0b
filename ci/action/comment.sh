#!/usr/bin/env bash
# Posts the report as a comment of the pull request, or brings the one that is there up to date. A mark that readers do
# not see tells which it is. A token that may not comment fails nothing: the report is in the job's summary too.
# In: GH_TOKEN, NUMBER, HEAD (the repository that the changes come from), FOLDER, FILES (the address of the files as they
# are in the pull request), RUN (the address of this run). Out: `url`.
set -euo pipefail
source "$GITHUB_ACTION_PATH/ci/action/common.sh"

# GitHub takes 65536 characters.
readonly LIMIT=60000

if [[ ! -f $REPORT/ci.md ]]; then
    annotate notice "there is no $REPORT/ci.md to comment with"
    exit 0
fi
if ! command -v gh >/dev/null; then
    annotate warning 'there is no comment: this runner has no `gh`'
    exit 0
fi

# One project of a repository does not write over another's comment. `>` would end the mark.
export MARK="<!-- ghostc ci ${FOLDER//[^A-Za-z0-9._\/-]/_} -->"

text=$(mktemp)
body=$(mktemp)
problem=$(mktemp)
trap 'rm -f "$text" "$body" "$problem"' EXIT

# The links of the report lead from its own folder to files of the project. A comment is in no folder.
address=$FILES
[[ $FOLDER == . ]] || address+=/${FOLDER#./}
address=${address// /%20}
# What `sed` would take for more than itself.
address=$(sed 's/[&|\\]/\\&/g' <<<"$address")
sed "s|](\.\./\.\./|]($address/|g" "$REPORT/ci.md" >"$text"

{
    printf '%s\n' "$MARK"
    if (($(wc -c <"$text") > LIMIT)); then
        printf 'This is the beginning of the report; [the run](%s) has all of it.\n\n' "$RUN"
        # The last line may be cut inside of a character.
        head -c "$LIMIT" "$text" | sed '$d'
    else
        cat "$text"
    fi
} >"$body"

give_up() {
    if [[ $HEAD != "$GITHUB_REPOSITORY" ]]; then
        annotate notice 'there is no comment: the token of a pull request from a fork may only read. The report is in the summary.'
    else
        annotate warning "there is no comment, which needs \`pull-requests: write\`: $(<"$problem")"
    fi
    exit 0
}

comments=repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments
found=$(gh api --paginate "$comments?per_page=100" --jq '.[] | select(.body | startswith(env.MARK)) | .id' \
    2>"$problem") || give_up
# Only the first, should there be several.
found=${found%%$'\n'*}
if [[ -n $found ]]; then
    url=$(gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$found" -F "body=@$body" --jq .html_url \
        2>"$problem") || give_up
else
    url=$(gh api --method POST "$comments" -F "body=@$body" --jq .html_url 2>"$problem") || give_up
fi
output url "$url"
echo "$url"
