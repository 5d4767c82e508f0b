//! warning(clarity): a scenario lacks its WHEN or its THEN
//!
//! A scenario says what happens and what must follow.
//! This one says only one of them, or has nothing but its name, so it cannot be tested.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /openspec/specs/export/spec.md
//! # Export
//!
//! ## Purpose
//!
//! Rows are written to files that other programs read.
//!
//! ## Requirements
//!
//! ### Requirement: Quotes
//! The system SHALL quote cells that hold commas.
//!
//! #### Scenario: A comma
//! - **WHEN** a cell holds a comma
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /openspec/specs/export/spec.md
//! # Export
//!
//! ## Purpose
//!
//! Rows are written to files that other programs read.
//!
//! ## Requirements
//!
//! ### Requirement: Quotes
//! The system SHALL quote cells that hold commas.
//!
//! #### Scenario: A comma
//! - **WHEN** a cell holds a comma
//! - **THEN** it is quoted
//! ````

use ghostc_spec::facts::{ProseScenario, StepKind};
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    if package.changes.as_ref().is_some_and(|base| base.archived) {
        return;
    }
    for scenario in &package.facts.scenarios {
        let has = |kind| scenario.steps.iter().any(|step| step.kind == kind);
        let missing = match (has(StepKind::When), has(StepKind::Then)) {
            (true, false) => "THEN",
            // What holds in a given state needs nothing to happen.
            (false, true) if !has(StepKind::Given) => "WHEN",
            (false, false) if is_empty(scenario, package) => "WHEN and no THEN",
            (true, true) | (false, _) => continue,
        };
        // A step may stand in a paragraph or in a nested list.
        let text = sources.slice(scenario.section).to_ascii_uppercase();
        if text.contains(missing) {
            continue;
        }
        findings.push(describe(scenario, missing, sources));
    }
}

/// Whether a scenario is a heading and nothing else.
fn is_empty(scenario: &ProseScenario, package: &Package) -> bool {
    let home = package.documents.get(scenario.document);
    let blocks = home.map_or(&[][..], |home| &home.spec.blocks);
    let next = blocks.partition_point(|block| block.span.start <= scenario.span.start);
    let inside = blocks
        .get(next)
        .filter(|block| scenario.section.contains(block.span));
    scenario.span.start == scenario.section.start && inside.is_none()
}

fn describe(scenario: &ProseScenario, missing: &str, sources: &Sources) -> Diagnostic {
    let span = scenario.span.first_line(&sources.get(scenario.span.file).text);
    let found = Diagnostic::new(
        super::INCOMPLETE_SCENARIO,
        span,
        format!("this scenario has no {missing}"),
    );
    found.help(match missing {
        "THEN" => "Say what must follow.",
        "WHEN" => "Say what happens.",
        _ => "Say what happens and what must follow, or take it out.",
    })
}
