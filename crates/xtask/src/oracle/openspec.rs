//! `openspec validate`: what OpenSpec's own validator finds in a project, ghostc finds there too.
//!
//! Every OpenSpec tree of the corpora is judged as it is, and then damaged: each round damages every document of it once.
//! An error or warning of the validator is met by a finding of ghostc at the same file and line. Which codes meet which
//! message is in `oracle/openspec.json`, and so is what is not to be met, with a reason; a message in neither is a miss.

mod issues;
mod known;
mod mutants;
mod trees;

use super::{OracleSetup, Stop, json, tools};
use crate::folder;
use issues::Issue;
use known::Known;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use trees::Files;

const PACKAGE: &str = "@fission-ai/openspec@1.13.2";
/// Misses of a kind that are shown; all are counted.
const SHOWN: usize = 8;

/// What was compared in all.
#[derive(Default)]
struct Tally {
    projects: usize,
    documents: usize,
    issues: usize,
    listed: BTreeMap<String, usize>,
    /// Findings of ghostc in documents of which the validator says nothing, by code.
    beyond: BTreeMap<String, usize>,
    /// What nothing meets, by the kind of message, with each place and damage.
    misses: BTreeMap<String, BTreeSet<String>>,
}

pub(super) fn run(setup: &OracleSetup) -> Result<(), Stop> {
    let programs = tools::npm(&setup.folder, &[PACKAGE])?;
    let openspec = programs.join("openspec");
    let known = Known::read()?;
    let trees = trees::of(&setup.corpora)?;
    let pool: Vec<String> = trees
        .iter()
        .flat_map(|(_, files)| files.values().flat_map(|text| text.lines().map(str::to_string)))
        .collect();
    let mut tally = Tally::default();
    for (name, files) in &trees {
        for round in setup.rounds.clone() {
            let (files, deeds) = match round {
                0 => (files.clone(), BTreeMap::new()),
                _ => mutants::damaged(files, &pool, setup.seed, round),
            };
            let project = setup.folder.join("projects").join(name.replace('/', "-"));
            write(&project, &files)?;
            let issues = validate(&openspec, &project, &files)?;
            let found = check(&setup.ghostc, &project)?;
            tally.add(
                &known,
                &format!("{name} round {round}"),
                (&files, &deeds),
                &issues,
                &found,
            );
        }
    }
    tally.print();
    match tally.count() {
        0 => Ok(()),
        count => Err(Stop::Failed(format!("{count} misses"))),
    }
}

/// A finding of ghostc.
struct ReportedFinding {
    code: String,
    severity: String,
    file: String,
    /// Its own line, and those of its labels.
    lines: Vec<usize>,
}

fn write(project: &Path, files: &Files) -> Result<(), String> {
    folder::emptied(project)?;
    for (path, text) in files {
        folder::write(&project.join(path), text.as_bytes())?;
    }
    Ok(())
}

/// What the validator says of a project, with and without `--strict`.
fn validate(openspec: &Path, project: &Path, files: &Files) -> Result<Vec<Issue>, String> {
    let mut all = Vec::new();
    for strict in [&["--strict"][..], &[]] {
        let mut command = Command::new(openspec);
        command
            .args(["validate", "--all", "--json"])
            .args(strict)
            .env("OPENSPEC_TELEMETRY", "0")
            .env("DO_NOT_TRACK", "1")
            .current_dir(project);
        let report = json::output(&mut command)?;
        for item in json::list(&report, "items") {
            for issue in json::list(item, "issues") {
                if json::text(issue, "level") != "INFO" {
                    all.push(issues::located(item, issue, files));
                }
            }
        }
    }
    all.sort();
    all.dedup();
    Ok(all)
}

fn check(ghostc: &Path, project: &Path) -> Result<Vec<ReportedFinding>, String> {
    let mut command = Command::new(ghostc);
    command
        .args(["check", ".", "--format", "json"])
        .current_dir(project);
    let report = json::output(&mut command)?;
    let found = json::list(&report, "diagnostics").iter();
    Ok(found
        .map(|found| ReportedFinding {
            code: json::text(found, "code").to_string(),
            severity: json::text(found, "severity").to_string(),
            file: json::text(found, "file").to_string(),
            lines: std::iter::once(found)
                .chain(json::list(found, "labels"))
                .filter(|place| json::text(place, "file") == json::text(found, "file"))
                .filter_map(|place| json::number(place, "line"))
                .collect(),
        })
        .collect())
}

impl Tally {
    fn add(
        &mut self,
        known: &Known,
        name: &str,
        (files, deeds): (&Files, &BTreeMap<String, String>),
        issues: &[Issue],
        found: &[ReportedFinding],
    ) {
        self.projects += 1;
        self.documents += files.len();
        self.issues += issues.len();
        for issue in issues {
            let codes = known.codes(issue);
            let met = found.iter().any(|found| {
                found.severity != "note"
                    && codes.contains(&found.code.as_str())
                    && issue.is_at(&found.file, &found.lines)
            });
            if met {
                continue;
            }
            if let Some(reason) = known.excused(issue, files) {
                *self.listed.entry(reason.to_string()).or_default() += 1;
            } else {
                let deed = deeds.get(&issue.file).map_or("nothing", String::as_str);
                let (message, file, lines) = (&issue.message, &issue.file, &issue.lines);
                let said: String = message.chars().take(120).collect();
                self.misses
                    .entry(known.kind(issue).to_string())
                    .or_default()
                    .insert(format!("{name}: {file} {lines:?}; damage: {deed}; {said}"));
            }
        }
        let spoken: BTreeSet<&str> = issues.iter().map(|issue| issue.file.as_str()).collect();
        for found in found.iter().filter(|found| found.severity != "note") {
            if !spoken.contains(found.file.as_str()) {
                *self.beyond.entry(found.code.clone()).or_default() += 1;
            }
        }
    }

    fn count(&self) -> usize {
        self.misses.values().map(BTreeSet::len).sum()
    }

    fn print(&self) {
        for (kind, misses) in &self.misses {
            println!("{} misses of `{kind}`:", misses.len());
            for miss in misses.iter().take(SHOWN) {
                println!("  {miss}");
            }
        }
        println!(
            "openspec {PACKAGE}: {} projects, {} documents, {} issues, {} listed, {} misses",
            self.projects,
            self.documents,
            self.issues,
            self.listed.values().sum::<usize>(),
            self.count()
        );
        for (reason, count) in &self.listed {
            println!("  {count:6} listed: {reason}");
        }
        let total: usize = self.beyond.values().sum();
        println!("  {total} findings of ghostc where the validator says nothing of the file:");
        let first = |code: &str| code != "lost-update";
        let mut beyond: Vec<_> = self.beyond.iter().collect();
        beyond.sort_by_key(|(code, count)| (first(code), std::cmp::Reverse(**count)));
        for (code, count) in beyond {
            println!("  {count:6} {code}");
        }
    }
}
