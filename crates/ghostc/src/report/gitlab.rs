//! A Code Quality report of GitLab: an array of issues, in the part of Code Climate's format that GitLab reads.

use super::{Finding, Report};
use ghostc_syntax::Severity;
use serde_json::{Value, json};

pub(super) fn text(report: &Report) -> String {
    let issues: Vec<Value> = report.findings.iter().map(issue).collect();
    format!("{:#}\n", Value::from(issues))
}

fn issue(found: &Finding) -> Value {
    // Of `info`, `minor`, `major`, `critical` and `blocker`; no finding of a text is worse than one that stops a build.
    let severity = match found.severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Note => "info",
    };
    let lines: Vec<&str> = found.lines().collect();
    json!({
        "description": lines.join("\n"),
        "check_name": found.code.name,
        "fingerprint": found.fingerprint,
        "severity": severity,
        "location": {
            "path": found.place.file,
            "lines": { "begin": found.place.line, "end": found.place.end_line },
        },
    })
}
