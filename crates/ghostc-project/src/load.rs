//! From paths to source texts, packages, settings and templates. Every file is read once.

mod content;
mod loader;
mod prefetch;

use crate::event::{Event, Listener};
use crate::failure::{self, Failure, FindingSubject};
use crate::host::Host;
use crate::names::{LOCK, SETTINGS};
use crate::parallel::processors;
use crate::paths::shown;
use crate::{templates, wording};
use ghostc_lint::{Goal, analyze};
use ghostc_plan::target;
use ghostc_spec::layout::PackageFiles;
use ghostc_spec::library::{Library, Package};
use ghostc_spec::mapping;
use ghostc_spec::resolve::Input;
use ghostc_spec::{Settings, settings};
use ghostc_syntax::{Checked, Diagnostic, FileId, Severity, Sound, Source, Sources, codes, conflict};
use loader::Loader;
pub(crate) use loader::files_below;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The agents that need no declaration.
pub(crate) const BUILT_IN_AGENTS: &[&str] = &["codex", "claude", "gemini", "opencode", "aider", "replay"];
/// Folders that never hold specs.
pub(crate) const SKIPPED: &[&str] = &["node_modules", "target", "__pycache__"];
/// The hidden folder in which Kiro keeps specs.
pub(crate) const KIRO: &str = ".kiro";
/// Where the packages of a project usually are.
pub(crate) const USUAL: &[&str] = &["specs", "openspec", ".kiro/specs"];

/// What was read of a project, or of some files and folders.
pub struct Loaded {
    /// All texts.
    pub sources: Sources,
    /// Which of them belong together.
    pub packages: Vec<PackageFiles>,
    /// All files that links may lead to, as shown, and all folders that were looked through, with a `/` at their ends.
    pub existing: BTreeSet<String>,
    /// Markdown documents in what was asked for that lie in no package, as shown: nothing reads them.
    pub skipped: Vec<String>,
    /// The project's settings, or the defaults.
    pub settings: Settings,
    /// Prompts and targets: the built-in ones under the project's own.
    pub templates: BTreeMap<String, String>,
    /// Whether the project has templates of its own.
    pub own_templates: bool,
    /// The project's folder, where there is one.
    pub root: Option<PathBuf>,
    /// What was wrong with files and settings.
    pub findings: Vec<Diagnostic>,
    /// Whether anything was found that people are told of, unless they asked to be told less.
    pub warned: bool,
}

/// The folder of the project that is named or that the current folder lies in.
pub(crate) fn project_root(project: Option<&Path>, host: &Host) -> Result<Option<PathBuf>, Failure> {
    if let Some(folder) = project {
        if !host.files.is_folder(folder) {
            return Err(Failure::usage(format!("`{}` is not a folder", folder.display())));
        }
        return Ok(Some(folder.to_path_buf()));
    }
    let here = host.environment.folder().map_err(Failure::no_current_folder)?;
    let home = here
        .ancestors()
        .find(|folder| host.files.is_taken(&folder.join(SETTINGS)))
        .map(Path::to_path_buf);
    // The current folder is shown as nothing, not as its absolute path.
    Ok(home.map(|home| if home == here { PathBuf::new() } else { home }))
}

