//! Numbers that follow from a seed: `SplitMix64` (Steele, Lea and Flood, OOPSLA 2014).

/// A source of numbers.
pub(crate) struct Random {
    state: u64,
}

impl Random {
    /// The numbers of one input of a seed.
    pub(crate) fn new(seed: u64, number: u64) -> Random {
        let mut mixed = Random { state: seed };
        let state = mixed.next() ^ number.wrapping_mul(0xd134_2543_de82_ef95);
        Random { state }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below another, which is not zero.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.next() % bound).unwrap_or(0)
    }

    /// True once in so many times.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of some things; nothing where there are none.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }
}
