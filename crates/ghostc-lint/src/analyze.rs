//! The front end as one function: parse, resolve, checks, circles among tasks, what comments allow, levels.

use crate::{allow, checks, levels};
use ghostc_plan::plan::find_faults;
use ghostc_spec::facts::Facts;
use ghostc_spec::layout::PackageFiles;
use ghostc_spec::library::{Dialect, Library, Package};
use ghostc_spec::resolve::{Input, resolve_with};
use ghostc_syntax::diagnostic::sort;
use ghostc_syntax::{Checked, Diagnostic, Severity};

/// What a caller wants of the front end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// The library and every finding.
    Everything,
    /// The library, and of the findings those that keep a spec from being built.
    Facts,
    /// The findings alone, circles among tasks included: the packages that come back have names and no facts, but for one
    /// that is most of the work. Facts take several times the memory of the text, and much of the time of a large tree
    /// goes into getting that.
    Findings,
}

/// Parses, resolves and checks some packages on up to `threads` threads; the result does not depend on how many.
///
/// Gives the packages, sorted by name, and the findings, sorted by place.
pub fn analyze(input: Input<'_>, packages: &[PackageFiles], threads: usize, goal: Goal) -> Checked<Library> {
    let Input {
        sources, settings, ..
    } = input;
    let asked = match goal {
        Goal::Facts => Some(levels::for_errors(settings)),
        Goal::Everything | Goal::Findings => None,
    };
    let input = Input {
        settings: asked.as_ref().unwrap_or(settings),
        ..input
    };
    let settings = input.settings;
    let of_documents = checks::of_documents(settings);
    let (resolved, allows) = resolve_with(
        input,
        packages,
        threads,
        |context, findings| {
            for check in &of_documents {
                check(context, sources, findings);
            }
        },
        |package, threads, findings| {
            findings.extend(checks::run(package, sources, settings, threads));
            let allows = allow::read(&package.documents, sources, findings);
            if goal == Goal::Findings {
                if !findings.iter().any(|found| found.severity == Severity::Error) {
                    find_faults(package, sources, settings, findings);
                }
                // What is most of the work is given back with the process: nothing is left to do that could use its
                // memory.
                if threads == 1 {
                    drop_facts(package);
                }
            }
            allows
        },
    );
    let (library, mut findings) = (resolved.value, resolved.diagnostics);
    checks::run_across(&library, sources, settings, &mut findings);
    let allows: Vec<_> = allows.into_iter().flatten().collect();
    allow::apply(&allows, settings, &mut findings);
    settings.apply_levels(&mut findings);
    if goal == Goal::Facts {
        findings.retain(|found: &Diagnostic| found.severity == Severity::Error);
    }
    sort(&mut findings);
    Checked::new(library, findings)
}

/// Lets go of what no check across packages reads.
fn drop_facts(package: &mut Package) {
    package.documents = Vec::new();
    package.case_files = Vec::new();
    package.operations = Vec::new();
    package.cases = Vec::new();
    package.statements = Vec::new();
    package.references = Vec::new();
    package.slices = Vec::new();
    package.transcripts = Vec::new();
    // Changes are compared with what they are made to.
    if package.dialect != Dialect::OpenSpec {
        package.facts = Facts::default();
    }
}

#[cfg(test)]
mod tests;
