# shellcheck shell=bash
# What the steps of the action share. It is sourced.

# The folder of reports, in the folder of the project.
readonly REPORT=.ghostc/report

# Prints a message as a workflow command: KIND (error, warning or notice) TEXT.
annotate() {
    local text=$2
    text=${text//'%'/%25}
    text=${text//$'\r'/%0D}
    text=${text//$'\n'/%0A}
    printf '::%s title=ghostc::%s\n' "$1" "$text"
}

# Ends the step with an error: CODE TEXT. The code is 2 for wrong inputs and 3 where the machine failed, as ghostc has it.
stop() {
    annotate error "$2"
    exit "$1"
}

# Sets an output of the step: NAME VALUE, which is one line.
output() {
    printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}

# The command that prints `DIGEST  FILE` for each file, or for what comes in: of GNU, or of Perl as on macOS.
SUM=(sha256sum)
command -v sha256sum >/dev/null || SUM=(shasum -a 256)

# A job that runs in a container finds a checkout that belongs to somebody else, which git refuses otherwise.
export GIT_CONFIG_COUNT=$((${GIT_CONFIG_COUNT:-0} + 1))
export "GIT_CONFIG_KEY_$((GIT_CONFIG_COUNT - 1))=safe.directory" "GIT_CONFIG_VALUE_$((GIT_CONFIG_COUNT - 1))=*"
