//! What is kept of slices from one build to the next.

use super::*;

#[test]
fn what_was_paid_for_on_one_tree_is_judged_on_another() {
    let mut project = Project::new();
    let mut job = slice("b", "");
    job.current = map(&[("a.sh", "echo a works")]);
    assert_eq!(end(&project.build_one(job.clone())), "passed 1");
    project.options.agent = shell("no-such-agent-here");
    assert_eq!(end(&project.build_one(job.clone())), "passed 1 reused");
    assert_eq!(project.log, ["b: passed 1 reused"]);
    // Another golden of an earlier slice is another judge.
    job.earlier.scenarios = slice("a", "").scenarios;
    assert_eq!(end(&project.build_one(job.clone())), "passed 1 reused");
    assert_eq!(project.log, ["b: judging", "b: passed 1 reused"]);
    let grown = map(&[("a.sh", "echo a works # well"), ("c.sh", "c")]);
    job.current = grown.clone();
    let result = project.build_one(job.clone());
    assert_eq!(
        (end(&result).as_str(), files_of(&result).len()),
        ("passed 1 reused", 3)
    );
    assert_eq!(project.log, ["b: judging", "b: passed 1 reused"]);
    for (path, text) in [("a.sh", "echo a does not"), ("b.sh", "echo other")] {
        job.current = grown.clone();
        job.current.insert(path.into(), text.into());
        let result = end(&project.build_one(job.clone()));
        assert!(result.starts_with("agent failed"), "{path}: {result}");
    }
}

/// A slice that adds its command to a list that all share, in the middle of other lines.
fn listed(session: &std::path::Path, current: &[(&str, &str)]) -> Job {
    let script = "sed -i 's/^three$/three and b/' list.txt; rm old.sh; echo 'echo b works' > b.sh";
    Job {
        session: Some(session.to_path_buf()),
        current: map(current),
        ..slice("b", script)
    }
}

const LIST: &str = "one\ntwo\nthree\nfour\nfive\n";

#[test]
fn a_recorded_slice_goes_onto_a_tree_that_others_have_changed() {
    let mut project = Project::new();
    let session = project.path("b.json");
    project.options.record = true;
    let before = [("list.txt", LIST), ("old.sh", "old"), ("a.sh", "echo a works")];
    assert_eq!(end(&project.build_one(listed(&session, &before))), "passed 1");
    let turn = Session::read(&session).unwrap().turns.remove(0);
    let bases: Vec<_> = turn
        .bases
        .iter()
        .map(|(path, base)| (path.as_str(), base.is_some()))
        .collect();
    assert_eq!(bases, [("b.sh", false), ("list.txt", true), ("old.sh", true)]);
    assert_eq!(turn.bases["list.txt"].as_ref().unwrap().text, LIST);

    let replayed = |current: &[(&str, &str)]| {
        let mut other = Project::new();
        other.options.agent = AgentCommand::replay();
        other.build_one(listed(&session, current))
    };
    let same = files_of(&replayed(&before));
    assert_eq!(
        same,
        map(&[
            ("a.sh", "echo a works"),
            ("b.sh", "echo b works\n"),
            ("list.txt", "one\ntwo\nthree and b\nfour\nfive\n"),
        ])
    );
    let grown = [("list.txt", "zero\none\ntwo\nthree\nfour\nfive\n"), ("c.sh", "c")];
    assert_eq!(
        files_of(&replayed(&grown)),
        map(&[
            ("b.sh", "echo b works\n"),
            ("c.sh", "c"),
            ("list.txt", "zero\none\ntwo\nthree and b\nfour\nfive\n"),
        ])
    );
    for (current, files) in [
        (
            [("list.txt", "one\ntwo\n3\nfour\nfive\n"), ("old.sh", "old")],
            "`list.txt`",
        ),
        ([("list.txt", LIST), ("old.sh", "other")], "`old.sh`"),
        ([("list.txt", LIST), ("b.sh", "echo mine")], "`b.sh`"),
        ([("b.sh", "x"), ("a.sh", "")], "`b.sh`, `list.txt`"),
    ] {
        let result = end(&replayed(&current));
        let stale = format!("b.json` is stale: {files} changed since, in the lines that it changes too");
        assert!(
            result.starts_with("agent failed 1: the session `") && result.ends_with(&stale),
            "{result}"
        );
    }
}

#[test]
fn what_is_merged_is_judged_like_everything_else() {
    let mut project = Project::new();
    let session = project.path("b.json");
    project.options.record = true;
    let before = [("list.txt", LIST), ("old.sh", "old"), ("a.sh", "echo a works")];
    project.build_one(listed(&session, &before));
    let mut other = Project::new();
    other.options.agent = AgentCommand::replay();
    let mut job = listed(&session, &before);
    job.earlier.scenarios = slice("old", "").scenarios;
    let result = end(&other.build_one(job));
    assert_eq!(result, "failed 2: judged 1/2");
}
