//! Diagnostics as rustc would print them. The one user of `annotate-snippets`.

use crate::codes::Severity;
use crate::diagnostic::{Diagnostic, Edit};
use crate::printable::{is_hidden, printable};
use crate::source::{Sources, Span};
use annotate_snippets::{
    Annotation, AnnotationKind, Element, Group, Level, Origin, Patch, Renderer, Snippet,
};
use std::borrow::Cow;
use std::ops::Range;

/// How many lines apart two spans may be and still share a snippet.
const NEAR_LINES: usize = 12;

/// How many bytes apart two spans of one line may be and still share a snippet.
const NEAR_BYTES: usize = 1_000;

/// The most bytes that a snippet marks; of a longer span its start is marked.
const LONGEST: usize = 16 * 1024;

/// The most bytes of a line that stand before or after what a snippet marks. Of a longer stretch [`CONTEXT`] are left: a
/// finding takes as long as what it shows, however long its line is.
const WHOLE: usize = 1_000;

/// The bytes that are left on a side of a line that was cut.
const CONTEXT: usize = 200;

/// What stands where a line was cut.
const CUT: &str = "…";

/// How to print.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether to colour with ANSI escapes.
    pub color: bool,
    /// The columns of the terminal, for trimming long lines.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Style {
        Style {
            color: false,
            width: 100,
        }
    }
}

/// One diagnostic as text, with a line end.
pub fn render(diagnostic: &Diagnostic, sources: &Sources, style: Style) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let (near, far): (Vec<_>, Vec<_>) = diagnostic
        .labels
        .iter()
        .partition(|label| is_near(sources, diagnostic.span, label.span));
    let mut group = level
        .clone()
        .primary_title(printable(&diagnostic.message))
        .id(diagnostic.code.name)
        .elements(
            excerpt(sources, diagnostic.span, near.iter().map(|label| label.span))
                .annotation(
                    AnnotationKind::Primary,
                    diagnostic.span,
                    diagnostic.label.as_deref(),
                )
                .annotations(near.iter().map(|label| (label.span, label.text.as_str())))
                .elements(),
        );
    for label in far {
        group = group.elements(
            excerpt(sources, label.span, std::iter::empty())
                .annotation(AnnotationKind::Context, label.span, Some(&label.text))
                .elements(),
        );
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(printable(note)));
    }
    let mut groups: Vec<Group<'_>> = Vec::new();
    match (&diagnostic.help, &diagnostic.fix) {
        (help, Some(fix)) => {
            groups.push(group);
            let title = Level::HELP.secondary_title(printable(help.as_deref().unwrap_or(&fix.title)));
            let is_near = |edit: &Edit| is_near(sources, diagnostic.span, edit.span);
            groups.push(if fix.edits.iter().all(is_near) {
                let mut patched = excerpt(sources, diagnostic.span, fix.edits.iter().map(|edit| edit.span));
                for edit in &fix.edits {
                    let patch = Patch::new(patched.local(edit.span), printable(&edit.text));
                    patched.patches.push(patch);
                }
                title.element(patched.patch_snippet())
            } else {
                Group::with_title(title)
            });
        }
        (Some(help), None) => groups.push(group.element(Level::HELP.message(printable(help)))),
        (None, None) => groups.push(group),
    }
    let renderer = if style.color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let text = renderer.term_width(style.width).render(&groups);
    format!("{text}\n")
}

/// One diagnostic on one line: `path:line:column: severity[code]: message`.
pub fn line(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let (start, _) = sources.positions(diagnostic.span);
    let path = &sources.get(diagnostic.span.file).path;
    let (severity, code, message) = (
        diagnostic.severity.as_str(),
        diagnostic.code.name,
        printable(&diagnostic.message),
    );
    let path = printable(path);
    format!(
        "{path}:{}:{}: {severity}[{code}]: {message}",
        start.line, start.column
    )
}

fn is_near(sources: &Sources, a: Span, b: Span) -> bool {
    let apart = (b.start.saturating_sub(a.end)).max(a.start.saturating_sub(b.end)) as usize;
    a.file == b.file
        && match sources.line(a).abs_diff(sources.line(b)) {
            0 => apart <= NEAR_BYTES,
            lines => lines <= NEAR_LINES && apart <= LONGEST,
        }
}

/// A few lines of one text, of long lines a part: a snippet is built of no more than it shows, however large the file.
struct Excerpt<'a> {
    path: Cow<'a, str>,
    text: Cow<'a, str>,
    /// The bytes of the file that the text starts after, and those put before them to show that a line was cut.
    start: usize,
    shift: usize,
    line: usize,
    /// The column of the first marked character, where the text does not start with its line.
    column: Option<usize>,
    annotations: Vec<Annotation<'a>>,
    patches: Vec<Patch<'a>>,
}

