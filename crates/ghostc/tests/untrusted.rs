//! Projects and repositories that somebody else made: what leaves the project is not followed, what never ends is not opened,
//! and nothing that a repository names is run.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::{DOUBLE, Project};
use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;
use tempfile::TempDir;

const SPEC: &str = "specs/p/SPEC.md";
const TESTS: &str = "specs/p/tests.yaml";
const GOOD: &str = "def double(n):\n    return 2 * n\n";

/// A folder beside the project, with a file.
fn outside() -> TempDir {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("file"), "# P\n\n### double(n) → number\n").unwrap();
    outside
}

#[test]
fn links_in_specs_that_leave_the_project_are_refused() {
    let outside = outside();
    for path in [SPEC, TESTS, "specs/p/more.md", "ghostc.yaml"] {
        let project = Project::double(GOOD);
        if project.exists(path) {
            project.remove(path);
        }
        symlink(outside.path().join("file"), project.path(path)).unwrap();
        for command in ["check", "build", "graph"] {
            project
                .run(command)
                .says("it is a link that leaves the project")
                .finds("unreadable-file", path);
        }
        project.is_untouched();
    }
    // A link that stays in the project is as good as a file.
    let project = Project::double(GOOD);
    fs::rename(project.path(TESTS), project.path("cases")).unwrap();
    symlink("../../cases", project.path(TESTS)).unwrap();
    project.run("build").exits(0);
}

#[test]
fn folders_that_leave_the_project_are_refused() {
    let outside = outside();
    let project = Project::double(GOOD);
    project.run("build").exits(0);
    for folder in ["golden", ".ghostc", "golden/p"] {
        let kept = project.path("kept");
        fs::rename(project.path(folder), &kept).unwrap();
        symlink(outside.path(), project.path(folder)).unwrap();
        for command in ["build --fresh --accept", "test", "accept"] {
            project
                .run(command)
                .exits(3)
                .says(&format!("`{folder}` is a link that leaves the project"));
        }
        project.remove(folder);
        fs::rename(&kept, project.path(folder)).unwrap();
    }
    symlink(outside.path(), project.path("reports")).unwrap();
    project
        .run("ci --report reports")
        .exits(3)
        .says("`reports` is a link that leaves the project");
    let lock = outside.path().join("lock");
    fs::rename(project.path("ghostc.lock"), &lock).unwrap();
    symlink(&lock, project.path("ghostc.lock")).unwrap();
    project
        .run("test")
        .exits(3)
        .says("`ghostc.lock` is a link that leaves");
    let left = fs::read_dir(outside.path()).unwrap().count();
    assert_eq!(left, 2, "nothing was written there");

    let project = Project::double(GOOD);
    fs::rename(project.path("specs"), outside.path().join("specs")).unwrap();
    symlink(outside.path().join("specs"), project.path("specs")).unwrap();
    project
        .run("check")
        .exits(2)
        .says("`specs` is a link that leaves the project");
    let project = Project::double(GOOD);
    project.append(
        "ghostc.yaml",
        format!("packages: [{:?}]\n", outside.path().join("specs")),
    );
    project
        .run("check")
        .says("is outside of the project")
        .finds("invalid-value", "ghostc.yaml");
}

#[test]
fn pipes_are_errors_and_never_opened() {
    let pipe = |project: &Project, path: &str| {
        if project.exists(path) {
            project.remove(path);
        }
        fs::create_dir_all(project.path(path).parent().unwrap()).unwrap();
        let made = Command::new("mkfifo").arg(project.path(path)).status().unwrap();
        assert!(made.success());
    };
    for path in [SPEC, TESTS, "ghostc.yaml"] {
        let project = Project::new(DOUBLE);
        pipe(&project, path);
        project.run("check").finds("unreadable-file", path);
    }
    for (path, command) in [
        ("ghostc.lock", "test"),
        ("golden/p/python/p/double.py", "build"),
        ("golden/p/python/more", "ci"),
        ("ghostc.accepted.yaml", "ci"),
        (".ghostc/pending/p/python/double.json", "build --fresh"),
    ] {
        let project = Project::double(GOOD);
        project.run("build").exits(0);
        pipe(&project, path);
        let ran = project.run(command);
        assert!(ran.code != 0, "{path}: {ran}");
        let name = path.rsplit('/').next().unwrap();
        ran.says(name);
    }
}

