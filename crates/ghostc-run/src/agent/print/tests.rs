//! Agents that are shell scripts, well-behaved and not. The prompt is the script: `sh` reads it from stdin.

use super::*;
use crate::agent::{AgentState, Protocol};
use crate::budget::Budget;
use crate::private::PrivateFolder;
use crate::usage::Tokens;
use crate::workspace::TEMPORARY;
use std::sync::Arc;

const LONG: Duration = Duration::from_secs(120);

struct Outcome {
    result: TurnResult,
    shown: Vec<String>,
    took: Duration,
    folder: PrivateFolder,
}

impl Outcome {
    fn said(&self) -> &TurnOutput {
        assert!(matches!(self.result.end, TurnEnd::Done), "{:?}", self.result);
        &self.result.output
    }

    fn failure(&self) -> &AgentFailure {
        match &self.result.end {
            TurnEnd::Failed(failure) => failure,
            TurnEnd::Done | TurnEnd::Stopped | TurnEnd::OverBudget => panic!("{:?}", self.result),
        }
    }

    fn written(&self, path: &str) -> String {
        std::fs::read_to_string(self.folder.path().join("workspace").join(path)).unwrap_or_default()
    }
}

fn shell(argv: &[&str], success: Success) -> AgentCommand {
    let argv = argv.iter().copied().map(String::from).collect();
    AgentCommand {
        name: "shell".into(),
        protocol: Protocol::Print,
        argv,
        env_allow: vec!["CARGO_PKG_*".into()],
        success,
        state: Vec::new(),
    }
}

fn run_until(
    command: &AgentCommand,
    prompt: &str,
    limits: (Duration, Duration),
    stops: &[(u64, Stop)],
) -> Outcome {
    let folder = PrivateFolder::create().unwrap();
    let workspace = folder.held().create_folder("workspace").unwrap();
    folder.held().create_folder(TEMPORARY).unwrap();
    let (sender, stop) = watch::channel(Stop::No);
    let turn = TurnRequest {
        command,
        prompt,
        workspace: workspace.path(),
        private_folder: folder.held(),
        timeout: limits.0,
        stall: limits.1,
        resources: ResourceLimits::default(),
        stop,
    };
    let mut reservation = Reservation::of(&Arc::new(Budget::new(None)), 0);
    let (mut shown, begun) = (Vec::new(), Instant::now());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let result = runtime.block_on(async {
        let stopping = async {
            for (after, stop) in stops {
                tokio::time::sleep(Duration::from_millis(*after)).await;
                sender.send_replace(*stop);
            }
        };
        let mut show = |text| shown.push(text);
        tokio::join!(run_turn(turn, &mut reservation, &mut show), stopping).0
    });
    Outcome {
        result,
        shown,
        took: begun.elapsed(),
        folder,
    }
}

fn run(script: &str) -> Outcome {
    run_until(&shell(&["sh"], Success::ExitCode), script, (LONG, LONG), &[])
}

fn is_alive(id: &str) -> bool {
    let id = id.trim();
    assert!(!id.is_empty());
    let state = std::process::Command::new("ps")
        .args(["-o", "stat=", "-p", id])
        .output()
        .unwrap();
    let state = String::from_utf8_lossy(&state.stdout).trim().to_string();
    !state.is_empty() && !state.starts_with('Z')
}

#[test]
fn what_a_program_keeps_at_home_goes_with_its_turn() {
    let mut agent = shell(&["sh"], Success::ExitCode);
    agent.state = vec![AgentState {
        path: ".no-such-agent",
        variable: None,
        shared: &[],
    }];
    let script = "mkdir ~/.no-such-agent && echo here > ~/.no-such-agent/log && echo $HOME";
    let outcome = run_until(&agent, script, (LONG, LONG), &[]);
    let home = outcome.said().message.clone().unwrap();
    assert!(Path::new(&home).starts_with(outcome.folder.path()), "{home}");
    let real = std::env::var_os("HOME").unwrap();
    assert!(!Path::new(&real).join(".no-such-agent").exists());
    drop(outcome);
    assert!(!Path::new(&home).exists() && Path::new(&real).exists());
}

