//! Lists of tasks: items with a check box, and headings that are tasks, in the ways that people write them.

use super::Doc;
use super::mentions::{self, Named};
use crate::facts::{DeclaredTask, Mention, TaskRole, TaskState};
use crate::id_range::IdRange;
use ghostc_syntax::{BlockKind, Item, Span};
use std::collections::{BTreeMap, BTreeSet};

/// What a dialect's task list says where.
pub(super) struct Grammar {
    /// What a task's own text and each of its notes name as requirements.
    pub(super) requirements: fn(&str, Span) -> Named,
    /// What a task's own text and each of its notes name as tasks that come first.
    pub(super) depends_on: fn(&str, Span) -> Vec<IdRange>,
    /// Requirements that it mentions in passing.
    pub(super) mentions: fn(&str, Span) -> Vec<Mention>,
}

/// The tasks of a document, in its order. Groups have the role; ids that the author left out are made of words.
pub(super) fn read(doc: Doc<'_>, grammar: &Grammar) -> Vec<DeclaredTask> {
    let notes = Notes::new(doc);
    let mut tasks: Vec<DeclaredTask> = Vec::new();
    let mut of_item: BTreeMap<usize, usize> = BTreeMap::new();
    let mut last: BTreeMap<String, usize> = BTreeMap::new();
    let mut candidates: Vec<Candidate<'_>> = boxed_items(doc).collect();
    let numbers = own_numbers(doc, &candidates);
    let any_items = !candidates.is_empty();
    candidates.extend(heading_tasks(doc, any_items));
    candidates.sort_by_key(|(_, words, ..)| *words);
    for (item, words, section, heading, mark) in candidates {
        let mut labels = Labels::read(doc.text(words));
        let number = item.and_then(|(_, item)| item.number.filter(|_| item.parent().is_none()));
        if labels.id.is_none() {
            labels.id = number
                .filter(|number| numbers.contains(number))
                .map(|number| number.to_string());
        }
        let (mark, star) = mark.or(labels.check).unwrap_or((' ', false));
        let at = tasks.len();
        let nested = item.and_then(|(_, item)| enclosing(doc, item, &of_item));
        if let Some((item, _)) = item {
            of_item.insert(item, at);
        }
        // An id such as `1.2` says itself what it is a part of.
        let stem = labels.id.as_deref().and_then(|id| id.rsplit_once('.'));
        let above = stem.and_then(|(stem, _)| last.get(stem).copied());
        last.extend(labels.id.clone().map(|id| (id, at)));
        let title = doc.plain_end(words, labels.title);
        tasks.push(DeclaredTask {
            id: labels.id.clone().unwrap_or_default(),
            has_own_id: labels.id.is_some(),
            role: if is_checkpoint(&title) {
                TaskRole::Checkpoint
            } else {
                TaskRole::Work
            },
            title,
            document: doc.index,
            span: words,
            section,
            heading,
            state: state(mark),
            optional: star || labels.star,
            parallel: labels.parallel,
            stories: labels.stories,
            parent: above.or(nested),
            requirements: Vec::new(),
            mentions: Vec::new(),
            unknown_requirements: Vec::new(),
            properties: Vec::new(),
            files: mentions::files(doc.text(words), words),
            depends_on: Vec::new(),
            edges: Vec::new(),
        });
    }
    let texts = notes.of_tasks(&tasks);
    for (task, texts) in tasks.iter_mut().zip(texts) {
        for text in std::iter::once(task.span).chain(texts) {
            read_note(doc, task, text, grammar);
        }
    }
    for at in 0..tasks.len() {
        let parent = tasks.get(at).and_then(|task| task.parent);
        if let Some(parent) = parent.and_then(|parent| tasks.get_mut(parent)) {
            parent.role = TaskRole::Group;
        }
    }
    inherit(doc, &mut tasks, &notes, grammar);
    name(doc, &mut tasks);
    tasks
}

/// An item or heading, its words, all of it, the heading above, and its box.
type Candidate<'a> = (
    Option<(usize, &'a Item)>,
    Span,
    Span,
    Option<usize>,
    Option<(char, bool)>,
);

