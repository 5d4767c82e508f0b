//! Start a project that builds: settings, a small spec and its cases.

use crate::exit::{Exit, Outcome};
use crate::global::Global;
use crate::output;
use ghostc_project::InitRequest;
use ghostc_project::host::Host;
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
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    global.format(&[])?;
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
