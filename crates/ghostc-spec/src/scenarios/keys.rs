//! The keys of scenario files: where each may stand, what it says, and an example. The reader refuses what is not here,
//! and `ghostc schema scenarios` prints it.

use KeyPart::{
    Calls, Command, CommandRule, Computed, Conversation, ConversationRule, End, Fake, FileLook, Files, Head,
    Http, HttpAnswer, HttpRule, Kill, Log, LogLook, Operator, Overlap, Overlaps, Processes, Quiet, QuietLook,
    Ready, Remove, Reply, Request, Row, Run, Scenario, Set, Settings, Start, Stop, Use, Write,
};
use KeyValue::{
    CallSets, Count, CountOrNone, Data, Fakes, Files as FileLooks, Flag, Gap, Lapse, List, NamedData,
    NamedPatterns, NamedSteps, NamedTexts, Part, Pattern, Patterns, Regex, RequestLine, Rows, Schema, Steps,
    Text, Texts, True, Words,
};

/// A mapping of a scenario file, by what it describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyPart {
    /// The file, or a file that is included.
    Head,
    /// Its settings file.
    Settings,
    /// A scenario.
    Scenario,
    /// A row of its table, beside its columns.
    Row,
    /// A step that runs a program to its end.
    Run,
    /// A step that starts one.
    Start,
    /// A step that ends one.
    Stop,
    /// A step that kills one.
    Kill,
    /// A step that is a request.
    Http,
    /// A step that writes files.
    Write,
    /// A step that removes files.
    Remove,
    /// A step that gives a fake other rules.
    Set,
    /// A step that is a definition.
    Use,
    /// A step that looks at the calls of a fake.
    Calls,
    /// A step that looks at which of them were at the same time.
    Overlaps,
    /// A step that looks whether there are none.
    Quiet,
    /// A step that looks at files.
    Files,
    /// A step that looks at a log.
    Log,
    /// A step that looks at processes.
    Processes,
    /// A program that is not the one under test.
    Command,
    /// What a program prints when it is ready.
    Ready,
    /// How a program must end.
    End,
    /// What must be answered to a request.
    HttpAnswer,
    /// A call of a fake, as it must be or as a rule takes it.
    Request,
    /// What `overlaps` expects.
    Overlap,
    /// What `quiet` looks at.
    QuietLook,
    /// What `log` expects.
    LogLook,
    /// What a file must be.
    FileLook,
    /// A server or program that is played.
    Fake,
    /// How a played command answers.
    CommandRule,
    /// How a played server answers.
    HttpRule,
    /// A played program that talks in lines of JSON.
    Conversation,
    /// How it answers.
    ConversationRule,
    /// What it sends later.
    Reply,
    /// A value that later steps are compared with.
    Operator,
    /// A length of time as a number.
    Computed,
}

impl KeyPart {
    /// What it is called in messages.
    pub fn what(self) -> &'static str {
        match self {
            Head => "a file of scenarios",
            Settings => "`settings`",
            Scenario => "a scenario",
            Row => "a row",
            Run => "a step with `run`",
            Start => "a step with `start`",
            Stop => "a step with `stop`",
            Kill => "a step with `kill`",
            Http => "a step with `http`",
            Write => "a step with `write`",
            Remove => "a step with `remove`",
            Set => "a step with `set`",
            Use => "a step with `use`",
            Calls => "a step with `calls`",
            Overlaps => "a step with `overlaps`",
            Quiet => "a step with `quiet`",
            Files => "a step with `files`",
            Log => "a step with `log`",
            Processes => "a step with `processes`",
            Command => "another program",
            Ready => "`ready`",
            End => "what is expected of the end of a program",
            HttpAnswer => "what is expected of an answer",
            Request => "a call of a fake",
            Overlap => "what is expected of overlaps",
            QuietLook => "`quiet`",
            LogLook => "what is expected of a log",
            FileLook => "what is expected of a file",
            Fake => "a fake",
            CommandRule => "a rule of a command",
            HttpRule => "a rule of a server",
            Conversation => "a conversation",
            ConversationRule => "a rule of a conversation",
            Reply => "a later line",
            Operator => "what a value must be",
            Computed => "a value",
        }
    }
}

