//! A build on the terminal: what it tells while it goes on, and what it comes to.

use crate::exit::{Exit, exit_of};
use crate::global::{Format, Global};
use crate::json;
use crate::output;
use crate::progress::{Progress, indented, line};
use crate::{signals, summary};
use ghostc_project::host::Host;
use ghostc_project::wording::{case_counts, failing_cases, grouped, plural};
use ghostc_project::{
    Answer, BuildEnd, BuildEvent, BuildReport, Event, Failure, LOCK, PlannedJob, StaleItem, UnitReport,
    remember_answer,
};
use ghostc_run::{AgentCommand, Protocol, Spending};

/// Where a build is shown.
pub(crate) struct BuildOutput<'g> {
    global: &'g Global,
    host: &'g Host,
    json: bool,
    /// Nothing but errors is said.
    quiet: bool,
    /// Nothing goes to stdout, which holds something else.
    silent: bool,
    progress: Option<Progress>,
}

impl<'g> BuildOutput<'g> {
    /// A build that was asked for.
    pub(crate) fn new(format: Format, global: &'g Global, host: &'g Host) -> BuildOutput<'g> {
        BuildOutput {
            global,
            host,
            json: format == Format::Json,
            quiet: global.quiet,
            silent: false,
            progress: None,
        }
    }

    /// A build within another command; nothing but errors is said of a silent one.
    pub(crate) fn within(silent: bool, global: &'g Global, host: &'g Host) -> BuildOutput<'g> {
        BuildOutput {
            quiet: silent || global.quiet,
            silent,
            ..BuildOutput::new(Format::Text, global, host)
        }
    }

    /// Shows what happens.
    pub(crate) fn show(&mut self, event: Event<'_>) {
        match event {
            Event::Findings { diagnostics, sources } if self.silent => {
                let is_error =
                    |found: &&ghostc_syntax::Diagnostic| found.severity == ghostc_syntax::Severity::Error;
                output::say_each(diagnostics.iter().filter(is_error), sources);
            }
            Event::Findings { diagnostics, sources } => {
                output::say_findings(diagnostics, sources, self.global);
            }
            Event::Build(event) => self.step(&event),
            Event::Judged(_) | Event::Accept(_) | Event::Bisect(_) => {}
        }
    }

    fn step(&mut self, event: &BuildEvent<'_>) {
        match event {
            BuildEvent::Package {
                name,
                operations,
                statements,
                cases,
                held_out,
            } => {
                let parts = [
                    plural(*operations, "operation"),
                    plural(*statements, "statement"),
                    format!("{} ({held_out} held out)", plural(*cases, "case")),
                ];
                self.say("package", &format!("{name}  {}", parts.join(", ")));
            }
            BuildEvent::Waiting => {
                output::say(line("waiting", "another build of this project is running").trim_end())
            }
            BuildEvent::NotJudged(text) if !self.json => output::say(line("not judged", text).trim_end()),
            BuildEvent::NotJudged(_) => {}
            BuildEvent::Planned { tasks, tokens, agent } => {
                let text = format!("{}, about {} tokens", plural(*tasks, "task"), grouped(*tokens));
                self.say("planning", &text);
                self.say("agent", &describe(agent));
            }
            BuildEvent::Jobs(jobs) => {
                if !jobs.is_empty() {
                    signals::hand_to(&self.host.stop);
                }
                self.progress = Some(Progress::new(
                    jobs,
                    self.json,
                    (self.quiet, self.silent),
                    self.global.verbose,
                ));
            }
            BuildEvent::Job(event) => {
                if let Some(progress) = &mut self.progress {
                    progress.show(event);
                }
            }
            BuildEvent::Waits { task, target } => {
                let text = format!("{task} · {target}: the code changed; see `ghostc accept --list`");
                self.result("pending", &text);
            }
            BuildEvent::Outdated { task, target } => {
                let text = "the project changed while it was built; it is kept, and not accepted";
                output::say(line("outdated", &format!("{task} · {target}: {text}")).trim_end());
            }
            BuildEvent::DoubtfulId(text) => self.say("doubtful", text),
            BuildEvent::Settled { .. } => self.verdict(event),
            // Quiet or not, why it fails is said.
            BuildEvent::Failing { .. } | BuildEvent::Broken { .. } => BuildOutput {
                quiet: self.silent,
                progress: None,
                ..*self
            }
            .verdict(event),
            BuildEvent::Lock { tasks, written } => {
                let state = if *written { "written" } else { "unchanged" };
                self.result("lock", &format!("{LOCK}   {}, {state}", plural(*tasks, "task")));
            }
        }
    }

    fn verdict(&self, event: &BuildEvent<'_>) {
        if let BuildEvent::Settled {
            folder,
            files,
            verdict,
            is_new,
        } = event
        {
            let label = if *is_new { "accepted" } else { "judged" };
            let text = format!("{folder}   {}   {}", plural(*files, "file"), case_counts(verdict));
            self.result(label, &text);
        } else if let BuildEvent::Failing {
            unit,
            verdict,
            tasks,
            target,
        } = event
        {
            let text = format!("{unit} as a whole   {}", case_counts(verdict));
            let tasks: Vec<String> = tasks.iter().map(|task| format!("--task {task}")).collect();
            let again = format!(
                "to have it written again: ghostc build --fresh --accept --target {target} {}",
                tasks.join(" ")
            );
            let failures = failing_cases(verdict, 3);
            self.result("failing", &format!("{text}\n{failures}\n{again}"));
        } else if let BuildEvent::Broken { unit, why } = event {
            self.result("failing", &format!("{unit} as a whole: {why}"));
        }
    }

    /// A line of talk.
    fn say(&self, label: &str, text: &str) {
        if !self.json && !self.quiet {
            output::say(line(label, text).trim_end());
        }
    }

    /// A line of results, with further lines below it.
    fn result(&self, label: &str, text: &str) {
        if !self.json && !self.quiet {
            let mut lines = text.lines();
            let first = line(label, lines.next().unwrap_or_default());
            output::print(&(first + &lines.map(indented).collect::<String>()));
        }
    }

    /// Shows what a build comes to.
    pub(crate) fn finish(&self, report: BuildReport) -> Result<Exit, Failure> {
        let exit = exit_of(report.kind);
        for name in &report.stopped {
            output::say(&format!(
                "error: `{name}` is not built: it reads a reference that leads nowhere, or needs a task that does"
            ));
        }
        match report.end {
            BuildEnd::Remembered(answer) => self.answer(&answer),
            BuildEnd::NothingToDo(stamp) => {
                let answer = nothing_to_do(&report.units);
                self.answer(&answer);
                if let Some(stamp) = stamp {
                    remember_answer(stamp, answer, self.host);
                }
            }
            BuildEnd::DryRun(planned) => self.print(&report.units, &dry_run(&planned)),
            BuildEnd::Locked(items) => return self.locked(&report.units, &items),
            BuildEnd::Built | BuildEnd::NothingJudged => return self.built(&report, exit),
        }
        Ok(exit)
    }

    /// Prints what is known of all units as JSON, or else a text.
    fn print(&self, units: &[UnitReport], text: &str) {
        if self.json {
            output::print_json(&json::built(units, &Spending::default()));
        } else {
            output::print(text);
        }
    }

    /// Prints the answer to a build with nothing to do.
    fn answer(&self, answer: &Answer) {
        if self.json {
            output::print_exactly(&answer.json);
        } else if !self.quiet {
            output::print(&answer.text);
        }
    }

    fn locked(&self, units: &[UnitReport], items: &[StaleItem]) -> Result<Exit, Failure> {
        let text: String = items
            .iter()
            .map(|item| match item {
                StaleItem::Task(text) | StaleItem::Verdict(text) => line("stale", text),
                StaleItem::Waits(text) => line("pending", text),
                StaleItem::Drift(text) => line("drift", text),
            })
            .collect();
        self.print(units, &text);
        if items.is_empty() {
            if !self.json {
                output::print(&line("finished", &up_to_date(units)));
            }
            return Ok(Exit::Fine);
        }
        Err(
            Failure::findings(format!("{} under --locked", plural(items.len(), "stale item")))
                .help("Run `ghostc build`, look at the result, and commit it."),
        )
    }

    fn built(&self, report: &BuildReport, exit: Exit) -> Result<Exit, Failure> {
        let drift = || report.units.iter().flat_map(|unit| &unit.drift);
        if self.json {
            output::print_json(&json::built(&report.units, &report.spent));
        } else if !self.silent {
            drift().for_each(|drift| output::print(&line("drift", drift)));
            output::print(&line("finished", &summary::of(report)));
        }
        if drift().next().is_some() {
            output::say(
                "help: Keep what was edited by hand with `ghostc accept`, or take the files from version control.",
            );
        }
        if matches!(report.end, BuildEnd::NothingJudged) {
            return Err(Failure::machine(
                "nothing was judged: no target has its programs here",
            ));
        }
        Ok(exit)
    }
}

