//! The tokens of a build: taken before each attempt, corrected by what the agent says that it used.

use std::sync::atomic::{AtomicU64, Ordering};

/// A number of tokens that several jobs draw from.
pub(crate) struct Budget {
    limit: Option<u64>,
    spent: AtomicU64,
}

impl Budget {
    /// A budget of so many tokens, or without a limit.
    pub(crate) fn new(limit: Option<u64>) -> Budget {
        Budget {
            limit,
            spent: AtomicU64::new(0),
        }
    }

    /// Takes the tokens of a prompt, where they are there.
    pub(crate) fn take(&self, prompt: u64) -> bool {
        let limit = self.limit.unwrap_or(u64::MAX);
        let fits = |spent: u64| Some(spent.saturating_add(prompt)).filter(|spent| *spent <= limit);
        self.spent
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits)
            .is_ok()
    }

    /// Puts what was used in the place of what was taken for the prompt.
    pub(crate) fn settle(&self, prompt: u64, used: u64) {
        let correct = |spent: u64| Some(spent.saturating_sub(prompt).saturating_add(used));
        let _always_some = self
            .spent
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, correct);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_counts_and_not_what_was_expected() {
        let budget = Budget::new(Some(20));
        assert!(budget.take(10));
        budget.settle(10, 15);
        assert!(!budget.take(6), "15 of 20 are gone");
        assert!(budget.take(5));
        budget.settle(5, 1);
        assert!(budget.take(4));
        assert!(Budget::new(None).take(u64::MAX));
    }
}
