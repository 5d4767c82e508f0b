//! The example runs, so that this crate stays a library: no disk, no terminal, no process.

#![allow(
    clippy::expect_used,
    reason = "a test that meets something unexpected should panic"
)]

#[allow(dead_code, reason = "the example is a program of its own, too")]
#[path = "../examples/in_memory.rs"]
mod in_memory;

#[test]
fn a_project_in_memory_is_checked_planned_compared_and_prompted() {
    let text = in_memory::report().expect("the example is sound");
    let (facts, prompt) = text
        .split_once("You implement part of")
        .expect("a prompt begins so");
    assert_eq!(
        facts,
        "1 package, 0 findings\n\
         tasks: double\n\
         breaking: It MUST be {+exactly +}twice `n`.\n\
         breaking: It MUST NOT round.\n"
    );
    for line in ["It MUST be exactly twice `n`.", "It MUST NOT round."] {
        assert!(prompt.contains(line), "{prompt}");
    }
}
