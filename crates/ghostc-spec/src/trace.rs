//! What of a package is shown by what: statements, clauses, obligations, criteria and prose scenarios, each with the
//! scenarios and cases that show it.

use crate::clauses::{self, Clauses, clause_ids};
use crate::content::StatementName;
use crate::facts::Requirement;
use crate::library::Package;
use crate::section_index::SectionIndex;
use crate::slice::ProofTarget;
use ghostc_syntax::{Sources, Span, Strength, collapse_whitespace};
use std::collections::{BTreeMap, BTreeSet};

/// What is shown, and what is not.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// All that can be shown, in document order.
    pub items: Vec<TracedItem>,
    /// Pairs of slices of which no scenario shows something of both, by their places.
    pub apart: Vec<(usize, usize)>,
}

/// Something of a spec, and what shows it.
#[derive(Clone, Debug)]
pub struct TracedItem {
    /// What it is.
    pub kind: TracedKind,
    /// Its id.
    pub id: String,
    /// How binding it is; nothing where it holds no keyword.
    pub strength: Option<Strength>,
    /// Its words.
    pub text: String,
    /// Where it is.
    pub span: Span,
    /// The places of the slices that cover it.
    pub slices: Vec<usize>,
    /// Whether nothing has to show it: it allows something, or lies in a section that is context.
    pub is_free: bool,
    /// What shows it.
    pub proofs: Vec<TracedProof>,
}

impl TracedItem {
    /// Whether something has to show it, and nothing does.
    pub fn is_unproven(&self) -> bool {
        self.proofs.is_empty() && !self.is_free
    }
}

/// What can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TracedKind {
    /// A normative sentence.
    Statement,
    /// What binds without a keyword.
    Clause,
    /// What is proven and never made.
    Obligation,
    /// A numbered clause of a requirement.
    Criterion,
    /// A scenario in prose.
    ProseScenario,
}

impl TracedKind {
    /// All of them.
    pub const ALL: [TracedKind; 5] = [
        TracedKind::Statement,
        TracedKind::Clause,
        TracedKind::Obligation,
        TracedKind::Criterion,
        TracedKind::ProseScenario,
    ];

    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            TracedKind::Statement => "statement",
            TracedKind::Clause => "clause",
            TracedKind::Obligation => "obligation",
            TracedKind::Criterion => "criterion",
            TracedKind::ProseScenario => "prose scenario",
        }
    }

    /// The word for several.
    pub fn plural(self) -> &'static str {
        match self {
            TracedKind::Statement => "statements",
            TracedKind::Clause => "clauses",
            TracedKind::Obligation => "obligations",
            TracedKind::Criterion => "criteria",
            TracedKind::ProseScenario => "prose scenarios",
        }
    }
}

/// What shows something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TracedProof {
    /// A scenario, with the step that says so.
    Scenario {
        /// The place of its slice.
        slice: usize,
        /// Its place in that.
        scenario: usize,
        /// The place of the step.
        step: Option<usize>,
    },
    /// A case that names the requirement or criterion, by its place.
    Case(usize),
    /// The cases of an operation, by its place, and how many.
    Cases(usize, usize),
}

/// Traces a package, whose statements have these names.
pub fn trace(package: &Package, names: &[StatementName], sources: &Sources) -> Trace {
    let tracer = Tracer {
        package,
        proofs: proofs_by_target(package),
        operations: SectionIndex::new(package.operations.iter().map(|found| found.section)),
        counts: cases_by_operation(package),
        covered: SectionIndex::of(covered(package)),
        context: SectionIndex::new(package.context_sections().into_iter()),
    };
    let mut items = tracer.items(names, sources);
    items.sort_by_key(|item| (item.span, item.kind));
    let apart = apart(package, &items);
    Trace { items, apart }
}

/// The sections that slices cover, by the places of the slices.
fn covered(package: &Package) -> impl Iterator<Item = (usize, Span)> + '_ {
    let slices = package.slices.iter().enumerate();
    slices.flat_map(|(at, slice)| slice.covers.iter().map(move |found| (at, found.section)))
}

