//! What commands run, read and write, as the system sees it: each row of the README's table, by a trace of system calls.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::{Project, Ran, ran};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a run did.
#[derive(Debug, Default)]
struct Traced {
    /// The programs that ghostc started, other than itself.
    programs: BTreeSet<String>,
    /// The paths that were written, made, renamed or removed, by ghostc and all that it started but agents.
    written: BTreeSet<String>,
    /// The files that ghostc itself opened to read them.
    read: BTreeSet<String>,
}

/// The calls that are looked at.
const CALLS: &str = "execve,open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,rmdir,link,linkat,\
symlink,symlinkat,truncate,chmod,fchmodat,fork,vfork,clone,clone3";

/// Whether programs can be traced here; in CI it has to be said why not.
fn can_trace() -> bool {
    let traced = Command::new("strace")
        .args(["-f", "-o", "/dev/null", "true"])
        .output();
    let can = traced.is_ok_and(|output| output.status.success());
    if !can {
        eprintln!("SKIPPED: there is no strace here, or it may not trace");
    }
    can
}

/// Runs the binary under strace, with these arguments of strace's.
fn under_strace(project: &Project, strace: &[&str], words: &str) -> Ran {
    ran(&mut project.command_under(&[&["strace"], strace].concat(), words))
}

/// Runs the binary and has calls of its own fail, all of them or those that are about some paths; `error` may end with when.
fn with_failing_calls(project: &Project, calls: &str, error: &str, paths: &[&str], words: &str) -> Ran {
    let (trace, failing) = (format!("trace={calls}"), format!("inject={calls}:error={error}"));
    let mut strace = vec!["-f", "-b", "execve", "-qq", "-o", "/dev/null"];
    strace.extend(["-e", &trace, "-e", &failing]);
    strace.extend(paths.iter().flat_map(|path| ["-P", path]));
    under_strace(project, &strace, words)
}

fn traced(project: &Project, words: &str) -> (Ran, Traced) {
    let outside = tempfile::tempdir().unwrap();
    let file = outside.path().join("trace");
    let calls = format!("trace={CALLS}");
    let file_name = file.display().to_string();
    let strace = ["-f", "-qq", "-y", "-s", "4096", "-e", &calls, "-o", &file_name];
    let ran = under_strace(project, &strace, words);
    let text = fs::read(&file).unwrap();
    let mut traced = Traced::default();
    let calls = whole_calls(&String::from_utf8_lossy(&text));
    let mut ids = Ids::default();
    for (id, call) in &calls {
        // What vfork(2) makes is at work before the call says which process it is.
        if let (true, Some(child)) = (is_clone(call), call.rsplit(" = ").next()) {
            let child = child.split(' ').next().unwrap();
            ids.parents.insert(child.to_string(), id.clone());
        }
    }
    for (id, call) in &calls {
        traced.add(id, call, &mut ids, project);
    }
    (ran, traced)
}

/// Calls with their results, each after the id of its thread; those that lines of others have come between are put
/// together, and stand where they began.
fn whole_calls(trace: &str) -> Vec<(String, String)> {
    let mut calls: Vec<(String, String)> = Vec::new();
    let mut begun: BTreeMap<&str, usize> = BTreeMap::new();
    for line in trace.lines() {
        let (id, call) = line.split_once(' ').unwrap();
        let call = call.trim_start();
        if let Some(half) = call.strip_suffix(" <unfinished ...>") {
            begun.insert(id, calls.len());
            calls.push((id.to_string(), half.to_string()));
        } else if let Some((_, end)) = call.split_once(" resumed>") {
            if let Some(at) = begun.remove(id) {
                calls[at].1.push_str(end);
            }
        } else {
            calls.push((id.to_string(), call.to_string()));
        }
    }
    calls
}

fn is_clone(call: &str) -> bool {
    ["fork(", "vfork(", "clone(", "clone3("]
        .iter()
        .any(|name| call.starts_with(name))
}

/// Threads and processes by their ids.
#[derive(Default)]
struct Ids {
    parents: BTreeMap<String, String>,
    kinds: BTreeMap<String, Image>,
}

/// What a process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Image {
    Ghostc,
    /// An agent with all that it starts, which may do what it can.
    Agent,
    Other,
}

