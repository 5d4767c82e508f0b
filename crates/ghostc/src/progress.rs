//! A build as people watch it: a live block on a terminal, finished lines in a pipe, events for programs.

use crate::json::{BuildEvent, CaseCounts, result_word};
use crate::output;
use ghostc_project::wording::{case_counts, failing_cases, grouped, plural};
use ghostc_run::{Attempt, Event, Job, JobResult};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::time::Duration;

/// What a job is called.
#[derive(Clone)]
struct JobName {
    package: String,
    target: String,
    task: String,
    /// As people read it.
    shown: String,
}

/// Where a build tells what it does.
pub(crate) struct Progress {
    names: Vec<JobName>,
    json: bool,
    quiet: bool,
    /// Whether nothing is printed at all.
    silent: bool,
    verbose: bool,
    /// What was last found wrong with jobs, which is printed where nothing else is.
    failing: BTreeMap<usize, String>,
    live: Option<MultiProgress>,
    bars: BTreeMap<usize, ProgressBar>,
    /// The last line of the live block: how far the build is.
    summary: Option<ProgressBar>,
    done: usize,
    tokens: u64,
}

/// One line with its label set to the right: `   building  parse · rust`.
pub(crate) fn line(label: &str, text: &str) -> String {
    format!("{label:>11}  {text}\n")
}

/// Lines below a labelled one.
pub(crate) fn indented(text: &str) -> String {
    text.lines()
        .map(|line| format!("             {line}\n"))
        .collect()
}

