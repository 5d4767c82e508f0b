//! Where the units of a package come from: which unit of an earlier state each of them was. Blame follows this back.

use super::fact::has_capital_keywords;
use super::facts::{Facts, has_main};
use super::{Subject, Text, texts};
use ghostc_spec::content::{name_statements, statement_id};
use ghostc_spec::library::Package;
use ghostc_syntax::{Sources, Strength, collapse_whitespace};
use std::collections::BTreeMap;

/// A sentence, a row or a code block of a package.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Its id, as `inspect` has it where it is a statement.
    pub id: String,
    /// What it is.
    pub subject: Subject,
    /// How binding it is.
    pub strength: Option<Strength>,
    /// Its words and where they stand.
    pub text: Text,
}

/// What a unit was in an earlier state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Its place among the earlier [`units`].
    pub at: usize,
    /// Whether it says the same: rewrapping, emphasis, moves and renumbering are no other words.
    pub same_words: bool,
}

/// The units of a package, in the order of its documents.
pub fn units(package: &Package, sources: &Sources) -> Vec<Unit> {
    let facts = Facts::of(
        package,
        sources,
        !has_capital_keywords(package),
        has_main(package),
    );
    let names = name_statements(package, sources);
    let named = package.statements.iter().zip(names);
    let ids: BTreeMap<_, _> = named.map(|(statement, name)| (statement.span, name.id)).collect();
    let placed = facts.outline.units.iter().zip(&facts.units);
    let unit = placed.map(|(unit, fact)| {
        let home = facts.sections.get(unit.section);
        let derived = || {
            let home = home.map_or("", |home| &home.name);
            statement_id(home, &collapse_whitespace(&fact.shown))
        };
        Unit {
            id: ids.get(&fact.span).cloned().unwrap_or_else(derived),
            subject: Subject::of(fact),
            strength: fact.strength,
            text: Text {
                span: fact.span,
                text: fact.shown.clone(),
                section: facts.path(unit.section),
            },
        }
    });
    unit.collect()
}

/// What each of the [`units`] of the new state was in the old one; nothing for what is new.
pub fn origins(old: (&Package, &Sources), new: (&Package, &Sources)) -> Vec<Option<Origin>> {
    let found = texts::origins(old, new).into_iter();
    let origin = found.map(|found| found.map(|(at, same_words)| Origin { at, same_words }));
    origin.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ghostc_spec::Settings;
    use ghostc_spec::library::Library;
    use ghostc_spec::resolve::{Input, resolve};
    use ghostc_syntax::Source;

    fn read(text: &str) -> (Library, Sources) {
        let mut sources = Sources::default();
        sources.add(Source::new("p/SPEC.md", text));
        let files = ghostc_spec::discover::discover_in(&sources);
        let library = resolve(Input::new(&sources, &Settings::default()), &files, 1).value;
        (library, sources)
    }

    /// The words of each new unit, those of the old one that it was, and whether the two are the same.
    fn lines(old: &str, new: &str) -> Vec<(String, Option<String>, bool)> {
        let (old, new) = (read(old), read(new));
        let (before, after) = ((&old.0.packages[0], &old.1), (&new.0.packages[0], &new.1));
        let olds = units(before.0, before.1);
        let found = units(after.0, after.1).into_iter().zip(origins(before, after));
        let line = |(unit, origin): (Unit, Option<Origin>)| {
            let was = origin.map(|origin| olds[origin.at].text.text.clone());
            (
                unit.text.text,
                was,
                origin.is_some_and(|origin| origin.same_words),
            )
        };
        found.map(line).collect()
    }

    #[test]
    fn moves_and_rewraps_are_the_same_words_and_edits_are_others() {
        let found = lines(
            "# P\n\n## 1. A\n\nIt MUST be fast\nand small.\nIt MUST stop at once.\n\n## 2. B\n\nIt MUST hold ten units.\n",
            "# P\n\n## 1. B\n\nIt MUST hold two units.\nIt MUST be *fast* and small.\n\n## 2. A\n\nIt MUST stop\nat once.\nIt MUST sing.\n",
        );
        let short: Vec<(Option<&str>, bool)> = found
            .iter()
            .map(|(_, was, same)| (was.as_deref(), *same))
            .collect();
        assert_eq!(
            short,
            [
                (Some("It MUST hold ten units."), false),
                (Some("It MUST be fast and small."), true),
                (Some("It MUST stop at once."), true),
                (None, false),
            ]
        );
    }

    #[test]
    fn statements_have_the_ids_that_inspect_shows() {
        let (library, sources) = read("# P\n\n## A\n\nIt MUST run.\nIt is fun.\nIt MUST run.\n");
        let package = &library.packages[0];
        let names: Vec<String> = name_statements(package, &sources)
            .into_iter()
            .map(|name| name.id)
            .collect();
        let found = units(package, &sources);
        let statements = found.iter().filter(|unit| unit.strength.is_some());
        assert_eq!(statements.map(|unit| unit.id.clone()).collect::<Vec<_>>(), names);
        assert_eq!((found.len(), found[1].subject), (3, Subject::Prose));
    }
}
