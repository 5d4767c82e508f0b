//! Programs that try to outlive their end, and programs that use too much. All tests of this crate start their programs
//! through the launcher that is built here.

use super::*;
use crate::private::PrivateFolder;
use ghostc_testkit::built::{Program, built};
use std::fs;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// The launcher alone, as a program; built when it is missing or older than its source.
pub(super) fn launcher() -> PathBuf {
    built(&Program {
        package: "ghostc-run",
        name: "ghostc-launch",
        folder: Path::new(env!("CARGO_MANIFEST_DIR")),
        sources: &["launch", "pipe", "role", "scenario"],
    })
}

fn shell<'a>(script: &str, folder: &'a Path, limits: ResourceLimits) -> Launch<'a> {
    Launch {
        program: Path::new("sh"),
        name: OsStr::new("sh"),
        arguments: ["-c", script].map(OsString::from).to_vec(),
        folder,
        env: vec![("PATH".into(), std::env::var_os("PATH").unwrap())],
        limits,
    }
}

fn start(launch: Launch<'_>) -> (Child, Launched) {
    let started = launch.prepare().unwrap().start(|mut command| {
        let child = command.spawn()?;
        let id = child.id();
        Ok((child, id))
    });
    started.unwrap()
}

/// Runs a script to its end.
fn run(script: &str, folder: &Path, limits: ResourceLimits) -> ProgramEnd {
    let (mut child, mut launched) = start(shell(script, folder, limits));
    launched.end(child.wait().unwrap())
}

/// Longer than what ends takes on any machine, and shorter than what is left alone lives.
const NEVER: Duration = Duration::from_secs(120);

/// Starts three processes, each of which has left in its own way, and writes their numbers to files.
const LEAVERS: &str = r#"
    leave='trap "" TERM HUP INT; echo $$ > $0; exec sleep 300'
    setsid sh -c "$leave" session > /dev/null 2>&1 &
    env -i /bin/sh -c "$leave" empty > /dev/null 2>&1 &
    (setsid setsid sh -c "(setsid sh -c '$leave' forked &) &" > /dev/null 2>&1 &)
    until test -s session && test -s empty && test -s forked; do sleep 0.01; done
"#;

fn leavers(folder: &Path) -> Vec<Pid> {
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    ["session", "empty", "forked"]
        .map(|name| Pid::from_raw(read(name).trim().parse().unwrap()).unwrap())
        .to_vec()
}

fn is_alive(process: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero())).unwrap_or_default();
    stat.rsplit_once(") ")
        .is_some_and(|(_, state)| !state.starts_with('Z'))
}

