//! The judging of a job's candidates, and of a tree as it is before anybody works on it.

use super::progress::Code;
use super::{JobError, JobRun};
use crate::job::{Attempt, Event, Job, MachineError};
use crate::observe::{ObserveError, observe_until};
use crate::store::{Record, files_digest, judge_digest};
use crate::tree::{judge_slice, passing_scenarios, program_digest};
use ghostc_judge::{Verdict, judge};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tokio::sync::oneshot;

/// The kind of prompt of a job whose code was accepted once, for another spec.
const UPDATE: &str = "update";

impl JobRun {
    /// Judges the candidate of a record, and notes the counts there; nothing where it passed.
    pub(super) async fn judge_candidate(&self, record: &mut Record) -> Result<Option<Attempt>, JobError> {
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
    pub(super) async fn judge_as_it_is(&self, record: &mut Record) -> Result<(), JobError> {
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
    pub(super) fn judge_digest(&self) -> String {
        let job = &self.job;
        let cases = [job.cases.as_slice(), &job.earlier.cases];
        let program = job.program.as_ref();
        let program = program
            .map(|program| program_digest(program, &self.base, &job.scenarios, &job.earlier.scenarios));
        judge_digest(&job.harness, cases, &self.needed, program)
    }

    /// The digest of the tree that a slice's changes belong to; empty where the job owns all of its files.
    pub(super) fn base_digest(&self) -> String {
        let program = self.job.program.as_ref();
        program.map_or_else(String::new, |_| files_digest(&self.base))
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
