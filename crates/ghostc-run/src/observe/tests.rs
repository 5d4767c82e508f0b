//! Judging with real drivers, healthy ones and all kinds of broken ones. The driver is a Python script whose operations
//! misbehave by name.

use super::*;
use ghostc_judge::{Expectation, Value};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A case's value from JSON as Rust writes it.
macro_rules! json {
    ($($value:tt)*) => { Value::from(serde_json::json!($($value)*)) };
}

const DRIVER: &str = r#"
import json, os, sys, time
flush, first = sys.argv[-1] == "--flush", True
def answer(**what):
    print(json.dumps(what), flush=flush)
for line in sys.stdin:
    request = json.loads(line)
    number, op, given = request["id"], request["op"], request["input"]
    if op == "echo": answer(id=number, output=given)
    elif op == "error": answer(id=number, error={"kind": "ValueError", "message": given})
    elif op == "crash": answer(id=number, crash={"kind": "TypeError", "message": given})
    elif op == "pid": answer(id=number, output=os.getpid())
    elif op == "read": answer(id=number, output=open(given).read())
    elif op == "env": answer(id=number, output=os.environ.get(given))
    elif op == "exit": print("boom", given, os.getcwd(), file=sys.stderr, flush=True); os._exit(3)
    elif op == "hang": time.sleep(60)
    elif op == "junk": print("junk", given)
    elif op == "twice": answer(id=number, output=1); answer(id=number, output=2)
    elif op == "other": answer(id=number + 1, output=1)
    elif op == "shy": answer(id=number, output=given) if first else os._exit(4)
    elif op == "flood":
        for _ in range(300): sys.stderr.write("x" * 1023 + "\n")
        answer(id=number, output=given)
    elif op == "yes":
        while True: sys.stderr.write("x" * 65535 + "\n")
    elif op == "long": answer(id=number, output="x" * given)
    first = False
"#;

fn harness(driver: &str) -> Harness {
    let words = |text: &str| text.split(' ').map(String::from).collect();
    Harness {
        target: "python".to_string(),
        library: BTreeMap::new(),
        driver: BTreeMap::from([("driver.py".to_string(), driver.to_string())]),
        build: Vec::new(),
        drive: words("python3 -S -s -B -E {driver}/driver.py"),
        env: BTreeMap::new(),
        limits: Limits {
            build: Duration::from_secs(10),
            start: Duration::from_secs(5),
            case: Duration::from_millis(300),
            ..Limits::default()
        },
    }
}

fn case(operation: &str, input: Value, held_out: bool) -> JudgedCase {
    JudgedCase {
        id: format!("{operation}.case"),
        operation: operation.to_string(),
        held_out,
        input: Arc::new(input),
        expect: Expectation::Error,
        approx: None,
        exact: false,
        matches: None,
        rules: None,
        place: "tests.yaml:1".to_string(),
    }
}

fn cases(given: &[(&str, Value)]) -> Vec<JudgedCase> {
    given
        .iter()
        .map(|(operation, input)| case(operation, input.clone(), false))
        .collect()
}

fn run(given: &[(&str, Value)]) -> Vec<Observation> {
    observe(&harness(DRIVER), &BTreeMap::new(), &cases(given)).unwrap()
}

fn output(value: impl serde::Serialize) -> Observation {
    Observation::Output(Value::from(serde_json::to_value(value).unwrap()))
}

fn message(observation: &Observation) -> &str {
    match observation {
        Observation::Crash { message, .. } => message,
        Observation::NotRun(why) => why,
        Observation::Output(_)
        | Observation::Error { .. }
        | Observation::TimedOut
        | Observation::Steps(_) => {
            panic!("neither a crash nor not run: {observation:?}")
        }
    }
}

#[test]
fn every_case_gets_its_own_answer() {
    let text = |kind: &str, message: &str| (kind.to_string(), message.to_string());
    let found = run(&[
        ("echo", json!({"a": [1.5, "é", null]})),
        ("error", json!("no")),
        ("crash", json!("bad")),
        ("echo", json!(null)),
    ]);
    let ((error, no), (crash, bad)) = (text("ValueError", "no"), text("TypeError", "bad"));
    let expected = [
        output(json!({"a": [1.5, "é", null]})),
        Observation::Error {
            kind: error,
            message: no,
        },
        Observation::Crash {
            kind: crash,
            message: bad,
        },
        output(Value::Null),
    ];
    assert_eq!(found, expected);
    assert_eq!(observe(&harness(DRIVER), &BTreeMap::new(), &[]).unwrap(), []);
}

