//! What is inside stays there, and what ends is dead.

use super::*;
use std::sync::atomic::AtomicUsize;

const SERVER: &str = r#"
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(201)
        self.send_header("X-Path", self.path)
        self.end_headers()
        self.wfile.write(b"hello")
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body + self.headers["x-one"].encode())
server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
print("port", server.server_address[1], flush=True)
server.serve_forever()
"#;

fn server(process: usize, port: &str) -> Action {
    start(process, &["python3", "-c", SERVER, port], "")
}

fn port(facts: &Facts, process: usize) -> String {
    let text = facts.printed(process, Stream::Stdout);
    text.trim().strip_prefix("port ").unwrap().to_string()
}

fn answered(event: &Event) -> bool {
    matches!(event, Event::Answered { .. } | Event::NotAnswered { .. })
}

#[test]
fn a_program_answers_over_http_inside_every_kind_of_seal() {
    for level in SealLevel::ALL {
        let facts = Trial::new()
            .at(level)
            .first(|_| vec![server(0, "0")])
            .then(printed(0), |facts| {
                let url = format!("http://localhost:{}/a?b=c", port(facts, 0));
                vec![get(4, url)]
            })
            .then(answered, |facts| {
                vec![Action::Request {
                    request: 5,
                    method: "POST".to_string(),
                    url: format!("http://127.0.0.1:{}", port(facts, 0)),
                    headers: vec![("X-One".to_string(), "!".to_string())],
                    body: Some("body".to_string()),
                }]
            })
            .then(answered, |_| vec![signal(0, "TERM")])
            .until(ended(0))
            .play();
        let answers: Vec<&Event> = facts
            .events
            .iter()
            .map(|(_, event)| event)
            .filter(|event| answered(event))
            .collect();
        let Event::Answered {
            request: 4,
            status: 201,
            headers,
            body,
        } = answers[0]
        else {
            panic!("{answers:?}");
        };
        assert_eq!(body, b"hello");
        assert!(headers.contains(&("x-path".to_string(), "/a?b=c".to_string())));
        assert!(
            matches!(answers[1], Event::Answered { request: 5, body, .. } if body == b"body!"),
            "{answers:?}"
        );
        assert_eq!(facts.end_of(0), Some(&ProcessEnd::Signaled("TERM".to_string())));
    }
}

