//! Make pending code golden, or keep what was edited by hand.

use crate::exit::{Exit, Outcome};
use crate::global::Global;
use crate::progress::line;
use crate::{listening, output};
use ghostc_project::host::Host;
use ghostc_project::{AcceptAction, AcceptRequest, WaitingCode};

/// Arguments of `ghostc accept`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Tasks; without any, all that wait
    tasks: Vec<String>,
    /// List what waits, with its changes
    #[arg(long, conflicts_with = "reject")]
    list: bool,
    /// Throw away what waits
    #[arg(long)]
    reject: bool,
    /// Keep the accepted code of stale tasks, where it passes, as code for what the spec says now
    #[arg(long, conflicts_with_all = ["list", "reject"])]
    keep: bool,
    /// For these targets only
    #[arg(long, value_name = "NAME")]
    target: Vec<String>,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    global.format(&[])?;
    let request = AcceptRequest {
        tasks: args.tasks.clone(),
        targets: args.target.clone(),
        action: match (args.list, args.reject, args.keep) {
            (true, ..) => AcceptAction::List,
            (_, true, _) => AcceptAction::Reject,
            (_, _, true) => AcceptAction::Keep,
            (false, false, false) => AcceptAction::Accept,
        },
        project: global.project.clone(),
    };
    let report = ghostc_project::accept(&request, &Host::disk(), &mut listening::accepting(global))?;
    report
        .waiting
        .iter()
        .for_each(|waiting| output::print(&listing(waiting)));
    if report.count == 0 {
        output::say("nothing waits to be accepted");
    }
    Ok(Exit::Fine)
}

fn listing(waiting: &WaitingCode) -> String {
    let folder = &waiting.folder;
    let mut out = String::new();
    for waiting_task in &waiting.tasks {
        let (task, files) = (&waiting_task.task, &waiting_task.files);
        out.push_str(&line("pending", &format!("{task} · {}", waiting.target)));
        for (path, (before, new)) in files {
            let diff = similar::TextDiff::from_lines(before.as_str(), new.as_str());
            out.push_str(
                &diff
                    .unified_diff()
                    .header(&format!("a/{folder}/{path}"), &format!("b/{folder}/{path}"))
                    .to_string(),
            );
        }
    }
    for path in &waiting.edited {
        out.push_str(&line("edited", &format!("{folder}/{path}")));
    }
    for path in &waiting.restored {
        let text = format!("{folder}/{path}: ghostc's own, will be put back");
        out.push_str(&line("edited", &text));
    }
    for text in &waiting.obstacles {
        out.push_str(&line("drift", text));
    }
    out
}
