//! Properties of everything before the agent, over generated packages of all dialects and over every fixture there is.

mod odd;
mod oracle;
mod read_or_reported;
mod spans;

use ghostc_lint::codes;
use ghostc_testkit::fixture;
use ghostc_testkit::fragments::{GRAMMARS, Grammar, MARKDOWN};
use oracle::{Files, judge};
use proptest::prelude::*;

/// Files of a package, each made of some pieces.
fn package(grammar: &'static Grammar) -> impl Strategy<Value = Files> {
    let file = |(path, start, own): &(&'static str, &'static str, &'static [&'static str])| {
        let pieces: Vec<&'static str> = if path.ends_with(".yaml") {
            own.to_vec()
        } else {
            // Its own pieces come as often as all others together.
            let again = MARKDOWN.len() / own.len().max(1);
            let own = own.iter().cycle().take(own.len() * again.max(1));
            own.chain(MARKDOWN).copied().collect()
        };
        let (path, start) = (path.to_string(), start.to_string());
        let text = proptest::collection::vec(proptest::sample::select(pieces), 0..12);
        text.prop_map(move |pieces| (path.clone(), format!("{start}{}", pieces.concat())))
    };
    let files: Vec<_> = grammar.files.iter().map(file).collect();
    files.prop_map(|files| files.into_iter().collect())
}

fn any_package() -> impl Strategy<Value = Files> {
    let grammars: Vec<&'static Grammar> = GRAMMARS.iter().collect();
    proptest::sample::select(grammars).prop_flat_map(package)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_is_read_whole(files in any_package()) {
        if let Err(why) = judge(&files) {
            prop_assert!(false, "{why}");
        }
    }
}

#[test]
fn every_fixture_of_an_explanation_is_read_whole() {
    let mut count = 0;
    for code in codes::all() {
        for block in code.explanation.split("\n````fixture\n").skip(1) {
            let text = block.split("````\n").next().unwrap_or_default();
            judge(&fixture::parse(text)).unwrap_or_else(|why| panic!("{}: {why}", code.name));
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
}

/// What the fuzzer found.
#[test]
fn what_once_failed_is_read_whole() {
    let found = [
        // A row that leaves out cells, at the end of its document.
        ("x/SPEC.md", "e||N\n-|-|-\na"),
        // A name in an item that is wrapped.
        (
            "openspec/changes/archive/2025-01-01-old/specs/rows/spec.md",
            "## REMOVED Requirements\n- `### Requirement: R\n  x`\n",
        ),
        // Code in a heading that is wrapped.
        ("x/SPEC.md", "`b\nb`\n-"),
        // Front matter, and code over lines, however the lines end.
        ("x/SPEC.md", "---\nname: s\nversion: 1.2\n---\n# X v2\n"),
        (".kiro/specs/x/tasks.md", "``4`\nt `b\n-"),
        ("x/SPEC.md", "> ``MUST`\n> d ` It MAY `\n> run `.\n"),
        // A text over lines in an example.
        ("x/SPEC.md", "# decode(t)→g\n- `decode(\"\")`→`\"\n\"`\n"),
        // A word with some of its letters in code.
        ("x/SPEC.md", "M`UST` It MUST` `NOT and **SH**`ALL`."),
        // Clauses of a bug before the title, and after the chapter that it opens.
        (".kiro/specs/y/bugfix.md", "2.2 a\n# Bug\n\n# Two\n\n2.3 b\n"),
    ];
    for (path, text) in found {
        let files = Files::from([(path.to_string(), text.to_string())]);
        judge(&files).unwrap_or_else(|why| panic!("{text:?}: {why}"));
    }
}
