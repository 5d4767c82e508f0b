//! JUnit XML as CI servers read it: a suite for each file or stage, and a case for each finding in it.
//!
//! A file or stage without findings is one case that passes, so that the report is never empty. Errors are failures; warnings and
//! notes pass and say what they say as output, since they fail no run either. There is no official schema; the shape is
//! the common part of what Ant, Jenkins and GitLab document.

use super::{Finding, Report};
use crate::markup;
use ghostc_project::ci::StageState;
use ghostc_syntax::Severity;
use ghostc_syntax::printable::is_hidden;
use std::collections::BTreeMap;

pub(super) fn text(report: &Report) -> String {
    if !report.stages.is_empty() {
        return by_stage(report);
    }
    let mut files: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for file in &report.files {
        files.entry(file).or_default();
    }
    for found in &report.findings {
        files.entry(&found.place.file).or_default().push(found);
    }
    let suites: String = files.iter().map(|(file, found)| suite(file, found)).collect();
    let tests: usize = files.values().map(|found| found.len().max(1)).sum();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ghostc {}\" {}>\n{suites}</testsuites>\n",
        report.command,
        counts(tests, report.count(Severity::Error)),
    )
}

/// A suite for each stage. One that found nothing is a case that passes, or that was skipped, and says its summary.
fn by_stage(report: &Report) -> String {
    let mut suites = String::new();
    let (mut tests, mut failures, mut skips) = (0, 0, 0);
    for stage in &report.stages {
        let findings = report.findings.iter();
        let findings: Vec<&Finding> = findings.filter(|found| found.stage == Some(stage.name)).collect();
        let failed = findings
            .iter()
            .filter(|found| found.severity == Severity::Error)
            .count();
        let skipped = usize::from(stage.state == StageState::Skipped);
        let count = findings.len().max(1);
        let (name, summary) = (stage.name, escape(&stage.summary));
        let cases: String = match (findings.is_empty(), stage.state) {
            (false, _) => findings.iter().map(|found| case(found)).collect(),
            (true, StageState::Skipped) => format!(
                "    <testcase name=\"{summary}\" classname=\"{name}\">\n      <skipped message=\"{summary}\"/>\n    </testcase>\n"
            ),
            (true, _) => format!("    <testcase name=\"{summary}\" classname=\"{name}\"/>\n"),
        };
        suites.push_str(&format!(
            "  <testsuite name=\"{name}\" tests=\"{count}\" failures=\"{failed}\" errors=\"0\" skipped=\"{skipped}\">\n{cases}  </testsuite>\n"
        ));
        (tests, failures, skips) = (tests + count, failures + failed, skips + skipped);
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ghostc {}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skips}\">\n{suites}</testsuites>\n",
        report.command,
    )
}

fn suite(file: &str, findings: &[&Finding]) -> String {
    let failures = findings.iter().filter(|found| found.severity == Severity::Error);
    let counts = counts(findings.len().max(1), failures.count());
    let name = escape(file);
    let cases: String = if findings.is_empty() {
        format!("    <testcase name=\"no findings\" classname=\"{name}\" file=\"{name}\"/>\n")
    } else {
        findings.iter().map(|found| case(found)).collect()
    };
    format!("  <testsuite name=\"{name}\" {counts}>\n{cases}  </testsuite>\n")
}

fn counts(tests: usize, failures: usize) -> String {
    format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\"")
}

fn case(found: &Finding) -> String {
    let place = &found.place;
    let (line, column) = (place.line, place.column);
    let file = escape(&place.file);
    let message = escape(&found.message);
    let code = found.code.name;
    let mut said = format!(
        "{}[{code}] {}:{line}:{column}\n",
        found.severity.as_str(),
        place.file
    );
    for line in found.lines() {
        said.push_str(line);
        said.push('\n');
    }
    let said = escape(&said).replace("&#10;", "\n");
    // Readers take cases of one name for one case, so the name says the place too.
    let opening = format!(
        "    <testcase name=\"{code}: {message} ({line}:{column})\" classname=\"{file}\" file=\"{file}\" line=\"{line}\">"
    );
    let said = match found.severity {
        Severity::Error => format!("<failure message=\"{message}\" type=\"{code}\">{said}</failure>"),
        Severity::Warning | Severity::Note => format!("<system-out>{said}</system-out>"),
    };
    format!("{opening}\n      {said}\n    </testcase>\n")
}

/// Text for an attribute or an element. What is no character of XML 1.0 (section 2.2) is written as Rust writes it.
pub(super) fn escape(text: &str) -> String {
    markup::escape(text, |c| match c {
        // Left as they are, they would be spaces in an attribute, and a carriage return a line end anywhere.
        '\t' | '\n' | '\r' => Some(format!("&#{};", u32::from(c))),
        '\u{fffe}' | '\u{ffff}' => Some(c.escape_unicode().to_string()),
        _ if is_hidden(c) => Some(c.escape_unicode().to_string()),
        _ => None,
    })
}
