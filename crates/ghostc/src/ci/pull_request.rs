//! The text of a pull request for what was regenerated: its title, an empty line, its body.

use super::CiRun;
use crate::report::{Finding, Links, fact, inline};
use ghostc_project::ci::BuiltTask;
use ghostc_project::wording::{grouped, listed, plural};
use ghostc_syntax::Severity;
use std::collections::BTreeSet;

/// The text of a pull request.
pub(super) fn text(before: &CiRun, after: &CiRun, built: &[BuiltTask], links: &Links) -> String {
    let mut out = format!("{}\n\n", title(built));
    out.push_str("The spec changed, and `ghostc ci --regenerate` built what that made stale.\n\n## Why\n\n");
    for found in of_stage(before, "build") {
        out.push_str(&fact(found, links));
    }
    if !built.is_empty() {
        out.push_str("\n## Built\n\n| task | target | agent | attempts | tokens |\n|---|---|---|---|---|\n");
        for ((package, target, task), locked) in built {
            let tokens = locked.tokens.map_or_else(|| "not known".to_string(), grouped);
            out.push_str(&format!(
                "| `{package}/{task}` | {target} | {} | {} | {tokens} |\n",
                locked.agent, locked.attempts
            ));
        }
        let known: Vec<u64> = built.iter().filter_map(|(_, locked)| locked.tokens).collect();
        if known.len() > 1 {
            out.push_str(&format!(
                "\n{} tokens in all, as far as the agents said.\n",
                grouped(known.iter().sum())
            ));
        }
    }
    out.push_str("\n## Judged\n\n");
    for stage in &after.report.stages {
        out.push_str(&format!(
            "- {} {}: {}\n",
            stage.name,
            stage.state.as_str(),
            inline(&stage.summary)
        ));
    }
    let left: Vec<&Finding> = after
        .report
        .findings
        .iter()
        .filter(|found| found.severity == Severity::Error)
        .collect();
    if !left.is_empty() {
        out.push_str("\n## Still failing\n\n");
        left.iter().for_each(|found| out.push_str(&fact(found, links)));
    }
    if let Some((_, name)) = &before.base {
        out.push_str(&format!(
            "\nThe spec was compared with `{name}`: {}.\n",
            summary(before)
        ));
    }
    out
}

fn summary(run: &CiRun) -> &str {
    let diff = run.report.stages.iter().find(|stage| stage.name == "diff");
    diff.map_or("", |stage| stage.summary.as_str())
}

/// `Regenerate ordinal for python`.
fn title(built: &[BuiltTask]) -> String {
    let names = |of: fn(&BuiltTask) -> &String| {
        let names: BTreeSet<&str> = built.iter().map(|built| of(built).as_str()).collect();
        listed(&names.into_iter().collect::<Vec<_>>())
    };
    match built {
        [] => "Judge accepted code again".to_string(),
        [((package, target, task), _)] if package == task => format!("Regenerate {package} for {target}"),
        [((package, target, task), _)] => format!("Regenerate {task} of {package} for {target}"),
        _ => format!(
            "Regenerate {} of {} for {}",
            plural(built.len(), "task"),
            names(|((package, ..), _)| package),
            names(|((_, target, _), _)| target)
        ),
    }
}

fn of_stage<'r>(run: &'r CiRun, stage: &'static str) -> impl Iterator<Item = &'r Finding> {
    let findings = run.report.findings.iter();
    findings.filter(move |found| found.stage == Some(stage))
}
