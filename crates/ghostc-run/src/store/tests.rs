//! What is kept, and what a store says that cannot keep anything.

use super::*;
use crate::private::PrivateFolder;

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
    let first = Store::open(folder.path(), None).unwrap();
    let second = Store::open(folder.path(), None).unwrap_err();
    assert!(
        second
            .to_string()
            .starts_with("another build is running: it holds"),
        "{second}"
    );
    drop(first);
    Store::open(folder.path(), None).unwrap();
    assert_eq!(
        fs::read_to_string(folder.path().join(".gitignore")).unwrap(),
        "*\n"
    );
}

#[test]
fn a_store_takes_away_what_it_left_itself_half_written_and_nothing_of_others() {
    let folder = PrivateFolder::create().unwrap();
    let (own, others) = (folder.path().join("tmp/store"), folder.path().join("tmp/settle"));
    for path in [&own, &others] {
        fs::create_dir_all(path).unwrap();
        fs::write(path.join(".ghostc-a1b2c3"), "half").unwrap();
    }
    drop(Store::open(folder.path(), None).unwrap());
    assert!(!own.exists() && others.join(".ghostc-a1b2c3").exists());
}

#[test]
fn a_state_folder_that_cannot_be_made_is_said() {
    let folder = PrivateFolder::create().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Store::open(&file.join("state"), None).unwrap_err().to_string();
    assert!(
        error.starts_with("the build's state cannot be kept: cannot create `"),
        "{error}"
    );
    assert!(error.contains("file/state`"), "{error}");
}

const ID: CandidateId<'_> = CandidateId {
    package: "p",
    target: "t",
    task: "a",
    key: "k",
};

/// A store that has one record, and the record; it passed.
fn kept(folder: &PrivateFolder) -> (Store, Record) {
    let key = StoreKey::open(&folder.path().join("user")).unwrap();
    let store = Store::open(&folder.path().join("state"), Some(key)).unwrap();
    let mut record = Record::new("k", "agent", "judge");
    record.passed = true;
    record.files = BTreeMap::from([("a.py".to_string(), "code".to_string())]);
    store.save(ID, &record).unwrap();
    (store, record)
}

#[test]
fn a_record_that_is_damaged_anywhere_is_had_from_its_copy() {
    let folder = PrivateFolder::create().unwrap();
    let (store, record) = kept(&folder);
    let [path, copy] = record_paths(&store.folder, ID);
    let whole = fs::read(&path).unwrap();
    assert_eq!(fs::read(&copy).unwrap(), whole);
    for at in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[at] ^= 1;
        for damaged in [&flipped, &whole[..at]] {
            fs::write(&path, damaged).unwrap();
            assert_eq!(store.load(ID, ""), Some(Stored::Trusted(record.clone())), "{at}");
        }
    }
}

#[test]
fn a_forged_record_is_code_to_be_judged_and_nothing_more() {
    let folder = PrivateFolder::create().unwrap();
    let (mut store, record) = kept(&folder);
    let paths = record_paths(&store.folder, ID);
    let forged = fs::read_to_string(&paths[0]).unwrap().replace("code", "other");
    paths.iter().for_each(|path| fs::write(path, &forged).unwrap());
    let other = BTreeMap::from([("a.py".to_string(), "other".to_string())]);
    assert_eq!(store.load(ID, ""), Some(Stored::CodeAlone(other)));
    // The same bytes under another name, and those that another user signed, are no better.
    store.save(ID, &record).unwrap();
    let moved = CandidateId { task: "b", ..ID };
    fs::create_dir_all(record_paths(&store.folder, moved)[0].parent().unwrap()).unwrap();
    fs::copy(&paths[0], &record_paths(&store.folder, moved)[0]).unwrap();
    let code = Some(Stored::CodeAlone(record.files.clone()));
    assert_eq!(store.load(moved, ""), code);
    store.key = Some(StoreKey::open(&folder.path().join("somebody")).unwrap());
    assert_eq!(store.load(ID, ""), code);
    store.key = None;
    store.save(ID, &record).unwrap();
    assert_eq!(store.load(ID, ""), code);
    store.forget(ID);
    assert_eq!(store.load(ID, ""), None);
}
