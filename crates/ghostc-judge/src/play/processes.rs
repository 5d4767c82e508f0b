//! The programs of a scenario: what they printed, and how they ended.

use super::matching::{Captures, Matcher, Mismatch, captured};
use super::variables::Variables;
use super::{ProcessEnd, SeenKind};
use ghostc_syntax::Span;
use ghostc_syntax::script::pattern::Pattern;
use ghostc_syntax::script::{EndExpectation, ScriptStep, Stream};
use ghostc_syntax::value::{Number, Value};
use regex_lite::Regex;
use std::collections::BTreeMap;

/// How many of the last lines of a program are shown where something is wrong.
const TAIL: usize = 8;

/// All programs that were started, by their numbers.
#[derive(Default)]
pub(super) struct Processes {
    all: Vec<Process>,
    /// The last one of each name.
    names: BTreeMap<String, usize>,
}

#[derive(Default)]
struct Process {
    name: Option<String>,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    /// Both streams, as they came.
    output: Vec<u8>,
    end: Option<ProcessEnd>,
    /// How many bytes of lines were looked at for what says that it is ready.
    looked_at: usize,
}

impl Processes {
    /// The number of a program that is started now.
    pub(super) fn start(&mut self, name: Option<&str>) -> usize {
        let number = self.all.len();
        if let Some(name) = name {
            self.names.insert(name.to_string(), number);
        }
        let name = name.map(str::to_string);
        self.all.push(Process {
            name,
            ..Process::default()
        });
        number
    }

