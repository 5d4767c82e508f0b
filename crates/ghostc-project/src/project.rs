//! An opened project: its packages planned for their targets, with what is locked and accepted of each.

mod unit;

pub(crate) use unit::Unit;

use crate::event::Listener;
use crate::failure::{self, Failure, FailureKind, FindingSubject};
use crate::golden::{self, Golden};
use crate::host::Host;
use crate::load::{self, Loaded};
use crate::names::{LOCK, SETTINGS, state, temporaries};
use crate::parallel::on_all_processors;
use crate::paths::shown;
use crate::tracked::refuse_tracked_state;
use ghostc_plan::key;
use ghostc_plan::lock::Lock;
use ghostc_plan::package_text::PackageText;
use ghostc_plan::plan::TaskGraph;
use ghostc_plan::prompt::PromptTemplates;
use ghostc_plan::{Target, plan, target};
use ghostc_spec::library::{Library, Package};
use ghostc_spec::parallel::both;
use ghostc_syntax::{Checked, Sound};
use std::collections::{BTreeMap, BTreeSet};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

/// A project and everything that is known of it before anything is run.
pub(crate) struct Project {
    pub(crate) host: Host,
    pub(crate) root: PathBuf,
    pub(crate) loaded: Loaded,
    pub(crate) library: Sound<Library>,
    pub(crate) graphs: Vec<TaskGraph>,
    pub(crate) texts: Vec<PackageText>,
    pub(crate) targets: BTreeMap<String, Target>,
    pub(crate) prompts: PromptTemplates,
    pub(crate) lock: Lock,
    /// Whether the targets were asked for by name: then a missing toolchain is a failure.
    pub(crate) targets_named: bool,
}

/// A project's files as they were read, before anything but its settings was parsed.
pub(crate) struct ProjectFiles {
    pub(crate) host: Host,
    pub(crate) root: PathBuf,
    pub(crate) loaded: Loaded,
    /// The text of the lock; empty where there is none.
    pub(crate) lock: Result<String, Failure>,
}

/// A project's files, with what they say, which has no errors.
pub(crate) struct Opened {
    pub(crate) host: Host,
    pub(crate) root: PathBuf,
    pub(crate) loaded: Loaded,
    pub(crate) library: Sound<Library>,
}

/// Reads a target.
pub(crate) fn load_target(name: &str, templates: &BTreeMap<String, String>) -> Result<Target, Failure> {
    let known = target::names(templates);
    if !known.iter().any(|known| known == name) {
        let names: Vec<&str> = known.iter().map(String::as_str).collect();
        return Err(Failure::unknown(
            "target",
            name,
            &names,
            format_args!("Known: {}.", known.join(", ")),
        ));
    }
    Target::load(name, templates).map_err(|error| {
        let subject = FindingSubject::Target;
        Failure::because(FailureKind::Usage, subject, error.diagnostics, error.sources)
    })
}

/// The folder of the project that is named or that the current folder lies in; there has to be one.
pub fn require_root(project: Option<&Path>, host: &Host) -> Result<PathBuf, Failure> {
    load::project_root(project, host)?.ok_or_else(|| {
        let failure = Failure::usage(format!("no `{}` here or in a folder above", SETTINGS));
        failure.help("Run `ghostc init` to start a project.")
    })
}

/// Fails where something else has the name of the folder of a project's state, or where anybody may have written what is
/// in it.
pub(crate) fn require_own_state(root: &Path, host: &Host) -> Result<(), Failure> {
    golden::require_folder(&*host.files, &state(root), root)?;
    refuse_tracked_state(root, host)
}

impl ProjectFiles {
    /// Reads the files of the project that is named or that the current folder lies in, each once.
    pub(crate) fn read(project: Option<&Path>, host: &Host) -> Result<ProjectFiles, Failure> {
        let root = require_root(project, host)?;
        require_own_state(&root, host)?;
        let loaded = load::load(&[], project, host)?;
        loaded.require_spec(&[])?;
        let lock = read_lock(&root, host);
        Ok(ProjectFiles {
            host: host.clone(),
            root,
            loaded,
            lock,
        })
    }

    /// Opens the project, narrowed to some packages and targets where they are named.
    ///
    /// It is never dropped: a command ends with its project, and taking a large one apart takes time for nothing.
    pub(crate) fn open(
        self,
        paths: &[PathBuf],
        targets: &[String],
        listener: &mut Listener<'_>,
    ) -> Result<ManuallyDrop<Project>, Failure> {
        let ProjectFiles {
            host,
            root,
            mut loaded,
            lock,
        } = self;
        narrow(&mut loaded, paths, &root)?;
        let (lock, library) = both(move || parse_lock(&lock?), || loaded.sound_library(listener));
        let opened = Opened {
            host,
            root,
            loaded,
            library: library?,
        };
        opened.plan(lock, targets, listener)
    }
}

