//! Changes in GitHub Flavored Markdown: the comment of a pull request, or the summary of a job.
//!
//! Totals first, then what breaks, and the rest folded away where it is long.

use super::{details, first_lines, invalidates, section};
use crate::report::{escape, uri};
use crate::review::Review;
use ghostc_diff::diff::{Change, Class, PackageDiff};
use ghostc_project::Reviewed;
use ghostc_project::change_words::pieces;
use ghostc_project::class_counts;

/// So many changes of a class are shown unfolded.
const UNFOLDED: usize = 20;

pub(super) fn text(review: &Review<'_>) -> String {
    let all: Vec<&Reviewed<'_>> = review.changed().flat_map(|(_, changes)| changes).collect();
    if all.is_empty() {
        return "## ghostc diff: no changes\n".to_string();
    }
    let count = |class: Class| {
        all.iter()
            .filter(|found| found.rule.class == class && found.counts())
            .count()
    };
    let totals: Vec<String> = Class::ALL
        .into_iter()
        .filter(|class| count(*class) > 0)
        .map(|class| format!("{} {}", count(class), class.as_str()))
        .collect();
    let totals = if totals.is_empty() {
        "nothing open".to_string()
    } else {
        totals.join(", ")
    };
    let mut out = format!("## ghostc diff: {totals}\n");
    for (package, changes) in review.changed() {
        out.push_str(&head(review, package, changes));
        for class in Class::ALL {
            let open: Vec<_> = changes
                .iter()
                .filter(|found| found.rule.class == class && found.counts())
                .collect();
            let entries: String = open.iter().map(|found| entry(review, package, found)).collect();
            let folded = class <= Class::Example || open.len() > UNFOLDED;
            out.push_str(&block(class.as_str(), open.len(), &entries, folded));
        }
        let taken: Vec<_> = changes.iter().filter(|found| found.accepted.is_some()).collect();
        let entries: String = taken.iter().map(|found| entry(review, package, found)).collect();
        out.push_str(&block("accepted", taken.len(), &entries, true));
    }
    out.push_str("\n`ghostc explain RULE` says what a rule means, and `ghostc diff accept FINGERPRINT --reason WHY` takes a change.\n");
    out
}

fn head(review: &Review<'_>, package: &PackageDiff, changes: &[Reviewed<'_>]) -> String {
    let advice = review.advice(package);
    let mut out = format!(
        "\n### {}\n\n{}: {}\n\n",
        escape(&package.name),
        escape(&review.versions(package)),
        class_counts(changes.iter())
    );
    let bump = advice.bump.as_str();
    match (advice.least, advice.low) {
        (Some(least), Some((version, place))) => out.push_str(&format!(
            "- **Version:** {} has {}, and a {bump} version is due: {least}\n",
            escape(&place),
            escape(version)
        )),
        (Some(least), None) if advice.done => {
            out.push_str(&format!("- **Version:** {bump} ({least}), done\n"))
        }
        (Some(least), None) => out.push_str(&format!("- **Version:** {bump} ({least})\n")),
        (None, _) => out.push_str(&format!("- **Version:** {bump}\n")),
    }
    let costs = review.costs_in_words(package);
    if !costs.is_empty() {
        out.push_str(&format!("- **Cost:** {}\n", escape(&costs.join("; "))));
    }
    out
}

/// The changes of a kind, folded where asked for.
fn block(title: &str, count: usize, entries: &str, folded: bool) -> String {
    match (count, folded) {
        (0, _) => String::new(),
        (_, false) => format!("\n#### {title}\n\n{entries}"),
        (_, true) => format!("\n<details>\n<summary>{count} {title}</summary>\n\n{entries}\n</details>\n"),
    }
}

/// Where a change is, as a link where it is still there, and the title of its section.
pub(super) fn place(review: &Review<'_>, change: &Change) -> String {
    let place = match review.shown(change) {
        Some((text, sources)) if change.new.is_some() => {
            let (file, line) = (&sources.get(text.span.file).path, sources.line(text.span));
            format!("[{}:{line}]({}#L{line})", escape(file), uri(file))
        }
        Some(_) | None => escape(&review.place(change)),
    };
    let title = section(change).map_or_else(String::new, |title| format!(" § {}", escape(title)));
    format!("{place}{title}")
}

fn entry(review: &Review<'_>, package: &PackageDiff, found: &Reviewed<'_>) -> String {
    let change = found.change;
    let place = place(review, change);
    let mut out = format!("- **{}** {place}<br>{}", found.rule.code.name, words(change));
    let mut line = |text: String| out.push_str(&format!("<br>\n  {text}"));
    for detail in details(change) {
        line(escape(&detail));
    }
    if let Some(accepted) = found.accepted {
        let until = accepted
            .until
            .map_or_else(String::new, |until| format!(" until {until}"));
        line(format!("_accepted{until}: {}_", escape(&accepted.reason)));
    }
    if let Some((expired, until)) = found.expired.and_then(|expired| Some((expired, expired.until?))) {
        line(format!(
            "_accepted until {until}, which is over: {}_",
            escape(&expired.reason)
        ));
    }
    let tasks = invalidates(review, package, change).map(|what| format!("invalidates {}, ", escape(&what)));
    line(format!(
        "<sub>{}`{}`</sub>",
        tasks.unwrap_or_default(),
        change.fingerprint
    ));
    out + "\n"
}

/// The words of a change; what differs is struck out or underlined, and nothing else is markup.
pub(super) fn words(change: &Change) -> String {
    let mark = |text: &str, tag: &str| {
        let lines = text.split('\n').map(|line| match line {
            "" => String::new(),
            line => format!("<{tag}>{}</{tag}>", escape(line)),
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    let shown = pieces(change).into_iter().map(|piece| {
        if piece.old == piece.new {
            let lines: Vec<String> = piece.new.split('\n').map(escape).collect();
            lines.join("\n")
        } else {
            mark(&piece.old, "del") + &mark(&piece.new, "ins")
        }
    });
    let all: String = shown.collect();
    // On one line, since a line of its own could begin with the mark of a list.
    first_lines(&all).join("<br>")
}
