//! What becomes of the units of a build: accepted, waiting or failing, and the report of it.

use crate::exit::{Exit, Failure};
use crate::jobs::Work;
use crate::json::{CaseCounts, FailureJson, PackageVerdict, TargetVerdict, Test, TestJob};
use crate::output::plural;
use crate::pending::Pending;
use crate::progress::{self, Talk};
use crate::project::Unit;
use crate::settle::{self, NoVerdict, Relation};
use ghostc_judge::Verdict;
use ghostc_plan::Task;
use ghostc_plan::lock::Lock;
use ghostc_run::{AgentCommand, Attempt, JobResult, Protocol};
use std::collections::BTreeMap;

/// What became of one unit.
pub(crate) struct Settled {
    pub(crate) verdict: Option<Verdict>,
    pub(crate) word: &'static str,
    pub(crate) reason: Option<String>,
    jobs: Vec<TestJob>,
    pub(crate) drift: Vec<String>,
    /// What the last attempts at tasks that failed were found to do.
    tried: Verdict,
}

impl Settled {
    /// A unit that could not be judged here.
    pub(crate) fn not_judged(reason: String) -> Settled {
        Settled {
            word: "not-judged",
            reason: Some(reason),
            ..Settled::default()
        }
    }
}

impl Default for Settled {
    fn default() -> Settled {
        Settled {
            verdict: None,
            word: "pass",
            reason: None,
            jobs: Vec::new(),
            drift: Vec::new(),
            tried: Verdict::default(),
        }
    }
}

/// How the results of a build are settled.
pub(crate) struct Settling<'a> {
    /// Whether code that replaces accepted code is accepted too.
    pub(crate) accept: bool,
    pub(crate) agent: &'a AgentCommand,
    pub(crate) talk: Talk,
}

