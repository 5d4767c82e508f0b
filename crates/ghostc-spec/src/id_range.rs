//! Ids as texts name them: one, or all of a range such as `T014-T016`, which is kept and looked up as a whole.

use ghostc_syntax::Span;
use std::ops::RangeInclusive;

/// An id that a text names, or all ids of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdRange {
    first: String,
    /// How many ids follow the first; it ends in a number where any do.
    others: u64,
    /// Where it is written: the id, or the range.
    pub span: Span,
}

impl IdRange {
    /// One id.
    pub fn one(id: &str, span: Span) -> IdRange {
        IdRange::starting(id.to_string(), 0, span)
    }

    /// An id that ends in a number, and as many others as are said, each with the next number.
    pub fn starting(first: String, others: u64, span: Span) -> IdRange {
        IdRange { first, others, span }
    }

    /// How many ids it names: at least one.
    pub fn count(&self) -> u64 {
        self.others + 1
    }

    /// The id that it starts with.
    pub fn first(&self) -> &str {
        &self.first
    }

    /// The id that it ends with.
    pub fn last(&self) -> String {
        let key = IdKey::of(&self.first);
        match self.others {
            0 => self.first.clone(),
            others => format!("{}{:0width$}", key.stem, key.number + others, width = key.digits),
        }
    }

    /// Tells all its ids in order, up to the first error, and keeps none: a range may have many.
    pub fn each<E>(&self, mut tell: impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
        let mut id = self.first.clone();
        tell(&id)?;
        for _ in 0..self.others {
            advance(&mut id);
            tell(&id)?;
        }
        Ok(())
    }

    /// All its ids, in order.
    pub fn ids(&self) -> impl Iterator<Item = String> {
        let mut next = self.first.clone();
        (0..self.count()).map(move |_| {
            let id = next.clone();
            advance(&mut next);
            id
        })
    }

    /// The keys of its ids. Ids of two lengths, as in `T98-T102`, are not side by side.
    pub fn stretches(&self) -> impl Iterator<Item = Stretch<'_>> {
        let first = IdKey::of(&self.first);
        let last = first.number + self.others;
        let mut next = Some(first);
        std::iter::from_fn(move || {
            let from = next?;
            let longest = u32::try_from(from.digits)
                .ok()
                .and_then(|digits| 10_u64.checked_pow(digits));
            let end = longest.map_or(last, |after| last.min(after - 1)).max(from.number);
            next = (end < last).then(|| IdKey {
                digits: from.digits + 1,
                number: end + 1,
                ..from
            });
            Some(from..=IdKey { number: end, ..from })
        })
    }
}

/// Turns an id that ends in a number into the one with the next number: `T009` into `T010`, and `T99` into `T100`.
fn advance(id: &mut String) {
    let nines = id.bytes().rev().take_while(|byte| *byte == b'9').count();
    id.truncate(id.len() - nines);
    let digit = id.bytes().next_back().filter(u8::is_ascii_digit);
    id.truncate(id.len() - usize::from(digit.is_some()));
    id.push(char::from(digit.unwrap_or(b'0') + 1));
    id.extend(std::iter::repeat_n('0', nines));
}

/// What ids are ordered by, so that those of a range stand side by side. Two ids have one key only if they are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IdKey<'a> {
    /// What stands before the number at its end; all of it where there is none.
    pub stem: &'a str,
    /// How many digits the number is written with.
    pub digits: usize,
    /// The number.
    pub number: u64,
}

/// The keys of ids of one stem and length.
pub type Stretch<'a> = RangeInclusive<IdKey<'a>>;

/// How many ids a stretch holds.
pub fn len(stretch: &Stretch<'_>) -> u64 {
    stretch.end().number - stretch.start().number + 1
}

impl<'a> IdKey<'a> {
    /// The key of an id.
    pub fn of(id: &'a str) -> IdKey<'a> {
        let stem = id.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = id.get(stem.len()..).unwrap_or_default();
        match digits.parse() {
            Ok(number) => IdKey {
                stem,
                digits: digits.len(),
                number,
            },
            Err(_) => IdKey {
                stem: id,
                digits: 0,
                number: 0,
            },
        }
    }

    /// The stretch that holds nothing else.
    pub fn only(self) -> Stretch<'a> {
        self..=self
    }
}