/// Reads the packages of some paths, or, without any, of the project.
pub(crate) fn load(paths: &[PathBuf], project: Option<&Path>, host: &Host) -> Result<Loaded, Failure> {
    let root = project_root(project, host)?;
    let is_there = |path: &PathBuf| host.files.exists(path);
    let named = match &root {
        Some(root) if !paths.iter().all(is_there) => Some(folders(paths, root, project, host)?),
        Some(_) | None => None,
    };
    let paths = named.as_deref().unwrap_or(paths);
    let mut loader = Loader::new(host);
    let settings = match &root {
        Some(root) => loader.settings(root),
        None => Settings::default(),
    };
    if paths.is_empty() {
        let base = root.clone().unwrap_or_default();
        for start in loader.starts(root.as_deref(), &settings) {
            if host.files.leaves(&start, &base) {
                let message = format!("`{}` is a link that leaves the project", start.display());
                let help = "Put the specs into the project: what is beside it is not part of it.";
                return Err(Failure::usage(message).help(help));
            }
            loader.walk(&start, &base)?;
        }
    } else {
        for path in paths {
            loader.walk(path, Path::new(""))?;
        }
    }
    let (templates, own_templates) = loader.templates(root.as_deref());
    let settings = Settings {
        number_limits: target::number_limits(&templates),
        case_presets: target::case_presets(&templates),
        ..settings
    };
    loader.files.sort();
    loader.files.dedup();
    let (mut packages, mut known) = loader.discover(&settings);
    let own: BTreeSet<String> = files_of(&packages).cloned().collect();
    loader.read_all(&own, &mut known);
    let mut mapped = loader.mapped(&packages, &settings, &known);
    mapped.append(&mut loader.beside_changes(&packages));
    loader.read_all(&mapped, &mut known);
    let skipped = loader.skipped(&packages);
    known.retain(|path, _| own.contains(path) || mapped.contains(path));
    for (path, content) in known {
        if own.contains(&path) {
            loader.add(&path, content);
        } else {
            loader.add_data(&path, content);
        }
    }
    // What follows from a file that could not be read says nothing.
    let unread = loader.unread();
    packages.retain(|package| !package.all().any(|path| unread.contains(path)));
    Ok(Loaded {
        sources: loader.sources,
        packages,
        existing: loader.files.into_iter().chain(loader.folders).collect(),
        settings,
        skipped,
        templates,
        own_templates,
        root,
        findings: loader.findings,
        warned: false,
    })
}

/// Paths, with the folder of a package in the place of its name.
fn folders(
    paths: &[PathBuf],
    root: &Path,
    project: Option<&Path>,
    host: &Host,
) -> Result<Vec<PathBuf>, Failure> {
    let mut all = load(&[], project, host)?;
    let folder = |path: &PathBuf| {
        let known = Some(path).filter(|path| !host.files.exists(path));
        let known = known.and_then(|path| all.root_of(&path.to_string_lossy()));
        known.map_or_else(|| path.clone(), |folder| root.join(folder))
    };
    Ok(paths.iter().map(folder).collect())
}

/// The same of names as they were typed; those that are there, or name no package, stay.
pub(crate) fn folders_of(
    names: &[String],
    project: Option<&Path>,
    host: &Host,
) -> Result<Vec<String>, Failure> {
    if names.iter().all(|name| host.files.exists(Path::new(name))) {
        return Ok(names.to_vec());
    }
    let root = project_root(project, host)?.unwrap_or_default();
    let paths: Vec<PathBuf> = names.iter().map(PathBuf::from).collect();
    let found = folders(&paths, &root, project, host)?;
    let found = found.iter().zip(&paths).zip(names);
    let name = |((found, path), name): ((&PathBuf, &PathBuf), &String)| match found == path {
        true => name.clone(),
        false => shown(found, Path::new("")),
    };
    Ok(found.map(name).collect())
}

impl Loaded {
    /// A state without files.
    pub(crate) fn nothing() -> Loaded {
        Loaded {
            sources: Sources::default(),
            packages: Vec::new(),
            existing: BTreeSet::new(),
            skipped: Vec::new(),
            settings: Settings::default(),
            templates: target::built_in_templates(),
            own_templates: false,
            root: None,
            findings: Vec::new(),
            warned: false,
        }
    }

    /// The targets of a package: its own, else the project's, else all.
    pub(crate) fn targets_of(&self, package: &Package) -> Vec<String> {
        let declared = package.targets.as_ref().or(self.settings.targets.as_ref());
        let names = declared.map(|names| names.iter().map(|(name, _)| name.clone()).collect());
        names.unwrap_or_else(|| target::names(&self.templates))
    }

