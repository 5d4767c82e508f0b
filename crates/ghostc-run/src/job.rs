//! What a build is given, what it tells while it runs, and what comes out: the types on the arrows.

use crate::agent::{AgentCommand, AgentFailure, TurnOutcome};
use crate::files::FilesError;
use crate::harness::{Harness, ResourceLimits};
use crate::observe::ObserveError;
use crate::scenario::golden::ScenarioGolden;
use crate::store::{CandidateId, StoreError, StoreKey};
use crate::tree::{Goldens, Program};
use crate::usage::Tokens;
use crate::workspace::Refusal;
use ghostc_judge::{JudgedCase, Verdict};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// Writes the prompt that follows a failed attempt.
pub type Repair = Arc<dyn Fn(&RepairRequest<'_>) -> String + Send + Sync>;

/// Writes the first prompt of a job that shows the tree that it starts from.
pub type PromptForTree = Arc<dyn Fn(&BTreeMap<String, String>) -> String + Send + Sync>;

/// What a prompt that follows a failed attempt is about.
#[derive(Clone, Copy, Debug)]
pub struct RepairRequest<'a> {
    /// The last attempt that gave code, or a refusal.
    pub last: &'a Attempt,
    /// The attempt that the prompt is for, from 1; no two prompts of a job are for the same.
    pub attempt: u32,
    /// The files of that last attempt, which lie in the workspace.
    pub files: &'a BTreeMap<String, String>,
}

/// One task for one target, ready to be carried out.
#[derive(Clone)]
pub struct Job {
    /// The package's name.
    pub package: String,
    /// The target's name.
    pub target: String,
    /// The task's id; unique together with package and target.
    pub task: String,
    /// Jobs of this build that must pass first; where one does not, this job is blocked.
    pub after: Vec<usize>,
    /// Jobs whose code lies in this job's workspace and is judged with it; each is reached through `after`.
    pub needs: Vec<usize>,
    /// Accepted code of what this task needs and this build does not make.
    pub given: BTreeMap<String, String>,
    /// Accepted code of this very task; it lies in the workspace from the start.
    pub current: BTreeMap<String, String>,
    /// The hash of everything that can affect the outcome.
    pub key: String,
    /// The parts of the key: name to digest.
    pub parts: BTreeMap<String, String>,
    /// What the agent is told first.
    pub prompt: String,
    /// What it is told instead where that depends on the tree that it starts from.
    pub prompt_for_tree: Option<PromptForTree>,
    /// The template that the prompt is from: `implement` or `update`.
    pub prompt_kind: &'static str,
    /// What the agent is told after a failed attempt.
    pub repair: Repair,
    /// Files that ghostc places in the workspace: link files, tests that the agent may see.
    pub workspace: BTreeMap<String, String>,
    /// Globs of the files that are the agent's: `*` within a folder, `**` at any depth.
    pub may_write: Vec<String>,
    /// Globs of files that are nobody's, such as caches.
    pub ignore: Vec<String>,
    /// The file that must be there afterwards.
    pub module: String,
    /// How the code is judged.
    pub harness: Harness,
    /// This task's own cases, visible and held out.
    pub cases: Vec<JudgedCase>,
    /// How its code is built and started where it is a program: then the job owns the whole tree, and what passes is all of
    /// it. [`Job::current`] is the tree that it starts from, and `needs` and `given` are empty.
    pub program: Option<Program>,
    /// Its own scenarios, visible and held out.
    pub scenarios: Vec<ScenarioGolden>,
    /// What the tree meets already, and must go on to.
    pub earlier: Goldens,
    /// The job of this build whose tree this one starts from, in the place of [`Job::current`]; it must pass first.
    pub grows_on: Option<usize>,
    /// Where its recorded session is, or goes.
    pub session: Option<PathBuf>,
    /// About how many tokens the prompt has: for the critical path, and for the budget where an agent reports no usage.
    pub weight: u64,
}

impl Job {
    /// What its candidate is kept under.
    pub(crate) fn candidate_id(&self) -> CandidateId<'_> {
        CandidateId {
            package: &self.package,
            target: &self.target,
            task: &self.task,
            key: &self.key,
        }
    }
}

impl fmt::Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} · {}", self.task, self.target)
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("name", &self.to_string())
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// How a build is run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Jobs that run at the same time; at least one does.
    pub jobs: usize,
    /// Attempts per job, the first one included; at least one is made.
    pub attempts: u32,
    /// How long one attempt of an agent may take.
    pub timeout: Duration,
    /// How long an agent may go without output and without a change of a file.
    pub stall: Duration,
    /// Who writes the code.
    pub agent: AgentCommand,
    /// Whether a passing job writes its session to [`Job::session`].
    pub record: bool,
    /// Whether work that an earlier build left in the store is taken up again.
    pub reuse: bool,
    /// The folder for what outlives the build: `.ghostc`.
    pub state: PathBuf,
    /// Signs what is kept in the state folder. Without it, what an earlier build has left there is judged again.
    pub store_key: Option<StoreKey>,
    /// The tokens that may be spent; recorded sessions spend none.
    pub tokens: Option<u64>,
    /// What an agent may use in a turn, with all that it starts.
    pub resources: ResourceLimits,
    /// Set from outside, it stops the build: agents are asked to end, and get a moment for it.
    pub interrupt: Arc<AtomicBool>,
    /// Set from outside, it stops the build at once: agents are killed.
    pub kill: Arc<AtomicBool>,
}

