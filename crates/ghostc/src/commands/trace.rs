//! Print which scenarios and cases prove what of a spec, and what nothing proves.

use crate::exit::{Exit, Outcome};
use crate::global::{Format, Global};
use crate::trace::{FORMATS, TraceView, text};
use crate::{json, listening, output};
use clap::ValueEnum;
use ghostc_project::TraceRequest;
use ghostc_project::host::Host;
use std::path::PathBuf;

/// Arguments of `ghostc trace`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Packages, by name or folder; without any, all of the project
    packages: Vec<PathBuf>,
    /// Fail where there is some of this
    #[arg(long, value_enum, value_name = "WHAT")]
    fail_on: Option<TraceGate>,
}

/// What makes a trace fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "kebab-case")]
enum TraceGate {
    /// Something that has to be proven and is not
    Unproven,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    let format = global.format(FORMATS)?;
    let request = TraceRequest {
        paths: args.packages.clone(),
        project: global.project.clone(),
    };
    let report = ghostc_project::trace(&request, &Host::disk(), &mut listening::findings(global))?;
    let views = TraceView::all(&report);
    match format {
        Format::Json => output::print_json(&json::traced(&views)),
        Format::Markdown | Format::Csv | Format::Html => {
            output::print_report(&text(&views, format), format);
        }
        Format::Text
        | Format::Github
        | Format::Gitlab
        | Format::Sarif
        | Format::Junit
        | Format::Changelog
        | Format::Dot
        | Format::Mermaid => output::print(&text(&views, format)),
    }
    let is_unproven = views.iter().any(|view| view.unproven().next().is_some());
    Ok(match args.fail_on {
        Some(TraceGate::Unproven) if is_unproven => Exit::Findings,
        Some(TraceGate::Unproven) | None => Exit::Fine,
    })
}
