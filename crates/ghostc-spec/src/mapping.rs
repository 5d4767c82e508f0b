//! Case mappings: how the files of any suite are read as cases, as data.
//!
//! A mapping is written in `cases.yaml` beside a spec, under `cases:` in the settings, or as a preset of the templates
//! (`cases/NAME.yaml`), which the other two name. [`wanted_files`] says which files it reads, [`read_cases`] turns them into
//! cases. The rest of ghostc sees [`CaseFile`](ghostc_syntax::CaseFile)s and does not know that there was a mapping.

mod apply;
mod data_file;
mod fits;
mod formula;
mod read;
mod scope;
mod selection;

use crate::template::Expression;
pub use apply::read_cases;
pub use data_file::DataTexts;
pub use fits::{Fit, fitting, fitting_file};
use formula::{Formula, TextTemplate};
use ghostc_syntax::Span;
use ghostc_syntax::value::EqualityRules;
pub use read::{is_mapping, parse_preset};
pub use selection::{Selected, check_settings, preset_names, select, wanted_files};
use std::sync::Arc;

/// The folder of presets among the templates.
pub const PRESETS: &str = "cases/";

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
    files: Vec<String>,
    /// Where they are written.
    files_span: Span,
    /// Globs of files that are not meant.
    not: Vec<String>,
    read: Option<ReadAs>,
    /// A pattern whose matches are the records of a text, by the names of its groups.
    blocks: Option<Arc<regex_lite::Regex>>,
    /// Other files, by the names that they get; their paths are templates.
    with: Vec<(String, TextTemplate)>,
    each: Vec<EachStep>,
    /// Fields that an item without them has from the one before.
    inherit: Vec<String>,
    filter: Option<Formula>,
    operation: TextTemplate,
    name: Option<TextTemplate>,
    group: Option<TextTemplate>,
    input: Option<InputForm>,
    output: Option<Formula>,
    any_of: Option<Formula>,
    error: Option<Formula>,
    skip: Option<Formula>,
    tags: Option<Formula>,
    rules: Option<EqualityRules>,
}

/// What a file is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum ReadAs {
    Json,
    Yaml,
    Lines,
    Text,
}

impl ReadAs {
    const ALL: [(&'static str, ReadAs); 4] = [
        ("json", ReadAs::Json),
        ("yaml", ReadAs::Yaml),
        ("lines", ReadAs::Lines),
        ("text", ReadAs::Text),
    ];

    /// By the extension of a path.
    fn of(path: &str) -> ReadAs {
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
struct EachStep {
    /// What it binds its items to.
    name: String,
    /// What gives the list or the mapping of them.
    items: Formula,
}

/// What goes in.
#[derive(Clone, Debug)]
enum InputForm {
    /// The value of an expression.
    Whole(Formula),
    /// An object of parameters, each the value of an expression.
    Named(Vec<(String, Formula)>),
    /// An object of the fields of these names.
    Fields(Vec<(String, Span)>),
}

/// An expression that is more than a path.
type Compiled = Arc<Expression>;
