//! Judge the accepted code against the goldens.

use crate::exit::{Exit, Failure, Outcome};
use crate::global::{Format, Global};
use crate::golden::Drift;
use crate::json::{CaseCounts, FailureJson, PackageVerdict, TargetVerdict, Test};
use crate::output::{self, grouped, plural};
use crate::progress::{self, line};
use crate::project::{Files, Project, Unit};
use crate::settle::{self, NoVerdict};
use crate::toolchain::Probes;
use ghostc_core::judge::Verdict;
use ghostc_run::ToolchainState;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Arguments of `ghostc test`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Packages, by folder or name; without any, all of the project
    paths: Vec<PathBuf>,
    /// Judge these targets only
    #[arg(long, value_name = "NAME")]
    target: Vec<String>,
}

/// What was found out about one unit.
struct Report {
    verdict: Option<Verdict>,
    word: &'static str,
    reason: Option<String>,
    drift: Vec<Drift>,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    let json = global.format(&[Format::Json])? == Format::Json;
    let files = Files::read(global)?;
    let mut probes = Probes::start(&args.target, &files.loaded);
    let project = files.open(&args.paths, &args.target, global)?;
    let units = project.units()?;
    let mut packages: Vec<PackageVerdict> = Vec::new();
    let mut sum = Verdict::default();
    let mut worst = Exit::Fine;
    for unit in &units {
        let report = judge_unit(unit, &project, &mut probes)?;
        if !json && !global.quiet {
            output::print(&text(unit, &report));
        }
        worst = worst.max(exit_of(&report));
        sum.add(report.verdict.clone().unwrap_or_default());
        if packages.last().is_none_or(|package| package.name != unit.package.name) {
            packages.push(PackageVerdict { name: unit.package.name.clone(), targets: Vec::new() });
        }
        if let Some(package) = packages.last_mut() {
            package.targets.push(as_json(unit, report));
        }
    }
    if json {
        output::print_json(&Test { schema: "ghostc.test/1".to_string(), packages });
    } else {
        let failed = sum.failures.len();
        let failed = if failed > 0 { format!(", {failed} failed") } else { String::new() };
        let passed = plural(sum.visible.passed, "case");
        output::print(&line("finished", &format!("{passed} passed, {} held out passed{failed}", grouped(sum.held_out.passed as u64))));
    }
    let judged = sum.total() > 0 || worst != Exit::Fine;
    if judged { Ok(worst) } else { Err(Failure::findings("nothing was judged").help("Run `ghostc build` first.")) }
}

fn judge_unit(unit: &Unit<'_>, project: &Project, probes: &mut Probes) -> Result<Report, Failure> {
    let locked = unit.locked();
    let report = |word, reason: Option<String>| Report { verdict: None, word, reason, drift: Vec::new() };
    if locked.is_none() {
        return Ok(report("not-built", Some("no accepted code; run `ghostc build`".to_string())));
    }
    if let ToolchainState::Missing { reason, install } = probes.of(unit.target) {
        let text = format!("{reason}; {install}");
        let failure = Failure::machine(format!("{}: {text}", unit.name()));
        return if project.targets_named { Err(failure) } else { Ok(report("not-judged", Some(text))) };
    }
    let drift = unit.golden.drift(locked);
    let code: BTreeMap<String, String> = unit.graph.tasks.iter().flat_map(|task| unit.accepted(&task.id)).collect();
    let operations = settle::accepted_operations(unit, &project.lock);
    Ok(match settle::judge_code(unit, &code, &operations) {
        Ok(verdict) => {
            let reason = not_built(unit);
            let passed = verdict.is_pass() && drift.is_empty() && reason.is_none();
            let word = if passed { "pass" } else { "fail" };
            Report { verdict: Some(verdict), word, reason, drift }
        }
        Err(NoVerdict::Build(text)) => Report { verdict: None, word: "fail", reason: Some(text), drift },
        Err(NoVerdict::Machine(text)) => return Err(Failure::machine(text)),
    })
}

/// Tasks without accepted code: their cases were not judged, and that is not a pass.
fn not_built(unit: &Unit<'_>) -> Option<String> {
    let tasks = unit.graph.tasks.iter().filter(|task| unit.locked_task(&task.id).is_none());
    let names: Vec<String> = tasks.map(|task| format!("`{}`", task.id)).collect();
    let verb = if names.len() == 1 { "was" } else { "were" };
    (!names.is_empty()).then(|| format!("{} {verb} never built; run `ghostc build`", names.join(", ")))
}

fn exit_of(report: &Report) -> Exit {
    match report.word {
        "fail" | "not-built" => Exit::Findings,
        _ => Exit::Fine,
    }
}

fn text(unit: &Unit<'_>, report: &Report) -> String {
    let counts = report.verdict.as_ref().map(progress::counts).unwrap_or_default();
    let label = match report.word {
        "pass" => "passed",
        "fail" => "failing",
        "not-built" => "not built",
        _ => "not judged",
    };
    let mut out = line(label, format!("{}   {counts}", unit.name()).trim_end());
    let details = report.reason.iter().cloned().chain(report.verdict.as_ref().map(|verdict| progress::failures(verdict, 10)));
    for detail in details.flat_map(|text| text.lines().map(str::to_string).collect::<Vec<_>>()) {
        out.push_str(&format!("             {detail}\n"));
    }
    for drift in &report.drift {
        out.push_str(&line("drift", &drift.text));
    }
    out
}

fn as_json(unit: &Unit<'_>, report: Report) -> TargetVerdict {
    TargetVerdict {
        name: unit.target.name.clone(),
        verdict: report.word.to_string(),
        cases: report.verdict.as_ref().map(CaseCounts::of).unwrap_or_default(),
        failures: report.verdict.iter().flat_map(|verdict| &verdict.failures).map(FailureJson::of).collect(),
        drift: report.drift.into_iter().map(|drift| drift.text).collect(),
        reason: report.reason,
        jobs: Vec::new(),
    }
}
