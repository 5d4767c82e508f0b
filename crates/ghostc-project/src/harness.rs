//! How the code of a unit is judged: the harness of its target, and its cases.

use crate::project::Unit;
use ghostc_judge::JudgedCase;
use ghostc_plan::prompt::TemplateError;
use ghostc_plan::target::judged_cases;
use ghostc_run::{Harness, Limits};

/// How code for some operations is judged.
pub(crate) fn harness(unit: &Unit<'_>, operations: &[usize]) -> Result<Harness, TemplateError> {
    let module = unit.target.package_module(unit.package);
    let named = |words: &[String]| {
        words
            .iter()
            .map(|word| word.replace("{package}", &module))
            .collect::<Vec<_>>()
    };
    Ok(Harness {
        target: unit.target.name.clone(),
        library: unit.target.link(unit.package, operations)?,
        driver: unit.target.driver(unit.package, operations)?,
        build: unit.target.build.iter().map(|argv| named(argv)).collect(),
        drive: named(&unit.target.drive),
        env: unit.target.env.clone(),
        limits: Limits::default(),
    })
}

/// The cases of some operations.
pub(crate) fn cases(unit: &Unit<'_>, operations: &[usize]) -> Vec<JudgedCase> {
    judged_cases(
        unit.package,
        operations,
        unit.target,
        &unit.project.loaded.sources,
    )
}
