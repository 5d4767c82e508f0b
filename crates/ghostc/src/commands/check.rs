//! Parse and lint specs: diagnostics with places, codes and fixes.

use crate::exit::{Exit, Outcome};
use crate::fixes;
use crate::global::{Format, Global};
use crate::{load, output};
use ghostc_core::plan;
use ghostc_syntax::Diagnostic;
use ghostc_syntax::diagnostic::sort;
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
    let (packages, findings) = checked(&mut loaded);
    if args.fix {
        let patches = fixes::patches(&findings, &loaded.sources);
        if args.write {
            return fixes::write(&patches, loaded.root.as_deref(), &args.paths).map(|()| output::exit_of(&findings));
        }
        output::print(&patches.iter().map(fixes::Patch::to_text).collect::<String>());
        return Ok(output::exit_of(&findings));
    }
    output::print_findings(&findings, &loaded.sources, format, packages);
    if format == Format::Text && !global.quiet {
        let files = output::plural(loaded.sources.len(), "file");
        output::say(&format!("{} in {}, {files}", output::tally(&findings), output::plural(packages, "package")));
        if let Some(first) = findings.first() {
            output::say(&format!("explain: ghostc explain {}", first.code.name));
        }
    }
    std::mem::forget(loaded);
    Ok(if findings.is_empty() { Exit::Fine } else { output::exit_of(&findings) })
}

/// How many packages there are, and everything that is wrong with them, circles among their tasks included.
fn checked(loaded: &mut load::Loaded) -> (usize, Vec<Diagnostic>) {
    // The process ends soon: giving back the memory of a large tree piece by piece would cost more than a tenth of the run.
    match loaded.library().strict() {
        Ok((library, mut findings)) => {
            let planned = plan(&library, &loaded.sources, &loaded.settings);
            findings.extend(planned.diagnostics);
            sort(&mut findings);
            let packages = library.packages.len();
            std::mem::forget((library, planned.value));
            (packages, findings)
        }
        Err(checked) => {
            let packages = checked.value.packages.len();
            std::mem::forget(checked.value);
            (packages, checked.diagnostics)
        }
    }
}
