//! Units and sections that stand in another order among their like: one change for each place where that is so.

use super::{Facts, MatchedTexts, State};
use crate::diff::draft::Draft;
use crate::diff::{Basis, Change, Class, Kind, Subject, Text};
use ghostc_spec::matching::grouped;
use ghostc_syntax::Span;

pub(super) fn changes(texts: &MatchedTexts) -> Vec<Change> {
    let mut out = Vec::new();
    let in_sections = |facts: &Facts| {
        grouped(&facts.outline.units, facts.outline.sections.len(), |unit| {
            Some(unit.section)
        })
    };
    let in_old = in_sections(&texts.old);
    let below = grouped(
        &texts.old.outline.sections,
        texts.old.outline.sections.len(),
        |section| section.parent,
    );
    for (home, partner) in texts.sections.iter() {
        let units = in_old.get(home).into_iter().flatten().filter_map(|at| {
            let to = texts.units.new_of(*at)?;
            (!texts.moved(*at, to)).then_some((*at, to))
        });
        out.extend(units_change(texts, home, partner, &units.collect::<Vec<_>>()));
        let sections = below.get(home).into_iter().flatten().filter_map(|at| {
            let to = texts.sections.new_of(*at)?;
            let stays = texts.new.outline.sections.get(to)?.parent == Some(partner);
            stays.then_some((*at, to))
        });
        out.extend(sections_change(
            texts,
            home,
            partner,
            &sections.collect::<Vec<_>>(),
        ));
    }
    out
}

/// The pairs that stand in another order, in the old and in the new one; nothing where the order is the same.
fn displaced(pairs: &[(usize, usize)]) -> Option<(Vec<usize>, Vec<usize>)> {
    let mut news: Vec<usize> = pairs.iter().map(|(_, to)| *to).collect();
    news.sort_unstable();
    let differs: Vec<bool> = pairs
        .iter()
        .zip(&news)
        .map(|((_, to), sorted)| to != sorted)
        .collect();
    let first = differs.iter().position(|differs| *differs)?;
    let last = differs.iter().rposition(|differs| *differs)?;
    let olds = pairs.get(first..=last)?.iter().map(|(at, _)| *at).collect();
    Some((olds, news.get(first..=last)?.to_vec()))
}

fn units_change(
    texts: &MatchedTexts,
    home: usize,
    partner: usize,
    pairs: &[(usize, usize)],
) -> Option<Change> {
    let (olds, news) = displaced(pairs)?;
    let text = |facts: &Facts, ats: &[usize]| {
        let found = || ats.iter().filter_map(|at| facts.units.get(*at));
        let shown: Vec<&str> = found().map(|fact| fact.shown.as_str()).collect();
        let span = Span {
            end: found().next_back()?.span.end,
            ..found().next()?.span
        };
        Some((span, shown.join("\n")))
    };
    let steps = news
        .iter()
        .filter_map(|at| texts.new.units.get(*at))
        .any(|fact| fact.numbered);
    let about = texts.is_about(State::New, partner);
    let (subject, _) = whole(texts, home);
    let class = if (steps && subject != Subject::Task || subject == Subject::Scenario) && !about {
        Class::Breaking
    } else {
        Class::Editorial
    };
    change(texts, (home, partner), class, (&olds, &news), text)
}

fn sections_change(
    texts: &MatchedTexts,
    home: usize,
    partner: usize,
    pairs: &[(usize, usize)],
) -> Option<Change> {
    let (olds, news) = displaced(pairs)?;
    let text = |facts: &Facts, ats: &[usize]| {
        let found = || ats.iter().filter_map(|at| facts.sections.get(*at));
        let shown: Vec<&str> = found().map(|place| place.shown.as_str()).collect();
        Some((found().next()?.span, shown.join("\n")))
    };
    change(texts, (home, partner), Class::Editorial, (&olds, &news), text)
}

/// The change of the section whose parts stand in another order; `text` gives the place and the words of some of them.
fn change(
    texts: &MatchedTexts,
    (home, partner): (usize, usize),
    class: Class,
    (olds, news): (&[usize], &[usize]),
    text: impl Fn(&Facts, &[usize]) -> Option<(Span, String)>,
) -> Option<Change> {
    let text = |facts: &Facts, section: usize, ats: &[usize]| {
        let (span, text) = text(facts, ats)?;
        let section = facts.path(section);
        Some(Text { span, text, section })
    };
    let (old, new) = (text(&texts.old, home, olds), text(&texts.new, partner, news));
    let (subject, id) = whole(texts, home);
    let place = new.as_ref().map(|text| text.span);
    let draft = Draft {
        kind: Kind::Reordered,
        ruling: (class, Basis::Subject),
        subject,
        id,
    };
    Some(draft.finish((None, None), old, new, place))
}

/// What a section is, and its id: those of the named fact that it lies in, if there is one.
fn whole(texts: &MatchedTexts, section: usize) -> (Subject, String) {
    let home = texts.old.section_homes.get(section).copied().flatten();
    match home.and_then(|at| texts.old.named.get(at)) {
        Some(named) => (named.subject, named.id.clone()),
        None => {
            let name = texts.old.sections.get(section).map(|place| place.name.clone());
            (Subject::Section, name.unwrap_or_default())
        }
    }
}
