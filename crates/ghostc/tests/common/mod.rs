//! A project in a temporary folder, and the `ghostc` binary run in it: what it gave, and what it left behind.

#![allow(dead_code, reason = "each test file uses a part of this")]
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A package with one operation, two visible cases and no held-out one, for Python.
pub(crate) const DOUBLE: &str = "
    //- /ghostc.yaml
    targets: [python]
    //- /specs/p/SPEC.md
    # P

    ### double(n) → number

    The result MUST be twice `n`.
    //- /specs/p/tests.yaml
    double:
      - { name: two, input: 2, output: 4 }
      - { name: three, input: 3, output: 6 }
    ";

/// Three operations, of which `quadruple` builds on `double`, with ten cases each, two of them held out.
pub(crate) const NUMBERS: &str = "
    //- /ghostc.yaml
    targets: [python]
    agent: mine
    agents: { mine: { command: [./agent.sh] } }
    //- /specs/p/SPEC.md
    # Numbers

    Numbers are whole.

    ### double(n) → number

    The result MUST be twice `n`.
    The result MUST NOT be rounded.

    | for | it is |
    |---|---|
    | one | two |

    ### quadruple(n) → number

    The result MUST be what `double` gives for the `double` of `n`.

    ### negate(n) → number

    The result MUST be zero minus `n`.
    //- /answers/double.py
    def double(n):
        return 2 * n
    //- /answers/quadruple.py
    from .double import double


    def quadruple(n):
        return double(double(n))
    //- /answers/negate.py
    def negate(n):
        return -n
    //- /answers/negate.mjs
    export function negate(n) {
      return -n;
    }
    ";

/// Notes each call and its prompt, waits while there is a file `hold` or `hold.TASK`, and copies the answer for its task:
/// `answers/TASK.N.py` in the N-th call for the task, where there is such a file, else `answers/TASK.py`.
pub(crate) const AGENT: &str = r##"#!/bin/sh
home=$(dirname "$0")
mkdir -p "$home/prompts"
cat > "$home/prompts/$$"
task=$(sed -n 's/^# Your task: [a-z]* `\([^`]*\)`$/\1/p' "$home/prompts/$$" | head -n 1)
module=$(sed -n 's/^- write `\([^`]*\)`$/\1/p' "$home/prompts/$$" | head -n 1)
echo "$task" >> "$home/calls"
number=$(grep -cx "$task" "$home/calls")
mv "$home/prompts/$$" "$home/prompts/$task.$number.md"
while [ -f "$home/hold" ] || [ -f "$home/hold.$task" ]; do sleep 0.02; done
suffix=${module##*.}
answer="$home/answers/$task.$number.$suffix"
[ -f "$answer" ] || answer="$home/answers/$task.$suffix"
cp "$answer" "$module"
"##;

/// What a run of the binary gave.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    fn of(output: &Output) -> Ran {
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Fails unless it ended with this code; gives itself back.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Ran {
        assert_eq!(self.code, code, "{self}");
        self
    }

    /// Fails unless one finding has this code and this place: `path`, `path:line` or `path:line:column`.
    #[track_caller]
    pub(crate) fn finds(self, code: &str, place: &str) -> Ran {
        let all = format!("{}\n\n{}", self.stdout, self.stderr);
        let found = all.split("\n\n").any(|block| {
            let named = block.lines().any(|line| line.contains(&format!("[{code}]: ")));
            let mut places = block.lines().filter_map(|line| line.trim().strip_prefix("--> "));
            named && places.any(|at| at == place || at.starts_with(&format!("{place}:")))
        });
        assert!(found, "no {code} at {place}\n{self}");
        self
    }

    /// Fails unless stdout or stderr holds the text.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Ran {
        assert!(self.holds(text), "it does not say `{text}`\n{self}");
        self
    }

    /// Fails where stdout or stderr holds the text.
    #[track_caller]
    pub(crate) fn hides(self, text: &str) -> Ran {
        assert!(!self.holds(text), "it says `{text}`\n{self}");
        self
    }

    fn holds(&self, text: &str) -> bool {
        self.stdout.contains(text) || self.stderr.contains(text)
    }

    /// Each line of stdout as JSON.
    #[track_caller]
    pub(crate) fn json_lines(&self) -> Vec<serde_json::Value> {
        let lines = self.stdout.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}")))
            .collect()
    }

    /// Stdout as one JSON value.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|why| panic!("{why}\n{self}"))
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "exit code {}\n{}\n-- stderr --\n{}",
            self.code, self.stdout, self.stderr
        )
    }
}

