//! Transcripts of a terminal as scenarios: fenced `console` blocks of specs, and files of trycmd.
//!
//! A block has commands behind `$ `, their further lines behind `> `, how one ended behind `? `, and what it printed on
//! both streams; `[..]` stands for anything on a line and `...` for any lines
//! (<https://docs.rs/trycmd>). What stands in one chapter is one scenario, and so is a file of trycmd: its commands run
//! in order, in one folder. Commands of the program under test begin with its name, that of the package or the one that
//! all blocks begin with; a block without one is about something else.

use crate::chapters;
use crate::codes;
use crate::content;
use crate::layout;
use crate::library::Package;
use crate::slice::{Scenario, Slice};
use ghostc_syntax::script::pattern::{JsonType, Pattern, PatternKind};
use ghostc_syntax::script::text::{CommandLine, Text, TextPart, Word, split_words};
use ghostc_syntax::script::{EndExpectation, Script, ScriptStep, StepKind};
use ghostc_syntax::{
    BlockKind, CodeBlock, Diagnostic, FileId, Heading, Number, Sources, Span, SpecFile, Value,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a shell does and ghostc does not.
const SHELL: &[char] = &['|', '<', '>', '&', ';', '`'];

/// A command of a block.
#[derive(Debug)]
struct Shown {
    words: Result<Vec<String>, &'static str>,
    /// Its first word, whether or not the rest can be read.
    program: String,
    span: Span,
    /// The word behind `? `.
    end: Option<(String, Span)>,
    output: String,
    output_span: Span,
}

/// The commands of what stands together.
struct Transcript {
    file: FileId,
    /// What it is called.
    name: String,
    span: Span,
    shown: Vec<Shown>,
}

/// The transcripts of a package, those of a file as one slice, and what of them cannot be followed.
pub fn read(package: &Package, files: &[FileId], sources: &Sources) -> (Vec<Slice>, Vec<Diagnostic>) {
    let mut transcripts: Vec<Transcript> = Vec::new();
    for (_, home) in package.specs() {
        transcripts.extend(of_document(&home.spec, sources));
    }
    for file in files {
        transcripts.extend(of_file(*file, sources));
    }
    let Some(program) = program_name(package, &transcripts) else {
        return (Vec::new(), Vec::new());
    };
    let mut slices: Vec<Slice> = Vec::new();
    let mut findings = Vec::new();
    let mut ids: BTreeMap<String, usize> = BTreeMap::new();
    for transcript in transcripts {
        let is_about_it = |shown: &Shown| is_named(&shown.program, &program);
        if !transcript.shown.iter().any(is_about_it) {
            continue;
        }
        let name = slice_name(package, &sources.get(transcript.file).path);
        let Some(scenario) = scenario(&transcript, &program, &name, &mut ids, &mut findings) else {
            continue;
        };
        if slices.last().is_none_or(|slice| slice.file != transcript.file) {
            slices.push(Slice {
                name,
                file: transcript.file,
                span: Span::start_of(transcript.file),
                covers: Vec::new(),
                after: Vec::new(),
                includes: Vec::new(),
                program: None,
                scenarios: Vec::new(),
            });
        }
        if let Some(slice) = slices.last_mut() {
            slice.scenarios.push(scenario);
        }
    }
    (slices, findings)
}

/// The path of a file in its package, without its ending.
fn slice_name(package: &Package, path: &str) -> String {
    let below = path
        .strip_prefix(package.root.as_str())
        .unwrap_or(path)
        .trim_start_matches('/');
    let below = if below.is_empty() {
        layout::file_name(path)
    } else {
        below
    };
    below.rsplit_once('.').map_or(below, |(name, _)| name).to_string()
}

/// The content of a block that shows commands; one that says `ignore` does not.
fn console(block: &BlockKind) -> Option<&CodeBlock> {
    let BlockKind::Code(code) = block else { return None };
    let mut words = code.lang.split(',');
    let is_console = matches!(words.next(), Some("console" | "trycmd"));
    (is_console && !words.any(|word| word == "ignore")).then_some(code)
}

fn of_document(spec: &SpecFile, sources: &Sources) -> Vec<Transcript> {
    let mut found: Vec<(Option<usize>, Transcript)> = Vec::new();
    let level = chapters::chapter_level(spec);
    for block in &spec.blocks {
        let Some(code) = console(&block.kind) else {
            continue;
        };
        let shown = shown(code.content, sources);
        let Some(first) = shown.first().map(|first| first.span) else {
            continue;
        };
        let chapter = chapter(spec, level, block.heading());
        match found.last_mut().filter(|(known, _)| *known == chapter) {
            Some((_, transcript)) => transcript.shown.extend(shown),
            None => {
                let heading = chapter.and_then(|at| spec.headings.get(at));
                let transcript = Transcript {
                    file: spec.file,
                    name: heading.map_or("", |heading: &Heading| &heading.text).to_string(),
                    span: first,
                    shown,
                };
                found.push((chapter, transcript));
            }
        }
    }
    found.into_iter().map(|(_, transcript)| transcript).collect()
}

/// The heading of the chapter that a heading lies in, by their places; what stands before the first one is in none.
fn chapter(spec: &SpecFile, level: u8, heading: Option<usize>) -> Option<usize> {
    let around = std::iter::successors(heading, |at| spec.headings.get(*at)?.parent());
    let is_inner = |at: &usize| {
        spec.headings
            .get(*at)
            .is_some_and(|heading| heading.level >= level)
    };
    around.take_while(is_inner).last().or(heading)
}

/// A file of trycmd: its blocks, or all of it where it has no fences.
fn of_file(file: FileId, sources: &Sources) -> Option<Transcript> {
    let source = sources.get(file);
    let spec = ghostc_syntax::parse(file, &source.text).value;
    let has_fences = source.text.lines().any(|line| line.starts_with("```"));
    let whole = Span::new(file, 0, source.text.len());
    let shown = if has_fences {
        let blocks = spec.blocks.iter().filter_map(|block| console(&block.kind));
        blocks.flat_map(|code| shown(code.content, sources)).collect()
    } else {
        shown(whole, sources)
    };
    let first = shown.first().map(|first: &Shown| first.span)?;
    let name = layout::file_name(&source.path);
    Some(Transcript {
        file,
        name: name.rsplit_once('.').map_or(name, |(name, _)| name).to_string(),
        span: first,
        shown,
    })
}

/// The commands of a block.
fn shown(content: Span, sources: &Sources) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    let mut text = String::new();
    let mut at = content.start as usize;
    for raw in sources.slice(content).split_inclusive('\n') {
        let line = raw.trim_end_matches(['\n', '\r']);
        let span = Span::new(content.file, at, at + line.len());
        at += raw.len();
        if let Some(command) = line.strip_prefix("$ ") {
            text = command.to_string();
            found.push(Shown {
                words: words(&text),
                program: text.split_whitespace().next().unwrap_or_default().to_string(),
                span: Span {
                    start: span.start + 2,
                    ..span
                },
                end: None,
                output: String::new(),
                output_span: Span {
                    start: span.end,
                    ..span
                },
            });
            continue;
        }
        let Some(last) = found.last_mut() else { continue };
        let is_first = last.output.is_empty() && last.end.is_none();
        if let Some(more) = line.strip_prefix("> ").filter(|_| is_first) {
            text.push('\n');
            text.push_str(more);
            last.words = words(&text);
            last.span.end = span.end;
            last.output_span = Span {
                start: span.end,
                ..span
            };
        } else if let Some(end) = line.strip_prefix("? ").filter(|_| is_first) {
            last.end = Some((end.trim().to_string(), span));
            last.output_span = Span {
                start: span.end,
                ..span
            };
        } else {
            if last.output.is_empty() {
                last.output_span.start = span.start;
            }
            last.output_span.end = span.end;
            last.output.push_str(line);
            last.output.push('\n');
        }
    }
    for shown in &mut found {
        shown.output.truncate(shown.output.trim_end_matches('\n').len());
    }
    found
}

