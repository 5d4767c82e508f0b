//! `ghostc diff accept`: writes down that a change was looked at and is taken, and why.

use crate::changes::say_what_is_unknown;
use crate::exit::{Exit, Outcome};
use crate::global::Global;
use crate::output;
use ghostc_diff::accepted::Acceptance;
use ghostc_project::host::Host;
use ghostc_project::wording::plural;
use ghostc_project::{ACCEPTED, AcceptChangesRequest, Policy, States};

/// Arguments of `ghostc diff accept`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Fingerprints of changes, as `ghostc diff` shows them; the first digits are enough
    #[arg(value_name = "FINGERPRINT", required_unless_present_any = ["list", "prune"], conflicts_with_all = ["list", "prune"])]
    fingerprints: Vec<String>,
    /// Why they are taken
    #[arg(long, value_name = "TEXT", required_unless_present_any = ["list", "prune"])]
    reason: Option<String>,
    /// The last day on which they are taken: YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// What was compared, as `ghostc diff` takes it: a revision or a range; twice for two files or folders
    #[arg(long, value_name = "STATE")]
    of: Vec<String>,
    /// What was compared is the index, and not the work tree
    #[arg(long, visible_alias = "cached")]
    staged: bool,
    /// Show what was accepted
    #[arg(long, conflicts_with = "prune")]
    list: bool,
    /// Remove what is accepted no longer, because its last day is over
    #[arg(long)]
    prune: bool,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    global.format(&[])?;
    let (host, project) = (Host::disk(), global.project.as_deref());
    if args.list {
        output::print(&list(&ghostc_project::accepted_changes(project, &host)?));
        return Ok(Exit::Fine);
    }
    if args.prune {
        let gone = ghostc_project::prune_changes(project, &host)?;
        output::say(&format!("removed {} from {ACCEPTED}", plural(gone, "change")));
        return Ok(Exit::Fine);
    }
    let request = AcceptChangesRequest {
        fingerprints: args.fingerprints.clone(),
        reason: args.reason.clone().unwrap_or_default(),
        until: args.until.clone(),
        states: States {
            names: args.of.clone(),
            staged: args.staged,
            project: global.project.clone(),
            ..States::default()
        },
    };
    let taken = ghostc_project::accept_changes(&request, &host)?;
    say_what_is_unknown(&taken.comparison, None, global);
    for change in &taken.changes {
        output::say(&format!(
            "accepted {} {}: {}",
            change.fingerprint, change.rule, change.says
        ));
    }
    if !global.quiet {
        output::say(&format!("next: commit {ACCEPTED}"));
    }
    Ok(Exit::Fine)
}

fn list(policy: &Policy) -> String {
    let line = |(fingerprint, found): (&String, &Acceptance)| {
        let state = match found.until {
            Some(until) if found.holds_on(policy.today) => format!("until {until}"),
            Some(until) => format!("over since {until}"),
            None => "for good".to_string(),
        };
        format!(
            "{fingerprint}  {}  {}\n              {}\n              {state}: {}\n",
            found.rule, found.id, found.says, found.reason
        )
    };
    if policy.accepted.entries.is_empty() {
        return "nothing is accepted\n".to_string();
    }
    policy.accepted.entries.iter().map(line).collect()
}
