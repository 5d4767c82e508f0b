//! What is shipped against the schemas that are published for it.

use crate::files::{root, text, yaml};
use serde_json::{Value, json};
use std::fs;

const HOOKS: &str = "pre-commit-hooks";

/// The findings of a published schema, by its file's name without `.json`.
pub(crate) fn findings(schema: &str, document: &Value) -> Vec<String> {
    // The one schema that another refers to.
    let hooks = jsonschema::Registry::new()
        .add(format!("https://json.schemastore.org/{HOOKS}.json"), read(HOOKS))
        .unwrap()
        .prepare()
        .unwrap();
    let validator = jsonschema::options()
        .with_registry(&hooks)
        .build(&read(schema))
        .unwrap();
    let errors = validator.iter_errors(document);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

fn read(schema: &str) -> Value {
    let path = root().join(format!("crates/ghostc/tests/shipping/schemas/{schema}.json"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn what_is_shipped_fits_the_published_schemas() {
    for (schema, path) in [
        ("github-action", "action.yml"),
        ("gitlab-ci", "ci/gitlab.yml"),
        ("pre-commit-hooks", ".pre-commit-hooks.yaml"),
    ] {
        assert_eq!(findings(schema, &yaml(&text(path))), [""; 0], "{path}");
    }
}

#[test]
fn the_schemas_find_mistakes() {
    let mut action = yaml(&text("action.yml"));
    action["runs"]["steps"][0]
        .as_object_mut()
        .unwrap()
        .remove("shell");
    assert_ne!(findings("github-action", &action), [""; 0]);
    let mut job = yaml(&text("ci/gitlab.yml"));
    job["ghostc"]["artifacts"]["when"] = json!("sometimes");
    assert_ne!(findings("gitlab-ci", &job), [""; 0]);
    let mut hooks = yaml(&text(".pre-commit-hooks.yaml"));
    hooks[0]["langauge"] = json!("script");
    assert_ne!(findings("pre-commit-hooks", &hooks), [""; 0]);
    for (schema, wrong) in [
        (
            "github-workflow",
            json!({ "on": "push", "jobs": { "a": { "steps": [] } } }),
        ),
        (
            "pre-commit-config",
            json!({ "repos": [{ "repo": 1, "hooks": "x" }] }),
        ),
    ] {
        assert_ne!(findings(schema, &wrong), [""; 0], "{schema}");
    }
}
