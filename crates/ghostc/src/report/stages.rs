//! A report with stages as GitHub Flavored Markdown: the verdict, a table of stages, then what was found, with links to
//! lines and the evidence folded away.

use super::markdown::{escape, inline};
use super::{Finding, Place, Report, uri};
use ghostc_project::ci::{Stage, StageState};
use ghostc_project::wording::{plural, totals};
use ghostc_syntax::Severity;

/// Findings of one stage that are shown; a summary of GitHub holds 1 MiB.
pub(super) const SHOWN: usize = 50;

/// Where links to files lead.
pub(crate) struct Links {
    /// What stands before a path: the address of the files of a commit, or the way from the report to the repository.
    pub(crate) before: String,
}

impl Links {
    /// The address of a line.
    pub(super) fn to(&self, place: &Place) -> String {
        format!("{}{}#L{}", self.before, uri(&place.file), place.line)
    }
}

/// The report for a person. `changes` is what changed since the base, and its name.
pub(crate) fn summary(report: &Report, changes: Option<(&str, &str)>, links: &Links) -> String {
    let mark = icon(if report.count(Severity::Error) > 0 {
        StageState::Fail
    } else {
        StageState::Ok
    });
    let mut out = format!(
        "## ghostc {}: {mark} {}\n\n| | stage | |\n|---|---|---|\n",
        report.command,
        verdict(report)
    );
    for stage in &report.stages {
        let state = stage.state.as_str();
        out.push_str(&format!(
            "| {} {state} | {} | {} |\n",
            icon(stage.state),
            stage.name,
            inline(&stage.summary)
        ));
    }
    for stage in &report.stages {
        out.push_str(&section(report, stage, links));
    }
    if let Some((name, text)) = changes.filter(|(_, text)| !text.trim().is_empty()) {
        let title = format!("What changed in the spec since {}", escape(name));
        out.push_str(&folded(&title, &block("text", text.trim_end())));
    }
    let errors = report
        .findings
        .iter()
        .filter(|found| found.severity == Severity::Error);
    if let Some(first) = errors.chain(&report.findings).next() {
        out.push_str(&format!(
            "\n`ghostc explain {}` says what a finding means.\n",
            first.code.name
        ));
    }
    out
}

/// `pass`, or how many findings of each kind.
pub(super) fn verdict(report: &Report) -> String {
    let counts = totals(|severity| report.count(severity));
    let fails = report.count(Severity::Error) > 0;
    match (fails, report.findings.is_empty()) {
        (true, _) => counts,
        (false, true) => "pass".to_string(),
        (false, false) => format!("pass, {counts}"),
    }
}

fn icon(state: StageState) -> &'static str {
    match state {
        StageState::Ok => "✅",
        StageState::Stale => "🟠",
        StageState::Fail => "❌",
        StageState::Skipped => "⚪",
    }
}

/// What a stage found: errors and warnings in the open, notes folded away.
fn section(report: &Report, stage: &Stage, links: &Links) -> String {
    let findings = report
        .findings
        .iter()
        .filter(|found| found.stage == Some(stage.name));
    let (notes, rest): (Vec<&Finding>, Vec<&Finding>) =
        findings.partition(|found| found.severity == Severity::Note);
    let mut out = String::new();
    if !rest.is_empty() {
        out.push_str(&format!("\n### {}\n\n{}", stage.name, list(&rest, links)));
    }
    if !notes.is_empty() {
        let title = format!("{}: {}", stage.name, plural(notes.len(), "note"));
        out.push_str(&folded(&title, &list(&notes, links)));
    }
    out
}

fn list(findings: &[&Finding], links: &Links) -> String {
    let items = findings.iter().take(SHOWN);
    let mut out: String = items.map(|found| item(found, links)).collect();
    if findings.len() > SHOWN {
        let more = plural(findings.len() - SHOWN, "more finding");
        out.push_str(&format!("- … and {more}: see `ci.json`\n"));
    }
    out
}

/// One finding: its place and message on a line, its evidence and what to do below.
fn item(found: &Finding, links: &Links) -> String {
    let (level, code) = (found.severity.as_str(), found.code.name);
    let link = link(found, links);
    let mut out = format!("- {level} {link} **{code}**: {}\n", inline(&found.message));
    out.push_str(&evidence(found));
    if let Some(help) = &found.help {
        out.push_str(&indented(&format!("\n{}\n", inline(help))));
    }
    out
}

/// What a finding says, as a fact: its place, its message and its evidence.
pub(crate) fn fact(found: &Finding, links: &Links) -> String {
    let message = inline(&found.message);
    format!("- {}: {message}\n{}", link(found, links), evidence(found))
}

fn link(found: &Finding, links: &Links) -> String {
    let place = &found.place;
    format!("[{}:{}]({})", escape(&place.file), place.line, links.to(place))
}

fn evidence(found: &Finding) -> String {
    if found.notes.is_empty() {
        return String::new();
    }
    let text = block(language(found), &found.notes.join("\n"));
    indented(&format!("\n{text}"))
}

/// What highlights the evidence: what is gone and what came, or nothing.
fn language(found: &Finding) -> &'static str {
    let is_edit = |note: &String| note.starts_with("- ") || note.starts_with("+ ");
    if found.notes.iter().any(is_edit) {
        "diff"
    } else {
        "text"
    }
}

/// A code block that the text cannot end.
fn block(language: &str, text: &str) -> String {
    let runs = text.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or_default().max(2) + 1);
    format!("{fence}{language}\n{text}\n{fence}\n")
}

fn folded(title: &str, body: &str) -> String {
    format!("\n<details>\n<summary>{title}</summary>\n\n{body}\n</details>\n")
}

/// Lines that belong to the list item above them.
fn indented(text: &str) -> String {
    let lines = text.lines();
    lines
        .map(|line| match line.is_empty() {
            true => "\n".to_string(),
            false => format!("  {line}\n"),
        })
        .collect()
}
