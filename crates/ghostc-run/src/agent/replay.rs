//! Recorded sessions as an agent: turn N of the session is written into the workspace for attempt N.

use super::TurnOutput;
use crate::files::HeldFolder;
use crate::session::{Session, SessionError};
use crate::usage::Tokens;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A session that fits its job.
pub(crate) struct Replay {
    path: PathBuf,
    session: Session,
}

impl Replay {
    /// Reads a session; one that was recorded for another key is an error that says what differs.
    pub(crate) fn open(
        path: Option<&Path>,
        key: &str,
        parts: &BTreeMap<String, String>,
    ) -> Result<Replay, SessionError> {
        let path = path.ok_or(SessionError::None)?.to_path_buf();
        let session = Session::read(&path)?;
        if session.key != key {
            let changed = session.changed_parts(parts);
            return Err(SessionError::Stale { path, changed });
        }
        Ok(Replay { path, session })
    }

    /// Plays one turn, from 0, in a workspace in which the agent's files are these.
    pub(crate) fn play(
        &self,
        turn: usize,
        workspace: &HeldFolder,
        now: &BTreeMap<String, String>,
    ) -> Result<TurnOutput, SessionError> {
        let ended = || SessionError::Ended {
            path: self.path.clone(),
            turns: self.session.turns.len(),
        };
        let turn = self.session.turns.get(turn).ok_or_else(ended)?;
        let conflict = |files| SessionError::Conflict {
            path: self.path.clone(),
            files,
        };
        for (path, text) in turn.changes_in(now).map_err(conflict)? {
            match text {
                Some(text) => workspace.write(path, text.as_bytes())?,
                None => workspace.remove(path)?,
            }
        }
        let spoken = Some(turn.message.clone()).filter(|message| !message.is_empty());
        Ok(TurnOutput {
            message: spoken,
            tokens: Some(turn.usage).filter(|usage| *usage != Tokens::default()),
            dollars: None,
            is_prompt_read: true,
        })
    }
}
