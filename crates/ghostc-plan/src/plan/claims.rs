//! Which task each statement and each case belongs to.

use super::{Origin, SectionIndex, TaskGraph};
use ghostc_spec::library::Package;
use ghostc_syntax::Span;
use std::collections::BTreeMap;

/// Gives each statement and each case to the task that it belongs to.
pub(super) fn assign_claims(graph: &mut TaskGraph, package: &Package, sections: &SectionIndex) {
    let claims = Claims::new(graph, package);
    for (at, statement) in package.statements.iter().enumerate() {
        let home = match &claims {
            Some(claims) => claims.innermost(statement.span),
            None => sections.first(statement.span),
        };
        match home.and_then(|task| graph.tasks.get_mut(task)) {
            Some(task) => task.statements.push(at),
            None => graph.package_wide.push(at),
        }
    }
    share_cases(graph, package);
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

/// Stretches of documents and the tasks that answer for them: their own text, and the requirements, criteria and stories
/// that they are the first to name.
struct Claims {
    sections: SectionIndex,
    claims: Vec<(Span, usize)>,
}

impl Claims {
    /// The claims of tasks that were declared or made of requirements; nothing for those of sections.
    fn new(graph: &TaskGraph, package: &Package) -> Option<Claims> {
        let of_facts = |origin| !matches!(origin, Origin::Package | Origin::Section(_));
        if !graph.tasks.iter().any(|task| of_facts(task.origin)) {
            return None;
        }
        let mut claims: Vec<(Span, usize)> = Vec::new();
        let mut first: BTreeMap<String, usize> = BTreeMap::new();
        for (at, task) in graph.tasks.iter().enumerate() {
            claims.push((task.section, at));
            if let Some(declared) = task.declared(package) {
                let names = task.requirements(package).into_iter();
                for name in names.chain(declared.stories.iter().cloned()) {
                    first.entry(name).or_insert(at);
                }
            }
        }
        let facts = &package.facts;
        for requirement in &facts.requirements {
            let own = std::iter::once((requirement.id.as_str(), requirement.section));
            let criteria = requirement
                .criteria
                .iter()
                .map(|found| (found.id.as_str(), found.span));
            let claimed = own
                .chain(criteria)
                .filter_map(|(id, span)| Some((span, *first.get(id)?)));
            claims.extend(claimed);
        }
        let stories = facts
            .stories
            .iter()
            .filter_map(|story| Some((story.section, *first.get(&story.id)?)));
        claims.extend(stories);
        Some(Claims {
            sections: SectionIndex::new(claims.iter().map(|(span, _)| *span)),
            claims,
        })
    }

    /// The task that answers for the smallest stretch around a span.
    fn innermost(&self, span: Span) -> Option<usize> {
        let around = self.sections.around(span).filter_map(|at| self.claims.get(at));
        let smallest = around.min_by_key(|(claim, task)| (claim.end - claim.start, *task));
        smallest.map(|(_, task)| *task)
    }
}
