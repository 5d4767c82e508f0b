//! Changes of a spec as work on an implementation: what of each the code names, and the cases and scenarios that speak
//! of it. The code is read as words, in whatever language it is, and never run.

use crate::comparison::Comparison;
use crate::diff::DiffReport;
use crate::failure::Failure;
use crate::host::{Contents, Host};
use crate::load;
use crate::paths::shown;
use ghostc_diff::diff::{Change, Class, Kind, Subject};
use ghostc_spec::layout;
use ghostc_spec::library::{Case, Operation, Package};
use ghostc_syntax::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The largest file of code that is read, in bytes.
const MAX_BYTES: u64 = 1 << 20;
/// Places of a name that are kept.
const PLACES: usize = 5;

/// What an implementation has to follow.
pub struct WorkList {
    /// The folder of the implementation, as it was named.
    pub code: String,
    /// How many files of it were read.
    pub files: usize,
    /// Files that were not: no text, or too large.
    pub unread: Vec<String>,
    /// One for each breaking or additive change, by the package and the fingerprint of the change.
    items: BTreeMap<(String, String), WorkItem>,
}

/// What one change asks of an implementation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkItem {
    /// What is to be done with what the change is about.
    pub verb: Verb,
    /// What the change names, and where the code does.
    pub names: Vec<NameInCode>,
    /// The ids of cases that speak of it; held-out ones are not told.
    pub cases: Vec<String>,
    /// The scenarios that speak of it: their ids, and where they are in the new state.
    pub scenarios: Vec<(String, Span)>,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verb {
    /// Make what is not there.
    Add,
    /// Change what is there.
    #[default]
    Change,
    /// Take away what is there.
    Remove,
}

impl Verb {
    /// What a change of a kind asks for.
    pub fn of(kind: Kind) -> Verb {
        match kind {
            Kind::Added => Verb::Add,
            Kind::Removed => Verb::Remove,
            Kind::Modified
            | Kind::Strengthened
            | Kind::Weakened
            | Kind::Negated
            | Kind::Moved
            | Kind::Renamed
            | Kind::Reordered
            | Kind::ExpectationChanged => Verb::Change,
        }
    }

    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Verb::Add => "add",
            Verb::Change => "change",
            Verb::Remove => "remove",
        }
    }
}

/// A name of the spec in the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameInCode {
    /// The name as the spec writes it.
    pub name: String,
    /// The first places where the code has it, in whatever case style: a path and a line, from 1.
    pub places: Vec<(String, usize)>,
    /// How many more there are.
    pub more: usize,
}

impl WorkList {
    /// What a change asks for; nothing where it asks for nothing.
    pub fn item(&self, package: &str, change: &Change) -> Option<&WorkItem> {
        let key = (package.to_string(), change.fingerprint.clone());
        self.items.get(&key)
    }
}

/// Looks for what has changed in an implementation.
///
/// # Errors
/// Fails where the folder is not there.
pub fn work_list(report: &DiffReport, code: &Path, host: &Host) -> Result<WorkList, Failure> {
    if !host.files.exists(code) {
        let failure = Failure::usage(format!("there is no `{}`", code.display()));
        return Err(failure.help("Name the folder of the implementation, such as `golden`."));
    }
    let comparison = &report.comparison;
    let mut items = BTreeMap::new();
    for package in &comparison.found.packages {
        let now = package_of(comparison, &package.name);
        for change in package
            .changes
            .iter()
            .filter(|change| change.class >= Class::Additive)
        {
            let item = WorkItem::of(change, now);
            items.insert((package.name.clone(), change.fingerprint.clone()), item);
        }
    }
    let mut wanted: BTreeMap<String, NamePlaces> = BTreeMap::new();
    for name in items.values().flat_map(|item: &WorkItem| &item.names) {
        wanted.insert(folded(&name.name), NamePlaces::default());
    }
    let mut list = WorkList {
        code: code.display().to_string(),
        files: 0,
        unread: Vec::new(),
        items: BTreeMap::new(),
    };
    list.read(code, &mut wanted, host);
    for name in items.values_mut().flat_map(|item| &mut item.names) {
        if let Some(found) = wanted.get(&folded(&name.name)) {
            name.places.clone_from(&found.places);
            name.more = found.count.saturating_sub(found.places.len());
        }
    }
    list.items = items;
    Ok(list)
}

