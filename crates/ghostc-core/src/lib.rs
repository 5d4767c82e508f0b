//! What a spec means: library, task graph, prompts, keys, judging.
//!
//! Pure and synchronous: this crate reads no file, no environment and no clock.

mod checks;
pub mod code;
pub mod codes;
pub mod content;
pub mod diff;
mod fields;
pub mod held_out;
pub mod ids;
pub mod judge;
pub mod key;
pub mod layout;
pub mod library;
pub mod lock;
pub mod matching;
pub mod naming;
pub mod plan;
pub mod prompt;
mod resolve;
pub mod settings;
pub mod target;
mod template;
pub mod tokens;

pub use library::{Case, Dialect, Library, Operation, Package};
pub use plan::{Task, TaskGraph, TaskKind, plan};
pub use resolve::{check_all, resolve, resolve_all};
pub use settings::Settings;
pub use target::Target;
