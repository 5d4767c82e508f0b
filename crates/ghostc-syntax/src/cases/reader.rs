//! The text of a file of cases into a [`CaseFile`]: which keys it may have, and what its shape means.

mod steps;
#[cfg(test)]
mod tests;

pub use steps::RawStep;

use super::{CaseFile, Expectation, RawCase};
use crate::codes;
use crate::diagnostic::{Checked, Diagnostic};
use crate::source::{FileId, Span};
use crate::suggest;
use crate::value::Value;
use crate::yaml::{self, Entry, Node};
use std::collections::BTreeMap;
use std::sync::Arc;
use steps::Defaults;

const INPUT: &[&str] = &["input", "inputs", "args", "arguments", "given"];
const OUTPUT: &[&str] = &["output", "expected", "expect", "result", "returns"];
/// The key of a list of outputs of which one must come out.
const ANY_OF: &str = "any_of";
const ERROR: &[&str] = &["error", "throws", "raises"];
const NAME: &[&str] = &["name", "description", "title"];
const ID: &[&str] = &["id", "case_id"];
/// The key of cases and groups that tells integers and floats apart.
const EXACT: &str = "exact";
const OTHER: &[&str] = &[
    ANY_OF,
    EXACT,
    "held_out",
    "skip",
    "requirement",
    "approx",
    "matches",
    "note",
    "notes",
    "comment",
    "tags",
];
/// The names that people should use.
const KEYS: &[&str] = &[
    "name",
    "input",
    "output",
    ANY_OF,
    "error",
    "id",
    "held_out",
    "skip",
    "requirement",
    "approx",
    EXACT,
    "matches",
];
/// Keys of the file itself that are not groups.
const HEADER: &[&str] = &[
    "version",
    "source_version",
    "description",
    "meta",
    "name",
    "schema",
    "$schema",
    "package",
];
/// Keys that hold groups and add nothing to a group's path.
const WRAPPER: &[&str] = &["cases", "tests", "operations", "test_cases"];

/// Reads a file of cases. Total: any text gives cases and findings.
pub fn parse_cases(file: FileId, text: &str) -> Checked<CaseFile> {
    let parsed = yaml::parse_values(file, text);
    let mut reader = CaseReader {
        text,
        out: CaseFile {
            file,
            version: None,
            cases: Vec::new(),
            empty_groups: Vec::new(),
            foreign: false,
        },
        findings: parsed.diagnostics,
        unknown: BTreeMap::new(),
    };
    match parsed.value {
        Some(Node {
            value: yaml::Content::Map(entries),
            ..
        }) => reader.top(entries),
        Some(root) => reader.misfit(
            &root,
            "the file must be a mapping from operations to lists of cases",
        ),
        None => {}
    }
    reader.say_more();
    Checked::new(reader.out, reader.findings)
}

struct CaseReader<'t> {
    text: &'t str,
    out: CaseFile,
    findings: Vec<Diagnostic>,
    /// The finding about each unknown key, and in how many more cases it is.
    unknown: BTreeMap<String, (usize, usize)>,
}

