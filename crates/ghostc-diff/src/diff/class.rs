//! What a change is: to a reader its kind, to those who rely on the spec its class, by what changed and not by what
//! stands near it. The classes are given here, and named by the rules of `diff/rules.rs`.
//!
//! | class | changes |
//! |---|---|
//! | breaking | what binds says something else: a keyword, number, quantifier, negation, condition or code; words added to it or taken from it; something that binds removed; an obligation added to what was there; the steps of a scenario or of a numbered list changed or reordered; an operation removed, renamed or called differently; a case's input or expectation changed, or a case removed; and all of which nothing can be proven (`unclassified`) |
//! | additive | something new: a section, requirement, scenario, field, row, operation, optional parameter or case, and what is said of it; a permission |
//! | example | what only shows what is said elsewhere |
//! | editorial | other spelling; text that binds nothing; lists of tasks, and everything in documents about the package; what was moved or renamed without other words; items in another order |

use super::effect::{Effect, Weight};
use super::fact::{Fact, Form};
use super::kind::{Kind, Subject};
use super::standing::Standing;

/// What a change is to those who rely on the spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The meaning did not change.
    Editorial,
    /// What only shows the meaning changed.
    Example,
    /// What held before still holds.
    Additive,
    /// What held before may hold no longer.
    Breaking,
}

impl Class {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Class::Editorial => "editorial",
            Class::Example => "example",
            Class::Additive => "additive",
            Class::Breaking => "breaking",
        }
    }
}

/// What the class of a change rests on, beside what it happened to. Of several parts of a change in one class, the last
/// of these counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// The words say the same.
    Spelling,
    /// Nothing that binds changed.
    BindsNothing,
    /// It only shows what is said elsewhere.
    Shows,
    /// Nothing could be proven.
    Unclassified,
    /// Something is asked now of what was there before.
    Obligation,
    /// What it happened to, and how.
    Subject,
}

/// A class and what it rests on.
pub(super) type Ruling = (Class, Basis);

/// What nothing changes.
pub(super) const UNTOUCHED: Ruling = (Class::Editorial, Basis::Spelling);

/// What is said of a document about the package.
pub(super) const ABOUT: Ruling = (Class::Editorial, Basis::Subject);

/// What an edit of a unit is. `standing` is the greater one of its two states; `names_new` says whether the edit names
/// something that only the new state has.
pub(super) fn of_edit(effect: &Effect, standing: Standing, names_new: bool) -> Ruling {
    match (effect.weight, standing) {
        (Weight::None, _) => UNTOUCHED,
        (Weight::Shows, _) | (_, Standing::Shows) => (Class::Example, Basis::Shows),
        // Of what seems to bind nothing, a keyword or a number is not passed over.
        (_, Standing::Informs) if effect.is_telling => (Class::Breaking, Basis::Unclassified),
        (_, Standing::Informs) => (Class::Editorial, Basis::BindsNothing),
        (_, _) if names_new && effect.only_adds => (Class::Additive, Basis::Subject),
        (Weight::Unproven, _) => (Class::Breaking, Basis::Unclassified),
        (Weight::Sense, Standing::MayBind) if effect.kind == Kind::Modified => {
            (Class::Breaking, Basis::Unclassified)
        }
        (Weight::Sense, _) => (Class::Breaking, Basis::Subject),
    }
}

/// What is known of a unit that came or went.
pub(super) struct Lone {
    pub(super) standing: Standing,
    /// Whether it only permits.
    pub(super) permits: bool,
    /// Whether it asks or forbids.
    pub(super) asks: bool,
    /// Whether it is about something that only the new state has.
    pub(super) is_new: bool,
}

/// What a unit is that came or went for itself.
pub(super) fn of_lone(kind: Kind, fact: &Fact, unmatched: &Lone) -> Ruling {
    let is_exact = fact.form != Form::Prose;
    match (unmatched.standing, kind) {
        (Standing::Shows, _) => (Class::Example, Basis::Shows),
        (Standing::Informs, _) => (Class::Editorial, Basis::BindsNothing),
        (Standing::Binds, Kind::Removed) => (Class::Breaking, Basis::Subject),
        (Standing::MayBind, Kind::Removed) => (Class::Breaking, Basis::Unclassified),
        (_, _) if unmatched.is_new || unmatched.permits => (Class::Additive, Basis::Subject),
        (Standing::Binds, _) if unmatched.asks || fact.numbered => (Class::Breaking, Basis::Obligation),
        (_, _) if is_exact => (Class::Additive, Basis::Subject),
        (_, _) => (Class::Breaking, Basis::Unclassified),
    }
}

/// The class of a named fact that came or went with all that is in it.
pub(super) fn of_named(kind: Kind, subject: Subject, inside: Ruling) -> Ruling {
    match (subject, kind) {
        (Subject::Task, _) => (Class::Editorial, Basis::Subject),
        (Subject::Requirement | Subject::Criterion | Subject::Scenario, Kind::Removed) => {
            (Class::Breaking, Basis::Subject)
        }
        // What is new is asked of nobody who has the old text.
        (_, Kind::Added) => (Class::Additive, Basis::Subject),
        _ => inside,
    }
}

/// The ruling of a part of what has a name: of a list of tasks nothing binds, nor does what a story tells; of a scenario,
/// all that was not proven to say the same is another expectation.
pub(super) fn of_part(subject: Subject, ruling: Ruling) -> Ruling {
    match (subject, ruling) {
        (Subject::Task, _) => (Class::Editorial, Basis::Subject),
        (Subject::Story, (_, Basis::Unclassified | Basis::BindsNothing | Basis::Spelling)) => {
            (Class::Editorial, Basis::Subject)
        }
        (Subject::Requirement | Subject::Criterion, (Class::Editorial, _)) => {
            (Class::Editorial, Basis::Subject)
        }
        (Subject::Scenario, ruling) if ruling != UNTOUCHED => (Class::Breaking, Basis::Subject),
        (_, ruling) => ruling,
    }
}
