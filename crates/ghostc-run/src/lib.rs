//! Carries out jobs that `ghostc-core` has planned: agents in workspaces of their own, drivers that judge, a store.
//!
//! [`build`] turns jobs into results; [`observe()`] turns code and cases into observations; [`probe`] says whether a
//! target can be judged here at all. All three block; the one use of tokio is inside [`build`].
//! This crate parses no spec and never prints: what there is to show goes through [`Event`]s.

pub mod agent;
mod answer;
mod attempt;
mod budget;
mod drive;
mod engine;
mod files;
pub mod glob;
pub mod harness;
pub mod job;
mod observe;
mod pin;
mod process;
mod schedule;
pub mod session;
mod stop;
mod store;
mod tail;
mod toolchain;
mod workspace;

pub use agent::{AgentCommand, AgentFailure, Protocol, Success, Tokens, find_on_path, preset};
pub use engine::build;
pub use files::{FilesError, PrivateFolder, write_atomically};
pub use harness::{Harness, Limits, Toolchain, ToolchainState};
pub use job::{Attempt, Event, Job, JobResult, MachineError, Options};
pub use observe::{ObserveError, observe, observe_until};
pub use session::{Session, SessionError, Turn};
pub use store::{StoreError, forget};
pub use toolchain::{probe, probe_until};
pub use workspace::Refusal;
