//! What shows what as one page for a browser: no script, nothing from elsewhere.

use super::TraceView;
use crate::markup;
use ghostc_spec::trace::TracedItem;
use ghostc_syntax::printable::is_hidden;
use std::fmt::Write as _;

const STYLE: &str = "\
body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1f2328;background:#fff}\
h1{font-size:1.4rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #d1d9e0}\
table{border-collapse:collapse;width:100%}td{padding:.3rem .8rem .3rem 0;border-bottom:1px solid #d1d9e0;vertical-align:top}\
td:first-child,.place{white-space:nowrap;color:#59636e}.place{font:13px/1.5 ui-monospace,monospace}\
@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}td,h2{border-color:#3d444d}}";

/// The page with all packages.
pub(super) fn text(views: &[TraceView<'_>]) -> String {
    let body: String = views.iter().map(package).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>ghostc trace</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
}

fn package(view: &TraceView<'_>) -> String {
    let mut out = format!("<h1>{}</h1>\n", escape(&view.package.name));
    let counts = view.counts();
    let counts = if counts.is_empty() {
        "nothing has to be proven".to_string()
    } else {
        format!("proven: {}, by {}", counts.join(", "), view.means())
    };
    let _ = writeln!(out, "<p>{}</p>", escape(&counts));
    let unproven = view.unproven().map(|item| {
        let slices = escape(&view.slices(item).join(", "));
        format!("<tr>{}<td>{slices}</td></tr>\n", cells(view, item))
    });
    out.push_str(&table("Proven by nothing", unproven.collect()));
    let apart = view
        .apart()
        .into_iter()
        .map(|(first, second)| format!("<tr><td>{}</td><td>{}</td></tr>\n", escape(first), escape(second)));
    out.push_str(&table(
        "Slices of which no scenario proves something together",
        apart.collect(),
    ));
    let proven = view.proven().map(|item| {
        let by = view.grouped(item).into_iter().map(|words| {
            let (line, place) = (escape(&words.line()), escape(&words.place));
            format!("<div>{line} <span class=\"place\">{place}</span></div>")
        });
        format!(
            "<tr>{}<td>{}</td></tr>\n",
            cells(view, item),
            by.collect::<String>()
        )
    });
    out.push_str(&table("Proven", proven.collect()));
    out
}

fn table(title: &str, rows: Vec<String>) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let count = rows.len();
    format!("<h2>{title} ({count})</h2>\n<table>\n{}</table>\n", rows.concat())
}

/// The first cells of the row of an item.
fn cells(view: &TraceView<'_>, item: &TracedItem) -> String {
    let place = view.sources.place(item.span);
    format!(
        "<td>{}</td><td>{}</td><td class=\"place\">{}</td>",
        TraceView::mark(item),
        escape(&item.text),
        escape(&place)
    )
}

/// Text in which nothing is markup.
fn escape(text: &str) -> String {
    markup::escape(text, |c| match c {
        '\'' => Some("&#39;".to_string()),
        _ => is_hidden(c).then(|| c.escape_unicode().to_string()),
    })
}