impl CaseReader<'_> {
    fn misfit(&mut self, node: &Node, message: &str) {
        let span = node.span.first_line(self.text);
        self.findings.push(
            Diagnostic::new(codes::UNEXPECTED_SHAPE, span, message).label(format!("this is {}", node.kind())),
        );
    }

    // What was read is taken apart on the way, so that a large file is not in memory twice.
    fn top(&mut self, entries: Vec<Entry>) {
        let exact = self.exact(&entries, false);
        for entry in entries {
            let header = HEADER.contains(&entry.key.as_str()) && !is_group(&entry.value);
            if entry.key == "version" && header {
                let text = entry.value.scalar_text().unwrap_or_default();
                self.out.version = Some((text, entry.value.span));
            }
            if !header && !is_exact(&entry) && !self.is_foreign(&entry) {
                self.entry("", entry, exact);
            }
        }
    }

    /// Whether a key holds mappings that are all in a layout of somebody else's. It is said once for all of them.
    fn is_foreign(&mut self, entry: &Entry) -> bool {
        let mut items = Vec::new();
        collect_items(&entry.value, &mut items);
        let Some(keys) = foreign_keys(&items) else {
            return false;
        };
        let message = format!("ghostc does not judge what `{}` holds", entry.key);
        let found = Diagnostic::new(codes::FOREIGN_CASES, entry.key_span, message);
        let found = found.note(format!("{} with {}", counted(items.len()), keys.join(", ")));
        self.findings.push(found.help(
            "Give each an `input`, and an `output` or `error: true`, or keep them in a file of another name.",
        ));
        self.out.foreign = true;
        true
    }

    /// Tells of each unknown key how often it is there besides.
    fn say_more(&mut self) {
        for (at, more) in std::mem::take(&mut self.unknown).into_values() {
            if let Some(found) = self.findings.get_mut(at).filter(|_| more > 0) {
                let cases = if more == 1 { "case" } else { "cases" };
                found
                    .notes
                    .push(format!("so in {more} more {cases} of this file"));
            }
        }
    }

    /// What a group, or the whole file, says of its cases' numbers; else what holds around it.
    fn exact(&mut self, entries: &[Entry], around: bool) -> bool {
        let own = entries.iter().find(|entry| is_exact(entry));
        own.and_then(|entry| self.boolean(entry)).unwrap_or(around)
    }

    /// Reads a group of cases; `exact` is what holds around it.
    fn entry(&mut self, path: &str, entry: Entry, exact: bool) {
        let wrapper = WRAPPER.contains(&entry.key.as_str());
        let path = match (path, wrapper) {
            (path, true) => path.to_string(),
            ("", false) => entry.key.clone(),
            (path, false) => format!("{path}.{}", entry.key),
        };
        let span = entry.value.span;
        match entry.value.value {
            yaml::Content::List(items) if items.is_empty() => {
                self.out.empty_groups.push((path, entry.key_span))
            }
            yaml::Content::Scalar(Value::Null) => self.out.empty_groups.push((path, entry.key_span)),
            yaml::Content::List(items) => items
                .into_iter()
                .for_each(|item| self.case(&path, entry.key_span, item, exact)),
            yaml::Content::Map(entries) if is_case(&entries) => {
                let message = format!("`{}` must be a list of cases", entry.key);
                let found = Diagnostic::new(codes::UNEXPECTED_SHAPE, entry.key_span, message)
                    .label("this has one case and no list");
                self.findings.push(found.help("Begin each case with `- `."));
            }
            yaml::Content::Map(entries) => {
                let exact = self.exact(&entries, exact);
                for inner in entries {
                    let described = inner.key == "description" && inner.value.as_str().is_some();
                    if !described && !is_exact(&inner) {
                        self.entry(&path, inner, exact);
                    }
                }
            }
            value @ yaml::Content::Scalar(_) => {
                let message = format!("`{}` must be a list of cases", entry.key);
                self.misfit(&Node { span, value }, &message);
            }
        }
    }

    fn case(&mut self, group: &str, group_span: Span, node: Node, around: bool) {
        let (whole, mut entries) = match node {
            Node {
                span,
                value: yaml::Content::Map(entries),
            } => (span, entries),
            node => {
                return self.misfit(
                    &node,
                    "a case must be a mapping with `input` and `output` or `error`",
                );
            }
        };
        self.unknown_keys(&entries);
        self.repeated_keys(&entries);
        let input = take_input(&mut entries);
        let find = |names: &[&str]| {
            names
                .iter()
                .find_map(|name| entries.iter().find(|entry| entry.key == *name))
        };
        let name = find(NAME).and_then(|entry| self.text(entry));
        let id = find(ID).and_then(|entry| self.text(entry));
        let requirement = find(&["requirement"]).and_then(|entry| self.text(entry));
        let skip = find(&["skip"]).and_then(|entry| match entry.value.as_bool() {
            Some(skip) => skip.then(|| "no reason given".to_string()),
            None => self.text(entry).map(|(text, _)| text),
        });
        let tags = find(&["tags"])
            .map(|entry| tags(&entry.value))
            .unwrap_or_default();
        let held_out = find(&["held_out"]).and_then(|entry| self.boolean(entry));
        let approx = find(&["approx"]).and_then(|entry| self.tolerance(entry));
        let exact = find(&[EXACT])
            .and_then(|entry| self.boolean(entry))
            .unwrap_or(around);
        let matches = find(&["matches"])
            .and_then(|entry| self.text(entry))
            .map(|(text, _)| text);
        let any_of = find(&[ANY_OF]);
        let output = find(OUTPUT).or(any_of).map(|entry| entry.value.span);
        let read = if entries.iter().any(steps::is_steps) {
            let steps = self.steps(&entries, Defaults { exact, approx }, whole);
            steps.map(|steps| (Expectation::Steps(Arc::new([])), steps))
        } else {
            let expect = match any_of {
                Some(any_of) => self.any_of(any_of, [find(OUTPUT), find(ERROR)]),
                None => self.expectation(find(OUTPUT), find(ERROR), matches.is_some(), whole),
            };
            expect.map(|expect| (expect, Vec::new()))
        };
        let Some((expect, steps)) = read else {
            return;
        };
        self.out.cases.push(RawCase {
            group: group.to_string(),
            group_span,
            name,
            id,
            input,
            expect,
            steps,
            output,
            held_out,
            skip,
            subgroup: None,
            tags,
            requirement,
            approx,
            exact,
            matches,
            rules: None,
            span: whole,
        });
    }

    /// Two names of one key would each say something, and only one could count.
    fn repeated_keys(&mut self, entries: &[Entry]) {
        for names in [INPUT, OUTPUT, ERROR, ID] {
            let mut used = entries.iter().filter(|entry| names.contains(&entry.key.as_str()));
            if let (Some(first), Some(second)) = (used.next(), used.next()) {
                let message = format!("`{}` and `{}` are names of one key", first.key, second.key);
                let found = Diagnostic::new(codes::DUPLICATE_KEY, second.key_span, message);
                self.findings
                    .push(found.also(first.key_span, "the first").help("Keep one of them."));
            }
        }
    }

    fn unknown_keys(&mut self, entries: &[Entry]) {
        for entry in entries {
            let key = entry.key.as_str();
            if is_known(key) || steps::is_steps(entry) {
                continue;
            }
            if let Some((_, more)) = self.unknown.get_mut(key) {
                *more += 1;
            } else {
                let found = Diagnostic::new(
                    codes::UNKNOWN_KEY,
                    entry.key_span,
                    format!("a case has no key `{key}`"),
                );
                self.unknown.insert(key.to_string(), (self.findings.len(), 0));
                self.findings.push(found.suggest(key, entry.key_span, KEYS));
            }
        }
    }

    /// A list of outputs, which says by itself what comes out.
    fn any_of(&mut self, entry: &Entry, others: [Option<&Entry>; 2]) -> Option<Expectation> {
        let is_no =
            |other: &Entry| ERROR.contains(&other.key.as_str()) && other.value.as_bool() == Some(false);
        if let Some(other) = others.into_iter().flatten().find(|other| !is_no(other)) {
            let message = format!("a case with `{ANY_OF}` has no `{}`", other.key);
            let found = Diagnostic::new(codes::OUTPUT_AND_ERROR, other.key_span, message);
            let found = found.also(entry.key_span, "one of these comes out");
            self.findings.push(found.help("Keep the one that is meant."));
            return None;
        }
        match entry.value.as_list() {
            Some(items) if !items.is_empty() => {
                Some(Expectation::AnyOf(items.iter().map(Node::to_json).collect()))
            }
            Some(_) | None => self.wrong(entry, "a list of outputs"),
        }
    }

    fn expectation(
        &mut self,
        output: Option<&Entry>,
        error: Option<&Entry>,
        pattern: bool,
        whole: Span,
    ) -> Option<Expectation> {
        // `error: false` says nothing that `output` does not.
        let error = error.filter(|entry| entry.value.as_bool() != Some(false));
        match (output, error) {
            (Some(output), Some(error)) => {
                let found = Diagnostic::new(
                    codes::OUTPUT_AND_ERROR,
                    error.key_span,
                    "a case cannot expect both an output and an error",
                );
                self.findings.push(
                    found
                        .also(output.key_span, "the output")
                        .help("Keep the one that is meant."),
                );
                None
            }
            (Some(output), None) => Some(Expectation::Output(output.value.to_json())),
            (None, Some(error)) => {
                if error.value.as_bool().is_some() {
                    return Some(Expectation::Error);
                }
                if let Some(text) = error.value.as_str() {
                    return Some(Expectation::ErrorWith(text.to_string()));
                }
                let message = "`error` must be `true` or the text that the error contains";
                self.misfit(&error.value, message);
                None
            }
            (None, None) if pattern => Some(Expectation::Pattern),
            (None, None) => {
                let found = Diagnostic::new(
                    codes::NO_EXPECTATION,
                    whole.first_line(self.text),
                    "a case that expects nothing cannot fail",
                );
                self.findings
                    .push(found.help("Add `output: …` or `error: true`."));
                None
            }
        }
    }

    fn text(&mut self, entry: &Entry) -> Option<(String, Span)> {
        match entry.value.scalar_text() {
            Some(text) => Some((text, entry.value.span)),
            None => self.wrong(entry, "a string"),
        }
    }

    fn boolean(&mut self, entry: &Entry) -> Option<bool> {
        entry
            .value
            .as_bool()
            .or_else(|| self.wrong(entry, "`true` or `false`"))
    }

    fn tolerance(&mut self, entry: &Entry) -> Option<f64> {
        let value = entry.value.to_json().as_f64().filter(|value| *value >= 0.0);
        value.or_else(|| self.wrong(entry, "a number that is not negative"))
    }

    fn wrong<T>(&mut self, entry: &Entry, wanted: &str) -> Option<T> {
        let message = format!(
            "`{}` must be {wanted}, not {}",
            entry.key,
            entry.value.described()
        );
        self.findings
            .push(Diagnostic::new(codes::INVALID_VALUE, entry.value.span, message));
        None
    }
}

