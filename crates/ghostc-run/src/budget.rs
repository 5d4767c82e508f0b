//! The tokens of a build: taken before each attempt, corrected by what the agent says that it used.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A number of tokens that several jobs draw from.
#[derive(Debug)]
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
    fn settle(&self, prompt: u64, used: u64) {
        let correct = |spent: u64| Some(spent.saturating_sub(prompt).saturating_add(used));
        let _always_some = self
            .spent
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, correct);
    }
}

/// What a turn has taken from a budget, which grows with what it uses.
#[derive(Debug)]
pub(crate) struct Reservation {
    budget: Arc<Budget>,
    taken: u64,
}

impl Reservation {
    /// What was taken for a prompt.
    pub(crate) fn of(budget: &Arc<Budget>, prompt: u64) -> Reservation {
        let budget = Arc::clone(budget);
        Reservation {
            budget,
            taken: prompt,
        }
    }

    /// Takes what the turn has used so far, where that is more; whether the budget still holds.
    pub(crate) fn grow(&mut self, used: u64) -> bool {
        if used > self.taken {
            self.settle(used);
        }
        let spent = self.budget.spent.load(Ordering::Relaxed);
        self.budget.limit.is_none_or(|limit| spent <= limit)
    }

    /// Takes what the turn used in all, be it less.
    pub(crate) fn settle(&mut self, used: u64) {
        self.budget.settle(self.taken, used);
        self.taken = used;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_use_meanwhile_counts_for_all() {
        let budget = Arc::new(Budget::new(Some(20)));
        assert!(budget.take(5) && budget.take(5));
        let (mut one, mut other) = (Reservation::of(&budget, 5), Reservation::of(&budget, 5));
        assert!(one.grow(3) && one.grow(12));
        assert!(!other.grow(9), "21 of 20");
        assert!(!one.grow(12));
        other.settle(8);
        assert!(one.grow(12));
        let mut unlimited = Reservation::of(&Arc::new(Budget::new(None)), 0);
        assert!(unlimited.grow(u64::MAX));
    }

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
