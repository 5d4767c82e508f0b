//! What people call phases in running text: `Phase 3`, `Phases 3-6`, `US1`, `User Story 2`, `Foundational`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Words before a phase's number, the longest first.
const PHASE: &[&str] = &[
    "phases",
    "phase",
    "フェーズ",
    "阶段",
    "단계",
    "étapes",
    "étape",
    "etapas",
    "etapa",
    "fases",
    "fase",
];
/// Words before a story's number, the longest first.
const STORY: &[&str] = &[
    "user stories",
    "user story",
    "ユーザーストーリー",
    "ストーリー",
    "用户故事",
    "stories",
    "story",
    "us",
];

/// A name in a text.
#[derive(Debug, PartialEq, Eq)]
enum Name {
    /// A phase, by its number as written.
    Phase(String),
    /// Phases, the last included.
    Phases(u32, u32),
    /// Stories, the last included.
    Stories(u32, u32),
}

/// The number of the phase that a heading opens with: `3` of `Phase 3: Title`, and what follows it.
pub(super) fn phase_heading(text: &str) -> Option<(String, &str)> {
    let start = text.len() - text.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
    let (len, _) = word(text.get(start..)?, PHASE)?;
    let rest = text.get(start + len..)?.trim_start();
    let digits = number(rest)?;
    Some((rest.get(..digits)?.to_string(), rest.get(digits..)?))
}

/// The stories that a text names.
pub(super) fn stories(text: &str) -> BTreeSet<u32> {
    let named = read(text).into_iter().filter_map(|(name, ..)| match name {
        Name::Stories(first, last) => Some(first..=last),
        Name::Phase(_) | Name::Phases(..) => None,
    });
    named.flatten().collect()
}

/// Whether a text has nothing but names in it.
pub(super) fn only_names(text: &str) -> bool {
    let names = read(text);
    let mut end = 0;
    let mut between = Vec::new();
    for (_, start, stop) in &names {
        between.extend(text.get(end..*start));
        end = *stop;
    }
    between.extend(text.get(end..));
    !names.is_empty() && !between.iter().any(|text| text.contains(char::is_alphanumeric))
}

/// Whether a text has a name and no word before it.
pub(super) fn starts_with_name(text: &str) -> bool {
    let first = read(text).into_iter().next().map(|(_, start, _)| start);
    first.is_some() && first == text.find(char::is_alphanumeric)
}

/// All names in a text with their places.
fn read(text: &str) -> Vec<(Name, usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut last: Option<char> = None;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or_default();
        let inside = last.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        let named = [(PHASE, true), (STORY, false)]
            .into_iter()
            .find_map(|(words, phase)| {
                let (len, plural) = word(rest, words)?;
                numbers(rest, len, plural, phase)
            });
        match named.filter(|_| !inside) {
            Some((names, len)) => {
                found.extend(names.into_iter().map(|name| (name, at, at + len)));
                at += len;
                last = Some('0');
            }
            None => {
                at += c.len_utf8();
                last = Some(c);
            }
        }
    }
    found
}

