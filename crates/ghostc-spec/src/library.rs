//! The intermediate representation: packages with operations, cases, statements and resolved references.
//! Nothing here knows which dialect a package was written in.

use crate::facts::Facts;
use crate::slice::Slice;
use crate::word_filter::WordFilter;
use ghostc_syntax::Value;
use ghostc_syntax::value::EqualityRules;
use ghostc_syntax::{
    CaseFile, Expectation, FileId, InlineText, Signature, Sources, Span, SpecFile, Step, Strength,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// Everything that is compiled together.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// Its packages, by name.
    pub packages: Vec<Package>,
}

/// How a package is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// `SPEC.md` and `tests.yaml`.
    #[default]
    Ghost,
    /// OpenSpec: capabilities with requirements and scenarios, and changes to them.
    OpenSpec,
    /// Spec Kit: a feature with stories, functional requirements and tasks.
    SpecKit,
    /// Kiro and cc-sdd: requirements with EARS criteria, a design and tasks.
    Kiro,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Dialect; 4] = [Dialect::Ghost, Dialect::OpenSpec, Dialect::SpecKit, Dialect::Kiro];

    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Dialect::Ghost => "ghost",
            Dialect::OpenSpec => "openspec",
            Dialect::SpecKit => "speckit",
            Dialect::Kiro => "kiro",
        }
    }
}

/// Where the code of a package lives, and what judges it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// Operations, judged by cases.
    Library,
    /// One growing tree, judged by scenarios.
    Program,
    /// The user's own repository, judged by its own checks.
    Repository,
}

impl Site {
    /// All of them.
    pub const ALL: [Site; 3] = [Site::Library, Site::Program, Site::Repository];

    /// The word used in every output format, and in specs.
    pub fn as_str(self) -> &'static str {
        match self {
            Site::Library => "library",
            Site::Program => "program",
            Site::Repository => "repository",
        }
    }
}

/// One compilable unit of spec.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its name: from front matter, else its folder.
    pub name: String,
    /// Where the name is written, else the start of the main document.
    pub name_span: Span,
    /// Its folder.
    pub root: String,
    /// How it is written.
    pub dialect: Dialect,
    /// Its version: from front matter, else from the title, else from the cases.
    pub version: Option<String>,
    /// Where that is written.
    pub version_span: Option<Span>,
    /// The text of its first heading, else its name.
    pub title: String,
    /// The targets its front matter asks for; nothing leaves them to the settings.
    pub targets: Option<Vec<(String, Span)>>,
    /// Where its code lives, by the word of its front matter; nothing leaves it to what the package holds.
    pub asked_site: Option<(Site, Span)>,
    /// The anchors of sections that no task makes, by the word of its front matter.
    pub context: Vec<(String, Span)>,
    /// Its Markdown documents, the main one first, then by path.
    pub documents: Vec<Document>,
    /// Its files of cases, by path.
    pub case_files: Vec<CaseFile>,
    /// Its callables, in document order.
    pub operations: Vec<Operation>,
    /// Its cases, in the order of its files; those of examples last.
    pub cases: Vec<Case>,
    /// Its normative sentences, in document order.
    pub statements: Vec<Statement>,
    /// Its references, in document order.
    pub references: Vec<Reference>,
    /// What it declares besides: requirements, scenarios, tasks.
    pub facts: Facts,
    /// Its files of scenarios, by name.
    pub slices: Vec<Slice>,
    /// The transcripts of a terminal in its documents and files: scenarios without files of their own, by the name of the
    /// file. They make it no program.
    pub transcripts: Vec<Slice>,
    /// The root of the package that it changes; nothing where it is no change.
    pub changes: Option<Base>,
}

/// What a change is made to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// The folder of the package that is changed.
    pub root: String,
    /// Whether the change was made already and is kept as history.
    pub archived: bool,
}

impl Package {
    /// The documents that say what must be built, with their indices.
    pub fn specs(&self) -> impl Iterator<Item = (usize, &Document)> {
        specs(&self.documents)
    }

    /// The sections that its front matter calls context, in document order.
    pub fn context_sections(&self) -> Vec<Span> {
        let named: BTreeSet<&str> = self.context.iter().map(|(anchor, _)| anchor.as_str()).collect();
        let mut sections = Vec::new();
        for (_, home) in self.specs().filter(|_| !named.is_empty()) {
            let headings = home.spec.headings.iter().zip(home.spec.anchors());
            let own = headings.filter(|(_, anchor)| named.contains(anchor.as_str()));
            sections.extend(own.map(|(heading, _)| heading.section()));
        }
        sections
    }

