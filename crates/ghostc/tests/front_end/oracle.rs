//! What must hold of any files whatever: one function that takes them through everything before the agent.

use crate::spans;
use ghostc_diff::diff::diff;
use ghostc_lint::{Goal, analyze};
use ghostc_plan::{TaskGraph, plan};
use ghostc_spec::id_range::IdRange;
use ghostc_spec::resolve::Input;
use ghostc_spec::{Library, Settings};
use ghostc_syntax::render::{Style, render};
use ghostc_syntax::{BlockKind, Checked, Source, Sources};
use std::collections::{BTreeMap, BTreeSet};

/// Files by path.
pub(crate) type Files = BTreeMap<String, String>;

/// Takes files through parsing, checks, planning and a comparison with themselves. What does not hold is the error.
pub(crate) fn judge(files: &Files) -> Result<(), String> {
    let (sources, checked) = front_end(files.iter(), 1);
    all_well(&spans::misplaced(&checked.value, &sources))?;
    all_well(&spans::misplaced_findings(&checked.diagnostics, &sources))?;
    for found in &checked.diagnostics {
        render(found, &sources, Style::default());
    }
    same_in_any_order(files, &sources, &checked)?;
    same_however_lines_end(files, &facts(&checked.value, &sources))?;
    let Ok((library, _)) = checked.strict() else {
        return Ok(());
    };
    let planned = plan(&library, &sources, &Settings::default(), &|_| true);
    all_well(&spans::misplaced_findings(&planned.diagnostics, &sources))?;
    for graph in &planned.value {
        adds_up(&library, graph)?;
    }
    let same = diff((&library, &sources), (&library, &sources), &planned.value);
    let changes: Vec<String> = same.changes().map(|change| format!("{change:?}")).collect();
    all_well(&changes).map_err(|why| format!("a diff of files with themselves is not empty: {why}"))
}

fn all_well(wrong: &[String]) -> Result<(), String> {
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

pub(crate) fn front_end<'f>(
    files: impl Iterator<Item = (&'f String, &'f String)>,
    threads: usize,
) -> (Sources, Checked<Library>) {
    let mut sources = Sources::default();
    let mut paths = BTreeSet::new();
    for (path, text) in files {
        sources.add(Source::new(path, text.as_str()));
        let ends = path.match_indices('/').map(|(at, _)| at + 1);
        paths.extend(ends.filter_map(|end| path.get(..end)).map(str::to_string));
        paths.insert(path.clone());
    }
    let packages = ghostc_spec::discover::discover_in(&sources);
    let checked = analyze(
        Input {
            sources: &sources,
            existing: &paths,
            settings: &Settings::default(),
        },
        &packages,
        threads,
        Goal::Everything,
    );
    (sources, checked)
}

/// All that is known, with paths in place of the numbers of files.
fn told(sources: &Sources, checked: &Checked<Library>) -> String {
    let mut told = format!("{:?}\n{:?}", checked.value, checked.diagnostics);
    for (file, source) in sources.iter() {
        told = told.replace(&format!("{file:?},"), &format!("<{}>,", source.path));
        told = told.replace(&format!("{file:?} "), &format!("<{}> ", source.path));
    }
    told
}

/// Neither the order in which files are given nor the count of threads can be seen.
fn same_in_any_order(files: &Files, sources: &Sources, checked: &Checked<Library>) -> Result<(), String> {
    let (turned, other) = front_end(files.iter().rev(), 2);
    let (first, second) = (told(sources, checked), told(&turned, &other));
    if sorted_findings(&first) == sorted_findings(&second) {
        return Ok(());
    }
    let at = first
        .bytes()
        .zip(second.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    let around = |text: &str| {
        let (from, to) = (
            text.floor_char_boundary(at.saturating_sub(200)),
            text.floor_char_boundary(at + 200),
        );
        text.get(from..to).unwrap_or_default().to_string()
    };
    Err(format!(
        "the order of files shows: {}\n instead of {}",
        around(&second),
        around(&first)
    ))
}

/// Findings are sorted by the number of their file, which is what differs.
fn sorted_findings(told: &str) -> (String, BTreeMap<String, usize>) {
    let (library, findings) = told.rsplit_once('\n').unwrap_or((told, ""));
    let mut counts = BTreeMap::new();
    for found in findings.split("Diagnostic {") {
        *counts
            .entry(found.trim_end_matches([' ', ',', ']']).to_string())
            .or_default() += 1;
    }
    (library.to_string(), counts)
}

/// Lines that end as on Windows and a byte order mark change no fact and no line.
fn same_however_lines_end(files: &Files, wanted: &[String]) -> Result<(), String> {
    let all = || files.values();
    if all().any(|text| text.contains('\r') || text.starts_with('\u{feff}')) {
        return Ok(());
    }
    let rewrite = |change: &dyn Fn(&str) -> String| -> Vec<String> {
        let files: Files = files
            .iter()
            .map(|(path, text)| (path.clone(), change(text)))
            .collect();
        let (sources, checked) = front_end(files.iter(), 1);
        facts(&checked.value, &sources)
    };
    let windows = rewrite(&|text| text.replace('\n', "\r\n"));
    differs("with lines that end in CRLF", wanted, &windows)?;
    differs(
        "with a byte order mark",
        wanted,
        &rewrite(&|text| format!("\u{feff}{text}")),
    )
}

fn differs(how: &str, wanted: &[String], got: &[String]) -> Result<(), String> {
    if wanted == got {
        return Ok(());
    }
    let (missing, extra) = (without(wanted, got), without(got, wanted));
    if missing.is_empty() && extra.is_empty() {
        let at = wanted.iter().zip(got).position(|(fact, other)| fact != other);
        let first = |facts: &[String]| at.and_then(|at| facts.get(at).cloned());
        return Err(format!(
            "{how}, the order of the facts is another: {:?} where {:?} was",
            first(got),
            first(wanted)
        ));
    }
    Err(format!("{how}: missing {missing:#?}, extra {extra:#?}"))
}

/// The facts that are not among others, each as often as it lacks there.
fn without<'f>(facts: &'f [String], others: &[String]) -> Vec<&'f String> {
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    for other in others {
        *counts.entry(other).or_default() += 1;
    }
    let lacks = |fact: &&String| match counts.get_mut(*fact) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    facts.iter().filter(lacks).collect()
}

