//! One job, from its prompt to its result: attempts of an agent, each collected, judged and kept.

mod progress;

use crate::agent::{AgentFailure, Ask, Protocol, Replay, Said, ask};
use crate::budget::Budget;
use crate::files::FilesError;
use crate::job::{Attempt, Event, Job, JobResult, MachineError, Options};
use crate::observe::{ObserveError, observe_until};
use crate::session::{Session, SessionError};
use crate::signals::Stop;
use crate::store::{Record, Store, judge_digest};
use crate::workspace::Workspace;
use ghostc_judge::judge;
use progress::{Code, Progress};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// The wait after the first failure of an agent; each further one doubles it.
const BACKOFF: Duration = Duration::from_millis(250);
/// The longest wait.
const LONGEST_BACKOFF: Duration = Duration::from_secs(8);

/// What all jobs of a build share.
pub(crate) struct Setting {
    pub(crate) options: Options,
    pub(crate) store: Store,
    pub(crate) budget: Budget,
    /// Set once the agent's program was not found: then no job needs to try.
    pub(crate) missing: OnceLock<AgentFailure>,
}

/// A job with what it needs to run.
pub(crate) struct Work {
    pub(crate) setting: Arc<Setting>,
    pub(crate) job: Arc<Job>,
    /// Its place in the list.
    pub(crate) place: usize,
    /// The code of the jobs that it needs.
    pub(crate) needed: Code,
    pub(crate) events: mpsc::Sender<Event>,
    pub(crate) stop: watch::Receiver<Stop>,
}

/// Why a job is over that neither passed nor failed.
enum Halt {
    Interrupted,
    OverBudget,
    Machine(MachineError),
}

impl<E: Into<MachineError>> From<E> for Halt {
    fn from(error: E) -> Halt {
        Halt::Machine(error.into())
    }
}

impl Work {
    /// Carries the job out.
    pub(crate) async fn carry_out(mut self) -> JobResult {
        match self.attempts().await {
            Ok(result) => result,
            Err(Halt::Interrupted) => JobResult::Interrupted,
            Err(Halt::OverBudget) => JobResult::OverBudget,
            Err(Halt::Machine(error)) => JobResult::MachineFailed(error),
        }
    }

    async fn attempts(&mut self) -> Result<JobResult, Halt> {
        let digest = judge_digest(&self.job, &self.needed);
        let mut progress = self.resume(&digest).await?;
        if progress.record.passed {
            return Ok(self.passed(progress.record, true).await);
        }
        let replay = match self.replay() {
            Ok(replay) => replay,
            Err(error) => return Ok(agent_failed(error.into(), &progress.record)),
        };
        let workspace = Workspace::create(&self.job, &self.needed, &progress.before)?;
        let mut prompt = self.prompt_after(progress.last.as_ref());
        loop {
            self.may_start()?;
            if let Some(missing) = self.setting.missing.get() {
                return Ok(agent_failed(missing.clone(), &progress.record));
            }
            let outcome = self
                .attempt(&workspace, &prompt, replay.as_ref(), &mut progress)
                .await?;
            let Some(outcome) = outcome else {
                return Ok(self.passed(progress.record, false).await);
            };
            let attempt = progress.record.attempts;
            self.tell(Event::Failed {
                job: self.place,
                attempt,
                outcome: outcome.clone(),
            })
            .await;
            let is_last = attempt >= self.setting.options.attempts.max(1);
            match outcome {
                Attempt::Agent(failure) if is_last || failure.is_final() => {
                    return Ok(self.given_up(progress, Some(failure)));
                }
                // The same prompt again, as the agent has not made anything of it.
                Attempt::Agent(_) => self.pause(&mut progress.failures).await?,
                about_code @ (Attempt::Judged(_) | Attempt::Build { .. } | Attempt::Refused(_)) => {
                    progress.last = Some(about_code);
                    progress.failures = 0;
                    if is_last {
                        return Ok(self.given_up(progress, None));
                    }
                    prompt = self.prompt_after(progress.last.as_ref());
                }
            }
        }
    }

