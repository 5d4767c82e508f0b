//! warning(consistency): a summary of fields says something else than their definitions
//!
//! A cheat sheet repeats what sections define, so that two places must be kept alike.
//! This one names a field that the section of its group does not define, or gives it another default or another type.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### `queue` (object)
//!
//! - `size` (integer)
//!   - Default: `20`
//! - `name` (string)
//!
//! ### Summary
//!
//! - `queue.size`: integer, default `30`
//! - `queue.name`: string
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### `queue` (object)
//!
//! - `size` (integer)
//!   - Default: `20`
//! - `name` (string)
//!
//! ### Summary
//!
//! - `queue.size`: integer, default `20`
//! - `queue.name`: string
//! ````

use super::DocumentContext;
use crate::field_docs::{Defined, Field, summaries};
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check_document(
    context: DocumentContext<'_>,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) {
    let summed = summaries(context.document, sources);
    if summed.len() < 2 {
        return;
    }
    let defined = Defined::of(context.document, sources);
    for field in &summed {
        compare(field, &defined, findings);
    }
}

fn compare(field: &Field<'_>, defined: &Defined<'_>, findings: &mut Vec<Diagnostic>) {
    let Some((group, name)) = field.name.rsplit_once('.') else {
        return;
    };
    let Some(home) = defined.groups.get(group) else {
        return;
    };
    let found = |span, message: String| Diagnostic::new(super::SUMMARY_VS_DEFINITION, span, message);
    let Some(definition) = defined.fields.get(&(group, name)) else {
        if !defined.names(name) && !defined.names(field.name) {
            let message = format!("`{}` is summed up here, and no section defines it", field.name);
            let found = found(field.span, message).also(*home, format!("the fields of `{group}`"));
            findings.push(
                found.help("Define the field in the section of its group, or take it out of the summary."),
            );
        }
        return;
    };
    if let (Some((here, at)), Some((there, place))) = (field.default, definition.default)
        && here != there
    {
        let message = format!(
            "the default of `{}` is `{here}` here and `{there}` in its definition",
            field.name
        );
        findings.push(
            found(at, message)
                .also(place, "its definition")
                .help("Correct the one that is wrong."),
        );
    }
    if let (Some((here, at)), Some((there, place))) = (field.kind, definition.kind)
        && let (Some(one), Some(other)) = (base(here), base(there))
        && one != other
    {
        let message = format!(
            "`{}` is of type {one} here and of type {other} in its definition",
            field.name
        );
        findings.push(
            found(at, message)
                .also(place, "its definition")
                .help("Correct the one that is wrong."),
        );
    }
}

/// The type that words such as `positive integer` name; nothing where they say more or less than one.
fn base(kind: &str) -> Option<&'static str> {
    let words: Vec<String> = kind.split_whitespace().map(str::to_ascii_lowercase).collect();
    let (last, others) = words.split_last()?;
    let plain = others.iter().all(|word| {
        matches!(
            word.as_str(),
            "positive" | "negative" | "non-negative" | "optional"
        )
    });
    let known = match last.as_str() {
        "integer" | "int" => "integer",
        "string" => "string",
        "boolean" | "bool" => "boolean",
        "float" | "number" => "number",
        "list" | "array" => "list",
        _ => return None,
    };
    plain.then_some(known)
}
