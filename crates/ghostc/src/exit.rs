//! How a command ends: exit codes that do not depend on the output format, and failures with their messages.

use crate::global::Global;
use crate::output;
use ghostc_project::wording::tally;
use ghostc_project::{Failure, FailureFindings, FailureKind, FindingSubject};

/// The exit codes that users may rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Exit {
    /// All is well.
    Fine = 0,
    /// Spec errors, failing goldens, drift, or stale tasks under `--locked`.
    Findings = 1,
    /// Wrong arguments or settings.
    Usage = 2,
    /// An agent or the machine failed.
    Machine = 3,
    /// A budget was reached.
    Budget = 4,
    /// A bug in ghostc.
    Bug = 70,
    /// A merge driver could not write; from 129 on, git stops the merge instead of taking the file for merged.
    Unmerged = 129,
    /// Stopped by a signal.
    Interrupted = 130,
}

/// What every command gives.
pub(crate) type Outcome = Result<Exit, Failure>;

impl From<FailureKind> for Exit {
    fn from(kind: FailureKind) -> Exit {
        match kind {
            FailureKind::Findings => Exit::Findings,
            FailureKind::Usage => Exit::Usage,
            FailureKind::Machine => Exit::Machine,
            FailureKind::Budget => Exit::Budget,
            FailureKind::Bug => Exit::Bug,
            FailureKind::Unmerged => Exit::Unmerged,
            FailureKind::Interrupted => Exit::Interrupted,
        }
    }
}

/// What a result comes to.
pub(crate) fn exit_of(kind: Option<FailureKind>) -> Exit {
    kind.map_or(Exit::Fine, Exit::from)
}

/// Prints a failure to stderr and gives its exit code.
pub(crate) fn report(failure: &Failure, global: &Global) -> Exit {
    if let Some(found) = &failure.findings {
        say_findings(found, global);
    }
    if !failure.message.is_empty() {
        let bold = anstyle_bold();
        output::say(&format!("{}error{}: {}", bold.0, bold.1, failure.text()));
    }
    if let Some(help) = &failure.help {
        output::say(&format!("help: {help}"));
    }
    Exit::from(failure.kind)
}

fn say_findings(found: &FailureFindings, global: &Global) {
    let FailureFindings {
        subject,
        diagnostics,
        sources,
    } = found;
    match subject {
        FindingSubject::Spec => {
            output::say_findings(diagnostics, sources, global);
            output::say(&tally(diagnostics));
        }
        FindingSubject::Plan => output::say_findings(diagnostics, sources, global),
        FindingSubject::Target => output::say_each(diagnostics, sources),
        FindingSubject::Template | FindingSubject::Policy => {
            let rendered = diagnostics
                .iter()
                .map(|found| ghostc_syntax::render::render(found, sources, output::style()));
            rendered.for_each(|text| output::say(text.trim_end()));
        }
    }
}

/// The escapes around an error's name; anstream takes them out where they are not wanted.
fn anstyle_bold() -> (&'static str, &'static str) {
    ("\u{1b}[1;31m", "\u{1b}[0m")
}
