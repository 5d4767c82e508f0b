//! Tasks in the order of the numbers in their ids, so that those of a range are counted without looking for each.

use super::super::TOLD;
use super::tally::Tally;
use crate::task_list::TaskList;
use ghostc_spec::id_range::{IdKey, IdRange};

/// The tasks of a list that end in a number, and perhaps letters: `T004` and `T004a`.
pub(super) struct ByNumber<'a> {
    /// The id without its letters, whether it has some, and all of it; sorted.
    ids: Vec<(IdKey<'a>, bool, &'a str)>,
    /// The tasks before each, and all.
    before: Vec<Tally>,
}

impl<'a> ByNumber<'a> {
    /// Sorts a list.
    pub(super) fn new(list: &TaskList<'a>) -> ByNumber<'a> {
        let split = |id: &'a str| {
            let bare = id.trim_end_matches(|c: char| c.is_ascii_lowercase());
            (IdKey::of(bare), bare.len() < id.len(), id)
        };
        let mut ids: Vec<_> = list.ids().map(split).collect();
        ids.sort_unstable();
        let mut before = vec![Tally::default()];
        let mut all = Tally::default();
        for (.., id) in &ids {
            let task = list.find(id).and_then(|at| list.tasks().get(at));
            task.into_iter().for_each(|task| all.add(task));
            before.push(all);
        }
        ByNumber { ids, before }
    }

    /// The tasks whose numbers are in a range. Ids in it that no task has, and tasks with letters, are added to `parts`, as
    /// many as people are told of and one more.
    pub(super) fn of(&self, range: &IdRange, parts: &mut Vec<String>) -> Tally {
        let mut tally = Tally::default();
        for stretch in range.stretches() {
            let (first, last) = (*stretch.start(), *stretch.end());
            let from = self.ids.partition_point(|(key, ..)| *key < first);
            let to = self.ids.partition_point(|(key, ..)| *key <= last);
            if let (Some(before), Some(through)) = (self.before.get(from), self.before.get(to)) {
                let inside = through.with(*before, u64::saturating_sub);
                tally = tally.with(inside, u64::wrapping_add);
            }
            let mut inside = self.ids.get(from..to).unwrap_or_default().iter().peekable();
            for number in first.number..=last.number {
                let own = |(key, ..): &(IdKey<'a>, bool, &'a str)| key.number == number;
                let is_there = inside.next_if(|id| own(id) && !id.1).is_some();
                if !is_there && parts.len() <= TOLD {
                    let width = first.digits;
                    parts.push(format!("no `{}{number:0width$}`", first.stem));
                }
                while let Some((.., id)) = inside.next_if(|id| own(id)) {
                    parts.extend((parts.len() <= TOLD).then(|| format!("also `{id}`")));
                }
            }
        }
        tally
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Goal, analyze};
    use ghostc_spec::dialects::task_ids;
    use ghostc_spec::library::Package;
    use ghostc_spec::resolve::Input;
    use ghostc_spec::settings::Settings;
    use ghostc_syntax::{FileId, Source, Sources, Span};
    use std::collections::BTreeSet;

    fn package(ids: &[&str]) -> Package {
        let items: String = ids.iter().map(|id| format!("- [ ] {id} Do it\n")).collect();
        let mut sources = Sources::default();
        sources.add(Source::new("specs/001-x/spec.md", "# Feature Specification: X\n"));
        let tasks = format!("# Tasks\n\n## Phase 1: Work\n\n{items}");
        sources.add(Source::new("specs/001-x/tasks.md", tasks));
        let layout = ghostc_spec::discover::discover_in(&sources);
        let (none, settings) = (BTreeSet::new(), Settings::default());
        analyze(
            Input {
                sources: &sources,
                existing: &none,
                settings: &settings,
            },
            &layout,
            1,
            Goal::Everything,
        )
        .value
        .packages
        .remove(0)
    }

    #[test]
    fn tasks_of_a_range_are_those_that_are_found_one_by_one() {
        let package = package(&["T001", "T002", "T002a", "T004", "T0051", "T006b", "T009", "T010"]);
        let list = TaskList::new(&package);
        let by_number = ByNumber::new(&list);
        for text in ["T001-T002", "T001-T004", "T002-T010", "T009-T012", "T004-T006"] {
            let ranges = task_ids(text, Span::start_of(FileId(0)));
            let [range] = ranges.as_slice() else {
                panic!("{text}");
            };
            let (mut tally, mut parts) = (Tally::default(), Vec::new());
            for id in range.ids() {
                parts.extend(list.find(&id).is_none().then(|| format!("no `{id}`")));
                for task in list.with_number(&id) {
                    tally.add(task);
                    parts.extend((task.id != id).then(|| format!("also `{}`", task.id)));
                }
            }
            let mut told = Vec::new();
            assert_eq!(by_number.of(range, &mut told).all(), tally.all(), "{text}");
            assert_eq!(told, parts, "{text}");
        }
    }
}
