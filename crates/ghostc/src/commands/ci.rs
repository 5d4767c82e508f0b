//! Look at a change as a whole: check, diff, locked build, tests and drift, in one report.

use crate::building::BuildOutput;
use crate::ci::{self, CiRun, Forge};
use crate::exit::{self, Outcome, exit_of};
use crate::global::{Format, GateArg, Global};
use crate::output;
use crate::report::{self, Links};
use ghostc_project::ci::{ReportFolder, Stage, StageState};
use ghostc_project::host::Host;
use ghostc_project::wording::totals;
use ghostc_project::{BuildRequest, CiRequest, Failure, Gate, require_root};
use std::path::{Path, PathBuf};

/// Arguments of `ghostc ci`.
#[derive(clap::Args)]
#[command(
    after_help = "Reports: ci.md, ci.html, ci.json, ci.sarif, ci.junit.xml and ci.gitlab.json. No agent is asked and nothing else is written, but with --regenerate."
)]
pub(crate) struct Args {
    /// Compare with where this revision was left; without it, what the CI service says, or the default branch
    #[arg(long, value_name = "REVISION")]
    base: Option<String>,
    /// Fail when the spec has a change of this class or level, or a graver one, that nobody accepted, and when it cannot be compared
    #[arg(long, value_name = "CLASS")]
    fail_on: Option<GateArg>,
    /// The folder for the reports; without it, .ghostc/report of the project
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// Build what is stale with an agent first, and leave a patch and the text of a pull request
    #[arg(long)]
    regenerate: bool,
    /// The agent to use
    #[arg(long, value_name = "NAME", requires = "regenerate")]
    agent: Option<String>,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    let format = global.format(report::FORMATS)?;
    let host = Host::disk();
    let root = require_root(global.project.as_deref(), &host)?;
    let request = CiRequest {
        base: args.base.clone(),
        gate: args.fail_on.map(Gate::from),
        project: global.project.clone(),
    };
    let forge = Forge::of(&|name| host.environment.text(name).filter(|value| !value.is_empty()));
    let folder = || ReportFolder::make(args.report.as_deref(), &root, &host);
    let (run, folder, said) = if args.regenerate {
        let folder = folder()?;
        ci::forget(&folder, &host);
        let (run, said) = regenerate(
            args,
            (&request, format),
            (&folder, &root),
            &forge,
            (global, &host),
        )?;
        (run, folder, Some(said))
    } else {
        // A run that cannot begin leaves no folder.
        let run = CiRun::of(ghostc_project::ci(&request, &host)?);
        (run, folder()?, None)
    };
    ci::write(&run, &folder.path, &forge.links(&folder.way), &host)?;
    if let Some(said) = &said {
        output::say(said);
    }
    print(&run, format, &forge, global);
    if format == Format::Text {
        output::print(&last(&run, &folder));
    }
    forge.tell(&run, &run.markdown(&forge.links("")), &folder.in_repository)?;
    Ok(exit_of(run.kind))
}

fn regenerate(
    args: &Args,
    (request, format): (&CiRequest, Format),
    (folder, root): (&ReportFolder, &Path),
    forge: &Forge,
    (global, host): (&Global, &Host),
) -> Result<(CiRun, String), Failure> {
    let silent = format != Format::Text || global.quiet;
    let building = BuildRequest {
        agent: args.agent.clone(),
        accept: true,
        project: global.project.clone(),
        ..BuildRequest::default()
    };
    let shown = std::cell::RefCell::new(BuildOutput::within(silent, global, host));
    let found = ci::regenerate(
        request,
        (&building, folder),
        (root, host),
        &mut |event| shown.borrow_mut().show(event),
        &mut |built| {
            let ended = match built {
                Ok(report) => shown.borrow().finish(report),
                Err(failure) => Err(failure),
            };
            if let Err(failure) = ended {
                let silenced = silent.then(|| global.silenced());
                exit::report(&failure, silenced.as_ref().unwrap_or(global));
            }
        },
    );
    ci::keep(found?, folder, &forge.links(""), host)
}

fn print(run: &CiRun, format: Format, forge: &Forge, global: &Global) {
    let links: Links = forge.links("");
    if let Some(text) = run.to_text(format, &links) {
        output::print_report(&text, format);
        return;
    }
    if !global.quiet {
        output::print(
            &run.shown(global)
                .iter()
                .map(|text| format!("{text}\n"))
                .collect::<String>(),
        );
    }
    if forge.annotates {
        output::print_exactly(&run.report.to_text(Format::Github).unwrap_or_default());
    }
    output::print(&table(run));
}

/// A line for each stage.
fn table(run: &CiRun) -> String {
    let line = |stage: &Stage| {
        let (on, off) = match stage.state {
            StageState::Ok => ("\u{1b}[32m", "\u{1b}[0m"),
            StageState::Stale => ("\u{1b}[1;33m", "\u{1b}[0m"),
            StageState::Fail => ("\u{1b}[1;31m", "\u{1b}[0m"),
            StageState::Skipped => ("", ""),
        };
        format!(
            "{:<9}  {on}{:<7}{off}  {}\n",
            stage.name,
            stage.state.as_str(),
            stage.summary
        )
    };
    run.report.stages.iter().map(line).collect()
}

/// What it comes to, and what to do next.
fn last(run: &CiRun, folder: &ReportFolder) -> String {
    let counts = totals(|severity| run.report.count(severity));
    let is_stale = run
        .report
        .stages
        .iter()
        .any(|stage| stage.state == StageState::Stale);
    let next = if is_stale {
        "To regenerate: ghostc ci --regenerate\n"
    } else {
        ""
    };
    format!("{counts}. Report: {}/ci.md\n{next}", folder.shown)
}
