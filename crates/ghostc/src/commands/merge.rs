//! Merge the edits of two branches in a spec, its cases or the lock by what they mean; git's merge driver.

use crate::exit::{Exit, Failure, Outcome};
use crate::global::Global;
use crate::{git, output};
use ghostc_spec::layout;
use ghostc_diff::merge::{Markers, Merged, Unfit, merge_cases, merge_document, merge_lock};
use std::path::{Path, PathBuf};

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
    conflict_style: Option<Style>,
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
enum Style {
    /// Both sides
    Merge,
    /// Both sides, and the base between them
    Diff3,
    /// The same
    Zdiff3,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    let [base, ours, theirs] = [read(&args.base)?, read(&args.ours)?, read(&args.theirs)?];
    let path = match &args.path {
        Some(path) => path.clone(),
        None => args.ours.display().to_string(),
    };
    let markers = markers(args);
    match merged([&base, &ours, &theirs], &path, &markers) {
        Ok(merged) => {
            write(args, merged.text.as_bytes())?;
            report(&path, &merged, global);
            Ok(if merged.conflicts.is_empty() {
                Exit::Fine
            } else {
                Exit::Findings
            })
        }
        Err(why) => by_lines(args, &path, &why, &markers, global),
    }
}

fn markers(args: &Args) -> Markers {
    // A git that does not know a placeholder leaves it as it is.
    let label = |given: &str, usual: &str| match given {
        "" | "%S" | "%X" | "%Y" => usual.to_string(),
        given => given.to_string(),
    };
    let shows_base = args
        .conflict_style
        .map_or_else(git::shows_base, |style| style != Style::Merge);
    Markers {
        size: args.marker_size.clamp(1, 1000),
        ours: label(&args.label_ours, "ours"),
        base: shows_base.then(|| label(&args.label_base, "base")),
        theirs: label(&args.label_theirs, "theirs"),
    }
}

/// What is merged, or why it is not merged by its meaning.
fn merged(texts: [&[u8]; 3], path: &str, markers: &Markers) -> Result<Merged, String> {
    let name = layout::file_name(path);
    let merge = match name {
        "ghostc.lock" => merge_lock,
        _ if layout::is_cases(path) => merge_cases,
        _ if layout::is_document(path) => merge_document,
        _ => return Err("it is no spec".to_string()),
    };
    let [Ok(base), Ok(ours), Ok(theirs)] = texts.map(std::str::from_utf8) else {
        return Err("it is not UTF-8 on all sides".to_string());
    };
    // A branch must not be lost to a bug of ours: git knows what to do.
    let caught = std::panic::catch_unwind(|| merge(base, ours, theirs, markers));
    caught.map_or_else(
        |_| Err("of a bug in ghostc".to_string()),
        |merged| merged.map_err(|why: Unfit| why.as_str().to_string()),
    )
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
    if layout::file_name(path) == "ghostc.lock" && !merged.conflicts.is_empty() {
        output::say(
            "help: Keep one line of each conflict, then run `ghostc build`: it builds what neither line fits.",
        );
    }
}

/// Leaves the merge to git.
fn by_lines(args: &Args, path: &str, why: &str, markers: &Markers, global: &Global) -> Outcome {
    let (text, conflicts) = match git::merge_file([args.ours.as_path(), &args.base, &args.theirs], markers) {
        Ok(found) => found,
        Err(said) => {
            output::say(&format!(
                "{path}: not merged, because {why}, and git says: {said}"
            ));
            return Ok(Exit::Findings);
        }
    };
    write(args, &text)?;
    if !global.quiet {
        output::say(&format!("{path}: merged by lines, because {why}"));
    }
    Ok(if conflicts { Exit::Findings } else { Exit::Fine })
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|why| Failure::unmerged(format!("cannot read `{}`: {why}", path.display())))
}

fn write(args: &Args, bytes: &[u8]) -> Result<(), Failure> {
    if args.print {
        output::print_bytes(bytes);
        return Ok(());
    }
    let path = args.output.as_ref().unwrap_or(&args.ours);
    let written = ghostc_run::write_atomically(path, bytes);
    written.map_err(|why| Failure::unmerged(format!("cannot write `{}`: {why}", path.display())))
}
