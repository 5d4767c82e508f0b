//! The first thing of each key: a hash map without a way to walk it, so that its order is never seen.
#![allow(
    clippy::disallowed_types,
    reason = "the map is private, and nothing here walks it"
)]

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash};

/// What came first of each key. Of many long keys with a common start it finds one in a fraction of a B-tree's time.
pub struct Firsts<K, V>(HashMap<K, V, BuildHasherDefault<DefaultHasher>>);

impl<K, V> Default for Firsts<K, V> {
    fn default() -> Firsts<K, V> {
        Firsts(HashMap::default())
    }
}

impl<K: Eq + Hash, V> Firsts<K, V> {
    /// Room for so many keys, so that it need not be found again and again while they come.
    pub fn with_capacity(keys: usize) -> Firsts<K, V> {
        Firsts(HashMap::with_capacity_and_hasher(
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
        let mut firsts = Firsts::default();
        assert_eq!(firsts.before("a", 1), None);
        assert_eq!(firsts.before("b", 2), None);
        assert_eq!(firsts.before("a", 3), Some(&mut 1));
        assert_eq!(firsts.before("a", 4), Some(&mut 1));
    }
}