#[test]
fn why_a_request_is_not_answered_is_said_in_words() {
    const BAD: &str = r#"
import socket, sys
server = socket.create_server(("127.0.0.1", 0))
print("port", server.getsockname()[1], flush=True)
for answer in [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort", b"hello\r\n\r\n"]:
    peer, _ = server.accept()
    peer.recv(1000)
    peer.sendall(answer)
    peer.close()
peer, _ = server.accept()
peer.recv(1000)
peer.recv(1000)
print("closed", flush=True)
"#;
    let url = |facts: &Facts| {
        let text = facts.printed(0, Stream::Stdout);
        format!("http://127.0.0.1:{}/", text.trim().strip_prefix("port ").unwrap())
    };
    let facts = Trial::new()
        .first(|_| vec![python(0, BAD)])
        .then(printed(0), |_| vec![get(9, "http://127.0.0.1:1/".to_string())])
        .then(answered, |_| vec![get(8, "http://192.0.2.1/".to_string())])
        .then(answered, move |facts| vec![get(0, url(facts))])
        .then(answered, move |facts| vec![get(1, url(facts))])
        .then(answered, move |facts| vec![get(2, url(facts))])
        .then(answered, move |facts| {
            vec![get(3, url(facts)), facts.wake_in(1_000_000)]
        })
        .then(
            |event| *event == Event::Woke,
            |_| vec![Action::Cancel { request: 3 }],
        )
        .until(printed(0));
    let facts = facts.play();
    let why = |of: usize| {
        facts.find(|event| {
            if let Event::NotAnswered { request, why } = event {
                return (*request == of).then_some(why.as_str());
            }
            None
        })
    };
    assert_eq!(why(9), Some("connection refused"));
    assert!(why(8).unwrap().contains("loopback"));
    for cut in [0, 1] {
        assert!(why(cut).unwrap().contains("closed before"), "{:?}", why(cut));
    }
    assert!(why(2).unwrap().contains("no HTTP"), "{:?}", why(2));
    assert_eq!(why(3), None);
}

#[test]
fn nothing_but_the_loopback_network_is_there() {
    const LOOK: &str = r#"
import socket
print(sorted(name for _, name in socket.if_nameindex()))
for address in ["192.0.2.1", "8.8.8.8"]:
    try:
        socket.create_connection((address, 53), 5)
        print("connected")
    except OSError as error:
        print(error.strerror)
"#;
    for level in [SealLevel::All, SealLevel::Network] {
        let facts = Trial::new()
            .at(level)
            .first(|_| vec![python(0, LOOK)])
            .until(ended(0))
            .play();
        let expected = "['lo']\nNetwork is unreachable\nNetwork is unreachable\n";
        assert_eq!(facts.printed(0, Stream::Stdout), expected);
    }
}

#[test]
fn a_seal_is_made_within_a_seal() {
    let facts = Trial::new()
        .first(|_| {
            let test = std::env::current_exe().unwrap().display().to_string();
            let name = "scenario::tests::seals::nothing_but_the_loopback_network_is_there";
            vec![start(0, &[&test, "--exact", name], "")]
        })
        .until(ended(0))
        .play();
    assert_eq!(facts.end_of(0).cloned(), exited(0), "{}", facts.brief());
    assert!(facts.printed(0, Stream::Stdout).contains("1 passed"));
}

#[test]
fn two_scenarios_have_one_port_at_the_same_time() {
    let here = Arc::new(AtomicUsize::new(0));
    let play = || {
        let here = Arc::clone(&here);
        let facts = Trial::new()
            .first(|_| vec![server(0, "8765")])
            .then(printed(0), move |_| {
                // Both listen when either is asked.
                here.fetch_add(1, Ordering::SeqCst);
                let begun = Instant::now();
                while here.load(Ordering::SeqCst) < 2 && begun.elapsed() < NEVER {
                    std::thread::sleep(Duration::from_millis(1));
                }
                vec![get(0, "http://127.0.0.1:8765/".to_string())]
            })
            .until(answered)
            .play();
        let is_answer = |event: &Event| matches!(event, Event::Answered { status: 201, .. });
        assert_eq!(facts.count(is_answer), 1);
    };
    std::thread::scope(|scope| {
        let threads = [scope.spawn(play), scope.spawn(play)];
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
}

#[test]
fn without_a_network_of_their_own_scenarios_run_one_after_the_other() {
    let play = || {
        let facts = Trial::new()
            .at(SealLevel::Folder)
            .first(|_| vec![shell(0, "date +%s%N; sleep 0.2; date +%s%N")])
            .until(ended(0))
            .play();
        let times: Vec<u64> = facts
            .printed(0, Stream::Stdout)
            .lines()
            .map(|line| line.parse().unwrap())
            .collect();
        (times[0], times[1])
    };
    let (one, other) = std::thread::scope(|scope| {
        let (one, other) = (scope.spawn(play), scope.spawn(play));
        (one.join().unwrap(), other.join().unwrap())
    });
    assert!(one.1 <= other.0 || other.1 <= one.0, "{one:?} {other:?}");
}

#[test]
fn what_the_seal_lacks_is_said() {
    let stop = AtomicBool::new(false);
    for level in SealLevel::ALL {
        let trial = Trial::new().at(level).first(|_| Vec::new());
        let (result, _) = trial.play_with(None, &stop);
        assert_eq!(result.unsealed.is_some(), level != SealLevel::All, "{result:?}");
    }
}

#[test]
fn only_what_is_inside_is_seen_there_and_its_first_process_cannot_be_killed() {
    let script = "ls /proc | grep -c '^[0-9]'; kill -9 1; kill -9 -1; sleep 300";
    let facts = Trial::new()
        .first(move |_| vec![shell(0, script)])
        .then(printed(0), |facts| vec![facts.wake_in(300_000)])
        .then(|event| *event == Event::Woke, |_| vec![signal(0, "KILL")])
        .until(ended(0))
        .play();
    let count: usize = facts
        .printed(0, Stream::Stdout)
        .lines()
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert!(count < 8, "{count}");
}

#[test]
fn a_program_gets_no_hold_of_the_process_inside_and_of_played_commands() {
    const GRASP: &str = r#"
import glob, os
held = [line.split()[1] for line in open("/proc/self/status") if line.startswith("CapBnd")]
if os.getuid() == 0:
    print("ptrace" if int(held[0], 16) >> 19 & 1 else "", "admin" if int(held[0], 16) >> 21 & 1 else "")
for path in glob.glob("/proc/[0-9]*/environ"):
    if path == f"/proc/{os.getpid()}/environ":
        continue
    try:
        if b"__stub" in open(path.replace("environ", "cmdline"), "rb").read() or path == "/proc/1/environ":
            open(path, "rb").read()
            print("read", path)
    except PermissionError:
        print("refused")
"#;
    let facts = Trial::new()
        .command("worker")
        .replying(|_, _, _| Answer::Command {
            stdout: String::new(),
            stderr: String::new(),
            exit: 0,
            delay: 100_000_000,
            child: Some(100_000_000),
        })
        .first(|facts| vec![start(0, &[facts.fake("worker")], "")])
        .then(
            |event| matches!(event, Event::Called { .. }),
            |facts| vec![facts.wake_in(500_000)],
        )
        .then(|event| *event == Event::Woke, |_| vec![python(1, GRASP)])
        .until(ended(1))
        .play();
    let text = facts.printed(1, Stream::Stdout);
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(lines, ["refused"; 3], "{}", facts.brief());
}

/// Counts the processes of this machine whose command line holds a text.
fn alive(text: &str) -> usize {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let lines = entries.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    lines
        .filter(|line| String::from_utf8_lossy(line).replace('\0', " ").contains(text))
        .count()
}

#[test]
fn what_leaves_its_group_and_its_session_and_ignores_signals_is_dead_at_the_end() {
    for (level, seconds) in SealLevel::ALL.into_iter().zip([4711, 4712, 4713]) {
        let script = format!(
            "trap '' TERM HUP INT
            leave='trap \"\" TERM; sleep {seconds} & sleep {seconds}'
            setsid sh -c \"$leave\" > /dev/null 2>&1 &
            (setsid setsid sh -c \"(setsid sh -c '$leave' &) &\" > /dev/null 2>&1 &)
            sleep {seconds} & echo; sleep {seconds}"
        );
        let facts = Trial::new()
            .at(level)
            .first(move |_| vec![shell(0, &script)])
            .then(printed(0), |facts| {
                vec![signal(0, "TERM"), facts.wake_in(500_000)]
            })
            .then(
                |event| *event == Event::Woke,
                move |_| {
                    assert!(alive(&format!("sleep {seconds}")) > 4);
                    Vec::new()
                },
            )
            .play();
        assert_eq!(facts.end_of(0), None, "it ignores what it is asked");
        assert_eq!(alive(&format!("sleep {seconds}")), 0);
    }
}

#[test]
fn one_program_alone_is_killed_and_what_it_leaves_is_counted() {
    for level in SealLevel::ALL {
        let count = |of: usize| move |event: &Event| *event == Event::Counted(of);
        let script = "setsid sleep 300 > /dev/null 2>&1 & sleep 301 > /dev/null 2>&1 & echo; wait";
        Trial::new()
            .at(level)
            .first(|_| vec![shell(0, "echo; sleep 300")])
            .then(printed(0), move |_| vec![shell(1, script)])
            .then(printed(1), |facts| vec![facts.wake_in(300_000)])
            .then(
                |event| *event == Event::Woke,
                |_| vec![Action::Count { process: 1 }],
            )
            .then(count(3), |_| vec![signal(1, "KILL")])
            .then(ended(1), |_| vec![Action::Count { process: 1 }])
            .then(count(2), |_| vec![Action::Count { process: 0 }])
            .until(count(2))
            .play();
    }
}

/// This test again, in a process of its own, where it finds the variable.
fn alone(name: &str) -> std::process::Command {
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("scenario::tests::seals::{name}")]);
    command.env(ALONE, "1");
    command
}

const ALONE: &str = "GHOSTC_TEST_ALONE";

#[test]
fn nothing_outlives_a_process_that_is_killed_in_the_middle_of_a_scenario() {
    let seconds = |level| 4720 + SealLevel::ALL.iter().position(|known| *known == level).unwrap();
    if let Some(level) = std::env::var_os(ALONE) {
        let level = *SealLevel::ALL.iter().find(|known| known.word() == level).unwrap();
        let seconds = seconds(level);
        let script = format!("trap '' TERM; setsid sleep {seconds} & (sleep {seconds} &) ; sleep {seconds}");
        Trial::new()
            .at(level)
            .first(move |_| vec![shell(0, &script)])
            .until(ended(0))
            .play();
        return;
    }
    for level in SealLevel::ALL {
        let text = format!("sleep {}", seconds(level));
        let within = |what: &dyn Fn(usize) -> bool| {
            let begun = Instant::now();
            while !what(alive(&text)) {
                assert!(begun.elapsed() < NEVER, "{} of `{text}`", alive(&text));
                std::thread::sleep(Duration::from_millis(10));
            }
        };
        let mut command = alone("nothing_outlives_a_process_that_is_killed_in_the_middle_of_a_scenario");
        command
            .env(ALONE, level.word())
            .stdout(std::process::Stdio::null());
        let mut child = command.spawn().unwrap();
        within(&|count| count > 3);
        child.kill().unwrap();
        child.wait().unwrap();
        within(&|count| count == 0);
    }
    // Its folders are left to whoever comes next.
    crate::private::sweep();
}

#[test]
fn neither_processes_nor_files_are_left_after_many_scenarios() {
    let files = || fs::read_dir("/proc/self/fd").unwrap().count();
    let children = || {
        let threads = fs::read_dir("/proc/self/task").unwrap().flatten();
        let read =
            threads.map(|thread| fs::read_to_string(thread.path().join("children")).unwrap_or_default());
        read.collect::<String>().split_whitespace().count()
    };
    let play = || {
        Trial::new()
            .command("worker")
            .server("board")
            .replying(|_, fake, _| {
                if fake == "worker" {
                    prints("done\n")
                } else {
                    responds("x")
                }
            })
            .first(|facts| vec![shell(0, facts.fake("worker")), shell(1, "sleep 300")])
            .until(ended(0))
            .play();
    };
    // Tests of this process run beside this one: a process of its own has to look.
    if std::env::var_os(ALONE).is_some() {
        play();
        let before = (files(), children());
        (0..50).for_each(|_| play());
        assert_eq!((files(), children()), before);
        return;
    }
    let mut test = alone("neither_processes_nor_files_are_left_after_many_scenarios");
    let output = test.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}
