//! What a case mapping says, read: sources, and how each gives its cases.

use super::formula::{Formula, TextTemplate};
use ghostc_syntax::Span;
use ghostc_syntax::value::EqualityRules;
use std::sync::Arc;

/// How some layout of case files is read.
#[derive(Clone, Debug)]
pub struct CaseMapping {
    /// The name of its preset, where it is one.
    pub preset: Option<String>,
    /// What it is called.
    pub title: Option<String>,
    /// A glob of a file that is there wherever the layout is.
    pub detect: Option<String>,
    /// Where its cases are.
    pub sources: Vec<CaseSource>,
}

/// Some files, and how cases are read out of them.
#[derive(Clone, Debug)]
pub struct CaseSource {
    /// Globs of the files, below the package.
    pub(super) files: Vec<String>,
    /// Where they are written.
    pub(super) files_span: Span,
    /// Globs of files that are not meant.
    pub(super) not: Vec<String>,
    pub(super) read: Option<ReadAs>,
    /// A pattern whose matches are the records of a text, by the names of its groups.
    pub(super) blocks: Option<Arc<regex_lite::Regex>>,
    /// Other files, by the names that they get; their paths are templates.
    pub(super) with: Vec<(String, TextTemplate)>,
    pub(super) each: Vec<EachStep>,
    /// Fields that an item without them has from the one before.
    pub(super) inherit: Vec<String>,
    pub(super) filter: Option<Formula>,
    pub(super) operation: TextTemplate,
    pub(super) name: Option<TextTemplate>,
    pub(super) group: Option<TextTemplate>,
    pub(super) input: Option<InputForm>,
    pub(super) output: Option<Formula>,
    pub(super) any_of: Option<Formula>,
    pub(super) error: Option<Formula>,
    pub(super) skip: Option<Formula>,
    pub(super) tags: Option<Formula>,
    pub(super) rules: Option<EqualityRules>,
}

/// What a file is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ReadAs {
    Json,
    Yaml,
    Lines,
    Text,
}

impl ReadAs {
    pub(super) const ALL: [(&'static str, ReadAs); 4] = [
        ("json", ReadAs::Json),
        ("yaml", ReadAs::Yaml),
        ("lines", ReadAs::Lines),
        ("text", ReadAs::Text),
    ];

    /// By the extension of a path.
    pub(super) fn of(path: &str) -> ReadAs {
        let name = crate::paths::file_name(path).to_ascii_lowercase();
        match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
            "json" => ReadAs::Json,
            "yaml" | "yml" => ReadAs::Yaml,
            _ => ReadAs::Text,
        }
    }
}

/// One step on the way from a file to its cases.
#[derive(Clone, Debug)]
pub(super) struct EachStep {
    /// What it binds its items to.
    pub(super) name: String,
    /// What gives the list or the mapping of them.
    pub(super) items: Formula,
}

/// What goes in.
#[derive(Clone, Debug)]
pub(super) enum InputForm {
    /// The value of an expression.
    Whole(Formula),
    /// An object of parameters, each the value of an expression.
    Named(Vec<(String, Formula)>),
    /// An object of the fields of these names.
    Fields(Vec<(String, Span)>),
}
