//! What a diagnostic code means, from the Markdown beside it: for a terminal, and for formats that take plain text.

use ghostc_syntax::Code;

/// The explanation's title.
pub(crate) fn title(code: &Code) -> &'static str {
    let first = code.explanation.lines().next().unwrap_or_default();
    first.trim_start_matches("# ")
}

/// What stands between the title and the examples, in one paragraph.
pub(crate) fn summary(code: &Code) -> String {
    let lines = code.explanation.lines().skip(1);
    let text: Vec<&str> = lines
        .take_while(|line| !line.starts_with("## "))
        .filter(|line| !line.is_empty())
        .collect();
    text.join(" ")
}

/// The explanation without markup: fixtures indented, with the name of each file as a comment of its own.
pub(crate) fn plain(code: &Code) -> String {
    let mut out = String::new();
    let mut fence: Option<usize> = None;
    for line in code.explanation.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            None if ticks >= 3 => fence = Some(ticks),
            Some(open) if ticks >= open && line.trim_start_matches('`').is_empty() => fence = None,
            Some(_) => {
                let file = line.strip_prefix("//- /");
                let text = file.map_or_else(|| line.to_string(), |path| format!("# {path}"));
                out.push_str(format!("    {text}").trim_end());
                out.push('\n');
            }
            None => {
                out.push_str(line.trim_start_matches("# "));
                out.push('\n');
            }
        }
    }
    out
}
