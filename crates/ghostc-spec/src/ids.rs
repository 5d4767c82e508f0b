//! Ids that survive edits: a statement gets one from its place and words when it is first seen, and keeps it.
//!
//! Statements that do not change keep their id by themselves. One that is edited, or moved, or whose section is renamed
//! keeps it because it is known again, by the rules of [`crate::matching`]; numbers of sections play no part.

mod kept;

use crate::content::{statement_id, subject};
use crate::matching::{LIKE_ENOUGH, Outline, OutlineSection, Unit, match_outlines, similarity, tokens};
use ghostc_syntax::Span;
use std::collections::{BTreeMap, BTreeSet};

pub use kept::{known, name_statements_after};

/// A statement as it was when it last had its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownStatement {
    /// Its id.
    pub id: String,
    /// The titles of the sections around it, without numbers, from the document down.
    pub path: Vec<String>,
    /// Its words with single spaces.
    pub text: String,
}

/// A statement that needs an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementWithoutId {
    /// The id that its author gave it.
    pub explicit: Option<String>,
    /// What its derived id starts with: the operation that its section declares, else the section's anchor.
    pub section: String,
    /// The titles of the sections around it, without numbers, from the document down.
    pub path: Vec<String>,
    /// Its words with single spaces.
    pub text: String,
    /// Where it is.
    pub span: Span,
}

/// An id and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Assigned {
    /// The id: unique among those assigned together.
    pub id: String,
    /// How like the text is to the one that had the id before, from 0 to 1; nothing for a new id.
    pub likeness: Option<f64>,
}

impl Assigned {
    /// Whether a person should look whether this is the statement that had the id before.
    pub fn is_doubtful(&self) -> bool {
        self.likeness.is_some_and(|likeness| likeness < LIKE_ENOUGH)
    }
}

/// The ids of some statements, in their order, given those that statements had before.
///
/// An id that is no longer in use is not given to a new statement while the old one is known.
pub fn assign(previous: &[KnownStatement], now: &[StatementWithoutId]) -> Vec<Assigned> {
    let explicit: BTreeSet<&str> = now.iter().filter_map(|unit| unit.explicit.as_deref()).collect();
    let old = previous.iter().map(|known| {
        let id = Some(known.id.clone()).filter(|id| explicit.contains(id.as_str()));
        (id, known.path.as_slice(), known.text.as_str())
    });
    let new = now
        .iter()
        .map(|unit| (unit.explicit.clone(), unit.path.as_slice(), unit.text.as_str()));
    let matching = match_outlines(&outline(old), &outline(new));
    let mut taken: BTreeSet<String> = previous.iter().map(|known| known.id.clone()).collect();
    let mut given: BTreeSet<String> = BTreeSet::new();
    let mut out = Vec::with_capacity(now.len());
    for (at, unit) in now.iter().enumerate() {
        let known = matching.units.old_of(at).and_then(|old| previous.get(old));
        let kept = known.filter(|known| unit.explicit.as_ref().is_none_or(|id| *id == known.id));
        let kept = kept.filter(|known| !given.contains(&known.id));
        let assigned = match kept {
            Some(known) => Assigned {
                id: known.id.clone(),
                likeness: Some(likeness(&known.text, &unit.text)),
            },
            None => Assigned {
                id: fresh(unit, &taken, &given),
                likeness: None,
            },
        };
        taken.insert(assigned.id.clone());
        given.insert(assigned.id.clone());
        out.push(assigned);
    }
    out
}

fn likeness(old: &str, new: &str) -> f64 {
    if old == new {
        return 1.0;
    }
    similarity(&tokens(old), &tokens(new))
}

/// An id that no other statement has; one that its author gave counts before one that it had by chance.
fn fresh(unit: &StatementWithoutId, taken: &BTreeSet<String>, given: &BTreeSet<String>) -> String {
    let (base, used) = match &unit.explicit {
        Some(id) => (id.clone(), given),
        None => (statement_id(&unit.section, &unit.text), taken),
    };
    let mut id = base.clone();
    let mut count = 1;
    while used.contains(&id) {
        count += 1;
        id = format!("{base}~{count}");
    }
    id
}

