//! A project on disk and in git, as functions from a request to plain data.
//!
//! | to | call |
//! |---|---|
//! | find what is wrong with specs, and mend it | [`check`], [`fix`], [`apply`] |
//! | read what is in them | [`inspect`], [`graph`], [`trace`](trace()), [`prompt`], [`why`] |
//! | make and judge code | [`build`], [`test()`], [`accept`], [`bisect`] |
//! | compare and merge specs | [`diff`], [`work_list`], [`accept_changes`], [`merge`], [`log`], [`blame`] |
//! | look at a change as a whole | [`ci()`], [`regenerate`] |
//! | begin | [`init`], [`init_scenarios`], [`set_up_git`] |
//!
//! What holds for all of them:
//!
//! - They never print, never exit, and install no signal handler. What a person would want to know while they work goes
//!   to a [`Listener`] as an [`Event`]; how they are asked to end is the [`Stop`](host::Stop) of the host.
//! - They reach files, environment, clock and programs through the [`Host`] alone: on disk, in a git revision, or in
//!   memory. Agents and code that is judged are `ghostc-run`'s, which needs a disk.
//! - A [`Failure`] is data: what kind of trouble it is, what to say, and the findings that it comes from.
//! - Nothing here knows an output format, and nothing above decides anything about a spec.

mod accept;
mod accept_changes;
mod agents;
mod bisect;
mod blame;
mod build;
pub mod change_words;
mod check;
pub mod ci;
pub mod codes;
mod comparison;
mod conformance;
mod costs;
mod diff;
mod differences;
mod event;
mod failure;
mod fixes;
mod git_setup;
mod golden;
mod graph;
mod harness;
pub mod history;
pub mod host;
mod init;
mod init_scenarios;
mod inspect;
mod jobs;
mod judged_unit;
mod judging;
mod load;
mod log;
mod merge;
mod names;
mod parallel;
mod paths;
mod pending_code;
mod planned_package;
mod project;
mod prompt;
mod record;
mod repairs;
mod repository;
mod review;
mod settings;
mod settle;
mod slices;
mod stamp;
mod templates;
mod test;
mod toolchain;
mod trace;
mod tracked;
mod why;
pub mod wording;
mod work_list;
mod writers;

pub use accept::{AcceptAction, AcceptReport, AcceptRequest, WaitingCode, WaitingTask, accept};
pub use accept_changes::{
    AcceptChangesRequest, AcceptedChange, AcceptedChanges, accept_changes, accepted_changes, prune_changes,
};
pub use bisect::{BisectReport, BisectRequest, bisect};
pub use blame::{BlameReport, BlameRequest, blame};
pub use build::{
    BuildEnd, BuildReport, BuildRequest, PlannedJob, StaleItem, UnitReport, UnitWord, build, remember_answer,
};
pub use check::{CheckReport, CheckRequest, FixReport, apply, check, fix};
pub use ci::{CiReport, CiRequest, ci, regenerate};
pub use comparison::{Comparison, SpecState, States};
pub use conformance::{ConformanceReport, ConformanceRequest, JudgedProgram, JudgedScenario, conformance};
pub use costs::{Cost, Costs, stale_tasks};
pub use diff::{DiffReport, FileDiff, diff, diff_texts};
pub use event::{AcceptEvent, BisectEvent, BuildEvent, Event, Listener, nobody};
pub use failure::{Failure, FailureFindings, FailureKind, FindingSubject};
pub use fixes::Patch;
pub use git_setup::{GitSetupRequest, GitView, set_up_git};
pub use golden::{Drift, DriftKind};
pub use graph::{GraphReport, GraphRequest, graph};
pub use host::Host;
pub use init::{InitRequest, init};
pub use init_scenarios::{InitScenariosRequest, init_scenarios};
pub use inspect::{InspectReport, InspectRequest, inspect, read_lock};
pub use judged_unit::{JudgedUnit, VerdictWord};
pub use load::Loaded;
pub use log::{LogEnd, LogEntry, LogRequest, log};
pub use merge::{MergeEnd, MergeReport, MergeRequest, merge, write_merged};
pub use names::{LOCK, SETTINGS};
pub use planned_package::{PlannedPackage, SharedTokens};
pub use project::require_root;
pub use prompt::{PromptReport, PromptRequest, prompt};
pub use record::{RecordReport, RecordRequest, record};
pub use repository::RevisionFiles;
pub use review::{ACCEPTED, Gate, Policy, Reviewed, class_counts, reviewed};
pub use stamp::{Answer, Stamp};
pub use test::{TestReport, TestRequest, test};
pub use trace::{TraceReport, TraceRequest, trace};
pub use why::{StaleTask, WhyRequest, why};
pub use work_list::{NameInCode, Verb, WorkItem, WorkList, work_list};
