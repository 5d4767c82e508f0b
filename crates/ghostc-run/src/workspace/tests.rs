//! What is taken out of a workspace, and what is not.

use super::*;
use std::os::unix::fs::symlink;

fn files(list: &[(&str, &str)]) -> BTreeMap<String, String> {
    list.iter()
        .map(|(path, text)| ((*path).to_string(), (*text).to_string()))
        .collect()
}

/// An agent that may write `src/**` and must write `src/a.rs`; `lib.rs` and `tests/a.rs` are placed.
fn workspace() -> Workspace {
    let rules = WorkspaceRules {
        may_write: vec!["src/**".into()],
        ignore: vec!["target/**".into(), "*.log".into()],
        module: "src/a.rs".into(),
    };
    let placed = [
        ("lib.rs", "mod a;"),
        ("tests/a.rs", "test"),
        ("src/needed.rs", "needed"),
    ];
    Workspace::create(files(&placed), &files(&[("src/a.rs", "old")]), rules).unwrap()
}

fn write(workspace: &Workspace, path: &str, bytes: impl AsRef<[u8]>) {
    let path = workspace.root().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn the_agents_own_files_are_taken_and_nothing_else() {
    let workspace = workspace();
    assert_eq!(workspace.collect(), Ok(files(&[("src/a.rs", "old")])));
    write(&workspace, "src/a.rs", "new");
    write(&workspace, "src/b/c.rs", "more");
    write(&workspace, "target/debug/x", b"\xff");
    write(&workspace, "run.log", "log");
    fs::create_dir_all(workspace.root().join(".git/refs")).unwrap();
    assert_eq!(
        workspace.collect(),
        Ok(files(&[("src/a.rs", "new"), ("src/b/c.rs", "more")]))
    );
}

#[test]
fn changes_outside_are_refused_and_undone() {
    let workspace = workspace();
    write(&workspace, "src/a.rs", "new");
    write(&workspace, "lib.rs", "mod b;");
    write(&workspace, "notes.md", "hi");
    fs::remove_file(workspace.root().join("tests/a.rs")).unwrap();
    let refusal = workspace.collect().unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "changed files outside its paths: `notes.md`, `lib.rs`, `tests/a.rs`"
    );
    assert_eq!(workspace.collect(), Ok(files(&[("src/a.rs", "new")])));
    assert_eq!(
        fs::read_to_string(workspace.root().join("lib.rs")).unwrap(),
        "mod a;"
    );
}

#[test]
fn links_are_refused_and_never_followed() {
    let (workspace, outside) = (workspace(), PrivateFolder::create().unwrap());
    fs::write(outside.path().join("a.rs"), "theirs").unwrap();
    fs::remove_dir_all(workspace.root().join("src")).unwrap();
    symlink(outside.path(), workspace.root().join("src")).unwrap();
    fs::remove_file(workspace.root().join("lib.rs")).unwrap();
    symlink(outside.path().join("a.rs"), workspace.root().join("lib.rs")).unwrap();
    assert_eq!(
        workspace.collect(),
        Err(Refusal::NotFiles(vec!["lib.rs".into(), "src".into()]))
    );
    assert_eq!(fs::read_to_string(outside.path().join("a.rs")).unwrap(), "theirs");
    assert_eq!(
        fs::read_to_string(workspace.root().join("lib.rs")).unwrap(),
        "mod a;"
    );
    assert_eq!(
        fs::read_to_string(workspace.root().join("src/needed.rs")).unwrap(),
        "needed"
    );
}

#[test]
fn a_fifo_is_refused_without_being_opened() {
    let workspace = workspace();
    let made = std::process::Command::new("mkfifo")
        .arg(workspace.root().join("src/pipe"))
        .status()
        .unwrap();
    assert!(made.success());
    assert_eq!(
        workspace.collect(),
        Err(Refusal::NotFiles(vec!["src/pipe".into()]))
    );
}

#[test]
fn what_is_no_text_or_too_much_is_refused() {
    let binary = workspace();
    write(&binary, "src/x.bin", b"\xff\xfe");
    assert_eq!(binary.collect(), Err(Refusal::NotText(vec!["src/x.bin".into()])));
    let large = workspace();
    write(&large, "src/x.rs", vec![b' '; (4 << 20) + 1]);
    assert_eq!(large.collect(), Err(Refusal::TooLarge(vec!["src/x.rs".into()])));
    let many = workspace();
    (0..1000).for_each(|n| write(&many, &format!("src/{n}.rs"), "x"));
    assert_eq!(many.collect(), Err(Refusal::TooMany(1001)));
}

#[test]
fn a_missing_main_file_and_nothing_at_all_are_two_things() {
    let workspace = workspace();
    fs::rename(
        workspace.root().join("src/a.rs"),
        workspace.root().join("src/b.rs"),
    )
    .unwrap();
    assert_eq!(
        workspace.collect().unwrap_err().to_string(),
        "did not write `src/a.rs`"
    );
    fs::remove_file(workspace.root().join("src/b.rs")).unwrap();
    assert_eq!(workspace.collect(), Err(Refusal::Nothing));
}

#[test]
fn long_lists_are_cut_in_messages() {
    let paths: Vec<String> = (0..12).map(|n| n.to_string()).collect();
    assert!(
        Refusal::NotText(paths)
            .to_string()
            .ends_with("`8`, `9` and 2 more")
    );
}
