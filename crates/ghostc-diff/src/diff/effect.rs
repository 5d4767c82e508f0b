//! Two normal texts of one unit in, what the edit does to what is said out: nothing that matters, something that does,
//! or what nobody can prove.

use super::atoms::{Atom, AtomKind, atoms};
use super::kind::Kind;
use super::lexicon;
use super::modality::modal_change;
use super::words::{alike, without_targets};
use ghostc_syntax::Strength;
use ghostc_syntax::suggest::distance;
use similar::{Algorithm, DiffTag, capture_diff_slices};
use std::collections::BTreeSet;

/// What an edit does, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// Other marks, articles, targets of links, letter case, forms of one word: proven to be without effect.
    None,
    /// Words that only show what the sentence says.
    Shows,
    /// Other words, of which nothing is known.
    Unproven,
    /// Something that is known to matter came, went or is another one.
    Sense,
}

/// What an edit does to what is said.
#[derive(Clone, Debug)]
pub(super) struct Effect {
    /// How much it does.
    pub(super) weight: Weight,
    /// What it does to how binding the sentence is.
    pub(super) kind: Kind,
    /// How binding the words were and are that changed.
    pub(super) strength: (Option<Strength>, Option<Strength>),
    /// Whether a keyword, a negation or a number is another one, in letters of any case.
    pub(super) is_telling: bool,
    /// The code that is named now and was not.
    pub(super) named: BTreeSet<String>,
    /// Whether nothing but words between names went away.
    pub(super) only_adds: bool,
}

impl Effect {
    /// What became of text that is compared as a whole: of code, all of which says something, and of sentences that were
    /// joined or parted.
    pub(super) fn of_whole(is_same: bool) -> Effect {
        Effect {
            weight: if is_same { Weight::None } else { Weight::Sense },
            kind: Kind::Modified,
            strength: (None, None),
            is_telling: false,
            named: BTreeSet::new(),
            only_adds: false,
        }
    }
}

/// How often a document has a word.
pub(super) type Count<'a> = &'a dyn Fn(&str) -> (usize, usize);

/// What became of a text; `count` tells how often the old and the new state have a word.
pub(super) fn between(old: &str, new: &str, count: Count<'_>) -> Effect {
    let (old, new) = (without_targets(old), without_targets(new));
    let (before, after) = (atoms(old), atoms(new));
    let is_alike = alike(old, new);
    let (kind, strength, modals) = modal_change(&before, &after, is_alike);
    let mut effect = Effect {
        weight: if modals { Weight::Sense } else { Weight::None },
        kind,
        strength,
        is_telling: modals,
        named: BTreeSet::new(),
        only_adds: !modals,
    };
    let mut negations = 0_usize;
    let (mut moved, mut other_code) = (Moved::default(), false);
    for (a, b) in hunks(&before, &after) {
        let hunk = Hunk::of((&before, a), (&after, b));
        let mut weight = hunk.weight(count);
        // Where all is said in other words, one of them proves nothing.
        if weight == Weight::Sense && !(hunk.is_telling() || hunk.has_other_code() || is_alike) {
            weight = Weight::Unproven;
        }
        effect.weight = effect.weight.max(weight);
        if weight > Weight::Shows {
            effect.is_telling |= hunk.is_telling();
            negations += hunk.negations();
            moved.note(&hunk);
            other_code |= hunk.has_other_code();
            effect.only_adds &= hunk.only_adds();
            effect.named.extend(hunk.named());
        }
    }
    // Words that stand elsewhere in the sentence may say the same there.
    if !(effect.is_telling || other_code) && effect.weight == Weight::Sense && moved.is_all() {
        effect.weight = Weight::Unproven;
    }
    if !modals && negations % 2 == 1 && effect.kind == Kind::Modified && is_alike {
        effect.kind = Kind::Negated;
    }
    effect
}

/// Where two runs of atoms differ, and where one word of code is written otherwise.
fn hunks(old: &[Atom], new: &[Atom]) -> Vec<(std::ops::Range<usize>, std::ops::Range<usize>)> {
    let [old_texts, new_texts] =
        [old, new].map(|atoms| atoms.iter().map(|atom| atom.text.as_str()).collect::<Vec<_>>());
    let mut out: Vec<(std::ops::Range<usize>, std::ops::Range<usize>)> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old_texts, &new_texts) {
        let (a, b) = (op.old_range(), op.new_range());
        if op.tag() == DiffTag::Equal {
            let other = |(a, b): &(usize, usize)| match (old.get(*a), new.get(*b)) {
                (Some(a), Some(b)) => a.literal && b.literal && a.exact != b.exact,
                _ => false,
            };
            let pairs = a.zip(b).filter(other);
            out.extend(pairs.map(|(a, b)| (a..a + 1, b..b + 1)));
            continue;
        }
        match out
            .last_mut()
            .filter(|(x, y)| x.end == a.start && y.end == b.start)
        {
            Some((x, y)) => (x.end, y.end) = (a.end, b.end),
            None => out.push((a, b)),
        }
    }
    out
}

