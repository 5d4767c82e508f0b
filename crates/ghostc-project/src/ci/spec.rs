//! The stage `check`: what `ghostc check` finds.

use super::{StageResult, StageState};
use crate::failure;
use crate::load::Loaded;
use crate::wording::tally;
use ghostc_syntax::{Diagnostic, Severity};

/// The findings about texts.
pub(super) fn checked(findings: Vec<Diagnostic>, loaded: &Loaded) -> StageResult {
    let fails = findings.iter().any(|found| found.severity == Severity::Error);
    let state = if fails { StageState::Fail } else { StageState::Ok };
    let kind = failure::kind_of(&findings, &loaded.sources);
    StageResult::new("check", state, tally(&findings)).with(findings, kind)
}
