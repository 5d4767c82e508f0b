//! ghostc on specs that others wrote: what it understands of them against a known truth, that nothing of them makes it
//! fail, and that a library which follows one of them is built and judged.
//!
//! The documents are not in the repository: see `ghostc_testkit::corpora`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic, and says where it tests nothing"
)]

use ghostc_plan::plan::shares;
use ghostc_plan::prompt::{PromptTemplates, Prompter};
use ghostc_plan::target::built_in_templates;
use ghostc_plan::{Target, Task};
use ghostc_project::{GraphReport, GraphRequest, Host, PlannedPackage, graph, nobody};
use serde_json::Value;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The folders of `docs/` whose packages are libraries to be built whole.
const GHOST: &[&str] = &["ghost", "symphony"];
/// The folders of `docs/`: all dialects.
const ALL: &[&str] = &["ghost", "symphony", "openspec", "speckit", "kiro"];
/// The one document whose truth has criteria and no requirement that they are of. ghostc has one, the report as a whole.
const WITHOUT_REQUIREMENT: (&str, &str) = (
    "kiro/osml-imagery-io/nitf-j2k-comrat-fix/bugfix.md",
    "1: requirement bugfix",
);
const WHENWORDS: &str = "ghost/whenwords-v3-1472e9d";

/// The folder of corpora, or a word that nothing is tested.
fn corpora() -> Option<PathBuf> {
    let found = ghostc_testkit::corpora();
    if found.is_none() {
        eprintln!("skipped: there are no corpora, see GHOSTC_CORPORA");
    }
    found
}

fn ghostc(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ghostc"));
    command.current_dir(folder).args(arguments).output().unwrap()
}

/// What a command prints on stdout; it must end well.
fn printed(folder: &Path, arguments: &[&str]) -> String {
    let output = ghostc(folder, arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{arguments:?}: {}\n{stderr}",
        output.status
    );
    String::from_utf8(output.stdout).unwrap()
}

/// A command over some of the folders, as JSON.
fn over(docs: &Path, folders: &[&str], command: &str) -> Value {
    let text = printed(docs, &[&[command], folders, &["--format", "json"]].concat());
    serde_json::from_str(&text).unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn number(value: &Value) -> usize {
    value
        .as_u64()
        .and_then(|value| value.try_into().ok())
        .unwrap_or_else(|| panic!("no number: {value}"))
}

fn read_json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// The facts of a file, one text each, with the words that the truth (`slug`, `kw`) or ghostc has for them.
fn facts(file: &Value, of_truth: bool) -> Vec<String> {
    let (anchor, keyword) = if of_truth {
        ("slug", "kw")
    } else {
        ("anchor", "keyword")
    };
    let mut facts = Vec::new();
    for heading in list(&file["headings"]) {
        facts.push(format!(
            "{}: heading of level {} #{}",
            heading["line"],
            heading["level"],
            text(&heading[anchor])
        ));
    }
    for block in list(&file["code_blocks"]) {
        facts.push(format!(
            "{}: code block of {:?}",
            block["line"],
            text(&block["lang"])
        ));
    }
    let statements = list(&file["statements"])
        .iter()
        .flat_map(|statement| list(&statement["keywords"]));
    for found in statements.chain(list(&file["normative"]["occurrences"])) {
        facts.push(format!("{}: keyword {}", found["line"], text(&found[keyword])));
    }
    for found in list(&file[if of_truth { "refs" } else { "references" }]) {
        let (kind, resolved) = (text(&found["kind"]), found["resolved"].as_bool());
        if matches!(kind, "section" | "anchor") && !(of_truth && resolved.is_none()) {
            facts.push(format!(
                "{}: {kind} reference, resolved: {}",
                found["line"],
                resolved == Some(true)
            ));
        }
    }
    declared(file, of_truth, &mut facts);
    facts.sort();
    facts
}

/// Adds what authors declare: requirements with criteria, scenarios, and tasks with what they are for.
fn declared(file: &Value, of_truth: bool, facts: &mut Vec<String>) {
    let requirements = list(&file["requirements"]);
    for found in requirements
        .iter()
        .filter(|found| text(&found["kind"]) != "criterion")
    {
        facts.push(format!("{}: requirement {}", found["line"], text(&found["id"])));
    }
    let nested = requirements.iter().flat_map(|found| list(&found["criteria"]));
    let criteria: Vec<&Value> = if of_truth {
        list(&file["criteria"]).iter().collect()
    } else {
        nested.collect()
    };
    for found in criteria {
        facts.push(format!("{}: criterion {}", found["line"], text(&found["id"])));
    }
    for found in list(&file["scenarios"]) {
        facts.push(format!("{}: scenario", found["line"]));
    }
    for found in list(&file["tasks"]) {
        let line = &found["line"];
        let is = |field: &str| found[field].as_bool().unwrap();
        facts.push(format!(
            "{line}: {} task, optional: {}, parallel: {}",
            text(&found["state"]),
            is("optional"),
            is("parallel")
        ));
        let links = list(&found["requirements"]).iter();
        facts.extend(links.map(|link| format!("{line}: task for {}", text(link))));
    }
}

/// The truth about each document, by its path below `docs/`.
fn truth(corpora: &Path) -> BTreeMap<String, Value> {
    let folders = ALL
        .iter()
        .flat_map(|name| walkdir::WalkDir::new(corpora.join("truth").join(name)));
    let files = folders
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file());
    let truths = files.map(|entry| read_json(entry.path()));
    truths
        .map(|truth| (text(&truth["file"]).to_string(), truth))
        .collect()
}