impl Ids {
    fn image(&mut self, id: &str) -> Image {
        if let Some(image) = self.kinds.get(id) {
            return *image;
        }
        let image = match self.parents.get(id).cloned() {
            Some(parent) => self.image(&parent),
            None => Image::Ghostc,
        };
        self.kinds.insert(id.to_string(), image);
        image
    }
}

impl Traced {
    fn add(&mut self, id: &str, call: &str, ids: &mut Ids, project: &Project) {
        let image = ids.image(id);
        let Some((name, arguments)) = call.split_once('(') else {
            return;
        };
        let Some((arguments, result)) = arguments.rsplit_once(" = ") else {
            return;
        };
        if result.starts_with('-') || result.starts_with('?') {
            return;
        }
        if is_clone(call) || image == Image::Agent {
            return;
        }
        let paths = paths(arguments, &project.path(""));
        if name == "execve" {
            let is_ghostc = paths[0].ends_with("/ghostc") || paths[0] == "/proc/self/exe";
            if !is_ghostc && image == Image::Ghostc {
                let is_agent = paths[0].ends_with("/agent.sh");
                let image = if is_agent { Image::Agent } else { Image::Other };
                ids.kinds.insert(id.to_string(), image);
                self.programs.insert(paths[0].clone());
            }
            return;
        }
        if name.starts_with("rename") {
            // What was written on the way is there no more.
            self.written.remove(&paths[0]);
        }
        if !name.starts_with("open") {
            self.written.extend(paths.last().cloned());
            return;
        }
        let opened = result
            .split_once('<')
            .map_or(paths[0].as_str(), |(_, path)| path.trim_end_matches('>'));
        let writes = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"];
        let is_write = writes.iter().any(|flag| arguments.contains(flag));
        // A file without a name is nothing that anybody finds.
        if is_write && !opened.ends_with("(deleted)") {
            self.written.insert(opened.to_string());
        } else if !is_write && image == Image::Ghostc {
            self.read.insert(opened.to_string());
        }
    }
}

/// The paths of a call's arguments, made absolute with the folder that each is relative to.
fn paths(arguments: &str, here: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut base = here.to_path_buf();
    let mut rest = arguments;
    while let Some(at) = rest.find(['<', '"']) {
        let close = if rest[at..].starts_with('<') { '>' } else { '"' };
        let after = &rest[at + 1..];
        let end = after.find(close).unwrap_or(after.len());
        if close == '>' {
            base = Path::new(&after[..end]).to_path_buf();
        } else {
            let path: PathBuf = base.join(&after[..end]).components().collect();
            found.push(path.display().to_string());
        }
        rest = after.get(end + 1..).unwrap_or_default();
    }
    found
}

/// A row of the README's table.
struct Row {
    commands: &'static str,
    /// Ways to run them.
    runs_of: &'static [&'static str],
    /// The programs that they may start, by name.
    programs: &'static [&'static str],
    /// What they may write in the project, by the beginnings of the paths, and what some of them do write.
    writes: &'static [&'static str],
    /// Whether they may write in the user's state folder.
    keeps_key: bool,
}

const ROWS: &[Row] = &[
    Row {
        commands: "`check`, `inspect`, `cases`, `graph`, `trace`, `prompt`, `why`",
        runs_of: &[
            "check",
            "check --fix",
            "inspect",
            "trace",
            "cases",
            "graph",
            "prompt double",
            "why double",
        ],
        programs: &[],
        writes: &[],
        keeps_key: false,
    },
    Row {
        commands: "`build`",
        runs_of: &["build --fresh --accept"],
        programs: &["agent.sh", "python3"],
        writes: &["golden", "ghostc.lock", ".ghostc"],
        keeps_key: true,
    },
    Row {
        commands: "`build --locked`, `build --dry-run`",
        runs_of: &["build --locked", "build --dry-run"],
        programs: &[],
        writes: &[],
        keeps_key: false,
    },
    Row {
        commands: "`test`",
        runs_of: &["test", "test --show-held-out"],
        programs: &["python3"],
        writes: &[],
        keeps_key: false,
    },
    Row {
        commands: "`test --program`, `record`",
        runs_of: &[
            "test tool --program ./tool.sh",
            "record 10-hello tool --program ./tool.sh",
        ],
        programs: &["tool.sh"],
        writes: &[],
        keeps_key: false,
    },
    Row {
        commands: "`accept`",
        runs_of: &["accept --list", "accept"],
        programs: &["python3"],
        writes: &["golden", "ghostc.lock", ".ghostc"],
        keeps_key: false,
    },
    Row {
        commands: "`diff`, `log`, `blame`",
        runs_of: &["diff HEAD~1", "diff --staged", "log", "blame double"],
        programs: &["git"],
        writes: &[],
        keeps_key: false,
    },
    Row {
        commands: "`bisect`",
        runs_of: &["bisect double --good HEAD~1"],
        programs: &["git", "python3"],
        writes: &[],
        keeps_key: false,
    },
    Row {
        commands: "`ci`",
        runs_of: &["ci --base HEAD~1"],
        programs: &["git", "python3"],
        writes: &[".ghostc/report", ".ghostc"],
        keeps_key: false,
    },
    Row {
        commands: "`merge`",
        runs_of: &["merge --base before.md --ours ours.md --theirs theirs.md"],
        programs: &["git"],
        writes: &["ours.md"],
        keeps_key: false,
    },
    Row {
        commands: "`init`",
        runs_of: &["init new", "init other --from specs/p"],
        programs: &[],
        writes: &["new", "other"],
        keeps_key: false,
    },
    Row {
        commands: "`explain`, `schema`, `completions`",
        runs_of: &["explain", "explain dead-link", "schema check", "completions bash"],
        programs: &[],
        writes: &[],
        keeps_key: false,
    },
];

