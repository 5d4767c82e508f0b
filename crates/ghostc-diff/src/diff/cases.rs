//! Changes of golden cases. An example in a document is part of its text and told there.

use super::draft::Draft;
use super::{Basis, Change, Class, Kind, Side, Subject, Text};
use ghostc_plan::package_text::case_digest;
use ghostc_spec::library::Case;
use ghostc_syntax::{Expectation, Value};
use std::collections::BTreeMap;

pub(super) fn changes(old: Side<'_>, new: Side<'_>) -> Vec<Change> {
    let written = |side: Side<'_>| -> Vec<Case> {
        side.0
            .cases
            .iter()
            .filter(|case| !case.is_example)
            .cloned()
            .collect()
    };
    let (olds, news) = (written(old), written(new));
    let by_id: BTreeMap<&str, &Case> = news.iter().map(|case| (case.id.as_str(), case)).collect();
    let known: BTreeMap<&str, &Case> = olds.iter().map(|case| (case.id.as_str(), case)).collect();
    let mut out = Vec::new();
    let mut gone: Vec<&Case> = Vec::new();
    for case in &olds {
        match by_id.get(case.id.as_str()) {
            Some(now) => out.extend(edited(case, now)),
            None => gone.push(case),
        }
    }
    let came: Vec<&Case> = news
        .iter()
        .filter(|case| !known.contains_key(case.id.as_str()))
        .collect();
    // A case of another name with the same input is the same case.
    let mut by_input: BTreeMap<(&str, &str), Vec<&Case>> = BTreeMap::new();
    for case in came.iter().rev() {
        by_input
            .entry((&case.group, &case.input_text))
            .or_default()
            .push(case);
    }
    for case in gone {
        let now = by_input
            .get_mut(&(case.group.as_str(), case.input_text.as_str()))
            .and_then(Vec::pop);
        match now {
            Some(now) if same_expectation(case, now) => {
                out.push(change(Kind::Renamed, Class::Editorial, Some(case), Some(now)));
            }
            Some(now) => out.push(change(
                Kind::ExpectationChanged,
                Class::Breaking,
                Some(case),
                Some(now),
            )),
            None => out.push(change(Kind::Removed, Class::Breaking, Some(case), None)),
        }
    }
    let left: Vec<&Case> = by_input.into_values().flatten().collect();
    out.extend(
        left.into_iter()
            .map(|case| change(Kind::Added, Class::Additive, None, Some(case))),
    );
    out
}

fn edited(old: &Case, new: &Case) -> Option<Change> {
    let kind = if old.input_text != new.input_text {
        Kind::Modified
    } else if same_expectation(old, new) && old.skip.is_some() == new.skip.is_some() {
        return None;
    } else {
        Kind::ExpectationChanged
    };
    Some(change(kind, Class::Breaking, Some(old), Some(new)))
}

fn same_expectation(old: &Case, new: &Case) -> bool {
    old.expect == new.expect
        && old.approx == new.approx
        && old.exact == new.exact
        && old.matches == new.matches
}

fn change(kind: Kind, class: Class, old: Option<&Case>, new: Option<&Case>) -> Change {
    let text = |case: &Case| Text {
        span: case.span,
        text: shown(case),
        section: vec![case.group.clone()],
    };
    let id = old.or(new).map(|case| case.id.clone()).unwrap_or_default();
    let place = new.map(|case| case.span);
    let draft = Draft {
        kind,
        ruling: (class, Basis::Subject),
        subject: Subject::Case,
        id: id.clone(),
    };
    let mut change = draft.finish((None, None), old.map(text), new.map(text), place);
    change.cases = vec![id];
    change
}

/// A case on one line: its input and what must come out. Of one that is held out, a hash.
fn shown(case: &Case) -> String {
    if case.held_out {
        return format!("{} (held out, {})", case.name, case_digest(case));
    }
    let expected = match (&case.expect, &case.matches) {
        (_, Some(pattern)) => format!("text like {pattern}"),
        (Expectation::Output(value), None) => value.to_string(),
        (Expectation::AnyOf(values), None) => format!("one of {}", Value::Array(values.clone())),
        (Expectation::Error, None) => "an error".to_string(),
        (Expectation::ErrorWith(text), None) => format!("an error with {text:?}"),
        (Expectation::Pattern, None) => "a pattern".to_string(),
        (Expectation::Anything, None) => "any output".to_string(),
        (Expectation::Steps(_), None) => return format!("{}{}", steps_line(case), skipped(case)),
    };
    let exactly = if case.exact { " exactly" } else { "" };
    let within = case
        .approx
        .map(|approx| format!(" within {approx}"))
        .unwrap_or_default();
    format!("{} → {expected}{exactly}{within}{}", case.input, skipped(case))
}

fn skipped(case: &Case) -> &'static str {
    if case.skip.is_some() { ", not judged" } else { "" }
}

/// The steps of a case on one line, so that one more or another one shows.
fn steps_line(case: &Case) -> String {
    let steps = case.input.as_array().unwrap_or_default().iter();
    steps.map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