/// What scenarios say that they show; those that wait to be written show nothing.
fn proofs_by_target(package: &Package) -> BTreeMap<ProofTarget, Vec<TracedProof>> {
    let mut proofs: BTreeMap<ProofTarget, Vec<TracedProof>> = BTreeMap::new();
    for (slice, found) in package.slices.iter().enumerate() {
        let written = found
            .scenarios
            .iter()
            .enumerate()
            .filter(|(_, found)| !found.todo);
        for (scenario, found) in written {
            for proof in &found.proves {
                let step = proof.step;
                proofs
                    .entry(proof.target)
                    .or_default()
                    .push(TracedProof::Scenario {
                        slice,
                        scenario,
                        step,
                    });
            }
        }
    }
    proofs
}

/// How many judged cases call each operation.
fn cases_by_operation(package: &Package) -> BTreeMap<usize, usize> {
    let mut ids: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for (operation, case, _) in package.calls().filter(|(_, case, _)| case.skip.is_none()) {
        ids.entry(operation).or_default().insert(&case.id);
    }
    ids.into_iter()
        .map(|(operation, ids)| (operation, ids.len()))
        .collect()
}

struct Tracer<'p> {
    package: &'p Package,
    proofs: BTreeMap<ProofTarget, Vec<TracedProof>>,
    operations: SectionIndex,
    counts: BTreeMap<usize, usize>,
    covered: SectionIndex,
    context: SectionIndex,
}

