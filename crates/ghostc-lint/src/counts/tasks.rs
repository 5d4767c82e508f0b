//! Counts of tasks: of a whole list, of phases, of stories, of ranges of ids, of those that run side by side.

mod by_number;
mod tally;
mod words;

use self::words::{
    KEY, TOTAL, clause_after, closes, ids, is_key, is_list_of_ids, noun, phases, stories, which,
};
use super::numbers::{is_doubtful, is_total, opens_count, words};
use super::{Cell, Counted, NumberClaim};
use crate::lines::LineKind;
use crate::task_list::{TaskList, phase_at, phase_number};
use by_number::ByNumber;
use ghostc_spec::facts::DeclaredTask;
use ghostc_spec::id_range::IdRange;
use ghostc_spec::library::Package;
use ghostc_syntax::Span;
use std::collections::{BTreeMap, BTreeSet};
use tally::{Tally, Which};

/// The tasks of a package as texts may count them.
pub(super) struct Tasks<'a> {
    package: &'a Package,
    list: TaskList<'a>,
    by_number: ByNumber<'a>,
    /// The documents that hold tasks.
    homes: BTreeSet<usize>,
    /// Those before each, and all.
    before: Vec<Tally>,
    /// By the number of their phase.
    phases: BTreeMap<u64, Tally>,
    /// By story: `US1`.
    stories: BTreeMap<String, Tally>,
    /// By each heading that they stand below, near or far.
    sections: BTreeMap<(usize, usize), Tally>,
    /// Phases by the first word of their titles, with all words.
    titles: BTreeMap<String, Vec<(u64, Vec<String>)>>,
    /// The sections that name one story in their title.
    titled: BTreeMap<String, Tally>,
}

/// Some tasks, and a clause that says how many they are.
#[derive(Clone)]
struct Set {
    tally: Tally,
    clause: String,
    parts: Vec<String>,
}

impl<'a> Tasks<'a> {
    /// Nothing where the package lists no tasks.
    pub(super) fn new(package: &'a Package) -> Option<Tasks<'a>> {
        let list = TaskList::new(package);
        if list.tasks().is_empty() {
            return None;
        }
        let mut tasks = Tasks {
            package,
            by_number: ByNumber::new(&list),
            list,
            homes: BTreeSet::new(),
            before: vec![Tally::default()],
            phases: BTreeMap::new(),
            stories: BTreeMap::new(),
            sections: BTreeMap::new(),
            titles: BTreeMap::new(),
            titled: BTreeMap::new(),
        };
        for task in &package.facts.tasks {
            tasks.file(task);
        }
        for (at, tally) in &tasks.sections {
            let named = tasks.title(*at).map(stories).unwrap_or_default();
            if let [story] = named.as_slice() {
                tasks.titled.entry(story.clone()).or_insert(*tally);
            }
            if let Some((phase, title)) = tasks.phase_title(*at) {
                let first = title.first().cloned().unwrap_or_default();
                tasks.titles.entry(first).or_default().push((phase, title));
            }
        }
        Some(tasks)
    }

    fn file(&mut self, task: &DeclaredTask) {
        let mut all = self.before.last().copied().unwrap_or_default();
        all.add(task);
        self.before.push(all);
        self.homes.insert(task.document);
        if let Some(phase) = self.list.phase(task) {
            self.phases.entry(phase).or_default().add(task);
        }
        for story in &task.stories {
            self.stories.entry(story.clone()).or_default().add(task);
        }
        let home = self.package.documents.get(task.document);
        let mut next = task.heading;
        while let Some((above, heading)) =
            next.and_then(|above| Some((above, home?.spec.headings.get(above)?)))
        {
            self.sections.entry((task.document, above)).or_default().add(task);
            next = heading.parent();
        }
    }

    /// The number of a phase, and the words of its title.
    fn phase_title(&self, (document, at): (usize, usize)) -> Option<(u64, Vec<String>)> {
        let heading = self.package.documents.get(document)?.spec.headings.get(at)?;
        let phase = phase_number(heading)?;
        let (_, title) = heading.text.split_once([':', '：', '-', '–', '—'])?;
        Some((phase, words(title)))
    }

    /// Whether a place is in a task's own text, where numbers count what the task makes.
    fn is_task(&self, at: Span) -> bool {
        let tasks = self.list.tasks();
        let after = tasks.partition_point(|task| (task.span.file, task.span.start) <= (at.file, at.start));
        let before = after.checked_sub(1).and_then(|before| tasks.get(before));
        before.is_some_and(|task| task.span.contains(at))
            || tasks.get(after).is_some_and(|task| at.contains(task.span))
    }

    fn title(&self, (document, heading): (usize, usize)) -> Option<&'a str> {
        let home = self.package.documents.get(document)?;
        Some(&home.spec.headings.get(heading)?.text)
    }

