//! Why something could not be done: a kind, a message, what to do about it, and the findings that say more.

use crate::names::SETTINGS;
use ghostc_plan::prompt::TemplateError;
use ghostc_syntax::{Diagnostic, Severity, Sources};
use std::fmt::Display;

/// What kind of trouble it is, the gravest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailureKind {
    /// Spec errors, failing goldens, drift, or stale tasks in a locked build.
    Findings,
    /// A wrong request or wrong settings.
    Usage,
    /// An agent or the machine failed.
    Machine,
    /// A budget was reached.
    Budget,
    /// ghostc itself is wrong.
    Bug,
    /// A merge could not read or write its files.
    Unmerged,
    /// The caller asked for an end.
    Interrupted,
}

/// Why a function of this crate could not do its work.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What kind of trouble it is.
    pub kind: FailureKind,
    /// The message; empty where the findings say it all.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// What git said, where git is why.
    pub git: Option<String>,
    /// The findings that it comes from.
    pub findings: Option<Box<FailureFindings>>,
}

/// Findings that stop the work, with the texts that they are about.
#[derive(Clone, Debug)]
pub struct FailureFindings {
    /// What was read when they were found.
    pub subject: FindingSubject,
    /// The findings, by file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that their spans mean.
    pub sources: Sources,
}

/// What findings are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingSubject {
    /// Specs, cases and settings: all findings, those that stop nothing included.
    Spec,
    /// The tasks of a spec.
    Plan,
    /// A target's files.
    Target,
    /// A template.
    Template,
    /// The settings and the accepted changes, as far as they decide on changes.
    Policy,
}

impl Failure {
    fn new(kind: FailureKind, message: impl Display) -> Failure {
        Failure {
            kind,
            message: message.to_string(),
            help: None,
            git: None,
            findings: None,
        }
    }

    /// A wrong request or wrong settings.
    pub fn usage(message: impl Display) -> Failure {
        Failure::new(FailureKind::Usage, message)
    }

    /// A name that nothing has, with the nearest that something has, or what else to do.
    pub fn unknown(what: &str, name: &str, known: &[&str], otherwise: impl Display) -> Failure {
        let near = ghostc_syntax::suggest::nearest(name, known);
        let help = near.map_or_else(|| otherwise.to_string(), |near| format!("Did you mean `{near}`?"));
        Failure::usage(format!("no {what} is named `{name}`")).help(help)
    }

    /// Something in the project is not as it must be.
    pub fn findings(message: impl Display) -> Failure {
        Failure::new(FailureKind::Findings, message)
    }

    /// An agent or the machine failed.
    pub fn machine(message: impl Display) -> Failure {
        Failure::new(FailureKind::Machine, message)
    }

    /// A merge could not read or write its files.
    pub fn unmerged(message: impl Display) -> Failure {
        Failure::new(FailureKind::Unmerged, message)
    }

    /// The caller asked for an end.
    pub(crate) fn interrupted() -> Failure {
        Failure::new(FailureKind::Interrupted, "interrupted")
    }

    /// The folder of the process cannot be told.
    pub(crate) fn no_current_folder(why: std::io::Error) -> Failure {
        Failure::machine(format!("cannot tell the current folder: {why}"))
    }

    /// A template of the project is wrong.
    pub(crate) fn template(error: TemplateError) -> Failure {
        let diagnostics = vec![*error.diagnostic];
        Failure::because(
            FailureKind::Usage,
            FindingSubject::Template,
            diagnostics,
            error.sources,
        )
    }

    /// Findings that say all there is to say.
    pub(crate) fn because(
        kind: FailureKind,
        subject: FindingSubject,
        diagnostics: Vec<Diagnostic>,
        sources: Sources,
    ) -> Failure {
        let findings = FailureFindings {
            subject,
            diagnostics,
            sources,
        };
        Failure {
            findings: Some(Box::new(findings)),
            ..Failure::new(kind, "")
        }
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Display) -> Failure {
        self.help = Some(help.to_string());
        self
    }

    /// Keeps what git said.
    #[must_use]
    pub(crate) fn said_by_git(mut self, said: &str) -> Failure {
        self.git = Some(said.to_string());
        self
    }

    /// What git said, where git is why: one line.
    pub(crate) fn git_words(&self) -> Option<&str> {
        self.git.as_deref()
    }

    /// The message and what to do about it, on one line.
    pub(crate) fn sentence(&self) -> String {
        match &self.help {
            Some(help) => {
                let mut letters = help.trim_end_matches('.').chars();
                let first = letters.next().map(|first| first.to_ascii_lowercase());
                let help: String = first.into_iter().chain(letters).collect();
                format!("{}; {help}", self.text())
            }
            None => self.text().to_string(),
        }
    }

    /// The message, for a report; empty where the findings say it all.
    pub fn text(&self) -> &str {
        self.message.trim_end()
    }
}

/// What findings come to; nothing where none of them is an error. Errors in nothing but the settings are a matter of
/// usage.
pub(crate) fn kind_of(diagnostics: &[Diagnostic], sources: &Sources) -> Option<FailureKind> {
    let is_elsewhere = |found: &&Diagnostic| sources.get(found.span.file).path != SETTINGS;
    let mut errors = diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Error)
        .peekable();
    errors.peek()?;
    let elsewhere = errors.any(|found| is_elsewhere(&found));
    Some(if elsewhere {
        FailureKind::Findings
    } else {
        FailureKind::Usage
    })
}
