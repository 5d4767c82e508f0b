//! List the cases that are read, by operation, with places.

use crate::exit::{Exit, Outcome};
use crate::global::{Format, Global};
use crate::{json, output};
use ghostc_project::InspectRequest;
use ghostc_project::host::Host;
use ghostc_project::wording::plural;
use ghostc_spec::library::{Case, Package};
use ghostc_syntax::Sources;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Arguments of `ghostc cases`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Packages, by name or folder; without any, all of the project
    packages: Vec<PathBuf>,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    let format = global.format(&[Format::Json])?;
    let request = InspectRequest {
        paths: args.packages.clone(),
        project: global.project.clone(),
    };
    let found = ghostc_project::inspect(&request, &Host::disk())?;
    // A package without operations has no cases to list; one that was asked for is shown all the same.
    let is_shown = |package: &&Package| !package.cases.is_empty() || !args.packages.is_empty();
    let packages: Vec<&Package> = found.library.packages.iter().filter(is_shown).collect();
    if format == Format::Json {
        output::print_json(&json::cases(&packages, &found.sources));
    } else {
        let texts = packages.iter().map(|package| listed(package, &found.sources));
        output::print(&texts.collect::<Vec<_>>().join("\n"));
    }
    output::say_tally(&found.findings, &found.sources, global);
    Ok(Exit::Fine)
}

fn listed(package: &Package, sources: &Sources) -> String {
    let held_out = package.cases.iter().filter(|case| case.held_out).count();
    let not_judged = package.cases.iter().filter(|case| case.skip.is_some()).count();
    let mut out = format!(
        "{}  {}, {held_out} held out, {not_judged} not judged\n",
        package.name,
        plural(package.cases.len(), "case")
    );
    for (operation, cases) in json::by_operation(package) {
        let known = cases.iter().any(|case| case.operation.is_some());
        let unknown = if known { "" } else { "  no operation of the spec" };
        out.push_str(&format!("  {operation}  {}{unknown}\n", counted(&cases)));
        for case in cases {
            let mark = mark(case);
            out.push_str(&format!(
                "    {mark:<9} {}  {}\n",
                case.name,
                sources.place(case.span)
            ));
        }
    }
    out
}

/// How many cases of each kind.
fn counted(cases: &[&Case]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for case in cases {
        *counts.entry(json::expected(case).0).or_default() += 1;
    }
    let kinds = counts.iter().map(|(kind, count)| format!("{count} {kind}"));
    format!(
        "{}: {}",
        plural(cases.len(), "case"),
        kinds.collect::<Vec<_>>().join(", ")
    )
}

/// What is particular about a case.
fn mark(case: &Case) -> &'static str {
    if case.skip.is_some() {
        "skip"
    } else if case.held_out {
        "held out"
    } else {
        json::expected(case).0
    }
}
