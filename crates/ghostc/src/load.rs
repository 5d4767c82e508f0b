//! From paths on disk to source texts, packages, settings and templates. Every file is read once.

use crate::exit::Failure;
use crate::global::Global;
use crate::output;
use ghostc_core::layout::{self, PackageFiles};
use ghostc_core::library::{Library, Package};
use ghostc_core::{Settings, check_all, facts_all, resolve_all, settings, target};
use ghostc_syntax::{Checked, Diagnostic, FileId, Severity, Source, Sources, Span, codes};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The largest text that is read, in bytes.
const MAX_BYTES: u64 = 32 << 20;
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

/// One of core's two front ends: with the facts, or with the findings alone.
type FrontEnd = fn(&Sources, &[PackageFiles], &BTreeSet<String>, &Settings, usize) -> Checked<Library>;

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
        self.front_end(resolve_all)
    }

    /// The same without what is no error: a state that is only compared need not be looked through for anything else.
    pub(crate) fn facts(&mut self) -> Checked<Library> {
        self.front_end(facts_all)
    }

    /// Everything that is wrong with what was read, and how many packages there are.
    pub(crate) fn check(&mut self) -> (usize, Vec<Diagnostic>) {
        let mut checked = self.front_end(check_all);
        checked.diagnostics.extend(crate::templates::findings(self));
        let packages = checked.value.packages.len();
        // Both callers end with the process: giving back the facts of a large package would cost a tenth of the run.
        std::mem::forget(checked.value);
        (packages, checked.diagnostics)
    }

    fn front_end(&mut self, front_end: FrontEnd) -> Checked<Library> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let mut checked = front_end(
            &self.sources,
            &self.packages,
            &self.existing,
            &self.settings,
            threads,
        );
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

#[derive(Default)]
struct Loader {
    sources: Sources,
    findings: Vec<Diagnostic>,
    /// All files seen, as shown.
    files: Vec<String>,
    /// All folders looked through, as shown, with a `/` at their ends.
    folders: Vec<String>,
    /// Files that were named one by one.
    alone: Vec<String>,
    /// Where a shown path is on disk.
    on_disk: BTreeMap<String, PathBuf>,
}

impl Loader {
    fn settings(&mut self, root: &Path) -> Settings {
        let path = root.join(SETTINGS);
        self.on_disk.insert(SETTINGS.to_string(), path.clone());
        if path.symlink_metadata().is_err() {
            return Settings::default();
        }
        let Some(file) = self.read(SETTINGS) else {
            return Settings::default();
        };
        let read = settings::parse(file, &self.sources.get(file).text);
        self.findings.extend(read.diagnostics);
        read.value
    }

    /// Where the packages of a project are, or, without a project, here. A folder that the settings name must be there.
    fn starts(&mut self, root: Option<&Path>, settings: &Settings) -> Vec<PathBuf> {
        let base = root.unwrap_or(Path::new(""));
        let Some(named) = &settings.packages else {
            let usual: Vec<PathBuf> = USUAL
                .iter()
                .map(|name| base.join(name))
                .filter(|usual| usual.exists())
                .collect();
            let here = if base == Path::new("") {
                PathBuf::from(".")
            } else {
                base.to_path_buf()
            };
            return if root.is_some() && !usual.is_empty() {
                usual
            } else {
                vec![here]
            };
        };
        let mut starts = Vec::new();
        for (name, span) in named {
            let path = base.join(name);
            if path.exists() {
                starts.push(path);
            } else {
                let found = Diagnostic::new(
                    codes::INVALID_VALUE,
                    *span,
                    format!("there is no folder `{name}`"),
                );
                self.findings
                    .push(found.help("Name a folder of the project that holds packages."));
            }
        }
        starts
    }

