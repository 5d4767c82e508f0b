//! What `ghostc ci` looks at: five stages, one result. It asks no agent and writes nothing.

mod base;
mod changes;
mod code;
mod drift;
mod files;
mod forge;
mod regenerate;
mod snapshot;
mod spec;
mod stale;

pub(crate) use files::{Folder, write};
pub(crate) use forge::Forge;
pub(crate) use regenerate::regenerate;

use crate::costs::Built;
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::json::{Diff, Test};
use crate::load::Loaded;
use crate::project::{Files, LOCK, Opened, Project};
use crate::report::{Report, Stage, State};
use crate::review::{Gate, Policy};
use crate::revision::Repository;
use crate::toolchain::Probes;
use crate::{codes, output};
use base::Base;
use ghostc_plan::lock::{Lock, LockError};
use ghostc_syntax::{Diagnostic, FileId, Source, Sources, Span};

/// What is looked at, and what fails it.
pub(crate) struct Options {
    /// The commit to compare with, where one is asked for.
    pub(crate) base: Option<String>,
    /// The changes that fail the run, where any do.
    pub(crate) gate: Option<Gate>,
}

/// What a run found.
pub(crate) struct Run {
    /// The stages and their findings, in the model of every format.
    pub(crate) report: Report,
    /// The base: its commit, and its name for people.
    pub(crate) base: Option<(String, String)>,
    /// What changed since the base, for programs and for people.
    pub(crate) diff: Option<(Diff, String)>,
    /// The verdicts on accepted code.
    pub(crate) tests: Option<Test>,
    /// How the run ends.
    pub(crate) exit: Exit,
    /// The findings as they are printed for people.
    pub(crate) shown: Vec<String>,
}

/// What one stage found out.
struct Looked {
    stage: Stage,
    findings: Vec<Diagnostic>,
    exit: Exit,
}

impl Looked {
    fn new(name: &'static str, state: State, summary: impl Into<String>) -> Looked {
        let summary = summary.into();
        Looked {
            stage: Stage { name, state, summary },
            findings: Vec::new(),
            exit: Exit::Fine,
        }
    }

    fn with(mut self, findings: Vec<Diagnostic>, exit: Exit) -> Looked {
        self.findings = findings;
        self.exit = exit;
        self
    }
}

/// The texts of a run: those of the project, and those that findings are about beside them.
struct Texts {
    sources: Sources,
}

