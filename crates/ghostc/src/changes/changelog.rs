//! Changes as entries of a changelog, in the shape of Keep a Changelog 1.1.0, with a section of its own for what breaks.

use super::section;
use crate::markup::without_html;
use crate::review::Review;
use ghostc_diff::diff::{Change, Class, Kind, Subject, Text};
use ghostc_project::change_words::ONE_LINE;
use ghostc_project::wording::{one_line, plural};
use ghostc_project::{Reviewed, Verb};
use ghostc_syntax::printable::printable;
use std::collections::BTreeSet;

/// Where an entry goes: the title of its section.
const BREAKING: &str = "Breaking";
const ADDED: &str = "Added";
const CHANGED: &str = "Changed";
const REMOVED: &str = "Removed";
const FIXED: &str = "Fixed";

pub(super) fn text(review: &Review<'_>) -> String {
    let mut out = String::new();
    let several = review.changed().count() > 1;
    for (package, changes) in review.changed() {
        let advice = review.advice(package);
        let version = match (&package.versions.1, advice.least) {
            (Some(now), Some(least)) if !advice.done => format!("{least} (the spec says {now})"),
            (Some(now), _) => now.clone(),
            (None, _) => "Unreleased".to_string(),
        };
        let name = if several {
            format!("{} ", without_html(&package.name))
        } else {
            String::new()
        };
        out.push_str(&format!("## {name}{}\n", without_html(&version)));
        let shown = || changes.iter().filter(|found| found.level.is_some());
        for title in [BREAKING, ADDED, CHANGED, REMOVED] {
            let entries = shown().filter(|found| heading(found) == title);
            list(&mut out, title, entries.map(|found| entry(found.change)));
        }
        let wording: Vec<&Change> = shown()
            .filter(|found| heading(found) == FIXED)
            .map(|found| found.change)
            .collect();
        list(&mut out, FIXED, rewording(&wording));
        out.push('\n');
    }
    if out.is_empty() {
        out.push_str("no changes\n");
    }
    out
}

fn list(out: &mut String, title: &str, entries: impl Iterator<Item = String>) {
    let entries: String = entries.map(|entry| format!("- {entry}\n")).collect();
    if !entries.is_empty() {
        out.push_str(&format!("\n### {title}\n\n{entries}"));
    }
}

fn heading(found: &Reviewed<'_>) -> &'static str {
    match (found.rule.class, found.change.kind) {
        (Class::Breaking, _) => BREAKING,
        (Class::Additive, Kind::Added) => ADDED,
        (Class::Additive, Kind::Removed) => REMOVED,
        (Class::Additive, _) => CHANGED,
        (Class::Example | Class::Editorial, _) => FIXED,
    }
}

/// A change in words.
fn entry(change: &Change) -> String {
    let at = match (section(change), change.subject) {
        (Some(_), Subject::Operation | Subject::Parameter) | (None, _) => String::new(),
        (Some(title), _) => format!("{}: ", without_html(title)),
    };
    let text = |text: &Option<Text>| {
        text.as_ref()
            .map_or_else(String::new, |text| quoted(change, &text.text))
    };
    let (old, new) = (text(&change.old), text(&change.new));
    let what = match (change.subject, change.kind) {
        (Subject::Parameter, kind) => parameter(change, kind),
        (Subject::Operation, Kind::Added) => format!("new operation {new}"),
        (Subject::Operation, Kind::Removed) => format!("the operation {old} is gone"),
        (Subject::Operation, _) => format!("the operation {old} is {new} now"),
        (Subject::Case, Kind::Added) => format!("new case {new}"),
        (Subject::Case, Kind::Removed) => format!("the case {old} is gone"),
        (Subject::Section, Kind::Added) => format!("new section {new}"),
        (Subject::Document, Kind::Added) => format!("new document {new}"),
        (Subject::Package, Kind::Added) => "new package".to_string(),
        (Subject::Package, Kind::Removed) => "the package is gone".to_string(),
        (_, Kind::Added) => new,
        (_, Kind::Removed) => format!("no longer {old}"),
        (_, Kind::Reordered) => format!("another order: {new}"),
        (_, _) => format!("{new}, where it was {old}"),
    };
    format!("{at}{what}")
}

fn parameter(change: &Change, kind: Kind) -> String {
    let (operation, name) = change.id.rsplit_once('.').unwrap_or(("", &change.id));
    let required = change.rule().class == Class::Breaking;
    let state = if required { "required" } else { "optional" };
    match Verb::of(kind) {
        Verb::Remove => format!("`{operation}` takes no `{name}` any more"),
        Verb::Add => format!("`{operation}` takes one more parameter: `{name}`, which is {state}"),
        Verb::Change => format!("`{name}` of `{operation}` is {state} now"),
    }
}

/// A text on one line between quotation marks; signatures, code and cases as code.
fn quoted(change: &Change, text: &str) -> String {
    let words = one_line(&printable(text), ONE_LINE);
    match change.subject {
        Subject::Operation | Subject::Code | Subject::Case => {
            let longest = words.split(|c| c != '`').map(str::len).max().unwrap_or(0);
            let ticks = "`".repeat(longest + 1);
            let pad = if longest > 0 { " " } else { "" };
            format!("{ticks}{pad}{words}{pad}{ticks}")
        }
        Subject::Section | Subject::Document => {
            format!("“{}”", without_html(text.lines().next().unwrap_or_default()))
        }
        Subject::Package
        | Subject::Requirement
        | Subject::Criterion
        | Subject::Scenario
        | Subject::Story
        | Subject::Task
        | Subject::Statement
        | Subject::Item
        | Subject::Prose
        | Subject::Parameter => format!("“{}”", without_html(&words)),
    }
}

/// Changes that say the same as before, summed up by section.
fn rewording(changes: &[&Change]) -> std::vec::IntoIter<String> {
    let sections: BTreeSet<&str> = changes.iter().filter_map(|change| section(change)).collect();
    if changes.is_empty() {
        return Vec::new().into_iter();
    }
    let names: Vec<&str> = sections.into_iter().collect();
    let places = if names.is_empty() {
        String::new()
    } else {
        format!(" in {}", without_html(&names.join(", ")))
    };
    vec![format!(
        "wording and order{places} ({})",
        plural(changes.len(), "change")
    )]
    .into_iter()
}