/// A span without what is too long to be marked: its start, and of a line that is too long the first bytes.
fn marked(span: Span, text: &str) -> Range<usize> {
    let range = span.range();
    let (start, end) = (range.start.min(text.len()), range.end.min(text.len()));
    if end - start <= LONGEST {
        return start..end;
    }
    let line = span.first_line(text).range();
    start..text.floor_char_boundary(line.end.min(start + CONTEXT))
}

/// The text with a visible character in the place of each hidden one, of as many bytes, so that spans fit. Those of one
/// byte are left: `annotate-snippets` has pictures for them.
fn visible(text: &str) -> Cow<'_, str> {
    let is_wide = |c: char| !c.is_ascii() && is_hidden(c);
    if !text.contains(is_wide) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c.len_utf8() {
            _ if !is_wide(c) => out.push(c),
            2 => out.push('¤'),
            3 => out.push('\u{fffd}'),
            _ => out.push_str("¤¤"),
        }
    }
    Cow::Owned(out)
}

fn excerpt<'a>(sources: &'a Sources, span: Span, others: impl Iterator<Item = Span>) -> Excerpt<'a> {
    let source = sources.get(span.file);
    let text = source.text.as_str();
    let Range { mut start, mut end } = marked(span, text);
    for other in others.filter(|other| other.file == span.file) {
        let other = marked(other, text);
        start = start.min(other.start);
        end = end.max(other.end);
    }
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let (first, last) = (source.line_range(offset(start)), source.line_range(offset(end)));
    let cut_start = start - first.start.min(start) > WHOLE;
    let cut_end = last.end.saturating_sub(end) > WHOLE;
    let from = if cut_start {
        text.floor_char_boundary(start - CONTEXT)
    } else {
        first.start
    };
    let to = if cut_end {
        text.ceil_char_boundary(end + CONTEXT)
    } else {
        last.end
    };
    let shown = visible(text.get(from..to).unwrap_or_default());
    let mark = |cut: bool| if cut { CUT } else { "" };
    let shown = if cut_start || cut_end {
        Cow::Owned(format!("{}{shown}{}", mark(cut_start), mark(cut_end)))
    } else {
        shown
    };
    Excerpt {
        path: printable(&source.path),
        text: shown,
        start: from,
        shift: mark(cut_start).len(),
        line: source.line(offset(start)),
        column: cut_start.then(|| source.position(span.start).column),
        annotations: Vec::new(),
        patches: Vec::new(),
    }
}

impl<'a> Excerpt<'a> {
    /// The bytes of the excerpt that a span covers; an end that was cut off is that of the excerpt.
    fn local(&self, span: Span) -> Range<usize> {
        let longest = (self.text.len()).saturating_sub(self.shift);
        let at = |offset: u32| (offset as usize).saturating_sub(self.start).min(longest) + self.shift;
        self.text.floor_char_boundary(at(span.start))..self.text.floor_char_boundary(at(span.end))
    }

    fn annotation(mut self, kind: AnnotationKind, span: Span, label: Option<&'a str>) -> Excerpt<'a> {
        let annotation = kind.span(self.local(span));
        self.annotations.push(match label {
            Some(label) => annotation.label(printable(label)),
            None => annotation,
        });
        self
    }

    fn annotations(self, labels: impl Iterator<Item = (Span, &'a str)>) -> Excerpt<'a> {
        labels.fold(self, |excerpt, (span, text)| {
            excerpt.annotation(AnnotationKind::Context, span, Some(text))
        })
    }

    fn elements(self) -> Vec<Element<'a>> {
        if self.text.is_empty() && self.line <= 1 {
            return vec![Origin::path(self.path).into()];
        }
        let snippet = Snippet::source(self.text)
            .line_start(self.line)
            .annotations(self.annotations);
        match self.column {
            None => vec![snippet.path(self.path).into()],
            Some(column) => {
                let origin = Origin::path(self.path).line(self.line).char_column(column);
                vec![origin.into(), snippet.into()]
            }
        }
    }

    fn patch_snippet(self) -> Snippet<'a, Patch<'a>> {
        Snippet::source(self.text)
            .path(self.path)
            .line_start(self.line)
            .patches(self.patches)
    }
}

#[cfg(test)]
#[allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "snapbox looks for the source file of a snapshot"
)]
mod tests {
    use super::*;
    use crate::codes;
    use crate::source::{FileId, Source};
    use snapbox::{assert_data_eq, str};

