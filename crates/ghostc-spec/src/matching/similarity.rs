//! How alike two runs of words are, and the best pairs of many.

use std::collections::BTreeMap;

/// So many pairs are tried one by one; of more, only those that share an uncommon word.
const TRY_ALL: usize = 4096;
/// A word is uncommon in a pair of lists while it makes no more pairs than this.
const UNCOMMON: usize = 64;
/// Runs of more words are compared as bags: their order would cost the square of this.
const ORDERED: usize = 400;

/// The words of a text as hashes: letters and digits in small letters; each character of scripts without spaces.
/// Names such as `retry_after_ms` are several words.
pub fn tokens(text: &str) -> Vec<u64> {
    // Words have some five letters.
    let mut out = Vec::with_capacity(text.len() / 6 + 1);
    let mut word = None;
    if text.is_ascii() {
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() {
                let letter = char::from(byte.to_ascii_lowercase());
                word = Some(fnv(word.unwrap_or(FNV_START), letter));
            } else {
                out.extend(word.take());
            }
        }
        out.extend(word);
        return out;
    }
    for c in text.chars() {
        let wide = c >= '\u{2e80}';
        if wide || !c.is_alphanumeric() {
            out.extend(word.take());
        }
        if c.is_alphanumeric() {
            let start = word.unwrap_or(FNV_START);
            word = Some(if c.is_ascii() {
                fnv(start, c.to_ascii_lowercase())
            } else {
                c.to_lowercase().fold(start, fnv)
            });
            if wide {
                out.extend(word.take());
            }
        }
    }
    out.extend(word);
    out
}

const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

/// One step of the FNV-1a hash.
fn fnv(hash: u64, c: char) -> u64 {
    (hash ^ u64::from(u32::from(c))).wrapping_mul(0x0000_0100_0000_01b3)
}

/// How alike two runs of words are, from 0 to 1: the mean of what they share in any order and of what they share in
/// order.
pub fn similarity(a: &[u64], b: &[u64]) -> f64 {
    at_least(a, b, 0.0).unwrap_or(0.0)
}

/// The similarity of two runs, unless it is less than `least`.
pub(super) fn at_least(a: &[u64], b: &[u64], least: f64) -> Option<f64> {
    WordBag::of(a).like(&WordBag::of(b), least)
}

/// A run of words that is compared with many others.
pub(super) struct WordBag<'w> {
    ordered: &'w [u64],
    sorted: Vec<u64>,
    /// A bit for each word, which some words share.
    bits: u128,
}

impl<'w> WordBag<'w> {
    /// Sorts the words once.
    pub(super) fn of(ordered: &'w [u64]) -> WordBag<'w> {
        let mut sorted = ordered.to_vec();
        sorted.sort_unstable();
        WordBag {
            ordered,
            sorted,
            bits: ordered.iter().map(bit).fold(0, |bits, bit| bits | bit),
        }
    }

    /// The similarity to another run, unless it is less than `least`.
    pub(super) fn like(&self, other: &WordBag<'_>, least: f64) -> Option<f64> {
        let (a, b) = (self.ordered, other.ordered);
        let total = a.len() + b.len();
        if total == 0 {
            return (least <= 0.0).then_some(0.0);
        }
        let of_total = |count: usize| 2.0 * as_f64(count) / as_f64(total);
        if of_total(a.len().min(b.len())) < least || of_total(self.shared_at_most(other)) < least {
            return None;
        }
        let shared = of_total(self.shared(other));
        if shared < least {
            return None;
        }
        let ordered = if a.len().max(b.len()) > ORDERED {
            shared
        } else {
            of_total(in_order(a, b))
        };
        let mean = f64::midpoint(shared, ordered);
        (mean >= least).then_some(mean)
    }

    /// No less than how many words two runs share, for much less than it costs to count these.
    fn shared_at_most(&self, other: &WordBag<'_>) -> usize {
        self.ordered
            .iter()
            .filter(|word| other.bits & bit(word) != 0)
            .count()
    }

    /// How many words two runs share, in any order.
    fn shared(&self, other: &WordBag<'_>) -> usize {
        let (mut a, mut b) = (self.sorted.iter().peekable(), other.sorted.iter().peekable());
        let mut count = 0;
        while let (Some(left), Some(right)) = (a.peek(), b.peek()) {
            let _passed = match left.cmp(right) {
                std::cmp::Ordering::Less => a.next(),
                std::cmp::Ordering::Greater => b.next(),
                std::cmp::Ordering::Equal => {
                    count += 1;
                    a.next();
                    b.next()
                }
            };
        }
        count
    }
}

fn bit(word: &u64) -> u128 {
    1_u128 << (word & 127)
}

fn as_f64(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

/// Each of some runs, to be compared with many others.
pub(super) fn bags<'w>(runs: &[&'w [u64]]) -> Vec<WordBag<'w>> {
    runs.iter().map(|words| WordBag::of(words)).collect()
}

/// The length of the longest run of words that both have in order.
fn in_order(a: &[u64], b: &[u64]) -> usize {
    let mut row = vec![0; b.len() + 1];
    for word in a {
        let mut diagonal = 0;
        let mut left = 0;
        for (cell, other) in row.iter_mut().skip(1).zip(b) {
            let above = *cell;
            *cell = if word == other {
                diagonal + 1
            } else {
                above.max(left)
            };
            diagonal = above;
            left = *cell;
        }
    }
    row.last().copied().unwrap_or(0)
}

/// The pairs of two lists by falling score, each place in one pair at most. `score` says how good a pair is, or that it
/// is none. Of equal pairs the one nearest to the diagonal and the start wins, so that the result mirrors itself.
pub(super) fn best_pairs(
    old: &[&[u64]],
    new: &[&[u64]],
    score: impl Fn(usize, usize) -> Option<f64>,
) -> Vec<(usize, usize)> {
    let candidates = candidates(old, new);
    let scored = candidates
        .into_iter()
        .filter_map(|(a, b)| Some((score(a, b)?, a, b)));
    let mut scored: Vec<(f64, usize, usize)> = scored.collect();
    scored.sort_by(|(x, a, b), (y, c, d)| {
        let key = |a: usize, b: usize| (a.abs_diff(b), a + b, a);
        y.total_cmp(x).then(key(*a, *b).cmp(&key(*c, *d)))
    });
    let mut pairs = super::Pairs::none(old.len(), new.len());
    scored.retain(|(_, a, b)| pairs.add(*a, *b));
    scored.into_iter().map(|(_, a, b)| (a, b)).collect()
}

/// The pairs of two lists that are worth a look.
fn candidates(old: &[&[u64]], new: &[&[u64]]) -> Vec<(usize, usize)> {
    if old.len().saturating_mul(new.len()) <= TRY_ALL {
        let all = (0..old.len()).flat_map(|a| (0..new.len()).map(move |b| (a, b)));
        return all.collect();
    }
    let mut places: BTreeMap<u64, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (at, words) in old.iter().enumerate() {
        for word in *words {
            places.entry(*word).or_default().0.push(at);
        }
    }
    for (at, words) in new.iter().enumerate() {
        for word in *words {
            places.entry(*word).or_default().1.push(at);
        }
    }
    let mut found = Vec::new();
    for (olds, news) in places.values_mut() {
        olds.dedup();
        news.dedup();
        if olds.len().saturating_mul(news.len()) <= UNCOMMON {
            found.extend(olds.iter().flat_map(|a| news.iter().map(move |b| (*a, *b))));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
