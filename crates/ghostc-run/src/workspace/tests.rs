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
        module: Some("src/a.rs".into()),
        protects_placed: false,
    };
    let placed = [
        ("lib.rs", "mod a;"),
        ("tests/a.rs", "test"),
        ("src/needed.rs", "needed"),
    ];
    Workspace::create(files(&placed), &files(&[("src/a.rs", "old")]), rules).unwrap()
}

fn write(workspace: &Workspace, path: &str, bytes: impl AsRef<[u8]>) {
    let path = workspace.root().path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn refusal(workspace: &Workspace) -> Refusal {
    workspace.collect().unwrap_err().refusal
}

#[test]
fn the_agents_own_files_are_taken_and_nothing_else() {
    let workspace = workspace();
    assert_eq!(workspace.collect(), Ok(files(&[("src/a.rs", "old")])));
    write(&workspace, "src/a.rs", "new");
    write(&workspace, "src/b/c.rs", "more");
    write(&workspace, "target/debug/x", b"\xff");
    write(&workspace, "run.log", "log");
    fs::create_dir_all(workspace.root().path().join(".git/refs")).unwrap();
    assert_eq!(
        workspace.collect(),
        Ok(files(&[("src/a.rs", "new"), ("src/b/c.rs", "more")]))
    );
}

#[test]
fn changes_outside_are_refused_and_the_agents_own_files_kept_for_its_next_attempt() {
    let workspace = workspace();
    write(&workspace, "src/a.rs", "new");
    write(&workspace, "lib.rs", "mod b;");
    write(&workspace, "notes.md", "hi");
    fs::remove_file(workspace.root().path().join("tests/a.rs")).unwrap();
    let refused = workspace.collect().unwrap_err();
    assert_eq!(
        refused.refusal.to_string(),
        "changed files outside its paths: `notes.md`, `lib.rs`, `tests/a.rs`"
    );
    assert_eq!(refused.own, files(&[("src/a.rs", "new")]));
}

#[test]
fn links_are_refused_and_never_followed() {
    let (workspace, outside) = (workspace(), PrivateFolder::create().unwrap());
    fs::write(outside.path().join("a.rs"), "theirs").unwrap();
    fs::remove_dir_all(workspace.root().path().join("src")).unwrap();
    symlink(outside.path(), workspace.root().path().join("src")).unwrap();
    fs::remove_file(workspace.root().path().join("lib.rs")).unwrap();
    symlink(
        outside.path().join("a.rs"),
        workspace.root().path().join("lib.rs"),
    )
    .unwrap();
    assert_eq!(
        refusal(&workspace),
        Refusal::NotFiles(vec!["lib.rs".into(), "src".into()])
    );
    assert_eq!(fs::read_to_string(outside.path().join("a.rs")).unwrap(), "theirs");
}

#[test]
fn a_file_that_is_written_again_with_its_text_is_touched() {
    let workspace = workspace();
    assert!(!workspace.is_touched());
    write(&workspace, "src/b.rs", "new");
    assert!(!workspace.is_touched(), "it was not there from the start");
    write(&workspace, "src/a.rs", "old");
    assert!(workspace.is_touched());
}

#[test]
fn a_file_with_a_second_name_is_refused() {
    let (workspace, outside) = (workspace(), PrivateFolder::create().unwrap());
    fs::write(outside.path().join("secret"), "theirs").unwrap();
    fs::remove_file(workspace.root().path().join("src/a.rs")).unwrap();
    let link = workspace.root().path().join("src/a.rs");
    fs::hard_link(outside.path().join("secret"), link).unwrap();
    assert_eq!(refusal(&workspace), Refusal::NotFiles(vec!["src/a.rs".into()]));
}

#[test]
fn a_fifo_is_refused_without_being_opened() {
    let workspace = workspace();
    let made = std::process::Command::new("mkfifo")
        .arg(workspace.root().path().join("src/pipe"))
        .status()
        .unwrap();
    assert!(made.success());
    assert_eq!(refusal(&workspace), Refusal::NotFiles(vec!["src/pipe".into()]));
}

#[test]
fn what_is_no_text_or_too_much_is_refused() {
    let binary = workspace();
    write(&binary, "src/x.bin", b"\xff\xfe");
    assert_eq!(refusal(&binary), Refusal::NotText(vec!["src/x.bin".into()]));
    let large = workspace();
    write(&large, "src/x.rs", vec![b' '; (4 << 20) + 1]);
    assert_eq!(refusal(&large), Refusal::TooLarge(vec!["src/x.rs".into()]));
    let many = workspace();
    (0..1000).for_each(|n| write(&many, &format!("src/{n}.rs"), "x"));
    assert_eq!(refusal(&many), Refusal::TooMany(1001));
}

#[test]
fn a_missing_main_file_and_nothing_at_all_are_two_things() {
    let workspace = workspace();
    fs::rename(
        workspace.root().path().join("src/a.rs"),
        workspace.root().path().join("src/b.rs"),
    )
    .unwrap();
    assert_eq!(refusal(&workspace).to_string(), "did not write `src/a.rs`");
    fs::remove_file(workspace.root().path().join("src/b.rs")).unwrap();
    assert_eq!(refusal(&workspace), Refusal::Nothing);
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
