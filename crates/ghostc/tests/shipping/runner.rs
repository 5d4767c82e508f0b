//! Plays the runner of GitHub for our composite action: fills in its expressions, runs its steps with bash, keeps its
//! caches in a folder. The environment of a step is what GitHub documents and nothing of this machine.

use crate::expression::{evaluate, fill, is_true};
use crate::files;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a job gives to the action.
pub(crate) struct Runner {
    /// Caches, the temporary folder of jobs, and programs that are installed.
    home: tempfile::TempDir,
    /// Where the repository was checked out.
    pub(crate) workspace: PathBuf,
    /// The context `github`.
    pub(crate) github: Value,
    /// Further variables.
    pub(crate) variables: BTreeMap<String, String>,
}

/// What came of one step.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) name: String,
    /// `success`, `failure` or `skipped`.
    pub(crate) outcome: &'static str,
    pub(crate) code: i32,
    pub(crate) log: String,
}

/// What came of the action.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) steps: Vec<Step>,
    pub(crate) outputs: BTreeMap<String, String>,
    pub(crate) succeeded: bool,
}

impl Done {
    pub(crate) fn step(&self, name: &str) -> &Step {
        let found = self.steps.iter().find(|step| step.name == name);
        found.unwrap_or_else(|| panic!("there is no step `{name}`: {self:#?}"))
    }
}

/// What a step gave beside its log.
#[derive(Default)]
struct Ran {
    code: i32,
    log: String,
    outputs: Map<String, Value>,
}

impl Runner {
    pub(crate) fn new(workspace: &Path) -> Runner {
        let runner = Runner {
            home: tempfile::tempdir().unwrap(),
            workspace: workspace.to_path_buf(),
            github: json!({
                "action_repository": "tools/ghostc", "repository": "me/library", "run_id": "1", "run_attempt": "1",
                "server_url": "http://127.0.0.1:9", "token": "secret", "event": {},
                "event_name": "push", "sha": "0".repeat(40), "ref": "refs/heads/main", "base_ref": "",
            }),
            variables: BTreeMap::new(),
        };
        for folder in ["temp", "caches", "bin", "home"] {
            fs::create_dir(runner.home.path().join(folder)).unwrap();
        }
        // No `gh`, `ghostc` or `cargo` of this machine.
        for name in [
            "awk",
            "base64",
            "bash",
            "cat",
            "chmod",
            "cp",
            "curl",
            "cut",
            "dirname",
            "env",
            "find",
            "git",
            "grep",
            "gzip",
            "head",
            "mkdir",
            "mktemp",
            "mv",
            "python3",
            "rm",
            "sed",
            "sh",
            "sha256sum",
            "sort",
            "tar",
            "tr",
            "wc",
            "xargs",
        ] {
            let found = files::installed(name).unwrap_or_else(|| panic!("this test needs `{name}`"));
            std::os::unix::fs::symlink(found, runner.bin().join(name)).unwrap();
        }
        runner
    }

    /// The folder of programs that are installed.
    pub(crate) fn bin(&self) -> PathBuf {
        self.home.path().join("bin")
    }

    /// The summary of the job.
    pub(crate) fn summary(&self) -> String {
        fs::read_to_string(self.home.path().join("summary")).unwrap_or_default()
    }

    /// Runs the action with some of its inputs, in a new job.
    pub(crate) fn run(&self, inputs: &[(&str, &str)]) -> Done {
        let action = files::yaml(&files::text("action.yml"));
        let temporary = self.home.path().join("temp");
        fs::remove_dir_all(&temporary).unwrap();
        fs::create_dir(&temporary).unwrap();
        let mut contexts = json!({
            "github": self.github,
            "runner": { "temp": temporary, "os": "Linux", "arch": "X64" },
            "inputs": {}, "steps": {},
        });
        for (name, input) in action["inputs"].as_object().unwrap() {
            let given = inputs
                .iter()
                .find(|(given, _)| given == name)
                .map(|(_, value)| *value);
            let value = given.map_or_else(
                || fill(input["default"].as_str().unwrap_or_default(), &contexts),
                String::from,
            );
            contexts["inputs"][name] = Value::from(value);
        }
        for (name, _) in inputs {
            assert!(action["inputs"].get(name).is_some(), "there is no input `{name}`");
        }
        let mut done = Done {
            steps: Vec::new(),
            outputs: BTreeMap::new(),
            succeeded: true,
        };
        let mut path = vec![self.bin()];
        for step in action["runs"]["steps"].as_array().unwrap() {
            let ran = self
                .wanted(step, &contexts, done.succeeded)
                .then(|| match step["uses"].as_str() {
                    Some(uses) => self.cache(uses, step, &contexts),
                    None => self.bash(step, &contexts, &mut path),
                });
            let outcome = match &ran {
                None => "skipped",
                Some(ran) if ran.code == 0 => "success",
                Some(_) => "failure",
            };
            let ran = ran.unwrap_or_default();
            done.succeeded &= outcome != "failure";
            if let Some(id) = step["id"].as_str() {
                contexts["steps"][id] = json!({ "outcome": outcome, "outputs": ran.outputs });
            }
            let name = step["name"].as_str().unwrap().to_string();
            done.steps.push(Step {
                name,
                outcome,
                code: ran.code,
                log: ran.log,
            });
        }
        for (name, output) in action["outputs"].as_object().unwrap() {
            done.outputs
                .insert(name.clone(), fill(output["value"].as_str().unwrap(), &contexts));
        }
        done
    }

