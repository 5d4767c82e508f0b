//! Whole builds. The agent is `sh`, the prompt is its script, and the code is text files that another script reads out.

use super::*;
use crate::agent::{AgentCommand, AgentFailure, Protocol, Success};
use crate::harness::{Harness, Limits};
use crate::job::Attempt;
use crate::private::PrivateFolder;
use crate::session::{Session, SessionError};
use crate::store::StoreKey;
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
        prompt_kind: "implement",
        repair: Arc::new(move |_| repair.clone()),
        workspace: map(&[("README", "placed")]),
        may_write: vec![module.clone()],
        ignore: vec!["cache/**".into()],
        harness,
        cases: vec![case(&module, "good", false), case(&module, "good", true)],
        module,
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
fn what_passed_once_is_never_paid_for_again() {
    let mut project = Project::new();
    project.build_one(good("a"));
    project.options.agent = shell("no-such-agent-here");
    assert_eq!(end(&project.build_one(good("a"))), "passed 1 reused");
    assert_eq!(project.log, ["a: passed 1 reused"]);
    let other = Job {
        key: "other".into(),
        ..good("a")
    };
    assert!(end(&project.build_one(other)).starts_with("agent failed"));
}

#[test]
fn stored_code_is_judged_again_where_only_the_judge_changed() {
    let mut project = Project::new();
    project.build_one(good("a"));
    let mut changed = good("a");
    changed.cases.push(case("a.txt", "good", false));
    assert_eq!(end(&project.build_one(changed.clone())), "passed 1 reused");
    assert_eq!(project.log, ["a: judging", "a: passed 1 reused"]);
    changed.cases.push(case("a.txt", "better", false));
    changed.prompt = "printf better > a.txt".into();
    changed.cases.drain(..3);
    assert_eq!(end(&project.build_one(changed)), "passed 1");
    assert_eq!(
        project.log,
        ["a: judging", "a: implement 1", "a: judging", "a: passed 1"]
    );
}

/// Changes every record of the store.
fn forge(project: &Project, change: impl Fn(String) -> String) {
    let records = walkdir::WalkDir::new(project.options.state.join("candidates"));
    for record in records.into_iter().flatten() {
        if record.file_type().is_file() {
            let text = fs::read_to_string(record.path()).unwrap();
            fs::write(record.path(), change(text)).unwrap();
        }
    }
}

#[test]
fn a_forged_record_costs_a_judging_and_is_never_believed() {
    let mut project = Project::new();
    project.build_one(good("a"));
    forge(&project, |text| {
        text.replace("\"attempts\": 1", "\"attempts\": 7")
    });
    project.options.agent = shell("no-such-agent-here");
    assert_eq!(end(&project.build_one(good("a"))), "passed 1 reused");
    assert_eq!(project.log, ["a: judging", "a: passed 1 reused"]);
    forge(&project, |text| text.replace("good", "bad"));
    assert!(end(&project.build_one(good("a"))).starts_with("agent failed"));
}

#[test]
fn the_last_attempt_is_judged_when_a_killed_build_is_taken_up() {
    for (code, expected) in [("good", "passed 1 reused"), ("bad", "failed 1: judged 0/2")] {
        let mut project = Project::new();
        project.options.attempts = 1;
        let (options, interrupt) = (project.options.clone(), Arc::clone(&project.options.interrupt));
        let stopped = job("a", &format!("printf {code} > a.txt"));
        let results = build(vec![stopped.clone()], &options, &mut |event| {
            if let Event::Judging { .. } = event {
                interrupt.store(true, Ordering::Relaxed);
            }
        });
        assert_eq!(ends(&results), ["interrupted"]);
        project.options.interrupt = Arc::default();
        project.options.agent = shell("no-such-agent-here");
        assert_eq!(end(&project.build_one(stopped)), expected);
    }
}