#[test]
fn inspect_knows_exactly_what_is_true() {
    let Some(corpora) = corpora() else { return };
    let inspected = over(&corpora.join("docs"), ALL, "inspect");
    let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut cases: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for package in list(&inspected["packages"]) {
        for file in list(&package["files"]) {
            seen.insert(text(&file["path"]).to_string(), facts(file, false));
        }
        for case in list(&package["cases"]) {
            let of_file = cases.entry(text(&case["file"]).to_string()).or_default();
            *of_file.entry(text(&case["operation"]).to_string()).or_default() += 1;
        }
    }
    let (mut facts_compared, mut cases_compared) = (0, 0);
    for (path, truth) in truth(&corpora) {
        if text(&truth["kind"]) == "other" {
            continue;
        }
        if text(&truth["kind"]) == "markdown" {
            let (mut wanted, got) = (facts(&truth, true), seen.get(&path).cloned());
            let got = got.unwrap_or_else(|| panic!("{path} is not seen"));
            if path == WITHOUT_REQUIREMENT.0 {
                wanted.push(WITHOUT_REQUIREMENT.1.to_string());
                wanted.sort();
            }
            let missing: Vec<&String> = wanted.iter().filter(|fact| !got.contains(fact)).collect();
            let extra: Vec<&String> = got.iter().filter(|fact| !wanted.contains(fact)).collect();
            assert!(
                wanted == got,
                "{path}: {} facts, not {}; missing {missing:#?}, extra {extra:#?}",
                got.len(),
                wanted.len()
            );
            facts_compared += wanted.len();
        } else {
            let operations = truth["cases"]["operations"].as_object().unwrap();
            let wanted = operations
                .iter()
                .map(|(name, found)| (name.clone(), number(&found["cases"])))
                .collect();
            assert_eq!(cases.get(&path), Some(&wanted), "{path}");
            cases_compared += wanted.values().sum::<usize>();
        }
    }
    assert!(
        facts_compared > 22_500 && cases_compared > 600,
        "{facts_compared} facts and {cases_compared} cases"
    );
}

#[test]
fn check_finds_no_error() {
    let Some(corpora) = corpora() else { return };
    let checked = over(&corpora.join("docs"), ALL, "check");
    assert_eq!(number(&checked["summary"]["packages"]), 107);
    let defects = read_json(&corpora.join("defects.json"));
    let defects: BTreeSet<(&str, usize)> = list(&defects)
        .iter()
        .map(|defect| (text(&defect["file"]), number(&defect["line"])))
        .collect();
    for found in list(&checked["diagnostics"]) {
        let file = text(&found["file"]);
        assert_ne!(text(&found["severity"]), "error", "{found}");
        let is_known = defects.contains(&(file, number(&found["line"])));
        assert!(!file.starts_with("ghost/padlib/") || is_known, "{found}");
        let about_a_reference = text(&found["code"]) == "dangling-reference";
        assert!(!(file.starts_with("symphony/") && about_a_reference), "{found}");
    }
}

