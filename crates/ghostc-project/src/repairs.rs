//! What agents are told after a failed attempt.

use crate::project::Unit;
use ghostc_judge::Verdict;
use ghostc_plan::plan::Task;
use ghostc_plan::prompt::{Failed, FailedSlice, GrowingPrompt, PromptTemplates, ScenarioFailure};
use ghostc_plan::target::Paths;
use ghostc_run::{Attempt, RepairRequest};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Stands for the code of a file in the prompt that a repair repeats.
pub(crate) fn placeholder(path: &str) -> String {
    format!("\u{0}{path}\u{0}")
}

/// Why an attempt came to no verdict, as the agent is told.
fn problem(attempt: &Attempt) -> Option<String> {
    match attempt {
        Attempt::Judged(_) => None,
        Attempt::Build { argv, output } => Some(format!(
            "It does not build. `{}` says:\n\n{output}",
            argv.join(" ")
        )),
        Attempt::Refused(refusal) => Some(format!("It was not taken: {refusal}.")),
        Attempt::Agent(failure) => Some(failure.to_string()),
    }
}

/// What to tell the agent after a failed attempt: its task again, as it remembers nothing, with the code that failed
/// where the prompt shows code, and what went wrong. The templates are compiled again, since a job outlives the project.
pub(crate) fn repair(
    unit: &Unit<'_>,
    task: &Task,
    paths: Paths,
    (prompt, shown): (String, Vec<String>),
    templates: Arc<BTreeMap<String, String>>,
) -> ghostc_run::job::Repair {
    let (id, test) = (task.id.clone(), unit.target.test.clone());
    Arc::new(move |request: &RepairRequest<'_>| {
        let attempt = request.last;
        let mut prompt = prompt.clone();
        for path in &shown {
            let code = request
                .files
                .get(path)
                .map_or("(this file was deleted)", String::as_str);
            prompt = prompt.replace(&placeholder(path), code);
        }
        let problem = problem(attempt);
        let verdict = if let Attempt::Judged(verdict) = attempt {
            Some(verdict)
        } else {
            None
        };
        let failed = Failed {
            verdict,
            problem: problem.as_deref(),
        };
        let text =
            PromptTemplates::load(&templates).and_then(|prompts| prompts.repair(&id, &paths, &test, &failed));
        // The templates were sound when the project was opened; only `repair` itself can still fail here.
        let text =
            text.unwrap_or_else(|error| format!("Your last attempt at `{id}` was not accepted. ({error})"));
        let number = request.attempt;
        format!(
            "{}\n\n# Your last attempt\n\nThis is attempt {number}.\n{text}",
            prompt.trim_end()
        )
    })
}

/// What to tell an agent after a failed attempt at a slice: its task again, with the tree as it is, and what went wrong.
/// The templates are compiled again, since a job outlives the project.
pub(crate) fn repair_slice(
    unit: &Unit<'_>,
    task: &Task,
    prompt: GrowingPrompt,
    may_write: Vec<String>,
    templates: Arc<BTreeMap<String, String>>,
) -> ghostc_run::job::Repair {
    let slice = task.id.clone();
    let operations: Vec<String> = unit
        .package
        .operations
        .iter()
        .map(|operation| operation.name.clone())
        .collect();
    Arc::new(move |request: &RepairRequest<'_>| {
        let problem = problem(request.last);
        let mut failures = Vec::new();
        let mut held_out: BTreeMap<String, usize> = BTreeMap::new();
        let mut of_cases = Verdict::default();
        if let Attempt::Judged(verdict) = request.last {
            for failure in &verdict.failures {
                if operations.contains(&failure.operation) {
                    of_cases.failures.push(failure.clone());
                } else if failure.held_out {
                    *held_out.entry(failure.operation.clone()).or_default() += 1;
                } else {
                    let step = failure.input.as_str().map(str::to_string);
                    failures.push(ScenarioFailure {
                        slice: failure.operation.clone(),
                        scenario: failure.id.clone(),
                        step,
                        place: failure.place.clone(),
                        details: format!("{}\n{}", failure.expected, failure.actual),
                    });
                }
            }
        }
        let failed = FailedSlice {
            slice: &slice,
            problem: problem.as_deref(),
            failures: &failures,
            held_out: Some(&held_out),
            cases: (!of_cases.failures.is_empty()).then_some(&of_cases),
            may_write: &may_write,
            has_ghostc: false,
        };
        let text = PromptTemplates::load(&templates).and_then(|prompts| prompts.repair_slice(&failed));
        // The templates were sound when the project was opened; only `repair` itself can still fail here.
        let text = text
            .unwrap_or_else(|error| format!("Your last attempt at `{slice}` was not accepted. ({error})"));
        let (prompt, number) = (prompt.text(request.files), request.attempt);
        format!(
            "{}\n\n# Your last attempt\n\nThis is attempt {number}.\n{text}",
            prompt.trim_end()
        )
    })
}
