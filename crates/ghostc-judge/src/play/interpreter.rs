//! The interpreter: one step after the other, each begun, waited for, and compared with what it expects.

use super::looks::{self, CallsLook, Look, OverlapsLook};
use super::matching::{Captures, Mismatch};
use super::message::Message;
use super::processes::end_text;
use super::state::{Deadline, Progress, State, Stop};
use super::{Action, Event, PlayEnd, PlayFailure, ProcessEnd, Seen, SeenKind, Surroundings};
use ghostc_syntax::script::text::{CommandLine, Text};
use ghostc_syntax::script::{Data, HttpExpectation, Lapse, Ready, Script, ScriptStep, StepKind};
use std::sync::Arc;

/// How often what must be asked for is looked at again, in microseconds.
const POLL: u64 = 20_000;
/// How long a program or a request may take where nothing is said.
const TIMEOUT: Lapse = Lapse::Fixed(30_000);
/// How long a program may take until it is ready where nothing is said.
const READY: Lapse = Lapse::Elastic(50_000);
/// How long processes that were killed may take until they are gone.
const SETTLING: Lapse = Lapse::Elastic(1000);

/// A scenario on its way.
pub struct Play {
    pub(super) script: Arc<Script>,
    state: State,
    /// How many of the files that are there before the first step are on their way or written.
    files: usize,
    /// The step that it is at.
    at: usize,
    /// When that step began.
    begun: u64,
    wait: Wait,
}

/// What a step waits for.
#[derive(Clone, Debug, PartialEq)]
enum Wait {
    /// Nothing: it has to be begun.
    Begin,
    /// A file.
    File,
    /// The end of a program.
    End { process: usize, until: Deadline },
    /// What a program prints when it is ready.
    Ready { process: usize, until: Deadline },
    /// An answer.
    Response { request: usize, until: Deadline },
    /// That what was seen becomes as it must be.
    Seen,
    /// Files that are read.
    Read,
    /// The number of processes that are alive.
    Count,
    /// The time to ask again.
    Pause { until: u64 },
    /// That nothing happens until then; of so many calls before.
    Quiet { until: u64, calls: usize },
}

impl Play {
    /// A scenario at its beginning.
    pub fn new(script: Arc<Script>, surroundings: Surroundings) -> Play {
        let state = State::new(&script, surroundings);
        Play {
            script,
            state,
            files: 0,
            at: 0,
            begun: 0,
            wait: Wait::Begin,
        }
    }

    /// How it ended; nothing while it goes on.
    pub fn end(&self) -> Option<&PlayEnd> {
        self.state.end.as_ref()
    }

    /// What was seen so far in steps that expect nothing.
    pub fn seen(&self) -> &[Seen] {
        &self.state.seen
    }

    /// Takes what happened at a time, in microseconds since the beginning, and gives what is to be done. Nothing is to be
    /// done any more when it has ended.
    pub fn step(&mut self, now: u64, event: Event) -> Vec<Action> {
        self.state.now = self.state.now.max(now);
        if self.end().is_none() {
            let script = Arc::clone(&self.script);
            match self.state.record(&event) {
                Ok(()) => self.advance(&script, &event),
                Err(stop) => self.stop(&script, stop),
            }
        }
        std::mem::take(&mut self.state.actions)
    }

    /// Goes on as far as it is possible now.
    fn advance(&mut self, script: &Script, event: &Event) {
        let mut event = Some(event);
        while self.end().is_none() {
            let progress = match (script.files.get(self.files), script.steps.get(self.at)) {
                (Some((path, content)), _) => self.write_first(path, content, event.take()),
                (None, Some(step)) => self.progress(script, step, event.take()),
                (None, None) => {
                    self.state.end = Some(PlayEnd::Passed);
                    return;
                }
            };
            match progress {
                Ok(true) => {
                    self.wait = Wait::Begin;
                    self.begun = self.state.now;
                    if self.files < script.files.len() {
                        self.files += 1;
                    } else {
                        self.at += 1;
                    }
                }
                Ok(false) => return,
                Err(stop) => return self.stop(script, stop),
            }
        }
    }

    fn stop(&mut self, script: &Script, stop: Stop) {
        let (mismatch, is_late) = match stop {
            Stop::Wrong(mismatch) => (mismatch, false),
            Stop::Late(mismatch) => (mismatch, true),
            Stop::Broken(why) => {
                self.state.end = Some(PlayEnd::Broken(self.state.variables.named(&why)));
                return;
            }
        };
        let variables = &self.state.variables;
        let what = script
            .steps
            .get(self.at)
            .map_or_else(|| "before the first step".to_string(), said);
        let mut details = vec![mismatch.line()];
        details.extend(self.state.processes.tails(script.steps.get(self.at)));
        self.state.end = Some(PlayEnd::Failed(PlayFailure {
            step: self.at,
            span: mismatch.span,
            what,
            details: details.iter().map(|line| variables.named(line)).collect(),
            is_late,
        }));
    }

