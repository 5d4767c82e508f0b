//! `ghostc graph` on specs that others wrote, in all dialects: what their authors declared becomes tasks, in an order that
//! can be built, and agrees with what a prototype made of the same documents.
//!
//! The documents are not in the repository: see `ghostc_testkit::corpora`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic, and says where it tests nothing"
)]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of corpora, or a word that nothing is tested.
fn corpora() -> Option<PathBuf> {
    let found = ghostc_testkit::corpora();
    if found.is_none() {
        eprintln!("skipped: there are no corpora, see GHOSTC_CORPORA");
    }
    found
}

fn graph(docs: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ghostc"));
    command.current_dir(docs).arg("graph").args(arguments);
    let output = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{arguments:?}: {}\n{stderr}",
        output.status
    );
    String::from_utf8(output.stdout).unwrap()
}

/// The graphs of some paths by their packages' folders.
fn graphs(docs: &Path, arguments: &[&str]) -> BTreeMap<String, Value> {
    let printed: Value =
        serde_json::from_str(&graph(docs, &[arguments, &["--format", "json"]].concat())).unwrap();
    let packages = list(&printed["packages"]).iter();
    packages
        .map(|package| (text(&package["root"]).to_string(), package.clone()))
        .collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The length of the longest path through a graph; it panics where there is a circle.
fn longest_path(name: &str, package: &Value) -> usize {
    let mut left: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for task in list(&package["tasks"]) {
        let first = list(&task["depends_on"])
            .iter()
            .map(|edge| text(&edge["task"]))
            .collect();
        let known = left.insert(text(&task["id"]), first);
        assert!(known.is_none(), "{name} has a task twice: {}", task["id"]);
    }
    let ids: BTreeSet<&str> = left.keys().copied().collect();
    assert!(
        left.values().flatten().all(|id| ids.contains(id)),
        "{name} waits for what is not there"
    );
    let mut steps = 0;
    while !left.is_empty() {
        let waiting: BTreeSet<&str> = left.keys().copied().collect();
        left.retain(|_, first| first.iter().any(|id| waiting.contains(id)));
        assert!(
            left.len() < waiting.len(),
            "{name} has a circle among {waiting:?}"
        );
        steps += 1;
    }
    steps
}

fn edges(package: &Value) -> usize {
    list(&package["tasks"])
        .iter()
        .map(|task| list(&task["depends_on"]).len())
        .sum()
}

/// A line of the prototype's table: its kind, the end of the folder's path, tasks, edges, longest path, and its remarks.
fn prototype(corpora: &Path) -> Vec<(String, String, [usize; 3], String)> {
    let table = std::fs::read_to_string(corpora.join("prototype-graphs.txt")).unwrap();
    let lines = table.lines().filter_map(|line| {
        let (head, tail) = line.split_once(" T=")?;
        let mut head = head.split_whitespace();
        let (kind, name) = (head.next()?, head.next()?);
        let (tasks, tail) = tail.split_once(" E=")?;
        let (edges, tail) = tail.split_once(" DAG cp=")?;
        let (path, rest) = tail.trim_start().split_once(' ')?;
        let numbers = [tasks, edges, path].map(|number| number.trim().parse().unwrap());
        Some((kind.to_string(), name.to_string(), numbers, rest.to_string()))
    });
    lines.collect()
}

#[test]
fn declared_tasks_agree_with_the_prototype() {
    let Some(corpora) = corpora() else { return };
    let graphs = graphs(&corpora.join("docs"), &[".", "--archived"]);
    let (mut compared, mut other) = (0, Vec::new());
    for (kind, name, wanted, remarks) in prototype(&corpora) {
        if !["openspec-change", "speckit", "kiro"].contains(&kind.as_str()) {
            continue;
        }
        let mut found = graphs.iter().filter(|(root, _)| root.ends_with(&name));
        let (root, package) = found.next().unwrap_or_else(|| panic!("{name} has no graph"));
        let path = longest_path(root, package);
        let got = [list(&package["tasks"]).len(), edges(package), path];
        // Where the prototype knows phases, it adds edges that others imply; with waves, a wave may be left out.
        let same = match kind.as_str() {
            "speckit" => (got[0], got[2]) == (wanted[0], wanted[2]),
            _ if remarks.contains("waves {") => got[0] == wanted[0],
            _ => got == wanted,
        };
        compared += 1;
        other.extend((!same).then(|| root.clone()));
    }
    // The prototype takes a box with boxes in it for a task, where it knows no ids.
    assert_eq!(other, ["speckit/macos-tools/002-canvas"]);
    assert!(compared > 65, "{compared}");
}

#[test]
fn every_graph_adds_up_and_has_no_circle() {
    let Some(corpora) = corpora() else { return };
    let docs = corpora.join("docs");
    let graphs = graphs(&docs, &[".", "--archived"]);
    let (mut tasks, mut all_edges) = (0, 0);
    for (root, package) in &graphs {
        longest_path(root, package);
        let counts = &package["counts"];
        let tasks_of = list(&package["tasks"]).iter();
        let assigned: BTreeSet<&str> = tasks_of
            .flat_map(|task| list(&task["statements"]))
            .map(text)
            .collect();
        let assigned = assigned.len();
        assert_eq!(counts["assigned"], assigned, "{root}");
        let wide = counts["package_wide"].as_u64().unwrap();
        assert_eq!(counts["statements"], assigned as u64 + wide, "{root}");
        for kind in ["clauses", "obligations"] {
            let count = |name: &str| counts[kind][name].as_u64().unwrap();
            assert_eq!(
                count("total"),
                count("assigned") + count("package_wide"),
                "{root}"
            );
        }
        tasks += list(&package["tasks"]).len();
        all_edges += edges(package);
    }
    let drawn = |format: &str| graph(&docs, &[".", "--archived", "--format", format]);
    assert_eq!(drawn("dot").matches("\" -> \"").count(), all_edges);
    let mermaid = drawn("mermaid");
    assert_eq!(mermaid.matches("-> ").count(), all_edges);
    assert_eq!(mermaid.matches("[\"").count(), tasks + graphs.len());
    let text = drawn("text");
    let waits = text.lines().filter(|line| line.starts_with("    after "));
    assert!(waits.count() <= all_edges);
}

#[test]
fn twins_in_two_languages_have_one_graph() {
    let Some(corpora) = corpora() else { return };
    let graphs = graphs(&corpora.join("docs"), &["kiro/cc-sdd"]);
    let shape = |language: &str| -> Vec<String> {
        let package = &graphs[&format!("kiro/cc-sdd/customer-support-rag-backend-{language}")];
        let tasks = list(&package["tasks"]).iter().map(|task| {
            let edges: Vec<&str> = list(&task["depends_on"])
                .iter()
                .flat_map(|edge| [text(&edge["task"]), text(&edge["rule"])])
                .collect();
            let kept =
                ["id", "kind", "state", "optional", "parallel", "requirements"].map(|field| &task[field]);
            format!("{kept:?} {edges:?}")
        });
        tasks.collect()
    };
    assert_eq!(shape("en"), shape("ja"));
    assert_eq!(shape("en").len(), 28);
}

#[test]
fn archived_changes_are_shown_when_they_are_asked_for() {
    let Some(corpora) = corpora() else { return };
    let docs = corpora.join("docs");
    let archived = |graphs: &BTreeMap<String, Value>| {
        let changes = graphs.values().map(|package| &package["changes"]);
        changes.filter(|changes| changes["archived"] == true).count()
    };
    let tree = "openspec/OpenSpec";
    assert_eq!(archived(&graphs(&docs, &[tree])), 0);
    let all = graphs(&docs, &[tree, "--archived"]);
    assert!(archived(&all) > 5);
    let (root, _) = all
        .iter()
        .find(|(_, package)| package["changes"]["archived"] == true)
        .unwrap();
    assert_eq!(archived(&graphs(&docs, &[root])), 1);
}

/// A project with a tree, an active change and one that was archived.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let requirement = |name: &str| {
        format!(
            "### Requirement: {name}\nIt SHALL do that.\n\n#### Scenario: Once\n- **WHEN** it is asked\n- **THEN** it does that\n"
        )
    };
    let delta = |op: &str, name: &str| format!("## {op} Requirements\n\n{}", requirement(name));
    let files = [
        ("ghostc.yaml", "targets: [rust]\n".to_string()),
        (
            "openspec/specs/print/spec.md",
            format!("# Print\n\n## Requirements\n\n{}", requirement("Ink")),
        ),
        (
            "openspec/changes/blue-ink/specs/print/spec.md",
            delta("MODIFIED", "Ink"),
        ),
        (
            "openspec/changes/no-ink/specs/print/spec.md",
            delta("REMOVED", "Ink"),
        ),
        (
            "openspec/changes/archive/old/specs/print/spec.md",
            delta("ADDED", "Ink"),
        ),
        (
            "openspec/changes/archive/old/tasks.md",
            "- [ ] 1.1 Old work\n".to_string(),
        ),
    ];
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn a_change_shows_what_it_does_and_which_other_change_touches_the_same() {
    let project = project();
    let graphs = graphs(project.path(), &[]);
    assert_eq!(
        graphs.keys().collect::<Vec<_>>(),
        ["openspec", "openspec/changes/blue-ink", "openspec/changes/no-ink"]
    );
    let change = &graphs["openspec/changes/blue-ink"];
    assert_eq!(change["changes"]["modified"][0]["name"], "Ink");
    assert_eq!(change["changes"]["base"], "openspec");
    let overlap = &change["overlaps"][0];
    assert_eq!(
        (text(&overlap["package"]), text(&overlap["deed"])),
        ("no-ink", "removes")
    );
    assert!(graphs["openspec"]["changes"].is_null());
    let text = graph(project.path(), &["openspec"]);
    assert!(
        text.contains("\n  modifies `Ink` of print  openspec/changes/blue-ink/specs/print/spec.md:3\n"),
        "{text}"
    );
    assert!(
        text.contains("\n  note: `no-ink` removes `Ink` of print too"),
        "{text}"
    );
}

#[test]
fn archived_changes_are_not_built() {
    let project = project();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ghostc"));
        let output = command
            .current_dir(project.path())
            .args(arguments)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let planned = run(&["build", "--dry-run"]);
    assert!(
        planned.contains("print#Ink") && !planned.contains("1.1"),
        "{planned}"
    );
    assert!(graph(project.path(), &["--archived"]).contains("1.1 Old work"));
    assert!(graph(project.path(), &["openspec/changes/archive"]).contains("1.1 Old work"));
}
