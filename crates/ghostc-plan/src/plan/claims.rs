//! Which task each statement and each case belongs to.

use super::{Origin, SectionIndex, TaskGraph};
use ghostc_spec::library::Package;
use ghostc_syntax::Span;
use std::collections::BTreeMap;

/// Gives each statement to the tasks that it belongs to, and each case to its task.
pub(super) fn assign_claims(graph: &mut TaskGraph, package: &Package, sections: &SectionIndex) {
    let homes = StretchOwners::new(graph, package, sections);
    let tasks: Vec<Vec<usize>> = package
        .statements
        .iter()
        .map(|statement| homes.tasks(statement.span, graph))
        .collect();
    for (at, tasks) in tasks.into_iter().enumerate() {
        if tasks.is_empty() {
            graph.package_wide.push(at);
        }
        for task in tasks {
            graph
                .tasks
                .get_mut(task)
                .into_iter()
                .for_each(|task| task.statements.push(at));
        }
    }
    share_cases(graph, package);
}

/// Which tasks a stretch of text belongs to.
pub(super) struct StretchOwners<'s> {
    sections: &'s SectionIndex,
    claims: Option<Claims>,
    proofs: SectionIndex,
}

impl<'s> StretchOwners<'s> {
    /// The same for all of a graph; `sections` are those of its tasks.
    pub(super) fn new(graph: &TaskGraph, package: &Package, sections: &'s SectionIndex) -> StretchOwners<'s> {
        StretchOwners {
            sections,
            claims: Claims::new(graph, package),
            proofs: SectionIndex::new(graph.proofs.iter().map(|proof| proof.section)),
        }
    }

    /// The tasks that a span belongs to, by their places; none where it is for all of them.
    pub(super) fn tasks(&self, span: Span, graph: &TaskGraph) -> Vec<usize> {
        let own = match &self.claims {
            Some(claims) => claims.innermost(span),
            None => self.sections.first(span).into_iter().collect(),
        };
        if !own.is_empty() {
            return own;
        }
        let proof = self.proofs.first(span).and_then(|at| graph.proofs.get(at));
        proof.map(|proof| proof.tasks.clone()).unwrap_or_default()
    }
}

fn share_cases(graph: &mut TaskGraph, package: &Package) {
    let mut makers = vec![None; package.operations.len()];
    for (at, task) in graph.tasks.iter().enumerate() {
        for operation in &task.operations {
            if let Some(maker) = makers.get_mut(*operation) {
                maker.get_or_insert(at);
            }
        }
    }
    for (at, case) in package.cases.iter().enumerate() {
        let maker = case.operation.and_then(|operation| *makers.get(operation)?);
        if let Some(task) = maker.and_then(|task| graph.tasks.get_mut(task)) {
            task.cases.push(at);
        }
    }
}

/// Stretches of documents and the tasks that answer for them: their own text, what slices cover, and the requirements, criteria and stories
/// that they name.
struct Claims {
    sections: SectionIndex,
    claims: Vec<(Span, usize)>,
}

impl Claims {
    /// The claims of tasks that were declared or made of requirements or slices; nothing for those of sections.
    fn new(graph: &TaskGraph, package: &Package) -> Option<Claims> {
        let of_facts = |origin| !matches!(origin, Origin::Package | Origin::Section(_));
        if !graph.tasks.iter().any(|task| of_facts(task.origin)) {
            return None;
        }
        let mut claims: Vec<(Span, usize)> = Vec::new();
        let mut named: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, task) in graph.tasks.iter().enumerate() {
            claims.extend(task.sections().map(|section| (section, at)));
            if let Some(declared) = task.declared(package) {
                let names = task.requirements(package).into_iter();
                for name in names.chain(declared.stories.iter().cloned()) {
                    named.entry(name).or_default().push(at);
                }
            }
        }
        let claimed = |id: &str, span: Span| {
            let tasks = named.get(id).into_iter().flatten();
            tasks.map(move |task| (span, *task)).collect::<Vec<_>>()
        };
        let facts = &package.facts;
        for requirement in &facts.requirements {
            let own = std::iter::once((requirement.id.as_str(), requirement.section));
            let criteria = requirement
                .criteria
                .iter()
                .map(|found| (found.id.as_str(), found.span));
            claims.extend(own.chain(criteria).flat_map(|(id, span)| claimed(id, span)));
        }
        let stories = facts.stories.iter();
        claims.extend(stories.flat_map(|story| claimed(&story.id, story.section)));
        Some(Claims {
            sections: SectionIndex::new(claims.iter().map(|(span, _)| *span)),
            claims,
        })
    }

    /// The tasks that answer for the smallest stretch around a span.
    fn innermost(&self, span: Span) -> Vec<usize> {
        let around = self.sections.around(span).filter_map(|at| self.claims.get(at));
        let around: Vec<&(Span, usize)> = around.collect();
        let smallest = around.iter().map(|(claim, _)| claim.end - claim.start).min();
        let own = around
            .iter()
            .filter(|(claim, _)| Some(claim.end - claim.start) == smallest);
        let mut tasks: Vec<usize> = own.map(|(_, task)| *task).collect();
        tasks.sort_unstable();
        tasks.dedup();
        tasks
    }
}
