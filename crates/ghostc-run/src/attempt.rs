//! One job, from its prompt to its result: attempts of an agent, each collected, judged and kept.

mod judging;
mod progress;
mod turn;

use crate::agent::{AgentFailure, Protocol, Replay, TurnOutput};
use crate::budget::Budget;
use crate::files::FilesError;
use crate::job::{Attempt, Event, Job, JobResult, MachineError, Options, RepairRequest};
use crate::session::{self, Session, SessionError};
use crate::stop::Stop;
use crate::store::{Record, Store, StoreError, Stored};
use crate::workspace::{Refused, Workspace, WorkspaceRules};
use progress::{Code, JobProgress};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Instant;
use tokio::sync::{mpsc, watch};

/// What all jobs of a build share.
pub(crate) struct BuildContext {
    pub(crate) options: Options,
    pub(crate) store: Store,
    pub(crate) budget: Arc<Budget>,
    /// Set once the agent's program was not found, or its service does not know the user: then no job needs to try.
    pub(crate) unusable: OnceLock<AgentFailure>,
    /// Until when the agent is not asked, as what the user may use is used up.
    pub(crate) paused_until: Mutex<Option<Instant>>,
    /// Set once something could not be stored: then no more agents are paid.
    pub(crate) store_failed: OnceLock<StoreError>,
}

/// A job with what it needs to run.
pub(crate) struct JobRun {
    pub(crate) context: Arc<BuildContext>,
    pub(crate) job: Arc<Job>,
    /// Its index in the list.
    pub(crate) index: usize,
    /// The code that lies beside its own, and is judged with it.
    pub(crate) needed: Code,
    /// Its own code as it is at the start.
    pub(crate) base: Code,
    /// Of a program: what of its tree is not the agent's.
    pub(crate) fixed: Code,
    pub(crate) events: mpsc::Sender<Event>,
    pub(crate) stop: watch::Receiver<Stop>,
}

/// Why a job ended without a verdict.
enum JobError {
    Interrupted,
    OverBudget,
    Machine(MachineError),
}

impl<E: Into<MachineError>> From<E> for JobError {
    fn from(error: E) -> JobError {
        JobError::Machine(error.into())
    }
}

impl JobRun {
    /// Runs the job to its result.
    pub(crate) async fn run(mut self) -> JobResult {
        match self.run_attempts().await {
            Ok(result) => result,
            Err(JobError::Interrupted) => JobResult::Interrupted,
            Err(JobError::OverBudget) => JobResult::OverBudget,
            Err(JobError::Machine(error)) => JobResult::MachineFailed(error),
        }
    }

    async fn run_attempts(&mut self) -> Result<JobResult, JobError> {
        let digest = self.judge_digest();
        let mut progress = self.resume(&digest).await?;
        if progress.record.passed {
            return Ok(self.pass_result(progress.record, true).await);
        }
        if progress.record.turns.is_empty() {
            self.judge_as_it_is(&mut progress.record).await?;
            if progress.record.passed {
                return Ok(self.pass_result(progress.record, false).await);
            }
        }
        if progress.last.is_some() && progress.record.attempts >= self.context.options.attempts.max(1) {
            return Ok(self.give_up(progress, None));
        }
        let replay = match self.replay() {
            Ok(replay) => replay,
            Err(error) => return Ok(agent_failed(error.into(), &progress.record)),
        };
        loop {
            self.wait_for_quota().await?;
            self.reserve_attempt()?;
            if let Some(failure) = self.context.unusable.get() {
                return Ok(agent_failed(failure.clone(), &progress.record));
            }
            let workspace = self.workspace(progress.own.as_ref().unwrap_or(&progress.before))?;
            let prompt = self.next_prompt(&progress);
            let outcome = self
                .run_attempt(&workspace, &prompt, replay.as_ref(), &mut progress)
                .await?;
            let Some(outcome) = outcome else {
                return Ok(self.pass_result(progress.record, false).await);
            };
            let attempt = progress.record.attempts;
            self.send_event(Event::Failed {
                job: self.index,
                attempt,
                outcome: outcome.clone(),
            })
            .await;
            let is_last = attempt >= self.context.options.attempts.max(1);
            match outcome {
                // It was no attempt at anything; the agent works again at that time.
                Attempt::Agent(failure) if self.pause_for_quota(&failure, &mut progress) => {}
                Attempt::Agent(failure) if is_last || failure.is_final() => {
                    return Ok(self.give_up(progress, Some(failure)));
                }
                // The same prompt again, as the agent has not made anything of it.
                Attempt::Agent(_) => self.pause(&mut progress.failures).await?,
                about_code @ (Attempt::Judged(_) | Attempt::Build { .. } | Attempt::Refused(_)) => {
                    progress.last = Some(about_code);
                    progress.failures = 0;
                    if is_last {
                        return Ok(self.give_up(progress, None));
                    }
                }
            }
        }
    }

