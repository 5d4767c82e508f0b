//! What shows what, for people: the counts, what nothing shows, then what is shown.

use super::TraceView;
use std::fmt::Write as _;

/// The traces, each with a blank line before it but for the first.
pub(super) fn text(views: &[TraceView<'_>]) -> String {
    views.iter().map(package).collect::<Vec<_>>().join("\n")
}

fn package(view: &TraceView<'_>) -> String {
    let mut out = format!("{}  {}\n", view.package.name, view.means());
    let counts = view.counts();
    let _ = match counts.is_empty() {
        true => writeln!(out, "  nothing that has to be proven"),
        false => writeln!(out, "  proven: {}", counts.join(", ")),
    };
    let mut unproven = view.unproven().peekable();
    if unproven.peek().is_some() {
        out.push_str("\n  proven by nothing\n");
    }
    for item in unproven {
        let place = view.sources.place(item.span);
        let mark = TraceView::mark(item);
        let _ = writeln!(out, "    {mark:<10} {}  {place}{}", item.text, slices(view, item));
    }
    let apart = view.apart();
    if !apart.is_empty() {
        out.push_str("\n  slices of which no scenario proves something together\n");
    }
    for (first, second) in apart {
        let _ = writeln!(out, "    {first} and {second}");
    }
    let mut proven = view.proven().peekable();
    if proven.peek().is_some() {
        out.push_str("\n  proven\n");
    }
    for item in proven {
        let place = view.sources.place(item.span);
        let mark = TraceView::mark(item);
        let _ = writeln!(out, "    {mark:<10} {}  {place}", item.text);
        for words in view.grouped(item) {
            let _ = writeln!(out, "      {}  {}", words.line(), words.place);
        }
    }
    out
}

fn slices(view: &TraceView<'_>, item: &ghostc_spec::trace::TracedItem) -> String {
    let names = view.slices(item);
    if names.is_empty() {
        String::new()
    } else {
        format!("  {}", names.join(", "))
    }
}
