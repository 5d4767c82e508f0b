#!/usr/bin/env bash
# Runs `ghostc ci` and ends as it ends. In: BASE, FAIL_ON, REGENERATE, AGENT. Out: `store`, whether there is one to save;
# ghostc itself sets `verdict` and `report`.
set -euo pipefail
source "$GITHUB_ACTION_PATH/ci/action/common.sh"

# Where the changes of the pull request began, with the history that shows it: a shallow checkout has neither.
base() {
    local branch=refs/remotes/origin/$GITHUB_BASE_REF
    if [[ $GITHUB_EVENT_NAME == pull_request && $(git rev-parse HEAD) == "$GITHUB_SHA" ]]; then
        # The merge that GitHub made to try the pull request: its first parent is the branch as it was then.
        git rev-parse --quiet --verify 'HEAD^1' >/dev/null ||
            git fetch --quiet --no-tags --depth=2 origin "$GITHUB_SHA" || return
        git rev-parse --short=12 'HEAD^1'
        return
    fi
    if [[ $(git rev-parse --is-shallow-repository) == true ]]; then
        git fetch --quiet --no-tags --unshallow origin "+refs/heads/$GITHUB_BASE_REF:$branch" || return
    elif ! git rev-parse --quiet --verify "$branch" >/dev/null; then
        git fetch --quiet --no-tags origin "+refs/heads/$GITHUB_BASE_REF:$branch" || return
    fi
    git rev-parse --short=12 "$(git merge-base HEAD "$branch")"
}

arguments=(ci --report "$REPORT")
if [[ -z $BASE && -n ${GITHUB_BASE_REF:-} ]]; then
    BASE=$(base) ||
        stop 3 "cannot find where this left \`$GITHUB_BASE_REF\` to compare with it; check out with \`fetch-depth: 0\`, or give a \`base\`"
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
