//! The JSON that other tools rely on: versioned shapes of their own, apart from the types that ghostc works with.
//!
//! Fields may be added and never renamed. `ghostc schema NAME` prints the schema of each. The findings of `check` are
//! one format of many, in `report/json.rs`.

mod bisect;
mod blame;
mod cases;
mod ci;
mod counts;
mod diff;
mod graph;
mod inspect;
mod log;
mod scenarios;
mod trace;
mod verdict;

pub(crate) use bisect::{Bisect, BrokenJson};
pub(crate) use blame::{Blame, blame};
pub(crate) use cases::{Cases, by_operation, cases, expected};
pub(crate) use ci::{Ci, ci, verdict};
pub(crate) use counts::CaseCounts;
pub(crate) use diff::{Diff, diff};
pub(crate) use graph::{Graph, graph};
pub(crate) use inspect::{Inspect, inspect};
pub(crate) use log::{Log, LogEntryJson, logged};
pub(crate) use trace::{TraceJson, traced};
pub(crate) use verdict::{BuildEvent, Test, TurnJson, built, conformance, result_word, tested};
