//! Numbers that people give to tasks, requirements and sections, as the sequences that they should make.

use crate::task_list::{TaskList, phase_number, place};
use ghostc_spec::library::{Document, Package};
use ghostc_syntax::{Heading, Sources, Span};
use std::collections::BTreeMap;

/// One numbered thing.
#[derive(Clone, Debug)]
pub(crate) struct Numbered {
    /// Its number in its sequence.
    pub(crate) number: u64,
    /// What follows the number: the `a` of `T004a`.
    suffix: String,
    /// What people call it: `T004a`, `section 6`.
    pub(crate) name: String,
    /// Where it is written.
    pub(crate) span: Span,
}

/// Things of one kind that are numbered together, in document order.
#[derive(Debug)]
pub(crate) struct Sequence {
    /// What stands before the number in the name of each.
    pub(crate) stem: String,
    /// The things.
    pub(crate) members: Vec<Numbered>,
}

/// The sequences of a package's tasks and requirements that have at least three members and no number twice.
pub(crate) fn declared(package: &Package, sources: &Sources) -> Vec<Sequence> {
    let mut found = tasks(package, sources);
    found.extend(requirements(package));
    found.retain(Sequence::is_one);
    found
}

/// The same of a document's sections with numbers below one heading, and of its phases.
pub(crate) fn headings(home: &Document) -> Vec<Sequence> {
    let mut found: BTreeMap<(Option<usize>, String), Vec<Numbered>> = BTreeMap::new();
    for heading in &home.spec.headings {
        let Some((stem, number)) = numbered(heading) else {
            continue;
        };
        let member = Numbered {
            number,
            suffix: String::new(),
            name: format!("{stem}{number}"),
            span: heading.span,
        };
        found.entry((heading.parent(), stem)).or_default().push(member);
    }
    let sequences = found
        .into_iter()
        .map(|((_, stem), members)| Sequence { stem, members });
    sequences.filter(Sequence::is_one).collect()
}

/// Tasks by what stands before their last number: `T`, `1.`.
fn tasks(package: &Package, sources: &Sources) -> Vec<Sequence> {
    let mut by_stem: BTreeMap<(usize, String), Vec<Numbered>> = BTreeMap::new();
    for task in TaskList::new(package)
        .tasks()
        .iter()
        .filter(|task| task.has_own_id)
    {
        let id = task.id.split('~').next().unwrap_or_default();
        let Some((stem, number, suffix)) = place(id) else {
            continue;
        };
        let member = Numbered {
            number,
            suffix,
            name: id.to_string(),
            span: crate::task_list::first_line(task, sources),
        };
        by_stem.entry((task.document, stem)).or_default().push(member);
    }
    let sequences = by_stem
        .into_iter()
        .map(|((_, stem), members)| Sequence { stem, members });
    sequences.collect()
}

/// Requirements that are numbered from 1 up.
fn requirements(package: &Package) -> Vec<Sequence> {
    let mut by_document: BTreeMap<usize, Vec<Numbered>> = BTreeMap::new();
    for requirement in &package.facts.requirements {
        if let Ok(number) = requirement.id.parse() {
            by_document
                .entry(requirement.document)
                .or_default()
                .push(Numbered {
                    number,
                    suffix: String::new(),
                    name: format!("requirement {number}"),
                    span: requirement.span,
                });
        }
    }
    let stem = "requirement ".to_string();
    let sequences = by_document.into_values().map(|members| Sequence {
        stem: stem.clone(),
        members,
    });
    sequences.collect()
}

/// `5.3` of `5.3 Fields`, `3` of `Phase 3: Work`.
fn numbered(heading: &Heading) -> Option<(String, u64)> {
    if let Some(number) = phase_number(heading) {
        return Some(("phase ".to_string(), number));
    }
    let label = heading.number.as_deref().filter(|label| !is_date(label))?;
    let (stem, last) = label
        .rsplit_once('.')
        .map_or(("", label), |(stem, last)| (stem, last));
    let stem = if stem.is_empty() {
        String::new()
    } else {
        format!("{stem}.")
    };
    Some((format!("section {stem}"), last.parse().ok()?))
}