#[test]
fn check_finds_every_defect_that_a_program_can_and_falls_into_no_trap() {
    let Some(corpora) = corpora() else { return };
    let checked = over(&corpora.join("docs"), ALL, "check");
    let mut found: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for diagnostic in list(&checked["diagnostics"]) {
        found
            .entry(text(&diagnostic["file"]))
            .or_default()
            .push(diagnostic);
    }
    let of_file = |file: &Value| found.get(text(file)).into_iter().flatten();
    let defects = read_json(&corpora.join("defects.json"));
    let count = |wanted: &str| {
        let all = list(&defects)
            .iter()
            .filter(|defect| text(&defect["detect"]) == wanted);
        let (hit, missed): (Vec<_>, Vec<_>) = all.partition(|defect| {
            let line = number(&defect["line"]);
            of_file(&defect["file"]).any(|found| number(&found["line"]).abs_diff(line) <= 1)
        });
        (hit.len(), missed)
    };
    let (mechanical, missed) = count("mech");
    assert!(mechanical == 130 && missed.is_empty(), "{missed:#?}");
    let (modelled, missed) = count("model");
    assert!(modelled >= 14, "{missed:#?}");
    let traps = read_json(&corpora.join("traps.json"));
    for trap in list(&traps) {
        let lines = list(&trap["lines"]).iter().map(number);
        let range = lines.clone().min().unwrap_or(1)..=lines.max().unwrap_or(usize::MAX);
        let sprung = of_file(&trap["file"])
            .find(|found| text(&found["severity"]) != "note" && range.contains(&number(&found["line"])));
        assert!(sprung.is_none(), "{trap}: {}", sprung.unwrap());
    }
    assert_eq!(list(&traps).len(), 25);
}

/// What the library plans for some folders of `docs/`.
fn planned(docs: &Path, folders: &[&str]) -> GraphReport {
    let request = GraphRequest {
        paths: folders.iter().map(|folder| docs.join(folder)).collect(),
        project: Some(docs.to_path_buf()),
        ..GraphRequest::default()
    };
    let report = graph(&request, &Host::disk(), &mut nobody());
    report.unwrap_or_else(|failure| panic!("{}", failure.message))
}

#[test]
fn graphs_add_up_and_have_no_circle() {
    let Some(corpora) = corpora() else { return };
    let report = planned(&corpora.join("docs"), ALL);
    let (mut edges, mut tasks) = (0, 0);
    for PlannedPackage { package, graph, .. } in report.packages() {
        let (name, counts) = (&package.name, graph.counts(package));
        let sum_of = |count: fn(&Task) -> usize| graph.tasks.iter().map(count).sum::<usize>();
        assert_eq!(counts.assigned + counts.package_wide, counts.statements, "{name}");
        let of_tasks: BTreeSet<usize> = graph
            .tasks
            .iter()
            .flat_map(|task| task.statements.clone())
            .collect();
        assert_eq!(of_tasks.len(), counts.assigned, "{name}");
        let shares = shares(graph, package, &report.sources);
        let all = [shares.statements, shares.clauses, shares.obligations];
        assert!(
            all.iter()
                .all(|share| share.assigned + share.package_wide == share.total),
            "{name}"
        );
        let nowhere: usize = all.iter().map(|share| share.nowhere).sum();
        assert_eq!(shares.nowhere.len(), nowhere, "{name}");
        assert_eq!(sum_of(|task| task.cases.len()), counts.cases, "{name}");
        edges += sum_of(|task| task.depends_on.len());
        tasks += graph.tasks.len();
        let mut left: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for task in &graph.tasks {
            let first = task.depends_on.iter().map(|edge| edge.to.as_str()).collect();
            assert!(
                left.insert(&task.id, first).is_none(),
                "{name} has a task twice: {}",
                task.id
            );
        }
        while !left.is_empty() {
            let waiting: BTreeSet<&str> = left.keys().copied().collect();
            left.retain(|_, first| first.iter().any(|id| waiting.contains(id)));
            assert!(
                left.len() < waiting.len(),
                "{name} has a circle among {waiting:?}"
            );
        }
    }
    let packages = report.graphs.len();
    // Changes that were made already are no work, nor is what holds already.
    assert!(
        edges > 3500 && tasks > 3200 && packages == 93,
        "{edges} edges between {tasks} tasks of {packages} packages"
    );
}

