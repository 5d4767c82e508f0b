//! What a scenario does, as data: its files and fakes, and its steps with what they expect.
//!
//! It is what a scenario is once its rows, definitions and shared parts are put in: a reader makes it, an interpreter
//! follows it, and neither knows the other. Every text in it may hold variables, which only the interpreter knows.

pub mod pattern;
pub mod text;

use crate::source::Span;
use crate::value::Value;
use pattern::Pattern;
use std::collections::BTreeMap;
use text::{CommandLine, Text};

/// One scenario, or one row of one.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// The variables that are known from the start: the columns of its row.
    pub variables: BTreeMap<String, Value>,
    /// Files that are there before the first step, by their paths below its folder.
    pub files: Vec<(Text, Data)>,
    /// The variables of the environment that its programs get besides the usual ones.
    pub env: Vec<(String, Text)>,
    /// The servers and programs that are played to it, by name.
    pub fakes: BTreeMap<String, Fake>,
    /// What happens, in order.
    pub steps: Vec<ScriptStep>,
}

/// One step of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct ScriptStep {
    /// What it does or looks at.
    pub kind: StepKind,
    /// How long a look, or a request that changes nothing, is repeated until it is as expected.
    pub within: Option<Lapse>,
    /// The longest that a program, its readiness or its end, or a request may take.
    pub timeout: Option<Lapse>,
    /// Where it is written; of a step of a definition, there.
    pub span: Span,
}

/// What a step does or looks at.
#[derive(Clone, Debug, PartialEq)]
pub enum StepKind {
    /// A program runs to its end.
    Run {
        /// The program and its arguments.
        command: CommandLine,
        /// What it reads.
        stdin: Option<Data>,
        /// Whether it is run again, as long as `within` allows, until it ends as expected.
        until: bool,
        /// How it must end.
        expect: Option<EndExpectation>,
    },
    /// A program is started, and runs beside the steps that follow.
    Start {
        /// The program and its arguments.
        command: CommandLine,
        /// What later steps call it.
        name: String,
        /// What it must print before the next step.
        ready: Option<Ready>,
    },
    /// A signal is sent to a program that was started, which must end.
    Stop {
        /// The program, by its name.
        name: String,
        /// The signal, as `TERM`.
        signal: String,
        /// How it must end.
        expect: Option<EndExpectation>,
    },
    /// A program that was started is killed, and nothing else.
    Kill {
        /// The program, by its name.
        name: String,
    },
    /// A request over HTTP.
    Http {
        /// The method, in capitals.
        method: String,
        /// The whole URL.
        url: Text,
        /// Headers that it sends.
        headers: Vec<(String, Text)>,
        /// The body: a text as it is, and everything else as JSON.
        body: Option<HttpBody>,
        /// What must be answered.
        expect: Option<HttpExpectation>,
    },
    /// A file is written.
    Write {
        /// Its path below the folder of the scenario.
        path: Text,
        /// What it holds: a text as it is, and everything else as JSON.
        content: Data,
    },
    /// A file is removed.
    Remove {
        /// Its path below the folder of the scenario.
        path: Text,
    },
    /// A fake gets other rules.
    Set {
        /// Its name.
        fake: String,
        /// What it does from now on.
        to: FakeKind,
    },
    /// Looks at the calls of a fake.
    Calls {
        /// Its name.
        fake: String,
        /// Whether those alone are looked at that run (or are over).
        running: Option<bool>,
        /// Whether they may be in another order.
        unordered: bool,
        /// All calls, in order.
        expect: Vec<CallExpectation>,
    },
    /// Looks at which calls of a fake were at the same time.
    Overlaps {
        /// Its name.
        fake: String,
        /// How many may at most.
        most: Option<u64>,
        /// How many must, at some time.
        least: Option<u64>,
        /// Sets of calls of which no two may.
        never: Vec<Vec<CallExpectation>>,
        /// Sets of calls that all must, at some time.
        always: Vec<Vec<CallExpectation>>,
    },
    /// Looks whether a fake is left alone.
    Quiet {
        /// Its name.
        fake: String,
        /// For how long.
        length: Lapse,
    },
    /// Looks at files.
    Files {
        /// What is at which path below the folder of the scenario.
        expect: Vec<(Text, FileExpectation)>,
    },
    /// Looks at what a program printed on standard error.
    Log {
        /// The program, by its name.
        name: String,
        /// Lines that must be there, in this order, with any others between.
        lines: Vec<Pattern>,
        /// What no line may hold.
        not: Vec<Text>,
    },
    /// Looks which processes are alive.
    Processes {
        /// Of which fake, or of which program that was started.
        of: String,
        /// How many.
        count: u64,
    },
}

/// What a program must print before it counts as ready.
#[derive(Clone, Debug, PartialEq)]
pub struct Ready {
    /// On which stream.
    pub stream: Stream,
    /// A regular expression that a part of a line matches; its named groups become variables.
    pub pattern: String,
    /// Where that is written.
    pub span: Span,
}

/// One of the two streams that programs print to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// A value with variables in its texts.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// Null, a boolean or a number.
    Value(Value),
    /// A text; one that is a variable alone has its value, whatever that is.
    Text(Text),
    /// A list.
    List(Vec<Data>),
    /// An object, in the order in which it is written.
    Object(Vec<(String, Data)>),
    /// So many milliseconds, as a number: `{ $ms: 2t }`.
    Milliseconds(Lapse),
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum HttpBody {
    /// `json:`
    Json(Data),
    /// `body:`
    Text(Text),
}

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lapse {
    /// So many milliseconds.
    Fixed(u64),
    /// So many thousandths of `t`, the unit that is stretched where the machine is slow.
    Elastic(u64),
}

