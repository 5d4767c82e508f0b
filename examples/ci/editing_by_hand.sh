#!/usr/bin/env bash
# A pull request that edits generated code by hand: red, with the lines that were edited.
set -euo pipefail
. "$(dirname "$0")/project.sh"

code=golden/ordinal/python/ordinal/ordinal.py
git checkout --quiet -b edit
line=$(grep -n 'return _SUFFIXES.get' "$code" | cut -d : -f 1)
sed -i.old 's/return _SUFFIXES.get(n % 10, "th")/return _SUFFIXES.get(n % 10) or "th"/' "$code"
rm "$code.old"
git commit --quiet --all --message "ordinal: shorter"
git diff --unified=0 main | grep '^[-+]'

say "ghostc ci: the code still passes, and it is not the code that was accepted"
expect 1 "$ghostc" ci --base main
cat .ghostc/report/ci.md
holds .ghostc/report/ci.md "| ✅ ok | test | 10 cases, 2 held out |"
holds .ghostc/report/ci.md "| ❌ FAIL | drift | $code was edited by hand (line $line) |"
holds .ghostc/report/ci.md '+     return _SUFFIXES.get(n % 10) or "th"'
expect 1 "$ghostc" ci --base main --format github > .ghostc/annotations
holds .ghostc/annotations "::error file=$code,line=$line,endLine=$line"
holds .ghostc/annotations "title=edited-by-hand::"
[ -z "$(git status --porcelain)" ]

say "nothing is stale, so regenerating is no way out"
expect 1 "$ghostc" ci --base main --regenerate --quiet

say "either the edit is accepted, or it goes"
git checkout --quiet main -- golden
expect 0 "$ghostc" ci --base main
say "green"
