//! Walks folders, reads files once, groups them into packages, and keeps what is wrong with them.

use super::content::{Content, FilePath, MAX_BYTES, content};
use super::prefetch::Prefetch;
use super::{KIRO, SKIPPED, USUAL};
use crate::failure::Failure;
use crate::host::{FileKind, Files, Host, WalkEntry, WalkError};
use crate::names::SETTINGS;
use crate::paths::{or_here, shown};
use crate::settings;
use ghostc_plan::target;
use ghostc_spec::Settings;
use ghostc_spec::discover::discover;
use ghostc_spec::layout::{self, PackageFiles};
use ghostc_spec::mapping;
use ghostc_syntax::{Diagnostic, FileId, Source, Sources, Span, codes, glob};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why a link is not followed.
const LEAVES: &str = "it is a link that leaves the project";

/// Whether a walk looks at an entry: hidden ones and folders that never hold specs are passed over.
fn enters(entry: &WalkEntry<'_>) -> bool {
    let name = entry.path.file_name().unwrap_or_default().to_string_lossy();
    let is_left_out =
        name.starts_with('.') || (entry.kind == FileKind::Folder && SKIPPED.contains(&name.as_ref()));
    entry.depth == 0 || name == KIRO || !is_left_out
}

/// All files below a folder, but for hidden ones and those in folders that never hold specs.
pub(crate) fn files_below(folder: &Path, host: &Host) -> Vec<PathBuf> {
    let mut found = Vec::new();
    host.files.walk(folder, &enters, &mut |entry| {
        if let Some(entry) = entry.ok().filter(|entry| entry.kind == FileKind::File) {
            found.push(entry.path.to_path_buf());
        }
    });
    found
}

