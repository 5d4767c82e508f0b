//! Say what each commit changed in a spec, statement by statement.
//!
//! History is the line of first parents, so that a merge is one step with all that it brought. Files are followed
//! through renames.

use crate::comparison::below_here;
use crate::exit::{Exit, Failure, Outcome};
use crate::global::{Format, Global};
use crate::history::{Asked, Candidate, Commit, Pair, Walk, excerpt, is_code, place};
use crate::output::{self, plural};
use crate::project::on_all_processors;
use crate::revision::Repository;
use crate::{json, load, report};
use ghostc_diff::diff::{Change, Class, PackageDiff};
use std::fmt::Write as _;
use std::path::Path;

/// Changes of a package that are shown before the rest is counted.
const SHOWN: usize = 12;
/// Columns for the words of a change.
const COLUMNS: usize = 72;

/// Arguments of `ghostc log`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A revision or a range such as `v1.0..main`, then folders and files; without them, all before the last commit
    #[arg(value_name = "RANGE|PATH")]
    names: Vec<String>,
    /// Folders and files that may not be there any more
    #[arg(last = true, value_name = "PATH")]
    paths: Vec<String>,
    /// Show so many commits at most
    #[arg(short = 'n', long, value_name = "N")]
    max_count: Option<usize>,
    /// Show changes of this class and graver ones only
    #[arg(long, value_name = "CLASS")]
    class: Option<Least>,
    /// Show commits too that touched a spec without changing what it says
    #[arg(long)]
    all: bool,
}

/// The least grave changes that are shown.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Least {
    /// Breaking changes
    Breaking,
    /// Breaking and additive changes
    Additive,
    /// All changes
    Editorial,
}

/// How to show a commit.
struct Style {
    format: Format,
    verbose: bool,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    let format = global.format(&[Format::Json, Format::Markdown])?;
    let style = Style {
        format,
        verbose: global.verbose,
    };
    let (range, paths) = split(args)?;
    let root = load::project_root(global)?;
    // Paths are those of the current folder; without any, the whole project is meant.
    let repository = Repository::at(root.as_deref().filter(|_| paths.is_empty()));
    let paths: Vec<String> = paths
        .iter()
        .map(|path| below_here(path))
        .collect::<Result<_, _>>()?;
    let asked = Asked {
        range: &range,
        paths: paths.clone(),
        also: |_| false,
    };
    let mut walk = Walk::start(&repository, asked)?;
    let mut left = args.max_count.unwrap_or(usize::MAX);
    let (mut touched, mut entries) = (0, Vec::new());
    while left > 0 {
        let steps = walk.next()?;
        if steps.is_empty() {
            break;
        }
        touched += steps.len();
        let read = on_all_processors(&steps, |step| {
            let changes = kept(step.changes(), args.class);
            let is_shown = args.all || !changes.is_empty();
            is_shown.then(|| Entry::new(&step.commit, &changes, &style))
        });
        for entry in read.into_iter().flatten().take(left) {
            left -= 1;
            match entry {
                Entry::Text(text) => output::print(&text),
                Entry::Json(entry) => entries.push(entry),
            }
        }
    }
    if format == Format::Json {
        output::print_json(&json::Log {
            schema: "ghostc.log/1".to_string(),
            commits: entries,
        });
    }
    if left > 0 {
        ended(touched, &paths, &range, &repository)?;
    }
    Ok(Exit::Fine)
}

/// What is said where history came to its end.
fn ended(touched: usize, paths: &[String], range: &str, repository: &Repository) -> Result<(), Failure> {
    let missing = paths
        .iter()
        .find(|path| touched == 0 && !Path::new(path).exists());
    if let Some(path) = missing {
        let failure = Failure::usage(format!("`{path}` is here in no commit of `{range}`"));
        return Err(failure.help("Name a folder or a file that holds a spec."));
    }
    if repository.is_shallow()? {
        output::say(
            "This clone is shallow: what the oldest commits changed cannot be told. Run `git fetch --unshallow`.",
        );
    }
    Ok(())
}

/// The range and the paths: a first name that is no path is a range.
fn split(args: &Args) -> Result<(String, Vec<String>), Failure> {
    let mut names = args.names.clone();
    let is_path = |name: &String| Path::new(name).exists() || name.contains('/') && name.ends_with(".md");
    let mut range = "HEAD".to_string();
    if names.first().is_some_and(|first| !is_path(first)) {
        range = names.remove(0);
    }
    if range.contains("...") {
        let failure = Failure::usage(format!("`{range}` has two lines of history"));
        return Err(failure.help(format!(
            "Use a range of one: `{}`.",
            range.replacen("...", "..", 1)
        )));
    }
    if range.starts_with('-') || range.starts_with('^') {
        return Err(
            Failure::usage(format!("`{range}` is no revision")).help("Name a range such as `v1.0..main`.")
        );
    }
    names.extend(args.paths.iter().cloned());
    Ok((range, names))
}

