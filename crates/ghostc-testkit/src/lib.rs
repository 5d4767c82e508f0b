//! What ghostc's tests share: files from one string, pieces of specs, directories of cases, a scripted agent, the corpora.
//!
//! For tests only, and it depends on no ghostc crate, so every crate can use it without a cycle.
//! It reads and writes files so that tests of the crates that must not do so need not either.
//! A failure of the machine is a panic that names the path: a test cannot do anything better about it.

pub mod built;
pub mod cases;
mod corpora;
pub mod fake_agent;
pub mod fixture;
pub mod fragments;
pub mod history;

pub use cases::Case;
pub use corpora::corpora;