fn assert_gone(processes: &[Pid], within: Duration) {
    let deadline = Instant::now() + within;
    while let Some(left) = processes.iter().find(|process| is_alive(**process)) {
        assert!(Instant::now() < deadline, "{left:?} is alive");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn neither_a_session_nor_an_empty_environment_nor_a_double_fork_outlives_a_program() {
    let folder = PrivateFolder::create().unwrap();
    let end = run(LEAVERS, folder.path(), ResourceLimits::default());
    assert_eq!(end, ProgramEnd::Exited(0));
    assert_gone(&leavers(folder.path()), Duration::ZERO);
}

#[test]
fn a_program_that_is_killed_takes_all_with_it() {
    let folder = PrivateFolder::create().unwrap();
    let script = format!("{LEAVERS}\ntouch ready; trap '' TERM; sleep 300");
    let launch = shell(&script, folder.path(), ResourceLimits::default());
    let (mut child, mut launched) = start(launch);
    while !folder.path().join("ready").exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    launched.ask_to_end();
    std::thread::sleep(Duration::from_millis(50));
    assert!(child.try_wait().unwrap().is_none(), "it ignores what it is asked");
    launched.kill();
    assert_eq!(launched.end(child.wait().unwrap()), ProgramEnd::Signaled(9));
    assert_gone(&leavers(folder.path()), Duration::ZERO);
}

#[test]
fn what_a_program_is_asked_reaches_what_it_started() {
    let folder = PrivateFolder::create().unwrap();
    let script =
        "setsid sh -c 'trap \"echo asked > asked; exit\" TERM; touch ready; while :; do sleep 0.01; done' &
        trap 'wait; exit 7' TERM; while :; do sleep 0.01; done";
    let launch = shell(script, folder.path(), ResourceLimits::default());
    let (mut child, mut launched) = start(launch);
    while !folder.path().join("ready").exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    launched.ask_to_end();
    assert_eq!(launched.end(child.wait().unwrap()), ProgramEnd::Exited(7));
    assert!(folder.path().join("asked").exists());
}

/// A shell that stands for ghostc starts a launcher and is killed at once with all its group.
#[test]
fn all_ends_with_the_process_that_started_the_launcher() {
    let folder = PrivateFolder::create().unwrap();
    let report = folder.path().join("report");
    fs::write(&report, "").unwrap();
    let request = LaunchRequest {
        parent: rustix::process::getpid(),
        report,
        folder: folder.path().to_path_buf(),
        limits: ResourceLimits::default(),
        name: "sh".into(),
        program: "sh".into(),
        arguments: [
            "-c".into(),
            format!("{LEAVERS}\necho $$ > ready; sleep 300").into(),
        ]
        .to_vec(),
    };
    let mut arguments = request.to_arguments();
    let ghostc = "launcher=$1; shift 3; \"$launcher\" __launch $$ \"$@\" & wait";
    let mut parent = Command::new("sh");
    parent.args(["-c", ghostc, "ghostc"]).arg(launcher());
    parent
        .args(arguments.drain(..))
        .stdin(Stdio::null())
        .process_group(0);
    let mut parent = parent.spawn().unwrap();
    while fs::read_to_string(folder.path().join("ready"))
        .unwrap_or_default()
        .is_empty()
    {
        std::thread::sleep(Duration::from_millis(5));
    }
    let mut processes = leavers(folder.path());
    let ready = fs::read_to_string(folder.path().join("ready")).unwrap();
    processes.extend(Pid::from_raw(ready.trim().parse().unwrap()));
    assert!(processes.iter().all(|process| is_alive(*process)));
    let group = Pid::from_raw(i32::try_from(parent.id()).unwrap()).unwrap();
    kill_process_group(group, Signal::KILL).unwrap();
    parent.wait().unwrap();
    assert_gone(&processes, NEVER);
}

#[test]
fn a_launcher_that_is_killed_leaves_nothing_to_anybody_else() {
    become_guardian();
    let folder = PrivateFolder::create().unwrap();
    let script = format!("{LEAVERS}\nkill -9 $PPID; sleep 300");
    let end = run(&script, folder.path(), ResourceLimits::default());
    assert_eq!(end, ProgramEnd::Signaled(9));
    assert_gone(&leavers(folder.path()), NEVER);
}

#[test]
fn what_uses_too_much_is_ended_and_named() {
    let folder = PrivateFolder::create().unwrap();
    let limits = ResourceLimits {
        memory: 256 << 20,
        processes: 20,
        open_files: 64,
        file_size: 1 << 20,
        ..ResourceLimits::default()
    };
    // Each process stays below the limit, and all together do not.
    let hold = "python3 -c 'import time; x = bytearray(100 << 20); time.sleep(60)'";
    let end = run(&format!("{hold} & {hold} & {hold} & wait"), folder.path(), limits);
    assert_eq!(end.to_string(), "too much memory (more than 256 MiB)");
    let alone = "python3 -c 'bytearray(400 << 20)' 2>&1 | grep -q MemoryError";
    assert_eq!(run(alone, folder.path(), limits), ProgramEnd::Exited(0));
    // Bounded by itself: 511 processes where the limit does not hold. It grows as slowly as it is looked at.
    let bomb = "f() { sleep 0.1; if [ $1 -gt 0 ]; then f $(($1 - 1)) & f $(($1 - 1)) & fi; sleep 20; }; f 8 2> /dev/null";
    let end = run(bomb, folder.path(), limits);
    assert_eq!(end.to_string(), "too many processes (more than 20)");
    let large = "head -c 2000000 /dev/zero > large; test $(wc -c < large) -le 1048576 && ! test -e core";
    assert_eq!(run(large, folder.path(), limits), ProgramEnd::Exited(0));
    let open = "python3 -c '[open(\"/dev/null\").fileno() for _ in [0]]; x = [open(\"/dev/null\") for _ in range(80)]' 2>&1 | grep -q 'Too many open files'";
    assert_eq!(run(open, folder.path(), limits), ProgramEnd::Exited(0));
}

/// The same limits hold for a user who is not root, for whom the system counts too.
#[test]
fn what_uses_too_much_is_ended_for_other_users_too() {
    if !rustix::process::getuid().is_root() {
        return; // It is what the test above has just done.
    }
    let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    let setpriv = |arguments: &[&str]| {
        let mut command = Command::new("setpriv");
        command
            .args(nobody)
            .args(arguments)
            .env("PATH", "/usr/bin:/bin")
            .current_dir("/");
        command
    };
    let test = std::env::current_exe().unwrap();
    let test = test.to_str().unwrap();
    let can_run = setpriv(&[
        "sh",
        "-c",
        "test -x \"$0\" && test -x \"$1\" && command -v python3",
        test,
    ])
    .arg(launcher())
    .output();
    if !can_run.is_ok_and(|output| output.status.success()) {
        skipped("`setpriv` is not here, or another user may not run this test");
        return;
    }
    let folder = PrivateFolder::create().unwrap();
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o777);
    fs::set_permissions(folder.path(), open).unwrap();
    let name = "launch::tests::what_uses_too_much_is_ended_and_named";
    let mut command = setpriv(&[test, "--exact", name]);
    let output = command
        .env("TMPDIR", folder.path())
        .env("HOME", folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[allow(
    clippy::disallowed_macros,
    clippy::print_stderr,
    reason = "a test that did not run has to say so"
)]
fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

/// A group of the real system, where this user can make one.
#[test]
fn a_control_group_stops_what_uses_too_much() {
    if control_group::GroupParent::find().is_none() {
        skipped("no control group can be made here; limits are watched");
        assert!(unenforced_limits().is_some());
        return;
    }
    assert_eq!(unenforced_limits(), None);
    let folder = PrivateFolder::create().unwrap();
    let limits = ResourceLimits {
        memory: 64 << 20,
        processes: 20,
        ..ResourceLimits::default()
    };
    // Files in memory are the program's too, and only a group counts them.
    let hog = "f=/dev/shm/ghostc-hog-$$; trap 'rm -f $f' EXIT; head -c 200000000 /dev/zero > $f; sleep 5";
    let end = run(hog, folder.path(), limits);
    assert_eq!(end.to_string(), "too much memory (more than 64 MiB)");
    let bomb = "i=0; while [ $i -lt 60 ]; do sleep 5 & i=$((i + 1)); done 2> /dev/null; wait";
    let end = run(bomb, folder.path(), limits);
    assert_eq!(end.to_string(), "too many processes (more than 20)");
}

#[test]
fn a_program_that_is_not_there_is_an_error_of_its_start() {
    let folder = PrivateFolder::create().unwrap();
    let mut launch = shell("", folder.path(), ResourceLimits::default());
    launch.program = Path::new("no-such-program-here");
    let (mut child, mut launched) = start(launch);
    let end = launched.end(child.wait().unwrap());
    assert_eq!(
        end.start_error().map(|error| error.kind()),
        Some(io::ErrorKind::NotFound)
    );
}

#[test]
fn no_report_is_left_behind_and_nobody_else_finds_it() {
    let folder = PrivateFolder::create().unwrap();
    let launch = shell("exit 5", folder.path(), ResourceLimits::default());
    let (mut child, mut launched) = start(launch);
    let path = launched.report.as_ref().unwrap().path().to_path_buf();
    let status = child.wait().unwrap();
    assert!(!path.exists());
    assert_eq!(launched.end(status), ProgramEnd::Exited(5));
}
