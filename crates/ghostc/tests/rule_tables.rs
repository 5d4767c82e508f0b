//! Cases against tables of rules: what contradicts one, and what is nobody's business.

#![allow(
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::Project;

const CODE: &str = "case-vs-table";

/// A project whose spec has this section and whose file of cases holds these lines.
fn project(section: &str, cases: &str) -> Project {
    let project = Project::new("//- /ghostc.yaml\ntargets: [python]\n");
    project.write("specs/p/SPEC.md", format!("# P\n\n{section}"));
    project.write("specs/p/tests.yaml", cases);
    project
}

const AGES: &str = "### age(then, now) → string

| Age | Said |
|---|---|
| 0–59 seconds | \"now\" |
| 60 seconds – 89 minutes | \"{n} minutes ago\" |
| 90 minutes – 5 weeks | \"{n} hours ago\" |
| 6+ weeks | \"{n} moons ago\" |

The number `n` is rounded to the nearest integer.
A month is no unit here; the units are moons (28 days) and shorter.
";

fn age(seconds: u64, said: &str) -> String {
    format!(
        "age:\n  - {{ name: x, input: {{ then: 1700000000, now: {} }}, output: \"{said}\" }}\n",
        1_700_000_000 + seconds
    )
}

#[test]
fn a_time_between_two_points_is_held_against_its_row() {
    let wrong = [
        (30, "1 minutes ago", "specs/p/SPEC.md:7:3"),
        (90 * 60, "90 minutes ago", "specs/p/SPEC.md:9:3"),
        (100, "1 minutes ago", "`2 minutes ago`"),
        (75 * 86_400, "2 moons ago", "`3 moons ago`"),
    ];
    for (seconds, said, shown) in wrong {
        let ran = project(AGES, &age(seconds, said)).run("check");
        ran.finds(CODE, "specs/p/tests.yaml").says(shown);
    }
}

#[test]
fn what_a_table_does_not_decide_is_let_be() {
    let sound = [
        (30, "now"),
        (100, "2 minutes ago"),
        // In no row, a half, and in words that no row has.
        (89 * 60 + 30, "90 minutes ago"),
        (90, "1 minutes ago"),
        (90, "2 minutes ago"),
        (100, "a while ago"),
    ];
    for (seconds, said) in sound {
        project(AGES, &age(seconds, said)).run("check").hides(CODE);
    }
    let unrounded = AGES.replace("nearest", "next");
    project(&unrounded, &age(100, "1 minutes ago"))
        .run("check")
        .hides(CODE);
    let future = "age:\n  - { name: x, input: { then: 1700000100, now: 1700000000 }, output: now }\n";
    project(AGES, future).run("check").hides(CODE);
}

const GRADES: &str = "### grade(score, style?) → string

| Score points | Grade |
|---|---|
| 0–49 points | \"fail\" |
| 50–100 points | \"pass\" |
";

#[test]
fn words_that_no_row_has_are_wrong_where_the_other_cases_keep_to_the_table() {
    let cases = "grade:
  - { name: low, input: { score_points: 10 }, output: fail }
  - { name: high, input: { score_points: 90 }, output: pass }
  - { name: top, input: { score_points: 100 }, output: merit }
";
    let section = GRADES.replace("score,", "score_points,");
    let strange = cases.replace("fail }", "F }").replace("pass }", "P }");
    project(&section, cases)
        .run("check")
        .finds(CODE, "specs/p/tests.yaml:4");
    project(&section, &strange).run("check").hides(CODE);
    let styled = cases.replace("100 }", "100, style: long }");
    project(&section, &styled).run("check").hides(CODE);
    let both = format!(
        "{section}\n| Score points | Colour |\n|---|---|\n| 0–9 points | \"red\" |\n| 10+ points | \"blue\" |\n"
    );
    project(&both, cases).run("check").hides(CODE);
}
