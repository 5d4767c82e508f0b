//! What is kept from one build to the next, and what is made of it.

use super::*;

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
