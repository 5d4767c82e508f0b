//! What prose says of order without a reference: terms that one section defines and another uses, and words between
//! operations; and which sections a test matrix proves.

use super::{Origin, Proof, Rule, SectionIndex, Task, TaskGraph};
use ghostc_spec::library::{Document, Package};
use ghostc_spec::word_filter::FilteredWord;
use ghostc_syntax::{Heading, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

/// Takes the task that waits, the one that it waits for, why, and the words that say so.
type Add<'a> = dyn FnMut(usize, usize, Rule, Span) + 'a;

/// A section that uses a term waits for an earlier one that alone defines it: by a list item that starts with it, or,
/// for `group.key`, by a heading that names the group.
pub(super) fn terms(
    graph: &TaskGraph,
    package: &Package,
    sources: &Sources,
    sections: &SectionIndex,
    add: &mut Add<'_>,
) {
    let mut definers: BTreeMap<&str, Option<usize>> = BTreeMap::new();
    let mut groups: BTreeMap<&str, Option<usize>> = BTreeMap::new();
    for (_, home) in package.specs() {
        for item in &home.spec.items {
            let text = item
                .block()
                .and_then(|block| home.spec.blocks.get(block))
                .map(|block| block.span);
            let Some(at) = text else { continue };
            let first = code_spans(sources.slice(at)).next();
            let first = first.filter(|(offset, _)| *offset == 1);
            if let (Some((_, term)), Some(task)) = (first, sections.first(at)) {
                define(&mut definers, term, task);
            }
        }
        for heading in &home.spec.headings {
            if let Some(task) = sections.first(heading.span) {
                for (_, term) in code_spans(sources.slice(heading.span)) {
                    define_group(&mut groups, term, task);
                }
            }
        }
    }
    for (_, home) in package.specs() {
        for (task, term, span) in uses(home, sources, sections) {
            let group = || groups.get(term.split_once('.')?.0).copied();
            let definer = definers.get(term).copied().or_else(group).flatten();
            if let Some(definer) = definer.filter(|definer| comes_before(graph, *definer, task)) {
                add(task, definer, Rule::Term, span);
            }
        }
    }
}

/// Notes whose heading names a group of keys: what follows a full stop in a use tells it from a common word.
fn define_group<'t>(groups: &mut BTreeMap<&'t str, Option<usize>>, term: &'t str, task: usize) {
    if term.len() >= 3 && !term.contains(char::is_whitespace) {
        let known = groups.entry(term).or_insert(Some(task));
        if *known != Some(task) {
            *known = None;
        }
    }
}

/// Notes who defines a term; one that several sections define leads to none.
fn define<'t>(definers: &mut BTreeMap<&'t str, Option<usize>>, term: &'t str, task: usize) {
    if is_name(term) {
        let known = definers.entry(term).or_insert(Some(task));
        if *known != Some(task) {
            *known = None;
        }
    }
}

/// Whether a term is somebody's own name: made of several words, as in `max_turns`, `workspace.root`, `maxTurns`. A word
/// such as `null`, `issue` or `completed` may mean another thing in each section.
fn is_name(term: &str) -> bool {
    let mut chars = term.chars();
    let first = chars.next();
    let joined = term.contains(['_', '.', '-', '/', ':', '#', '$']);
    let humps = first.is_some_and(char::is_alphanumeric) && chars.any(char::is_uppercase);
    let has_letters = term.contains(char::is_alphabetic);
    term.len() >= 3 && !term.contains(char::is_whitespace) && has_letters && (joined || humps)
}

/// The code spans in the sentences of tasks.
fn uses<'s>(home: &Document, sources: &'s Sources, sections: &SectionIndex) -> Vec<(usize, &'s str, Span)> {
    let mut found = Vec::new();
    for sentence in &home.spec.sentences {
        let mut spans = code_spans(sources.slice(sentence.span)).peekable();
        if spans.peek().is_none() {
            continue;
        }
        let Some(task) = sections.first(sentence.span) else {
            continue;
        };
        let start = sentence.span.start as usize;
        let place = |(offset, term): (usize, &'s str)| {
            (
                task,
                term,
                Span::new(sentence.span.file, start + offset, start + offset + term.len()),
            )
        };
        found.extend(spans.map(place));
    }
    found
}

fn comes_before(graph: &TaskGraph, first: usize, second: usize) -> bool {
    match (graph.tasks.get(first), graph.tasks.get(second)) {
        (Some(a), Some(b)) => (a.section.file, a.section.start) < (b.section.file, b.section.start),
        _ => false,
    }
}

/// Words of titles that say nothing of a subject.
const COMMON: &[&str] = &[
    "and",
    "the",
    "for",
    "with",
    "test",
    "tests",
    "validation",
    "required",
    "optional",
    "recommended",
    "extension",
];