/// The changes of the classes that are wanted.
fn kept(changes: Vec<(&Pair, PackageDiff)>, least: Option<Least>) -> Vec<(&Pair, PackageDiff)> {
    let least = match least {
        Some(Least::Breaking) => Class::Breaking,
        Some(Least::Additive) => Class::Additive,
        Some(Least::Editorial) | None => Class::Editorial,
    };
    let narrow = |(pair, mut found): (_, PackageDiff)| {
        found.changes.retain(|change| change.class >= least);
        (pair, found)
    };
    let changes = changes.into_iter().map(narrow);
    changes.filter(|(_, found)| !found.changes.is_empty()).collect()
}

/// A commit as it is printed.
enum Entry {
    Text(String),
    Json(json::LogEntryJson),
}

impl Entry {
    fn new(commit: &Commit, changes: &[(&Pair, PackageDiff)], style: &Style) -> Entry {
        match style.format {
            Format::Json => Entry::Json(json::logged(commit, changes)),
            Format::Markdown => Entry::Text(markdown(commit, changes, style)),
            Format::Text
            | Format::Github
            | Format::Gitlab
            | Format::Sarif
            | Format::Junit
            | Format::Html
            | Format::Changelog
            | Format::Dot
            | Format::Mermaid => Entry::Text(text(commit, changes, style)),
        }
    }
}

/// `1 breaking, 2 editorial`.
fn counts(found: &PackageDiff) -> String {
    let count = |class: Class| {
        found
            .changes
            .iter()
            .filter(|change| change.class == class)
            .count()
    };
    let classes = [Class::Breaking, Class::Additive, Class::Editorial].into_iter();
    let counts = classes
        .filter(|class| count(*class) > 0)
        .map(|class| format!("{} {}", count(class), class.as_str()));
    counts.collect::<Vec<_>>().join(", ")
}

/// The changes that are told one by one, the gravest first, and how many are not.
fn told<'c>(found: &'c PackageDiff, style: &Style) -> (Vec<&'c Change>, usize) {
    let is_told = |change: &&Change| style.verbose || change.class > Class::Editorial;
    let mut told: Vec<&Change> = found.changes.iter().filter(is_told).collect();
    told.sort_by_key(|change| std::cmp::Reverse(change.class));
    let most = if style.verbose { usize::MAX } else { SHOWN };
    let more = told.len().saturating_sub(most);
    told.truncate(most);
    (told, more)
}

/// A commit that may have broken something, with what it changed that matters.
pub(super) fn of_candidate(candidate: &Candidate) -> String {
    let style = Style {
        format: Format::Text,
        verbose: true,
    };
    let changes: Vec<(&Pair, PackageDiff)> = candidate
        .change
        .iter()
        .map(|(pair, found)| (pair, found.clone()))
        .collect();
    let mut out = text(&candidate.step.commit, &changes, &style);
    if changes.is_empty() {
        let paths = candidate
            .step
            .commit
            .touched
            .iter()
            .filter_map(|touched| touched.new.as_ref().or(touched.old.as_ref()));
        let paths = paths.filter(|entry| is_code(&entry.path) || entry.path == load::SETTINGS);
        out = out.trim_end().to_string() + "\n";
        out.extend(paths.take(SHOWN).map(|entry| format!("    {}\n", entry.path)));
        out.push('\n');
    }
    out
}

fn text(commit: &Commit, changes: &[(&Pair, PackageDiff)], style: &Style) -> String {
    let Commit {
        short,
        author,
        subject,
        ..
    } = commit;
    let mut out = format!(
        "\u{1b}[33m{short}\u{1b}[0m  {}  {author}  {subject}\n",
        commit.day()
    );
    if changes.is_empty() {
        out.push_str("  no change of meaning\n");
    }
    for (pair, found) in changes {
        let _ = writeln!(out, "  {}  {}", found.name, counts(found));
        let (old, new) = pair.sources();
        let (told, more) = told(found, style);
        for change in told {
            let (class, kind) = (change.class.as_str(), change.kind.as_str());
            let _ = writeln!(out, "    {class:<9}  {kind:<13}  {}", place(change, old, new));
            let _ = writeln!(out, "        {}", excerpt(change, COLUMNS));
        }
        if more > 0 {
            let _ = writeln!(out, "    and {} more; see them with -v", plural(more, "change"));
        }
    }
    out.push('\n');
    out
}

fn markdown(commit: &Commit, changes: &[(&Pair, PackageDiff)], style: &Style) -> String {
    let subject = report::escape(&commit.subject);
    let mut out = format!(
        "### `{}` {subject}\n\n{}, {}\n\n",
        commit.short,
        commit.day(),
        report::escape(&commit.author)
    );
    if changes.is_empty() {
        out.push_str("No change of meaning.\n\n");
    }
    for (pair, found) in changes {
        let (old, new) = pair.sources();
        let (told, more) = told(found, style);
        let _ = writeln!(out, "**{}**: {}\n", report::escape(&found.name), counts(found));
        for change in &told {
            let (class, kind) = (change.class.as_str(), change.kind.as_str());
            let words = report::escape(&anstream::adapter::strip_str(&excerpt(change, COLUMNS)).to_string());
            let _ = writeln!(
                out,
                "- **{class}** {kind}, {}: {words}",
                report::escape(&place(change, old, new))
            );
        }
        if more > 0 {
            let _ = writeln!(out, "- and {}", plural(more, "more change"));
        }
        if !told.is_empty() {
            out.push('\n');
        }
    }
    out
}
