//! The JSON that other tools rely on: versioned shapes of their own, apart from the types that ghostc works with.
//!
//! Fields may be added and never renamed. `ghostc schema NAME` prints the schema of each.

mod diff;
mod graph;
mod inspect;
mod verdict;

pub(crate) use diff::{Diff, diff, stale_tasks};
pub(crate) use graph::{Graph, graph};
pub(crate) use inspect::{Inspect, inspect};
pub(crate) use verdict::{BuildEvent, CaseCounts, FailureJson, PackageVerdict, TargetVerdict, Test, TestJob};

use ghostc_syntax::diagnostic::Diagnostic;
use ghostc_syntax::{Severity, Sources, Span};
use schemars::JsonSchema;
use serde::Serialize;

/// The findings of `ghostc check`.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Check {
    /// Always `ghostc.check/1`.
    schema: String,
    /// The findings, by file and place.
    diagnostics: Vec<DiagnosticJson>,
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
    /// What to do about it.
    help: Option<String>,
    /// How to mend it mechanically.
    fix: Option<FixJson>,
    /// Other places that explain it.
    labels: Vec<LabelJson>,
    /// Facts without a place.
    notes: Vec<String>,
}

/// A mechanical change.
#[derive(Serialize, JsonSchema)]
pub(crate) struct FixJson {
    /// What it does.
    title: String,
    /// Replacements that do not overlap.
    edits: Vec<EditJson>,
}

/// One replacement.
#[derive(Serialize, JsonSchema)]
pub(crate) struct EditJson {
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
pub(crate) struct LabelJson {
    /// The file.
    file: String,
    /// The line, from 1.
    line: usize,
    /// The column, from 1, in characters.
    column: usize,
    /// What is there.
    text: String,
}

/// How many findings of each kind, in how many packages and files.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Summary {
    errors: usize,
    warnings: usize,
    notes: usize,
    packages: usize,
    files: usize,
}

/// The findings as JSON.
pub(crate) fn check(findings: &[Diagnostic], sources: &Sources, (packages, files): (usize, usize)) -> Check {
    let count = |severity| findings.iter().filter(|found| found.severity == severity).count();
    Check {
        schema: "ghostc.check/1".to_string(),
        diagnostics: findings.iter().map(|found| diagnostic(found, sources)).collect(),
        summary: Summary {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
            packages,
            files,
        },
    }
}

fn diagnostic(found: &Diagnostic, sources: &Sources) -> DiagnosticJson {
    let (start, end) = sources.positions(found.span);
    let edit = |span: Span, text: &str| {
        let (start, end) = sources.positions(span);
        let file = sources.get(span.file).path.clone();
        EditJson {
            file,
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            text: text.to_string(),
        }
    };
    DiagnosticJson {
        code: found.code.name.to_string(),
        severity: found.severity.as_str().to_string(),
        message: found.message.clone(),
        file: sources.get(found.span.file).path.clone(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        help: found.help.clone(),
        fix: found.fix.as_ref().map(|fix| FixJson {
            title: fix.title.clone(),
            edits: fix
                .edits
                .iter()
                .map(|change| edit(change.span, &change.text))
                .collect(),
        }),
        labels: found
            .labels
            .iter()
            .map(|label| {
                let (start, _) = sources.positions(label.span);
                let file = sources.get(label.span.file).path.clone();
                LabelJson {
                    file,
                    line: start.line,
                    column: start.column,
                    text: label.text.clone(),
                }
            })
            .collect(),
        notes: found.notes.clone(),
    }
}