    /// One of the files that are there before the first step.
    fn write_first(&mut self, path: &Text, content: &Data, event: Option<&Event>) -> Progress {
        match (&self.wait, event) {
            (Wait::File, Some(Event::FileDone(Ok(())))) => Ok(true),
            (Wait::File, Some(Event::FileDone(Err(why)))) => Err(Stop::unfilled(why.clone(), path.span)),
            (Wait::File, _) => Ok(false),
            _ => {
                self.wait = Wait::File;
                self.state.write(path, content)?;
                Ok(false)
            }
        }
    }

    fn progress(&mut self, script: &Script, step: &ScriptStep, event: Option<&Event>) -> Progress {
        match self.wait.clone() {
            Wait::Begin => self.begin(script, step),
            Wait::Pause { until } if self.state.now >= until => self.begin(script, step),
            Wait::Pause { .. } => Ok(false),
            Wait::File => match event {
                Some(Event::FileDone(Ok(()))) => Ok(true),
                Some(Event::FileDone(Err(why))) => Err(Stop::unfilled(why.clone(), step.span)),
                _ => Ok(false),
            },
            Wait::End { process, until } => self.ended(step, process, until),
            Wait::Ready { process, until } => self.ready(step, process, until),
            Wait::Response { request, until } => self.response(step, (request, until), event),
            Wait::Seen => self.look(step),
            Wait::Read => match (&step.kind, event) {
                (StepKind::Files { expect }, Some(Event::FilesRead(read))) => {
                    let look = looks::files(expect, read, &self.state.variables);
                    self.looked(step, Look::of(look), true)
                }
                _ => Ok(false),
            },
            Wait::Count => match (&step.kind, event) {
                (StepKind::Processes { count, .. }, Some(Event::Counted(alive))) => {
                    let look = looks::processes(*count, *alive, step.span);
                    self.looked(step, Look::of(look), true)
                }
                _ => Ok(false),
            },
            Wait::Quiet { until, calls } => self.quiet(step, until, calls),
        }
    }

    /// Begins a step, or asks again.
    fn begin(&mut self, script: &Script, step: &ScriptStep) -> Progress {
        let state = &mut self.state;
        let unfilled = |why: String| Stop::unfilled(why, step.span);
        match &step.kind {
            StepKind::Run { command, stdin, .. } => {
                let stdin = stdin.as_ref().map(|stdin| state.variables.content(stdin));
                let stdin = stdin.transpose().map_err(unfilled)?.unwrap_or_default();
                let process = state.start(script, command, None, stdin)?;
                let until = state.deadline(step.timeout.unwrap_or(TIMEOUT));
                self.wait = Wait::End { process, until };
            }
            StepKind::Start { command, name, ready } => {
                let process = state.start(script, command, Some(name), String::new())?;
                if ready.is_none() {
                    return Ok(true);
                }
                let until = state.deadline(step.timeout.unwrap_or(READY));
                self.wait = Wait::Ready { process, until };
            }
            StepKind::Stop { name, signal, .. } => self.signal(step, name, signal)?,
            StepKind::Kill { name } => self.signal(step, name, "KILL")?,
            StepKind::Http {
                method,
                url,
                headers,
                body,
                ..
            } => {
                let request = state
                    .request(method, (url, headers, body.as_ref()))
                    .map_err(unfilled)?;
                let until = state.deadline(step.timeout.unwrap_or(TIMEOUT));
                self.wait = Wait::Response { request, until };
            }
            StepKind::Write { path, content } => {
                state.write(path, content)?;
                self.wait = Wait::File;
            }
            StepKind::Remove { path } => {
                let path = state.variables.text(path).map_err(unfilled)?;
                state.actions.push(Action::Remove { path });
                self.wait = Wait::File;
            }
            StepKind::Set { fake, to } => {
                if let Some(fake) = state.fakes.get_mut(fake) {
                    fake.set(to.clone());
                }
                return Ok(true);
            }
            StepKind::Calls { .. } | StepKind::Overlaps { .. } | StepKind::Log { .. } => {
                self.wait = Wait::Seen;
                if let Some(within) = step.within {
                    state.deadline(within);
                }
                return self.look(step);
            }
            StepKind::Quiet { fake, length } => {
                let calls = state.calls_of(fake);
                let until = state.deadline(*length).at;
                self.wait = Wait::Quiet { until, calls };
            }
            StepKind::Files { expect } => {
                let paths = expect.iter().map(|(path, _)| state.variables.text(path));
                let paths = paths.collect::<Result<_, _>>().map_err(unfilled)?;
                state.actions.push(Action::Read { paths });
                self.wait = Wait::Read;
            }
            StepKind::Processes { of, count } => {
                let Some(process) = state.processes.number(of) else {
                    let look = looks::processes(*count, state.alive_of(of), step.span);
                    return self.looked(step, Look::of(look), true);
                };
                state.actions.push(Action::Count { process });
                self.wait = Wait::Count;
            }
        }
        Ok(false)
    }

