//! Strongly connected components of a graph, and those of a graph that grows edge by edge.

/// Components are numbered in the order in which Tarjan's algorithm finds them; gives the number of each node's, and how
/// many there are. It works without recursion, since a spec may have thousands of tasks in a row.
pub(super) fn components<I: Iterator<Item = usize>>(
    count: usize,
    after: impl Fn(usize) -> I,
) -> (Vec<usize>, usize) {
    let mut search = Search {
        after,
        order: vec![None; count],
        low: vec![0; count],
        stack: Vec::new(),
        is_stacked: vec![false; count],
        component: vec![0; count],
        components: 0,
        count: 0,
    };
    for root in 0..count {
        search.from(root);
    }
    (search.component, search.components)
}

struct Search<F> {
    after: F,
    order: Vec<Option<usize>>,
    low: Vec<usize>,
    stack: Vec<usize>,
    is_stacked: Vec<bool>,
    component: Vec<usize>,
    components: usize,
    count: usize,
}

impl<I: Iterator<Item = usize>, F: Fn(usize) -> I> Search<F> {
    fn visit(&mut self, node: usize) {
        set(&mut self.order, node, Some(self.count));
        set(&mut self.low, node, self.count);
        self.count += 1;
        self.stack.push(node);
        set(&mut self.is_stacked, node, true);
    }

    fn lower(&mut self, node: usize, bound: usize) {
        if let Some(low) = self.low.get_mut(node) {
            *low = (*low).min(bound);
        }
    }

    fn from(&mut self, root: usize) {
        if self.order.get(root).copied().flatten().is_some() {
            return;
        }
        self.visit(root);
        let mut path = vec![(root, (self.after)(root))];
        while let Some((node, rest)) = path.last_mut() {
            let node = *node;
            if let Some(to) = rest.next() {
                match self.order.get(to).copied().flatten() {
                    None => {
                        self.visit(to);
                        path.push((to, (self.after)(to)));
                    }
                    Some(order) if self.is_stacked.get(to) == Some(&true) => self.lower(node, order),
                    Some(_) => {}
                }
                continue;
            }
            path.pop();
            let low = self.low.get(node).copied().unwrap_or_default();
            if let Some((above, _)) = path.last() {
                self.lower(*above, low);
            }
            if self.order.get(node).copied().flatten() == Some(low) {
                self.close(node);
            }
        }
    }

    /// Takes the component that a node is the first of off the stack.
    fn close(&mut self, first: usize) {
        while let Some(node) = self.stack.pop() {
            set(&mut self.is_stacked, node, false);
            set(&mut self.component, node, self.components);
            if node == first {
                break;
            }
        }
        self.components += 1;
    }
}

fn set<T>(values: &mut [T], at: usize, value: T) {
    if let Some(place) = values.get_mut(at) {
        *place = value;
    }
}

/// An edge of a graph that grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TimedEdge {
    pub(super) from: usize,
    pub(super) to: usize,
    /// The time from which on it is there.
    pub(super) since: usize,
}

/// For each edge the first of so many times at which its ends are in one component of the edges that are there, or that
/// number of times where there is none.
///
/// What is joined at a time stays joined, so times are divided in halves: with the edges of the first half there, an edge
/// within a component is decided by those within it, and any other one by those between components, each of which is one
/// node then. Every edge is in one part of each division, which makes it `m log m` in the number of edges.
pub(super) fn joined_at(edges: &[TimedEdge], times: usize) -> Vec<usize> {
    let mut joined = vec![times; edges.len()];
    let mut parts = vec![TimedPart {
        first: 0,
        end: times + 1,
        edges: edges.iter().copied().enumerate().collect(),
    }];
    while let Some(part) = parts.pop() {
        if part.end - part.first == 1 {
            for (at, _) in part.edges {
                set(&mut joined, at, part.first);
            }
        } else if !part.edges.is_empty() {
            parts.extend(part.halves());
        }
    }
    joined
}

/// Edges, by their places among all, whose ends are joined at one of some times.
struct TimedPart {
    first: usize,
    end: usize,
    edges: Vec<(usize, TimedEdge)>,
}

impl TimedPart {
    fn halves(self) -> [TimedPart; 2] {
        let middle = usize::midpoint(self.first, self.end);
        let edges = self.edges.iter();
        let mut nodes: Vec<usize> = edges.flat_map(|(_, edge)| [edge.from, edge.to]).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let place = |node: usize| nodes.binary_search(&node).unwrap_or_default();
        let mut after = vec![Vec::new(); nodes.len()];
        for (_, edge) in self.edges.iter().filter(|(_, edge)| edge.since < middle) {
            if let Some(after) = after.get_mut(place(edge.from)) {
                after.push(place(edge.to));
            }
        }
        let (component, _) = components(nodes.len(), |node| after.get(node).into_iter().flatten().copied());
        let of = |node: usize| component.get(place(node)).copied().unwrap_or_default();
        let (mut early, mut late) = (Vec::new(), Vec::new());
        for (at, edge) in &self.edges {
            let (from, to) = (of(edge.from), of(edge.to));
            if from == to {
                early.push((*at, *edge));
            } else {
                let since = edge.since;
                late.push((*at, TimedEdge { from, to, since }));
            }
        }
        let part = |first, end, edges| TimedPart { first, end, edges };
        [part(self.first, middle, early), part(middle, self.end, late)]
    }
}
