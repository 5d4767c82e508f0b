//! What it costs to build again what changes of a spec make stale: builds, tokens of prompts, files of `golden/`, and
//! what the last builds of the same tasks took.

use crate::comparison::Comparison;
use crate::failure::Failure;
use crate::host::Host;
use crate::load::{self, Loaded};
use crate::planned_package::{PlannedPackage, SharedTokens};
use crate::project;
use ghostc_diff::diff::{PackageDiff, SpecDiff};
use ghostc_plan::lock::Lock;
use ghostc_plan::package_text::PackageText;
use ghostc_plan::plan::{Task, TaskGraph};
use ghostc_spec::library::{Library, Package};
use ghostc_syntax::Sources;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The costs of all stale tasks of a project. Files that belong to no project are built for nothing and cost nothing.
#[derive(Default)]
pub struct Costs {
    /// Why it is not known what the last builds took, where the lock cannot be read.
    pub unknown: Option<String>,
    tasks: BTreeMap<(String, String), TaskCost>,
}

/// What one task costs.
struct TaskCost {
    /// The targets that it is built for.
    targets: Vec<String>,
    /// Tokens of the spec in its prompt for a target, about.
    prompt: usize,
    /// Paths of its accepted files.
    files: Vec<String>,
    /// How many of its targets have accepted code.
    built: usize,
    /// What its last builds took of which that is known.
    last: Vec<Spent>,
}

/// What a build took.
struct Spent {
    tokens: u64,
    /// Dollars, where the price of the agent's tokens is known.
    dollars: Option<f64>,
}

/// What some tasks of a package cost together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cost {
    /// The targets that they are built for.
    pub targets: BTreeSet<String>,
    /// How many builds that makes: tasks by targets.
    pub builds: usize,
    /// About how many tokens of the spec are in all prompts; nothing where nothing is built.
    pub prompt_tokens: Option<usize>,
    /// Accepted files that are written again.
    pub files: BTreeSet<String>,
    /// Tokens that their last builds took, as far as agents said.
    pub last_tokens: Option<u64>,
    /// Accepted builds of which that is not known.
    pub unknown_builds: usize,
    /// What these tokens cost, in dollars, as far as the settings give prices.
    pub last_dollars: Option<f64>,
}

/// A new state of a project: its tasks, and what was accepted of them.
#[derive(Clone, Copy)]
pub(crate) struct PlannedState<'a> {
    pub(crate) library: &'a Library,
    pub(crate) graphs: &'a [TaskGraph],
    pub(crate) loaded: &'a Loaded,
    pub(crate) lock: &'a Lock,
}

impl Costs {
    /// What the stale tasks of a difference cost in the project that is worked in. Tokens are estimated: a vocabulary takes
    /// longer to load than two specs to compare.
    pub(crate) fn of(compared: &Comparison, project: Option<&Path>, host: &Host) -> Result<Costs, Failure> {
        let is_stale = compared.found.changes().any(|change| !change.tasks.is_empty());
        let is_project = load::project_root(project, host)?.is_some();
        let Some((library, graphs)) = compared.planned.as_ref().filter(|_| is_stale && is_project) else {
            return Ok(Costs::default());
        };
        let (lock, unknown) = match project::lock(project, host) {
            Ok(lock) => (lock, None),
            Err(failure) => (Lock::default(), Some(failure.text().to_string())),
        };
        let new = PlannedState {
            library,
            graphs,
            loaded: &compared.new.loaded,
            lock: &lock,
        };
        Ok(Costs {
            unknown,
            ..Costs::of_stale(&compared.found, new)
        })
    }

    /// The same where the new state is planned, and its lock read.
    pub(crate) fn of_stale(found: &SpecDiff, new: PlannedState<'_>) -> Costs {
        let mut costs = Costs::default();
        for package in &found.packages {
            let graph = new.graphs.iter().find(|graph| graph.package == package.name);
            let home = graph.and_then(|graph| Some((graph, new.library.packages.get(graph.index)?)));
            let stale = stale_tasks(package);
            if let Some((graph, home)) = home.filter(|_| !stale.is_empty()) {
                let prompts = Prompts::of(home, graph, new.loaded);
                for task in graph.tasks.iter().filter(|task| stale.contains(task.id.as_str())) {
                    let cost = TaskCost::of(home, task, new.loaded, prompts.tokens(task), new.lock);
                    let id = (package.name.clone(), task.id.clone());
                    costs.tasks.insert(id, cost);
                }
            }
        }
        costs
    }

    /// What some tasks of a package cost together.
    pub fn together<'t>(&self, package: &str, tasks: impl IntoIterator<Item = &'t str>) -> Cost {
        let mut all = Cost::default();
        let (mut known, mut built) = (0, 0);
        for task in tasks {
            let Some(cost) = self.tasks.get(&(package.to_string(), task.to_string())) else {
                continue;
            };
            all.builds += cost.targets.len();
            all.targets.extend(cost.targets.iter().cloned());
            all.files.extend(cost.files.iter().cloned());
            all.prompt_tokens = Some(all.prompt_tokens.unwrap_or(0) + cost.prompt * cost.targets.len());
            for spent in &cost.last {
                all.last_tokens = Some(all.last_tokens.unwrap_or(0) + spent.tokens);
                if let Some(dollars) = spent.dollars {
                    all.last_dollars = Some(all.last_dollars.unwrap_or(0.0) + dollars);
                }
            }
            known += cost.last.len();
            built += cost.built;
        }
        all.unknown_builds = built - known;
        all
    }
}

/// The spec in the prompts of a package.
struct Prompts<'a> {
    planned: PlannedPackage<'a>,
    /// Tokens of what is in no task.
    shared: SharedTokens,
    sources: &'a Sources,
}

impl<'a> Prompts<'a> {
    fn of(package: &'a Package, graph: &'a TaskGraph, new: &'a Loaded) -> Prompts<'a> {
        let sources = &new.sources;
        let planned = PlannedPackage {
            package,
            graph,
            requirement_deltas: Vec::new(),
            overlaps: Vec::new(),
            text: PackageText::new(package, graph, sources),
        };
        Prompts {
            shared: planned.shared_tokens(sources),
            planned,
            sources,
        }
    }

    fn tokens(&self, task: &Task) -> usize {
        self.planned.tokens(task, &self.shared, self.sources)
    }
}

impl TaskCost {
    fn of(package: &Package, task: &Task, new: &Loaded, prompt: usize, lock: &Lock) -> TaskCost {
        let mut cost = TaskCost {
            targets: new.targets_of(package),
            prompt,
            files: Vec::new(),
            built: 0,
            last: Vec::new(),
        };
        for target in &cost.targets {
            let Some(built) = lock.task(&package.name, target, &task.id) else {
                continue;
            };
            cost.built += 1;
            let files = built.files.iter();
            cost.files
                .extend(files.map(|file| format!("golden/{}/{target}/{file}", package.name)));
            if let Some(tokens) = built.tokens {
                let dollars = new.settings.prices.of(&built.agent, tokens);
                cost.last.push(Spent { tokens, dollars });
            }
        }
        cost
    }
}

/// The tasks that some changes of a package make stale.
pub fn stale_tasks(package: &PackageDiff) -> BTreeSet<&str> {
    let tasks = package.changes.iter().flat_map(|change| &change.tasks);
    tasks.map(String::as_str).collect()
}