    pub(super) fn number(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    pub(super) fn printed(&mut self, process: usize, stream: Stream, bytes: &[u8]) {
        let Some(process) = self.all.get_mut(process) else {
            return;
        };
        process.output.extend(bytes);
        match stream {
            Stream::Stdout => process.stdout.extend(bytes),
            Stream::Stderr => process.stderr.extend(bytes),
        }
    }

    pub(super) fn ended(&mut self, process: usize, end: ProcessEnd) {
        if let Some(process) = self.all.get_mut(process) {
            process.end = Some(end);
        }
    }

    /// How a program ended; nothing while it runs.
    pub(super) fn end(&self, process: usize) -> Option<&ProcessEnd> {
        self.all.get(process)?.end.as_ref()
    }

    /// What the program of a name printed on standard error.
    pub(super) fn log(&self, name: &str) -> String {
        let process = self.number(name).and_then(|number| self.all.get(number));
        process.map_or_else(String::new, |process| {
            String::from_utf8_lossy(&process.stderr).into_owned()
        })
    }

    /// What the first line that matches says, once it is there as a whole. Each line is looked at once.
    pub(super) fn ready(
        &mut self,
        process: usize,
        stream: Stream,
        pattern: &str,
    ) -> Result<Option<Captures>, String> {
        let regex = Regex::new(pattern).map_err(|error| error.to_string())?;
        let Some(process) = self.all.get_mut(process) else {
            return Ok(None);
        };
        let printed = match stream {
            Stream::Stdout => &process.stdout,
            Stream::Stderr => &process.stderr,
        };
        let new = printed.get(process.looked_at..).unwrap_or_default();
        let whole = new
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        process.looked_at += whole;
        let text = String::from_utf8_lossy(new.get(..whole).unwrap_or_default());
        let mut lines = text.split_terminator('\n');
        Ok(lines.find_map(|line| captured(&regex, line)))
    }

    /// How a program ended and what it printed; nothing while it runs.
    pub(super) fn seen(&self, process: usize, variables: &Variables) -> Option<SeenKind> {
        let process = self.all.get(process)?;
        let text = |bytes: &[u8]| variables.as_expected(&String::from_utf8_lossy(bytes));
        Some(SeenKind::End {
            end: process.end.clone()?,
            stdout: text(&process.stdout),
            stderr: text(&process.stderr),
        })
    }

    /// Compares how a program ended. One that ran must have ended with 0 where nothing else is said.
    pub(super) fn compare_end(
        &self,
        process: usize,
        expect: Option<&EndExpectation>,
        is_run: bool,
        variables: &Variables,
        span: Span,
    ) -> Result<Captures, Mismatch> {
        let Some(process) = self.all.get(process) else {
            return Ok(Vec::new());
        };
        let usual = EndExpectation::default();
        let expect = expect.unwrap_or(&usual);
        let (exit, signal) = match &process.end {
            Some(ProcessEnd::Exited(code)) => {
                (Number::from_decimal(&code.to_string()).map(Value::Number), None)
            }
            Some(ProcessEnd::Signaled(name)) => (None, Some(Value::String(name.clone()))),
            Some(ProcessEnd::NotStarted(_) | ProcessEnd::OverLimit(_)) | None => (None, None),
        };
        let ended = process.end.as_ref().map(end_text).unwrap_or_default();
        let mut matcher = Matcher::new(variables);
        if let Some(pattern) = &expect.exit {
            if exit.is_none() {
                return Err(Mismatch::new("", ended, pattern.span));
            }
            matcher.value("exit", pattern, exit.as_ref())?;
        }
        if let Some(pattern) = &expect.signal {
            if signal.is_none() {
                return Err(Mismatch::new("", ended, pattern.span));
            }
            matcher.value("signal", pattern, signal.as_ref())?;
        }
        let is_success = process.end == Some(ProcessEnd::Exited(0));
        if is_run && expect.exit.is_none() && expect.signal.is_none() && !is_success {
            return Err(Mismatch::new("", ended, span));
        }
        let (stdout, stderr) = (
            String::from_utf8_lossy(&process.stdout),
            String::from_utf8_lossy(&process.stderr),
        );
        let texts = [
            ("stdout", &expect.stdout, &stdout),
            ("stderr", &expect.stderr, &stderr),
        ];
        for (path, pattern, text) in texts {
            if let Some(pattern) = pattern {
                matcher.text(path, pattern, text)?;
            }
        }
        if let Some(pattern) = &expect.output {
            compare_output(&mut matcher, pattern, process)?;
        }
        let jsons = [
            ("stdout_json", &expect.stdout_json, &stdout),
            ("stderr_json", &expect.stderr_json, &stderr),
        ];
        for (path, pattern, text) in jsons {
            if let Some(pattern) = pattern {
                matcher.json(path, pattern, text)?;
            }
        }
        Ok(matcher.into_captures())
    }

    /// The last lines on standard error of the programs that are alive or were started last, for those who look why a step
    /// fails.
    pub(super) fn tails(&self, step: Option<&ScriptStep>) -> Vec<String> {
        let last = self.all.len().checked_sub(1);
        let numbered = self.all.iter().enumerate();
        let shown = numbered
            .filter(|(number, process)| process.end.is_none() || step.is_some() && Some(*number) == last);
        let mut lines = Vec::new();
        for (_, process) in shown {
            let text = String::from_utf8_lossy(&process.stderr);
            let all: Vec<&str> = text.lines().collect();
            let from = all.len().saturating_sub(TAIL);
            if let Some(tail) = all.get(from..).filter(|tail| !tail.is_empty()) {
                let whose = process
                    .name
                    .as_ref()
                    .map_or_else(String::new, |name| format!(" of `{name}`"));
                lines.push(format!("standard error{whose}:"));
                lines.extend(tail.iter().map(|line| format!("  {line}")));
            }
        }
        lines
    }
}

/// Compares what a program printed on both streams: as it came, or one behind the other, since nothing tells in which order
/// it wrote to two of them. Line ends at the end do not count.
fn compare_output(matcher: &mut Matcher<'_>, pattern: &Pattern, process: &Process) -> Result<(), Mismatch> {
    let (stdout, stderr) = (process.stdout.as_slice(), process.stderr.as_slice());
    let orders = [
        process.output.clone(),
        [stdout, stderr].concat(),
        [stderr, stdout].concat(),
    ];
    let mut first = Ok(());
    for printed in orders {
        let text = String::from_utf8_lossy(&printed);
        let text = text.trim_end_matches(['\n', '\r']);
        for end in ["", "\n"] {
            let compared = matcher.text("output", pattern, &format!("{text}{end}"));
            if compared.is_ok() {
                return compared;
            }
            if first.is_ok() {
                first = compared;
            }
        }
    }
    first
}

/// How a program ended, in words.
pub(super) fn end_text(end: &ProcessEnd) -> String {
    match end {
        ProcessEnd::Exited(code) => format!("exited with {code}"),
        ProcessEnd::Signaled(name) => format!("was ended by SIG{name}"),
        ProcessEnd::NotStarted(why) => format!("could not be started: {why}"),
        ProcessEnd::OverLimit(what) => format!("was ended: {what}"),
    }
}