/// Finds the tasks that each test matrix or check list proves: those that share a word of its title, else those of chapters
/// that do, else those that it refers to.
pub(super) fn find_proven(proofs: &mut [Proof], tasks: &[Task], package: &Package, sections: &SectionIndex) {
    if proofs.is_empty() {
        return;
    }
    let mut by_title: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    let mut by_chapter: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (at, task) in tasks.iter().enumerate() {
        for word in words(&task.title) {
            by_title.entry(word).or_default().insert(at);
        }
        for word in chapter(task, package)
            .map(|chapter| words(&chapter.text))
            .unwrap_or_default()
        {
            by_chapter.entry(word).or_default().insert(at);
        }
    }
    let mut referred: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); proofs.len()];
    let homes = SectionIndex::new(proofs.iter().map(|proof| proof.section));
    for reference in &package.references {
        let to = reference.to.and_then(|to| sections.first(to));
        for from in homes.around(reference.span) {
            referred
                .get_mut(from)
                .into_iter()
                .for_each(|found| found.extend(to));
        }
    }
    for (proof, referred) in proofs.iter_mut().zip(referred) {
        let home = package.documents.get(proof.document);
        let heading = home.and_then(|home| home.spec.headings.get(proof.heading));
        let title = heading.map(|heading| words(&heading.text)).unwrap_or_default();
        let sharing = |known: &BTreeMap<String, BTreeSet<usize>>| -> BTreeSet<usize> {
            title
                .iter()
                .filter_map(|word| known.get(word))
                .flatten()
                .copied()
                .collect()
        };
        let named = [sharing(&by_title), sharing(&by_chapter), referred];
        let named = named.into_iter().find(|named| !named.is_empty());
        proof.tasks = named.unwrap_or_default().into_iter().collect();
    }
}

/// The heading of the chapter that a task's section lies in.
fn chapter<'p>(task: &Task, package: &'p Package) -> Option<&'p Heading> {
    let Origin::Section(at) = task.origin else {
        return None;
    };
    let headings = &package.documents.get(task.document)?.spec.headings;
    let own = headings.get(at)?;
    match own.parent() {
        Some(above) => headings.get(above),
        None => Some(own),
    }
}

/// The words of a title that name its subject, without the `s` of the plural.
fn words(title: &str) -> BTreeSet<String> {
    let words = title.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    let words = words.filter(|word| word.chars().count() > 2 && !COMMON.contains(&word.as_str()));
    let words = words.filter(|word| !word.bytes().all(|byte| byte.is_ascii_digit()));
    words
        .map(|word| {
            word.strip_suffix('s')
                .map_or_else(|| word.clone(), ToString::to_string)
        })
        .collect()
}

/// `(see Heading)` leads to the operation whose section has the heading, `delegates to name` to the one of that name, and
/// what says that it is used by all is needed by all.
pub(super) fn words_between_operations(
    graph: &TaskGraph,
    package: &Package,
    sources: &Sources,
    sections: &SectionIndex,
    operations: &BTreeMap<&str, usize>,
    add: &mut Add<'_>,
) {
    let telling: Vec<&Document> = package
        .specs()
        .map(|(_, home)| home)
        .filter(|home| home.word_filter.give(FilteredWord::BetweenOperations))
        .collect();
    if telling.is_empty() {
        return;
    }
    let mut titles: BTreeMap<String, Option<usize>> = BTreeMap::new();
    for (_, home) in package.specs() {
        for heading in &home.spec.headings {
            let task = sections.first(heading.span);
            titles
                .entry(heading.text.to_lowercase())
                .and_modify(|known| *known = None)
                .or_insert(task);
        }
    }
    for home in telling {
        for sentence in &home.spec.sentences {
            let text = sources.slice(sentence.span);
            let folded = text.to_ascii_lowercase();
            let says = |words: &[&str]| {
                words
                    .iter()
                    .find_map(|word| Some(folded.find(word)? + word.len()))
            };
            let seen = says(&["(see "]).and_then(|start| {
                let title = folded
                    .get(start..)?
                    .split_once(')')?
                    .0
                    .trim_matches(['"', '*', ' ']);
                titles.get(title).copied().flatten()
            });
            let delegate = says(&["delegates to ", "delegate to "]).and_then(|start| {
                let name = text.get(start..)?.trim_start_matches(['`', '*']);
                let end = name
                    .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '#')))
                    .unwrap_or(name.len());
                operations.get(name.get(..end)?.trim_end_matches('.')).copied()
            });
            let for_all = says(&["used by all ", "used by every "]).is_some();
            if seen.is_none() && delegate.is_none() && !for_all {
                continue;
            }
            let Some(task) = sections.first(sentence.span) else {
                continue;
            };
            for to in seen.into_iter().chain(delegate) {
                add(task, to, Rule::Names, sentence.span);
            }
            if for_all {
                (0..graph.tasks.len()).for_each(|from| add(from, task, Rule::Names, sentence.span));
            }
        }
    }
}

/// The code spans of a sentence with their offsets; a span that is not closed ends the search.
pub(super) fn code_spans(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text.get(at..)?.find('`')?;
        let ticks = text
            .get(start..)
            .map_or(0, |rest| rest.len() - rest.trim_start_matches('`').len());
        let inside = start + ticks;
        let close = |rest: &str| {
            if ticks == 1 {
                rest.find('`')
            } else {
                rest.find(&"`".repeat(ticks))
            }
        };
        let len = text.get(inside..).and_then(close)?;
        at = inside + len + ticks;
        Some((inside, text.get(inside..inside + len)?))
    })
}