    /// Where its code lives: as it says, else by what it holds. Declared tasks win: scenarios beside them are a judge only.
    pub fn site(&self) -> Site {
        if let Some((site, _)) = self.asked_site {
            site
        } else if !self.facts.tasks.is_empty() {
            Site::Repository
        } else if !self.slices.is_empty() {
            Site::Program
        } else if self.dialect == Dialect::Ghost {
            Site::Library
        } else {
            Site::Repository
        }
    }

    /// The document with the choices that the spec leaves to an implementation, with its index.
    pub fn profile(&self) -> Option<(usize, &Document)> {
        self.specs().find(|(_, document)| {
            let below = document.path.strip_prefix(self.root.as_str());
            below.is_some_and(|below| below.trim_start_matches('/') == PROFILE)
        })
    }

    /// The operation of a name.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.name == name)
    }

    /// The operations of an object, what makes it first, by their places.
    pub fn members<'p>(&'p self, object: &'p str) -> impl Iterator<Item = usize> + 'p {
        let of_object = move |operation: &Operation| operation.object.as_deref() == Some(object);
        let makes = move |wanted: bool| {
            let all = self.operations.iter().enumerate();
            all.filter(move |(_, found)| of_object(found) && found.makes_object() == wanted)
                .map(|(at, _)| at)
        };
        makes(true).chain(makes(false))
    }

    /// What each case calls, by the place of the operation, with what it expects of that call.
    pub fn calls(&self) -> impl Iterator<Item = (usize, &Case, &Expectation)> {
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        if self.cases.iter().any(|case| !case.steps().is_empty()) {
            let operations = self.operations.iter().enumerate().rev();
            places.extend(operations.map(|(at, operation)| (operation.name.as_str(), at)));
        }
        self.cases.iter().flat_map(move |case| {
            let whole = case.operation.filter(|_| case.steps().is_empty());
            let steps = case.steps().iter();
            let steps = steps.filter_map(|step| Some((*places.get(step.operation.as_str())?, &step.expect)));
            let calls: Vec<_> = whole
                .map(|at| (at, &case.expect))
                .into_iter()
                .chain(steps)
                .collect();
            calls.into_iter().map(move |(at, expect)| (at, case, expect))
        })
    }

    /// All that a program is judged by: its files of scenarios, then its transcripts.
    pub fn judged_slices(&self) -> impl Iterator<Item = &Slice> {
        self.slices.iter().chain(&self.transcripts)
    }

    /// Whether a path lies in its folder.
    pub fn holds(&self, path: &str) -> bool {
        let below = path.strip_prefix(self.root.as_str());
        self.root.is_empty() || below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The document that a file id belongs to.
    pub fn document(&self, file: FileId) -> Option<&Document> {
        self.documents.iter().find(|document| document.spec.file == file)
    }

    /// The cases of an operation that are judged.
    pub fn cases_of(&self, operation: usize) -> impl Iterator<Item = &Case> {
        self.cases
            .iter()
            .filter(move |case| case.operation == Some(operation) && case.skip.is_none())
    }
}

/// The file that holds a package's profile.
const PROFILE: &str = "profile.md";

/// What a document is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It says what must be built.
    Spec,
    /// It tells people about the package: README, INSTALL and their like. It is inspected and never prompted.
    About,
}

/// One Markdown document of a package.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its path as shown.
    pub path: String,
    /// What it is for.
    pub role: Role,
    /// Its facts.
    pub spec: SpecFile,
    /// Which rare words it holds.
    pub word_filter: WordFilter,
    /// What each of its statements ends with.
    pub suffix_index: Vec<u32>,
    pub(crate) inline: OnceLock<InlineText>,
}

impl Document {
    /// Its text as Markdown reads it, found out at the first call.
    pub fn inline(&self, sources: &Sources) -> &InlineText {
        self.inline.get_or_init(|| {
            let front = self.spec.front_matter.as_ref();
            let body = front.map_or(0, |front| front.span.range().end);
            InlineText::of(&sources.get(self.spec.file).text, body)
        })
    }

    /// The text of a section before the sections in it.
    pub fn body(&self, section: Span) -> Span {
        let headings = &self.spec.headings;
        let own = headings.partition_point(|heading| heading.span.start < section.start);
        let start = headings.get(own).filter(|own| own.span.start == section.start);
        let next = headings
            .get(own + usize::from(start.is_some()))
            .map_or(section.end, |next| next.span.start);
        Span {
            start: start.map_or(section.start, |own| own.span.end),
            end: next.min(section.end),
            ..section
        }
    }
}

