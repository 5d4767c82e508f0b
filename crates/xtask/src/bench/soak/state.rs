//! What a project is like after a run, and what its agents were paid for.

use super::sandbox::Sandbox;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// A project after a run, as it has to be whatever happened on the way.
#[derive(Debug, PartialEq)]
pub(super) struct State {
    /// Accepted code and the lock.
    accepted: BTreeMap<String, Vec<u8>>,
    /// Every file and folder below the sandbox.
    paths: BTreeSet<String>,
}

impl State {
    pub(super) fn of(sandbox: &Sandbox) -> Result<State, String> {
        let mut state = State {
            accepted: BTreeMap::new(),
            paths: BTreeSet::new(),
        };
        state
            .add(&sandbox.root, "")
            .map_err(|error| format!("cannot read {}: {error}", sandbox.root.display()))?;
        Ok(state)
    }

    fn add(&mut self, folder: &Path, name: &str) -> std::io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = format!("{name}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                self.add(&entry.path(), &format!("{path}/"))?;
            } else if path.starts_with("project/golden/") || path == "project/ghostc.lock" {
                self.accepted.insert(path.clone(), fs::read(entry.path())?);
            }
            self.paths.insert(path);
        }
        Ok(())
    }

    /// What is not as it has to be.
    pub(super) fn differs_from(&self, expected: &State) -> Option<String> {
        let list = |what: &str, paths: Vec<&String>| {
            let first = paths.iter().take(5).map(|path| path.as_str());
            let text = format!("{what}: {}", first.collect::<Vec<_>>().join(", "));
            (!paths.is_empty()).then_some(text)
        };
        let other = |(path, bytes): &(&String, &Vec<u8>)| expected.accepted.get(*path) != Some(*bytes);
        let changed = self.accepted.iter().filter(other).map(|(path, _)| path).collect();
        // What a user's folders shall hold besides is made where it is needed.
        let missing = expected.paths.difference(&self.paths);
        let missing = missing.filter(|path| path.starts_with("project/"));
        let found = [
            list("left behind", self.paths.difference(&expected.paths).collect()),
            list("missing", missing.collect()),
            list("other than undisturbed", changed),
        ];
        let found: Vec<String> = found.into_iter().flatten().collect();
        (!found.is_empty()).then(|| found.join("; "))
    }
}

/// A turn of an agent: its task, and how many turns came before it.
pub(super) type Turn = (String, usize);

/// The turns that ghostc has kept.
pub(super) fn kept_turns(sandbox: &Sandbox) -> BTreeSet<Turn> {
    let mut turns = BTreeSet::new();
    let mut folders = vec![sandbox.project().join(".ghostc/candidates")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read(&path).unwrap_or_default();
            let record: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
            let count = record
                .pointer("/record/turns")
                .and_then(serde_json::Value::as_array);
            let task = path.parent().and_then(Path::file_name).unwrap_or_default();
            let task = task.to_string_lossy().into_owned();
            turns.extend((0..count.map_or(0, Vec::len)).map(|turn| (task.clone(), turn)));
        }
    }
    turns
}

/// The turns that agents began, in order.
pub(super) fn begun_turns(sandbox: &Sandbox) -> Vec<Turn> {
    lines(sandbox, "begin")
}

/// The turns that agents ended, in order.
pub(super) fn ended_turns(sandbox: &Sandbox) -> Vec<Turn> {
    lines(sandbox, "end")
}

fn lines(sandbox: &Sandbox, wanted: &str) -> Vec<Turn> {
    let log = fs::read_to_string(sandbox.log()).unwrap_or_default();
    let turns = log.lines().filter_map(|line| {
        let mut words = line.split(' ');
        let (word, task, turn) = (words.next()?, words.next()?, words.next()?);
        let turn = turn.parse().ok()?;
        (word == wanted).then(|| (task.to_string(), turn))
    });
    turns.collect()
}

/// Watches over what agents are paid for.
#[derive(Debug)]
pub(super) struct Payments {
    /// The turns that were kept when it was looked last.
    kept: BTreeSet<Turn>,
    /// How many turns were begun before it watches.
    pub(super) before: usize,
    /// How many of the turns that were begun have been looked at.
    seen: usize,
    /// How many turns were begun and not kept, as those are that a kill hits.
    pub(super) lost: usize,
}

impl Payments {
    pub(super) fn new(sandbox: &Sandbox) -> Payments {
        let before = begun_turns(sandbox).len();
        Payments {
            kept: kept_turns(sandbox),
            before,
            seen: before,
            lost: 0,
        }
    }

    /// How many turns were begun since it watches, as far as it has looked.
    pub(super) fn turns(&self) -> usize {
        self.seen - self.before
    }

    /// Looks for the last time, when nothing runs any more. Fails where anything is lost since, and where agents were asked
    /// more often or less than so many times and for what was lost.
    pub(super) fn settle(&mut self, sandbox: &Sandbox, needed: usize) -> Result<(), String> {
        self.check(sandbox, &|_| true, 0)?;
        let (turns, lost) = (self.turns(), self.lost);
        if turns == needed + lost {
            return Ok(());
        }
        Err(format!(
            "{turns} turns of agents, where {needed} are needed and {lost} were lost"
        ))
    }

    /// Looks at what was begun since the last time. Fails where any of it had been kept before, and where more than `most`
    /// turns of `over` are lost, which are the tasks of ghostcs that have ended.
    pub(super) fn check(
        &mut self,
        sandbox: &Sandbox,
        over: &dyn Fn(&str) -> bool,
        most: usize,
    ) -> Result<(), String> {
        // In this order: what is kept now was begun before, and shall be in the log.
        let kept = kept_turns(sandbox);
        let begun = begun_turns(sandbox);
        let new = begun.get(self.seen..).unwrap_or_default();
        if let Some((task, turn)) = new.iter().find(|turn| self.kept.contains(*turn)) {
            return Err(format!(
                "turn {turn} of {task} was finished and is paid for again"
            ));
        }
        let lost: Vec<&Turn> = new
            .iter()
            .filter(|turn| over(&turn.0) && !kept.contains(*turn))
            .collect();
        if lost.len() > most {
            return Err(format!(
                "more than {most} turns were begun and not kept: {lost:?}"
            ));
        }
        self.lost += lost.len();
        self.seen = begun.len();
        self.kept.extend(kept);
        Ok(())
    }
}
