//! Diagnostics as rustc would print them. The one user of `annotate-snippets`.

use crate::codes::Severity;
use crate::diagnostic::Diagnostic;
use crate::source::{Sources, Span};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};
use std::ops::Range;

/// How many lines apart two places may be and still share a snippet.
const NEAR: usize = 12;

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
        .primary_title(&diagnostic.message)
        .id(diagnostic.code.name)
        .element(
            excerpt(sources, diagnostic.span, near.iter().map(|label| label.span))
                .annotation(
                    AnnotationKind::Primary,
                    diagnostic.span,
                    diagnostic.label.as_deref(),
                )
                .annotations(near.iter().map(|label| (label.span, label.text.as_str())))
                .snippet(),
        );
    for label in far {
        group = group.element(
            excerpt(sources, label.span, std::iter::empty())
                .annotation(AnnotationKind::Context, label.span, Some(&label.text))
                .snippet(),
        );
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note));
    }
    let mut groups: Vec<Group<'_>> = Vec::new();
    match (&diagnostic.help, &diagnostic.fix) {
        (help, Some(fix)) => {
            groups.push(group);
            let title = help.as_deref().unwrap_or(&fix.title);
            let mut patched = excerpt(sources, diagnostic.span, fix.edits.iter().map(|edit| edit.span));
            for edit in &fix.edits {
                patched
                    .patches
                    .push(Patch::new(patched.local(edit.span), edit.text.as_str()));
            }
            groups.push(
                Level::HELP
                    .secondary_title(title)
                    .element(patched.patch_snippet()),
            );
        }
        (Some(help), None) => groups.push(group.element(Level::HELP.message(help))),
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
        &diagnostic.message,
    );
    format!(
        "{path}:{}:{}: {severity}[{code}]: {message}",
        start.line, start.column
    )
}

fn is_near(sources: &Sources, a: Span, b: Span) -> bool {
    a.file == b.file && sources.line(a).abs_diff(sources.line(b)) <= NEAR
}

/// A few whole lines of one text: a snippet is built of no more than it shows, however large the file.
struct Excerpt<'a> {
    path: &'a str,
    text: &'a str,
    start: usize,
    line: usize,
    annotations: Vec<Annotation<'a>>,
    patches: Vec<Patch<'a>>,
}

fn excerpt<'a>(sources: &'a Sources, span: Span, others: impl Iterator<Item = Span>) -> Excerpt<'a> {
    let source = sources.get(span.file);
    let (mut start, mut end) = (span.start as usize, span.end as usize);
    for other in others.filter(|other| other.file == span.file) {
        start = start.min(other.start as usize);
        end = end.max(other.end as usize);
    }
    let text = source.text.as_str();
    let start = text
        .get(..start.min(text.len()))
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |at| at + 1);
    let after = text.get(end.min(text.len())..).unwrap_or_default();
    let end = end.min(text.len()) + after.find('\n').unwrap_or(after.len());
    let line = source.line(u32::try_from(start).unwrap_or(u32::MAX));
    let text = text.get(start..end).unwrap_or_default();
    Excerpt {
        path: &source.path,
        text,
        start,
        line,
        annotations: Vec::new(),
        patches: Vec::new(),
    }
}

impl<'a> Excerpt<'a> {
    fn local(&self, span: Span) -> Range<usize> {
        let at = |offset: u32| (offset as usize).saturating_sub(self.start).min(self.text.len());
        at(span.start)..at(span.end)
    }

    fn annotation(mut self, kind: AnnotationKind, span: Span, label: Option<&'a str>) -> Excerpt<'a> {
        let annotation = kind.span(self.local(span));
        self.annotations.push(match label {
            Some(label) => annotation.label(label),
            None => annotation,
        });
        self
    }

    fn annotations(self, labels: impl Iterator<Item = (Span, &'a str)>) -> Excerpt<'a> {
        labels.fold(self, |excerpt, (span, text)| {
            excerpt.annotation(AnnotationKind::Context, span, Some(text))
        })
    }

    fn snippet(self) -> annotate_snippets::Element<'a> {
        if self.text.is_empty() && self.line <= 1 {
            return Origin::path(self.path).into();
        }
        Snippet::source(self.text)
            .path(self.path)
            .line_start(self.line)
            .annotations(self.annotations)
            .into()
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
}