impl Opened {
    /// The project for the named targets, or for all that its packages are built for.
    pub(crate) fn plan(
        self,
        lock: Result<Lock, Failure>,
        targets: &[String],
        listener: &mut Listener<'_>,
    ) -> Result<ManuallyDrop<Project>, Failure> {
        let Opened {
            host,
            root,
            mut loaded,
            library,
        } = self;
        let graphs = planned(&library, &mut loaded, &[], listener)?;
        let prompts = PromptTemplates::load(&loaded.templates).map_err(Failure::template)?;
        let texts = on_all_processors(&graphs, |graph| {
            PackageText::new(package_of(&library, graph), graph, &loaded.sources)
        });
        let lock = lock?;
        let with_ids = |text: PackageText, graph: &TaskGraph| {
            let known = lock.known(&package_of(&library, graph).name);
            text.with_known(known)
        };
        let texts = texts.into_iter().zip(&graphs);
        let texts = texts.map(|(text, graph)| with_ids(text, graph)).collect();
        let mut project = Project {
            host,
            lock,
            root,
            graphs,
            texts,
            targets: BTreeMap::new(),
            prompts,
            library,
            loaded,
            targets_named: !targets.is_empty(),
        };
        for name in project.target_names(targets) {
            let target = load_target(&name, &project.loaded.templates)?;
            project.targets.insert(name, target);
        }
        Ok(ManuallyDrop::new(project))
    }
}

/// The tasks of all packages, but for those that were archived and that no path names.
pub(crate) fn planned(
    library: &Sound<Library>,
    loaded: &mut Loaded,
    paths: &[PathBuf],
    listener: &mut Listener<'_>,
) -> Result<Vec<TaskGraph>, Failure> {
    let is_wanted = |package: &Package| load::is_wanted(package, paths);
    let Checked { value, diagnostics } = plan(library, &loaded.sources, &loaded.settings, &is_wanted);
    if failure::kind_of(&diagnostics, &loaded.sources).is_some() {
        let failure = loaded.failure(FindingSubject::Plan, diagnostics);
        return Err(Failure {
            kind: FailureKind::Findings,
            ..failure
        });
    }
    loaded.tell(&diagnostics, listener);
    Ok(value)
}

impl Project {
    /// Reads and opens the project, narrowed to some packages and targets where they are named.
    pub(crate) fn open(
        paths: &[PathBuf],
        targets: &[String],
        (project, host): (Option<&Path>, &Host),
        listener: &mut Listener<'_>,
    ) -> Result<ManuallyDrop<Project>, Failure> {
        ProjectFiles::read(project, host)?.open(paths, targets, listener)
    }

    /// The targets that any package is built for; only the named ones, if there are any.
    fn target_names(&self, named: &[String]) -> BTreeSet<String> {
        if !named.is_empty() {
            return named.iter().cloned().collect();
        }
        self.library
            .packages
            .iter()
            .flat_map(|package| self.loaded.targets_of(package))
            .collect()
    }

    /// Every package for every target that it is built for, in order.
    pub(crate) fn units(&self) -> Result<Vec<Unit<'_>>, Failure> {
        let mut wanted = Vec::new();
        for (graph, text) in self.graphs.iter().zip(&self.texts) {
            let package = package_of(&self.library, graph);
            let names = self.loaded.targets_of(package);
            let targets = self
                .targets
                .values()
                .filter(|target| names.contains(&target.name));
            wanted.extend(targets.map(|target| (package, graph, text, target)));
        }
        let units = on_all_processors(&wanted, |(package, graph, text, target)| {
            self.unit(package, graph, text, target)
        });
        units.into_iter().collect()
    }

    fn unit<'p>(
        &'p self,
        package: &'p Package,
        graph: &'p TaskGraph,
        text: &'p PackageText,
        target: &'p Target,
    ) -> Result<Unit<'p>, Failure> {
        let keys = key::keys(package, graph, text, target, &self.prompts.digests);
        let golden = Golden::read(
            &self.host,
            &self.root,
            &package.name,
            &target.name,
            target.ignored(package),
        )?;
        Ok(Unit {
            project: self,
            package,
            graph,
            text,
            target,
            keys,
            golden,
        })
    }

    /// The folder for what outlives a command and is not committed.
    pub(crate) fn state(&self) -> PathBuf {
        state(&self.root)
    }

    /// Writes the lock, all of it or nothing.
    pub(crate) fn write_lock(&self, lock: &Lock) -> Result<(), Failure> {
        let (way, path) = (temporaries(&self.root), self.root.join(LOCK));
        let written = self.host.files.write_by(&way, &path, lock.to_text().as_bytes());
        written.map_err(Failure::machine)
    }
}

