//! The JSON Schema of scenario files, made of the table of their keys.

use super::keys::{KEYS, KeyPart, KeyValue, STEPS, ScenarioKey, keys_of};
use ghostc_syntax::script::pattern::JsonType;
use ghostc_syntax::yaml::{self, Node};
use ghostc_syntax::{FileId, Value as Data};
use serde_json::{Map, Value, json};

/// A length of time.
const LAPSE: &str = r"^ *([0-9]+ms|[0-9]+(\.[0-9]{1,3})?[st]) *$";
/// Bounds of one.
const GAP: &str = r"^ *(([0-9]+ms|[0-9]+(\.[0-9]{1,3})?[st])\.\.([0-9]+ms|[0-9]+(\.[0-9]{1,3})?[st])?|\.\.([0-9]+ms|[0-9]+(\.[0-9]{1,3})?[st])) *$";
/// The names of members: a dollar at the start is doubled.
const MEMBER: &str = r"^([^$]|\$\$)|^$";

/// The keys that mappings need beside what tells a step.
const NEEDED: &[(KeyPart, &[&str])] = &[
    (KeyPart::Scenario, &["name"]),
    (KeyPart::Start, &["as"]),
    (KeyPart::Calls, &["expect"]),
    (KeyPart::Overlaps, &["expect"]),
    (KeyPart::Log, &["expect"]),
    (KeyPart::Processes, &["expect"]),
    (KeyPart::QuietLook, &["calls", "for"]),
    (KeyPart::Command, &["command"]),
    (KeyPart::Reply, &["reply"]),
    (KeyPart::Conversation, &["rules"]),
];

/// The schema of files below `scenarios/`.
pub fn schema() -> Value {
    let mut parts: Vec<KeyPart> = KEYS.iter().flat_map(|key| key.parts).copied().collect();
    parts.sort_unstable();
    parts.dedup();
    let mut defs = Map::new();
    for part in parts {
        defs.insert(name(part), object(part));
    }
    let steps: Vec<Value> = STEPS.iter().map(|(_, part)| part_ref(*part)).collect();
    let mut common = json!({
        "step": { "title": "Step", "anyOf": steps },
        "text": { "type": ["string", "number"] },
        "texts": {
            "anyOf": [{ "$ref": "#/$defs/text" }, { "type": "array", "items": { "$ref": "#/$defs/text" } }]
        },
        "data": {
            "description": "Any value. Texts may hold `$name`, and `$$` for a dollar; one that is a variable alone is its value, whatever that is.",
            "anyOf": [
                { "type": ["null", "boolean", "number", "string"] },
                { "type": "array", "items": { "$ref": "#/$defs/data" } },
                { "$ref": reference(KeyPart::Computed) },
                { "$ref": "#/$defs/members" },
            ]
        },
        "members": {
            "type": "object",
            "patternProperties": { MEMBER: { "$ref": "#/$defs/data" } },
            "additionalProperties": false,
        },
        "pattern": {
            "description": "What a value must be: a text, in which `[..]` stands for anything on a line and a line of `...` for any lines; an object with at least these members; a list of these items, in order; or an operator.",
            "anyOf": [
                { "type": ["null", "boolean", "number", "string"] },
                { "type": "array", "items": { "$ref": "#/$defs/pattern" } },
                { "$ref": reference(KeyPart::Operator) },
                {
                    "type": "object",
                    "properties": { "$capture": { "type": "string" } },
                    "patternProperties": { MEMBER: { "$ref": "#/$defs/pattern" } },
                    "additionalProperties": false,
                },
            ]
        },
        "rules": {
            "anyOf": [
                { "type": "array", "minItems": 1, "items": part_ref(KeyPart::CommandRule) },
                part_ref(KeyPart::Fake),
            ]
        },
    });
    let common = common.as_object_mut().map(std::mem::take).unwrap_or_default();
    defs.extend(common);
    let mut schema = object(KeyPart::Head);
    if let Some(schema) = schema.as_object_mut() {
        let about = "Scenarios of a program: a file in `scenarios/` beside a SPEC.md is a slice, and one in a folder below is there to be included.";
        schema.insert(
            "$schema".into(),
            "https://json-schema.org/draft/2020-12/schema".into(),
        );
        schema.insert("title".into(), "scenarios".into());
        schema.insert("description".into(), about.into());
        schema.insert("$defs".into(), Value::Object(defs));
    }
    schema
}

/// The name of a part among the definitions.
fn name(part: KeyPart) -> String {
    format!("{part:?}")
}

fn reference(part: KeyPart) -> String {
    format!("#/$defs/{}", name(part))
}

fn part_ref(part: KeyPart) -> Value {
    json!({ "$ref": reference(part) })
}

