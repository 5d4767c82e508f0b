//! Task graphs as text, Graphviz and Mermaid.

use ghostc_plan::plan::{Edge, NowhereKind, Origin, Reason, Shares, Task, TaskKind, shares};
use ghostc_plan::touched::{DeltaOperation, RequirementDelta};
use ghostc_project::PlannedPackage;
use ghostc_project::wording::{grouped, one_line, plural};
use ghostc_spec::facts::{DeclaredTask, TaskState};
use ghostc_spec::library::{Package, Site};
use ghostc_spec::slice::Slice;
use ghostc_syntax::{Sources, Span};
use std::collections::BTreeMap;

/// The most characters of a title or of quoted words on a line.
const SHOWN: usize = 72;

/// How many of the places that no task builds are listed.
const SHOWN_NOWHERE: usize = 10;

/// The start of a text, on one line.
fn short(text: &str) -> String {
    one_line(text, SHOWN)
}

/// What a task is called: its id and title where people know it by both.
fn label(task: &Task, package: &Package) -> String {
    let title = short(&task.title);
    match (task.origin, task.declared(package)) {
        (_, Some(declared)) if declared.has_own_id => format!("{} {title}", task.id),
        (Origin::Package | Origin::Section(_) | Origin::Declared(_), _) => title,
        (Origin::Requirement(_) | Origin::Scenario(_), _) => short(&task.id),
        (Origin::Slice(_), _) if task.id == task.title => title,
        (Origin::Slice(_), _) => format!("{}  {title}", task.id),
    }
}

/// How many scenarios a slice has, those that are held out and those that wait to be written apart.
fn scenarios(slice: &Slice) -> String {
    let counts = slice.counts();
    let parts = [(counts.held_out, "held out"), (counts.todo, "to be written")];
    let apart = parts.iter().filter(|(count, _)| *count > 0);
    let apart: Vec<String> = apart.map(|(count, what)| format!("{count} {what}")).collect();
    let all = plural(counts.visible + counts.held_out + counts.todo, "scenario");
    if apart.is_empty() {
        all
    } else {
        format!("{all} ({})", apart.join(", "))
    }
}

