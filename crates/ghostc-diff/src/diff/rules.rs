//! The rules by which a change is breaking, additive or editorial: a stable name for each, by which settings give it a
//! level and `ghostc explain` explains it.
//!
//! The explanation of a rule is `../rules/<name>.md`; its two states are compared by the tests and have to differ by it.

use super::{Basis, Change, Class, Kind, Subject};
use ghostc_syntax::{Code, Group, Severity, Strength};

/// A kind of change with its class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its stable name, with its usual level and its explanation.
    pub code: Code,
    /// What a change of this kind is to those who rely on the spec.
    pub class: Class,
}

impl Class {
    /// All of them, the gravest first.
    pub const ALL: [Class; 4] = [Class::Breaking, Class::Additive, Class::Example, Class::Editorial];

    /// The level of its changes unless settings say otherwise.
    pub const fn level(self) -> Severity {
        match self {
            Class::Breaking => Severity::Error,
            Class::Additive => Severity::Warning,
            Class::Example | Class::Editorial => Severity::Note,
        }
    }
}

macro_rules! rules {
    ($($constant:ident = $class:ident $name:literal;)*) => {
        $(
            #[doc = concat!("`", $name, "`: see its explanation.")]
            const $constant: Rule = Rule {
                code: Code {
                    name: $name,
                    severity: Class::$class.level(),
                    group: Group::Consistency,
                    on: true,
                    explanation: include_str!(concat!("../../rules/", $name, ".md")),
                },
                class: Class::$class,
            };
        )*
        /// Every rule, by name.
        pub const RULES: &[Rule] = &[$($constant),*];
    };
}

