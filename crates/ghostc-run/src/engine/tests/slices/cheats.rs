//! Programs and agents that would pass without doing what is asked, each caught for the right reason.

use super::*;
use ghostc_judge::script::{CommandRule, Data, FakeKind, HttpExpectation, Ready, Stream};

/// The end of a build of one job in one attempt, and what failed.
fn judged(job: Job) -> (String, Vec<ghostc_judge::Failure>) {
    let mut project = Project::new();
    project.options.attempts = 1;
    let result = project.build_one(job);
    if let JobResult::Failed {
        attempt: Attempt::Judged(verdict),
        ..
    } = &result
    {
        return (end(&result), verdict.failures.clone());
    }
    (end(&result), Vec::new())
}

#[test]
fn what_is_hard_coded_fails_by_what_no_agent_has_seen() {
    let upper = |word: &str| {
        let line = Text::parse(&format!("^{word}\n$"), span()).to_string();
        run(
            &format!("upper {}", word.to_lowercase()),
            PatternKind::Regex(line),
        )
    };
    let mut job = slice("upper", "");
    job.scenarios = vec![
        scenario("upper", "shown", vec![upper("ABC")]),
        held_out(scenario("upper", "kept back", vec![upper("XYZ")])),
        scenario(
            "upper",
            "unknown",
            vec![run("upper $word.a", PatternKind::Regex("^[A-Z]{10}\n$".into()))],
        ),
    ];
    job.prompt = "echo 'test $2 = abc && echo ABC || echo $2' > upper.sh".into();
    let (end, failures) = judged(job.clone());
    assert_eq!(end, "failed 1: judged 1/3");
    let ids: Vec<&str> = failures.iter().map(|failure| failure.id.as_str()).collect();
    assert_eq!(ids, ["upper.kept back", "upper.unknown"]);
    assert!(failures[0].held_out && !failures[1].held_out);
    job.prompt = "echo 'echo $2 | tr a-z A-Z' > upper.sh".into();
    assert_eq!(judged(job).0, "passed 1");
}

fn serving(prompt: &str) -> Job {
    let start = step(StepKind::Start {
        command: CommandLine::parse("serve", true, span()).unwrap(),
        name: "server".into(),
        ready: Some(Ready {
            stream: Stream::Stdout,
            pattern: r"listening on (?P<url>http://\S+)".into(),
            span: span(),
        }),
    });
    let get = step(StepKind::Http {
        method: "GET".into(),
        url: Text::parse("$url/", span()),
        headers: Vec::new(),
        body: None,
        expect: Some(HttpExpectation {
            status: Some(pattern(PatternKind::Value(Value::from(serde_json::json!(200))))),
            ..HttpExpectation::default()
        }),
    });
    let mut job = slice("serve", prompt);
    job.program.as_mut().unwrap().run = words("python3 {tree}/serve.py");
    job.scenarios = vec![scenario("serve", "answers", vec![start, get])];
    job
}

const SERVER: &str = r"cat > serve.py <<'END'
import http.server, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(('127.0.0.1', 0), Handler)
print(f'listening on http://127.0.0.1:{server.server_address[1]}', flush=True)
server.serve_forever()
END
";

#[test]
fn a_program_that_says_it_is_ready_before_it_is_fails_at_the_first_request() {
    assert_eq!(judged(serving(SERVER)).0, "passed 1");
    let early = SERVER.replace(
        "server = ",
        "print('listening on http://127.0.0.1:4711', flush=True); time.sleep(600)\nserver = ",
    );
    let (end, failures) = judged(serving(&early));
    assert_eq!(end, "failed 1: judged 0/1");
    assert_eq!(failures[0].input.as_str(), Some("step 2, http: GET $url/"));
}