#[test]
fn the_settings_of_a_repository_run_nothing() {
    let project = Project::double(GOOD);
    project.run("build").exits(0);
    let git = |words: &[&str]| {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=a", "-c", "user.email=a@example.org"]);
        let status = git.args(words).current_dir(project.path("")).status().unwrap();
        assert!(status.success(), "{words:?}");
    };
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "first"]);
    project.replace(SPEC, "twice `n`.", "exactly twice `n`.");
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "second"]);
    project.script("hook.sh", "#!/bin/sh\necho ran \"$0\" >> \"${0%/*}/ran\"\n");
    let hook = project.path("hook.sh").display().to_string();
    for name in ["post-index-change", "reference-transaction", "fsmonitor-watchman"] {
        project.script(
            &format!("hooks/{name}"),
            "#!/bin/sh\necho ran \"$0\" >> \"${0%/*}/../ran\"\n",
        );
    }
    for (key, value) in [
        ("core.fsmonitor", hook.clone()),
        ("core.hooksPath", project.path("hooks").display().to_string()),
        ("core.pager", hook.clone()),
        ("core.sshCommand", hook.clone()),
        ("diff.external", hook.clone()),
        ("diff.x.textconv", hook.clone()),
        ("filter.x.clean", hook.clone()),
        ("filter.x.smudge", hook.clone()),
        ("gpg.program", hook.clone()),
        ("log.showSignature", "true".to_string()),
        ("remote.origin.url", format!("ext::{hook}")),
        ("remote.origin.promisor", "true".to_string()),
        ("protocol.ext.allow", "always".to_string()),
    ] {
        git(&["config", key, &value]);
    }
    project.write(".gitattributes", "* diff=x filter=x\n");
    project.replace(SPEC, "exactly twice `n`.", "always twice `n`.");
    for command in [
        "diff",
        "diff --staged",
        "diff HEAD~1",
        "diff main~1...main",
        "log",
        "blame double",
        "bisect double --good HEAD~1",
        "ci --base HEAD~1",
        "merge --base specs/p/SPEC.md --ours specs/p/SPEC.md --theirs specs/p/SPEC.md --print",
        "build --locked",
        "test",
    ] {
        let ran = project.run(command);
        assert!(!project.exists("ran"), "{command}: {ran}");
    }
    // An object that is not there is not fetched, since any program may be the way to it.
    let object = Command::new("git")
        .args(["rev-parse", "HEAD~1:specs/p/SPEC.md"])
        .current_dir(project.path(""))
        .output()
        .unwrap();
    let id = String::from_utf8(object.stdout).unwrap();
    let (folder, rest) = id.trim().split_at(2);
    fs::remove_file(project.path(&format!(".git/objects/{folder}/{rest}"))).unwrap();
    project.run("ci --base HEAD~1").exits(3);
    assert!(!project.exists("ran"));
}

#[test]
fn state_that_git_tracks_is_not_read() {
    let project = Project::double(GOOD);
    project.run("build").exits(0);
    let git = |words: &str| {
        let mut git = Command::new("git");
        git.args(words.split(' ')).current_dir(project.path(""));
        assert!(git.status().unwrap().success(), "{words}");
    };
    git("init -q -b main");
    git("add .");
    project.run("build").exits(0);
    git("add -f .ghostc");
    for command in ["build", "test", "accept", "build --locked"] {
        project.run(command).exits(2).says("`.ghostc` is tracked by git");
    }
    git("rm -r -q --cached .ghostc");
    project.run("build").exits(0);
}