#[test]
fn what_cannot_be_stored_starts_no_more_agents() {
    let mut project = Project::new();
    project.options.jobs = 1;
    let candidates = project.options.state.join("candidates");
    let first = job(
        "a",
        &format!("printf good > a.txt; touch {}/package", candidates.display()),
    );
    let results = project.build(vec![Job { weight: 99, ..first }, good("b")]);
    assert_eq!(end(&results[0]), "passed 1");
    assert!(
        end(&results[1]).starts_with("machine failed: the build's state cannot be kept"),
        "{:?}",
        results[1]
    );
    assert!(
        !project.log.iter().any(|line| line.starts_with("b: implement")),
        "{:?}",
        project.log
    );
}

#[test]
fn a_failed_attempt_is_repaired_in_a_new_workspace_with_its_files() {
    let mut project = Project::new();
    let mut job = job(
        "a",
        "printf bad > a.txt; mkdir cache; touch cache/x; printf x >> README",
    );
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    job.workspace = map(&[("README", "placed")]);
    job.repair = Arc::new(move |request| {
        assert_eq!((request.attempt, request.files), (2, &map(&[("a.txt", "bad")])));
        told.lock().unwrap().push(kind(request.last));
        "test $(cat README) = placed && ! test -e cache && test $(cat a.txt) = bad && printf good > a.txt"
            .into()
    });
    assert_eq!(end(&project.build_one(job.clone())), "passed 2");
    job.key = "other".into();
    job.prompt = "printf bad > a.txt; mkdir cache; touch cache/x".into();
    assert_eq!(end(&project.build_one(job)), "passed 2");
    let refused = "changed files outside its paths: `README`";
    assert_eq!(*seen.lock().unwrap(), [refused, "judged 0/2"]);
    assert_eq!(
        project.log,
        [
            "a: implement 1",
            "a: judging",
            "a: 1 judged 0/2",
            "a: repair 2",
            "a: judging",
            "a: passed 2"
        ]
    );
}

#[test]
fn an_agent_that_replaces_its_folder_reaches_nothing_of_the_users() {
    let mut project = Project::new();
    let mine = project.path("mine");
    fs::create_dir(&mine).unwrap();
    fs::write(mine.join("a.txt"), "good").unwrap();
    let mine = mine.display().to_string();
    let takes = [
        "cd ..; mv workspace moved; ln -s MINE workspace",
        "cd ../..; mv $(dirname $OLDPWD) moved-$$ && ln -s MINE $(dirname $OLDPWD)",
        "ln MINE/a.txt a.txt",
    ];
    for (take, why) in takes.iter().zip([
        "replaced its folder",
        "replaced its folder",
        "made links or special files: `a.txt`",
    ]) {
        let mut job = job(
            "a",
            &take
                .replace("MINE", &mine)
                .replace("moved-$$", &format!("{mine}/../moved")),
        );
        job.key = (*take).into();
        assert_eq!(end(&project.build_one(job)), "passed 2", "{take}");
        assert!(project.log.contains(&format!("a: 1 {why}")), "{:?}", project.log);
        assert_eq!(fs::read_to_string(project.path("mine/a.txt")).unwrap(), "good");
        assert_eq!(fs::read_dir(project.path("mine")).unwrap().count(), 1);
        assert!(!project.path("moved").exists());
    }
}

#[test]
fn a_workspace_has_the_folders_that_its_files_go_to() {
    let mut project = Project::new();
    let mut job = job("a", "printf good > deep/er/a.txt && printf x > other/b.txt");
    job.module = "deep/er/a.txt".into();
    job.may_write = vec!["deep/er/a.txt".into(), "other/*.txt".into()];
    job.cases = vec![case("deep/er/a.txt", "good", false)];
    assert_eq!(end(&project.build_one(job)), "passed 1");
}

#[test]
fn code_that_does_not_build_is_repaired_with_the_output() {
    let mut project = Project::new();
    assert_eq!(
        end(&project.build_one(job("a", "printf unbuildable > a.txt"))),
        "passed 2"
    );
    assert!(
        project.log.contains(&"a: 1 not built: a.txt".to_string()),
        "{:?}",
        project.log
    );
}