impl Settling<'_> {
    /// Accepts what may be accepted, keeps the rest for `ghostc accept`, and judges the whole.
    pub(crate) fn settle(
        &self,
        work: &Work<'_>,
        results: &[JobResult],
        lock: &mut Lock,
    ) -> Result<Settled, Failure> {
        let mut settled = Settled::default();
        let mut next = lock.clone();
        let mut accepted: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        let mut waits = !work.pending.is_empty() && !self.accept;
        for (task, pending) in work.pending.iter().filter(|_| self.accept) {
            settle::accept_task(work.unit, &mut next, task, pending);
            accepted.insert(task.clone(), pending.files.clone());
        }
        for ((task, _), result) in work.stale.iter().zip(results) {
            let word = progress::result_word(result).to_string();
            settled.jobs.push(TestJob {
                task: task.id.clone(),
                result: word,
            });
            if let JobResult::Failed {
                attempt: Attempt::Judged(verdict),
                ..
            } = result
            {
                settled.tried.add(verdict.clone());
            }
            let Some(candidate) = self.candidate(work.unit, task, result) else {
                continue;
            };
            match self.acceptable(work, task, candidate) {
                Ok(candidate) => {
                    settle::accept_task(work.unit, &mut next, &task.id, &candidate);
                    accepted.insert(task.id.clone(), candidate.files);
                }
                Err(candidate) => {
                    waits = true;
                    candidate.write(work.unit, &task.id)?;
                    let name = format!("{} · {}", task.id, work.unit.target.name);
                    self.talk.result(
                        "pending",
                        &format!("{name}: the code changed; see `ghostc accept --list`"),
                    );
                }
            }
        }
        let failed = results.iter().any(|result| !result.is_pass());
        settled.word = match (failed, waits) {
            (true, _) => "fail",
            (false, true) => "pending",
            (false, false) => "pass",
        };
        self.judge_whole(work.unit, &accepted, next, lock, &mut settled)?;
        Ok(settled)
    }

    /// The code of a job that passed.
    fn candidate(&self, unit: &Unit<'_>, task: &Task, result: &JobResult) -> Option<Pending> {
        let JobResult::Passed {
            files,
            attempts,
            tokens,
            ..
        } = result
        else {
            return None;
        };
        let spent = self.agent.protocol != Protocol::Replay && tokens.total() > 0;
        Some(Pending {
            key: unit
                .keys
                .get(&task.id)
                .map(|key| key.key.clone())
                .unwrap_or_default(),
            files: files.clone(),
            agent: self.agent.name.clone(),
            attempts: u64::from(*attempts),
            tokens: spent.then(|| tokens.total()),
        })
    }

    /// The candidate as it may be accepted now, or, as an error, as it has to wait.
    fn acceptable(&self, work: &Work<'_>, task: &Task, candidate: Pending) -> Result<Pending, Pending> {
        let unit = work.unit;
        let old = unit.accepted(&task.id);
        let builds_on_waiting = || {
            let dependencies = unit.graph.dependencies_of(task);
            dependencies.iter().any(|id| work.pending.contains_key(*id))
        };
        match settle::relation(&old, &candidate.files, &unit.target.comments) {
            Relation::Changed if !self.accept => Err(candidate),
            Relation::First if !self.accept && builds_on_waiting() => Err(candidate),
            // The accepted bytes stay, so that comments and spacing make no churn.
            Relation::Equivalent => Ok(Pending {
                files: old,
                ..candidate
            }),
            Relation::First | Relation::Identical | Relation::Changed => Ok(candidate),
        }
    }

    /// Judges all accepted code together; only what passes so is written.
    fn judge_whole(
        &self,
        unit: &Unit<'_>,
        accepted: &BTreeMap<String, BTreeMap<String, String>>,
        next: Lock,
        lock: &mut Lock,
        settled: &mut Settled,
    ) -> Result<(), Failure> {
        let operations = settle::accepted_operations(unit, &next);
        if operations.is_empty() {
            return Ok(());
        }
        let mut code: BTreeMap<String, String> = BTreeMap::new();
        for task in &unit.graph.tasks {
            code.extend(
                accepted
                    .get(&task.id)
                    .cloned()
                    .unwrap_or_else(|| unit.accepted(&task.id)),
            );
        }
        let files = settle::golden_files(unit, &next, &code)?;
        let locked = unit.locked();
        let kept = |path: &String| {
            code.contains_key(path) && !accepted.values().any(|files| files.contains_key(path))
        };
        let written = files
            .iter()
            .filter(|(path, _)| !kept(path))
            .map(|(path, text)| (path.clone(), text.clone()))
            .collect();
        settled.drift = unit
            .golden
            .in_the_way(locked, &written)
            .into_iter()
            .map(|drift| drift.text)
            .collect();
        if !settled.drift.is_empty() {
            settled.word = "fail";
            return Ok(());
        }
        match settle::judge_code(unit, &code, &operations) {
            Ok(verdict) => {
                if verdict.is_pass() {
                    for text in settle::doubtful_ids(unit, lock) {
                        self.talk.say("doubtful", &text);
                    }
                    *lock = next;
                    settle::settle(unit, lock, &files, &verdict)?;
                    accepted.keys().try_for_each(|task| Pending::remove(unit, task))?;
                    let files = plural(code.len(), "file");
                    let label = if accepted.is_empty() { "judged" } else { "accepted" };
                    self.talk.result(
                        label,
                        &format!("{}   {files}   {}", unit.golden.shown, progress::counts(&verdict)),
                    );
                } else {
                    settled.word = "fail";
                    let text = format!("{} as a whole   {}", unit.name(), progress::counts(&verdict));
                    let again = rewrite_hint(unit, &verdict);
                    self.talk.result(
                        "failing",
                        &format!("{text}\n{}\n{again}", progress::failures(&verdict, 3)),
                    );
                }
                settled.verdict = Some(verdict);
            }
            Err(NoVerdict::Build(text)) => {
                settled.word = "fail";
                self.talk
                    .result("failing", &format!("{} as a whole: {text}", unit.name()));
                settled.reason = Some(text);
            }
            Err(NoVerdict::Machine(text)) => return Err(Failure::machine(text)),
        }
        Ok(())
    }
}

