#!/usr/bin/env bash
# Runs the ghostc of this checkout, which pre-commit made for one revision, with the arguments given. The first run
# builds it. `language: rust` cannot: it installs the package at the root, and there is none in a workspace.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=$root/target/hooks/bin/ghostc

if [[ ! -x $program ]]; then
    if ! command -v cargo >/dev/null; then
        echo 'error: there is no cargo to build ghostc with' >&2
        echo 'help: Install Rust, or install ghostc and take the hook whose name ends in `-system`.' >&2
        exit 3
    fi
    echo "building ghostc, once for this revision" >&2
    # Cargo waits for another that installs at the same place. Settings of the project that is checked are not for us.
    (cd "$root" && env -u CARGO_TARGET_DIR cargo install --quiet --locked --path crates/ghostc --root target/hooks)
fi
exec "$program" "$@"
