//! Files of scenarios, as `ghostc inspect --format json` prints them.

use ghostc_spec::library::Package;
use ghostc_spec::slice::{Scenario, Slice};
use ghostc_syntax::Sources;
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SliceJson")]
pub(super) struct InspectedSliceJson {
    name: String,
    file: String,
    /// The anchors of the sections that it covers.
    covers: Vec<String>,
    /// The slices that come before it.
    after: Vec<String>,
    /// The files that it includes, by path below `scenarios/`.
    includes: Vec<String>,
    /// One for each row, where there is a table.
    scenarios: Vec<SliceScenarioJson>,
}

#[derive(Serialize, JsonSchema)]
struct SliceScenarioJson {
    id: String,
    name: String,
    /// What its row is called; null without a table.
    row: Option<String>,
    line: usize,
    held_out: bool,
    /// Whether it waits to be written.
    todo: bool,
    /// How many steps it has, those of definitions included.
    steps: usize,
    /// How many things it says that it shows.
    proves: usize,
}

/// Files of scenarios as JSON.
pub(super) fn slices(package: &Package, slices: &[Slice], sources: &Sources) -> Vec<InspectedSliceJson> {
    let all = slices.iter();
    all.map(|slice| InspectedSliceJson::new(package, slice, sources))
        .collect()
}

impl InspectedSliceJson {
    fn new(package: &Package, slice: &Slice, sources: &Sources) -> InspectedSliceJson {
        let before = slice.after.iter().filter_map(|(at, _)| package.slices.get(*at));
        let scenario = |found: &Scenario| SliceScenarioJson {
            id: found.id.clone(),
            name: found.name.clone(),
            row: found.row.clone(),
            line: sources.line(found.span),
            held_out: found.held_out,
            todo: found.todo,
            steps: found.script.steps.len(),
            proves: found.proves.len(),
        };
        InspectedSliceJson {
            name: slice.name.clone(),
            file: sources.get(slice.file).path.clone(),
            covers: slice.covers.iter().map(|found| found.anchor.clone()).collect(),
            after: before.map(|found| found.name.clone()).collect(),
            includes: slice.includes.clone(),
            scenarios: slice.scenarios.iter().map(scenario).collect(),
        }
    }
}
