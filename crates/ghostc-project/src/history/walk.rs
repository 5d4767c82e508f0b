//! The steps of a history: each commit that touched a package, with the package before and after.

use super::commits::{Commit, Commits, TouchedFile};
use super::followed;
use super::snapshot::PackageSnapshot;
use crate::failure::Failure;
use crate::names::SETTINGS;
use crate::repository::{self, Blobs, Repository, Tree};
use ghostc_diff::diff::{PackageDiff, diff};
use ghostc_spec::discover::discover;
use ghostc_spec::layout::{self, PackageFiles};
use ghostc_spec::{Library, Settings, settings};
use ghostc_syntax::{Source, Sources};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

/// Commits that are read together: each of them is held in memory meanwhile.
const MOST_AT_ONCE: usize = 32;

/// What history is asked for.
pub(crate) struct WalkRequest<'a> {
    /// A revision, or a range of two.
    pub(crate) range: &'a str,
    /// Folders and files, as the newest commit calls them; none for the whole project.
    pub(crate) paths: Vec<String>,
    /// Other files whose commits are steps too, though they are of no package.
    pub(crate) also: fn(&str) -> bool,
}

/// A commit that touched packages.
pub struct Step {
    /// The commit.
    pub commit: Commit,
    /// What it touched.
    pub pairs: Vec<PackagePair>,
}

/// A package before and after a commit.
#[derive(Clone)]
pub struct PackagePair {
    /// Before; nothing where the commit made it.
    pub old: Option<Arc<PackageSnapshot>>,
    /// After; nothing where the commit removed it.
    pub new: Option<Arc<PackageSnapshot>>,
}

/// A walk back through a history.
pub(crate) struct Walk {
    repository: Repository,
    commits: Commits,
    blobs: Blobs,
    /// The folders and files that were asked for, as the newest commit calls them and as the next one does.
    asked: Vec<String>,
    paths: Vec<String>,
    also: fn(&str) -> bool,
    /// Whether each Markdown document is a package: there was no other where the walk started, and no path was named.
    is_loose: Option<bool>,
    /// The files after the commit that comes next, and which commit that is.
    tree: Tree,
    at: String,
    /// What was found in them, or in those of a commit close by.
    state: Option<PackagesAt>,
    /// Whether files came or went since then.
    stale: bool,
    /// How many commits are read together next.
    batch: usize,
}

/// The packages of a commit.
#[derive(Clone, Default)]
struct PackagesAt {
    settings: Arc<Settings>,
    /// What git calls the text of the settings.
    settings_blob: Option<String>,
    existing: Arc<BTreeSet<String>>,
    files: Vec<PackageFiles>,
    snapshots: Vec<Arc<PackageSnapshot>>,
}

impl Walk {
    /// Starts at the newest commit.
    pub(crate) fn start(repository: &Repository, asked: WalkRequest<'_>) -> Result<Walk, Failure> {
        Ok(Walk {
            repository: repository.clone(),
            commits: Commits::of(repository, asked.range)?,
            blobs: Blobs::of(repository)?,
            asked: asked.paths.clone(),
            paths: asked.paths,
            also: asked.also,
            is_loose: None,
            tree: Tree::new(),
            at: String::new(),
            state: None,
            stale: true,
            batch: 2,
        })
    }

    /// The packages of the revision at which the walk starts.
    pub(crate) fn newest(&mut self, revision: &str) -> Result<Vec<Arc<PackageSnapshot>>, Failure> {
        self.at = self.repository.commit(revision)?;
        let tree = self.repository.tree(&self.at)?;
        let state = self.read(&tree, None, true)?;
        let snapshots = state.snapshots.clone();
        (self.tree, self.state, self.stale) = (tree, Some(state), false);
        Ok(snapshots)
    }

    /// A walk of the same kind through a branch that was merged into `trunk`, and the packages at its tip.
    pub(super) fn branch(
        &self,
        trunk: &str,
        tip: &str,
    ) -> Result<(Walk, Vec<Arc<PackageSnapshot>>), Failure> {
        let asked = WalkRequest {
            range: &format!("{trunk}..{tip}"),
            paths: self.asked.clone(),
            also: self.also,
        };
        let mut walk = Walk::start(&self.repository, asked)?;
        let newest = walk.newest(tip)?;
        Ok((walk, newest))
    }

    /// The next commits that touched packages: few at first, so that the first is there soon, then as many as keep all
    /// processors busy. None after the last.
    pub(crate) fn next(&mut self) -> Result<Vec<Step>, Failure> {
        let mut steps = Vec::new();
        while steps.len() < self.batch
            && let Some(commit) = self.commits.next()?
        {
            steps.extend(self.step(commit)?);
        }
        self.batch = (self.batch * 2).min(MOST_AT_ONCE);
        Ok(steps)
    }