/// The items of a list that have a box, before their words or behind the number that their words start with.
fn boxed_items(doc: Doc<'_>) -> impl Iterator<Item = Candidate<'_>> {
    doc.spec.items.iter().enumerate().filter_map(move |(at, item)| {
        let text = doc.item_text(item)?;
        let (words, mark) = match item.check.as_deref() {
            Some(check) => {
                let start = check.text.min(text.end);
                (Span { start, ..text }, Some((check.mark, check.star)))
            }
            None => {
                let labels = Labels::read(doc.text(text));
                (labels.id.is_some() && labels.check.is_some()).then_some((text, None))?
            }
        };
        Some((Some((at, item)), words, item.span, item.heading(), mark))
    })
}

/// The numbers of an ordered list of boxes, where each is there once and no other task has one: `1. [ ] Title`. They are
/// ids then.
fn own_numbers(doc: Doc<'_>, candidates: &[Candidate<'_>]) -> BTreeSet<u32> {
    let written = candidates
        .iter()
        .map(|(_, words, ..)| Labels::read(doc.text(*words)).id);
    if written
        .flatten()
        .any(|id| id.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return BTreeSet::new();
    }
    let outer = doc
        .spec
        .items
        .iter()
        .filter(|item| item.check.is_some() && item.parent().is_none());
    let mut numbers: Vec<u32> = outer.filter_map(|item| item.number).collect();
    let all = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    let repeated = numbers.len() < all;
    numbers.into_iter().filter(|_| !repeated).collect()
}

/// Headings with a check box; where no item has one, headings that say `Task 1`.
fn heading_tasks(doc: Doc<'_>, any_items: bool) -> Vec<Candidate<'_>> {
    let headings = doc.spec.headings.iter();
    let tasks = headings.filter_map(|heading| {
        let raw = doc.text(heading.span);
        let lead = raw.len() - raw.trim_start_matches(['#', ' ']).len();
        let start = heading.span.start as usize + lead;
        let words = Span::new(heading.span.file, start, heading.span.end as usize);
        let text = doc.text(words);
        let named = text
            .strip_prefix("Task ")
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let boxed = Labels::read(text).check.is_some();
        (boxed || (named && !any_items)).then(|| (None, words, heading.section(), heading.parent(), None))
    });
    tasks.collect()
}

fn state(mark: char) -> TaskState {
    match mark {
        'x' | 'X' => TaskState::Done,
        '~' => TaskState::Skipped,
        '-' => TaskState::InProgress,
        _ => TaskState::Open,
    }
}

fn is_checkpoint(title: &str) -> bool {
    let folded = title.to_lowercase();
    ["checkpoint", "final checkpoint", "チェックポイント"]
        .iter()
        .any(|word| folded.starts_with(word))
}

/// The task whose item holds an item.
fn enclosing(doc: Doc<'_>, item: &Item, of_item: &BTreeMap<usize, usize>) -> Option<usize> {
    let mut next = item.parent();
    while let Some(at) = next {
        if let Some(task) = of_item.get(&at) {
            return Some(*task);
        }
        next = doc.spec.items.get(at)?.parent();
    }
    None
}

/// What stands before a task's title.
#[derive(Default)]
struct Labels<'t> {
    id: Option<String>,
    check: Option<(char, bool)>,
    star: bool,
    parallel: bool,
    stories: Vec<String>,
    title: &'t str,
}