/// The words of a command, where no shell is needed to follow it.
fn words(command: &str) -> Result<Vec<String>, &'static str> {
    // A backslash at the end of a line takes the next one along.
    let command = command.replace("\\\n", " ");
    let mut words = Vec::new();
    for (word, is_quoted) in split_words(&command)? {
        if !is_quoted && word.contains(SHELL) || word.contains("$(") {
            return Err("a shell is needed to follow it");
        }
        words.push(word);
    }
    match words.first() {
        None => Err("it is empty"),
        Some(first) if first.contains('=') => Err("it sets a variable of the environment"),
        Some(_) => Ok(words),
    }
}

/// The name by which transcripts call the program under test.
fn program_name(package: &Package, transcripts: &[Transcript]) -> Option<String> {
    let firsts = || {
        let shown = transcripts.iter().flat_map(|transcript| &transcript.shown);
        shown.map(|shown| &shown.program)
    };
    if firsts().any(|first| layout::file_name(first).eq_ignore_ascii_case(&package.name)) {
        return Some(package.name.clone());
    }
    let first = firsts().next()?;
    firsts()
        .all(|other| other == first)
        .then(|| layout::file_name(first).to_string())
}

/// Whether the first word of a command is the name of the program.
fn is_named(first: &str, program: &str) -> bool {
    layout::file_name(first).eq_ignore_ascii_case(program)
}

