//! The facts of a package that have names of their own: requirements, criteria, scenarios, stories, tasks. Which stretch
//! of text each has, and which of them is the innermost one around a place.

use super::kind::Subject;
use ghostc_spec::facts::{DeclaredTask, TaskRole, TaskState};
use ghostc_spec::library::{Document, Package};
use ghostc_syntax::{FileId, Sources, Span, Strength};
use std::collections::BTreeMap;

/// A fact with a name.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// What it is.
    pub(super) subject: Subject,
    /// Its id as written, or as its dialect derives it.
    pub(super) id: String,
    /// All of it.
    pub(super) span: Span,
    /// The heading that opens it, as an index into its document's; nothing for an item or a paragraph.
    pub(super) heading: Option<usize>,
    /// What stands before its words and is no part of them: a box, an id, labels. Empty at its start where there is none.
    pub(super) label: Span,
    /// Whether its id is a word that its author chose, and no mere place in a list.
    pub(super) is_chosen: bool,
    /// Whether its id is written where it is, and not made of its place.
    pub(super) has_written_id: bool,
    /// What people call it, where its heading holds a number as its id.
    pub(super) title: Option<String>,
    /// How binding it is.
    pub(super) strength: Option<Strength>,
    /// How far a task is.
    pub(super) state: Option<TaskState>,
    /// Whether a task may be left out.
    pub(super) optional: bool,
    /// How important a story is, as written.
    pub(super) priority: Option<String>,
    /// The named fact that it lies in.
    pub(super) parent: Option<usize>,
}

/// Where named facts open.
pub(super) struct Openings {
    /// Headings, by their first byte.
    headings: BTreeMap<(FileId, u32), usize>,
    /// What stands before the words of a unit, by its first byte: where the words start, and which fact it is.
    labels: BTreeMap<(FileId, u32), (u32, usize)>,
}

impl Openings {
    /// Where some facts open.
    pub(super) fn of(all: &[Named]) -> Openings {
        let mut openings = Openings {
            headings: BTreeMap::new(),
            labels: BTreeMap::new(),
        };
        for (at, named) in all.iter().enumerate() {
            let start = (named.label.file, named.label.start);
            if named.heading.is_some() {
                openings.headings.insert(start, at);
            } else {
                openings.labels.insert(start, (named.label.end, at));
            }
        }
        openings
    }

    /// The fact that a heading opens.
    pub(super) fn heading(&self, heading: Span) -> Option<usize> {
        self.headings.get(&(heading.file, heading.start)).copied()
    }

    /// The words of a sentence behind the label of the fact that it opens, and that fact.
    pub(super) fn label(&self, sentence: Span) -> Option<(Span, usize)> {
        let (words, named) = *self.labels.get(&(sentence.file, sentence.start))?;
        // A label may be all that a sentence has.
        let start = words.min(sentence.end);
        Some((Span { start, ..sentence }, named))
    }
}