impl<'t> Labels<'t> {
    fn read(text: &'t str) -> Labels<'t> {
        let mut labels = Labels {
            title: text,
            ..Labels::default()
        };
        loop {
            let rest = labels.title.trim_start();
            labels.title = rest;
            if let Some(after) = rest.strip_prefix("[P]").or_else(|| rest.strip_prefix("(P)")) {
                labels.parallel = true;
                labels.title = after;
            } else if let Some((stories, after)) = stories(rest) {
                labels.stories.extend(stories);
                labels.title = after;
            } else if let Some((mark, after)) = heading_box(rest).filter(|_| labels.check.is_none()) {
                labels.check = Some((mark, false));
                labels.title = after;
            } else if let Some((id, star, after)) = own_id(rest).filter(|_| labels.id.is_none()) {
                labels.id = Some(id);
                labels.star |= star;
                labels.title = after;
            } else {
                return labels;
            }
        }
    }
}

fn heading_box(text: &str) -> Option<(char, &str)> {
    let inside = text.strip_prefix('[')?;
    let mark = inside
        .chars()
        .next()
        .filter(|mark| matches!(mark, ' ' | 'x' | 'X' | '~' | '-'))?;
    Some((mark, inside.get(1..)?.strip_prefix(']')?))
}

/// `[US1]`, `[US1, US2]`.
fn stories(text: &str) -> Option<(Vec<String>, &str)> {
    let (inside, after) = text.strip_prefix('[')?.split_once(']')?;
    let names: Vec<&str> = inside.split([',', '/', '+']).map(str::trim).collect();
    let sound = names.iter().all(|name| {
        name.strip_prefix("US")
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    });
    sound.then(|| (names.into_iter().map(str::to_string).collect(), after))
}

/// What follows a star, which may be escaped.
fn starred(text: &str) -> Option<&str> {
    text.strip_prefix('\\').unwrap_or(text).strip_prefix('*')
}

/// The id that a text starts with, whether a star follows, and the rest.
fn own_id(text: &str) -> Option<(String, bool, &str)> {
    let bare = text.strip_prefix("**").unwrap_or(text);
    let bare = bare
        .strip_prefix("Task ")
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or(bare);
    let len = mentions::task_id(bare)
        .or_else(|| placeholder(bare))
        .or_else(|| number(bare))?;
    let id = bare.get(..len)?;
    let mut rest = bare.get(len..)?;
    let mut star = false;
    loop {
        if let Some(after) = rest.strip_prefix("**") {
            rest = after;
        } else if let Some(after) = starred(rest).filter(|_| !star) {
            (star, rest) = (true, after);
        } else if let Some(after) = rest.strip_prefix(['.', ')', ':']) {
            rest = after;
        } else {
            break;
        }
    }
    let ends = rest.is_empty() || rest.starts_with(char::is_whitespace);
    ends.then(|| (id.to_string(), star, rest))
}

/// `TXXX`: an id that was never filled in.
fn placeholder(text: &str) -> Option<usize> {
    let len = 1 + text.strip_prefix('T')?.chars().take_while(|c| *c == 'X').count();
    (len >= 3).then_some(len)
}

/// `1`, `1.2`, `2.1.3`, `1.2a`: the length without a full stop at the end.
fn number(text: &str) -> Option<usize> {
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(text.len());
    let digits = text.get(..end)?.trim_end_matches('.');
    if !mentions::is_number(digits) {
        return None;
    }
    let dotted = digits.contains('.');
    let letter = text
        .get(digits.len()..)?
        .starts_with(|c: char| c.is_ascii_lowercase());
    Some(digits.len() + usize::from(dotted && letter))
}

/// Reads what a task's own text or one of its notes says.
fn read_note(doc: Doc<'_>, task: &mut DeclaredTask, at: Span, grammar: &Grammar) {
    let text = doc.text(at);
    let named = (grammar.requirements)(text, at);
    task.requirements.extend(named.ids);
    task.unknown_requirements.extend(named.others);
    task.depends_on.extend((grammar.depends_on)(text, at));
    task.mentions.extend((grammar.mentions)(text, at));
    task.properties.extend(properties(text, at));
}

/// `Property 2` in the text of a task.
fn properties(text: &str, at: Span) -> Vec<Mention> {
    let mut found = Vec::new();
    for (offset, word) in text.match_indices("Property ") {
        let start = offset + word.len();
        let rest = text.get(start..).unwrap_or_default();
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let span = Span::new(
            at.file,
            at.start as usize + offset,
            at.start as usize + start + digits,
        );
        found.extend(
            rest.get(..digits)
                .filter(|name| !name.is_empty())
                .map(|name| Mention {
                    name: name.to_string(),
                    span,
                }),
        );
    }
    found
}

/// Tasks that name no requirement take those of their nearest ancestor, else those of their section.
fn inherit(doc: Doc<'_>, tasks: &mut [DeclaredTask], notes: &Notes<'_>, grammar: &Grammar) {
    let sections: BTreeMap<usize, Vec<IdRange>> =
        notes.of_sections(tasks, |text, at| (grammar.requirements)(text, at).ids);
    for at in 0..tasks.len() {
        let Some(task) = tasks.get(at) else { continue };
        if !task.requirements.is_empty()
            || !task.unknown_requirements.is_empty()
            || task.role != TaskRole::Work
        {
            continue;
        }
        let mut above = task.parent;
        let mut taken = Vec::new();
        while let Some(parent) = above.and_then(|parent| tasks.get(parent)) {
            if !parent.requirements.is_empty() {
                taken = parent.requirements.clone();
                break;
            }
            above = parent.parent;
        }
        let mut heading = task.heading;
        while taken.is_empty() {
            let Some(section) = heading else { break };
            taken = sections.get(&section).cloned().unwrap_or_default();
            heading = doc
                .spec
                .headings
                .get(section)
                .and_then(|heading| heading.parent());
        }
        if let Some(task) = tasks.get_mut(at) {
            task.requirements = taken;
        }
    }
}

/// Gives ids to tasks whose author gave none: the section and a hash of the words, so that edits elsewhere change nothing.
fn name(doc: Doc<'_>, tasks: &mut [DeclaredTask]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for task in tasks {
        if !task.has_own_id {
            let section = task.heading.map_or("", |at| doc.spec.anchor(at));
            let words = std::iter::once(task.title.as_str());
            let hash: String = crate::content::digest_lines(words).chars().take(8).collect();
            task.id = if section.is_empty() {
                hash
            } else {
                format!("{section}~{hash}")
            };
        }
        let count = seen
            .entry(task.id.clone())
            .and_modify(|count| *count += 1)
            .or_insert(1);
        if *count > 1 {
            task.id = format!("{}~{count}", task.id);
        }
    }
}

