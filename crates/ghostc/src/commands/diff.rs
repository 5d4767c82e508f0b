//! Say what changed in a spec, statement by statement, and what that costs.

use crate::changes;
use crate::exit::{Exit, Outcome};
use crate::git::GitArgs;
use crate::global::{Format, GateArg, Global};
use crate::review::Review;
use crate::{accepting, output};
use ghostc_project::host::Host;
use ghostc_project::{Gate, States, work_list};
use std::path::PathBuf;

/// Arguments of `ghostc diff`.
#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Formats: text, json, markdown, html, changelog, github (annotations), gitlab (Code Quality), sarif, junit. The exit code is the same in all of them. A revision called `accept` is named `refs/heads/accept`."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    /// What there was and what there is: git revisions, a range of two, files, folders or REVISION:PATH; without them, the
    /// last commit and the work tree. After revisions, as after `--`: files, folders, globs and packages, and nothing else
    /// is compared
    #[arg(value_name = "OLD|NEW|PATH")]
    names: Vec<String>,
    /// Files, folders and globs that may be in one of the states alone, and packages
    #[arg(last = true, value_name = "PATH")]
    paths: Vec<String>,
    /// Compare the work tree with this revision, in the named files and folders only
    #[arg(long, value_name = "REVISION")]
    against: Option<String>,
    /// Compare the index, what the next commit would hold, instead of the work tree
    #[arg(long, visible_alias = "cached")]
    staged: bool,
    /// Fail when there is a change of this class or level that nobody accepted, or any
    #[arg(long, value_name = "CLASS")]
    fail_on: Option<GateArg>,
    /// Show breaking and additive changes as a work list for the implementation in this folder, such as `golden`
    #[arg(long, value_name = "TREE")]
    against_code: Option<PathBuf>,
    #[command(flatten)]
    git: GitArgs,
}

/// What to do with changes but show them.
#[derive(clap::Subcommand)]
enum Action {
    /// Take changes with a reason, so that they fail no gate: written to ghostc.accepted.yaml
    Accept(accepting::Args),
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    if let Some(Action::Accept(args)) = &args.action {
        return accepting::run(args, global);
    }
    if let Some(outcome) = args.git.run(global) {
        return outcome;
    }
    let formats = match args.against_code {
        Some(_) => changes::WORK_FORMATS,
        None => changes::FORMATS,
    };
    let format = global.format(formats)?;
    let states = States {
        names: args.names.clone(),
        paths: args.paths.clone(),
        against: args.against.clone(),
        staged: args.staged,
        project: global.project.clone(),
    };
    let host = Host::disk();
    let found = ghostc_project::diff(&states, &host)?;
    let work = args
        .against_code
        .as_deref()
        .map(|code| work_list(&found, code, &host))
        .transpose()?;
    changes::say_what_is_unknown(&found.comparison, Some(&found.costs), global);
    let review = Review {
        work: work.as_ref(),
        ..Review::of(&found, global.verbose)
    };
    let text = review.to_text(format);
    if format == Format::Text {
        output::print(&text);
    } else {
        output::print_report(&text, format);
    }
    let fails = args.fail_on.map(Gate::from).is_some_and(|gate| {
        let mut changes = review.packages.iter().flat_map(|(_, changes)| changes);
        changes.any(|change| gate.stops(change))
    });
    // The process ends here: giving back the memory piece by piece would cost a part of the run.
    std::mem::forget(review);
    std::mem::forget(found);
    Ok(if fails { Exit::Findings } else { Exit::Fine })
}