    fn signal(&mut self, step: &ScriptStep, name: &str, signal: &str) -> Result<(), Stop> {
        let Some(process) = self.state.processes.number(name) else {
            return Err(Stop::unfilled(format!("`{name}` was not started"), step.span));
        };
        let signal = signal.to_string();
        if self.state.processes.end(process).is_none() {
            self.state.actions.push(Action::Signal { process, signal });
        }
        let until = self.state.deadline(step.timeout.unwrap_or(TIMEOUT));
        self.wait = Wait::End { process, until };
        Ok(())
    }

    /// Waits for the end of a program, and looks how it ended.
    fn ended(&mut self, step: &ScriptStep, process: usize, until: Deadline) -> Progress {
        let state = &mut self.state;
        let Some(end) = state.processes.end(process) else {
            return until.check(state.now, "is not over", step.span);
        };
        let (expect, is_run, until) = if let StepKind::Run { expect, until, .. } = &step.kind {
            (expect.as_ref(), true, *until)
        } else if let StepKind::Stop { expect, .. } = &step.kind {
            (expect.as_ref(), false, false)
        } else {
            return Ok(true);
        };
        if matches!(end, ProcessEnd::NotStarted(_) | ProcessEnd::OverLimit(_)) {
            return Err(Stop::Wrong(Mismatch::new("", end_text(end), step.span)));
        }
        if is_run && expect.is_none() {
            let kind = state.processes.seen(process, &state.variables);
            let step = self.at;
            state.seen.extend(kind.map(|kind| Seen { step, kind }));
            if state.is_recording {
                return Ok(true);
            }
        }
        let look = state
            .processes
            .compare_end(process, expect, is_run, &state.variables, step.span);
        let look = match look {
            Err(mismatch) if !until => Look::Never(mismatch),
            other => Look::of(other),
        };
        self.looked(step, look, true)
    }

    fn ready(&mut self, step: &ScriptStep, process: usize, until: Deadline) -> Progress {
        let StepKind::Start {
            ready:
                Some(Ready {
                    stream,
                    pattern,
                    span,
                }),
            ..
        } = &step.kind
        else {
            return Ok(true);
        };
        let state = &mut self.state;
        match state.processes.ready(process, *stream, pattern) {
            Ok(Some(captures)) => {
                state.variables.set(captures);
                Ok(true)
            }
            Ok(None) => match state.processes.end(process) {
                Some(end) => {
                    let text = format!("{} before it was ready", end_text(end));
                    Err(Stop::Wrong(Mismatch::new("", text, *span)))
                }
                None => until.check(state.now, "is not ready", *span),
            },
            Err(why) => Err(Stop::Broken(why)),
        }
    }

    fn response(
        &mut self,
        step: &ScriptStep,
        (request, until): (usize, Deadline),
        event: Option<&Event>,
    ) -> Progress {
        let StepKind::Http { expect, .. } = &step.kind else {
            return Ok(true);
        };
        match event {
            Some(Event::Answered {
                request: answered,
                status,
                headers,
                body,
            }) if *answered == request => {
                if expect.is_none() {
                    let body = self.state.variables.as_expected(&String::from_utf8_lossy(body));
                    let kind = SeenKind::Response {
                        status: *status,
                        body,
                    };
                    self.state.seen.push(Seen { step: self.at, kind });
                }
                let usual = HttpExpectation::default();
                let expect = expect.as_ref().unwrap_or(&usual);
                let look = Message { headers, body }.compare_answer(*status, expect, &self.state.variables);
                self.looked(step, Look::of(look), true)
            }
            Some(Event::NotAnswered { request: failed, why }) if *failed == request => {
                let mismatch = Mismatch::new("", format!("was not answered: {why}"), step.span);
                self.looked(step, Look::NotYet(mismatch), true)
            }
            _ => {
                let checked = until.check(self.state.now, "is not answered", step.span);
                if checked.is_err() {
                    self.state.actions.push(Action::Cancel { request });
                }
                checked
            }
        }
    }

