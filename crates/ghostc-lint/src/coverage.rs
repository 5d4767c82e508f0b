//! Coverage: which requirements and criteria the tasks of a package leave out, and which they skip.

use ghostc_spec::facts::{Criterion, DeclaredTask, Requirement, TaskRole, TaskState};
use ghostc_spec::id_range::{IdKey, IdRange, IdSet, Stretch};
use ghostc_spec::library::Package;
use ghostc_syntax::Span;
use std::collections::{BTreeMap, BTreeSet};

/// A requirement that tasks leave out, in whole or in part.
pub(crate) struct Gap<'a> {
    /// Which.
    pub(crate) requirement: &'a Requirement,
    /// The criteria that no task refers to.
    pub(crate) criteria: Vec<&'a Criterion>,
}

impl Gap<'_> {
    /// Whether no criterion of it is referred to.
    pub(crate) fn is_whole(&self) -> bool {
        self.criteria.len() == self.requirement.criteria.len()
    }
}

/// The gaps of a package whose tasks name criteria or ids, and name most of them. Where they name few, the list of tasks
/// is not one that coverage can be told by.
pub(crate) fn gaps(package: &Package) -> Vec<Gap<'_>> {
    let facts = &package.facts;
    let words = || facts.tasks.iter().flat_map(|task| &task.unknown_requirements);
    if words().any(|mention| says_all(&mention.name)) {
        return Vec::new();
    }
    let of_tasks = facts.tasks.iter().flat_map(names);
    let asides = facts.asides.iter().flat_map(IdRange::stretches);
    let numbers = words().filter_map(|word| leading_number(&word.name));
    let named: IdSet<'_> = of_tasks
        .chain(asides)
        .chain(numbers.map(|number| IdKey::of(number).only()))
        .collect();
    if named.is_empty() {
        return Vec::new();
    }
    let traced = families(&facts.requirements, &named);
    let open = facts
        .requirements
        .iter()
        .filter(|requirement| !is_named(&requirement.id, &named));
    let gaps = open.filter_map(|requirement| {
        let criteria = open_criteria(requirement, &named);
        let is_gap = if requirement.criteria.is_empty() {
            traced.contains(family(&requirement.id))
        } else {
            !criteria.is_empty()
        };
        is_gap.then_some(Gap {
            requirement,
            criteria,
        })
    });
    let gaps: Vec<Gap<'_>> = gaps.collect();
    let all: usize = facts
        .requirements
        .iter()
        .map(|requirement| requirement.criteria.len())
        .sum();
    let left: usize = gaps.iter().map(|gap| gap.criteria.len()).sum();
    if left * 2 > all { Vec::new() } else { gaps }
}

/// Whether a task is for everything: `All requirements`.
fn says_all(text: &str) -> bool {
    ["all", "全", "すべて"]
        .iter()
        .any(|word| text.to_lowercase().starts_with(word))
}

/// `1` of `1.x`.
fn leading_number(text: &str) -> Option<&str> {
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(text.len());
    text.get(..end)
        .map(|number| number.trim_end_matches('.'))
        .filter(|number| !number.is_empty())
}

/// Whether an id is named, or, for `FR-004a`, the one that it is a part of.
fn is_named(id: &str, named: &IdSet<'_>) -> bool {
    let whole = id.trim_end_matches(|c: char| c.is_ascii_lowercase());
    named.contains(id) || (whole.ends_with(|c: char| c.is_ascii_digit()) && named.contains(whole))
}

/// The criteria that nothing names. Clauses without a keyword beside others with one, as those of a bug report that say
/// what is wrong today, bind nobody.
fn open_criteria<'a>(requirement: &'a Requirement, named: &IdSet<'_>) -> Vec<&'a Criterion> {
    let binds = |criterion: &Criterion| criterion.strength.is_some() || criterion.ears.is_some();
    let any_binds = requirement.criteria.iter().any(binds);
    let binding = requirement
        .criteria
        .iter()
        .filter(|criterion| binds(criterion) || !any_binds);
    binding
        .filter(|criterion| !named.contains(&criterion.id))
        .collect()
}

/// The families of ids, such as `FR-`, of which tasks name nearly all. Where they name a few, stories carry the trace.
fn families<'a>(requirements: &'a [Requirement], named: &IdSet<'_>) -> BTreeSet<&'a str> {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for requirement in requirements.iter().filter(|found| found.criteria.is_empty()) {
        let (all, traced) = counts.entry(family(&requirement.id)).or_default();
        *all += 1;
        *traced += usize::from(is_named(&requirement.id, named));
    }
    let nearly_all = counts
        .into_iter()
        .filter(|(_, (all, traced))| traced * 4 >= all * 3);
    nearly_all
        .map(|(family, _)| family)
        .filter(|family| family.ends_with('-'))
        .collect()
}

