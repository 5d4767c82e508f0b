//! From what was written to what it means: parsed files into a [`Library`].

mod case_files;
mod cases;
mod describe;
mod document_facts;
mod files;
mod inputs;
mod objects;
mod operations;
mod references;
mod steps;
mod unread_files;

use crate::facts::{Facts, Mention};
use crate::layout::{self, PackageFiles};
use crate::library::{Dialect, Document, Library, Package, Role, Site, Statement};
use crate::settings::Settings;
use crate::word_filter::WordFilter;
use crate::{codes, dialects, parallel, scenarios, suffix_index, transcripts};
use describe::describe;
use document_facts::DocumentFacts;
use ghostc_syntax::{CaseFile, Checked, Diagnostic, FileId, Severity, Sources, Span, conflict, parse, yaml};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// The texts that could be read, by path.
type FilesByPath<'a> = BTreeMap<&'a str, FileId>;

/// Files that tell people about a package and are not part of its spec, by the start of their names.
const ABOUT: &[&str] = &[
    "readme",
    "install",
    "verify",
    "changelog",
    "contributing",
    "license",
    "usage",
    "agents",
    "claude",
    "security",
];

/// What is resolved: texts, what exists beside them, and the settings.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// All texts.
    pub sources: &'a Sources,
    /// The paths that links may lead to: all files below the packages' roots, and the folders that were looked through
    /// ([`layout::as_folder`]).
    pub existing: &'a BTreeSet<String>,
    /// The settings of the project.
    pub settings: &'a Settings,
}

impl<'a> Input<'a> {
    /// Texts that lie in memory: links can lead to them only.
    pub fn new(sources: &'a Sources, settings: &'a Settings) -> Input<'a> {
        static NOTHING: BTreeSet<String> = BTreeSet::new();
        Input {
            sources,
            existing: &NOTHING,
            settings,
        }
    }
}

/// A document by itself, and what is known of its package before that is resolved.
#[derive(Clone, Copy)]
pub struct DocumentContext<'a> {
    /// The document.
    pub document: &'a Document,
    /// The files of its package.
    pub files: &'a PackageFiles,
    /// What it declares, where its dialect can tell that without the documents around it.
    pub facts: Option<&'a Facts>,
}

/// From parsed texts to a library: the packages, sorted by name, with what is wrong with how they are written.
///
/// Packages are worked on by up to `threads` threads; the result does not depend on how many.
pub fn resolve(input: Input<'_>, packages: &[PackageFiles], threads: usize) -> Checked<Library> {
    let (resolved, _) = resolve_with(input, packages, threads, |_, _| {}, |_, _, _| {});
    resolved
}

