//! Compile: build what is stale with an agent, judge it, lock it.

use crate::building::BuildOutput;
use crate::exit::Outcome;
use crate::global::{Format, Global};
use ghostc_project::BuildRequest;
use ghostc_project::host::Host;
use std::path::PathBuf;

/// The sources that this program was built from, as a hash.
const PROGRAM: &str = env!("GHOSTC_SOURCES");

/// Arguments of `ghostc build`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Packages, by folder or name; without any, all of the project
    paths: Vec<PathBuf>,
    /// The agent to use
    #[arg(long, value_name = "NAME")]
    agent: Option<String>,
    /// Build for these targets only
    #[arg(long, value_name = "NAME")]
    target: Vec<String>,
    /// Build these tasks only, and what they depend on
    #[arg(long, value_name = "TASK")]
    task: Vec<String>,
    /// How many agents run at once
    #[arg(short, long, value_name = "N")]
    jobs: Option<usize>,
    /// Fail where anything is stale, and build nothing
    #[arg(long)]
    locked: bool,
    /// Say what would be built, and build nothing
    #[arg(long)]
    dry_run: bool,
    /// Accept code that passes, also where it replaces accepted code
    #[arg(long)]
    accept: bool,
    /// Record what the agent does, for the replay agent
    #[arg(long)]
    record: bool,
    /// Build everything again, as if nothing was built before
    #[arg(long)]
    fresh: bool,
    /// Fail where another build of this project is running, instead of waiting for its end
    #[arg(long)]
    no_wait: bool,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    let format = global.format(&[Format::Json])?;
    let host = Host::disk();
    let request = BuildRequest {
        paths: args.paths.clone(),
        agent: args.agent.clone(),
        targets: args.target.clone(),
        tasks: args.task.clone(),
        jobs: args.jobs,
        locked: args.locked,
        dry_run: args.dry_run,
        accept: args.accept,
        record: args.record,
        fresh: args.fresh,
        no_wait: args.no_wait,
        // An answer that says more is not the one that is remembered.
        program: (!global.verbose).then(|| PROGRAM.to_string()),
        project: global.project.clone(),
    };
    let mut output = BuildOutput::new(format, global, &host);
    let report = ghostc_project::build(&request, &host, &mut |event| output.show(event))?;
    output.finish(report)
}
