//! What is written where, and through what nothing is.

use super::*;
use crate::private::PrivateFolder;
use std::os::unix::fs::symlink;

#[test]
fn a_path_that_leaves_its_folder_is_refused() {
    let folder = PrivateFolder::create().unwrap();
    let held = folder.held();
    for path in ["../a", "/a", "", "a/../../b", "./a/..", "a/", "a//../b"] {
        assert!(held.write(path, b"x").is_err(), "{path}");
    }
    held.write("a/b/c.txt", b"x").unwrap();
    held.write("a/b/c.txt", b"y").unwrap();
    assert_eq!(read_text(&folder.path().join("a/b/c.txt")).unwrap(), "y");
    held.remove("a/b/c.txt").unwrap();
    held.remove("a/b/c.txt").unwrap();
    assert!(!folder.path().join("a/b/c.txt").exists());
    assert!(held.write("a/b", b"x").is_err(), "a folder is there");
}

#[test]
fn nothing_is_written_through_a_link_of_any_kind_or_a_replaced_root() {
    let (folder, other) = (PrivateFolder::create().unwrap(), PrivateFolder::create().unwrap());
    let victim = other.path().join("y");
    fs::write(&victim, "mine").unwrap();
    symlink(other.path(), folder.path().join("out")).unwrap();
    symlink(&victim, folder.path().join("soft")).unwrap();
    fs::hard_link(&victim, folder.path().join("hard")).unwrap();
    assert!(folder.held().write("out/x", b"x").is_err());
    assert!(folder.held().create_folders(Path::new("out/deep")).is_err());
    folder.held().write("soft", b"x").unwrap();
    folder.held().write("hard", b"x").unwrap();

    let root = folder.held().create_folder("root").unwrap();
    assert!(root.is_in_place());
    fs::rename(root.path(), folder.path().join("moved")).unwrap();
    symlink(other.path(), root.path()).unwrap();
    assert!(!root.is_in_place());
    root.write("y", b"x").unwrap();
    assert_eq!(read_text(&folder.path().join("moved/y")).unwrap(), "x");
    assert_eq!(read_text(&victim).unwrap(), "mine");
    assert_eq!(fs::read_dir(other.path()).unwrap().count(), 1);
}

#[test]
fn a_failed_write_leaves_no_temporary_file() {
    let folder = PrivateFolder::create().unwrap();
    fs::create_dir(folder.path().join("taken")).unwrap();
    assert!(write_atomically(&folder.path().join("taken"), b"x").is_err());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
