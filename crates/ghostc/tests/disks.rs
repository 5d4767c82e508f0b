//! Disks that are full, and folders that nobody can write in: real ones, in a mount namespace, since the superuser writes
//! into a folder of any mode.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::{Project, Ran, ran};

/// Runs the binary in mounts of its own, which a script makes in the project's folder, and a script behind it while they
/// are there; nothing where the system lets nobody do that.
fn mounted(project: &Project, mounts: &str, words: &str, behind: &str) -> Option<Ran> {
    let in_own_mounts =
        |script: &str| project.command_under(&["unshare", "-rm", "sh", "-c", script, "sh"], words);
    if !in_own_mounts(mounts)
        .output()
        .is_ok_and(|output| output.status.success())
    {
        eprintln!("SKIPPED: this system gives its users no mounts of their own");
        return None;
    }
    let script = format!("{mounts} || exit 99\n\"$@\"; code=$?\n{behind}\nexit $code");
    Some(ran(&mut in_own_mounts(&script)))
}

fn read_only(folder: &str) -> String {
    format!("mkdir -p {folder} && mount --bind {folder} {folder} && mount -o remount,bind,ro {folder}")
}

#[test]
fn a_project_that_is_read_only_is_looked_at_and_not_built() {
    let project = Project::numbers();
    project.run("build").exits(0);
    project.replace("specs/p/SPEC.md", "twice `n`", "exactly twice `n`");
    let calls = project.calls().len();
    let before = (project.files("golden"), project.read("ghostc.lock"));
    for (words, code) in [
        ("check", 0),
        ("graph", 0),
        ("prompt double", 0),
        ("why double", 0),
        ("test", 0),
        ("build --dry-run", 0),
        ("build --locked", 1),
        ("build", 3),
        ("accept --keep double", 3),
    ] {
        let Some(ran) = mounted(&project, &read_only("."), &format!("{words} --project ."), "") else {
            return;
        };
        let ran = ran.exits(code);
        if code == 3 {
            ran.says("Read-only file system").hides("a bug in ghostc");
        }
        project.leaves_no_workspace();
    }
    assert_eq!(
        project.calls().len(),
        calls,
        "no agent is asked for what cannot be kept"
    );
    assert_eq!((project.files("golden"), project.read("ghostc.lock")), before);
    project.run("build").exits(0);
}

#[test]
fn each_folder_that_is_written_may_be_read_only() {
    for folder in ["golden", ".ghostc"] {
        let project = Project::numbers();
        project.write(".ghostc/.gitignore", "*\n");
        let Some(ran) = mounted(&project, &read_only(folder), "build", "") else {
            return;
        };
        ran.exits(3).says("Read-only file system");
        assert_eq!(project.calls(), Vec::<String>::new(), "{folder}");
        project.leaves_no_workspace();
        project.run("build").exits(0);
        project.run("build --locked").exits(0);
    }
}

#[test]
fn a_user_without_a_state_folder_builds_all_the_same() {
    let project = Project::numbers();
    let beside = project.state().parent().unwrap().display().to_string();
    let mounts = format!(
        "mkdir -p {beside}/ghostc && mount --bind {beside}/ghostc {beside}/ghostc && mount -o remount,bind,ro {beside}/ghostc"
    );
    let Some(ran) = mounted(&project, &mounts, "build", "") else {
        return;
    };
    ran.exits(0);
    project.run("build --locked").exits(0);
}

/// A disk of some kilobytes on which a folder lies, and what it held is on it.
fn small_disk(folder: &str, kilobytes: usize) -> String {
    format!(
        "mkdir -p {folder} && rm -rf kept && cp -a {folder} kept && mount -t tmpfs -o size={kilobytes}k small {folder} && \
         cp -a kept/. {folder}"
    )
}

#[test]
fn a_full_disk_is_an_error_that_loses_nothing_and_leaves_nothing_half_written() {
    for folder in [".ghostc", "golden"] {
        // From one that has room for nothing to one that has room for some of it.
        for kilobytes in [4, 12, 24, 40] {
            let project = Project::numbers();
            // What is on the small disk when it ends is what is left.
            let behind = format!("rm -rf left && cp -a {folder} left");
            let Some(ran) = mounted(&project, &small_disk(folder, kilobytes), "build", &behind) else {
                return;
            };
            let context = format!("{folder} of {kilobytes} KiB: {ran}");
            assert!(ran.code == 3 || ran.code == 0, "{context}");
            if ran.code == 3 {
                assert!(ran.stderr.contains("No space left on device"), "{context}");
            }
            let left = project.files("left");
            let is_whole = |(path, text): &(String, String)| {
                !path.contains("/.ghostc-") && (!path.ends_with(".json") || text.ends_with("}\n"))
            };
            assert!(left.iter().all(is_whole), "{context}\n{left:#?}");
            project.leaves_no_workspace();
            // With what the small disk held, and room for more.
            project.remove(folder);
            std::fs::rename(project.path("left"), project.path(folder)).unwrap();
            let calls = project.calls();
            project.run("build").exits(0);
            project.run("build --locked").exits(0);
            if folder == "golden" {
                assert_eq!(project.calls(), calls, "{context}\nnothing is paid for twice");
            }
        }
    }
}

#[test]
fn a_full_temporary_folder_is_an_error_of_the_machine() {
    let project = Project::double("def double(n):\n    return 2 * n\n");
    let temporary = project.temporary().display().to_string();
    let mounts = format!("mount -t tmpfs -o size=4k,nr_inodes=3 small {temporary}");
    let Some(ran) = mounted(&project, &mounts, "build", "") else {
        return;
    };
    ran.exits(3).says("No space left on device");
    project.accepts_nothing();
    project.run("build").exits(0);
}
