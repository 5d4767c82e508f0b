//! What each sentence of small documents is to those who follow them.

use super::*;
use ghostc_spec::Settings;
use ghostc_spec::library::Library;
use ghostc_spec::resolve::{Input, resolve};
use ghostc_syntax::{Source, Sources};

/// What each unit of a document is.
fn standings(text: &str) -> Vec<Standing> {
    let mut sources = Sources::default();
    sources.add(Source::new("p/SPEC.md", text));
    let files = ghostc_spec::discover::discover_in(&sources);
    let library: Library = resolve(Input::new(&sources, &Settings::default()), &files, 1).value;
    let facts = Facts::of(&library.packages[0], &sources, false, true);
    (0..facts.units.len()).map(|at| facts.standing(at)).collect()
}

#[test]
fn a_document_that_marks_what_binds_says_what_does_not() {
    let found = standings(
        "# P\n\nIt MUST run.\nIt is fun.\nIf it stops, it rings.\nThus it is whole.\nSee the end.\n\n> Note: it is old.\n> It was new.\n",
    );
    assert_eq!(
        found,
        [
            Standing::Binds,
            Standing::Informs,
            Standing::MayBind,
            Standing::Informs,
            Standing::Informs,
            Standing::Informs,
            Standing::Informs
        ]
    );
}

#[test]
fn behaviour_without_keywords_may_bind_and_a_step_does() {
    let found = standings(
        "# P\n\nThe clock ticks.\n\n1. Wind it up.\n2. Stop it.\n\n- Keep its hands.\n- If it stops, ring.\n",
    );
    let binds = Standing::Binds;
    assert_eq!(found, [Standing::MayBind, binds, binds, Standing::MayBind, binds]);
}

#[test]
fn examples_are_known_by_headings_leads_and_words() {
    let found = standings(
        "# P\n\nIt MUST run.\nFor example, it ticks.\n\nExamples:\n\n- a tick\n\n## Examples\n\nIt ticks.\n\n## Background\n\nIt was built long ago.\n",
    );
    assert_eq!(found[1..5], [Standing::Shows; 4]);
    assert_eq!(found[5], Standing::Informs);
}

#[test]
fn code_shows_unless_it_is_said_to_be_exact() {
    let code = |lead: &str, lang: &str, code: &str| {
        let text = format!("# P\n\nIt MUST run.\n\n{lead}\n\n```{lang}\n{code}\n```\n");
        standings(&text).pop().unwrap()
    };
    assert_eq!(code("It looks so:", "json", "{}"), Standing::Shows);
    assert_eq!(code("The schema of it is exact:", "json", "{}"), Standing::Binds);
    assert_eq!(code("It goes on:", "abnf", "a = b"), Standing::Binds);
    assert_eq!(code("It goes on:", "", "stop; ring"), Standing::Binds);
    assert_eq!(code("For example:", "", "stop; ring"), Standing::Shows);
    assert_eq!(code("It goes on:", "", "# INVALID\nstop"), Standing::Shows);
}
