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
    let referenced = text.referenced.get(&task.id).map_or(&[][..], Vec::as_slice);
    let context: Vec<&Section> = referenced.iter().chain(text.shared_of(task)).collect();
    sections(
        &own.iter().collect::<Vec<_>>(),
        &locked.spec,
        text,
        &old_text,
        false,
        &mut out,
    );
    sections(&context, &locked.context, text, &old_text, true, &mut out);
    let names: BTreeSet<&String> = key.cases.keys().chain(locked.cases.keys()).collect();
    for id in names {
        let change = match (locked.cases.get(id), key.cases.get(id)) {
            (None, _) => "added",
            (_, None) => "removed",
            (Some(old), Some(new)) if old != new => "changed",
            (Some(_), Some(_)) => continue,
        };
        let place = package
            .cases
            .iter()
            .find(|case| case.id == *id)
            .map(|case| case.span);
        out.push(Difference::Case {
            id: id.clone(),
            change,
            place,
        });
    }
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