impl Options {
    /// Usual limits, with this agent and this state folder.
    pub fn new(agent: AgentCommand, state: PathBuf) -> Options {
        Options {
            jobs: 4,
            attempts: 3,
            timeout: Duration::from_secs(30 * 60),
            stall: Duration::from_secs(5 * 60),
            agent,
            record: false,
            reuse: true,
            state,
            store_key: None,
            tokens: None,
            resources: ResourceLimits::default(),
            interrupt: Arc::default(),
            kill: Arc::default(),
        }
    }
}

/// How one attempt ended short of passing. (A passing verdict appears in no event; its job has `Passed`.)
#[derive(Clone, Debug)]
pub enum Attempt {
    /// The code was judged. Failures of held-out cases are among these; whoever shows them must filter.
    Judged(Verdict),
    /// The code did not build.
    Build {
        /// The command that failed.
        argv: Vec<String>,
        /// The end of what it printed, with paths relative to the library.
        output: String,
    },
    /// What the agent left in its workspace was not taken.
    Refused(Refusal),
    /// The agent itself failed.
    Agent(AgentFailure),
}

/// What happens while a build runs. Nothing in it comes from held-out cases but the verdict of [`Event::Failed`].
#[derive(Clone, Debug)]
pub enum Event {
    /// An agent starts on a job.
    Started {
        /// The job's index in the list.
        job: usize,
        /// The attempt, from 1.
        attempt: u32,
        /// `implement`, `update` or `repair`.
        prompt_kind: &'static str,
    },
    /// The tree passes some of a job's scenarios as it is; where it meets all that the job is judged by, no agent is asked.
    AlreadyPasses {
        /// The job's index in the list.
        job: usize,
        /// Their names, but for those that are held out.
        scenarios: Vec<String>,
        /// How many of these pass besides.
        held_out: usize,
    },
    /// The agent said something; one line, shortened, and dropped where there are too many.
    Message {
        /// The job's index in the list.
        job: usize,
        /// What it said.
        text: String,
    },
    /// A turn of the agent is over, well or not.
    TurnEnded {
        /// The job's index in the list.
        job: usize,
        /// The attempt, from 1.
        attempt: u32,
        /// How it ended and what it used.
        outcome: TurnOutcome,
    },
    /// The agent is done and its code is being built and judged.
    Judging {
        /// The job's index in the list.
        job: usize,
    },
    /// An attempt failed.
    Failed {
        /// The job's index in the list.
        job: usize,
        /// The attempt, from 1.
        attempt: u32,
        /// How.
        outcome: Attempt,
    },
    /// A result could not be written to the store or the session file; the job goes on.
    NotStored {
        /// The job's index in the list.
        job: usize,
        /// Why.
        error: MachineError,
    },
    /// A job is over.
    Finished {
        /// The job's index in the list.
        job: usize,
        /// How.
        result: JobResult,
        /// How long it took from its start; nothing for a job that never started.
        elapsed: Duration,
    },
}

/// How a job ended.
#[derive(Clone, Debug)]
pub enum JobResult {
    /// Its code passed every case.
    Passed {
        /// The code, by path.
        files: BTreeMap<String, String>,
        /// The counts.
        verdict: Verdict,
        /// Attempts made, in this build or an earlier one.
        attempts: u32,
        /// Tokens of all attempts, as far as the agent reports them.
        tokens: Tokens,
        /// Whether the code is from the store, so that no agent ran in this build.
        reused: bool,
    },
    /// Every attempt failed, the last one like this.
    Failed {
        /// The last attempt that was an attempt at code: judged, not built, or refused.
        attempt: Attempt,
        /// Attempts made.
        attempts: u32,
        /// Tokens of all attempts.
        tokens: Tokens,
    },
    /// A job that had to pass first did not.
    Blocked {
        /// The job at the start of the chain.
        on: usize,
    },
    /// No attempt of the agent came to an end.
    AgentFailed {
        /// The last failure.
        failure: AgentFailure,
        /// Attempts made.
        attempts: u32,
        /// Tokens of all attempts.
        tokens: Tokens,
    },
    /// The machine failed: a folder, a file, a missing build program.
    MachineFailed(MachineError),
    /// The build was stopped before the job was over.
    Interrupted,
    /// The tokens that may be spent do not suffice for the next attempt.
    OverBudget,
}

impl JobResult {
    /// Whether the job has code that passed.
    pub fn is_pass(&self) -> bool {
        matches!(self, JobResult::Passed { .. })
    }
}

/// The machine failed where neither the agent nor its code is to blame.
#[derive(Clone, Debug, thiserror::Error)]
pub enum MachineError {
    /// The store under the state folder.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file or folder of a workspace or a session.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// Judging could not be carried out.
    #[error(transparent)]
    Observe(#[from] ObserveError),
    /// The runtime could not be started.
    #[error("cannot start: {0}")]
    Start(Arc<std::io::Error>),
}
