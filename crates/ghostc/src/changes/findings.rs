//! Changes as findings of a report: for annotations, code quality, SARIF and JUnit.
//!
//! A change is at its new place, and what is gone at what stood before it. One that was accepted is a note that says why,
//! and one whose rule is turned off is none.

use super::invalidates;
use crate::report::{Finding, Location, Report};
use crate::review::Review;
use ghostc_diff::diff::PackageDiff;
use ghostc_project::change_words::says;
use ghostc_project::{Reviewed, WorkItem};
use ghostc_syntax::{Severity, Span};
use std::collections::BTreeSet;

pub(super) fn report(review: &Review<'_>) -> Report {
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for (package, changes) in &review.packages {
        for found in changes {
            let Some(mut finding) = finding(review, package, found) else {
                continue;
            };
            // Two packages may say the same.
            while !seen.insert(finding.fingerprint.clone()) {
                finding.fingerprint = format!("{}-{}", finding.fingerprint, package.name);
            }
            findings.push(finding);
        }
    }
    findings.sort_by(|a, b| {
        let key = |found: &Finding| (found.place.file.clone(), found.place.line, found.place.column);
        key(a).cmp(&key(b))
    });
    Report {
        command: "diff",
        findings,
        files: review.files.clone(),
        packages: review.packages.len(),
        stages: Vec::new(),
    }
}

fn finding(review: &Review<'_>, package: &PackageDiff, found: &Reviewed<'_>) -> Option<Finding> {
    let level = found.level?;
    let change = found.change;
    let place = match (&change.new, change.place(), &change.old) {
        (Some(text), _, _) => Location::new(text.span, review.new.1),
        (None, Some(span), _) => {
            let start = Span {
                end: span.start,
                ..span
            };
            Location::new(start, review.new.1)
        }
        (None, None, Some(text)) => Location::new(text.span, review.old.1),
        (None, None, None) => return None,
    };
    let title = crate::explanation::title(&found.rule.code);
    let mut notes = vec![format!("class: {}", found.rule.class.as_str())];
    if let (None, Some(old)) = (&change.new, &change.old) {
        notes.push(format!("it was at {}", review.old.1.place(old.span)));
    }
    notes.extend(invalidates(review, package, change).map(|what| format!("invalidates {what}")));
    let accepted = found.accepted.map(|accepted| match accepted.until {
        Some(until) => format!("accepted until {until}: {}", accepted.reason),
        None => format!("accepted: {}", accepted.reason),
    });
    notes.extend(accepted.clone());
    notes.extend(found.expired.and_then(|expired| {
        let until = expired.until?;
        Some(format!(
            "accepted until {until}, which is over: {}",
            expired.reason
        ))
    }));
    let item = review.work.and_then(|work| work.item(&package.name, change));
    let labels = item.map_or_else(Vec::new, |item| in_code(item, &mut notes));
    let open = level <= Severity::Warning && accepted.is_none();
    Some(Finding {
        stage: None,
        code: found.rule.code,
        severity: if accepted.is_some() { Severity::Note } else { level },
        message: match says(change) {
            // The start of a document has no words.
            words if words.is_empty() => title.to_string(),
            words => format!("{title}: {words}"),
        },
        place,
        label: None,
        labels,
        notes,
        help: open.then(|| {
            format!(
                "If it is meant, accept it: `ghostc diff accept {} --reason WHY`.",
                change.fingerprint
            )
        }),
        fix: None,
        fingerprint: change.fingerprint.clone(),
        accepted,
    })
}

/// Where the code has what a change names; what it does not have, and what speaks of the change, are notes.
fn in_code(item: &WorkItem, notes: &mut Vec<String>) -> Vec<(Location, String)> {
    let mut labels = Vec::new();
    for name in &item.names {
        labels.extend(name.places.iter().map(|(file, line)| {
            let place = Location {
                file: file.clone(),
                line: *line,
                column: 1,
                end_line: *line,
                end_column: 1,
            };
            (place, format!("the code has `{}` here", name.name))
        }));
        if name.places.is_empty() {
            notes.push(format!("the code does not have `{}`", name.name));
        }
    }
    let scenarios: Vec<&str> = item.scenarios.iter().map(|(id, _)| id.as_str()).collect();
    let cases: Vec<&str> = item.cases.iter().map(String::as_str).collect();
    for (what, ids) in [("cases", cases), ("scenarios", scenarios)] {
        notes.extend((!ids.is_empty()).then(|| format!("{what}: {}", ids.join(", "))));
    }
    labels
}