/// The blocks of a document that are no task's own text.
struct Notes<'a> {
    doc: Doc<'a>,
}

impl<'a> Notes<'a> {
    fn new(doc: Doc<'a>) -> Notes<'a> {
        Notes { doc }
    }

    /// The notes of each task: the blocks in its item, but for those of tasks nested in it.
    fn of_tasks(&self, tasks: &[DeclaredTask]) -> Vec<Vec<Span>> {
        let mut notes: Vec<Vec<Span>> = vec![Vec::new(); tasks.len()];
        let mut open: Vec<usize> = Vec::new();
        let mut next = 0;
        for block in self.doc.spec.blocks.iter().filter(|block| is_prose(&block.kind)) {
            while let Some(task) = tasks
                .get(next)
                .filter(|task| task.section.start <= block.span.start)
            {
                open.retain(|at| {
                    tasks
                        .get(*at)
                        .is_some_and(|above| above.section.end >= task.section.end)
                });
                open.push(next);
                next += 1;
            }
            open.retain(|at| {
                tasks
                    .get(*at)
                    .is_some_and(|task| task.section.end >= block.span.end)
            });
            let home = open.last().copied();
            let own = home
                .and_then(|at| tasks.get(at))
                .is_some_and(|task| block.span.contains(task.span));
            if let Some(notes) = home.filter(|_| !own).and_then(|at| notes.get_mut(at)) {
                notes.push(block.span);
            }
        }
        notes
    }

    /// What the paragraphs of each section say that lie in no task.
    fn of_sections<T>(
        &self,
        tasks: &[DeclaredTask],
        read: impl Fn(&str, Span) -> Vec<T>,
    ) -> BTreeMap<usize, Vec<T>> {
        let mut found: BTreeMap<usize, Vec<T>> = BTreeMap::new();
        for block in self
            .doc
            .spec
            .blocks
            .iter()
            .filter(|block| block.kind == BlockKind::Paragraph)
        {
            let after = tasks.partition_point(|task| task.section.start <= block.span.start);
            let inside = after
                .checked_sub(1)
                .and_then(|at| tasks.get(at))
                .is_some_and(|task| task.section.contains(block.span));
            let Some(heading) = block.heading().filter(|_| !inside) else {
                continue;
            };
            found
                .entry(heading)
                .or_default()
                .extend(read(self.doc.text(block.span), block.span));
        }
        found
    }
}

fn is_prose(kind: &BlockKind) -> bool {
    matches!(kind, BlockKind::Paragraph | BlockKind::Item)
}
