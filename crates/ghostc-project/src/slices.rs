//! Programs: the tree of a unit that its slices grow, what that is held against, and which slice wrote which of its files.

use crate::conformance::golden;
use crate::judging::{NoVerdict, cases, harness};
use crate::pending_code::PendingCode;
use crate::project::Unit;
use crate::settle::lock_task;
use ghostc_judge::Verdict;
use ghostc_plan::Task;
use ghostc_plan::key::build_order;
use ghostc_plan::lock::Lock;
use ghostc_plan::prompt::{FailedSlice, GrowingPrompt, PromptTemplates, ScenarioFailure, TemplateError};
use ghostc_run::{Attempt, Goldens, Limits, ObserveError, Program, RepairRequest, judge_program};
use ghostc_spec::library::Site;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The files of a program, by path.
pub(crate) type Tree = BTreeMap<String, String>;

/// Whether a unit's code is one tree that its slices grow.
pub(crate) fn is_program(unit: &Unit<'_>) -> bool {
    unit.package.site() == Site::Program
}

/// The tasks of a unit, each after what it depends on: the order in which slices grow the tree.
pub(crate) fn in_order<'u>(unit: &Unit<'u>) -> impl Iterator<Item = &'u Task> {
    let graph = unit.graph;
    build_order(graph)
        .into_iter()
        .filter_map(|at| graph.tasks.get(at))
}

/// The accepted tree of a unit.
pub(crate) fn tree(unit: &Unit<'_>) -> Tree {
    unit.graph
        .tasks
        .iter()
        .flat_map(|task| unit.accepted(&task.id))
        .collect()
}

/// The accepted tree with what waits of slices before one, or, without one, with all that waits.
pub(crate) fn line(unit: &Unit<'_>, pending: &BTreeMap<String, PendingCode>, before: Option<&str>) -> Tree {
    let waiting = in_order(unit).take_while(|task| Some(task.id.as_str()) != before);
    let last = waiting.filter_map(|task| pending.get(&task.id)).last();
    last.map_or_else(|| tree(unit), |pending| pending.files.clone())
}

/// The files of a tree that are new or other ones than in the tree before.
pub(crate) fn changed(before: &Tree, after: &Tree) -> Tree {
    let changed = after
        .iter()
        .filter(|(path, text)| before.get(*path) != Some(*text));
    changed.map(|(path, text)| (path.clone(), text.clone())).collect()
}

/// How the program of a unit is built and started.
pub(crate) fn program(unit: &Unit<'_>) -> Result<Program, TemplateError> {
    let commands = unit.target.program_commands(unit.package, "{tree}", "{build}")?;
    Ok(Program {
        name: unit.target.command_name(unit.package),
        build: commands.build,
        run: commands.run,
        env: unit.target.env.clone(),
        scaffold: unit.target.scaffold(unit.package)?,
        limits: Limits::default(),
    })
}

/// What the code of some slices is held against: the cases of their operations and their scenarios, those that wait to be
/// written excepted.
pub(crate) fn goldens<'t>(unit: &Unit<'_>, tasks: impl IntoIterator<Item = &'t Task>) -> Goldens {
    let sources = Arc::new(unit.project.loaded.sources.clone());
    let mut goldens = Goldens::default();
    for task in tasks {
        goldens.cases.extend(cases(unit, &task.operations));
        let Some(slice) = task.slice(unit.package) else {
            continue;
        };
        let written = slice.scenarios.iter().filter(|scenario| !scenario.todo);
        goldens
            .scenarios
            .extend(written.map(|scenario| golden(slice, scenario, &sources)));
    }
    goldens
}

/// Judges a tree by all that some slices are held against.
pub(crate) fn judge(unit: &Unit<'_>, tree: &Tree, tasks: &[&Task]) -> Result<Verdict, NoVerdict> {
    let machine = |error: TemplateError| NoVerdict::Machine(error.to_string());
    let program = program(unit).map_err(machine)?;
    let operations: Vec<usize> = tasks
        .iter()
        .flat_map(|task| task.operations.iter().copied())
        .collect();
    let harness = harness(unit, &operations).map_err(machine)?;
    let goldens = goldens(unit, tasks.iter().copied());
    let stop = &unit.project.host.stop.softly;
    match judge_program(tree, &program, &goldens, Some(&harness), stop) {
        Ok(judged) => Ok(judged.verdict),
        Err(error @ ObserveError::Build { .. }) => Err(NoVerdict::Build(error.to_string())),
        Err(error) => Err(NoVerdict::Machine(error.to_string())),
    }
}

