//! Compile: build what is stale with an agent, judge it, lock it.

use crate::exit::{Exit, Failure, Outcome};
use crate::global::{Format, Global};
use crate::jobs::Work;
use crate::output::{self, grouped, plural};
use crate::progress::{Progress, Talk, line};
use crate::project::{Files, LOCK, Project, Unit};
use crate::settled::{self, Settled, Settling};
use crate::stamp::{self, Said};
use crate::{agents, settle, summary, why};
use ghostc_run::{AgentCommand, Job, JobResult, Options, Protocol, ToolchainState};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// Arguments of `ghostc build`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Packages, by folder or name; without any, all of the project
    paths: Vec<PathBuf>,
    /// The agent to use
    #[arg(long, value_name = "NAME")]
    agent: Option<String>,
    /// Build for these targets only
    #[arg(long, value_name = "NAME")]
    target: Vec<String>,
    /// Build these tasks only, and what they depend on
    #[arg(long, value_name = "TASK")]
    task: Vec<String>,
    /// How many agents run at once
    #[arg(short, long, value_name = "N")]
    jobs: Option<usize>,
    /// Fail where anything is stale, and build nothing
    #[arg(long)]
    locked: bool,
    /// Say what would be built, and build nothing
    #[arg(long)]
    dry_run: bool,
    /// Accept code that passes, also where it replaces accepted code
    #[arg(long)]
    accept: bool,
    /// Record what the agent does, for the replay agent
    #[arg(long)]
    record: bool,
    /// Build everything again, as if nothing was built before
    #[arg(long)]
    fresh: bool,
    /// Whether nothing goes to stdout, which holds something else.
    #[arg(skip)]
    silent: bool,
}

impl Args {
    /// Builds what is stale in the whole project, and accepts what passes.
    pub(super) fn regeneration(agent: Option<String>, silent: bool) -> Args {
        Args {
            paths: Vec::new(),
            agent,
            target: Vec::new(),
            task: Vec::new(),
            jobs: None,
            locked: false,
            dry_run: false,
            accept: true,
            record: false,
            fresh: false,
            silent,
        }
    }
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    let json = !args.silent && global.format(&[Format::Json])? == Format::Json;
    let talk = Talk {
        json,
        quiet: global.quiet,
    };
    let files = Files::read(global)?;
    let read = args.is_plain(global).then(|| stamp::digest(&files)).flatten();
    if let Some(said) = read.and_then(|read| stamp::recall(&files.root, read)) {
        return Ok(say_nothing_to_do(talk, &said));
    }
    let project = files.open(&args.paths, &args.target, global)?;
    let units = project.units()?;
    check_tasks(args, &units)?;
    let mut works = Vec::new();
    for unit in &units {
        works.push(Work::find(unit, &args.task, args.fresh)?);
    }
    let build = Build {
        args,
        global,
        talk,
        project: &project,
        read,
    };
    if args.dry_run {
        return build.dry_run(&works);
    }
    if args.locked {
        return build.locked(&works);
    }
    build.run(&works)
}

impl Args {
    /// Whether they ask for nothing but the building of what is stale in the whole project, with the usual talk.
    fn is_plain(&self, global: &Global) -> bool {
        let narrowed = !(self.paths.is_empty() && self.target.is_empty() && self.task.is_empty());
        !(narrowed || self.locked || self.dry_run || self.fresh || global.verbose)
    }
}

/// Fails where a task is named that no package has.
fn check_tasks(args: &Args, units: &[Unit<'_>]) -> Result<(), Failure> {
    for name in &args.task {
        let known: Vec<&str> = units
            .iter()
            .flat_map(|unit| unit.graph.tasks.iter().map(|task| task.id.as_str()))
            .collect();
        if !known.contains(&name.as_str()) {
            return Err(Failure::unknown(
                "task",
                name,
                &known,
                "List them with `ghostc graph`.",
            ));
        }
    }
    Ok(())
}

struct Build<'a> {
    args: &'a Args,
    global: &'a Global,
    talk: Talk,
    project: &'a Project,
    /// The hash of what was read outside `golden/`, where this is a build that may be remembered.
    read: Option<blake3::Hash>,
}

