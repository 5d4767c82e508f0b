//! The tasks of a graph that ids of a list name: those of a range stand side by side.

use ghostc_spec::facts::DeclaredTask;
use ghostc_spec::facts::below;
use ghostc_spec::id_range::{IdKey, IdRange};
use std::collections::BTreeMap;
use std::ops::Range;

/// Places in a graph in the order of the ids of its tasks, and of the groups that these are in.
pub(super) struct ById<'a> {
    /// The id of each item of the list, sorted, with where the places of its tasks end.
    ends: Vec<(IdKey<'a>, usize)>,
    places: Vec<usize>,
}

impl<'a> ById<'a> {
    /// Sorts the items of a list, of which some have places in the graph, given by index.
    pub(super) fn new(list: &'a [DeclaredTask], placed: &BTreeMap<usize, usize>) -> ById<'a> {
        let below = below(list, placed.iter().map(|(item, place)| (*item, *place)));
        let ids = list.iter().map(|item| IdKey::of(&item.id));
        let mut items: Vec<(IdKey<'a>, Vec<usize>)> = ids.zip(below).collect();
        items.sort_by_key(|(id, _)| *id);
        let (mut ends, mut places) = (Vec::new(), Vec::new());
        for (id, own) in items {
            places.extend(own);
            ends.push((id, places.len()));
        }
        ById { ends, places }
    }

    /// Where the places of what some ids name stand among all.
    pub(super) fn stretches(&self, ids: &IdRange) -> impl Iterator<Item = Range<usize>> {
        ids.stretches().map(|stretch| {
            let end_before = |is_before: &dyn Fn(&IdKey<'_>) -> bool| {
                let after = self.ends.partition_point(|(id, _)| is_before(id));
                let last = after.checked_sub(1).and_then(|at| self.ends.get(at));
                last.map_or(0, |(_, end)| *end)
            };
            end_before(&|id| id < stretch.start())..end_before(&|id| id <= stretch.end())
        })
    }

    /// All places, for which the stretches are.
    pub(super) fn into_places(self) -> Vec<usize> {
        self.places
    }
}