/// A package in the new state, where that can be planned.
fn package_of<'c>(comparison: &'c Comparison, name: &str) -> Option<&'c Package> {
    let (library, _) = comparison.planned.as_ref()?;
    library.packages.iter().find(|package| package.name == name)
}

/// Where the code has a name.
#[derive(Default)]
struct NamePlaces {
    places: Vec<(String, usize)>,
    count: usize,
}

impl WorkList {
    /// Reads the code once, and notes the lines with names that are wanted. Specs and cases are no code.
    fn read(&mut self, code: &Path, wanted: &mut BTreeMap<String, NamePlaces>, host: &Host) {
        for path in load::files_below(code, host) {
            let name = shown(&path, Path::new(""));
            if layout::is_package_file(&name) {
                continue;
            }
            let text = match host.files.read_within(&path, true, MAX_BYTES) {
                Ok(Contents::Bytes(bytes)) => String::from_utf8(bytes).ok(),
                Ok(Contents::NotAFile | Contents::TooLarge(_)) | Err(_) => None,
            };
            let Some(text) = text else {
                self.unread.push(name);
                continue;
            };
            self.files += 1;
            for (at, line) in text.lines().enumerate() {
                let words: BTreeSet<String> = words(line).collect();
                for word in words {
                    let Some(found) = wanted.get_mut(&word) else {
                        continue;
                    };
                    found.count += 1;
                    if found.places.len() < PLACES {
                        found.places.push((name.clone(), at + 1));
                    }
                }
            }
        }
    }
}

/// The words of a line of code, and those that hyphens join, each folded.
fn words(line: &str) -> impl Iterator<Item = String> + '_ {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$');
    let joined = line.split(move |c: char| !is_part(c));
    let pieces = |word: &'_ str| -> Vec<String> {
        let apart = word.split('-').filter(|_| word.contains('-')).map(folded);
        std::iter::once(folded(word)).chain(apart).collect()
    };
    joined.flat_map(pieces).filter(|word| !word.is_empty())
}

/// A name without what case styles differ in: `max_units`, `maxUnits` and `max-units` are one.
fn folded(name: &str) -> String {
    let last = name.rsplit(['.', '/']).next().unwrap_or(name);
    let letters = last.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

impl WorkItem {
    fn of(change: &Change, package: Option<&Package>) -> WorkItem {
        let names = names(change, package);
        let mut item = WorkItem {
            verb: Verb::of(change.kind),
            cases: change.cases.clone(),
            scenarios: Vec::new(),
            names: Vec::new(),
        };
        if let Some(package) = package {
            let held_out: BTreeSet<&str> = package
                .cases
                .iter()
                .filter(|case| case.held_out)
                .map(|case| case.id.as_str())
                .collect();
            item.cases.retain(|id| !held_out.contains(id.as_str()));
            let speaking = speaking(change, &names, package).into_iter();
            item.cases.extend(speaking.map(|case| case.id.clone()));
            item.scenarios = scenarios(change, &names, package);
        }
        let mut seen = BTreeSet::new();
        item.cases.retain(|id| seen.insert(id.clone()));
        let name = |name| NameInCode {
            name,
            places: Vec::new(),
            more: 0,
        };
        item.names = names.into_iter().map(name).collect();
        item
    }
}

/// What a change names: the code in its words, else the operation or the field whose section it is in.
fn names(change: &Change, package: Option<&Package>) -> Vec<String> {
    let texts = change
        .places
        .iter()
        .flat_map(|place| [&place.old, &place.new])
        .flatten();
    let code = texts.flat_map(|text| text.text.split('`').skip(1).step_by(2));
    let mut names: Vec<String> = code.filter_map(name).collect();
    if matches!(change.subject, Subject::Operation | Subject::Parameter) {
        names.extend(name(&change.id));
    }
    let is_operation = |name: &str| package.is_some_and(|package| package.operation(name).is_some());
    let sections = [&change.new, &change.old]
        .into_iter()
        .flatten()
        .flat_map(|text| &text.section);
    names.extend(sections.filter(|title| is_operation(title)).cloned());
    if names.is_empty() {
        let title = change
            .new
            .as_ref()
            .or(change.old.as_ref())
            .and_then(|text| text.section.last());
        names.extend(
            title
                .into_iter()
                .flat_map(|title| title.split('`').skip(1).step_by(2))
                .filter_map(name),
        );
    }
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(folded(name)));
    names
}