#[test]
fn an_agent_works_in_its_workspace_and_its_last_line_is_its_message() {
    let outcome = run("echo Reading; echo code > a.txt; echo Done");
    assert_eq!(
        outcome.said(),
        &TurnOutput {
            message: Some("Done".into()),
            tokens: None,
            dollars: None,
            is_prompt_read: true,
        }
    );
    assert_eq!(
        (outcome.written("a.txt").as_str(), outcome.shown.as_slice()),
        ("code\n", &["Reading".to_string(), "Done".to_string()][..])
    );
}

#[test]
fn the_prompt_goes_where_the_command_says() {
    let script = "printf %s \"$1\" > a.txt; cat \"$2\" > b.txt; cat > c.txt; printf %s \"$3\" > d.txt";
    let command = shell(
        &["sh", "-c", script, "sh", "{prompt}", "{prompt_file}", "{dir}"],
        Success::ExitCode,
    );
    let outcome = run_until(&command, "say {dir} $HOME\n", (LONG, LONG), &[]);
    outcome.said();
    assert_eq!(
        (outcome.written("a.txt"), outcome.written("b.txt")),
        ("say {dir} $HOME\n".into(), "say {dir} $HOME\n".into())
    );
    assert_eq!(outcome.written("c.txt"), "");
    assert_eq!(
        outcome.written("d.txt"),
        outcome.folder.path().join("workspace").display().to_string()
    );
    assert!(!outcome.folder.path().join("workspace/prompt.md").exists());
}

#[test]
fn a_prompt_that_cannot_be_delivered_fails_the_turn_and_holds_nothing_up() {
    let run = |argv: &[&str], prompt: &str| {
        run_until(&shell(argv, Success::ExitCode), prompt, (LONG, LONG), &[]).result
    };
    let long = "x".repeat(4 << 20);
    for argv in [&["true"][..], &["sh", "-c", "head -c 2000000 > a.txt"]] {
        let TurnEnd::Failed(failure) = run(argv, &long).end else {
            panic!("{argv:?}")
        };
        let expected = format!("`{}` ended without reading its prompt", argv[0]);
        assert_eq!(failure.to_string(), expected);
    }
    for (argv, is_read) in [
        (&["true"][..], false),
        (&["head", "-c", "2"], false),
        (&["cat"], true),
        (&["sh", "-c", "test $(wc -c < /dev/stdin) = 10"], true),
    ] {
        let result = run(argv, "0123456789");
        assert!(matches!(result.end, TurnEnd::Done), "{argv:?} {result:?}");
        assert_eq!(result.output.is_prompt_read, is_read, "{argv:?}");
    }
    let result = run(&["sh", "-c", "test $(wc -c) = 4194304"], &long);
    assert!(matches!(result.end, TurnEnd::Done), "{result:?}");
}

#[test]
fn only_allowed_variables_are_seen() {
    let outcome = run("echo ${CARGO_MANIFEST_DIR-none} ${CARGO_PKG_NAME-none} ${HOME:+home} $PWD");
    let root = outcome.folder.path().join("workspace");
    assert_eq!(
        outcome.said().message,
        Some(format!("none ghostc-run home {}", root.display()))
    );
}

#[test]
fn temporary_files_lie_beside_the_workspace_and_go_with_it() {
    let outcome = run("echo x > \"$TMPDIR/left\"; echo $TMPDIR > a.txt");
    let temporary = outcome.folder.path().join(TEMPORARY);
    assert_eq!(outcome.written("a.txt").trim(), temporary.display().to_string());
    assert!(temporary.join("left").exists());
}

#[test]
fn a_missing_program_and_a_failing_one_are_two_things() {
    let missing = run_until(
        &shell(&["no-such-agent-here"], Success::ExitCode),
        "",
        (LONG, LONG),
        &[],
    );
    assert_eq!(
        missing.failure().to_string(),
        "the program `no-such-agent-here` of agent `shell` was not found"
    );
    assert!(missing.failure().is_final());
    let failing = run("echo working; echo no credit >&2; exit 1");
    assert_eq!(
        failing.failure().to_string(),
        "`sh` ended with exit code 1: no credit"
    );
    assert_eq!(
        run("kill -9 $$").failure().to_string(),
        "`sh` ended with signal 9"
    );
}

