//! What a spec means: library, task graph, prompts, judging.
//!
//! Pure and synchronous: this crate reads no file, no environment and no clock.

pub mod judge;
