//! A report with stages as one HTML page that needs nothing else: for the artifacts of a job, and for a browser.

use super::stages::{Links, SHOWN, verdict};
use super::{Finding, Report};
use crate::markup;
use ghostc_project::ci::{Stage, StageState};
use ghostc_project::wording::plural;
use ghostc_syntax::printable::is_hidden;

const STYLE: &str = "\
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1f2328;background:#fff}\
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem;border-bottom:1px solid #d1d9e0}\
table{border-collapse:collapse;width:100%}td{padding:.3rem .8rem .3rem 0;border-bottom:1px solid #d1d9e0;vertical-align:top}\
td:first-child,td:nth-child(2){white-space:nowrap}li{margin:.8rem 0}\
pre{background:#f6f8fa;padding:.6rem .8rem;overflow-x:auto;border-radius:6px;margin:.4rem 0;font-size:.85rem}\
.ok,.stale,.fail,.skipped{padding:.1rem .5rem;border-radius:1rem;color:#fff;font-size:.85rem}\
.ok{background:#1a7f37}.stale{background:#9a6700}.fail{background:#cf222e}.skipped{background:#59636e}\
code,pre{font-family:ui-monospace,monospace}.gone{background:#ffebe9}.came{background:#dafbe1}.help{color:#59636e}\
@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}pre{background:#161b22}a{color:#4493f8}\
.gone{background:#67060c66}.came{background:#03361566}}";

/// The report as a page. `changes` is what changed since the base, and its name.
pub(crate) fn page(report: &Report, changes: Option<(&str, &str)>, links: &Links) -> String {
    let title = format!("ghostc {}: {}", report.command, verdict(report));
    let rows: String = report.stages.iter().map(row).collect();
    let sections: String = report
        .stages
        .iter()
        .map(|stage| section(report, stage, links))
        .collect();
    let changes = changes.filter(|(_, text)| !text.trim().is_empty());
    let changes = changes.map_or_else(String::new, |(name, text)| {
        format!(
            "<h2>What changed in the spec since {}</h2>\n<pre>{}</pre>\n",
            escape(name),
            escape(text.trim_end())
        )
    });
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<h1>{title}</h1>\n<table>\n{rows}</table>\n{sections}{changes}</body>\n</html>\n"
    )
}

fn row(stage: &Stage) -> String {
    let class = match stage.state {
        StageState::Ok => "ok",
        StageState::Stale => "stale",
        StageState::Fail => "fail",
        StageState::Skipped => "skipped",
    };
    let (state, name) = (stage.state.as_str(), stage.name);
    let summary = code(&stage.summary);
    format!("<tr><td><span class=\"{class}\">{state}</span></td><td>{name}</td><td>{summary}</td></tr>\n")
}

fn section(report: &Report, stage: &Stage, links: &Links) -> String {
    let findings = report
        .findings
        .iter()
        .filter(|found| found.stage == Some(stage.name));
    let findings: Vec<&Finding> = findings.collect();
    if findings.is_empty() {
        return String::new();
    }
    let mut items: String = findings
        .iter()
        .take(SHOWN)
        .map(|found| item(found, links))
        .collect();
    if findings.len() > SHOWN {
        let more = plural(findings.len() - SHOWN, "more finding");
        items.push_str(&format!("<li>… and {more}: see <code>ci.json</code></li>\n"));
    }
    format!("<h2>{}</h2>\n<ul>\n{items}</ul>\n", stage.name)
}

fn item(found: &Finding, links: &Links) -> String {
    let place = &found.place;
    let mut out = format!(
        "<li>{} <a href=\"{}\">{}:{}</a> <strong>{}</strong>: {}\n",
        found.severity.as_str(),
        escape(&links.to(place)),
        escape(&place.file),
        place.line,
        found.code.name,
        code(&found.message),
    );
    if !found.notes.is_empty() {
        let lines: Vec<String> = found
            .notes
            .iter()
            .flat_map(|note| note.lines())
            .map(line)
            .collect();
        out.push_str(&format!("<pre>{}</pre>\n", lines.join("\n")));
    }
    if let Some(help) = &found.help {
        out.push_str(&format!("<div class=\"help\">{}</div>\n", code(help)));
    }
    out + "</li>\n"
}

/// A line of evidence: what is gone and what came are set off.
fn line(text: &str) -> String {
    let class = match text.get(..2) {
        Some("- ") => "gone",
        Some("+ ") => "came",
        _ => return escape(text),
    };
    format!("<span class=\"{class}\">{}</span>", escape(text))
}

/// A message: what stands between single backticks is code.
fn code(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // A backtick without its partner is text.
    if parts.len().is_multiple_of(2) {
        return escape(text);
    }
    let parts = parts
        .iter()
        .enumerate()
        .map(|(at, part)| match at.is_multiple_of(2) {
            true => escape(part),
            false => format!("<code>{}</code>", escape(part)),
        });
    parts.collect()
}

/// Text in which nothing is markup.
fn escape(text: &str) -> String {
    markup::escape(text, |c| is_hidden(c).then(|| c.escape_unicode().to_string()))
}
