//! Changes of a spec as people read them: the totals first, then each change with its words, the gravest first.

use crate::json::stale_tasks;
use crate::output::plural;
use ghostc_core::diff::{
    Bump, Change, Class, Detail, Kind, PackageDiff, SpecDiff, Text, advise, reaches, word_changes,
};
use ghostc_syntax::Sources;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Lines of a text that are shown before it is cut.
const SHOWN_LINES: usize = 12;

/// Tasks that are named before they are counted.
const NAMED_TASKS: usize = 4;

/// What stands at a version's place where there is none, and the texts of that state.
type State<'a> = (&'a str, &'a Sources);

/// A difference as text. Editorial changes are shown with their words only where `all` is asked for.
pub(crate) fn text(found: &SpecDiff, old: State<'_>, new: State<'_>, all: bool) -> String {
    let mut out = String::new();
    for package in found
        .packages
        .iter()
        .filter(|package| !package.changes.is_empty())
    {
        out.push_str(&head(package, old.0, new.0));
        for class in [Class::Breaking, Class::Additive, Class::Editorial] {
            let changes = package.changes.iter().filter(|change| change.class == class);
            if class == Class::Editorial && !all {
                out.push_str(&in_short(changes, old.1, new.1));
            } else {
                out.extend(changes.map(|change| paragraph(change, old.1, new.1)));
            }
        }
        out.push('\n');
    }
    if out.is_empty() {
        out.push_str("no changes\n");
    }
    out
}

/// One line for the changes of each kind in each file: the lines where they are.
fn in_short<'c>(changes: impl Iterator<Item = &'c Change>, old: &Sources, new: &Sources) -> String {
    let mut places: BTreeMap<(Kind, String), BTreeSet<usize>> = BTreeMap::new();
    for change in changes {
        let (text, sources) = match (&change.new, &change.old) {
            (Some(text), _) => (text, new),
            (None, Some(text)) => (text, old),
            (None, None) => continue,
        };
        let file = sources.get(text.span.file).path.clone();
        places
            .entry((change.kind, file))
            .or_default()
            .insert(sources.line(text.span));
    }
    let line = |((kind, file), lines): (&(Kind, String), &BTreeSet<usize>)| {
        let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
        let was = if *kind == Kind::Removed { " (was)" } else { "" };
        format!(
            "editorial  {:<13}  {file}:{}{was}\n",
            kind.as_str(),
            lines.join(", ")
        )
    };
    places.iter().map(line).collect()
}

/// The totals of a package, and what they ask of its version.
fn head(package: &PackageDiff, old: &str, new: &str) -> String {
    let name = |version: &Option<String>, state: &str| match version {
        Some(version) => format!("{version} ({state})"),
        None => state.to_string(),
    };
    let count = |class: Class| {
        package
            .changes
            .iter()
            .filter(|change| change.class == class)
            .count()
    };
    let counts: Vec<String> = [Class::Breaking, Class::Additive, Class::Editorial]
        .into_iter()
        .filter(|class| count(*class) > 0)
        .map(|class| format!("{} {}", count(class), class.as_str()))
        .collect();
    let (before, after) = (name(&package.versions.0, old), name(&package.versions.1, new));
    let mut out = format!(
        "{}  {before} → {after}  {}  {}\n",
        package.name,
        counts.join(", "),
        version(package)
    );
    let cases = package.changes.iter().map(|change| change.cases.len()).sum();
    if package.tasks > 0 {
        let stale = stale_tasks(package).len();
        let _ = writeln!(
            out,
            "rebuilds {stale} of {}; {} changed",
            plural(package.tasks, "task"),
            plural(cases, "case")
        );
    }
    out.push('\n');
    out
}

/// What a package's version should become, or that it is high enough.
fn version(package: &PackageDiff) -> String {
    let bump = package.bump();
    let advised = package.versions.0.as_ref().and_then(|old| advise(old, bump));
    let Some(advised) = advised.filter(|_| bump != Bump::None) else {
        return format!("bump: {}", bump.as_str());
    };
    let enough = package.versions.1.as_ref().and_then(|new| reaches(new, &advised)) == Some(true);
    let state = if enough { ", done" } else { "" };
    format!("bump: {} ({advised}{state})", bump.as_str())
}

fn paragraph(change: &Change, old: &Sources, new: &Sources) -> String {
    let place = match (&change.new, &change.old) {
        (Some(text), _) => new.place(text.span),
        (None, Some(text)) => format!("{} (was)", old.place(text.span)),
        (None, None) => String::new(),
    };
    let section = change
        .new
        .as_ref()
        .or(change.old.as_ref())
        .and_then(|text| text.section.last());
    let section = section
        .filter(|title| !title.is_empty())
        .map(|title| format!("  § {title}"))
        .unwrap_or_default();
    let mut out = format!(
        "{:<9}  {:<13}  {place}{section}\n",
        change.class.as_str(),
        change.kind.as_str(),
    );
    for line in words(change).lines() {
        let _ = writeln!(out, "           {line}");
    }
    for found in &change.details {
        let _ = writeln!(out, "           {}", detail(found));
    }
    let _ = match change.tasks.as_slice() {
        [] => Ok(()),
        tasks if tasks.len() <= NAMED_TASKS => writeln!(out, "           invalidates {}", tasks.join(", ")),
        tasks => writeln!(out, "           invalidates {}", plural(tasks.len(), "task")),
    };
    out
}

/// The words of a change: those that differ where both texts are of one thing, else the text.
fn words(change: &Change) -> String {
    let cut = |text: &str| -> String {
        let lines: Vec<&str> = text.lines().collect();
        let more = lines.len().saturating_sub(SHOWN_LINES);
        let mut out = lines
            .iter()
            .take(SHOWN_LINES)
            .copied()
            .collect::<Vec<_>>()
            .join("\n");
        if more > 0 {
            let _ = write!(out, "\n… {}", plural(more, "more line"));
        }
        out
    };
    if change.kind == Kind::Reordered {
        return cut(change.new.as_ref().map_or("", |text| &text.text));
    }
    let marked = change.old.is_some() && change.new.is_some();
    let places = change
        .places
        .iter()
        .map(|place| in_place(&place.old, &place.new, marked));
    let places: Vec<String> = places.collect();
    cut(&places.join("\n"))
}

/// The words of one place: those that differ where there are two texts; with `marked`, whether it came or went.
fn in_place(old: &Option<Text>, new: &Option<Text>, marked: bool) -> String {
    match (old, new) {
        (Some(old), Some(new)) => {
            let pieces = word_changes(&old.text, &new.text);
            let shown = pieces.iter().map(|piece| match (&piece.old, &piece.new) {
                (old, new) if old == new => new.clone(),
                (old, new) => gone(old) + &came(new),
            });
            shown.collect()
        }
        (None, Some(new)) if marked => came(&new.text),
        (Some(old), None) if marked => gone(&old.text),
        (None, Some(only)) | (Some(only), None) => only.text.clone(),
        (None, None) => String::new(),
    }
}

fn gone(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("\u{1b}[31m[-{text}-]\u{1b}[0m")
    }
}

fn came(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("\u{1b}[32m{{+{text}+}}\u{1b}[0m")
    }
}

/// A value that changed: `default of x: 30 → 60`.
fn detail(found: &Detail) -> String {
    let of = if found.of.is_empty() {
        String::new()
    } else {
        format!(" of {}", found.of)
    };
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_string());
    format!(
        "{}{of}: {} → {}",
        found.aspect.as_str(),
        value(&found.old),
        value(&found.new)
    )
}
