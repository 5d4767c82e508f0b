//! Slices of a program: one tree that grows from job to job, judged by scenarios. The programs are of `sh`; a slice is a
//! command, in a file of its own.

mod cheats;
mod kept;

use super::*;
use crate::scenario::golden::ScenarioGolden;
use crate::tree::{Goldens, Program};
use ghostc_judge::script::pattern::{Pattern, PatternKind};
use ghostc_judge::script::text::{CommandLine, Text};
use ghostc_judge::script::{EndExpectation, Fake, Script, ScriptStep, StepKind};
use ghostc_judge::{FileId, Span};

const MAIN: &str = ". ${0%/*}/$1.sh";

fn span() -> Span {
    Span::start_of(FileId(0))
}

fn pattern(kind: PatternKind) -> Pattern {
    Pattern { kind, span: span() }
}

fn step(kind: StepKind) -> ScriptStep {
    ScriptStep {
        kind,
        within: None,
        timeout: None,
        span: span(),
    }
}

/// The program is run with these words, and must print this line.
fn run(words: &str, line: PatternKind) -> ScriptStep {
    step(StepKind::Run {
        command: CommandLine::parse(words, true, span()).unwrap(),
        stdin: None,
        until: false,
        expect: Some(EndExpectation {
            stdout: Some(pattern(line)),
            ..EndExpectation::default()
        }),
    })
}

fn prints(words: &str, line: &str) -> ScriptStep {
    run(
        words,
        PatternKind::Text(Text::parse(&format!("{line}\n"), span())),
    )
}

fn scenario(slice: &str, name: &str, steps: Vec<ScriptStep>) -> ScenarioGolden {
    ScenarioGolden {
        id: format!("{slice}.{name}"),
        slice: slice.into(),
        name: name.into(),
        place: format!("scenarios/{slice}.yaml:1"),
        held_out: false,
        digest: format!("{steps:?}"),
        script: Arc::new(Script {
            variables: BTreeMap::new(),
            files: Vec::new(),
            env: Vec::new(),
            fakes: BTreeMap::new(),
            steps,
        }),
        place_of: Arc::new(|_| "scenarios/file.yaml:2".into()),
    }
}

fn held_out(golden: ScenarioGolden) -> ScenarioGolden {
    ScenarioGolden {
        held_out: true,
        ..golden
    }
}

fn program() -> Program {
    Program {
        name: "tool".into(),
        build: Vec::new(),
        run: words("sh {tree}/main.sh"),
        env: BTreeMap::new(),
        scaffold: map(&[("main.sh", MAIN)]),
        limits: Limits::default(),
    }
}

/// What a command prints that is made as it should be.
fn answer(name: &str) -> String {
    format!("{name} works")
}

/// A slice that makes the command of its name. Repairs do it right.
fn slice(name: &str, script: &str) -> Job {
    let right = format!("echo 'echo {}' > {name}.sh", answer(name));
    let repair = right.clone();
    let harness = Harness {
        build: Vec::new(),
        ..good("x").harness
    };
    Job {
        program: Some(program()),
        scenarios: vec![scenario(name, "works", vec![prints(name, &answer(name))])],
        cases: Vec::new(),
        may_write: vec!["**".into()],
        module: String::new(),
        prompt: if script.is_empty() { right } else { script.into() },
        repair: Arc::new(move |_| repair.clone()),
        harness,
        ..job(name, "")
    }
}

/// The same behind others of the build: it grows on the last of them, and they are to go on to work.
fn after(index: usize, names: &[&str], job: Job) -> Job {
    let earlier = names.iter().flat_map(|name| slice(name, "").scenarios).collect();
    Job {
        grows_on: Some(index),
        earlier: Goldens {
            cases: Vec::new(),
            scenarios: earlier,
        },
        ..job
    }
}

fn files_of(result: &JobResult) -> BTreeMap<String, String> {
    let JobResult::Passed { files, .. } = result else {
        panic!("{result:?}")
    };
    files.clone()
}

