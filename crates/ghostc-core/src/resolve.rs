//! From what was written to what it means: parsed files into a [`Library`].

mod alone;
mod cases;
mod describe;
mod files;
mod operations;
mod references;

use crate::allow;
use crate::checks::Page;
use crate::facts::{Facts, Mention};
use crate::hints::Hints;
use crate::layout::{self, PackageFiles};
use crate::library::{Dialect, Document, Library, Package, Role, Statement};
use crate::plan::find_circles;
use crate::settings::Settings;
use crate::{checks, codes, dialects, endings, parallel};
use alone::Alone;
use describe::describe;
use ghostc_syntax::diagnostic::sort;
use ghostc_syntax::{CaseFile, Checked, Diagnostic, FileId, Severity, Sources, Span, parse, parse_cases};
use std::collections::{BTreeMap, BTreeSet};

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

/// What the front end reads: texts, which of them belong together, what exists beside them, and the settings.
#[derive(Clone, Copy)]
struct Input<'a> {
    sources: &'a Sources,
    ids: &'a BTreeMap<&'a str, FileId>,
    existing: &'a BTreeSet<String>,
    settings: &'a Settings,
}

/// Parses, resolves and checks everything: the front end as one function.
///
/// `existing` holds the paths that links may lead to: all files below the packages' roots, and the folders that were
/// looked through ([`layout::as_folder`]). Packages are worked on by up
/// to `threads` threads; the result does not depend on how many.
pub fn resolve_all(
    sources: &Sources,
    packages: &[PackageFiles],
    existing: &BTreeSet<String>,
    settings: &Settings,
    threads: usize,
) -> Checked<Library> {
    front_end(sources, packages, existing, settings, threads, |_, _, _| {})
}

/// The same for callers who want the facts, and of the findings those that keep a spec from being built.
pub fn facts_all(
    sources: &Sources,
    packages: &[PackageFiles],
    existing: &BTreeSet<String>,
    settings: &Settings,
    threads: usize,
) -> Checked<Library> {
    let mut found = resolve_all(sources, packages, existing, &settings.for_errors(), threads);
    found
        .diagnostics
        .retain(|finding| finding.severity == Severity::Error);
    found
}

/// The same for callers who want the findings alone, circles among tasks included: the packages that it gives have names
/// and no facts, but for one that is most of the work.
///
/// Facts take several times the memory of the text, and much of the time of a large tree goes into getting that.
pub fn check_all(
    sources: &Sources,
    packages: &[PackageFiles],
    existing: &BTreeSet<String>,
    settings: &Settings,
    threads: usize,
) -> Checked<Library> {
    front_end(
        sources,
        packages,
        existing,
        settings,
        threads,
        |package, is_most, findings| {
            if !findings.iter().any(|found| found.severity == Severity::Error) {
                find_circles(package, sources, settings, findings);
            }
            // Nothing is left to do that could use its memory.
            if is_most {
                return;
            }
            package.documents = Vec::new();
            package.case_files = Vec::new();
            package.operations = Vec::new();
            package.cases = Vec::new();
            package.statements = Vec::new();
            package.references = Vec::new();
            // Changes are compared with what they are made to.
            if package.dialect != Dialect::OpenSpec {
                package.facts = Facts::default();
            }
        },
    )
}