/// What any program reads of a system to run at all.
const SYSTEM: &[&str] = &["/dev", "/etc", "/lib", "/proc", "/sys", "/usr"];

#[test]
fn every_row_of_the_table_is_here() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
    let (_, table) = readme
        .split_once("| Command | runs | reads | writes |\n|---|---|---|---|\n")
        .unwrap();
    let rows = table.lines().take_while(|line| line.starts_with('|'));
    let commands: Vec<&str> = rows.map(|row| row.split('|').nth(1).unwrap().trim()).collect();
    assert_eq!(commands, ROWS.iter().map(|row| row.commands).collect::<Vec<_>>());
}

/// A project with two commits, accepted code, code that waits, and a change that nothing was built for.
fn worked_on() -> Project {
    let project = Project::numbers();
    project.write(".gitignore", "/.ghostc\n/prompts\n/calls\n");
    project.run("build").exits(0);
    project.git("init -q -b main").exits(0);
    project.git("add .").exits(0);
    project.git("commit -q -m first").exits(0);
    fs::copy(project.path(SPEC), project.path("before.md")).unwrap();
    project.replace(SPEC, "twice `n`.", "exactly twice `n`.");
    project.git("add .").exits(0);
    project.git("commit -q -m second").exits(0);
    fs::copy(project.path(SPEC), project.path("ours.md")).unwrap();
    let theirs = project
        .read("before.md")
        .replace("zero minus `n`", "exactly zero minus `n`");
    project.write("theirs.md", theirs);
    project.write("answers/double.py", "def double(n):\n    return n + n\n");
    project.run("build --task double").says("pending");
    project.script("tool.sh", "#!/bin/sh\necho hello\n");
    project.write("tool/SPEC.md", "# Tool\n\n## Hello\n\nIt MUST print `hello`.\n");
    let scenario = "covers: [hello]\nscenarios: [{ name: a, steps: [{ run: x }, { run: x, expect: { stdout: \"hello\\n\" } }] }]\n";
    project.write("tool/scenarios/10-hello.yaml", scenario);
    project
}

const SPEC: &str = "specs/p/SPEC.md";