    /// What a number in a text counts.
    pub(super) fn read(&self, claim: NumberClaim<'_>) -> Option<Counted> {
        let (document, heading) = claim.home?;
        if self.is_task(claim.at)
            || !self.homes.contains(&document)
            || !matches!(claim.place, LineKind::Prose | LineKind::Row | LineKind::Heading)
        {
            return None;
        }
        let noun = noun(claim.after);
        let tail = noun.as_ref().map_or(claim.after, |noun| noun.tail);
        let key = [claim.label, claim.before].join(" ");
        let clause = clause_after(tail);
        let scope = format!("{key} {clause}");
        // What is in brackets may tell a story of its own.
        if is_doubtful(&key)
            || (!clause.starts_with(['(', '（']) && is_doubtful(clause))
            || !opens_count(claim.before)
            || !closes(tail)
        {
            return None;
        }
        let mut adjectives = noun
            .as_ref()
            .map_or_else(Vec::new, |noun| noun.adjectives.clone());
        let is_total = is_total(tail) || (clause.starts_with("across ") && clause.contains("phase"));
        adjectives.extend((noun.is_some() && is_total).then(|| "total".to_string()));
        if noun.is_none() && !is_key(&key) {
            return None;
        }
        let which = which(&key, &adjectives, tail)?;
        if claim.place == LineKind::Heading {
            let bracketed = noun.is_some() && claim.before.trim_end().ends_with(['(', '（']);
            let section = heading.filter(|_| bracketed)?;
            return Self::counted(&[self.section((document, section))?], which);
        }
        let sets = self
            .scoped(&scope)?
            .or_else(|| Some(vec![self.by_title(&key)?]))
            .or_else(|| self.unscoped(&key, &adjectives, which, document, heading))?;
        Self::counted(&sets, which)
    }

    /// The tasks of the one phase that a key calls by the first words of its title: `Setup` of `Phase 1: Setup (Shared)`.
    fn by_title(&self, key: &str) -> Option<Set> {
        let said = words(key);
        let phases = self.titles.get(said.first()?)?;
        let [(phase, title)] = phases.as_slice() else {
            return None;
        };
        let all = said
            .iter()
            .all(|word| title.contains(word) || KEY.contains(&word.as_str()));
        all.then(|| self.phases(&[*phase].into())).flatten()
    }

    /// The tasks below a heading.
    fn section(&self, at: (usize, usize)) -> Option<Set> {
        let home = self.package.documents.get(at.0)?;
        let clause = match phase_at(home, Some(at.1)) {
            Some((heading, phase)) if heading == at.1 => format!("phase {phase} has {{}}"),
            _ => format!("the section `{}` has {{}}", self.title(at)?),
        };
        Some(Set {
            tally: *self.sections.get(&at)?,
            clause,
            parts: Vec::new(),
        })
    }

    /// What a number in a column of counts counts.
    pub(super) fn cell(&self, cell: Cell<'_>) -> Option<Counted> {
        let head = words(cell.head).join(" ");
        let which = match head.as_str() {
            "tasks" | "task count" | "number of tasks" | "count" | "タスク数" | "タスク" | "件数" => {
                Which::All
            }
            "parallel" | "parallel tasks" | "parallelizable" | "p" => Which::Parallel,
            _ => return None,
        };
        let listed = cell.others.iter().find(|text| is_list_of_ids(text));
        let label = words(cell.label);
        let first = label.first().map(String::as_str).unwrap_or_default();
        let phase_column =
            cell.label_head.to_lowercase().starts_with("phase") || cell.label_head.starts_with("フェーズ");
        let sets = if let Some(listed) = listed {
            self.ranges(listed, &ids(listed))?
        } else if ["total", "合計", "計", "all", "sum"].contains(&first) {
            vec![self.everything()]
        } else if let Some(phase) = cell.label.trim().parse().ok().filter(|_| phase_column) {
            vec![self.phases(&[phase].into())?]
        } else {
            let named = self.scoped(cell.label)?;
            named.or_else(|| Some(vec![self.by_title(cell.label)?]))?
        };
        Self::counted(&sets, which)
    }