#[test]
fn a_tree_grows_slice_by_slice() {
    let mut project = Project::new();
    let second = "cat main.sh a.sh; rm a.sh; echo 'echo a works' > all.sh; echo '. ${0%/*}/all.sh' > a.sh; echo 'echo b works' > b.sh; rm old.sh";
    let mut first = slice("a", "");
    first.current = map(&[("old.sh", "echo old"), ("main.sh", "stale"), ("README", "mine")]);
    let results = project.build(vec![first, after(0, &["a"], slice("b", second))]);
    assert_eq!(ends(&results), ["passed 1", "passed 1"]);
    assert_eq!(
        files_of(&results[0]),
        map(&[("a.sh", "echo a works\n"), ("old.sh", "echo old")]),
        "what ghostc places is not of the tree"
    );
    let tree = map(&[
        ("a.sh", ". ${0%/*}/all.sh\n"),
        ("all.sh", "echo a works\n"),
        ("b.sh", "echo b works\n"),
    ]);
    assert_eq!(files_of(&results[1]), tree);
    assert!(
        project.log.contains(&format!("b: says {MAIN}echo a works")),
        "{:?}",
        project.log
    );
    let JobResult::Passed { verdict, .. } = &results[1] else {
        panic!()
    };
    assert_eq!(
        verdict.total(),
        1,
        "earlier goldens are counted with their slices"
    );
}

#[test]
fn what_a_tree_holds_besides_stays_as_it_is() {
    let mut project = Project::new();
    let mut job = slice("a", "cat notes.txt > /dev/null && echo 'echo a works' > a.sh");
    job.may_write = vec!["*.sh".into()];
    job.current = map(&[("notes.txt", "notes"), ("b.sh", "echo b")]);
    let result = project.build_one(job.clone());
    assert_eq!(
        files_of(&result),
        map(&[
            ("a.sh", "echo a works\n"),
            ("b.sh", "echo b"),
            ("notes.txt", "notes")
        ])
    );
    project.options.attempts = 1;
    job.key = "other".into();
    job.prompt = "echo 'echo a works' > a.sh; echo x > notes.txt".into();
    assert_eq!(
        end(&project.build_one(job)),
        "failed 1: changed files outside its paths: `notes.txt`"
    );
}

#[test]
fn files_of_ghostc_are_not_the_agents_whatever_its_globs_say() {
    for script in ["echo x > main.sh", "rm main.sh", "echo x > README"] {
        let mut project = Project::new();
        project.options.attempts = 1;
        let job = slice("a", &format!("echo 'echo a works' > a.sh; {script}"));
        let result = end(&project.build_one(job));
        assert!(
            result.starts_with("failed 1: changed files outside its paths: `"),
            "{script}: {result}"
        );
    }
}

#[test]
fn a_slice_that_breaks_an_earlier_one_is_repaired_or_leaves_the_tree_as_it_was() {
    let breaks = "echo 'echo b works' > b.sh; echo 'echo broken' > a.sh";
    let mut job = after(0, &["a"], slice("b", breaks));
    job.repair = Arc::new(|request| {
        let Attempt::Judged(verdict) = request.last else {
            panic!("{:?}", request.last)
        };
        let [failure] = verdict.failures.as_slice() else {
            panic!("{verdict:?}")
        };
        assert_eq!(
            (failure.id.as_str(), failure.operation.as_str()),
            ("a.works", "a")
        );
        assert_eq!(failure.input.as_str(), Some("step 1, run: a"));
        assert_eq!(failure.expected, "what is written at scenarios/file.yaml:2");
        assert!(failure.actual.contains("`stdout` must be"), "{}", failure.actual);
        assert_eq!(request.files["a.sh"], "echo broken\n");
        "echo 'echo a works' > a.sh".into()
    });
    let mut project = Project::new();
    let results = project.build(vec![slice("a", ""), job.clone()]);
    assert_eq!(ends(&results), ["passed 1", "passed 2"]);
    assert!(
        project.log.contains(&"b: 1 judged 1/2".to_string()),
        "{:?}",
        project.log
    );
    assert_eq!(files_of(&results[1])["a.sh"], "echo a works\n");

    let mut project = Project::new();
    job.repair = Arc::new(|_| "echo 'echo worse' > a.sh".into());
    let results = project.build(vec![slice("a", ""), job, after(1, &[], slice("c", ""))]);
    assert_eq!(
        ends(&results),
        ["passed 1", "failed 3: judged 1/2", "blocked on 1"]
    );
    assert_eq!(files_of(&results[0]), map(&[("a.sh", "echo a works\n")]));
}

