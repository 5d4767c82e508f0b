//! Say which commit gave each statement of a spec its words.
//!
//! Statements are known again by what they say: wrapping, emphasis, moves to other sections and files, and renumbering
//! are no new words. Words that came with a merge are those of the commit that wrote them.

use crate::excerpt::edit;
use crate::exit::{Exit, Outcome};
use crate::global::{Format, Global};
use crate::{json, output};
use ghostc_diff::diff::Unit;
use ghostc_project::BlameRequest;
use ghostc_project::history::{Commit, Selection, Version};
use ghostc_project::host::Host;
use std::fmt::Write as _;

/// Arguments of `ghostc blame`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A statement's id, a requirement, an operation, a task, a section's anchor, a package, or a document with or without
    /// a line
    #[arg(value_name = "NAME|PATH[:LINE]")]
    name: String,
    /// Start at this revision instead of the work tree
    #[arg(long, value_name = "REVISION")]
    rev: Option<String>,
    /// Show the words that each statement had before, too; -v does the same
    #[arg(long)]
    history: bool,
    /// Show sentences too that ask for nothing
    #[arg(long)]
    all: bool,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    let format = global.format(&[Format::Json])?;
    let whole = args.history || global.verbose;
    let request = BlameRequest {
        name: args.name.clone(),
        revision: args.rev.clone(),
        history: whole,
        all: args.all,
        project: global.project.clone(),
    };
    let found = ghostc_project::blame(&request, &Host::disk())?;
    if format == Format::Json {
        output::print_json(&json::blame(&found.selection, &found.versions));
    } else {
        output::print(&text(&found.selection, &found.versions, whole));
    }
    if found.is_shallow {
        output::say(
            "This clone is shallow: what its oldest commit has may be older. Run `git fetch --unshallow`.",
        );
    }
    Ok(Exit::Fine)
}

fn text(selection: &Selection, versions: &[Vec<Version>], whole: bool) -> String {
    let mut out = String::new();
    let chosen = selection.chosen.iter().filter_map(|at| selection.units.get(*at));
    for (unit, versions) in chosen.zip(versions) {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&statement(unit, versions, selection, whole));
    }
    out
}

fn statement(unit: &Unit, versions: &[Version], selection: &Selection, whole: bool) -> String {
    let what = unit
        .strength
        .map_or(unit.subject.as_str(), |strength| strength.as_str());
    let mut out = format!(
        "{}  {what}  {}\n",
        selection.snapshot.sources().place(unit.text.span),
        unit.id
    );
    for line in unit.text.text.lines() {
        let _ = writeln!(out, "    {line}");
    }
    if versions.is_empty() {
        out.push_str("    older than the history that is here\n");
    }
    let mut olders = versions.iter().skip(1);
    for version in versions {
        let _ = writeln!(
            out,
            "  {}",
            version
                .commit
                .as_ref()
                .map_or_else(|| "not committed".to_string(), headline)
        );
        if !whole {
            continue;
        }
        match olders.next() {
            Some(older) => {
                let _ = writeln!(
                    out,
                    "    {}",
                    edit(&older.text, &version.text, usize::MAX).replace('\n', " ")
                );
            }
            None => out.push_str("    first written\n"),
        }
    }
    out
}

fn headline(commit: &Commit) -> String {
    format!(
        "\u{1b}[33m{}\u{1b}[0m  {}  {}  {}",
        commit.short,
        commit.day(),
        commit.author,
        commit.subject
    )
}
