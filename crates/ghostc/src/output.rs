//! Printing: results to stdout, talk to stderr, and diagnostics for people.

use crate::global::{Format, Global};
use ghostc_project::wording::totals;
use ghostc_syntax::diagnostic::Diagnostic;
use ghostc_syntax::printable::terminal_text;
use ghostc_syntax::render::{self, Style};
use ghostc_syntax::{Severity, Sources};
use std::io::{self, BufWriter, ErrorKind, IsTerminal as _, Write};
use std::sync::OnceLock;

/// Why a result could not be written.
static LOST: OnceLock<String> = OnceLock::new();

/// Writes a result to stdout, without what would steer a terminal or the runner of a CI job. A reader that has gone away is not an error: the command goes on, so that neither the
/// work of a build nor the exit code depends on who reads.
pub(crate) fn print(text: &str) {
    write(anstream::stdout().lock(), terminal_text(text).as_bytes());
}

/// The same for text in which every byte counts, such as a patch or JSON: what would steer a terminal stays in it.
pub(crate) fn print_exactly(text: &str) {
    write(std::io::stdout().lock(), text.as_bytes());
}

/// Writes a text that another program may be meant to read: exactly where it goes to one, and as [`print()`] does on a
/// terminal and in the log of a CI job.
pub(crate) fn print_payload(text: &str) {
    let is_read_by_people = io::stdout().is_terminal() || std::env::var_os("CI").is_some();
    if is_read_by_people {
        print(text);
    } else {
        print_exactly(text);
    }
}

/// Writes a report in one of its formats: to the byte where programs read it, and else without what the runner of a CI job
/// would obey.
pub(crate) fn print_report(text: &str, format: Format) {
    match format {
        Format::Json | Format::Github | Format::Gitlab | Format::Sarif => print_exactly(text),
        Format::Text
        | Format::Junit
        | Format::Markdown
        | Format::Html
        | Format::Changelog
        | Format::Csv
        | Format::Dot
        | Format::Mermaid => print_exactly(&terminal_text(text)),
    }
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
    let _unheard = writeln!(anstream::stderr().lock(), "{}", terminal_text(text));
}

/// Says how much there is that is wrong with specs, for commands whose result is something else.
pub(crate) fn say_tally<'f>(
    findings: impl IntoIterator<Item = &'f Diagnostic>,
    sources: &Sources,
    global: &Global,
) {
    let findings = findings.into_iter();
    let counted: Vec<&Diagnostic> = findings
        .filter(|found| found.severity != Severity::Note)
        .collect();
    let (Some(first), false) = (counted.iter().min_by_key(|found| found.severity), global.quiet) else {
        return;
    };
    let place = sources.place(first.span);
    let tally = totals(|severity| counted.iter().filter(|found| found.severity == severity).count());
    let (rest, them) = match counted.len() {
        1 => ("", "it"),
        _ => ("the first ", "them"),
    };
    say(&format!(
        "{}: {tally}, {rest}at {place}; `ghostc check` shows {them}",
        first.severity.as_str()
    ));
}

/// Says which documents were not read, since they lie in no package.
pub(crate) fn say_skipped(paths: &[String]) {
    if let Some(skipped) = ghostc_project::wording::skipped(paths) {
        say(&format!("not read: {skipped}; name one to read it"));
    }
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
    print_exactly(&format!("{text}\n"));
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

/// A text without colours.
pub(crate) fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// Prints findings as talk, for commands whose result is something else: errors as they are, and that there are warnings,
/// which `ghostc check` shows; all of them with `--verbose`.
pub(crate) fn say_findings(findings: &[Diagnostic], sources: &Sources, global: &Global) {
    if global.verbose {
        say_each(findings, sources);
        return;
    }
    let (errors, others): (Vec<_>, Vec<_>) = findings
        .iter()
        .partition(|found| found.severity == Severity::Error);
    say_each(errors, sources);
    say_tally(others, sources, global);
}

/// Prints all of some findings as talk.
pub(crate) fn say_each<'f>(findings: impl IntoIterator<Item = &'f Diagnostic>, sources: &Sources) {
    for found in findings {
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