/// What the value of a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyValue {
    /// A text; a number is taken as it is written.
    Text,
    /// A text, or a list of them.
    Texts,
    /// Kinds of JSON values.
    Kinds,
    /// A mapping of values.
    Members,
    /// `true` or `false`.
    Flag,
    /// `true`.
    True,
    /// A whole number.
    Count,
    /// A whole number, or an empty list.
    CountOrNone,
    /// A length of time.
    Lapse,
    /// Bounds of a time.
    Gap,
    /// A regular expression.
    Regex,
    /// A JSON Schema.
    Schema,
    /// Any value, with variables in its texts.
    Data,
    /// What a value must be.
    Pattern,
    /// A list of those.
    Patterns,
    /// The words of a command line, or a list of them.
    Words,
    /// The same, or another program.
    Command,
    /// A method and a path, or a call.
    RequestLine,
    /// Lists of lists of calls.
    CallSets,
    /// A mapping of one kind.
    Part(KeyPart),
    /// A list of mappings of one kind.
    List(KeyPart),
    /// A list of steps.
    Steps,
    /// A mapping from names to lists of steps.
    NamedSteps,
    /// A mapping from names to fakes.
    Fakes,
    /// A list of rows.
    Rows,
    /// A mapping from names to values.
    NamedData,
    /// A mapping from names to texts.
    NamedTexts,
    /// A mapping from names to what they must be.
    NamedPatterns,
    /// A mapping from paths to what must be there.
    Files,
}

/// A key of scenario files.
#[derive(Clone, Copy, Debug)]
pub struct ScenarioKey {
    /// The key.
    pub name: &'static str,
    /// The mappings that may have it.
    pub parts: &'static [KeyPart],
    /// What its value is.
    pub value: KeyValue,
    /// What it says, in a sentence.
    pub about: &'static str,
    /// A use of it: a step, keys of a scenario, or keys of a file, by its first part.
    pub example: &'static str,
}

impl ScenarioKey {
    /// Its example as a part of a whole file, which has what the example names.
    pub fn example_file(&self) -> String {
        let example = self.example;
        let lacks = |key: &str| !example.contains(key);
        let look = "steps: [{ run: check, expect: { exit: 0 } }]";
        match self.parts.first() {
            Some(Head | Settings) if lacks("scenarios:") => {
                format!("{example}\nscenarios:\n  - name: an example\n    {look}\n")
            }
            Some(Head | Settings) => format!("{example}\n"),
            Some(
                Scenario | Row | Fake | CommandRule | HttpRule | Conversation | ConversationRule | Reply,
            ) => {
                let name = if example.starts_with("name:") {
                    ""
                } else {
                    "name: an example\n    "
                };
                let steps = if lacks("steps:") { look } else { "" };
                let head = if example.starts_with("settings:") {
                    "settings: { file: app.json }\n"
                } else {
                    ""
                };
                format!("{head}scenarios:\n  - {name}{example}\n    {steps}\n")
            }
            Some(_) | None => {
                format!("{STEP_CONTEXT}      - {example}\n      - {{ run: check, expect: {{ exit: 0 }} }}\n")
            }
        }
    }
}

/// What steps of examples name.
const STEP_CONTEXT: &str = r"define:
  login: [{ run: login }]
fakes:
  worker: [{ reply: done }]
  hook: { http: [{ status: 204 }] }
  agent: { conversation: { rules: [{ reply: { ok: true } }] } }
scenarios:
  - name: an example
    steps:
      - { start: serve, as: daemon, ready: { stdout: '(?P<url>http://\S+) (?P<id>\d+)' } }
";

const fn key(
    name: &'static str,
    parts: &'static [KeyPart],
    value: KeyValue,
    about: &'static str,
    example: &'static str,
) -> ScenarioKey {
    ScenarioKey {
        name,
        parts,
        value,
        about,
        example,
    }
}

/// The mappings that are steps, by the key that tells which.
pub(super) const STEPS: &[(&str, KeyPart)] = &[
    ("run", Run),
    ("start", Start),
    ("stop", Stop),
    ("kill", Kill),
    ("http", Http),
    ("write", Write),
    ("remove", Remove),
    ("set", Set),
    ("use", Use),
    ("calls", Calls),
    ("overlaps", Overlaps),
    ("quiet", Quiet),
    ("files", Files),
    ("log", Log),
    ("processes", Processes),
];