rules! {
    ABOUT_CHANGED = Editorial "about-changed";
    BEHAVIOUR_ADDED = Additive "behaviour-added";
    BEHAVIOUR_MODIFIED = Breaking "behaviour-modified";
    BEHAVIOUR_REMOVED = Breaking "behaviour-removed";
    BINDS_NOTHING = Editorial "binds-nothing";
    CASE_ADDED = Additive "case-added";
    CASE_EXPECTATION_CHANGED = Breaking "case-expectation-changed";
    CASE_INPUT_CHANGED = Breaking "case-input-changed";
    CASE_REMOVED = Breaking "case-removed";
    CASE_RENAMED = Editorial "case-renamed";
    CODE_ADDED = Additive "code-added";
    CODE_MODIFIED = Breaking "code-modified";
    CODE_MOVED = Editorial "code-moved";
    CODE_REMOVED = Breaking "code-removed";
    DOCUMENT_ADDED = Additive "document-added";
    DOCUMENT_REMOVED = Breaking "document-removed";
    DOCUMENT_RENAMED = Editorial "document-renamed";
    EXAMPLE_CHANGED = Example "example-changed";
    ITEM_ADDED = Additive "item-added";
    ITEM_MODIFIED = Breaking "item-modified";
    ITEM_MOVED = Editorial "item-moved";
    ITEM_REMOVED = Breaking "item-removed";
    OBLIGATION_ADDED = Breaking "obligation-added";
    OPERATION_ADDED = Additive "operation-added";
    OPERATION_REMOVED = Breaking "operation-removed";
    OPERATION_RENAMED = Breaking "operation-renamed";
    ORDER_CHANGED = Editorial "order-changed";
    PACKAGE_ADDED = Additive "package-added";
    PACKAGE_REMOVED = Breaking "package-removed";
    PARAMETER_ADDED_OPTIONAL = Additive "parameter-added-optional";
    PARAMETER_ADDED_REQUIRED = Breaking "parameter-added-required";
    PARAMETER_MADE_OPTIONAL = Additive "parameter-made-optional";
    PARAMETER_MADE_REQUIRED = Breaking "parameter-made-required";
    PARAMETER_REMOVED = Breaking "parameter-removed";
    PARAMETERS_REORDERED = Breaking "parameters-reordered";
    PROSE_ADDED = Editorial "prose-added";
    PROSE_DOCUMENT_REMOVED = Editorial "prose-document-removed";
    PROSE_MODIFIED = Editorial "prose-modified";
    PROSE_MOVED = Editorial "prose-moved";
    PROSE_REMOVED = Editorial "prose-removed";
    PROSE_SECTION_REMOVED = Editorial "prose-section-removed";
    RECOMMENDATION_MODIFIED = Breaking "recommendation-modified";
    RECOMMENDATION_REMOVED = Breaking "recommendation-removed";
    RECOMMENDATION_WEAKENED = Breaking "recommendation-weakened";
    REQUIREMENT_ADDED = Additive "requirement-added";
    REQUIREMENT_EXTENDED = Additive "requirement-extended";
    REQUIREMENT_MODIFIED = Breaking "requirement-modified";
    REQUIREMENT_MOVED = Editorial "requirement-moved";
    REQUIREMENT_REMOVED = Breaking "requirement-removed";
    REQUIREMENT_RENAMED = Editorial "requirement-renamed";
    REQUIREMENT_REWORDED = Editorial "requirement-reworded";
    RESULT_CHANGED = Breaking "result-changed";
    SCENARIO_ADDED = Additive "scenario-added";
    SCENARIO_MODIFIED = Breaking "scenario-modified";
    SCENARIO_REMOVED = Breaking "scenario-removed";
    SCENARIO_RENAMED = Editorial "scenario-renamed";
    SECTION_ADDED = Additive "section-added";
    SECTION_MOVED = Editorial "section-moved";
    SECTION_REMOVED = Breaking "section-removed";
    SECTION_RENAMED = Editorial "section-renamed";
    SPELLING = Editorial "spelling";
    STATEMENT_ADDED = Additive "statement-added";
    STATEMENT_MODIFIED = Breaking "statement-modified";
    STATEMENT_MOVED = Editorial "statement-moved";
    STATEMENT_NEGATED = Breaking "statement-negated";
    STATEMENT_REMOVED = Breaking "statement-removed";
    STATEMENT_STRENGTHENED = Breaking "statement-strengthened";
    STATEMENT_WEAKENED = Breaking "statement-weakened";
    STEPS_REORDERED = Breaking "steps-reordered";
    STORY_ADDED = Additive "story-added";
    STORY_CHANGED = Editorial "story-changed";
    TASK_CHANGED = Editorial "task-changed";
    UNCLASSIFIED = Breaking "unclassified";
}

impl Change {
    /// The rule that gives the change its class.
    pub fn rule(&self) -> Rule {
        let known = match self.basis {
            Basis::Spelling => Some(SPELLING),
            Basis::BindsNothing => Some(BINDS_NOTHING),
            Basis::Shows => Some(EXAMPLE_CHANGED),
            Basis::Unclassified => Some(UNCLASSIFIED),
            Basis::Obligation => Some(OBLIGATION_ADDED),
            Basis::Subject => None,
        };
        let of = match self.subject {
            Subject::Package => package,
            Subject::Document => document,
            Subject::Section => section,
            Subject::Requirement | Subject::Criterion => requirement,
            Subject::Scenario => scenario,
            Subject::Story => story,
            Subject::Task => |_, _| TASK_CHANGED,
            Subject::Statement => statement,
            Subject::Item => item,
            Subject::Code => code,
            Subject::Prose => prose,
            Subject::Operation => operation,
            Subject::Parameter => parameter,
            Subject::Case => case,
        };
        let rule = known.unwrap_or_else(|| of(self.class, self.kind));
        // What a SHOULD or MAY said is named apart, so that settings can give it a level of its own.
        let must = matches!(self.strength.0, Some(Strength::Must | Strength::MustNot) | None);
        match rule.code.name {
            _ if must => rule,
            name if name == STATEMENT_MODIFIED.code.name => RECOMMENDATION_MODIFIED,
            name if name == STATEMENT_REMOVED.code.name => RECOMMENDATION_REMOVED,
            name if name == STATEMENT_WEAKENED.code.name => RECOMMENDATION_WEAKENED,
            _ => rule,
        }
    }
}

