//! Printing: results to stdout, talk to stderr, and diagnostics for people.

use crate::exit::Exit;
use crate::global::Global;
use crate::load::SETTINGS;
use ghostc_syntax::diagnostic::Diagnostic;
use ghostc_syntax::render::{self, Style};
use ghostc_syntax::{Severity, Sources};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::sync::OnceLock;

/// Why a result could not be written.
static LOST: OnceLock<String> = OnceLock::new();

/// Writes a result to stdout. A reader that has gone away is not an error: the command goes on, so that neither the
/// work of a build nor the exit code depends on who reads.
pub(crate) fn print(text: &str) {
    write(anstream::stdout().lock(), text.as_bytes());
}

/// The same for text in which every byte counts, such as a patch or a report: what would steer a terminal stays in it.
pub(crate) fn print_exactly(text: &str) {
    write(std::io::stdout().lock(), text.as_bytes());
}

/// The same for bytes that may be no text.
pub(crate) fn print_bytes(bytes: &[u8]) {
    write(std::io::stdout().lock(), bytes);
}

fn write(mut out: impl Write, bytes: &[u8]) {
    note(out.write_all(bytes).and_then(|()| out.flush()));
}

/// Keeps why a result could not be written, for [`lost`].
fn note(written: io::Result<()>) {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => drop(LOST.set(error.to_string())),
        Ok(()) | Err(_) => {}
    }
}

/// Why a result could not be written, if one could not.
pub(crate) fn lost() -> Option<&'static str> {
    LOST.get().map(String::as_str)
}

/// Writes a line of talk to stderr. Where that fails there is nobody to tell.
pub(crate) fn say(text: &str) {
    let _unheard = writeln!(anstream::stderr().lock(), "{text}");
}

/// Prints a value as one line of JSON, which may be many times longer than what it was made of, and is kept nowhere.
pub(crate) fn print_json(value: &impl serde::Serialize) {
    let mut out = BufWriter::new(anstream::stdout().lock());
    let written = serde_json::to_writer(&mut out, value).map_err(io::Error::from);
    note(
        written
            .and_then(|()| out.write_all(b"\n"))
            .and_then(|()| out.flush()),
    );
}

/// A value as one line of JSON.
pub(crate) fn json_line(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("plain data serialises") + "\n"
}

/// Prints a value as indented JSON.
pub(crate) fn print_pretty_json(value: &impl serde::Serialize) {
    let text = serde_json::to_string_pretty(value).expect("plain data serialises");
    print(&format!("{text}\n"));
}

/// How diagnostics look on this terminal.
pub(crate) fn style() -> Style {
    let color = anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never;
    let width = std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(100);
    Style { color, width }
}

/// `3 errors, 1 warning`, or `no findings`.
pub(crate) fn tally(findings: &[Diagnostic]) -> String {
    totals(|severity| findings.iter().filter(|found| found.severity == severity).count())
}

/// The same for anything that can be counted by severity.
pub(crate) fn totals(count: impl Fn(Severity) -> usize) -> String {
    let parts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .filter(|severity| count(*severity) > 0)
        .map(|severity| plural(count(severity), severity.as_str()))
        .collect();
    if parts.is_empty() {
        "no findings".to_string()
    } else {
        parts.join(", ")
    }
}

/// `python`, `python and rust`, `python, rust and go`.
pub(crate) fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_string(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// A text without colours.
pub(crate) fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// `1 case`, `2 cases`.
pub(crate) fn plural(count: usize, noun: &str) -> String {
    let noun = match (count, noun.strip_suffix('y')) {
        (1, _) => noun.to_string(),
        (_, Some(stem)) if !stem.ends_with(['a', 'e', 'o']) => format!("{stem}ies"),
        _ => format!("{noun}s"),
    };
    format!("{}\u{a0}{noun}", grouped(count as u64)).replace('\u{a0}', " ")
}

/// A number with its thousands set apart: `11,400`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The exit code that findings ask for: errors in nothing but the settings are a matter of usage.
pub(crate) fn exit_of(findings: &[Diagnostic], sources: &Sources) -> Exit {
    let errors = findings.iter().filter(|found| found.severity == Severity::Error);
    let mut elsewhere = errors
        .clone()
        .filter(|found| sources.get(found.span.file).path != SETTINGS);
    match (errors.clone().next(), elsewhere.next()) {
        (None, _) => Exit::Fine,
        (Some(_), None) => Exit::Usage,
        (Some(_), Some(_)) => Exit::Findings,
    }
}

/// Prints findings as talk, for commands whose result is something else.
pub(crate) fn say_findings(findings: &[Diagnostic], sources: &Sources, global: &Global) {
    let least = if global.verbose {
        Severity::Note
    } else {
        Severity::Warning
    };
    for found in findings
        .iter()
        .filter(|found| found.severity <= least && !(global.quiet && found.severity > Severity::Error))
    {
        say(render::render(found, sources, style()).trim_end());
        say("");
    }
}

/// Prints findings as a result, for people.
pub(crate) fn print_findings(findings: &[Diagnostic], sources: &Sources) {
    let text: String = findings
        .iter()
        .map(|found| render::render(found, sources, style()) + "\n")
        .collect();
    print(&text);
}
