#!/usr/bin/env bash
# A pull request that rewords prose: green, and nothing is built again.
#
# What no task reads may say anything, and what tasks read may be wrapped in any way.
set -euo pipefail
. "$(dirname "$0")/project.sh"

git checkout --quiet -b reword
sed -i.old 's/Numbers as people write them in a list of winners\./Numbers the way people write them on a podium./' specs/ordinal/README.md
# The first sentence that binds, on two lines.
awk '{ sub(/without digit grouping, /, "without digit grouping,\n"); print }' specs/ordinal/SPEC.md > wrapped
mv wrapped specs/ordinal/SPEC.md
rm specs/ordinal/README.md.old
git commit --quiet --all --message "ordinal: other words in the README, shorter lines in the spec"
git diff --stat main

say "ghostc ci"
expect 0 "$ghostc" ci --base main
holds .ghostc/report/ci.md '✅ pass'
holds .ghostc/report/ci.md '| ✅ ok | build | 1 task up to date |'
holds .ghostc/report/ci.md '1 editorial since main'
holds .ghostc/report/ci.md '| ✅ ok | drift | 3 files as accepted |'

say "there is nothing to regenerate"
expect 0 "$ghostc" ci --base main --regenerate
[ ! -e .ghostc/report/regenerate.patch ]

# ghostc wrote nothing but its reports.
[ -z "$(git status --porcelain)" ]
say "green, and nothing was built"
