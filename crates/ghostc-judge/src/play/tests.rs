//! Scenarios played by hand: events in, actions and the end out.

use super::{Action, Answer, CallDetails, Event, Play, PlayEnd, PlayFailure, ProcessEnd, Surroundings};
use ghostc_syntax::script::pattern::{Pattern, PatternKind};
use ghostc_syntax::script::text::{CommandLine, Text};
use ghostc_syntax::script::{
    CallExpectation, CommandRule, Data, EndExpectation, Fake, FakeKind, Gap, HttpExpectation, Lapse, Ready,
    Script, ScriptStep, StepKind, Stream,
};
use ghostc_syntax::{FileId, Span, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

const MS: u64 = 1000;

fn span() -> Span {
    Span::start_of(FileId(0))
}

fn text(text: &str) -> Text {
    Text::parse(text, span())
}

fn pattern(kind: PatternKind) -> Pattern {
    Pattern { kind, span: span() }
}

fn words(words: &str) -> Pattern {
    pattern(PatternKind::Text(text(words)))
}

fn value(json: &str) -> Value {
    Value::from_json(json).unwrap()
}

/// A pattern that is written as JSON: objects hold at least these members.
fn json(written: &str) -> Pattern {
    fn of(value: Value) -> Pattern {
        pattern(match value {
            Value::String(written) => PatternKind::Text(text(&written)),
            Value::Array(items) => PatternKind::List {
                items: items.into_iter().map(of).collect(),
                unordered: false,
            },
            Value::Object(members) if members.contains_key("$capture") => PatternKind::Capture {
                name: members["$capture"].as_str().unwrap().to_string(),
                inner: None,
            },
            Value::Object(members) => PatternKind::Object {
                fields: members
                    .into_iter()
                    .map(|(name, value)| (name, of(value)))
                    .collect(),
                exactly: false,
            },
            scalar @ (Value::Null | Value::Bool(_) | Value::Number(_)) => PatternKind::Value(scalar),
        })
    }
    of(value(written))
}

fn step(kind: StepKind) -> ScriptStep {
    ScriptStep {
        kind,
        within: None,
        timeout: None,
        span: span(),
    }
}

fn within(step: ScriptStep, within: Lapse) -> ScriptStep {
    let within = Some(within);
    ScriptStep { within, ..step }
}

fn run(command: &str, expect: EndExpectation) -> ScriptStep {
    step(StepKind::Run {
        command: CommandLine::parse(command, true, span()).unwrap(),
        stdin: None,
        until: false,
        expect: Some(expect),
    })
}

fn get(url: &str, expected: &str) -> ScriptStep {
    let json = Some(json(expected));
    step(StepKind::Http {
        method: "GET".into(),
        url: text(url),
        headers: Vec::new(),
        body: None,
        expect: Some(HttpExpectation {
            json,
            ..HttpExpectation::default()
        }),
    })
}

fn rule(when: CallExpectation, times: Option<u64>, reply: &str) -> CommandRule {
    CommandRule {
        when,
        times,
        reply: Some(Data::Text(text(reply))),
        stderr: None,
        exit: None,
        delay: None,
        child: None,
        span: span(),
    }
}

fn script(fakes: Vec<(&str, Vec<CommandRule>)>, steps: Vec<ScriptStep>) -> Script {
    let fakes = fakes.into_iter().map(|(name, rules)| {
        let kind = FakeKind::Command(rules);
        (name.to_string(), Fake { kind, span: span() })
    });
    Script {
        variables: BTreeMap::from([("n".to_string(), value("3"))]),
        files: Vec::new(),
        env: Vec::new(),
        fakes: fakes.collect(),
        steps,
    }
}

fn play(script: Script) -> Play {
    let surroundings = Surroundings {
        t: 100,
        folder: "/tmp/scene".into(),
        fakes: BTreeMap::from([("worker".to_string(), "/tmp/fakes/worker".to_string())]),
        seed: 7,
        program: vec!["/bin/tool".into(), "--fixed".into()],
        is_recording: false,
    };
    Play::new(Arc::new(script), surroundings)
}

fn exited(process: usize, code: i32) -> Event {
    let end = ProcessEnd::Exited(code);
    Event::Ended { process, end }
}

fn printed(process: usize, stream: Stream, text: &str) -> Event {
    let bytes = text.as_bytes().to_vec();
    Event::Printed {
        process,
        stream,
        bytes,
    }
}

fn called(call: usize, at: u64, stdin: &str) -> Event {
    let fake = "worker".to_string();
    let with = CallDetails::Command {
        stdin: stdin.as_bytes().to_vec(),
        args: Vec::new(),
        cwd: "/tmp/scene".into(),
        env: BTreeMap::new(),
    };
    Event::Called { call, at, fake, with }
}

fn answered(request: usize, body: &str) -> Event {
    Event::Answered {
        request,
        status: 200,
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
    }
}

fn failure(play: &Play) -> &PlayFailure {
    match play.end() {
        Some(PlayEnd::Failed(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_program_runs_with_its_words_and_what_it_prints_is_compared_and_captured() {
    let expect = EndExpectation {
        exit: Some(json("0")),
        stdout: Some(json(r#"{"$capture": "id"}"#)),
        ..EndExpectation::default()
    };
    let again = EndExpectation {
        stdout: Some(words("$id is done [..]\n")),
        ..EndExpectation::default()
    };
    let mut play = play(script(
        Vec::new(),
        vec![run("add '$dir/a b' $n", expect), run("show $id", again)],
    ));
    let started = |process: usize, words: &[&str]| Action::Start {
        process,
        argv: words.iter().map(|word| (*word).to_string()).collect(),
        stdin: String::new(),
        env: Vec::new(),
    };
    let actions = play.step(0, Event::Began);
    assert!(
        actions.contains(&started(
            0,
            &["/bin/tool", "--fixed", "add", "/tmp/scene/a b", "3"]
        )),
        "{actions:?}"
    );
    play.step(1, printed(0, Stream::Stdout, "j7\n"));
    let actions = play.step(2, exited(0, 0));
    assert!(
        actions.contains(&started(1, &["/bin/tool", "--fixed", "show", "j7"])),
        "{actions:?}"
    );
    play.step(3, printed(1, Stream::Stdout, "j7 is done at /tmp/scene\n"));
    assert_eq!(play.end(), None);
    play.step(4, exited(1, 0));
    assert_eq!(play.end(), Some(&PlayEnd::Passed));
}

#[test]
fn a_row_may_hold_new_words_and_folders_and_everything_else_as_it_is() {
    let mut script = script(Vec::new(), vec![run("$a $b", EndExpectation::default())]);
    let row = [("a", r#""x-$word.one""#), ("b", r#""costs-$5-$other""#)];
    script.variables = row.map(|(name, json)| (name.to_string(), value(json))).into();
    let mut play = play(script);
    let actions = play.step(0, Event::Began);
    let [Action::Start { argv, .. }, ..] = actions.as_slice() else {
        panic!("{actions:?}")
    };
    assert!(argv[2].starts_with("x-") && argv[2].len() == 12, "{argv:?}");
    assert_eq!(argv[3], "costs-$5-$other");
}

#[test]
fn a_run_without_an_expected_exit_must_end_with_0() {
    let mut play = play(script(Vec::new(), vec![run("x", EndExpectation::default())]));
    play.step(0, Event::Began);
    play.step(
        1,
        printed(0, Stream::Stderr, "error: no /tmp/scene/x on 127.0.0.1:8123\n"),
    );
    play.step(1, exited(0, 1));
    let failure = failure(&play);
    assert!(!failure.is_late && failure.what == "run: x");
    assert_eq!(
        failure.details,
        [
            "exited with 1",
            "standard error:",
            "  error: no $dir/x on 127.0.0.1:PORT"
        ]
    );
}

#[test]
fn what_comes_on_both_streams_is_one_output_in_some_order() {
    for (output, passes) in [
        ("out\nerr\nmore", true),
        ("out\nmore\nerr\n", true),
        ("err\nout\nmore", true),
        ("...\nmore", true),
        ("more\nout\nerr", false),
        ("out\nmore", false),
        ("", false),
    ] {
        let expect = EndExpectation {
            output: Some(words(output)),
            ..EndExpectation::default()
        };
        let mut play = play(script(Vec::new(), vec![run("x", expect)]));
        play.step(0, Event::Began);
        play.step(1, printed(0, Stream::Stdout, "out\n"));
        play.step(1, printed(0, Stream::Stderr, "err\n"));
        play.step(1, printed(0, Stream::Stdout, "more\n"));
        play.step(2, exited(0, 0));
        assert_eq!(play.end() == Some(&PlayEnd::Passed), passes, "{output}");
    }
}

#[test]
fn a_look_is_repeated_until_it_is_met_or_too_late() {
    let steps = || {
        vec![within(
            get("http://x/$n", r#"{"state": "done", "id": {"$capture": "id"}}"#),
            Lapse::Elastic(1000),
        )]
    };
    let mut played = play(script(Vec::new(), steps()));
    let actions = played.step(0, Event::Began);
    assert!(
        matches!(&actions[0], Action::Request { url, .. } if url == "http://x/3"),
        "{actions:?}"
    );
    assert_eq!(
        played.step(MS, answered(0, r#"{"state": "new"}"#)),
        [Action::Wake { at: 21 * MS }]
    );
    assert!(matches!(
        played.step(21 * MS, Event::Woke).as_slice(),
        [Action::Request { request: 1, .. }, ..]
    ));
    played.step(22 * MS, answered(1, r#"{"state": "done", "id": 4, "more": []}"#));
    assert_eq!(played.end(), Some(&PlayEnd::Passed));

    let mut late = play(script(Vec::new(), steps()));
    late.step(0, Event::Began);
    late.step(100 * MS, answered(0, r#"{"state": "new"}"#));
    assert!(failure(&late).is_late);
    assert_eq!(
        failure(&late).details,
        [r#"`json.state` must be "done", and is "new""#]
    );
}

#[test]
fn fakes_answer_by_the_first_rule_that_fits_and_is_not_used_up() {
    let first = CallExpectation {
        stdin: Some(json(r#"{"id": {"$capture": "id"}}"#)),
        ..CallExpectation::default()
    };
    let rules = vec![
        rule(first, Some(1), "one $id"),
        rule(CallExpectation::default(), Some(1), "two"),
    ];
    let mut play = play(script(
        vec![("worker", rules)],
        vec![run("x", EndExpectation::default())],
    ));
    play.step(0, Event::Began);
    let said = |actions: &[Action]| match actions {
        [
            Action::Answer {
                answer: Answer::Command { stdout, .. },
                ..
            },
        ] => stdout.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(said(&play.step(1, called(0, 1, r#"{"id": 5}"#))), "one 5\n");
    assert_eq!(said(&play.step(2, called(1, 2, r#"{"id": 5}"#))), "two\n");
    play.step(3, called(2, 3, "more"));
    assert_eq!(
        failure(&play).details,
        [r#"`worker` was called, and no rule answers: arguments [], input "more""#]
    );
}

fn calls(gaps: [Option<Gap>; 2], wait: Option<Lapse>) -> Play {
    let rules = vec![rule(CallExpectation::default(), None, "ok")];
    let expect = gaps.map(|gap| CallExpectation {
        gap,
        ..CallExpectation::default()
    });
    let look = step(StepKind::Calls {
        fake: "worker".into(),
        running: None,
        unordered: false,
        expect: expect.to_vec(),
    });
    let look = ScriptStep { within: wait, ..look };
    play(script(vec![("worker", rules)], vec![look]))
}

#[test]
fn the_time_between_calls_has_bounds_of_which_the_upper_one_alone_is_of_lateness() {
    let gap = |least: u64, most: u64| {
        Some(Gap {
            least: Some(Lapse::Elastic(least)),
            most: Some(Lapse::Elastic(most)),
        })
    };
    let ended = |second: u64| {
        let mut play = calls([None, gap(1000, 2000)], Some(Lapse::Elastic(9000)));
        play.step(0, Event::Began);
        play.step(10 * MS, called(0, 10 * MS, ""));
        play.step(20 * MS, Event::CallEnded { call: 0, at: 20 * MS });
        play.step(second, called(1, second, ""));
        play.end().cloned()
    };
    assert_eq!(ended(120 * MS), Some(PlayEnd::Passed));
    let failed = |end: Option<PlayEnd>| match end {
        Some(PlayEnd::Failed(failure)) => (failure.is_late, failure.details),
        other => panic!("{other:?}"),
    };
    let (is_late, details) = failed(ended(119 * MS));
    assert!(
        !is_late && details == ["`calls[1]` began 99 ms after the call before, and must at least 100 ms"]
    );
    let (is_late, details) = failed(ended(221 * MS));
    assert!(is_late && details == ["`calls[1]` began 201 ms after the call before, and must at most 200 ms"]);
    let (is_late, _) = failed(ended(15 * MS));
    assert!(!is_late);
}

#[test]
fn one_call_too_many_fails_at_once_and_one_too_few_when_the_time_is_over() {
    let mut more = calls([None, None], Some(Lapse::Elastic(9000)));
    more.step(0, Event::Began);
    for call in 0..2 {
        assert_eq!(more.end(), None);
        more.step(MS, called(call, MS, ""));
    }
    assert_eq!(more.end(), Some(&PlayEnd::Passed));
    let mut more = calls([None, None], Some(Lapse::Elastic(9000)));
    let mut steps = more.script.steps.clone();
    steps.insert(0, get("http://x", "[]"));
    more.script = Arc::new(Script {
        steps,
        ..(*more.script).clone()
    });
    more.step(0, Event::Began);
    (0..3).for_each(|call| drop(more.step(0, called(call, MS, "x"))));
    more.step(0, answered(0, "[]"));
    assert_eq!(
        failure(&more).details,
        [r#"`calls` must be 2, and are 3; the next one: arguments [], input "x""#]
    );
    let mut fewer = calls([None, None], None);
    fewer.step(0, Event::Began);
    assert_eq!(failure(&fewer).details, ["`calls` must be 2, and are 0"]);
    assert!(!failure(&fewer).is_late);
}

#[test]
fn a_fake_that_must_be_left_alone_is_watched_for_the_whole_time() {
    let rules = vec![rule(CallExpectation::default(), None, "ok")];
    let quiet = step(StepKind::Quiet {
        fake: "worker".into(),
        length: Lapse::Fixed(50),
    });
    let mut quiet = play(script(vec![("worker", rules)], vec![quiet]));
    assert_eq!(quiet.step(0, Event::Began), [Action::Wake { at: 50 * MS }]);
    quiet.step(40 * MS, Event::Woke);
    assert_eq!(quiet.end(), None);
    quiet.step(50 * MS, Event::Woke);
    assert_eq!(quiet.end(), Some(&PlayEnd::Passed));
}

#[test]
fn a_program_that_is_started_must_become_ready_and_ends_alone() {
    let start = step(StepKind::Start {
        command: CommandLine::parse("serve", true, span()).unwrap(),
        name: "daemon".into(),
        ready: Some(Ready {
            stream: Stream::Stdout,
            pattern: r"listening on (?P<url>\S+)$".into(),
            span: span(),
        }),
    });
    let stop = step(StepKind::Stop {
        name: "daemon".into(),
        signal: "TERM".into(),
        expect: Some(EndExpectation {
            exit: Some(json("0")),
            ..EndExpectation::default()
        }),
    });
    let steps = vec![start, get("$url/x", "[]"), stop];
    let mut ready = play(script(Vec::new(), steps.clone()));
    ready.step(0, Event::Began);
    assert_eq!(
        ready.step(1, printed(0, Stream::Stdout, "listening on http://h")),
        []
    );
    let actions = ready.step(2, printed(0, Stream::Stdout, ":8\n"));
    assert!(
        matches!(&actions[0], Action::Request { url, .. } if url == "http://h:8/x"),
        "{actions:?}"
    );
    let actions = ready.step(3, answered(0, "[]"));
    assert!(actions.contains(&Action::Signal {
        process: 0,
        signal: "TERM".into()
    }));
    ready.step(4, exited(0, 0));
    assert_eq!(ready.end(), Some(&PlayEnd::Passed));

    let mut dead = play(script(Vec::new(), steps.clone()));
    dead.step(0, Event::Began);
    dead.step(1, exited(0, 2));
    assert_eq!(failure(&dead).details, ["exited with 2 before it was ready"]);
    let mut slow = play(script(Vec::new(), steps));
    slow.step(0, Event::Began);
    slow.step(5000 * MS, Event::Woke);
    assert!(failure(&slow).is_late);
    assert_eq!(failure(&slow).details, ["is not ready after 50t"]);
}

#[test]
fn what_breaks_is_no_verdict() {
    let mut play = play(script(Vec::new(), vec![run("x", EndExpectation::default())]));
    play.step(0, Event::Began);
    play.step(1, Event::Broken("no more sockets".into()));
    assert_eq!(play.end(), Some(&PlayEnd::Broken("no more sockets".into())));
    assert_eq!(play.step(2, exited(0, 0)), []);
}
