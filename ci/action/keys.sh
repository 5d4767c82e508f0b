#!/usr/bin/env bash
# Says what the caches go by, as the outputs `program`, `store` and `stores`.
# The program goes by the sources that it is built from; the store by the specs, their cases and the lock.
set -euo pipefail
source "$GITHUB_ACTION_PATH/ci/action/common.sh"

platform=$RUNNER_OS-$RUNNER_ARCH

# The sources, in an order that does not depend on the file system, and without the folder that they are in.
sources() {
    cd "$GITHUB_ACTION_PATH"
    find Cargo.toml Cargo.lock crates templates -type f -not -path '*/tests/*' | LC_ALL=C sort | tr '\n' '\0' |
        xargs -0 "${SUM[@]}"
}

# What git has of the project's texts: modes, digests and names.
texts() {
    git ls-files --stage -- ghostc.lock ghostc.yaml '*.md' '*.yaml' '*.yml'
}

short() {
    "${SUM[@]}" | cut -c 1-32
}

program=$(sources | short)
texts=$(texts | short)
output program "ghostc-program-$platform-$program"
output store "ghostc-store-$platform-$texts"
output stores "ghostc-store-$platform"
