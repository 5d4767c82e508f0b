//! What a change is: to a reader its kind, to those who rely on the spec its class. The classes are given here,
//! and named by the rules of `diff/rules.rs`.
//!
//! | class | changes |
//! |---|---|
//! | breaking | a requirement or criterion that does not say SHOULD or MAY, or a scenario, removed; the steps of a scenario changed or reordered; a default, type, limit or list of values changed in running text; a statement strengthened or negated; a MUST or MUST NOT weakened, reworded or removed; a field, table row, example or code changed or removed; the steps of a numbered list reordered; an operation removed, renamed or called differently; a case's input or expectation changed, or a case removed |
//! | additive | a requirement, criterion, scenario, story, statement, field, row, example, code, section, operation, optional parameter or case added; a SHOULD or MAY weakened, reworded or removed |
//! | editorial | prose, lists of tasks, and everything in documents about the package; what was moved or renamed without other words; items in another order |

use super::facts::{Fact, Form};
use super::words::alike;
use ghostc_syntax::Strength;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It says something else.
    Modified,
    /// It binds more.
    Strengthened,
    /// It binds less.
    Weakened,
    /// What was asked for is forbidden, or the other way round.
    Negated,
    /// It stands somewhere else.
    Moved,
    /// It is called something else.
    Renamed,
    /// Its parts stand in another order.
    Reordered,
    /// Something else must come out.
    ExpectationChanged,
}

impl Kind {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Added => "added",
            Kind::Removed => "removed",
            Kind::Modified => "modified",
            Kind::Strengthened => "strengthened",
            Kind::Weakened => "weakened",
            Kind::Negated => "negated",
            Kind::Moved => "moved",
            Kind::Renamed => "renamed",
            Kind::Reordered => "reordered",
            Kind::ExpectationChanged => "expectation-changed",
        }
    }

    /// What an edit of a sentence does to how binding it is. Only what is still asked or forbidden can be negated: a
    /// sentence that forbids something else in its place is another sentence.
    pub(super) fn of(old: &Fact, new: &Fact) -> Kind {
        let (before, after) = (&old.shown, &new.shown);
        let (old, new) = (old.strength, new.strength);
        let forbids =
            |strength: Option<Strength>| matches!(strength, Some(Strength::MustNot | Strength::ShouldNot));
        let asks = |strength: Option<Strength>| matches!(strength, Some(Strength::Must | Strength::Should));
        let turned = (forbids(old) && asks(new)) || (asks(old) && forbids(new));
        if turned && alike(before, after) {
            return Kind::Negated;
        }
        match force(old).cmp(&force(new)) {
            std::cmp::Ordering::Less => Kind::Strengthened,
            std::cmp::Ordering::Greater => Kind::Weakened,
            std::cmp::Ordering::Equal => Kind::Modified,
        }
    }
}

/// How much a sentence binds. A permission binds nobody.
fn force(strength: Option<Strength>) -> u8 {
    match strength {
        Some(Strength::Must | Strength::MustNot) => 3,
        Some(Strength::Should | Strength::ShouldNot) => 2,
        Some(Strength::May) | None => 0,
    }
}

/// What a change is to those who rely on the spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The meaning did not change.
    Editorial,
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
            Class::Additive => "additive",
            Class::Breaking => "breaking",
        }
    }
}

/// What a change happened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A whole package.
    Package,
    /// A whole document.
    Document,
    /// A section.
    Section,
    /// A requirement that its author named.
    Requirement,
    /// A numbered clause of a requirement.
    Criterion,
    /// A scenario.
    Scenario,
    /// What users want.
    Story,
    /// An item of a list of tasks.
    Task,
    /// A normative sentence.
    Statement,
    /// A field, a row of a table, an example, a default.
    Item,
    /// A code block.
    Code,
    /// Any other sentence.
    Prose,
    /// A callable.
    Operation,
    /// One of its parameters.
    Parameter,
    /// A golden case.
    Case,
}

impl Subject {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Subject::Package => "package",
            Subject::Document => "document",
            Subject::Section => "section",
            Subject::Requirement => "requirement",
            Subject::Criterion => "criterion",
            Subject::Scenario => "scenario",
            Subject::Story => "story",
            Subject::Task => "task",
            Subject::Statement => "statement",
            Subject::Item => "item",
            Subject::Code => "code",
            Subject::Prose => "prose",
            Subject::Operation => "operation",
            Subject::Parameter => "parameter",
            Subject::Case => "case",
        }
    }

    /// What a unit of text is.
    pub(super) fn of(fact: &Fact) -> Subject {
        match (fact.strength, fact.form) {
            (Some(_), _) => Subject::Statement,
            (None, Form::Exact) => Subject::Item,
            (None, Form::Code) => Subject::Code,
            (None, Form::Prose) => Subject::Prose,
        }
    }
}

/// The class of a change of a unit of text.
pub(super) fn of_unit(kind: Kind, old: Option<&Fact>, new: Option<&Fact>) -> Class {
    let is_exact = |fact: Option<&Fact>| fact.is_some_and(|fact| fact.form != Form::Prose);
    let exact = is_exact(old) || is_exact(new);
    let must = |fact: Option<&Fact>| fact.is_some_and(|fact| force(fact.strength) == 3);
    let says = |fact: Option<&Fact>| fact.is_some_and(|fact| fact.strength.is_some());
    match kind {
        Kind::Strengthened | Kind::Negated => Class::Breaking,
        Kind::Weakened | Kind::Modified | Kind::Removed if must(old) || exact => Class::Breaking,
        Kind::Weakened | Kind::Modified | Kind::Removed | Kind::Added if says(old) || says(new) || exact => {
            Class::Additive
        }
        Kind::Weakened
        | Kind::Modified
        | Kind::Removed
        | Kind::Added
        | Kind::Moved
        | Kind::Renamed
        | Kind::Reordered
        | Kind::ExpectationChanged => Class::Editorial,
    }
}

/// The class of a named fact that came or went with all that is in it.
pub(super) fn of_named(kind: Kind, subject: Subject, strength: Option<Strength>, inside: Class) -> Class {
    match (subject, kind) {
        (Subject::Task, _) => Class::Editorial,
        (Subject::Requirement | Subject::Criterion, Kind::Removed) if matches!(force(strength), 0 | 2) => {
            // One without any keyword binds too: its author named it.
            let binds = strength.is_none();
            inside.max(if binds { Class::Breaking } else { Class::Additive })
        }
        (Subject::Requirement | Subject::Criterion | Subject::Scenario, Kind::Removed) => Class::Breaking,
        (_, Kind::Added) => inside.max(Class::Additive),
        _ => inside,
    }
}

/// The class of an edit of a unit in a named fact.
pub(super) fn of_part(subject: Subject, kind: Kind, old: Option<&Fact>, new: Option<&Fact>) -> Class {
    if subject == Subject::Task {
        Class::Editorial
    } else if subject == Subject::Scenario {
        // What must come out is not what came out before.
        Class::Breaking
    } else {
        of_unit(kind, old, new)
    }
}
