//! The stage `check`: what `ghostc check` finds.

use super::Looked;
use crate::load::Loaded;
use crate::output;
use crate::report::State;
use ghostc_syntax::{Diagnostic, Severity};

/// The findings about texts.
pub(super) fn checked(findings: Vec<Diagnostic>, loaded: &Loaded) -> Looked {
    let fails = findings.iter().any(|found| found.severity == Severity::Error);
    let state = if fails { State::Fail } else { State::Ok };
    let exit = output::exit_of(&findings, &loaded.sources);
    Looked::new("check", state, output::tally(&findings)).with(findings, exit)
}
