//! Differences as people read them.

use crate::project::Unit;
use ghostc_core::key::Difference;

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

fn text(difference: &Difference, unit: &Unit<'_>, words: bool) -> String {
    let sources = &unit.project.loaded.sources;
    match difference {
        Difference::New => "it was never built".to_string(),
        Difference::Words {
            old,
            new,
            place,
            shared,
            ..
        } => {
            let place = new.first().map_or(*place, |(_, span)| *span);
            let what = match (old.is_empty(), new.is_empty()) {
                (true, _) => "was added",
                (_, true) => "was removed",
                (false, false) => "changed",
            };
            let scope = if *shared {
                "in the text that all tasks share, "
            } else {
                ""
            };
            let noun = if old.len().max(new.len()) > 1 {
                format!("{} lines", old.len().max(new.len()))
            } else {
                "a sentence".to_string()
            };
            let first = format!("{}: {scope}{noun} {what}", sources.place(place));
            let mut out = first.replace("lines was", "lines were");
            if words {
                old.iter().for_each(|line| out.push_str(&format!("\n  - {line}")));
                new.iter()
                    .for_each(|(line, _)| out.push_str(&format!("\n  + {line}")));
            }
            out
        }
        Difference::SectionRemoved(anchor) => format!("the section #{anchor} is gone"),
        Difference::Case { id, change, place } => match place {
            Some(place) => format!("{}: the case {id} was {change}", sources.place(*place)),
            None => format!("the case {id} was {change}"),
        },
        Difference::Dependency(id) => format!("`{id}`, which it builds on, changed"),
        Difference::Prompt => "the prompt templates changed".to_string(),
        Difference::Target => format!("what the target {} tells agents changed", unit.target.name),
    }
}
