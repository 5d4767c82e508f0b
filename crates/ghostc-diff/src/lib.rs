//! What changed: two libraries in, changes with their classes out; three texts in, one out.
//!
//! The entry functions are [`diff()`](diff::diff) and [`merge::merge_document`].
//!
//! Invariants: pure and synchronous; `diff(a, a)` is empty; the changes make the new state of the old one, and turned
//! round the old one of the new; a change keeps its fingerprint whatever changes around it; a merge takes every edit of
//! both sides, each once, or marks a conflict.

pub mod accepted;
pub mod date;
pub mod diff;
pub mod merge;