#[test]
fn every_task_has_a_prompt() {
    let Some(corpora) = corpora() else { return };
    let report = planned(&corpora.join("docs"), GHOST);
    let texts = built_in_templates();
    let target = Target::load("rust", &texts).expect("the built-in targets are sound");
    let templates = PromptTemplates::load(&texts).expect("the built-in templates are sound");
    let mut count = 0;
    for planned in report.packages() {
        let prompter = Prompter {
            package: planned.package,
            graph: planned.graph,
            sources: &report.sources,
            target: &target,
            templates: &templates,
            text: &planned.text,
            budget: 32_000,
            case_budget: 32_000,
            whole_budget: 32_000,
            has_ghostc: false,
            conventions: OnceCell::new(),
        };
        for task in &planned.graph.tasks {
            let prompt = prompter.implement(task).expect("every prompt is rendered");
            assert!(
                prompt.text.contains(&task.title),
                "{}: no `{}` in the prompt",
                task.id,
                task.title
            );
            count += 1;
        }
    }
    assert!(count > 700, "{count} prompts");
}

#[test]
fn published_cases_are_valid_by_the_schema() {
    let Some(corpora) = corpora() else { return };
    let schema = serde_json::from_str(&printed(Path::new("."), &["schema", "tests.yaml"])).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let all = walkdir::WalkDir::new(corpora.join("docs/ghost"))
        .into_iter()
        .map(Result::unwrap);
    let files: Vec<_> = all.filter(|entry| entry.file_name() == "tests.yaml").collect();
    for file in &files {
        let read = ghostc_syntax::yaml::parse(
            ghostc_syntax::FileId(0),
            &fs::read_to_string(file.path()).unwrap(),
            0,
        );
        let value = serde_json::to_value(read.value.unwrap().to_json()).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", file.path().display());
    }
    assert!(files.len() >= 5, "{}", files.len());
}

/// What a build says: its exit code, its last line about the target, and the last counts of each task that it built.
struct Built {
    exit: Option<i32>,
    target: Value,
    /// Passed and failed, held-out cases among them.
    tally: BTreeMap<String, (usize, usize)>,
    /// What is said of failures.
    evidence: String,
}

fn build(project: &Path) -> Built {
    let output = ghostc(project, &["build", "--format", "json"]);
    let lines = String::from_utf8(output.stdout).unwrap();
    let mut lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let last = lines
        .pop()
        .unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let target = last["packages"][0]["targets"][0].clone();
    let mut built = Built {
        exit: output.status.code(),
        target,
        tally: BTreeMap::new(),
        evidence: String::new(),
    };
    for event in &lines {
        let cases = &event["cases"];
        if cases.is_object() {
            let both = |field: &str| number(&cases[field]) + number(&cases["held_out"][field]);
            built
                .tally
                .insert(text(&event["task"]).to_string(), (both("passed"), both("failed")));
        }
        if text(&event["event"]) == "failed" {
            built.evidence += text(&event["text"]);
        }
    }
    built
}

/// Passed and failed cases of a target's verdict, held-out cases among them.
fn judged(target: &Value) -> (usize, usize) {
    let both = |field: &str| number(&target["cases"][field]) + number(&target["cases"]["held_out"][field]);
    (both("passed"), both("failed"))
}

