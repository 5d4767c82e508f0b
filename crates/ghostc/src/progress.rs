//! A build as people watch it: a live block on a terminal, finished lines in a pipe, events for programs.

use crate::json::{BuildEvent, CaseCounts, TurnJson, result_word};
use crate::output;
use crate::summary;
use ghostc_project::wording::{case_counts, failing_cases, plural};
use ghostc_run::{Attempt, Event, Job, JobResult, Spending};
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
    spent: Spending,
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

/// An event of the whole build, for programs.
pub(crate) fn print_notice(event: &str, text: &str) {
    output::print_json(&BuildEvent {
        schema: EVENT_SCHEMA.to_string(),
        event: event.to_string(),
        text: Some(text.to_string()),
        ..BuildEvent::default()
    });
}

/// The schema of events.
const EVENT_SCHEMA: &str = "ghostc.build-event/1";

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
            spent: Spending::default(),
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
            Event::TurnEnded { outcome, .. } => self.spent.add(outcome.tokens, outcome.dollars),
            Event::Judging { job } => self.bar(*job, "judging"),
            Event::AlreadyPasses {
                job,
                scenarios,
                held_out,
            } => {
                let text = format!("{}: {}", self.name(*job), already_passing(scenarios, *held_out));
                self.lines(&line("note", &text));
            }
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
        let last = self.summary.get_or_insert_with(|| {
            let style = ProgressStyle::with_template("{prefix:>11}  {msg}  {elapsed}")
                .expect("the template is sound");
            live.add(ProgressBar::new_spinner().with_style(style).with_prefix("so far"))
        });
        let (all, running) = (self.names.len(), self.bars.len());
        if self.done == all {
            last.finish_and_clear();
            return;
        }
        let waiting = all.saturating_sub(self.done + running);
        let mut parts = vec![
            format!("{} of {all} done", self.done),
            format!("{running} running"),
            format!("{waiting} waiting"),
        ];
        parts.extend(summary::spent(&self.spent));
        last.set_message(parts.join(", "));
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
        let mut shown = BuildEvent {
            schema: EVENT_SCHEMA.to_string(),
            ..BuildEvent::default()
        };
        let (job, kind) = match event {
            Event::Started {
                job,
                attempt,
                prompt_kind,
            } => {
                shown.attempt = Some(*attempt);
                shown.text = Some((*prompt_kind).to_string());
                (job, "started")
            }
            Event::Message { job, text } => {
                shown.text = Some(text.clone());
                (job, "message")
            }
            Event::TurnEnded {
                job,
                attempt,
                outcome,
            } => {
                shown.attempt = Some(*attempt);
                shown.turn = Some(TurnJson::of(outcome));
                (job, "turn")
            }
            Event::Judging { job } => (job, "judging"),
            Event::AlreadyPasses {
                job,
                scenarios,
                held_out,
            } => {
                shown.text = Some(already_passing(scenarios, *held_out));
                (job, "already-passes")
            }
            Event::Failed {
                job,
                attempt,
                outcome,
            } => {
                shown.attempt = Some(*attempt);
                shown.text = Some(attempt_text(outcome));
                if let Attempt::Judged(verdict) = outcome {
                    shown.cases = Some(CaseCounts::of(verdict));
                }
                (job, "failed")
            }
            Event::NotStored { job, error } => {
                shown.text = Some(error.to_string());
                (job, "message")
            }
            Event::Finished { job, result, .. } => {
                shown.text = Some(result_word(result).to_string());
                if let JobResult::Passed { verdict, .. } = result {
                    shown.cases = Some(CaseCounts::of(verdict));
                }
                (job, "finished")
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
        output::print_json(&BuildEvent {
            event: kind.to_string(),
            package,
            target,
            task,
            ..shown
        });
    }
}

/// Which scenarios pass before their slice is built.
fn already_passing(scenarios: &[String], held_out: usize) -> String {
    let mut named: Vec<String> = scenarios.iter().map(|name| format!("`{name}`")).collect();
    if held_out > 0 {
        named.push(format!("{held_out} held out"));
    }
    format!("passes before anything is built: {}", named.join(", "))
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
