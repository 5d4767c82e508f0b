//! Circles that are planted, and what looks like one and is none.

use super::*;

fn messages(fixture: &str) -> Vec<String> {
    find(&Tree::fixture(fixture))
        .iter()
        .map(|found| format!("{}:{}: {}", found.path, found.line, found.message))
        .collect()
}

#[test]
fn a_circle_is_told_with_the_uses_that_make_it() {
    let found = messages(
        "
        //- /crates/x/src/lib.rs
        //- /crates/x/src/a.rs
        //! a
        use crate::{b::{self, B}, c};
        //- /crates/x/src/b.rs
        fn f() -> crate::c::C { todo() }
        //- /crates/x/src/c.rs
        use super::a::A;
        ",
    );
    assert_eq!(
        found,
        [
            "crates/x/src/a.rs:2: files use each other in a circle: a.rs:2 uses `crate::b::B`, b.rs:1 uses `crate::c::C`, \
             c.rs:1 uses `crate::a::A`"
        ]
    );
}

#[test]
fn a_module_and_the_modules_inside_it_may_use_each_other_and_no_others() {
    let inside = "
        //- /crates/x/src/lib.rs
        use crate::plan::plan;
        //- /crates/x/src/plan.rs
        fn plan() { make::make(); edges::edges() }
        //- /crates/x/src/plan/make.rs
        use super::Graph;
        use super::edges::Edge;
        use crate::Root;
        //- /crates/x/src/plan/edges.rs
        use crate::plan::Graph;
        ";
    assert_eq!(messages(inside), [""; 0]);
    let siblings = format!("{inside}use super::make::M;\n        ");
    assert_eq!(messages(&siblings).len(), 1, "make and edges");
    let outside = format!(
        "{inside}use crate::key::key;\n        //- /crates/x/src/key.rs\n        use crate::plan::Task;\n        "
    );
    assert_eq!(
        messages(&outside),
        [
            "crates/x/src/key.rs:1: files use each other in a circle: key.rs:1 uses `crate::plan::Task`, \
             plan.rs:1 uses `edges::edges`, plan/edges.rs:2 uses `crate::key::key` (one of the circles among 4 files)"
        ]
    );
}

#[test]
fn names_are_followed_through_imports_to_the_file_that_declares_them() {
    // `plan` only passes on what `edges` declares, and the root what `b` does.
    let passed_on = "
        //- /crates/x/src/lib.rs
        pub(crate) use b::Thing;
        //- /crates/x/src/plan.rs
        pub(crate) use edges::{Rule as Reason};
        pub(crate) use make::plan;
        //- /crates/x/src/plan/edges.rs
        //- /crates/x/src/plan/make.rs
        use crate::facts::Fact;
        //- /crates/x/src/facts.rs
        use crate::plan::Reason;
        //- /crates/x/src/b.rs
        use crate::c;
        fn f() { c::d::g() }
        //- /crates/x/src/c.rs
        fn f() -> crate::Thing {}
        //- /crates/x/src/c/d.rs
        ";
    assert_eq!(messages(passed_on), [""; 0]);
    let circle = passed_on.replace("fn f() { c::d::g() }", "fn f() { c::g() }");
    assert_eq!(
        messages(&circle),
        [
            "crates/x/src/b.rs:2: files use each other in a circle: b.rs:2 uses `c::g`, c.rs:1 uses `crate::Thing`"
        ]
    );
}

#[test]
fn what_a_build_script_declares_counts_and_tests_do_not() {
    let fixture = "
        //- /crates/x/src/lib.rs
        //- /crates/x/src/checks.rs
        include!(concat!(env!(\"OUT_DIR\"), \"/checks.rs\"));
        //- /crates/x/src/checks/across/lost.rs
        use super::Finding;
        use crate::report::R;
        //- /crates/x/src/report.rs
        //! No `use crate::checks::Finding;` here.
        #[cfg(test)]
        mod tests {
            use crate::checks::Finding;
        }
        ";
    assert_eq!(messages(fixture), [""; 0]);
    let circle = fixture.replace("#[cfg(test)]", "");
    assert_eq!(
        messages(&circle),
        [
            "crates/x/src/checks.rs:1: files use each other in a circle: checks.rs:1 uses `include!`, \
             checks/across/lost.rs:2 uses `crate::report::R`, report.rs:4 uses `crate::checks::Finding`"
        ]
    );
}

#[test]
fn circles_that_share_no_arrow_are_told_shortest_first() {
    let found = messages(
        "
        //- /crates/x/src/lib.rs
        //- /crates/x/src/a.rs
        use crate::b::B;
        //- /crates/x/src/b.rs
        use crate::c::C;
        use crate::d::D;
        //- /crates/x/src/c.rs
        use crate::{a::A, b::B};
        //- /crates/x/src/d.rs
        use crate::e::E;
        //- /crates/x/src/e.rs
        use crate::b::B;
        ",
    );
    // That of `a`, `b` and `c` shares an arrow with the first.
    assert_eq!(
        found,
        [
            "crates/x/src/b.rs:1: files use each other in a circle: b.rs:1 uses `crate::c::C`, c.rs:1 uses `crate::b::B` \
             (one of the circles among 5 files)",
            "crates/x/src/b.rs:2: files use each other in a circle: b.rs:2 uses `crate::d::D`, d.rs:1 uses `crate::e::E`, \
             e.rs:1 uses `crate::b::B`",
        ]
    );
}
