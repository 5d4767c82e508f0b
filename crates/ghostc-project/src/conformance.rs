//! Conformance: any implementation of a package, whoever wrote it, judged by the package's scenarios.

mod program;

pub(crate) use program::command as program_command;

use crate::event::Listener;
use crate::failure::{Failure, FailureKind};
use crate::host::Host;
use crate::load;
use ghostc_run::{
    ProgramRequest, ResourceLimits, ScenarioGolden, ScenarioOutcome, ScenarioResult, judge_scenarios,
    record_scenario,
};
use ghostc_spec::library::Package;
use ghostc_spec::slice::{Scenario, Slice};
use ghostc_syntax::Sources;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What is judged.
#[derive(Clone, Debug, Default)]
pub struct ConformanceRequest {
    /// Files and folders, or names of packages; without any, the project's packages.
    pub paths: Vec<PathBuf>,
    /// The command that starts the program under test, in words as a shell splits them. Words that are files in the current
    /// folder mean these, wherever the program runs.
    pub program: String,
    /// The slices; without any, all.
    pub slices: Vec<String>,
    /// Whether the folders of scenarios that fail are kept.
    pub keep: bool,
    /// The project's folder; nothing for the one that the current folder lies in.
    pub project: Option<PathBuf>,
}

/// What was found out.
pub struct ConformanceReport {
    /// The packages that have scenarios.
    pub packages: Vec<JudgedProgram>,
    /// The texts that spans mean.
    pub sources: Sources,
    /// What it comes to; nothing where all passes.
    pub kind: Option<FailureKind>,
    /// What of the seal of scenarios could not be made, as words.
    pub unsealed: Option<String>,
}

/// What a program did with the scenarios of a package.
#[derive(Clone, Debug)]
pub struct JudgedProgram {
    /// The package.
    pub name: String,
    /// Each scenario, in the order of the slices.
    pub scenarios: Vec<JudgedScenario>,
    /// How many scenarios wait to be written.
    pub todo: usize,
    /// How many cases of operations there are, which no program is asked.
    pub cases: usize,
}

/// What a program did with a scenario.
#[derive(Clone, Debug)]
pub struct JudgedScenario {
    /// Its id.
    pub id: String,
    /// What people call it, with its row.
    pub name: String,
    /// Its slice.
    pub slice: String,
    /// Where it is written: `path:line`.
    pub place: String,
    /// Whether no agent may see it.
    pub held_out: bool,
    /// What became of it.
    pub outcome: ScenarioOutcome,
    /// Its folder, where it failed and that was to be kept.
    pub folder: Option<PathBuf>,
}

impl JudgedScenario {
    /// Whether it passed, steadily or not.
    pub fn passed(&self) -> bool {
        self.outcome.is_pass()
    }
}

/// Judges a program by the scenarios of packages.
///
/// # Errors
/// Fails where a spec has errors, where there is no scenario, and where the program is not found.
pub fn conformance(
    request: &ConformanceRequest,
    host: &Host,
    listener: &mut Listener<'_>,
) -> Result<ConformanceReport, Failure> {
    let program = program::command(&request.program, host)?;
    let mut loaded = load::load(&request.paths, request.project.as_deref(), host)?;
    loaded.require_spec(&request.paths)?;
    let library = loaded.sound_library(listener)?;
    // A transcript makes no package a program: it counts where the package is named, or nothing else is there.
    let has_programs = library.packages.iter().any(|package| !package.slices.is_empty());
    let is_program = |package: &Package| {
        let counts = !has_programs || !request.paths.is_empty();
        !package.slices.is_empty() || counts && !package.transcripts.is_empty()
    };
    let is_wanted = |package: &&Package| load::is_wanted(package, &request.paths) && is_program(package);
    let packages: Vec<&Package> = library.packages.iter().filter(is_wanted).collect();
    let slices = wanted_slices(&packages, &request.slices)?;
    let keep = request.keep.then(new_folder).transpose()?;
    let sources = Arc::new(loaded.sources.clone());
    let (mut judged, mut unsealed) = (Vec::new(), None);
    for (package, slices) in packages.into_iter().zip(slices) {
        let player = Player {
            program: &program,
            keep: keep.as_deref(),
            host,
        };
        let (program, missing) = player.judge(package, &slices, &sources);
        judged.push(program);
        unsealed = missing.or(unsealed);
        if host.stop.softly.load(Ordering::Relaxed) {
            return Err(Failure::interrupted());
        }
    }
    Ok(ConformanceReport {
        kind: judged.iter().filter_map(JudgedProgram::kind).max(),
        packages: judged,
        sources: loaded.sources,
        unsealed,
    })
}

/// A folder for what is kept.
fn new_folder() -> Result<PathBuf, Failure> {
    let folder = tempfile::Builder::new().prefix("ghostc-scenarios-").tempdir();
    let folder = folder
        .map_err(|error| Failure::machine(format!("cannot make a folder for what is kept: {error}")))?;
    Ok(folder.keep())
}

