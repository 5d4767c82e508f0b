//! Changes that others made to their specs: applying what each says gives the specs that they had afterwards, and a diff
//! of the specs before and after says the same as the changes did.
//!
//! The documents are not in the repository: see `ghostc_testkit::corpora`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic, and says where it tests nothing"
)]

use ghostc_diff::diff::{Change, SpecDiff, diff};
use ghostc_lint::{Goal, analyze};
use ghostc_plan::touched::{self, DeltaOperation};
use ghostc_spec::deltas::{self, Specs};
use ghostc_spec::facts::Delta;
use ghostc_spec::resolve::Input;
use ghostc_spec::{Library, Settings, layout};
use ghostc_syntax::{Source, Sources};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The packages of a folder, under paths below it.
fn packages(folder: &Path) -> (Library, Sources) {
    let mut sources = Sources::default();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.unwrap();
        if entry.file_type().is_file() && layout::is_document(entry.path().to_str().unwrap()) {
            let below = entry.path().strip_prefix(folder).unwrap();
            let text = fs::read_to_string(entry.path()).unwrap();
            sources.add(Source::new(below.to_str().unwrap(), text));
        }
    }
    let files = ghostc_spec::discover::discover_in(&sources);
    let checked = analyze(
        Input::new(&sources, &Settings::default()),
        &files,
        1,
        Goal::Everything,
    );
    (checked.value, sources)
}

/// Names of requirements with those of their scenarios, by capability, in no order.
fn names(specs: &Specs) -> BTreeMap<&str, BTreeMap<&str, BTreeSet<&str>>> {
    let of = specs.iter().map(|(capability, kept)| {
        let kept = kept.iter().map(|kept| {
            (
                kept.name.as_str(),
                kept.scenarios.iter().map(String::as_str).collect(),
            )
        });
        (capability.as_str(), kept.collect())
    });
    of.collect()
}

/// The changes below a folder whose making was lost, as somebody found who read them.
fn lost(corpora: &Path, pair: &str) -> Vec<String> {
    let defects: Value =
        serde_json::from_str(&fs::read_to_string(corpora.join("defects.json")).unwrap()).unwrap();
    let all = defects.as_array().unwrap();
    let lost = all.iter().filter(|defect| defect["category"] == "lost-update");
    let paths = lost.map(|defect| defect["file"].as_str().unwrap());
    let inside = format!("openspec/archive-pairs/{pair}/");
    paths
        .filter_map(|path| Some(path.strip_prefix(&inside)?.to_string()))
        .collect()
}

#[test]
fn applying_changes_gives_what_their_authors_had_afterwards() {
    let Some(corpora) = ghostc_testkit::corpora() else {
        eprintln!("skipped: there are no corpora, see GHOSTC_CORPORA");
        return;
    };
    let mut pairs = 0;
    for pair in fs::read_dir(corpora.join("docs/openspec/archive-pairs")).unwrap() {
        let pair = pair.unwrap();
        let name = pair.file_name().into_string().unwrap();
        let (library, sources) = packages(&pair.path());
        let lost = lost(&corpora, &name);
        let root = |root: &str| {
            library
                .packages
                .iter()
                .find(|package| package.root == root)
                .unwrap()
        };
        let (before, after) = (root("before"), root("after"));
        let old = deltas::specs(before, &sources);
        let mut specs = old.clone();
        for change in &library.packages {
            let Some(base) = &change.changes else { continue };
            assert_eq!(base.root, "before", "{}", change.root);
            if !lost.iter().any(|path| path.starts_with(&change.root)) {
                specs = deltas::applied(specs, change, &sources);
            }
        }
        let wanted = deltas::specs(after, &sources);
        assert_eq!(names(&specs), names(&wanted), "{name}");
        compare(&corpora, &name, &old, &specs);
        pairs += 1;
    }
    assert!(pairs > 0);
}

