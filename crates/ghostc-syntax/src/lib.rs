//! Text in, facts with positions out: Markdown specs, YAML case files, and the diagnostics about them.
//!
//! Entry functions: [`parse`] (Markdown to [`SpecFile`]), [`parse_cases`] (`tests.yaml` to [`CaseFile`]),
//! [`yaml::parse`] (any YAML file to a tree of [`yaml::Node`]s), [`json::parse`] (JSON to the same), [`signature::parse`] and [`literal`] (operations and
//! examples), and [`render::render`] (a [`Diagnostic`] to text with carets).
//!
//! Invariants:
//! - Parsing is total: any `&str` gives a value and diagnostics, never an error and never a panic.
//! - Every fact and finding has a [`Span`] in bytes that lies on character boundaries and inside that of its parent.
//! - Time and memory are in proportion to the length of the text.
//! - The crate is pure: no files, environment, clock, threads or output; the same text gives the same result.
//! - It knows what was written and not what it means: no packages, tasks or prompts.

mod anchors;
pub mod cases;
pub mod codes;
pub mod conflict;
pub mod diagnostic;
pub mod glob;
pub mod json;
pub mod literal;
mod markdown;
pub mod printable;
pub mod render;
pub mod script;
pub mod signature;
pub mod source;
pub mod spec;
pub mod suggest;
mod text;
pub mod value;
pub mod yaml;

pub use cases::step::{Receiver, Step};
pub use cases::{CaseFile, Expectation, RawCase, RawStep, parse_cases};
pub use codes::{Code, Group, Severity};
pub use diagnostic::{Checked, Diagnostic, Edit, Fix, Label, Sound};
pub use markdown::{InlineText, RunKind, parse};
pub use signature::{Param, Signature};
pub use source::{FileId, Position, Source, Sources, Span};
pub use spec::{
    Block, BlockKind, CheckBox, CodeBlock, Example, ExampleResult, FrontMatter, Heading, Item, Keyword,
    KeywordUse, Modal, OptionalIndex, RawReference, ReferenceTarget, Row, Sentence, SpecFile, Statement,
    Strength, starting_in,
};
pub use text::{collapse_whitespace, slug};
pub use value::{Number, Value};
