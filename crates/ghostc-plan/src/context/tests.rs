//! What prompts of sections show beside them, and that keys hold no more.

use crate::key::{PromptDigests, keys};
use crate::package_text::PackageText;
use crate::plan::{TaskGraph, plan_of};
use crate::target::{Target, built_in_templates};
use ghostc_spec::library::Library;
use ghostc_spec::resolve::Input;
use ghostc_spec::settings::Settings;
use ghostc_syntax::{Source, Sources};
use std::collections::{BTreeMap, BTreeSet};

const SPEC: &str = "\
# Relay

A relay passes messages on.

## Normative language

Implementations MUST document their choices.

## 1. Problem statement

Queues get lost.

### 1.1 Goals

Lose nothing.

### 1.2 Overview of threats

A secret SHOULD NOT be logged.

## 2. Queue

Queues are ordered.

### 2.1 Reading

Messages MUST be read in order.

### 2.2 Writing

Messages MUST be written once, see [goals](#11-goals).

## 4. Test matrix

Tests follow the chapters.

### 4.1 Queue tests

Reading in order is tested as in Section 2.1.

## 3. Limits

Limits are per relay.

### 3.1 Size

A message MUST have at most 4 kB, once it was read as in Section 2.1.
";

/// What each task's prompt shows of the text that is in no task, and the key of each.
fn read(text: &str) -> (BTreeMap<String, Vec<String>>, BTreeMap<String, String>) {
    let mut sources = Sources::default();
    sources.add(Source::new("relay/SPEC.md", text));
    let settings = Settings::default();
    let files = ghostc_spec::discover::discover_in(&sources);
    let library: Library = ghostc_spec::resolve::resolve(Input::new(&sources, &settings), &files, 1).value;
    let package = &library.packages[0];
    let graph: TaskGraph = plan_of(0, package, &sources, None, &mut Vec::new());
    let text = PackageText::new(package, &graph, &sources);
    let shown = graph.tasks.iter().map(|task| {
        let anchors = text.shared_of(task).map(|section| section.anchor.clone());
        (task.id.clone(), anchors.collect())
    });
    let target = Target::load("python", &built_in_templates()).unwrap();
    let keys = keys(package, &graph, &text, &target, &PromptDigests::default());
    let keys = keys.into_iter().map(|(id, key)| (id, key.key));
    (shown.collect(), keys.collect())
}

/// The tasks whose keys an edit changes.
fn stale(old: &str, new: &str) -> BTreeSet<String> {
    assert!(SPEC.contains(old), "{old}");
    let (before, after) = (read(SPEC).1, read(&SPEC.replacen(old, new, 1)).1);
    let changed = after.into_iter().filter(|(id, key)| before.get(id) != Some(key));
    changed.map(|(id, _)| id).collect()
}

#[test]
fn a_section_is_shown_with_what_leads_to_it_and_what_binds_all() {
    let (shown, _) = read(SPEC);
    let of = |task: &str| shown[task].join(" ");
    assert_eq!(
        of("21-reading"),
        "relay normative-language 12-overview-of-threats 2-queue"
    );
    assert_eq!(
        of("22-writing"),
        "relay normative-language 11-goals 12-overview-of-threats 2-queue"
    );
    assert_eq!(
        of("31-size"),
        "relay normative-language 12-overview-of-threats 3-limits"
    );
}

#[test]
fn an_edit_makes_stale_what_shows_it() {
    let all = || BTreeSet::from(["21-reading", "22-writing", "31-size"].map(str::to_string));
    let some = |ids: &[&str]| ids.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
    assert_eq!(stale("Queues get lost.", "Queues were lost."), some(&[]));
    assert_eq!(stale("Lose nothing.", "Lose little."), some(&["22-writing"]));
    assert_eq!(stale("their choices", "all choices"), all());
    assert_eq!(stale("NOT be logged", "NOT be shown"), all());
    assert_eq!(
        stale("are ordered", "are sorted"),
        some(&["21-reading", "22-writing"])
    );
    assert_eq!(stale("written once", "written twice"), some(&["22-writing"]));
    assert_eq!(stale("Tests follow", "The tests follow"), some(&[]));
    // What a text refers to is shown with it, and what depends on a section without code shows nothing else of it.
    assert_eq!(
        stale("read in order", "read in turn"),
        some(&["21-reading", "31-size"])
    );
}

#[test]
fn another_spelling_makes_nothing_stale() {
    let none = BTreeSet::new();
    assert_eq!(stale("their choices", "*their* __choices__"), none);
    assert_eq!(stale("are ordered", "\nare&#32;ordered"), none);
    assert_eq!(stale("read in order.", "read \\\nin order\\."), none);
    assert_eq!(
        stale("[goals](#11-goals).", "[goals][g].\n\n[g]: #11-goals"),
        none
    );
    let struck = stale("MUST be written once", "MUST be ~~written once~~");
    assert_eq!(struck, BTreeSet::from(["22-writing".to_string()]));
}