/// The package that a graph is of.
fn package_of<'l>(library: &'l Library, graph: &TaskGraph) -> &'l Package {
    let package = library.packages.get(graph.index);
    package.expect("a graph is of a package of the library")
}

/// Whether a name means a task of a package: `task`, or `package/task`.
pub(crate) fn means_task(name: &str, package: &Package, task: &str) -> bool {
    name == task || in_package(name, package) == Some(task)
}

/// Whether a name is that of a package: what it is called, or its folder.
pub(crate) fn is_package(name: &str, package: &Package) -> bool {
    name == package.name || name.trim_end_matches('/') == package.root
}

/// What a name means in a package, where it begins with what that is called, or with its folder.
pub(crate) fn in_package<'n>(name: &'n str, package: &Package) -> Option<&'n str> {
    let rest = |outer: &str| name.strip_prefix(outer).and_then(|rest| rest.strip_prefix('/'));
    let rest = rest(&package.name).or_else(|| rest(&package.root));
    rest.filter(|rest| !rest.is_empty())
}

/// Leaves only the packages that the paths name: a folder, a file in one, or a package's name.
fn narrow(loaded: &mut Loaded, paths: &[PathBuf], root: &Path) -> Result<(), Failure> {
    if paths.is_empty() {
        return Ok(());
    }
    let mut wanted: Vec<String> = paths.iter().map(|path| shown(path, root)).collect();
    for name in &mut wanted {
        let known = loaded.packages.iter().any(|package| names(name, &package.root));
        if let Some(folder) = Some(()).filter(|()| !known).and_then(|()| loaded.root_of(name)) {
            *name = folder;
        }
    }
    for name in &wanted {
        let known = loaded.packages.iter().any(|package| names(name, &package.root));
        if !known {
            let roots: Vec<&str> = loaded
                .packages
                .iter()
                .map(|package| package.root.as_str())
                .collect();
            let failure = Failure::usage(format!("`{name}` is no package of this project"));
            return Err(failure.help(format!("Packages: {}.", roots.join(", "))));
        }
    }
    loaded
        .packages
        .retain(|package| wanted.iter().any(|name| names(name, &package.root)));
    Ok(())
}

fn names(name: &str, root: &str) -> bool {
    let below = |outer: &str, inner: &str| {
        outer.is_empty() || inner == outer || inner.starts_with(&format!("{outer}/"))
    };
    below(name, root) || below(root, name) || root.rsplit('/').next() == Some(name)
}

/// The way out of a lock that is not whole.
const BROKEN_LOCK: &str = "Take it from version control, in a merge one side whole (`git checkout --ours ghostc.lock`), and run `ghostc build`.";

/// What the lock of the project holds; nothing outside of projects.
pub(crate) fn lock(project: Option<&Path>, host: &Host) -> Result<Lock, Failure> {
    let root = load::project_root(project, host)?;
    root.map_or_else(
        || Ok(Lock::default()),
        |root| parse_lock(&read_lock(&root, host)?),
    )
}

fn read_lock(root: &Path, host: &Host) -> Result<String, Failure> {
    let path = root.join(LOCK);
    if host.files.exists(&path) && !host.files.is_file(&path) {
        return Err(Failure::machine(format!("`{LOCK}` is not a file"))
            .help("Take it from version control, or delete it and build again."));
    }
    if host.files.leaves(&path, root) {
        return Err(
            Failure::machine(format!("`{LOCK}` is a link that leaves the project"))
                .help("Take it from version control, or delete it and build again."),
        );
    }
    match host.files.read_text(&path) {
        Ok(text) if text.trim().is_empty() => {
            Err(Failure::usage(format!("`{LOCK}` is empty, which ghostc does not write")).help(BROKEN_LOCK))
        }
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(Failure::machine(format!("cannot read `{LOCK}`: {error}"))),
    }
}

fn parse_lock(text: &str) -> Result<Lock, Failure> {
    Lock::parse(text).map_err(|error| Failure::usage(error).help(BROKEN_LOCK))
}