/// Those that say what must be built, with their indices.
pub(crate) fn specs(documents: &[Document]) -> impl Iterator<Item = (usize, &Document)> {
    let indexed = documents.iter().enumerate();
    indexed.filter(|(_, document)| document.role == Role::Spec)
}

/// A callable with a signature.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its name as the spec writes it.
    pub name: String,
    /// Its parameters and result.
    pub signature: Signature,
    /// The object that it makes or is called on; nothing for a function.
    pub object: Option<String>,
    /// The index of its document.
    pub document: usize,
    /// The index of its heading in that document.
    pub heading: usize,
    /// Its name in the heading.
    pub span: Span,
    /// Its whole section.
    pub section: Span,
    /// The first sentence of its section; empty where there is none.
    pub summary: String,
}

impl Operation {
    /// Whether it makes the object that it belongs to.
    pub fn makes_object(&self) -> bool {
        self.object.as_ref() == Some(&self.name)
    }

    /// Its name without that of its object: of `Stack.push`, `push`.
    pub fn own_name(&self) -> &str {
        let object = self.object.as_deref().filter(|_| !self.makes_object());
        let own = object.and_then(|object| self.name.strip_prefix(object)?.strip_prefix('.'));
        own.unwrap_or(&self.name)
    }
}

/// A golden input and what is expected of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// Unique in its package: explicit, else the operation and the name.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The path of its group as written.
    pub group: String,
    /// The index of its operation; nothing where no operation fits.
    pub operation: Option<usize>,
    /// The arguments: an object by parameter name, or what was written where that cannot be known. Of steps, the list of
    /// them with all that they say.
    pub input: Arc<Value>,
    /// The same as text, by which equal inputs are found.
    pub input_text: String,
    /// What must come out.
    pub expect: Expectation,
    /// Where its output is written, in a file of cases.
    pub output: Option<Span>,
    /// Whether the agent must not see it.
    pub held_out: bool,
    /// Why it is not judged.
    pub skip: Option<String>,
    /// The group that its suite puts it in, where that is not its operation.
    pub subgroup: Option<String>,
    /// Words that its suite gives it.
    pub tags: Vec<String>,
    /// The requirement that it shows.
    pub requirement: Option<String>,
    /// The absolute tolerance for every float in the output.
    pub approx: Option<f64>,
    /// Whether integers and floats are told apart in the output.
    pub exact: bool,
    /// A regular expression that a string output must match.
    pub matches: Option<String>,
    /// How its suite compares outputs.
    pub rules: Option<EqualityRules>,
    /// Where it is written.
    pub span: Span,
    /// Whether it is an example in a document.
    pub is_example: bool,
    /// Why its input does not fit its operation's parameters.
    pub misfit: Option<String>,
}

impl Case {
    /// Its steps; none where it has an input.
    pub fn steps(&self) -> &[Step] {
        if let Expectation::Steps(steps) = &self.expect {
            steps
        } else {
            &[]
        }
    }
}

/// One normative sentence. Its id and its words are [`crate::content::name_statements`]'s, since most runs need neither.
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    /// How binding it is.
    pub strength: Strength,
    /// The index of its document.
    pub document: usize,
    /// The index of its statement in that document.
    pub index: usize,
    /// Its bytes.
    pub span: Span,
}

/// A reference and what it leads to.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The word used in every output format: section, anchor, path, url, section-external.
    pub kind: &'static str,
    /// What it names, as written.
    pub target: String,
    /// The index of its document.
    pub document: usize,
    /// Where it is written.
    pub span: Span,
    /// Whether its target exists; nothing where that cannot be known.
    pub resolved: Option<bool>,
    /// The heading it leads to.
    pub to: Option<Span>,
}

impl Reference {
    /// Whether it leads nowhere, and should to a heading or to a document of its package. Links to other files and out of
    /// the package are less: nothing is read there.
    pub fn is_dangling(&self, package: &Package) -> bool {
        let is_ours = |path: &String| package.holds(path) && crate::paths::is_document(path);
        self.resolved == Some(false) && self.path(package).as_ref().is_none_or(is_ours)
    }

    /// Where a path leads, without its fragment; nothing for other references and for what leaves the tree.
    pub fn path(&self, package: &Package) -> Option<String> {
        let path = self.target.split('#').next().filter(|_| self.kind == "path")?;
        let home = package.documents.get(self.document)?;
        crate::paths::from_folder(crate::paths::folder(&home.path), path)
    }
}
