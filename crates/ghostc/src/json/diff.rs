//! What changed in a spec, as `ghostc diff --format json` prints it.

use ghostc_core::diff::{Bump, Change, Class, PackageDiff, SpecDiff, Text, advise};
use ghostc_syntax::{Sources, Strength};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// The changes between two states of a spec.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Diff {
    /// Always `ghostc.diff/1`.
    schema: String,
    packages: Vec<PackageJson>,
    /// The changes, package by package, in the order of the new text.
    changes: Vec<ChangeJson>,
    /// What the changes ask of the version: `none`, `patch`, `minor` or `major`.
    bump: String,
    summary: SummaryJson,
}

/// A package of either state.
#[derive(Serialize, JsonSchema)]
struct PackageJson {
    name: String,
    old_version: Option<String>,
    new_version: Option<String>,
    /// What its changes ask of its version.
    bump: String,
    /// The least version that this may lead to; null where there is no old version, or nothing changed.
    advised_version: Option<String>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct ChangeJson {
    /// `added`, `removed`, `modified`, `strengthened`, `weakened`, `negated`, `moved`, `renamed`, `reordered` or
    /// `expectation-changed`.
    kind: String,
    /// `breaking`, `additive` or `editorial`.
    class: String,
    /// `package`, `document`, `section`, `statement`, `item`, `code`, `prose`, `operation`, `parameter` or `case`.
    subject: String,
    /// The id of what changed; the old one where it has two.
    id: String,
    /// The same however the rest of the spec changes.
    fingerprint: String,
    package: String,
    strength: StrengthJson,
    /// Null for what was added.
    old: Option<TextJson>,
    /// Null for what was removed.
    new: Option<TextJson>,
    invalidates: InvalidatesJson,
}

/// How binding the two texts are: `must`, `must-not`, `should`, `should-not`, `may`, or null.
#[derive(Serialize, JsonSchema)]
struct StrengthJson {
    old: Option<String>,
    new: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct TextJson {
    file: String,
    /// The first line, from 1.
    line: usize,
    end_line: usize,
    text: String,
    /// The titles of the sections around it.
    section: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct InvalidatesJson {
    /// Ids of the tasks that have to be built again.
    tasks: Vec<String>,
    /// Ids of the cases that came, went or changed.
    cases: Vec<String>,
}

/// How many of each.
#[derive(Serialize, JsonSchema)]
struct SummaryJson {
    changes: usize,
    breaking: usize,
    additive: usize,
    editorial: usize,
    /// Tasks that have to be built again.
    stale_tasks: usize,
    /// Tasks in all; 0 where they are not known.
    tasks: usize,
    cases: usize,
}

/// The tasks that some changes of a package make stale.
pub(crate) fn stale_tasks(package: &PackageDiff) -> BTreeSet<&str> {
    let tasks = package.changes.iter().flat_map(|change| &change.tasks);
    tasks.map(String::as_str).collect()
}

/// The difference as JSON; `old` and `new` are the texts of the two states.
pub(crate) fn diff(found: &SpecDiff, old: &Sources, new: &Sources) -> Diff {
    let count = |class: Class| found.changes().filter(|change| change.class == class).count();
    let changes = found
        .packages
        .iter()
        .flat_map(|package| package_changes(package, old, new));
    Diff {
        schema: "ghostc.diff/1".to_string(),
        packages: found.packages.iter().map(package).collect(),
        changes: changes.collect(),
        bump: found.bump().as_str().to_string(),
        summary: SummaryJson {
            changes: found.changes().count(),
            breaking: count(Class::Breaking),
            additive: count(Class::Additive),
            editorial: count(Class::Editorial),
            stale_tasks: found
                .packages
                .iter()
                .map(|package| stale_tasks(package).len())
                .sum(),
            tasks: found.packages.iter().map(|package| package.tasks).sum(),
            cases: found.changes().map(|change| change.cases.len()).sum(),
        },
    }
}

/// The changes of a package as JSON.
pub(super) fn package_changes<'c>(
    package: &'c PackageDiff,
    old: &'c Sources,
    new: &'c Sources,
) -> impl Iterator<Item = ChangeJson> + 'c {
    let changes = package.changes.iter();
    changes.map(move |found| change(found, &package.name, old, new))
}

fn package(package: &PackageDiff) -> PackageJson {
    let (old, new) = package.versions.clone();
    let bump: Bump = package.bump();
    PackageJson {
        name: package.name.clone(),
        bump: bump.as_str().to_string(),
        advised_version: old.as_ref().and_then(|old| advise(old, bump)),
        old_version: old,
        new_version: new,
    }
}

fn change(change: &Change, package: &str, old: &Sources, new: &Sources) -> ChangeJson {
    let strength = |strength: Option<Strength>| strength.map(|strength| strength.as_str().to_string());
    ChangeJson {
        kind: change.kind.as_str().to_string(),
        class: change.class.as_str().to_string(),
        subject: change.subject.as_str().to_string(),
        id: change.id.clone(),
        fingerprint: change.fingerprint.clone(),
        package: package.to_string(),
        strength: StrengthJson {
            old: strength(change.strength.0),
            new: strength(change.strength.1),
        },
        old: change.old.as_ref().map(|found| text(found, old)),
        new: change.new.as_ref().map(|found| text(found, new)),
        invalidates: InvalidatesJson {
            tasks: change.tasks.clone(),
            cases: change.cases.clone(),
        },
    }
}

fn text(text: &Text, sources: &Sources) -> TextJson {
    let (start, end) = sources.positions(text.span);
    // A span that ends with a line's end covers that line and not the next.
    let end_line = if end.column == 1 && end.line > start.line {
        end.line - 1
    } else {
        end.line
    };
    TextJson {
        file: sources.get(text.span.file).path.clone(),
        line: start.line,
        end_line,
        text: text.text.clone(),
        section: text
            .section
            .iter()
            .filter(|title| !title.is_empty())
            .cloned()
            .collect(),
    }
}
