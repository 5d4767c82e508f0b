//! Workflow commands of GitHub Actions, which become annotations: `::error file=…,line=…::message`.
//!
//! The escapes are those of `escapeData` and `escapeProperty` in `packages/core/src/command.ts` of actions/toolkit.

use super::{Finding, Report};
use ghostc_syntax::Severity;
use ghostc_syntax::printable::printable;

pub(super) fn text(report: &Report) -> String {
    report.findings.iter().map(command).collect()
}

fn command(found: &Finding) -> String {
    let place = &found.place;
    let level = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    // The runner takes columns only where both are on one line.
    let columns = if place.line == place.end_line {
        format!(",col={},endColumn={}", place.column, place.end_column)
    } else {
        String::new()
    };
    let lines: Vec<&str> = found.lines().collect();
    format!(
        "::{level} file={},line={},endLine={}{columns},title={}::{}\n",
        property(&place.file),
        place.line,
        place.end_line,
        property(found.code.name),
        data(&lines.join("\n")),
    )
}

fn data(text: &str) -> String {
    // Line ends of both kinds have escapes of their own.
    let parts: Vec<_> = text.split('\r').map(printable).collect();
    // An old kind of command is one wherever it stands in a line.
    let text = parts.join("\r").replace("##[", "##\\[");
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
