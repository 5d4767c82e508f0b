//! Say why a task is stale: what of its key changed.

use crate::exit::{Exit, Failure, Outcome};
use crate::global::Global;
use crate::output;
use crate::project::{Project, Unit};
use ghostc_plan::staleness::Difference;
use std::collections::BTreeMap;

/// Arguments of `ghostc why`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The task: an operation's name or a heading's anchor, after `package/` where several packages have it
    task: String,
    /// For these targets only
    #[arg(long, value_name = "NAME")]
    target: Vec<String>,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    global.format(&[])?;
    let project = Project::open(&[], &args.target, global)?;
    let units = project.units()?;
    let (package, name) = args
        .task
        .rsplit_once('/')
        .map_or((None, args.task.as_str()), |(package, task)| {
            (Some(package), task)
        });
    let chosen = units
        .iter()
        .filter(|unit| package.is_none_or(|package| unit.package.name == package));
    let found: Vec<_> = chosen
        .filter_map(|unit| Some((unit, unit.graph.task(name)?)))
        .collect();
    if found.is_empty() {
        let known: Vec<&str> = units
            .iter()
            .flat_map(|unit| unit.graph.tasks.iter().map(|task| task.id.as_str()))
            .collect();
        return Err(Failure::unknown(
            "task",
            name,
            &known,
            "List them with `ghostc graph`.",
        ));
    }
    // Targets that are stale for the same reasons are told of together.
    let mut groups: BTreeMap<String, (Vec<&Unit<'_>>, Vec<Difference>, String)> = BTreeMap::new();
    for (unit, task) in found {
        let differences = unit.differences(task);
        let said = crate::why::paragraphs(&differences, unit).join("\n");
        let id = format!("{}/{}", unit.package.name, task.id);
        groups
            .entry(format!("{id}\0{said}"))
            .or_insert_with(|| (Vec::new(), differences, id))
            .0
            .push(unit);
    }
    for (units, differences, id) in groups.values() {
        output::print(&explain(units, differences, id));
    }
    Ok(Exit::Fine)
}

fn explain(units: &[&Unit<'_>], differences: &[Difference], id: &str) -> String {
    let task = id.rsplit('/').next().unwrap_or(id);
    let targets = output::listed(
        &units
            .iter()
            .map(|unit| unit.target.name.as_str())
            .collect::<Vec<_>>(),
    );
    let Some(unit) = units.first().filter(|_| !differences.is_empty()) else {
        return format!("{task} is up to date for {targets}\n");
    };
    let mut out = format!("{task} is stale for {targets}\n");
    for paragraph in crate::why::paragraphs(differences, unit) {
        for line in paragraph.lines() {
            out.push_str(&format!("  {line}\n"));
        }
    }
    let unchanged = unchanged(differences);
    if !unchanged.is_empty() && !differences.contains(&Difference::New) {
        out.push_str(&format!("  unchanged: {}\n", unchanged.join(", ")));
    }
    out
}

/// The parts of a key that did not change.
fn unchanged(differences: &[Difference]) -> Vec<&'static str> {
    let has = |test: &dyn Fn(&Difference) -> bool| differences.iter().any(test);
    let parts: [(&str, bool); 6] = [
        (
            "its own text",
            has(&|d| {
                matches!(
                    d,
                    Difference::Words { shared: false, .. } | Difference::SectionRemoved(_)
                )
            }),
        ),
        (
            "shared text",
            has(&|d| matches!(d, Difference::Words { shared: true, .. })),
        ),
        ("visible cases", has(&|d| matches!(d, Difference::Case { .. }))),
        ("prompt templates", has(&|d| matches!(d, Difference::Prompt))),
        ("target", has(&|d| matches!(d, Difference::Target))),
        ("dependencies", has(&|d| matches!(d, Difference::Dependency(_)))),
    ];
    parts
        .into_iter()
        .filter(|(_, changed)| !changed)
        .map(|(name, _)| name)
        .collect()
}