    /// One attempt; nothing where it passed.
    async fn attempt(
        &mut self,
        workspace: &Workspace,
        prompt: &str,
        replay: Option<&Replay>,
        progress: &mut Progress,
    ) -> Result<Option<Attempt>, Halt> {
        progress.record.attempts += 1;
        let (job, attempt) = (self.place, progress.record.attempts);
        let prompt_kind = progress.last.as_ref().map_or(self.job.prompt_kind, |_| "repair");
        self.tell(Event::Started {
            job,
            attempt,
            prompt_kind,
        })
        .await;
        match self.turn(workspace, prompt, replay, progress).await? {
            Ok(said) => self.after(said, workspace, progress, prompt_kind).await,
            Err(failure) => Ok(Some(Attempt::Agent(failure))),
        }
    }

    fn prompt_after(&self, last: Option<&Attempt>) -> String {
        last.map_or_else(|| self.job.prompt.clone(), |last| (self.job.repair)(last))
    }

    /// What an earlier build has left for this job: a candidate that passed, attempts that failed, or nothing.
    async fn resume(&mut self, digest: &str) -> Result<Progress, Halt> {
        let options = &self.setting.options;
        let fresh = || {
            let record = Record::new(&self.job.key, &options.agent.name, digest);
            Progress::new(record, self.job.current.clone())
        };
        let Some(mut record) = self.setting.store.load(&self.job).filter(|_| options.reuse) else {
            return Ok(fresh());
        };
        if !record.passed && record.attempts >= options.attempts.max(1) {
            return Ok(fresh());
        }
        if record.passed && record.judge == digest {
            return Ok(Progress::resumed(record, None));
        }
        let had_passed = record.passed;
        let last = self.judged(&mut record).await?;
        record.judge = digest.to_string();
        if record.passed {
            self.keep(&record).await;
        } else if had_passed {
            return Ok(fresh());
        }
        Ok(Progress::resumed(record, last))
    }

    fn replay(&self) -> Result<Option<Replay>, SessionError> {
        match self.setting.options.agent.protocol {
            Protocol::Print => Ok(None),
            Protocol::Replay => Replay::open(&self.job).map(Some),
        }
    }

    /// Whether nothing stands against one more attempt; takes the prompt's tokens from the budget.
    fn may_start(&self) -> Result<(), Halt> {
        if *self.stop.borrow() > Stop::No {
            return Err(Halt::Interrupted);
        }
        if self.setting.budget.take(self.job.weight) {
            Ok(())
        } else {
            Err(Halt::OverBudget)
        }
    }

    /// One turn of the agent; the error in the outer place ends the job.
    async fn turn(
        &mut self,
        workspace: &Workspace,
        prompt: &str,
        replay: Option<&Replay>,
        progress: &mut Progress,
    ) -> Result<Result<Said, AgentFailure>, Halt> {
        if let Some(replay) = replay {
            let said = replay.play(progress.played, workspace.root());
            progress.played += 1;
            return Ok(said.map_err(AgentFailure::from));
        }
        let options = &self.setting.options;
        let turn = Ask {
            command: &options.agent,
            prompt,
            workspace: workspace.root(),
            beside: workspace.beside(),
            timeout: options.timeout,
            stall: options.stall,
            stop: self.stop.clone(),
        };
        let (events, job) = (self.events.clone(), self.place);
        // Progress that nobody has time to read is dropped.
        let mut show = move |text: String| drop(events.try_send(Event::Message { job, text }));
        match ask(turn, &mut show).await {
            Ok(Some(said)) => Ok(Ok(said)),
            Ok(None) => Err(Halt::Interrupted),
            Err(failure) => {
                if matches!(failure, AgentFailure::Missing { .. }) {
                    self.setting.missing.get_or_init(|| failure.clone());
                }
                Ok(Err(failure))
            }
        }
    }

    /// Collects and judges what a turn left; nothing where it passed.
    async fn after(
        &mut self,
        said: Said,
        workspace: &Workspace,
        progress: &mut Progress,
        kind: &'static str,
    ) -> Result<Option<Attempt>, Halt> {
        if let Some(used) = said.tokens {
            self.setting.budget.settle(self.job.weight, used.total());
        }
        progress.charge(said.tokens.unwrap_or_default());
        let files = match workspace.collect() {
            Ok(files) => files,
            Err(refusal) => return Ok(Some(Attempt::Refused(refusal))),
        };
        if let Some(same) = progress.outcome_of(&files) {
            return Ok(Some(same));
        }
        let kind = if progress.record.turns.is_empty() {
            self.job.prompt_kind
        } else {
            kind
        };
        progress.take(kind, files, said.message.unwrap_or_default());
        // Kept before it is judged, so that a build that is killed now need not ask the agent again.
        self.keep(&progress.record).await;
        let outcome = self.judged(&mut progress.record).await?;
        if outcome.is_none() {
            self.keep(&progress.record).await;
        }
        Ok(outcome)
    }