/// Work that has something to do.
type Todo<'w> = Vec<&'w Work<'w>>;
/// Work whose toolchain is missing, and what is.
type Unjudged<'w> = Vec<(&'w Work<'w>, String)>;

impl Build<'_> {
    fn dry_run(&self, works: &[Work<'_>]) -> Outcome {
        let mut total = 0;
        let mut out = String::new();
        for work in works {
            for job in work.jobs(0)? {
                total += job.weight;
                out.push_str(&line(
                    "would build",
                    &format!("{job}   about {} tokens", grouped(job.weight)),
                ));
            }
            for (task, differences) in &work.stale {
                for reason in why::lines(differences, work.unit) {
                    out.push_str(&format!("             {}: {reason}\n", task.id));
                }
            }
        }
        let stale: usize = works.iter().map(|work| work.stale.len()).sum();
        out.push_str(&line(
            "dry run",
            &format!(
                "{} to build, about {} tokens; nothing was done",
                plural(stale, "task"),
                grouped(total)
            ),
        ));
        if self.talk.json {
            output::print_json(&settled::report(works, &|_| None));
        } else {
            output::print(&out);
        }
        Ok(Exit::Fine)
    }

    fn locked(&self, works: &[Work<'_>]) -> Outcome {
        let mut out = String::new();
        let mut stale = 0;
        for work in works {
            for (task, differences) in &work.stale {
                stale += 1;
                let first = why::lines(differences, work.unit)
                    .into_iter()
                    .next()
                    .unwrap_or_default();
                out.push_str(&line(
                    "stale",
                    &format!("{} · {}: {first}", task.id, work.unit.target.name),
                ));
            }
            for task in work.pending.keys() {
                stale += 1;
                out.push_str(&line(
                    "pending",
                    &format!("{task} · {}: built, not accepted", work.unit.target.name),
                ));
            }
            let locked = work.unit.locked();
            let drift = work.unit.golden.drift(locked);
            for drift in &drift {
                stale += 1;
                out.push_str(&line("drift", &drift.text));
            }
            let unjudged = drift.is_empty()
                && work.stale.is_empty()
                && work.pending.is_empty()
                && !settle::is_judged(work.unit);
            if unjudged {
                stale += 1;
                out.push_str(&line(
                    "stale",
                    &format!(
                        "{}: its cases or its target changed since it was judged",
                        work.unit.name()
                    ),
                ));
            }
        }
        if self.talk.json {
            output::print_json(&settled::report(works, &|_| None));
        } else {
            output::print(&out);
        }
        if stale == 0 {
            if !self.talk.json {
                output::print(&line("finished", &up_to_date(works)));
            }
            return Ok(Exit::Fine);
        }
        Err(
            Failure::findings(format!("{} under --locked", plural(stale, "stale item")))
                .help("Run `ghostc build`, look at the result, and commit it."),
        )
    }

    fn run(&self, works: &[Work<'_>]) -> Outcome {
        let accepts = |work: &Work<'_>| self.args.accept && !work.pending.is_empty();
        let changed =
            |work: &Work<'_>| !work.stale.is_empty() || accepts(work) || !settle::is_judged(work.unit);
        let (todo, idle): (Vec<&Work<'_>>, Vec<&Work<'_>>) = works.iter().partition(|work| changed(work));
        if todo.is_empty() {
            return self.nothing_to_do(works, &idle);
        }
        for package in packages(works) {
            self.introduce(package);
        }
        let (todo, missing) = self.with_toolchain(todo)?;
        let mut jobs = Vec::new();
        for work in &todo {
            refuse_unjudgeable(work)?;
            jobs.extend(work.jobs(jobs.len())?);
        }
        let tokens: u64 = jobs.iter().map(|job| job.weight).sum();
        let agent = if jobs.is_empty() {
            AgentCommand::replay()
        } else {
            agents::choose(self.args.agent.as_deref(), self.project, &jobs)?
        };
        if !jobs.is_empty() {
            self.talk.say(
                "planning",
                &format!("{}, about {} tokens", plural(jobs.len(), "task"), grouped(tokens)),
            );
            self.talk.say("agent", &describe(&agent));
        }
        let results = self.carry_out(&jobs, &agent);
        let mut lock = self.project.lock.clone();
        let mut settled: BTreeMap<usize, Settled> = BTreeMap::new();
        let mut at = 0;
        for work in &todo {
            let mine = results.get(at..at + work.stale.len()).unwrap_or_default();
            let count = mine.len();
            settled.insert(
                key_of(works, work),
                Settling {
                    accept: self.args.accept,
                    agent: &agent,
                    talk: self.talk,
                }
                .settle(work, mine, &mut lock)?,
            );
            at += count;
        }
        let written = lock != self.project.lock;
        if written {
            self.project.write_lock(&lock)?;
        }
        let state = if written { "written" } else { "unchanged" };
        if !lock.tasks.is_empty() {
            self.talk.result(
                "lock",
                &format!("{LOCK}   {}, {state}", plural(lock.tasks.len(), "task")),
            );
        }
        for (work, reason) in missing {
            settled.insert(key_of(works, work), Settled::not_judged(reason));
        }
        self.finish(works, &settled, &results)
    }

    fn introduce(&self, unit: &Unit<'_>) {
        let package = unit.package;
        let held_out = package.cases.iter().filter(|case| case.held_out).count();
        let parts = [
            plural(package.operations.len(), "operation"),
            plural(package.statements.len(), "statement"),
            format!("{} ({held_out} held out)", plural(package.cases.len(), "case")),
        ];
        self.talk
            .say("package", &format!("{}  {}", package.name, parts.join(", ")));
    }

    fn nothing_to_do(&self, works: &[Work<'_>], idle: &[&Work<'_>]) -> Outcome {
        let waiting = idle
            .iter()
            .flat_map(|work| work.pending.keys().map(|task| (task, &work.unit.target.name)));
        let waiting = waiting.map(|(task, name)| {
            line(
                "pending",
                &format!("{task} · {name}: built, waits for `ghostc accept`"),
            )
        });
        let text = waiting.chain([line("finished", &up_to_date(works))]).collect();
        let said = Said {
            text,
            json: output::json_line(&settled::report(works, &|_| None)),
        };
        let exit = say_nothing_to_do(self.talk, &said);
        let waits = works.iter().any(|work| !work.pending.is_empty());
        if let Some(read) = self.read.filter(|_| !waits && !self.project.loaded.warned) {
            ignore_state(self.project);
            stamp::remember(self.project, read, works.iter().map(|work| work.unit), said);
        }
        Ok(exit)
    }

    /// The work whose toolchain is there, and why the rest is not judged.
    fn with_toolchain<'w>(&self, todo: Todo<'w>) -> Result<(Todo<'w>, Unjudged<'w>), Failure> {
        let mut states: BTreeMap<&str, ToolchainState> = BTreeMap::new();
        let (mut present, mut missing) = (Vec::new(), Vec::new());
        for work in todo {
            let target = work.unit.target;
            let state = states
                .entry(&target.name)
                .or_insert_with(|| crate::toolchain::probe(target));
            match state {
                ToolchainState::Present { .. } => present.push(work),
                ToolchainState::Missing { reason, install } => {
                    let text = format!("{}: {reason}; {install}", work.unit.name());
                    if self.project.targets_named {
                        return Err(Failure::machine(text));
                    }
                    if !self.talk.json {
                        output::say(line("not judged", &text).trim_end());
                    }
                    missing.push((work, text));
                }
            }
        }
        Ok((present, missing))
    }

    fn carry_out(&self, jobs: &[Job], agent: &AgentCommand) -> Vec<JobResult> {
        let limits = &self.project.loaded.settings.build;
        let number = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
        let options = Options {
            jobs: self.args.jobs.unwrap_or(number(limits.jobs)),
            attempts: u32::try_from(limits.attempts).unwrap_or(u32::MAX),
            timeout: Duration::from_millis(limits.timeout),
            stall: Duration::from_millis(limits.stall),
            record: self.args.record,
            reuse: !self.args.fresh,
            tokens: limits.tokens,
            ..Options::new(agent.clone(), self.project.state())
        };
        if !jobs.is_empty() {
            ignore_state(self.project);
        }
        let mut progress = Progress::new(jobs, self.talk.json, self.global);
        ghostc_run::build(jobs.to_vec(), &options, &mut |event| progress.show(&event))
    }

    fn finish(
        &self,
        works: &[Work<'_>],
        settled: &BTreeMap<usize, Settled>,
        results: &[JobResult],
    ) -> Outcome {
        if self.talk.json {
            output::print_json(&settled::report(works, &|at| settled.get(&at)));
        } else if !self.args.silent {
            for drift in settled.values().flat_map(|settled| &settled.drift) {
                output::print(&line("drift", drift));
            }
            output::print(&line("finished", &summary::of(works, settled, results)));
        }
        if settled.values().any(|settled| !settled.drift.is_empty()) {
            output::say(
                "help: Keep what was edited by hand with `ghostc accept`, or take the files from version control.",
            );
        }
        if settled.len() == works.len() && settled.values().all(|settled| settled.word == "not-judged") {
            return Err(Failure::machine(
                "nothing was judged: no target has its programs here",
            ));
        }
        Ok(settled::exit_of(settled, results))
    }
}

/// Says it as it was asked for.
fn say_nothing_to_do(talk: Talk, said: &Said) -> Exit {
    if talk.json {
        output::print(&said.json);
    } else if !talk.quiet {
        output::print(&said.text);
    }
    Exit::Fine
}

fn key_of(works: &[Work<'_>], wanted: &Work<'_>) -> usize {
    works
        .iter()
        .position(|work| std::ptr::eq(work.unit, wanted.unit))
        .unwrap_or_default()
}

/// One unit of each package, to say what it holds.
fn packages<'w>(works: &'w [Work<'w>]) -> Vec<&'w Unit<'w>> {
    let mut seen = std::collections::BTreeSet::new();
    works
        .iter()
        .map(|work| work.unit)
        .filter(|unit| seen.insert(&unit.package.name))
        .collect()
}

fn up_to_date(works: &[Work<'_>]) -> String {
    let waiting: usize = works.iter().map(|work| work.pending.len()).sum();
    let total: usize = works.iter().map(|work| work.unit.graph.tasks.len()).sum();
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

/// An agent's work that nothing could judge is not asked for.
fn refuse_unjudgeable(work: &Work<'_>) -> Result<(), Failure> {
    let package = work.unit.package;
    let bare = work.stale.iter().find(|(task, _)| {
        !task
            .operations
            .iter()
            .any(|at| package.cases_of(*at).next().is_some())
    });
    let Some((task, _)) = bare else { return Ok(()) };
    let place = work.unit.project.loaded.sources.place(task.section);
    let failure = Failure::findings(format!(
        "{place}: `{}` of `{}` has no cases, so nothing written for it could be judged",
        task.id, package.name
    ));
    Err(failure.help(
        "Add cases or examples; or set `targets: []` in the front matter of a spec that is not to be built.",
    ))
}

/// Keeps the state folder out of version control without touching the project's own `.gitignore`.
fn ignore_state(project: &Project) {
    let path = project.state().join(".gitignore");
    if !path.exists() {
        // Where this fails, the build itself says that the folder cannot be written.
        crate::golden::write_atomically(&path, "*\n").ok();
    }
}
