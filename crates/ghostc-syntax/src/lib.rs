//! Text in, facts with positions out: Markdown specs, YAML case files, and the diagnostics about them.
//!
//! Parsing is total: any `&str` gives a value and diagnostics, never an error and never a panic.
//! This crate knows what was written; what it means is `ghostc-spec`'s.

mod anchors;
pub mod cases;
pub mod codes;
pub mod diagnostic;
pub mod literal;
mod markdown;
pub mod render;
pub mod signature;
pub mod source;
pub mod spec;
pub mod suggest;
mod text;
pub mod value;
pub mod yaml;

pub use cases::{CaseFile, Expectation, RawCase, parse_cases};
pub use codes::{Code, Group};
pub use diagnostic::{Checked, Diagnostic, Edit, Fix, Label, Severity, Sound};
pub use markdown::parse;
pub use signature::{Param, Signature};
pub use source::{FileId, Position, Source, Sources, Span};
pub use spec::{
    Block, BlockKind, CheckBox, CodeBlock, Example, ExampleResult, FrontMatter, Heading, Item, Keyword,
    KeywordUse, Modal, Place, RawReference, ReferenceTarget, Row, Sentence, SpecFile, Statement, Strength,
};
pub use text::{collapse_whitespace, slug};
