//! What `ghostc ci` found, in every format, and the files that it leaves.

mod forge;
mod pull_request;

pub(crate) use forge::Forge;
pub(crate) use ghostc_project::regenerate;

use crate::global::{Format, Global};
use crate::json::{self, Diff, Test};
use crate::output;
use crate::report::{Links, Report, page, summary};
use crate::review::Review;
use ghostc_project::ci::{Regeneration, RegenerationEnd, ReportFolder};
use ghostc_project::host::Host;
use ghostc_project::wording::plural;
use ghostc_project::{CiReport, Failure, FailureKind, reviewed};
use ghostc_syntax::{Diagnostic, Sources};
use std::path::Path;

/// A patch that leads from the code that there was to the code that there is.
const PATCH: &str = "regenerate.patch";
/// The text of a pull request.
const REQUEST: &str = "pull-request.md";

/// What a run found.
pub(crate) struct CiRun {
    /// The stages and their findings, in the model of every format.
    pub(crate) report: Report,
    /// The base: its commit, and its name for people.
    pub(crate) base: Option<(String, String)>,
    /// What changed since the base, for programs and for people.
    pub(crate) diff: Option<(Diff, String)>,
    /// The verdicts on accepted code.
    pub(crate) tests: Option<Test>,
    /// How the run ends; nothing where all is well.
    pub(crate) kind: Option<FailureKind>,
    /// The findings, for people.
    findings: Vec<(&'static str, Diagnostic)>,
    sources: Sources,
}

impl CiRun {
    /// The run, in the model of every format.
    pub(crate) fn of(found: CiReport) -> CiRun {
        let review = found.changes.as_ref().map(|changes| Review {
            old: (&changes.old.name, &changes.old.loaded.sources),
            new: ("work tree", &found.sources),
            packages: reviewed(&changes.found, &changes.policy),
            files: Vec::new(),
            costs: &changes.costs,
            work: None,
            all: true,
        });
        let diff = review.map(|review| {
            let is_change = review.packages.iter().any(|(_, changes)| !changes.is_empty());
            let text = is_change.then(|| output::plain(&review.to_text(Format::Text)));
            (json::diff(&review), text.unwrap_or_default())
        });
        let report = Report::of_stages(
            "ci",
            found.stages,
            &found.findings,
            &found.sources,
            found.files,
            found.packages,
        );
        CiRun {
            diff,
            report: report.below(&found.place),
            base: found.base,
            tests: found.judged.map(|units| json::tested(&units)),
            kind: found.kind,
            findings: found.findings,
            sources: found.sources,
        }
    }

    /// The findings as people read them in a log: errors, and with `--verbose` all.
    pub(crate) fn shown(&self, global: &Global) -> Vec<String> {
        let is_wanted =
            |found: &&Diagnostic| global.verbose || found.severity == ghostc_syntax::Severity::Error;
        let findings = self.findings.iter().map(|(_, found)| found);
        findings
            .filter(is_wanted)
            .map(|found| ghostc_syntax::render::render(found, &self.sources, output::style()))
            .collect()
    }

    /// The run in a format, as it is printed; nothing for text.
    pub(crate) fn to_text(&self, format: Format, links: &Links) -> Option<String> {
        match format {
            Format::Json => {
                let text = serde_json::to_string_pretty(&json::ci(
                    &self.report,
                    self.base.as_ref(),
                    self.kind,
                    self.diff.as_ref().map(|(diff, _)| diff),
                    self.tests.as_ref(),
                ))
                .expect("plain data serialises");
                Some(text + "\n")
            }
            Format::Markdown => Some(self.markdown(links)),
            Format::Text
            | Format::Github
            | Format::Gitlab
            | Format::Sarif
            | Format::Junit
            | Format::Html
            | Format::Changelog
            | Format::Csv
            | Format::Dot
            | Format::Mermaid => self.report.to_text(format),
        }
    }

    /// The report for a person.
    pub(crate) fn markdown(&self, links: &Links) -> String {
        summary(&self.report, self.changes(), links)
    }

    /// What changed since the base, after its name.
    fn changes(&self) -> Option<(&str, &str)> {
        let (_, name) = self.base.as_ref()?;
        let (_, text) = self.diff.as_ref()?;
        Some((name, text))
    }
}

/// Writes the reports into a folder, which is made where it is not there.
///
/// # Errors
/// Fails where a file cannot be written.
pub(crate) fn write(run: &CiRun, folder: &Path, links: &Links, host: &Host) -> Result<(), Failure> {
    for (name, format) in [
        ("ci.md", Format::Markdown),
        ("ci.json", Format::Json),
        ("ci.sarif", Format::Sarif),
        ("ci.junit.xml", Format::Junit),
        ("ci.gitlab.json", Format::Gitlab),
    ] {
        let text = run.to_text(format, links).unwrap_or_default();
        write_file(&folder.join(name), text.as_bytes(), host)?;
    }
    let page = page(&run.report, run.changes(), links);
    write_file(&folder.join("ci.html"), page.as_bytes(), host)
}

/// Removes what an earlier regeneration left, which is no result of this one.
pub(crate) fn forget(folder: &ReportFolder, host: &Host) {
    for name in [PATCH, REQUEST] {
        host.files.remove(&folder.path.join(name)).ok();
    }
}

/// Keeps what was regenerated: a patch and the text of a pull request. Gives what was found last, and what to say.
///
/// # Errors
/// Fails where a file cannot be written.
pub(crate) fn keep(
    found: Regeneration,
    folder: &ReportFolder,
    links: &Links,
    host: &Host,
) -> Result<(CiRun, String), Failure> {
    let after = CiRun::of(found.report);
    let said = match found.end {
        RegenerationEnd::UpToDate => {
            "nothing is stale, so nothing was built and there is no patch".to_string()
        }
        RegenerationEnd::Unknown => "nothing was built: what is stale cannot be told".to_string(),
        RegenerationEnd::NoPatch => "nothing that was built passed, so there is no patch".to_string(),
        RegenerationEnd::Built { before, tasks, patch } => {
            let before = CiRun::of(*before);
            write_file(&folder.path.join(PATCH), &patch, host)?;
            let request = pull_request::text(&before, &after, &tasks, links);
            write_file(&folder.path.join(REQUEST), request.as_bytes(), host)?;
            format!(
                "regenerated {}: {}/{PATCH}, {}/{REQUEST}",
                plural(tasks.len(), "task"),
                folder.shown,
                folder.shown
            )
        }
    };
    Ok((after, said))
}

fn write_file(path: &Path, bytes: &[u8], host: &Host) -> Result<(), Failure> {
    host.files.write(path, bytes).map_err(Failure::machine)
}
