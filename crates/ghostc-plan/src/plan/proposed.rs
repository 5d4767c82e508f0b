//! Slices for a spec that has none: one for each chapter that binds, with what is to be shown waiting in it.

use super::uncovered::binding_chapters;
use super::{Origin, Task, TaskKind, make, prose, section_index};
use ghostc_spec::clauses::{Clause, clauses};
use ghostc_spec::content::title;
use ghostc_spec::library::Package;
use ghostc_spec::scenarios::proof_finder;
use ghostc_spec::section_index::SectionIndex;
use ghostc_spec::slice::ProofTarget;
use ghostc_syntax::{Sources, Value, collapse_whitespace, slug};
use std::collections::{BTreeMap, BTreeSet};

/// The most characters of a name.
const LONGEST: usize = 80;

/// The files of scenarios that are proposed, by their paths below the package: one for each chapter that binds, in their
/// order, with one scenario that waits to be written for each obligation, and one for each chapter that has none.
///
/// An obligation is in the slice whose chapter it is about, told by the titles of both, else in the last one.
pub fn proposed_slices(package: &Package, sources: &Sources) -> BTreeMap<String, String> {
    let chapters = chapter_tasks(package, sources);
    let Some(last) = chapters.len().checked_sub(1) else {
        return BTreeMap::new();
    };
    let sections = section_index(&chapters);
    let mut proofs = make::all_proofs(package);
    prose::find_proven(&mut proofs, &chapters, package, &sections);
    let proving = SectionIndex::new(proofs.iter().map(|proof| proof.section));
    let mut waiting: Vec<Vec<WaitingScenario>> = chapters.iter().map(|_| Vec::new()).collect();
    let find = proof_finder(package, sources);
    for (at, obligation) in clauses(package, sources).obligations.iter().enumerate() {
        let proof = proving.first(obligation.span).and_then(|proof| proofs.get(proof));
        let about = proof.and_then(|proof| proof.tasks.first().copied());
        let home = about.or_else(|| sections.first(obligation.span)).unwrap_or(last);
        let scenario = waiting_for(at, obligation, sources, &find);
        waiting
            .get_mut(home)
            .into_iter()
            .for_each(|waiting| waiting.push(scenario.clone()));
    }
    let digits = (10 * chapters.len()).to_string().len().max(2);
    let files = chapters
        .iter()
        .zip(waiting)
        .enumerate()
        .map(|(at, (chapter, waiting))| {
            let number = 10 * (at + 1);
            let path = format!("scenarios/{number:0digits$}-{}.yaml", short_slug(&chapter.title));
            (path, file_text(chapter, waiting))
        });
    files.collect()
}

/// A scenario that waits to be written.
#[derive(Clone)]
struct WaitingScenario {
    name: String,
    /// Words of what it is to show; nothing where none stand for it alone.
    proves: Option<String>,
}

/// The chapters that bind, as tasks.
fn chapter_tasks(package: &Package, sources: &Sources) -> Vec<Task> {
    let chapters = binding_chapters(package, sources).into_iter();
    let tasks = chapters.filter_map(|(document, at)| {
        let home = package.documents.get(document)?;
        let heading = home.spec.headings.get(at)?;
        Some(Task {
            id: home.spec.anchor(at).to_string(),
            title: title(heading),
            kind: TaskKind::Work,
            document,
            origin: Origin::Section(at),
            section: heading.section(),
            elsewhere: Vec::new(),
            operations: Vec::new(),
            depends_on: Vec::new(),
            statements: Vec::new(),
            cases: Vec::new(),
        })
    });
    tasks.collect()
}

fn waiting_for(
    at: usize,
    obligation: &Clause,
    sources: &Sources,
    find: &impl Fn(&str) -> Option<ProofTarget>,
) -> WaitingScenario {
    let words = collapse_whitespace(sources.slice(obligation.span));
    let without_box = ["[ ] ", "[x] ", "[X] "]
        .iter()
        .find_map(|mark| words.strip_prefix(mark));
    let bare = without_box.unwrap_or(&words).to_string();
    let proves = [&bare, &words]
        .into_iter()
        .find(|words| find(words) == Some(ProofTarget::Obligation(at)));
    WaitingScenario {
        proves: proves.cloned(),
        name: name(&bare),
    }
}

/// The start of some words without markup, as a name.
fn name(words: &str) -> String {
    let plain: String = words.chars().filter(|c| !matches!(c, '`' | '*' | '|')).collect();
    let plain = collapse_whitespace(&plain);
    let plain = plain.trim_end_matches('.');
    if plain.chars().count() <= LONGEST {
        return plain.to_string();
    }
    let start: String = plain.chars().take(LONGEST).collect();
    let whole_words = start.rsplit_once(' ').map_or(start.as_str(), |(whole, _)| whole);
    format!("{whole_words} …")
}

/// The part of a file's name that a title makes.
fn short_slug(title: &str) -> String {
    let slug = slug(title);
    let mut short = String::new();
    for word in slug.split('-').filter(|word| !word.is_empty()) {
        if !short.is_empty() && short.len() + word.len() > LONGEST / 2 {
            break;
        }
        if !short.is_empty() {
            short.push('-');
        }
        short.push_str(word);
    }
    if short.is_empty() {
        "chapter".to_string()
    } else {
        short
    }
}

fn file_text(chapter: &Task, waiting: Vec<WaitingScenario>) -> String {
    let quoted = |text: &str| Value::String(text.to_string()).to_string();
    let mut text = format!("covers: [{}]\nscenarios:\n", quoted(&chapter.id));
    let mut waiting = waiting;
    if waiting.is_empty() {
        let proves = None;
        waiting.push(WaitingScenario {
            name: name(&chapter.title),
            proves,
        });
    }
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for scenario in waiting {
        let mut own = scenario.name.clone();
        let mut count = 1;
        while !seen.insert(own.clone()) {
            count += 1;
            own = format!("{} ({count})", scenario.name);
        }
        text.push_str(&format!("  - name: {}\n", quoted(&own)));
        match &scenario.proves {
            Some(words) => text.push_str(&format!("    proves: [{}]\n", quoted(words))),
            None if scenario.name == name(&chapter.title) => {}
            None => text.push_str("    # no `proves`: its words stand for more than one place of the spec\n"),
        }
        text.push_str("    todo: true\n");
    }
    text
}

#[cfg(test)]
mod tests;
