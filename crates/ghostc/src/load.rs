//! From paths on disk to source texts, packages, settings and templates. Every file is read once.

mod ahead;
mod disk;
mod loader;

use crate::exit::Failure;
use crate::global::Global;
use crate::output;
use ghostc_lint::{Goal, analyze};
use ghostc_plan::target;
use ghostc_spec::layout::PackageFiles;
use ghostc_spec::library::{Library, Package};
use ghostc_spec::resolve::Input;
use ghostc_spec::{Settings, settings};
use ghostc_syntax::{Checked, Diagnostic, Severity, Sources};
use loader::Loader;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Folders that never hold specs.
pub(crate) const SKIPPED: &[&str] = &["node_modules", "target", "__pycache__"];
/// The hidden folder in which Kiro keeps specs.
pub(crate) const KIRO: &str = ".kiro";
/// Where the packages of a project usually are.
pub(crate) const USUAL: &[&str] = &["specs", "openspec", ".kiro/specs"];
/// The settings file.
pub(crate) const SETTINGS: &str = "ghostc.yaml";

/// What was read from disk.
pub(crate) struct Loaded {
    /// All texts.
    pub(crate) sources: Sources,
    /// Which of them belong together.
    pub(crate) packages: Vec<PackageFiles>,
    /// All files that links may lead to, as shown, and all folders that were looked through, with a `/` at their ends.
    pub(crate) existing: BTreeSet<String>,
    /// The project's settings, or the defaults.
    pub(crate) settings: Settings,
    /// Prompts and targets: the built-in ones under the project's own.
    pub(crate) templates: BTreeMap<String, String>,
    /// The project's folder, where there is one.
    pub(crate) root: Option<PathBuf>,
    /// What was wrong with files and settings.
    pub(crate) findings: Vec<Diagnostic>,
    /// Whether anything was found that people are told of, unless they asked to be told less.
    pub(crate) warned: bool,
}

/// The folder of the project that `--project` names or the current folder lies in.
pub(crate) fn project_root(global: &Global) -> Result<Option<PathBuf>, Failure> {
    if let Some(folder) = &global.project {
        if !folder.is_dir() {
            return Err(Failure::usage(format!("`{}` is not a folder", folder.display())));
        }
        return Ok(Some(folder.clone()));
    }
    let here = std::env::current_dir()
        .map_err(|why| Failure::machine(format!("cannot tell the current folder: {why}")))?;
    let home = here
        .ancestors()
        .find(|folder| folder.join(SETTINGS).symlink_metadata().is_ok())
        .map(Path::to_path_buf);
    // The current folder is shown as nothing, not as its absolute path.
    Ok(home.map(|home| if home == here { PathBuf::new() } else { home }))
}

/// Reads the packages of some paths, or, without any, of the project.
pub(crate) fn load(paths: &[PathBuf], global: &Global) -> Result<Loaded, Failure> {
    let root = project_root(global)?;
    let mut loader = Loader::default();
    let settings = match &root {
        Some(root) => loader.settings(root),
        None => Settings::default(),
    };
    if paths.is_empty() {
        let base = root.clone().unwrap_or_default();
        for start in loader.starts(root.as_deref(), &settings) {
            loader.walk(&start, &base)?;
        }
    } else {
        for path in paths {
            loader.walk(path, Path::new(""))?;
        }
    }
    let templates = loader.templates(root.as_deref());
    loader.files.sort();
    loader.files.dedup();
    let (mut packages, mut markers) = loader.discover(&settings);
    let wanted: BTreeSet<String> = packages
        .iter()
        .flat_map(|package| package.documents.iter().chain(&package.cases))
        .cloned()
        .collect();
    markers.retain(|path, _| wanted.contains(path));
    loader.read_all(&wanted.into_iter().collect::<Vec<_>>(), markers);
    // What follows from a file that could not be read says nothing.
    let unread = loader.unread();
    packages.retain(|package| {
        !package
            .documents
            .iter()
            .chain(&package.cases)
            .any(|path| unread.contains(path))
    });
    Ok(Loaded {
        sources: loader.sources,
        packages,
        existing: loader.files.into_iter().chain(loader.folders).collect(),
        settings,
        templates,
        root,
        findings: loader.findings,
        warned: false,
    })
}

