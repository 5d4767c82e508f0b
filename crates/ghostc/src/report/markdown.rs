//! GitHub Flavored Markdown for a person: the comment of a pull request, or the summary of a job.
//!
//! Totals first, then a table for each file with what should be mended, and the notes folded away.

use super::{Finding, Report, uri};
use ghostc_project::wording::{self, plural};
use ghostc_syntax::Severity;
use ghostc_syntax::printable::printable;

pub(super) fn text(report: &Report) -> String {
    let mut out = format!(
        "## ghostc {}: {}\n\nLooked at {}.\n",
        report.command,
        totals(report),
        report.extent()
    );
    let (notes, rest): (Vec<&Finding>, Vec<&Finding>) = report
        .findings
        .iter()
        .partition(|found| found.severity == Severity::Note);
    out.push_str(&tables(&rest));
    if !notes.is_empty() {
        let summary = plural(notes.len(), "note");
        out.push_str(&format!(
            "\n<details>\n<summary>{summary}</summary>\n{}\n</details>\n",
            tables(&notes)
        ));
    }
    let fixes = report.findings.iter().filter(|found| found.fix.is_some()).count();
    if fixes > 0 {
        let which = if fixes == 1 {
            "1 of these has a fix".to_string()
        } else {
            format!("{fixes} of these have a fix")
        };
        out.push_str(&format!("\n{which}: `ghostc check --fix` shows it as a patch.\n"));
    }
    if let Some(first) = report.findings.first() {
        out.push_str(&format!(
            "\n`ghostc explain {}` says what a finding means.\n",
            first.code.name
        ));
    }
    out
}

/// `1 error, 2 warnings`, or `no findings`.
fn totals(report: &Report) -> String {
    wording::totals(|severity| report.count(severity))
}

/// A table for each file.
fn tables(findings: &[&Finding]) -> String {
    let mut out = String::new();
    for group in findings.chunk_by(|a, b| a.place.file == b.place.file) {
        let Some(first) = group.first() else { continue };
        let link = uri(&first.place.file);
        out.push_str(&format!("\n### [{}]({link})\n\n", escape(&first.place.file)));
        out.push_str("| | line | finding |\n|---|---|---|\n");
        for found in group {
            let lines: Vec<String> = found.lines().map(inline).collect();
            out.push_str(&format!(
                "| {} | [{line}]({link}#L{line}) | **{}**: {} |\n",
                found.severity.as_str(),
                found.code.name,
                lines.join("<br>"),
                line = found.place.line,
            ));
        }
    }
    out
}

/// A message in one cell of a table: what stands between backticks is code (CommonMark, section 6.1), and nothing else is
/// markup.
pub(crate) fn inline(text: &str) -> String {
    let text = one_line(text);
    let (mut out, mut rest) = (String::new(), text.as_str());
    while let Some((before, from)) = rest.find('`').and_then(|at| rest.split_at_checked(at)) {
        let code = from.trim_start_matches('`');
        let ticks = from.strip_suffix(code).unwrap_or(from);
        out.push_str(&escape(before));
        let Some((inside, after)) = closing(code, ticks) else {
            // Without its pair it is text.
            out.push_str(&escape(ticks));
            rest = code;
            continue;
        };
        // Even in code, a table's cell ends at a bar that has no backslash (GFM, section 4.10).
        out.push_str(&format!("{ticks}{}{ticks}", inside.replace('|', "\\|")));
        rest = after;
    }
    out + &escape(rest)
}

/// The text before and after the first run of exactly these backticks.
fn closing<'a>(text: &'a str, ticks: &str) -> Option<(&'a str, &'a str)> {
    let mut at = 0;
    loop {
        let rest = text.get(at..)?;
        let start = at + rest.find('`')?;
        let run = text
            .get(start..)?
            .bytes()
            .take_while(|byte| *byte == b'`')
            .count();
        if run == ticks.len() {
            return Some((text.get(..start)?, text.get(start + run..)?));
        }
        at = start + run;
    }
}

/// Text in which nothing is markup (CommonMark, section 2.4), on one line.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for character in one_line(text).chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // Whoever has the name behind it is not told of this text: a mark without width keeps them apart.
            '@' if !before.is_alphanumeric() => out.push_str("@&#8203;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' => {
                out.push('\\');
                out.push(character);
            }
            _ => out.push(character),
        }
        before = character;
    }
    out
}

/// Line ends would end the table.
fn one_line(text: &str) -> String {
    printable(&text.replace("\r\n", " ").replace(['\r', '\n'], " ")).into_owned()
}
