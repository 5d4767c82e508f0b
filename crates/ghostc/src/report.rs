//! What a command found, as every format prints it: findings with places as people count them, and fingerprints.
//!
//! A format is one file under `report/`, and knows nothing but this model. Text for people is rendered from the
//! diagnostics themselves, since carets need the sources.

mod fingerprint;
mod github;
mod gitlab;
mod html;
mod json;
mod junit;
mod junit_scenarios;
mod markdown;
mod sarif;
mod stages;
#[cfg(test)]
mod tests;

pub(crate) use html::page;
pub(crate) use json::{Check, DiagnosticJson};
pub(crate) use junit_scenarios::scenarios_junit;
pub(crate) use markdown::{escape, inline};
pub(crate) use stages::{Links, fact, summary};

use crate::global::Format;
use fingerprint::Fingerprints;
use ghostc_project::ci::Stage;
use ghostc_project::wording::plural;
use ghostc_syntax::{Code, Diagnostic, Severity, Sources, Span};

/// The formats that a report has beside text.
pub(crate) const FORMATS: &[Format] = &[
    Format::Json,
    Format::Github,
    Format::Gitlab,
    Format::Sarif,
    Format::Junit,
    Format::Markdown,
];

/// What a command found, and where it looked.
pub(crate) struct Report {
    /// The command: `check`.
    pub(crate) command: &'static str,
    /// What was found, by file and place.
    pub(crate) findings: Vec<Finding>,
    /// The files that were looked at, as shown.
    pub(crate) files: Vec<String>,
    /// Markdown documents in what was asked for that lie in no package.
    pub(crate) skipped: Vec<String>,
    /// How many packages they make up.
    pub(crate) packages: usize,
    /// The stages of the command, where it has any.
    pub(crate) stages: Vec<Stage>,
}

/// One finding.
pub(crate) struct Finding {
    /// The stage that found it, where the command has stages.
    pub(crate) stage: Option<&'static str>,
    /// Its name, with what it means.
    pub(crate) code: Code,
    /// How bad it is.
    pub(crate) severity: Severity,
    /// What is wrong.
    pub(crate) message: String,
    /// Where.
    pub(crate) place: Location,
    /// What is there, when the message does not say it.
    pub(crate) label: Option<String>,
    /// Other places, and what is there.
    pub(crate) labels: Vec<(Location, String)>,
    /// Facts without a place.
    pub(crate) notes: Vec<String>,
    /// What to do about it.
    pub(crate) help: Option<String>,
    /// How to mend it mechanically.
    pub(crate) fix: Option<Fix>,
    /// The same as long as the finding is: see `report/fingerprint.rs`.
    pub(crate) fingerprint: String,
    /// Why it is taken as it is, where somebody said so.
    pub(crate) accepted: Option<String>,
}

/// A mechanical change.
pub(crate) struct Fix {
    /// What it does.
    pub(crate) title: String,
    /// What is replaced, and by which text.
    pub(crate) edits: Vec<(Location, String)>,
}

/// A part of a file: lines and columns from 1, columns in characters, the end after the last character.
#[derive(Clone)]
pub(crate) struct Location {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) end_line: usize,
    pub(crate) end_column: usize,
}

impl Report {
    /// The report of diagnostics about some files.
    pub(crate) fn new(
        command: &'static str,
        found: &[Diagnostic],
        sources: &Sources,
        files: Vec<String>,
        packages: usize,
    ) -> Report {
        let found = found.iter().map(|found| (None, found));
        Report::made(command, Vec::new(), found, sources, (files, packages))
    }