/// Whether a heading's number is a date, as over the entries of a history: `2013.04.11`.
fn is_date(label: &str) -> bool {
    let year = label.split('.').next().unwrap_or_default();
    year.len() == 4 && year.starts_with(['1', '2']) && label.split('.').count() == 3
}

/// A break in a sequence.
#[derive(Debug)]
pub(crate) enum Break<'a> {
    /// A few numbers that nothing has, between two that something has: the first that is missing, how many are, and
    /// what follows them.
    Hole(u64, u64, &'a Numbered),
    /// Something stands where the missing number of another would: what stands there, and the number.
    Usurper(&'a Numbered, u64),
    /// Something stands before or after its place: what, and what it stands after.
    Stray(&'a Numbered, &'a Numbered),
}

/// The largest hole that is taken for a slip; larger ones leave room on purpose.
const SLIP: u64 = 2;

impl Sequence {
    /// Whether it has at least three members, no number twice, and mostly goes up.
    fn is_one(&self) -> bool {
        let members = self.members.iter();
        let mut numbers: Vec<_> = members
            .map(|member| (member.number, member.suffix.as_str()))
            .collect();
        numbers.sort_unstable();
        let is_unique = numbers.windows(2).all(|pair| pair.first() != pair.last());
        numbers.len() >= 3 && is_unique && self.goes_up()
    }

    /// Whether it mostly goes up; versions go down.
    fn goes_up(&self) -> bool {
        let pairs = self.members.iter().zip(self.members.iter().skip(1));
        let downs = pairs.filter(|(before, after)| after.is_before(before)).count();
        downs * 2 < self.members.len()
    }

    /// Its breaks, in document order of where they show.
    pub(crate) fn breaks(&self) -> Vec<Break<'_>> {
        let mut sorted: Vec<&Numbered> = self.members.iter().collect();
        sorted.sort_by(|a, b| (a.number, &a.suffix).cmp(&(b.number, &b.suffix)));
        let holes: BTreeMap<u64, (u64, &Numbered)> = sorted
            .windows(2)
            .filter_map(|pair| {
                let (before, after) = (pair.first()?, pair.last()?);
                let missing = after.number.checked_sub(before.number + 1)?;
                (1..=SLIP)
                    .contains(&missing)
                    .then_some((before.number + 1, (missing, *after)))
            })
            .collect();
        let mut usurped = Vec::new();
        let mut found: Vec<Break<'_>> = Vec::new();
        for (stray, before, after) in self.out_of_order() {
            let number = before.number + 1;
            let fills = after.is_some_and(|after| after.number == number + 1);
            if fills && holes.get(&number).is_some_and(|(missing, _)| *missing == 1) {
                usurped.push(number);
                found.push(Break::Usurper(stray, number));
            } else {
                found.push(Break::Stray(stray, before));
            }
        }
        let holes = holes.into_iter().filter(|(first, _)| !usurped.contains(first));
        found.extend(holes.map(|(first, (missing, after))| Break::Hole(first, missing, after)));
        found
    }

    /// What stands out of order, with what it stands after, and what follows it: one thing alone that is ahead of its
    /// place, else the first that comes too late.
    fn out_of_order(&self) -> Vec<(&Numbered, &Numbered, Option<&Numbered>)> {
        let mut found = Vec::new();
        let mut last: Option<&Numbered> = None;
        for (at, member) in self.members.iter().enumerate() {
            let next = self.members.get(at + 1);
            let Some(previous) = last else {
                last = Some(member);
                continue;
            };
            let leaps = member.number > previous.number + 1
                && next.is_some_and(|next| previous.is_before(next) && next.is_before(member));
            if leaps || member.is_before(previous) {
                found.push((member, previous, next));
            }
            if !leaps {
                last = Some(member);
            }
        }
        found
    }
}

impl Numbered {
    fn is_before(&self, other: &Numbered) -> bool {
        (self.number, &self.suffix) < (other.number, &other.suffix)
    }
}