    /// Judges the candidate of a record, and notes the counts there; nothing where it passed.
    async fn judged(&self, record: &mut Record) -> Result<Option<Attempt>, Halt> {
        self.tell(Event::Judging { job: self.place }).await;
        let (job, mut code) = (Arc::clone(&self.job), self.needed.clone());
        code.extend(
            record
                .files
                .iter()
                .map(|(path, text)| (path.clone(), text.clone())),
        );
        let stop = Arc::clone(&self.setting.options.interrupt);
        let observed = move || observe_until(&job.harness, &code, &job.cases, &stop);
        let observed = tokio::task::spawn_blocking(observed)
            .await
            .expect("judging does not panic");
        match observed {
            Ok(observations) => {
                let verdict = judge(self.job.cases.iter().zip(observations.iter().map(Some)));
                record.judged(&verdict);
                Ok((!verdict.is_pass()).then_some(Attempt::Judged(verdict)))
            }
            Err(ObserveError::Build { argv, output }) => {
                record.passed = false;
                Ok(Some(Attempt::Build { argv, output }))
            }
            Err(ObserveError::Stopped) => Err(Halt::Interrupted),
            Err(error @ (ObserveError::Program { .. } | ObserveError::Files(_))) => Err(error.into()),
        }
    }

    async fn keep(&self, record: &Record) {
        if let Err(error) = self.setting.store.save(&self.job, record) {
            self.tell(Event::NotStored {
                job: self.place,
                error: error.into(),
            })
            .await;
        }
    }

    async fn passed(&self, record: Record, reused: bool) -> JobResult {
        if let Err(error) = self.write_session(&record) {
            self.tell(Event::NotStored {
                job: self.place,
                error: error.into(),
            })
            .await;
        }
        let (verdict, attempts, tokens) = (record.verdict(), record.attempts, record.tokens);
        JobResult::Passed {
            files: record.files,
            verdict,
            attempts,
            tokens,
            reused,
        }
    }

    /// Writes the session file, where that is wanted and this is not a session that is being played.
    fn write_session(&self, record: &Record) -> Result<(), FilesError> {
        let options = &self.setting.options;
        let wanted = options.record && options.agent.protocol != Protocol::Replay;
        match &self.job.session {
            Some(path) if wanted => Session::of(&self.job, &record.agent, &record.turns).write(path),
            Some(_) | None => Ok(()),
        }
    }

    /// The result after the last attempt. What was tried is forgotten, so that the next build starts anew.
    fn given_up(&self, progress: Progress, failure: Option<AgentFailure>) -> JobResult {
        let (attempts, tokens) = (progress.record.attempts, progress.record.tokens);
        let is_final = failure.as_ref().is_some_and(AgentFailure::is_final);
        match (progress.last, failure) {
            // A session that ends too early says nothing beyond its last attempt.
            (Some(attempt), None | Some(AgentFailure::Session(_))) => {
                self.setting.store.forget(&self.job);
                JobResult::Failed {
                    attempt,
                    attempts,
                    tokens,
                }
            }
            (Some(attempt), Some(_)) if !is_final => {
                self.setting.store.forget(&self.job);
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

    /// Waits before the agent is asked again, longer each time.
    async fn pause(&mut self, failures: &mut u32) -> Result<(), Halt> {
        let wait = BACKOFF
            .saturating_mul(2u32.saturating_pow(*failures))
            .min(LONGEST_BACKOFF);
        *failures += 1;
        tokio::select! {
            () = tokio::time::sleep(wait) => Ok(()),
            _ = self.stop.wait_for(|stop| *stop > Stop::No) => Err(Halt::Interrupted),
        }
    }

    async fn tell(&self, event: Event) {
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
