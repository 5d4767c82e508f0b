//! Who gave statements their words, as `ghostc blame --format json` prints it.

use super::log::CommitJson;
use ghostc_diff::diff::Unit;
use ghostc_project::history::{Selection, Version};
use schemars::JsonSchema;
use serde::Serialize;

/// Statements with the commits that gave them their words.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Blame {
    /// Always `ghostc.blame/1`.
    schema: String,
    package: String,
    /// The statements, in the order of the text.
    statements: Vec<BlamedJson>,
}

#[derive(Serialize, JsonSchema)]
struct BlamedJson {
    id: String,
    /// `statement`, `item`, `code` or `prose`.
    subject: String,
    /// `must`, `must-not`, `should`, `should-not`, `may`, or null.
    strength: Option<String>,
    file: String,
    /// The first line, from 1.
    line: usize,
    end_line: usize,
    /// The titles of the sections around it.
    section: Vec<String>,
    text: String,
    /// The words that it has had, newest first: the present ones alone, unless its history is asked for. Empty where
    /// the history that is here does not reach back to them.
    versions: Vec<VersionJson>,
}

#[derive(Serialize, JsonSchema)]
struct VersionJson {
    /// Which commit gave it these words; null where they are not committed.
    commit: Option<CommitJson>,
    text: String,
}

/// The chosen statements as JSON, with the versions of each.
pub(crate) fn blame(selection: &Selection, versions: &[Vec<Version>]) -> Blame {
    let chosen = selection.chosen.iter().filter_map(|at| selection.units.get(*at));
    let package = selection.snapshot.package();
    Blame {
        schema: "ghostc.blame/1".to_string(),
        package: package.map(|package| package.name.clone()).unwrap_or_default(),
        statements: chosen
            .zip(versions)
            .map(|(unit, versions)| blamed(unit, versions, selection))
            .collect(),
    }
}

fn blamed(unit: &Unit, versions: &[Version], selection: &Selection) -> BlamedJson {
    let sources = selection.snapshot.sources();
    let (start, end) = sources.positions(unit.text.span);
    let titles = unit.text.section.iter().filter(|title| !title.is_empty());
    let version = |version: &Version| VersionJson {
        commit: version.commit.as_ref().map(CommitJson::of),
        text: version.text.clone(),
    };
    BlamedJson {
        id: unit.id.clone(),
        subject: unit.subject.as_str().to_string(),
        strength: unit.strength.map(|strength| strength.as_str().to_string()),
        file: sources.get(unit.text.span.file).path.clone(),
        line: start.line,
        end_line: end.line,
        section: titles.cloned().collect(),
        text: unit.text.text.clone(),
        versions: versions.iter().map(version).collect(),
    }
}
