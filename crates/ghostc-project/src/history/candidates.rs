//! The commits that can have changed a verdict: those that touched the cases that are meant, their operations, or the
//! code that was accepted. No other commit need be judged.

use super::revision_project::{BisectSubject, is_code};
use super::snapshot::PackageSnapshot;
use super::walk::{PackagePair, Step, Walk};
use crate::failure::Failure;
use crate::load::SETTINGS;
use ghostc_diff::diff::{Change, PackageDiff, Subject as DiffSubject};
use ghostc_spec::library::Operation;
use ghostc_syntax::Span;
use std::collections::VecDeque;
use std::sync::Arc;

/// Such commits, newest first, found as far back as anyone asks.
pub(crate) struct Candidates<'s> {
    walk: Walk,
    subject: &'s BisectSubject,
    /// The folder of the package, at the commit that comes next.
    root: String,
    ahead: VecDeque<Step>,
    ended: bool,
    /// What was found.
    pub(crate) found: Vec<Candidate>,
    /// How many commits were looked at that touched a package or the accepted code.
    pub(crate) seen: usize,
}

/// A commit that can have changed a verdict.
pub struct Candidate {
    /// The commit.
    pub step: Step,
    /// The pair of its package, and what it changed that matters.
    pub change: Option<(PackagePair, PackageDiff)>,
}

impl<'s> Candidates<'s> {
    /// The commits of a walk; `root` is the folder of the package at its start.
    pub(crate) fn of(walk: Walk, subject: &'s BisectSubject, root: String) -> Candidates<'s> {
        Candidates {
            walk,
            subject,
            root,
            ahead: VecDeque::new(),
            ended: false,
            found: Vec::new(),
            seen: 0,
        }
    }

    /// Whether there are so many.
    pub(crate) fn reach(&mut self, count: usize) -> Result<bool, Failure> {
        while self.found.len() < count && !self.ended {
            if self.ahead.is_empty() {
                self.ahead.extend(self.walk.next()?);
            }
            match self.ahead.pop_front() {
                Some(step) => self.look(step),
                None => self.ended = true,
            }
        }
        Ok(self.found.len() >= count)
    }

    fn look(&mut self, step: Step) {
        self.seen += 1;
        let is_it = |pair: &&PackagePair| pair.new.as_ref().is_some_and(|new| new.files.root == self.root);
        let pair = step.pairs.iter().find(is_it).cloned();
        if let Some(old) = pair.as_ref().and_then(|pair| pair.old.as_ref()) {
            self.root.clone_from(&old.files.root);
        }
        let change = pair.and_then(|pair| {
            let found = relevant(&pair, self.subject)?;
            Some((pair, found))
        });
        if change.is_some() || touches_code(&step, &self.subject.package) {
            self.found.push(Candidate { step, change });
        }
    }
}

/// Whether a commit touched the accepted code of a package, or what it is judged with.
fn touches_code(step: &Step, package: &str) -> bool {
    let golden = format!("golden/{package}/");
    let sides = step.commit.touched.iter();
    let mut paths = sides
        .flat_map(|touched| touched.old.iter().chain(&touched.new))
        .map(|entry| entry.path.as_str());
    paths.any(|path| {
        let other = path.starts_with("golden/") && !path.starts_with(&golden);
        path == SETTINGS || (is_code(path) && !other)
    })
}

/// What a commit changed of the operations that are meant and of their cases.
fn relevant(pair: &PackagePair, subject: &BisectSubject) -> Option<PackageDiff> {
    let operations = |snapshot: &Option<Arc<PackageSnapshot>>| -> Vec<Operation> {
        let package = snapshot.as_ref().and_then(|snapshot| snapshot.package());
        package
            .map(|package| package.operations.clone())
            .unwrap_or_default()
    };
    let (before, after) = (operations(&pair.old), operations(&pair.new));
    let known: Vec<&str> = before
        .iter()
        .chain(&after)
        .map(|operation| operation.name.as_str())
        .collect();
    let sections = |operations: &[Operation]| -> Vec<Span> {
        let meant = operations
            .iter()
            .filter(|operation| subject.operations.contains(&operation.name));
        meant.map(|operation| operation.section).collect()
    };
    let (old, new) = (sections(&before), sections(&after));
    let lies = |text: &Option<ghostc_diff::diff::Text>, sections: &[Span]| {
        text.as_ref()
            .is_some_and(|text| sections.iter().any(|section| section.contains(text.span)))
    };
    let is_meant = |change: &Change| match change.subject {
        DiffSubject::Case => is_case(change, subject, &known),
        // These change how code is called, whoever's they are.
        DiffSubject::Operation | DiffSubject::Parameter | DiffSubject::Package | DiffSubject::Document => {
            true
        }
        DiffSubject::Section
        | DiffSubject::Requirement
        | DiffSubject::Criterion
        | DiffSubject::Scenario
        | DiffSubject::Story
        | DiffSubject::Task
        | DiffSubject::Statement
        | DiffSubject::Item
        | DiffSubject::Code
        | DiffSubject::Prose => {
            let mut places = change.places.iter();
            places.any(|place| lies(&place.old, &old) || lies(&place.new, &new))
        }
    };
    let mut found = pair.changes();
    found.iter_mut().for_each(|found| found.changes.retain(&is_meant));
    found.into_iter().find(|found| !found.changes.is_empty())
}

/// A case that is meant, one beside it, which may have had its name, or one of no operation, whose group may be misspelt.
fn is_case(change: &Change, subject: &BisectSubject, operations: &[&str]) -> bool {
    let texts = change.old.iter().chain(&change.new);
    let mut groups = texts.filter_map(|text| text.section.first());
    let may_be = groups.any(|group| {
        let is_beside = subject
            .operations
            .iter()
            .any(|name| group.contains(name.as_str()));
        is_beside || !operations.iter().any(|name| group.contains(name))
    });
    may_be || subject.case.as_ref().is_some_and(|id| change.cases.contains(id))
}
