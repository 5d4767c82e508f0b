//! Judge the accepted code against the goldens.

use crate::exit::{Exit, Failure, Outcome};
use crate::global::{Format, Global};
use crate::json::{PackageVerdict, Test};
use crate::judged::{self, Judged, Word};
use crate::output::{self, grouped, plural};
use crate::progress::{self, line};
use crate::project::{Files, Unit};
use crate::toolchain::Probes;
use ghostc_judge::Verdict;
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
    let files = Files::read(global)?;
    let mut probes = Probes::start(&args.target, &files.loaded);
    let project = files.open(&args.paths, &args.target, global)?;
    let units = project.units()?;
    let mut packages: Vec<PackageVerdict> = Vec::new();
    let mut sum = Verdict::default();
    let mut worst = Exit::Fine;
    for unit in &units {
        let report = judged::judge(unit, &project, &mut probes)?;
        if !json && !global.quiet {
            output::print(&text(unit, &report));
        }
        worst = worst.max(report.exit());
        sum.add(report.verdict.clone().unwrap_or_default());
        if packages
            .last()
            .is_none_or(|package| package.name != unit.package.name)
        {
            packages.push(PackageVerdict {
                name: unit.package.name.clone(),
                targets: Vec::new(),
            });
        }
        if let Some(package) = packages.last_mut() {
            package.targets.push(report.to_json(&unit.target.name));
        }
    }
    if json {
        output::print_json(&Test {
            schema: "ghostc.test/1".to_string(),
            packages,
        });
    } else {
        let failed = sum.failures.len();
        let failed = if failed > 0 {
            format!(", {failed} failed")
        } else {
            String::new()
        };
        let passed = plural(sum.visible.passed, "case");
        output::print(&line(
            "finished",
            &format!(
                "{passed} passed, {} held out passed{failed}",
                grouped(sum.held_out.passed as u64)
            ),
        ));
    }
    let judged = sum.total() > 0 || worst != Exit::Fine;
    if judged {
        Ok(worst)
    } else {
        Err(Failure::findings("nothing was judged").help("Run `ghostc build` first."))
    }
}

fn text(unit: &Unit<'_>, report: &Judged) -> String {
    let counts = report.verdict.as_ref().map(progress::counts).unwrap_or_default();
    let label = match report.word {
        Word::Pass => "passed",
        Word::Fail => "failing",
        Word::NotBuilt => "not built",
        Word::NotJudged => "not judged",
    };
    let mut out = line(label, format!("{}   {counts}", unit.name()).trim_end());
    let details = report.reason.iter().cloned().chain(
        report
            .verdict
            .as_ref()
            .map(|verdict| progress::failures(verdict, 10)),
    );
    for detail in details.flat_map(|text| text.lines().map(str::to_string).collect::<Vec<_>>()) {
        out.push_str(&format!("             {detail}\n"));
    }
    for drift in &report.drift {
        out.push_str(&line("drift", &drift.text));
    }
    out
}