/// A project with a copy of whenwords, and an agent of one line that hands in `tests/whenwords/<module>.py`.
fn whenwords(corpora: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let package = folder.path().join("specs/whenwords");
    fs::create_dir_all(&package).unwrap();
    for name in ["SPEC.md", "tests.yaml"] {
        fs::copy(
            corpora.join("docs").join(WHENWORDS).join(name),
            package.join(name),
        )
        .unwrap();
    }
    let code = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/whenwords");
    // The last module that the prompt names is the one to write.
    let line = r#"f=$(grep -o "whenwords/[a-z_]*[.]py" | tail -n 1); cp "$0/${f#*/}" "$f""#;
    let settings = format!(
        "targets: [python]\nagent: print\nagents:\n  print:\n    command: [sh, -c, '{line}', '{}']\nbuild: {{ attempts: 1 }}\n",
        code.display()
    );
    fs::write(folder.path().join("ghostc.yaml"), settings).unwrap();
    folder
}

/// The lines of whenwords' cases that are known to contradict the text of its spec.
fn contradicting_lines(corpora: &Path) -> Vec<usize> {
    let defects = read_json(&corpora.join("defects.json"));
    let file = format!("{WHENWORDS}/tests.yaml");
    let of_file = list(&defects)
        .iter()
        .filter(|defect| text(&defect["file"]) == file);
    of_file
        .filter(|defect| text(&defect["category"]) == "case-vs-prose")
        .map(|defect| number(&defect["line"]))
        .collect()
}

#[test]
fn code_that_follows_whenwords_fails_only_the_two_cases_that_contradict_it() {
    let Some(corpora) = corpora() else { return };
    let lines = contradicting_lines(&corpora);
    assert_eq!(lines.len(), 2);
    let project = whenwords(&corpora);
    let facts: Value =
        serde_json::from_str(&printed(project.path(), &["inspect", "--format", "json"])).unwrap();
    let cases = list(&facts["packages"][0]["cases"]);
    let contradicting: BTreeSet<&str> = lines
        .iter()
        .filter_map(|line| cases.iter().rfind(|case| number(&case["line"]) <= *line))
        .map(|case| text(&case["id"]))
        .collect();

    let first = build(project.path());
    let (passed, failed) = first
        .tally
        .values()
        .fold((0, 0), |sum, tally| (sum.0 + tally.0, sum.1 + tally.1));
    let total = number(
        &read_json(&corpora.join("truth").join(format!("{WHENWORDS}/tests.yaml.json")))["cases"]["total"],
    );
    assert_eq!((passed, failed, total), (121, 2, 123), "{:?}", first.tally);
    // The report names held-out cases too, without what they hold.
    let failing: BTreeSet<&str> = list(&first.target["failures"])
        .iter()
        .map(|failure| text(&failure["id"]))
        .collect();
    assert_eq!(failing, contradicting, "{}", first.evidence);
    assert_eq!(
        (first.exit, text(&first.target["verdict"])),
        (Some(1), "fail"),
        "{}",
        first.target
    );
    let refused = list(&first.target["jobs"])
        .iter()
        .filter(|job| text(&job["result"]) != "passed");
    assert_eq!(
        refused.map(|job| text(&job["task"])).collect::<Vec<_>>(),
        ["human_date"]
    );
    let reported = list(&first.target["failures"])
        .iter()
        .map(|failure| text(&failure["id"]));
    assert_eq!(
        reported.collect::<BTreeSet<_>>(),
        contradicting,
        "{}",
        first.target
    );

    let path = project.path().join("specs/whenwords/tests.yaml");
    let written = fs::read_to_string(&path).unwrap();
    let mut marked = String::new();
    for (at, line) in written.lines().enumerate() {
        marked += &format!("{line}\n");
        if lines.contains(&(at + 1)) {
            let indent = line.len() - line.trim_start().len();
            marked += &format!("{:indent$}skip: contradicts the spec\n", "");
        }
    }
    fs::write(&path, marked).unwrap();
    let second = build(project.path());
    assert_eq!(
        (second.exit, text(&second.target["verdict"])),
        (Some(0), "pass"),
        "{}",
        second.target
    );
    assert_eq!(judged(&second.target), (121, 0), "{}", second.target);
    assert_eq!(
        second.tally.keys().collect::<Vec<_>>(),
        ["human_date"],
        "the rest is up to date"
    );
    let tested: Value =
        serde_json::from_str(&printed(project.path(), &["test", "--format", "json"])).unwrap();
    assert_eq!(judged(&tested["packages"][0]["targets"][0]), (121, 0), "{tested}");
}
