//! How many cases or scenarios passed.

use ghostc_judge::Verdict;
use schemars::JsonSchema;
use serde::Serialize;

/// Visible cases, and held-out ones apart.
#[derive(Serialize, JsonSchema, Default)]
pub(crate) struct CaseCounts {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) total: usize,
    pub(crate) held_out: HeldOutCounts,
}

/// Held-out cases.
#[derive(Serialize, JsonSchema, Default)]
pub(crate) struct HeldOutCounts {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) total: usize,
}

impl CaseCounts {
    /// The counts of a verdict.
    pub(crate) fn of(verdict: &Verdict) -> CaseCounts {
        CaseCounts {
            passed: verdict.visible.passed,
            failed: verdict.visible.failed,
            total: verdict.visible.total(),
            held_out: HeldOutCounts {
                passed: verdict.held_out.passed,
                failed: verdict.held_out.failed,
                total: verdict.held_out.total(),
            },
        }
    }
}
