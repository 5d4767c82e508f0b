//! Two outlines of a text in, and which of their sections and units are the same out: through edits, moves and renames.
//!
//! Nothing here knows what a unit is; numbers of sections are no part of a title. The result of two outlines mirrors
//! that of the same two in the other order, and the work grows with their size, not with its square.

mod rewritten;
mod sections;
mod similarity;
mod units;

pub use rewritten::rewritten;
pub use similarity::{similarity, tokens};

/// The least likeness of two units in one section that makes them one unit, edited.
pub const LIKE_HERE: f64 = 0.62;
/// The least likeness of two units in different sections that makes them one unit, moved and edited.
pub const LIKE_ELSEWHERE: f64 = 0.80;
/// A match of less likeness than this is worth a look by a person.
pub const LIKE_ENOUGH: f64 = 0.75;

/// Sections and what stands in them, in the order of the text.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// Each section after the one that holds it.
    pub sections: Vec<OutlineSection>,
    /// Each unit after the one that it stands below.
    pub units: Vec<Unit>,
}

/// A heading, or the whole of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlineSection {
    /// What it is called, without its number.
    pub title: String,
    /// The number behind what it is called, where it is one of several of a kind: of `Rule 1.2`, `1.2`.
    pub number: Option<String>,
    /// The section that holds it.
    pub parent: Option<usize>,
}

/// A stretch of text that is edited as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// A name that its author gave it; units of one name are one unit.
    pub id: Option<String>,
    /// The section that it lies in directly.
    pub section: usize,
    /// The unit of the same section that it stands below, such as the list item that its list is part of.
    pub parent: Option<usize>,
    /// What it is about, where it says so at its start, such as the name of a field.
    pub key: Option<String>,
    /// What it says; units of one text say the same.
    pub text: String,
    /// Its words: see [`tokens`].
    pub tokens: Vec<u64>,
}

/// Which of two outlines' sections and units are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matching {
    /// The pairs of sections.
    pub sections: Pairs,
    /// The pairs of units.
    pub units: Pairs,
}

/// Pairs of places in two lists; each place is in one pair at most.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    /// For each place in the old list, its partner in the new one.
    new_of: Vec<Option<usize>>,
    /// For each place in the new list, its partner in the old one.
    old_of: Vec<Option<usize>>,
}

impl Pairs {
    /// No pairs yet, of two lists of these lengths.
    pub fn none(old: usize, new: usize) -> Pairs {
        Pairs {
            new_of: vec![None; old],
            old_of: vec![None; new],
        }
    }

    /// The new partner of an old place.
    pub fn new_of(&self, old: usize) -> Option<usize> {
        self.new_of.get(old).copied().flatten()
    }

    /// The old partner of a new place.
    pub fn old_of(&self, new: usize) -> Option<usize> {
        self.old_of.get(new).copied().flatten()
    }

    /// Makes a pair, unless one of the two has a partner; says whether it did.
    pub fn add(&mut self, old: usize, new: usize) -> bool {
        match (self.new_of.get_mut(old), self.old_of.get_mut(new)) {
            (Some(to @ None), Some(from @ None)) => {
                (*to, *from) = (Some(new), Some(old));
                true
            }
            _ => false,
        }
    }

    /// All pairs, in the order of the old list.
    pub fn iter(&self) -> impl Iterator<Item = (usize, usize)> {
        let olds = self.new_of.iter().enumerate();
        olds.filter_map(|(old, new)| Some((old, (*new)?)))
    }
}

/// Finds the pairs of two outlines.
///
/// Sections first: of one title in one place, then of like titles or like content; those that a number alone tells apart
/// are known by their content. Then units: of one name; of a text that each side has once; of one text in one place; of
/// one subject or of like words in one section; of one text elsewhere; of very like words elsewhere.
pub fn match_outlines(old: &Outline, new: &Outline) -> Matching {
    let sections = sections::pair(old, new);
    let units = units::pair(old, new, &sections);
    Matching { sections, units }
}

/// The places of each group, by group; `group` says where a place belongs.
pub fn grouped<T>(items: &[T], groups: usize, group: impl Fn(&T) -> Option<usize>) -> Vec<Vec<usize>> {
    let mut lists = vec![Vec::new(); groups];
    for (at, item) in items.iter().enumerate() {
        if let Some(list) = group(item).and_then(|group| lists.get_mut(group)) {
            list.push(at);
        }
    }
    lists
}

#[cfg(test)]
mod tests;
