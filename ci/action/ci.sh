#!/usr/bin/env bash
# Runs `ghostc ci` and ends as it ends. In: BASE, FAIL_ON, REGENERATE, AGENT. Out: `store`, whether there is one to save;
# ghostc itself sets `verdict` and `report`.
set -euo pipefail
source "$GITHUB_ACTION_PATH/ci/action/common.sh"

# The parents of the checked out commit. In a shallow checkout git hides them, but the commit still names them.
parents() {
    git cat-file -p HEAD | sed -n '/^$/q; s/^parent //p'
}

# What the pull request would be merged into; a shallow checkout does not have it.
base() {
    local commit branch=refs/remotes/origin/$GITHUB_BASE_REF
    if [[ $GITHUB_EVENT_NAME == pull_request && $(git rev-parse HEAD) == "$GITHUB_SHA" ]]; then
        # The merge that GitHub made to try the pull request: its first parent is the branch as it was then.
        commit=$(parents | head -n 1)
        git cat-file -e "$commit^{commit}" 2>/dev/null || git fetch --quiet --no-tags --depth=1 origin "$commit" || return
        echo "$commit"
        return
    fi
    git rev-parse --quiet --verify "$branch" >/dev/null ||
        git fetch --quiet --no-tags --depth=1 origin "+refs/heads/$GITHUB_BASE_REF:$branch" || return
    git merge-base HEAD "$branch" 2>/dev/null || echo "$branch"
}

arguments=(ci --report "$REPORT")
if [[ -z $BASE && -n ${GITHUB_BASE_REF:-} ]]; then
    BASE=$(base) ||
        stop 3 "cannot fetch \`$GITHUB_BASE_REF\` to compare with; check out with \`fetch-depth: 0\`, or give a \`base\`"
fi
[[ -z $BASE ]] || arguments+=(--base "$BASE")
[[ -z $FAIL_ON ]] || arguments+=(--fail-on "$FAIL_ON")
case $REGENERATE in
true) arguments+=(--regenerate) ;;
false) ;;
*) stop 2 "\`regenerate\` is \`$REGENERATE\`; it has to be \`true\` or \`false\`" ;;
esac
[[ -z $AGENT ]] || arguments+=(--agent "$AGENT")

# What an earlier run left on a runner that is not new each time is not reported again.
rm -f "$REPORT"/ci.*
code=0
ghostc "${arguments[@]}" || code=$?
if [[ -d .ghostc/candidates ]]; then
    output store true
fi
exit "$code"
