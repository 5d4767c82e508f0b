//! Changes as one page for a browser, with both states side by side: no script, nothing from elsewhere, readable in light
//! and dark and on paper.

use super::{details, invalidates, section};
use crate::markup;
use crate::review::Review;
use ghostc_diff::diff::{Change, Class, Kind, PackageDiff};
use ghostc_project::Reviewed;
use ghostc_project::change_words::pieces;
use ghostc_project::class_counts;
use ghostc_syntax::printable::is_hidden;
use std::fmt::Write as _;

const STYLE: &str = include_str!("style.css");

pub(super) fn text(review: &Review<'_>) -> String {
    let mut body = String::new();
    for (package, changes) in review.changed() {
        body.push_str(&head(review, package, changes));
        for class in Class::ALL {
            let open = changes
                .iter()
                .filter(|found| found.rule.class == class && found.counts());
            let rows: Vec<String> = open.map(|found| row(review, package, found)).collect();
            let folded = class <= Class::Example;
            body.push_str(&block(class.as_str(), &rows, folded));
        }
        let accepted = changes.iter().filter(|found| found.accepted.is_some());
        let rows: Vec<String> = accepted.map(|found| row(review, package, found)).collect();
        body.push_str(&block("accepted", &rows, true));
    }
    if body.is_empty() {
        body.push_str("<p>no changes</p>\n");
    }
    let title = format!("{} → {}", escape(review.old.0), escape(review.new.0));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>ghostc diff: {title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <h1>{title}</h1>\n{body}</body>\n</html>\n"
    )
}

fn head(review: &Review<'_>, package: &PackageDiff, changes: &[Reviewed<'_>]) -> String {
    let advice = review.advice(package);
    let mut out = format!(
        "<h2>{}</h2>\n<p class=\"totals\">{}</p>\n<ul class=\"facts\">\n<li>{}</li>\n",
        escape(&package.name),
        escape(&class_counts(changes.iter())),
        escape(&review.versions(package))
    );
    let bump = advice.bump.as_str();
    let version = match (&advice.least, &advice.low) {
        (Some(least), Some((version, place))) => {
            format!(
                "<strong>{}</strong> has version {version}, and a {bump} version is due: {least}",
                escape(place)
            )
        }
        (Some(least), None) if advice.done => format!("version: {bump} ({least}), done"),
        (Some(least), None) => format!("version: {bump} ({least})"),
        (None, _) => format!("version: {bump}"),
    };
    let _ = writeln!(out, "<li>{version}</li>");
    for phrase in review.costs_in_words(package) {
        let _ = writeln!(out, "<li>{}</li>", escape(&phrase));
    }
    out + "</ul>\n"
}

fn block(title: &str, rows: &[String], folded: bool) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let open = if folded { "" } else { " open" };
    let count = rows.len();
    format!(
        "<details class=\"{title}\"{open}>\n<summary>{title} <span>{count}</span></summary>\n{}</details>\n",
        rows.concat()
    )
}

fn row(review: &Review<'_>, package: &PackageDiff, found: &Reviewed<'_>) -> String {
    let change = found.change;
    let section =
        section(change).map_or_else(String::new, |title| format!(" <span>§ {}</span>", escape(title)));
    let mut notes = String::new();
    let mut note = |class: &str, text: String| {
        let _ = writeln!(notes, "<p class=\"{class}\">{text}</p>");
    };
    if let Some(accepted) = found.accepted {
        let until = accepted
            .until
            .map_or_else(String::new, |until| format!(" until {until}"));
        note("taken", format!("accepted{until}: {}", escape(&accepted.reason)));
    }
    if let Some((expired, until)) = found.expired.and_then(|expired| Some((expired, expired.until?))) {
        note(
            "over",
            format!(
                "accepted until {until}, which is over: {}",
                escape(&expired.reason)
            ),
        );
    }
    for line in details(change) {
        note("value", escape(&line));
    }
    if let Some(what) = invalidates(review, package, change) {
        note("cost", format!("invalidates {}", escape(&what)));
    }
    let print = &change.fingerprint;
    format!(
        "<article id=\"{}-{print}\">\n<header><b>{}</b>{section} <code>{print}</code></header>\n\
         <div class=\"sides\">\n{}{}</div>\n{notes}</article>\n",
        escape(&package.name),
        found.rule.code.name,
        side(review, change, true),
        side(review, change, false),
    )
}

/// One state of a change: its place and its words, those that the other state has not as marked.
fn side(review: &Review<'_>, change: &Change, is_old: bool) -> String {
    let (text, sources, tag) = if is_old {
        (&change.old, review.old.1, "del")
    } else {
        (&change.new, review.new.1, "ins")
    };
    let Some(text) = text else {
        return "<div class=\"none\"></div>\n".to_string();
    };
    let words = if change.kind == Kind::Reordered {
        escape(&text.text)
    } else {
        let shown = pieces(change).into_iter().map(|piece| {
            let own = if is_old { &piece.old } else { &piece.new };
            match own.as_str() {
                "" => String::new(),
                own if piece.old == piece.new => escape(own),
                own => format!("<{tag}>{}</{tag}>", escape(own)),
            }
        });
        shown.collect()
    };
    let place = escape(&sources.place(text.span));
    format!("<div><p class=\"place\">{place}</p><pre>{words}</pre></div>\n")
}

/// Text in which nothing is markup, in elements and in attributes.
fn escape(text: &str) -> String {
    markup::escape(text, |c| match c {
        '\'' => Some("&#39;".to_string()),
        _ => is_hidden(c).then(|| c.escape_unicode().to_string()),
    })
}
