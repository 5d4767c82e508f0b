//! Locks of two branches, put together by entry.

use super::*;
use ghostc_plan::lock::{Lock, LockedStatement, LockedTarget, LockedTask};

/// A lock with tasks of a package for Rust, each with a statement of its own.
fn lock_of(tasks: &[(&str, &str)]) -> Lock {
    let mut lock = Lock::default();
    lock.targets
        .insert(("p".into(), "rust".into()), LockedTarget::default());
    for (task, key) in tasks {
        let built = LockedTask {
            key: (*key).to_string(),
            ..LockedTask::default()
        };
        lock.tasks
            .insert(("p".into(), "rust".into(), (*task).to_string()), built);
        let statement = LockedStatement::default();
        lock.statements
            .insert(("p".into(), format!("{task}~1")), statement);
    }
    lock
}

#[test]
fn locks_are_merged_by_entry() {
    let base = lock_of(&[("a", "1"), ("b", "1"), ("c", "1")]).to_text();
    let ours = lock_of(&[("a", "2"), ("b", "1"), ("c", "1"), ("d", "1")]).to_text();
    let theirs = lock_of(&[("a", "1"), ("b", "2")]).to_text();
    let merge = |ours: &str, theirs: &str| merge_lock(&base, ours, theirs, &Markers::default()).unwrap();
    let both = lock_of(&[("a", "2"), ("b", "2"), ("d", "1")]).to_text();
    assert_eq!(
        (merge(&ours, &theirs).text, merge(&theirs, &ours).text),
        (both.clone(), both)
    );
    let merged = merge(&ours, &lock_of(&[("a", "3"), ("b", "1"), ("c", "1")]).to_text());
    assert_eq!(
        merged
            .conflicts
            .iter()
            .map(|found| found.subject.as_str())
            .collect::<Vec<_>>(),
        ["entry `p rust a`"]
    );
    let line = merged.text.lines().nth(merged.conflicts[0].line - 1);
    assert!(line.unwrap().starts_with("<<<<<<<"));
}

/// Whatever a hand keeps of a conflict, the lock is whole.
#[test]
fn a_conflict_in_a_lock_may_be_settled_either_way() {
    let base = lock_of(&[("a", "1"), ("b", "1")]).to_text();
    let ours = lock_of(&[("a", "2"), ("b", "1"), ("c", "1")]).to_text();
    for theirs in [lock_of(&[("a", "3"), ("b", "1")]), lock_of(&[("b", "1")])] {
        let merged = merge_lock(&base, &ours, &theirs.to_text(), &Markers::default()).unwrap();
        assert_eq!(merged.conflicts.len(), 1);
        for sides in [[true, false], [false, true], [true, true]] {
            let (mut kept, mut side) = (String::new(), None);
            for line in merged.text.lines() {
                match line.split(' ').next() {
                    Some("<<<<<<<") => side = Some(0),
                    Some("=======") => side = Some(1),
                    Some(">>>>>>>") => side = None,
                    _ if side.is_none_or(|side: usize| sides[side]) => kept.push_str(&format!("{line}\n")),
                    _ => {}
                }
            }
            assert!(Lock::parse(&kept).is_ok(), "{:?}\n{kept}", Lock::parse(&kept));
        }
    }
}

#[test]
fn a_lock_that_was_edited_is_merged_by_lines() {
    let base = lock_of(&[("a", "1"), ("b", "1")]).to_text();
    let ours = lock_of(&[("a", "2"), ("b", "1")]).to_text();
    let theirs = base.replacen("\"key\":\"1\"", "\"key\":\"3\"", 1);
    let merged = merge_lock(&base, &ours, &theirs, &Markers::default());
    assert_eq!(merged.err(), Some(Unfit::Unreadable));
}