/// The length of the word that a text starts with, and whether it is one for many.
fn word(text: &str, words: &[&str]) -> Option<(usize, bool)> {
    let starts = |word: &&&str| {
        text.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    let word = words.iter().find(starts)?;
    Some((word.len(), word.ends_with('s') && *word != "us"))
}

/// The length of a number such as `3` or `3.1` at the start of a text.
fn number(text: &str) -> Option<usize> {
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(text.len());
    let digits = text.get(..end)?.trim_end_matches('.');
    let joined = text
        .get(digits.len()..)?
        .starts_with(|c: char| c.is_ascii_alphabetic());
    (digits.starts_with(|c: char| c.is_ascii_digit()) && !joined).then_some(digits.len())
}

/// The numbers behind a word: one, a range, an open range; a list where the word is for many.
fn numbers(text: &str, word: usize, plural: bool, phase: bool) -> Option<(Vec<Name>, usize)> {
    let rest = text.get(word..)?;
    let mut at = word + (rest.len() - rest.trim_start_matches([' ', '-']).len());
    let mut names = Vec::new();
    loop {
        let len = number(text.get(at..)?)?;
        let written = text.get(at..at + len)?;
        let first: u32 = written.split('.').next()?.parse().ok()?;
        at += len;
        let rest = text.get(at..)?;
        let joint = ["-", "–", "—", "~", "〜", "～", " to ", " through "]
            .iter()
            .find_map(|joint| {
                let after = rest.strip_prefix(joint)?;
                let len = number(after)?;
                Some((joint.len() + len, after.get(..len)?.parse::<u32>().ok()?))
            });
        let open = rest
            .strip_prefix('+')
            .is_some_and(|after| !after.starts_with(char::is_alphanumeric));
        let last = match joint {
            Some((len, last)) if last >= first && last - first < 1_000 => {
                at += len;
                Some(last)
            }
            _ if open => {
                at += 1;
                Some(u32::MAX - 1)
            }
            _ => None,
        };
        names.push(match last {
            Some(last) if phase => Name::Phases(first, last),
            None if phase => Name::Phase(written.to_string()),
            _ => Name::Stories(first, last.unwrap_or(first).min(first.saturating_add(1_000))),
        });
        let rest = text.get(at..)?;
        let next = [", ", "、", "/", "・", " and ", " & ", ","]
            .iter()
            .find_map(|joint| {
                let after = rest.strip_prefix(joint).filter(|_| plural)?;
                number(after).map(|_| joint.len())
            });
        match next {
            Some(len) => at += len,
            None => return Some((names, at)),
        }
    }
}

/// The phases of a list, by what people call them.
#[derive(Default)]
pub(super) struct PhaseNames {
    by_number: BTreeMap<String, usize>,
    by_major: BTreeMap<u32, Vec<usize>>,
    by_story: BTreeMap<u32, Vec<usize>>,
    /// The first words of titles that no other phase's title has.
    by_word: BTreeMap<String, Option<usize>>,
}

impl PhaseNames {
    /// Adds a phase: its number, its title and its stories.
    pub(super) fn add(&mut self, at: usize, number: &str, title: &str, stories: &BTreeSet<u32>) {
        self.by_number.entry(number.to_string()).or_insert(at);
        if let Some(major) = number.split('.').next().and_then(|major| major.parse().ok()) {
            self.by_major.entry(major).or_default().push(at);
        }
        for story in stories {
            self.by_story.entry(*story).or_default().push(at);
        }
        if let Some((_, word)) = words(title).next().filter(|_| stories.is_empty()) {
            self.by_word
                .entry(word.to_lowercase())
                .and_modify(|known| *known = None)
                .or_insert(Some(at));
        }
    }

    /// The phases that a text names by number, or by the number of a story.
    pub(super) fn numbered(&self, text: &str) -> Vec<usize> {
        let mut found = Vec::new();
        let (phases, stories): (Vec<Name>, Vec<Name>) = read(text)
            .into_iter()
            .map(|(name, ..)| name)
            .partition(|name| !matches!(name, Name::Stories(..)));
        for name in phases.iter().chain(&stories) {
            found.extend(self.phases_of(name));
        }
        found
    }

    /// The phases that a text names by the first word of their title: `Foundation` is `Foundational`.
    pub(super) fn titled(&self, text: &str) -> Vec<usize> {
        let named = words(text).filter_map(|(_, word)| self.of_word(&word.to_lowercase()));
        named.collect()
    }

    /// The phase whose title starts with a word, or with a longer or shorter form of it.
    fn of_word(&self, word: &str) -> Option<usize> {
        if let Some(exact) = self.by_word.get(word) {
            return *exact;
        }
        let longer = self.by_word.range(word.to_string()..).next();
        let shorter = self.by_word.range(..word.to_string()).next_back();
        let near = [longer, shorter].into_iter().flatten();
        let mut near = near.filter(|(known, _)| known.starts_with(word) || word.starts_with(known.as_str()));
        *near.next()?.1
    }

    /// All that a text names, in order: each place with the phases that are meant, which may be none. A word of a title in
    /// small letters is a name only where it says `phase` behind it.
    pub(super) fn named(&self, text: &str) -> Vec<(Range<usize>, Vec<usize>)> {
        let numbered = read(text);
        let mut found: Vec<(Range<usize>, Vec<usize>)> = Vec::new();
        for (name, start, end) in &numbered {
            let phases = self.phases_of(name);
            match found.last_mut().filter(|(place, _)| *place == (*start..*end)) {
                Some((_, known)) => known.extend(phases),
                None => found.push((*start..*end, phases)),
            }
        }
        let is_free = |at: usize| {
            !numbered
                .iter()
                .any(|(_, start, end)| (*start..*end).contains(&at))
        };
        for (at, word) in words(text).filter(|(at, _)| is_free(*at)) {
            let end = at + word.len();
            let is_small = word.chars().all(char::is_lowercase);
            let says_phase = || {
                let rest = text.get(end..).unwrap_or_default().trim_start();
                self::word(rest, PHASE).is_some()
            };
            let phase = self.of_word(&word.to_lowercase());
            if let Some(phase) = phase.filter(|_| !is_small || says_phase()) {
                found.push((at..end, vec![phase]));
            }
        }
        found.sort_by_key(|(place, _)| place.start);
        found
    }

    fn phases_of(&self, name: &Name) -> Vec<usize> {
        match name {
            Name::Phase(number) => match number.parse::<u32>() {
                Ok(major) => self.by_major.get(&major).into_iter().flatten().copied().collect(),
                Err(_) => self.by_number.get(number).into_iter().copied().collect(),
            },
            Name::Phases(first, last) => self
                .by_major
                .range(first..=last)
                .flat_map(|(_, at)| at)
                .copied()
                .collect(),
            Name::Stories(first, last) => self
                .by_story
                .range(first..=last)
                .flat_map(|(_, at)| at)
                .copied()
                .collect(),
        }
    }
}

/// The words of a text that are long enough to be told from others, with their places.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    let parts = text.split_inclusive(|c: char| !c.is_alphanumeric());
    parts.filter_map(move |part| {
        let at = start;
        start += part.len();
        let word = part.trim_end_matches(|c: char| !c.is_alphanumeric());
        (word.chars().count() >= 4).then_some((at, word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_text() {
        let phase = |number: &str| Name::Phase(number.to_string());
        let names = |text: &str| read(text).into_iter().map(|(name, ..)| name).collect::<Vec<_>>();
        assert_eq!(
            names("Phase 3 (US1), focus 2 and Phases 4-6"),
            [phase("3"), Name::Stories(1, 1), Name::Phases(4, 6)]
        );
        assert_eq!(
            names("User Stories 2, 3 after US1+US2"),
            [(2, 2), (3, 3), (1, 1), (2, 2)].map(|(a, b)| Name::Stories(a, b))
        );
        assert_eq!(
            names("フェーズ3 と Phase 3.1 + Phase 4"),
            [phase("3"), phase("3.1"), phase("4")]
        );
        assert!(matches!(names("(Phase 3+)").as_slice(), [Name::Phases(3, last)] if *last > 1_000));
        assert!(only_names("US1, US2") && only_names("(Phase 2)") && !only_names("extends US1"));
    }

    #[test]
    fn a_heading_opens_a_phase_by_its_number() {
        assert_eq!(
            phase_heading("Phase 3.1: Setup"),
            Some(("3.1".to_string(), ": Setup"))
        );
        assert_eq!(phase_heading("🚀 フェーズ 2"), Some(("2".to_string(), "")));
        assert_eq!(phase_heading("Phase Dependencies"), None);
    }
}
