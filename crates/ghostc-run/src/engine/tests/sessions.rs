//! Sessions that are recorded, and played.

use super::*;

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
