//! The hub that `gh` talks to: pull request 7 with its comments, played by `gh.py`.

use crate::files;
use crate::runner::Runner;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;

/// The state of the hub, in a folder.
pub(crate) struct Hub {
    folder: tempfile::TempDir,
}

impl Hub {
    /// Makes a hub without comments, and its `gh` a program of the runner.
    pub(crate) fn install(runner: &mut Runner) -> Hub {
        let hub = Hub {
            folder: tempfile::tempdir().unwrap(),
        };
        hub.set(&json!({
            "repository": "me/library", "number": 7, "token": "secret", "read_only": false,
            "comments": [], "uploads": [],
        }));
        files::program(&runner.bin().join("gh"), include_str!("gh.py"));
        let folder = hub.folder.path().display().to_string();
        runner.variables.insert("GHOSTC_TEST_HUB".to_string(), folder);
        hub
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("hub.json")
    }

    fn set(&self, state: &Value) {
        fs::write(self.file(), state.to_string()).unwrap();
    }

    pub(crate) fn state(&self) -> Value {
        serde_json::from_str(&fs::read_to_string(self.file()).unwrap()).unwrap()
    }

    /// Changes a part of its state.
    pub(crate) fn change(&self, name: &str, value: Value) {
        let mut state = self.state();
        state[name] = value;
        self.set(&state);
    }

    /// The texts of the comments.
    pub(crate) fn comments(&self) -> Vec<String> {
        let state = self.state();
        let comments = state["comments"].as_array().unwrap();
        comments
            .iter()
            .map(|one| one["body"].as_str().unwrap().to_string())
            .collect()
    }

    /// How `gh` was called, a line each.
    pub(crate) fn calls(&self) -> String {
        fs::read_to_string(self.folder.path().join("calls")).unwrap_or_default()
    }
}
