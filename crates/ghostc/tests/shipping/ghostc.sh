#!/usr/bin/env bash
# Plays `ghostc ci` for the tests of the action: it notes how it was called in GHOSTC_TEST_CALLS and reports what the real
# `ghostc check`, GHOSTC_TEST_REAL, finds, with links from the report's folder. With `--regenerate` it leaves a candidate in the store.
set -euo pipefail

printf '<%s>' "$@" >>"$GHOSTC_TEST_CALLS"
printf '\n' >>"$GHOSTC_TEST_CALLS"
if [[ $1 == --version ]]; then
    echo "ghostc 0.0.0 (played)"
    exit
fi
[[ $1 == ci && $2 == --report ]]
report=$3
if [[ -n ${GHOSTC_TEST_BROKEN:-} ]]; then
    echo 'error: the settings are wrong' >&2
    exit 2
fi
mkdir -p "$report"
code=0
"$GHOSTC_TEST_REAL" check --format markdown >"$report/summary" || code=$?
sed 's|](specs/|](../../specs/|g' "$report/summary" >"$report/ci.md"
"$GHOSTC_TEST_REAL" check --format sarif >"$report/ci.sarif" || true
if [[ " $* " == *' --regenerate '* ]]; then
    mkdir -p .ghostc/candidates
    echo found: .ghostc/candidates/*
    echo candidate >".ghostc/candidates/$(find .ghostc/candidates -type f | wc -l)"
fi
cat "$report/summary" >>"$GITHUB_STEP_SUMMARY"
printf 'verdict=%s\nreport=%s\n' "played-$code" "$report" >>"$GITHUB_OUTPUT"
exit "$code"
