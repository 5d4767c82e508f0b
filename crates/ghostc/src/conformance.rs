//! What a program did with the scenarios of its spec, as text, JSON and JUnit.

use crate::exit::{Outcome, exit_of};
use crate::global::{Format, Global};
use crate::progress::{indented, line};
use crate::{json, listening, output};
use ghostc_judge::play::PlayFailure;
use ghostc_project::host::Host;
use ghostc_project::wording::{one_line, plural, some};
use ghostc_project::{ConformanceReport, ConformanceRequest, JudgedProgram, JudgedScenario};
use ghostc_run::ScenarioOutcome;
use ghostc_syntax::Sources;
use std::collections::BTreeMap;

/// How many causes of failures are shown.
const CAUSES: usize = 10;
/// How many scenarios of one cause are named.
const NAMED: usize = 3;
/// How many lines are shown of what was seen.
const DETAILS: usize = 12;
/// How long a line of what was seen may be.
const WIDTH: usize = 400;

pub(crate) fn run(request: &ConformanceRequest, shows_held_out: bool, global: &Global) -> Outcome {
    let format = global.format(&[Format::Json, Format::Junit])?;
    let mut findings = listening::findings(global);
    let report = ghostc_project::conformance(request, &Host::disk(), &mut findings)?;
    match format {
        Format::Json => output::print_json(&json::conformance(&report, shows_held_out)),
        Format::Junit => {
            output::print_report(&crate::report::scenarios_junit(&report, shows_held_out), format)
        }
        Format::Text
        | Format::Github
        | Format::Gitlab
        | Format::Sarif
        | Format::Markdown
        | Format::Html
        | Format::Changelog
        | Format::Csv
        | Format::Dot
        | Format::Mermaid => output::print(&text(&report, shows_held_out, global.quiet)),
    }
    if let Some(why) = &report.unsealed {
        output::say(&format!("warning: scenarios were not sealed: {why}"));
    }
    Ok(exit_of(report.kind))
}

fn text(report: &ConformanceReport, shows_held_out: bool, is_quiet: bool) -> String {
    let mut out = String::new();
    for program in &report.packages {
        let passes = program.is_pass();
        if is_quiet && passes {
            continue;
        }
        out.push_str(&line(
            if passes { "passed" } else { "failing" },
            &format!("{}   {}", program.name, counts(program)),
        ));
        out.push_str(&causes(program, &report.sources, shows_held_out));
        for (scenario, t) in program.unsteady() {
            out.push_str(&indented(&format!(
                "{}: {} passes where `t` is {t} ms, and not where it is 100 ms",
                scenario.place, scenario.name
            )));
        }
        if program.cases > 0 {
            let cases = plural(program.cases, "case");
            out.push_str(&indented(&format!(
                "{cases} of operations: not asked of a program"
            )));
        }
    }
    out
}

/// `40 of 44 scenarios passed, 1 unsteady, 2 to be written`
fn counts(program: &JudgedProgram) -> String {
    let passed = program
        .scenarios
        .iter()
        .filter(|scenario| scenario.passed())
        .count();
    let unsteady = program.unsteady().count();
    let mut text = format!(
        "{passed} of {} passed",
        plural(program.scenarios.len(), "scenario")
    );
    if unsteady > 0 {
        text.push_str(&format!(", {unsteady} unsteady"));
    }
    if program.todo > 0 {
        text.push_str(&format!(", {} to be written", program.todo));
    }
    text
}

/// What fails, by what is wrong: one broken step fails many scenarios.
fn causes(program: &JudgedProgram, sources: &Sources, shows_held_out: bool) -> String {
    let mut causes: Vec<(Cause, Vec<&JudgedScenario>)> = Vec::new();
    let mut hidden: BTreeMap<&str, usize> = BTreeMap::new();
    for scenario in &program.scenarios {
        let cause = match &scenario.outcome {
            ScenarioOutcome::Passed | ScenarioOutcome::Unsteady(_) => continue,
            ScenarioOutcome::Failed(_) | ScenarioOutcome::Broken(_)
                if scenario.held_out && !shows_held_out =>
            {
                *hidden.entry(&scenario.slice).or_default() += 1;
                continue;
            }
            ScenarioOutcome::Failed(failure) => Cause::of(failure, sources),
            ScenarioOutcome::Broken(why) => Cause {
                head: format!("no verdict: {}", one_line(why, WIDTH)),
                seen: String::new(),
            },
        };
        match causes.iter_mut().find(|(known, _)| known.head == cause.head) {
            Some((_, scenarios)) => scenarios.push(scenario),
            None => causes.push((cause, vec![scenario])),
        }
    }
    let mut out = String::new();
    for (cause, scenarios) in causes.iter().take(CAUSES) {
        let lines = cause.head.lines().chain(cause.seen.lines());
        lines.for_each(|text| out.push_str(&indented(text)));
        let names: Vec<String> = scenarios.iter().map(|scenario| scenario.name.clone()).collect();
        let count = plural(scenarios.len(), "scenario");
        out.push_str(&indented(&format!("  {count}: {}", some(&names, NAMED))));
        for folder in scenarios
            .iter()
            .filter_map(|scenario| scenario.folder.as_ref())
            .take(NAMED)
        {
            out.push_str(&indented(&format!("  kept in {}", folder.display())));
        }
    }
    if causes.len() > CAUSES {
        out.push_str(&indented(&format!(
            "… and {} more",
            plural(causes.len() - CAUSES, "cause")
        )));
    }
    for (slice, count) in hidden {
        let count = plural(count, "held-out scenario");
        out.push_str(&indented(&format!(
            "{slice}: {count} failed; `--show-held-out` shows what"
        )));
    }
    out
}

/// What is wrong.
struct Cause {
    /// Where it is written what is not met, and how it is not.
    head: String,
    /// What was seen besides, in the first scenario.
    seen: String,
}

impl Cause {
    fn of(failure: &PlayFailure, sources: &Sources) -> Cause {
        let late = if failure.is_late { ", too late" } else { "" };
        let mut details = failure
            .details
            .iter()
            .map(|detail| format!("  {}\n", one_line(detail, WIDTH)));
        let how = details.next().unwrap_or_default();
        Cause {
            head: format!("{}: {}{late}\n{how}", sources.place(failure.span), failure.what),
            seen: details.take(DETAILS).collect(),
        }
    }
}
