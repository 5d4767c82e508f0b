//! Pairs of sections: by title and place, by likeness of title and content, by title or content alone, by order.

use super::similarity::{at_least, bags, best_pairs};
use super::{Outline, OutlineSection, Pairs, grouped};
use std::collections::BTreeMap;

/// The least likeness of titles of sections in one place.
const LIKE_TITLE: f64 = 0.5;
/// The least likeness of content of sections in one place.
const LIKE_CONTENT: f64 = 0.45;
/// The least likeness of titles and of content, where neither is enough alone.
const SOMEWHAT_LIKE: f64 = 0.2;
/// The least likeness of content of sections that stand somewhere else under another title.
const SAME_CONTENT: f64 = 0.7;
/// So many words of a section count as its content.
const CONTENT_WORDS: usize = 400;

/// One side with what is asked of it again and again.
struct Side<'o> {
    outline: &'o Outline,
    titles: Vec<Vec<u64>>,
    content: Vec<Vec<u64>>,
    /// The sections below each section; those at the top come last.
    below: Vec<Vec<usize>>,
}

impl Side<'_> {
    fn new(outline: &Outline) -> Side<'_> {
        let count = outline.sections.len();
        let mut content: Vec<Vec<u64>> = vec![Vec::new(); count];
        for unit in &outline.units {
            if let Some(words) = content.get_mut(unit.section) {
                let room = CONTENT_WORDS.saturating_sub(words.len());
                words.extend(unit.tokens.iter().take(room));
            }
        }
        let titles: Vec<Vec<u64>> = outline
            .sections
            .iter()
            .map(|section| super::tokens(&section.title))
            .collect();
        fill_from_below(outline, &titles, &mut content);
        Side {
            outline,
            titles,
            content,
            below: grouped(&outline.sections, count + 1, |section| {
                Some(section.parent.unwrap_or(count))
            }),
        }
    }

    fn title(&self, at: usize) -> &str {
        self.outline
            .sections
            .get(at)
            .map_or("", |section| section.title.as_str())
    }

    fn number(&self, at: usize) -> Option<&str> {
        self.outline.sections.get(at)?.number.as_deref()
    }

    /// The sections below one, or those at the top.
    fn below(&self, at: Option<usize>) -> &[usize] {
        let at = at.unwrap_or(self.outline.sections.len());
        self.below.get(at).map_or(&[], Vec::as_slice)
    }
}

/// What a number alone tells apart and has no text of its own is known by what is below it.
fn fill_from_below(outline: &Outline, titles: &[Vec<u64>], content: &mut [Vec<u64>]) {
    let numbered = |section: &OutlineSection| section.number.is_some();
    if !outline.sections.iter().any(numbered) {
        return;
    }
    let empty: Vec<bool> = content.iter().map(Vec::is_empty).collect();
    for (at, section) in outline.sections.iter().enumerate().rev() {
        let Some(above) = section.parent else { continue };
        let is_wanted = outline.sections.get(above).is_some_and(numbered) && empty.get(above) == Some(&true);
        let (before, from) = content.split_at_mut(at);
        if let (Some(words), Some(own)) = (before.get_mut(above).filter(|_| is_wanted), from.first()) {
            let room = CONTENT_WORDS.saturating_sub(words.len());
            let title = titles.get(at).map_or(&[][..], Vec::as_slice);
            words.extend(title.iter().chain(own).take(room));
        }
    }
}

fn words(lists: &[Vec<u64>], at: usize) -> &[u64] {
    lists.get(at).map_or(&[], Vec::as_slice)
}

pub(super) fn pair(old: &Outline, new: &Outline) -> Pairs {
    let (old, new) = (Side::new(old), Side::new(new));
    let mut pairs = Pairs::none(old.outline.sections.len(), new.outline.sections.len());
    downwards(&old, &new, &mut pairs);
    same_titles_elsewhere(&old, &new, &mut pairs);
    downwards(&old, &new, &mut pairs);
    same_content_elsewhere(&old, &new, &mut pairs);
    downwards(&old, &new, &mut pairs);
    in_order(&old, &new, &mut pairs);
    pairs
}

/// Below each pair, sections of one title, then like ones; and so on below those.
///
/// All pairs are gone through, and not only those that the top of one side leads to, so that neither side counts for more.
fn downwards(old: &Side<'_>, new: &Side<'_>, pairs: &mut Pairs) {
    let mut open = vec![(None, None)];
    open.extend(pairs.iter().map(|(a, b)| (Some(a), Some(b))));
    while let Some((above_old, above_new)) = open.pop() {
        let (olds, news) = (old.below(above_old), new.below(above_new));
        let (alone, _) = free(olds, news, pairs);
        same_titles(old, new, olds, news, pairs);
        like(old, new, olds, news, pairs);
        open.extend(
            alone
                .into_iter()
                .filter_map(|a| Some((Some(a), Some(pairs.new_of(a)?)))),
        );
    }
}