/// Puts new trees, each of the slice that it was made for, into a lock: each file belongs to the slice that wrote it last.
/// Gives the tree that comes of it.
pub(crate) fn grow(unit: &Unit<'_>, lock: &mut Lock, new: &BTreeMap<String, PendingCode>) -> Tree {
    let mut tree = tree(unit);
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    for task in &unit.graph.tasks {
        let locked = unit.locked_task(&task.id).into_iter();
        owners.extend(
            locked
                .flat_map(|locked| &locked.files)
                .map(|path| (path.clone(), task.id.as_str())),
        );
    }
    for task in in_order(unit) {
        let Some(candidate) = new.get(&task.id) else {
            continue;
        };
        owners.extend(
            changed(&tree, &candidate.files)
                .into_keys()
                .map(|path| (path, task.id.as_str())),
        );
        tree.clone_from(&candidate.files);
        lock_task(unit, lock, &task.id, candidate);
    }
    for task in &unit.graph.tasks {
        let name = (
            unit.package.name.clone(),
            unit.target.name.clone(),
            task.id.clone(),
        );
        if let Some(locked) = lock.tasks.get_mut(&name) {
            let own = owners
                .iter()
                .filter(|(path, owner)| **owner == task.id && tree.contains_key(*path));
            locked.files = own.map(|(path, _)| path.clone()).collect();
        }
    }
    tree
}

/// What to tell an agent after a failed attempt at a slice: its task again, with the tree as it is, and what went wrong.
/// The templates are compiled again, since a job outlives the project.
pub(crate) fn repair(
    unit: &Unit<'_>,
    task: &Task,
    prompt: GrowingPrompt,
    may_write: Vec<String>,
    templates: Arc<BTreeMap<String, String>>,
) -> ghostc_run::job::Repair {
    let slice = task.id.clone();
    let operations: Vec<String> = unit
        .package
        .operations
        .iter()
        .map(|operation| operation.name.clone())
        .collect();
    Arc::new(move |request: &RepairRequest<'_>| {
        let problem = crate::jobs::problem(request.last);
        let mut failures = Vec::new();
        let mut held_out: BTreeMap<String, usize> = BTreeMap::new();
        let mut of_cases = Verdict::default();
        if let Attempt::Judged(verdict) = request.last {
            for failure in &verdict.failures {
                if operations.contains(&failure.operation) {
                    of_cases.failures.push(failure.clone());
                } else if failure.held_out {
                    *held_out.entry(failure.operation.clone()).or_default() += 1;
                } else {
                    let step = failure.input.as_str().map(str::to_string);
                    failures.push(ScenarioFailure {
                        slice: failure.operation.clone(),
                        scenario: failure.id.clone(),
                        step,
                        place: failure.place.clone(),
                        details: format!("{}\n{}", failure.expected, failure.actual),
                    });
                }
            }
        }
        let failed = FailedSlice {
            slice: &slice,
            problem: problem.as_deref(),
            failures: &failures,
            held_out: Some(&held_out),
            cases: (!of_cases.failures.is_empty()).then_some(&of_cases),
            may_write: &may_write,
            has_ghostc: false,
        };
        let text = PromptTemplates::load(&templates).and_then(|prompts| prompts.repair_slice(&failed));
        // The templates were sound when the project was opened; only `repair` itself can still fail here.
        let text = text
            .unwrap_or_else(|error| format!("Your last attempt at `{slice}` was not accepted. ({error})"));
        let (prompt, number) = (prompt.text(request.files), request.attempt);
        format!(
            "{}\n\n# Your last attempt\n\nThis is attempt {number}.\n{text}",
            prompt.trim_end()
        )
    })
}
