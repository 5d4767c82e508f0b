//! What a package is made of: its files, and what paths say of it.

use crate::library::{Base, Dialect};
use crate::paths::ancestors;
pub use crate::paths::{as_folder, file_name, folder, from_folder, is_document, join};
use std::collections::BTreeMap;

/// The name of the file in which OpenSpec keeps what a change is.
pub const CHANGE_NOTES: &str = ".openspec.yaml";
/// The folder of a package that holds its scenarios.
const SCENARIOS: &str = "scenarios";

/// The files of one package, by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackageFiles {
    /// Its folder, with `/`; empty for the current one. A single document given by name is its own root.
    pub root: String,
    /// What it is called where it does not say so itself: its folder, with as many above it as make it unique.
    pub name: String,
    /// How it is written.
    pub dialect: Dialect,
    /// What it changes, where it is a change.
    pub changes: Option<Base>,
    /// Its Markdown documents.
    pub documents: Vec<String>,
    /// Its files of cases.
    pub cases: Vec<String>,
    /// Its files of scenarios.
    pub scenarios: Vec<String>,
    /// Its files of transcripts.
    pub transcripts: Vec<String>,
}

/// What may say which dialect a package is in.
pub struct FilePaths<'a> {
    /// All paths.
    pub paths: &'a [String],
    /// The text of a document that [`is_marker`] names.
    pub text: &'a dyn Fn(&str) -> Option<&'a str>,
    /// Dialects that the settings give to folders.
    pub dialects: &'a BTreeMap<String, Dialect>,
}

impl PackageFiles {
    /// All of its files.
    pub fn all(&self) -> impl Iterator<Item = &String> {
        let data = self.cases.iter().chain(&self.scenarios).chain(&self.transcripts);
        self.documents.iter().chain(data)
    }
}

impl FilePaths<'_> {
    /// Whether a document is a form that tools make specs from: it lies where cc-sdd keeps its own, or in a folder of
    /// templates and has blanks to fill in.
    pub(crate) fn is_template(&self, path: &str) -> bool {
        let is_in = |name: &str| folder(path).split('/').any(|part| part == name);
        is_tool_folder(folder(path))
            || (is_in("templates") || is_in("template")) && (self.text)(path).is_some_and(has_blanks)
    }

    /// Whether a folder holds a file of a name.
    pub fn has(&self, folder: &str, name: &str) -> bool {
        self.paths.binary_search(&join(folder, name)).is_ok()
    }
}

/// The folders that are known to be packages.
#[derive(Default)]
pub struct Roots {
    pub(crate) found: BTreeMap<String, (Dialect, Option<Base>)>,
}

impl Roots {
    /// Makes a folder a package, if it is none yet.
    pub fn add(&mut self, root: &str, dialect: Dialect) {
        self.found.entry(root.to_string()).or_insert((dialect, None));
    }

    /// Makes a folder a change to another, if it is no package yet.
    pub fn add_change(&mut self, root: &str, dialect: Dialect, base: Base) {
        self.found
            .entry(root.to_string())
            .or_insert((dialect, Some(base)));
    }

    /// How a folder is written that is known to be a package.
    pub fn dialect(&self, folder: &str) -> Option<Dialect> {
        self.found.get(folder).map(|(dialect, _)| *dialect)
    }

    /// Whether files of other dialects' names mean nothing in a folder: it is a package, or lies in one that keeps its
    /// own files below it.
    pub fn is_taken(&self, folder: &str) -> bool {
        let keeps_all = |above| self.dialect(above) == Some(Dialect::OpenSpec);
        self.found.contains_key(folder) || ancestors(folder).any(keeps_all)
    }
}

/// Whether a folder is one that a tool fills with its own files: cc-sdd's `.kiro/settings`.
fn is_tool_folder(folder: &str) -> bool {
    let mut parts = folder.split('/').skip_while(|part| *part != ".kiro");
    parts.next().is_some() && parts.next() == Some("settings")
}

/// Whether headings or items have blanks: `{{NAME}}`, `[FEATURE NAME]`, `<name>`.
fn has_blanks(text: &str) -> bool {
    let is_line = |line: &&str| line.trim_start().starts_with(['#', '-', '*']);
    text.lines().filter(is_line).any(|line| {
        let between = |open: char, close: char| {
            let (inside, rest) = line.split_once(open)?.1.split_once(close)?;
            Some(inside).filter(|_| !rest.starts_with('('))
        };
        let shouts = |word: &str| {
            let is_blank = |c: char| c.is_ascii_uppercase() || matches!(c, ' ' | '_' | '-');
            word.len() > 2 && word.chars().all(is_blank) && word.contains(|c: char| c.is_ascii_uppercase())
        };
        let names = |word: &str| {
            let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ' ');
            !word.is_empty() && word.chars().all(is_name) || word.starts_with("!--")
        };
        line.contains("{{") && line.contains("}}")
            || between('[', ']').is_some_and(shouts)
            || line.starts_with('#') && between('<', '>').is_some_and(names)
    })
}

/// Whether a file is a spec that makes its folder a package, in any letter case.
pub fn is_spec(path: &str) -> bool {
    file_name(path).eq_ignore_ascii_case("SPEC.md")
}

/// Whether a document's text may say which dialect its folder is in.
pub fn is_marker(path: &str) -> bool {
    let others = ["requirements.md", "bugfix.md", "tasks.md", "proposal.md"];
    is_spec(path) || others.contains(&file_name(path))
}

/// Whether a file holds golden cases.
pub fn is_cases(path: &str) -> bool {
    matches!(
        file_name(path).to_ascii_lowercase().as_str(),
        "tests.yaml" | "tests.yml" | "cases.yaml" | "cases.yml"
    )
}

/// Whether a file may hold scenarios: it is one of YAML and lies below a folder `scenarios`.
pub fn is_scenarios(path: &str) -> bool {
    let is_yaml = [".yaml", ".yml"].iter().any(|ending| path.ends_with(ending));
    is_yaml && folder(path).split('/').any(|part| part == SCENARIOS)
}

/// Whether a file holds transcripts of a terminal.
pub fn is_transcript(path: &str) -> bool {
    path.ends_with(".trycmd")
}

/// The path of a file below the folder of scenarios of a package; nothing where it lies elsewhere.
pub fn below_scenarios<'p>(root: &str, path: &'p str) -> Option<&'p str> {
    let below = match root {
        "" => path,
        root => path.strip_prefix(root)?.strip_prefix('/')?,
    };
    let below = below.strip_prefix(SCENARIOS)?.strip_prefix('/')?;
    Some(below).filter(|_| is_scenarios(path))
}

/// Whether a file belongs to a package once its folder is one.
pub fn is_package_file(path: &str) -> bool {
    is_document(path) || is_cases(path)
}
