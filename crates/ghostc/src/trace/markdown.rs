//! What shows what as Markdown, for summaries of jobs and for documents.

use super::TraceView;
use crate::markup::without_html;
use ghostc_spec::trace::TracedItem;
use std::fmt::Write as _;

/// A section for each package.
pub(super) fn text(views: &[TraceView<'_>]) -> String {
    views.iter().map(package).collect::<Vec<_>>().join("\n")
}

fn package(view: &TraceView<'_>) -> String {
    let mut out = format!("## {}\n\n", cell(&view.package.name));
    let counts = view.counts();
    let _ = match counts.is_empty() {
        true => writeln!(out, "Nothing has to be proven."),
        false => writeln!(out, "Proven: {}, by {}.", counts.join(", "), view.means()),
    };
    let mut unproven = view.unproven().peekable();
    if unproven.peek().is_some() {
        out.push_str("\n### Proven by nothing\n\n| | what | where | slice |\n|---|---|---|---|\n");
    }
    for item in unproven {
        let slices = cell(&view.slices(item).join(", "));
        let _ = writeln!(out, "{} {slices} |", row(view, item));
    }
    let apart = view.apart();
    if !apart.is_empty() {
        out.push_str("\n### Slices of which no scenario proves something together\n\n");
    }
    for (first, second) in apart {
        let _ = writeln!(out, "- {} and {}", cell(first), cell(second));
    }
    let mut proven = view.proven().peekable();
    if proven.peek().is_some() {
        out.push_str("\n### Proven\n\n| | what | where | by |\n|---|---|---|---|\n");
    }
    for item in proven {
        let by = view
            .grouped(item)
            .into_iter()
            .map(|words| format!("{} ({})", cell(&words.line()), cell(&words.place)));
        let by: Vec<String> = by.collect();
        let _ = writeln!(out, "{} {} |", row(view, item), by.join("<br>"));
    }
    out
}

/// The first columns of the row of an item.
fn row(view: &TraceView<'_>, item: &TracedItem) -> String {
    let place = view.sources.place(item.span);
    format!(
        "| {} | {} | {} |",
        TraceView::mark(item),
        cell(&item.text),
        cell(&place)
    )
}

/// Text in a cell of a table: its bars part no cells.
fn cell(text: &str) -> String {
    without_html(text).replace('|', "\\|").replace(['\r', '\n'], " ")
}
