//! What a program did with scenarios, as JUnit XML: a suite for each slice, and a case for each scenario.

use super::junit::escape;
use ghostc_project::{ConformanceReport, JudgedScenario};
use ghostc_run::ScenarioOutcome;
use ghostc_syntax::Sources;

/// The report; of a held-out scenario that failed it says no more than that.
pub(crate) fn scenarios_junit(report: &ConformanceReport, shows_held_out: bool) -> String {
    let mut suites = String::new();
    let (mut tests, mut failed, mut broken) = (0, 0, 0);
    for program in &report.packages {
        for slice in program.scenarios.chunk_by(|one, other| one.slice == other.slice) {
            let name = slice.first().map_or("", |scenario| scenario.slice.as_str());
            let name = escape(&format!("{}/{name}", program.name));
            let is_broken =
                |scenario: &&JudgedScenario| matches!(scenario.outcome, ScenarioOutcome::Broken(_));
            let errors = slice.iter().filter(is_broken).count();
            let failures = slice.iter().filter(|scenario| !scenario.passed()).count() - errors;
            let cases: String = slice
                .iter()
                .map(|scenario| case(scenario, &name, &report.sources, shows_held_out))
                .collect();
            suites.push_str(&format!(
                "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"0\">\n{cases}  </testsuite>\n",
                slice.len(),
            ));
            (tests, failed, broken) = (tests + slice.len(), failed + failures, broken + errors);
        }
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ghostc test\" tests=\"{tests}\" failures=\"{failed}\" errors=\"{broken}\" skipped=\"0\">\n{suites}</testsuites>\n",
    )
}

fn case(scenario: &JudgedScenario, suite: &str, sources: &Sources, shows_held_out: bool) -> String {
    let is_hidden = scenario.held_out && !shows_held_out;
    let name = escape(if is_hidden { &scenario.id } else { &scenario.name });
    let opening = format!("    <testcase name=\"{name}\" classname=\"{suite}\"");
    let (element, message, said) = match &scenario.outcome {
        ScenarioOutcome::Passed => return format!("{opening}/>\n"),
        ScenarioOutcome::Unsteady(t) => {
            return format!(
                "{opening}>\n      <system-out>unsteady: passes where t is {t} ms</system-out>\n    </testcase>\n"
            );
        }
        ScenarioOutcome::Failed(_) | ScenarioOutcome::Broken(_) if is_hidden => {
            ("failure", "held out".to_string(), String::new())
        }
        ScenarioOutcome::Failed(failure) => {
            let at = sources.place(failure.span);
            (
                "failure",
                format!("{at}: {}", failure.what),
                failure.details.join("\n"),
            )
        }
        ScenarioOutcome::Broken(why) => ("error", "no verdict".to_string(), why.clone()),
    };
    let said = escape(&said).replace("&#10;", "\n");
    format!(
        "{opening}>\n      <{element} message=\"{}\">{said}</{element}>\n    </testcase>\n",
        escape(&message)
    )
}