    fn workspace(&self, own: &Code) -> Result<Workspace, FilesError> {
        let job = &self.job;
        let mut placed = job.workspace.clone();
        placed.extend(self.needed.clone());
        let program = job.program.as_ref();
        placed.extend(
            program
                .map(|program| program.scaffold.clone())
                .unwrap_or_default(),
        );
        let rules = WorkspaceRules {
            may_write: job.may_write.clone(),
            ignore: job.ignore.clone(),
            module: program.is_none().then(|| job.module.clone()),
            protects_placed: program.is_some(),
        };
        Workspace::create(placed, own, rules)
    }

    /// One attempt; nothing where it passed.
    async fn run_attempt(
        &mut self,
        workspace: &Workspace,
        prompt: &str,
        replay: Option<&Replay>,
        progress: &mut JobProgress,
    ) -> Result<Option<Attempt>, JobError> {
        progress.record.attempts += 1;
        let (job, attempt) = (self.index, progress.record.attempts);
        let prompt_kind = progress.last.as_ref().map_or(self.job.prompt_kind, |_| "repair");
        self.send_event(Event::Started {
            job,
            attempt,
            prompt_kind,
        })
        .await;
        match self.run_agent(workspace, prompt, replay, progress).await? {
            Ok(output) => self.judge_turn(output, workspace, progress, prompt_kind).await,
            Err(failure) => Ok(Some(Attempt::Agent(failure))),
        }
    }

    /// The prompt for the next attempt.
    fn next_prompt(&self, progress: &JobProgress) -> String {
        let Some(last) = &progress.last else {
            let for_tree = self.job.prompt_for_tree.as_ref();
            return for_tree.map_or_else(|| self.job.prompt.clone(), |prompt| prompt(&self.base));
        };
        (self.job.repair)(&RepairRequest {
            last,
            attempt: progress.record.attempts + 1,
            files: progress.own.as_ref().unwrap_or(&progress.before),
        })
    }

    /// What an earlier build left in the store for this job: a candidate that passed, attempts that failed, or nothing.
    /// What is there is judged before an agent is asked, but for a candidate that has passed with this very judge.
    async fn resume(&mut self, digest: &str) -> Result<JobProgress, JobError> {
        let options = &self.context.options;
        let base = self.base_digest();
        let new_record = || Record {
            base: base.clone(),
            ..Record::new(&self.job.key, &options.agent.name, digest)
        };
        let fresh = || JobProgress::new(new_record(), self.base.clone());
        let stored = self.context.store.load(self.job.candidate_id(), &base);
        let (mut record, must_pass) = match stored.filter(|_| options.reuse) {
            None => return Ok(fresh()),
            Some(Stored::Trusted(record)) if record.passed && record.judge == digest => {
                return Ok(JobProgress::resumed(record, None));
            }
            Some(Stored::Trusted(record)) => {
                let had_passed = record.passed;
                match record.put_onto(&self.base, &base) {
                    Some(record) => (record, had_passed),
                    None => return Ok(fresh()),
                }
            }
            Some(Stored::CodeAlone(files)) => {
                let mut progress = fresh();
                progress.record.attempts = 1;
                progress.record_turn(self.job.prompt_kind, files, String::new());
                (progress.record, true)
            }
        };
        let last = self.judge_candidate(&mut record).await?;
        record.judge = digest.to_string();
        if record.passed {
            self.save_record(&record).await;
        } else if must_pass {
            return Ok(fresh());
        }
        Ok(JobProgress::resumed(record, last))
    }

    fn replay(&self) -> Result<Option<Replay>, SessionError> {
        match self.context.options.agent.protocol {
            Protocol::Print => Ok(None),
            Protocol::Replay => {
                let job = &self.job;
                Replay::open(job.session.as_deref(), &job.key, &job.parts).map(Some)
            }
        }
    }

    /// Checks that one more attempt may start, and takes the prompt's tokens from the budget.
    fn reserve_attempt(&self) -> Result<(), JobError> {
        if *self.stop.borrow() > Stop::No {
            return Err(JobError::Interrupted);
        }
        if let Some(error) = self.context.store_failed.get() {
            return Err(JobError::Machine(error.clone().into()));
        }
        if self.context.budget.take(self.job.weight) {
            Ok(())
        } else {
            Err(JobError::OverBudget)
        }
    }

