//! What is wrong with a spec: a library in, diagnostics out.
//!
//! The entry function is [`analyze()`], the whole front end as one function: it parses, resolves, runs the checks, finds
//! circles among tasks, takes out what comments allow and gives findings the levels of the settings.
//! A check is one file of `checks/`; `build.rs` lists them. What several checks ask stands beside them.
//!
//! Invariants: pure and synchronous; a check reads facts and adds findings, and changes nothing; every code is explained,
//! and its examples are run as tests; time is in proportion to the text.

mod allow;
mod analyze;
mod capabilities;
mod checks;
pub mod codes;
mod counts;
mod coverage;
mod field_docs;
mod levels;
mod lines;
mod places;
mod ranges;
mod rule_tables;
mod sequences;
mod task_list;
mod value_type;

pub use analyze::{Goal, analyze};
pub use levels::check_lint_names;
