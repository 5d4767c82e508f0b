//! Counts of tasks: of a whole list, of phases, of stories, of ranges of ids, of those that run side by side.

use super::numbers::{is_doubtful, opens_count, words};
use super::{Cell, Claim, Counted};
use crate::facts::{DeclaredTask, TaskRole};
use crate::library::Package;
use crate::lines::Place;
use crate::task_list::{TaskList, named, phase_at, place};
use ghostc_syntax::{FileId, Span};
use std::collections::{BTreeMap, BTreeSet};

/// The tasks of a package as texts may count them, each by index.
pub(super) struct Tasks<'a> {
    package: &'a Package,
    list: TaskList<'a>,
    /// By the number of their phase.
    phases: BTreeMap<u64, BTreeSet<usize>>,
    /// By story: `US1`.
    stories: BTreeMap<String, BTreeSet<usize>>,
    /// By each heading that they stand below, near or far.
    sections: BTreeMap<(usize, usize), BTreeSet<usize>>,
}

/// Some tasks, and a clause that says how many they are.
#[derive(Clone)]
struct Set {
    tasks: BTreeSet<usize>,
    clause: String,
    parts: Vec<String>,
}

/// Which of some tasks are counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    All,
    Parallel,
    Sequential,
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
            list,
            phases: BTreeMap::new(),
            stories: BTreeMap::new(),
            sections: BTreeMap::new(),
        };
        for (at, task) in package.facts.tasks.iter().enumerate() {
            tasks.file(at, task);
        }
        Some(tasks)
    }

    fn file(&mut self, at: usize, task: &DeclaredTask) {
        if let Some(phase) = self.list.phase(task) {
            self.phases.entry(phase).or_default().insert(at);
        }
        for story in &task.stories {
            self.stories.entry(story.clone()).or_default().insert(at);
        }
        let home = self.package.documents.get(task.document);
        let mut next = task.heading;
        while let Some((above, heading)) =
            next.and_then(|above| Some((above, home?.spec.headings.get(above)?)))
        {
            self.sections
                .entry((task.document, above))
                .or_default()
                .insert(at);
            next = heading.parent;
        }
    }

    /// What a number in a text counts.
    pub(super) fn read(&self, claim: Claim<'_>) -> Option<Counted> {
        let (document, heading) = claim.home?;
        let lists = self.list.documents().any(|(at, _)| at == document);
        if !lists || !matches!(claim.place, Place::Prose | Place::Row) {
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
        let adjectives = noun.as_ref().map_or(&[][..], |noun| &noun.adjectives);
        if noun.is_none() && !is_key(&key) {
            return None;
        }
        let which = which(&key, adjectives, tail)?;
        let sets = self
            .scoped(&scope)?
            .or_else(|| self.unscoped(&key, adjectives, which, document, heading))?;
        self.counted(sets, which)
    }

    /// What a number in a column of counts counts.
    pub(super) fn cell(&self, cell: Cell<'_>) -> Option<Counted> {
        let head = words(cell.head).join(" ");
        let heads = [
            "tasks",
            "task count",
            "number of tasks",
            "count",
            "タスク数",
            "タスク",
            "件数",
        ];
        if !heads.contains(&head.as_str()) {
            return None;
        }
        let ids = cell.others.iter().find(|text| is_list_of_ids(text));
        let label = words(cell.label);
        let first = label.first().map(String::as_str).unwrap_or_default();
        let phase_column =
            cell.label_head.to_lowercase().starts_with("phase") || cell.label_head.starts_with("フェーズ");
        let sets = if let Some(ids) = ids {
            self.ranges(ids)?
        } else if ["total", "合計", "計", "all", "sum"].contains(&first) {
            vec![self.everything()]
        } else if let Some(phase) = cell.label.trim().parse().ok().filter(|_| phase_column) {
            vec![self.phases([phase].into())?]
        } else {
            self.scoped(cell.label)??
        };
        self.counted(sets, Which::All)
    }

    /// The tasks that a text names by ids, phases or stories. Nothing inside where it names none; nothing at all where
    /// it names what is not there.
    #[expect(
        clippy::option_option,
        reason = "naming nothing and naming what is not there are two things"
    )]
    fn scoped(&self, text: &str) -> Option<Option<Vec<Set>>> {
        if !named(text, Span::start_of(FileId(0))).is_empty() {
            return self.ranges(text).map(Some);
        }
        let phases = phases(text);
        if !phases.is_empty() {
            return self.phases(phases).map(|set| Some(vec![set]));
        }
        let stories = stories(text);
        match stories.as_slice() {
            [] => Some(None),
            [story] => self.story(story).map(Some),
            _ => None,
        }
    }

    /// The tasks of some ids and ranges: those that stand between the ends in the list, and those whose numbers do.
    fn ranges(&self, text: &str) -> Option<Vec<Set>> {
        let (mut by_place, mut by_number) = (BTreeSet::new(), BTreeSet::new());
        let mut odd = Vec::new();
        let mut written = Vec::new();
        for named in named(text, Span::start_of(FileId(0))) {
            let (first, last) = (named.names.first()?, named.names.last()?);
            let (from, to) = (self.list.find(first)?, self.list.find(last)?);
            by_place.extend(
                (from..=to).filter(|at| self.list.tasks().get(*at).is_some_and(|task| task.has_own_id)),
            );
            let between = self.between(first, last)?;
            odd.extend(
                named
                    .names
                    .iter()
                    .filter(|id| self.list.find(id).is_none())
                    .map(|id| format!("no `{id}`")),
            );
            let known: BTreeSet<&str> = named.names.iter().map(String::as_str).collect();
            let more = by_place
                .union(&between)
                .filter_map(|at| self.list.tasks().get(*at));
            odd.extend(
                more.filter(|task| !known.contains(task.id.as_str()))
                    .map(|task| format!("also `{}`", task.id)),
            );
            by_number.extend(between);
            written.extend(text.get(named.span.range()));
        }
        let set = |tasks: BTreeSet<usize>| Set {
            tasks,
            clause: format!("`{}` holds {{}}", written.join("`, `")),
            parts: odd.clone(),
        };
        Some(vec![set(by_place), set(by_number)])
    }

    /// The tasks whose ids lie between two.
    fn between(&self, first: &str, last: &str) -> Option<BTreeSet<usize>> {
        let (stem, from, _) = place(first)?;
        let (_, to, suffix) = place(last)?;
        let inside = |id: &str| {
            place(id).is_some_and(|(other, number, letter)| {
                other == stem
                    && from <= number
                    && (number < to || (number == to && (letter <= suffix || first != last)))
            })
        };
        Some(
            self.list
                .ids()
                .filter(|id| inside(id))
                .filter_map(|id| self.list.find(id))
                .collect(),
        )
    }

    fn phases(&self, phases: BTreeSet<u64>) -> Option<Set> {
        let mut tasks = BTreeSet::new();
        let mut parts = Vec::new();
        for phase in &phases {
            let of = self.phases.get(phase)?;
            tasks.extend(of);
            parts.push(format!("phase {phase}: {}", of.len()));
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
        let parts = if parts.len() > 1 { parts } else { Vec::new() };
        Some(Set { tasks, clause, parts })
    }

    /// The tasks with a story's label, and those of the section that names it.
    fn story(&self, story: &str) -> Option<Vec<Set>> {
        let labelled = self.stories.get(story)?;
        let number = story.trim_start_matches("US");
        let titled = self.sections.iter().filter(|((document, at), _)| {
            let heading = self
                .package
                .documents
                .get(*document)
                .and_then(|home| home.spec.headings.get(*at));
            heading.is_some_and(|heading| stories(&heading.text) == [format!("US{number}")])
        });
        let clause = format!("`{story}` has {{}}");
        let set = |tasks: &BTreeSet<usize>| Set {
            tasks: tasks.clone(),
            clause: clause.clone(),
            parts: Vec::new(),
        };
        Some(
            std::iter::once(set(labelled))
                .chain(titled.map(|(_, tasks)| set(tasks)))
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
            if let Some(tasks) = self.sections.get(&(document, at)) {
                let title = &home.spec.headings.get(at)?.text;
                let clause = match phase_at(home, Some(at)) {
                    Some((_, phase)) => format!("phase {phase} has {{}}"),
                    None => format!("the section `{title}` has {{}}"),
                };
                let all = tasks.len() == self.list.tasks().len();
                return (!all).then(|| Set {
                    tasks: tasks.clone(),
                    clause,
                    parts: Vec::new(),
                });
            }
            next = home.spec.headings.get(at)?.parent;
        }
        None
    }

    fn everything(&self) -> Set {
        let parts = self
            .phases
            .iter()
            .map(|(phase, tasks)| format!("phase {phase}: {}", tasks.len()));
        Set {
            tasks: (0..self.list.tasks().len()).collect(),
            clause: "the list has {}".to_string(),
            parts: parts.collect(),
        }
    }

    /// How many the tasks of some sets are, in the ways that people count nested lists.
    fn counted(&self, sets: Vec<Set>, which: Which) -> Option<Counted> {
        let first = sets.first()?.clone();
        let mut truths: Vec<u64> = Vec::new();
        for set in sets {
            let tasks: Vec<&DeclaredTask> = set
                .tasks
                .iter()
                .filter_map(|at| self.list.tasks().get(*at))
                .collect();
            for way in WAYS {
                let counts = |task: &&&DeclaredTask| way(task) && which.takes(task);
                let count = tasks.iter().filter(counts).count() as u64;
                if !truths.contains(&count) {
                    truths.push(count);
                }
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

impl Which {
    fn takes(self, task: &DeclaredTask) -> bool {
        match self {
            Which::All => true,
            Which::Parallel => task.parallel,
            Which::Sequential => !task.parallel,
        }
    }
}

/// The ways in which people count a list: all of it, with ids only, without stops, the leaves, the top, what is required.
const WAYS: [fn(&DeclaredTask) -> bool; 6] = [
    |_| true,
    |task| task.has_own_id,
    |task| task.role != TaskRole::Checkpoint,
    |task| task.role != TaskRole::Group,
    |task| task.parent.is_none(),
    |task| !task.optional,
];

/// What makes a number the count of everything.
const TOTAL: &[&str] = &[
    "total",
    "all",
    "overall",
    "altogether",
    "合計",
    "総タスク数",
    "全体",
    "全",
];

/// The words that a key of a count may be made of besides those that say of what.
const KEY: &[&str] = &[
    "total",
    "all",
    "overall",
    "estimated",
    "task",
    "tasks",
    "count",
    "number",
    "of",
    "full",
    "feature",
    "set",
    "this",
    "the",
    "list",
    "plan",
    "has",
    "have",
    "contains",
    "is",
    "are",
    "there",
    "scope",
    "phase",
    "phases",
    "parallel",
    "parallelizable",
    "sequential",
    "opportunities",
    "complete",
    "タスク数",
    "タスク",
    "合計",
    "総タスク数",
    "全体",
    "全",
];

/// Whether a text is nothing but a key for a count of tasks: `Total tasks:`.
fn is_key(key: &str) -> bool {
    let said = words(key);
    let scoped = |word: &String| {
        word.chars().all(|c| c.is_ascii_digit() || c == '-')
            || word
                .strip_prefix("us")
                .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let known = said
        .iter()
        .all(|word| KEY.contains(&word.as_str()) || scoped(word));
    known
        && said
            .iter()
            .any(|word| matches!(word.as_str(), "task" | "tasks" | "タスク数" | "総タスク数"))
}

/// The noun after a number, with the words between the two.
struct Noun<'t> {
    adjectives: Vec<String>,
    tail: &'t str,
}

fn noun(after: &str) -> Option<Noun<'_>> {
    let mut rest = after.trim_start();
    for counter in ["個の", "件の", "つの"] {
        rest = rest.strip_prefix(counter).unwrap_or(rest);
    }
    if let Some(tail) = rest.strip_prefix("タスク") {
        return Some(Noun {
            adjectives: Vec::new(),
            tail,
        });
    }
    let mut adjectives = Vec::new();
    for _ in 0..3 {
        rest = rest.trim_start();
        let len = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '-'))
            .unwrap_or(rest.len());
        let word = rest.get(..len)?.to_lowercase();
        rest = rest.get(len..)?;
        match word.as_str() {
            "task" | "tasks" => {
                return Some(Noun {
                    adjectives,
                    tail: rest,
                });
            }
            "total" | "parallel" | "parallelizable" | "parallelisable" | "sequential" | "non-parallel" => {
                adjectives.push(word)
            }
            _ => return None,
        }
    }
    None
}

/// The part of a text after a count that may say of what: what is in brackets, or up to the end of the clause.
fn clause_after(tail: &str) -> &str {
    let bare = tail.trim_start();
    let end = if let Some(inside) = bare.strip_prefix(['(', '（']) {
        inside.find([')', '）']).map_or(bare.len(), |at| at + 1)
    } else if bare.starts_with("in ")
        || bare.starts_with("for ")
        || bare.starts_with("across ")
        || bare.starts_with("marked ")
    {
        bare.find([',', ';', '.', '(', '|']).unwrap_or(bare.len())
    } else {
        0
    };
    bare.get(..end).unwrap_or_default()
}

/// Whether a count can end where a text starts.
fn closes(tail: &str) -> bool {
    let bare = tail.trim_start();
    let follows = [
        "total", "in", "across", "marked", "tagged", "with", "for", "overall", "over",
    ];
    let word: String = bare.chars().take_while(|c| c.is_alphanumeric()).collect();
    bare.is_empty()
        || bare.starts_with([
            '(', ')', '（', '）', ',', '.', ';', ':', '|', '=', '—', '–', '[', '、', '。', '→',
        ])
        || bare.starts_with("- ")
        || follows.contains(&word.as_str())
}

/// Which tasks a claim counts; nothing where its words contradict each other.
fn which(key: &str, adjectives: &[String], tail: &str) -> Option<Which> {
    let tail = tail.split(['.', ';']).next().unwrap_or_default();
    let said = words(key);
    let has = |word: &str| said.iter().chain(adjectives).any(|said| said == word);
    let marked = ["[P]", "(P)"]
        .iter()
        .any(|mark| tail.contains(mark) || key.contains(mark));
    let unmarked =
        tail.contains("not ") || tail.contains("without ") || has("non-parallel") || has("sequential");
    let parallel = has("parallel") || has("parallelizable") || has("parallelisable");
    match (marked || parallel, unmarked) {
        (true, true) if parallel => None,
        (_, true) => Some(Which::Sequential),
        (true, false)
            if marked || has("tasks") || adjectives.iter().any(|word| word.starts_with("parallel")) =>
        {
            Some(Which::Parallel)
        }
        (true, false) => None,
        (false, false) => Some(Which::All),
    }
}

/// The numbers in `Phase 3`, `Phases 1-4`, `Phase 1 + Phase 2`, `フェーズ3`.
fn phases(text: &str) -> BTreeSet<u64> {
    let folded = text.to_lowercase();
    let mut found = BTreeSet::new();
    for word in ["phases", "phase", "フェーズ"] {
        for (offset, _) in folded.match_indices(word) {
            let mut rest = folded.get(offset + word.len()..).unwrap_or_default();
            let mut range_from: Option<u64> = None;
            loop {
                rest = rest.trim_start();
                let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
                let Some(number) = rest.get(..digits).and_then(|digits| digits.parse::<u64>().ok()) else {
                    break;
                };
                let from = range_from
                    .take()
                    .filter(|from| *from < number && number - from < 100);
                found.extend(from.unwrap_or(number)..=number);
                let after = rest.get(digits..).unwrap_or_default();
                let bare = after.trim_start();
                let joint = [
                    ("-", true),
                    ("–", true),
                    ("~", true),
                    ("〜", true),
                    ("through ", true),
                    ("to ", true),
                    ("+", false),
                    ("&", false),
                    ("and ", false),
                ]
                .into_iter()
                .find_map(|(joint, is_range)| Some((bare.strip_prefix(joint)?, is_range)));
                let Some((next, is_range)) = joint else { break };
                range_from = is_range.then_some(number);
                rest = next;
            }
        }
    }
    found
}

/// `US1`, `User Story 2`, in order and once each.
fn stories(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for mark in ["US", "User Story "] {
        for (offset, _) in text.match_indices(mark) {
            let before = text.get(..offset).and_then(|before| before.chars().next_back());
            let rest = text.get(offset + mark.len()..).unwrap_or_default();
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            let name = format!("US{digits}");
            if !digits.is_empty() && !before.is_some_and(char::is_alphanumeric) && !found.contains(&name) {
                found.push(name);
            }
        }
    }
    found
}

/// Whether a cell holds nothing but ids and ranges of them.
fn is_list_of_ids(text: &str) -> bool {
    let mut rest = text.trim().to_string();
    let found = named(text, Span::start_of(FileId(0)));
    for named in found.iter().rev() {
        rest = text
            .get(named.span.range())
            .map_or(rest.clone(), |written| rest.replacen(written, "", 1));
    }
    !found.is_empty()
        && rest
            .chars()
            .all(|c| c.is_whitespace() || matches!(c, ',' | '+' | '&' | '、'))
}