    /// The tasks that a text names by ids, phases or stories. Nothing inside where it names none; nothing at all where
    /// it names what is not there.
    #[expect(
        clippy::option_option,
        reason = "naming nothing and naming what is not there are two things"
    )]
    fn scoped(&self, text: &str) -> Option<Option<Vec<Set>>> {
        let named = ids(text);
        if !named.is_empty() {
            return self.ranges(text, &named).map(Some);
        }
        let phases = phases(text);
        if !phases.is_empty() {
            return self.phases(&phases).map(|set| Some(vec![set]));
        }
        let stories = stories(text);
        match stories.as_slice() {
            [] => Some(None),
            [story] => self.story(story).map(Some),
            _ => None,
        }
    }

    /// The tasks of the ids and ranges in a text: those that stand between the ends in the list, and those whose numbers do.
    fn ranges(&self, text: &str, named: &[IdRange]) -> Option<Vec<Set>> {
        let (mut by_place, mut by_number) = (Tally::default(), Tally::default());
        let (mut parts, mut written) = (Vec::new(), Vec::new());
        for named in named {
            let (from, to) = (self.list.find(named.first())?, self.list.find(&named.last())?);
            let (before, through) = (self.before.get(from)?, self.before.get(to + 1)?);
            by_place = by_place.with(through.with(*before, u64::saturating_sub), u64::wrapping_add);
            if named.count() > 1 {
                let inside = self.by_number.of(named, &mut parts);
                by_number = by_number.with(inside, u64::wrapping_add);
            } else {
                let own = self.list.with_number(named.first());
                own.into_iter().for_each(|task| by_number.add(task));
            }
            written.extend(text.get(named.span.range()));
        }
        let set = |tally: Tally| Set {
            tally,
            clause: format!("`{}` holds {{}}", written.join("`, `")),
            parts: parts.clone(),
        };
        Some(vec![set(by_place), set(by_number)])
    }

    fn phases(&self, phases: &BTreeSet<u64>) -> Option<Set> {
        let mut tally = Tally::default();
        let mut parts = Vec::new();
        for phase in phases {
            let of = self.phases.get(phase)?;
            tally = tally.with(*of, u64::wrapping_add);
            parts.push(format!("phase {phase}: {}", of.all()));
        }
        let names: Vec<String> = phases.iter().map(u64::to_string).collect();
        let is_run = phases
            .iter()
            .zip(phases.iter().skip(1))
            .all(|(before, after)| before + 1 == *after);
        let clause = match names.as_slice() {
            [one] => format!("phase {one} has {{}}"),
            [first, .., last] if is_run && names.len() > 2 => format!("phases {first} to {last} have {{}}"),
            _ => format!("phases {} have {{}}", names.join(" and ")),
        };
        if phases.len() == 1 {
            parts.clear();
        }
        Some(Set { tally, clause, parts })
    }

    /// The tasks with a story's label, and those of the section that names it.
    fn story(&self, story: &str) -> Option<Vec<Set>> {
        let labelled = self.stories.get(story)?;
        let set = |tally: &Tally| Set {
            tally: *tally,
            clause: format!("`{story}` has {{}}"),
            parts: Vec::new(),
        };
        Some(
            std::iter::once(labelled)
                .chain(self.titled.get(story))
                .map(set)
                .collect(),
        )
    }

    /// All tasks, or those of the section that a text stands in.
    fn unscoped(
        &self,
        key: &str,
        adjectives: &[String],
        which: Which,
        document: usize,
        heading: Option<usize>,
    ) -> Option<Vec<Set>> {
        let said = words(key);
        let all = said
            .iter()
            .chain(adjectives)
            .any(|word| TOTAL.contains(&word.as_str()))
            || key.trim_end().ends_with('全');
        let plain = said
            .iter()
            .all(|word| KEY.contains(&word.as_str()) || word.chars().all(|c| c.is_ascii_digit()));
        let here = self.here(document, heading);
        if !plain && which == Which::All {
            return None;
        }
        if all || which != Which::All {
            return Some(std::iter::once(self.everything()).chain(here).collect());
        }
        // `Tasks: 25` below the heading of a phase.
        let bare = !said.is_empty() && said.iter().all(|word| KEY.contains(&word.as_str()));
        here.filter(|_| bare).map(|set| vec![set])
    }

    /// The tasks of the nearest section that holds a text and tasks, where that is not all of them.
    fn here(&self, document: usize, heading: Option<usize>) -> Option<Set> {
        let home = self.package.documents.get(document)?;
        let mut next = heading;
        while let Some(at) = next {
            if let Some(set) = self.section((document, at)) {
                return (set.tally.all() != self.list.tasks().len() as u64).then_some(set);
            }
            next = home.spec.headings.get(at)?.parent();
        }
        None
    }

    fn everything(&self) -> Set {
        let parts = self
            .phases
            .iter()
            .map(|(phase, tally)| format!("phase {phase}: {}", tally.all()));
        Set {
            tally: self.before.last().copied().unwrap_or_default(),
            clause: "the list has {}".to_string(),
            parts: parts.collect(),
        }
    }

    /// How many the tasks of some sets are, in the ways that people count nested lists.
    fn counted(sets: &[Set], which: Which) -> Option<Counted> {
        let first = sets.first()?.clone();
        let mut truths: Vec<u64> = Vec::new();
        for count in sets.iter().flat_map(|set| set.tally.of(which)) {
            if !truths.contains(count) {
                truths.push(*count);
            }
        }
        let (clause, parts) = match which {
            Which::All => (first.clause, first.parts),
            Which::Parallel => (first.clause + " that are marked as parallel", Vec::new()),
            Which::Sequential => (first.clause + " that are not marked as parallel", Vec::new()),
        };
        Some(Counted {
            truths,
            clause,
            noun: "task",
            parts,
        })
    }
}
