//! From stale tasks to jobs: what each agent is told and sees, and how its code is judged.

use crate::failure::Failure;
use crate::harness::{cases, harness};
use crate::pending_code::PendingCode;
use crate::project::{Unit, means_task};
use crate::repairs::{placeholder, repair, repair_slice};
use crate::slices;
use ghostc_plan::key;
use ghostc_plan::plan::Task;
use ghostc_plan::prompt::{Before, GrowingPrompt, Prompter, TemplateError};
use ghostc_plan::staleness::Difference;
use ghostc_plan::tokens;
use ghostc_run::{Goldens, Job};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What has to be done for one package and target.
pub(crate) struct UnitWork<'u> {
    pub(crate) unit: &'u Unit<'u>,
    /// Tasks to build, with the reasons, each after what it depends on.
    pub(crate) stale: Vec<(&'u Task, Vec<Difference>)>,
    /// Whether accepted code is to be made again as if there were none.
    pub(crate) fresh: bool,
    /// Tasks that were built and wait to be accepted.
    pub(crate) pending: BTreeMap<String, PendingCode>,
    /// Stale tasks that are not built: their text refers to what is not there, or they need one whose text does.
    pub(crate) stopped: Vec<&'u Task>,
}

impl<'u> UnitWork<'u> {
    /// Finds what is stale, or, for a fresh build, everything; `only` narrows it to some tasks and what they depend on.
    pub(crate) fn find(unit: &'u Unit<'u>, only: &[String], fresh: bool) -> Result<UnitWork<'u>, Failure> {
        let mut wanted: BTreeSet<&str> = BTreeSet::new();
        let is_named = |task: &&Task| only.iter().any(|name| means_task(name, unit.package, &task.id));
        for task in unit.graph.tasks.iter().filter(is_named) {
            wanted.insert(&task.id);
            wanted.extend(unit.graph.dependencies_of(task));
        }
        let chosen = |task: &Task| only.is_empty() || wanted.contains(task.id.as_str());
        let mut work = UnitWork {
            unit,
            stale: Vec::new(),
            fresh,
            pending: BTreeMap::new(),
            stopped: Vec::new(),
        };
        let broken = unit.broken_tasks();
        for at in key::build_order(unit.graph) {
            let Some(task) = unit.graph.tasks.get(at).filter(|task| chosen(task)) else {
                continue;
            };
            let mut differences = unit.differences(task);
            let locked = unit.locked_task(&task.id);
            let files_gone = locked.is_some_and(|locked| unit.accepted(&task.id).len() < locked.files.len());
            if files_gone || (fresh && differences.is_empty()) {
                differences.push(Difference::New);
            }
            if differences.is_empty() {
                continue;
            }
            if broken.contains(task.id.as_str()) {
                work.stopped.push(task);
                continue;
            }
            let key = unit.keys.get(&task.id).map_or("", |key| &key.key);
            match PendingCode::read(unit, &task.id)?.filter(|pending| pending.key == key && !fresh) {
                Some(pending) => {
                    work.pending.insert(task.id.clone(), pending);
                }
                None => work.stale.push((task, differences)),
            }
        }
        Ok(work)
    }

    /// The files of a task that is not built now: those that wait, else those that were accepted.
    fn files_of(&self, task: &str) -> BTreeMap<String, String> {
        self.pending
            .get(task)
            .map_or_else(|| self.unit.accepted(task), |pending| pending.files.clone())
    }

    /// The jobs of all stale tasks; `first` is the index that the first of them will have.
    pub(crate) fn jobs(&self, first: usize) -> Result<Vec<Job>, Failure> {
        let index: BTreeMap<&str, usize> = self
            .stale
            .iter()
            .enumerate()
            .map(|(at, (task, _))| (task.id.as_str(), first + at))
            .collect();
        let templates = Arc::new(self.unit.project.loaded.templates.clone());
        let prompter = self.unit.prompter();
        let is_program = slices::is_program(self.unit);
        let jobs = self.stale.iter().enumerate().map(|(at, (task, differences))| {
            let job = if is_program {
                self.slice_job(&prompter, (first, at), differences, &templates)
            } else {
                self.job(&prompter, task, differences, &index, &templates)
            };
            job.map_err(Failure::template)
        });
        jobs.collect()
    }

    fn job(
        &self,
        prompter: &Prompter<'_>,
        task: &Task,
        differences: &[Difference],
        index: &BTreeMap<&str, usize>,
        templates: &Arc<BTreeMap<String, String>>,
    ) -> Result<Job, TemplateError> {
        let unit = self.unit;
        let dependencies = unit.graph.dependencies_of(task);
        let needs: Vec<usize> = dependencies
            .iter()
            .filter_map(|id| index.get(id).copied())
            .collect();
        let after = task
            .depends_on
            .iter()
            .filter_map(|edge| index.get(edge.to.as_str()).copied())
            .collect();
        let built_before = dependencies.iter().filter(|id| !index.contains_key(**id));
        let given = built_before.flat_map(|id| self.files_of(id)).collect();
        let current = if self.fresh {
            BTreeMap::new()
        } else {
            unit.accepted(&task.id)
        };
        let is_new = current.is_empty();
        let prompt_for = |files: &BTreeMap<String, String>| {
            if is_new {
                prompter.implement(task)
            } else {
                prompter.update(task, &Before { differences, files })
            }
        };
        let prompt = prompt_for(&current)?;
        let shown: Vec<String> = current.keys().cloned().collect();
        // A repair shows the code that failed in the place of the accepted code.
        let placeholders = shown.iter().map(|path| (path.clone(), placeholder(path)));
        let again = if is_new {
            prompt.text.clone()
        } else {
            prompt_for(&placeholders.collect())?.text
        };
        let present: Vec<usize> = unit
            .graph
            .tasks
            .iter()
            .filter(|other| other.id == task.id || dependencies.contains(other.id.as_str()))
            .flat_map(|other| other.operations.iter().copied())
            .collect();
        let paths = slices::paths(unit, task)?;
        let mut workspace = unit.target.link(unit.package, &present)?;
        workspace.extend(
            unit.target
                .tests(unit.package, &task.operations, |case| !case.held_out)?,
        );
        let key = unit.keys.get(&task.id).expect("every task has a key");
        let weight = tokens::estimate(&prompt.text) as u64;
        Ok(Job {
            package: unit.package.name.clone(),
            target: unit.target.name.clone(),
            task: task.id.clone(),
            after,
            needs,
            given,
            current,
            key: key.key.clone(),
            parts: key.parts(),
            prompt: prompt.text.clone(),
            prompt_for_tree: None,
            prompt_kind: if is_new { "implement" } else { "update" },
            repair: repair(unit, task, paths.clone(), (again, shown), Arc::clone(templates)),
            workspace,
            may_write: paths.may_write,
            ignore: unit.target.ignore.clone(),
            module: paths.modules.first().cloned().unwrap_or_default(),
            harness: harness(unit, &present)?,
            cases: cases(unit, &task.operations),
            program: None,
            scenarios: Vec::new(),
            earlier: Goldens::default(),
            grows_on: None,
            session: Some(unit.session(task)),
            weight,
        })
    }
}