/// The graphs for people to read.
pub(crate) fn text(graphs: &[PlannedPackage<'_>], sources: &Sources) -> String {
    graphs
        .iter()
        .map(|planned| package_text(planned, sources))
        .collect()
}

fn package_text(planned: &PlannedPackage<'_>, sources: &Sources) -> String {
    let (package, graph) = (planned.package, planned.graph);
    let counts = graph.counts(package);
    let shared = planned.shared_tokens(sources);
    let mut out = format!(
        "{}  {}, {} ({} in tasks, {} package-wide), {}\n",
        package.name,
        plural(graph.tasks.len(), "task"),
        plural(counts.statements, "statement"),
        counts.assigned,
        counts.package_wide,
        plural(counts.cases, "case"),
    );
    if package.site() == Site::Program {
        let slices = plural(package.slices.len(), "slice");
        out.push_str(&format!("  a program of {slices}\n"));
    }
    let shares = shares(graph, package, sources);
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    shares_text(&shares, sources).into_iter().for_each(&mut line);
    for delta in &planned.requirement_deltas {
        line(format!("  {}  {}", delta_text(delta), sources.place(delta.span)));
    }
    for overlap in &planned.overlaps {
        let (other, name) = (&overlap.other.name, requirement(&overlap.own));
        line(format!(
            "  note: `{other}` {} {name} too  {}",
            overlap.theirs.operation.verb(),
            sources.place(overlap.theirs.span)
        ));
    }
    for (task, (clauses, obligations)) in graph.tasks.iter().zip(&shares.of_tasks) {
        line(format!(
            "  {}  {}",
            label(task, package),
            sources.place(task.section)
        ));
        let mut parts = vec![
            plural(task.statements.len(), "statement"),
            plural(task.cases.len(), "case"),
        ];
        parts.extend(task.slice(package).map(scenarios));
        let besides = [(*clauses, "clause"), (*obligations, "obligation")];
        let besides = besides.into_iter().filter(|(count, _)| *count > 0);
        parts.extend(besides.map(|(count, kind)| plural(count, kind)));
        parts.push(format!(
            "about {} tokens of spec",
            grouped(planned.tokens(task, &shared, sources) as u64)
        ));
        parts.extend(task.declared(package).map(marks).unwrap_or_default());
        line(format!("    {}", parts.join(", ")));
        for edges in by_evidence(&task.depends_on) {
            line(format!("    after {}", evidence(&edges, sources)));
        }
    }
    out.push('\n');
    out
}

/// What binds besides statements, and what no task builds: no line where there is none.
fn shares_text(shares: &Shares, sources: &Sources) -> Vec<String> {
    let mut lines = Vec::new();
    let of_kinds = [("clause", shares.clauses), ("obligation", shares.obligations)];
    let shown = of_kinds.iter().filter(|(_, share)| share.total > 0);
    let shown = shown.map(|(kind, share)| {
        let count = plural(share.total, kind);
        format!(
            "{count} ({} in tasks, {} package-wide)",
            share.assigned, share.package_wide
        )
    });
    let shown: Vec<String> = shown.collect();
    if !shown.is_empty() {
        lines.push(format!("  {}", shown.join(", ")));
    }
    if !shares.nowhere.is_empty() {
        let count = |kind| shares.nowhere.iter().filter(|found| found.kind == kind).count();
        let kinds = [
            NowhereKind::Statement,
            NowhereKind::Clause,
            NowhereKind::Obligation,
        ];
        let counts = kinds.into_iter().map(|kind| (count(kind), kind.as_str()));
        let counts = counts.filter(|(count, _)| *count > 0);
        let counts: Vec<String> = counts.map(|(count, kind)| plural(count, kind)).collect();
        lines.push(format!("  nowhere: {} that no task builds", counts.join(", ")));
        for found in shares.nowhere.iter().take(SHOWN_NOWHERE) {
            let text = short(sources.slice(found.span));
            lines.push(format!("    {text}  {}", sources.place(found.span)));
        }
        if let Some(more) = shares
            .nowhere
            .len()
            .checked_sub(SHOWN_NOWHERE)
            .filter(|more| *more > 0)
        {
            lines.push(format!("    and {more} more: see `--format json`"));
        }
    }
    lines
}

fn requirement(delta: &RequirementDelta<'_>) -> String {
    if delta.capability.is_empty() {
        format!("`{}`", delta.name)
    } else {
        format!("`{}` of {}", delta.name, delta.capability)
    }
}

fn delta_text(delta: &RequirementDelta<'_>) -> String {
    let said = format!("{} {}", delta.operation.verb(), requirement(delta));
    match delta.operation {
        DeltaOperation::Renamed(name) => format!("{said} to `{name}`"),
        DeltaOperation::Delta(_) => said,
    }
}

/// What sets a declared task apart: its state, and how free it is.
fn marks(task: &DeclaredTask) -> Vec<String> {
    let state = (task.state != TaskState::Open).then(|| task.state.as_str().replace('_', " "));
    let optional = task.optional.then(|| "optional".to_string());
    let parallel = task.parallel.then(|| "parallel".to_string());
    state.into_iter().chain(optional).chain(parallel).collect()
}

/// The edges of a task, those with one reason and one place together.
fn by_evidence(edges: &[Edge]) -> Vec<Vec<&Edge>> {
    let mut groups: BTreeMap<(Span, &str), Vec<&Edge>> = BTreeMap::new();
    for edge in edges {
        groups
            .entry((edge.span, edge.rule.as_str()))
            .or_default()
            .push(edge);
    }
    let mut groups: Vec<Vec<&Edge>> = groups.into_values().collect();
    groups.sort_by_key(|edges| edges.first().map(|edge| (edge.rule, edge.span)));
    groups
}

fn evidence(edges: &[&Edge], sources: &Sources) -> String {
    let names: Vec<&str> = edges.iter().map(|edge| edge.to.as_str()).collect();
    let Some(first) = edges.first() else {
        return String::new();
    };
    let said = format!(
        "{}  {} ({})",
        names.join(", "),
        first.rule.as_str(),
        first.reason().as_str()
    );
    if first.rule.has_words() {
        format!(
            "{said}: {} {}",
            sources.place(first.span),
            short(sources.slice(first.span))
        )
    } else {
        said
    }
}

/// The graphs for Graphviz.
pub(crate) fn dot(graphs: &[PlannedPackage<'_>]) -> String {
    let mut out = "digraph ghostc {\n  rankdir=LR;\n  node [shape=box];\n".to_string();
    for PlannedPackage { package, graph, .. } in graphs {
        for task in &graph.tasks {
            let name = |id: &str| quoted(&format!("{}/{id}", package.name));
            let shape = if task.kind == TaskKind::Checkpoint {
                " shape=hexagon"
            } else {
                ""
            };
            let style = if is_done(task, package) {
                " style=filled"
            } else {
                ""
            };
            out.push_str(&format!(
                "  {} [label={}{shape}{style}];\n",
                name(&task.id),
                quoted(&node_label(task, package))
            ));
            for edge in &task.depends_on {
                let style = if edge.reason() == Reason::Inferred {
                    "dashed"
                } else {
                    "solid"
                };
                out.push_str(&format!(
                    "  {} -> {} [style={style}];\n",
                    name(&edge.to),
                    name(&task.id)
                ));
            }
        }
    }
    out + "}\n"
}

/// What stands in a task's box.
fn node_label(task: &Task, package: &Package) -> String {
    match task.origin {
        Origin::Package | Origin::Section(_) => task.id.clone(),
        Origin::Declared(_) | Origin::Requirement(_) | Origin::Scenario(_) => label(task, package),
        Origin::Slice(_) => {
            let scenarios = task.slice(package).map(scenarios).unwrap_or_default();
            format!("{}: {scenarios}", task.id)
        }
    }
}

fn is_done(task: &Task, package: &Package) -> bool {
    task.declared(package)
        .is_some_and(|task| task.state == TaskState::Done)
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A label as Mermaid shows it: its own entities stand for what it would take for HTML, Markdown or the end of the label.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("#quot;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '&' => out.push_str("#amp;"),
            '#' => out.push_str("#35;"),
            '`' => out.push_str("#96;"),
            _ => out.push(c),
        }
    }
    out
}

/// The most arrows that Mermaid draws, and the most characters that it reads, where nobody tells it otherwise.
const MERMAID_EDGES: usize = 500;
const MERMAID_CHARACTERS: usize = 50_000;

/// Why Mermaid will not show a drawing as it is: in the place of a graph that is too large it shows an error.
pub(crate) fn beyond_mermaid(drawing: &str) -> Option<String> {
    let is_arrow = |line: &&str| line.contains("-> ") && !line.contains('"');
    let edges = drawing.lines().filter(is_arrow).count();
    let characters = drawing.chars().count();
    let said = match (edges > MERMAID_EDGES, characters > MERMAID_CHARACTERS) {
        (false, false) => return None,
        (true, false) => format!(
            "{} arrows, and Mermaid draws {MERMAID_EDGES}",
            grouped(edges as u64)
        ),
        (_, true) => format!(
            "{} characters, and Mermaid reads {}",
            grouped(characters as u64),
            grouped(MERMAID_CHARACTERS as u64)
        ),
    };
    Some(format!(
        "warning: this graph has {said}\nhelp: name fewer packages, or raise `maxEdges` and `maxTextSize` where it is shown; `--format dot` has no limit"
    ))
}

/// The graphs for Mermaid.
pub(crate) fn mermaid(graphs: &[PlannedPackage<'_>]) -> String {
    let mut out = "flowchart LR\n".to_string();
    let mut done = Vec::new();
    for (at, PlannedPackage { package, graph, .. }) in graphs.iter().enumerate() {
        let tasks = graph.tasks.iter().enumerate();
        let nodes: BTreeMap<&str, String> = tasks
            .rev()
            .map(|(task, found)| (found.id.as_str(), format!("p{at}t{task}")))
            .collect();
        let node = |id: &str| nodes.get(id).map_or("", String::as_str);
        out.push_str(&format!("  subgraph p{at}[\"{}\"]\n", entities(&package.name)));
        for task in &graph.tasks {
            let label = entities(&node_label(task, package));
            out.push_str(&format!("    {}[\"{label}\"]\n", node(&task.id)));
            done.extend(is_done(task, package).then(|| node(&task.id).to_string()));
        }
        out.push_str("  end\n");
        for (task, edge) in graph
            .tasks
            .iter()
            .flat_map(|task| task.depends_on.iter().map(move |edge| (task, edge)))
        {
            let arrow = if edge.reason() == Reason::Inferred {
                "-.->"
            } else {
                "-->"
            };
            out.push_str(&format!("  {} {arrow} {}\n", node(&edge.to), node(&task.id)));
        }
    }
    if !done.is_empty() {
        out.push_str(&format!(
            "  classDef done fill:#ddd\n  class {} done\n",
            done.join(",")
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_mermaid_would_not_show_is_told() {
        let graph = |edges: usize| "flowchart LR\n".to_string() + &"  p0t0 --> p0t1\n".repeat(edges);
        assert_eq!(beyond_mermaid(&graph(MERMAID_EDGES)), None);
        assert!(beyond_mermaid(&graph(MERMAID_EDGES + 1)).is_some_and(|said| said.contains("501 arrows")));
        let long = format!("    p0t0[\"{}\"]\n", "a -> ".repeat(MERMAID_CHARACTERS / 5));
        assert!(beyond_mermaid(&long).is_some_and(|said| said.contains("characters")));
    }

    #[test]
    fn a_label_of_mermaid_shows_what_would_be_html() {
        assert_eq!(
            entities("Make `Vec<u8>` & \"b\" #1"),
            "Make #96;Vec#lt;u8#gt;#96; #amp; #quot;b#quot; #35;1"
        );
    }
}
