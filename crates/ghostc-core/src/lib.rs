//! What a spec means: library, task graph, prompts, keys, judging.
//!
//! Pure and synchronous: this crate reads no file, no environment and no clock.

pub mod accepted;
mod allow;
mod capabilities;
mod checks;
pub mod code;
pub mod codes;
pub mod content;
mod counts;
mod coverage;
pub mod date;
pub mod deltas;
mod dialects;
pub mod diff;
mod endings;
pub mod facts;
mod field_docs;
mod fields;
mod firsts;
pub mod held_out;
mod hints;
pub mod id_range;
pub mod ids;
pub mod judge;
pub mod key;
pub mod layout;
pub mod library;
mod lines;
pub mod lock;
pub mod matching;
pub mod merge;
pub mod naming;
mod package_text;
mod parallel;
pub mod plan;
pub mod prompt;
mod prose;
mod ranges;
mod resolve;
mod rule_tables;
mod sequences;
pub mod settings;
pub mod target;
mod task_list;
mod template;
pub mod tokens;
pub mod touched;

pub use library::{Case, Dialect, Library, Operation, Package};
pub use plan::{Task, TaskGraph, TaskKind, plan};
pub use resolve::{check_all, document, facts_all, resolve, resolve_all};
pub use settings::Settings;
pub use target::Target;