/// One place where two texts differ, without marks that say nothing.
struct Hunk<'a> {
    old: Vec<&'a Atom>,
    new: Vec<&'a Atom>,
    /// The words before and behind it.
    around: Vec<&'a str>,
}

impl<'a> Hunk<'a> {
    fn of(
        (old, a): (&'a [Atom], std::ops::Range<usize>),
        (new, b): (&'a [Atom], std::ops::Range<usize>),
    ) -> Hunk<'a> {
        let part = |atoms: &'a [Atom], range: &std::ops::Range<usize>| -> Vec<&'a Atom> {
            let found = atoms.get(range.clone()).unwrap_or_default().iter();
            found.filter(|atom| !atom.is_plain_mark()).collect()
        };
        let words = |atoms: &'a [Atom]| atoms.iter().filter(|atom| atom.kind == AtomKind::Word);
        let before = words(old.get(..a.start).unwrap_or_default()).rev().take(2);
        let after = words(old.get(a.end..).unwrap_or_default()).take(2);
        Hunk {
            old: part(old, &a),
            new: part(new, &b),
            around: before.chain(after).map(|atom| atom.text.as_str()).collect(),
        }
    }

    fn sides(&self) -> [&[&'a Atom]; 2] {
        [&self.old, &self.new]
    }

    fn weight(&self, count: Count<'_>) -> Weight {
        if self.is_spelling(count) {
            return Weight::None;
        }
        if self.sides().iter().all(|side| side.iter().all(|atom| atom.shows)) {
            return Weight::Shows;
        }
        let pure = self.sides().iter().any(|side| content(side).is_empty());
        if pure || self.is_telling() || self.has_other_code() || self.has_sense() {
            Weight::Sense
        } else {
            Weight::Unproven
        }
    }

    /// Whether both sides say the same in other letters.
    fn is_spelling(&self, count: Count<'_>) -> bool {
        let [old, new] = self.sides();
        let same_code = !old
            .iter()
            .zip(new)
            .any(|(a, b)| a.literal && b.literal && a.exact != b.exact);
        if same_code && texts(old) == texts(new) {
            return true;
        }
        let words = old.iter().chain(new).all(|atom| atom.kind == AtomKind::Word);
        let joined = |side: &[&Atom]| side.iter().map(|atom| atom.text.as_str()).collect::<String>();
        if words && same_code && joined(old) == joined(new) {
            return true;
        }
        let plain = !old.iter().chain(new).any(|atom| atom.literal);
        let doubled = match (old, new) {
            ([one], []) | ([], [one]) => self.around.contains(&one.text.as_str()),
            _ => false,
        };
        plain && (content(old) == content(new) || doubled || (words && self.is_slip(count)))
    }

    /// Whether words are misspelt on one side: written nowhere else, one letter from words that are.
    fn is_slip(&self, count: Count<'_>) -> bool {
        let [old, new] = self.sides();
        let slip = |a: &Atom, b: &Atom| {
            if a.text == b.text {
                return true;
            }
            if !is_near(&a.text, &b.text) {
                return false;
            }
            let (wrong_old, wrong_new) = (count(&a.text), count(&b.text));
            let rare = |(here, there): (usize, usize)| here + there == 1;
            let known = |(here, there): (usize, usize)| here > 0 && there > 0;
            (rare(wrong_old) && known(wrong_new)) || (rare(wrong_new) && known(wrong_old))
        };
        old.len() == new.len() && old.iter().zip(new).all(|(a, b)| slip(a, b))
    }

    /// Whether a negation, a number or an amount is another one.
    fn is_telling(&self) -> bool {
        // Keywords are compared for themselves, wherever they stand in the sentence.
        let telling =
            |atom: &&&Atom| is_amount(&atom.text) || (atom.is_word() && lexicon::negates(&atom.text));
        let amount = |atom: &&&Atom| atom.is_word() && lexicon::quantifies(&atom.text);
        let both = self
            .sides()
            .iter()
            .all(|side| side.iter().any(|atom| amount(&atom)));
        self.differ(telling) || (both && self.differ(amount))
    }

    /// Whether a quantifier, a condition or a name with digits is another one.
    fn has_sense(&self) -> bool {
        self.differ(|atom| {
            let word = atom.text.as_str();
            atom.kind == AtomKind::Number
                || atom.is_word() && (lexicon::quantifies(word) || lexicon::conditions(word))
        })
    }

    /// Whether code is another one.
    fn has_other_code(&self) -> bool {
        self.differ(|atom| atom.literal)
    }

    /// Whether the sides differ in the atoms of a kind.
    fn differ(&self, is: impl Fn(&&&Atom) -> bool) -> bool {
        let [old, new] = self.sides().map(|side| {
            let mut found: Vec<&str> = side.iter().filter(&is).map(|atom| atom.exact.as_str()).collect();
            found.sort_unstable();
            found
        });
        let lower = |side: &[&str]| side.iter().map(|word| word.to_lowercase()).collect::<Vec<_>>();
        lower(&old) != lower(&new) || (old != new && self.old.iter().any(|atom| atom.literal))
    }

    /// How many negations came or went alone: one that comes or goes with words of its own, such as a condition, turns
    /// nothing round that stays.
    fn negations(&self) -> usize {
        // `nor` goes on with what `neither` began.
        let negates = |atom: &&&Atom| -> bool { atom.is_word() && lexicon::negates(&atom.text) };
        let count = |side: &[&Atom]| {
            let found = side.iter().filter(negates);
            found.filter(|atom| atom.text != "nor").count()
        };
        let others = |side: &[&Atom]| {
            let rest: Vec<&Atom> = side.iter().filter(|atom| !negates(atom)).copied().collect();
            content(&rest).len()
        };
        let [old, new] = self.sides();
        if others(old) == others(new) {
            count(old).abs_diff(count(new))
        } else {
            0
        }
    }

    /// Whether nothing went away but words that hold names together.
    fn only_adds(&self) -> bool {
        let holds = |atom: &&Atom| {
            let word = atom.text.as_str();
            let named = self.new.iter().any(|other| other.text == atom.text);
            named
                || atom.kind == AtomKind::Mark
                || lexicon::is_function(word)
                || lexicon::quantifies(word)
                || lexicon::negates(word)
                || word == "or"
        };
        self.old.iter().all(holds)
    }

    /// The code that only the new side names.
    fn named(&self) -> impl Iterator<Item = String> {
        let is_new = |atom: &&&Atom| {
            atom.literal && atom.kind == AtomKind::Word && !self.old.iter().any(|old| old.text == atom.text)
        };
        let found: Vec<String> = self
            .new
            .iter()
            .filter(is_new)
            .map(|atom| atom.exact.clone())
            .collect();
        found.into_iter()
    }
}

/// The words that went and came in all places of a sentence.
#[derive(Default)]
struct Moved {
    gone: Vec<String>,
    came: Vec<String>,
}

impl Moved {
    fn note(&mut self, hunk: &Hunk<'_>) {
        self.gone
            .extend(content(&hunk.old).into_iter().map(str::to_string));
        self.came
            .extend(content(&hunk.new).into_iter().map(str::to_string));
    }

    fn is_all(&mut self) -> bool {
        self.gone.sort_unstable();
        self.came.sort_unstable();
        self.gone == self.came
    }
}

/// Whether a word is a number that says how much, and no part of a name such as `v2` or `0.x`.
fn is_amount(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        && word
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '%'))
}

fn texts<'a>(side: &[&'a Atom]) -> Vec<&'a str> {
    side.iter().map(|atom| atom.text.as_str()).collect()
}

/// What is left of a side without words that have no meaning of their own, each without its ending.
fn content<'a>(side: &[&'a Atom]) -> Vec<&'a str> {
    // Keywords are compared for themselves.
    let says = |text: &str| !lexicon::is_function(text) && lexicon::force(text).is_none();
    let words = side.iter().filter(|atom| atom.literal || says(&atom.text));
    words
        .map(|atom| {
            if atom.is_word() {
                lexicon::stem(&atom.text)
            } else {
                atom.text.as_str()
            }
        })
        .collect()
}

/// Whether two words differ by one letter: another one, one more, or two in another order.
fn is_near(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    a.len().min(b.len()) >= 4 && a.len().abs_diff(b.len()) <= 1 && distance(&a, &b) <= 1
}

#[cfg(test)]
mod tests;
