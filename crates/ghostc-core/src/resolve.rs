//! From what was written to what it means: parsed files into a [`Library`].

mod cases;
mod files;
mod operations;
mod references;

use crate::allow;
use crate::facts::Facts;
use crate::hints::Hints;
use crate::layout::{self, PackageFiles};
use crate::library::{Dialect, Document, Library, Package, Role, Statement};
use crate::plan::find_circles;
use crate::settings::Settings;
use crate::{checks, codes, dialects, parallel};
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
const FRONT_MATTER: &[&str] = &["name", "version", "description", "targets", "title", "license"];

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
    let mut documents = Vec::new();
    let ids: Vec<FileId> = known(&files.documents, input.ids).collect();
    for read in parallel::map(&ids, threads, |file| document(*file, input.sources)) {
        // Signatures mean something in one dialect alone.
        let about_operations = ghostc_syntax::codes::MALFORMED_SIGNATURE;
        findings.extend(
            read.diagnostics
                .into_iter()
                .filter(|found| files.dialect == Dialect::Ghost || found.code != about_operations),
        );
        documents.push(read.value);
    }
    let mut cases = Vec::new();
    for file in known(&files.cases, input.ids) {
        let read = parse_cases(file, &input.sources.get(file).text);
        findings.extend(read.diagnostics);
        cases.push(read.value);
    }
    let mut resolved = resolve(
        files,
        documents,
        cases,
        input.sources,
        input.existing,
        input.settings,
        threads,
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
        spec: read.value,
    };
    Checked::new(document, read.diagnostics)
}

/// One package from its parsed files, on up to `threads` threads; nothing where none could be read.
pub fn resolve(
    files: &PackageFiles,
    mut documents: Vec<Document>,
    case_files: Vec<CaseFile>,
    sources: &Sources,
    existing: &BTreeSet<String>,
    settings: &Settings,
    threads: usize,
) -> Option<Checked<Package>> {
    let mut findings = Vec::new();
    documents.sort_by_cached_key(main_first);
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
    package.facts = dialects::lower(&package, sources, threads, &mut findings);
    package.facts.missing_files = files::missing(&package, sources, existing, threads);
    Some(Checked::new(package, findings))
}

fn main_first(document: &Document) -> (bool, bool, String) {
    (
        !layout::is_spec(&document.path),
        document.role == Role::About,
        document.path.clone(),
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

/// Name, title, version and targets: from front matter, else from the title, else from the cases.
fn describe(package: &mut Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let Some(main) = package.documents.first() else {
        return;
    };
    let title = main.spec.headings.iter().find(|heading| heading.level == 1);
    package.title = title.map_or_else(|| package.name.clone(), |heading| heading.text.clone());
    let titled = title.and_then(|heading| Some((version_in(&heading.text)?, heading.span)));
    let cased = package.case_files.iter().find_map(|file| file.version.clone());
    (package.version, package.version_span) = titled.or(cased).unzip();
    if package.name.is_empty() {
        let words = package
            .title
            .split_whitespace()
            .take_while(|word| !word.eq_ignore_ascii_case("specification"));
        package.name = ghostc_syntax::slug(&words.collect::<Vec<_>>().join(" "));
    }
    if sources.get(main.spec.file).text.trim().is_empty() {
        let found = Diagnostic::new(
            codes::EMPTY_SPEC,
            Span::start_of(main.spec.file),
            "the spec is empty",
        );
        findings.push(found.help("Start it with a title: `# Name`."));
    }
    let Some(node) = main
        .spec
        .front_matter
        .as_ref()
        .and_then(|front| front.node.as_ref())
    else {
        return;
    };
    if node.as_map().is_none() {
        return; // Reported where it was read.
    }
    let mut fields = crate::fields::Fields::new(node, "front matter", FRONT_MATTER, findings);
    let name = fields.text("name");
    let version = fields.scalar("version");
    let targets = fields.list("targets");
    if let (Some(name), Some(at)) = (name, fields.node("name")) {
        package.name_span = at.span;
        package.name = name;
    }
    if let (Some(version), Some(at)) = (version, fields.node("version")) {
        (package.version, package.version_span) = (Some(version), Some(at.span));
    }
    if let (Some(names), Some(at)) = (targets, fields.node("targets")) {
        let items = at.as_list().unwrap_or_default();
        let place = |n: usize| items.get(n).map_or(at.span, |item| item.span);
        package.targets = Some(
            names
                .into_iter()
                .enumerate()
                .map(|(n, name)| (name, place(n)))
                .collect(),
        );
    }
}

/// A version such as `v1.2` or `0.1.0` at the end of a title.
fn version_in(title: &str) -> Option<String> {
    let last = title.split_whitespace().next_back()?;
    let digits = last.strip_prefix(['v', 'V']).unwrap_or(last);
    let sound = digits.contains('.')
        && digits
            .split('.')
            .all(|part| part.chars().next().is_some_and(|c| c.is_ascii_digit()));
    sound.then(|| digits.to_string())
}

/// The normative sentences of all documents. Lower-case modals make statements where no document of the package shouts.
fn statements(documents: &[Document]) -> Vec<Statement> {
    let shouts = documents.iter().any(|home| home.spec.shouts);
    let all = documents.iter().enumerate().flat_map(|(document, home)| {
        let written = home.spec.statements.iter().enumerate();
        let kept = written.filter(move |(_, found)| !found.lower || !(shouts || home.role == Role::About));
        kept.map(move |(index, found)| Statement {
            strength: found.strength,
            document,
            index,
            span: found.span,
        })
    });
    all.collect()
}

#[cfg(test)]
mod tests;
