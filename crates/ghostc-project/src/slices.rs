//! Programs: the tree of a unit that its slices grow, what that is held against, and which slice wrote which of its files.

use crate::conformance::golden;
use crate::harness::cases;
use crate::pending_code::PendingCode;
use crate::project::Unit;
use ghostc_plan::Task;
use ghostc_plan::key::build_order;
use ghostc_plan::prompt::TemplateError;
use ghostc_plan::target::Paths;
use ghostc_run::{Goldens, Limits, Program};
use ghostc_spec::library::Site;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The files of a program, by path.
pub(crate) type CodeTree = BTreeMap<String, String>;

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
pub(crate) fn tree(unit: &Unit<'_>) -> CodeTree {
    unit.graph
        .tasks
        .iter()
        .flat_map(|task| unit.accepted(&task.id))
        .collect()
}

/// The accepted tree with what waits of slices before one, or, without one, with all that waits.
pub(crate) fn line(
    unit: &Unit<'_>,
    pending: &BTreeMap<String, PendingCode>,
    before: Option<&str>,
) -> CodeTree {
    let waiting = in_order(unit).take_while(|task| Some(task.id.as_str()) != before);
    let last = waiting.filter_map(|task| pending.get(&task.id)).last();
    last.map_or_else(|| tree(unit), |pending| pending.files.clone())
}

/// The files of a tree that are new or other ones than in the tree before.
pub(crate) fn changed(before: &CodeTree, after: &CodeTree) -> CodeTree {
    let changed = after
        .iter()
        .filter(|(path, text)| before.get(*path) != Some(*text));
    changed.map(|(path, text)| (path.clone(), text.clone())).collect()
}

/// Where the files of a task go.
pub(crate) fn paths(unit: &Unit<'_>, task: &Task) -> Result<Paths, TemplateError> {
    if is_program(unit) {
        return unit.target.slice_paths(unit.package, &task.operations);
    }
    unit.target.paths(unit.package, &task.operations)
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