/// The slices that are judged, for each package; there has to be one of each name.
fn wanted_slices<'p>(packages: &[&'p Package], names: &[String]) -> Result<Vec<Vec<&'p Slice>>, Failure> {
    let all = || packages.iter().flat_map(|package| package.judged_slices());
    if all().next().is_none() {
        let failure = Failure::usage("there is no scenario to judge a program by");
        return Err(failure.help(
            "Write files of scenarios into `scenarios/` beside the spec; `ghostc schema scenarios` says how.",
        ));
    }
    let known: Vec<&str> = all().map(|slice| slice.name.as_str()).collect();
    if let Some(name) = names.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(Failure::unknown(
            "slice",
            name,
            &known,
            format_args!("Known: {}.", known.join(", ")),
        ));
    }
    let is_wanted = |slice: &&Slice| names.is_empty() || names.contains(&slice.name);
    let wanted = packages
        .iter()
        .map(|package| package.judged_slices().filter(is_wanted).collect());
    Ok(wanted.collect())
}

/// Who plays the scenarios of a package.
struct Player<'p> {
    program: &'p [String],
    keep: Option<&'p Path>,
    host: &'p Host,
}

impl Player<'_> {
    /// What the program did, and what of a seal could not be made.
    fn judge(
        &self,
        package: &Package,
        slices: &[&Slice],
        sources: &Arc<Sources>,
    ) -> (JudgedProgram, Option<String>) {
        let scenarios = slices
            .iter()
            .flat_map(|slice| slice.scenarios.iter().map(move |scenario| (*slice, scenario)));
        let (todo, written): (Vec<_>, Vec<_>) = scenarios.partition(|(_, scenario)| scenario.todo);
        let written: Vec<ScenarioGolden> = written
            .into_iter()
            .map(|(slice, scenario)| golden(slice, scenario, sources))
            .collect();
        let results = judge_scenarios(
            &written.iter().collect::<Vec<_>>(),
            &usual(self.program, &BTreeMap::new(), self.keep, self.host),
        );
        let judged = written.into_iter().zip(results.scenarios);
        let judged = judged.map(|(golden, played)| JudgedScenario {
            id: golden.id,
            name: golden.name,
            slice: golden.slice,
            place: golden.place,
            held_out: golden.held_out,
            outcome: played.outcome,
            folder: played.folder,
        });
        let program = JudgedProgram {
            name: package.name.clone(),
            scenarios: judged.collect(),
            todo: todo.len(),
            cases: package.cases.len(),
        };
        (program, results.unsealed)
    }
}

/// A scenario of a slice as a golden.
pub(crate) fn golden(slice: &Slice, scenario: &Scenario, sources: &Arc<Sources>) -> ScenarioGolden {
    let places = Arc::clone(sources);
    ScenarioGolden {
        id: scenario.id.clone(),
        slice: slice.name.clone(),
        name: match &scenario.row {
            Some(row) => format!("{} ({row})", scenario.name),
            None => scenario.name.clone(),
        },
        place: sources.place(scenario.span),
        held_out: scenario.held_out,
        // Spans are a part of it: what an edit only moves is judged again.
        digest: blake3::hash(format!("{:?}", scenario.script).as_bytes()).to_string(),
        script: Arc::clone(&scenario.script),
        place_of: Arc::new(move |span| places.place(span)),
    }
}

/// How a program is played that nothing else is known of.
fn usual<'p>(
    program: &'p [String],
    env: &'p BTreeMap<String, String>,
    keep: Option<&'p Path>,
    host: &'p Host,
) -> ProgramRequest<'p> {
    ProgramRequest {
        program,
        env,
        frozen: None,
        limits: ResourceLimits::default(),
        keep,
        stop: &host.stop.softly,
    }
}

/// Plays a scenario, and keeps what its steps see that expect nothing.
pub(crate) fn recorded(scenario: &Scenario, program: &[String], host: &Host) -> ScenarioResult {
    record_scenario(&scenario.script, &usual(program, &BTreeMap::new(), None, host))
}

impl JudgedProgram {
    /// The scenarios that passed only with more time, each with the `t` that it took, in milliseconds.
    pub fn unsteady(&self) -> impl Iterator<Item = (&JudgedScenario, u64)> {
        self.scenarios
            .iter()
            .filter_map(|scenario| match scenario.outcome {
                ScenarioOutcome::Unsteady(t) => Some((scenario, t)),
                ScenarioOutcome::Passed | ScenarioOutcome::Failed(_) | ScenarioOutcome::Broken(_) => None,
            })
    }

    /// Whether every scenario passed, none waits to be written, and there was one.
    pub fn is_pass(&self) -> bool {
        !self.scenarios.is_empty() && self.todo == 0 && self.scenarios.iter().all(JudgedScenario::passed)
    }

    /// What it comes to; nothing where all passes.
    fn kind(&self) -> Option<FailureKind> {
        let broken = |scenario: &JudgedScenario| matches!(scenario.outcome, ScenarioOutcome::Broken(_));
        if self.scenarios.iter().any(broken) {
            return Some(FailureKind::Machine);
        }
        (!self.is_pass()).then_some(FailureKind::Findings)
    }
}
