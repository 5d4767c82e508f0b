//! Print the JSON Schema of a file or an output.

use crate::exit::{Exit, Outcome};
use crate::global::Global;
use crate::{json, output, report};
use ghostc_diff::diff::{Class, RULES};
use ghostc_project::Failure;
use schemars::schema_for;
use serde_json::Value;

/// Arguments of `ghostc schema`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// What to describe; without it, list what there is
    name: Option<String>,
}

/// A name, and what makes its schema.
type Entry = (&'static str, fn() -> Value);

/// Everything that has a schema.
const ENTRIES: &[Entry] = &[
    ("ghostc.yaml", settings),
    ("tests.yaml", || {
        written(include_str!("../../schemas/tests.yaml.json"))
    }),
    ("cases.yaml", || {
        written(include_str!("../../schemas/cases.yaml.json"))
    }),
    ("scenarios", ghostc_spec::scenarios::schema),
    ("target.yaml", || {
        written(include_str!("../../schemas/target.yaml.json"))
    }),
    ("ghostc.accepted.yaml", || {
        written(include_str!("../../schemas/ghostc.accepted.yaml.json"))
    }),
    ("check", || schema_for!(report::Check).to_value()),
    ("cases", || schema_for!(json::Cases).to_value()),
    ("inspect", || schema_for!(json::Inspect).to_value()),
    ("graph", || schema_for!(json::Graph).to_value()),
    ("trace", || schema_for!(json::TraceJson).to_value()),
    ("diff", || schema_for!(json::Diff).to_value()),
    ("log", || schema_for!(json::Log).to_value()),
    ("blame", || schema_for!(json::Blame).to_value()),
    ("bisect", || schema_for!(json::Bisect).to_value()),
    ("test", || schema_for!(json::Test).to_value()),
    ("build", || schema_for!(json::Test).to_value()),
    ("ci", || schema_for!(json::Ci).to_value()),
    ("build-event", || schema_for!(json::BuildEvent).to_value()),
];

/// The settings, with the names of all rules of changes.
fn settings() -> Value {
    let mut schema = written(include_str!("../../schemas/ghostc.yaml.json"));
    let names = RULES
        .iter()
        .map(|rule| rule.code.name)
        .chain(Class::ALL.iter().map(|class| class.as_str()));
    if let Some(rules) = schema.pointer_mut("/properties/diff/properties/rules/propertyNames") {
        *rules = serde_json::json!({ "enum": names.collect::<Vec<_>>() });
    }
    schema
}

fn written(text: &str) -> Value {
    serde_json::from_str(text).expect("the schemas in this crate are JSON")
}

/// The names of all that has a schema.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    ENTRIES.iter().map(|(name, _)| *name)
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    global.format(&[])?;
    let names: Vec<&str> = names().collect();
    let Some(name) = &args.name else {
        output::print(&(names.join("\n") + "\n"));
        return Ok(Exit::Fine);
    };
    match ENTRIES.iter().find(|(known, _)| known == name) {
        Some((_, make)) => {
            output::print_pretty_json(&make());
            Ok(Exit::Fine)
        }
        None => Err(Failure::usage(format!("no schema is named `{name}`"))
            .help(format!("Known: {}.", names.join(", ")))),
    }
}