#[test]
fn what_is_not_taken_is_repaired() {
    for (script, why) in [
        ("true", "wrote no file"),
        (
            "printf good > a.txt; echo x > b.txt; echo x > README",
            "changed files outside its paths: `b.txt`, `README`",
        ),
        (
            "ln -s /etc/hostname a.txt",
            "made links or special files: `a.txt`",
        ),
        (
            "printf '\\377' > a.txt",
            "wrote files that are not UTF-8 text: `a.txt`",
        ),
    ] {
        let mut project = Project::new();
        assert_eq!(end(&project.build_one(job("a", script))), "passed 2", "{script}");
        assert!(project.log.contains(&format!("a: 1 {why}")), "{:?}", project.log);
    }
}

#[test]
fn attempts_end_and_the_next_build_starts_anew() {
    let mut project = Project::new();
    project.options.attempts = 2;
    let mut job = job("a", "printf bad > a.txt");
    job.repair = Arc::new(|_| "printf worse > a.txt".into());
    for _ in 0..2 {
        let result = project.build_one(job.clone());
        assert_eq!(end(&result), "failed 2: judged 0/2");
        assert_eq!(
            project
                .log
                .iter()
                .filter(|line| line.contains("implement 1"))
                .count(),
            1
        );
    }
}

#[test]
fn a_failing_agent_is_asked_again_with_the_same_prompt() {
    let mut project = Project::new();
    project.options.attempts = 2;
    let begun = Instant::now();
    let flag = project.path("flag").display().to_string();
    let flaky = job(
        "a",
        &format!("test -e {flag} && printf good > a.txt || {{ touch {flag}; exit 1; }}"),
    );
    assert_eq!(end(&project.build_one(flaky)), "passed 2");
    assert_eq!(
        project.log[1..3],
        ["a: 1 `sh` ended with exit code 1", "a: implement 2"]
    );
    assert!(begun.elapsed() >= Duration::from_millis(250));
    let result = project.build_one(job("b", "exit 1"));
    assert_eq!(end(&result), "agent failed 2: `sh` ended with exit code 1");
}

#[test]
fn a_missing_agent_is_said_at_once_for_all() {
    let mut project = Project::new();
    project.build_one(good("c"));
    project.options.agent = shell("no-such-agent-here");
    let begun = Instant::now();
    let results = project.build(vec![good("a"), good("b"), good("c")]);
    assert!(begun.elapsed() < Duration::from_millis(700), "nothing waits");
    let missing = |result: &JobResult| {
        matches!(
            result,
            JobResult::AgentFailed {
                failure: AgentFailure::Missing { .. },
                ..
            }
        )
    };
    assert!(missing(&results[0]) && missing(&results[1]));
    assert_eq!(end(&results[2]), "passed 1 reused");
}

#[test]
fn a_bad_key_stops_the_build_with_the_programs_own_words() {
    let mut project = Project::new();
    project.options.jobs = 1;
    let error = r#"{"type":"result","is_error":true,"api_error_status":401,"result":"API Error: 401 {\"error\":{\"message\":\"invalid x-api-key\"}}","usage":{"input_tokens":5}}"#;
    let calls = project.path("calls").display().to_string();
    let bad = |name: &str| job(name, &format!("echo x >> {calls}; echo '{error}'; exit 1"));
    let begun = Instant::now();
    let results = project.build(vec![bad("a"), bad("b"), bad("c")]);
    assert!(begun.elapsed() < Duration::from_secs(10));
    let expected = "the agent reports an error: API Error: 401 invalid x-api-key";
    for (result, attempts) in results.iter().zip([1, 0, 0]) {
        assert_eq!(end(result), format!("agent failed {attempts}: {expected}"));
    }
    assert_eq!(fs::read_to_string(project.path("calls")).unwrap(), "x\n");
    assert_eq!(
        (project.failures, project.spent),
        (vec!["a: auth".to_string()], vec![5])
    );
}