fn scenario(
    transcript: &Transcript,
    program: &str,
    slice: &str,
    ids: &mut BTreeMap<String, usize>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Scenario> {
    let mut steps = Vec::new();
    let mut is_whole = true;
    for shown in &transcript.shown {
        match step(shown, program) {
            Ok(step) => steps.extend(step),
            Err((span, why)) => {
                let message = format!("this transcript is not followed: {why}");
                let found = Diagnostic::new(codes::UNREAD_TRANSCRIPT, span, message);
                findings.push(found.help("Write it as a scenario, or mark the block as `console,ignore`."));
                is_whole = false;
            }
        }
    }
    if !is_whole || steps.is_empty() {
        return None;
    }
    let own = content::name_slug(&transcript.name);
    let id = format!("{slice}/{own}");
    let count = ids.entry(id.clone()).and_modify(|count| *count += 1).or_insert(1);
    let id = if *count > 1 { format!("{id}~{count}") } else { id };
    Some(Scenario {
        id,
        name: transcript.name.clone(),
        row: None,
        held_out: false,
        todo: false,
        proves: Vec::new(),
        script: Arc::new(Script {
            variables: BTreeMap::new(),
            files: Vec::new(),
            env: Vec::new(),
            fakes: BTreeMap::new(),
            steps,
        }),
        span: transcript.span,
    })
}

/// A command as a step; nothing where it is skipped, and else why it cannot be followed.
fn step(shown: &Shown, program: &str) -> Result<Option<ScriptStep>, (Span, &'static str)> {
    let words = shown.words.as_ref().map_err(|why| (shown.span, *why))?;
    let end = match &shown.end {
        Some((word, _)) if word == "skipped" => return Ok(None),
        Some((word, span)) => end(word, *span).ok_or((
            *span,
            "`? ` is followed by `success`, `failed`, `interrupted`, `skipped` or a code",
        ))?,
        None => EndExpectation {
            exit: Some(number(0, shown.span)),
            ..EndExpectation::default()
        },
    };
    let under_test = is_named(&shown.program, program);
    let words = words.iter().skip(usize::from(under_test)).map(|word| Word {
        text: literal(word, shown.span),
        splits: false,
    });
    let command = CommandLine {
        under_test,
        words: words.collect(),
        span: shown.span,
    };
    let output = Pattern {
        kind: PatternKind::Text(output(&shown.output, shown.output_span)),
        span: shown.output_span,
    };
    let kind = StepKind::Run {
        command,
        stdin: None,
        until: false,
        expect: Some(EndExpectation {
            output: Some(output),
            ..end
        }),
    };
    Ok(Some(ScriptStep {
        kind,
        within: None,
        timeout: None,
        span: shown.span,
    }))
}

/// How a program ended, by trycmd's word for it.
fn end(word: &str, span: Span) -> Option<EndExpectation> {
    let mut end = EndExpectation::default();
    let of = |kind| Some(Pattern { kind, span });
    match word {
        "success" => end.exit = Some(number(0, span)),
        "failed" => {
            let not_zero = Value::from_json(r#"{"not": {"const": 0}}"#)?;
            end.exit = of(PatternKind::Schema(not_zero));
        }
        "interrupted" => end.signal = of(PatternKind::Type(JsonType::String)),
        code => end.exit = Some(number(code.parse().ok()?, span)),
    }
    Some(end)
}

fn number(code: u8, span: Span) -> Pattern {
    let number = Number::from_decimal(&code.to_string()).map_or(Value::Null, Value::Number);
    Pattern {
        kind: PatternKind::Value(number),
        span,
    }
}

/// A text without variables: a dollar in a transcript is one.
fn literal(text: &str, span: Span) -> Text {
    let parts = if text.is_empty() {
        Vec::new()
    } else {
        vec![TextPart::Literal(text.to_string())]
    };
    Text { parts, span }
}

/// What is printed: trycmd's names for the ending of programs and for the folder are put in.
fn output(text: &str, span: Span) -> Text {
    let text = text.replace("[EXE]", "").replace("[ROOT]", "[CWD]");
    let mut parts = Vec::new();
    for (at, piece) in text.split("[CWD]").enumerate() {
        if at > 0 {
            parts.push(TextPart::Variable("dir".to_string()));
        }
        if !piece.is_empty() {
            parts.push(TextPart::Literal(piece.to_string()));
        }
    }
    Text { parts, span }
}

#[cfg(test)]
mod tests;