    /// Collects and judges what a turn left; nothing where it passed.
    async fn judge_turn(
        &mut self,
        output: TurnOutput,
        workspace: &Workspace,
        progress: &mut JobProgress,
        kind: &'static str,
    ) -> Result<Option<Attempt>, JobError> {
        let files = match workspace.collect() {
            Ok(files) => files,
            Err(Refused { refusal, own }) => {
                progress.own = Some(own);
                return Ok(Some(Attempt::Refused(refusal)));
            }
        };
        // What was there before is no work of an agent that does not know its task.
        if !output.is_prompt_read && files == progress.before && !workspace.is_touched() {
            let program = self
                .context
                .options
                .agent
                .argv
                .first()
                .cloned()
                .unwrap_or_default();
            return Ok(Some(Attempt::Agent(AgentFailure::PromptUnread { program })));
        }
        if let Some(same) = progress.outcome_of(&files) {
            return Ok(Some(same));
        }
        let kind = if progress.record.turns.is_empty() {
            self.job.prompt_kind
        } else {
            kind
        };
        progress.record_turn(kind, files, output.message.unwrap_or_default());
        // Kept before it is judged, so that a build that is killed now need not ask the agent again.
        self.save_record(&progress.record).await;
        let outcome = self.judge_candidate(&mut progress.record).await?;
        if outcome.is_none() {
            self.save_record(&progress.record).await;
        }
        Ok(outcome)
    }

    async fn save_record(&self, record: &Record) {
        if let Err(error) = self.context.store.save(self.job.candidate_id(), record) {
            self.context.store_failed.get_or_init(|| error.clone());
            self.send_event(Event::NotStored {
                job: self.index,
                error: error.into(),
            })
            .await;
        }
    }

    async fn pass_result(&self, record: Record, reused: bool) -> JobResult {
        if let Err(error) = self.write_session(&record) {
            self.send_event(Event::NotStored {
                job: self.index,
                error: error.into(),
            })
            .await;
        }
        let (verdict, attempts, tokens) = (record.verdict(), record.attempts, record.tokens);
        let mut files = self.fixed.clone();
        files.extend(record.files);
        JobResult::Passed {
            files,
            verdict,
            attempts,
            tokens,
            reused,
        }
    }

    /// Writes the session file, where that is wanted and this is not a session that is being played.
    fn write_session(&self, record: &Record) -> Result<(), FilesError> {
        let options = &self.context.options;
        let wanted = options.record && options.agent.protocol != Protocol::Replay;
        match &self.job.session {
            // What passed without an agent is no work of one.
            Some(path) if wanted && !record.turns.is_empty() => session_of(&self.job, record).write(path),
            Some(_) | None => Ok(()),
        }
    }

    /// The result after the last attempt. What was tried is forgotten, so that the next build starts anew.
    fn give_up(&self, progress: JobProgress, failure: Option<AgentFailure>) -> JobResult {
        let (attempts, tokens) = (progress.record.attempts, progress.record.tokens);
        let is_final = failure.as_ref().is_some_and(AgentFailure::is_final);
        match (progress.last, failure) {
            // A session that ends too early says nothing beyond its last attempt.
            (Some(attempt), None | Some(AgentFailure::Session(_))) => {
                self.context.store.forget(self.job.candidate_id());
                JobResult::Failed {
                    attempt,
                    attempts,
                    tokens,
                }
            }
            (Some(attempt), Some(_)) if !is_final => {
                self.context.store.forget(self.job.candidate_id());
                JobResult::Failed {
                    attempt,
                    attempts,
                    tokens,
                }
            }
            (_, Some(failure)) => JobResult::AgentFailed {
                failure,
                attempts,
                tokens,
            },
            (None, None) => {
                unreachable!("an attempt that failed is an attempt at code or a failure of the agent")
            }
        }
    }

    async fn send_event(&self, event: Event) {
        // The engine listens for as long as there are jobs.
        let _heard = self.events.send(event).await;
    }
}

fn agent_failed(failure: AgentFailure, record: &Record) -> JobResult {
    JobResult::AgentFailed {
        failure,
        attempts: record.attempts,
        tokens: record.tokens,
    }
}

/// The session file of a job, from what was recorded.
fn session_of(job: &Job, record: &Record) -> Session {
    Session {
        schema: session::SCHEMA.to_string(),
        package: job.package.clone(),
        target: job.target.clone(),
        task: job.task.clone(),
        key: job.key.clone(),
        parts: job.parts.clone(),
        agent: record.agent.clone(),
        turns: record.turns.clone(),
    }
}
