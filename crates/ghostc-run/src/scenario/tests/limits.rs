//! Programs that print, use or wait too much.

use super::*;

#[test]
fn a_flood_is_cut() {
    let facts = Trial::new()
        .first(|_| {
            vec![
                shell(0, "yes | head -c 1000000000; sleep 300"),
                shell(1, "yes >&2"),
            ]
        })
        .then(|event| matches!(event, Event::Ended { .. }), |_| Vec::new())
        .until(|event| matches!(event, Event::Ended { .. }))
        .play();
    for (process, stream) in [(0, Stream::Stdout), (1, Stream::Stderr)] {
        let end = facts.end_of(process);
        let expected = "too much output (more than 16 MiB)";
        assert_eq!(end, Some(&ProcessEnd::OverLimit(expected.to_string())));
        assert_eq!(facts.printed(process, stream).len(), 16 << 20);
    }
}

#[test]
fn what_a_program_has_printed_is_told_before_its_end_also_where_a_child_holds_its_output() {
    let facts = Trial::new()
        .first(|_| vec![shell(0, "sleep 300 & head -c 1000000 /dev/zero; echo end")])
        .then(ended(0), |_| {
            vec![shell(1, "(sleep 0.3; echo late) & echo early")]
        })
        .then(ended(1), |_| Vec::new())
        .until(printed(1))
        .play();
    assert_eq!(facts.printed(0, Stream::Stdout).len(), 1_000_004);
    assert_eq!(facts.printed(1, Stream::Stdout), "early\nlate\n");
    assert_eq!(facts.end_of(0).cloned(), exited(0));
}

#[test]
fn programs_that_use_too_much_together_are_ended_and_that_is_said() {
    let mut trial = Trial::new()
        .first(|_| {
            vec![
                shell(0, "sleep 300"),
                shell(1, "for i in $(seq 60); do sleep 300 & done; wait"),
            ]
        })
        .then(|event| matches!(event, Event::Ended { .. }), |_| Vec::new())
        .then(
            |event| matches!(event, Event::Ended { .. }),
            |_| vec![shell(2, "true")],
        )
        .until(ended(2));
    trial.limits.processes = 20;
    let facts = trial.play();
    for process in 0..3 {
        let end = facts.end_of(process);
        assert!(
            matches!(end, Some(ProcessEnd::OverLimit(what)) if what.contains("too many processes")),
            "{end:?}"
        );
    }
}