/// All named facts of a package, in the order of the text, outer ones first.
pub(super) fn all(package: &Package, sources: &Sources) -> Vec<Named> {
    let homes: BTreeMap<FileId, IndexedDocument<'_>> = package
        .documents
        .iter()
        .map(|document| (document.spec.file, IndexedDocument::of(document, sources)))
        .collect();
    let mut out: Vec<Named> = Vec::new();
    let home = |span: Span| homes.get(&span.file);
    let facts = &package.facts;
    for found in &facts.requirements {
        let Some(home) = home(found.span) else { continue };
        // A requirement that is the whole document adds nothing to its clauses.
        if !home.is_title(found.span) {
            let title = is_number(&found.id).then(|| found.title.clone());
            let whole = IdentifiedSpan {
                span: found.section,
                id: &found.id,
                words: None,
            };
            let mut named = home.named(Subject::Requirement, whole, found.span);
            named.has_written_id = named.has_written_id || title.is_some();
            (named.strength, named.title) = (found.strength, title);
            out.push(named);
        }
        out.extend(found.criteria.iter().map(|criterion| {
            let whole = IdentifiedSpan {
                span: criterion.span,
                id: &criterion.id,
                words: Some(criterion.span.start),
            };
            let mut named = home.named(Subject::Criterion, whole, criterion.span);
            (named.strength, named.is_chosen) = (criterion.strength, false);
            named
        }));
    }
    for found in &facts.scenarios {
        let id = found.id(facts);
        let whole = IdentifiedSpan {
            span: found.section,
            id: &id,
            words: Some(found.span.start),
        };
        out.extend(home(found.span).map(|home| home.named(Subject::Scenario, whole, found.span)));
    }
    for found in &facts.stories {
        // A story in a requirement is a paragraph of that.
        let Some(home) = home(found.span).filter(|home| home.headings.contains_key(&found.span.start)) else {
            continue;
        };
        let whole = IdentifiedSpan {
            span: found.section,
            id: &found.id,
            words: None,
        };
        let mut named = home.named(Subject::Story, whole, found.span);
        named.has_written_id = true;
        (named.title, named.priority) = (Some(found.title.clone()), found.priority.clone());
        out.push(named);
    }
    for found in facts.tasks.iter().filter(|task| task.role != TaskRole::Point) {
        out.extend(home(found.span).map(|home| home.task(found)));
    }
    nest(&mut out);
    out
}

/// Which id a fact has and where it is.
struct IdentifiedSpan<'a> {
    span: Span,
    id: &'a str,
    /// Where its words start, if that is known.
    words: Option<u32>,
}

/// A document with what is looked up in it.
struct IndexedDocument<'a> {
    document: &'a Document,
    sources: &'a Sources,
    /// The headings by their first byte.
    headings: BTreeMap<u32, usize>,
    /// The items by the first byte of their text.
    items: BTreeMap<u32, Span>,
}

