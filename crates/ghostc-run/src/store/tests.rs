//! What is kept, and what a store says that cannot keep anything.

use super::*;
use crate::files::PrivateFolder;

#[test]
fn every_name_becomes_one_harmless_part_of_a_path() {
    for (name, expected) in [
        ("a-b_c.D1", "a-b_c.D1"),
        ("a/b", "a%2fb"),
        ("..", "%2e."),
        (".git", "%2egit"),
        ("é", "%e9"),
    ] {
        assert_eq!(file_name(name), expected);
    }
}

#[test]
fn only_one_build_holds_a_store() {
    let folder = PrivateFolder::create().unwrap();
    let first = Store::open(folder.path()).unwrap();
    let second = Store::open(folder.path()).unwrap_err();
    assert!(
        second
            .to_string()
            .starts_with("another build is running: it holds"),
        "{second}"
    );
    drop(first);
    Store::open(folder.path()).unwrap();
    assert_eq!(
        fs::read_to_string(folder.path().join(".gitignore")).unwrap(),
        "*\n"
    );
}

#[test]
fn a_state_folder_that_cannot_be_made_is_said() {
    let folder = PrivateFolder::create().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Store::open(&file.join("state")).unwrap_err().to_string();
    assert!(
        error.starts_with("the build's state cannot be kept: cannot create `"),
        "{error}"
    );
    assert!(error.contains("file/state`"), "{error}");
}
