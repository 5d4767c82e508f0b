//! Keys: the hash of everything that a task's prompt depends on, kept in parts so that `why` can say what changed.
//!
//! Texts count as what they say, not as they are wrapped. The agent is not part of a key: who wrote code that passed
//! does not make it stale, and a project builds the same on a machine with another agent.

use crate::lock::LockedTask;
pub use crate::package_text::PackageText;
use crate::plan::{Task, TaskGraph};
use crate::target::Target;
use ghostc_spec::content::{Section, hex, short_hex};
use ghostc_spec::library::{Case, Package};
use ghostc_syntax::{Expectation, Span};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::{BTreeMap, BTreeSet};

/// A key and what it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskKey {
    /// The hash of all parts.
    pub key: String,
    /// The hashes of the task's own sections, by anchor.
    pub spec: BTreeMap<String, String>,
    /// The hashes of the sections that the prompt also shows, by anchor.
    pub context: BTreeMap<String, String>,
    /// The hashes of the visible cases, by id.
    pub cases: BTreeMap<String, String>,
    /// The keys of the tasks that it builds on, by id.
    pub dependencies: BTreeMap<String, String>,
    /// The hash of the prompt templates.
    pub prompt: String,
    /// The hash of what the target puts into prompts.
    pub target: String,
}

impl TaskKey {
    /// The parts as one hash each, for a recording to say what it was made for.
    pub fn parts(&self) -> BTreeMap<String, String> {
        let map = |entries: &BTreeMap<String, String>| hash_map(entries);
        BTreeMap::from([
            ("spec".to_string(), map(&self.spec)),
            ("context".to_string(), map(&self.context)),
            ("cases".to_string(), map(&self.cases)),
            ("dependencies".to_string(), map(&self.dependencies)),
            ("prompt".to_string(), self.prompt.clone()),
            ("target".to_string(), self.target.clone()),
        ])
    }

    fn seal(mut self) -> TaskKey {
        self.key = hash_map(&self.parts());
        self
    }
}

fn hash_map(entries: &BTreeMap<String, String>) -> String {
    let mut hasher = blake3::Hasher::new();
    for (name, value) in entries {
        hasher
            .update(name.as_bytes())
            .update(&[0])
            .update(value.as_bytes())
            .update(&[0]);
    }
    short_hex(&hasher.finalize())
}

/// The hash of what a case says.
pub fn case_digest(case: &Case) -> String {
    let expect = match &case.expect {
        Expectation::Output(value) => format!("output {value}"),
        Expectation::Error => "error".to_string(),
        Expectation::ErrorWith(text) => format!("error {text}"),
        Expectation::Pattern => "pattern".to_string(),
    };
    let text = format!(
        "{}\0{}\0{expect}\0{:?}\0{:?}",
        case.name, case.input_text, case.approx, case.matches
    );
    hex(&blake3::hash(text.as_bytes()), 4)
}

/// The keys of a package's tasks for one target, by task id.
pub fn keys(
    package: &Package,
    graph: &TaskGraph,
    text: &PackageText,
    target: &Target,
    prompts: &str,
) -> BTreeMap<String, TaskKey> {
    let shared: Vec<(String, String)> = text
        .shared
        .iter()
        .map(|section| (section.anchor.clone(), text.digest(section)))
        .collect();
    let digests = text.case_digests(package);
    let mut keys: BTreeMap<String, TaskKey> = BTreeMap::new();
    for at in build_order(graph) {
        let Some(task) = graph.tasks.get(at) else { continue };
        let by_anchor = |sections: Option<&Vec<Section>>| -> BTreeMap<String, String> {
            let sections = sections.map_or(&[][..], Vec::as_slice);
            sections
                .iter()
                .map(|section| (section.anchor.clone(), text.digest(section)))
                .collect()
        };
        let mut context = by_anchor(text.referenced.get(&task.id));
        context.extend(shared.iter().cloned());
        let cases = task
            .cases
            .iter()
            .filter_map(|at| Some((package.cases.get(*at)?, digests.get(*at)?)));
        let cases = cases.filter(|(case, _)| !case.held_out && case.skip.is_none());
        let dependencies = task
            .depends_on
            .iter()
            .filter_map(|edge| Some((edge.to.clone(), keys.get(&edge.to)?.key.clone())));
        let key = TaskKey {
            key: String::new(),
            spec: by_anchor(text.own.get(&task.id)),
            context,
            cases: cases
                .map(|(case, digest)| (case.id.clone(), digest.clone()))
                .collect(),
            dependencies: dependencies.collect(),
            prompt: prompts.to_string(),
            target: target.prompt_digest.clone(),
        };
        keys.insert(task.id.clone(), key.seal());
    }
    keys
}

/// The indices of a graph's tasks, each after what it depends on, else in document order.
pub fn build_order(graph: &TaskGraph) -> Vec<usize> {
    let index: BTreeMap<&str, usize> = graph
        .tasks
        .iter()
        .enumerate()
        .map(|(at, task)| (task.id.as_str(), at))
        .collect();
    let mut done = vec![false; graph.tasks.len()];
    let mut order = Vec::new();
    for root in 0..graph.tasks.len() {
        let mut path = vec![root];
        while let Some(at) = path.last().copied() {
            let waiting = graph.tasks.get(at).and_then(|task| {
                let mut next = task
                    .depends_on
                    .iter()
                    .filter_map(|edge| index.get(edge.to.as_str()).copied());
                next.find(|to| done.get(*to) == Some(&false))
            });
            match waiting {
                Some(next) => path.push(next),
                None => {
                    path.pop();
                    if let Some(mark) = done.get_mut(at).filter(|mark| !**mark) {
                        *mark = true;
                        order.push(at);
                    }
                }
            }
        }
    }
    order
}

/// The hash of everything that a verdict on a package's accepted code depends on: the target, the cases, the code.
pub fn judged_digest<'f>(
    package: &Package,
    graph: &TaskGraph,
    text: &PackageText,
    target: &Target,
    files: impl Iterator<Item = (&'f String, &'f String)>,
) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(target.digest.as_bytes());
    let cases = package.cases.iter().zip(text.case_digests(package));
    for (case, digest) in cases.filter(|(case, _)| case.skip.is_none()) {
        hasher
            .update(case.id.as_bytes())
            .update(digest.as_bytes())
            .update(&[u8::from(case.held_out)]);
    }
    for operation in graph
        .tasks
        .iter()
        .flat_map(|task| &task.operations)
        .filter_map(|at| package.operations.get(*at))
    {
        hasher.update(operation.signature.text.as_bytes()).update(&[0]);
    }
    for (path, digest) in files {
        hasher
            .update(path.as_bytes())
            .update(&[0])
            .update(digest.as_bytes())
            .update(&[0]);
    }
    short_hex(&hasher.finalize())
}

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
    let context: Vec<&Section> = referenced.iter().chain(&text.shared).collect();
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
