//! Runs jobs that were planned: coding agents in workspaces of their own, drivers that judge their code, a store.
//!
//! The entry function is [`build`]: jobs in, one [`JobResult`] per job out, in the same order, with [`Event`]s while it
//! runs. [`observe()`] is its judging alone (code and cases into observations), [`judge_scenarios`] plays scenarios of a program,
//! [`probe`] says whether a target's programs are installed. All four block; tokio is used inside [`build`] and
//! [`judge_scenarios`] only.
//!
//! Invariants:
//! - It knows expectations and verdicts, and nothing of specs, plans or prompts: a [`Job`] is plain data.
//! - It never prints and reads no setting; what there is to show is an [`Event`].
//! - No process that it started is alive when the turn, build step, driver run or scenario that started it is over.
//! - Visible and held-out cases never share a process, and no held-out case is in an [`Event`] but in its verdict.
//! - Files are written whole or not at all; what the store holds is written before it is judged.
//! - Files depend on each other in one direction: a module takes the values that it needs, not a [`Job`].

pub mod agent;
mod answer;
mod attempt;
mod budget;
mod drive;
mod engine;
mod files;
pub mod harness;
mod isolate;
pub mod job;
mod launch;
mod observe;
mod pipe;
mod private;
mod process;
mod programs;
mod role;
mod scenario;
mod schedule;
pub mod session;
mod shims;
mod stop;
mod store;
mod tail;
mod three_way;
mod tool;
mod toolchain;
mod tree;
mod usage;
mod workspace;

pub use agent::{
    AgentCommand, AgentFailure, AgentState, FailureClass, PresetExtension, Protocol, Success, TurnOutcome,
};
pub use agent::{extended_preset, find_on_path, preset};
pub use engine::build;
pub use files::{FilesError, write_atomically, write_atomically_by};
pub use harness::{Harness, Limits, ResourceLimits, Toolchain, ToolchainState};
pub use job::{Attempt, Event, Job, JobResult, MachineError, Options, RepairRequest};
pub use launch::{prepare_process, unenforced_limits};
pub use observe::{ObserveError, observe};
pub use private::sweep;
pub use programs::find_program;
pub use role::run_role;
pub use scenario::ScenarioResult;
pub use scenario::golden::{
    BrokenScenario, PlaceOf, PlayedScenario, ProgramRequest, ScenarioGolden, ScenarioOutcome,
    ScenarioResults, judge_scenarios, record_scenario, scenario_verdict,
};
pub use session::{FileBase, Session, SessionError, Turn};
pub use store::{StoreError, StoreKey, TEMPORARIES as STORE_TEMPORARIES, forget};
pub use toolchain::{probe, probe_until};
pub use tree::{Goldens, JudgedTree, Program, judge_program};
pub use usage::{Spending, Tokens};
pub use workspace::Refusal;
