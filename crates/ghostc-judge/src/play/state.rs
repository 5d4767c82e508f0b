//! The state of a scenario: what happened in it, its programs and fakes, and what is to be done.

use super::calls::Call;
use super::fakes::{FakeState, NoAnswer, add_content_type, header_texts};
use super::matching::Mismatch;
use super::processes::Processes;
use super::variables::Variables;
use super::{Action, Answer, Event, PlayEnd, Seen, Surroundings};
use ghostc_syntax::Span;
use ghostc_syntax::script::text::{CommandLine, Text, split_words};
use ghostc_syntax::script::{Data, HttpBody, Lapse, Script};
use std::collections::BTreeMap;

/// All but where it is.
pub(super) struct State {
    pub(super) variables: Variables,
    pub(super) program: Vec<String>,
    pub(super) processes: Processes,
    pub(super) fakes: BTreeMap<String, FakeState>,
    pub(super) calls: Vec<Call>,
    pub(super) requests: usize,
    pub(super) now: u64,
    pub(super) actions: Vec<Action>,
    pub(super) end: Option<PlayEnd>,
    /// Whether a program may end in any way where its step expects nothing.
    pub(super) is_recording: bool,
    pub(super) seen: Vec<Seen>,
}

/// The time at which a wait is over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Deadline {
    pub(super) at: u64,
    pub(super) limit: Lapse,
}

/// Why a step goes no further.
pub(super) enum Stop {
    /// Something is not as it must be, which time does not mend.
    Wrong(Mismatch),
    /// It is too late, by a bound that is stretched.
    Late(Mismatch),
    /// There is no verdict.
    Broken(String),
}

impl Stop {
    /// A text or value that cannot be filled.
    pub(super) fn unfilled(why: String, span: Span) -> Stop {
        Stop::Wrong(Mismatch::new("", why, span))
    }
}

/// What came of a step: whether it is over.
pub(super) type Progress = Result<bool, Stop>;

impl Deadline {
    /// Goes on waiting, or is over.
    pub(super) fn check(self, now: u64, what: &str, span: Span) -> Progress {
        if now < self.at {
            return Ok(false);
        }
        let (text, is_stretched) = match self.limit {
            Lapse::Fixed(milliseconds) => (format!("{what} after {milliseconds} ms"), false),
            Lapse::Elastic(thousandths) => {
                let whole = thousandths / 1000;
                let rest = thousandths % 1000;
                let rest = if rest == 0 {
                    String::new()
                } else {
                    format!(".{rest:03}")
                };
                (format!("{what} after {whole}{rest}t"), true)
            }
        };
        let mismatch = Mismatch::new("", text, span);
        Err(if is_stretched {
            Stop::Late(mismatch)
        } else {
            Stop::Wrong(mismatch)
        })
    }
}

impl State {
    pub(super) fn new(script: &Script, surroundings: Surroundings) -> State {
        let fakes = script
            .fakes
            .iter()
            .map(|(name, fake)| (name.clone(), FakeState::new(fake)));
        State {
            program: surroundings.program.clone(),
            is_recording: surroundings.is_recording,
            seen: Vec::new(),
            fakes: fakes.collect(),
            variables: Variables::new(&script.variables, surroundings),
            processes: Processes::default(),
            calls: Vec::new(),
            requests: 0,
            now: 0,
            actions: Vec::new(),
            end: None,
        }
    }

