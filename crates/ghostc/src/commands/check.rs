//! Parse and lint specs: diagnostics with places, codes and fixes.

use crate::exit::{Failure, Outcome};
use crate::global::{Format, Global};
use crate::load::Loaded;
use crate::report::{self, Report};
use crate::{fixes, load, output};
use ghostc_syntax::Diagnostic;
use std::path::{Path, PathBuf};

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
    let (mut loaded, mut packages, mut findings) = look(args, global)?;
    if args.fix {
        let fixes = fixes::choose(&findings, &loaded.sources);
        let patches = fixes.patches(&loaded.sources, &folders(args, &loaded))?;
        let left = fixes.left(&loaded.sources);
        left.iter().for_each(|line| output::say(line));
        if !args.write {
            output::print_exactly(&patches.iter().map(fixes::Patch::to_text).collect::<String>());
            if !global.quiet {
                let next = if patches.is_empty() {
                    "nothing to fix"
                } else {
                    "next: the same with --write, or pipe it into git apply"
                };
                output::say(next);
            }
            return Ok(output::exit_of(&findings, &loaded.sources));
        }
        fixes::write(&patches)?.iter().for_each(|line| output::say(line));
        if !patches.is_empty() {
            // A fix may mend more than one finding, or bring another to light.
            (loaded, packages, findings) = look(args, global)?;
        }
    }
    print(&loaded, packages, &findings, format, global);
    let exit = output::exit_of(&findings, &loaded.sources);
    // The process ends here: giving back the memory of a large tree piece by piece would cost a tenth of the run.
    std::mem::forget(loaded);
    Ok(exit)
}

/// Reads and checks everything.
fn look(args: &Args, global: &Global) -> Result<(Loaded, usize, Vec<Diagnostic>), Failure> {
    let mut loaded = load::load(&args.paths, global)?;
    loaded.require_spec(&args.paths)?;
    let (packages, findings) = loaded.check();
    Ok((loaded, packages, findings))
}

/// The folders that shown paths are relative to: those of specs where paths were named, and those of the project.
fn folders<'a>(args: &Args, loaded: &'a Loaded) -> Vec<&'a Path> {
    let here = (!args.paths.is_empty()).then_some(Path::new(""));
    here.into_iter()
        .chain([loaded.root.as_deref().unwrap_or(Path::new(""))])
        .collect()
}

fn print(loaded: &Loaded, packages: usize, findings: &[Diagnostic], format: Format, global: &Global) {
    let files = loaded
        .packages
        .iter()
        .flat_map(|package| package.documents.iter().chain(&package.cases));
    if format != Format::Text {
        let report = Report::new(
            "check",
            findings,
            &loaded.sources,
            files.cloned().collect(),
            packages,
        );
        output::print_exactly(&report.to_text(format).unwrap_or_default());
        return;
    }
    output::print_findings(findings, &loaded.sources);
    if !global.quiet {
        let counted = [
            output::plural(packages, "package"),
            output::plural(files.count(), "file"),
        ];
        output::say(&format!("{} in {}", output::tally(findings), counted.join(", ")));
        if let Some(first) = findings.first() {
            output::say(&format!("explain: ghostc explain {}", first.code.name));
        }
    }
}