/// The words in a list, or the one word.
pub fn tags(node: &Node) -> Vec<String> {
    let items = node.as_list().unwrap_or(std::slice::from_ref(node));
    items.iter().filter_map(Node::scalar_text).collect()
}

/// The mappings in a list, or in lists below names.
fn collect_items<'n>(node: &'n Node, items: &mut Vec<&'n [Entry]>) {
    match &node.value {
        yaml::Content::List(list) => items.extend(list.iter().filter_map(Node::as_map)),
        yaml::Content::Map(entries) => entries
            .iter()
            .for_each(|entry| collect_items(&entry.value, items)),
        yaml::Content::Scalar(_) => {}
    }
}

/// Whether a case has a key of that name.
fn is_known(key: &str) -> bool {
    let all = [INPUT, OUTPUT, ERROR, NAME, ID, OTHER];
    all.iter().any(|names| names.contains(&key))
}

/// The keys of what stands where cases should, where none of it is a case: nothing goes in, or nothing comes out, and each
/// has a key that is no slip of a known one.
fn foreign_keys(items: &[&[Entry]]) -> Option<Vec<String>> {
    let is_strange = |entry: &Entry| {
        !is_known(&entry.key) && !steps::is_steps(entry) && suggest::nearest(&entry.key, KEYS).is_none()
    };
    let has = |item: &[Entry], keys: &[&[&str]]| {
        let is_one = |entry: &Entry| keys.iter().any(|names| names.contains(&entry.key.as_str()));
        item.iter().any(is_one)
    };
    let expects = [OUTPUT, ERROR, &[ANY_OF, "matches"]];
    let first = items.first()?;
    let foreign = items.iter().all(|item| {
        let is_whole = has(item, &[INPUT]) && has(item, &expects) || item.iter().any(steps::is_steps);
        item.iter().any(is_strange) && !is_whole
    });
    let keys = first.iter().filter(|entry| !NAME.contains(&entry.key.as_str()));
    foreign.then(|| keys.map(|entry| format!("`{}`", entry.key)).collect())
}

