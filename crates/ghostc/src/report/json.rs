//! The findings as JSON: a versioned shape of its own, to which fields may be added and none renamed.

use super::{Finding, Location, Report};
use ghostc_syntax::Severity;
use schemars::JsonSchema;
use serde::Serialize;

/// The findings of `ghostc check`.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Check {
    /// Always `ghostc.check/1`.
    schema: String,
    /// The findings, by file and place.
    diagnostics: Vec<DiagnosticJson>,
    /// Markdown documents in what was asked for that lie in no package: nothing reads them.
    skipped: Vec<String>,
    /// How many of each.
    summary: Summary,
}

/// One finding.
#[derive(Serialize, JsonSchema)]
pub(crate) struct DiagnosticJson {
    /// Its stable name: see `ghostc explain`.
    code: String,
    /// `error`, `warning` or `note`.
    severity: String,
    /// What is wrong.
    message: String,
    /// The file, relative, with `/`.
    file: String,
    /// Where it starts: the line, from 1.
    line: usize,
    /// Where it starts: the column, from 1, in characters.
    column: usize,
    /// Where it ends: the line.
    end_line: usize,
    /// Where it ends: the column after the last character.
    end_column: usize,
    /// What is at that place, when the message does not say it.
    label: Option<String>,
    /// What to do about it.
    help: Option<String>,
    /// How to mend it mechanically.
    fix: Option<FixJson>,
    /// Other places that explain it.
    labels: Vec<LabelJson>,
    /// Facts without a place.
    notes: Vec<String>,
    /// What it is known by from one run to the next: it stays when text above or below changes.
    fingerprint: String,
}

/// A mechanical change.
#[derive(Serialize, JsonSchema)]
struct FixJson {
    /// What it does.
    title: String,
    /// Replacements that do not overlap.
    edits: Vec<EditJson>,
}

/// One replacement.
#[derive(Serialize, JsonSchema)]
struct EditJson {
    /// The file.
    file: String,
    /// Where it starts: the line, from 1.
    line: usize,
    /// Where it starts: the column, from 1, in characters.
    column: usize,
    /// Where it ends: the line.
    end_line: usize,
    /// Where it ends: the column after the last character.
    end_column: usize,
    /// What stands there afterwards.
    text: String,
}

/// A second place of a finding.
#[derive(Serialize, JsonSchema)]
struct LabelJson {
    /// The file.
    file: String,
    /// The line, from 1.
    line: usize,
    /// The column, from 1, in characters.
    column: usize,
    /// Where it ends: the line.
    end_line: usize,
    /// Where it ends: the column after the last character.
    end_column: usize,
    /// What is there.
    text: String,
}

/// How many findings of each kind, in how many packages and files.
#[derive(Serialize, JsonSchema)]
struct Summary {
    errors: usize,
    warnings: usize,
    notes: usize,
    packages: usize,
    files: usize,
}

pub(super) fn text(report: &Report) -> String {
    let check = Check {
        schema: format!("ghostc.{}/1", report.command),
        diagnostics: report.findings.iter().map(DiagnosticJson::of).collect(),
        skipped: report.skipped.clone(),
        summary: Summary {
            errors: report.count(Severity::Error),
            warnings: report.count(Severity::Warning),
            notes: report.count(Severity::Note),
            packages: report.packages,
            files: report.files.len(),
        },
    };
    serde_json::to_string_pretty(&check).expect("plain data serialises") + "\n"
}

impl DiagnosticJson {
    /// A finding as JSON.
    pub(crate) fn of(found: &Finding) -> DiagnosticJson {
        let place = found.place.clone();
        DiagnosticJson {
            code: found.code.name.to_string(),
            severity: found.severity.as_str().to_string(),
            message: found.message.clone(),
            file: place.file,
            line: place.line,
            column: place.column,
            end_line: place.end_line,
            end_column: place.end_column,
            label: found.label.clone(),
            help: found.help.clone(),
            fix: found.fix.as_ref().map(|fix| FixJson {
                title: fix.title.clone(),
                edits: fix.edits.iter().map(|(place, text)| edit(place, text)).collect(),
            }),
            labels: found
                .labels
                .iter()
                .map(|(place, text)| label(place, text))
                .collect(),
            notes: found.notes.clone(),
            fingerprint: found.fingerprint.clone(),
        }
    }
}

fn edit(place: &Location, text: &str) -> EditJson {
    EditJson {
        file: place.file.clone(),
        line: place.line,
        column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
        text: text.to_string(),
    }
}

fn label(place: &Location, text: &str) -> LabelJson {
    LabelJson {
        file: place.file.clone(),
        line: place.line,
        column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
        text: text.to_string(),
    }
}
