//! What `ghostc ci` looks at: five stages, one result. It asks no agent and writes nothing.

mod base;
mod changes;
mod code;
mod drift;
mod regenerate;
mod report_folder;
mod snapshot;
mod spec;
mod stale;

pub use changes::SpecChanges;
pub use regenerate::{BuiltTask, Regeneration, RegenerationEnd, regenerate};
pub use report_folder::ReportFolder;

use crate::codes;
use crate::costs::PlannedState;
use crate::event::nobody;
use crate::failure::{Failure, FailureKind};
use crate::host::Host;
use crate::judged_unit::JudgedUnit;
use crate::names::LOCK;
use crate::project::{Opened, Project, ProjectFiles};
use crate::repository::Repository;
use crate::review::{Gate, Policy};
use crate::toolchain::Toolchains;
use base::Base;
use changes::changed;
use ghostc_plan::lock::{Lock, LockError};
use ghostc_syntax::{Diagnostic, FileId, Source, Sources, Span};
use std::path::PathBuf;

/// What is looked at, and what fails it.
#[derive(Clone, Debug, Default)]
pub struct CiRequest {
    /// The commit to compare with; nothing for what the CI service says, or the default branch.
    pub base: Option<String>,
    /// The changes that fail the run, where any do.
    pub gate: Option<Gate>,
    /// The project's folder; nothing for the one that the current folder lies in.
    pub project: Option<PathBuf>,
}

/// What a run found.
pub struct CiReport {
    /// The stages, in their order.
    pub stages: Vec<Stage>,
    /// What they found, in their order, with the name of the stage.
    pub findings: Vec<(&'static str, Diagnostic)>,
    /// The texts that the findings are about.
    pub sources: Sources,
    /// The files that specs are made of.
    pub files: Vec<String>,
    /// How many packages they make up.
    pub packages: usize,
    /// Where the project lies in its repository: empty, or with a `/` at its end.
    pub place: String,
    /// The base: its commit, and its name for people.
    pub base: Option<(String, String)>,
    /// What changed since the base, where that is known.
    pub changes: Option<SpecChanges>,
    /// The verdicts on accepted code, where anything could be planned.
    pub judged: Option<Vec<JudgedUnit>>,
    /// How the run ends; nothing where all is well.
    pub kind: Option<FailureKind>,
}

/// One part of a run, and how it went.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Its name: `build`.
    pub name: &'static str,
    /// How it went.
    pub state: StageState,
    /// What it found, on a line.
    pub summary: String,
}

/// How a stage went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageState {
    /// All is well.
    Ok,
    /// Code is older than the spec.
    Stale,
    /// Something is wrong.
    Fail,
    /// It could not be looked at.
    Skipped,
}

impl StageState {
    /// The word for people; what needs somebody stands out.
    pub fn as_str(self) -> &'static str {
        match self {
            StageState::Ok => "ok",
            StageState::Stale => "STALE",
            StageState::Fail => "FAIL",
            StageState::Skipped => "skipped",
        }
    }
}

impl CiReport {
    /// How a stage went.
    pub fn stage(&self, name: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.name == name)
    }
}

/// What one stage found out.
struct StageResult {
    stage: Stage,
    findings: Vec<Diagnostic>,
    kind: Option<FailureKind>,
}

impl StageResult {
    fn new(name: &'static str, state: StageState, summary: impl Into<String>) -> StageResult {
        let summary = summary.into();
        StageResult {
            stage: Stage { name, state, summary },
            findings: Vec::new(),
            kind: None,
        }
    }

    fn with(mut self, findings: Vec<Diagnostic>, kind: Option<FailureKind>) -> StageResult {
        self.findings = findings;
        self.kind = kind;
        self
    }
}

/// The texts of a run: those of the project, and those that findings are about beside them.
struct CiTexts {
    sources: Sources,
}

impl CiTexts {
    /// The id of a text beside the specs, which is added where it is new.
    fn add(&mut self, path: &str, text: &str) -> FileId {
        let known = self.sources.iter().find(|(_, source)| source.path == path);
        let known = known.map(|(file, _)| file);
        known.unwrap_or_else(|| self.sources.add(Source::new(path, text)))
    }
}