    /// Looks at what was seen.
    fn look(&mut self, step: &ScriptStep) -> Progress {
        let State {
            calls,
            variables,
            processes,
            ..
        } = &self.state;
        let span = step.span;
        let look = if let StepKind::Calls {
            fake,
            running,
            unordered,
            expect,
        } = &step.kind
        {
            let (running, unordered) = (*running, *unordered);
            CallsLook {
                fake,
                running,
                unordered,
                expect,
                span,
            }
            .look(calls, variables)
        } else if let StepKind::Overlaps {
            fake,
            most,
            least,
            never,
            always,
        } = &step.kind
        {
            let (most, least) = (*most, *least);
            OverlapsLook {
                fake,
                most,
                least,
                never,
                always,
                span,
            }
            .look(calls, variables)
        } else if let StepKind::Log { name, lines, not } = &step.kind {
            looks::log(lines, not, &processes.log(name), variables, span)
        } else {
            return Ok(true);
        };
        self.looked(step, look, false)
    }

    /// What comes of a look: the step is over, or waits, or fails. What must be asked for again is asked after a pause.
    fn looked(&mut self, step: &ScriptStep, look: Look, asks: bool) -> Progress {
        let mismatch = match look {
            Look::Met(captures) => return Ok(self.take(captures)),
            Look::Never(mismatch) => return Err(Stop::Wrong(mismatch)),
            Look::Late(mismatch) => return Err(Stop::Late(mismatch)),
            Look::NotYet(mismatch) => mismatch,
        };
        let settling = matches!(step.kind, StepKind::Processes { .. }).then_some(SETTLING);
        let Some(within) = step.within.or(settling) else {
            return Err(Stop::Wrong(mismatch));
        };
        let now = self.state.now;
        let deadline = self.begun + within.micros(self.state.variables.t());
        if now < deadline {
            if asks {
                let until = (now + POLL).min(deadline);
                self.state.actions.push(Action::Wake { at: until });
                self.wait = Wait::Pause { until };
            }
            return Ok(false);
        }
        let is_stretched = step
            .within
            .is_some_and(|within| matches!(within, Lapse::Elastic(_)));
        Err(if is_stretched {
            Stop::Late(mismatch)
        } else {
            Stop::Wrong(mismatch)
        })
    }

    fn take(&mut self, captures: Captures) -> bool {
        self.state.variables.set(captures);
        true
    }

    fn quiet(&mut self, step: &ScriptStep, until: u64, before: usize) -> Progress {
        let StepKind::Quiet { fake, .. } = &step.kind else {
            return Ok(true);
        };
        let call = self
            .state
            .calls
            .iter()
            .filter(|call| call.fake == *fake)
            .nth(before);
        match call {
            Some(call) => {
                let text = format!("must be none, and there is one: {}", call.shown());
                Err(Stop::Wrong(Mismatch::new("calls", text, step.span)))
            }
            None => Ok(self.state.now >= until),
        }
    }
}

/// A step in a few words.
fn said(step: &ScriptStep) -> String {
    let words = |command: &CommandLine| {
        let words: Vec<String> = command.words.iter().map(|word| word.text.to_string()).collect();
        words.join(" ")
    };
    match &step.kind {
        StepKind::Run { command, .. } => format!("run: {}", words(command)).trim_end().to_string(),
        StepKind::Start { name, command, .. } => format!("start: {} ({name})", words(command)),
        StepKind::Stop { name, .. } => format!("stop: {name}"),
        StepKind::Kill { name } => format!("kill: {name}"),
        StepKind::Http { method, url, .. } => format!("http: {method} {url}"),
        StepKind::Write { path, .. } => format!("write: {path}"),
        StepKind::Remove { path } => format!("remove: {path}"),
        StepKind::Set { fake, .. } => format!("set: {fake}"),
        StepKind::Calls { fake, .. } => format!("calls: {fake}"),
        StepKind::Overlaps { fake, .. } => format!("overlaps: {fake}"),
        StepKind::Quiet { fake, .. } => format!("quiet: {fake}"),
        StepKind::Files { .. } => "files".to_string(),
        StepKind::Log { name, .. } => format!("log: {name}"),
        StepKind::Processes { of, .. } => format!("processes: {of}"),
    }
}