#[test]
fn earlier_goldens_wait_until_its_own_pass() {
    let mut project = Project::new();
    project.options.attempts = 1;
    let script = "echo 'echo no' > b.sh; echo 'echo broken' > a.sh";
    let results = project.build(vec![slice("a", ""), after(0, &["a"], slice("b", script))]);
    assert_eq!(end(&results[1]), "failed 1: judged 0/1");
}

#[test]
fn what_passes_already_is_said_and_needs_no_agent_where_it_is_all() {
    let mut project = Project::new();
    let mut job = slice("b", "");
    job.current = map(&[("a.sh", "echo a works"), ("b.sh", "echo other")]);
    job.scenarios
        .push(scenario("b", "old", vec![prints("a", "a works")]));
    job.scenarios
        .push(held_out(scenario("b", "hidden", vec![prints("a", "a works")])));
    assert_eq!(end(&project.build_one(job.clone())), "passed 1");
    assert_eq!(project.log[0], r#"b: passes already ["old"] 1"#);

    project.options.agent = shell("no-such-agent-here");
    project.options.record = true;
    job.key = "other".into();
    job.session = Some(project.path("b.json"));
    job.current = map(&[("a.sh", "echo a works"), ("b.sh", "echo b works")]);
    let result = project.build_one(job.clone());
    assert_eq!(end(&result), "passed 0");
    assert_eq!(files_of(&result), job.current);
    assert_eq!(
        project.log,
        [
            r#"b: passes already ["works", "old"] 1"#,
            "b: judging",
            "b: passed 0"
        ]
    );
    assert!(!project.path("b.json").exists(), "nobody worked");
    assert_eq!(end(&project.build_one(job.clone())), "passed 0 reused");

    // What it broke it has to repair, and an edit of the spec is for an agent.
    let broken = Job {
        key: "broken".into(),
        earlier: Goldens {
            scenarios: slice("c", "").scenarios,
            ..Goldens::default()
        },
        ..job.clone()
    };
    assert!(end(&project.build_one(broken)).starts_with("agent failed"));
    let update = Job {
        key: "update".into(),
        prompt_kind: "update",
        ..job
    };
    assert!(end(&project.build_one(update)).starts_with("agent failed"));
}

#[test]
fn cases_of_operations_inside_are_judged_with_the_tree_as_their_library() {
    let mut project = Project::new();
    let mut job = slice("a", "echo 'echo a works' > a.sh; printf bad > op.txt");
    job.harness.library = map(&[("link.txt", "linked")]);
    job.cases = vec![case("op.txt", "good", false), case("link.txt", "linked", true)];
    job.repair = Arc::new(|_| "printf good > op.txt; printf mine > link.txt".into());
    let result = project.build_one(job.clone());
    assert_eq!(end(&result), "passed 2");
    assert!(
        project.log.contains(&"a: 1 judged 2/3".to_string()),
        "{:?}",
        project.log
    );

    let next = Job {
        earlier: Goldens {
            cases: job.cases.clone(),
            scenarios: job.scenarios.clone(),
        },
        current: files_of(&result),
        harness: job.harness,
        ..slice("b", "echo 'echo b works' > b.sh; rm op.txt")
    };
    project.options.attempts = 1;
    assert_eq!(end(&project.build_one(next)), "failed 1: judged 3/4");
}

#[test]
fn what_does_not_build_is_told_without_the_folders_of_this_run() {
    let mut project = Project::new();
    project.options.attempts = 1;
    let mut job = slice("a", "echo 'echo a works' > a.sh");
    let build = |script: &str| vec![["sh", "-c", script].map(String::from).to_vec()];
    let program = job.program.as_mut().unwrap();
    program.build = build("pwd; echo {tree}/a.sh {build}/{package} {other}; test -w . && false");
    assert_eq!(
        end(&project.build_one(job.clone())),
        "failed 1: not built: .\na.sh tool {other}"
    );
    let program = job.program.as_mut().unwrap();
    program.build = build("cp a.sh {build}/{package}");
    program.run = words("sh {build}/{package}");
    assert_eq!(end(&project.build_one(job.clone())), "passed 1");
    let program = job.program.as_mut().unwrap();
    program.run = words("no-such-interpreter {tree}/main.sh");
    let result = end(&project.build_one(job));
    assert!(
        result.starts_with("machine failed: cannot run `no-such-interpreter {tree}/main.sh`"),
        "{result}"
    );
}
