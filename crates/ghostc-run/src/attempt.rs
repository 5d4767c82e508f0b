//! One job, from its prompt to its result: attempts of an agent, each collected, judged and kept.

mod progress;
mod turn;

use crate::agent::{AgentFailure, Protocol, Replay, TurnOutput};
use crate::budget::Budget;
use crate::files::FilesError;
use crate::job::{Attempt, Event, Job, JobResult, MachineError, Options, RepairRequest};
use crate::observe::{ObserveError, observe_until};
use crate::session::{self, Session, SessionError};
use crate::stop::Stop;
use crate::store::{Record, Store, StoreError, Stored, files_digest, judge_digest};
use crate::tree::{judge_slice, passing_scenarios, program_digest};
use crate::workspace::{Refused, Workspace, WorkspaceRules};
use ghostc_judge::{Verdict, judge};
use progress::{Code, JobProgress};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Instant;
use tokio::sync::{mpsc, oneshot, watch};

/// The kind of prompt of a job whose code was accepted once, for another spec.
const UPDATE: &str = "update";

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
        if !progress.record.passed && progress.record.turns.is_empty() {
            self.judge_as_it_is(&mut progress.record).await?;
        }
        if progress.record.passed {
            return Ok(self.pass_result(progress.record, true).await);
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
            return self.job.prompt.clone();
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
                (record, had_passed)
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

    /// Judges the candidate of a record, and notes the counts there; nothing where it passed.
    async fn judge_candidate(&self, record: &mut Record) -> Result<Option<Attempt>, JobError> {
        self.send_event(Event::Judging { job: self.index }).await;
        let (job, mut code) = (Arc::clone(&self.job), self.needed.clone());
        code.extend(
            record
                .files
                .iter()
                .map(|(path, text)| (path.clone(), text.clone())),
        );
        let stop = Arc::clone(&self.context.options.interrupt);
        match on_thread(move || verdict_on(&job, &code, &stop)).await? {
            Ok(verdict) => {
                record.take_counts(&verdict);
                Ok((!verdict.is_pass()).then_some(Attempt::Judged(verdict)))
            }
            Err(ObserveError::Build { argv, output }) => {
                record.passed = false;
                Ok(Some(Attempt::Build { argv, output }))
            }
            Err(ObserveError::Stopped) => Err(JobError::Interrupted),
            Err(
                error @ (ObserveError::Program { .. } | ObserveError::Files(_) | ObserveError::Scenario(_)),
            ) => Err(error.into()),
        }
    }

    /// Says which scenarios of a new slice the tree passes already, and takes it as it is where it meets all that the job
    /// is judged by.
    async fn judge_as_it_is(&self, record: &mut Record) -> Result<(), JobError> {
        if self.job.program.is_none() || self.job.prompt_kind == UPDATE {
            return Ok(());
        }
        let (job, mut tree) = (Arc::clone(&self.job), self.needed.clone());
        tree.extend(self.base.clone());
        let stop = Arc::clone(&self.context.options.interrupt);
        let passing = on_thread(move || match &job.program {
            Some(program) => passing_scenarios(&tree, program, &job.scenarios, &stop),
            None => Ok(Vec::new()),
        });
        let passing = match passing.await? {
            Err(ObserveError::Stopped) => return Err(JobError::Interrupted),
            passing => passing?,
        };
        let scenarios = self.job.scenarios.iter().zip(&passing);
        let passed = scenarios.filter(|(_, passes)| **passes).map(|(golden, _)| golden);
        let (held_out, visible): (Vec<_>, Vec<_>) = passed.partition(|golden| golden.held_out);
        if !held_out.is_empty() || !visible.is_empty() {
            let names = visible.into_iter().map(|golden| golden.name.clone());
            self.send_event(Event::AlreadyPasses {
                job: self.index,
                scenarios: names.collect(),
                held_out: held_out.len(),
            })
            .await;
        }
        // It may be that no scenario is its own: then its cases alone decide.
        if passing.iter().all(|passes| *passes) {
            let mut as_it_is = Record {
                files: self.base.clone(),
                ..record.clone()
            };
            self.judge_candidate(&mut as_it_is).await?;
            if as_it_is.passed {
                self.save_record(&as_it_is).await;
                *record = as_it_is;
            }
        }
        Ok(())
    }

    /// The digest of everything that a verdict on this job's own code depends on.
    fn judge_digest(&self) -> String {
        let job = &self.job;
        let cases = [job.cases.as_slice(), &job.earlier.cases];
        let program = job.program.as_ref();
        let program = program
            .map(|program| program_digest(program, &self.base, &job.scenarios, &job.earlier.scenarios));
        judge_digest(&job.harness, cases, &self.needed, program)
    }

    /// The digest of the tree that a slice's changes belong to; empty where the job owns all of its files.
    fn base_digest(&self) -> String {
        let program = self.job.program.as_ref();
        program.map_or_else(String::new, |_| files_digest(&self.base))
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

/// The verdict on the code of a job, by all that it is judged by.
fn verdict_on(job: &Job, code: &Code, stop: &AtomicBool) -> Result<Verdict, ObserveError> {
    if let Some(program) = &job.program {
        let own = (job.cases.as_slice(), job.scenarios.as_slice());
        let earlier = (job.earlier.cases.as_slice(), job.earlier.scenarios.as_slice());
        let judged = judge_slice(code, program, [own, earlier], &job.harness, stop)?;
        return Ok(judged.verdict);
    }
    let observed = observe_until(&job.harness, code, &job.cases, stop)?;
    Ok(judge(job.cases.iter().zip(observed.iter().map(Some))))
}

/// Runs a function on a thread of its own. The runtime's own threads would panic where none can be started.
async fn on_thread<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> Result<T, MachineError> {
    let (sender, receiver) = oneshot::channel();
    let thread = std::thread::Builder::new().name("judging".to_string());
    thread
        .spawn(move || drop(sender.send(run())))
        .map_err(|error| MachineError::Start(Arc::new(error)))?;
    Ok(receiver.await.expect("judging does not panic"))
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
