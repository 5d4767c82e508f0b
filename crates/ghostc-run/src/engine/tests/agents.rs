//! Agents that fail, wait, or have to be stopped, and what they use.

use super::*;

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
    let results = project.build(vec![good("a"), good("b"), good("c")]);
    // What waits is asked again.
    let is_second = |line: &String| line.ends_with(": implement 2");
    assert!(!project.log.iter().any(is_second), "{:?}", project.log);
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
    let results = project.build(vec![bad("a"), bad("b"), bad("c")]);
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
    let waited = project.path("waited");
    let script = format!("echo '{retry}'; sleep 600; touch {}", waited.display());
    let result = project.build_one(job("a", &script));
    assert_eq!(
        end(&result),
        "agent failed 1: the agent reports an error: not allowed here"
    );
    assert!(!waited.exists());
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
fn a_turn_that_uses_up_the_budget_is_ended_meanwhile() {
    let mut project = Project::new();
    project.options.tokens = Some(100);
    let used = |id: &str| {
        format!(
            r#"{{"type":"assistant","message":{{"id":"{id}","usage":{{"input_tokens":60,"output_tokens":4}},"content":[]}}}}"#
        )
    };
    let waited = project.path("waited");
    let script = format!(
        "echo '{}'; sleep 0.3; echo '{}'; sleep 600; touch {}",
        used("a"),
        used("b"),
        waited.display()
    );
    let result = project.build_one(job("a", &script));
    assert!(!waited.exists());
    assert_eq!(
        (end(&result).as_str(), project.spent.as_slice()),
        ("over budget", &[128][..])
    );
    // What was finished is paid for.
    let finished = r#"{"type":"result","result":"","usage":{"input_tokens":900,"output_tokens":3}}"#;
    let script = format!("printf good > b.txt; echo '{finished}'; sleep 1");
    assert_eq!(end(&project.build_one(job("b", &script))), "passed 1");
}

#[test]
fn an_interrupt_stops_agents_and_keeps_what_is_done() {
    let mut project = Project::new();
    project.options.jobs = 1;
    let interrupt = Arc::clone(&project.options.interrupt);
    let waited = project.path("waited");
    let repair = format!("sleep 600; touch {}", waited.display());
    let mut slow = job("b", "printf bad > b.txt");
    slow.repair = Arc::new(move |_| {
        interrupt.store(true, Ordering::Relaxed);
        repair.clone()
    });
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
    assert!(!waited.exists());

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
