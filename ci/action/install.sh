#!/usr/bin/env bash
# Puts ghostc on the PATH of this step's successors: a release by its checksum, what is installed already, or a build of
# the sources that lie beside this script. In: VERSION, SHA256, SERVER, REPOSITORY.
set -euo pipefail
source "$GITHUB_ACTION_PATH/ci/action/common.sh"

root=$RUNNER_TEMP/ghostc
program=$root/bin/ghostc

fetch() {
    curl --fail --silent --show-error --location --retry 3 --output "$2" "$1" ||
        stop 3 "cannot download $1"
}

triple() {
    case $RUNNER_OS-$RUNNER_ARCH in
    Linux-X64) echo x86_64-unknown-linux-gnu ;;
    Linux-ARM64) echo aarch64-unknown-linux-gnu ;;
    macOS-X64) echo x86_64-apple-darwin ;;
    macOS-ARM64) echo aarch64-apple-darwin ;;
    *) return 1 ;;
    esac
}

download() {
    local version=${VERSION#v} triple name base expected actual
    [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] ||
        stop 2 "\`version\` is \`$VERSION\`; it has to be a release such as \`0.1.0\`, \`installed\`, or nothing"
    triple=$(triple) ||
        stop 2 "there is no release for $RUNNER_OS on $RUNNER_ARCH; leave \`version\` out to build ghostc from source"
    name=ghostc-$version-$triple
    base=$SERVER/$REPOSITORY/releases/download/v$version
    mkdir -p "$root/download" "$root/bin"
    fetch "$base/$name.tar.gz" "$root/download/$name.tar.gz"
    expected=$SHA256
    if [[ -z $expected ]]; then
        fetch "$base/SHA256SUMS" "$root/download/SHA256SUMS"
        expected=$(awk -v name="$name.tar.gz" '$2 == name { print $1 }' "$root/download/SHA256SUMS")
        [[ -n $expected ]] || stop 3 "the SHA256SUMS of $VERSION do not name $name.tar.gz"
    fi
    actual=$("${SUM[@]}" <"$root/download/$name.tar.gz" | cut -d ' ' -f 1)
    [[ $actual == "$expected" ]] ||
        stop 3 "$name.tar.gz has the digest $actual and not $expected; it is not installed"
    tar -xzf "$root/download/$name.tar.gz" -C "$root/download"
    mv "$root/download/$name/ghostc" "$program"
    rm -r "$root/download"
}

build() {
    command -v cargo >/dev/null ||
        stop 3 'there is no cargo to build ghostc with; install Rust, or give a `version`'
    cargo install --locked --path "$GITHUB_ACTION_PATH/crates/ghostc" --root "$root" \
        --target-dir "$RUNNER_TEMP/ghostc-target"
}

case $VERSION in
installed)
    program=$(command -v ghostc) || stop 2 '`version` is `installed`, and there is no ghostc on the PATH'
    ;;
'')
    # The cache may have brought it.
    [[ -x $program ]] || build
    ;;
*)
    download
    ;;
esac
"$program" --version
dirname "$program" >>"$GITHUB_PATH"
