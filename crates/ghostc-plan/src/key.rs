//! Keys: the hash of everything that a task's prompt depends on, kept in parts so that what changed can be told.
//!
//! Texts count as what they say, not as they are wrapped and spelled. The agent is not part of a key: who wrote code that passed
//! does not make it stale, and a project builds the same on a machine with another agent.

use crate::package_text::PackageText;
use crate::plan::{Task, TaskGraph};
use crate::target::Target;
use ghostc_spec::content::{Section, short_hex};
use ghostc_spec::library::Package;
use std::collections::BTreeMap;

/// A key and what it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskKey {
    /// The hash of all parts.
    pub key: String,
    /// The hashes of the task's own sections, by anchor.
    pub spec: BTreeMap<String, String>,
    /// The hashes of the other sections that the prompt shows, by anchor.
    pub context: BTreeMap<String, String>,
    /// The hashes of the visible cases, by id.
    pub cases: BTreeMap<String, String>,
    /// The hashes of the visible scenarios of a slice, by id, and of its files with what is held out, by its name.
    pub scenarios: BTreeMap<String, String>,
    /// The keys of the tasks with code that it builds on, by id.
    pub dependencies: BTreeMap<String, String>,
    /// The hash of the prompt templates.
    pub prompt: String,
    /// The hash of what the target puts into prompts.
    pub target: String,
}

/// The hashes of the prompt templates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PromptDigests {
    /// Of those that tasks with cases are told by.
    pub tasks: String,
    /// Of those and of what slices are told by.
    pub slices: String,
}

impl TaskKey {
    /// The parts as one hash each, for a recording to say what it was made for.
    pub fn parts(&self) -> BTreeMap<String, String> {
        let map = |entries: &BTreeMap<String, String>| hash_map(entries);
        let mut parts = BTreeMap::from([
            ("spec".to_string(), map(&self.spec)),
            ("context".to_string(), map(&self.context)),
            ("cases".to_string(), map(&self.cases)),
            ("dependencies".to_string(), map(&self.dependencies)),
            ("prompt".to_string(), self.prompt.clone()),
            ("target".to_string(), self.target.clone()),
        ]);
        if !self.scenarios.is_empty() {
            parts.insert("scenarios".to_string(), map(&self.scenarios));
        }
        parts
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

/// The keys of a package's tasks for one target, by task id.
pub fn keys(
    package: &Package,
    graph: &TaskGraph,
    text: &PackageText,
    target: &Target,
    prompts: &PromptDigests,
) -> BTreeMap<String, TaskKey> {
    let mut keys: BTreeMap<String, TaskKey> = BTreeMap::new();
    for at in build_order(graph) {
        let Some(task) = graph.tasks.get(at) else { continue };
        let shown = shown(package, task, text);
        // Of a task without operations there is no code to build on, and no prompt shows anything of it. Slices grow one tree:
        // that one comes before another makes it no part of what the other is made for.
        let is_slice = task.slice(package).is_some();
        let has_code = |id: &str| !is_slice && graph.task(id).is_some_and(|task| !task.operations.is_empty());
        let dependencies = task
            .depends_on
            .iter()
            .filter(|edge| has_code(&edge.to))
            .filter_map(|edge| Some((edge.to.clone(), keys.get(&edge.to)?.key.clone())));
        let key = TaskKey {
            key: String::new(),
            spec: shown.spec,
            context: shown.context,
            cases: shown.cases,
            scenarios: shown.scenarios,
            dependencies: dependencies.collect(),
            prompt: if is_slice {
                prompts.slices.clone()
            } else {
                prompts.tasks.clone()
            },
            target: if is_slice {
                target.slice_digest(package, !task.operations.is_empty())
            } else {
                target.prompt_digest(package)
            },
        };
        keys.insert(task.id.clone(), key.seal());
    }
    keys
}

/// What a prompt shows of its package: the hashes of the task's own sections, of the others that count, and of its cases and
/// scenarios.
struct Shown {
    spec: BTreeMap<String, String>,
    context: BTreeMap<String, String>,
    cases: BTreeMap<String, String>,
    scenarios: BTreeMap<String, String>,
}

fn shown(package: &Package, task: &Task, text: &PackageText) -> Shown {
    let by_anchor = |sections: &[&Section]| -> BTreeMap<String, String> {
        let sections = sections.iter();
        sections
            .map(|section| (section.anchor.clone(), text.digest(section)))
            .collect()
    };
    let own: Vec<&Section> = text.own.get(&task.id).into_iter().flatten().collect();
    let digests = text.case_digests(package);
    let cases = task
        .cases
        .iter()
        .filter_map(|at| Some((package.cases.get(*at)?, digests.get(*at)?)));
    let cases = cases.filter(|(case, _)| !case.held_out && case.skip.is_none());
    Shown {
        spec: by_anchor(&own),
        context: by_anchor(&text.context_of(task)),
        cases: cases
            .map(|(case, digest)| (case.id.clone(), digest.clone()))
            .collect(),
        scenarios: text.scenarios_of(task),
    }
}

/// The hash of what a task's prompt shows of its package, whatever the target: the part of its key that is about the spec.
pub fn shown_digest(package: &Package, task: &Task, text: &PackageText) -> String {
    let shown = shown(package, task, text);
    let parts = [
        ("spec", shown.spec),
        ("context", shown.context),
        ("cases", shown.cases),
    ];
    let scenarios = Some(("scenarios", shown.scenarios)).filter(|(_, hashes)| !hashes.is_empty());
    let parts = parts.into_iter().chain(scenarios);
    let parts = parts.map(|(part, hashes)| (part.to_string(), hash_map(&hashes)));
    hash_map(&parts.collect())
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

/// The hash of everything that a verdict on a package's accepted code depends on: the target, the cases and scenarios, the
/// code.
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
    for task in graph.tasks.iter().filter(|task| task.slice(package).is_some()) {
        let scenarios = text.scenarios_of(task);
        let all = scenarios.get(&task.id).map_or("", String::as_str);
        hasher.update(task.id.as_bytes()).update(all.as_bytes());
        hasher.update(target.slice_digest(package, false).as_bytes());
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