/// A mapping with the keys of a part.
fn object(part: KeyPart) -> Value {
    let keys = KEYS.iter().filter(|key| key.parts.contains(&part));
    let properties: Map<String, Value> = keys.map(|key| (key.name.to_string(), property(key))).collect();
    let verb = STEPS.iter().find(|(_, found)| *found == part);
    let verb = verb.map(|(verb, _)| *verb);
    let needed = NEEDED.iter().find(|(found, _)| *found == part);
    let needed = needed.map_or(&[][..], |(_, keys)| keys);
    let required: Vec<&str> = verb.into_iter().chain(needed.iter().copied()).collect();
    let mut object = json!({
        "title": part.what(),
        "type": "object",
        "properties": properties,
        // Columns of a table have names of their author's.
        "additionalProperties": part == KeyPart::Row,
    });
    if let Some(object) = object.as_object_mut() {
        if !required.is_empty() {
            object.insert("required".into(), json!(required));
        }
        let one = [
            KeyPart::Computed,
            KeyPart::Ready,
            KeyPart::Fake,
            KeyPart::FileLook,
        ];
        let two = part == KeyPart::Operator;
        let filled = [
            KeyPart::End,
            KeyPart::HttpAnswer,
            KeyPart::Overlap,
            KeyPart::LogLook,
        ];
        if one.contains(&part) || two || filled.contains(&part) {
            object.insert("minProperties".into(), 1.into());
        }
        if one.contains(&part) {
            object.insert("maxProperties".into(), 1.into());
        }
        if two {
            object.insert(
                "anyOf".into(),
                json!([{ "maxProperties": 1 }, { "maxProperties": 2, "required": ["$capture"] }]),
            );
        }
    }
    object
}

/// The value of a key with what it says.
fn property(key: &ScenarioKey) -> Value {
    let mut schema = value(key.value);
    if key.name == "scenarios" || key.name == "table" {
        insert(&mut schema, "minItems", 1.into());
    }
    let description = format!("{}\n\nExample: `{}`", key.about, key.example.trim());
    insert(&mut schema, "description", description.into());
    let read = yaml::parse(FileId(0), &key.example_file(), 0).value;
    if let Some(found) = read.as_ref().and_then(|root| example(root, key)) {
        insert(&mut schema, "examples", json!([found]));
    }
    schema
}

fn insert(schema: &mut Value, key: &str, value: Value) {
    if let Some(schema) = schema.as_object_mut() {
        schema.insert(key.into(), value);
    }
}

/// The value that a key has in its example: the one in a mapping that has no keys but those beside it.
fn example(node: &Node, key: &ScenarioKey) -> Option<Value> {
    let entries = node.as_map().unwrap_or_default();
    let may_be = |part: &KeyPart| {
        let known = keys_of(*part);
        let is_known = |name: &str| known.contains(&name) || *part == KeyPart::Row;
        let verb = STEPS.iter().find(|(_, found)| found == part);
        entries.iter().all(|entry| is_known(&entry.key))
            && verb.is_none_or(|(verb, _)| node.get(verb).is_some())
    };
    let own = node.get(key.name).filter(|_| key.parts.iter().any(may_be));
    if let Some(own) = own {
        return Some(to_json(&own.to_json()));
    }
    let inner = entries.iter().map(|entry| &entry.value);
    let items = node.as_list().unwrap_or_default().iter();
    inner.chain(items).find_map(|node| example(node, key))
}

fn to_json(data: &Data) -> Value {
    serde_json::from_str(&data.to_string()).unwrap_or_default()
}

/// What a value must be.
fn value(value: KeyValue) -> Value {
    let of = |name: &str| json!({ "$ref": format!("#/$defs/{name}") });
    let named = |inner: Value| json!({ "type": "object", "additionalProperties": inner });
    let list = |inner: Value| json!({ "type": "array", "items": inner });
    match value {
        KeyValue::Text => of("text"),
        KeyValue::Texts => of("texts"),
        KeyValue::Kinds => {
            let names: Vec<&str> = JsonType::ALL.iter().map(|(name, _)| *name).collect();
            json!({ "anyOf": [{ "enum": names }, { "type": "array", "minItems": 1, "items": { "enum": names } }] })
        }
        KeyValue::Flag => json!({ "type": "boolean" }),
        KeyValue::True => json!({ "const": true }),
        KeyValue::Count => json!({ "type": "integer", "minimum": 0 }),
        KeyValue::CountOrNone => {
            json!({ "anyOf": [{ "type": "integer", "minimum": 0 }, { "type": "array", "maxItems": 0 }] })
        }
        KeyValue::Lapse => json!({ "type": "string", "pattern": LAPSE }),
        KeyValue::Gap => json!({ "type": "string", "pattern": GAP }),
        KeyValue::Regex => json!({ "type": "string" }),
        KeyValue::Schema => json!({ "type": ["object", "boolean"] }),
        KeyValue::Data => of("data"),
        KeyValue::Pattern => of("pattern"),
        KeyValue::Patterns => list(of("pattern")),
        KeyValue::Words => of("texts"),
        KeyValue::Command => json!({ "anyOf": [of("texts"), part_ref(KeyPart::Command)] }),
        KeyValue::RequestLine => json!({ "anyOf": [{ "type": "string" }, part_ref(KeyPart::Request)] }),
        KeyValue::CallSets => list(list(part_ref(KeyPart::Request))),
        KeyValue::Part(part) => part_ref(part),
        KeyValue::List(part) => list(part_ref(part)),
        KeyValue::Steps => list(of("step")),
        KeyValue::NamedSteps => named(json!({ "type": "array", "minItems": 1, "items": of("step") })),
        KeyValue::Fakes => named(of("rules")),
        KeyValue::Rows => list(part_ref(KeyPart::Row)),
        KeyValue::NamedData => named(of("data")),
        KeyValue::NamedTexts => named(of("text")),
        KeyValue::NamedPatterns => named(of("pattern")),
        KeyValue::Files => named(json!({ "anyOf": [part_ref(KeyPart::FileLook), of("pattern")] })),
        KeyValue::Members => of("members"),
    }
}
