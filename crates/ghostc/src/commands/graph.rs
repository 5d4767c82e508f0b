//! Print the task graph: what is built, in what order, and why.

use crate::drawing::{self, Planned};
use crate::exit::{Exit, Outcome};
use crate::global::{Format, Global};
use crate::{json, load, output, project};
use ghostc_plan::package_text::PackageText;
use ghostc_plan::{plan, touched};
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
    let mut loaded = load::load(&args.paths, global)?;
    loaded.require_spec(&args.paths)?;
    let library = loaded.sound_library(global)?;
    let sources = &loaded.sources;
    let is_wanted = |package: &_| args.archived || load::is_wanted(package, &args.paths);
    let planned = plan(&library, sources, &loaded.settings, &is_wanted);
    let exit = output::exit_of(&planned.diagnostics, sources);
    output::say_findings(&planned.diagnostics, sources, global);
    let mut overlaps = touched::overlaps(&library, sources);
    let graphs = planned
        .value
        .iter()
        .filter_map(|graph| Some((library.packages.get(graph.index)?, graph)));
    let lock = project::lock(global)?;
    let graphs: Vec<Planned<'_>> = graphs
        .map(|(package, graph)| Planned {
            package,
            graph,
            requirement_deltas: touched::requirement_deltas(package, sources),
            overlaps: overlaps.remove(&graph.index).unwrap_or_default(),
            text: PackageText::new(package, graph, sources).with_known(lock.known(&package.name)),
        })
        .collect();
    match format {
        Format::Json => output::print_json(&json::graph(&graphs, sources)),
        Format::Dot => output::print(&drawing::dot(&graphs)),
        Format::Mermaid => output::print(&drawing::mermaid(&graphs)),
        Format::Text
        | Format::Github
        | Format::Gitlab
        | Format::Sarif
        | Format::Junit
        | Format::Markdown
        | Format::Html
        | Format::Changelog => {
            output::print(&drawing::text(&graphs, sources));
        }
    }
    Ok(if exit == Exit::Findings { exit } else { Exit::Fine })
}