    /// The report of a command with stages, and which of them found what.
    pub(crate) fn of_stages(
        command: &'static str,
        stages: Vec<Stage>,
        found: &[(&'static str, Diagnostic)],
        sources: &Sources,
        files: Vec<String>,
        packages: usize,
    ) -> Report {
        let found = found.iter().map(|(stage, found)| (Some(*stage), found));
        Report::made(command, stages, found, sources, (files, packages))
    }

    fn made<'f>(
        command: &'static str,
        stages: Vec<Stage>,
        found: impl Iterator<Item = (Option<&'static str>, &'f Diagnostic)>,
        sources: &Sources,
        (files, packages): (Vec<String>, usize),
    ) -> Report {
        let mut fingerprints = Fingerprints::default();
        let findings = found.map(|(stage, found)| Finding::new(stage, found, sources, &mut fingerprints));
        Report {
            command,
            findings: findings.collect(),
            files,
            skipped: Vec::new(),
            packages,
            stages,
        }
    }

    /// The same report with paths relative to a folder above: `place` is where they are relative to now, as seen from
    /// there, and is empty or ends with a `/`.
    #[must_use]
    pub(crate) fn below(mut self, place: &str) -> Report {
        let move_path = |path: &mut String| path.insert_str(0, place);
        self.files.iter_mut().chain(&mut self.skipped).for_each(move_path);
        for found in &mut self.findings {
            move_path(&mut found.place.file);
            found
                .labels
                .iter_mut()
                .for_each(|(at, _)| move_path(&mut at.file));
            let edits = found.fix.iter_mut().flat_map(|fix| &mut fix.edits);
            edits.for_each(|(at, _)| move_path(&mut at.file));
        }
        self
    }

    /// The report in a format; none for a format that is not of findings.
    pub(crate) fn to_text(&self, format: Format) -> Option<String> {
        match format {
            Format::Json => Some(json::text(self)),
            Format::Github => Some(github::text(self)),
            Format::Gitlab => Some(gitlab::text(self)),
            Format::Sarif => Some(sarif::text(self)),
            Format::Junit => Some(junit::text(self)),
            Format::Markdown => Some(markdown::text(self)),
            Format::Text | Format::Html | Format::Changelog | Format::Csv | Format::Dot | Format::Mermaid => {
                None
            }
        }
    }

    /// How many findings are this bad.
    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|found| found.severity == severity)
            .count()
    }

    /// `1 package, 2 files`.
    fn extent(&self) -> String {
        let packages = plural(self.packages, "package");
        format!("{packages}, {}", plural(self.files.len(), "file"))
    }
}

impl Finding {
    fn new(
        stage: Option<&'static str>,
        found: &Diagnostic,
        sources: &Sources,
        fingerprints: &mut Fingerprints,
    ) -> Finding {
        let place = |span| Location::new(span, sources);
        let text = fingerprint::words_at(sources.get(found.span.file), found.span);
        let path = &sources.get(found.span.file).path;
        Finding {
            stage,
            code: found.code,
            severity: found.severity,
            message: found.message.clone(),
            place: place(found.span),
            label: found.label.clone(),
            labels: found
                .labels
                .iter()
                .map(|label| (place(label.span), label.text.clone()))
                .collect(),
            notes: found.notes.clone(),
            help: found.help.clone(),
            fix: found.fix.as_ref().map(|fix| Fix {
                title: fix.title.clone(),
                edits: fix
                    .edits
                    .iter()
                    .map(|edit| (place(edit.span), edit.text.clone()))
                    .collect(),
            }),
            fingerprint: fingerprints.next(found.code.name, path, &text),
            accepted: None,
        }
    }

    /// The message, and what else there is to say, a line each: notes, then help.
    fn lines(&self) -> impl Iterator<Item = &str> {
        let rest = self.notes.iter().chain(&self.help).map(String::as_str);
        std::iter::once(self.message.as_str()).chain(rest)
    }
}

impl Location {
    pub(crate) fn new(span: Span, sources: &Sources) -> Location {
        let (start, end) = sources.positions(span);
        Location {
            file: sources.get(span.file).path.clone(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

/// A path as a URI reference (RFC 3986, sections 2.3 and 4.2): all but unreserved characters and `/` is escaped.
pub(crate) fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