#[test]
fn an_agent_that_retries_what_it_is_not_allowed_is_not_waited_for() {
    let mut project = Project::new();
    let retry = r#"{"type":"system","subtype":"api_retry","error_status":403,"error":"not allowed here"}"#;
    let begun = Instant::now();
    let result = project.build_one(job("a", &format!("echo '{retry}'; sleep 60")));
    assert_eq!(
        end(&result),
        "agent failed 1: the agent reports an error: not allowed here"
    );
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_quota_pauses_the_agent_until_its_time() {
    let mut project = Project::new();
    (project.options.attempts, project.options.jobs) = (1, 1);
    let error = r#"{"type":"turn.failed","error":{"message":"usage limit reached, try again in 1.5s"}}"#;
    let flag = project.path("flag").display().to_string();
    let limited = job(
        "a",
        &format!("test -e {flag} && printf good > a.txt || {{ touch {flag}; echo '{error}'; exit 1; }}"),
    );
    let begun = Instant::now();
    let results = project.build(vec![
        Job {
            weight: 99,
            ..limited
        },
        good("b"),
    ]);
    assert_eq!(ends(&results), ["passed 1", "passed 1"]);
    assert!(begun.elapsed() >= Duration::from_millis(1500));
    assert_eq!(project.failures, ["a: quota"]);
    // Nobody waits for hours.
    let error = error.replace("1.5s", "9 hours");
    let result = project.build_one(job("c", &format!("echo '{error}'; exit 1")));
    assert!(
        end(&result).starts_with("agent failed 1: the agent reports an error: usage limit"),
        "{result:?}"
    );
}

#[test]
fn tokens_of_failed_turns_are_counted() {
    let mut project = Project::new();
    (
        project.options.jobs,
        project.options.attempts,
        project.options.tokens,
    ) = (1, 5, Some(25));
    let error =
        r#"{"type":"result","is_error":true,"result":"no","usage":{"input_tokens":12,"output_tokens":3}}"#;
    let result = project.build_one(job("a", &format!("echo '{error}'; exit 1")));
    // The second turn would need 10 tokens of 25, of which the first has used 15; then 30 are gone.
    assert_eq!(end(&result), "over budget");
    assert_eq!(project.spent, [15, 15]);
    project.options.timeout = Duration::from_millis(500);
    project.options.tokens = None;
    project.options.attempts = 1;
    let partial = r#"{"type":"assistant","message":{"id":"1","usage":{"input_tokens":4},"content":[]}}"#;
    project.build_one(job("b", &format!("echo '{partial}'; sleep 60")));
    assert_eq!(
        (project.failures, project.spent),
        (vec!["b: stall".to_string()], vec![4])
    );
}

#[test]
fn no_two_repair_prompts_are_for_the_same_attempt() {
    let mut project = Project::new();
    project.options.attempts = 4;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let asked = Arc::clone(&seen);
    let mut job = job("a", "printf bad > a.txt");
    job.repair = Arc::new(move |request| {
        asked
            .lock()
            .unwrap()
            .push((request.attempt, request.files["a.txt"].clone()));
        if request.attempt == 2 {
            "exit 1".into()
        } else {
            "printf worse > a.txt".to_string()
        }
    });
    assert_eq!(end(&project.build_one(job)), "failed 4: judged 0/2");
    let of = |attempt: u32, code: &str| (attempt, code.to_string());
    assert_eq!(
        *seen.lock().unwrap(),
        [of(2, "bad"), of(3, "bad"), of(4, "worse")]
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
fn an_update_starts_from_the_current_code() {
    let mut project = Project::new();
    let update = |script: &str| Job {
        current: map(&[("a.txt", "good")]),
        prompt_kind: "update",
        ..job("a", script)
    };
    // An update may find that nothing has to change.
    assert_eq!(
        end(&project.build_one(update("test $(cat a.txt) = good"))),
        "passed 1"
    );
    assert_eq!(project.log[0], "a: update 1");
}

#[test]
fn an_update_whose_prompt_was_not_read_does_not_pass_with_the_old_code() {
    let mut project = Project::new();
    (project.options.attempts, project.options.agent) = (1, shell("true"));
    let update = |prompt: String| Job {
        current: map(&[("a.txt", "good")]),
        prompt_kind: "update",
        ..job("a", &prompt)
    };
    for prompt in ["short".to_string(), "long".repeat(1 << 20)] {
        let result = project.build_one(update(prompt));
        assert_eq!(
            end(&result),
            "agent failed 1: `true` ended without reading its prompt"
        );
    }
}

#[test]
fn an_agent_that_writes_without_reading_its_prompt_has_worked() {
    let mut project = Project::new();
    project.options.agent = shell("true");
    project.options.agent.argv = ["sh", "-c", "printf good > a.txt"].map(String::from).into();
    let update = Job {
        current: map(&[("a.txt", "good")]),
        ..job("a", "a prompt that it does not read")
    };
    assert_eq!(end(&project.build_one(update)), "passed 1");
}

#[test]
fn a_session_is_recorded_and_played_without_any_program() {
    let mut project = Project::new();
    let session = project.path("sessions/a.json");
    let recorded = |key: &str| Job {
        session: Some(session.clone()),
        key: key.into(),
        ..job("a", "printf bad > a.txt; echo One")
    };
    project.options.record = true;
    assert_eq!(end(&project.build_one(recorded("1"))), "passed 2");
    let text = fs::read_to_string(&session).unwrap();
    let written = Session::read(&session).unwrap();
    assert!(
        text.starts_with("{\n  \"schema\": \"ghostc.session/1\",\n")
            && text.ends_with("}\n")
            && text == written.to_text()
    );
    let turns: Vec<_> = written
        .turns
        .iter()
        .map(|turn| (turn.kind.as_str(), turn.files.clone(), turn.message.as_str()))
        .collect();
    assert_eq!(
        turns,
        [
            ("implement", map(&[("a.txt", "bad")]), "One"),
            ("repair", map(&[("a.txt", "good")]), "")
        ]
    );

    let mut other = Project::new();
    other.options.agent = AgentCommand::replay();
    // Recorded work costs nothing.
    other.options.tokens = Some(0);
    assert_eq!(end(&other.build_one(recorded("1"))), "passed 2");
    assert_eq!(
        other.log,
        [
            "a: implement 1",
            "a: judging",
            "a: 1 judged 0/2",
            "a: repair 2",
            "a: judging",
            "a: passed 2"
        ]
    );
    assert_eq!(fs::read_to_string(&session).unwrap(), text);

    let stale = Job {
        parts: map(&[("spec", "9"), ("agent", "3"), ("prompt", "2")]),
        ..recorded("2")
    };
    let result = end(&other.build_one(stale));
    assert!(
        result.starts_with("agent failed 0: the session `")
            && result.ends_with("a.json` is stale: agent, spec changed"),
        "{result}"
    );
    let result = other.build_one(Job {
        session: Some(project.path("none.json")),
        ..recorded("2")
    });
    assert!(matches!(
        result,
        JobResult::AgentFailed {
            failure: AgentFailure::Session(SessionError::Missing(_)),
            ..
        }
    ));
}

#[test]
fn a_session_that_ends_too_early_fails_as_its_last_turn_did() {
    let mut project = Project::new();
    let session = project.path("a.json");
    project.options.agent = AgentCommand::replay();
    let job = Job {
        session: Some(session.clone()),
        ..good("a")
    };
    let turn = crate::session::Turn {
        kind: "implement".into(),
        files: map(&[("a.txt", "bad")]),
        ..Default::default()
    };
    let written = Session {
        schema: crate::session::SCHEMA.into(),
        package: job.package.clone(),
        target: job.target.clone(),
        task: job.task.clone(),
        key: job.key.clone(),
        parts: job.parts.clone(),
        agent: "shell".into(),
        turns: vec![turn],
    };
    written.write(&session).unwrap();
    assert_eq!(end(&project.build_one(job.clone())), "failed 2: judged 0/2");
    let outside = crate::session::Turn {
        files: map(&[("../x", "")]),
        ..Default::default()
    };
    Session {
        turns: vec![outside],
        ..written
    }
    .write(&session)
    .unwrap();
    assert!(end(&project.build_one(job)).contains("cannot use `../x`"));
}

#[test]
fn a_state_folder_that_cannot_be_used_is_said_before_anything_is_spent() {
    let mut project = Project::new();
    fs::write(project.path("file"), "").unwrap();
    project.options.state = project.path("file/state");
    let results = project.build(vec![good("a"), good("b")]);
    assert!(
        results
            .iter()
            .all(|result| end(result).starts_with("machine failed: the build's state cannot be kept"))
    );
    assert_eq!(project.log.len(), 2, "{:?}", project.log);
}

#[test]
fn code_that_cannot_be_stored_still_counts() {
    let mut project = Project::new();
    let candidates = project.options.state.join("candidates");
    let result = project.build_one(job(
        "a",
        &format!("printf good > a.txt; touch {}/package", candidates.display()),
    ));
    assert_eq!(end(&result), "passed 1");
    assert!(
        project
            .log
            .iter()
            .any(|line| line.starts_with("a: the build's state cannot be kept: cannot create")),
        "{:?}",
        project.log
    );
}

#[test]
fn the_budget_stops_cleanly() {
    let mut project = Project::new();
    (project.options.jobs, project.options.tokens) = (1, Some(25));
    let usage = r#"{"type":"result","result":"","usage":{"input_tokens":12,"output_tokens":3}}"#;
    let paying = |name: &str| job(name, &format!("printf good > {name}.txt; echo '{usage}'"));
    let after = Job {
        after: vec![1],
        ..paying("c")
    };
    let results = project.build(vec![
        paying("a"),
        Job {
            weight: 11,
            after: vec![0],
            ..paying("b")
        },
        after,
        good("d"),
    ]);
    // a uses 15 of 25, so the 11 of b do not fit, and c comes after b. The 10 of d fit.
    assert_eq!(
        ends(&results),
        ["passed 1", "over budget", "over budget", "passed 1"]
    );
}

#[test]
fn an_interrupt_stops_agents_and_keeps_what_is_done() {
    let mut project = Project::new();
    project.options.jobs = 1;
    let interrupt = Arc::clone(&project.options.interrupt);
    let mut slow = job("b", "printf bad > b.txt");
    slow.repair = Arc::new(move |_| {
        interrupt.store(true, Ordering::Relaxed);
        "sleep 60".into()
    });
    let begun = Instant::now();
    let results = project.build(vec![
        Job {
            weight: 99,
            ..good("a")
        },
        slow,
        Job {
            weight: 1,
            ..good("c")
        },
    ]);
    assert_eq!(ends(&results), ["passed 1", "interrupted", "interrupted"]);
    assert!(begun.elapsed() < Duration::from_secs(4));

    // The next build goes on where this one was stopped: the first attempt is judged and not paid for again.
    project.options.interrupt = Arc::default();
    let results = project.build(vec![good("a"), job("b", "exit 1"), good("c")]);
    assert_eq!(ends(&results), ["passed 1 reused", "passed 2", "passed 1"]);
    assert!(
        project.log.contains(&"b: repair 2".to_string()),
        "{:?}",
        project.log
    );
}

#[test]
fn work_that_was_being_judged_when_the_build_was_stopped_is_not_paid_for_again() {
    let mut project = Project::new();
    let (options, interrupt) = (project.options.clone(), Arc::clone(&project.options.interrupt));
    let results = build(vec![good("a")], &options, &mut |event| {
        if let Event::Judging { .. } = event {
            interrupt.store(true, Ordering::Relaxed);
        }
    });
    assert_eq!(ends(&results), ["interrupted"]);
    project.options.interrupt = Arc::default();
    project.options.agent = shell("no-such-agent-here");
    assert_eq!(end(&project.build_one(good("a"))), "passed 1 reused");
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