impl Loaded {
    /// Parses, resolves and checks everything that was read; findings about files and settings come along.
    pub(crate) fn library(&mut self) -> Checked<Library> {
        self.front_end(Goal::Everything)
    }

    /// The same without what is no error: a state that is only compared need not be looked through for anything else.
    pub(crate) fn facts(&mut self) -> Checked<Library> {
        self.front_end(Goal::Facts)
    }

    /// Everything that is wrong with what was read, and how many packages there are.
    pub(crate) fn check(&mut self) -> (usize, Vec<Diagnostic>) {
        let mut checked = self.front_end(Goal::Findings);
        checked.diagnostics.extend(crate::templates::findings(self));
        let packages = checked.value.packages.len();
        // Both callers end with the process: giving back the facts of a large package would cost a tenth of the run.
        std::mem::forget(checked.value);
        (packages, checked.diagnostics)
    }

    fn front_end(&mut self, goal: Goal) -> Checked<Library> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let input = Input {
            sources: &self.sources,
            existing: &self.existing,
            settings: &self.settings,
        };
        let mut checked = analyze(input, &self.packages, threads, goal);
        let targets = target::names(&self.templates);
        let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
        let unknown = settings::check_names(&self.settings, &checked.value, &targets, crate::agents::KNOWN);
        checked.diagnostics.append(&mut self.findings);
        checked.diagnostics.extend(unknown);
        ghostc_syntax::diagnostic::sort(&mut checked.diagnostics);
        checked
    }

    /// Fails where there is nothing to work on, and no finding says why.
    pub(crate) fn require_spec(&self, paths: &[PathBuf]) -> Result<(), Failure> {
        if !self.packages.is_empty() || !self.findings.is_empty() {
            return Ok(());
        }
        let places: Vec<String> = if paths.is_empty() {
            match &self.root {
                Some(_) => match &self.settings.packages {
                    Some(folders) => folders.iter().map(|(folder, _)| format!("`{folder}`")).collect(),
                    None => vec!["this project".to_string()],
                },
                None => vec!["this folder".to_string()],
            }
        } else {
            paths.iter().map(|path| format!("`{}`", path.display())).collect()
        };
        let failure = Failure::usage(format!(
            "no spec in {}: a package is a folder with a `SPEC.md`",
            places.join(", ")
        ));
        Err(failure.help("Run `ghostc init` to start a project, or name a folder or a Markdown file."))
    }

    /// Tells people of findings, and remembers whether there were any.
    pub(crate) fn say_findings(&mut self, findings: &[Diagnostic], global: &Global) {
        self.warned |= findings.iter().any(|found| found.severity < Severity::Note);
        output::say_findings(findings, &self.sources, global);
    }

    /// The library, if it has no errors; else they are printed, and the command ends.
    pub(crate) fn sound_library(
        &mut self,
        global: &Global,
    ) -> Result<ghostc_syntax::Sound<Library>, Failure> {
        let checked = self.library();
        match checked.strict() {
            Ok((library, findings)) => {
                self.say_findings(&findings, global);
                Ok(library)
            }
            Err(checked) => {
                output::say_findings(&checked.diagnostics, &self.sources, global);
                output::say(&output::tally(&checked.diagnostics));
                Err(Failure::said(output::exit_of(
                    &checked.diagnostics,
                    &self.sources,
                )))
            }
        }
    }
}

/// Whether a command is about a package: changes that were archived are history, unless a path names them.
pub(crate) fn is_wanted(package: &Package, paths: &[PathBuf]) -> bool {
    let archived = package.changes.as_ref().is_some_and(|base| base.archived);
    let root = package.root.as_str();
    let archive = root.rsplit_once('/').map_or("", |(archive, _)| archive);
    let names = |path: &PathBuf| {
        let path = shown(path, Path::new(""));
        path == root || path == archive || path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
    };
    !archived || paths.iter().any(names)
}

/// A path as people see it: relative where it can be, with `/`.
pub(crate) fn shown(path: &Path, base: &Path) -> String {
    let path = path.strip_prefix(base).unwrap_or(path);
    let mut shown = String::with_capacity(path.as_os_str().len());
    for part in path.components() {
        if part == std::path::Component::CurDir {
            continue;
        }
        if !shown.is_empty() && !shown.ends_with('/') {
            shown.push('/');
        }
        shown.push_str(&part.as_os_str().to_string_lossy());
    }
    shown
}