/// Every key.
#[rustfmt::skip]
pub const KEYS: &[ScenarioKey] = &[
    key("covers", &[Head], Texts, "The sections of the spec that are made with these scenarios, by anchor; a name or a list.", "covers: [settings]"),
    key("after", &[Head], Texts, "The slices that are made before; where it is missing, that of the file before by name. `[]` is none.", "after: []"),
    key("include", &[Head], Texts, "A file below `scenarios/` with settings, definitions and fakes for these scenarios; a path or a list.", "include: shared/daemon.yaml"),
    key("program", &[Head], Words, "How the program is started that these scenarios are about, where a package has several; words of a shell, or a list that is exact.", "program: ./spool"),
    key("define", &[Head], NamedSteps, "Steps that have a name, for `use`.", "define:\n  login:\n    - { run: login --as me, expect: { exit: 0 } }"),
    key("scenarios", &[Head], List(Scenario), "The scenarios, in order.", "scenarios:\n  - { name: it says its version, steps: [{ run: --version, expect: { exit: 0 } }] }"),
    key("settings", &[Head], Part(Settings), "The settings file, which is written before the first step.", "settings: { file: app.json, json: { slots: 2, retry: { attempts: 3 } } }"),
    key("settings", &[Scenario], KeyValue::Members, "Settings that are put over those of the file, key by key.", "settings: { retry: { attempts: 1 } }"),
    key("fakes", &[Scenario, Head], Fakes, "The programs and servers that are played to the program, by name: `$fakes.NAME` is the command or the URL of one.", "fakes: { worker: [{ reply: done }], hook: { http: [{ when: POST /done, status: 204 }] } }"),
    key("file", &[Settings], Text, "Where the settings are written, below the folder of the scenario.", "settings: { file: app.json, json: {} }"),
    key("json", &[Settings], KeyValue::Members, "What is written there.", "settings: { file: app.json, json: { slots: 2, wait_ms: { $ms: 1.5t } } }"),
    key("name", &[Scenario], Text, "What people call it; there is one scenario of a name in a file.", "name: a job runs"),
    key("proves", &[Scenario, Run, Start, Stop, Kill, Http, Write, Remove, Set, Use, Calls, Overlaps, Quiet, Files, Log, Processes], Texts, "What it shows: words or ids of statements, clauses, obligations, requirements, criteria and prose scenarios; a text or a list.", "proves: Every answer MUST be JSON"),
    key("held_out", &[Scenario, Row], Flag, "Whether the agent must not see it; some are chosen where nobody says.", "held_out: true"),
    key("todo", &[Scenario], True, "That it waits to be written: it never passes.", "todo: true"),
    key("table", &[Scenario], Rows, "Rows of columns: there is one scenario for each row, in which the columns are variables.", "table: [{ file: a.json }, { file: b.json }]\n    steps: [{ run: check $file, expect: { exit: 2 } }]"),
    key("case", &[Row], Text, "The name of the row; its values where it is missing.", "table: [{ case: gone, file: a.json }]\n    steps: [{ run: check $file, expect: { exit: 2 } }]"),
    key("files", &[Scenario], NamedData, "Files that are there before the first step: a text as it is, and everything else as JSON.", "files: { list.json: [1, 2], notes.txt: hello }"),
    key("env", &[Scenario], NamedTexts, "Variables of the environment, which has nothing else of the user's.", "env: { APP_TOKEN: hush }"),
    key("steps", &[Scenario], Steps, "What happens, in order; one of them looks at something.", "steps: [{ run: check, expect: { exit: 0 } }]"),
    key("run", &[Run], KeyValue::Command, "Runs the program to its end with these arguments: words of a shell, of which nothing is expanded but `$name`; a list is exact, and `{ command: […] }` is another program.", "{ run: check --config $dir/app.json, expect: { exit: 0 } }"),
    key("start", &[Start], KeyValue::Command, "Starts the program with these arguments, and lets it run beside the steps that follow.", "{ start: serve, as: server, ready: { stdout: listening } }"),
    key("stop", &[Stop], Text, "Sends a signal to a program that was started, and waits for its end.", "{ stop: daemon, expect: { exit: 0 } }"),
    key("kill", &[Kill], Text, "Kills a program that was started, as `kill -9` does.", "{ kill: daemon }"),
    key("http", &[Http], Text, "Makes a request: a method and a URL.", "{ http: GET $url/status, expect: { status: 200 } }"),
    key("write", &[Write], NamedData, "Writes files: a text as it is, and everything else as JSON.", "{ write: { in.txt: hello, app.json: { slots: 1 } } }"),
    key("remove", &[Remove], Texts, "Removes a file, or a list of them.", "{ remove: in.txt }"),
    key("set", &[Set], Fakes, "Gives fakes other rules from now on.", "{ set: { worker: [{ exit: 1 }] } }"),
    key("use", &[Use], Text, "Does the steps of a definition.", "{ use: login }"),
    key("calls", &[Calls], Text, "Looks at the calls of a fake: all of them, in order.", "{ calls: worker, expect: [{ stdin: { name: x } }, {}] }"),
    key("overlaps", &[Overlaps], Text, "Looks at which calls of a fake were at the same time.", "{ overlaps: worker, expect: { most: 2 } }"),
    key("quiet", &[Quiet], Part(QuietLook), "Looks whether a fake is left alone for a time.", "{ quiet: { calls: worker, for: 3t } }"),
    key("files", &[Files], FileLooks, "Looks at files, by their paths below the folder of the scenario.", "{ files: { out.txt: \"done\\n\", lock: { $absent: true }, state.json: { json: { jobs: 1 } } } }"),
    key("log", &[Log], Text, "Looks at what a program that was started has printed on standard error.", "{ log: daemon, expect: { lines: [\"started [..]\"], not: [hush] } }"),
    key("processes", &[Processes], Text, "Looks which processes of a fake, or of a program that was started, are alive.", "{ processes: worker, expect: [] }"),
    key("command", &[Command], Words, "Another program and its arguments, which must be there where the scenario runs.", "{ run: { command: [git, init] }, expect: { exit: 0 } }"),
    key("stdin", &[Run], Data, "What the program reads: a text as it is, and everything else as JSON.", "{ run: sort, stdin: \"b\\na\\n\", expect: { stdout: \"a\\nb\\n\" } }"),
    key("until", &[Run], True, "That the program is run again, as long as `within` allows, until it ends as expected.", "{ run: status, until: true, within: 20t, expect: { stdout: \"done\\n\" } }"),
    key("as", &[Start], Text, "What later steps call the program.", "{ start: serve, as: server }"),
    key("ready", &[Start], Part(Ready), "What it must print before the next step; named groups become variables.", "{ start: serve, as: server, ready: { stdout: 'port (?P<port>\\d+)' }, timeout: 5s }"),
    key("stdout", &[Ready], Regex, "A regular expression that a part of a line of standard output matches.", "{ start: serve, as: server, ready: { stdout: 'on (?P<at>http://\\S+)' } }"),
    key("stderr", &[Ready], Regex, "A regular expression that a part of a line of standard error matches.", "{ start: serve, as: server, ready: { stderr: ready } }"),
    key("signal", &[Stop], Text, "The signal; `TERM` where it is missing.", "{ stop: daemon, signal: INT, expect: { exit: 0 } }"),
    key("json", &[Http], Data, "The body of the request, as JSON.", "{ http: POST $url/jobs, json: { name: x, wait_ms: { $ms: 2t } }, expect: { status: 202 } }"),
    key("body", &[Http], Text, "The body of the request, as text.", "{ http: POST $url/jobs, body: \"{\", expect: { status: 400 } }"),
    key("headers", &[Http], NamedTexts, "Headers of the request.", "{ http: GET $url/jobs, headers: { Accept: text/plain }, expect: { status: 406 } }"),
    key("within", &[Run, Http, Calls, Overlaps, Files, Log, Processes], Lapse, "How long a look, a GET or a HEAD, or a `run` with `until: true`, is repeated until it is as expected.", "{ run: status, until: true, within: 2s, expect: { exit: 0 } }"),
    key("timeout", &[Run, Start, Stop, Http], Lapse, "How long a program, its readiness or its end, or a request may take.", "{ run: check, timeout: 5s, expect: { exit: 0 } }"),
    key("expect", &[Run, Stop], Part(End), "How the program must end.", "{ run: check, expect: { exit: 0 } }"),
    key("expect", &[Http], Part(HttpAnswer), "What must be answered.", "{ http: GET $url/status, expect: { status: 200 } }"),
    key("expect", &[Calls], List(Request), "All calls, in order; `[]` is none.", "{ calls: worker, expect: [] }"),
    key("expect", &[Overlaps], Part(Overlap), "What may be at the same time, and what must.", "{ overlaps: worker, expect: { most: 1 } }"),
    key("expect", &[Log], Part(LogLook), "What must have been printed, and what must not.", "{ log: daemon, expect: { lines: [ready] } }"),
    key("expect", &[Processes], CountOrNone, "How many; `[]` is none.", "{ processes: worker, expect: 0 }"),
    key("running", &[Calls], Flag, "Whether those calls alone are looked at that run, or that are over.", "{ calls: worker, running: true, within: 2s, expect: [{}] }"),
    key("unordered", &[Calls], Flag, "That the calls may be in another order.", "{ calls: worker, unordered: true, expect: [{ stdin: a }, { stdin: b }] }"),
    key("for", &[QuietLook], Lapse, "For how long.", "{ quiet: { calls: worker, for: 300ms } }"),
    key("calls", &[QuietLook], Text, "Which fake.", "{ quiet: { calls: hook, for: 2t } }"),
    key("exit", &[End], Pattern, "The exit code.", "{ run: check, expect: { exit: 2 } }"),
    key("signal", &[End], Pattern, "The signal that must have ended the program.", "{ stop: daemon, signal: KILL, expect: { signal: KILL } }"),
    key("stdout", &[End], Pattern, "All of standard output: `[..]` stands for anything on a line, a line of `...` for any lines.", "{ run: check, expect: { stdout: \"[..] files\\n...\\n\" } }"),
    key("stdout_json", &[End], Pattern, "All of standard output, as JSON: objects have at least these members.", "{ run: check, expect: { stdout_json: { slots: 2 } } }"),
    key("stdout_json_exactly", &[End], Pattern, "All of standard output, as JSON: objects have these members and no others.", "{ run: check, expect: { stdout_json_exactly: { slots: 2 } } }"),
    key("stderr", &[End], Pattern, "All of standard error.", "{ run: check, expect: { stderr: \"error: [..]\\n\" } }"),
    key("stderr_json", &[End], Pattern, "All of standard error, as JSON.", "{ run: check, expect: { stderr_json: { level: error } } }"),
    key("stderr_json_exactly", &[End], Pattern, "All of standard error, as JSON: objects have these members and no others.", "{ run: check, expect: { stderr_json_exactly: { level: error } } }"),
    key("output", &[End], Pattern, "All that it prints on both streams, whatever comes where; line ends at its end do not count.", "{ run: check, expect: { output: \"error: [..]\", exit: 2 } }"),
    key("status", &[HttpAnswer], Pattern, "The status.", "{ http: GET $url/none, expect: { status: 404 } }"),
    key("headers", &[HttpAnswer], NamedPatterns, "Headers of the answer.", "{ http: GET $url/status, expect: { headers: { content-type: \"application/json[..]\" } } }"),
    key("json", &[HttpAnswer], Pattern, "The body of the answer, as JSON: objects have at least these members.", "{ http: GET $url/jobs/$id, within: 10t, expect: { json: { state: done } } }"),
    key("json_exactly", &[HttpAnswer], Pattern, "The body of the answer, as JSON: objects have these members and no others.", "{ http: GET $url/status, expect: { json_exactly: { jobs: 0 } } }"),
    key("body", &[HttpAnswer], Pattern, "The body of the answer, as text.", "{ http: GET $url/status, expect: { body: \"fine\\n\" } }"),
    key("stdin", &[Request], Pattern, "Of a command: what it was given to read, as JSON where an object or a list is expected.", "{ calls: worker, expect: [{ stdin: { attempt: 1 } }] }"),
    key("args", &[Request], Pattern, "Of a command: its arguments.", "{ calls: worker, expect: [{ args: [--fast, \"[..].json\"] }] }"),
    key("cwd", &[Request], Pattern, "Of a command: the folder that it runs in.", "{ calls: worker, expect: [{ cwd: $dir }] }"),
    key("env", &[Request], NamedPatterns, "Of a command: variables of its environment.", "{ calls: worker, expect: [{ env: { PLAIN: seen, TOKEN: { $absent: true } } }] }"),
    key("lines", &[Request], Pattern, "Of a conversation: the lines that it was sent, as JSON.", "{ calls: agent, expect: [{ lines: [{ method: initialize }, { method: run }] }] }"),
    key("method", &[Request], Pattern, "Of a server: the method.", "{ calls: hook, expect: [{ method: POST }] }"),
    key("path", &[Request], Pattern, "Of a server: path and query.", "{ calls: hook, expect: [{ path: /done }] }"),
    key("headers", &[Request], NamedPatterns, "Of a server: headers of the request.", "{ calls: hook, expect: [{ headers: { authorization: \"Bearer [..]\" } }] }"),
    key("json", &[Request], Pattern, "Of a server: the body, as JSON: objects have at least these members.", "{ calls: hook, expect: [{ json: { state: done } }] }"),
    key("json_exactly", &[Request], Pattern, "Of a server: the body, as JSON: objects have these members and no others.", "{ calls: hook, expect: [{ json_exactly: { state: done } }] }"),
    key("body", &[Request], Pattern, "Of a server: the body, as text.", "{ calls: hook, expect: [{ body: done }] }"),
    key("gap", &[Request], Gap, "The time since the end of the call before.", "{ calls: worker, expect: [{}, { gap: 1t..1.8t }, { gap: 2t.. }] }"),
    key("most", &[Overlap], Count, "How many may be at the same time.", "{ overlaps: worker, expect: { most: 2 } }"),
    key("least", &[Overlap], Count, "How many must be at the same time once.", "{ overlaps: worker, expect: { least: 2 } }"),
    key("never", &[Overlap], CallSets, "Sets of calls of which no two may be at the same time.", "{ overlaps: worker, expect: { never: [[{ stdin: { key: a } }, { stdin: { key: b } }]] } }"),
    key("always", &[Overlap], CallSets, "Sets of calls that must all be at the same time once.", "{ overlaps: worker, expect: { always: [[{ stdin: { key: a } }, { stdin: { key: c } }]] } }"),
    key("lines", &[LogLook], Patterns, "Lines that must be there, in this order, with any others between.", "{ log: daemon, within: 2s, expect: { lines: [\"started [..]\", \"done [..]\"] } }"),
    key("not", &[LogLook], Texts, "What no line may hold.", "{ log: daemon, expect: { not: [hush] } }"),
    key("json", &[FileLook], Pattern, "Its content, as JSON: objects have at least these members.", "{ files: { state.json: { json: { jobs: 1 } } } }"),
    key("json_exactly", &[FileLook], Pattern, "Its content, as JSON: objects have these members and no others.", "{ files: { state.json: { json_exactly: { jobs: 1 } } } }"),
    key("http", &[Fake], List(HttpRule), "A server: the first rule that fits a request answers it.", "fakes: { hook: { http: [{ when: POST /done, status: 204 }] } }"),
    key("conversation", &[Fake], Part(Conversation), "A program that answers lines of JSON with lines of JSON until its input ends.", "fakes: { agent: { conversation: { rules: [{ when: { method: run }, reply: { ok: true } }] } } }"),
    key("when", &[CommandRule], Part(Request), "The calls that the rule answers; without it, all.", "fakes: { worker: [{ when: { stdin: { name: bad } }, exit: 1 }, { reply: done }] }"),
    key("when", &[HttpRule], RequestLine, "The requests that the rule answers, as `METHOD /path` or by their parts; without it, all.", "fakes: { hook: { http: [{ when: POST /done, status: 204 }, { when: { method: GET }, json: [] }] } }"),
    key("when", &[ConversationRule], Pattern, "The lines that the rule answers; without it, all.", "fakes: { agent: { conversation: { rules: [{ when: { method: run }, reply: { ok: true } }] } } }"),
    key("times", &[CommandRule, HttpRule, ConversationRule], Count, "How often the rule answers; without it, always.", "fakes: { worker: [{ times: 1, exit: 1 }, { reply: done }] }"),
    key("reply", &[CommandRule, Reply], Data, "What is printed; JSON where it is no text.", "fakes: { worker: [{ reply: { status: done } }] }"),
    key("reply", &[ConversationRule], Data, "The line that is sent, or a list of them.", "fakes: { agent: { conversation: { rules: [{ when: { id: { $capture: id } }, reply: { id: $id } }] } } }"),
    key("then", &[ConversationRule], List(Reply), "Lines that are sent after that, each after its delay.", "fakes: { agent: { conversation: { rules: [{ when: {}, reply: { ok: true }, then: [{ delay: 1t, reply: { done: true } }] }] } } }"),
    key("stderr", &[CommandRule], Data, "What is printed on standard error.", "fakes: { worker: [{ stderr: no luck, exit: 1 }] }"),
    key("exit", &[CommandRule, ConversationRule], Data, "The exit code; a conversation goes on without it.", "fakes: { worker: [{ exit: 3 }] }"),
    key("delay", &[CommandRule, HttpRule, Reply], Lapse, "How long it waits before it answers.", "fakes: { worker: [{ delay: 2t, reply: done }] }"),
    key("child", &[CommandRule], Lapse, "How long a process lives that it starts and leaves behind.", "fakes: { worker: [{ child: 10s, reply: done }] }"),
    key("status", &[HttpRule], Data, "The status; 200 where it is missing.", "fakes: { hook: { http: [{ status: 503 }] } }"),
    key("headers", &[HttpRule], NamedTexts, "Headers of the answer.", "fakes: { hook: { http: [{ headers: { retry-after: \"1\" }, status: 503 }] } }"),
    key("json", &[HttpRule], Data, "The body of the answer, as JSON.", "fakes: { hook: { http: [{ when: GET /list, json: [1, 2] }] } }"),
    key("body", &[HttpRule], Text, "The body of the answer, as text.", "fakes: { hook: { http: [{ when: GET /, body: hello }] } }"),
    key("valid", &[Conversation], Schema, "A JSON Schema that every line that comes in must keep to.", "fakes: { agent: { conversation: { valid: { type: object }, rules: [{ when: {}, reply: { ok: true } }] } } }"),
    key("rules", &[Conversation], List(ConversationRule), "How lines are answered: the first rule that fits and is not used up.", "fakes: { agent: { conversation: { rules: [{ when: { method: stop }, exit: 0 }] } } }"),
    key("$capture", &[Operator], Text, "Anything, or what is said beside it; it becomes a variable.", "{ http: POST $url/jobs, json: {}, expect: { json: { id: { $capture: new, $type: string } } } }"),
    key("$type", &[Operator], KeyValue::Kinds, "Anything of a kind, by the names of JSON Schema, or of one of several.", "{ http: GET $url/status, expect: { json: { error: { $type: [string, \"null\"] } } } }"),
    key("$re", &[Operator], Regex, "A text with a part that a regular expression matches; its named groups become variables.", "{ run: submit, expect: { stdout: { $re: '^job (?P<job>\\d+)' } } }"),
    key("$in", &[Operator], Patterns, "One of these values.", "{ http: GET $url/status, expect: { json: { state: { $in: [queued, running] } } } }"),
    key("$one_of", &[Operator], Patterns, "What one of these says.", "{ run: check, expect: { stdout_json: { $one_of: [{ a: 1 }, [1]] } } }"),
    key("$absent", &[Operator], True, "That a member, a header, a variable of the environment or a file is not there.", "{ http: GET $url/status, expect: { json: { error: { $absent: true } } } }"),
    key("$schema", &[Operator], Schema, "What a JSON Schema allows.", "{ run: check, expect: { stdout_json: { $schema: { type: object, required: [slots] } } } }"),
    key("$exactly", &[Operator], Pattern, "That objects have these members and no others, here and in all below.", "{ run: check, expect: { stdout_json: { retry: { $exactly: { attempts: 3 } } } } }"),
    key("$unordered", &[Operator], Patterns, "These items in any order.", "{ run: check, expect: { stdout_json: { names: { $unordered: [a, b] } } } }"),
    key("$ms", &[Operator, Computed], Lapse, "A length of time in milliseconds, as a number: settings are written in `t` with it.", "{ run: check, expect: { stdout_json: { wait: { $ms: 2t } } } }"),
];

/// The keys that a mapping may have.
pub(super) fn keys_of(part: KeyPart) -> Vec<&'static str> {
    let keys = KEYS.iter().filter(|key| key.parts.contains(&part));
    keys.map(|key| key.name).collect()
}
