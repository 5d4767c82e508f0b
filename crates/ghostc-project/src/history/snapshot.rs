//! A package as one or more commits had it: its texts, parsed when somebody asks, and once.

use crate::load::Loaded;
use ghostc_spec::Settings;
use ghostc_spec::layout::PackageFiles;
use ghostc_spec::library::{Library, Package};
use ghostc_spec::resolve::{Input, case_files, document, resolve_package};
use ghostc_syntax::{Source, Sources};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// A state of a package.
pub struct PackageSnapshot {
    /// Which files it is made of.
    pub files: PackageFiles,
    /// What git calls their contents, by path.
    pub blobs: BTreeMap<String, String>,
    /// Their texts, by path.
    pub texts: BTreeMap<String, Arc<str>>,
    /// The files that links may lead to.
    existing: Arc<BTreeSet<String>>,
    settings: Arc<Settings>,
    read: OnceLock<ReadPackage>,
}

/// What was understood of it.
struct ReadPackage {
    library: Library,
    sources: Sources,
}

impl PackageSnapshot {
    /// A package with these texts.
    pub(crate) fn new(
        files: PackageFiles,
        blobs: BTreeMap<String, String>,
        texts: BTreeMap<String, Arc<str>>,
        existing: Arc<BTreeSet<String>>,
        settings: Arc<Settings>,
    ) -> PackageSnapshot {
        PackageSnapshot {
            files,
            blobs,
            texts,
            existing,
            settings,
            read: OnceLock::new(),
        }
    }

    /// The packages as they are on disk.
    pub(crate) fn on_disk(loaded: &Loaded) -> Vec<Arc<PackageSnapshot>> {
        let existing = Arc::new(loaded.existing.clone());
        let settings = Arc::new(loaded.settings.clone());
        let text = |path: &String| {
            let source = loaded.sources.iter().find(|(_, source)| source.path == *path);
            source.map(|(_, source)| (path.clone(), Arc::from(source.text.as_str())))
        };
        let snapshot = |files: &PackageFiles| {
            let paths = files.all();
            let texts = paths.filter_map(text).collect();
            let (existing, settings) = (Arc::clone(&existing), Arc::clone(&settings));
            Arc::new(PackageSnapshot::new(
                files.clone(),
                BTreeMap::new(),
                texts,
                existing,
                settings,
            ))
        };
        loaded.packages.iter().map(snapshot).collect()
    }

    /// The package alone in a library; an empty library where there was nothing to read.
    pub fn library(&self) -> &Library {
        &self.read().library
    }

    /// The package.
    pub fn package(&self) -> Option<&Package> {
        self.library().packages.first()
    }

    /// Its texts, as its spans mean them.
    pub fn sources(&self) -> &Sources {
        &self.read().sources
    }

    fn read(&self) -> &ReadPackage {
        self.read.get_or_init(|| {
            let mut sources = Sources::default();
            let mut documents = Vec::new();
            for (path, text) in &self.texts {
                let file = sources.add(Source::new(path.as_str(), &**text));
                if self.files.documents.contains(path) {
                    documents.push(document(file, &sources).value);
                }
            }
            let input = Input {
                sources: &sources,
                existing: &self.existing,
                settings: &self.settings,
            };
            let cases = case_files(&self.files, input).value;
            let read = resolve_package(&self.files, documents, cases, input);
            let packages = read.map(|read| read.value).into_iter().collect();
            ReadPackage {
                library: Library { packages },
                sources,
            }
        })
    }
}
