//! Files of scenarios into [`Slice`]s: what they say, what they include, and what of the spec they show.
//!
//! [`read`] is the entry. A file that lies in `scenarios/` is a slice; what lies in a folder below is there to be included.

mod expand;
mod expectations;
mod fakes;
mod file;
pub mod keys;
mod lapse;
mod links;
mod names;
mod patterns;
mod proofs;
mod reader;
mod schema;
mod steps;
mod uses;
mod variables;

use crate::held_out;
use crate::library::Package;
use crate::slice::{Proof, ProofTarget, Scenario, Slice};
use crate::{codes, layout};
use expand::{Expanded, Expander, MOST_STEPS, Shared};
use file::WrittenFile;
use ghostc_syntax::{Diagnostic, FileId, Sources, Span};
use proofs::Provable;
use reader::ScenarioReader;
pub use schema::schema;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Reads the slices of a package from its files, in the order of their names; `share` of the scenarios of each are held
/// out where nobody says.
pub fn read(
    package: &Package,
    files: &[FileId],
    sources: &Sources,
    share: f64,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Slice> {
    let mut reader = ScenarioReader::new(Vec::new(), MOST_STEPS);
    let mut slices: Vec<(String, WrittenFile)> = Vec::new();
    let mut shared: BTreeMap<String, Option<WrittenFile>> = BTreeMap::new();
    for file in files {
        let source = sources.get(*file);
        let path = layout::below_scenarios(&package.root, &source.path).unwrap_or(&source.path);
        let is_slice = !path.contains('/');
        let read = file::read(*file, &source.text, path, is_slice);
        reader.findings.extend(read.diagnostics);
        if !is_slice {
            shared.insert(path.to_string(), read.value);
        } else if let Some(written) = read.value {
            let name = path.rsplit_once('.').map_or(path, |(name, _)| name);
            slices.push((name.to_string(), written));
        }
    }
    slices.sort_by(|a, b| a.0.cmp(&b.0));
    let by_name: Vec<(String, &WrittenFile)> = slices
        .iter()
        .map(|(name, written)| (name.clone(), written))
        .collect();
    let mut orders = links::orders(&by_name, &mut reader).into_iter();
    let mut package_reader = PackageReader {
        package,
        sources,
        shared: &shared,
        reader: &mut reader,
        provable: None,
        included: BTreeSet::new(),
    };
    let mut out = Vec::new();
    for (name, written) in &by_name {
        let after = orders.next().unwrap_or_default();
        out.push(package_reader.slice(name, written, after, share));
    }
    let included = package_reader.included;
    for (path, written) in &shared {
        if let Some(written) = written.as_ref().filter(|_| !included.contains(path)) {
            let message = format!("no slice includes `{path}`");
            let found = Diagnostic::new(codes::UNUSED_INCLUDE, Span::start_of(written.file), message);
            let help = format!("Write `include: {path}` where it is needed, or take the file out.");
            reader.findings.push(found.help(help));
        }
    }
    findings.append(&mut reader.findings);
    out
}

/// Tells what of a package some words stand for in `proves`; nothing where that is not one thing.
pub fn proof_finder(package: &Package, sources: &Sources) -> impl Fn(&str) -> Option<ProofTarget> + use<> {
    let provable = Provable::new(package, sources);
    let nowhere = Span::start_of(FileId(0));
    move |words| provable.find(words, nowhere, &mut ScenarioReader::new(Vec::new(), 0))
}

struct PackageReader<'p> {
    package: &'p Package,
    sources: &'p Sources,
    shared: &'p BTreeMap<String, Option<WrittenFile>>,
    reader: &'p mut ScenarioReader,
    /// What can be shown, once somebody says that something is.
    provable: Option<Provable>,
    included: BTreeSet<String>,
}

impl<'p> PackageReader<'p> {
    fn slice(
        &mut self,
        name: &str,
        written: &WrittenFile,
        after: Vec<(usize, Option<Span>)>,
        share: f64,
    ) -> Slice {
        let covers = links::covered(written, &self.package.documents, self.reader);
        let heads = self.heads(written);
        let all: Vec<&WrittenFile> = heads.iter().copied().chain([written]).collect();
        let shared = Shared::new(&all, self.reader);
        let mut ids = BTreeMap::new();
        let mut expanded = Vec::new();
        for scenario in &written.scenarios {
            let mut expander = Expander {
                slice: name,
                shared: &shared,
                sources: self.sources,
                written: scenario,
                reader: self.reader,
            };
            expanded.extend(expander.expand(&mut ids));
        }
        let said: Vec<bool> = expanded.iter().map(|found| found.held_out.is_some()).collect();
        let mut targets = BTreeMap::new();
        let mut scenarios: Vec<Scenario> = expanded
            .into_iter()
            .map(|found| self.scenario(found, &mut targets))
            .collect();
        let free: Vec<(&str, usize)> = scenarios
            .iter()
            .zip(said)
            .enumerate()
            .filter(|(_, (found, said))| !said && !found.todo)
            .map(|(at, (found, _))| (found.id.as_str(), at))
            .collect();
        let judged = scenarios.iter().filter(|found| !found.todo).count();
        for at in held_out::chosen(free, held_out::wanted(judged, share)) {
            if let Some(found) = scenarios.get_mut(at) {
                found.held_out = true;
            }
        }
        Slice {
            name: name.to_string(),
            file: written.file,
            span: Span::start_of(written.file),
            covers,
            after,
            includes: heads.iter().map(|head| head.path.clone()).collect(),
            program: written.program.clone(),
            scenarios,
        }
    }

    /// The files that a slice includes, in order.
    fn heads(&mut self, written: &WrittenFile) -> Vec<&'p WrittenFile> {
        let mut heads: Vec<&WrittenFile> = Vec::new();
        for (path, span) in &written.include {
            let plain = path.strip_prefix("./").unwrap_or(path);
            if let Some(head) = self.shared.get(plain) {
                if !self.included.insert(plain.to_string()) && heads.iter().any(|known| known.path == plain) {
                    let message = format!("`{path}` is included twice");
                    self.reader.report(codes::REPEATED_NAME, *span, message);
                    continue;
                }
                heads.extend(head);
                continue;
            }
            let known: Vec<&str> = self.shared.keys().map(String::as_str).collect();
            let message = format!("there is no file `{path}` below `scenarios/` to include");
            let found = Diagnostic::new(codes::UNKNOWN_INCLUDE, *span, message);
            let found = found.suggest(path, *span, &known);
            self.reader.findings.push(if found.help.is_none() {
                found.help(
                    "Put it into a folder below, as `shared/`: what lies in `scenarios/` itself is a slice.",
                )
            } else {
                found
            });
        }
        heads
    }

    /// A scenario with what it shows; the words of the rows of one scenario are looked up once.
    fn scenario(&mut self, found: Expanded, targets: &mut BTreeMap<Span, Option<ProofTarget>>) -> Scenario {
        let mut proves = Vec::new();
        for (words, span, step) in &found.proves {
            let (package, sources) = (self.package, self.sources);
            let provable = self
                .provable
                .get_or_insert_with(|| Provable::new(package, sources));
            let target = *targets
                .entry(*span)
                .or_insert_with(|| provable.find(words, *span, self.reader));
            proves.extend(target.map(|target| Proof {
                target,
                span: *span,
                step: *step,
            }));
        }
        Scenario {
            id: found.id,
            name: found.name,
            row: found.row,
            held_out: found.held_out.unwrap_or(false),
            todo: found.todo,
            proves,
            script: Arc::new(found.script),
            span: found.span,
        }
    }
}

#[cfg(test)]
mod tests;
