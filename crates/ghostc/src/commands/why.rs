//! Say why a task is stale: what of its key changed.

use crate::exit::{Exit, Outcome};
use crate::global::Global;
use crate::{listening, output};
use ghostc_project::host::Host;
use ghostc_project::wording::listed;
use ghostc_project::{StaleTask, WhyRequest};

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
    let request = WhyRequest {
        task: args.task.clone(),
        targets: args.target.clone(),
        project: global.project.clone(),
    };
    let found = ghostc_project::why(&request, &Host::disk(), &mut listening::findings(global))?;
    found.iter().for_each(|task| output::print(&explain(task)));
    Ok(Exit::Fine)
}

fn explain(found: &StaleTask) -> String {
    let task = &found.task;
    let targets = listed(&found.targets.iter().map(String::as_str).collect::<Vec<_>>());
    if found.reasons.is_empty() {
        return format!("{task} is up to date for {targets}\n");
    }
    let mut out = format!("{task} is stale for {targets}\n");
    for line in found.reasons.iter().flat_map(|reason| reason.lines()) {
        out.push_str(&format!("  {line}\n"));
    }
    if !found.unchanged.is_empty() {
        out.push_str(&format!("  unchanged: {}\n", found.unchanged.join(", ")));
    }
    out
}