/// Pairs the sections of each title: in their order, and where a number tells them apart by what they say, then by that
/// number, then in their order where none came or went.
fn same_titles(old: &Side<'_>, new: &Side<'_>, olds: &[usize], news: &[usize], pairs: &mut Pairs) {
    let mut waiting: BTreeMap<&str, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for at in olds.iter().filter(|at| pairs.new_of(**at).is_none()) {
        waiting.entry(old.title(*at)).or_default().0.push(*at);
    }
    for at in news.iter().filter(|at| pairs.old_of(**at).is_none()) {
        waiting.entry(new.title(*at)).or_default().1.push(*at);
    }
    for (olds, news) in waiting.values() {
        let is_numbered = olds.iter().any(|at| old.number(*at).is_some())
            || news.iter().any(|at| new.number(*at).is_some());
        if !is_numbered {
            for (a, b) in olds.iter().zip(news) {
                pairs.add(*a, *b);
            }
            continue;
        }
        by_content(old, new, olds, news, pairs);
        let (olds, news) = free(olds, news, pairs);
        for a in &olds {
            let is_called_so = |b: &&usize| new.number(**b) == old.number(*a) && pairs.old_of(**b).is_none();
            let same = news.iter().find(is_called_so).copied();
            let says_nothing =
                |b: usize| words(&old.content, *a).is_empty() || words(&new.content, b).is_empty();
            if let Some(b) = same.filter(|b| says_nothing(*b)) {
                pairs.add(*a, b);
            }
        }
        let (olds, news) = free(&olds, &news, pairs);
        if olds.len() == news.len() {
            for (a, b) in olds.iter().zip(&news) {
                pairs.add(*a, *b);
            }
        }
    }
}

/// Pairs sections of one title by what they say, the likest first.
fn by_content(old: &Side<'_>, new: &Side<'_>, olds: &[usize], news: &[usize], pairs: &mut Pairs) {
    let old_words: Vec<&[u64]> = olds.iter().map(|at| words(&old.content, *at)).collect();
    let new_words: Vec<&[u64]> = news.iter().map(|at| words(&new.content, *at)).collect();
    let (old_bags, new_bags) = (bags(&old_words), bags(&new_words));
    let found = best_pairs(&old_words, &new_words, |a, b| {
        let same_number = old.number(*olds.get(a)?) == new.number(*news.get(b)?);
        let least = if same_number { SOMEWHAT_LIKE } else { LIKE_CONTENT };
        old_bags.get(a)?.like(new_bags.get(b)?, least)
    });
    for (a, b) in found {
        if let (Some(a), Some(b)) = (olds.get(a), news.get(b)) {
            pairs.add(*a, *b);
        }
    }
}

/// Pairs the sections of one place that are like each other in title or content.
fn like(old: &Side<'_>, new: &Side<'_>, olds: &[usize], news: &[usize], pairs: &mut Pairs) {
    let (olds, news) = free(olds, news, pairs);
    if olds.is_empty() || news.is_empty() {
        return;
    }
    let both = |side: &Side<'_>, at: usize| [words(&side.titles, at), words(&side.content, at)].concat();
    let old_words: Vec<Vec<u64>> = olds.iter().map(|at| both(old, *at)).collect();
    let new_words: Vec<Vec<u64>> = news.iter().map(|at| both(new, *at)).collect();
    let old_content: Vec<&[u64]> = olds.iter().map(|at| words(&old.content, *at)).collect();
    let new_content: Vec<&[u64]> = news.iter().map(|at| words(&new.content, *at)).collect();
    let (old_bags, new_bags) = (bags(&old_content), bags(&new_content));
    let found = best_pairs(&slices(&old_words), &slices(&new_words), |a, b| {
        let content = old_bags.get(a)?.like(new_bags.get(b)?, SOMEWHAT_LIKE);
        let (a, b) = (*olds.get(a)?, *news.get(b)?);
        let title = at_least(words(&old.titles, a), words(&new.titles, b), SOMEWHAT_LIKE);
        let (title, content) = (title.unwrap_or(0.0), content.unwrap_or(0.0));
        let is_numbered = old.number(a).is_some() && new.number(b).is_some();
        let enough = (title >= LIKE_TITLE && !is_numbered)
            || content >= LIKE_CONTENT
            || (title > 0.0 && content > 0.0);
        enough.then_some(title + content)
    });
    for (a, b) in found {
        if let (Some(a), Some(b)) = (olds.get(a), news.get(b)) {
            pairs.add(*a, *b);
        }
    }
}

