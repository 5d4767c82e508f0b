//! What is kept of slices from one build to the next.

use super::*;

#[test]
fn what_was_built_on_one_tree_is_not_put_on_another() {
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
    job.current = map(&[("a.sh", "echo a works, better")]);
    assert!(end(&project.build_one(job)).starts_with("agent failed"));
}