/// An outline of statements: their sections by path.
fn outline<'u>(units: impl Iterator<Item = (Option<String>, &'u [String], &'u str)>) -> Outline {
    let mut out = Outline::default();
    let mut sections: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for (id, path, text) in units {
        let mut section = 0;
        let mut parent = None;
        for length in 1..=path.len().max(1) {
            let titles: Vec<String> = path
                .iter()
                .take(length)
                .map(|title| title.to_lowercase())
                .collect();
            section = *sections.entry(titles).or_insert_with_key(|titles| {
                let title = titles.last().cloned().unwrap_or_default();
                out.sections.push(OutlineSection {
                    title,
                    number: None,
                    parent,
                });
                out.sections.len() - 1
            });
            parent = Some(section);
        }
        // Letter case counts as little as it does in derived ids.
        let text = text.to_lowercase();
        out.units.push(Unit {
            id,
            section,
            parent: None,
            key: subject(&text),
            tokens: tokens(&text),
            text,
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use ghostc_syntax::FileId;

    /// Statements from lines `title: text`, or `title: [id] text`.
    fn nameless(lines: &str) -> Vec<StatementWithoutId> {
        let of_line = |line: &str| {
            let (title, text) = line.trim().split_once(": ").unwrap();
            let named = text.strip_prefix('[').and_then(|text| text.split_once("] "));
            StatementWithoutId {
                explicit: named.map(|(id, _)| id.to_string()),
                section: title.to_string(),
                path: vec![String::new(), title.to_string()],
                text: named.map_or(text, |(_, text)| text).to_string(),
                span: Span::start_of(FileId(0)),
            }
        };
        lines.lines().map(of_line).collect()
    }

    /// The ids of each of some states, one after the other.
    fn chain(states: &[&str]) -> Vec<Vec<Assigned>> {
        let mut known: Vec<KnownStatement> = Vec::new();
        let mut out = Vec::new();
        for state in states {
            let now = nameless(state);
            let ids = assign(&known, &now);
            let knew = now.iter().zip(&ids).map(|(unit, assigned)| KnownStatement {
                id: assigned.id.clone(),
                path: unit.path.clone(),
                text: unit.text.clone(),
            });
            known = knew.collect();
            out.push(ids);
        }
        out
    }

    #[test]
    fn an_id_is_kept_through_edits_moves_and_renames() {
        let found = chain(&[
            "a: The output MUST hold at most two units\nb: It MUST be text",
            "a: The output SHOULD hold at most three units\nb: It MUST be text",
            "c: The output SHOULD hold at most three units\nb: Nothing MUST stay\nb: It MUST be text",
        ]);
        assert_eq!(
            (&found[0][0].id, &found[1][0].id),
            (&found[2][0].id, &found[2][0].id)
        );
        assert_eq!(found[2][2].id, found[0][1].id);
        assert!(found[2][1].likeness.is_none());
        assert!(found[0][0].id.starts_with("a~"));
    }

    #[test]
    fn a_doubtful_match_says_so() {
        let found = chain(&[
            "a: The output MUST hold at most two units of time",
            "a: The output SHOULD hold at most three units",
        ]);
        assert_eq!(found[0][0].id, found[1][0].id);
        assert!(found[1][0].is_doubtful() && !found[0][0].is_doubtful());
    }

    #[test]
    fn explicit_ids_count_before_words_and_repeats_are_numbered() {
        let found = chain(&[
            "a: [FR-1] It MUST run\na: [FR-2] It MUST stop",
            "a: [FR-2] It MUST run\na: [FR-1] It MUST stop\na: [FR-1] Twice MUST do\na: It MUST run",
        ]);
        let ids: Vec<&str> = found[1].iter().map(|assigned| assigned.id.as_str()).collect();
        assert_eq!(&ids[..3], ["FR-2", "FR-1", "FR-1~2"]);
        assert!(ids[3].starts_with("a~"));
    }

    #[test]
    fn statements_of_one_text_have_ids_of_their_own() {
        let found = chain(&["a: It MUST\na: It MUST", "a: It MUST\na: It MUST\na: It MUST"]);
        let ids: BTreeSet<&String> = found[1].iter().map(|assigned| &assigned.id).collect();
        assert_eq!(ids.len(), 3);
        assert_eq!(
            (&found[0][0], &found[0][1].id),
            (
                &Assigned {
                    likeness: None,
                    ..found[1][0].clone()
                },
                &found[1][1].id
            )
        );
    }
}
