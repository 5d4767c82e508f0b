//! What a lock reads and writes, and what it notices of lines that are gone or edited.

use super::*;

fn task(lock: &mut Lock, package: &str, target: &str, task: &str, key: &str) {
    let built = LockedTask {
        key: key.into(),
        spec: [(task.into(), format!("d-{task}"))].into(),
        ..LockedTask::default()
    };
    lock.tasks
        .insert((package.into(), target.into(), task.into()), built);
    lock.targets
        .insert((package.into(), target.into()), LockedTarget::default());
    lock.texts
        .insert((package.into(), format!("d-{task}")), vec!["It MUST.".into()]);
    let statement = LockedStatement {
        path: vec!["SPEC.md".into(), task.into()],
        text: "It MUST.".into(),
    };
    lock.statements
        .insert((package.into(), format!("{task}~1")), statement);
}

fn sample() -> Lock {
    let mut lock = Lock::default();
    for package in ["p", "q", "r"] {
        for name in ["f", "g"] {
            task(&mut lock, package, "python", name, "k");
            task(&mut lock, package, "rust", name, "k");
        }
    }
    lock
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

#[test]
fn a_lock_reads_what_it_wrote_and_forgets_unused_texts() {
    let lock = sample();
    assert_eq!(Lock::parse(&lock.to_text()), Ok(lock.clone()));
    assert_eq!(
        Lock::parse(&lock.to_text().replace('\n', "\r\n")),
        Ok(lock.clone())
    );
    let mut with_garbage = lock.clone();
    with_garbage
        .texts
        .insert(("p".into(), "d2".into()), vec!["gone".into()]);
    let gone = LockedStatement::default();
    with_garbage.statements.insert(("s".into(), "g~1".into()), gone);
    assert_eq!(with_garbage.to_text(), lock.to_text());
    let empty = Lock::default();
    assert_eq!(Lock::parse(&empty.to_text()), Ok(empty));
}

#[test]
fn conflicts_and_nonsense_are_named_by_line() {
    let text = format!("{}<<<<<<< ours\n", sample().to_text());
    let error = Lock::parse(&text).expect_err("a conflict");
    let last = lines(&text).len();
    assert_eq!(
        (error.line, error.message.contains("merge conflict")),
        (last, true)
    );
    assert_eq!(Lock::parse("nonsense\n").expect_err("nonsense").line, 1);
    assert!(Lock::parse("{\"schema\":\"ghostc.lock/9\"}\n").is_err());
}

#[test]
fn every_line_that_is_lost_is_noticed() {
    let text = sample().to_text();
    let all = lines(&text);
    for from in 0..all.len() {
        for to in from + 1..=all.len() {
            let left = [&all[..from], &all[to..]].concat().join("\n");
            match Lock::parse(&left) {
                Ok(_) => assert!(left.is_empty(), "without lines {from} to {to}"),
                Err(error) => assert!((1..=all.len()).contains(&error.line)),
            }
        }
    }
    for cut in 1..text.len() - 1 {
        let start = text.get(..cut).unwrap();
        assert!(Lock::parse(start).is_err(), "cut at byte {cut}");
    }
}

#[test]
fn what_is_lost_is_said_at_the_line_that_names_it() {
    let text = sample().to_text();
    let at = |part: &str| lines(&text).iter().position(|line| line.contains(part)).unwrap() + 1;
    let without = |part: &str| {
        let left: Vec<&str> = text.lines().filter(|line| !line.contains(part)).collect();
        let error = Lock::parse(&left.join("\n")).unwrap_err();
        (error.line, error.message)
    };
    let lost = "\"package\":\"q\",\"target\":\"rust\",\"task\":\"g\"";
    assert_eq!(
        without(lost),
        (
            at("\"package\":\"q\",\"summary\""),
            "the line of task `g` for `rust` of `q` is missing".to_string()
        )
    );
    assert_eq!(
        without("\"package\":\"q\",\"t"),
        (
            at("\"package\":\"q\",\"summary\""),
            "the line of target `python` of `q` is missing, and 5 more".to_string()
        )
    );
    assert_eq!(
        without("\"package\":\"q\""),
        (
            at("\"package\":\"p\",\"summary\""),
            "the lines of package `q` are missing, which come next".to_string()
        )
    );
    assert_eq!(
        without("\"package\":\"p\",\"summary\""),
        (
            at("\"package\":\"p\",\"section\""),
            "the line that says what `p` has is missing".to_string()
        )
    );
    assert_eq!(without("\"schema\"").0, 1);
}

#[test]
fn every_edit_of_a_line_is_noticed_there() {
    let text = sample().to_text();
    for (at, line) in lines(&text).into_iter().enumerate().skip(1) {
        let edited = line.replacen("\":", "s\":", 1);
        let error = Lock::parse(&text.replace(line, &edited)).unwrap_err();
        assert_eq!(error.line, at + 1, "{edited}");
    }
    let key = text.replacen("\"key\":\"k\"", "\"key\":\"l\"", 1);
    let error = Lock::parse(&key).unwrap_err();
    assert!(error.message.contains("checksum"), "{error}");
    let header = lines(&text)[0];
    let unsealed = text.replacen(header, &unseal(header).unwrap(), 1);
    let error = Lock::parse(&unsealed).unwrap_err();
    assert_eq!(
        (error.line, error.message.as_str()),
        (1, "a line without its checksum")
    );
}

/// What a hand makes of a conflict that is told to keep the lines of both sides.
#[test]
fn both_sides_of_a_conflict_may_stay() {
    let base = sample();
    let (mut ours, mut theirs) = (base.clone(), base.clone());
    task(&mut ours, "q", "rust", "ours", "1");
    ours.retain_tasks("q", "rust", |task| task != "f");
    task(&mut theirs, "q", "rust", "theirs", "1");
    task(&mut theirs, "q", "rust", "g", "2");
    task(&mut theirs, "qq", "rust", "h", "1");
    let (base, ours, theirs) = (base.to_text(), ours.to_text(), theirs.to_text());
    let kept = |line: &&str| {
        let is_in = |text: &str| text.lines().any(|other| other == *line);
        // What one side removed is gone, and what a side changed or added stays.
        !is_in(&base) || (is_in(&ours) && is_in(&theirs))
    };
    let union: BTreeSet<&str> = ours.lines().chain(theirs.lines()).filter(kept).collect();
    let mut union: Vec<&str> = union.into_iter().collect();
    union.sort_by_key(|line| !line.starts_with("{\"schema"));
    let merged = Lock::parse(&union.join("\n")).unwrap();
    let tasks: Vec<&str> = merged
        .tasks
        .keys()
        .filter(|(package, target, _)| package == "q" && target == "rust")
        .map(|(.., task)| task.as_str())
        .collect();
    assert_eq!(tasks, ["g", "ours", "theirs"]);
    assert!(merged.task("qq", "rust", "h").is_some());
    // It is written anew as one that is whole.
    assert_eq!(Lock::parse(&merged.to_text()), Ok(merged.clone()));
    let without = union.iter().filter(|line| !line.contains("\"task\":\"ours\""));
    let without: Vec<&str> = without.copied().collect();
    let text = without.join("\n");
    // Nobody can tell this from a task that one side removed.
    assert!(Lock::parse(&text).is_ok());
    let common = "\"package\":\"q\",\"target\":\"python\",\"task\":\"f\"";
    let without = union.iter().filter(|line| !line.contains(common));
    let text = without.copied().collect::<Vec<_>>().join("\n");
    assert!(Lock::parse(&text).is_err(), "both sides have it");
}

#[test]
fn a_lock_of_before_is_read_as_it_is() {
    let lock = sample();
    let mut old = String::from("{\"schema\":\"ghostc.lock/1\",\"note\":\"\"}\n");
    for line in lock
        .to_text()
        .lines()
        .skip(1)
        .filter(|line| !line.contains("\"summary\""))
    {
        old.push_str(&unseal(line).unwrap());
        old.push('\n');
    }
    assert_eq!(Lock::parse(&old), Ok(lock));
}