impl Lapse {
    /// Microseconds, where `t` has so many milliseconds.
    pub fn micros(self, t: u64) -> u64 {
        match self {
            Lapse::Fixed(milliseconds) => milliseconds.saturating_mul(1000),
            Lapse::Elastic(thousandths) => thousandths.saturating_mul(t),
        }
    }
}

/// How a program must end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndExpectation {
    /// Its exit code.
    pub exit: Option<Pattern>,
    /// The signal that must have ended it, as `KILL`.
    pub signal: Option<Pattern>,
    /// All of its standard output.
    pub stdout: Option<Pattern>,
    /// All of its standard output, as JSON.
    pub stdout_json: Option<Pattern>,
    /// All of its standard error.
    pub stderr: Option<Pattern>,
    /// All of its standard error, as JSON.
    pub stderr_json: Option<Pattern>,
    /// All that it printed on both streams, one behind the other or as it came, without line ends at its end.
    pub output: Option<Pattern>,
}

/// What must be answered to a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HttpExpectation {
    /// The status.
    pub status: Option<Pattern>,
    /// Headers, by their names in small letters.
    pub headers: Vec<(String, Pattern)>,
    /// The body, as JSON.
    pub json: Option<Pattern>,
    /// The body, as text.
    pub body: Option<Pattern>,
}

/// What a file must be.
#[derive(Clone, Debug, PartialEq)]
pub enum FileExpectation {
    /// Not there.
    Absent,
    /// There, with this text.
    Text(Pattern),
    /// There, with this JSON.
    Json(Pattern),
}

/// What a call of a fake is or must be. What is not said may be anything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallExpectation {
    /// Of a command: what it was given to read, as JSON where the pattern is an object or a list.
    pub stdin: Option<Pattern>,
    /// Of a command: its arguments, as a list.
    pub args: Option<Pattern>,
    /// Of a command: the folder that it runs in.
    pub cwd: Option<Pattern>,
    /// Of a command: its environment.
    pub env: Vec<(String, Pattern)>,
    /// Of a conversation: the lines that it was sent, as JSON.
    pub lines: Option<Pattern>,
    /// Of a server: the method.
    pub method: Option<Pattern>,
    /// Of a server: path and query.
    pub path: Option<Pattern>,
    /// Of a server: headers, by their names in small letters.
    pub headers: Vec<(String, Pattern)>,
    /// Of a server: the body, as JSON.
    pub json: Option<Pattern>,
    /// Of a server: the body, as text.
    pub body: Option<Pattern>,
    /// The time since the end of the call before: at least, and at most. Rules of fakes have none.
    pub gap: Option<Gap>,
}

/// Bounds of the time between two calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// At least.
    pub least: Option<Lapse>,
    /// At most.
    pub most: Option<Lapse>,
}

/// A server or program that ghostc plays.
#[derive(Clone, Debug, PartialEq)]
pub struct Fake {
    /// What it is and does.
    pub kind: FakeKind,
    /// Where it is written.
    pub span: Span,
}

/// What a fake is and does. The first rule that fits a call and is not used up answers it.
#[derive(Clone, Debug, PartialEq)]
pub enum FakeKind {
    /// A program that reads its input, prints an answer and ends.
    Command(Vec<CommandRule>),
    /// An HTTP server.
    Http(Vec<HttpRule>),
    /// A program that answers lines of JSON with lines of JSON, until its input ends.
    Conversation(Conversation),
}

/// How a played command answers a call.
#[derive(Clone, Debug, PartialEq)]
pub struct CommandRule {
    /// The calls that it fits.
    pub when: CallExpectation,
    /// How often it answers; nothing for always.
    pub times: Option<u64>,
    /// What is printed, with an end of line; JSON where it is no text.
    pub reply: Option<Data>,
    /// What is printed to standard error, likewise.
    pub stderr: Option<Data>,
    /// The exit code; 0 where nothing is said.
    pub exit: Option<Data>,
    /// How long it waits before it prints.
    pub delay: Option<Lapse>,
    /// How long a process lives that it starts and leaves behind.
    pub child: Option<Lapse>,
    /// Where it is written.
    pub span: Span,
}

/// How a played server answers a request.
#[derive(Clone, Debug, PartialEq)]
pub struct HttpRule {
    /// The requests that it fits.
    pub when: CallExpectation,
    /// How often it answers; nothing for always.
    pub times: Option<u64>,
    /// The status; 200 where nothing is said.
    pub status: Option<Data>,
    /// Headers of the answer.
    pub headers: Vec<(String, Text)>,
    /// The body.
    pub body: Option<HttpBody>,
    /// How long it waits before it answers.
    pub delay: Option<Lapse>,
    /// Where it is written.
    pub span: Span,
}

/// A played program that talks in lines of JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Conversation {
    /// A JSON Schema that every line that comes in must keep to.
    pub valid: Option<Value>,
    /// How it answers.
    pub rules: Vec<ConversationRule>,
}

/// How a played program answers a line.
#[derive(Clone, Debug, PartialEq)]
pub struct ConversationRule {
    /// The lines that it fits; its captures are variables of its replies.
    pub when: Pattern,
    /// How often it answers; nothing for always.
    pub times: Option<u64>,
    /// The lines that it sends, in order, each after its delay.
    pub reply: Vec<(Option<Lapse>, Data)>,
    /// The exit code with which it ends after these; it goes on where nothing is said.
    pub exit: Option<Data>,
    /// Where it is written.
    pub span: Span,
}
