//! Golden cases from `tests.yaml`, in the shapes found in the wild: decided by shape, and said where it does not fit.
//!
//! A group is a sequence of mappings; groups may nest, and a group's path is written with dots. Which operation a group
//! belongs to is not decided here.

mod reader;
pub mod step;

pub use reader::{RawStep, parse_cases, tags};

use crate::source::{FileId, Span};
use crate::value::{EqualityRules, Value};
use std::sync::Arc;
use step::Step;

/// Everything that was understood of one file of cases.
#[derive(Clone, Debug)]
pub struct CaseFile {
    /// The text it was read from.
    pub file: FileId,
    /// Its `version` key as written.
    pub version: Option<(String, Span)>,
    /// All cases, in order.
    pub cases: Vec<RawCase>,
    /// Groups without a case, by path.
    pub empty_groups: Vec<(String, Span)>,
    /// Whether some of it is not read, for its layout or for a mistake in it, which is a finding.
    pub foreign: bool,
}

/// One case as written.
#[derive(Clone, Debug)]
pub struct RawCase {
    /// The path of its group, with dots: `duration`, `unicode.left_pad`.
    pub group: String,
    /// Where the group's last key stands.
    pub group_span: Span,
    /// Its `name`, or else its `description`.
    pub name: Option<(String, Span)>,
    /// Its `id` or `case_id`.
    pub id: Option<(String, Span)>,
    /// What goes in; nothing where the key is absent.
    pub input: Option<(Arc<Value>, Span)>,
    /// What comes out; of steps, what they are is [`RawCase::steps`]'.
    pub expect: Expectation,
    /// Its steps, in order, where it is a case of an object.
    pub steps: Vec<RawStep>,
    /// Where its output is written, if it expects one.
    pub output: Option<Span>,
    /// Whether the agent must not see it; nothing leaves the choice to ghostc.
    pub held_out: Option<bool>,
    /// Why it is not judged.
    pub skip: Option<String>,
    /// The group that its suite puts it in, where that is not its operation.
    pub subgroup: Option<String>,
    /// Words that its suite gives it.
    pub tags: Vec<String>,
    /// The id of the requirement that it shows.
    pub requirement: Option<(String, Span)>,
    /// The absolute tolerance for every float in the output.
    pub approx: Option<f64>,
    /// Whether integers and floats are told apart in its output: its own `exact`, else that of its innermost group.
    pub exact: bool,
    /// A regular expression that a string output must match.
    pub matches: Option<String>,
    /// How its suite compares outputs.
    pub rules: Option<EqualityRules>,
    /// The whole case.
    pub span: Span,
}

/// What a case expects.
#[derive(Clone, Debug, PartialEq)]
pub enum Expectation {
    /// This output.
    Output(Value),
    /// One of these outputs.
    AnyOf(Vec<Value>),
    /// An error, whatever it says.
    Error,
    /// An error whose message or kind contains this text.
    ErrorWith(String),
    /// A string output that matches `matches`.
    Pattern,
    /// Any output, and no error. Steps alone expect it.
    Anything,
    /// What each of these expects, in order.
    Steps(Arc<[Step]>),
}

impl Expectation {
    /// The outputs of which one must come out.
    pub fn outputs(&self) -> &[Value] {
        match self {
            Expectation::Output(value) => std::slice::from_ref(value),
            Expectation::AnyOf(values) => values,
            Expectation::Error
            | Expectation::ErrorWith(_)
            | Expectation::Pattern
            | Expectation::Anything
            | Expectation::Steps(_) => &[],
        }
    }

    /// Whether it is an error.
    pub fn is_error(&self) -> bool {
        matches!(self, Expectation::Error | Expectation::ErrorWith(_))
    }
}
