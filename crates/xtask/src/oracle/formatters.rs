//! Formatters: what they make of a document says the same, so that no fact of it changes.
//!
//! Each formatter writes a copy of all documents of the corpora anew, and ghostc compares the two: no change, the same
//! ids of statements, requirements, criteria, scenarios and tasks, and the same digest of what each task reads, which its
//! key is made of. Damage that a formatter does is told by a rule: where the words that are shown differ, or a block of
//! code, a change that is about them is the formatter's, and so is another id anywhere in the document, and another digest
//! anywhere in the package. What is neither is in `oracle/formatters.json`, with a reason, or a miss.

mod shown;

use super::{OracleSetup, Stop, json, tools};
use crate::folder;
use crate::program::output;
use serde_json::Value;
use shown::FormatDamage;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const NPM: &[&str] = &["prettier@3.10.1", "markdownlint-cli@0.50.0"];
const PYPI: &[&str] = &[
    "mdformat==1.0.0",
    "mdformat-gfm==1.0.0",
    "mdformat-frontmatter==2.2.0",
];
/// Files that one command is given.
const AT_ONCE: usize = 200;

/// A formatter: its name, and its program with arguments that files follow.
type Formatter = (&'static str, PathBuf, &'static [&'static str]);

pub(super) fn run(setup: &OracleSetup) -> Result<(), Stop> {
    let npm = tools::npm(&setup.folder, NPM)?;
    let pypi = tools::pypi(&setup.folder.join("python"), PYPI)?;
    let formatters: [Formatter; 3] = [
        (
            "prettier",
            npm.join("prettier"),
            // What is code is not its business, and what was formatted by its project's own settings neither.
            &[
                "--log-level=error",
                "--no-config",
                "--no-editorconfig",
                "--ignore-path=",
                "--embedded-language-formatting=off",
                "--write",
            ],
        ),
        ("mdformat", pypi.join("mdformat"), &[]),
        ("markdownlint", npm.join("markdownlint"), &["--fix"]),
    ];
    let before = setup.folder.join("before");
    folder::emptied(&before)?;
    folder::copy(&setup.corpora.join("docs"), &before)?;
    let listed = json::known("formatters")?;
    let mut misses = 0;
    for (name, program, arguments) in &formatters {
        let after = setup.folder.join("after");
        folder::emptied(&after)?;
        folder::copy(&before, &after)?;
        let documents: Vec<PathBuf> = folder::files(&after)?;
        let documents: Vec<PathBuf> = documents.into_iter().filter(|path| is_document(path)).collect();
        for some in documents.chunks(AT_ONCE) {
            // markdownlint tells with 1 that something is left that it cannot mend.
            output(Command::new(program).args(*arguments).args(some), &[0, 1])?;
        }
        misses += compare(setup, name, (&before, &after), &documents, &listed)?;
    }
    match misses {
        0 => Ok(()),
        count => Err(Stop::Failed(format!("{count} misses"))),
    }
}

fn is_document(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "md")
}

/// Compares two trees, prints what was compared, and counts the misses.
fn compare(
    setup: &OracleSetup,
    formatter: &str,
    (before, after): (&Path, &Path),
    documents: &[PathBuf],
    listed: &Value,
) -> Result<usize, String> {
    let mut written = 0;
    let mut damages: BTreeMap<String, FormatDamage> = BTreeMap::new();
    for path in documents {
        let below = path.strip_prefix(after).unwrap_or(path);
        let [old, new] = [before.join(below), path.clone()].map(fs::read_to_string);
        let (Ok(old), Ok(new)) = (old, new) else { continue };
        written += usize::from(old != new);
        damages.insert(below.display().to_string(), FormatDamage::of(&old, &new));
    }
    let mut found = changes(setup, (before, after))?;
    found.extend(ids(setup, (before, after))?);
    let tasks = digests(setup, (before, after), &mut found)?;
    let (mut excused, mut misses) = (BTreeMap::<String, usize>::new(), 0);
    for ReportedChange { file, said, texts } in &found {
        let below = damages
            .iter()
            .filter(|(path, _)| Path::new(path).starts_with(file));
        let is_damage = below
            .filter(|(_, damage)| damage.is_any())
            .any(|(_, damage)| match texts {
                Some((old, new)) => {
                    damage.explains(old, new) || said.contains(" code `") && damage.is_of_code()
                }
                None => true,
            });
        let known = json::list(listed, "listed").iter().find(|entry| {
            json::text(entry, "formatter") == formatter
                && json::text(entry, "file") == file
                && said.contains(json::text(entry, "says"))
        });
        let reason = if is_damage {
            Some("what CommonMark shows of the document differs")
        } else {
            known.map(|entry| json::text(entry, "reason"))
        };
        match reason {
            Some(reason) => *excused.entry(reason.to_string()).or_default() += 1,
            None => {
                misses += 1;
                println!("miss: {formatter}: {file}: {said}");
            }
        }
    }
    println!(
        "formatters: {formatter}: {} documents, {written} written otherwise, {} damaged, {tasks} tasks, {} changes, {misses} misses",
        documents.len(),
        damages.values().filter(|damage| damage.is_any()).count(),
        found.len()
    );
    for (reason, count) in excused {
        println!("  {count:6} listed: {reason}");
    }
    Ok(misses)
}

/// A difference that ghostc tells.
struct ReportedChange {
    /// The document that it is about, or the folder of its package.
    file: String,
    said: String,
    /// The texts of a change.
    texts: Option<(String, String)>,
}

/// The changes that ghostc tells.
fn changes(setup: &OracleSetup, (before, after): (&Path, &Path)) -> Result<Vec<ReportedChange>, String> {
    let mut diff = Command::new(&setup.ghostc);
    diff.current_dir(&setup.folder)
        .arg("diff")
        .args([before, after])
        .args(["--format", "json"]);
    let report = json::output(&mut diff)?;
    let told = json::list(&report, "changes").iter().map(|change| {
        let [old, new] = ["old", "new"].map(|side| change.get(side).unwrap_or(&Value::Null));
        let place = if new.is_null() { old } else { new };
        let file = Path::new(json::text(place, "file"));
        let names = ["before", "after"];
        let below = file.strip_prefix(&setup.folder).unwrap_or(file);
        let below = names
            .iter()
            .find_map(|name| below.strip_prefix(name).ok())
            .unwrap_or(below);
        let [old, new] = [old, new].map(|side| json::text(side, "text").to_string());
        let (kind, subject) = (json::text(change, "kind"), json::text(change, "subject"));
        ReportedChange {
            file: below.display().to_string(),
            said: format!("{kind} {subject} `{old}` → `{new}`"),
            texts: Some((old, new)),
        }
    });
    Ok(told.collect())
}

/// What has another id, by file: statements, requirements, criteria, scenarios and tasks.
fn ids(setup: &OracleSetup, (before, after): (&Path, &Path)) -> Result<Vec<ReportedChange>, String> {
    let [old, new] = [before, after].map(|tree| facts(setup, tree));
    let (old, new) = (old?, new?);
    let mut found = Vec::new();
    for (what, one, other) in [("gone", &old, &new), ("new", &new, &old)] {
        let lacks = one
            .iter()
            .filter(|(key, count)| other.get(*key).is_none_or(|there| there < count));
        found.extend(lacks.map(|((file, id), _)| ReportedChange {
            file: file.clone(),
            said: format!("{what} id `{id}`"),
            texts: None,
        }));
    }
    Ok(found)
}

/// Adds what reads otherwise: tasks with one id in both trees and another digest. Gives how many are in both.
fn digests(
    setup: &OracleSetup,
    (before, after): (&Path, &Path),
    found: &mut Vec<ReportedChange>,
) -> Result<usize, String> {
    let [old, new] = [before, after].map(|tree| tasks(setup, tree));
    let (old, new) = (old?, new?);
    let mut both = 0;
    for ((root, id), digest) in &old {
        let Some(other) = new.get(&(root.clone(), id.clone())) else {
            continue;
        };
        both += 1;
        if digest != other {
            found.push(ReportedChange {
                file: root.clone(),
                said: format!("task `{id}` reads otherwise"),
                texts: None,
            });
        }
    }
    match both {
        0 => Err("no task is in both trees".to_string()),
        both => Ok(both),
    }
}

/// The digest of what each task reads, by the folder of its package and its id.
fn tasks(setup: &OracleSetup, tree: &Path) -> Result<BTreeMap<(String, String), String>, String> {
    let mut graph = Command::new(&setup.ghostc);
    graph.current_dir(tree).args(["graph", ".", "--format", "json"]);
    let report = json::output(&mut graph)?;
    let mut all = BTreeMap::new();
    for package in json::list(&report, "packages") {
        for task in json::list(package, "tasks") {
            let [root, id, digest] = [(package, "root"), (task, "id"), (task, "digest")]
                .map(|(of, key)| json::text(of, key).to_string());
            all.insert((root, id), digest);
        }
    }
    Ok(all)
}

/// How often each id occurs in each file.
fn facts(setup: &OracleSetup, tree: &Path) -> Result<BTreeMap<(String, String), usize>, String> {
    let mut inspect = Command::new(&setup.ghostc);
    inspect
        .current_dir(tree)
        .args(["inspect", ".", "--format", "json"]);
    let report = json::output(&mut inspect)?;
    let mut all = BTreeMap::new();
    for package in json::list(&report, "packages") {
        for file in json::list(package, "files") {
            for kind in ["statements", "requirements", "scenarios", "tasks"] {
                for fact in json::list(file, kind) {
                    for fact in std::iter::once(fact).chain(json::list(fact, "criteria")) {
                        let id = format!("{kind} {}", json::text(fact, "id"));
                        let key = (json::text(file, "path").to_string(), id);
                        *all.entry(key).or_default() += 1;
                    }
                }
            }
        }
    }
    match all.is_empty() {
        true => Err(format!("ghostc finds nothing in {}", tree.display())),
        false => Ok(all),
    }
}
