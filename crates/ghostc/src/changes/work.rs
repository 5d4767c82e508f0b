//! Changes as a work list for an implementation, for people: what to do, what the code has of it, and which cases and
//! scenarios speak of it.

use super::{details, section};
use crate::report::escape;
use crate::review::Review;
use ghostc_diff::diff::PackageDiff;
use ghostc_project::change_words::words;
use ghostc_project::wording::{plural, some};
use ghostc_project::{NameInCode, Reviewed, WorkItem, WorkList};
use ghostc_syntax::printable::printable;

/// Cases and scenarios that are named before they are counted.
const NAMED: usize = 6;

/// Everything that asks for work, package by package, in the order of the text.
fn items<'r>(
    review: &'r Review<'_>,
    work: &'r WorkList,
) -> Vec<(&'r PackageDiff, &'r Reviewed<'r>, &'r WorkItem)> {
    let changes = review
        .packages
        .iter()
        .flat_map(|(package, changes)| changes.iter().map(|found| (*package, found)));
    let found = changes
        .filter_map(|(package, found)| Some((package, found, work.item(&package.name, found.change)?)));
    found.collect()
}

fn head(count: usize, work: &WorkList) -> String {
    let unread = if work.unread.is_empty() {
        String::new()
    } else {
        format!("; not read: {}", some(&work.unread, NAMED))
    };
    format!(
        "{} to follow in {} ({} read{unread})",
        plural(count, "change"),
        work.code,
        plural(work.files, "file")
    )
}

/// Where the code has a name.
fn places(name: &NameInCode, code: &str) -> String {
    if name.places.is_empty() {
        return format!("`{}` is nowhere in {code}", name.name);
    }
    let places: Vec<String> = name
        .places
        .iter()
        .map(|(path, line)| format!("{path}:{line}"))
        .collect();
    let more = match name.more {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("`{}` at {}{more}", name.name, places.join(", "))
}

fn cases(item: &WorkItem) -> Option<String> {
    (!item.cases.is_empty()).then(|| format!("cases: {}", some(&item.cases, NAMED)))
}

fn scenarios(item: &WorkItem) -> Option<String> {
    let names: Vec<String> = item.scenarios.iter().map(|(id, _)| id.clone()).collect();
    (!names.is_empty()).then(|| format!("scenarios: {}", some(&names, NAMED)))
}

pub(super) fn text(review: &Review<'_>, work: &WorkList) -> String {
    let items = items(review, work);
    let mut out = format!("{}\n", head(items.len(), work));
    for (package, found, item) in items {
        let change = found.change;
        let title = section(change).map_or_else(String::new, |title| format!("  § {title}"));
        out.push_str(&format!(
            "\n[ ] {:<6}  {}  {}{title}\n",
            item.verb.as_str(),
            package.name,
            review.place(change)
        ));
        let mut line = |text: &str| out.push_str(&format!("    {text}\n"));
        for words in words(change).lines() {
            line(words);
        }
        details(change).for_each(|detail| line(&detail));
        item.names.iter().for_each(|name| line(&places(name, &work.code)));
        cases(item)
            .iter()
            .chain(&scenarios(item))
            .for_each(|text| line(text));
        line(&format!("{} {}", found.rule.code.name, change.fingerprint));
    }
    printable(&out).into_owned()
}

pub(super) fn markdown(review: &Review<'_>, work: &WorkList) -> String {
    let items = items(review, work);
    let mut out = format!("## ghostc diff: {}\n\n", escape(&head(items.len(), work)));
    for (package, found, item) in items {
        let change = found.change;
        let place = super::markdown::place(review, change);
        out.push_str(&format!(
            "- [ ] **{}** {} {place} <sub>{} `{}`</sub><br>\n  {}",
            item.verb.as_str(),
            escape(&package.name),
            found.rule.code.name,
            change.fingerprint,
            super::markdown::words(change)
        ));
        let lines = details(change)
            .chain(item.names.iter().map(|name| places(name, &work.code)))
            .chain(cases(item))
            .chain(scenarios(item));
        for line in lines {
            out.push_str(&format!("<br>\n  {}", escape(&line)));
        }
        out.push('\n');
    }
    out
}
