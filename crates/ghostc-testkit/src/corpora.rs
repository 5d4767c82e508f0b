//! Where the large real-world specs are, which are not in the repository.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The folder of corpora: `GHOSTC_CORPORA`, else `../shared/corpora` beside the repository, else none.
///
/// A test that needs them and gets none passes without having tested anything, so it should say so.
///
/// # Panics
///
/// When `CI` is `true` and `GHOSTC_CORPORA` names no folder: CI must not skip what it was told to run.
pub fn corpora() -> Option<PathBuf> {
    let ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    let beside = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(3)
        .map(|above| above.join("shared/corpora"));
    find(std::env::var_os("GHOSTC_CORPORA"), ci, beside)
}

fn find(named: Option<OsString>, ci: bool, beside: Option<PathBuf>) -> Option<PathBuf> {
    let Some(named) = named.filter(|name| !name.is_empty()).map(PathBuf::from) else {
        return beside.filter(|path| path.is_dir());
    };
    assert!(
        !ci || named.is_dir(),
        "GHOSTC_CORPORA is {}, which is no folder",
        named.display()
    );
    named.is_dir().then_some(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_folder_wins_over_the_one_beside() {
        let folder = tempfile::tempdir().unwrap();
        let beside = tempfile::tempdir().unwrap();
        let found = find(Some(folder.path().into()), true, Some(beside.path().into()));
        assert_eq!(found.as_deref(), Some(folder.path()));
        assert_eq!(
            find(None, true, Some(beside.path().into())).as_deref(),
            Some(beside.path())
        );
    }

    #[test]
    fn without_a_folder_there_is_none() {
        assert_eq!(find(None, true, Some("no/such/folder".into())), None);
        assert_eq!(find(Some("no/such/folder".into()), false, None), None);
    }

    #[test]
    fn ci_does_not_skip_a_folder_that_is_missing() {
        assert!(std::panic::catch_unwind(|| find(Some("no/such/folder".into()), true, None)).is_err());
    }
}
