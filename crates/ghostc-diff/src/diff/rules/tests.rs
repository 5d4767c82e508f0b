//! Each rule is shown by the two states of its explanation.

use super::*;
use ghostc_spec::Settings;
use ghostc_spec::library::Library;
use ghostc_spec::resolve::{Input, resolve};
use ghostc_syntax::{Source, Sources};
use ghostc_testkit::fixture;

fn library(text: &str) -> (Library, Sources) {
    let mut sources = Sources::default();
    for (path, text) in fixture::parse(text) {
        sources.add(Source::new(&path, text));
    }
    let packages = ghostc_spec::discover::discover_in(&sources);
    let read = resolve(Input::new(&sources, &Settings::default()), &packages, 1);
    (read.value, sources)
}

/// The rules of the changes between two fixtures.
fn rules(old: &str, new: &str) -> Vec<Rule> {
    let ((old, old_sources), (new, new_sources)) = (library(old), library(new));
    let found = crate::diff::diff((&old, &old_sources), (&new, &new_sources), &[]);
    found.changes().map(Change::rule).collect()
}

fn state<'r>(rule: &'r Rule, heading: &str) -> &'r str {
    let opening = format!("\n## {heading}\n\n````fixture\n");
    let (_, rest) = rule.code.explanation.split_once(&opening).unwrap();
    rest.split_once("````\n").unwrap().0
}

#[test]
fn every_rule_is_shown_by_its_two_states() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let (old, new) = (state(rule, "Before"), state(rule, "After"));
        let found = rules(old, new);
        let names: Vec<&str> = found.iter().map(|rule| rule.code.name).collect();
        let gravest = found.iter().all(|other| other.class <= rule.class);
        if !found.contains(rule) || !gravest || !rules(new, new).is_empty() {
            wrong.push((rule.code.name, names));
        }
    }
    assert_eq!(wrong, []);
}

#[test]
fn explanations_say_the_class_below_a_title() {
    for rule in RULES {
        let mut lines = rule.code.explanation.lines();
        let title = lines.next().and_then(|line| line.strip_prefix("# ")).unwrap();
        assert!(
            title.starts_with(char::is_lowercase) && !title.ends_with('.'),
            "{title}"
        );
        let class = rule.class.as_str();
        let article = if class == "breaking" { "A" } else { "An" };
        assert_eq!(
            lines.nth(1).unwrap(),
            format!("{article} {class} change."),
            "{title}"
        );
    }
}

#[test]
fn names_are_sorted() {
    let names: Vec<&str> = RULES.iter().map(|rule| rule.code.name).collect();
    assert!(names.is_sorted());
}
