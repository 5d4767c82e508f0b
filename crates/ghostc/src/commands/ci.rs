//! Look at a change as a whole: check, diff, locked build, tests and drift, in one report.

use super::build;
use crate::ci::{self, Folder, Forge, Options, Run};
use crate::exit::{Failure, Outcome};
use crate::global::{Format, Global};
use crate::report::{self, Links, State};
use crate::review::Gate;
use crate::{load, output};
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
    /// Fail when the spec has a change of this class or level, or a graver one, that nobody accepted
    #[arg(long, value_name = "CLASS")]
    fail_on: Option<Gate>,
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
    let root = load::project_root(global)?.ok_or_else(|| {
        let failure = Failure::usage(format!("no `{}` here or in a folder above", load::SETTINGS));
        failure.help("Run `ghostc init` to start a project.")
    })?;
    let options = Options {
        base: args.base.clone(),
        gate: args.fail_on,
    };
    let forge = Forge::here();
    let (run, folder, said) = if args.regenerate {
        let folder = Folder::make(args.report.as_deref(), &root)?;
        let (run, said) = regenerate(args, (&options, format), &folder, &root, &forge, global)?;
        (run, folder, Some(said))
    } else {
        // A run that cannot begin leaves no folder.
        let run = ci::look(&options, global)?;
        (run, Folder::make(args.report.as_deref(), &root)?, None)
    };
    ci::write(&run, &folder.path, &forge.links(&folder.way))?;
    if let Some(said) = &said {
        output::say(said);
    }
    print(&run, format, &forge, global);
    if format == Format::Text {
        output::print(&last(&run, &folder));
    }
    forge.tell(&run, &run.markdown(&forge.links("")), &folder.in_repository)?;
    Ok(run.exit)
}

fn regenerate(
    args: &Args,
    (options, format): (&Options, Format),
    folder: &Folder,
    root: &Path,
    forge: &Forge,
    global: &Global,
) -> Result<(Run, String), Failure> {
    let silent = format != Format::Text || global.quiet;
    let arguments = build::Args::regeneration(args.agent.clone(), silent);
    let build = || match silent {
        true => build::run(&arguments, &global.silenced()),
        false => build::run(&arguments, global),
    };
    ci::regenerate(options, folder, root, global, &forge.links(""), &build)
}

fn print(run: &Run, format: Format, forge: &Forge, global: &Global) {
    let links: Links = forge.links("");
    if let Some(text) = run.to_text(format, &links) {
        output::print_exactly(&text);
        return;
    }
    if !global.quiet {
        output::print(
            &run.shown
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
fn table(run: &Run) -> String {
    let line = |stage: &report::Stage| {
        let (on, off) = match stage.state {
            State::Ok => ("\u{1b}[32m", "\u{1b}[0m"),
            State::Stale => ("\u{1b}[1;33m", "\u{1b}[0m"),
            State::Fail => ("\u{1b}[1;31m", "\u{1b}[0m"),
            State::Skipped => ("", ""),
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
fn last(run: &Run, folder: &Folder) -> String {
    let counts = output::totals(|severity| run.report.count(severity));
    let is_stale = run.report.stages.iter().any(|stage| stage.state == State::Stale);
    let next = if is_stale {
        "To regenerate: ghostc ci --regenerate\n"
    } else {
        ""
    };
    format!("{counts}. Report: {}/ci.md\n{next}", folder.shown)
}
