//! Judge the accepted code against the goldens, or any program by the scenarios of its spec.

use crate::exit::{Exit, Outcome, exit_of};
use crate::global::{Format, Global};
use crate::progress::line;
use crate::{conformance, json, listening, output};
use ghostc_judge::Verdict;
use ghostc_project::host::Host;
use ghostc_project::wording::{all_failing_cases, case_counts, failing_cases, grouped, plural};
use ghostc_project::{ConformanceRequest, Event, Failure, JudgedUnit, TestRequest, VerdictWord};
use std::path::PathBuf;

/// Arguments of `ghostc test`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Packages, by folder or name; without any, all of the project
    paths: Vec<PathBuf>,
    /// Judge these targets only
    #[arg(long, value_name = "NAME", conflicts_with = "program")]
    target: Vec<String>,
    /// Judge this program instead, whoever wrote it, by the scenarios of the packages: `--program 'python3 tool.py'`
    #[arg(long, value_name = "CMD")]
    program: Option<String>,
    /// Play the scenarios of these slices only
    #[arg(long, value_name = "NAME", requires = "program")]
    slice: Vec<String>,
    /// Keep the folders of scenarios that fail, in a new folder that is told
    #[arg(long, requires = "program")]
    keep: bool,
    /// Show held-out cases that fail, too: for those who wrote them, and not where an agent reads along
    #[arg(long)]
    show_held_out: bool,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    if let Some(program) = &args.program {
        let request = ConformanceRequest {
            paths: args.paths.clone(),
            program: program.clone(),
            slices: args.slice.clone(),
            keep: args.keep,
            project: global.project.clone(),
        };
        return conformance::run(&request, args.show_held_out, global);
    }
    let json = global.format(&[Format::Json])? == Format::Json;
    let request = TestRequest {
        paths: args.paths.clone(),
        targets: args.target.clone(),
        project: global.project.clone(),
    };
    let mut findings = listening::findings(global);
    let report = ghostc_project::test(&request, &Host::disk(), &mut |event| {
        // Quiet or not, why it fails is said.
        if let Event::Judged(unit) = event {
            if !json && (!global.quiet || unit.kind().is_some()) {
                output::print(&text(unit, args.show_held_out));
            }
        } else {
            findings(event);
        }
    })?;
    let mut sum = Verdict::default();
    let verdicts = report.units.iter().filter_map(|unit| unit.verdict.clone());
    verdicts.for_each(|verdict| sum.add(verdict));
    if json {
        output::print_json(&json::tested(&report.units));
    } else {
        let failed = sum.failures.len();
        let failed = if failed > 0 {
            format!(", {failed} failed")
        } else {
            String::new()
        };
        let passed = plural(sum.visible.passed, "case");
        let held_out = grouped(sum.held_out.passed as u64);
        let text = format!("{passed} passed, {held_out} held out passed{failed}");
        output::print(&line("finished", &text));
    }
    let exit = exit_of(report.kind);
    if sum.total() > 0 || exit != Exit::Fine {
        Ok(exit)
    } else {
        Err(Failure::findings("nothing was judged").help("Run `ghostc build` first."))
    }
}

/// What fails, and how to see what is not shown.
fn failing(verdict: &Verdict, shows_held_out: bool) -> String {
    if shows_held_out {
        return all_failing_cases(verdict, 10);
    }
    let hides = verdict.failures.iter().any(|failure| failure.held_out);
    let way = if hides { " without `--show-held-out`" } else { "" };
    failing_cases(verdict, 10) + way
}

fn text(report: &JudgedUnit, shows_held_out: bool) -> String {
    let counts = report.verdict.as_ref().map(case_counts).unwrap_or_default();
    let label = match report.word {
        VerdictWord::Pass => "passed",
        VerdictWord::Fail => "failing",
        VerdictWord::NotBuilt => "not built",
        VerdictWord::NotJudged => "not judged",
    };
    let mut out = line(label, format!("{}   {counts}", report.name()).trim_end());
    let details = report.reason.iter().cloned().chain(
        report
            .verdict
            .as_ref()
            .map(|verdict| failing(verdict, shows_held_out)),
    );
    for detail in details.flat_map(|text| text.lines().map(str::to_string).collect::<Vec<_>>()) {
        out.push_str(&format!("             {detail}\n"));
    }
    for drift in &report.drift {
        out.push_str(&line("drift", &drift.text));
    }
    out
}
