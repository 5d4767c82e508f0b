//! Differences as people read them.

use crate::project::Unit;
use ghostc_plan::staleness::Difference;
use ghostc_syntax::Span;

/// One line for each difference, with its place: for lists.
pub(crate) fn lines(differences: &[Difference], unit: &Unit<'_>) -> Vec<String> {
    differences
        .iter()
        .map(|difference| text(difference, unit, false))
        .collect()
}

/// One paragraph for each difference, with the words: for `ghostc why`.
pub(crate) fn paragraphs(differences: &[Difference], unit: &Unit<'_>) -> Vec<String> {
    differences
        .iter()
        .map(|difference| text(difference, unit, true))
        .collect()
}

/// Where a difference is, if it is in a text that there is.
pub(crate) fn place(difference: &Difference) -> Option<Span> {
    match difference {
        Difference::Words { new, place, .. } => Some(new.first().map_or(*place, |(_, span)| *span)),
        Difference::Case { place, .. }
        | Difference::Scenario { place, .. }
        | Difference::ScenarioFile { place, .. } => *place,
        Difference::New
        | Difference::SectionRemoved(_)
        | Difference::Dependency(_)
        | Difference::Prompt
        | Difference::Target => None,
    }
}

/// What a difference is, without its place.
pub(crate) fn phrase(difference: &Difference, target: &str) -> String {
    match difference {
        Difference::New => "it was never built".to_string(),
        Difference::Words { old, new, shared, .. } => {
            let (noun, verb) = match old.len().max(new.len()) {
                0 | 1 => ("a sentence".to_string(), "was"),
                lines => (format!("{lines} lines"), "were"),
            };
            let what = match (old.is_empty(), new.is_empty()) {
                (true, _) => format!("{verb} added"),
                (_, true) => format!("{verb} removed"),
                (false, false) => "changed".to_string(),
            };
            let scope = if *shared {
                "in the text that all tasks share, "
            } else {
                ""
            };
            format!("{scope}{noun} {what}")
        }
        Difference::SectionRemoved(anchor) => format!("the section #{anchor} is gone"),
        Difference::Case { id, change, .. } => format!("the case {id} was {change}"),
        Difference::Scenario { id, change, .. } => format!("the scenario {id} was {change}"),
        Difference::ScenarioFile { slice, .. } => {
            format!("what the scenarios of {slice} share, or what is held out of them, changed")
        }
        Difference::Dependency(id) => format!("`{id}`, which it builds on, changed"),
        Difference::Prompt => "the prompt templates changed".to_string(),
        Difference::Target => format!("what the target {target} tells agents changed"),
    }
}

/// The lines that are gone, after `- `, and those that came, after `+ `.
pub(crate) fn words(difference: &Difference) -> Vec<String> {
    let Difference::Words { old, new, .. } = difference else {
        return Vec::new();
    };
    let gone = old.iter().map(|line| format!("- {line}"));
    gone.chain(new.iter().map(|(line, _)| format!("+ {line}")))
        .collect()
}

fn text(difference: &Difference, unit: &Unit<'_>, with_words: bool) -> String {
    let phrase = phrase(difference, &unit.target.name);
    let mut out = match place(difference) {
        Some(place) => format!("{}: {phrase}", unit.project.loaded.sources.place(place)),
        None => phrase,
    };
    if with_words {
        words(difference)
            .iter()
            .for_each(|line| out.push_str(&format!("\n  {line}")));
    }
    out
}
