//! What a spec means: files in, a [`Library`] out.
//!
//! The entry function is [`resolve()`]: texts and the packages that they make up become the IR of [`library`], whatever
//! dialect they are written in. [`layout`] and [`discover`] say which files make up a package, [`ids`] names statements so
//! that they keep their names through edits, [`settings`] reads `ghostc.yaml`.
//!
//! Invariants: pure and synchronous (no file, environment, clock or terminal); reading is total (what is wrong is a
//! diagnostic beside a value); the same bytes give the same library in whatever order files come; nothing here knows a
//! check, a task graph or a diff.

pub mod chapters;
pub mod clauses;
pub mod codes;
pub mod content;
pub mod deltas;
pub mod dialects;
pub mod discover;
pub mod facts;
pub mod fields;
pub mod first_occurrence;
pub mod held_out;
pub mod id_range;
pub mod ids;
pub mod layout;
pub mod library;
pub mod mapping;
pub mod matching;
pub mod number_limits;
pub mod numbers;
pub mod parallel;
pub mod paths;
pub mod prose;
pub mod resolve;
pub mod scenarios;
pub mod section_index;
pub mod settings;
pub mod slice;
pub mod suffix_index;
pub mod template;
pub mod trace;
pub mod transcripts;
pub mod word_filter;

pub use library::{Case, Dialect, Library, Operation, Package};
pub use resolve::resolve;
pub use settings::Settings;
