//! A home folder for one turn of an agent: the user's own by links, but for what the agent's program keeps there. Of that
//! it gets a copy, which goes with the workspace, and its credentials, which it may renew.

use crate::files::{FilesError, HeldFolder, place};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// The folder of homes in the private folder.
const HOMES: &str = "home";
/// A larger file is not copied, and neither is one that is no text.
const LARGEST_COPY: u64 = 4 << 20;

/// What an agent's program keeps between its runs: a folder or a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgentState {
    /// Where it is below the home folder.
    pub path: &'static str,
    /// The variable that names another place for it.
    pub variable: Option<&'static str>,
    /// What in it is the user's credentials: shared, not copied.
    pub shared: &'static [&'static str],
}

/// The home of one turn.
#[derive(Default)]
pub(crate) struct AgentHome {
    /// `HOME` and the variables of the agent's state.
    pub(crate) variables: Vec<(OsString, OsString)>,
    /// Credentials: where the turn sees each, and where it is.
    credentials: Vec<(PathBuf, PathBuf)>,
}

impl AgentHome {
    /// Makes it in the private folder of a turn; `variable` gives the variables of this process. An agent that says of no
    /// state, and a user without a home, have no other home than before.
    pub(crate) fn create(
        states: &[AgentState],
        private_folder: &HeldFolder,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<AgentHome, FilesError> {
        let mut home = AgentHome::default();
        let real = variable("HOME")
            .map(PathBuf::from)
            .filter(|real| real.is_absolute());
        let Some(real) = real.filter(|real| real.is_dir() && !states.is_empty()) else {
            return Ok(home);
        };
        let homes = private_folder.create_folder(HOMES)?;
        let failed = |error| FilesError::of("make a home in", homes.path())(error);
        let inside: Vec<(&Path, &AgentState)> = states
            .iter()
            .map(|state| (Path::new(state.path), state))
            .collect();
        let private = homes.path().join("user");
        home.mirror(&real, &private, &inside).map_err(failed)?;
        home.variables.push(("HOME".into(), private.into()));
        for (at, state) in states.iter().enumerate() {
            let named = state.variable.and_then(|name| Some((name, variable(name)?)));
            if let Some((name, real)) = named.filter(|(_, real)| Path::new(real).is_absolute()) {
                let private = homes.path().join(at.to_string());
                home.copy(Path::new(&real), &private, state).map_err(failed)?;
                home.variables.push((name.into(), private.into()));
            }
        }
        Ok(home)
    }

    /// Links to all that is in a folder, but for state, which is copied.
    fn mirror(&mut self, real: &Path, private: &Path, states: &[(&Path, &AgentState)]) -> io::Result<()> {
        fs::create_dir(private)?;
        for entry in fs::read_dir(real)? {
            let name = entry?.file_name();
            let (real, private) = (real.join(&name), private.join(&name));
            let below = states
                .iter()
                .filter_map(|(path, state)| Some((path.strip_prefix(&name).ok()?, *state)));
            let below: Vec<(&Path, &AgentState)> = below.collect();
            match below.iter().find(|(rest, _)| rest.as_os_str().is_empty()) {
                Some((_, state)) => self.copy(&real, &private, state)?,
                None if !below.is_empty() && real.is_dir() => self.mirror(&real, &private, &below)?,
                None => symlink(&real, &private)?,
            }
        }
        Ok(())
    }

    /// Copies state: a file, or the files of a folder. Folders in it are what earlier runs have left.
    fn copy(&mut self, real: &Path, private: &Path, state: &AgentState) -> io::Result<()> {
        if !real.is_dir() {
            return copy_text(real, private);
        }
        fs::create_dir(private)?;
        for entry in fs::read_dir(real)? {
            let name = entry?.file_name();
            let (real, private) = (real.join(&name), private.join(&name));
            if state.shared.iter().any(|shared| name == *shared) {
                symlink(&real, &private)?;
                self.credentials.push((private, real));
            } else if real.is_file() {
                copy_text(&real, &private)?;
            }
        }
        Ok(())
    }

    /// Puts credentials that the agent's program has replaced where they were: a service takes the old ones no more.
    pub(crate) fn keep_credentials(&self) {
        for (private, real) in &self.credentials {
            let is_new = private.symlink_metadata().is_ok_and(|found| found.is_file());
            if let Some(text) = text_of(private).filter(|_| is_new) {
                // Where this fails the user logs in again, as they would without it.
                let _kept = replace_secret(real, text.as_bytes());
            }
        }
    }
}

/// Puts a file that its user alone may read in the place of another, whole or not at all.
fn replace_secret(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = path.canonicalize()?;
    let folder = path.parent().unwrap_or(Path::new("/"));
    place(&tempfile::Builder::new(), folder, &path, bytes)
}

/// Copies a file with its mode, where it is text.
fn copy_text(real: &Path, private: &Path) -> io::Result<()> {
    if let Some(text) = text_of(real) {
        fs::write(private, text)?;
        fs::set_permissions(private, fs::metadata(real)?.permissions())?;
    }
    Ok(())
}

/// The text of a file; nothing where it is none, is large, or cannot be read.
fn text_of(file: &Path) -> Option<String> {
    let found = fs::metadata(file).ok()?;
    let is_small = found.is_file() && found.len() <= LARGEST_COPY;
    is_small.then(|| fs::read_to_string(file).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::private::PrivateFolder;
    use std::os::unix::fs::PermissionsExt as _;

    const STATES: &[AgentState] = &[
        AgentState {
            path: ".agent",
            variable: Some("AGENT_HOME"),
            shared: &["auth.json"],
        },
        AgentState {
            path: ".local/share/agent",
            variable: None,
            shared: &[],
        },
        AgentState {
            path: ".agent.json",
            variable: None,
            shared: &[],
        },
    ];

    fn user() -> (PrivateFolder, PathBuf) {
        let folder = PrivateFolder::create().unwrap();
        let home = folder.path().join("real");
        for (path, text) in [
            (".agent/config.toml", "a = 1"),
            (".agent/auth.json", "{\"token\":1}"),
            (".agent/sessions/old", "x"),
            (".agent.json", "{}"),
            (".gitconfig", "g"),
            (".local/share/agent/log", "l"),
            (".local/share/other/file", "o"),
        ] {
            fs::create_dir_all(home.join(path).parent().unwrap()).unwrap();
            fs::write(home.join(path), text).unwrap();
        }
        fs::write(home.join(".agent/state.sqlite"), b"\xff\x00").unwrap();
        (folder, home)
    }

    #[test]
    fn an_agent_sees_the_users_home_and_keeps_nothing_there() {
        let (folder, real) = user();
        let variable = |name: &str| (name == "HOME").then(|| real.clone().into_os_string());
        let home = AgentHome::create(STATES, folder.held(), variable).unwrap();
        let [(name, private)] = home.variables.as_slice() else {
            panic!("HOME alone")
        };
        let private = Path::new(private);
        let read = |path: &str| fs::read_to_string(private.join(path)).ok();
        assert_eq!(name, "HOME");
        for path in [
            ".gitconfig",
            ".local/share/other/file",
            ".agent/config.toml",
            ".agent/auth.json",
            ".agent.json",
        ] {
            assert_eq!(read(path), fs::read_to_string(real.join(path)).ok(), "{path}");
        }
        assert_eq!(
            (read(".agent/sessions/old"), read(".agent/state.sqlite")),
            (None, None)
        );
        // What it leaves and changes stays there.
        for path in [
            ".agent/config.toml",
            ".agent/new",
            ".agent.json",
            ".local/share/agent/log",
        ] {
            fs::write(private.join(path), "changed").unwrap();
            assert_ne!(
                fs::read_to_string(real.join(path)).ok().as_deref(),
                Some("changed"),
                "{path}"
            );
        }
        // A login is renewed in place, or by a new file.
        fs::write(private.join(".agent/auth.json"), "2").unwrap();
        home.keep_credentials();
        assert_eq!(fs::read_to_string(real.join(".agent/auth.json")).unwrap(), "2");
        fs::write(private.join(".agent/new"), "3").unwrap();
        fs::rename(private.join(".agent/new"), private.join(".agent/auth.json")).unwrap();
        home.keep_credentials();
        assert_eq!(fs::read_to_string(real.join(".agent/auth.json")).unwrap(), "3");
        let mode = fs::metadata(real.join(".agent/auth.json")).unwrap().permissions();
        assert_eq!(mode.mode() & 0o077, 0);
    }

    #[test]
    fn state_that_a_variable_names_is_copied_from_there() {
        let (folder, real) = user();
        let elsewhere = folder.path().join("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        fs::write(elsewhere.join("config.toml"), "a = 2").unwrap();
        let variable = |name: &str| match name {
            "HOME" => Some(real.clone().into_os_string()),
            "AGENT_HOME" => Some(elsewhere.clone().into_os_string()),
            _ => None,
        };
        let home = AgentHome::create(STATES, folder.held(), variable).unwrap();
        let named = home.variables.iter().find(|(name, _)| name == "AGENT_HOME");
        let private = Path::new(&named.unwrap().1);
        assert_ne!(private, elsewhere);
        assert_eq!(fs::read_to_string(private.join("config.toml")).unwrap(), "a = 2");
    }

    #[test]
    fn without_state_or_a_home_nothing_is_made() {
        let (folder, real) = user();
        let there = |_: &str| Some(real.clone().into_os_string());
        assert!(
            AgentHome::create(&[], folder.held(), there)
                .unwrap()
                .variables
                .is_empty()
        );
        assert!(
            AgentHome::create(STATES, folder.held(), |_| None)
                .unwrap()
                .variables
                .is_empty()
        );
    }
}