    #[test]
    fn places_fixes_and_notes_are_shown_with_carets() {
        let mut sources = Sources::default();
        sources.add(Source::new(
            "specs/a/tests.yaml",
            "left:\n  - input: 1\nformat_durations:\n  - input: 2\n",
        ));
        sources.add(Source::new(
            "specs/a/SPEC.md",
            "# A\n\n### format_duration(seconds) → string\n",
        ));
        let span = Span::new(FileId(0), 19, 35);
        let found = Diagnostic::new(
            codes::UNKNOWN_KEY,
            span,
            "no operation is named `format_durations`",
        )
        .label("1 case is under this name")
        .also(Span::new(FileId(1), 9, 24), "an operation")
        .note("known: format_duration")
        .help("Rename the group.")
        .fix("rename the group", span, "format_duration");
        assert_data_eq!(
            render(&found, &sources, Style::default()),
            str![[r#"
error[unknown-key]: no operation is named `format_durations`
 --> specs/a/tests.yaml:3:1
  |
3 | format_durations:
  | ^^^^^^^^^^^^^^^^ 1 case is under this name
  |
 ::: specs/a/SPEC.md:3:5
  |
3 | ### format_duration(seconds) → string
  |     --------------- an operation
  |
  = note: known: format_duration
help: Rename the group.
  |
3 - format_durations:
3 + format_duration:
  |

"#]]
        );
    }

    #[test]
    fn a_finding_about_an_empty_file_names_the_file() {
        let mut sources = Sources::default();
        let file = sources.add(Source::new("specs/a/SPEC.md", ""));
        let found = Diagnostic::new(codes::NOT_UTF8, Span::start_of(file), "not UTF-8");
        assert_data_eq!(
            render(&found, &sources, Style::default()),
            str![[r#"
error[not-utf8]: not UTF-8
--> specs/a/SPEC.md

"#]]
        );
    }

    #[test]
    fn of_a_long_line_a_window_is_shown() {
        let mut sources = Sources::default();
        let text = format!("{}WRONG {}\nnext\n", "é".repeat(50_000), "b ".repeat(50_000));
        let file = sources.add(Source::new("long.md", text));
        let found = Diagnostic::new(codes::UNKNOWN_KEY, Span::new(file, 100_000, 100_005), "here")
            .also(Span::new(file, 0, 4), "far away on the same line")
            .fix("mend it", Span::new(file, 100_000, 100_005), "RIGHT");
        let text = render(&found, &sources, Style::default());
        assert!(text.len() < 4_000, "{}", text.len());
        assert!(text.contains("long.md:1:50001\n"), "{text}");
        assert!(text.contains("^^^^^ ") || text.contains("^^^^^\n"), "{text}");
        assert!(text.contains("far away on the same line"), "{text}");
        assert!(text.contains("RIGHT"), "{text}");
    }

    #[test]
    fn a_span_over_a_whole_file_marks_its_start() {
        let mut sources = Sources::default();
        let file = sources.add(Source::new("long.md", "word ".repeat(100_000)));
        let found = Diagnostic::new(codes::UNKNOWN_KEY, Span::new(file, 0, 500_000), "here");
        let text = render(&found, &sources, Style::default());
        assert!(text.len() < 4_000 && text.contains("long.md:1:1\n"), "{text}");
    }

    #[test]
    fn many_findings_on_one_line_take_time_in_proportion_to_their_count() {
        let mut sources = Sources::default();
        let file = sources.add(Source::new("long.md", "word ".repeat(20_000)));
        let shown: usize = (0..20_000)
            .map(|at| Diagnostic::new(codes::UNKNOWN_KEY, Span::new(file, at * 5, at * 5 + 4), "here"))
            .map(|found| render(&found, &sources, Style::default()).len())
            .sum();
        assert!(shown < 20_000 * 1_000, "{shown}");
    }

    #[test]
    fn no_character_of_a_text_steers_a_terminal() {
        let mut sources = Sources::default();
        let text = "a \u{1b}[31m\u{7} \u{202e}b\u{9b}31m c\n";
        let file = sources.add(Source::new("a\u{1b}.md", text));
        let found = Diagnostic::new(codes::UNKNOWN_KEY, Span::new(file, 2, 3), format!("in {text}"))
            .label(text)
            .also(Span::new(file, 0, 1), text)
            .note(text)
            .help(text)
            .fix("mend it", Span::new(file, 0, 1), text);
        for text in [render(&found, &sources, Style::default()), line(&found, &sources)] {
            let hidden: Vec<char> = text.chars().filter(|c| crate::printable::is_hidden(*c)).collect();
            assert_eq!(hidden, [], "{text}");
        }
    }
}