    /// The folder of the package that has a name, where one has it: the name that it says it has, or that of its folder.
    pub(crate) fn root_of(&mut self, name: &str) -> Option<String> {
        let is_named =
            |package: &&PackageFiles| package.name == name || package.root.rsplit('/').next() == Some(name);
        if let Some(package) = self.packages.iter().find(is_named) {
            return Some(package.root.clone());
        }
        // What is found out here is found out again, and told then.
        let findings = self.findings.clone();
        let library = self.facts().value;
        self.findings = findings;
        let mut packages = library.packages.into_iter();
        packages
            .find(|package| package.name == name)
            .map(|package| package.root)
    }

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
        if self.own_templates {
            let found = templates::findings(&self.templates, &mut self.sources);
            checked.diagnostics.extend(found);
        }
        let packages = checked.value.packages.len();
        // Callers end with the process: giving back the facts of a large package would cost a tenth of the run.
        std::mem::forget(checked.value);
        (packages, checked.diagnostics)
    }

    /// Looks for what a merge has left behind in the lock, which is no spec: whoever reads the lock finds it anyway.
    pub(crate) fn look_at_lock(&mut self, host: &Host) {
        let path = self.root.as_ref().map(|root| root.join(LOCK));
        let text = path.and_then(|path| host.files.read_text(&path).ok());
        let Some(text) = text.filter(|text| !conflict::in_data(FileId(0), text).is_empty()) else {
            return;
        };
        let file = self.sources.add(Source::new(LOCK, text));
        self.findings
            .extend(conflict::in_data(file, &self.sources.get(file).text));
    }

    fn front_end(&mut self, goal: Goal) -> Checked<Library> {
        // What was read of settings with two sides in them says nothing.
        let is_unfinished = |found: &Diagnostic| found.code == codes::UNRESOLVED_MERGE;
        if self.findings.iter().any(is_unfinished) {
            return Checked::new(Library::default(), std::mem::take(&mut self.findings));
        }
        let input = Input {
            sources: &self.sources,
            existing: &self.existing,
            settings: &self.settings,
        };
        let mut checked = analyze(input, &self.packages, processors(), goal);
        let targets = target::names(&self.templates);
        let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
        let unknown = settings::check_names(&self.settings, &checked.value, &targets, BUILT_IN_AGENTS);
        checked.diagnostics.append(&mut self.findings);
        checked.diagnostics.extend(unknown);
        checked
            .diagnostics
            .extend(mapping::check_settings(&self.settings));
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
        let help = "Run `ghostc init` to start a project, or name a folder or a Markdown file.";
        Err(match wording::skipped(&self.skipped) {
            Some(skipped) => failure.help(format!("{help} There is what was not read: {skipped}.")),
            None => failure.help(help),
        })
    }

    /// Tells of findings that stop nothing, and remembers whether people would want to see any.
    pub(crate) fn tell(&mut self, diagnostics: &[Diagnostic], listener: &mut Listener<'_>) {
        self.warned |= diagnostics.iter().any(|found| found.severity < Severity::Note);
        listener(Event::Findings {
            diagnostics,
            sources: &self.sources,
        });
    }

    /// The library, if it has no errors, and its other findings.
    pub(crate) fn sound(&mut self) -> Result<(Sound<Library>, Vec<Diagnostic>), Failure> {
        self.library()
            .strict()
            .map_err(|checked| self.failure(FindingSubject::Spec, checked.diagnostics))
    }

    /// The library, if it has no errors; its other findings are told.
    pub(crate) fn sound_library(&mut self, listener: &mut Listener<'_>) -> Result<Sound<Library>, Failure> {
        let (library, findings) = self.sound()?;
        self.tell(&findings, listener);
        Ok(library)
    }

    /// The failure that findings with errors are; it takes the texts along, since the work ends with it.
    pub(crate) fn failure(&mut self, subject: FindingSubject, diagnostics: Vec<Diagnostic>) -> Failure {
        let kind = failure::kind_of(&diagnostics, &self.sources);
        let kind = kind.unwrap_or(failure::FailureKind::Findings);
        Failure::because(kind, subject, diagnostics, std::mem::take(&mut self.sources))
    }

    /// The files that the packages are made of.
    pub fn files(&self) -> impl Iterator<Item = &String> {
        files_of(&self.packages)
    }
}

fn files_of(packages: &[PackageFiles]) -> impl Iterator<Item = &String> {
    packages.iter().flat_map(PackageFiles::all)
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
