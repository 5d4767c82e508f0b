//! The README's pages about CI: their YAML fits the published schemas and names what is there, and so do their tables
//! and commands.

use crate::files::{root, text, yaml};
use crate::schemas::findings;
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

/// The text below a heading of the third level.
fn page(title: &str) -> String {
    let readme = text("README.md");
    let (_, rest) = readme
        .split_once(&format!("\n### {title}\n"))
        .unwrap_or_else(|| panic!("the README has no page `{title}`"));
    let end = rest.find("\n## ").into_iter().chain(rest.find("\n### ")).min();
    rest.split_at(end.unwrap_or(rest.len())).0.to_string()
}

/// The one code block of a page in a language.
fn block(title: &str, language: &str) -> String {
    let page = page(title);
    let blocks: Vec<&str> = page
        .split(&format!("\n```{language}\n"))
        .skip(1)
        .map(|rest| rest.split_once("\n```").unwrap().0)
        .collect();
    let [block] = blocks.as_slice() else {
        panic!("`{title}` has {} blocks of {language}", blocks.len());
    };
    block.to_string()
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().unwrap().keys().cloned().collect()
}

/// The names in backticks of a text that pass a test.
fn names(text: &str, wanted: fn(&str) -> bool) -> BTreeSet<String> {
    let names = text.split('`').skip(1).step_by(2);
    names.filter(|name| wanted(name)).map(String::from).collect()
}

#[test]
fn the_workflow_is_one_and_its_inputs_exist() {
    let workflow = yaml(&block("GitHub Actions", "yaml"));
    assert_eq!(findings("github-workflow", &workflow), [""; 0]);
    let steps = workflow["jobs"]["ghostc"]["steps"].as_array().unwrap();
    let ours = steps
        .iter()
        .find(|step| step["uses"] == "OWNER/ghostc@COMMIT")
        .unwrap();
    let action = yaml(&text("action.yml"));
    assert!(keys(&ours["with"]).is_subset(&keys(&action["inputs"])), "{ours}");
    // The comment needs this right, and `permissions` takes all that it does not name.
    assert_eq!(workflow["permissions"]["pull-requests"], "write");
    assert_eq!(workflow["permissions"]["contents"], "read");
}

#[test]
fn the_table_of_inputs_has_all_of_them_and_the_page_the_outputs() {
    let page = page("GitHub Actions");
    let action = yaml(&text("action.yml"));
    let first = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    let listed: String = first.map(|cell| format!("`{cell} ")).collect();
    assert_eq!(names(&listed, |_| true), keys(&action["inputs"]));
    let outputs = page
        .lines()
        .find(|line| line.starts_with("The outputs are "))
        .unwrap();
    assert_eq!(names(outputs, |_| true), keys(&action["outputs"]));
    for (input, default) in [("comment", "true"), ("sarif", "false")] {
        assert_eq!(action["inputs"][input]["default"], default);
    }
}

#[test]
fn the_include_is_a_pipeline_and_its_variables_exist() {
    let pipeline = yaml(&block("GitLab", "yaml"));
    assert_eq!(findings("gitlab-ci", &pipeline), [""; 0]);
    let path = pipeline["include"][0]["file"].as_str().unwrap();
    let included = yaml(&text(path.trim_start_matches('/')));
    let offered = keys(&included["variables"]);
    let mut named = names(&page("GitLab"), |name| name.starts_with("GHOSTC_"));
    named.extend(keys(&pipeline["variables"]));
    assert_eq!(named, offered);
}

#[test]
fn the_hooks_exist() {
    let config = yaml(&block("pre-commit", "yaml"));
    assert_eq!(findings("pre-commit-config", &config), [""; 0]);
    let hooks = yaml(&text(".pre-commit-hooks.yaml"));
    let offered: BTreeSet<&str> = hooks
        .as_array()
        .unwrap()
        .iter()
        .map(|hook| hook["id"].as_str().unwrap())
        .collect();
    let used = config["repos"][0]["hooks"].as_array().unwrap();
    let used: BTreeSet<&str> = used.iter().map(|hook| hook["id"].as_str().unwrap()).collect();
    let page = page("pre-commit");
    let system = names(&page, |name| name.starts_with("ghostc-"));
    let named: BTreeSet<&str> = used
        .iter()
        .copied()
        .chain(system.iter().map(String::as_str))
        .collect();
    assert_eq!(named, offered);
}

#[test]
fn commands_are_shell_and_name_what_is_there() {
    let container = block("Container", "sh");
    let archives = block("Release archives", "sh");
    for commands in [&container, &archives] {
        let checked = Command::new("bash")
            .args(["-n", "-c", commands])
            .output()
            .unwrap();
        assert!(checked.status.success(), "{commands}");
    }
    let words: Vec<&str> = container.split_whitespace().collect();
    let file = words.iter().position(|word| *word == "-f").unwrap() + 1;
    assert!(root().join(words[file]).exists(), "{container}");
    // What is run in the image is a command of ours: it is run here on our specs.
    let ran = container
        .lines()
        .last()
        .unwrap()
        .rsplit_once(" ghostc ")
        .unwrap()
        .1;
    let ran = Command::new(env!("CARGO_BIN_EXE_ghostc"))
        .args(ran.split(' '))
        .current_dir(root())
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");
    // The other base is one of the recipe's own notes.
    let base = page("Container")
        .split("BASE=")
        .nth(1)
        .unwrap()
        .split('`')
        .next()
        .unwrap()
        .to_string();
    assert!(text("ci/Containerfile").contains(&base), "{base}");
    // The chore says itself what options it has.
    let usage = text("crates/xtask/src/main.rs");
    let options = names(&page("Release archives"), |name| name.starts_with('-'));
    for option in options.iter().filter_map(|option| option.split(' ').next()) {
        assert!(usage.contains(&format!("[{option}")), "{option}");
    }
}
