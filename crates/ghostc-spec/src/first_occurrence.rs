//! The first thing of each key: a hash map without a way to walk it, so that its order is never seen.
#![allow(
    clippy::disallowed_types,
    reason = "the map is private, and nothing here walks it"
)]

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash};

/// What came first of each key. Of many long keys with a common start it finds one in a fraction of a B-tree's time.
pub struct FirstOccurrences<K, V>(HashMap<K, V, BuildHasherDefault<DefaultHasher>>);

impl<K, V> Default for FirstOccurrences<K, V> {
    fn default() -> FirstOccurrences<K, V> {
        FirstOccurrences(HashMap::default())
    }
}

impl<K: Eq + Hash, V> FirstOccurrences<K, V> {
    /// Room for so many keys, so that it need not be found again and again while they come.
    pub fn with_capacity(keys: usize) -> FirstOccurrences<K, V> {
        FirstOccurrences(HashMap::with_capacity_and_hasher(
            keys,
            BuildHasherDefault::default(),
        ))
    }

    /// What came first of a key; where nothing did, this is it.
    pub fn before(&mut self, key: K, value: V) -> Option<&mut V> {
        match self.0.entry(key) {
            Entry::Occupied(known) => Some(known.into_mut()),
            Entry::Vacant(free) => {
                free.insert(value);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_key_stays() {
        let mut first_occurrence = FirstOccurrences::default();
        assert_eq!(first_occurrence.before("a", 1), None);
        assert_eq!(first_occurrence.before("b", 2), None);
        assert_eq!(first_occurrence.before("a", 3), Some(&mut 1));
        assert_eq!(first_occurrence.before("a", 4), Some(&mut 1));
    }
}
