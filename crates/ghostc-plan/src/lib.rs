//! What is to be done: a sound library in, task graphs, keys and prompts out.
//!
//! The entry function is [`plan()`]: tasks with their dependencies, each with its reason. [`key`] hashes what decides a
//! task's output, [`staleness`] tells why it is to be built again, [`prompt`] writes what an agent gets, [`mod@target`] reads language back ends,
//! [`lock`] is the text of what was accepted.
//!
//! Invariants: pure and synchronous; every statement belongs to one task or to the package; a circle that holds an
//! inferred edge is broken, any other is an error; rewrapping a text changes no key.

pub mod codes;
pub mod context;
pub mod key;
pub mod lock;
pub mod naming;
pub mod package_text;
pub mod plan;
pub mod prompt;
pub mod slice_files;
pub mod staleness;
pub mod target;
pub mod tokens;
pub mod touched;

pub use plan::{Task, TaskGraph, TaskKind, plan};
pub use target::Target;
