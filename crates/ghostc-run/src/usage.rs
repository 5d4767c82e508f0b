//! What an agent used, as far as its program reports it.

use serde::{Deserialize, Serialize};

/// Tokens that an agent used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// What went in, from a cache or not.
    pub input: u64,
    /// What came out.
    pub output: u64,
}

impl Tokens {
    /// Both together.
    pub fn total(self) -> u64 {
        self.input.saturating_add(self.output)
    }

    /// The sum of two counts.
    #[must_use]
    pub fn plus(self, other: Tokens) -> Tokens {
        Tokens {
            input: self.input.saturating_add(other.input),
            output: self.output.saturating_add(other.output),
        }
    }
}

/// What the turns of a build's agents have used, whatever their ends.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spending {
    /// Turns.
    pub turns: usize,
    /// Turns whose agent does not say what it used.
    pub unknown_turns: usize,
    /// Tokens.
    pub tokens: u64,
    /// Dollars; nothing where no agent says.
    pub dollars: Option<f64>,
}

impl Spending {
    /// Adds a turn.
    pub fn add(&mut self, tokens: Option<Tokens>, dollars: Option<f64>) {
        self.turns += 1;
        self.unknown_turns += usize::from(tokens.is_none());
        self.tokens = self.tokens.saturating_add(tokens.unwrap_or_default().total());
        if let Some(dollars) = dollars {
            self.dollars = Some(self.dollars.unwrap_or_default() + dollars);
        }
    }
}