/// A set of ids that takes no more room for all ids of a range than for one.
#[derive(Debug)]
pub struct IdSet<'a> {
    /// Sorted, and none meets another.
    stretches: Vec<Stretch<'a>>,
}

impl<'a> FromIterator<Stretch<'a>> for IdSet<'a> {
    fn from_iter<I: IntoIterator<Item = Stretch<'a>>>(stretches: I) -> IdSet<'a> {
        let mut all: Vec<Stretch<'a>> = stretches.into_iter().collect();
        all.sort_unstable_by_key(|stretch| *stretch.start());
        all.dedup_by(|next, last| {
            let (from, end) = (*next.start(), *last.end());
            let meets = (from.stem, from.digits) == (end.stem, end.digits)
                && from.number <= end.number.saturating_add(1);
            if meets {
                *last = *last.start()..=end.max(*next.end());
            }
            meets
        });
        IdSet { stretches: all }
    }
}

impl<'a> IdSet<'a> {
    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.stretches.is_empty()
    }

    /// Whether it holds an id.
    pub fn contains(&self, id: &str) -> bool {
        let key = IdKey::of(id);
        let after = self.stretches.partition_point(|stretch| *stretch.start() <= key);
        let before = after.checked_sub(1).and_then(|at| self.stretches.get(at));
        before.is_some_and(|stretch| key <= *stretch.end())
    }

    /// Its ids, each once, as sorted stretches.
    pub fn stretches(&self) -> &[Stretch<'a>] {
        &self.stretches
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ghostc_syntax::FileId;
    use std::collections::BTreeSet;

    fn range(first: &str, others: u64) -> IdRange {
        IdRange::starting(first.to_string(), others, Span::start_of(FileId(0)))
    }

    /// Ranges that meet, overlap, grow in length, and are none.
    fn ranges() -> Vec<IdRange> {
        let all = [
            ("T08", 4),
            ("T098", 5),
            ("T98", 5),
            ("1.9", 3),
            ("1.12", 2),
            ("1.14", 90),
            ("FR-004a", 0),
            ("T007", 0),
            ("99999999999999999999", 0),
            ("", 0),
            ("0", 12),
        ];
        all.iter().map(|(first, others)| range(first, *others)).collect()
    }

    #[test]
    fn a_range_is_all_ids_from_its_first_to_its_last() {
        let ids = |first, others| range(first, others).ids().collect::<Vec<_>>();
        assert_eq!(ids("T098", 3), ["T098", "T099", "T100", "T101"]);
        assert_eq!(ids("T98", 3), ["T98", "T99", "T100", "T101"]);
        assert_eq!(ids("1.9", 1), ["1.9", "1.10"]);
        assert_eq!(ids("FR-004a", 0), ["FR-004a"]);
        for range in ranges() {
            let ids: Vec<String> = range.ids().collect();
            assert_eq!(ids.len() as u64, range.count());
            assert_eq!(
                (ids[0].as_str(), &ids[ids.len() - 1]),
                (range.first(), &range.last())
            );
        }
    }

    #[test]
    fn the_stretches_of_a_range_hold_the_keys_of_its_ids_and_no_others() {
        for range in ranges() {
            let stretches: Vec<Stretch<'_>> = range.stretches().collect();
            let ids: Vec<String> = range.ids().collect();
            let held = |id: &str| stretches.iter().any(|stretch| stretch.contains(&IdKey::of(id)));
            assert!(ids.iter().all(|id| held(id)), "{range:?}");
            assert_eq!(stretches.iter().map(len).sum::<u64>(), range.count(), "{range:?}");
        }
        assert_eq!(range("T98", 4).stretches().count(), 2);
    }

    #[test]
    fn a_set_holds_what_was_put_in_and_counts_it_once() {
        let ranges = ranges();
        let set: IdSet<'_> = ranges.iter().flat_map(IdRange::stretches).collect();
        let ids: BTreeSet<String> = ranges.iter().flat_map(IdRange::ids).collect();
        assert!(ids.iter().all(|id| set.contains(id)));
        assert_eq!(set.stretches().iter().map(len).sum::<u64>(), ids.len() as u64);
        for other in [
            "T7", "T07", "T13", "T104", "T0098", "1.8", "1.105", "1.09", "FR-004", "FR-004b", "13", "00",
        ] {
            assert!(!ids.contains(other) && !set.contains(other), "{other}");
        }
        assert!(IdSet::from_iter([]).is_empty() && !set.is_empty());
    }
}