/// A project in a folder of its own.
pub(crate) struct Project {
    folder: TempDir,
    /// `bin/`, which comes first in PATH, and `tmp/`, which is TMPDIR.
    beside: TempDir,
}

impl Project {
    /// A project with the files of a fixture.
    pub(crate) fn new(fixture: &str) -> Project {
        let project = Project {
            folder: tempfile::tempdir().unwrap(),
            beside: tempfile::tempdir().unwrap(),
        };
        fs::create_dir(project.beside.path().join("tmp")).unwrap();
        fs::create_dir(project.bin()).unwrap();
        symlink(python(), project.bin().join("python3")).unwrap();
        ghostc_testkit::fixture::write_to(&ghostc_testkit::fixture::parse(fixture), project.folder.path());
        project
    }

    /// [`DOUBLE`] with an agent that writes this module; it gets one attempt.
    pub(crate) fn double(code: &str) -> Project {
        let project = Project::new(DOUBLE);
        project.write("double.py", code);
        project.agent("copy double.py p/double.py\n");
        project
    }

    /// [`NUMBERS`] with its cases and an agent that knows the answers.
    pub(crate) fn numbers() -> Project {
        let project = Project::new(NUMBERS);
        let mut cases = String::new();
        for (operation, factor) in [("double", 2), ("quadruple", 4), ("negate", -1)] {
            cases.push_str(&format!("{operation}:\n"));
            for n in 10..20 {
                cases.push_str(&format!(
                    "  - {{ name: of {n}, input: {n}, output: {} }}\n",
                    n * factor
                ));
            }
        }
        project.write("specs/p/tests.yaml", &cases);
        project.script("agent.sh", AGENT);
        project
    }

    /// Makes the scripted fake agent with this script the agent. It gets one attempt and little time.
    pub(crate) fn agent(&self, script: &str) {
        self.write("script", script);
        let program = ghostc_testkit::fake_agent::program();
        let command = format!(
            "{:?}, {:?}",
            program.display().to_string(),
            self.path("script").display().to_string()
        );
        let settings = self.read("ghostc.yaml");
        let agent = format!("agent: fake\nagents: {{ fake: {{ command: [{command}] }} }}\n");
        let limits = "build: { attempts: 1, timeout: 3m, stall: 1m }\n";
        self.write("ghostc.yaml", format!("{settings}{agent}{limits}"));
    }

    /// Makes an executable file.
    pub(crate) fn script(&self, path: &str, text: &str) {
        self.write(path, text);
        fs::set_permissions(self.path(path), fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// The folder that workspaces are made in.
    pub(crate) fn temporary(&self) -> PathBuf {
        self.beside.path().join("tmp")
    }

    /// The user's state folder.
    pub(crate) fn state(&self) -> PathBuf {
        self.beside.path().join("ghostc")
    }

    pub(crate) fn bin(&self) -> PathBuf {
        self.beside.path().join("bin")
    }

    pub(crate) fn exists(&self, path: &str) -> bool {
        self.path(path).symlink_metadata().is_ok()
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|why| panic!("{path}: {why}"))
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Adds to a file.
    pub(crate) fn append(&self, path: &str, text: impl AsRef<[u8]>) {
        let all = [fs::read(self.path(path)).unwrap().as_slice(), text.as_ref()].concat();
        self.write(path, all);
    }

    /// Replaces a text that stands in a file once.
    #[track_caller]
    pub(crate) fn replace(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(old).count(), 1, "`{old}` in {path}:\n{text}");
        self.write(path, text.replace(old, new));
    }

    /// Removes a file or a folder.
    pub(crate) fn remove(&self, path: &str) {
        let path = self.path(path);
        let is_folder = path.symlink_metadata().unwrap().is_dir();
        let removed = if is_folder {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
        removed.unwrap();
    }

    /// The binary, ready to run here with these words as arguments.
    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ghostc"));
        command
            .args(words.split_whitespace())
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.bin()).chain(std::env::split_paths(&path));
        command
            .env("PATH", std::env::join_paths(folders).unwrap())
            .env("TMPDIR", self.temporary())
            .env("XDG_STATE_HOME", self.beside.path());
        command
            .env_remove("COLUMNS")
            .env_remove("GITHUB_ACTIONS")
            .env("NO_COLOR", "1");
        command
    }

