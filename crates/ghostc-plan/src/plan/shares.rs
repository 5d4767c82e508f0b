//! How the statements, clauses and obligations of a package are shared out among its tasks, and what is nowhere.

use super::claims::StretchOwners;
use super::{SectionIndex, TaskGraph, make, unbuilt, uncovered};
use ghostc_spec::clauses::{Clauses, clauses};
use ghostc_spec::library::{Dialect, Package};
use ghostc_spec::settings::Granularity;
use ghostc_spec::slice::ProofTarget;
use ghostc_syntax::{Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

/// How many of one kind there are, and whom they are for: `assigned + package_wide == total`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// All of them.
    pub total: usize,
    /// Those that belong to a task.
    pub assigned: usize,
    /// Those that belong to none.
    pub package_wide: usize,
    /// Those of the package-wide ones that no task builds.
    pub nowhere: usize,
}

/// What it is that no task builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NowhereKind {
    /// A normative sentence.
    Statement,
    /// What binds without a keyword.
    Clause,
    /// What is proven.
    Obligation,
}

impl NowhereKind {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            NowhereKind::Statement => "statement",
            NowhereKind::Clause => "clause",
            NowhereKind::Obligation => "obligation",
        }
    }
}

/// What no task builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nowhere {
    /// What it is.
    pub kind: NowhereKind,
    /// Where it is written.
    pub span: Span,
}

/// The shares of a package.
#[derive(Clone, Debug, Default)]
pub struct Shares {
    /// Of its normative sentences.
    pub statements: Share,
    /// Of what binds without a keyword.
    pub clauses: Share,
    /// Of what is proven and never made.
    pub obligations: Share,
    /// The clauses and the obligations of each task, by its place in the graph.
    pub of_tasks: Vec<(usize, usize)>,
    /// What no task builds, in document order.
    pub nowhere: Vec<Nowhere>,
}

/// Counts what belongs to which task of a graph of a package.
pub fn shares(graph: &TaskGraph, package: &Package, sources: &Sources) -> Shares {
    let sections = super::section_index(&graph.tasks);
    let unbuilt = unbuilt::sections(package, sources, graph.asked);
    let uncovered = uncovered::sections(package, sources, graph.asked);
    let read = clauses(package, sources);
    let left = unbuilt.iter().map(|section| section.span);
    let dealer = Dealer {
        graph,
        homes: StretchOwners::new(graph, package, &sections),
        unbuilt: SectionIndex::new(left.chain(uncovered.iter().map(|section| section.span))),
        provers: provers(graph, package, &read),
        // What holds already is nothing to do.
        is_unplanned: make::granularity(package, graph.asked).is_none()
            && (package.dialect != Dialect::OpenSpec || package.changes.is_some()),
    };
    let (mut clauses, mut obligations) = (vec![0; graph.tasks.len()], vec![0; graph.tasks.len()]);
    let mut nowhere = Vec::new();
    let mut deal = |kind, spans: &mut dyn Iterator<Item = Span>, of_tasks: &mut [usize]| {
        let mut share = Share::default();
        for span in spans {
            let place = dealer.place(span, kind);
            share.total += 1;
            share.assigned += usize::from(!place.tasks.is_empty());
            share.package_wide += usize::from(place.tasks.is_empty());
            if place.is_nowhere {
                share.nowhere += 1;
                nowhere.push(Nowhere { kind, span });
            }
            for task in place.tasks {
                of_tasks.get_mut(task).into_iter().for_each(|count| *count += 1);
            }
        }
        share
    };
    let statements = &mut package.statements.iter().map(|statement| statement.span);
    let mut found = Shares {
        statements: deal(NowhereKind::Statement, statements, &mut []),
        clauses: deal(
            NowhereKind::Clause,
            &mut read.clauses.iter().map(|clause| clause.span),
            &mut clauses,
        ),
        obligations: deal(
            NowhereKind::Obligation,
            &mut read.obligations.iter().map(|clause| clause.span),
            &mut obligations,
        ),
        of_tasks: clauses.into_iter().zip(obligations).collect(),
        nowhere,
    };
    found.nowhere.sort_by_key(|nowhere| nowhere.span);
    found
}

/// The slices whose scenarios show each obligation, by their places.
fn provers(graph: &TaskGraph, package: &Package, read: &Clauses) -> Option<BTreeMap<Span, BTreeSet<usize>>> {
    if make::granularity(package, graph.asked) != Some(Granularity::Slice) {
        return None;
    }
    let mut provers: BTreeMap<Span, BTreeSet<usize>> = BTreeMap::new();
    for (at, task) in graph.tasks.iter().enumerate() {
        let scenarios = task.slice(package).map_or(&[][..], |slice| &slice.scenarios);
        for proof in scenarios.iter().flat_map(|scenario| &scenario.proves) {
            if let ProofTarget::Obligation(obligation) = proof.target
                && let Some(clause) = read.obligations.get(obligation)
            {
                provers.entry(clause.span).or_default().insert(at);
            }
        }
    }
    Some(provers)
}

/// Whom a stretch of text is for.
struct Placed {
    tasks: Vec<usize>,
    is_nowhere: bool,
}

struct Dealer<'a> {
    graph: &'a TaskGraph,
    homes: StretchOwners<'a>,
    unbuilt: SectionIndex,
    /// The slices of a program that prove each obligation; nothing where no program is planned.
    provers: Option<BTreeMap<Span, BTreeSet<usize>>>,
    /// Whether nothing becomes a task though something should.
    is_unplanned: bool,
}

impl Dealer<'_> {
    fn place(&self, span: Span, kind: NowhereKind) -> Placed {
        if let Some(provers) = self.provers.as_ref().filter(|_| kind == NowhereKind::Obligation) {
            let tasks: Vec<usize> = provers.get(&span).into_iter().flatten().copied().collect();
            return Placed {
                is_nowhere: tasks.is_empty(),
                tasks,
            };
        }
        let tasks = self.homes.tasks(span, self.graph);
        let is_left = kind != NowhereKind::Obligation && self.unbuilt.first(span).is_some();
        Placed {
            is_nowhere: tasks.is_empty() && (self.is_unplanned || is_left),
            tasks,
        }
    }
}