/// The name in a code span: of `f(x)`, `f`; nothing where it is a value or says too little to be looked for.
fn name(code: &str) -> Option<String> {
    let code = code.trim().split(['(', '=', ':', ' ']).next().unwrap_or_default();
    let is_name = code
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '$'))
        && code.chars().next().is_some_and(|c| !c.is_ascii_digit());
    let is_value = matches!(code, "true" | "false" | "null" | "nil" | "none");
    (is_name && !is_value && folded(code).chars().count() > 2).then(|| code.to_string())
}

/// The visible cases of the requirement that changed, and, for what an operation has to do, those with a name of the change
/// in their inputs.
fn speaking<'p>(change: &Change, names: &[String], package: &'p Package) -> Vec<&'p Case> {
    let place = change.new.as_ref().map(|text| text.span);
    let place = place.or_else(|| change.place()).map(start_of);
    let gives = |case: &Case, name: &String| case.input_text.contains(name.as_str());
    // The parameters that are named narrow it to the cases that give them; without any, all cases of it may show it.
    let telling = |at: usize, operation: &Operation| -> Vec<String> {
        let parameters = names.iter().filter(|name| **name != operation.name);
        let parameters = parameters.map(|name| format!("\"{name}\":"));
        let of_it = || package.cases.iter().filter(|case| case.operation == Some(at));
        let is_given = |name: &String| of_it().any(|case| gives(case, name));
        parameters.filter(is_given).collect()
    };
    let here = package.operations.iter().enumerate();
    let here = here.filter(|(_, operation)| place.is_some_and(|place| operation.section.contains(place)));
    let here: BTreeMap<usize, Vec<String>> =
        here.map(|(at, operation)| (at, telling(at, operation))).collect();
    let speaks = |case: &&Case| {
        let telling = case.operation.and_then(|at| here.get(&at));
        case.requirement.as_ref() == Some(&change.id)
            || telling.is_some_and(|names| names.is_empty() || names.iter().any(|name| gives(case, name)))
    };
    let visible = package.cases.iter();
    let visible = visible.filter(|case| !case.held_out && case.skip.is_none());
    visible.filter(speaks).collect()
}

/// Where a span starts.
fn start_of(span: Span) -> Span {
    Span {
        end: span.start,
        ..span
    }
}

/// The scenarios of the requirement that a change is in, and those whose steps have one of its names.
fn scenarios(change: &Change, names: &[String], package: &Package) -> Vec<(String, Span)> {
    let facts = &package.facts;
    let start = change.place().map(start_of);
    let found = facts.scenarios.iter().filter(|scenario| {
        let requirement = scenario
            .requirement
            .get()
            .and_then(|at| facts.requirements.get(at));
        let is_of = requirement.is_some_and(|found| {
            found.id == change.id || start.is_some_and(|start| found.section.contains(start))
        });
        let id = scenario.id(facts);
        is_of || id == change.id || names.iter().any(|name| scenario.title.contains(name.as_str()))
    });
    found
        .map(|scenario| (scenario.id(facts), scenario.span))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_styles_are_one_name() {
        let line = "let maxUnits = opts[\"max-units\"] ?? MAX_UNITS; // two-fold";
        let found: Vec<String> = words(line).collect();
        assert_eq!(
            found.iter().filter(|word| *word == "maxunits").count(),
            3,
            "{found:?}"
        );
        assert!(found.contains(&"two".to_string()) && found.contains(&"fold".to_string()));
        assert_eq!(folded("tracker.active_states"), "activestates");
    }

    #[test]
    fn names_are_told_from_values() {
        let names = [
            "f(x, y)",
            "max_units",
            "limits.max_age",
            "true",
            "20",
            "--",
            "x",
            "{\"a\": 1}",
        ]
        .map(name);
        let found: Vec<&str> = names.iter().flatten().map(String::as_str).collect();
        assert_eq!(found, ["max_units", "limits.max_age"]);
    }
}