fn counted(items: usize) -> String {
    format!("{items} {}", if items == 1 { "item" } else { "items" })
}

/// What goes in, taken out of a case.
fn take_input(entries: &mut [Entry]) -> Option<(Arc<Value>, Span)> {
    let at = INPUT
        .iter()
        .find_map(|name| entries.iter().position(|entry| entry.key == *name))?;
    let node = &mut entries.get_mut(at)?.value;
    let value = std::mem::replace(&mut node.value, yaml::Content::Scalar(Value::Null));
    Some((Arc::new(value.into_json()), node.span))
}

/// Whether an entry beside groups says that their numbers are exact, and is no operation of that name.
fn is_exact(entry: &Entry) -> bool {
    entry.key == EXACT && matches!(entry.value.value, yaml::Content::Scalar(ref value) if !value.is_null())
}

/// Whether a mapping is a case that stands where a list of cases should.
fn is_case(entries: &[Entry]) -> bool {
    let says = |names: &[&str]| {
        entries
            .iter()
            .any(|entry| names.contains(&entry.key.as_str()) && !is_group(&entry.value))
    };
    says(INPUT) || says(OUTPUT) || says(ERROR) || entries.iter().any(steps::is_steps)
}

/// Whether a value holds cases somewhere below: then it is a group, whatever its key is called.
fn is_group(node: &Node) -> bool {
    match &node.value {
        yaml::Content::List(items) => items.iter().any(|item| item.as_map().is_some()),
        yaml::Content::Map(entries) => entries.iter().any(|entry| is_group(&entry.value)),
        yaml::Content::Scalar(_) => false,
    }
}
