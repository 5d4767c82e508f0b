//! Files of a package that nothing reads: data and plain text beside a spec that no document names.
//!
//! Only where a folder holds a spec and what belongs to it. One that holds programs, too, is a repository, and its files
//! are the programs'; in the folders of other dialects lie the files of other tools.

use crate::codes;
use crate::layout::{self, is_package_file, is_spec};
use crate::library::{Dialect, Package};
use crate::paths::ancestors;
use ghostc_syntax::{Diagnostic, Sources, Span};
use std::collections::BTreeSet;

/// The endings of files that hold text for people or data for programs.
const DATA: &[&str] = &[
    "adoc", "csv", "feature", "json", "jsonl", "ndjson", "rst", "toml", "tsv", "txt", "xml", "yaml", "yml",
];

/// The endings of files that are looked at.
const PICTURES: &[&str] = &["avif", "gif", "ico", "jpeg", "jpg", "pdf", "png", "svg", "webp"];

/// Files that are named in a finding.
const SHOWN: usize = 3;

/// What a file beside a spec is.
#[derive(PartialEq, Eq)]
enum FileKind {
    /// Something that the spec might mean.
    Data,
    /// Something that is known, or that nobody takes for a part of the spec.
    Aside,
    /// A part of something else.
    Other,
}

/// What nothing reads of the files below a package's folder.
pub(super) fn find(package: &Package, sources: &Sources, existing: &BTreeSet<String>) -> Option<Diagnostic> {
    let folder = layout::as_folder(&package.root);
    // Beside a document that was named alone, not everything was seen.
    if package.dialect != Dialect::Ghost || !existing.contains(&folder) {
        return None;
    }
    let start = layout::join(&package.root, "");
    let below = existing.range(start.clone()..);
    let below = below.take_while(|path| path.starts_with(&start));
    let files = below.filter(|path| !path.ends_with('/'));
    let mut data: Vec<&str> = Vec::new();
    let mut others: BTreeSet<&str> = BTreeSet::new();
    for path in files {
        let name = path.get(start.len()..).unwrap_or_default();
        match kind(name) {
            FileKind::Other => return None,
            FileKind::Data => data.push(path),
            FileKind::Aside if is_spec(path) => {
                others.insert(layout::folder(path));
            }
            FileKind::Aside => {}
        }
    }
    others.remove(package.root.as_str());
    if data.is_empty() {
        return None;
    }
    let cases = package.case_files.iter();
    let read: BTreeSet<&str> = cases.map(|cases| sources.get(cases.file).path.as_str()).collect();
    let named = names(package, sources);
    data.retain(|path| {
        let name = path.get(start.len()..).unwrap_or_default();
        let is_named = || {
            named.contains(layout::file_name(name))
                || ancestors(name).any(|folder| named.contains(&*layout::join(layout::file_name(folder), "")))
        };
        !read.contains(path) && !ancestors(path).any(|folder| others.contains(folder)) && !is_named()
    });
    report(package, &start, &data)
}

/// The names of files that the documents and the scenarios hold, and those of folders with a `/` behind them.
fn names<'s>(package: &Package, sources: &'s Sources) -> BTreeSet<&'s str> {
    let documents = package.documents.iter().map(|document| document.spec.file);
    let files = documents.chain(package.slices.iter().map(|slice| slice.file));
    let texts = files.map(|file| &*sources.get(file).text);
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '/');
    let paths = texts.flat_map(|text| text.split(move |c: char| !is_name(c)));
    let paths = paths
        .map(|path| path.trim_end_matches('.'))
        .filter(|path| path.contains(['.', '/']));
    paths.flat_map(|path| path.split_inclusive('/')).collect()
}

/// What a file is, by its path in the package.
fn kind(path: &str) -> FileKind {
    let name = layout::file_name(path);
    // Recorded sessions of agents lie beside the spec that they were given, and what scenarios take beside these.
    let is_known = is_package_file(path)
        || path.starts_with("sessions/")
        || path.starts_with("scenarios/")
        || layout::is_transcript(path)
        || name.starts_with("ghostc.");
    let is_hidden = path.split('/').any(|part| part.starts_with('.'));
    let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
    // LICENSE, NOTICE.txt and their like are about the folder.
    let is_about = !stem.chars().any(char::is_lowercase);
    let ending = ending.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    if is_known || is_hidden || is_about || PICTURES.contains(&ending.as_str()) {
        FileKind::Aside
    } else if DATA.contains(&ending.as_str()) {
        FileKind::Data
    } else {
        FileKind::Other
    }
}

fn report(package: &Package, start: &str, found: &[&str]) -> Option<Diagnostic> {
    let main = package.documents.first()?;
    let title = main.spec.headings.iter().find(|heading| heading.level == 1);
    let span = title.map_or(Span::start_of(main.spec.file), |title| title.span);
    let quoted: Vec<String> = found
        .iter()
        .take(SHOWN)
        .map(|path| format!("`{}`", path.strip_prefix(start).unwrap_or(path)))
        .collect();
    let message = match (quoted.as_slice(), found.len() - quoted.len()) {
        ([], _) => return None,
        ([only], _) => format!("nothing reads {only}, which lies in this package"),
        ([all @ .., last], 0) => format!(
            "nothing reads {} and {last}, which lie in this package",
            all.join(", ")
        ),
        (some, more) => format!(
            "nothing reads {} and {more} more, which lie in this package",
            some.join(", ")
        ),
    };
    let help = "Name it in the spec where it belongs, have a case mapping read it, or keep it elsewhere.";
    Some(Diagnostic::new(codes::UNREAD_FILE, span, message).help(help))
}