/// Compares what is new or gone with the semantic difference that was made by hand.
fn compare(corpora: &Path, pair: &str, before: &Specs, after: &Specs) {
    let path = corpora.join(format!("semdiff/openspec-{pair}.json"));
    let truth: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    for (capability, said) in truth["capabilities"].as_object().unwrap() {
        let said_of = |kind: &str| -> BTreeSet<&str> {
            let entries = said["entries"].as_array().unwrap().iter();
            let of_kind = entries.filter(|entry| entry["kind"] == kind);
            of_kind.map(|entry| entry["name"].as_str().unwrap()).collect()
        };
        let of = |specs: &Specs| -> BTreeSet<String> {
            let kept = specs.get(capability).into_iter().flatten();
            kept.map(|kept| kept.name.clone()).collect()
        };
        let (old, new) = (of(before), of(after));
        let added: BTreeSet<&str> = new.difference(&old).map(String::as_str).collect();
        let removed: BTreeSet<&str> = old.difference(&new).map(String::as_str).collect();
        assert_eq!(added, said_of("added"), "{capability}");
        assert_eq!(removed, said_of("removed"), "{capability}");
    }
}

/// What is done to requirements: the word for it, the capability, and the name.
type Done = BTreeSet<(&'static str, String, String)>;

/// What a diff says of requirements. Whatever changes in one modifies it; other text is `other`.
fn differing(found: &SpecDiff, sources: &Sources) -> Done {
    let of = |change: &Change| {
        let text = change.old.as_ref().or(change.new.as_ref()).unwrap();
        let path = &sources.get(text.span.file).path;
        let (_, below) = path.split_once('/').unwrap();
        let capability = below.trim_end_matches("/spec.md").to_string();
        let titles: Vec<&String> = text.section.iter().collect();
        let at = titles.iter().position(|title| title.starts_with("Requirement: "));
        let Some(at) = at else {
            return ("other", capability, change.kind.as_str().to_string());
        };
        let name = titles[at].trim_start_matches("Requirement: ").to_string();
        let whole = at + 1 == titles.len() && change.subject.as_str() == "requirement";
        let done = match (change.kind.as_str(), whole) {
            (kind @ ("added" | "removed" | "renamed"), true) => kind,
            _ => "modified",
        };
        (done, capability, name)
    };
    found.changes().map(of).collect()
}

/// What a change says that it does to requirements.
fn said(change: &ghostc_spec::library::Package, sources: &Sources) -> Done {
    let requirement_deltas = touched::requirement_deltas(change, sources).into_iter();
    requirement_deltas
        .map(|touch| {
            let done = match touch.operation {
                DeltaOperation::Delta(Delta::Added) => "added",
                DeltaOperation::Delta(Delta::Removed) => "removed",
                DeltaOperation::Delta(Delta::Modified) => "modified",
                DeltaOperation::Renamed(_) => "renamed",
            };
            (done, touch.capability, touch.name.to_string())
        })
        .collect()
}

#[test]
fn a_diff_of_before_and_after_says_what_the_changes_said() {
    let Some(corpora) = ghostc_testkit::corpora() else {
        eprintln!("skipped: there are no corpora, see GHOSTC_CORPORA");
        return;
    };
    let mut told = 0;
    for pair in fs::read_dir(corpora.join("docs/openspec/archive-pairs")).unwrap() {
        let pair = pair.unwrap();
        let name = pair.file_name().into_string().unwrap();
        let (library, sources) = packages(&pair.path());
        let lost = lost(&corpora, &name);
        let alone = |root: &str| Library {
            packages: library
                .packages
                .iter()
                .filter(|package| package.root == root)
                .cloned()
                .collect(),
        };
        let found = differing(
            &diff((&alone("before"), &sources), (&alone("after"), &sources), &[]),
            &sources,
        );
        let mut wanted = Done::new();
        for change in library
            .packages
            .iter()
            .filter(|package| package.changes.is_some())
        {
            if !lost.iter().any(|path| path.starts_with(&change.root)) {
                wanted.extend(said(change, &sources));
            }
        }
        // A new capability comes with a title and a purpose.
        let before: BTreeSet<String> = deltas::specs(&alone("before").packages[0], &sources)
            .into_keys()
            .collect();
        let (other, requirements): (Done, Done) =
            found.into_iter().partition(|(done, _, _)| *done == "other");
        assert_eq!(requirements, wanted, "{name}");
        for (_, capability, kind) in other {
            assert!(
                kind == "added" && !before.contains(&capability),
                "{name}: {kind} in {capability}"
            );
        }
        told += requirements.len();
    }
    assert!(told > 20, "{told}");
}