fn front_end(
    sources: &Sources,
    packages: &[PackageFiles],
    existing: &BTreeSet<String>,
    settings: &Settings,
    threads: usize,
    finish: impl Fn(&mut Package, bool, &mut Vec<Diagnostic>) + Sync,
) -> Checked<Library> {
    let ids: BTreeMap<&str, FileId> = sources
        .iter()
        .map(|(file, source)| (source.path.as_str(), file))
        .collect();
    let input = Input {
        sources,
        ids: &ids,
        existing,
        settings,
    };
    let bytes = |files: &PackageFiles| -> usize {
        let ids = known(&files.documents, &ids);
        ids.map(|file| sources.get(file).text.len()).sum()
    };
    let all: usize = packages.iter().map(bytes).sum();
    let resolved = parallel::map(packages, threads, |files| {
        // A package that is most of the work is shared out itself.
        let inside = if bytes(files) * threads > all { threads } else { 1 };
        let mut read = parse_and_resolve(files, input, inside)?;
        let found = checks::run(&read.value, sources, settings, inside);
        read.diagnostics.extend(found);
        let allows = allow::read(&read.value.documents, sources, &mut read.diagnostics);
        finish(&mut read.value, inside > 1, &mut read.diagnostics);
        Some((read, allows))
    });
    let mut library = Library::default();
    let mut findings = Vec::new();
    let mut allows = Vec::new();
    for (package, allowed) in resolved.into_iter().flatten() {
        findings.extend(package.diagnostics);
        library.packages.push(package.value);
        allows.extend(allowed);
    }
    library
        .packages
        .sort_by(|a, b| (&a.name, &a.root).cmp(&(&b.name, &b.root)));
    findings.extend(same_names(&library.packages));
    checks::run_across(&library, sources, settings, &mut findings);
    allow::apply(&allows, settings, &mut findings);
    settings.apply_levels(&mut findings);
    sort(&mut findings);
    Checked::new(library, findings)
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

fn parse_and_resolve(files: &PackageFiles, input: Input<'_>, threads: usize) -> Option<Checked<Package>> {
    let mut findings = Vec::new();
    let Input {
        sources, existing, ..
    } = input;
    let mut ids: Vec<FileId> = known(&files.documents, input.ids).collect();
    ids.sort_by_cached_key(|file| main_first(&sources.get(*file).path));
    let places: Vec<(usize, FileId)> = ids.into_iter().enumerate().collect();
    let mut documents = Vec::with_capacity(places.len());
    let mut alone = Vec::with_capacity(places.len());
    let checks = checks::alone(input.settings);
    let read = parallel::map(&places, threads, |(place, file)| {
        let mut read = document(*file, sources);
        let alone = Alone::of(&read.value, *place, files, sources, existing);
        let page = Page {
            home: &read.value,
            files,
            facts: alone.declared.facts(),
        };
        for check in &checks {
            check(page, sources, &mut read.diagnostics);
        }
        (read, alone)
    });
    for (read, said) in read {
        // Signatures mean something in one dialect alone.
        let about_operations = ghostc_syntax::codes::MALFORMED_SIGNATURE;
        findings.extend(
            read.diagnostics
                .into_iter()
                .filter(|found| files.dialect == Dialect::Ghost || found.code != about_operations),
        );
        documents.push(read.value);
        alone.push(said);
    }
    let mut cases = Vec::new();
    for file in known(&files.cases, input.ids) {
        let read = parse_cases(file, &sources.get(file).text);
        findings.extend(read.diagnostics);
        cases.push(read.value);
    }
    let mut resolved = together(
        files,
        (documents, alone),
        cases,
        sources,
        existing,
        input.settings,
    )?;
    resolved.diagnostics.append(&mut findings);
    Some(resolved)
}

/// A document of a package from its text.
pub fn document(file: FileId, sources: &Sources) -> Checked<Document> {
    let source = sources.get(file);
    let read = parse(file, &source.text);
    let document = Document {
        role: role(&source.path),
        path: source.path.clone(),
        hints: Hints::of(&source.text),
        endings: endings::of(&read.value, &source.text),
        spec: read.value,
    };
    Checked::new(document, read.diagnostics)
}

/// One package from its parsed files; nothing where none could be read.
pub fn resolve(
    files: &PackageFiles,
    mut documents: Vec<Document>,
    case_files: Vec<CaseFile>,
    sources: &Sources,
    existing: &BTreeSet<String>,
    settings: &Settings,
) -> Option<Checked<Package>> {
    documents.sort_by_cached_key(|document| main_first(&document.path));
    let places = documents.iter().enumerate();
    let alone = places.map(|(place, document)| Alone::of(document, place, files, sources, existing));
    let alone = alone.collect();
    together(files, (documents, alone), case_files, sources, existing, settings)
}

/// One package from its documents, the main one first, and what each of them says alone.
fn together(
    files: &PackageFiles,
    (documents, alone): (Vec<Document>, Vec<Alone>),
    case_files: Vec<CaseFile>,
    sources: &Sources,
    existing: &BTreeSet<String>,
    settings: &Settings,
) -> Option<Checked<Package>> {
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
        documents,
        case_files,
        operations: Vec::new(),
        cases: Vec::new(),
        statements: Vec::new(),
        references: Vec::new(),
        facts: Facts::default(),
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
    let declared = alone.into_iter().map(|said| {
        missing.extend(said.missing);
        said.declared
    });
    package.facts = dialects::lower(&package, declared.collect(), sources, &mut findings);
    missing.sort_by_key(|mention: &Mention| mention.span);
    missing.dedup();
    package.facts.missing_files = missing;
    Some(Checked::new(package, findings))
}

/// How a document is sorted among those of its package, by its path.
fn main_first(path: &str) -> (bool, bool, String) {
    (
        !layout::is_spec(path),
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

/// The normative sentences of all documents. Lower-case modals make statements where no document of the package shouts.
fn statements(documents: &[Document]) -> Vec<Statement> {
    let shouts = documents.iter().any(|home| home.spec.has_capital_keywords);
    let count = documents.iter().map(|home| home.spec.statements.len()).sum();
    let mut statements = Vec::with_capacity(count);
    for (document, home) in documents.iter().enumerate() {
        let written = home.spec.statements.iter().enumerate();
        let kept = written.filter(move |(_, found)| !found.lower || !(shouts || home.role == Role::About));
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