    fn step(&mut self, commit: Commit) -> Result<Option<Step>, Failure> {
        if commit.id != self.at {
            self.tree = self.repository.tree(&commit.id)?;
            self.stale = true;
        }
        self.at = commit.parents.first().cloned().unwrap_or_default();
        let touches = |is_it: &dyn Fn(&str) -> bool| {
            let sides = commit
                .touched
                .iter()
                .flat_map(|touched| touched.old.iter().chain(&touched.new));
            sides.into_iter().any(|entry| is_it(&entry.path))
        };
        let also = touches(&self.also);
        if !touches(&|path| layout::is_package_file(path) || path == SETTINGS) {
            self.stale |= others_come_or_go(&commit.touched);
            go_back(&mut self.tree, &commit.touched);
            let pairs = Vec::new();
            return Ok(also.then_some(Step { commit, pairs }));
        }
        let tree = std::mem::take(&mut self.tree);
        let after = match self.state.take() {
            Some(state) if !self.stale => state,
            near => self.read(&tree, near.as_ref(), true)?,
        };
        self.tree = tree;
        go_back(&mut self.tree, &commit.touched);
        let paths = followed::before(&self.paths, &commit.touched, &self.tree);
        let same_files = paths == self.paths && !rearranges(&commit.touched);
        self.paths = paths;
        let tree = std::mem::take(&mut self.tree);
        let before = self.read(&tree, Some(&after), !same_files);
        self.tree = tree;
        let before = before?;
        self.stale = false;
        let pairs = pairs(&before.snapshots, &after.snapshots, &commit.touched);
        self.state = Some(before);
        Ok((also || !pairs.is_empty()).then_some(Step { commit, pairs }))
    }

    /// Finds and reads the packages of a tree; what is as it was in a neighbouring state is taken from there.
    fn read(&mut self, tree: &Tree, near: Option<&PackagesAt>, anew: bool) -> Result<PackagesAt, Failure> {
        let mut state = match near {
            Some(near) if !anew => PackagesAt {
                snapshots: Vec::new(),
                ..near.clone()
            },
            _ => self.find(tree)?,
        };
        let known: Vec<Arc<PackageSnapshot>> = near.map(|near| near.snapshots.clone()).unwrap_or_default();
        let by_root: BTreeMap<&str, &Arc<PackageSnapshot>> = known
            .iter()
            .map(|snapshot| (snapshot.files.root.as_str(), snapshot))
            .collect();
        let same_settings = near.is_some_and(|near| near.settings_blob == state.settings_blob);
        let mut texts: BTreeMap<&str, &Arc<str>> = BTreeMap::new();
        for snapshot in &known {
            let blobs = snapshot.blobs.iter();
            texts.extend(blobs.filter_map(|(path, blob)| Some((blob.as_str(), snapshot.texts.get(path)?))));
        }
        for files in &state.files {
            let paths = files.all();
            let blobs: Tree = paths
                .filter_map(|path| Some((path.clone(), tree.get(path)?.clone())))
                .collect();
            let same = |snapshot: &&Arc<PackageSnapshot>| snapshot.files == *files && snapshot.blobs == blobs;
            let near = by_root.get(files.root.as_str()).copied();
            if let Some(snapshot) = near.filter(same).filter(|_| same_settings) {
                state.snapshots.push(Arc::clone(snapshot));
                continue;
            }
            let unread: Tree = blobs
                .iter()
                .filter(|(_, blob)| !texts.contains_key(blob.as_str()))
                .map(|(path, blob)| (path.clone(), blob.clone()))
                .collect();
            let mut read = self.blobs.texts(&unread, |_| true)?;
            let text = |(path, blob): (&String, &String)| {
                let fresh = read.remove(path).map(Arc::from);
                Some((
                    path.clone(),
                    fresh.or_else(|| texts.get(blob.as_str()).map(|text| Arc::clone(text)))?,
                ))
            };
            let texts = blobs.iter().filter_map(text).collect();
            let (existing, settings) = (Arc::clone(&state.existing), Arc::clone(&state.settings));
            let snapshot = PackageSnapshot::new(files.clone(), blobs, texts, existing, settings);
            state.snapshots.push(Arc::new(snapshot));
        }
        Ok(state)
    }

    /// Which packages there are in a tree.
    fn find(&mut self, tree: &Tree) -> Result<PackagesAt, Failure> {
        let own = self.blobs.texts(tree, |path| path == SETTINGS)?;
        let settings = own.get(SETTINGS).map_or_else(Settings::default, |text| {
            let mut sources = Sources::default();
            let file = sources.add(Source::new(SETTINGS, text.as_str()));
            settings::parse(file, text).value
        });
        let seen = repository::seen(&self.paths, tree, &settings);
        let is_near = |path: &str| layout::is_marker(path) && seen.iter().any(|near| near == path);
        let markers = self.blobs.texts(tree, is_near)?;
        let places = layout::FilePaths {
            paths: &seen,
            text: &|path| markers.get(path).map(String::as_str),
            dialects: &settings.dialects,
        };
        let mut files = discover(&places, &self.paths);
        let has_none = files.is_empty() && self.paths.is_empty();
        if *self.is_loose.get_or_insert(has_none) {
            let documents = seen.iter().filter(|path| layout::is_document(path));
            files = discover(&places, &documents.cloned().collect::<Vec<_>>());
        }
        Ok(PackagesAt {
            files,
            existing: Arc::new(seen.into_iter().collect()),
            settings: Arc::new(settings),
            settings_blob: tree.get(SETTINGS).cloned(),
            snapshots: Vec::new(),
        })
    }
}

