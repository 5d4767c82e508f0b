//! Record what a program does as what scenarios expect.

use crate::exit::{Exit, Outcome};
use crate::global::Global;
use crate::output;
use ghostc_project::RecordRequest;
use ghostc_project::host::Host;
use std::path::PathBuf;

/// Arguments of `ghostc record`.
#[derive(clap::Args)]
#[command(
    after_help = "Steps without `expect` are filled. A program is played twice, and what differs becomes `[..]`. Without --accept the changes are printed as a patch, which `git apply` takes, and nothing is written."
)]
pub(crate) struct Args {
    /// A slice, or the id or name of a scenario
    scenario: String,
    /// Packages, by folder or name; without any, all of the project
    paths: Vec<PathBuf>,
    /// The program to be believed
    #[arg(long, value_name = "CMD")]
    program: String,
    /// Write what was recorded into the scenario files
    #[arg(long)]
    accept: bool,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    global.format(&[])?;
    let request = RecordRequest {
        paths: args.paths.clone(),
        scenario: args.scenario.clone(),
        program: args.program.clone(),
        accept: args.accept,
        project: global.project.clone(),
    };
    let report = ghostc_project::record(&request, &Host::disk())?;
    if args.accept {
        report
            .written
            .iter()
            .for_each(|line| output::print(&format!("{line}\n")));
    } else {
        report
            .patches
            .iter()
            .for_each(|patch| output::print_payload(&patch.to_text()));
        if !report.patches.is_empty() && !global.quiet {
            output::say("nothing is written; `--accept` writes it");
        }
    }
    for line in &report.left {
        output::say(&format!("not recorded: {line}"));
    }
    Ok(if report.left.is_empty() {
        Exit::Fine
    } else {
        Exit::Findings
    })
}
