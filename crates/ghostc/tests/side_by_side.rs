//! Several commands in one project at once, and commands after one that was killed: what they wait for, and what they leave.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::{Project, end};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

const SPEC: &str = "specs/p/SPEC.md";
const CODE: &str = "golden/p/python/p";

/// A second package, with a task of its own.
fn two_packages() -> Project {
    let project = Project::numbers();
    project.write(
        "specs/q/SPEC.md",
        "# More\n\n### half(n) → number\n\nThe result MUST be half of `n`.\n",
    );
    project.write(
        "specs/q/tests.yaml",
        "half:\n  - { name: of two, input: 2, output: 1 }\n",
    );
    project.write("answers/half.py", "def half(n):\n    return n // 2\n");
    project
}

#[test]
fn a_second_build_waits_for_the_first_and_says_so() {
    let project = two_packages();
    project.write("hold", "");
    let first = project.start("build specs/p");
    project.await_calls(1);
    project
        .run("build specs/q --no-wait")
        .exits(3)
        .says("another build of this project is running")
        .hides("failed");
    // What frees the project is the end of the build, and not that its state is gone.
    project.remove(".ghostc");
    project.run("build specs/q --no-wait").exits(3);
    let second = project.start("build specs/q");
    std::thread::sleep(Duration::from_millis(300));
    assert!(
        !project.calls().contains(&"half".to_string()),
        "{:?}",
        project.calls()
    );
    // What only looks is in nobody's way.
    project.run("build --locked").exits(1);
    project.run("check").exits(0);
    project.remove("hold");
    end(first).exits(0);
    end(second)
        .exits(0)
        .says("another build of this project is running");
    project.run("build --locked").exits(0);
    project.leaves_no_workspace();
}

#[test]
fn accepting_beside_a_build_loses_nothing() {
    let project = two_packages();
    project.run("build").exits(0);
    // Code that waits, and a build of another package while it is accepted.
    project.replace(SPEC, "twice `n`.", "exactly twice `n`.");
    project.write("answers/double.py", "def double(n):\n    return n + n\n");
    project.run("build --task double").says("pending");
    project.replace("specs/q/SPEC.md", "half of `n`.", "exactly half of `n`.");
    project.write("answers/half.py", "def half(n):\n    return n / 2\n");
    project.write("hold.half", "");
    let calls = project.calls().len();
    let build = project.start("build specs/q --accept");
    project.await_calls(calls + 1);
    project.run("accept double").exits(0).says("accepted");
    assert!(project.read(&format!("{CODE}/double.py")).contains("n + n"));
    project.remove("hold.half");
    end(build).exits(0);
    assert!(project.read(&format!("{CODE}/double.py")).contains("n + n"));
    assert!(project.read("golden/q/python/q/half.py").contains("n / 2"));
    let lock = project.read("ghostc.lock");
    project.run("build specs/q --locked").exits(0);
    project.run("build --task double").exits(0);
    assert_eq!(project.read("ghostc.lock"), lock);
}

#[test]
fn code_for_another_spec_is_kept_and_not_accepted() {
    let project = Project::numbers();
    project.write(".gitignore", "answers/\ncalls\nprompts/\nhold\n.ghostc/\n");
    project.run("build").exits(0);
    project.git("init -q -b main").exits(0);
    project.git("add .").exits(0);
    project.git("commit -q -m first").exits(0);
    project.git("checkout -q -b change").exits(0);
    project.replace(SPEC, "twice `n`.", "exactly twice `n`.");
    project.write("answers/double.py", "def double(n):\n    return n + n\n");
    project.git("commit -q -a -m exactly").exits(0);
    project.write("hold", "");
    let calls = project.calls().len();
    let build = project.start("build --task double --accept");
    project.await_calls(calls + 1);
    project.git("checkout -q main").exits(0);
    let before = (project.files("golden"), project.read("ghostc.lock"));
    project.remove("hold");
    end(build).says("double · python: the project changed while it was built");
    assert_eq!((project.files("golden"), project.read("ghostc.lock")), before);
    // Nothing is paid for twice.
    project.git("checkout -q change").exits(0);
    let calls = project.calls().len();
    project.run("build --task double --accept").exits(0);
    assert_eq!(project.calls().len(), calls);
    assert!(project.read(&format!("{CODE}/double.py")).contains("n + n"));
}

#[test]
fn what_a_killed_writer_left_in_golden_is_in_nobodys_way() {
    let project = Project::numbers();
    project.run("build").exits(0);
    let whole = project.files("golden");
    for stray in [
        format!("{CODE}/.ghostc-a1B2c3"),
        "golden/p/python/.ghostc-Zz9".to_string(),
    ] {
        project.write(&stray, "half of a fi");
    }
    for stray in [".ghostc/tmp/settle/.tmpAbc", ".ghostc/tmp/store/.tmpDef"] {
        project.write(stray, "half of a fi");
    }
    project.run("build --locked").exits(0);
    project.run("ci").exits(0);
    project.replace(SPEC, "twice `n`.", "exactly twice `n`.");
    project.run("build").exits(0);
    assert_eq!(project.files("golden"), whole);
    assert!(!project.exists(".ghostc/tmp"));
}

#[test]
fn what_killed_commands_left_in_the_temporary_folder_is_taken_away_by_the_next_writer() {
    let project = Project::numbers();
    project.run("build").exits(0);
    // A build with nothing to do, the same once that is remembered, and one that accepts.
    for command in ["build", "build", "accept"] {
        fs::create_dir(project.temporary().join("ghostc-private-a1B2c3")).unwrap();
        fs::write(project.temporary().join("ghostc-end-d4E5f6"), "").unwrap();
        if command == "build" {
            project.write(".ghostc/tmp/store/.ghostc-g7H8i9", "half of a fi");
        }
        project.run(command).exits(0);
        project.leaves_no_workspace();
        assert!(!project.exists(".ghostc/tmp"));
    }
}

#[test]
fn accepted_code_that_cannot_be_written_is_noticed_before_an_agent_is_asked() {
    let project = Project::numbers();
    fs::create_dir(project.path("golden")).unwrap();
    let in_own_mounts =
        |script: &str| project.command_under(&["unshare", "-rm", "sh", "-c", script, "sh"], "build");
    let ran = if in_own_mounts("true")
        .status()
        .is_ok_and(|status| status.success())
    {
        let script = "mount --bind golden golden && mount -o remount,bind,ro golden && exec \"$@\"";
        crate::common::ran(&mut in_own_mounts(script))
    } else {
        // Without mounts of one's own, rights do it for all but the superuser.
        let rights = fs::Permissions::from_mode(0o555);
        fs::set_permissions(project.path("golden"), rights).unwrap();
        project.run("build")
    };
    ran.exits(3).says("cannot write in `golden/p/python`");
    assert_eq!(project.calls(), Vec::<String>::new());
    project.leaves_no_workspace();
}
