//! Parse and lint specs: diagnostics with places, codes and fixes.

use crate::exit::Outcome;
use crate::fixes;
use crate::global::{Format, Global};
use crate::{load, output};
use std::path::PathBuf;

/// Arguments of `ghostc check`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Files or folders; without any, the project's packages
    paths: Vec<PathBuf>,
    /// Show the mechanical fixes as a patch
    #[arg(long)]
    fix: bool,
    /// Apply the mechanical fixes to the files
    #[arg(long, requires = "fix")]
    write: bool,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    let format = global.format(&[Format::Json, Format::Github])?;
    let mut loaded = load::load(&args.paths, global)?;
    loaded.require_spec(&args.paths)?;
    let (packages, findings) = loaded.check();
    if args.fix {
        let patches = fixes::patches(&findings, &loaded.sources);
        if args.write {
            fixes::write(&patches, loaded.root.as_deref(), &args.paths)?;
            let left: Vec<_> = findings.into_iter().filter(|found| found.fix.is_none()).collect();
            return Ok(output::exit_of(&left, &loaded.sources));
        }
        output::print(&patches.iter().map(fixes::Patch::to_text).collect::<String>());
        return Ok(output::exit_of(&findings, &loaded.sources));
    }
    let files = loaded.packages.iter().map(|package| package.documents.len() + package.cases.len()).sum();
    output::print_findings(&findings, &loaded.sources, format, (packages, files));
    if format == Format::Text && !global.quiet {
        let counted = [output::plural(packages, "package"), output::plural(files, "file")];
        output::say(&format!("{} in {}", output::tally(&findings), counted.join(", ")));
        if let Some(first) = findings.first() {
            output::say(&format!("explain: ghostc explain {}", first.code.name));
        }
    }
    let exit = output::exit_of(&findings, &loaded.sources);
    // The process ends here: giving back the memory of a large tree piece by piece would cost a tenth of the run.
    std::mem::forget(loaded);
    Ok(exit)
}
