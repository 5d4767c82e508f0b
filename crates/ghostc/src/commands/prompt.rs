//! Print exactly what an agent would get for a task, and what it costs in tokens.

use crate::exit::{Exit, Outcome};
use crate::global::Global;
use crate::{listening, output};
use ghostc_project::host::Host;
use ghostc_project::{PromptReport, PromptRequest};
use std::path::PathBuf;

/// Arguments of `ghostc prompt`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The task: its id, such as an operation's name or a heading's anchor, after `package/` where several packages have it
    task: String,
    /// Files or folders; without any, the project's packages
    paths: Vec<PathBuf>,
    /// The target to write for; without it, the first of the project
    #[arg(long)]
    target: Option<String>,
    /// Print the tokens of each part instead of the prompt
    #[arg(long)]
    tokens: bool,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    global.format(&[])?;
    let request = PromptRequest {
        task: args.task.clone(),
        paths: args.paths.clone(),
        target: args.target.clone(),
        project: global.project.clone(),
    };
    let found = ghostc_project::prompt(&request, &Host::disk(), &mut listening::findings(global))?;
    if args.tokens {
        output::print(&table(&found));
    } else {
        output::print_payload(&found.prompt.text);
    }
    let omitted = &found.prompt.omitted;
    if !omitted.is_empty() && !global.quiet {
        output::say(&format!(
            "left out for the budget of {} tokens: {}",
            found.budget,
            omitted.join("; ")
        ));
    }
    Ok(Exit::Fine)
}

fn table(found: &PromptReport) -> String {
    let (parts, total) = found.prompt.tokens();
    let rows = parts.iter().map(|(name, count)| format!("{count:>8}  {name}\n"));
    rows.collect::<String>() + &format!("{total:>8}  in all, for {}\n", found.target)
}
