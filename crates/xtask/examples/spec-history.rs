//! Makes a folder a repository with a long history of a spec: `spec-history FOLDER COMMITS`. The spec is the large real
//! one of the corpora where they are, else a generated one.

use ghostc_testkit::history::{Edit, edited, repository, symphony};
use std::path::Path;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, commits] = arguments.as_slice() else {
        panic!("usage: spec-history FOLDER COMMITS")
    };
    let versions = ghostc_testkit::corpora().map_or_else(|| vec![generated()], |corpora| symphony(&corpora));
    let commits = commits.parse().unwrap_or_else(|why| panic!("{commits}: {why}"));
    let texts = edited(&versions, commits);
    let edits = texts.into_iter().enumerate();
    let edits: Vec<Edit> = edits
        .map(|(at, text)| Edit::of(format!("edit {at}"), "specs/symphony/SPEC.md", text))
        .collect();
    repository(Path::new(folder), &edits);
}

/// A spec of the size of the real one.
fn generated() -> String {
    let mut out = "# Generated\n".to_string();
    for section in 0..100 {
        out.push_str(&format!("\n## Section {section}\n\n"));
        for item in 0..10 {
            out.push_str(&format!(
                "- The field `f{section}_{item}` of worker {section} MUST hold {item} slots while client {item} waits.\n"
            ));
        }
    }
    out
}
