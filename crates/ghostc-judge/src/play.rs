//! A scenario, followed step by step: what happens goes in, what is to be done comes out. Pure: whoever starts programs,
//! plays fakes and knows the time is `ghostc-run`'s.
//!
//! Times are microseconds since the beginning. Each process, request and call has a number: those of processes and
//! requests are chosen here, those of calls by whoever tells of them, in order.

mod calls;
mod elision;
mod fakes;
mod interpreter;
mod looks;
mod matching;
mod message;
mod processes;
mod state;
mod variables;

pub use interpreter::Play;

use ghostc_syntax::Span;
use ghostc_syntax::script::Stream;
use std::collections::BTreeMap;

/// What a scenario finds around it.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// How many milliseconds `t` has.
    pub t: u64,
    /// Its folder, as its programs see it: `$dir`.
    pub folder: String,
    /// Where its fakes are: of a server the URL, of a command its path.
    pub fakes: BTreeMap<String, String>,
    /// What new words are made from.
    pub seed: u64,
    /// The program under test: its file, and the arguments that always come first.
    pub program: Vec<String>,
    /// Whether a program that runs may end in any way where its step expects nothing: [`Play::seen`] then says how.
    pub is_recording: bool,
}

/// Something to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Write a file below the scenario's folder, with its folders; told by [`Event::FileDone`].
    Write {
        /// Its path below the folder.
        path: String,
        /// What it holds.
        content: String,
    },
    /// Remove a file or folder below the scenario's folder; told by [`Event::FileDone`].
    Remove {
        /// Its path below the folder.
        path: String,
    },
    /// Read files; told by [`Event::FilesRead`].
    Read {
        /// Their paths below the folder.
        paths: Vec<String>,
    },
    /// Start a program in the scenario's folder.
    Start {
        /// Its number.
        process: usize,
        /// The program and its arguments.
        argv: Vec<String>,
        /// What it reads; its input ends then.
        stdin: String,
        /// Variables besides the usual ones.
        env: Vec<(String, String)>,
    },
    /// Send a signal to a program alone, and not to what it started.
    Signal {
        /// Its number.
        process: usize,
        /// The signal, as `TERM`.
        signal: String,
    },
    /// Count the processes of a program that are alive, those that it left behind among them; told by [`Event::Counted`].
    Count {
        /// Its number.
        process: usize,
    },
    /// Send a request over HTTP.
    Request {
        /// Its number.
        request: usize,
        /// The method.
        method: String,
        /// The URL.
        url: String,
        /// Headers.
        headers: Vec<(String, String)>,
        /// The body.
        body: Option<String>,
    },
    /// Forget a request that takes too long.
    Cancel {
        /// Its number.
        request: usize,
    },
    /// Answer a call of a fake, or a line of one.
    Answer {
        /// The call's number.
        call: usize,
        /// The answer.
        answer: Answer,
    },
    /// Tell [`Event::Woke`] at this time.
    Wake {
        /// When.
        at: u64,
    },
}

