//! What happened, and what it happened to, in the words of every output format.

use super::fact::{Fact, Form};

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
