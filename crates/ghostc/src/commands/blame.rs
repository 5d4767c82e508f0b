//! Say which commit gave each statement of a spec its words.
//!
//! Statements are known again by what they say: wrapping, emphasis, moves to other sections and files, and renumbering
//! are no new words. Words that came with a merge are those of the commit that wrote them.

use crate::comparison::below_here;
use crate::exit::{Exit, Failure, Outcome};
use crate::global::{Format, Global};
use crate::history::{Asked, Commit, Selection, Sheet, Version, Walk, Wanted, edit, select, trace};
use crate::revision::Repository;
use crate::{json, load, output};
use ghostc_diff::diff::Unit;
use ghostc_spec::layout;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Arguments of `ghostc blame`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A statement's id, a requirement, an operation, a section's anchor, a package, or a document with or without a line
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

/// Where blame starts: the packages that names are looked up in, and the walk back from them.
struct Start {
    sheets: Vec<Arc<Sheet>>,
    /// The packages of the commit at which the walk starts, where the others are those on disk.
    committed: Option<Vec<Arc<Sheet>>>,
    walk: Walk,
    repository: Repository,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    let format = global.format(&[Format::Json])?;
    let whole = args.history || global.verbose;
    let root = load::project_root(global)?;
    let place = place(&args.name);
    let mut start = Start::of(args, Vec::new(), root.as_deref(), global)?;
    let wanted = match &place {
        Some((path, line)) => {
            let shown = below(path, root.as_deref())?;
            if is_in(&start.sheets, &shown) {
                (shown, *line)
            } else {
                // A document that is part of no package can still be named, as for `ghostc diff`.
                let path = below_here(path)?;
                start = Start::of(args, vec![path.clone()], None, global)?;
                (path, *line)
            }
        }
        None => (String::new(), None),
    };
    let wanted = match &place {
        Some(_) => Wanted::Place(&wanted.0, wanted.1),
        None => Wanted::Name(&args.name),
    };
    let selection = select(&start.sheets, &wanted, args.all)?;
    let versions = trace(&selection, start.committed.as_deref(), &mut start.walk, whole)?;
    if format == Format::Json {
        output::print_json(&json::blame(&selection, &versions));
    } else {
        output::print(&text(&selection, &versions, whole));
    }
    let mut commits = versions
        .iter()
        .flatten()
        .filter_map(|version| version.commit.as_ref());
    if commits.any(|commit| commit.parents.is_empty()) && start.repository.is_shallow()? {
        output::say(
            "This clone is shallow: what its oldest commit has may be older. Run `git fetch --unshallow`.",
        );
    }
    Ok(Exit::Fine)
}

impl Start {
    fn of(args: &Args, paths: Vec<String>, root: Option<&Path>, global: &Global) -> Result<Start, Failure> {
        let repository = Repository::at(root);
        let range = args.rev.as_deref().unwrap_or("HEAD");
        let mut walk = Walk::start(
            &repository,
            Asked {
                range,
                paths: paths.clone(),
                also: |_| false,
            },
        )?;
        let newest = walk.newest(range)?;
        if args.rev.is_some() {
            return Ok(Start {
                sheets: newest,
                committed: None,
                walk,
                repository,
            });
        }
        let paths: Vec<PathBuf> = paths.into_iter().map(PathBuf::from).collect();
        let loaded = load::load(&paths, global)?;
        loaded.require_spec(&paths)?;
        Ok(Start {
            sheets: Sheet::on_disk(&loaded),
            committed: Some(newest),
            walk,
            repository,
        })
    }
}

/// The path and the line of `PATH` or `PATH:LINE`; nothing for a name.
fn place(name: &str) -> Option<(&str, Option<usize>)> {
    let (path, line) = match name.rsplit_once(':') {
        Some((path, line)) => match line.parse() {
            Ok(line) => (path, Some(line)),
            Err(_) => (name, None),
        },
        None => (name, None),
    };
    layout::is_document(path).then_some((path, line))
}

/// A path of the current folder as the project's packages have it.
fn below(path: &str, root: Option<&Path>) -> Result<String, Failure> {
    let given = Path::new(path);
    match root.filter(|root| root.is_absolute()) {
        Some(root) => {
            let whole = std::path::absolute(given);
            let whole =
                whole.map_err(|why| Failure::machine(format!("cannot tell the current folder: {why}")))?;
            Ok(load::shown(&whole, root))
        }
        None => Ok(load::shown(given, root.unwrap_or(Path::new("")))),
    }
}

fn is_in(sheets: &[Arc<Sheet>], path: &str) -> bool {
    sheets
        .iter()
        .any(|sheet| sheet.files.documents.iter().any(|document| document == path))
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
        selection.sheet.sources().place(unit.text.span),
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