impl Step {
    /// What the commit changed in each package, where it changed anything.
    pub fn changes(&self) -> Vec<(&PackagePair, PackageDiff)> {
        let pairs = self.pairs.iter();
        let found = pairs.flat_map(|pair| pair.changes().into_iter().map(move |found| (pair, found)));
        found.filter(|(_, found)| !found.changes.is_empty()).collect()
    }
}

impl PackagePair {
    /// What differs between the two.
    pub(super) fn changes(&self) -> Vec<PackageDiff> {
        diff(side(&self.old), side(&self.new), &[]).packages
    }

    /// The texts before and after.
    pub fn sources(&self) -> (&Sources, &Sources) {
        (side(&self.old).1, side(&self.new).1)
    }

    /// The folder of the package, the newer one where it has two.
    pub fn root(&self) -> &str {
        let snapshot = self.new.as_ref().or(self.old.as_ref());
        snapshot.map_or("", |snapshot| &snapshot.files.root)
    }
}

/// What stands for a package that is not there.
static NOTHING: LazyLock<(Library, Sources)> = LazyLock::new(Default::default);

fn side(snapshot: &Option<Arc<PackageSnapshot>>) -> (&Library, &Sources) {
    match snapshot {
        Some(snapshot) => (snapshot.library(), snapshot.sources()),
        None => (&NOTHING.0, &NOTHING.1),
    }
}

/// Whether files came, went or got other names, or a file changed that says which packages there are.
fn rearranges(touched: &[TouchedFile]) -> bool {
    let says = |path: &str| layout::is_marker(path) || path == SETTINGS;
    others_come_or_go(touched)
        || touched
            .iter()
            .filter_map(|touched| touched.new.as_ref())
            .any(|new| says(&new.path))
}

fn others_come_or_go(touched: &[TouchedFile]) -> bool {
    let path = |entry: &Option<super::commits::FileAtCommit>| entry.as_ref().map(|entry| entry.path.clone());
    touched
        .iter()
        .any(|touched| path(&touched.old) != path(&touched.new))
}

/// Undoes what a commit did to the files.
fn go_back(tree: &mut Tree, touched: &[TouchedFile]) {
    for entry in touched.iter().filter_map(|touched| touched.new.as_ref()) {
        tree.remove(&entry.path);
    }
    for entry in touched.iter().filter_map(|touched| touched.old.as_ref()) {
        tree.insert(entry.path.clone(), entry.blob.clone());
    }
}

/// Whether two states are of one package.
type SamePackage<'a> = dyn Fn(&PackageSnapshot, &PackageSnapshot) -> bool + 'a;

/// The packages that differ, each with what it was: in one folder, else by a document that was renamed, else by name.
pub(super) fn pairs(
    old: &[Arc<PackageSnapshot>],
    new: &[Arc<PackageSnapshot>],
    touched: &[TouchedFile],
) -> Vec<PackagePair> {
    let mut left: Vec<&Arc<PackageSnapshot>> = old.iter().collect();
    let mut came: Vec<&Arc<PackageSnapshot>> = new.iter().collect();
    let mut out = Vec::new();
    let renames = followed::renames(touched);
    let renamed = |a: &PackageSnapshot, b: &PackageSnapshot| {
        let mut documents = b.files.documents.iter();
        documents.any(|path| {
            renames
                .get(path.as_str())
                .is_some_and(|old| a.files.documents.iter().any(|path| path == old))
        })
    };
    let name = |snapshot: &PackageSnapshot| snapshot.package().map(|package| package.name.clone());
    let alone = old.len() == 1 && new.len() == 1;
    let rules: [&SamePackage<'_>; 3] = [&|a, b| a.files.root == b.files.root, &renamed, &|a, b| {
        alone || name(a) == name(b)
    }];
    for rule in rules {
        came.retain(|after| {
            let Some(at) = left.iter().position(|before| rule(before, after)) else {
                return true;
            };
            let before = left.remove(at);
            if !Arc::ptr_eq(before, after) {
                out.push(PackagePair {
                    old: Some(Arc::clone(before)),
                    new: Some(Arc::clone(after)),
                });
            }
            false
        });
    }
    out.extend(left.into_iter().map(|old| PackagePair {
        old: Some(Arc::clone(old)),
        new: None,
    }));
    out.extend(came.into_iter().map(|new| PackagePair {
        old: None,
        new: Some(Arc::clone(new)),
    }));
    out.sort_by(|a, b| a.root().cmp(b.root()));
    out
}
