//! Why a task is stale: its key now against what the lock holds of it, told part by part.

use crate::key::TaskKey;
use crate::lock::LockedTask;
use crate::package_text::PackageText;
use crate::plan::Task;
use ghostc_spec::content::Section;
use ghostc_spec::library::Package;
use ghostc_syntax::Span;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::{BTreeMap, BTreeSet};

/// One thing that makes a task stale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It was never built.
    New,
    /// Words of the spec: what stood there, and what stands there now.
    Words {
        /// The lines that are gone.
        old: Vec<String>,
        /// The lines that came, with their places.
        new: Vec<(String, Span)>,
        /// The anchor of the section.
        section: String,
        /// Where to look, when nothing came.
        place: Span,
        /// Whether the section is shared context and not the task's own.
        shared: bool,
    },
    /// A section that is no longer there, or is new.
    SectionRemoved(String),
    /// A visible case that came, went or changed; the id says which.
    Case {
        /// The case's id.
        id: String,
        /// `added`, `removed` or `changed`.
        change: &'static str,
        /// Where it is, unless it is gone.
        place: Option<Span>,
    },
    /// A visible scenario of a slice that came, went or changed; the id says which.
    Scenario {
        /// The scenario's id.
        id: String,
        /// `added`, `removed` or `changed`.
        change: &'static str,
        /// Where it is, unless it is gone.
        place: Option<Span>,
    },
    /// What the scenarios of a slice share, or what is held out of them.
    ScenarioFile {
        /// The name of the slice.
        slice: String,
        /// Its file.
        place: Option<Span>,
    },
    /// A task that it builds on changed.
    Dependency(String),
    /// The prompt templates changed.
    Prompt,
    /// The target changed what it tells agents.
    Target,
}

/// What makes a task stale against what the lock says of it; empty when nothing does.
pub fn differences(
    task: &Task,
    key: &TaskKey,
    locked: Option<&LockedTask>,
    old_text: impl Fn(&str) -> Option<Vec<String>>,
    text: &PackageText,
    package: &Package,
) -> Vec<Difference> {
    let Some(locked) = locked else {
        return vec![Difference::New];
    };
    if locked.key == key.key {
        return Vec::new();
    }
    let mut out = Vec::new();
    let own = text.own.get(&task.id).map_or(&[][..], Vec::as_slice);
    sections(
        &own.iter().collect::<Vec<_>>(),
        &locked.spec,
        text,
        &old_text,
        false,
        &mut out,
    );
    sections(
        &text.context_of(task),
        &locked.context,
        text,
        &old_text,
        true,
        &mut out,
    );
    for (id, change) in changes(&locked.cases, &key.cases) {
        let place = package
            .cases
            .iter()
            .find(|case| case.id == id)
            .map(|case| case.span);
        out.push(Difference::Case { id, change, place });
    }
    scenarios(task, key, locked, package, &mut out);
    let tasks: BTreeSet<&String> = key
        .dependencies
        .keys()
        .chain(locked.dependencies.keys())
        .collect();
    let changed = tasks
        .into_iter()
        .filter(|id| key.dependencies.get(*id) != locked.dependencies.get(*id));
    out.extend(changed.map(|id| Difference::Dependency(id.clone())));
    if locked.prompt != key.prompt {
        out.push(Difference::Prompt);
    }
    if locked.target_digest != key.target {
        out.push(Difference::Target);
    }
    out
}

/// What came, went or changed, by id.
fn changes(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> Vec<(String, &'static str)> {
    let ids: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let changes = ids.into_iter().filter_map(|id| {
        let change = match (old.get(id), new.get(id)) {
            (None, _) => "added",
            (_, None) => "removed",
            (Some(old), Some(new)) if old != new => "changed",
            (Some(_), Some(_)) => return None,
        };
        Some((id.clone(), change))
    });
    changes.collect()
}

/// Scenario by scenario, what changed in a slice; what changed in none that can be seen is said of its file.
fn scenarios(task: &Task, key: &TaskKey, locked: &LockedTask, package: &Package, out: &mut Vec<Difference>) {
    let slice = task.slice(package);
    let all = changes(&locked.scenarios, &key.scenarios);
    let (of_file, of_scenarios): (Vec<_>, Vec<_>) = all.into_iter().partition(|(id, _)| *id == task.id);
    if of_scenarios.is_empty() && !of_file.is_empty() {
        out.push(Difference::ScenarioFile {
            slice: task.id.clone(),
            place: slice.map(|slice| slice.span),
        });
    }
    out.extend(of_scenarios.into_iter().map(|(id, change)| {
        let scenarios = slice.map_or(&[][..], |slice| &slice.scenarios);
        let found = scenarios.iter().find(|scenario| scenario.id == id);
        let place = found.map(|scenario| scenario.span);
        Difference::Scenario { id, change, place }
    }));
}

fn sections(
    now: &[&Section],
    locked: &BTreeMap<String, String>,
    text: &PackageText,
    old_text: &impl Fn(&str) -> Option<Vec<String>>,
    shared: bool,
    out: &mut Vec<Difference>,
) {
    for section in now {
        let before = locked.get(&section.anchor);
        if before == Some(&text.digest(section)) {
            continue;
        }
        let old = before.and_then(|digest| old_text(digest)).unwrap_or_default();
        words(&old, section, shared, out);
    }
    let present: BTreeSet<&str> = now.iter().map(|section| section.anchor.as_str()).collect();
    let gone = locked.keys().filter(|anchor| !present.contains(anchor.as_str()));
    out.extend(gone.map(|anchor| Difference::SectionRemoved(anchor.clone())));
}

/// Line by line, what changed in a section.
fn words(old: &[String], section: &Section, shared: bool, out: &mut Vec<Difference>) {
    let new: Vec<&str> = section.lines.iter().map(|line| line.text.as_str()).collect();
    let old: Vec<&str> = old.iter().map(String::as_str).collect();
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let (from, to) = (op.old_range(), op.new_range());
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let came = section.lines.get(to.clone()).unwrap_or_default();
        let place = section
            .lines
            .get(to.start)
            .or(section.lines.last())
            .map_or(section.span, |line| line.span);
        out.push(Difference::Words {
            old: old
                .get(from)
                .unwrap_or_default()
                .iter()
                .map(ToString::to_string)
                .collect(),
            new: came.iter().map(|line| (line.text.clone(), line.span)).collect(),
            section: section.anchor.clone(),
            place,
            shared,
        });
    }
}
