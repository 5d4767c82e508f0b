//! Whether code does what its goldens ask for: expectations and observations in, a verdict out.
//!
//! The entry function is [`judge`]. [`code`] tells whether two texts of a file are the same code.
//!
//! Invariants: pure and synchronous; a crash is not an error that was asked for; judging nothing is not a pass; a verdict
//! says nothing of a held-out case but that it failed.

pub mod code;
mod judge;
pub mod play;

pub use ghostc_syntax::{FileId, Span, script};
pub use judge::*;
