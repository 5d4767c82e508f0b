//! Print the facts: what the compiler understood of a spec, with places.

use crate::exit::{Exit, Outcome};
use crate::global::{Format, Global};
use crate::{json, output};
use ghostc_project::InspectRequest;
use ghostc_project::host::Host;
use ghostc_project::wording::plural;
use ghostc_spec::clauses::{Clauses, clauses};
use ghostc_spec::content::name_statements;
use ghostc_spec::library::Package;
use ghostc_syntax::{Sources, collapse_whitespace};
use std::fmt::Write as _;
use std::path::PathBuf;

/// Arguments of `ghostc inspect`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Files or folders; without any, the project's packages
    paths: Vec<PathBuf>,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    let format = global.format(&[Format::Json])?;
    let host = Host::disk();
    let request = InspectRequest {
        paths: args.paths.clone(),
        project: global.project.clone(),
    };
    let found = ghostc_project::inspect(&request, &host)?;
    if format == Format::Json {
        let lock = ghostc_project::read_lock(&request, &host)?;
        output::print_json(&json::inspect(&found, &lock));
    } else {
        let packages = found.library.packages.iter();
        let text: String = packages
            .map(|package| describe(package, &found.sources))
            .collect();
        output::print(&text);
        output::say_tally(&found.findings, &found.sources, global);
        if !global.quiet {
            output::say_skipped(&found.skipped);
        }
    }
    // The process ends here: giving back the memory of a large tree piece by piece would cost a part of the run.
    std::mem::forget(found);
    Ok(Exit::Fine)
}

fn describe(package: &Package, sources: &Sources) -> String {
    let mut out = String::new();
    let version = package
        .version
        .as_ref()
        .map(|version| format!(" {version}"))
        .unwrap_or_default();
    let read = clauses(package, sources);
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!(
        "{}{version}  {}  {}",
        package.name,
        package.dialect.as_str(),
        package.root
    ));
    let counts = counts(package, &read);
    line(format!("  {}", counts.join(", ")));
    for operation in &package.operations {
        line(format!(
            "  operation  {}  {}",
            operation.signature.text,
            sources.place(operation.span)
        ));
    }
    for (statement, name) in package.statements.iter().zip(name_statements(package, sources)) {
        let place = sources.place(statement.span);
        line(format!(
            "  {:<10} {}  {place}",
            statement.strength.as_str(),
            name.text
        ));
    }
    for (kind, found) in [("clause", &read.clauses), ("obligation", &read.obligations)] {
        for clause in found {
            let text = collapse_whitespace(sources.slice(clause.span));
            line(format!("  {kind:<10} {text}  {}", sources.place(clause.span)));
        }
    }
    for reference in &package.references {
        let state = match reference.resolved {
            Some(true) => reference
                .to
                .map_or("exists".to_string(), |to| format!("→ {}", sources.place(to))),
            Some(false) => "leads nowhere".to_string(),
            None => "not followed".to_string(),
        };
        line(format!(
            "  {:<10} {}  {}  {state}",
            reference.kind,
            reference.target,
            sources.place(reference.span)
        ));
    }
    for case in &package.cases {
        let mark = match (&case.skip, case.held_out, case.is_example) {
            (Some(_), ..) => "skipped",
            (None, true, _) => "held out",
            (None, false, true) => "example",
            (None, false, false) => "case",
        };
        line(format!("  {mark:<10} {}  {}", case.id, sources.place(case.span)));
    }
    for scenario in package.slices.iter().flat_map(|slice| &slice.scenarios) {
        let mark = match (scenario.todo, scenario.held_out) {
            (true, _) => "to do",
            (false, true) => "held out",
            (false, false) => "scenario",
        };
        line(format!(
            "  {mark:<10} {}  {}",
            scenario.id,
            sources.place(scenario.span)
        ));
    }
    writeln!(out).expect("writing to a string");
    out
}

/// What a package has, in words.
fn counts(package: &Package, read: &Clauses) -> Vec<String> {
    let held_out = package.cases.iter().filter(|case| case.held_out).count();
    let mut counts = vec![
        plural(package.operations.len(), "operation"),
        plural(package.statements.len(), "statement"),
        plural(read.clauses.len(), "clause"),
        plural(read.obligations.len(), "obligation"),
        format!("{} ({held_out} held out)", plural(package.cases.len(), "case")),
        plural(package.references.len(), "reference"),
    ];
    let scenarios = package.slices.iter().flat_map(|slice| &slice.scenarios);
    if !package.slices.is_empty() {
        let held_out = scenarios.clone().filter(|found| found.held_out).count();
        let scenarios = plural(scenarios.count(), "scenario");
        counts.push(format!("{scenarios} ({held_out} held out)"));
    }
    counts
}
