//! What bullets say of the order of phases: `**User Story 2 (Phase 4)**: Depends on Foundational - extends US1`.
//!
//! A bullet is split into clauses first, and a phase counts only where the verb of order governs it.

use super::names::{PhaseNames, only_names, starts_with_name};
use crate::dialects::{Doc, governed};
use ghostc_syntax::Span;

/// Words that stand before what comes first.
const BEFORE: &[&str] = &[
    "depends only on ",
    "depend only on ",
    "depends on ",
    "depend on ",
    "dependent on ",
    "blocked by ",
    "requires ",
    "require ",
    "after ",
    "depende de ",
    "después de ",
    "depois de ",
    "dépend de ",
    "après ",
    "nach ",
    "依赖",
];
/// Words that stand behind what comes first.
const BEHIND: &[&str] = &[
    "完了後",
    "に依存",
    "の後",
    "完成后",
    "之后",
    "이후",
    "완료 후",
    "에 의존",
];
/// Words for what needs no order.
const PARALLEL: &[&str] = &[
    "parallel",
    "並列",
    "並行",
    "并行",
    "병렬",
    "paralel",
    "parallèle",
    "simultan",
];

/// A bullet about phases.
pub(super) struct PhaseClause {
    /// The phases that it is about, each of which waits for the one before where it draws an arrow.
    pub(super) subjects: Vec<usize>,
    /// Whether its subjects wait for each other.
    pub(super) chain: bool,
    /// What its first subject, or each of them, waits for.
    pub(super) after: After,
    /// The words that say so.
    pub(super) span: Span,
}

/// What comes first.
#[derive(Default)]
pub(super) struct After {
    /// These phases.
    pub(super) phases: Vec<usize>,
    /// Those of all stories.
    pub(super) stories: bool,
    /// All phases before.
    pub(super) all: bool,
}

/// All that the bullets of a document say of phases.
pub(super) fn read(doc: Doc<'_>, known: &PhaseNames, is_story: &dyn Fn(usize) -> bool) -> Vec<PhaseClause> {
    let items = doc.spec.items.iter().filter(|item| item.check.is_none());
    let texts = items.filter_map(|item| doc.item_text(item));
    texts
        .flat_map(|at| bullet(doc.text(at), at, known, is_story))
        .collect()
}

fn bullet(text: &str, at: Span, known: &PhaseNames, is_story: &dyn Fn(usize) -> bool) -> Vec<PhaseClause> {
    let Some((subject, body)) = subject(text, known) else {
        return Vec::new();
    };
    let (mut subjects, chain) = subjects(subject, known);
    if is_about_stories(subject) {
        subjects.retain(|phase| is_story(*phase));
    }
    if subjects.is_empty() {
        return Vec::new();
    }
    let said = clauses(text, body).into_iter().filter_map(|clause| {
        let after = after(&clause.text, known)?;
        let (start, end) = (at.start as usize + clause.start, at.start as usize + clause.end);
        Some(PhaseClause {
            subjects: subjects.clone(),
            chain,
            after,
            span: Span::new(at.file, start, end),
        })
    });
    said.collect()
}

/// What a bullet is about, and where the rest starts: up to a colon, else up to a word of order.
fn subject<'t>(text: &'t str, known: &PhaseNames) -> Option<(&'t str, usize)> {
    let mut depth = 0;
    let colon = text.char_indices().find(|(_, c)| {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth -= 1,
            _ => {}
        }
        depth == 0 && matches!(c, ':' | '：')
    });
    if let Some((at, c)) = colon {
        let subject = text.get(..at)?;
        if !subjects(subject, known).0.is_empty() {
            return Some((subject, at + c.len_utf8()));
        }
    }
    let (at, _) = marker(text)?;
    let subject = text.get(..at)?;
    starts_with_name(subject).then_some((subject, at))
}

/// The phases that a bullet is about, in order, and whether it draws an arrow between them.
fn subjects(subject: &str, known: &PhaseNames) -> (Vec<usize>, bool) {
    let chain = subject.contains(['→', '⇒']) || subject.contains("->");
    let mut found = known.numbered(subject);
    if found.is_empty() && subject.chars().count() <= 60 {
        found = known.titled(subject);
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|phase| seen.insert(*phase));
    found.sort_unstable();
    (found, chain)
}

fn is_about_stories(text: &str) -> bool {
    let folded = text.to_lowercase();
    ["stories", "ストーリー", "用户故事"]
        .iter()
        .any(|word| folded.contains(word))
}

/// A part of a bullet that says one thing.
struct PlainClause {
    text: String,
    start: usize,
    end: usize,
}