// Each of these knows the classes and kinds that the diff gives to its subject; the tests hold that none is missing.

fn package(class: Class, _: Kind) -> Rule {
    if class == Class::Breaking {
        PACKAGE_REMOVED
    } else {
        PACKAGE_ADDED
    }
}

fn document(class: Class, kind: Kind) -> Rule {
    match (class, kind) {
        (Class::Breaking, _) => DOCUMENT_REMOVED,
        (Class::Additive, _) => DOCUMENT_ADDED,
        (Class::Editorial | Class::Example, Kind::Added) => ABOUT_CHANGED,
        (Class::Editorial | Class::Example, Kind::Removed) => PROSE_DOCUMENT_REMOVED,
        (Class::Editorial | Class::Example, _) => DOCUMENT_RENAMED,
    }
}

fn section(class: Class, kind: Kind) -> Rule {
    match (class, kind) {
        (Class::Breaking, Kind::Reordered) => STEPS_REORDERED,
        (Class::Breaking, _) => SECTION_REMOVED,
        (Class::Additive, _) => SECTION_ADDED,
        (Class::Editorial | Class::Example, Kind::Added) => ABOUT_CHANGED,
        (Class::Editorial | Class::Example, Kind::Removed) => PROSE_SECTION_REMOVED,
        (Class::Editorial | Class::Example, Kind::Renamed) => SECTION_RENAMED,
        (Class::Editorial | Class::Example, Kind::Moved) => SECTION_MOVED,
        (Class::Editorial | Class::Example, _) => ORDER_CHANGED,
    }
}

/// A requirement that its author named, or a clause of one. What its sentences do, others do too.
fn requirement(class: Class, kind: Kind) -> Rule {
    match (class, kind) {
        (Class::Breaking, Kind::Removed) => REQUIREMENT_REMOVED,
        (Class::Breaking | Class::Additive, Kind::Strengthened | Kind::Weakened | Kind::Negated) => {
            statement(class, kind)
        }
        (Class::Breaking, _) => REQUIREMENT_MODIFIED,
        (Class::Additive, Kind::Added) => REQUIREMENT_ADDED,
        (Class::Additive, _) => REQUIREMENT_EXTENDED,
        (Class::Editorial | Class::Example, Kind::Renamed) => REQUIREMENT_RENAMED,
        (Class::Editorial | Class::Example, Kind::Moved) => REQUIREMENT_MOVED,
        (Class::Editorial | Class::Example, _) => REQUIREMENT_REWORDED,
    }
}

fn scenario(class: Class, kind: Kind) -> Rule {
    match (class, kind) {
        (Class::Breaking, Kind::Removed) => SCENARIO_REMOVED,
        (Class::Breaking, _) => SCENARIO_MODIFIED,
        (Class::Additive, _) => SCENARIO_ADDED,
        (Class::Editorial | Class::Example, _) => SCENARIO_RENAMED,
    }
}

fn story(class: Class, _: Kind) -> Rule {
    match class {
        Class::Breaking => REQUIREMENT_MODIFIED,
        Class::Additive => STORY_ADDED,
        Class::Editorial | Class::Example => STORY_CHANGED,
    }
}

fn statement(class: Class, kind: Kind) -> Rule {
    match (class, kind) {
        (Class::Breaking, Kind::Removed) => STATEMENT_REMOVED,
        (Class::Breaking, Kind::Strengthened) => STATEMENT_STRENGTHENED,
        (Class::Breaking, Kind::Weakened) => STATEMENT_WEAKENED,
        (Class::Breaking, Kind::Negated) => STATEMENT_NEGATED,
        (Class::Breaking, _) => STATEMENT_MODIFIED,
        (Class::Additive, _) => STATEMENT_ADDED,
        (Class::Editorial | Class::Example, Kind::Moved) => STATEMENT_MOVED,
        (Class::Editorial | Class::Example, _) => ABOUT_CHANGED,
    }
}