impl Tracer<'_> {
    fn items(&self, names: &[StatementName], sources: &Sources) -> Vec<TracedItem> {
        let package = self.package;
        let facts = &package.facts;
        let criteria: Vec<(usize, usize, Span)> = facts
            .requirements
            .iter()
            .enumerate()
            .flat_map(|(at, requirement)| {
                let criteria = requirement.criteria.iter().enumerate();
                criteria.map(move |(own, criterion)| (at, own, criterion.span))
            })
            .collect();
        let of_criteria = SectionIndex::new(criteria.iter().map(|(_, _, span)| *span));
        let requirements = SectionIndex::new(facts.requirements.iter().map(|found| found.section));
        let mut items = Vec::new();
        for (at, (statement, name)) in package.statements.iter().zip(names).enumerate() {
            // A criterion stands for the statements in it.
            if of_criteria.first(statement.span).is_some() {
                continue;
            }
            let mut proofs = self.of(ProofTarget::Statement(at));
            proofs.extend(self.by_operation(statement.span));
            for at in requirements.around(statement.span) {
                proofs.extend(self.by_requirement(at));
            }
            let text = name.text.clone();
            let strength = Some(statement.strength);
            items.push(self.item(
                TracedKind::Statement,
                &name.id,
                strength,
                text,
                statement.span,
                proofs,
            ));
        }
        for (at, own, span) in criteria {
            let Some(requirement) = facts.requirements.get(at) else {
                continue;
            };
            let Some(criterion) = requirement.criteria.get(own) else {
                continue;
            };
            let mut proofs = self.of(ProofTarget::Criterion(at, own));
            proofs.extend(self.by_requirement(at));
            proofs.extend(self.by_cases(&criterion.id));
            let inside = package.statements.iter().enumerate();
            let inside = inside.filter(|(_, statement)| span.contains(statement.span));
            proofs.extend(inside.flat_map(|(at, _)| self.of(ProofTarget::Statement(at))));
            let text = collapse_whitespace(sources.slice(span));
            let kind = TracedKind::Criterion;
            items.push(self.item(kind, &criterion.id, criterion.strength, text, span, proofs));
        }
        for (at, scenario) in facts.scenarios.iter().enumerate() {
            let proofs = self.of(ProofTarget::ProseScenario(at));
            let text = collapse_whitespace(sources.slice(scenario.span));
            let kind = TracedKind::ProseScenario;
            items.push(self.item(kind, &scenario.id(facts), None, text, scenario.span, proofs));
        }
        let Clauses { clauses, obligations } = clauses::clauses(package, sources);
        type Target = fn(usize) -> ProofTarget;
        let both: [(TracedKind, &[clauses::Clause], Target); 2] = [
            (TracedKind::Clause, &clauses, ProofTarget::Clause),
            (TracedKind::Obligation, &obligations, ProofTarget::Obligation),
        ];
        for (kind, found, target) in both {
            let ids = clause_ids(package, found, sources);
            for (at, (clause, id)) in found.iter().zip(ids).enumerate() {
                let mut proofs = self.of(target(at));
                proofs.extend(self.by_operation(clause.span));
                let text = collapse_whitespace(sources.slice(clause.span));
                items.push(self.item(kind, &id, None, text, clause.span, proofs));
            }
        }
        items
    }

    fn item(
        &self,
        kind: TracedKind,
        id: &str,
        strength: Option<Strength>,
        text: String,
        span: Span,
        mut proofs: Vec<TracedProof>,
    ) -> TracedItem {
        proofs.sort();
        proofs.dedup();
        let mut slices: Vec<usize> = self.covered.around(span).collect();
        slices.sort_unstable();
        slices.dedup();
        TracedItem {
            kind,
            id: id.to_string(),
            strength,
            text,
            span,
            slices,
            is_free: strength == Some(Strength::May) || self.context.first(span).is_some(),
            proofs,
        }
    }

    fn of(&self, target: ProofTarget) -> Vec<TracedProof> {
        self.proofs.get(&target).cloned().unwrap_or_default()
    }

    /// The cases of the operation whose section a place lies in; of several sections, the narrowest.
    fn by_operation(&self, span: Span) -> Option<TracedProof> {
        let width = |at: &usize| {
            let section = self.package.operations.get(*at).map(|found| found.section);
            section.map_or(u32::MAX, |section| section.end - section.start)
        };
        let at = self.operations.around(span).min_by_key(width)?;
        let count = self.counts.get(&at)?;
        Some(TracedProof::Cases(at, *count))
    }

    /// The cases that name a requirement or criterion.
    fn by_cases(&self, id: &str) -> Vec<TracedProof> {
        let cases = self.package.cases.iter().enumerate();
        let named = cases.filter(|(_, case)| case.skip.is_none() && case.requirement.as_deref() == Some(id));
        named.map(|(at, _)| TracedProof::Case(at)).collect()
    }

    /// What shows a whole requirement: what says so, or what shows its prose scenarios, where all are shown.
    fn by_requirement(&self, at: usize) -> Vec<TracedProof> {
        let mut proofs = self.of(ProofTarget::Requirement(at));
        let named: Option<&Requirement> = self.package.facts.requirements.get(at);
        proofs.extend(named.into_iter().flat_map(|found| self.by_cases(&found.id)));
        let scenarios = self.package.facts.scenarios.iter().enumerate();
        let own: Vec<Vec<TracedProof>> = scenarios
            .filter(|(_, scenario)| scenario.requirement.get() == Some(at))
            .map(|(at, _)| self.of(ProofTarget::ProseScenario(at)))
            .collect();
        if own.iter().all(|proofs| !proofs.is_empty()) {
            proofs.extend(own.into_iter().flatten());
        }
        proofs
    }
}

/// Pairs of slices that bind something, and of which no scenario shows something of both.
fn apart(package: &Package, items: &[TracedItem]) -> Vec<(usize, usize)> {
    let mut together: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut shown: BTreeMap<(usize, usize), BTreeSet<usize>> = BTreeMap::new();
    let mut binding: BTreeSet<usize> = BTreeSet::new();
    for item in items {
        binding.extend(item.slices.iter().copied());
        for proof in &item.proofs {
            if let TracedProof::Scenario { slice, scenario, .. } = proof {
                let slices = shown.entry((*slice, *scenario)).or_default();
                slices.extend(item.slices.iter().copied());
            }
        }
    }
    for slices in shown.values() {
        for first in slices {
            together.extend(slices.range(first + 1..).map(|second| (*first, *second)));
        }
    }
    let mut pairs = Vec::new();
    for first in 0..package.slices.len() {
        let others = first + 1..package.slices.len();
        let pair = others.map(|second| (first, second));
        pairs.extend(pair.filter(|(first, second)| {
            binding.contains(first) && binding.contains(second) && !together.contains(&(*first, *second))
        }));
    }
    pairs
}