/// The clauses of a text from an offset on. What stands in brackets is a reason, unless it holds names alone or says
/// what comes first.
fn clauses(text: &str, from: usize) -> Vec<PlainClause> {
    let mut out: Vec<PlainClause> = Vec::new();
    let mut current = String::new();
    let (mut start, mut depth, mut open) = (from, 0, from);
    let rest = text.get(from..).unwrap_or_default();
    for (at, c) in rest.char_indices().map(|(at, c)| (from + at, c)) {
        let ahead = text.get(at..).unwrap_or_default();
        match c {
            '(' | '（' => {
                depth += 1;
                if depth == 1 {
                    open = at + c.len_utf8();
                }
            }
            ')' | '）' if depth > 0 => {
                depth -= 1;
                let inside = text.get(open..at).unwrap_or_default();
                if depth == 0 && only_names(inside) {
                    current.push_str(inside);
                } else if depth == 0 && marker(inside).is_some_and(|(at, _)| at == 0) {
                    push(&mut out, inside.to_string(), open, at);
                }
            }
            _ if depth > 0 => {}
            ';' | '；' | '。' | '.' if c != '.' || ends_sentence(text, at) => {
                push(&mut out, std::mem::take(&mut current), start, at);
                start = at + c.len_utf8();
            }
            ' ' if [" - ", " – ", " — "].iter().any(|dash| ahead.starts_with(dash)) => {
                push(&mut out, std::mem::take(&mut current), start, at);
                start = at + 1;
            }
            _ => current.push(c),
        }
    }
    push(&mut out, current, start, text.len());
    out
}

/// Whether a full stop is the end of a sentence, and not of a short form such as `e.g.`.
fn ends_sentence(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let after = text.get(at + 1..).unwrap_or_default();
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    let is_short = word.contains('.') || ["vs", "etc", "incl", "esp"].contains(&word.trim_start_matches('('));
    (after.is_empty() || after.starts_with(char::is_whitespace)) && !is_short
}

/// Keeps a clause that is not empty, without the marks around it.
fn push(out: &mut Vec<PlainClause>, text: String, start: usize, end: usize) {
    let bare = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    if !bare.is_empty() {
        let lead = text.len() - bare.len();
        let start = (start + lead).min(end);
        out.push(PlainClause {
            text: bare.to_string(),
            start,
            end,
        });
    }
}

/// Where the first word of order that stands before what it orders starts and ends.
fn marker(text: &str) -> Option<(usize, usize)> {
    markers(text).into_iter().next()
}

/// Where the words of order that stand before what they order start and end, and none is in another.
fn markers(text: &str) -> Vec<(usize, usize)> {
    let folded = text.to_ascii_lowercase();
    let mut found: Vec<(usize, usize)> = Vec::new();
    for word in BEFORE {
        let starts = folded.match_indices(word);
        let whole = starts.filter(|(at, _)| {
            let before = folded.get(..*at).and_then(|before| before.chars().next_back());
            !before.is_some_and(|c| c.is_ascii_alphanumeric())
        });
        found.extend(whole.map(|(at, word)| (at, at + word.len())));
    }
    found.sort_unstable();
    let mut end = 0;
    found.retain(|(start, stop)| {
        let is_next = *start >= end;
        end = if is_next { *stop } else { end };
        is_next
    });
    found
}

/// What a clause says comes first: nothing where it says nothing of order, and no phase where it says that none does.
fn after(text: &str, known: &PhaseNames) -> Option<After> {
    let folded = text.to_lowercase();
    let free = folded.starts_with("no ") && folded.contains("dependenc")
        || (folded.contains("依存") && folded.contains("なし"));
    if free {
        return Some(After::default());
    }
    let markers = markers(text);
    if markers.is_empty() {
        let end = BEHIND.iter().filter_map(|word| text.find(word)).min()?;
        let named = text.get(..end)?;
        let denied = governed::is_denied(named) || PARALLEL.iter().any(|word| named.contains(word));
        return first(named, known, usize::MAX).filter(|_| !denied);
    }
    let mut all = After::default();
    let ends = markers
        .iter()
        .skip(1)
        .map(|(start, _)| *start)
        .chain([text.len()]);
    for ((start, from), to) in markers.iter().zip(ends) {
        let denied = text.get(..*start).is_some_and(governed::is_denied);
        let named = text.get(*from..to).filter(|_| !denied).unwrap_or_default();
        let places: Vec<_> = known.named(named).into_iter().map(|(place, _)| place).collect();
        if let Some(found) = first(named, known, governed::governed(named, &places)) {
            all.phases.extend(found.phases);
            all.stories |= found.stories;
            all.all |= found.all;
        }
    }
    (!all.phases.is_empty() || all.stories || all.all).then_some(all)
}

/// What the first names of a text say comes first, or a word for all of them.
fn first(named: &str, known: &PhaseNames, count: usize) -> Option<After> {
    let phases: Vec<usize> = known
        .named(named)
        .into_iter()
        .take(count)
        .flat_map(|(_, phases)| phases)
        .collect();
    let folded = named.to_lowercase();
    let every = ["all ", "every ", "全", "すべて", "所有"]
        .iter()
        .any(|word| folded.contains(word));
    let every = every && phases.is_empty() && !governed::is_denied(&folded);
    let stories = every && names_stories(&folded);
    let all = every
        && !stories
        && ["phase", "フェーズ", "阶段"]
            .iter()
            .any(|word| folded.contains(word));
    let found = After { phases, stories, all };
    (!found.phases.is_empty() || stories || all).then_some(found)
}

fn names_stories(folded: &str) -> bool {
    let words = ["stor", "ストーリー", "故事"];
    words.iter().any(|word| folded.contains(word))
        || folded
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word == "us")
}
