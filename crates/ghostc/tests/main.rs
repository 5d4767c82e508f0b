//! The binary from outside, one file for each topic.
//!
//! They are one program, since each would link everything again, and programs of tests run one after the other.

mod archived_changes;
mod bad_input;
mod building;
mod ci;
mod commands;
mod common;
mod conformance;
mod corpora;
mod corpora_diff;
mod coverage;
mod diff;
mod disks;
mod everyday;
mod exact_values;
mod fixing;
mod graphs;
mod history;
mod hostile_text;
mod ids;
mod locks;
mod merging;
mod names;
mod objects;
mod programs;
mod readme;
mod remembering;
mod reports;
mod reviewing;
mod rule_tables;
mod schemas;
mod side_by_side;
mod slices;
mod spending;
mod suites;
mod system_calls;
mod tracing;
mod untrusted;
mod work_list;