fn dry_run(planned: &[PlannedJob]) -> String {
    let (mut total, mut stale) = (0, 0);
    let mut out = String::new();
    for unit in planned {
        for (job, tokens) in &unit.jobs {
            (total, stale) = (total + tokens, stale + 1);
            let text = format!("{job}   about {} tokens", grouped(*tokens));
            out.push_str(&line("would build", &text));
        }
        for (task, reason) in &unit.reasons {
            out.push_str(&format!("             {task}: {reason}\n"));
        }
    }
    let text = format!(
        "{} to build, about {} tokens; nothing was done",
        plural(stale, "task"),
        grouped(total)
    );
    out + &line("dry run", &text)
}

fn nothing_to_do(units: &[UnitReport]) -> Answer {
    let waiting = units.iter().flat_map(|unit| {
        let tasks = unit.pending.iter();
        tasks.map(move |task| format!("{task} · {}: built, waits for `ghostc accept`", unit.target))
    });
    let waiting = waiting.map(|text| line("pending", &text));
    Answer {
        text: waiting.chain([line("finished", &up_to_date(units))]).collect(),
        json: output::json_line(&json::built(units, &Spending::default())),
    }
}

fn up_to_date(units: &[UnitReport]) -> String {
    let waiting: usize = units.iter().map(|unit| unit.pending.len()).sum();
    let total: usize = units.iter().map(|unit| unit.tasks).sum();
    let waits = if waiting > 0 {
        format!(", {waiting} waiting to be accepted")
    } else {
        String::new()
    };
    format!("0 built, {} up to date{waits}", total - waiting)
}

fn describe(agent: &AgentCommand) -> String {
    match agent.protocol {
        Protocol::Replay => "replay (recorded sessions beside the specs)".to_string(),
        Protocol::Print => {
            let program = agent
                .argv
                .first()
                .map_or("", |program| ghostc_spec::layout::file_name(program));
            format!("{} ({program})", agent.name)
        }
    }
}