impl Progress {
    /// A view of the jobs of one build.
    pub(crate) fn new(jobs: &[Job], json: bool, (quiet, silent): (bool, bool), verbose: bool) -> Progress {
        let live = !json && !quiet && std::io::stderr().is_terminal() && std::io::stdout().is_terminal();
        Progress {
            names: jobs
                .iter()
                .map(|job| JobName {
                    package: job.package.clone(),
                    target: job.target.clone(),
                    task: job.task.clone(),
                    shown: job.to_string(),
                })
                .collect(),
            json,
            quiet,
            silent,
            verbose,
            failing: BTreeMap::new(),
            live: live.then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr())),
            bars: BTreeMap::new(),
            summary: None,
            done: 0,
            tokens: 0,
        }
    }

    /// Shows one event.
    pub(crate) fn show(&mut self, event: &Event) {
        if self.json {
            self.show_json(event);
            return;
        }
        self.show_text(event);
        self.summarise();
    }

    fn show_text(&mut self, event: &Event) {
        match event {
            Event::Started {
                job,
                attempt,
                prompt_kind,
            } => {
                let again = if *attempt > 1 {
                    format!(", attempt {attempt}")
                } else {
                    String::new()
                };
                self.bar(*job, &format!("{prompt_kind}{again}"));
                if *prompt_kind == "repair" && *attempt > 1 {
                    self.lines(&line("repairing", &self.name(*job)));
                }
            }
            Event::Message { job, text } => {
                self.bar(*job, text);
                if self.verbose {
                    self.lines(&line("agent", &format!("{}: {text}", self.name(*job))));
                }
            }
            Event::TurnEnded { .. } => {}
            Event::Judging { job } => self.bar(*job, "judging"),
            Event::Failed {
                job,
                attempt,
                outcome,
            } => {
                let text = line("failing", &format!("{}   attempt {attempt}", self.name(*job)))
                    + &indented(&attempt_text(outcome));
                self.lines(&text);
                self.failing.insert(*job, text);
            }
            Event::NotStored { job, error } => {
                self.lines(&line("warning", &format!("{}: {error}", self.name(*job))))
            }
            Event::Finished { job, result, elapsed } => {
                if let Some(bar) = self.bars.remove(job) {
                    bar.finish_and_clear();
                }
                self.done += 1;
                self.tokens += tokens(result);
                self.lines(&self.finished(*job, result, *elapsed));
                if self.quiet && !self.silent && !result.is_pass() {
                    // Quiet or not, why it fails is said.
                    let text = self.failing.remove(job).unwrap_or_default();
                    output::print(&(text + &self.finished(*job, result, *elapsed)));
                }
            }
        }
    }

    /// Renews the last line of the live block, and takes it away at the end.
    fn summarise(&mut self) {
        let Some(live) = &self.live else { return };
        let summary = self.summary.get_or_insert_with(|| {
            let style = ProgressStyle::with_template("{prefix:>11}  {msg}  {elapsed}")
                .expect("the template is sound");
            live.add(ProgressBar::new_spinner().with_style(style).with_prefix("so far"))
        });
        let (all, running) = (self.names.len(), self.bars.len());
        if self.done == all {
            summary.finish_and_clear();
            return;
        }
        let waiting = all.saturating_sub(self.done + running);
        let tokens = if self.tokens > 0 {
            format!(", {} tokens", grouped(self.tokens))
        } else {
            String::new()
        };
        summary.set_message(format!(
            "{} of {all} done, {running} running, {waiting} waiting{tokens}",
            self.done
        ));
    }

    fn name(&self, job: usize) -> String {
        self.names
            .get(job)
            .map_or_else(String::new, |name| name.shown.clone())
    }

    fn lines(&self, text: &str) {
        match &self.live {
            Some(live) => live.suspend(|| output::print(text)),
            None if self.quiet => {}
            None => output::print(text),
        }
    }

    fn bar(&mut self, job: usize, doing: &str) {
        let Some(live) = &self.live else { return };
        let name = self.name(job);
        let bar = self.bars.entry(job).or_insert_with(|| {
            let style = ProgressStyle::with_template("{prefix:>11}  {msg}  {elapsed}")
                .expect("the template is sound");
            let bar = ProgressBar::new_spinner()
                .with_style(style)
                .with_prefix("building");
            // Above the line that sums up.
            let bar = live.insert_from_back(1, bar);
            bar.enable_steady_tick(Duration::from_millis(500));
            bar
        });
        bar.set_message(format!("{name}   {}", doing.chars().take(48).collect::<String>()));
    }

    fn finished(&self, job: usize, result: &JobResult, elapsed: Duration) -> String {
        let name = self.name(job);
        match result {
            JobResult::Passed { verdict, reused, .. } => {
                let time = if *reused {
                    "kept from an earlier build".to_string()
                } else {
                    format!("{:.1} s", elapsed.as_secs_f64())
                };
                line("building", &format!("{name}   {}   {time}", case_counts(verdict)))
            }
            JobResult::Failed { attempts, .. } => line(
                "failed",
                &format!("{name}   after {}", plural(*attempts as usize, "attempt")),
            ),
            JobResult::Blocked { on } => line("blocked", &format!("{name}   by {}", self.name(*on))),
            JobResult::AgentFailed { failure, .. } => line("failed", &format!("{name}   {failure}")),
            JobResult::MachineFailed(error) => line("failed", &format!("{name}   {error}")),
            JobResult::Interrupted => line("stopped", &name),
            JobResult::OverBudget => line("stopped", &format!("{name}   the token budget is used up")),
        }
    }

    fn show_json(&self, event: &Event) {
        let (job, kind, attempt, text, cases) = match event {
            Event::Started {
                job,
                attempt,
                prompt_kind,
            } => (
                job,
                "started",
                Some(*attempt),
                Some((*prompt_kind).to_string()),
                None,
            ),
            Event::Message { job, text } => (job, "message", None, Some(text.clone()), None),
            Event::TurnEnded { .. } => return,
            Event::Judging { job } => (job, "judging", None, None, None),
            Event::Failed {
                job,
                attempt,
                outcome,
            } => {
                let verdict = if let Attempt::Judged(verdict) = outcome {
                    Some(CaseCounts::of(verdict))
                } else {
                    None
                };
                (
                    job,
                    "failed",
                    Some(*attempt),
                    Some(attempt_text(outcome)),
                    verdict,
                )
            }
            Event::NotStored { job, error } => (job, "message", None, Some(error.to_string()), None),
            Event::Finished { job, result, .. } => {
                let verdict = if let JobResult::Passed { verdict, .. } = result {
                    Some(CaseCounts::of(verdict))
                } else {
                    None
                };
                (
                    job,
                    "finished",
                    None,
                    Some(result_word(result).to_string()),
                    verdict,
                )
            }
        };
        let Some(JobName {
            package,
            target,
            task,
            ..
        }) = self.names.get(*job).cloned()
        else {
            return;
        };
        let schema = "ghostc.build-event/1".to_string();
        output::print_json(&BuildEvent {
            schema,
            event: kind.to_string(),
            package,
            target,
            task,
            attempt,
            text,
            cases,
        });
    }
}

/// The tokens that a job cost in this build.
pub(crate) fn tokens(result: &JobResult) -> u64 {
    match result {
        JobResult::Passed { reused: true, .. } => 0,
        JobResult::Passed { tokens, .. }
        | JobResult::Failed { tokens, .. }
        | JobResult::AgentFailed { tokens, .. } => tokens.total(),
        JobResult::Blocked { .. }
        | JobResult::MachineFailed(_)
        | JobResult::Interrupted
        | JobResult::OverBudget => 0,
    }
}

/// A failed attempt, as people read it.
fn attempt_text(attempt: &Attempt) -> String {
    match attempt {
        Attempt::Judged(verdict) => format!("{}\n{}", case_counts(verdict), failing_cases(verdict, 3)),
        Attempt::Build { argv, output } => format!(
            "`{}` failed:\n{output}",
            argv.first().map_or("build", String::as_str)
        ),
        Attempt::Refused(refusal) => refusal.to_string(),
        Attempt::Agent(failure) => failure.to_string(),
    }
}