/// What a fake does. Delays are microseconds from now on.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A command prints and ends.
    Command {
        /// What it prints.
        stdout: String,
        /// What it prints to standard error.
        stderr: String,
        /// Its exit code.
        exit: u8,
        /// How long it waits before.
        delay: u64,
        /// How long a process lives that it starts first and leaves behind.
        child: Option<u64>,
    },
    /// A server answers.
    Http {
        /// The status.
        status: u16,
        /// Headers.
        headers: Vec<(String, String)>,
        /// The body.
        body: String,
        /// How long it waits before.
        delay: u64,
    },
    /// A program sends lines, each without its end, and ends where it has an exit code.
    Lines {
        /// The lines, each after its delay behind the one before.
        lines: Vec<(u64, String)>,
        /// The exit code.
        exit: Option<u8>,
    },
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// All is there; nothing has happened yet.
    Began,
    /// A file was written or removed, or could not be.
    FileDone(Result<(), String>),
    /// Files were read; nothing for what is not there, is no file, or leads out of the scenario's folder.
    FilesRead(Vec<Option<Vec<u8>>>),
    /// A program printed something.
    Printed {
        /// Its number.
        process: usize,
        /// Where.
        stream: Stream,
        /// What.
        bytes: Vec<u8>,
    },
    /// A program ended, and all that it printed was told.
    Ended {
        /// Its number.
        process: usize,
        /// How.
        end: ProcessEnd,
    },
    /// So many processes are alive.
    Counted(usize),
    /// A request was answered.
    Answered {
        /// Its number.
        request: usize,
        /// The status.
        status: u16,
        /// Headers, their names in small letters.
        headers: Vec<(String, String)>,
        /// The body.
        body: Vec<u8>,
    },
    /// A request was not answered.
    NotAnswered {
        /// Its number.
        request: usize,
        /// Why.
        why: String,
    },
    /// A fake was called; it waits for an answer, or, where it is a conversation, for lines.
    Called {
        /// The call's number.
        call: usize,
        /// When it began: of a command when it was started, by its own clock, which is never earlier than it was.
        at: u64,
        /// The fake's name.
        fake: String,
        /// What it was called with.
        with: CallDetails,
    },
    /// A line came in a conversation, without its end.
    LineCame {
        /// The call's number.
        call: usize,
        /// The line.
        line: String,
    },
    /// A call is over: the command has ended, the server has answered.
    CallEnded {
        /// The call's number.
        call: usize,
        /// When: of a command right before its end, by its own clock, so that nobody can have seen its end before; where it
        /// was killed, when that was noticed.
        at: u64,
    },
    /// What a call left behind is gone too.
    ChildEnded {
        /// The call's number.
        call: usize,
    },
    /// It is the time that was asked for.
    Woke,
    /// The machine, a fake, or ghostc itself failed: no verdict is possible.
    Broken(String),
}

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProcessEnd {
    /// With this exit code.
    Exited(i32),
    /// By a signal, as `KILL`.
    Signaled(String),
    /// It could not be started, for this reason.
    NotStarted(String),
    /// It was ended, since it used more than it may: what, as words.
    OverLimit(String),
}

/// What a fake was called with.
#[derive(Clone, Debug, PartialEq)]
pub enum CallDetails {
    /// A command, or a conversation, whose input comes line by line and is none here.
    Command {
        /// What it was given to read.
        stdin: Vec<u8>,
        /// Its arguments.
        args: Vec<String>,
        /// Where it runs.
        cwd: String,
        /// Its environment.
        env: BTreeMap<String, String>,
    },
    /// A request to a server.
    Http {
        /// The method.
        method: String,
        /// Path and query.
        path: String,
        /// Headers, their names in small letters.
        headers: Vec<(String, String)>,
        /// The body.
        body: Vec<u8>,
    },
}

/// What was seen in a step that expects nothing, as an expectation would have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The step, from 0.
    pub step: usize,
    /// What.
    pub kind: SeenKind,
}

/// What a step without an expectation saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeenKind {
    /// The end of a program.
    End {
        /// How it ended.
        end: ProcessEnd,
        /// All that it printed to standard output.
        stdout: String,
        /// All that it printed to standard error.
        stderr: String,
    },
    /// An answer to a request.
    Response {
        /// The status.
        status: u16,
        /// The body.
        body: String,
    },
}

/// How a scenario ended.
#[derive(Clone, Debug, PartialEq)]
pub enum PlayEnd {
    /// Every look was as expected.
    Passed,
    /// One was not.
    Failed(PlayFailure),
    /// There is no verdict, for this reason.
    Broken(String),
}

/// What was not as expected.
#[derive(Clone, Debug, PartialEq)]
pub struct PlayFailure {
    /// The step, from 0.
    pub step: usize,
    /// Where what is not met is written.
    pub span: Span,
    /// What is wrong, in a line.
    pub what: String,
    /// What was seen, line by line, with the names of what differs from run to run.
    pub details: Vec<String>,
    /// Whether it was too late and nothing else.
    pub is_late: bool,
}

#[cfg(test)]
mod tests;