#[test]
fn an_agents_own_report_decides_where_it_has_one() {
    let command = shell(&["sh"], Success::Report);
    let result = r#"{"type":"result","is_error":true,"result":"no credit","usage":{"input_tokens":2,"output_tokens":1}}"#;
    let failed = run_until(&command, &format!("echo '{result}'"), (LONG, LONG), &[]);
    assert_eq!(
        failed.failure().to_string(),
        "the agent reports an error: no credit"
    );
    let fine = run_until(
        &command,
        &format!("echo '{}'", result.replace("true", "false")),
        (LONG, LONG),
        &[],
    );
    assert_eq!(fine.said().tokens, Some(Tokens { input: 2, output: 1 }));
    run(&format!("echo '{result}'")).said();
}

#[test]
fn a_hundred_megabytes_of_output_neither_block_nor_fill_memory() {
    let outcome = run("head -c 100000000 /dev/zero; head -c 1000000 /dev/zero >&2; echo; echo Done");
    assert_eq!(outcome.said().message.as_deref(), Some("Done"));
}

#[test]
fn an_agent_that_takes_too_long_is_ended() {
    let limits = (Duration::from_millis(300), LONG);
    let command = shell(&["sh"], Success::ExitCode);
    let outcome = run_until(
        &command,
        "trap 'echo yes > asked.txt; exit' TERM; while true; do echo busy; sleep 0.05; done",
        limits,
        &[],
    );
    assert_eq!(outcome.failure().to_string(), "the agent took longer than 0.3 s");
    assert_eq!(
        outcome.written("asked.txt").trim(),
        "yes",
        "it is asked before it is killed"
    );
    let deaf = run_until(
        &command,
        "trap '' TERM; while true; do sleep 0.05; done",
        limits,
        &[],
    );
    assert!(matches!(deaf.failure(), AgentFailure::TimedOut { .. }));
    assert!(deaf.took > TERM_GRACE, "{:?}", deaf.took);
}

#[test]
fn silence_is_a_stall_unless_files_change() {
    let (limits, command) = ((LONG, Duration::from_secs(1)), shell(&["sh"], Success::ExitCode));
    let silent = run_until(&command, "sleep 600", limits, &[]);
    assert_eq!(
        silent.failure().to_string(),
        "the agent printed nothing and changed no file for 1 s"
    );
    let busy = run_until(
        &command,
        "for i in 1 2 3 4 5 6; do sleep 0.25; echo $i > a.txt; done",
        limits,
        &[],
    );
    busy.said();
}

#[test]
fn nothing_that_an_agent_starts_outlives_it() {
    let outcome = run("sleep 300 & echo $! > near.txt; exit 0");
    outcome.said();
    assert!(!is_alive(&outcome.written("near.txt")) && outcome.took < LONG);
    let deaf = "trap '' TERM HUP; echo $$ > far.txt; sleep 300";
    let outcome = run(&format!(
        "setsid sh -c \"{}\" > /dev/null 2>&1 & sleep 0.3",
        deaf.replace('$', "\\$")
    ));
    outcome.said();
    // Only Linux can find what has left the process group.
    assert!(!cfg!(target_os = "linux") || !is_alive(&outcome.written("far.txt")));
}

#[test]
fn a_stop_ends_an_agent_and_a_second_one_kills_it() {
    let command = shell(&["sh"], Success::ExitCode);
    let soft = run_until(&command, "sleep 600", (LONG, LONG), &[(200, Stop::Softly)]);
    assert!(matches!(soft.result.end, TurnEnd::Stopped));
    let deaf = "trap '' TERM; while true; do sleep 0.05; done";
    // It is killed before the time is over that an agent has to end when it is asked; a busy machine gets three tries.
    assert!((0..3).any(|_| {
        let stops = [(200, Stop::Softly), (100, Stop::Now)];
        let hard = run_until(&command, deaf, (LONG, LONG), &stops);
        assert!(matches!(hard.result.end, TurnEnd::Stopped));
        hard.took < TERM_GRACE
    }));
}