impl Texts {
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
/// Fails where there is no project, and where the base that was asked for is no commit.
pub(crate) fn look(options: &Options, global: &Global) -> Result<Run, Failure> {
    let mut files = Files::read(global)?;
    let mut probes = Probes::start(&[], &files.loaded);
    let root = files.root.clone();
    let git = Repository::at(Some(&root));
    let base = base::find(options.base.as_deref(), &git)?;
    let policy = Policy::read(global)?;
    let lock_text = files.lock?;
    let (packages, findings) = files.loaded.check();
    let names = names(&files.loaded);
    let checked = spec::checked(findings, &files.loaded);
    let library = files.loaded.facts();
    let mut texts = Texts {
        sources: files.loaded.sources.clone(),
    };
    let lock = Lock::parse(&lock_text);
    let sound = if checked.exit == Exit::Fine {
        library.strict()
    } else {
        Err(library)
    };
    let (changed, stages, tests) = match sound {
        Ok((library, _)) => {
            let loaded = files.loaded;
            let opened = Opened {
                root: root.clone(),
                loaded,
                library,
            };
            let known = lock.as_ref().map_or_else(|_| Lock::default(), Clone::clone);
            let project = opened.plan(Ok(known), &[], None)?;
            let new = Built {
                library: &project.library,
                graphs: &project.graphs,
                loaded: &project.loaded,
                lock: &project.lock,
            };
            let changed = changes::changed((&base, &git), new, (options.gate, &policy));
            let (stages, tests) = built(&project, lock, &lock_text, (&base, &git), &mut probes, &mut texts)?;
            (changed, stages, tests)
        }
        Err(broken) => {
            let new = Built {
                library: &broken.value,
                graphs: &[],
                loaded: &files.loaded,
                lock: &Lock::default(),
            };
            let changed = changes::changed((&base, &git), new, (options.gate, &policy));
            let why = "the spec has errors";
            let drift = match lock {
                Ok(lock) => drift::drifted(&root, &files.loaded.templates, &lock, (&base, &git), &mut texts)?,
                Err(_) => Looked::new("drift", State::Skipped, unreadable()),
            };
            let skipped = ["build", "test"].map(|name| Looked::new(name, State::Skipped, why));
            (changed, skipped.into_iter().chain([drift]).collect(), None)
        }
    };
    let all: Vec<Looked> = [checked, changed.looked].into_iter().chain(stages).collect();
    let exit = all.iter().map(|looked| looked.exit).max().unwrap_or(Exit::Fine);
    let place = git.place().unwrap_or_default();
    Ok(Run {
        base: match base {
            Base::At { commit, name } => Some((commit, name)),
            Base::Unknown(_) => None,
        },
        diff: changed.diff,
        tests,
        exit,
        shown: shown(&all, &texts.sources, global),
        report: report(all, &texts.sources, names, packages, place),
    })
}

/// The stages that take a plan: what is stale, what is judged, what was edited.
fn built(
    project: &Project,
    lock: Result<Lock, LockError>,
    lock_text: &str,
    history: (&Base, &Repository),
    probes: &mut Probes,
    texts: &mut Texts,
) -> Result<(Vec<Looked>, Option<Test>), Failure> {
    if let Err(error) = lock {
        let file = texts.add(LOCK, lock_text);
        let message = format!("line {} is none of a lock: {}", error.line, error.message);
        let found = Diagnostic::new(codes::BROKEN_LOCK, line(texts, file, error.line), message)
            .help("Take it from version control, or keep the lines of both sides of a conflict.");
        let broken = Looked::new("build", State::Fail, unreadable()).with(vec![found], Exit::Findings);
        let skipped = ["test", "drift"].map(|name| Looked::new(name, State::Skipped, unreadable()));
        return Ok(([broken].into_iter().chain(skipped).collect(), None));
    }
    let units = project.units()?;
    let build = stale::stale(project, &units)?;
    let (test, tests) = code::judged(project, &units, probes, texts);
    let templates = &project.loaded.templates;
    let drift = drift::drifted(&project.root, templates, &project.lock, history, texts)?;
    Ok((vec![build, test, drift], Some(tests)))
}

fn unreadable() -> String {
    format!("{LOCK} cannot be read")
}

/// The files that specs are made of.
fn names(loaded: &Loaded) -> Vec<String> {
    let files = loaded.packages.iter();
    let files = files.flat_map(|package| package.documents.iter().chain(&package.cases));
    files.cloned().collect()
}

/// The span of a line, from 1, of a text.
fn line(texts: &Texts, file: FileId, number: usize) -> Span {
    lines(texts, file, number, number)
}

/// The span of some lines of a text, from 1, without the line end of the last.
fn lines(texts: &Texts, file: FileId, first: usize, last: usize) -> Span {
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

fn report(all: Vec<Looked>, sources: &Sources, files: Vec<String>, packages: usize, place: String) -> Report {
    let mut stages = Vec::new();
    let mut findings: Vec<(&'static str, Diagnostic)> = Vec::new();
    for looked in all {
        let name = looked.stage.name;
        findings.extend(looked.findings.into_iter().map(|found| (name, found)));
        stages.push(looked.stage);
    }
    Report::of_stages("ci", stages, &findings, sources, files, packages).below(&place)
}

/// The findings as people read them in a log: errors, and with `--verbose` all.
fn shown(all: &[Looked], sources: &Sources, global: &Global) -> Vec<String> {
    let findings = all.iter().flat_map(|looked| &looked.findings);
    let wanted = findings.filter(|found| global.verbose || found.severity == ghostc_syntax::Severity::Error);
    wanted
        .map(|found| ghostc_syntax::render::render(found, sources, output::style()))
        .collect()
}