fn item(class: Class, kind: Kind) -> Rule {
    match (class, kind) {
        (Class::Breaking, Kind::Removed) => ITEM_REMOVED,
        (Class::Breaking, Kind::Strengthened | Kind::Weakened | Kind::Negated) => statement(class, kind),
        (Class::Breaking, _) => ITEM_MODIFIED,
        (Class::Additive, _) => ITEM_ADDED,
        (Class::Editorial | Class::Example, Kind::Moved) => ITEM_MOVED,
        (Class::Editorial | Class::Example, _) => ABOUT_CHANGED,
    }
}

fn code(class: Class, kind: Kind) -> Rule {
    match (class, kind) {
        (Class::Breaking, Kind::Removed) => CODE_REMOVED,
        (Class::Breaking, _) => CODE_MODIFIED,
        (Class::Additive, _) => CODE_ADDED,
        (Class::Editorial | Class::Example, Kind::Moved) => CODE_MOVED,
        (Class::Editorial | Class::Example, _) => ABOUT_CHANGED,
    }
}

/// Text without a keyword.
fn prose(class: Class, kind: Kind) -> Rule {
    match (class, kind) {
        (Class::Breaking, Kind::Removed) => BEHAVIOUR_REMOVED,
        (Class::Breaking, Kind::Strengthened | Kind::Weakened | Kind::Negated) => statement(class, kind),
        (Class::Breaking, _) => BEHAVIOUR_MODIFIED,
        (Class::Additive, _) => BEHAVIOUR_ADDED,
        (Class::Editorial | Class::Example, Kind::Added) => PROSE_ADDED,
        (Class::Editorial | Class::Example, Kind::Removed) => PROSE_REMOVED,
        (Class::Editorial | Class::Example, Kind::Moved) => PROSE_MOVED,
        (Class::Editorial | Class::Example, _) => PROSE_MODIFIED,
    }
}

fn operation(class: Class, kind: Kind) -> Rule {
    match (class, kind) {
        (Class::Breaking, Kind::Removed) => OPERATION_REMOVED,
        (Class::Breaking, Kind::Renamed) => OPERATION_RENAMED,
        (Class::Breaking, Kind::Reordered) => PARAMETERS_REORDERED,
        (Class::Breaking, _) => RESULT_CHANGED,
        (Class::Additive | Class::Editorial | Class::Example, _) => OPERATION_ADDED,
    }
}

fn parameter(class: Class, kind: Kind) -> Rule {
    match (class, kind) {
        (Class::Breaking, Kind::Added) => PARAMETER_ADDED_REQUIRED,
        (Class::Breaking, Kind::Removed) => PARAMETER_REMOVED,
        (Class::Breaking, _) => PARAMETER_MADE_REQUIRED,
        (Class::Additive | Class::Editorial | Class::Example, Kind::Added) => PARAMETER_ADDED_OPTIONAL,
        (Class::Additive | Class::Editorial | Class::Example, _) => PARAMETER_MADE_OPTIONAL,
    }
}

fn case(class: Class, kind: Kind) -> Rule {
    match (class, kind) {
        (Class::Breaking, Kind::Removed) => CASE_REMOVED,
        (Class::Breaking, Kind::Modified) => CASE_INPUT_CHANGED,
        (Class::Breaking, _) => CASE_EXPECTATION_CHANGED,
        (Class::Additive, _) => CASE_ADDED,
        (Class::Editorial | Class::Example, _) => CASE_RENAMED,
    }
}

#[cfg(test)]
mod tests;
