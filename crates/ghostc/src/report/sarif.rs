//! A log of the Static Analysis Results Interchange Format, SARIF 2.1.0 (OASIS Standard); section numbers are its own.
//!
//! It holds nothing of this machine and no time, so that the log of the same text is the same log. The fingerprint that
//! GitHub computes by itself (`primaryLocationLineHash`) is left to it.

use super::{Finding, Fix, Location, Report, uri};
use crate::explanation;
use ghostc_syntax::{Code, Severity};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What the folder is called that paths are relative to; those above it have a number behind it.
const BASE: &str = "SRCROOT";
/// The name of our fingerprints; its number grows when they are made in another way (section 3.27.17).
const FINGERPRINT: &str = "ghostc/v1";

pub(super) fn text(report: &Report) -> String {
    let rules: BTreeMap<&str, Code> = report
        .findings
        .iter()
        .map(|found| (found.code.name, found.code))
        .collect();
    let names: Vec<&str> = rules.keys().copied().collect();
    let results = report.findings.iter().map(|found| result(found, &names));
    let files = report.files.iter();
    let mut log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "ghostc",
                "informationUri": env!("CARGO_PKG_HOMEPAGE"),
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.values().map(rule).collect::<Vec<_>>(),
            } },
            // Findings are results; a run that could not look at all prints no log (section 3.20.14).
            "invocations": [{ "executionSuccessful": true }],
            "columnKind": "unicodeCodePoints",
            "artifacts": files
                .map(|file| json!({ "location": artifact(file), "roles": ["analysisTarget"] }))
                .collect::<Vec<_>>(),
            "results": results.collect::<Vec<_>>(),
        }],
    });
    remove_nulls(&mut log);
    let bases = bases(&log);
    if let Some(run) = log.pointer_mut("/runs/0").and_then(Value::as_object_mut) {
        run.insert("originalUriBaseIds".to_string(), bases);
    }
    format!("{log:#}\n")
}

/// Takes out what is not there: no property of a log may be null.
fn remove_nulls(value: &mut Value) {
    match value {
        Value::Object(properties) => {
            properties.retain(|_, value| !value.is_null());
            properties.values_mut().for_each(remove_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_nulls),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A kind of finding (section 3.49), with what `ghostc explain` says. GitHub reads `problem.severity`.
fn rule(code: &Code) -> Value {
    let severity = match code.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "recommendation",
    };
    json!({
        "id": code.name,
        "shortDescription": { "text": explanation::title(code) },
        "fullDescription": { "text": explanation::summary(code) },
        "help": { "text": explanation::plain(code), "markdown": code.explanation },
        "defaultConfiguration": { "level": level(code.severity) },
        "properties": { "problem.severity": severity },
    })
}

/// One finding (section 3.27).
fn result(found: &Finding, rules: &[&str]) -> Value {
    let lines: Vec<&str> = found.lines().collect();
    let related = found
        .labels
        .iter()
        .enumerate()
        .map(|(at, (place, said))| location(place, Some(said), Some(at + 1)));
    let related: Vec<Value> = related.collect();
    json!({
        "ruleId": found.code.name,
        "ruleIndex": rules.binary_search(&found.code.name).ok(),
        "level": level(found.severity),
        "message": message(&lines.join("\n")),
        "locations": [location(&found.place, found.label.as_deref(), None)],
        "relatedLocations": (!related.is_empty()).then_some(related),
        "partialFingerprints": { FINGERPRINT: found.fingerprint },
        // Section 3.35: what was taken by somebody outside of the text.
        "suppressions": found.accepted.as_ref().map(|why| [json!({
            "kind": "external",
            "status": "accepted",
            "justification": why,
        })]),
        "fixes": found.fix.as_ref().map(|mend| [fix(mend)]),
        "properties": {
            "severity": found.severity.as_str(),
            "notes": (!found.notes.is_empty()).then_some(&found.notes),
            "help": found.help,
        },
    })
}

/// A fix (section 3.55), its replacements by file in their order.
fn fix(fix: &Fix) -> Value {
    let mut files: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (place, text) in &fix.edits {
        files.entry(&place.file).or_default().push(json!({
            "deletedRegion": region(place),
            "insertedContent": { "text": text },
        }));
    }
    let changes = files.iter().map(|(file, replacements)| {
        json!({
            "artifactLocation": artifact(file),
            "replacements": replacements,
        })
    });
    json!({
        "description": message(&fix.title),
        "artifactChanges": changes.collect::<Vec<_>>(),
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// A message without arguments: braces are doubled, since single ones enclose placeholders (section 3.11.5).
fn message(text: &str) -> Value {
    json!({ "text": text.replace('{', "{{").replace('}', "}}") })
}

fn location(place: &Location, said: Option<&str>, id: Option<usize>) -> Value {
    json!({
        "id": id,
        "message": said.map(message),
        "physicalLocation": { "artifactLocation": artifact(&place.file), "region": region(place) },
    })
}

/// A file (section 3.4): relative to a folder, but for one that was named by its absolute path.
fn artifact(file: &str) -> Value {
    if file.starts_with('/') {
        return json!({ "uri": format!("file://{}", uri(file)) });
    }
    let (above, path) = without_steps_up(file);
    json!({ "uri": uri(&path), "uriBaseId": base(above) })
}

/// A relative path without steps up, which no reference may hold (section 3.4.3), and how many folders above the base it
/// starts.
fn without_steps_up(file: &str) -> (usize, String) {
    let mut above = 0;
    let mut parts: Vec<&str> = Vec::new();
    for part in file.split('/').filter(|part| *part != ".") {
        if part != ".." {
            parts.push(part);
        } else if parts.pop().is_none() {
            above += 1;
        }
    }
    (above, parts.join("/"))
}

/// The name of a folder so many levels above the base.
fn base(above: usize) -> String {
    match above {
        0 => format!("%{BASE}%"),
        _ => format!("%{BASE}-{above}%"),
    }
}

/// The folders that paths are relative to (section 3.14.14), where nothing says where they are: those that a log names.
fn bases(log: &Value) -> Value {
    let mut named = BTreeSet::from([base(0)]);
    find_bases(log, &mut named);
    let described = named.into_iter().map(|name| {
        let above = name.trim_matches('%').strip_prefix(BASE).unwrap_or_default();
        let text = match above.trim_start_matches('-') {
            "" => "The folder of the project, or the one that ghostc was run in.".to_string(),
            "1" => "The folder above.".to_string(),
            above => format!("The folder {above} levels above."),
        };
        (name, json!({ "description": { "text": text } }))
    });
    Value::Object(described.collect())
}

fn find_bases(value: &Value, named: &mut BTreeSet<String>) {
    match value {
        Value::Object(properties) => {
            let own = properties.get("uriBaseId").and_then(Value::as_str);
            named.extend(own.map(str::to_string));
            properties.values().for_each(|value| find_bases(value, named));
        }
        Value::Array(items) => items.iter().for_each(|item| find_bases(item, named)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A part of a text (section 3.30.2): the end column is the one after the last character, as ours.
fn region(place: &Location) -> Value {
    json!({
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    })
}

#[cfg(test)]
mod tests {
    use super::without_steps_up;

    #[test]
    fn steps_up_are_taken_or_counted() {
        for (path, above, rest) in [
            ("a/b.md", 0, "a/b.md"),
            ("../a.md", 1, "a.md"),
            ("../../a/../b.md", 2, "b.md"),
            ("a/./../../b.md", 1, "b.md"),
            ("..a/b..md", 0, "..a/b..md"),
        ] {
            assert_eq!(without_steps_up(path), (above, rest.to_string()), "{path}");
        }
    }
}