impl UnitWork<'_> {
    /// The job of a slice, the one at a place among the stale ones: it starts from the tree that the one before makes.
    fn slice_job(
        &self,
        prompter: &Prompter<'_>,
        (first, at): (usize, usize),
        differences: &[Difference],
        templates: &Arc<BTreeMap<String, String>>,
    ) -> Result<Job, TemplateError> {
        let unit = self.unit;
        let (task, _) = self.stale.get(at).expect("it is one of the stale ones");
        let grows_on = at.checked_sub(1).map(|before| first + before);
        let current = if self.fresh || grows_on.is_some() {
            BTreeMap::new()
        } else {
            slices::line(unit, &self.pending, Some(&task.id))
        };
        // Those that are built in this build come after it where they are built after it.
        let later = self.stale.iter().skip(at);
        let later: BTreeSet<&str> = later.map(|(task, _)| task.id.as_str()).collect();
        let is_there = |other: &&Task| {
            let is_built = self.stale.iter().any(|(stale, _)| stale.id == other.id);
            let is_accepted = unit.locked_task(&other.id).is_some() || self.pending.contains_key(&other.id);
            !later.contains(other.id.as_str()) && (is_built || is_accepted && !self.fresh)
        };
        let earlier: Vec<&Task> = slices::in_order(unit).filter(is_there).collect();
        let present = earlier.iter().copied().chain([*task]);
        let present: Vec<usize> = present.flat_map(|task| task.operations.iter().copied()).collect();
        let files = unit.accepted(&task.id);
        let is_new = self.fresh || unit.locked_task(&task.id).is_none();
        let before = Before {
            differences,
            files: &files,
        };
        let prompt = GrowingPrompt::new(prompter, task, (!is_new).then_some(&before))?;
        let own = slices::goldens(unit, [*task]);
        let paths = slices::paths(unit, task)?;
        let key = unit.keys.get(&task.id).expect("every task has a key");
        let (text, for_tree) = (prompt.text(&current), prompt.clone());
        Ok(Job {
            package: unit.package.name.clone(),
            target: unit.target.name.clone(),
            task: task.id.clone(),
            after: grows_on.into_iter().collect(),
            needs: Vec::new(),
            given: BTreeMap::new(),
            current,
            key: key.key.clone(),
            parts: key.parts(),
            weight: tokens::estimate(&text) as u64,
            prompt: text,
            prompt_for_tree: Some(Arc::new(move |tree| for_tree.text(tree))),
            prompt_kind: if is_new { "implement" } else { "update" },
            repair: repair_slice(unit, task, prompt, paths.may_write.clone(), Arc::clone(templates)),
            workspace: BTreeMap::new(),
            may_write: paths.may_write,
            ignore: unit.target.ignored(unit.package).to_vec(),
            module: String::new(),
            harness: harness(unit, &present)?,
            cases: own.cases,
            program: Some(slices::program(unit)?),
            scenarios: own.scenarios,
            earlier: slices::goldens(unit, earlier),
            grows_on,
            session: Some(unit.session(task)),
        })
    }
}