/// Looks at the project, at all of it that can be looked at.
///
/// # Errors
/// Fails where there is no project.
pub fn ci(request: &CiRequest, host: &Host) -> Result<CiReport, Failure> {
    let mut files = ProjectFiles::read(request.project.as_deref(), host)?;
    let mut toolchains = Toolchains::start(&[], &files.loaded);
    let root = files.root.clone();
    let git = Repository::at(Some(&root), host);
    let base = base::find(request.base.as_deref(), &git, host);
    let policy = Policy::read(request.project.as_deref(), host)?;
    let lock_text = files.lock?;
    let (packages, findings) = files.loaded.check();
    let names = files.loaded.files().cloned().collect();
    let checked = spec::checked(findings, &files.loaded);
    let library = files.loaded.facts();
    let mut texts = CiTexts {
        sources: files.loaded.sources.clone(),
    };
    let lock = Lock::parse(&lock_text);
    let sound = if checked.kind.is_none() {
        library.strict()
    } else {
        Err(library)
    };
    let (changed, stages, judged) = match sound {
        Ok((library, _)) => {
            let opened = Opened {
                host: host.clone(),
                root,
                loaded: files.loaded,
                library,
            };
            let known = lock.as_ref().map_or_else(|_| Lock::default(), Clone::clone);
            let project = opened.plan(Ok(known), &[], &mut nobody())?;
            let new = PlannedState {
                library: &project.library,
                graphs: &project.graphs,
                loaded: &project.loaded,
                lock: &project.lock,
            };
            let changed = changed((&base, &git), new, (request, policy));
            let history = (&base, &git);
            let (stages, judged) = built(&project, lock, &lock_text, history, &mut toolchains, &mut texts)?;
            (changed, stages, judged)
        }
        Err(broken) => {
            let new = PlannedState {
                library: &broken.value,
                graphs: &[],
                loaded: &files.loaded,
                lock: &Lock::default(),
            };
            let changed = changed((&base, &git), new, (request, policy));
            let why = "the spec has errors";
            let templates = &files.loaded.templates;
            let drift = match lock {
                Ok(lock) => drift::drifted((&root, host), templates, &lock, (&base, &git), &mut texts)?,
                Err(_) => StageResult::new("drift", StageState::Skipped, unreadable()),
            };
            let skipped = ["build", "test"].map(|name| StageResult::new(name, StageState::Skipped, why));
            (changed, skipped.into_iter().chain([drift]).collect(), None)
        }
    };
    let (changes, compared) = changed;
    let results = [checked, compared].into_iter().chain(stages).collect();
    let empty = CiReport {
        kind: None,
        stages: Vec::new(),
        findings: Vec::new(),
        sources: texts.sources,
        files: names,
        packages,
        place: git.place().unwrap_or_default(),
        base: match base {
            Base::At { commit, name } => Some((commit, name)),
            Base::Unknown(_) => None,
        },
        changes,
        judged,
    };
    Ok(empty.with(results))
}

impl CiReport {
    /// The report with what all stages found.
    fn with(mut self, results: Vec<StageResult>) -> CiReport {
        self.kind = results.iter().filter_map(|result| result.kind).max();
        for result in results {
            let name = result.stage.name;
            let found = result.findings.into_iter().map(|found| (name, found));
            self.findings.extend(found);
            self.stages.push(result.stage);
        }
        self
    }
}

/// The stages that take a plan: what is stale, what is judged, what was edited.
fn built(
    project: &Project,
    lock: Result<Lock, LockError>,
    lock_text: &str,
    history: (&Base, &Repository),
    toolchains: &mut Toolchains,
    texts: &mut CiTexts,
) -> Result<(Vec<StageResult>, Option<Vec<JudgedUnit>>), Failure> {
    if let Err(error) = lock {
        let file = texts.add(LOCK, lock_text);
        let message = format!("line {} is none of a lock: {}", error.line, error.message);
        let found = Diagnostic::new(codes::BROKEN_LOCK, line(texts, file, error.line), message)
            .help("Take it from version control, or keep the lines of both sides of a conflict.");
        let broken = StageResult::new("build", StageState::Fail, unreadable())
            .with(vec![found], Some(FailureKind::Findings));
        let skipped = ["test", "drift"].map(|name| StageResult::new(name, StageState::Skipped, unreadable()));
        return Ok(([broken].into_iter().chain(skipped).collect(), None));
    }
    let units = project.units()?;
    let build = stale::stale(project, &units)?;
    let (test, judged) = code::judge_units(project, &units, toolchains, texts);
    let templates = &project.loaded.templates;
    let drift = drift::drifted(
        (&project.root, &project.host),
        templates,
        &project.lock,
        history,
        texts,
    )?;
    Ok((vec![build, test, drift], Some(judged)))
}

fn unreadable() -> String {
    format!("{LOCK} cannot be read")
}

/// The span of a line, from 1, of a text.
fn line(texts: &CiTexts, file: FileId, number: usize) -> Span {
    lines(texts, file, number, number)
}

/// The span of some lines of a text, from 1, without the line end of the last.
fn lines(texts: &CiTexts, file: FileId, first: usize, last: usize) -> Span {
    let text = &texts.sources.get(file).text;
    let mut start = 0;
    let mut span = Span::start_of(file);
    for (at, line) in text.split_inclusive('\n').enumerate() {
        let end = start + line.trim_end_matches(['\n', '\r']).len();
        if at + 1 == first {
            span = Span::new(file, start, end);
        } else if at + 1 > first && at < last {
            span = Span::new(file, span.range().start, end);
        }
        start += line.len();
    }
    span
}
