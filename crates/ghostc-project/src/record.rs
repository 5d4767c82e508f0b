//! Recording: what a program that is trusted does becomes what scenarios expect, once somebody accepts it.

mod expectation;

use crate::conformance::{program_command, recorded};
use crate::failure::{self, Failure, FailureKind, FindingSubject};
use crate::fixes::{self, Fixes, Patch};
use crate::host::Host;
use crate::load;
use expectation::Expectation;
use ghostc_judge::play::{PlayEnd, SeenKind};
use ghostc_spec::codes::SCENARIO_WITHOUT_LOOK;
use ghostc_spec::library::Package;
use ghostc_spec::slice::{Scenario, Slice};
use ghostc_syntax::{Edit, Severity, Sources, Span};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How often a scenario is played, so that what differs from run to run is found.
const RUNS: usize = 2;

/// What is recorded.
#[derive(Clone, Debug, Default)]
pub struct RecordRequest {
    /// Files and folders, or names of packages; without any, the project's packages.
    pub paths: Vec<PathBuf>,
    /// A slice, or the id or name of a scenario.
    pub scenario: String,
    /// The command that starts the program, as for [`conformance`](crate::conformance()).
    pub program: String,
    /// Whether what was recorded is written; else it waits in [`RecordReport::patches`].
    pub accept: bool,
    /// The project's folder; nothing for the one that the current folder lies in.
    pub project: Option<PathBuf>,
}

/// What was recorded.
pub struct RecordReport {
    /// The scenario files before and after.
    pub patches: Vec<Patch>,
    /// The files that were written, a line each.
    pub written: Vec<String>,
    /// Steps of which nothing is recorded, and why, a line each.
    pub left: Vec<String>,
}

/// Fills the expectations of steps that have none with what a program does.
///
/// # Errors
/// Fails where a spec has errors other than that scenarios look at nothing, where no scenario has the name, where one fails,
/// and where there is no verdict.
pub fn record(request: &RecordRequest, host: &Host) -> Result<RecordReport, Failure> {
    let program = program_command(&request.program, host)?;
    let mut loaded = load::load(&request.paths, request.project.as_deref(), host)?;
    loaded.require_spec(&request.paths)?;
    let checked = loaded.facts();
    let is_in_the_way = |found: &ghostc_syntax::Diagnostic| {
        found.severity == Severity::Error && found.code != SCENARIO_WITHOUT_LOOK
    };
    if checked.diagnostics.iter().any(is_in_the_way) {
        let kind = failure::kind_of(&checked.diagnostics, &loaded.sources).unwrap_or(FailureKind::Findings);
        let subject = FindingSubject::Spec;
        return Err(Failure::because(
            kind,
            subject,
            checked.diagnostics,
            loaded.sources,
        ));
    }
    let packages = checked.value.packages.iter();
    let packages: Vec<&Package> = packages
        .filter(|package| load::is_wanted(package, &request.paths))
        .collect();
    let scenarios = chosen(&packages, &request.scenario)?;
    let mut seen: BTreeMap<Span, Vec<SeenKind>> = BTreeMap::new();
    for scenario in scenarios {
        for _ in 0..RUNS {
            let played = recorded(scenario, &program, host);
            match played.end {
                PlayEnd::Passed => {}
                PlayEnd::Broken(why) => return Err(Failure::machine(format!("`{}`: {why}", scenario.name))),
                PlayEnd::Failed(failure) => {
                    let place = loaded.sources.place(failure.span);
                    let why = failure.details.first().cloned().unwrap_or_default();
                    let text = format!("`{}` fails at {place}, {}: {why}", scenario.name, failure.what);
                    return Err(Failure::findings(text).help("Only steps that expect nothing are recorded."));
                }
            }
            for one in played.seen {
                if let Some(step) = scenario.script.steps.get(one.step) {
                    seen.entry(step.span).or_default().push(one.kind);
                }
            }
        }
    }
    if seen.is_empty() {
        let failure = Failure::findings(format!("`{}` has no step that expects nothing", request.scenario));
        return Err(failure.help("Take `expect` out of the steps that are to be recorded anew."));
    }
    let (edits, left) = edits(&seen, &loaded.sources);
    // Shown paths are relative to the current folder where paths were named, and to the project.
    let root = loaded.root.clone().unwrap_or_default();
    let folders = [Path::new(""), root.as_path()];
    let patches = Fixes::of_edits(&edits).patches(&loaded.sources, &folders, host)?;
    let written = if request.accept {
        fixes::write(&patches, "recorded", host)?
    } else {
        Vec::new()
    };
    Ok(RecordReport {
        patches,
        written,
        left,
    })
}

/// The scenarios of a slice, or of an id or name.
fn chosen<'p>(packages: &[&'p Package], name: &str) -> Result<Vec<&'p Scenario>, Failure> {
    let slices = || packages.iter().flat_map(|package| &package.slices);
    let is_meant = |slice: &Slice, scenario: &Scenario| {
        slice.name == name || scenario.id == name || scenario.name == name
    };
    let all = slices().flat_map(|slice| slice.scenarios.iter().map(move |scenario| (slice, scenario)));
    let found: Vec<_> = all
        .filter(|(slice, scenario)| is_meant(slice, scenario))
        .map(|(_, scenario)| scenario)
        .collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let known: Vec<&str> = slices()
        .flat_map(|slice| {
            std::iter::once(slice.name.as_str())
                .chain(slice.scenarios.iter().map(|scenario| scenario.name.as_str()))
        })
        .collect();
    Err(Failure::unknown(
        "slice or scenario",
        name,
        &known,
        "`ghostc inspect` lists them.",
    ))
}

/// The edits that write what was seen into the steps, and the steps of which that differs.
fn edits(seen: &BTreeMap<Span, Vec<SeenKind>>, sources: &Sources) -> (Vec<Edit>, Vec<String>) {
    let (mut edits, mut left) = (Vec::new(), Vec::new());
    for (step, kinds) in seen {
        match Expectation::of(kinds) {
            Some(expectation) => edits.push(expectation.edit(*step, sources)),
            None => left.push(format!(
                "{}: it differs from row to row, or from run to run",
                sources.place(*step)
            )),
        }
    }
    (edits, left)
}
