//! Diagnostics as data: made where the fault is found, rendered elsewhere.

use crate::codes::{Code, Severity};
use crate::source::Span;

/// A further position that helps to understand a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there.
    pub text: String,
}

/// One replacement of bytes by text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// A change that a tool can apply without asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an imperative phrase.
    pub title: String,
    /// Its replacements; they do not overlap.
    pub edits: Vec<Edit>,
}

/// One finding about a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its name in the table of codes.
    pub code: Code,
    /// How bad it is; the code's own unless settings changed it.
    pub severity: Severity,
    /// Whether it stops the tasks that read its text, and no others.
    pub local: bool,
    /// A lower-case phrase with names in backticks and no full stop.
    pub message: String,
    /// Where it is.
    pub span: Span,
    /// What is at the span, when the message does not say it.
    pub label: Option<String>,
    /// Other places.
    pub labels: Vec<Label>,
    /// Facts without a place.
    pub notes: Vec<String>,
    /// What to do about it, as an imperative sentence.
    pub help: Option<String>,
    /// How to mend it mechanically.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A finding with the code's own severity and nothing optional.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: code.severity,
            local: false,
            message: message.into(),
            span,
            label: None,
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// Lets it stop the tasks alone that read its text.
    #[must_use]
    pub fn local(mut self) -> Diagnostic {
        self.local = true;
        self
    }

    /// Says what is at the span.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Diagnostic {
        self.label = Some(text.into());
        self
    }

    /// Points at another place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Adds a fact without a place.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Diagnostic {
        self.notes.push(text.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help = Some(text.into());
        self
    }

    /// Offers one replacement that mends it; the title is an imperative phrase.
    #[must_use]
    pub fn fix(mut self, title: impl Into<String>, span: Span, text: impl Into<String>) -> Diagnostic {
        self.fix = Some(Fix {
            title: title.into(),
            edits: vec![Edit {
                span,
                text: text.into(),
            }],
        });
        self
    }

    /// Offers the nearest known name as a fix where there is one, else lists what is known.
    #[must_use]
    pub fn suggest(self, written: &str, at: Span, known: &[&str]) -> Diagnostic {
        match crate::suggest::nearest(written, known) {
            Some(name) => self
                .help(format!("Write `{name}`."))
                .fix(format!("write `{name}`"), at, name),
            None if known.is_empty() => self,
            None => self.note(format!("known: {}", known.join(", "))),
        }
    }
}

/// Sorts by file, offset and code, so that no output depends on the order of checks.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|a, b| {
        let key = |d: &Diagnostic| (d.span.file, d.span.start, d.span.end);
        key(a)
            .cmp(&key(b))
            .then_with(|| a.code.name.cmp(b.code.name))
            .then_with(|| a.message.cmp(&b.message))
    });
}

/// A value and what was found wrong on the way to it.
#[derive(Clone, Debug)]
pub struct Checked<T> {
    /// What was understood; always usable.
    pub value: T,
    /// What was found, in any order.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Checked<T> {
    /// A value with its findings.
    pub fn new(value: T, diagnostics: Vec<Diagnostic>) -> Checked<T> {
        Checked { value, diagnostics }
    }

    /// The one way to a [`Sound`] value: fails where there is an error among the findings that stops more than the tasks
    /// that read its text.
    ///
    /// # Errors
    /// Gives the value and its findings back unchanged when any finding is such an error.
    pub fn strict(self) -> Result<(Sound<T>, Vec<Diagnostic>), Checked<T>> {
        if self
            .diagnostics
            .iter()
            .any(|found| found.severity == Severity::Error && !found.local)
        {
            return Err(self);
        }
        Ok((Sound(self.value), self.diagnostics))
    }
}

/// A value that was checked and has no errors but for those that stop single tasks. Only [`Checked::strict`] makes one.
#[derive(Clone, Debug)]
pub struct Sound<T>(T);

impl<T> std::ops::Deref for Sound<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}
