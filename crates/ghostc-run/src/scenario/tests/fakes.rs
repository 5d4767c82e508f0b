//! Played commands, conversations and servers.

use super::*;

fn called(event: &Event) -> bool {
    matches!(event, Event::Called { .. })
}

fn call_ended(of: usize) -> impl Fn(&Event) -> bool {
    move |event| matches!(event, Event::CallEnded { call, .. } if *call == of)
}

fn details(facts: &Facts) -> &CallDetails {
    let found = facts.find(|event| {
        if let Event::Called { with, .. } = event {
            return Some(with);
        }
        None
    });
    found.unwrap()
}

#[test]
fn a_played_command_tells_what_it_was_called_with_and_prints_its_answer() {
    for level in SealLevel::ALL {
        let facts = Trial::new()
            .at(level)
            .command("worker")
            .replying(|_, _, _| Answer::Command {
                stdout: "out\n".to_string(),
                stderr: "err\n".to_string(),
                exit: 3,
                delay: 0,
                child: None,
            })
            .first(|facts| {
                let worker = facts.fake("worker").to_string();
                assert!(!worker.contains(' '));
                let script = format!(
                    "mkdir in; cd in; printf 'a\\0b' | env -i ONLY=1 {worker} one 'two three'; echo $?"
                );
                vec![shell(0, &script)]
            })
            .until(ended(0))
            .play();
        assert_eq!(facts.printed(0, Stream::Stdout), "out\n3\n");
        assert_eq!(facts.printed(0, Stream::Stderr), "err\n");
        let CallDetails::Command {
            stdin,
            args,
            cwd,
            env,
        } = details(&facts)
        else {
            panic!("it is a command");
        };
        assert_eq!(stdin, b"a\0b");
        assert_eq!(args, &["one", "two three"]);
        assert_eq!(cwd, &format!("{}/in", facts.surroundings.folder));
        assert_eq!(env, &BTreeMap::from([("ONLY".to_string(), "1".to_string())]));
        assert!(facts.time_of(call_ended(0)) <= facts.time_of(ended(0)));
    }
}

#[test]
fn a_played_command_waits_leaves_a_child_and_is_seen_to_be_killed() {
    for level in SealLevel::ALL {
        let facts = Trial::new()
            .at(level)
            .command("worker")
            .replying(|call, _, _| Answer::Command {
                stdout: String::new(),
                stderr: String::new(),
                exit: 0,
                delay: if call == 0 { 200_000 } else { 100_000_000 },
                child: (call != 1).then_some(if call == 0 { 500_000 } else { 100_000_000 }),
            })
            .first(|facts| vec![start(0, &[facts.fake("worker")], "")])
            .then(ended(0), |_| vec![Action::Count { process: 0 }])
            .then(|event| *event == Event::Counted(1), |_| Vec::new())
            .then(
                |event| *event == Event::ChildEnded { call: 0 },
                |facts| vec![start(1, &[facts.fake("worker")], "")],
            )
            .then(
                |event| matches!(event, Event::Called { call: 1, .. }),
                |_| vec![signal(1, "KILL")],
            )
            .then(call_ended(1), |facts| {
                let worker = facts.fake("worker");
                vec![shell(
                    2,
                    &format!("timeout -s KILL 1 {worker}; echo over; sleep 300"),
                )]
            })
            .then(|event| *event == Event::ChildEnded { call: 2 }, |_| Vec::new());
        let facts = facts.play();
        let (begun, over) = (facts.time_of(called), facts.time_of(call_ended(0)));
        let gone = facts.time_of(|event| *event == Event::ChildEnded { call: 0 });
        assert!(
            over - begun >= 200_000 && gone - begun >= 500_000 && over < gone,
            "{}",
            facts.brief()
        );
    }
}

#[test]
fn a_call_that_the_program_writes_itself_is_none() {
    const FORGE: &str = r#"
import socket, sys
for text in [b'{"Fake":0}\n', b'{"Child":1}\n', b'nonsense\n']:
    forged = socket.socket(socket.AF_UNIX)
    forged.connect(sys.argv[1])
    forged.settimeout(30)
    try:
        forged.sendall(text)
        print(forged.recv(1000))
    except (BrokenPipeError, ConnectionResetError):
        print(b'')
"#;
    for level in SealLevel::ALL {
        let facts = Trial::new()
            .at(level)
            .command("worker")
            .first(|facts| {
                let socket = Path::new(&facts.surroundings.folder)
                    .with_file_name("s")
                    .display()
                    .to_string();
                vec![start(0, &["python3", "-c", FORGE, &socket], "")]
            })
            .until(ended(0))
            .play();
        assert_eq!(facts.printed(0, Stream::Stdout), "b''\nb''\nb''\n");
        assert_eq!(facts.end_of(0).cloned(), exited(0));
        assert_eq!(facts.count(called), 0);
    }
}

