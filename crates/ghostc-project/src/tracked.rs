//! The state folder of a repository that somebody else made: what git tracks there is not read.

use crate::failure::Failure;
use crate::host::Host;
use crate::names::{STATE, state};
use crate::paths::or_here;
use crate::repository::Repository;
use std::path::Path;

/// Fails where git tracks anything in the state folder: candidates, code that waits and answers that are remembered would
/// be anybody's.
pub(crate) fn refuse_tracked_state(root: &Path, host: &Host) -> Result<(), Failure> {
    if !host.files.is_folder(&state(root)) {
        return Ok(());
    }
    let Ok(whole) = host.files.canonical(or_here(root)) else {
        return Ok(());
    };
    let is_top = |folder: &&Path| host.files.is_taken(&folder.join(".git"));
    let Some(top) = whole.ancestors().find(is_top) else {
        return Ok(());
    };
    let index = host.files.read(&top.join(".git/index"));
    if index.is_ok_and(|index| holds_nothing(&index)) {
        return Ok(());
    }
    let git = Repository::at(Some(root), host);
    match git.ask(&["ls-files", "-z", "--", STATE]) {
        Ok(tracked) if !tracked.is_empty() => Err(Failure::usage(format!(
            "`{STATE}` is tracked by git, so that anybody may have written what is in it"
        ))
        .help(format!(
            "Run `git rm -r --cached {STATE}`, and delete the folder unless it is yours."
        ))),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Whether an index of git surely has no file of the state folder: paths are written out in its versions 2 and 3.
fn holds_nothing(index: &[u8]) -> bool {
    let is_plain = [b"DIRC\0\0\0\x02", b"DIRC\0\0\0\x03"]
        .iter()
        .any(|head| index.starts_with(*head));
    let folder = format!("{STATE}/");
    let is_split = index.windows(4).any(|part| part == b"link");
    is_plain && !is_split && !index.windows(folder.len()).any(|part| part == folder.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_index_that_writes_paths_out_can_say_that_nothing_is_tracked() {
        assert!(holds_nothing(b"DIRC\0\0\0\x02 specs/p/SPEC.md"));
        assert!(!holds_nothing(b"DIRC\0\0\0\x02 a/.ghostc/pending"));
        assert!(!holds_nothing(b"DIRC\0\0\0\x04 specs/p/SPEC.md"));
        assert!(!holds_nothing(b"DIRC\0\0\0\x02 specs/p/SPEC.md link"));
        assert!(!holds_nothing(b""));
    }
}