#[test]
fn code_lies_beside_the_library_and_the_driver_elsewhere() {
    let mut harness = harness(DRIVER);
    harness.library = BTreeMap::from([("a.txt".to_string(), "library".to_string())]);
    let code = BTreeMap::from([("b/c.txt".to_string(), "code".to_string())]);
    let asked = cases(&[
        ("read", json!("a.txt")),
        ("read", json!("b/c.txt")),
        ("read", json!("../driver/driver.py")),
    ]);
    assert_eq!(
        observe(&harness, &code, &asked).unwrap(),
        [output("library"), output("code"), output(DRIVER)]
    );
    let outside = BTreeMap::from([("../x".to_string(), String::new())]);
    assert!(matches!(
        observe(&harness, &outside, &asked),
        Err(ObserveError::Files(_))
    ));
}

#[test]
fn held_out_cases_never_share_a_process_with_visible_ones() {
    let asked: Vec<JudgedCase> = [false, true, false, true]
        .map(|held_out| case("pid", json!(0), held_out))
        .into();
    let found = observe(&harness(DRIVER), &BTreeMap::new(), &asked).unwrap();
    assert_eq!((&found[0], &found[1]), (&found[2], &found[3]));
    assert_ne!(found[0], found[1]);
}

#[test]
fn the_environment_is_the_harness_and_a_few_variables() {
    let mut harness = harness(DRIVER);
    harness.env = BTreeMap::from([("EXTRA".to_string(), "yes".to_string())]);
    let asked = cases(&[("env", json!("EXTRA")), ("env", json!("CARGO_MANIFEST_DIR"))]);
    assert_eq!(
        observe(&harness, &BTreeMap::new(), &asked).unwrap(),
        [output("yes"), output(Value::Null)]
    );
}

#[test]
fn a_case_that_ends_the_process_is_found_with_its_last_words() {
    let mut asked: Vec<(&str, Value)> = (0..40).map(|n| ("echo", json!(n))).collect();
    asked[17] = ("exit", json!("here"));
    let found = run(&asked);
    assert_eq!(
        message(&found[17]),
        "the process ended with exit code 3\nboom here ."
    );
    let others = found.iter().enumerate().filter(|(at, _)| *at != 17);
    assert!(others.clone().count() == 39 && others.clone().all(|(at, found)| *found == output(at)));
}

#[test]
fn a_case_that_hangs_is_found_and_the_others_are_answered() {
    let found = run(&[("echo", json!(1)), ("hang", json!(0)), ("echo", json!(2))]);
    assert_eq!(found, [output(1), Observation::TimedOut, output(2)]);
}

#[test]
fn code_that_hangs_in_every_case_costs_one_start_and_one_case() {
    let mut harness = harness(DRIVER);
    (harness.limits.start, harness.limits.case) = (Duration::from_secs(6), Duration::from_secs(1));
    let driver = DRIVER.replace("op == \"hang\"", "op.startswith(\"hang\")");
    harness.driver = BTreeMap::from([("driver.py".to_string(), driver)]);
    let asked: Vec<JudgedCase> = (0..14)
        .map(|n| case(&format!("hang{}", n % 7), json!(n), n % 5 == 0))
        .collect();
    let found = observe(&harness, &BTreeMap::new(), &asked).unwrap();
    assert_eq!(found[1], Observation::TimedOut);
    assert!(!found.iter().any(|found| matches!(found, Observation::Output(_))));
    assert_eq!(message(&found[13]), "the code was silent for 7 s in all");
}

#[test]
fn cases_that_all_take_long_are_ended_together() {
    let mut harness = harness(DRIVER);
    (harness.limits.case, harness.limits.all_cases) = (Duration::from_secs(5), Duration::from_secs(1));
    let driver = DRIVER.replace(
        "op == \"hang\": time.sleep(60)",
        "op == \"slow\": time.sleep(0.3); answer(id=number, output=1)",
    );
    harness.driver = BTreeMap::from([("driver.py".to_string(), driver)]);
    let found = observe(&harness, &BTreeMap::new(), &cases(&vec![("slow", json!(0)); 20])).unwrap();
    assert_eq!(message(&found[19]), "all cases together took longer than 1 s");
}

#[test]
fn a_case_whose_answer_is_junk_is_found() {
    for op in ["junk", "twice", "other"] {
        let found = run(&[("echo", json!(1)), (op, json!(0)), ("echo", json!(2))]);
        assert_eq!((&found[0], &found[2]), (&output(1), &output(2)), "{op}");
        match op {
            // Alone it does answer, and with the answer its process is over.
            "twice" => assert_eq!(found[1], output(1)),
            _ => assert!(
                message(&found[1]).starts_with("the process printed what is no answer"),
                "{:?}",
                found[1]
            ),
        }
    }
}

#[test]
fn a_case_that_fails_only_in_company_is_judged_alone() {
    assert_eq!(
        run(&[("echo", json!(1)), ("shy", json!(2)), ("echo", json!(3))]),
        [output(1), output(2), output(3)]
    );
}

#[test]
fn after_many_crashes_the_rest_of_the_operation_is_not_run() {
    let mut asked: Vec<(&str, Value)> = (0..13).map(|n| ("exit", json!(n))).collect();
    asked.push(("echo", json!(1)));
    let found = run(&asked);
    let crashed = found
        .iter()
        .filter(|found| matches!(found, Observation::Crash { .. }))
        .count();
    assert_eq!((crashed, found.last()), (10, Some(&output(1))));
    assert_eq!(message(&found[12]), "10 cases of `exit` ended the process");
}