/// The last line of JSON: what is known of every unit.
pub(crate) fn report<'s>(works: &[Work<'_>], settled: &dyn Fn(usize) -> Option<&'s Settled>) -> Test {
    let mut packages: Vec<PackageVerdict> = Vec::new();
    for (at, work) in works.iter().enumerate() {
        let name = &work.unit.package.name;
        if packages.last().is_none_or(|package| package.name != *name) {
            packages.push(PackageVerdict {
                name: name.clone(),
                targets: Vec::new(),
            });
        }
        let target = target_report(work, settled(at));
        if let Some(package) = packages.last_mut() {
            package.targets.push(target);
        }
    }
    Test {
        schema: "ghostc.build/1".to_string(),
        packages,
    }
}

fn target_report(work: &Work<'_>, settled: Option<&Settled>) -> TargetVerdict {
    let locked = work.unit.locked();
    let idle_word = match (work.stale.is_empty(), work.pending.is_empty(), locked) {
        (false, ..) => "stale",
        (true, false, _) => "pending",
        (true, true, Some(_)) => "pass",
        (true, true, None) => "not-built",
    };
    // What was accepted as a whole, and what was tried and not accepted.
    let mut verdict = settled
        .and_then(|settled| settled.verdict.clone())
        .unwrap_or_default();
    verdict.add(settled.map(|settled| settled.tried.clone()).unwrap_or_default());
    let mut cases = CaseCounts::of(&verdict);
    if let (0, Some(locked)) = (verdict.total(), locked) {
        cases.passed = locked.passed;
        cases.total = locked.passed;
        cases.held_out.passed = locked.held_out;
        cases.held_out.total = locked.held_out;
    }
    TargetVerdict {
        name: work.unit.target.name.clone(),
        verdict: settled.map_or(idle_word, |settled| settled.word).to_string(),
        cases,
        failures: verdict.failures.iter().map(FailureJson::of).collect(),
        drift: settled.map(|settled| settled.drift.clone()).unwrap_or_default(),
        reason: settled.and_then(|settled| settled.reason.clone()),
        jobs: settled.map_or_else(Vec::new, |settled| {
            settled
                .jobs
                .iter()
                .map(|job| TestJob {
                    task: job.task.clone(),
                    result: job.result.clone(),
                })
                .collect()
        }),
    }
}

/// How to have tasks written again whose accepted code fails cases that no key depends on.
fn rewrite_hint(unit: &Unit<'_>, verdict: &Verdict) -> String {
    let fails = |operation: &usize| {
        let name = unit
            .package
            .operations
            .get(*operation)
            .map(|operation| operation.name.as_str());
        verdict
            .failures
            .iter()
            .any(|failure| Some(failure.operation.as_str()) == name)
    };
    let tasks = unit
        .graph
        .tasks
        .iter()
        .filter(|task| task.operations.iter().any(fails));
    let tasks: Vec<String> = tasks.map(|task| format!("--task {}", task.id)).collect();
    let target = &unit.target.name;
    format!(
        "to have it written again: ghostc build --fresh --accept --target {target} {}",
        tasks.join(" ")
    )
}

/// The worst of what happened.
pub(crate) fn exit_of(settled: &BTreeMap<usize, Settled>, results: &[JobResult]) -> Exit {
    let of_result = |result: &JobResult| match result {
        JobResult::Passed { .. } | JobResult::Blocked { .. } => Exit::Fine,
        JobResult::Failed {
            attempt: Attempt::Agent(_),
            ..
        }
        | JobResult::AgentFailed { .. }
        | JobResult::MachineFailed(_) => Exit::Machine,
        JobResult::Failed { .. } => Exit::Findings,
        JobResult::OverBudget => Exit::Budget,
        JobResult::Interrupted => Exit::Interrupted,
    };
    let failed = settled.values().any(|settled| settled.word == "fail");
    results
        .iter()
        .map(of_result)
        .chain(failed.then_some(Exit::Findings))
        .max()
        .unwrap_or(Exit::Fine)
}
