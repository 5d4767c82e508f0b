//! The keys of scenario files: where each may stand, what it says, and an example. The reader refuses what is not here,
//! and `ghostc schema scenarios` prints it.

use KeyPart::{
    Calls, Command, CommandRule, Computed, Conversation, ConversationRule, End, Fake, FileLook, Files, Head,
    Http, HttpAnswer, HttpRule, Kill, Log, LogLook, Operator, Overlap, Overlaps, Processes, Quiet, QuietLook,
    Ready, Remove, Reply, Request, Row, Run, Scenario, Set, Settings, Start, Stop, Use, Write,
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

/// A key of scenario files.
#[derive(Clone, Copy, Debug)]
pub struct ScenarioKey {
    /// The key.
    pub name: &'static str,
    /// The mappings that may have it.
    pub parts: &'static [KeyPart],
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
                format!("scenarios:\n  - {name}{example}\n    {steps}\n")
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
    about: &'static str,
    example: &'static str,
) -> ScenarioKey {
    ScenarioKey {
        name,
        parts,
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
    key("covers", &[Head], "The sections of the spec that are made with these scenarios, by anchor; a name or a list.", "covers: [settings]"),
    key("after", &[Head], "The slices that are made before; where it is missing, that of the file before by name. `[]` is none.", "after: []"),
    key("include", &[Head], "A file below `scenarios/` with settings, definitions and fakes for these scenarios; a path or a list.", "include: shared/daemon.yaml"),
    key("program", &[Head], "How the program is started that these scenarios are about, where a package has several; words of a shell, or a list that is exact.", "program: ./spool"),
    key("define", &[Head], "Steps that have a name, for `use`.", "define:\n  login:\n    - { run: login --as me, expect: { exit: 0 } }"),
    key("scenarios", &[Head], "The scenarios, in order.", "scenarios:\n  - { name: it says its version, steps: [{ run: --version, expect: { exit: 0 } }] }"),
    key("settings", &[Head, Scenario], "The settings file, which is written before the first step; those of a scenario alone are put over those of its file, key by key.", "settings: { file: app.json, json: { slots: 2, retry: { attempts: 3 } } }"),
    key("fakes", &[Scenario, Head], "The programs and servers that are played to the program, by name: `$fakes.NAME` is the command or the URL of one.", "fakes: { worker: [{ reply: done }], hook: { http: [{ when: POST /done, status: 204 }] } }"),
    key("file", &[Settings], "Where the settings are written, below the folder of the scenario.", "settings: { file: app.json, json: {} }"),
    key("json", &[Settings], "What is written there.", "settings: { file: app.json, json: { slots: 2, wait_ms: { $ms: 1.5t } } }"),
    key("name", &[Scenario], "What people call it; there is one scenario of a name in a file.", "name: a job runs"),
    key("proves", &[Scenario, Run, Start, Stop, Kill, Http, Write, Remove, Set, Use, Calls, Overlaps, Quiet, Files, Log, Processes], "What it shows: words or ids of statements, clauses, obligations, requirements, criteria and prose scenarios; a text or a list.", "proves: Every answer MUST be JSON"),
    key("held_out", &[Scenario, Row], "Whether the agent must not see it; some are chosen where nobody says.", "held_out: true"),
    key("todo", &[Scenario], "That it waits to be written: it never passes.", "todo: true"),
    key("table", &[Scenario], "Rows of columns: there is one scenario for each row, in which the columns are variables.", "table: [{ file: a.json }, { file: b.json }]\n    steps: [{ run: check $file, expect: { exit: 2 } }]"),
    key("case", &[Row], "The name of the row; its values where it is missing.", "table: [{ case: gone, file: a.json }]\n    steps: [{ run: check $file, expect: { exit: 2 } }]"),
    key("files", &[Scenario], "Files that are there before the first step: a text as it is, and everything else as JSON.", "files: { list.json: [1, 2], notes.txt: hello }"),
    key("env", &[Scenario], "Variables of the environment, which has nothing else of the user's.", "env: { APP_TOKEN: hush }"),
    key("steps", &[Scenario], "What happens, in order; one of them looks at something.", "steps: [{ run: check, expect: { exit: 0 } }]"),
    key("run", &[Run], "Runs the program to its end with these arguments: words of a shell, of which nothing is expanded but `$name`; a list is exact, and `{ command: […] }` is another program.", "{ run: check --config $dir/app.json, expect: { exit: 0 } }"),
    key("start", &[Start], "Starts the program with these arguments, and lets it run beside the steps that follow.", "{ start: serve, as: server, ready: { stdout: listening } }"),
    key("stop", &[Stop], "Sends a signal to a program that was started, and waits for its end.", "{ stop: daemon, expect: { exit: 0 } }"),
    key("kill", &[Kill], "Kills a program that was started, as `kill -9` does.", "{ kill: daemon }"),
    key("http", &[Http], "Makes a request: a method and a URL.", "{ http: GET $url/status, expect: { status: 200 } }"),
    key("write", &[Write], "Writes files: a text as it is, and everything else as JSON.", "{ write: { in.txt: hello, app.json: { slots: 1 } } }"),
    key("remove", &[Remove], "Removes a file, or a list of them.", "{ remove: in.txt }"),
    key("set", &[Set], "Gives fakes other rules from now on.", "{ set: { worker: [{ exit: 1 }] } }"),
    key("use", &[Use], "Does the steps of a definition.", "{ use: login }"),
    key("calls", &[Calls], "Looks at the calls of a fake: all of them, in order.", "{ calls: worker, expect: [{ stdin: { name: x } }, {}] }"),
    key("overlaps", &[Overlaps], "Looks at which calls of a fake were at the same time.", "{ overlaps: worker, expect: { most: 2 } }"),
    key("quiet", &[Quiet], "Looks whether a fake is left alone for a time.", "{ quiet: { calls: worker, for: 3t } }"),
    key("files", &[Files], "Looks at files, by their paths below the folder of the scenario.", "{ files: { out.txt: \"done\\n\", lock: { $absent: true }, state.json: { json: { jobs: 1 } } } }"),
    key("log", &[Log], "Looks at what a program that was started has printed on standard error.", "{ log: daemon, expect: { lines: [\"started [..]\"], not: [hush] } }"),
    key("processes", &[Processes], "Looks which processes of a fake, or of a program that was started, are alive.", "{ processes: worker, expect: [] }"),
    key("command", &[Command], "Another program and its arguments, which must be there where the scenario runs.", "{ run: { command: [git, init] }, expect: { exit: 0 } }"),
    key("stdin", &[Run], "What the program reads: a text as it is, and everything else as JSON.", "{ run: sort, stdin: \"b\\na\\n\", expect: { stdout: \"a\\nb\\n\" } }"),
    key("until", &[Run], "That the program is run again, as long as `within` allows, until it ends as expected.", "{ run: status, until: true, within: 20t, expect: { stdout: \"done\\n\" } }"),
    key("as", &[Start], "What later steps call the program.", "{ start: serve, as: server }"),
    key("ready", &[Start], "What it must print before the next step; named groups become variables.", "{ start: serve, as: server, ready: { stdout: 'port (?P<port>\\d+)' }, timeout: 5s }"),
    key("stdout", &[Ready], "A regular expression that a part of a line of standard output matches.", "{ start: serve, as: server, ready: { stdout: 'on (?P<at>http://\\S+)' } }"),
    key("stderr", &[Ready], "A regular expression that a part of a line of standard error matches.", "{ start: serve, as: server, ready: { stderr: ready } }"),
    key("signal", &[Stop], "The signal; `TERM` where it is missing.", "{ stop: daemon, signal: INT, expect: { exit: 0 } }"),
    key("json", &[Http], "The body of the request, as JSON.", "{ http: POST $url/jobs, json: { name: x, wait_ms: { $ms: 2t } }, expect: { status: 202 } }"),
    key("body", &[Http], "The body of the request, as text.", "{ http: POST $url/jobs, body: \"{\", expect: { status: 400 } }"),
    key("headers", &[Http], "Headers of the request.", "{ http: GET $url/jobs, headers: { Accept: text/plain }, expect: { status: 406 } }"),
    key("within", &[Run, Http, Calls, Overlaps, Files, Log, Processes], "How long a look, a GET or a HEAD, or a `run` with `until: true`, is repeated until it is as expected.", "{ run: status, until: true, within: 2s, expect: { exit: 0 } }"),
    key("timeout", &[Run, Start, Stop, Http], "How long a program, its readiness or its end, or a request may take.", "{ run: check, timeout: 5s, expect: { exit: 0 } }"),
    key("expect", &[Run, Stop, Http, Calls, Overlaps, Log, Processes], "What must come of it.", "{ run: check, expect: { exit: 0 } }"),
    key("running", &[Calls], "Whether those calls alone are looked at that run, or that are over.", "{ calls: worker, running: true, within: 2s, expect: [{}] }"),
    key("unordered", &[Calls], "That the calls may be in another order.", "{ calls: worker, unordered: true, expect: [{ stdin: a }, { stdin: b }] }"),
    key("for", &[QuietLook], "For how long.", "{ quiet: { calls: worker, for: 300ms } }"),
    key("calls", &[QuietLook], "Which fake.", "{ quiet: { calls: hook, for: 2t } }"),
    key("exit", &[End], "The exit code.", "{ run: check, expect: { exit: 2 } }"),
    key("signal", &[End], "The signal that must have ended the program.", "{ stop: daemon, signal: KILL, expect: { signal: KILL } }"),
    key("stdout", &[End], "All of standard output: `[..]` stands for anything on a line, a line of `...` for any lines.", "{ run: check, expect: { stdout: \"[..] files\\n...\\n\" } }"),
    key("stdout_json", &[End], "All of standard output, as JSON: objects have at least these members.", "{ run: check, expect: { stdout_json: { slots: 2 } } }"),
    key("stdout_json_exactly", &[End], "All of standard output, as JSON: objects have these members and no others.", "{ run: check, expect: { stdout_json_exactly: { slots: 2 } } }"),
    key("stderr", &[End], "All of standard error.", "{ run: check, expect: { stderr: \"error: [..]\\n\" } }"),
    key("stderr_json", &[End], "All of standard error, as JSON.", "{ run: check, expect: { stderr_json: { level: error } } }"),
    key("stderr_json_exactly", &[End], "All of standard error, as JSON: objects have these members and no others.", "{ run: check, expect: { stderr_json_exactly: { level: error } } }"),
    key("status", &[HttpAnswer], "The status.", "{ http: GET $url/none, expect: { status: 404 } }"),
    key("headers", &[HttpAnswer], "Headers of the answer.", "{ http: GET $url/status, expect: { headers: { content-type: \"application/json[..]\" } } }"),
    key("json", &[HttpAnswer], "The body of the answer, as JSON: objects have at least these members.", "{ http: GET $url/jobs/$id, within: 10t, expect: { json: { state: done } } }"),
    key("json_exactly", &[HttpAnswer], "The body of the answer, as JSON: objects have these members and no others.", "{ http: GET $url/status, expect: { json_exactly: { jobs: 0 } } }"),
    key("body", &[HttpAnswer], "The body of the answer, as text.", "{ http: GET $url/status, expect: { body: \"fine\\n\" } }"),
    key("stdin", &[Request], "Of a command: what it was given to read, as JSON where an object or a list is expected.", "{ calls: worker, expect: [{ stdin: { attempt: 1 } }] }"),
    key("args", &[Request], "Of a command: its arguments.", "{ calls: worker, expect: [{ args: [--fast, \"[..].json\"] }] }"),
    key("cwd", &[Request], "Of a command: the folder that it runs in.", "{ calls: worker, expect: [{ cwd: $dir }] }"),
    key("env", &[Request], "Of a command: variables of its environment.", "{ calls: worker, expect: [{ env: { PLAIN: seen, TOKEN: { $absent: true } } }] }"),
    key("lines", &[Request], "Of a conversation: the lines that it was sent, as JSON.", "{ calls: agent, expect: [{ lines: [{ method: initialize }, { method: run }] }] }"),
    key("method", &[Request], "Of a server: the method.", "{ calls: hook, expect: [{ method: POST }] }"),
    key("path", &[Request], "Of a server: path and query.", "{ calls: hook, expect: [{ path: /done }] }"),
    key("headers", &[Request], "Of a server: headers of the request.", "{ calls: hook, expect: [{ headers: { authorization: \"Bearer [..]\" } }] }"),
    key("json", &[Request], "Of a server: the body, as JSON: objects have at least these members.", "{ calls: hook, expect: [{ json: { state: done } }] }"),
    key("json_exactly", &[Request], "Of a server: the body, as JSON: objects have these members and no others.", "{ calls: hook, expect: [{ json_exactly: { state: done } }] }"),
    key("body", &[Request], "Of a server: the body, as text.", "{ calls: hook, expect: [{ body: done }] }"),
    key("gap", &[Request], "The time since the end of the call before.", "{ calls: worker, expect: [{}, { gap: 1t..1.8t }, { gap: 2t.. }] }"),
    key("most", &[Overlap], "How many may be at the same time.", "{ overlaps: worker, expect: { most: 2 } }"),
    key("least", &[Overlap], "How many must be at the same time once.", "{ overlaps: worker, expect: { least: 2 } }"),
    key("never", &[Overlap], "Sets of calls of which no two may be at the same time.", "{ overlaps: worker, expect: { never: [[{ stdin: { key: a } }, { stdin: { key: b } }]] } }"),
    key("always", &[Overlap], "Sets of calls that must all be at the same time once.", "{ overlaps: worker, expect: { always: [[{ stdin: { key: a } }, { stdin: { key: c } }]] } }"),
    key("lines", &[LogLook], "Lines that must be there, in this order, with any others between.", "{ log: daemon, within: 2s, expect: { lines: [\"started [..]\", \"done [..]\"] } }"),
    key("not", &[LogLook], "What no line may hold.", "{ log: daemon, expect: { not: [hush] } }"),
    key("json", &[FileLook], "Its content, as JSON: objects have at least these members.", "{ files: { state.json: { json: { jobs: 1 } } } }"),
    key("json_exactly", &[FileLook], "Its content, as JSON: objects have these members and no others.", "{ files: { state.json: { json_exactly: { jobs: 1 } } } }"),
    key("http", &[Fake], "A server: the first rule that fits a request answers it.", "fakes: { hook: { http: [{ when: POST /done, status: 204 }] } }"),
    key("conversation", &[Fake], "A program that answers lines of JSON with lines of JSON until its input ends.", "fakes: { agent: { conversation: { rules: [{ when: { method: run }, reply: { ok: true } }] } } }"),
    key("when", &[CommandRule, HttpRule, ConversationRule], "The calls, requests or lines that the rule answers; of a server `METHOD /path` too.", "fakes: { worker: [{ when: { stdin: { name: bad } }, exit: 1 }, { reply: done }] }"),
    key("times", &[CommandRule, HttpRule, ConversationRule], "How often the rule answers; without it, always.", "fakes: { worker: [{ times: 1, exit: 1 }, { reply: done }] }"),
    key("reply", &[CommandRule, Reply], "What is printed; JSON where it is no text.", "fakes: { worker: [{ reply: { status: done } }] }"),
    key("reply", &[ConversationRule], "The line that is sent, or a list of them.", "fakes: { agent: { conversation: { rules: [{ when: { id: { $capture: id } }, reply: { id: $id } }] } } }"),
    key("then", &[ConversationRule], "Lines that are sent after that, each after its delay.", "fakes: { agent: { conversation: { rules: [{ when: {}, reply: { ok: true }, then: [{ delay: 1t, reply: { done: true } }] }] } } }"),
    key("stderr", &[CommandRule], "What is printed on standard error.", "fakes: { worker: [{ stderr: no luck, exit: 1 }] }"),
    key("exit", &[CommandRule, ConversationRule], "The exit code; a conversation goes on without it.", "fakes: { worker: [{ exit: 3 }] }"),
    key("delay", &[CommandRule, HttpRule, Reply], "How long it waits before it answers.", "fakes: { worker: [{ delay: 2t, reply: done }] }"),
    key("child", &[CommandRule], "How long a process lives that it starts and leaves behind.", "fakes: { worker: [{ child: 10s, reply: done }] }"),
    key("status", &[HttpRule], "The status; 200 where it is missing.", "fakes: { hook: { http: [{ status: 503 }] } }"),
    key("headers", &[HttpRule], "Headers of the answer.", "fakes: { hook: { http: [{ headers: { retry-after: \"1\" }, status: 503 }] } }"),
    key("json", &[HttpRule], "The body of the answer, as JSON.", "fakes: { hook: { http: [{ when: GET /list, json: [1, 2] }] } }"),
    key("body", &[HttpRule], "The body of the answer, as text.", "fakes: { hook: { http: [{ when: GET /, body: hello }] } }"),
    key("valid", &[Conversation], "A JSON Schema that every line that comes in must keep to.", "fakes: { agent: { conversation: { valid: { type: object }, rules: [{ when: {}, reply: { ok: true } }] } } }"),
    key("rules", &[Conversation], "How lines are answered: the first rule that fits and is not used up.", "fakes: { agent: { conversation: { rules: [{ when: { method: stop }, exit: 0 }] } } }"),
    key("$capture", &[Operator], "Anything, or what is said beside it; it becomes a variable.", "{ http: POST $url/jobs, json: {}, expect: { json: { id: { $capture: new, $type: string } } } }"),
    key("$type", &[Operator], "Anything of a kind, by the names of JSON Schema, or of one of several.", "{ http: GET $url/status, expect: { json: { error: { $type: [string, \"null\"] } } } }"),
    key("$re", &[Operator], "A text with a part that a regular expression matches; its named groups become variables.", "{ run: submit, expect: { stdout: { $re: '^job (?P<job>\\d+)' } } }"),
    key("$in", &[Operator], "One of these values.", "{ http: GET $url/status, expect: { json: { state: { $in: [queued, running] } } } }"),
    key("$one_of", &[Operator], "What one of these says.", "{ run: check, expect: { stdout_json: { $one_of: [{ a: 1 }, [1]] } } }"),
    key("$absent", &[Operator], "That a member, a header, a variable of the environment or a file is not there.", "{ http: GET $url/status, expect: { json: { error: { $absent: true } } } }"),
    key("$schema", &[Operator], "What a JSON Schema allows.", "{ run: check, expect: { stdout_json: { $schema: { type: object, required: [slots] } } } }"),
    key("$exactly", &[Operator], "That objects have these members and no others, here and in all below.", "{ run: check, expect: { stdout_json: { retry: { $exactly: { attempts: 3 } } } } }"),
    key("$unordered", &[Operator], "These items in any order.", "{ run: check, expect: { stdout_json: { names: { $unordered: [a, b] } } } }"),
    key("$ms", &[Operator, Computed], "A length of time in milliseconds, as a number: settings are written in `t` with it.", "{ run: check, expect: { stdout_json: { wait: { $ms: 2t } } } }"),
];

/// The keys that a mapping may have.
pub(super) fn keys_of(part: KeyPart) -> Vec<&'static str> {
    let keys = KEYS.iter().filter(|key| key.parts.contains(&part));
    keys.map(|key| key.name).collect()
}