/// The facts of a library by line, without what lies between lines.
fn facts(library: &Library, sources: &Sources) -> Vec<String> {
    let mut all = Vec::new();
    for package in &library.packages {
        all.push(format!(
            "package {:?} {:?} {:?} at {}",
            package.name,
            package.title,
            package.version,
            sources.place(package.name_span)
        ));
        for document in &package.documents {
            let spec = &document.spec;
            for (found, anchor) in spec.headings.iter().zip(spec.anchors()) {
                let (end, _) = sources.positions(found.section());
                all.push(format!(
                    "{}: heading {} {:?} #{} {:?} {end:?} {:?}",
                    sources.place(found.span),
                    found.level,
                    found.text,
                    anchor,
                    found.number,
                    found.signature
                ));
            }
            for found in &spec.blocks {
                let kind = if let BlockKind::Code(code) = &found.kind {
                    format!("code {}", code.lang)
                } else {
                    format!("{:?}", found.kind)
                };
                let (start, end) = sources.positions(found.span);
                all.push(format!("{kind} {start:?} {end:?} {:?}", found.heading()));
            }
            for found in &spec.statements {
                let words = found
                    .keywords
                    .iter()
                    .map(|used| (used.keyword.text, sources.positions(used.span)));
                let words: Vec<_> = words.collect();
                all.push(format!(
                    "{:?} {} {words:?}",
                    sources.positions(found.span),
                    found.strength.as_str()
                ));
            }
            for found in &spec.items {
                let check = found.check.as_deref().map(|check| (check.mark, check.star));
                let line = sources.place(found.span);
                all.push(format!(
                    "{line}: item {:?} {:?} {check:?}",
                    found.number,
                    found.parent()
                ));
            }
        }
        let references = package.references.iter();
        all.extend(references.map(|found| {
            format!(
                "{}: {} {} {:?}",
                sources.place(found.span),
                found.kind,
                found.target,
                found.resolved
            )
        }));
        let cases = package.cases.iter();
        all.extend(cases.map(|found| {
            format!(
                "{}: case {} {:?} {}",
                sources.place(found.span),
                found.id,
                found.expect,
                found.input_text
            )
        }));
        declared(package, sources, &mut all);
    }
    all
}

fn declared(package: &ghostc_spec::Package, sources: &Sources, all: &mut Vec<String>) {
    let facts = &package.facts;
    for found in &facts.requirements {
        let line = sources.place(found.span);
        let criteria = found
            .criteria
            .iter()
            .map(|criterion| (&criterion.id, sources.line(criterion.span), criterion.ears));
        let criteria: Vec<_> = criteria.collect();
        all.push(format!(
            "{line}: requirement {:?} {:?} {criteria:?}",
            found.id, found.strength
        ));
    }
    for found in &facts.scenarios {
        let steps: Vec<_> = found
            .steps
            .iter()
            .map(|step| (step.kind, sources.line(step.span)))
            .collect();
        all.push(format!(
            "{}: scenario {:?} {steps:?}",
            sources.place(found.span),
            found.id(&package.facts)
        ));
    }
    for found in &facts.tasks {
        let ids = |ranges: &[IdRange]| -> Vec<String> { ranges.iter().flat_map(IdRange::ids).collect() };
        let files: Vec<&str> = found.files.iter().map(|file| file.name.as_str()).collect();
        all.push(format!(
            "{}: task {:?} {:?} {:?} {} {} {:?} {:?} {:?}",
            sources.place(found.span),
            found.id,
            found.title,
            found.state,
            found.optional,
            found.parallel,
            ids(&found.requirements),
            ids(&found.depends_on),
            files
        ));
    }
}

/// Every statement belongs to one task or to the package, and no task waits for itself.
fn adds_up(library: &Library, graph: &TaskGraph) -> Result<(), String> {
    let Some(package) = library.packages.get(graph.index) else {
        return Err(format!("there is no package {}", graph.index));
    };
    let counts = graph.counts(package);
    let assigned = graph.tasks.iter().flat_map(|task| &task.statements);
    let shared: BTreeSet<&usize> = assigned.chain(&graph.package_wide).collect();
    if counts.assigned + counts.package_wide != counts.statements || shared.len() != counts.statements {
        return Err(format!("statements are lost or told twice: {counts:?}"));
    }
    let waits = graph
        .tasks
        .iter()
        .find(|task| graph.dependencies_of(task).contains(task.id.as_str()));
    waits.map_or(Ok(()), |task| Err(format!("`{}` waits for itself", task.id)))
}
