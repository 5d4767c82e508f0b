//! Parse and lint specs: diagnostics with places, codes and fixes.

use crate::exit::{Outcome, exit_of};
use crate::global::{Format, Global};
use crate::output;
use crate::report::{self, Report};
use ghostc_project::host::Host;
use ghostc_project::wording::{plural, tally};
use ghostc_project::{CheckReport, CheckRequest, Failure, Patch};
use std::path::PathBuf;

/// Arguments of `ghostc check`.
#[derive(clap::Args)]
#[command(
    after_help = "Formats: text, json, github (annotations), gitlab (Code Quality), sarif, junit, markdown. The exit code is the same in all of them."
)]
pub(crate) struct Args {
    /// Files or folders; without any, the project's packages
    paths: Vec<PathBuf>,
    /// Show the mechanical fixes as a patch
    #[arg(long)]
    fix: bool,
    /// Apply the mechanical fixes to the files, then check what is left
    #[arg(long, requires = "fix")]
    write: bool,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    let format = global.format(report::FORMATS)?;
    if args.fix && !args.write && format != Format::Text {
        return Err(
            Failure::usage("`--fix` prints a patch, which has no other format").help(
                "Leave out `--format`, or leave out `--fix`: the formats json and sarif hold the fixes too.",
            ),
        );
    }
    let host = Host::disk();
    let request = CheckRequest {
        paths: args.paths.clone(),
        project: global.project.clone(),
    };
    let mut found = ghostc_project::check(&request, &host)?;
    if args.fix {
        let fixes = ghostc_project::fix(&request, &found, &host)?;
        fixes.left.iter().for_each(|line| output::say(line));
        if !args.write {
            output::print_exactly(&fixes.patches.iter().map(Patch::to_text).collect::<String>());
            if !global.quiet {
                let next = if fixes.patches.is_empty() {
                    "nothing to fix"
                } else {
                    "next: the same with --write, or pipe it into git apply"
                };
                output::say(next);
            }
            return Ok(exit_of(found.kind));
        }
        let written = ghostc_project::apply(&fixes.patches, &host)?;
        written.iter().for_each(|line| output::say(line));
        if !fixes.patches.is_empty() {
            // A fix may mend more than one finding, or bring another to light.
            found = ghostc_project::check(&request, &host)?;
        }
    }
    print(&found, format, global);
    let exit = exit_of(found.kind);
    // The process ends here: giving back the memory of a large tree piece by piece would cost a tenth of the run.
    std::mem::forget(found);
    Ok(exit)
}

fn print(found: &CheckReport, format: Format, global: &Global) {
    let (findings, sources) = (&found.findings, &found.loaded.sources);
    let files = found.loaded.files();
    if format != Format::Text {
        let files = files.cloned().collect();
        let report = Report {
            skipped: found.loaded.skipped.clone(),
            ..Report::new("check", findings, sources, files, found.packages)
        };
        output::print_report(&report.to_text(format).unwrap_or_default(), format);
        return;
    }
    output::print_findings(findings, sources);
    if !global.quiet {
        let counted = [plural(found.packages, "package"), plural(files.count(), "file")];
        output::say(&format!("{} in {}", tally(findings), counted.join(", ")));
        output::say_skipped(&found.loaded.skipped);
        if let Some(first) = findings.first() {
            output::say(&format!("explain: ghostc explain {}", first.code.name));
        }
    }
}