#[test]
fn nothing_that_a_program_can_read_holds_an_answer() {
    let facts = Trial::new()
        .command("worker")
        .replying(|_, _, _| prints("the-answer\n"))
        .first(|_| {
            vec![shell(
                0,
                "cd ..; ls -l > /dev/null; grep -r the-answer dir fakes home tmp; cat fakes/worker; env",
            )]
        })
        .until(ended(0))
        .play();
    let text = facts.printed(0, Stream::Stdout);
    assert!(text.starts_with("#!") && !text.contains("the-answer"), "{text}");
}

#[test]
fn a_conversation_is_lines_both_ways_until_its_input_ends() {
    for level in SealLevel::ALL {
        let line = |of: &'static str| move |event: &Event| matches!(event, Event::LineCame { line, .. } if line == of);
        let answer = |lines: &[(u64, &str)], exit: Option<u8>| Action::Answer {
            call: 0,
            answer: Answer::Lines {
                lines: lines
                    .iter()
                    .map(|(delay, line)| (*delay, line.to_string()))
                    .collect(),
                exit,
            },
        };
        let facts = Trial::new()
            .at(level)
            .conversation("agent")
            .first(|facts| {
                let agent = facts.fake("agent");
                vec![shell(
                    0,
                    &format!("(echo one; sleep 0.1; printf two) | {agent} -x; echo $?"),
                )]
            })
            .then(called, |_| Vec::new())
            .then(line("one"), move |_| {
                vec![answer(&[(0, "1"), (400_000, "later")], None)]
            })
            .then(line("two"), move |_| vec![answer(&[(0, "2")], None)])
            .then(ended(0), |facts| {
                let agent = facts.fake("agent").to_string();
                vec![start(1, &[&agent], "end\n")]
            })
            .then(line("end"), move |_| {
                vec![Action::Answer {
                    call: 1,
                    answer: Answer::Lines {
                        lines: vec![(0, "bye".to_string())],
                        exit: Some(4),
                    },
                }]
            })
            .until(ended(1))
            .play();
        assert_eq!(facts.printed(0, Stream::Stdout), "1\n2\nlater\n0\n");
        assert!(
            matches!(details(&facts), CallDetails::Command { stdin, args, .. } if stdin.is_empty() && args == &["-x"])
        );
        assert_eq!(facts.printed(1, Stream::Stdout), "bye\n");
        assert_eq!(facts.end_of(1).cloned(), exited(4));
        assert!(facts.time_of(call_ended(0)) - facts.time_of(line("one")) >= 400_000);
    }
}

#[test]
fn a_played_server_answers_in_its_time_and_notices_who_hangs_up() {
    const ASK: &str = r#"
import http.client, sys
host = sys.argv[1].removeprefix("http://")
one = http.client.HTTPConnection(host)
for path in ["/a?b=c", "/d"]:
    one.request("PUT", path, body=b"body", headers={"X-One": "1"})
    answer = one.getresponse()
    print(answer.status, answer.getheader("x-two"), answer.read().decode())
other = http.client.HTTPConnection(host, timeout=0.3)
other.request("GET", "/never")
try:
    other.getresponse()
except TimeoutError:
    other.close()
    print("closed", flush=True)
import time
time.sleep(300)
"#;
    for level in SealLevel::ALL {
        let facts = Trial::new()
            .at(level)
            .server("board")
            .replying(|call, _, _| Answer::Http {
                status: 202,
                headers: vec![("X-Two".to_string(), "2".to_string())],
                body: format!("answer {call}"),
                delay: [0, 200_000, 100_000_000][call],
            })
            .first(|facts| {
                let board = facts.fake("board").to_string();
                vec![start(0, &["python3", "-c", ASK, &board], "")]
            })
            .then(call_ended(0), |_| Vec::new())
            .then(call_ended(1), |_| Vec::new())
            .until(call_ended(2));
        let facts = facts.play();
        assert!(
            facts.printed(0, Stream::Stdout).is_empty()
                || facts.printed(0, Stream::Stdout).contains("202 2 answer 1")
        );
        let CallDetails::Http {
            method,
            path,
            headers,
            body,
        } = details(&facts)
        else {
            panic!("it is a server");
        };
        assert_eq!(
            (method.as_str(), path.as_str(), body.as_slice()),
            ("PUT", "/a?b=c", b"body".as_slice())
        );
        assert!(headers.contains(&("x-one".to_string(), "1".to_string())));
        let second = facts.time_of(|event| matches!(event, Event::Called { call: 1, .. }));
        assert!(facts.time_of(call_ended(1)) - second >= 200_000);
    }
}

#[test]
fn an_answer_that_cannot_be_given_breaks_the_scenario() {
    for answer in [
        Answer::Http {
            status: 99,
            headers: Vec::new(),
            body: String::new(),
            delay: 0,
        },
        prints(""),
    ] {
        let trial = Trial::new()
            .server("board")
            .replying(move |_, _, _| answer.clone())
            .first(|facts| {
                let script = format!(
                    "import urllib.request; urllib.request.urlopen('{}')",
                    facts.fake("board")
                );
                vec![python(0, &script)]
            })
            .until(ended(0));
        let (result, _) = trial.play_with(None, &AtomicBool::new(false));
        assert!(
            matches!(&result.end, PlayEnd::Broken(why) if why.contains("`board`")),
            "{result:?}"
        );
    }
}