#[test]
fn commands_run_read_and_write_what_the_table_says_and_nothing_else() {
    if !can_trace() {
        return;
    }
    for row in ROWS {
        let project = worked_on();
        let (mut programs, mut written) = (BTreeSet::new(), BTreeSet::new());
        for words in row.runs_of {
            let (ran, traced) = traced(&project, words);
            assert!(ran.code <= 2, "{words}: {ran}");
            for program in &traced.programs {
                programs.insert(program.rsplit('/').next().unwrap().to_string());
            }
            for path in &traced.written {
                let is_kept = path.starts_with(&project.state().display().to_string());
                let is_temporary = path.starts_with(&project.temporary().display().to_string());
                // A seal says who its users are.
                let is_seal =
                    path.starts_with("/proc/") && ["map", "setgroups"].iter().any(|end| path.ends_with(end));
                if path == "/dev/null" || is_temporary || is_seal || (is_kept && row.keeps_key) {
                    continue;
                }
                let inside = Path::new(path).strip_prefix(project.path(""));
                let inside = inside.unwrap_or_else(|_| panic!("{words} writes {path}"));
                written.insert(inside.display().to_string());
            }
            for path in &traced.read {
                let is_ours = [project.path(""), project.temporary(), project.state()]
                    .iter()
                    .any(|folder| Path::new(path).starts_with(folder));
                let is_system = SYSTEM.iter().any(|folder| Path::new(path).starts_with(folder));
                // Whether a program is a script of a version manager stands in its first bytes.
                let name = path.rsplit('/').next().unwrap();
                let is_program = row.programs.iter().any(|program| name.starts_with(program));
                assert!(is_ours || is_system || is_program, "{words} reads {path}");
            }
        }
        let expected = row.programs.iter().map(|name| (*name).to_string()).collect();
        assert_eq!(programs, expected, "{}", row.commands);
        let covers = |path: &str, start: &str| Path::new(path).starts_with(start);
        for path in &written {
            let is_said = row.writes.iter().any(|start| covers(path, start));
            assert!(is_said, "{} writes {path}", row.commands);
        }
        for start in row.writes {
            let is_true = written.iter().any(|path| covers(path, start));
            assert!(is_true, "{} writes nothing of {start}", row.commands);
        }
    }
}

#[test]
fn options_write_what_the_table_says_besides() {
    if !can_trace() {
        return;
    }
    let fingerprint = |project: &Project| {
        let changes = project.run("diff HEAD~1").exits(0).stdout;
        let line = changes
            .lines()
            .find(|line| line.contains("statement-modified"))
            .unwrap()
            .to_string();
        line.split_whitespace().nth(1).unwrap().to_string()
    };
    for (words, also) in [
        ("check --fix --write", "specs"),
        ("build --fresh --record", "specs/p/sessions"),
        (
            "record 10-hello tool --accept --program ./tool.sh",
            "tool/scenarios",
        ),
        (
            "diff accept FINGERPRINT --reason meant --of HEAD~1",
            "ghostc.accepted.yaml",
        ),
        ("diff --install-git", ".gitattributes"),
        ("diff --install-git", ".git"),
    ] {
        let project = worked_on();
        project.append(SPEC, "\n## Notes\n\nSee [there](#nots).\n");
        let words = words.replace("FINGERPRINT", &fingerprint(&project));
        let (ran, traced) = traced(&project, &words);
        assert!(ran.code <= 1, "{words}: {ran}");
        let is_written = |path: &String| Path::new(path).starts_with(project.path(also));
        assert!(
            traced.written.iter().any(is_written),
            "{words}: {:#?}",
            traced.written
        );
    }
}

/// A thread or process that cannot be started is the machine's fault, and no bug.
#[test]
fn threads_that_cannot_be_started_are_done_without_or_said() {
    if !can_trace() {
        return;
    }
    for words in ["check", "build --fresh", "test", "ci"] {
        for number in 1..4 {
            let project = Project::numbers();
            project.run("build").exits(0);
            let error = format!("EAGAIN:when={number}");
            let ran = with_failing_calls(&project, "clone3", &error, &[], words);
            assert!(ran.code <= 3 && ran.code >= 0, "{words}, thread {number}: {ran}");
            ran.hides("a bug in ghostc");
            project.run("build").exits(0);
        }
    }
}

/// Settings, a lock and code that cannot be looked at are there, and not those of somebody who has none.
#[test]
fn what_cannot_be_looked_at_is_not_taken_for_missing() {
    if !can_trace() {
        return;
    }
    let project = Project::numbers();
    project.run("build").exits(0);
    let before = (project.files("golden"), project.read("ghostc.lock"));
    let calls = project.calls();
    for path in ["ghostc.yaml", "ghostc.lock", "golden", "golden/p/python"] {
        for error in ["EACCES", "EIO"] {
            let looks = "statx,newfstatat,open,openat";
            let place = project.path(path).display().to_string();
            for words in ["build", "build --locked", "test"] {
                let ran = with_failing_calls(&project, looks, error, &[path, &place], words);
                assert!([1, 2, 3].contains(&ran.code), "{path}, {error}, {words}: {ran}");
            }
        }
    }
    assert_eq!(project.calls(), calls);
    assert_eq!((project.files("golden"), project.read("ghostc.lock")), before);
}
