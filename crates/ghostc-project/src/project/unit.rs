//! One package for one target: what is built, judged and accepted together.

use super::Project;
use crate::golden::Golden;
use ghostc_plan::Target;
use ghostc_plan::key::TaskKey;
use ghostc_plan::lock::{LockedTarget, LockedTask};
use ghostc_plan::package_text::PackageText;
use ghostc_plan::plan::{Task, TaskGraph};
use ghostc_plan::prompt::Prompter;
use ghostc_plan::staleness::{self, Difference};
use ghostc_spec::library::Package;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// One package for one target.
pub(crate) struct Unit<'p> {
    pub(crate) project: &'p Project,
    pub(crate) package: &'p Package,
    pub(crate) graph: &'p TaskGraph,
    pub(crate) text: &'p PackageText,
    pub(crate) target: &'p Target,
    pub(crate) keys: BTreeMap<String, TaskKey>,
    pub(crate) golden: Golden,
}

impl Unit<'_> {
    /// `package for target`, as people read it.
    pub(crate) fn name(&self) -> String {
        format!("{} · {}", self.package.name, self.target.name)
    }

    /// The tasks whose text refers to what is not there, and those that depend on one of them, by id.
    pub(crate) fn broken_tasks(&self) -> BTreeSet<&str> {
        let broken = ghostc_plan::plan::broken(self.graph, self.package);
        let tasks = broken.keys().filter_map(|at| self.graph.tasks.get(*at));
        let broken: BTreeSet<&str> = tasks.map(|task| task.id.as_str()).collect();
        if broken.is_empty() {
            return broken;
        }
        let needs_one = |task: &&Task| {
            let needs = self.graph.dependencies_of(task);
            broken.contains(task.id.as_str()) || needs.iter().any(|id| broken.contains(id))
        };
        let stopped = self.graph.tasks.iter().filter(needs_one);
        stopped.map(|task| task.id.as_str()).collect()
    }

    /// What the lock says of its accepted code, if it has any.
    pub(crate) fn locked(&self) -> Option<&LockedTarget> {
        let key = (self.package.name.clone(), self.target.name.clone());
        self.project.lock.targets.get(&key)
    }

    /// What the lock says of an accepted task.
    pub(crate) fn locked_task(&self, task: &str) -> Option<&LockedTask> {
        self.project
            .lock
            .task(&self.package.name, &self.target.name, task)
    }

    /// What makes a task stale; empty when nothing does.
    pub(crate) fn differences(&self, task: &Task) -> Vec<Difference> {
        let locked = self.locked_task(&task.id);
        let Some(key) = self.keys.get(&task.id) else {
            return Vec::new();
        };
        let old = |digest: &str| self.project.lock.text(&self.package.name, digest);
        staleness::differences(task, key, locked, old, self.text, self.package)
    }

    /// What prompts are made from.
    pub(crate) fn prompter(&self) -> Prompter<'_> {
        Prompter {
            package: self.package,
            graph: self.graph,
            sources: &self.project.loaded.sources,
            target: self.target,
            templates: &self.project.prompts,
            text: self.text,
            budget: self.project.loaded.settings.prompt_budget,
            case_budget: self.project.loaded.settings.case_budget,
            whole_budget: self.project.loaded.settings.whole_budget,
            has_ghostc: false,
            conventions: OnceCell::new(),
        }
    }

    /// The file that holds the recorded session of a task.
    pub(crate) fn session(&self, task: &Task) -> PathBuf {
        let file: String = task
            .id
            .chars()
            .map(|c| {
                if c.is_alphanumeric() || matches!(c, '_' | '-' | '.') {
                    c
                } else {
                    '_'
                }
            })
            .collect();
        self.project
            .root
            .join(&self.package.root)
            .join("sessions")
            .join(&self.target.name)
            .join(format!("{file}.json"))
    }

    /// The accepted files of a task.
    pub(crate) fn accepted(&self, task: &str) -> BTreeMap<String, String> {
        let locked = self.locked_task(task);
        let files = locked.map_or(&[][..], |locked| &locked.files);
        files
            .iter()
            .filter_map(|path| Some((path.clone(), self.golden.files.get(path)?.clone())))
            .collect()
    }
}
