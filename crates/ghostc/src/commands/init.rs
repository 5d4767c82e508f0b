//! Start a project that builds: settings, a small spec and its cases.

use crate::exit::{Exit, Outcome};
use crate::global::Global;
use crate::{listening, output};
use ghostc_project::host::Host;
use ghostc_project::{InitRequest, InitScenariosRequest};
use std::path::{Path, PathBuf};

/// Arguments of `ghostc init`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The folder to make the project in
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// Start from a folder that already holds a SPEC.md, which is copied
    #[arg(long, value_name = "FOLDER")]
    from: Option<PathBuf>,
    /// Write files of scenarios for a package that has none: one for each chapter that binds, with what is to be shown
    #[arg(long, value_name = "PACKAGE", num_args = 0..=1, conflicts_with_all = ["dir", "from"])]
    scenarios: Option<Option<PathBuf>>,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    global.format(&[])?;
    if let Some(package) = &args.scenarios {
        return scenarios(package.clone(), global);
    }
    let request = InitRequest {
        folder: args.dir.clone(),
        from: args.from.clone(),
    };
    let created = ghostc_project::init(&request, &Host::disk())?;
    if !global.quiet {
        output::print(&format!("created {}\n", created.join(", ")));
        let here = args.dir == Path::new(".");
        let enter = if here {
            String::new()
        } else {
            format!("cd {} && ", args.dir.display())
        };
        output::print(&format!("next: {enter}ghostc build\n"));
    }
    Ok(Exit::Fine)
}

fn scenarios(package: Option<PathBuf>, global: &Global) -> Outcome {
    let request = InitScenariosRequest {
        package,
        project: global.project.clone(),
    };
    let mut listener = listening::findings(global);
    let created = ghostc_project::init_scenarios(&request, &Host::disk(), &mut listener)?;
    if !global.quiet {
        output::print(&format!("created {}\n", created.join(", ")));
        output::print("next: write the scenarios that wait with `todo: true`, then ghostc check\n");
    }
    Ok(Exit::Fine)
}
