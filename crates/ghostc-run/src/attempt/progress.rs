//! How far a job has come: its record, and the attempts that are in no record.

use crate::job::Attempt;
use crate::session::{FileBase, Turn};
use crate::store::Record;
use crate::usage::Tokens;
use std::collections::BTreeMap;

/// Files by path.
pub(super) type Code = BTreeMap<String, String>;

/// How far a job has come.
pub(super) struct JobProgress {
    pub(super) record: Record,
    /// The last attempt that gave code, or a refusal.
    pub(super) last: Option<Attempt>,
    /// The agent's files after the last recorded turn.
    pub(super) before: Code,
    /// The agent's files after a turn that was refused; nothing where the last turn was recorded.
    pub(super) own: Option<Code>,
    /// Turns of a recorded session that were played.
    pub(super) played: usize,
    /// Failures of the agent in a row.
    pub(super) failures: u32,
    /// Waits for a time that the agent named.
    pub(super) pauses: u32,
    /// Tokens of turns that are not recorded.
    unrecorded: Tokens,
}

impl JobProgress {
    /// A job that starts with these files of its own.
    pub(super) fn new(record: Record, current: Code) -> JobProgress {
        let (last, unrecorded) = (None, Tokens::default());
        JobProgress {
            record,
            last,
            before: current,
            own: None,
            played: 0,
            failures: 0,
            pauses: 0,
            unrecorded,
        }
    }

    /// A job that goes on where an earlier build has stopped.
    pub(super) fn resumed(record: Record, last: Option<Attempt>) -> JobProgress {
        let (before, played) = (record.files.clone(), record.turns.len());
        JobProgress {
            record,
            last,
            before,
            own: None,
            played,
            failures: 0,
            pauses: 0,
            unrecorded: Tokens::default(),
        }
    }

    /// Adds the tokens of a turn.
    pub(super) fn add_tokens(&mut self, used: Tokens) {
        self.record.tokens = self.record.tokens.plus(used);
        self.unrecorded = self.unrecorded.plus(used);
    }

    /// The outcome of these files, where they are those of the last attempt.
    pub(super) fn outcome_of(&self, files: &Code) -> Option<Attempt> {
        let last = self.last.as_ref().filter(|_| *files == self.record.files)?;
        match last {
            Attempt::Judged(_) | Attempt::Build { .. } => Some(last.clone()),
            Attempt::Refused(_) | Attempt::Agent(_) => None,
        }
    }

    /// Records a turn that left these files.
    pub(super) fn record_turn(&mut self, kind: &str, files: Code, message: String) {
        let changed = files
            .iter()
            .filter(|(path, text)| self.before.get(*path) != Some(text));
        let deleted = self.before.keys().filter(|path| !files.contains_key(*path));
        let changed: BTreeMap<String, String> =
            changed.map(|(path, text)| (path.clone(), text.clone())).collect();
        let deleted: Vec<String> = deleted.cloned().collect();
        let touched = changed.keys().chain(&deleted);
        // Files that are this task's alone are never another's base.
        let touched = touched.filter(|_| !self.record.base.is_empty());
        let base = |path: &String| self.before.get(path).map(|text| FileBase::of(text));
        self.record.turns.push(Turn {
            kind: kind.to_string(),
            bases: touched.map(|path| (path.clone(), base(path))).collect(),
            files: changed,
            deleted,
            usage: std::mem::take(&mut self.unrecorded),
            message,
        });
        self.before.clone_from(&files);
        self.own = None;
        self.record.files = files;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(list: &[(&str, &str)]) -> Code {
        list.iter()
            .map(|(path, text)| ((*path).to_string(), (*text).to_string()))
            .collect()
    }

    #[test]
    fn a_turn_is_what_changed_and_carries_the_tokens_since_the_last_one() {
        let mut progress = JobProgress::new(
            Record::new("k", "agent", "j"),
            code(&[("a", "1"), ("b", "1"), ("c", "1")]),
        );
        progress.add_tokens(Tokens { input: 5, output: 1 });
        progress.add_tokens(Tokens { input: 2, output: 1 });
        progress.record_turn(
            "update",
            code(&[("a", "2"), ("b", "1"), ("d", "1")]),
            String::new(),
        );
        let [turn] = progress.record.turns.as_slice() else {
            panic!("one turn")
        };
        assert_eq!(turn.files, code(&[("a", "2"), ("d", "1")]));
        assert_eq!(
            (turn.deleted.as_slice(), turn.usage),
            (&["c".to_string()][..], Tokens { input: 7, output: 2 })
        );
        progress.record_turn("repair", code(&[("a", "2")]), String::new());
        assert_eq!(progress.record.turns[1].deleted, ["b", "d"]);
        assert_eq!(progress.record.turns[1].usage, Tokens::default());
    }
}