/// The part of an id before its number: `FR-` of `FR-012a`.
pub(crate) fn family(id: &str) -> &str {
    let number = id.trim_end_matches(|c: char| c.is_ascii_lowercase());
    number.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// A requirement or criterion whose tasks are all skipped.
pub(crate) struct SkippedOnly<'a> {
    /// Its id.
    pub(crate) id: &'a str,
    /// Where its id is written.
    pub(crate) span: Span,
    /// The tasks.
    pub(crate) tasks: Vec<&'a DeclaredTask>,
}

/// What skipped tasks alone name, and requirements with a word that two skipped tasks have and no other task.
pub(crate) fn only_skipped(package: &Package) -> Vec<SkippedOnly<'_>> {
    let all = package
        .facts
        .tasks
        .iter()
        .filter(|task| task.role == TaskRole::Work);
    let (skipped, kept): (Vec<_>, Vec<_>) = all.partition(|task| task.state == TaskState::Skipped);
    if skipped.is_empty() {
        return Vec::new();
    }
    let kept_names: IdSet<'_> = kept.iter().flat_map(|task| names(task)).collect();
    let skipped_names = naming(&skipped, &package.facts.requirements, &kept_names);
    let skipped_words = by_word(&skipped);
    let kept_words = by_word(&kept);
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for word in package
        .facts
        .requirements
        .iter()
        .flat_map(|found| words(&found.title))
    {
        *uses.entry(word).or_default() += 1;
    }
    let is_distinct = |word: &String| uses.get(word).is_some_and(|uses| *uses <= 2);
    let mut found = Vec::new();
    for requirement in &package.facts.requirements {
        let own = std::iter::once((&requirement.id, requirement.span));
        let ids = own.chain(
            requirement
                .criteria
                .iter()
                .map(|criterion| (&criterion.id, criterion.span)),
        );
        let named: Vec<SkippedOnly<'_>> = ids
            .filter_map(|(id, span)| {
                let tasks = skipped_names
                    .get(&IdKey::of(id))
                    .filter(|tasks| !tasks.is_empty());
                Some(SkippedOnly {
                    id,
                    span,
                    tasks: tasks?.clone(),
                })
            })
            .collect();
        let shared = words(&requirement.title)
            .into_iter()
            .filter(|word| is_distinct(word) && !kept_words.contains_key(word));
        let tasks = shared
            .filter_map(|word| skipped_words.get(&word))
            .filter(|tasks| tasks.len() >= 2)
            .max_by_key(|tasks| tasks.len());
        let is_named = kept_names.contains(&requirement.id);
        match tasks.filter(|_| named.is_empty() && !is_named && requirement.criteria.is_empty()) {
            Some(tasks) => found.push(SkippedOnly {
                id: &requirement.id,
                span: requirement.span,
                tasks: tasks.clone(),
            }),
            None => found.extend(named),
        }
    }
    found
}

/// The tasks that name each requirement and criterion, but for those that are kept anyway.
fn naming<'a>(
    tasks: &[&'a DeclaredTask],
    requirements: &'a [Requirement],
    kept: &IdSet<'_>,
) -> BTreeMap<IdKey<'a>, Vec<&'a DeclaredTask>> {
    let ids = requirements.iter().flat_map(|found| {
        let criteria = found.criteria.iter().map(|criterion| criterion.id.as_str());
        std::iter::once(found.id.as_str()).chain(criteria)
    });
    let open = ids.filter(|id| !kept.contains(id));
    let mut found: BTreeMap<IdKey<'a>, Vec<&DeclaredTask>> =
        open.map(|id| (IdKey::of(id), Vec::new())).collect();
    for task in tasks {
        let named: IdSet<'a> = names(task).collect();
        for stretch in named.stretches() {
            found
                .range_mut(stretch.clone())
                .for_each(|(_, tasks)| tasks.push(task));
        }
    }
    found
}

/// The tasks that have each word in their title.
fn by_word<'a>(tasks: &[&'a DeclaredTask]) -> BTreeMap<String, Vec<&'a DeclaredTask>> {
    let mut found: BTreeMap<String, Vec<&DeclaredTask>> = BTreeMap::new();
    for task in tasks {
        for word in words(&task.title) {
            found.entry(word).or_default().push(task);
        }
    }
    found
}

/// The requirements that a task names.
fn names(task: &DeclaredTask) -> impl Iterator<Item = Stretch<'_>> {
    let mentioned = task
        .mentions
        .iter()
        .map(|mention| IdKey::of(&mention.name).only());
    task.requirements
        .iter()
        .flat_map(IdRange::stretches)
        .chain(mentioned)
}

/// The longer words of a text in lower case and without a plural's ending; what stands in brackets is left out.
fn words(text: &str) -> BTreeSet<String> {
    const SHORT: usize = 5;
    let text = text.split(['(', '（']).next().unwrap_or_default();
    let words = text
        .split(|c: char| !c.is_alphabetic())
        .map(|word| word.to_lowercase());
    let singular = words.map(|word| word.strip_suffix('s').map_or(word.clone(), str::to_string));
    singular.filter(|word| word.chars().count() >= SHORT).collect()
}

#[cfg(test)]
mod tests;