/// Pairs sections whose title only one section on each side still has.
fn same_titles_elsewhere(old: &Side<'_>, new: &Side<'_>, pairs: &mut Pairs) {
    let mut titles: BTreeMap<&str, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for at in (0..old.outline.sections.len()).filter(|at| pairs.new_of(*at).is_none()) {
        titles.entry(old.title(at)).or_default().0.push(at);
    }
    for at in (0..new.outline.sections.len()).filter(|at| pairs.old_of(*at).is_none()) {
        titles.entry(new.title(at)).or_default().1.push(at);
    }
    for found in titles.values() {
        if let ([a], [b]) = (found.0.as_slice(), found.1.as_slice()) {
            let same_kind = is_top(old, *a) == is_top(new, *b);
            // A number behind a word says nothing of what is meant.
            let is_numbered = old.number(*a).is_some() || new.number(*b).is_some();
            let alike =
                || at_least(words(&old.content, *a), words(&new.content, *b), SOMEWHAT_LIKE).is_some();
            if same_kind && (!is_numbered || alike()) {
                pairs.add(*a, *b);
            }
        }
    }
}

/// Pairs sections that say nearly the same under another title in another place.
fn same_content_elsewhere(old: &Side<'_>, new: &Side<'_>, pairs: &mut Pairs) {
    let olds: Vec<usize> = (0..old.outline.sections.len()).collect();
    let news: Vec<usize> = (0..new.outline.sections.len()).collect();
    let (olds, news) = free(&olds, &news, pairs);
    let contents = |side: &Side<'_>, ats: &[usize]| -> Vec<Vec<u64>> {
        ats.iter().map(|at| words(&side.content, *at).to_vec()).collect()
    };
    let (old_words, new_words) = (contents(old, &olds), contents(new, &news));
    let (old_bags, new_bags) = (bags(&slices(&old_words)), bags(&slices(&new_words)));
    let found = best_pairs(&slices(&old_words), &slices(&new_words), |a, b| {
        let same_kind = is_top(old, *olds.get(a)?) == is_top(new, *news.get(b)?);
        let (old_words, new_words) = (words(&old_words, a), words(&new_words, b));
        // Fewer words are like many others.
        let enough = old_words.len() > 3 && new_words.len() > 3;
        let alike = old_bags.get(a)?.like(new_bags.get(b)?, SAME_CONTENT);
        alike.filter(|_| same_kind && enough)
    });
    for (a, b) in found {
        if let (Some(a), Some(b)) = (olds.get(a), news.get(b)) {
            pairs.add(*a, *b);
        }
    }
}

/// Pairs sections that alone stand between the same two others and are somewhat like each other, and what is below them.
fn in_order(old: &Side<'_>, new: &Side<'_>, pairs: &mut Pairs) {
    let known: Vec<(usize, usize)> = pairs.iter().collect();
    for (above_old, above_new) in known {
        let (olds, news) = (old.below(Some(above_old)), new.below(Some(above_new)));
        let gaps = gaps(olds, |at| pairs.new_of(at));
        let others = gaps_of_new(news, pairs);
        for (place, found) in gaps {
            let (&[a], Some(&[b])) = (found.as_slice(), others.get(&place).map(Vec::as_slice)) else {
                continue;
            };
            let alike = at_least(words(&old.content, a), words(&new.content, b), SOMEWHAT_LIKE);
            if alike.is_some() && pairs.add(a, b) {
                downwards(old, new, pairs);
            }
        }
    }
}

/// Between which places of the new side sections stand.
type Gaps = BTreeMap<(Option<usize>, Option<usize>), Vec<usize>>;

/// The sections without a place on the new side, by the places of those before and behind them.
fn gaps(sections: &[usize], place: impl Fn(usize) -> Option<usize>) -> Gaps {
    let mut out = Gaps::new();
    let (mut before, mut open) = (None, Vec::new());
    for at in sections {
        match place(*at) {
            Some(found) => {
                out.entry((before, Some(found))).or_default().append(&mut open);
                before = Some(found);
            }
            None => open.push(*at),
        }
    }
    out.entry((before, None)).or_default().append(&mut open);
    out
}

fn gaps_of_new(sections: &[usize], pairs: &Pairs) -> Gaps {
    gaps(sections, |at| pairs.old_of(at).map(|_| at))
}

/// Whether a section is a whole document.
fn is_top(side: &Side<'_>, at: usize) -> bool {
    side.outline
        .sections
        .get(at)
        .is_some_and(|section| section.parent.is_none())
}

/// Those of two lists of places that have no partner.
pub(super) fn free(olds: &[usize], news: &[usize], pairs: &Pairs) -> (Vec<usize>, Vec<usize>) {
    let olds = olds.iter().copied().filter(|at| pairs.new_of(*at).is_none());
    let news = news.iter().copied().filter(|at| pairs.old_of(*at).is_none());
    (olds.collect(), news.collect())
}

fn slices(lists: &[Vec<u64>]) -> Vec<&[u64]> {
    lists.iter().map(Vec::as_slice).collect()
}
