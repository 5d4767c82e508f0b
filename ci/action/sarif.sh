#!/usr/bin/env bash
# Uploads the findings for code scanning. It needs a right that forks have not, so it says what went wrong and fails
# nothing. In: GH_TOKEN.
set -euo pipefail
source "$GITHUB_ACTION_PATH/ci/action/common.sh"

if [[ ! -f $REPORT/ci.sarif ]]; then
    annotate notice "there is no $REPORT/ci.sarif to upload"
    exit 0
fi
if ! command -v gh >/dev/null; then
    annotate warning 'the findings are not uploaded: this runner has no `gh`'
    exit 0
fi
packed=$(mktemp)
gzip -c "$REPORT/ci.sarif" | base64 | tr -d '\n' >"$packed"
if ! problem=$(gh api --method POST "repos/$GITHUB_REPOSITORY/code-scanning/sarifs" \
    -f "commit_sha=$GITHUB_SHA" -f "ref=$GITHUB_REF" -F "sarif=@$packed" 2>&1 >/dev/null); then
    annotate warning "the findings are not uploaded, which needs \`security-events: write\`: $problem"
fi
rm -f "$packed"
