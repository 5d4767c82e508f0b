//! What changed in a spec, as `ghostc diff --format json` prints it.

use ghostc_core::diff::{Bump, Change, Class, Detail, PackageDiff, Place, SpecDiff, Text, advise};
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
struct ChangeJson {
    /// `added`, `removed`, `modified`, `strengthened`, `weakened`, `negated`, `moved`, `renamed`, `reordered` or
    /// `expectation-changed`.
    kind: String,
    /// `breaking`, `additive` or `editorial`.
    class: String,
    /// `package`, `document`, `section`, `requirement`, `criterion`, `scenario`, `story`, `task`, `statement`, `item`,
    /// `code`, `prose`, `operation`, `parameter` or `case`.
    subject: String,
    /// The id of what changed; the old one where it has two.
    id: String,
    /// The same however other sections change.
    fingerprint: String,
    package: String,
    strength: StrengthJson,
    /// Null for what was added.
    old: Option<TextJson>,
    /// Null for what was removed.
    new: Option<TextJson>,
    /// The places that it is about, in the order of the text, where it has more than one; `old` and `new` are their
    /// texts side by side.
    places: Vec<PlaceJson>,
    /// The exact values that changed, where the texts say what they are.
    details: Vec<DetailJson>,
    invalidates: InvalidatesJson,
}

/// One heading, sentence, item or block of a change.
#[derive(Serialize, JsonSchema)]
struct PlaceJson {
    /// What is there, in the words of `subject` above.
    subject: String,
    id: String,
    /// The same however the rest of the spec changes.
    fingerprint: String,
    old: Option<TextJson>,
    new: Option<TextJson>,
}

/// A value that changed.
#[derive(Serialize, JsonSchema)]
struct DetailJson {
    /// `default`, `type`, `limit`, `values`, `id`, `state`, `optional` or `priority`.
    aspect: String,
    /// What has the value, such as a field; null where the text does not name it.
    of: Option<String>,
    /// Null where there was none.
    old: Option<String>,
    /// Null where there is none.
    new: Option<String>,
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
    let changes = found.packages.iter().flat_map(|package| {
        let name = &package.name;
        package
            .changes
            .iter()
            .map(move |found| change(found, name, old, new))
    });
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
        places: match change.places.as_slice() {
            [] | [_] => Vec::new(),
            places => places.iter().map(|found| place(found, old, new)).collect(),
        },
        details: change.details.iter().map(detail).collect(),
        invalidates: InvalidatesJson {
            tasks: change.tasks.clone(),
            cases: change.cases.clone(),
        },
    }
}

fn place(place: &Place, old: &Sources, new: &Sources) -> PlaceJson {
    PlaceJson {
        subject: place.subject.as_str().to_string(),
        id: place.id.clone(),
        fingerprint: place.fingerprint.clone(),
        old: place.old.as_ref().map(|found| text(found, old)),
        new: place.new.as_ref().map(|found| text(found, new)),
    }
}

fn detail(detail: &Detail) -> DetailJson {
    DetailJson {
        aspect: detail.aspect.as_str().to_string(),
        of: Some(detail.of.clone()).filter(|of| !of.is_empty()),
        old: detail.old.clone(),
        new: detail.new.clone(),
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