/// The same for callers who look at documents and packages while they are in the processor's caches: `on_document` sees
/// each document right behind its parse, and `on_package` each package when it is resolved, with the threads that it may
/// use; what that gives comes back in the order of the packages.
pub fn resolve_with<T: Send>(
    input: Input<'_>,
    packages: &[PackageFiles],
    threads: usize,
    on_document: impl Fn(DocumentContext<'_>, &mut Vec<Diagnostic>) + Sync,
    on_package: impl Fn(&mut Package, usize, &mut Vec<Diagnostic>) -> T + Sync,
) -> (Checked<Library>, Vec<T>) {
    let sources = input.sources;
    let ids: FilesByPath<'_> = sources
        .iter()
        .map(|(file, source)| (source.path.as_str(), file))
        .collect();
    let mut findings = unfinished_merges(packages, input, &ids, threads);
    if findings.iter().any(|found| found.severity == Severity::Error) {
        return (Checked::new(Library::default(), findings), Vec::new());
    }
    let bytes = |files: &PackageFiles| -> usize {
        let ids = known(&files.documents, &ids);
        ids.map(|file| sources.get(file).text.len()).sum()
    };
    let all: usize = packages.iter().map(bytes).sum();
    let resolved = parallel::map(packages, threads, |files| {
        // A package that is most of the work is shared out itself.
        let inside = if bytes(files) * threads > all { threads } else { 1 };
        let mut read = parse_and_resolve(files, input, &ids, inside, &on_document)?;
        let given = on_package(&mut read.value, inside, &mut read.diagnostics);
        Some((read, given))
    });
    let mut library = Library::default();
    let mut out = Vec::new();
    for (package, given) in resolved.into_iter().flatten() {
        findings.extend(package.diagnostics);
        library.packages.push(package.value);
        out.push(given);
    }
    library
        .packages
        .sort_by(|a, b| (&a.name, &a.root).cmp(&(&b.name, &b.root)));
    findings.extend(same_names(&library.packages));
    findings.extend(case_files::unused(packages, input, &ids));
    (Checked::new(library, findings), out)
}

/// What merges have left behind. Where there is some, nothing else is said: neither of what was read of a file with both
/// sides in it, nor of what refers to that.
fn unfinished_merges(
    packages: &[PackageFiles],
    input: Input<'_>,
    ids: &FilesByPath<'_>,
    threads: usize,
) -> Vec<Diagnostic> {
    let found = parallel::map(packages, threads, |files| {
        let text = |file: FileId| (file, input.sources.get(file).text.as_str());
        let documents = known(&files.documents, ids).map(text);
        let data = files
            .cases
            .iter()
            .chain(&files.scenarios)
            .chain(&files.transcripts);
        let data = data.filter_map(|path| ids.get(path.as_str()).copied()).map(text);
        let documents = documents.flat_map(|(file, text)| conflict::in_document(file, text));
        let data = data.flat_map(|(file, text)| conflict::in_data(file, text));
        documents.chain(data).collect::<Vec<_>>()
    });
    found.into_iter().flatten().collect()
}

/// Packages of one name; they stand side by side.
fn same_names(packages: &[Package]) -> Vec<Diagnostic> {
    let pairs = packages
        .iter()
        .zip(packages.iter().skip(1))
        .filter(|(first, second)| first.name == second.name);
    let findings = pairs.map(|(first, second)| {
        let message = format!("two packages are named `{}`", second.name);
        let found = Diagnostic::new(codes::DUPLICATE_PACKAGE, second.name_span, message);
        found
            .also(first.name_span, "the first")
            .help("Set `name:` in the front matter of one of them.")
    });
    findings.collect()
}

/// The files of some paths that could be read.
fn known<'a>(paths: &'a [String], ids: &'a BTreeMap<&str, FileId>) -> impl Iterator<Item = FileId> + 'a {
    paths.iter().filter_map(|path| ids.get(path.as_str()).copied())
}

fn parse_and_resolve(
    files: &PackageFiles,
    input: Input<'_>,
    ids: &FilesByPath<'_>,
    threads: usize,
    on_document: &(impl Fn(DocumentContext<'_>, &mut Vec<Diagnostic>) + Sync),
) -> Option<Checked<Package>> {
    let mut findings = Vec::new();
    let sources = input.sources;
    let mut documents: Vec<FileId> = known(&files.documents, ids).collect();
    documents.sort_by_cached_key(|file| main_first(&sources.get(*file).path, files.dialect));
    let numbered: Vec<(usize, FileId)> = documents.into_iter().enumerate().collect();
    let read = parallel::map(&numbered, threads, |(index, file)| {
        let mut read = document(*file, sources);
        // A README that is all there is, is what has to be built.
        if numbered.len() == 1 {
            read.value.role = Role::Spec;
        }
        let facts = DocumentFacts::of(&read.value, *index, files, input);
        let context = DocumentContext {
            document: &read.value,
            files,
            facts: facts.declared.facts(),
        };
        on_document(context, &mut read.diagnostics);
        (read, facts)
    });
    let mut documents = Vec::with_capacity(numbered.len());
    let mut facts = Vec::with_capacity(numbered.len());
    for (read, of_document) in read {
        // Signatures mean something in one dialect alone.
        let about_operations = ghostc_syntax::codes::MALFORMED_SIGNATURE;
        findings.extend(
            read.diagnostics
                .into_iter()
                .filter(|found| files.dialect == Dialect::Ghost || found.code != about_operations),
        );
        documents.push(read.value);
        facts.push(of_document);
    }
    let cases = case_files::read(files, input, ids);
    findings.extend(cases.diagnostics);
    let mut resolved = assemble(files, (documents, facts), cases.value, input)?;
    // A suite that needs a mapping is told as one, with what lies beside it.
    let is_suite = |found: &Diagnostic| found.code == ghostc_syntax::codes::FOREIGN_CASES;
    if !findings.iter().any(is_suite) {
        findings.extend(unread_files::find(&resolved.value, sources, input.existing));
    }
    resolved.value.facts.skips_specs = files.changes.is_some() && skips_specs(files, ids, sources);
    resolved.diagnostics.append(&mut findings);
    Some(resolved)
}

/// Whether what OpenSpec keeps of a change says that it touches no requirement.
fn skips_specs(files: &PackageFiles, ids: &FilesByPath<'_>, sources: &Sources) -> bool {
    let notes = ids.get(&*layout::join(&files.root, layout::CHANGE_NOTES));
    let node = notes.and_then(|file| yaml::parse(*file, &sources.get(*file).text, 0).value);
    let value = node.as_ref().and_then(|node| node.get("skip_specs"));
    value.and_then(yaml::Node::as_bool) == Some(true)
}

/// A document of a package from its text.
pub fn document(file: FileId, sources: &Sources) -> Checked<Document> {
    let source = sources.get(file);
    let read = parse(file, &source.text);
    let document = Document {
        role: role(&source.path),
        path: source.path.clone(),
        word_filter: WordFilter::of(&source.text),
        suffix_index: suffix_index::of(&read.value, &source.text),
        spec: read.value,
        inline: OnceLock::new(),
    };
    Checked::new(document, read.diagnostics)
}

/// The files of cases of a package, whatever layout they are in.
pub fn case_files(files: &PackageFiles, input: Input<'_>) -> Checked<Vec<CaseFile>> {
    let sources = input.sources.iter();
    let ids: FilesByPath<'_> = sources
        .map(|(file, source)| (source.path.as_str(), file))
        .collect();
    case_files::read(files, input, &ids)
}

/// One package from its parsed files; nothing where none could be read.
pub fn resolve_package(
    files: &PackageFiles,
    mut documents: Vec<Document>,
    case_files: Vec<CaseFile>,
    input: Input<'_>,
) -> Option<Checked<Package>> {
    documents.sort_by_cached_key(|document| main_first(&document.path, files.dialect));
    let numbered = documents.iter().enumerate();
    let facts = numbered.map(|(index, document)| DocumentFacts::of(document, index, files, input));
    let facts = facts.collect();
    assemble(files, (documents, facts), case_files, input)
}

/// One package from its documents, the main one first, and what each of them says by itself.
fn assemble(
    files: &PackageFiles,
    (documents, facts): (Vec<Document>, Vec<DocumentFacts>),
    case_files: Vec<CaseFile>,
    input: Input<'_>,
) -> Option<Checked<Package>> {
    let Input {
        sources,
        existing,
        settings,
    } = input;
    let mut findings = Vec::new();
    let main_file = documents
        .first()
        .map(|main| main.spec.file)
        .or_else(|| case_files.first().map(|cases| cases.file))?;
    let mut package = Package {
        name: files.name.clone(),
        name_span: Span::start_of(main_file),
        root: files.root.clone(),
        dialect: files.dialect,
        version: None,
        version_span: None,
        title: String::new(),
        targets: None,
        asked_site: None,
        context: Vec::new(),
        documents,
        case_files,
        operations: Vec::new(),
        cases: Vec::new(),
        statements: Vec::new(),
        references: Vec::new(),
        facts: Facts::default(),
        slices: Vec::new(),
        transcripts: Vec::new(),
        changes: files.changes.clone(),
    };
    describe(&mut package, sources, &mut findings);
    package.statements = statements(&package.documents);
    package.references = references::resolve(&package, sources, existing);
    if package.dialect == Dialect::Ghost {
        package.operations = operations::find(&package.documents, sources);
        package.cases = cases::collect(&package, sources, settings, &mut findings);
    }
    let mut missing = Vec::new();
    let declared = facts.into_iter().map(|of_document| {
        missing.extend(of_document.missing);
        of_document.declared
    });
    package.facts = dialects::lower(&package, declared.collect(), sources, &mut findings);
    missing.sort_by_key(|mention: &Mention| mention.span);
    missing.dedup();
    package.facts.missing_files = missing;
    read_scenarios(&mut package, files, input, &mut findings);
    Some(Checked::new(package, findings))
}

/// The files of scenarios of a package, and its transcripts.
fn read_scenarios(
    package: &mut Package,
    files: &PackageFiles,
    input: Input<'_>,
    findings: &mut Vec<Diagnostic>,
) {
    let sources = input.sources;
    let (mut texts, mut shown) = (Vec::new(), Vec::new());
    if !files.scenarios.is_empty() || !files.transcripts.is_empty() {
        let ids = sources.iter().map(|(file, source)| (source.path.as_str(), file));
        let ids: FilesByPath<'_> = ids.collect();
        texts.extend(known(&files.scenarios, &ids));
        shown.extend(known(&files.transcripts, &ids));
    }
    if !texts.is_empty() {
        package.slices = scenarios::read(package, &texts, sources, input.settings.held_out, findings);
    }
    let (transcripts, not_followed) = transcripts::read(package, &shown, sources);
    package.transcripts = transcripts;
    // In what is no program, a transcript is what it is elsewhere: an illustration.
    if package.site() == Site::Program || !shown.is_empty() {
        findings.extend(not_followed);
    }
}

/// How a document is sorted among those of its package, by its path.
fn main_first(path: &str, dialect: Dialect) -> (bool, bool, String) {
    let is_named_so = layout::file_name(path) == "SPEC.md";
    (
        !(is_named_so || dialect == Dialect::Ghost && layout::is_spec(path)),
        role(path) == Role::About,
        path.to_string(),
    )
}

fn role(path: &str) -> Role {
    let name = layout::file_name(path).to_ascii_lowercase();
    let about = ABOUT.iter().any(|start| {
        name.strip_prefix(start)
            .is_some_and(|rest| rest.starts_with(['.', '-', '_']))
    });
    if about { Role::About } else { Role::Spec }
}

/// The normative sentences of all documents that bind anybody. Lower-case modals make statements where no document of the package shouts.
fn statements(documents: &[Document]) -> Vec<Statement> {
    let shouts = documents.iter().any(|home| home.spec.has_capital_keywords);
    let count = documents.iter().map(|home| home.spec.statements.len()).sum();
    let mut statements = Vec::with_capacity(count);
    for (document, home) in documents.iter().enumerate() {
        let written = home.spec.statements.iter().enumerate();
        let counts = move |lower: bool| !lower || !(shouts || home.role == Role::About);
        let kept = written.filter(move |(_, found)| found.binds && counts(found.lower));
        statements.extend(kept.map(|(index, found)| Statement {
            strength: found.strength,
            document,
            index,
            span: found.span,
        }));
    }
    statements
}

#[cfg(test)]
mod tests;
