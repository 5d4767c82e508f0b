//! Print the task graph: what is built, in what order, and why.

use crate::exit::{Exit, Outcome};
use crate::global::{Format, Global};
use crate::{drawing, json, listening, output};
use ghostc_project::host::Host;
use ghostc_project::{FailureKind, GraphRequest};
use std::path::PathBuf;

/// Arguments of `ghostc graph`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Files or folders; without any, the project's packages
    paths: Vec<PathBuf>,
    /// Show changes that were archived too; a path to one shows it without this
    #[arg(long)]
    archived: bool,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    let format = global.format(&[Format::Json, Format::Dot, Format::Mermaid])?;
    let request = GraphRequest {
        paths: args.paths.clone(),
        archived: args.archived,
        project: global.project.clone(),
    };
    let found = ghostc_project::graph(&request, &Host::disk(), &mut listening::findings(global))?;
    let (packages, sources) = (found.packages(), &found.sources);
    match format {
        Format::Json => output::print_json(&json::graph(&packages, sources)),
        Format::Dot => output::print(&drawing::dot(&packages)),
        Format::Mermaid => {
            let drawing = drawing::mermaid(&packages);
            output::print(&drawing);
            if let Some(said) = drawing::beyond_mermaid(&drawing) {
                output::say(&said);
            }
        }
        Format::Text
        | Format::Github
        | Format::Gitlab
        | Format::Sarif
        | Format::Junit
        | Format::Markdown
        | Format::Html
        | Format::Changelog
        | Format::Csv => {
            output::print(&drawing::text(&packages, sources));
        }
    }
    Ok(match found.kind {
        Some(FailureKind::Findings) => Exit::Findings,
        _ => Exit::Fine,
    })
}