    /// The same, run by a program that takes a command behind its own arguments.
    pub(crate) fn command_under(&self, program: &[&str], words: &str) -> Command {
        let real = self.command(words);
        let (name, arguments) = program.split_first().unwrap();
        let mut command = Command::new(name);
        command
            .args(arguments)
            .arg(real.get_program())
            .args(real.get_args())
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        for (name, value) in real.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    }

    /// Runs the binary.
    pub(crate) fn run(&self, words: &str) -> Ran {
        ran(&mut self.command(words))
    }

    /// Runs the binary where no programs but Python and some tools are installed, and no agent.
    pub(crate) fn run_bare(&self, words: &str) -> Ran {
        for tool in [
            "sh", "cat", "cp", "dirname", "grep", "head", "mkdir", "mv", "sed", "sleep",
        ] {
            let found = [Path::new("/bin"), Path::new("/usr/bin")].map(|folder| folder.join(tool));
            let link = self.bin().join(tool);
            if let Some(found) = found.iter().find(|found| found.exists() && !link.exists()) {
                symlink(found, link).unwrap();
            }
        }
        ran(self.command(words).env("PATH", self.bin()))
    }

    /// Runs git here, by a name and without whatever the user's settings sign.
    pub(crate) fn git(&self, words: &str) -> Ran {
        let settings = ["user.name=a", "user.email=a@example.org", "commit.gpgsign=false"];
        let mut git = Command::new("git");
        git.args(settings.iter().flat_map(|setting| ["-c", setting]));
        ran(git.current_dir(self.folder.path()).args(words.split_whitespace()))
    }

    /// Starts the binary with its output in pipes.
    pub(crate) fn start(&self, words: &str) -> Child {
        self.command(words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// The tasks that agents were asked for, in order.
    pub(crate) fn calls(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("calls")).unwrap_or_default();
        text.lines().map(String::from).collect()
    }

    /// Waits until so many calls of the agent were made.
    #[track_caller]
    pub(crate) fn await_calls(&self, count: usize) {
        let begun = Instant::now();
        while self.calls().len() < count {
            assert!(
                begun.elapsed() < Duration::from_secs(120),
                "the agent was asked for {:?}",
                self.calls()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Fails where anything was accepted, or where there is state at all.
    #[track_caller]
    pub(crate) fn is_untouched(&self) {
        assert!(!self.exists(".ghostc"), ".ghostc was made");
        self.accepts_nothing();
    }

    /// Fails where anything was accepted, or a workspace was left behind. Agents that ran may have left state.
    #[track_caller]
    pub(crate) fn accepts_nothing(&self) {
        for path in ["golden", "ghostc.lock", "specs/p/sessions", ".ghostc/pending"] {
            assert!(!self.exists(path), "{path} was made");
        }
        self.leaves_no_workspace();
    }

    #[track_caller]
    pub(crate) fn leaves_no_workspace(&self) {
        let left: Vec<_> = fs::read_dir(self.temporary())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        assert!(left.is_empty(), "left behind: {left:?}");
    }

    /// Every file below a folder as text, by path.
    pub(crate) fn files(&self, folder: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut folders = vec![self.path(folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
                    let shown = path.strip_prefix(self.folder.path()).unwrap();
                    found.push((shown.to_string_lossy().into_owned(), text));
                }
            }
        }
        found.sort();
        found
    }
}

/// Runs a command to its end.
pub(crate) fn ran(command: &mut Command) -> Ran {
    Ran::of(&command.output().unwrap())
}

/// The end of a started command.
pub(crate) fn end(child: Child) -> Ran {
    Ran::of(&child.wait_with_output().unwrap())
}

/// The Python behind the name, without the shims of version managers, which are slow.
fn python() -> &'static Path {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    FOUND.get_or_init(|| {
        let output = Command::new("python3")
            .args(["-c", "import sys; print(sys.executable)"])
            .output()
            .unwrap();
        PathBuf::from(String::from_utf8(output.stdout).unwrap().trim())
    })
}
