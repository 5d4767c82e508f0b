//! The scripted agent does what its script says, seen from outside its process.
#![allow(
    clippy::unwrap_used,
    reason = "clippy knows only functions with #[test] as tests, not what they share"
)]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A folder with `script` beside a workspace.
struct Stage {
    folder: TempDir,
}

impl Stage {
    fn new(script: &str) -> Stage {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("work")).unwrap();
        fs::write(folder.path().join("script"), script).unwrap();
        Stage { folder }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn agent(&self) -> Command {
        let mut agent = Command::new(env!("CARGO_BIN_EXE_ghostc-fake-agent"));
        agent
            .arg(self.path("script"))
            .current_dir(self.path("work"))
            .stdin(Stdio::null());
        agent
    }

    fn run(&self) -> Output {
        self.agent().output().unwrap()
    }
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

#[test]
fn files_are_written_copied_linked_and_deleted() {
    let stage = Stage::new(
        "write src/a.py <<EOF\none\nEOF\nappend src/a.py <<END\ntwo\nEND\nwrite b <<EOF\nEOF\ndelete b\n\
         copy lib out\nnon-utf8 bad\nsymlink /nowhere link\n",
    );
    fs::create_dir_all(stage.path("lib/inner")).unwrap();
    fs::write(stage.path("lib/inner/c"), "c").unwrap();
    assert_eq!(stage.run().status.code(), Some(0));
    assert_eq!(text(&stage.path("work/src/a.py")), "one\ntwo\n");
    assert_eq!(text(&stage.path("work/out/inner/c")), "c");
    assert!(!stage.path("work/b").exists());
    assert!(String::from_utf8(fs::read(stage.path("work/bad")).unwrap()).is_err());
    assert_eq!(
        fs::read_link(stage.path("work/link")).unwrap(),
        Path::new("/nowhere")
    );
}

#[test]
fn output_is_said_cut_flooded_and_garbled() {
    let stage = Stage::new("say hello\nflood 200\ngarbage 3\nhalf-line par\nexit 7\nsay never\n");
    let output = stage.run();
    assert_eq!(output.status.code(), Some(7));
    assert!(output.stdout.starts_with(b"hello\nxxx") && output.stdout.ends_with(b"par"));
    assert_eq!(output.stdout.len(), "hello\n".len() + 200 + 3 + "par".len());
    assert!(String::from_utf8(output.stdout).is_err());
}

#[test]
fn attempts_are_counted_in_a_file() {
    let stage = Stage::new("on-attempt 1\nsay first\non-attempt 2+\nsay later\nalways\nsay end\n");
    let said = |output: Output| String::from_utf8(output.stdout).unwrap();
    assert_eq!(said(stage.run()), "first\nend\n");
    assert_eq!(said(stage.run()), "later\nend\n");
    let elsewhere = stage.agent().arg(stage.path("counter")).output().unwrap();
    assert_eq!(said(elsewhere), "first\nend\n");
}

#[test]
fn stdin_is_saved_and_waited_for() {
    let stage = Stage::new("await \"go\"\nsay going\nsave-prompt prompt\n");
    let mut agent = stage
        .agent()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = agent.stdin.take().unwrap();
    std::io::Write::write_all(&mut stdin, b"wait\n{\"go\":1}\nrest\n").unwrap();
    drop(stdin);
    assert_eq!(agent.wait_with_output().unwrap().stdout, b"going\n");
    assert_eq!(text(&stage.path("work/prompt")), "rest\n");
}

#[test]
fn an_escape_is_tried_and_told() {
    let stage = Stage::new("escape ../outside\nescape no/such/folder\n");
    assert_eq!(
        stage.run().stdout,
        b"escaped ../outside\nrefused no/such/folder\n"
    );
    assert!(stage.path("outside").exists());
}

#[test]
fn term_ends_a_hanging_agent_unless_it_is_ignored() {
    let plain = Stage::new("say ready\nhang\n");
    let mut agent = wait_for_file(&plain);
    signal(&agent, "TERM");
    assert!(exited(&mut agent, Duration::from_secs(120)));
    let stubborn = Stage::new("on-attempt 1\nignore-term\nwrite ready <<EOF\nEOF\nhang\n");
    let mut agent = wait_for_file(&stubborn);
    signal(&agent, "TERM");
    assert!(!exited(&mut agent, Duration::from_millis(300)));
    assert_eq!(text(&stubborn.path("script.runs")), ".");
    agent.kill().unwrap();
    agent.wait().unwrap();
}

#[test]
fn a_leaked_child_outlives_the_agent() {
    let stage = Stage::new("leak-child 60\nleak-child 60 away\n");
    let mut agent = stage
        .agent()
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    assert!(agent.wait().unwrap().success());
    let mut lines = std::io::BufReader::new(agent.stderr.unwrap());
    for _ in 0..2 {
        let mut line = String::new();
        std::io::BufRead::read_line(&mut lines, &mut line).unwrap();
        let child = line.trim().strip_prefix("leaked child ").unwrap();
        assert!(Command::new("kill").arg(child).status().unwrap().success());
    }
}

#[test]
fn a_script_that_makes_no_sense_is_no_scripted_failure() {
    let output = Stage::new("exit 1000\n").run();
    assert_eq!(output.status.code(), Some(99));
    assert!(
        String::from_utf8_lossy(&output.stderr)
            .ends_with("script: line 1: `1000` is no number that fits here\n")
    );
}

#[test]
fn the_program_is_found_from_a_test() {
    assert_eq!(
        ghostc_testkit::fake_agent::program(),
        Path::new(env!("CARGO_BIN_EXE_ghostc-fake-agent"))
    );
}

/// Starts an agent and waits until it hangs: until it has said something or written `ready`.
fn wait_for_file(stage: &Stage) -> Child {
    let agent = stage
        .agent()
        .stdout(fs::File::create(stage.path("said")).unwrap())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while text(&stage.path("said")).is_empty() && !stage.path("work/ready").exists() {
        assert!(
            start.elapsed() < Duration::from_secs(120),
            "the agent does not get ready"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    agent
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill")
        .args([&format!("-{name}"), &child.id().to_string()])
        .status();
    assert!(status.unwrap().success());
}

fn exited(child: &mut Child, within: Duration) -> bool {
    let start = Instant::now();
    while start.elapsed() < within {
        if child.try_wait().unwrap().is_some() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}
