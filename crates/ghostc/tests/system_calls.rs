//! What commands run, read and write, as the system sees it: each row of the README's table, by a trace of system calls.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::{Project, Ran, ran};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
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
    let real = project.command(words);
    let mut command = Command::new("strace");
    command.args(strace).arg(real.get_program()).args(real.get_args());
    command.current_dir(project.path(""));
    for (name, value) in real.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    ran(&mut command)
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
    let mut ids = Ids::default();
    for line in String::from_utf8_lossy(&text).lines() {
        traced.add(line, &mut ids, project);
    }
    (ran, traced)
}

/// Threads and processes by their ids.
#[derive(Default)]
struct Ids {
    /// Those that run ghostc.
    ghostcs: BTreeSet<String>,
    /// Those of an agent, which may do what it can.
    agents: BTreeSet<String>,
    /// The first halves of calls that lines of others have come between.
    halves: BTreeMap<String, String>,
}

impl Traced {
    fn add(&mut self, line: &str, ids: &mut Ids, project: &Project) {
        let (id, rest) = line.split_once(' ').unwrap();
        let rest = rest.trim_start();
        let call = match rest.strip_suffix(" <unfinished ...>") {
            Some(half) => {
                ids.halves.insert(id.to_string(), half.to_string());
                return;
            }
            None => match rest.split_once(" resumed>") {
                Some((_, end)) => ids.halves.remove(id).unwrap_or_default() + end,
                None => rest.to_string(),
            },
        };
        let Some((name, arguments)) = call.split_once('(') else {
            return;
        };
        let Some((arguments, result)) = arguments.rsplit_once(" = ") else {
            return;
        };
        if result.starts_with('-') || result.starts_with('?') {
            return;
        }
        if ids.ghostcs.is_empty() {
            ids.ghostcs.insert(id.to_string());
        }
        if ["fork", "vfork", "clone", "clone3"].contains(&name) {
            let new = result.split(' ').next().unwrap().to_string();
            for kind in [&mut ids.ghostcs, &mut ids.agents] {
                if kind.contains(id) {
                    kind.insert(new.clone());
                }
            }
            return;
        }
        let paths = paths(arguments, &project.path(""));
        if name == "execve" {
            let is_ghostc = paths[0].ends_with("/ghostc") || paths[0] == "/proc/self/exe";
            if !is_ghostc && ids.ghostcs.remove(id) {
                if paths[0].ends_with("/agent.sh") {
                    ids.agents.insert(id.to_string());
                }
                self.programs.insert(paths[0].clone());
            }
            return;
        }
        if ids.agents.contains(id) {
            return;
        }
        if !name.starts_with("open") {
            self.written.extend(paths);
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
        } else if !is_write && ids.ghostcs.contains(id) {
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
            found.push(base.join(&after[..end]).display().to_string());
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
        commands: "`check`, `inspect`, `graph`, `prompt`, `why`",
        runs_of: &[
            "check",
            "check --fix",
            "inspect",
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
        runs_of: &["build --fresh"],
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
        runs_of: &["merge --base before.md --ours ours.md --theirs before.md"],
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
    let git = |words: &str| {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=a", "-c", "user.email=a@example.org"]);
        git.args(words.split(' ')).current_dir(project.path(""));
        assert!(git.status().unwrap().success(), "{words}");
    };
    git("init -q -b main");
    git("add .");
    git("commit -q -m first");
    fs::copy(project.path(SPEC), project.path("before.md")).unwrap();
    project.replace(SPEC, "twice `n`.", "exactly twice `n`.");
    git("add .");
    git("commit -q -m second");
    fs::copy(project.path(SPEC), project.path("ours.md")).unwrap();
    project.write("answers/double.py", "def double(n):\n    return n + n\n");
    project.run("build --task double").says("pending");
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
                if path == "/dev/null" || is_temporary || (is_kept && row.keeps_key) {
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
                assert!(is_ours || is_system, "{words} reads {path}");
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
            let failing = format!("inject=clone3:error=EAGAIN:when={number}");
            let strace = [
                "-f",
                "-b",
                "execve",
                "-qq",
                "-o",
                "/dev/null",
                "-e",
                "trace=clone3",
                "-e",
                &failing,
            ];
            let ran = under_strace(&project, &strace, words);
            assert!(ran.code <= 3 && ran.code >= 0, "{words}, thread {number}: {ran}");
            ran.hides("a bug in ghostc");
            project.run("build").exits(0);
        }
    }
}
