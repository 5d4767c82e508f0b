//! Merge the edits of two branches in a spec, its cases or the lock by what they mean; git's merge driver.

use crate::exit::{Exit, Outcome};
use crate::global::Global;
use crate::output;
use ghostc_diff::merge::Merged;
use ghostc_project::host::Host;
use ghostc_project::{Failure, LOCK, MergeEnd, MergeRequest, write_merged};
use ghostc_spec::layout;
use std::path::PathBuf;

/// Arguments of `ghostc merge`.
#[derive(clap::Args)]
#[command(
    after_help = "Exit codes: 0 merged, 1 merged but for conflicts, 129 nothing was written; git then stops the merge."
)]
pub(crate) struct Args {
    /// The text that both sides started from
    #[arg(long, value_name = "FILE")]
    base: PathBuf,
    /// Our text; the merged text takes its place
    #[arg(long, value_name = "FILE")]
    ours: PathBuf,
    /// Their text
    #[arg(long, value_name = "FILE")]
    theirs: PathBuf,
    /// The path of the file in the project, which says what it is; without it, that of ours
    #[arg(long, value_name = "PATH")]
    path: Option<String>,
    /// How long the markers of conflicts are
    #[arg(long, value_name = "COUNT", default_value_t = 7)]
    marker_size: usize,
    /// Whether conflicts show the base; without it, as git's merge.conflictStyle says
    #[arg(long, value_name = "STYLE")]
    conflict_style: Option<ConflictStyle>,
    /// What our side is called in conflicts
    #[arg(long, value_name = "NAME", default_value = "ours")]
    label_ours: String,
    /// What the base is called in conflicts
    #[arg(long, value_name = "NAME", default_value = "base")]
    label_base: String,
    /// What their side is called in conflicts
    #[arg(long, value_name = "NAME", default_value = "theirs")]
    label_theirs: String,
    /// Write to this file, and leave ours as it is
    #[arg(short, long, value_name = "FILE", conflicts_with = "print")]
    output: Option<PathBuf>,
    /// Print the merged text, and leave ours as it is
    #[arg(short, long)]
    print: bool,
}

/// How conflicts are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum ConflictStyle {
    /// Both sides
    Merge,
    /// Both sides, and the base between them
    Diff3,
    /// The same
    Zdiff3,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    let host = Host::disk();
    let request = MergeRequest {
        base: args.base.clone(),
        ours: args.ours.clone(),
        theirs: args.theirs.clone(),
        path: args.path.clone(),
        marker_size: args.marker_size,
        shows_base: args.conflict_style.map(|style| style != ConflictStyle::Merge),
        label_ours: args.label_ours.clone(),
        label_base: args.label_base.clone(),
        label_theirs: args.label_theirs.clone(),
    };
    let found = ghostc_project::merge(&request, &host)?;
    let path = &found.path;
    let has_conflicts = match &found.end {
        MergeEnd::ByMeaning(merged) => {
            write(args, merged.text.as_bytes(), &host)?;
            report(path, merged, global);
            !merged.conflicts.is_empty()
        }
        MergeEnd::ByLines { text, conflicts, why } => {
            write(args, text, &host)?;
            if !global.quiet {
                output::say(&format!("{path}: merged by lines, because {why}"));
            }
            *conflicts
        }
        MergeEnd::NotMerged { why, git } => {
            output::say(&format!("{path}: not merged, because {why}, and git says: {git}"));
            true
        }
    };
    Ok(if has_conflicts { Exit::Findings } else { Exit::Fine })
}

fn write(args: &Args, bytes: &[u8], host: &Host) -> Result<(), Failure> {
    if args.print {
        output::print_bytes(bytes);
        return Ok(());
    }
    write_merged(args.output.as_ref().unwrap_or(&args.ours), bytes, host)
}

fn report(path: &str, merged: &Merged, global: &Global) {
    if !global.quiet {
        merged
            .notes
            .iter()
            .for_each(|note| output::say(&format!("{path}: {note}")));
    }
    for found in &merged.conflicts {
        let section = if found.section.is_empty() {
            String::new()
        } else {
            format!("§ {}: ", found.section)
        };
        output::say(&format!(
            "{path}:{}: conflict: {section}{}",
            found.line, found.subject
        ));
        output::say(&format!("  {}", found.why));
    }
    if layout::file_name(path) == LOCK && !merged.conflicts.is_empty() {
        output::say(
            "help: Keep one line of each conflict, then run `ghostc build`: it builds what neither line fits.",
        );
    }
}