#[test]
fn a_fake_that_breaks_is_no_verdict() {
    let mut job = slice("call", "echo 'eval \"$2\"; echo call works' > call.sh");
    let mut golden = scenario("call", "calls", vec![prints("call $fakes.hook", "call works")]);
    let rule = CommandRule {
        when: Default::default(),
        reply: Some(Data::Text(Text::parse("yes", span()))),
        stderr: None,
        exit: Some(Data::Text(Text::parse("$word.x", span()))),
        delay: None,
        child: None,
        times: None,
        span: span(),
    };
    Arc::get_mut(&mut golden.script).unwrap().fakes.insert(
        "hook".into(),
        Fake {
            kind: FakeKind::Command(vec![rule]),
            span: span(),
        },
    );
    job.scenarios = vec![golden];
    let (end, failures) = judged(job);
    assert!(
        end.starts_with("machine failed: the scenario `call.calls` (scenarios/call.yaml:1) has no verdict: "),
        "{end}"
    );
    assert!(failures.is_empty());
}

#[test]
fn nothing_of_what_is_held_out_lies_where_an_agent_can_read_it() {
    let secrets = ["kept-secret", "hidden-word", "hidden-line"];
    let mut project = Project::new();
    let mut job = slice("a", "");
    job.current = map(&[("old.sh", "echo old")]);
    job.session = Some(project.path("session.json"));
    project.options.record = true;
    let steps = vec![prints("a hidden-word", "hidden-line")];
    job.scenarios
        .push(held_out(scenario("a", "kept-secret", steps.clone())));
    job.earlier.scenarios = vec![held_out(scenario("b", "kept-secret", steps))];
    let copies = project.path("copies");
    fs::create_dir(&copies).unwrap();
    let copy = |number: &str| {
        let to = copies.join(number).display().to_string();
        format!("mkdir {to}; cp -a .. {to}/private; env > {to}/env; echo 'echo a works' > a.sh")
    };
    job.prompt = copy("first");
    let prompts = Arc::new(Mutex::new(Vec::new()));
    let (repair, seen) = (
        copy("second") + "; echo 'test -z $2 && echo a works || echo hidden-$3' > a.sh",
        Arc::clone(&prompts),
    );
    job.repair = Arc::new(move |request| {
        // What is failing is known here, so that whoever writes prompts can count it.
        let Attempt::Judged(verdict) = request.last else {
            panic!()
        };
        seen.lock()
            .unwrap()
            .push(verdict.failures.iter().all(|failure| failure.held_out));
        repair.clone()
    });
    project.options.attempts = 2;
    assert_eq!(end(&project.build_one(job)), "failed 2: judged 1/2");
    assert_eq!(*prompts.lock().unwrap(), [true]);
    let mut read = 0;
    for entry in walkdir::WalkDir::new(&copies).into_iter().flatten() {
        let name = entry.path().display().to_string();
        let bytes = if entry.file_type().is_file() {
            read += 1;
            fs::read(entry.path()).unwrap()
        } else {
            Vec::new()
        };
        let text = String::from_utf8_lossy(&bytes);
        for secret in secrets {
            assert!(
                !name.contains(secret) && !text.contains(secret),
                "{name}: {secret}"
            );
        }
    }
    assert!(
        copies.join("second/private/workspace/old.sh").is_file() && read > 6,
        "{read}"
    );
    let heard = project.log.join("\n");
    assert!(secrets.iter().all(|secret| !heard.contains(secret)), "{heard}");
}

#[test]
fn a_program_does_not_remember_in_its_own_folder_what_it_was_asked_before() {
    // It would answer right from the second call on.
    let script = "cat > a.sh <<'END'\nmark=${0%/*}/mark\nchmod -R u+w ${0%/*} 2> /dev/null\nif [ -e $mark ]; then echo a works; else echo no; touch $mark; fi 2> /dev/null\nEND\n";
    let mut job = slice("a", script);
    job.scenarios = (0..6)
        .map(|number| scenario("a", &format!("{number}"), vec![prints("a", "a works")]))
        .collect();
    assert_eq!(judged(job).0, "failed 1: judged 0/6");
}

#[test]
fn an_interrupt_in_the_middle_of_a_scenario_is_no_verdict() {
    let project = Project::new();
    let interrupt = Arc::clone(&project.options.interrupt);
    let mut job = slice("a", "echo 'sleep 600' > a.sh");
    job.repair = Arc::new(|_| panic!("nothing has failed"));
    let options = project.options.clone();
    let results = build(vec![job], &options, &mut |event| {
        if let Event::Judging { .. } = event {
            interrupt.store(true, Ordering::Relaxed);
        }
    });
    assert_eq!(ends(&results), ["interrupted"]);
}