#[test]
fn a_driver_that_never_starts_is_said_for_every_case() {
    let two = cases(&[("f", json!(1)), ("g", json!(2))]);
    let broken = observe(&harness("import nothing_of_this_name"), &BTreeMap::new(), &two).unwrap();
    for found in &broken {
        let why = message(found);
        assert!(
            matches!(found, Observation::NotRun(_))
                && why.contains("exit code 1")
                && why.contains("ModuleNotFoundError"),
            "{why}"
        );
    }
    let idle = observe(&harness("pass"), &BTreeMap::new(), &two).unwrap();
    assert_eq!(message(&idle[1]), "the driver ends without an answer");
    let mut missing = harness(DRIVER);
    missing.drive = vec!["no-such-program-here".to_string()];
    let missing = observe(&missing, &BTreeMap::new(), &two).unwrap();
    assert!(
        message(&missing[0]).starts_with("the driver could not be started"),
        "{missing:?}"
    );
}

#[test]
fn a_crash_of_all_cases_is_not_taken_for_a_driver_that_never_starts() {
    let found = run(&[("exit", json!(1)), ("exit", json!(2))]);
    assert!(
        found
            .iter()
            .all(|found| matches!(found, Observation::Crash { .. })),
        "{found:?}"
    );
}

#[test]
fn a_flood_of_stderr_and_long_answers_hold_nothing_up() {
    let found = run(&[("flood", json!(1)), ("long", json!(3 << 20)), ("echo", json!(2))]);
    assert_eq!((&found[0], &found[2]), (&output(1), &output(2)));
    assert_eq!(found[1], output("x".repeat(3 << 20)));
    assert_eq!(
        run(&[("echo", json!(1)), ("yes", json!(0)), ("echo", json!(2))]),
        [output(1), Observation::TimedOut, output(2)]
    );
    let found = run(&[("echo", json!(1)), ("long", json!(17 << 20))]);
    assert!(
        found[0] == output(1) && message(&found[1]).contains("longer than 16 MiB"),
        "{:?}",
        message(&found[1])
    );
}

#[test]
fn many_cases_with_a_crash_among_them_are_all_answered() {
    let mut asked: Vec<(&str, Value)> = (0..20_000).map(|n| ("echo", json!({ "n": n }))).collect();
    asked[9_000] = ("exit", json!(0));
    let found = run(&asked);
    assert!(
        found
            .iter()
            .enumerate()
            .all(|(n, found)| n == 9_000 || *found == output(json!({ "n": n })))
    );
}

#[test]
fn what_is_built_is_driven() {
    let mut harness = harness(DRIVER);
    harness.build = vec![
        [
            "sh",
            "-c",
            "cat {driver}/driver.py > made.txt; pwd >> made.txt; test {lib} = $(pwd)",
        ]
        .map(String::from)
        .into(),
    ];
    let found = observe(&harness, &BTreeMap::new(), &cases(&[("read", json!("made.txt"))])).unwrap();
    assert!(
        matches!(&found[0], Observation::Output(Value::String(text)) if text.contains("import json")),
        "{found:?}"
    );
}

#[test]
fn a_failed_build_gives_its_output_with_relative_paths() {
    let build = |script: &str| {
        let mut harness = harness(DRIVER);
        harness.limits.build = Duration::from_millis(300);
        harness.build = vec![script.split('|').map(String::from).collect()];
        observe(&harness, &BTreeMap::new(), &cases(&[("echo", json!(1))])).unwrap_err()
    };
    let wrong = build("sh|-c|echo $(pwd)/src/a.rs:1: wrong >&2; exit 1");
    let ObserveError::Build { argv, output } = wrong else {
        panic!("{wrong:?}")
    };
    assert_eq!((argv[0].as_str(), output.as_str()), ("sh", "src/a.rs:1: wrong"));
    assert!(build("sleep|60").to_string().contains("took longer than 0.3 s"));
    assert!(matches!(
        build("no-such-program-here"),
        ObserveError::Program { .. }
    ));
}

#[test]
fn a_set_stop_flag_ends_judging() {
    let mut harness = harness(DRIVER);
    harness.limits.case = Duration::from_secs(600);
    let (stop, begun) = (AtomicBool::new(false), Instant::now());
    std::thread::scope(|scope| {
        let running =
            scope.spawn(|| observe_until(&harness, &BTreeMap::new(), &cases(&[("hang", json!(0))]), &stop));
        std::thread::sleep(Duration::from_millis(100));
        stop.store(true, Ordering::Relaxed);
        assert!(matches!(running.join().unwrap(), Err(ObserveError::Stopped)));
    });
    assert!(begun.elapsed() < harness.limits.case);
}
