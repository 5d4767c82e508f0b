//! One turn of a job's agent: what it used, and the waits before the next one.

use super::JobError;
use super::JobRun;
use super::progress::JobProgress;
use crate::agent::{
    AgentFailure, FailureClass, Replay, TurnEnd, TurnOutcome, TurnOutput, TurnRequest, TurnResult, run_turn,
};
use crate::budget::Reservation;
use crate::job::Event;
use crate::stop::Stop;
use crate::workspace::Workspace;
use std::sync::{MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The wait after the first failure of an agent; each further one doubles it.
const BACKOFF: Duration = Duration::from_millis(250);
/// How often a job waits for the time that its agent names; after that its failures are failed attempts.
const MOST_PAUSES: u32 = 10;
/// The longest wait.
const LONGEST_BACKOFF: Duration = Duration::from_secs(8);

impl JobRun {
    /// One turn of the agent; the error in the outer place ends the job.
    pub(super) async fn run_agent(
        &mut self,
        workspace: &Workspace,
        prompt: &str,
        replay: Option<&Replay>,
        progress: &mut JobProgress,
    ) -> Result<Result<TurnOutput, AgentFailure>, JobError> {
        let mut reservation = Reservation::of(&self.context.budget, self.job.weight);
        if let Some(replay) = replay {
            let now = progress.own.as_ref().unwrap_or(&progress.before);
            let output = replay.play(progress.played, workspace.root(), now);
            progress.played += 1;
            if let Some(used) = output.as_ref().ok().and_then(|output| output.tokens) {
                reservation.settle(used.total());
                progress.add_tokens(used);
            }
            return Ok(output.map_err(AgentFailure::from));
        }
        let options = &self.context.options;
        let turn = TurnRequest {
            command: &options.agent,
            prompt,
            workspace: workspace.root().path(),
            private_folder: workspace.private_folder(),
            timeout: options.timeout,
            stall: options.stall,
            resources: options.resources,
            stop: self.stop.clone(),
        };
        let (events, job) = (self.events.clone(), self.index);
        // Messages that nobody has time to read is dropped.
        let mut on_message = move |text: String| drop(events.try_send(Event::Message { job, text }));
        let result = run_turn(turn, &mut reservation, &mut on_message).await;
        self.account(&result, &mut reservation, progress).await;
        match result.end {
            TurnEnd::Done => Ok(Ok(result.output)),
            TurnEnd::Stopped => Err(JobError::Interrupted),
            TurnEnd::OverBudget => Err(JobError::OverBudget),
            TurnEnd::Failed(failure) => {
                // Neither of them is better for another job.
                if failure.is_final() {
                    self.context.unusable.get_or_init(|| failure.clone());
                }
                Ok(Err(failure))
            }
        }
    }

    /// Counts what a turn used, however it ended.
    async fn account(&self, result: &TurnResult, reservation: &mut Reservation, progress: &mut JobProgress) {
        if let Some(used) = result.output.tokens {
            reservation.settle(used.total());
            progress.add_tokens(used);
        }
        let failure = match &result.end {
            TurnEnd::Failed(failure) => Some(failure),
            TurnEnd::Done | TurnEnd::Stopped | TurnEnd::OverBudget => None,
        };
        let outcome = TurnOutcome {
            tokens: result.output.tokens,
            dollars: result.output.dollars,
            failure: failure.map(AgentFailure::class),
            retry_after: failure.and_then(AgentFailure::retry_after),
            is_stopped: matches!(result.end, TurnEnd::Stopped | TurnEnd::OverBudget),
        };
        self.send_event(Event::TurnEnded {
            job: self.index,
            attempt: progress.record.attempts,
            outcome,
        })
        .await;
    }

    /// Pauses the agent for all jobs where it says when it can be used again, and that is not too far away.
    pub(super) fn pause_for_quota(&self, failure: &AgentFailure, progress: &mut JobProgress) -> bool {
        let wait = failure
            .retry_after()
            .filter(|_| failure.class() == FailureClass::Quota);
        let wait = wait.filter(|wait| *wait <= self.context.options.timeout && progress.pauses < MOST_PAUSES);
        let Some(until) = wait.and_then(|wait| Instant::now().checked_add(wait)) else {
            return false;
        };
        let mut paused = self.paused();
        *paused = (*paused).max(Some(until));
        progress.pauses += 1;
        progress.record.attempts -= 1;
        true
    }

    fn paused(&self) -> MutexGuard<'_, Option<Instant>> {
        self.context
            .paused_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn wait_for_quota(&mut self) -> Result<(), JobError> {
        loop {
            let until = *self.paused();
            let Some(until) = until.filter(|until| *until > Instant::now()) else {
                return Ok(());
            };
            tokio::select! {
                () = tokio::time::sleep_until(until.into()) => {}
                _ = self.stop.wait_for(|stop| *stop > Stop::No) => return Err(JobError::Interrupted),
            }
        }
    }

    /// Waits before the agent is asked again, longer each time.
    pub(super) async fn pause(&mut self, failures: &mut u32) -> Result<(), JobError> {
        let wait = BACKOFF
            .saturating_mul(2u32.saturating_pow(*failures))
            .min(LONGEST_BACKOFF);
        *failures += 1;
        tokio::select! {
            () = tokio::time::sleep(wait) => Ok(()),
            _ = self.stop.wait_for(|stop| *stop > Stop::No) => Err(JobError::Interrupted),
        }
    }
}
