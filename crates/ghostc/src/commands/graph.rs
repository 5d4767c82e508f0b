//! Print the task graph: what is built, in what order, and why.

use crate::exit::{Exit, Outcome};
use crate::global::{Format, Global};
use crate::{json, load, output};
use ghostc_core::key::PackageText;
use ghostc_core::library::Package;
use ghostc_core::plan::{Task, TaskGraph};
use ghostc_core::{plan, tokens};
use ghostc_syntax::Sources;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Arguments of `ghostc graph`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Files or folders; without any, the project's packages
    paths: Vec<PathBuf>,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    let format = global.format(&[Format::Json, Format::Dot, Format::Mermaid])?;
    let mut loaded = load::load(&args.paths, global)?;
    loaded.require_spec(&args.paths)?;
    let library = loaded.sound_library(global)?;
    let planned = plan(&library, &loaded.sources, &loaded.settings);
    let exit = output::exit_of(&planned.diagnostics, &loaded.sources);
    output::say_findings(&planned.diagnostics, &loaded.sources, global);
    let graphs: Vec<(&Package, &TaskGraph)> =
        planned.value.iter().filter_map(|graph| Some((library.packages.get(graph.index)?, graph))).collect();
    match format {
        Format::Json => output::print_json(&as_json(&graphs, &loaded.sources)),
        Format::Dot => output::print(&dot(&graphs)),
        Format::Mermaid => output::print(&mermaid(&graphs)),
        Format::Text | Format::Github | Format::Gitlab | Format::Sarif | Format::Junit | Format::Markdown => {
            output::print(&graphs.iter().map(|(package, graph)| text(package, graph, &loaded.sources)).collect::<String>());
        }
    }
    Ok(if exit == Exit::Findings { exit } else { Exit::Fine })
}

fn as_json(graphs: &[(&Package, &TaskGraph)], sources: &Sources) -> json::Graph {
    let texts: Vec<PackageText> = graphs.iter().map(|(package, graph)| PackageText::new(package, graph, sources)).collect();
    let text_of = |graph: &TaskGraph| graphs.iter().position(|(_, known)| std::ptr::eq(*known, graph)).and_then(|at| texts.get(at));
    let shared: Vec<usize> = texts
        .iter()
        .map(|text| text.shared.iter().map(|section| tokens::count(section.source(sources))).sum())
        .collect();
    json::graph(graphs, sources, |graph, task| {
        let Some(text) = text_of(graph) else { return (Vec::new(), None) };
        let referenced = text.referenced.get(&task.id).into_iter().flatten();
        let context = referenced.chain(&text.shared).map(|section| section.anchor.clone()).collect();
        let own: usize = own_tokens(text, task, sources);
        let at = texts.iter().position(|known| std::ptr::eq(known, text)).unwrap_or_default();
        (context, Some(own + shared.get(at).copied().unwrap_or_default()))
    })
}

/// The tokens of what a task reads beyond the shared sections.
fn own_tokens(text: &PackageText, task: &Task, sources: &Sources) -> usize {
    let own = text.own.get(&task.id).into_iter().flatten();
    let referenced = text.referenced.get(&task.id).into_iter().flatten();
    own.chain(referenced).map(|section| tokens::count(section.source(sources))).sum()
}

fn text(package: &Package, graph: &TaskGraph, sources: &Sources) -> String {
    let counts = graph.counts(package);
    let package_text = PackageText::new(package, graph, sources);
    let shared: usize = package_text.shared.iter().map(|section| tokens::count(section.source(sources))).sum();
    let mut out = format!(
        "{}  {}, {} ({} in tasks, {} package-wide), {}\n",
        package.name,
        output::plural(graph.tasks.len(), "task"),
        output::plural(counts.statements, "statement"),
        counts.assigned,
        counts.package_wide,
        output::plural(counts.cases, "case"),
    );
    let mut line = |text: String| writeln!(out, "{text}").expect("writing to a string");
    for task in &graph.tasks {
        let tokens = own_tokens(&package_text, task, sources) + shared;
        line(format!("  {}  {}", task.title, sources.place(task.section)));
        line(format!(
            "    {}, {}, about {} tokens of spec",
            output::plural(task.statements.len(), "statement"),
            output::plural(task.cases.len(), "case"),
            output::grouped(tokens as u64),
        ));
        for edge in &task.depends_on {
            let said = sources.slice(edge.span).replace('\n', " ");
            line(format!("    after {}  {}: {} {said}", edge.to, edge.reason.as_str(), sources.place(edge.span)));
        }
    }
    out.push('\n');
    out
}

fn dot(graphs: &[(&Package, &TaskGraph)]) -> String {
    let mut out = "digraph ghostc {\n  rankdir=LR;\n  node [shape=box];\n".to_string();
    for (package, graph) in graphs {
        for task in &graph.tasks {
            let name = |id: &str| quoted(&format!("{}/{id}", package.name));
            out.push_str(&format!("  {} [label={}];\n", name(&task.id), quoted(&task.id)));
            for edge in &task.depends_on {
                let style = if edge.reason == ghostc_core::plan::Reason::Inferred { "dashed" } else { "solid" };
                out.push_str(&format!("  {} -> {} [style={style}];\n", name(&edge.to), name(&task.id)));
            }
        }
    }
    out + "}\n"
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn mermaid(graphs: &[(&Package, &TaskGraph)]) -> String {
    let mut out = "flowchart LR\n".to_string();
    for (at, (package, graph)) in graphs.iter().enumerate() {
        let node = |id: &str| graph.tasks.iter().position(|task| task.id == id).map(|task| format!("p{at}t{task}"));
        out.push_str(&format!("  subgraph p{at}[\"{}\"]\n", package.name));
        for task in &graph.tasks {
            let label = task.id.replace('"', "&quot;");
            out.push_str(&format!("    {}[\"{label}\"]\n", node(&task.id).unwrap_or_default()));
        }
        out.push_str("  end\n");
        for (task, edge) in graph.tasks.iter().flat_map(|task| task.depends_on.iter().map(move |edge| (task, edge))) {
            if let (Some(from), Some(to)) = (node(&edge.to), node(&task.id)) {
                let arrow = if edge.reason == ghostc_core::plan::Reason::Inferred { "-.->" } else { "-->" };
                out.push_str(&format!("  {from} {arrow} {to}\n"));
            }
        }
    }
    out
}
