//! What shows what as a table for spreadsheets: RFC 4180, a line for each proof, and one for what nothing shows.

use super::TraceView;
use ghostc_syntax::printable::printable;

/// The names of the columns.
const COLUMNS: [&str; 12] = [
    "package", "kind", "strength", "id", "text", "place", "slices", "state", "by", "by_id", "by_place",
    "step",
];

/// All traces as one table.
pub(super) fn text(views: &[TraceView<'_>]) -> String {
    let mut out = COLUMNS.join(",") + "\r\n";
    for view in views {
        for item in &view.trace.items {
            let state = match (item.proofs.is_empty(), item.is_free) {
                (false, _) => "proven",
                (true, true) => "free",
                (true, false) => "unproven",
            };
            let own = [
                view.package.name.clone(),
                item.kind.as_str().to_string(),
                item.strength.map_or("", |strength| strength.as_str()).to_string(),
                item.id.clone(),
                item.text.clone(),
                view.sources.place(item.span),
                view.slices(item).join(" "),
                state.to_string(),
            ];
            let mut by: Vec<[String; 4]> = item
                .proofs
                .iter()
                .map(|proof| {
                    let words = view.words(*proof);
                    let step = words.step.map(|step| step.to_string());
                    [
                        words.kind.to_string(),
                        words.id,
                        words.place,
                        step.unwrap_or_default(),
                    ]
                })
                .collect();
            if by.is_empty() {
                by.push(Default::default());
            }
            for by in by {
                let cells: Vec<String> = own.iter().chain(&by).map(|text| cell(text)).collect();
                out.push_str(&cells.join(","));
                out.push_str("\r\n");
            }
        }
    }
    out
}

/// A cell. One that a spreadsheet would take for a formula begins with an apostrophe.
fn cell(text: &str) -> String {
    let text = printable(text);
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula {
        format!("'{text}")
    } else {
        text.into_owned()
    };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn cells_hold_one_text_and_no_formula() {
        for (text, written) in [
            ("plain", "plain"),
            ("a, b", "\"a, b\""),
            ("say \"a\"", "\"say \"\"a\"\"\""),
            ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
            ("-1,2", "\"'-1,2\""),
            ("a\nb", "\"a\nb\""),
            ("a\u{1b}[31m", "a\\u{1b}[31m"),
        ] {
            assert_eq!(cell(text), written);
        }
    }
}