    /// A condition that asks for no state asks for success.
    fn wanted(&self, step: &Value, contexts: &Value, succeeded: bool) -> bool {
        match step["if"].as_str() {
            None => succeeded,
            Some(text) => (succeeded || text.contains("always()")) && is_true(&evaluate(text, contexts)),
        }
    }

    fn bash(&self, step: &Value, contexts: &Value, path: &mut Vec<PathBuf>) -> Ran {
        assert_eq!(step["shell"], "bash");
        let at = |name: &str| self.home.path().join(name);
        for name in ["output", "path"] {
            fs::write(at(name), "").unwrap();
        }
        fs::write(at("event.json"), self.github["event"].to_string()).unwrap();
        fs::write(at("step.sh"), step["run"].as_str().unwrap()).unwrap();
        let github = |name: &str| self.github[name].as_str().unwrap().to_string();
        let folder = fill(step["working-directory"].as_str().unwrap_or("."), contexts);
        let mut command = Command::new(self.bin().join("bash"));
        command
            .args(["--noprofile", "--norc", "-e", "-o", "pipefail"])
            .arg(at("step.sh"))
            .current_dir(self.workspace.join(folder))
            .env_clear()
            .env("PATH", std::env::join_paths(path.iter()).unwrap())
            .env("HOME", at("home"))
            .env("TMPDIR", at("temp"))
            .envs([
                ("CI", "true"),
                ("GITHUB_ACTIONS", "true"),
                ("RUNNER_OS", "Linux"),
                ("RUNNER_ARCH", "X64"),
            ])
            .env("RUNNER_TEMP", at("temp"))
            .env("GITHUB_ACTION_PATH", files::root())
            .env("GITHUB_WORKSPACE", &self.workspace)
            .env("GITHUB_OUTPUT", at("output"))
            .env("GITHUB_PATH", at("path"))
            .env("GITHUB_STEP_SUMMARY", at("summary"))
            .env("GITHUB_EVENT_PATH", at("event.json"))
            .env("GITHUB_EVENT_NAME", github("event_name"))
            .env("GITHUB_REPOSITORY", github("repository"))
            .env("GITHUB_SHA", github("sha"))
            .env("GITHUB_REF", github("ref"))
            .env("GITHUB_BASE_REF", github("base_ref"))
            .envs(&self.variables);
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            command.env(name, fill(value.as_str().unwrap(), contexts));
        }
        let output = command.output().unwrap();
        let added = fs::read_to_string(at("path")).unwrap();
        path.splice(0..0, added.lines().map(PathBuf::from));
        Ran {
            code: output.status.code().unwrap_or(-1),
            log: String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(),
            outputs: fs::read_to_string(at("output"))
                .unwrap()
                .lines()
                .filter_map(|line| line.split_once('='))
                .map(|(name, value)| (name.to_string(), Value::from(value)))
                .collect(),
        }
    }

    /// What `actions/cache` does: <https://github.com/actions/cache>, `restore/README.md` and `save/README.md`.
    fn cache(&self, uses: &str, step: &Value, contexts: &Value) -> Ran {
        let with = |name: &str| fill(step["with"][name].as_str().unwrap_or_default(), contexts);
        let caches = self.home.path().join("caches");
        let path = self.workspace.join(with("path"));
        let key = with("key");
        let mut ran = Ran::default();
        if uses.starts_with("actions/cache/save@") {
            if !path.exists() {
                (ran.code, ran.log) = (1, format!("{} does not exist", path.display()));
            } else if !caches.join(&key).exists() {
                copy(&path, &caches.join(&key));
            }
            return ran;
        }
        assert!(uses.starts_with("actions/cache/restore@"), "nobody plays {uses}");
        let mut kept: Vec<String> = fs::read_dir(&caches)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        kept.sort();
        let others = with("restore-keys");
        let found = std::iter::once(key.as_str())
            .filter(|key| kept.iter().any(|kept| kept == key))
            .map(String::from);
        let found = found.chain(others.lines().filter_map(|start| {
            let start = start.trim();
            kept.iter()
                .rev()
                .find(|kept| !start.is_empty() && kept.starts_with(start))
                .cloned()
        }));
        if let Some(found) = { found }.next() {
            copy(&caches.join(&found), &path);
            ran.outputs
                .insert("cache-hit".to_string(), Value::from((found == key).to_string()));
        }
        ran
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let copied = Command::new("cp")
        .arg("-a")
        .arg(from.join("."))
        .arg(to)
        .status()
        .unwrap();
    assert!(copied.success());
}
