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
fn a_folder_that_another_writer_takes_away_because_it_is_empty_is_made_again() {
    let folder = PrivateFolder::create().unwrap();
    let way = folder.path().join("tmp/store");
    let is_done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done.load(std::sync::atomic::Ordering::Relaxed) {
                let _not_empty =
                    fs::remove_dir(&way).and_then(|()| fs::remove_dir(folder.path().join("tmp")));
                std::thread::sleep(Duration::from_micros(300));
            }
        });
        let written: Vec<_> = (0..50)
            .map(|n| write_atomically_by(&way, &folder.path().join(format!("{n}")), b"x"))
            .collect();
        is_done.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(written.iter().all(Result::is_ok), "{written:?}");
    });
}

#[test]
fn a_failed_write_leaves_no_temporary_file() {
    let folder = PrivateFolder::create().unwrap();
    fs::create_dir(folder.path().join("taken")).unwrap();
    assert!(write_atomically(&folder.path().join("taken"), b"x").is_err());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
