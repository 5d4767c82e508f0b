//! From what was written to what it means: parsed files into a [`Library`].

mod cases;
mod operations;
mod references;

use crate::layout::{self, PackageFiles};
use crate::library::{Dialect, Document, Library, Package, Role, Statement};
use crate::settings::Settings;
use crate::{checks, codes, content};
use ghostc_syntax::diagnostic::sort;
use ghostc_syntax::{
    CaseFile, Checked, Diagnostic, FileId, Sources, Span, SpecFile, collapse_whitespace, parse, parse_cases,
};
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

/// The parsed files of one run, by id.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    documents: BTreeMap<FileId, SpecFile>,
    cases: BTreeMap<FileId, CaseFile>,
}

/// Parses every document and file of cases, on up to `threads` threads; the result does not depend on how many.
pub(crate) fn parse_all(sources: &Sources, threads: usize) -> Checked<Parsed> {
    let files: Vec<FileId> = sources.iter().map(|(file, _)| file).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || {
        let mut mine = Checked::new(Parsed::default(), Vec::new());
        while let Some(file) = files.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
            parse_one(*file, sources, &mut mine);
        }
        mine
    };
    let parts: Vec<Checked<Parsed>> = if threads <= 1 || files.len() <= 1 {
        vec![work()]
    } else {
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads.min(files.len())).map(|_| scope.spawn(work)).collect();
            workers
                .into_iter()
                .map(|worker| worker.join().expect("a parser does not panic"))
                .collect()
        })
    };
    let mut all = Checked::new(Parsed::default(), Vec::new());
    for part in parts {
        all.value.documents.extend(part.value.documents);
        all.value.cases.extend(part.value.cases);
        all.diagnostics.extend(part.diagnostics);
    }
    all
}

fn parse_one(file: FileId, sources: &Sources, out: &mut Checked<Parsed>) {
    let source = sources.get(file);
    if layout::is_cases(&source.path) {
        let read = parse_cases(file, &source.text);
        out.diagnostics.extend(read.diagnostics);
        out.value.cases.insert(file, read.value);
    } else if layout::is_document(&source.path) {
        let read = parse(file, &source.text);
        out.diagnostics.extend(read.diagnostics);
        out.value.documents.insert(file, read.value);
    }
}

/// Parses, resolves and checks everything: the front end as one function.
///
/// `existing` holds the paths that links may lead to: all files below the packages' roots.
pub fn resolve_all(
    sources: &Sources,
    packages: &[PackageFiles],
    existing: &BTreeSet<String>,
    settings: &Settings,
    threads: usize,
) -> Checked<Library> {
    let Checked {
        value: mut parsed,
        diagnostics: mut findings,
    } = parse_all(sources, threads);
    let ids: BTreeMap<&str, FileId> = sources
        .iter()
        .map(|(file, source)| (source.path.as_str(), file))
        .collect();
    let resolved: Vec<Checked<Package>> = packages
        .iter()
        .filter_map(|files| {
            let documents = files
                .documents
                .iter()
                .filter_map(|path| parsed.documents.remove(ids.get(path.as_str())?))
                .collect();
            let cases = files
                .cases
                .iter()
                .filter_map(|path| parsed.cases.remove(ids.get(path.as_str())?))
                .collect();
            resolve(&files.root, documents, cases, sources, existing, settings)
        })
        .collect();
    let mut library = Library::default();
    for package in resolved {
        findings.extend(package.diagnostics);
        library.packages.push(package.value);
    }
    library
        .packages
        .sort_by(|a, b| (&a.name, &a.root).cmp(&(&b.name, &b.root)));
    findings.extend(checks::run(&library, sources));
    settings.apply_levels(&mut findings);
    sort(&mut findings);
    Checked::new(library, findings)
}

/// One package from its parsed files; nothing where none could be read.
pub fn resolve(
    root: &str,
    documents: Vec<SpecFile>,
    case_files: Vec<CaseFile>,
    sources: &Sources,
    existing: &BTreeSet<String>,
    settings: &Settings,
) -> Option<Checked<Package>> {
    let mut findings = Vec::new();
    let mut documents: Vec<Document> = documents
        .into_iter()
        .map(|spec| {
            let path = sources.get(spec.file).path.clone();
            Document {
                role: role(&path),
                path,
                spec,
            }
        })
        .collect();
    documents.sort_by_cached_key(main_first);
    let main_file = documents
        .first()
        .map(|main| main.spec.file)
        .or_else(|| case_files.first().map(|cases| cases.file))?;
    let mut package = Package {
        name: folder_name(root),
        name_span: Span::start_of(main_file),
        root: root.to_string(),
        dialect: Dialect::Ghost,
        version: None,
        title: String::new(),
        targets: None,
        documents,
        case_files,
        operations: Vec::new(),
        cases: Vec::new(),
        statements: Vec::new(),
        references: Vec::new(),
    };
    describe(&mut package, sources, &mut findings);
    package.operations = operations::find(&package.documents, sources);
    package.statements = statements(&package, sources);
    package.references = references::resolve(&package, sources, existing);
    package.cases = cases::collect(&package, sources, settings, &mut findings);
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

fn folder_name(root: &str) -> String {
    let name = layout::file_name(root);
    name.strip_suffix(".md").unwrap_or(name).to_string()
}

/// Name, title, version and targets: from front matter, else from the title, else from the cases.
fn describe(package: &mut Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let Some(main) = package.documents.first() else {
        return;
    };
    let title = main.spec.headings.iter().find(|heading| heading.level == 1);
    package.title = title.map_or_else(|| package.name.clone(), |heading| heading.text.clone());
    let titled = title.and_then(|heading| version_in(&heading.text));
    let cased = package
        .case_files
        .iter()
        .find_map(|file| file.version.as_ref())
        .map(|(version, _)| version.clone());
    package.version = titled.or(cased);
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
    package.version = version.or_else(|| package.version.take());
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

fn statements(package: &Package, sources: &Sources) -> Vec<Statement> {
    let mut out = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (document, home) in package.documents.iter().enumerate() {
        for (index, found) in home.spec.statements.iter().enumerate() {
            let text = collapse_whitespace(sources.slice(found.span));
            let heading = home
                .spec
                .heading_at(found.span.start)
                .and_then(|at| home.spec.headings.get(at));
            let section = heading.map(|heading| heading.anchor.clone()).unwrap_or_default();
            let named = heading
                .and_then(|heading| heading.signature.as_ref())
                .map_or(&section, |signature| &signature.name);
            let words: String = text
                .to_lowercase()
                .chars()
                .filter(|c| c.is_alphanumeric() || *c == ' ')
                .collect();
            let hash: String = content::digest_lines(std::iter::once(words.as_str()))
                .chars()
                .take(8)
                .collect();
            let id = format!("{named}~{hash}");
            let count = seen
                .entry(id.clone())
                .and_modify(|count| *count += 1)
                .or_insert(1);
            let id = if *count > 1 { format!("{id}~{count}") } else { id };
            out.push(Statement {
                id,
                strength: found.strength,
                document,
                index,
                span: found.span,
                text,
                section,
            });
        }
    }
    out
}

#[cfg(test)]
mod tests;