    /// Keeps what happened, and answers fakes.
    pub(super) fn record(&mut self, event: &Event) -> Result<(), Stop> {
        match event {
            Event::Printed {
                process,
                stream,
                bytes,
            } => self.processes.printed(*process, *stream, bytes),
            Event::Ended { process, end } => self.processes.ended(*process, end.clone()),
            Event::Called { call, fake, with, at } => {
                let made = Call::new(fake.clone(), with.clone(), *at);
                let state = self.fakes.get_mut(fake);
                let answer = match state {
                    Some(state) => state.answer(&made, &self.variables),
                    None => Err(NoAnswer::Broken(format!("there is no fake `{fake}`"))),
                };
                self.calls.push(made);
                if *call + 1 != self.calls.len() {
                    return Err(Stop::Broken(format!(
                        "call {call} of `{fake}` was told out of order"
                    )));
                }
                if let Some(answer) = answer.map_err(Stop::from)? {
                    self.answer(*call, answer);
                }
            }
            Event::LineCame { call, line } => {
                let Some(made) = self.calls.get_mut(*call) else {
                    return Err(Stop::Broken(format!(
                        "a line came for call {call}, which there is not"
                    )));
                };
                let state = self.fakes.get_mut(&made.fake);
                let state = state.ok_or_else(|| Stop::Broken(format!("there is no fake `{}`", made.fake)))?;
                let (value, answer) = state.answer_line(&made.fake, line, &self.variables)?;
                made.lines.push(value);
                self.answer(*call, answer);
            }
            Event::CallEnded { call, at } => {
                if let Some(call) = self.calls.get_mut(*call) {
                    call.over = Some((*at).max(call.begun));
                }
            }
            Event::ChildEnded { call } => {
                if let Some(call) = self.calls.get_mut(*call) {
                    call.has_child = false;
                }
            }
            Event::Broken(why) => return Err(Stop::Broken(why.clone())),
            Event::Began
            | Event::FileDone(_)
            | Event::FilesRead(_)
            | Event::Counted(_)
            | Event::Answered { .. }
            | Event::NotAnswered { .. }
            | Event::Woke => {}
        }
        Ok(())
    }

    pub(super) fn answer(&mut self, call: usize, answer: Answer) {
        if let (Answer::Command { child: Some(_), .. }, Some(call)) = (&answer, self.calls.get_mut(call)) {
            call.has_child = true;
        }
        self.actions.push(Action::Answer { call, answer });
    }

    /// When something that begins now must be over; it is told then.
    pub(super) fn deadline(&mut self, limit: Lapse) -> Deadline {
        let at = self.now + limit.micros(self.variables.t());
        self.actions.push(Action::Wake { at });
        Deadline { at, limit }
    }

    pub(super) fn calls_of(&self, fake: &str) -> usize {
        self.calls.iter().filter(|call| call.fake == fake).count()
    }

    pub(super) fn alive_of(&self, fake: &str) -> usize {
        self.calls
            .iter()
            .filter(|call| call.fake == fake)
            .map(Call::alive)
            .sum()
    }

    pub(super) fn write(&mut self, path: &Text, content: &Data) -> Result<(), Stop> {
        let filled = (self.variables.text(path), self.variables.content(content));
        let (Ok(path), Ok(content)) = filled else {
            let why = filled.0.err().or(filled.1.err()).unwrap_or_default();
            return Err(Stop::unfilled(why, path.span));
        };
        self.actions.push(Action::Write { path, content });
        Ok(())
    }

    pub(super) fn start(
        &mut self,
        script: &Script,
        command: &CommandLine,
        name: Option<&str>,
        stdin: String,
    ) -> Result<usize, Stop> {
        let unfilled = |why: String| Stop::unfilled(why, command.span);
        let mut argv = if command.under_test {
            self.program.clone()
        } else {
            Vec::new()
        };
        for word in &command.words {
            let text = self.variables.text(&word.text).map_err(unfilled)?;
            if word.splits {
                let words = split_words(&text);
                let words = words.map_err(|why| unfilled(format!("`{}`: {why}", word.text)))?;
                argv.extend(words.into_iter().map(|(word, _)| word));
            } else {
                argv.push(text);
            }
        }
        if argv.is_empty() {
            return Err(unfilled("there is no program to start".to_string()));
        }
        let env = header_texts(&script.env, &self.variables).map_err(unfilled)?;
        let process = self.processes.start(name);
        self.actions.push(Action::Start {
            process,
            argv,
            stdin,
            env,
        });
        Ok(process)
    }

    pub(super) fn request(
        &mut self,
        method: &str,
        (url, headers, body): (&Text, &[(String, Text)], Option<&HttpBody>),
    ) -> Result<usize, String> {
        let url = self.variables.text(url)?;
        let mut headers = header_texts(headers, &self.variables)?;
        let body = body.map(|body| self.variables.body(body)).transpose()?;
        add_content_type(&mut headers, body.as_ref().is_some_and(|(_, is_json)| *is_json));
        let request = self.requests;
        self.requests += 1;
        self.actions.push(Action::Request {
            request,
            method: method.to_string(),
            url,
            headers,
            body: body.map(|(body, _)| body),
        });
        Ok(request)
    }
}

impl From<NoAnswer> for Stop {
    fn from(why: NoAnswer) -> Stop {
        match why {
            NoAnswer::Refused(text, span) => Stop::Wrong(Mismatch::new("", text, span)),
            NoAnswer::Broken(text) => Stop::Broken(text),
        }
    }
}
