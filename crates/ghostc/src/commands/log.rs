//! Say what each commit changed in a spec, statement by statement.
//!
//! History is the line of first parents, so that a merge is one step with all that it brought. Files are followed
//! through renames.

use crate::excerpt::{excerpt, place};
use crate::exit::{Exit, Outcome};
use crate::global::{Format, Global};
use crate::{json, output, report};
use ghostc_diff::diff::{Change, Class, PackageDiff};
use ghostc_project::history::{Candidate, Commit, PackagePair, is_code};
use ghostc_project::host::Host;
use ghostc_project::wording::plural;
use ghostc_project::{LogRequest, SETTINGS};
use std::fmt::Write as _;

/// Changes of a package that are shown before the rest is counted.
const SHOWN: usize = 12;
/// Columns for the words of a change.
const COLUMNS: usize = 72;

/// Arguments of `ghostc log`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A revision or a range such as `v1.0..main`, then folders, files and packages; without them, all before the last
    /// commit
    #[arg(value_name = "RANGE|PATH")]
    names: Vec<String>,
    /// Folders, files and packages; what is no package may not be there any more
    #[arg(last = true, value_name = "PATH")]
    paths: Vec<String>,
    /// Show so many commits at most
    #[arg(short = 'n', long, value_name = "N")]
    max_count: Option<usize>,
    /// Show changes of this class and graver ones only
    #[arg(long, value_name = "CLASS")]
    class: Option<MinimumClass>,
    /// Show commits too that touched a spec without changing what it says
    #[arg(long)]
    all: bool,
}

/// The least grave changes that are shown.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum MinimumClass {
    /// Breaking changes
    Breaking,
    /// Breaking and additive changes
    Additive,
    /// All changes
    Editorial,
}

/// How to show a commit.
struct LogStyle {
    format: Format,
    verbose: bool,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    let format = global.format(&[Format::Json, Format::Markdown])?;
    let style = LogStyle {
        format,
        verbose: global.verbose,
    };
    let request = LogRequest {
        names: args.names.clone(),
        paths: args.paths.clone(),
        most: args.max_count,
        least: args.class.map(Class::from),
        all: args.all,
        project: global.project.clone(),
    };
    let mut entries = Vec::new();
    let end = ghostc_project::log(
        &request,
        &Host::disk(),
        |entry| PrintedEntry::new(entry.commit, &entry.changes, &style),
        &mut |entry| match entry {
            PrintedEntry::Text(text) => output::print(&text),
            PrintedEntry::Json(entry) => entries.push(entry),
        },
    )?;
    if format == Format::Json {
        output::print_json(&json::Log {
            schema: "ghostc.log/1".to_string(),
            commits: entries,
        });
    }
    if let Some(failure) = end.missing {
        return Err(failure);
    }
    if end.is_shallow {
        output::say(
            "This clone is shallow: what the oldest commits changed cannot be shown. Run `git fetch --unshallow`.",
        );
    }
    Ok(Exit::Fine)
}

impl From<MinimumClass> for Class {
    fn from(least: MinimumClass) -> Class {
        match least {
            MinimumClass::Breaking => Class::Breaking,
            MinimumClass::Additive => Class::Additive,
            MinimumClass::Editorial => Class::Editorial,
        }
    }
}

/// A commit as it is printed.
enum PrintedEntry {
    Text(String),
    Json(json::LogEntryJson),
}

impl PrintedEntry {
    fn new(commit: &Commit, changes: &[(&PackagePair, PackageDiff)], style: &LogStyle) -> PrintedEntry {
        match style.format {
            Format::Json => PrintedEntry::Json(json::logged(commit, changes)),
            Format::Markdown => PrintedEntry::Text(markdown(commit, changes, style)),
            Format::Text
            | Format::Github
            | Format::Gitlab
            | Format::Sarif
            | Format::Junit
            | Format::Html
            | Format::Changelog
            | Format::Csv
            | Format::Dot
            | Format::Mermaid => PrintedEntry::Text(text(commit, changes, style)),
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
    let classes = Class::ALL.into_iter();
    let counts = classes
        .filter(|class| count(*class) > 0)
        .map(|class| format!("{} {}", count(class), class.as_str()));
    counts.collect::<Vec<_>>().join(", ")
}

/// The changes that are shown one by one, the gravest first, and how many are not.
fn shown<'c>(found: &'c PackageDiff, style: &LogStyle) -> (Vec<&'c Change>, usize) {
    let is_shown = |change: &&Change| style.verbose || change.class > Class::Example;
    let mut shown: Vec<&Change> = found.changes.iter().filter(is_shown).collect();
    shown.sort_by_key(|change| std::cmp::Reverse(change.class));
    let most = if style.verbose { usize::MAX } else { SHOWN };
    let more = shown.len().saturating_sub(most);
    shown.truncate(most);
    (shown, more)
}

/// A commit that may have broken something, with what it changed that matters.
pub(super) fn of_candidate(candidate: &Candidate) -> String {
    let style = LogStyle {
        format: Format::Text,
        verbose: true,
    };
    let changes: Vec<(&PackagePair, PackageDiff)> = candidate
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
        let paths = paths.filter(|entry| is_code(&entry.path) || entry.path == SETTINGS);
        out = out.trim_end().to_string() + "\n";
        out.extend(paths.take(SHOWN).map(|entry| format!("    {}\n", entry.path)));
        out.push('\n');
    }
    out
}

fn text(commit: &Commit, changes: &[(&PackagePair, PackageDiff)], style: &LogStyle) -> String {
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
        let (shown, more) = shown(found, style);
        for change in shown {
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

fn markdown(commit: &Commit, changes: &[(&PackagePair, PackageDiff)], style: &LogStyle) -> String {
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
        let (shown, more) = shown(found, style);
        let _ = writeln!(out, "**{}**: {}\n", report::escape(&found.name), counts(found));
        for change in &shown {
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
        if !shown.is_empty() {
            out.push('\n');
        }
    }
    out
}
