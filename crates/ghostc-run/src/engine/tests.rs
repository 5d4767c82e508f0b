//! Whole builds. The agent is `sh`, the prompt is its script, and the code is text files that another script reads out.

mod agents;
mod repairs;
mod sessions;
mod slices;
mod stored;

use super::*;
use crate::agent::{AgentCommand, AgentFailure, Protocol, Success};
use crate::harness::{Harness, Limits};
use crate::job::Attempt;
use crate::private::PrivateFolder;
use crate::session::{Session, SessionError};
use crate::store::StoreKey;
use crate::tree::Goldens;
use crate::usage::Tokens;
use ghostc_judge::{Expectation, JudgedCase, Value};
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// A case's value from JSON as Rust writes it.
macro_rules! json {
    ($($value:tt)*) => { Value::from(serde_json::json!($($value)*)) };
}

const DRIVER: &str = r#"
while read -r line; do
    id=${line#*:} path=${line##*:\"}
    id=${id%%,*} path=${path%\"*}
    if [ -f "$path" ]; then
        echo "{\"id\":$id,\"output\":\"$(cat "$path")\"}"
    else
        echo "{\"id\":$id,\"crash\":{\"kind\":\"missing\",\"message\":\"$path\"}}"
    fi
done
"#;

fn map(list: &[(&str, &str)]) -> BTreeMap<String, String> {
    list.iter()
        .map(|(name, text)| ((*name).to_string(), (*text).to_string()))
        .collect()
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(String::from).collect()
}

fn case(path: &str, expected: &str, held_out: bool) -> JudgedCase {
    JudgedCase {
        id: format!("read.{path}"),
        operation: "read".into(),
        held_out,
        input: Arc::new(json!(path)),
        expect: Expectation::Output(json!(expected)),
        approx: None,
        exact: false,
        matches: None,
        rules: None,
        place: "tests.yaml:1".into(),
    }
}

/// A job that must write `NAME.txt` with the text `good`, and whose prompt is this script. Repairs do write it.
fn job(name: &str, script: &str) -> Job {
    let module = format!("{name}.txt");
    let repair = format!("printf good > {module}");
    let harness = Harness {
        target: "text".into(),
        library: BTreeMap::new(),
        driver: map(&[("driver.sh", DRIVER)]),
        build: vec![
            ["sh", "-c", "! grep -l unbuildable *.txt"]
                .map(String::from)
                .into(),
        ],
        drive: words("sh {driver}/driver.sh"),
        env: BTreeMap::new(),
        limits: Limits::default(),
    };
    Job {
        package: "package".into(),
        target: "text".into(),
        task: name.into(),
        after: Vec::new(),
        needs: Vec::new(),
        given: BTreeMap::new(),
        current: BTreeMap::new(),
        key: format!("key-{name}"),
        parts: map(&[("spec", "1"), ("prompt", "2")]),
        prompt: script.into(),
        prompt_for_tree: None,
        prompt_kind: "implement",
        repair: Arc::new(move |_| repair.clone()),
        workspace: map(&[("README", "placed")]),
        may_write: vec![module.clone()],
        ignore: vec!["cache/**".into()],
        harness,
        cases: vec![case(&module, "good", false), case(&module, "good", true)],
        module,
        program: None,
        scenarios: Vec::new(),
        earlier: Goldens::default(),
        grows_on: None,
        session: None,
        weight: 10,
    }
}

/// A job that gets it right at once.
fn good(name: &str) -> Job {
    job(name, &format!("printf good > {name}.txt; echo Done"))
}

fn shell(argv: &str) -> AgentCommand {
    let name = "shell".to_string();
    AgentCommand {
        name,
        protocol: Protocol::Print,
        argv: words(argv),
        env_allow: Vec::new(),
        success: Success::Report,
        state: Vec::new(),
    }
}

struct Project {
    folder: PrivateFolder,
    options: Options,
    log: Vec<String>,
    /// The failures of turns, and the tokens of all turns.
    failures: Vec<String>,
    spent: Vec<u64>,
}

impl Project {
    fn new() -> Project {
        let folder = PrivateFolder::create().unwrap();
        let options = Options {
            jobs: 2,
            store_key: Some(StoreKey::open(&folder.path().join("user")).unwrap()),
            ..Options::new(shell("sh"), folder.path().join(".ghostc"))
        };
        Project {
            folder,
            options,
            log: Vec::new(),
            failures: Vec::new(),
            spent: Vec::new(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Builds, and keeps what happened, a line each.
    fn build(&mut self, jobs: Vec<Job>) -> Vec<JobResult> {
        let names: Vec<String> = jobs.iter().map(|job| job.task.clone()).collect();
        let (options, log) = (self.options.clone(), &mut self.log);
        let (failures, spent) = (&mut self.failures, &mut self.spent);
        log.clear();
        failures.clear();
        spent.clear();
        build(jobs, &options, &mut |event| {
            log.push(match event {
                Event::Started {
                    job,
                    attempt,
                    prompt_kind,
                } => format!("{}: {prompt_kind} {attempt}", names[job]),
                Event::AlreadyPasses {
                    job,
                    scenarios,
                    held_out,
                } => format!("{}: passes already {scenarios:?} {held_out}", names[job]),
                Event::Message { job, text } => format!("{}: says {text}", names[job]),
                Event::TurnEnded { job, outcome, .. } => {
                    if let Some(class) = outcome.failure {
                        failures.push(format!("{}: {}", names[job], class.as_str()));
                    }
                    spent.extend(outcome.tokens.map(Tokens::total));
                    return;
                }
                Event::Judging { job } => format!("{}: judging", names[job]),
                Event::Failed {
                    job,
                    attempt,
                    outcome,
                } => format!("{}: {attempt} {}", names[job], kind(&outcome)),
                Event::NotStored { job, error } => format!("{}: {error}", names[job]),
                Event::Finished { job, result, .. } => format!("{}: {}", names[job], end(&result)),
            });
        })
    }

    fn build_one(&mut self, job: Job) -> JobResult {
        self.build(vec![job]).remove(0)
    }
}

fn kind(attempt: &Attempt) -> String {
    match attempt {
        Attempt::Judged(verdict) => format!(
            "judged {}/{}",
            verdict.total() - verdict.failures.len(),
            verdict.total()
        ),
        Attempt::Build { output, .. } => format!("not built: {output}"),
        Attempt::Refused(refusal) => refusal.to_string(),
        Attempt::Agent(failure) => failure.to_string(),
    }
}

fn end(result: &JobResult) -> String {
    match result {
        JobResult::Passed { attempts, reused, .. } => {
            format!("passed {attempts}{}", if *reused { " reused" } else { "" })
        }
        JobResult::Failed {
            attempt, attempts, ..
        } => format!("failed {attempts}: {}", kind(attempt)),
        JobResult::Blocked { on } => format!("blocked on {on}"),
        JobResult::AgentFailed {
            failure, attempts, ..
        } => format!("agent failed {attempts}: {failure}"),
        JobResult::MachineFailed(error) => format!("machine failed: {error}"),
        JobResult::Interrupted => "interrupted".into(),
        JobResult::OverBudget => "over budget".into(),
    }
}

fn ends(results: &[JobResult]) -> Vec<String> {
    results.iter().map(end).collect()
}

#[test]
fn a_job_passes_and_says_so_step_by_step() {
    let mut project = Project::new();
    let usage = r#"{"type":"result","result":"Done","usage":{"input_tokens":7,"output_tokens":2}}"#;
    let result = project.build_one(job("a", &format!("printf good > a.txt; echo '{usage}'")));
    let JobResult::Passed {
        files,
        verdict,
        attempts: 1,
        tokens,
        reused: false,
    } = result
    else {
        panic!("{result:?}")
    };
    assert_eq!(
        (files, tokens),
        (map(&[("a.txt", "good")]), Tokens { input: 7, output: 2 })
    );
    assert_eq!((verdict.visible.passed, verdict.held_out.passed), (1, 1));
    assert_eq!(
        project.log,
        ["a: implement 1", "a: says Done", "a: judging", "a: passed 1"]
    );
}

#[test]
fn jobs_come_after_what_they_need_and_see_its_code() {
    let mut project = Project::new();
    let mut second = job(
        "b",
        "test $(cat a.txt) = good && test $(cat given.txt) = given && printf good > b.txt",
    );
    second.after = vec![1];
    second.needs = vec![1];
    second.given = map(&[("given.txt", "given")]);
    second
        .cases
        .extend([case("a.txt", "good", false), case("given.txt", "given", true)]);
    let results = project.build(vec![second, good("a")]);
    assert_eq!(ends(&results), ["passed 1", "passed 1"]);
    let JobResult::Passed { files, .. } = &results[0] else {
        panic!()
    };
    assert_eq!(*files, map(&[("b.txt", "good")]));
}

#[test]
fn what_comes_after_a_failure_is_blocked() {
    let mut project = Project::new();
    project.options.attempts = 1;
    let after = |name: &str, on: usize| Job {
        after: vec![on],
        ..good(name)
    };
    let results = project.build(vec![
        job("a", "printf bad > a.txt"),
        after("b", 0),
        after("c", 1),
        good("d"),
        after("e", 5),
        after("f", 4),
    ]);
    let expected = [
        "failed 1: judged 0/2",
        "blocked on 0",
        "blocked on 0",
        "passed 1",
        "blocked on 5",
        "blocked on 4",
    ];
    assert_eq!(ends(&results), expected);
}

#[test]
fn a_missing_build_program_is_the_machines_failure() {
    let mut project = Project::new();
    let mut job = good("a");
    job.harness.build = vec![words("no-such-compiler-here")];
    assert!(end(&project.build_one(job)).starts_with("machine failed: cannot run `no-such-compiler-here`"));
}

#[test]
fn no_workspace_is_left_behind() {
    let mut project = Project::new();
    project.build_one(job("b", "printf good > b.txt; pwd"));
    let folder = project
        .log
        .iter()
        .find_map(|line| line.strip_prefix("b: says "))
        .unwrap();
    assert!(!std::path::Path::new(folder).exists(), "{folder}");
}
