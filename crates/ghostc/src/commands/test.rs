//! Judge the accepted code against the goldens.

use crate::exit::{Exit, Outcome, exit_of};
use crate::global::{Format, Global};
use crate::progress::line;
use crate::{json, listening, output};
use ghostc_judge::Verdict;
use ghostc_project::host::Host;
use ghostc_project::wording::{case_counts, failing_cases, grouped, plural};
use ghostc_project::{Event, Failure, JudgedUnit, TestRequest, VerdictWord};
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

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    let json = global.format(&[Format::Json])? == Format::Json;
    let request = TestRequest {
        paths: args.paths.clone(),
        targets: args.target.clone(),
        project: global.project.clone(),
    };
    let mut findings = listening::findings(global);
    let report = ghostc_project::test(&request, &Host::disk(), &mut |event| match event {
        Event::Judged(unit) if !json && !global.quiet => output::print(&text(unit)),
        event => findings(event),
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

fn text(report: &JudgedUnit) -> String {
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
            .map(|verdict| failing_cases(verdict, 10)),
    );
    for detail in details.flat_map(|text| text.lines().map(str::to_string).collect::<Vec<_>>()) {
        out.push_str(&format!("             {detail}\n"));
    }
    for drift in &report.drift {
        out.push_str(&line("drift", &drift.text));
    }
    out
}
