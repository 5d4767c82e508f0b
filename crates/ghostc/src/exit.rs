//! How a command ends: exit codes that do not depend on the output format, and failures with their messages.

use crate::output;
use ghostc_plan::prompt::TemplateError;
use std::fmt::Display;

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

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    message: String,
    help: Option<String>,
}

impl Failure {
    /// Wrong arguments or settings.
    pub(crate) fn usage(message: impl Display) -> Failure {
        Failure {
            exit: Exit::Usage,
            message: message.to_string(),
            help: None,
        }
    }

    /// A name that nothing has, with the nearest that something has, or what else to do.
    pub(crate) fn unknown(what: &str, name: &str, known: &[&str], otherwise: impl Display) -> Failure {
        let near = ghostc_syntax::suggest::nearest(name, known);
        let help = near.map_or_else(|| otherwise.to_string(), |near| format!("Did you mean `{near}`?"));
        Failure::usage(format!("no {what} is named `{name}`")).help(help)
    }

    /// Something in the project is not as it must be.
    pub(crate) fn findings(message: impl Display) -> Failure {
        Failure {
            exit: Exit::Findings,
            message: message.to_string(),
            help: None,
        }
    }

    /// An agent or the machine failed.
    pub(crate) fn machine(message: impl Display) -> Failure {
        Failure {
            exit: Exit::Machine,
            message: message.to_string(),
            help: None,
        }
    }

    /// A merge could not read or write its files.
    pub(crate) fn unmerged(message: impl Display) -> Failure {
        Failure {
            exit: Exit::Unmerged,
            message: message.to_string(),
            help: None,
        }
    }

    /// A template of the project is wrong.
    pub(crate) fn template(error: &TemplateError) -> Failure {
        output::say(error.render(output::style()).trim_end());
        Failure::said(Exit::Usage)
    }

    /// The findings were already printed; only the exit code is left.
    pub(crate) fn said(exit: Exit) -> Failure {
        Failure {
            exit,
            message: String::new(),
            help: None,
        }
    }

    /// Says what to do.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Display) -> Failure {
        self.help = Some(help.to_string());
        self
    }

    /// The message, for a report; empty where it was printed already.
    pub(crate) fn text(&self) -> &str {
        self.message.trim_end()
    }

    /// Prints the message to stderr and gives the exit code.
    pub(crate) fn report(&self) -> Exit {
        if !self.message.is_empty() {
            let bold = anstyle_bold();
            output::say(&format!("{}error{}: {}", bold.0, bold.1, self.message.trim_end()));
        }
        if let Some(help) = &self.help {
            output::say(&format!("help: {help}"));
        }
        self.exit
    }
}

/// The escapes around an error's name; anstream takes them out where they are not wanted.
fn anstyle_bold() -> (&'static str, &'static str) {
    ("\u{1b}[1;31m", "\u{1b}[0m")
}