/// Whether a path lies in a folder.
fn lies_in(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// What was seen and read so far.
pub(super) struct Loader {
    disk: Arc<dyn Files>,
    pub(super) sources: Sources,
    pub(super) findings: Vec<Diagnostic>,
    /// All files seen, as shown.
    pub(super) files: Vec<String>,
    /// All folders looked through, as shown, with a `/` at their ends.
    pub(super) folders: Vec<String>,
    /// Files that were named one by one.
    alone: Vec<String>,
    /// Folders that were asked for, as shown; empty for the current one.
    asked: Vec<String>,
    /// Where a shown path is on disk.
    on_disk: BTreeMap<String, FilePath>,
    /// The files that tell dialects apart, once there is one: they are read while the walk goes on.
    markers: Option<Prefetch>,
}

impl Loader {
    /// Nothing is seen yet.
    pub(super) fn new(host: &Host) -> Loader {
        Loader {
            disk: Arc::clone(&host.files),
            sources: Sources::default(),
            findings: Vec::new(),
            files: Vec::new(),
            folders: Vec::new(),
            alone: Vec::new(),
            asked: Vec::new(),
            on_disk: BTreeMap::new(),
            markers: None,
        }
    }

    pub(super) fn settings(&mut self, root: &Path) -> Settings {
        let path = root.join(SETTINGS);
        if !self.disk.is_taken(&path) {
            return Settings::default();
        }
        if self.disk.leaves(&path, root) {
            self.unreadable(SETTINGS, LEAVES);
            return Settings::default();
        }
        let file = FilePath { path, is_file: false };
        self.on_disk.insert(SETTINGS.to_string(), file);
        let Some(file) = self.read(SETTINGS) else {
            return Settings::default();
        };
        let read = settings::parse(file, &self.sources.get(file).text);
        self.findings.extend(read.diagnostics);
        read.value.0
    }

    /// Where the packages of a project are, or, without a project, here. A folder that the settings name must be there.
    pub(super) fn starts(&mut self, root: Option<&Path>, settings: &Settings) -> Vec<PathBuf> {
        let base = root.unwrap_or(Path::new(""));
        let Some(named) = &settings.packages else {
            let usual: Vec<PathBuf> = USUAL
                .iter()
                .map(|name| base.join(name))
                .filter(|usual| self.disk.exists(usual))
                .collect();
            return if root.is_some() && !usual.is_empty() {
                usual
            } else {
                vec![or_here(base).to_path_buf()]
            };
        };
        let mut starts = Vec::new();
        for (name, span) in named {
            let path = base.join(name);
            let is_glob = name.contains(['*', '?']) && !self.disk.exists(&path);
            let matching = if is_glob {
                self.matching(base, name)
            } else {
                Vec::new()
            };
            if self.disk.leaves(&path, base) {
                let found = Diagnostic::new(
                    codes::INVALID_VALUE,
                    *span,
                    format!("`{name}` is outside of the project"),
                );
                self.findings
                    .push(found.help("Name a folder of the project that holds packages."));
            } else if self.disk.exists(&path) {
                starts.push(path);
            } else if !matching.is_empty() {
                starts.extend(matching);
            } else {
                let message = if is_glob {
                    format!("nothing matches `{name}`")
                } else {
                    format!("there is no folder `{name}`")
                };
                let found = Diagnostic::new(codes::INVALID_VALUE, *span, message);
                self.findings
                    .push(found.help("Name a folder of the project that holds packages."));
            }
        }
        starts
    }

    /// The folders and the documents of a project that a glob matches, in order. What lies in a folder comes with it.
    fn matching(&self, base: &Path, glob: &str) -> Vec<PathBuf> {
        let globs = [glob.trim_start_matches("./").trim_end_matches('/').to_string()];
        let start = or_here(base);
        let mut found: Vec<PathBuf> = Vec::new();
        self.disk.walk(start, &enters, &mut |entry| {
            let Some(entry) = entry.ok().filter(|entry| entry.depth > 0) else {
                return;
            };
            let path = shown(entry.path, start);
            let is_wanted = entry.kind == FileKind::Folder || layout::is_document(&path);
            let is_inside = found.last().is_some_and(|folder| entry.path.starts_with(folder));
            if is_wanted && !is_inside && glob::any_matches(&globs, &path) {
                found.push(base.join(path));
            }
        });
        found
    }

    /// Notes all files below a path; `base` is taken off what is shown.
    pub(super) fn walk(&mut self, start: &Path, base: &Path) -> Result<(), Failure> {
        if self.disk.is_file(start) {
            let shown = self.note(start, base, true);
            self.alone.push(shown);
            let folder = start
                .parent()
                .filter(|folder| *folder != Path::new(""))
                .unwrap_or(Path::new("."));
            return self.neighbours(folder, base);
        }
        if !self.disk.is_folder(start) {
            return Err(Failure::usage(format!("`{}` does not exist", start.display())));
        }
        self.asked.push(shown(start, base));
        let disk = Arc::clone(&self.disk);
        disk.walk(start, &enters, &mut |entry| self.see(entry, start, base));
        Ok(())
    }

    /// Notes what a walk comes to.
    fn see(&mut self, entry: Result<WalkEntry<'_>, WalkError>, start: &Path, base: &Path) {
        // What is beside the project is read where it is named, and then it is what must not be left.
        let leaves = |path: &Path| {
            let is_inside = !self.disk.leaves(start, base);
            self.disk.leaves(path, if is_inside { base } else { start })
        };
        match entry {
            Ok(entry) if entry.kind == FileKind::Other && leaves(entry.path) => {
                self.unreadable(&shown(entry.path, base), LEAVES);
            }
            Ok(entry) if entry.kind != FileKind::Folder => {
                self.note(entry.path, base, entry.kind == FileKind::File);
            }
            Ok(entry) if layout::is_spec(&entry.path.file_name().unwrap_or_default().to_string_lossy()) => {
                self.unreadable(&shown(entry.path, base), "it is a folder");
            }
            Ok(entry) => self.folders.push(layout::as_folder(&shown(entry.path, base))),
            Err(error) => {
                let path = error.path.as_deref().unwrap_or(start);
                self.unreadable(&shown(path, base), &error.why);
            }
        }
    }

    /// The files beside a file that was named alone: links may lead to them.
    fn neighbours(&mut self, folder: &Path, base: &Path) -> Result<(), Failure> {
        let entries = self.disk.list(folder);
        let entries =
            entries.map_err(|why| Failure::machine(format!("cannot read `{}`: {why}", folder.display())))?;
        for entry in entries.into_iter().filter(|entry| self.disk.is_file(entry)) {
            let name = match entry.file_name() {
                Some(name) if folder == Path::new(".") => shown(Path::new(name), base),
                _ => shown(&entry, base),
            };
            let is_spec_or_cases = layout::is_spec(&name) || layout::is_cases(&name);
            if !is_spec_or_cases {
                self.files.push(name);
            }
        }
        Ok(())
    }

    fn note(&mut self, path: &Path, base: &Path, is_file: bool) -> String {
        let shown = shown(path, base);
        let file = FilePath {
            path: path.to_path_buf(),
            is_file,
        };
        let is_new = self.on_disk.insert(shown.clone(), file.clone()).is_none();
        if is_new && layout::is_marker(&shown) {
            let disk = &self.disk;
            let markers = self.markers.get_or_insert_with(|| Prefetch::start(disk));
            markers.want(shown.clone(), file);
        }
        self.files.push(shown.clone());
        shown
    }

    /// Groups what was seen into packages. The texts that it looked at come along, so that they are read once.
    pub(super) fn discover(&mut self, settings: &Settings) -> (Vec<PackageFiles>, BTreeMap<String, Content>) {
        let read = self.markers.take().map(Prefetch::finish);
        let texts: BTreeMap<String, Content> = read.into_iter().flatten().collect();
        let text = |path: &str| match texts.get(path) {
            Some(Content::Text(text)) => Some(text.as_str()),
            Some(Content::TooLarge(_) | Content::Unreadable(_) | Content::NotUtf8 { .. }) | None => None,
        };
        let places = layout::FilePaths {
            paths: &self.files,
            text: &text,
            dialects: &settings.dialects,
        };
        let mut packages = discover(&places, &self.alone);
        let lone = self.lone_readmes(&packages);
        if !lone.is_empty() {
            packages = discover(&places, &[self.alone.as_slice(), &lone].concat());
        }
        (packages, texts)
    }

    /// The files that the case mappings of packages read.
    pub(super) fn mapped(
        &self,
        packages: &[PackageFiles],
        settings: &Settings,
        known: &BTreeMap<String, Content>,
    ) -> BTreeSet<String> {
        let text = |path: &str| match known.get(path) {
            Some(Content::Text(text)) => Some((FileId(0), text.clone())),
            Some(Content::TooLarge(_) | Content::Unreadable(_) | Content::NotUtf8 { .. }) | None => None,
        };
        let wanted = packages
            .iter()
            .map(|package| mapping::wanted_files(package, settings, &self.files, &text));
        wanted.flatten().collect()
    }

    /// What OpenSpec keeps of the changes that are to be made, in a hidden file beside each.
    pub(super) fn beside_changes(&mut self, packages: &[PackageFiles]) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let active = |package: &&PackageFiles| package.changes.as_ref().is_some_and(|base| !base.archived);
        for package in packages.iter().filter(active) {
            let mut documents = package.documents.iter();
            let top = documents.find(|path| layout::folder(path) == package.root);
            let Some(folder) = top
                .and_then(|top| self.on_disk.get(top)?.path.parent())
                .map(Path::to_path_buf)
            else {
                continue;
            };
            let path = folder.join(layout::CHANGE_NOTES);
            if self.disk.is_file(&path) && !self.disk.leaves(&path, &folder) {
                let shown = layout::join(&package.root, layout::CHANGE_NOTES);
                let file = FilePath { path, is_file: false };
                self.on_disk.insert(shown.clone(), file);
                found.insert(shown);
            }
        }
        found
    }

    /// The README of each folder that was asked for and holds no other document: nothing else can be meant by it.
    fn lone_readmes(&self, packages: &[PackageFiles]) -> Vec<String> {
        let is_free = |folder: &&String| {
            let in_it = |path: &str| folder.is_empty() || path == *folder || lies_in(path, folder);
            !packages
                .iter()
                .any(|package| in_it(&package.root) || lies_in(folder, &package.root))
        };
        let lone = self.asked.iter().filter(is_free).filter_map(|folder| {
            let mut inside = self
                .documents()
                .filter(|path| folder.is_empty() || lies_in(path, folder));
            let only = inside.next().filter(|_| inside.next().is_none())?;
            let stem = layout::file_name(only).split('.').next().unwrap_or_default();
            stem.eq_ignore_ascii_case("readme").then(|| only.clone())
        });
        lone.collect()
    }

    /// The Markdown documents that a walk came to, sorted.
    fn documents(&self) -> impl Iterator<Item = &String> {
        self.on_disk.keys().filter(|path| layout::is_document(path))
    }

    /// The Markdown documents that a walk came to and that lie in no package.
    pub(super) fn skipped(&self, packages: &[PackageFiles]) -> Vec<String> {
        let read: BTreeSet<&String> = packages.iter().flat_map(|package| &package.documents).collect();
        self.documents()
            .filter(|path| !read.contains(path))
            .cloned()
            .collect()
    }

    /// Reads files on all processors, but for those that were read before.
    pub(super) fn read_all(&self, paths: &BTreeSet<String>, known: &mut BTreeMap<String, Content>) {
        let mut unread = None;
        for path in paths.iter().filter(|path| !known.contains_key(*path)) {
            if let Some(file) = self.on_disk.get(path) {
                let prefetch = unread.get_or_insert_with(|| Prefetch::start(&self.disk));
                prefetch.want(path.clone(), file.clone());
            }
        }
        known.extend(unread.into_iter().flat_map(Prefetch::finish));
    }

    /// Reads a file once.
    fn read(&mut self, shown: &str) -> Option<FileId> {
        let content = content(&*self.disk, self.on_disk.get(shown)?);
        self.add(shown, content)
    }

    /// The same for a file that need not be a text.
    pub(super) fn add_data(&mut self, shown: &str, content: Content) {
        if let Content::NotUtf8 { bytes, .. } = content {
            self.sources.add(Source::of_bytes(shown, bytes));
        } else {
            self.add(shown, content);
        }
    }

    /// Keeps what could be read of a file; what is wrong with it is a finding.
    pub(super) fn add(&mut self, shown: &str, content: Content) -> Option<FileId> {
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
    pub(super) fn unread(&self) -> BTreeSet<String> {
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

    /// The built-in templates, with the project's own in their place, and whether it has any.
    pub(super) fn templates(&mut self, root: Option<&Path>) -> (BTreeMap<String, String>, bool) {
        let mut templates = target::built_in_templates();
        let Some(folder) = root
            .map(|root| root.join("templates"))
            .filter(|folder| self.disk.is_folder(folder))
        else {
            return (templates, false);
        };
        let disk = Arc::clone(&self.disk);
        disk.walk(&folder, &|_| true, &mut |entry| {
            let Some(entry) = entry.ok().filter(|entry| entry.kind == FileKind::File) else {
                return;
            };
            let name = shown(entry.path, &folder);
            if let Ok(text) = disk.read_text(entry.path) {
                templates.insert(name, text);
                return;
            }
            let path = format!("templates/{name}");
            let file = FilePath {
                path: entry.path.to_path_buf(),
                is_file: true,
            };
            self.on_disk.insert(path.clone(), file);
            self.read(&path);
        });
        (templates, true)
    }
}