    /// Notes all files below a path; `base` is taken off what is shown.
    fn walk(&mut self, start: &Path, base: &Path) -> Result<(), Failure> {
        if start.is_file() {
            let shown = self.note(start, base);
            self.alone.push(shown);
            let folder = start
                .parent()
                .filter(|folder| *folder != Path::new(""))
                .unwrap_or(Path::new("."));
            return self.neighbours(folder, base);
        }
        if !start.is_dir() {
            return Err(Failure::usage(format!("`{}` does not exist", start.display())));
        }
        let walk = walkdir::WalkDir::new(start)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| {
                let name = entry.file_name().to_string_lossy();
                entry.depth() == 0
                    || name == KIRO
                    || !(name.starts_with('.')
                        || (entry.file_type().is_dir() && SKIPPED.contains(&name.as_ref())))
            });
        for entry in walk {
            match entry {
                Ok(entry) if !entry.file_type().is_dir() => {
                    self.note(entry.path(), base);
                }
                Ok(entry) if layout::is_spec(&entry.file_name().to_string_lossy()) => {
                    self.unreadable(&shown(entry.path(), base), "it is a folder");
                }
                Ok(entry) => self.folders.push(layout::as_folder(&shown(entry.path(), base))),
                Err(error) => {
                    let path = error.path().unwrap_or(start);
                    let why = error
                        .io_error()
                        .map_or_else(|| error.to_string(), ToString::to_string);
                    self.unreadable(&shown(path, base), &why);
                }
            }
        }
        Ok(())
    }

    /// The files beside a file that was named alone: links may lead to them.
    fn neighbours(&mut self, folder: &Path, base: &Path) -> Result<(), Failure> {
        let entries = std::fs::read_dir(folder)
            .map_err(|why| Failure::machine(format!("cannot read `{}`: {why}", folder.display())))?;
        for entry in entries.flatten().filter(|entry| entry.path().is_file()) {
            let path = if folder == Path::new(".") {
                PathBuf::from(entry.file_name())
            } else {
                entry.path()
            };
            let name = shown(&path, base);
            let is_spec_or_cases = layout::is_spec(&name) || layout::is_cases(&name);
            if !is_spec_or_cases {
                self.files.push(name);
            }
        }
        Ok(())
    }

    fn note(&mut self, path: &Path, base: &Path) -> String {
        let shown = shown(path, base);
        self.on_disk.insert(shown.clone(), path.to_path_buf());
        self.files.push(shown.clone());
        shown
    }

    /// Groups what was seen into packages. The texts that it looked at come along, so that they are read once.
    fn discover(&self, settings: &Settings) -> (Vec<PackageFiles>, BTreeMap<String, Content>) {
        let markers: Vec<String> = self
            .files
            .iter()
            .filter(|path| layout::is_marker(path) && self.on_disk.contains_key(*path))
            .cloned()
            .collect();
        let contents = self.contents(&markers);
        let texts: BTreeMap<String, Content> = markers.into_iter().zip(contents).collect();
        let text = |path: &str| match texts.get(path) {
            Some(Content::Text(text)) => Some(text.as_str()),
            Some(Content::TooLarge(_) | Content::Unreadable(_) | Content::NotUtf8 { .. }) | None => None,
        };
        let places = layout::Places {
            paths: &self.files,
            text: &text,
            dialects: &settings.dialects,
        };
        let packages = layout::discover(&places, &self.alone);
        (packages, texts)
    }

    /// Reads files on all processors, but for those that were read before; texts are added in the order of the paths.
    fn read_all(&mut self, paths: &[String], mut known: BTreeMap<String, Content>) {
        let unread: Vec<String> = paths
            .iter()
            .filter(|path| !known.contains_key(*path) && self.on_disk.contains_key(*path))
            .cloned()
            .collect();
        let contents = self.contents(&unread);
        known.extend(unread.into_iter().zip(contents));
        for (path, content) in known {
            self.add(&path, content);
        }
    }

    /// What is in some files, read on all processors.
    fn contents(&self, paths: &[String]) -> Vec<Content> {
        let disk: Vec<&PathBuf> = paths.iter().filter_map(|path| self.on_disk.get(path)).collect();
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let share = disk.len().div_ceil(threads).max(1);
        let part = |paths: &[&PathBuf]| paths.iter().map(|path| content(path)).collect::<Vec<_>>();
        std::thread::scope(|scope| {
            let workers: Vec<_> = disk
                .chunks(share)
                .map(|paths| scope.spawn(move || part(paths)))
                .collect();
            workers
                .into_iter()
                .flat_map(|worker| worker.join().expect("reading does not panic"))
                .collect()
        })
    }

    /// Reads a file once.
    fn read(&mut self, shown: &str) -> Option<FileId> {
        let content = content(self.on_disk.get(shown)?);
        self.add(shown, content)
    }

    /// Keeps what could be read of a file; what is wrong with it is a finding.
    fn add(&mut self, shown: &str, content: Content) -> Option<FileId> {
        match content {
            Content::Text(text) => Some(self.sources.add(Source::new(shown, text))),
            Content::TooLarge(size) => {
                let file = self.sources.add(Source::new(shown, ""));
                let message = format!(
                    "this file has {} MiB, and the limit is {} MiB",
                    size >> 20,
                    MAX_BYTES >> 20
                );
                self.findings.push(
                    Diagnostic::new(codes::FILE_TOO_LARGE, Span::start_of(file), message).help("Split it."),
                );
                None
            }
            Content::Unreadable(why) => {
                self.unreadable(shown, &why);
                None
            }
            Content::NotUtf8 { bytes, at } => {
                let byte = bytes.get(at).copied().unwrap_or_default();
                let source = Source::new(shown, String::from_utf8_lossy(&bytes));
                let mark = if bytes.starts_with("\u{feff}".as_bytes()) {
                    '\u{feff}'.len_utf8()
                } else {
                    0
                };
                let file = self.sources.add(source);
                let at = at.saturating_sub(mark);
                let span = Span::new(file, at, at + '\u{fffd}'.len_utf8());
                let message = format!("this file is not UTF-8: the byte 0x{byte:02x} starts no character");
                self.findings
                    .push(Diagnostic::new(codes::NOT_UTF8, span, message).help("Save it as UTF-8."));
                Some(file)
            }
        }
    }

    /// The files that were looked for and could not be read.
    fn unread(&self) -> BTreeSet<String> {
        let codes = [codes::UNREADABLE_FILE, codes::FILE_TOO_LARGE];
        let found = self.findings.iter().filter(|found| codes.contains(&found.code));
        found
            .map(|found| self.sources.get(found.span.file).path.clone())
            .collect()
    }

    fn unreadable(&mut self, shown: &str, why: &str) {
        let file = self.sources.add(Source::new(shown, ""));
        self.findings.push(Diagnostic::new(
            codes::UNREADABLE_FILE,
            Span::start_of(file),
            format!("this cannot be read: {why}"),
        ));
    }

    /// The built-in templates, with the project's own in their place.
    fn templates(&mut self, root: Option<&Path>) -> BTreeMap<String, String> {
        let mut templates = target::built_in_templates();
        let Some(folder) = root
            .map(|root| root.join("templates"))
            .filter(|folder| folder.is_dir())
        else {
            return templates;
        };
        for entry in walkdir::WalkDir::new(&folder)
            .sort_by_file_name()
            .into_iter()
            .flatten()
            .filter(|entry| entry.file_type().is_file())
        {
            let name = shown(entry.path(), &folder);
            let path = format!("templates/{name}");
            self.on_disk.insert(path.clone(), entry.path().to_path_buf());
            match std::fs::read_to_string(entry.path()) {
                Ok(text) => {
                    templates.insert(name, text);
                }
                Err(_) => {
                    self.read(&path);
                }
            }
        }
        templates
    }
}

/// What came of reading a file.
enum Content {
    Text(String),
    TooLarge(u64),
    Unreadable(String),
    /// Bytes that are no text from `at` on.
    NotUtf8 {
        bytes: Vec<u8>,
        at: usize,
    },
}

fn content(path: &Path) -> Content {
    match std::fs::metadata(path) {
        Ok(found) if found.len() > MAX_BYTES => return Content::TooLarge(found.len()),
        // A pipe or a device may never end.
        Ok(found) if !found.is_file() => return Content::Unreadable("it is not a file".to_string()),
        Ok(_) | Err(_) => {}
    }
    match std::fs::read(path).map(String::from_utf8) {
        Err(why) => Content::Unreadable(why.to_string()),
        Ok(Ok(text)) => Content::Text(text),
        Ok(Err(error)) => Content::NotUtf8 {
            at: error.utf8_error().valid_up_to(),
            bytes: error.into_bytes(),
        },
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
    let parts: Vec<String> = path
        .components()
        .filter(|part| !matches!(part, std::path::Component::CurDir))
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    parts.join("/").replace("//", "/")
}
