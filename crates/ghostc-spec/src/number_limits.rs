//! What the numbers of a target language can hold: `numbers:` in its `target.yaml`. Floats are IEEE 754 doubles in every
//! target.

/// What the numbers of a language can hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberLimits {
    /// The digits of the largest integer that is exact, of either sign; nothing where there is no bound.
    pub largest_integer: Option<String>,
    /// Whether the integer `1` and the float `1.0` can be told apart in what a driver answers.
    pub integers_and_floats_differ: bool,
}

impl Default for NumberLimits {
    fn default() -> NumberLimits {
        NumberLimits {
            largest_integer: None,
            integers_and_floats_differ: true,
        }
    }
}

impl NumberLimits {
    /// Whether an integer of these digits is exact.
    pub(crate) fn holds(&self, digits: &str) -> bool {
        self.largest_integer
            .as_deref()
            .is_none_or(|largest| (digits.len(), digits) <= (largest.len(), largest))
    }
}
