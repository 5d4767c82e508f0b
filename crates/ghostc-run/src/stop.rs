//! How urgently everything here has to end.

/// How urgently everything has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stop {
    /// Not at all.
    No,
    /// Agents are asked to end, and get a moment for it.
    Softly,
    /// Agents are killed.
    Now,
}