impl<'a> IndexedDocument<'a> {
    fn of(document: &'a Document, sources: &'a Sources) -> IndexedDocument<'a> {
        let spec = &document.spec;
        let headings = spec.headings.iter().enumerate();
        let items = spec.items.iter().filter_map(|item| {
            let text = spec.blocks.get(item.block()?)?;
            Some((text.span.start, item.span))
        });
        IndexedDocument {
            document,
            sources,
            headings: headings.map(|(at, heading)| (heading.span.start, at)).collect(),
            items: items.collect(),
        }
    }

    fn is_title(&self, span: Span) -> bool {
        let spec = &self.document.spec;
        self.headings
            .get(&span.start)
            .is_some_and(|at| spec.headings.get(*at).is_some_and(|heading| heading.level == 1))
    }

    fn named(&self, subject: Subject, whole: IdentifiedSpan<'_>, at: Span) -> Named {
        let heading = self.headings.get(&whole.span.start).copied();
        let block = self.block(at);
        let item = self.items.get(&block.start).copied();
        let around = if whole.span.contains(block) {
            whole.span
        } else {
            block
        };
        let words = whole.words.unwrap_or_else(|| self.after_id(at));
        let (span, label) = match heading {
            Some(_) => (
                whole.span,
                Span {
                    end: whole.span.start,
                    ..whole.span
                },
            ),
            None => {
                let start = self.first_sentence(block);
                let end = words.max(start);
                (item.unwrap_or(around), Span { start, end, ..block })
            }
        };
        let is_word = !is_number(whole.id) && !whole.id.contains('/');
        Named {
            subject,
            id: whole.id.to_string(),
            span,
            heading,
            label,
            is_chosen: heading.is_none() && is_word,
            has_written_id: heading.is_none() && label.start < label.end,
            title: None,
            strength: None,
            state: None,
            optional: false,
            priority: None,
            parent: None,
        }
    }

    /// The block that a place is in.
    fn block(&self, at: Span) -> Span {
        let blocks = &self.document.spec.blocks;
        let after = blocks.partition_point(|block| block.span.start <= at.start);
        let found = after.checked_sub(1).and_then(|last| blocks.get(last));
        found.map_or(at, |block| block.span)
    }

    /// Where the first sentence of a block starts: behind its check box.
    fn first_sentence(&self, block: Span) -> u32 {
        let sentences = &self.document.spec.sentences;
        let next = sentences.partition_point(|sentence| sentence.span.start < block.start);
        let first = sentences.get(next).filter(|first| block.contains(first.span));
        first.map_or(block.start, |first| first.span.start)
    }

    fn task(&self, task: &DeclaredTask) -> Named {
        let whole = IdentifiedSpan {
            span: task.section,
            id: &task.id,
            words: Some(self.words_of(task)),
        };
        let mut named = self.named(Subject::Task, whole, task.span);
        named.is_chosen = named.is_chosen && task.has_own_id;
        named.has_written_id = task.has_own_id;
        (named.state, named.optional) = (Some(task.state), task.optional);
        named
    }

    /// Where the words behind an id start: past the marks that close it, and a colon.
    fn after_id(&self, id: Span) -> u32 {
        let rest = self.rest(id.end);
        let bare = rest.trim_start_matches(['*', '_', '~', '`', '\\', ']', ':', '：', ' ']);
        id.end.saturating_add(length(rest.len() - bare.len()))
    }

    /// Where the words of a task start: behind its box and its id.
    fn words_of(&self, task: &DeclaredTask) -> u32 {
        let text = self.sources.slice(task.span);
        let start = task.span.start;
        let mut from = 0;
        if text.trim_start_matches('\\').starts_with('[') {
            from = text.find(']').map_or(0, |at| at + 1);
        }
        let skip = |from: usize| -> usize {
            let rest = text.get(from..).unwrap_or_default();
            from + rest.len()
                - rest
                    .trim_start_matches(['*', ' ', '.', ':', ')', '_', '\\'])
                    .len()
        };
        from = skip(from);
        if let Some(rest) = text.get(from..).filter(|_| task.has_own_id) {
            from = rest
                .strip_prefix(task.id.as_str())
                .map_or(from, |rest| skip(text.len() - rest.len()));
        }
        start.saturating_add(length(from))
    }

    fn rest(&self, from: u32) -> &'a str {
        let text = &self.sources.get(self.document.spec.file).text;
        text.get(from as usize..).unwrap_or_default()
    }
}

fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// Whether an id is a number such as `1.2`, which is a place in a list.
fn is_number(id: &str) -> bool {
    !id.contains(|c: char| c.is_alphabetic())
}

/// Sorts facts by place, outer ones first, and tells each which one it lies in.
fn nest(all: &mut [Named]) {
    all.sort_by_key(|named| {
        (
            named.span.file,
            named.span.start,
            std::cmp::Reverse(named.span.end),
            named.subject,
        )
    });
    let mut open: Vec<(usize, Span)> = Vec::new();
    for (at, named) in all.iter_mut().enumerate() {
        while open.last().is_some_and(|(_, span)| !holds(*span, named.span)) {
            open.pop();
        }
        named.parent = open.last().map(|(at, _)| *at);
        open.push((at, named.span));
    }
}

fn holds(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.start < outer.end.max(outer.start + 1)
}

/// For each place, in the order of the text, the innermost fact that it lies in.
pub(super) fn innermost(all: &[Named], places: &[Span]) -> Vec<Option<usize>> {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by_key(|at| places.get(*at).copied());
    let mut out = vec![None; places.len()];
    let mut open: Vec<usize> = Vec::new();
    let mut next = 0;
    for at in order {
        let Some(place) = places.get(at) else { continue };
        let starts = |named: &Named| (named.span.file, named.span.start) <= (place.file, place.start);
        while all.get(next).is_some_and(starts) {
            open.push(next);
            next += 1;
        }
        while open
            .last()
            .is_some_and(|last| all.get(*last).is_none_or(|named| !holds(named.span, *place)))
        {
            open.pop();
        }
        if let Some(found) = out.get_mut(at) {
            *found = open.last().copied();
        }
    }
    out
}
