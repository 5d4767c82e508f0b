//! `ghostc test --program`: right programs pass, wrong ones fail at what they violate, and what is shown of it.

use crate::common::{Project, Ran, ran};

/// A counter that survives a kill, tells a hook, and asks a command what the next step is.
const COUNTER: &str = r##"
    //- /counter/SPEC.md
    # Counter

    ## Settings

    The file `counter.json` holds `hook`, a URL, and `step`, a command.
    A file that is missing MUST be answered with exit code 2 and one line on standard error that names it.

    ## Counting

    `counter serve` prints `listening on URL` when it is ready.
    `POST /count` adds the number that `step` prints and MUST answer with the new count.
    The count MUST survive `kill -9`.
    Each new count MUST be posted to `hook`, once.

    ## Ending

    On SIGTERM it MUST exit with 0.

    ## Names

    `counter name WORD` MUST print `WORD` in capitals.
    //- /counter/scenarios/10-names.yaml
    covers: [settings, names]
    scenarios:
      - name: capitals
        proves: "MUST print `WORD` in capitals"
        held_out: false
        table: [{ given: abc, out: ABC }, { given: "x y", out: "X Y" }, { given: secret, out: SECRET, held_out: true }]
        steps:
          - { run: 'name "$given"', expect: { exit: 0, stdout: "$out\n" } }
      - name: a word that nobody knows before
        held_out: false
        steps:
          - { run: name $word.a, expect: { stdout: { $re: '^[A-Z]{10}\n$' } } }
      - name: no settings
        proves: "A file that is missing MUST be answered"
        held_out: false
        steps:
          - { run: serve, expect: { exit: 2, stdout: "", stderr: "error: [..]counter.json[..]\n" } }
    //- /counter/scenarios/20-counting.yaml
    covers: [counting, ending]
    include: shared/serve.yaml
    scenarios:
      - name: it counts and survives
        held_out: false
        proves: ["MUST answer with the new count", "The count MUST survive", "MUST be posted to `hook`"]
        steps:
          - use: serve
          - { http: POST $url/count, expect: { status: 200, json_exactly: { count: 3 } } }
          - kill: counter
          - use: serve
          - { http: POST $url/count, expect: { json: { count: { $in: [6] } } } }
          - calls: hook
            within: 20t
            expect: [{ method: POST, json: { count: 3 } }, { json: { count: 6 } }]
          - quiet: { calls: hook, for: 1t }
      - name: it ends
        held_out: false
        proves: "On SIGTERM it MUST exit with 0"
        steps:
          - use: serve
          - { stop: counter, timeout: 3s, expect: { exit: 0 } }
    //- /counter/scenarios/shared/serve.yaml
    settings:
      file: counter.json
      json: { hook: $fakes.hook/new, step: $fakes.step }
    fakes:
      step: [{ reply: "3" }]
      hook: { http: [{ when: POST /new, status: 204 }] }
    define:
      serve:
        - start: serve
          as: counter
          ready: { stdout: 'listening on (?P<url>http://\S+)' }
    //- /counter.py
    import http.server
    import json
    import os
    import signal
    import subprocess
    import sys
    import threading
    import urllib.request


    def name(word):
        print(word.upper())


    def load():
        try:
            with open("counter.json") as file:
                return json.load(file)
        except OSError as error:
            print(f"error: {error}", file=sys.stderr)
            sys.exit(2)


    def count(settings):
        step = int(subprocess.run(settings["step"], shell=True, capture_output=True, check=True).stdout)
        total = step + (int(open("count").read()) if os.path.exists("count") else 0)
        with open("count.new", "w") as file:
            file.write(str(total))
        os.replace("count.new", "count")
        body = json.dumps({"count": total}).encode()
        urllib.request.urlopen(urllib.request.Request(settings["hook"], body, method="POST")).close()
        return body


    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = count(self.server.settings)
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass


    def serve():
        settings = load()
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.settings = settings
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        print(f"listening on http://127.0.0.1:{server.server_address[1]}", flush=True)
        server.serve_forever()


    if sys.argv[1] == "name":
        name(sys.argv[2])
    else:
        serve()
    "##;

const JUDGE: &str = "test counter --show-held-out --program";

impl Project {
    /// Judges `counter.py`, where it is changed in one place.
    fn judge(&self, old: &str, new: &str) -> Ran {
        let text = self.read("counter.py");
        self.replace("counter.py", old, new);
        let mut command = self.command(JUDGE);
        let ran = ran(command.arg("python3 counter.py"));
        self.write("counter.py", text);
        ran
    }
}

#[test]
fn a_right_program_passes_and_wrong_ones_fail_at_what_they_violate() {
    let project = Project::new(COUNTER);
    let mut command = project.command(JUDGE);
    let ran = ran(command.arg("python3 counter.py")).exits(0);
    assert!(ran.stdout.contains("counter   7 of 7 scenarios passed"), "{ran}");

    project
        .judge("word.upper()", "word.title()")
        .exits(1)
        .says("scenarios/10-names.yaml:8: run: name $given")
        .says(r#"`stdout` must be "ABC\n", and is "Abc\n""#);
    let hard_coded = r#"{"abc": "ABC", "x y": "X Y", "secret": "SECRET"}.get(word, word)"#;
    project
        .judge("word.upper()", hard_coded)
        .exits(1)
        .says("6 of 7 scenarios passed")
        .says("a word that nobody knows before");
    project
        .judge("sys.exit(2)", "sys.exit(1)")
        .exits(1)
        .says("`exit` must be 2, and is 1")
        .says("error: [Errno 2] No such file or directory: 'counter.json'");
    project
        .judge(
            "os.replace(\"count.new\", \"count\")",
            "globals().update(last=total)",
        )
        .exits(1)
        .says("20-counting.yaml:12: http: POST $url/count")
        .says("`json.count` must be one of 6, and is 3");
    let twice = "[urllib.request.urlopen(urllib.request.Request(settings[\"hook\"], body, method=\"POST\")).close() for _ in \"ab\"]";
    let once =
        "urllib.request.urlopen(urllib.request.Request(settings[\"hook\"], body, method=\"POST\")).close()";
    project
        .judge(once, twice)
        .exits(1)
        .says("20-counting.yaml:15: calls: hook");
    project
        .judge("lambda *_: os._exit(0)", "signal.SIG_IGN")
        .exits(1)
        .says("20-counting.yaml:22: stop: counter")
        .says("is not over after 3000 ms");
    let ready = "ready: {";
    project.replace(
        "counter/scenarios/shared/serve.yaml",
        ready,
        "timeout: 2s\n      ready: {",
    );
    project
        .judge("print(f\"listening", "0 and print(f\"listening")
        .exits(1)
        .says("2 scenarios: it counts and survives and it ends")
        .says("is not ready after 2000 ms");
}

#[test]
fn held_out_scenarios_are_counted_and_not_shown() {
    let project = Project::new(COUNTER);
    let text = r#"print({"secret": "no"}.get(word, word.upper()))"#;
    project.replace("counter.py", "print(word.upper())", text);
    let judge = |more: &str| {
        let mut command = project.command(&format!("test counter --slice 10-names {more} --program"));
        ran(command.arg("python3 counter.py")).exits(1)
    };
    judge("")
        .says("10-names: 1 held-out scenario failed; `--show-held-out` shows what")
        .hides("SECRET");
    judge("--show-held-out").says(r#"must be "SECRET\n", and is "no\n""#);
    let hidden = judge("--format json");
    assert!(!hidden.stdout.contains("SECRET"), "{hidden}");
    let program = &hidden.json()["packages"][0]["targets"][0];
    assert_eq!(program["verdict"], "fail");
    assert_eq!(program["scenarios"]["counts"]["passed"], 4);
    assert_eq!(program["scenarios"]["counts"]["held_out"]["failed"], 1);
    assert_eq!(program["scenarios"]["failures"][0]["held_out"], true);
    judge("--format junit")
        .says("<testsuites name=\"ghostc test\" tests=\"5\" failures=\"1\" errors=\"0\"")
        .hides("SECRET");
}

#[test]
fn what_waits_to_be_written_never_passes() {
    let project = Project::new(COUNTER);
    let todo = "  - { name: names in other scripts, todo: true }\n";
    project.append("counter/scenarios/10-names.yaml", todo);
    let mut command = project.command("test counter --slice 10-names --program");
    let ran = ran(command.arg("python3 counter.py")).exits(1);
    ran.says("5 of 5 scenarios passed, 1 to be written");
}

#[test]
fn a_fake_that_breaks_is_no_verdict() {
    let project = Project::new(COUNTER);
    project.replace(
        "counter/scenarios/shared/serve.yaml",
        "reply: \"3\"",
        "reply: \"3\", exit: $word.x",
    );
    let mut command = project.command("test counter --slice 20-counting --program");
    ran(command.arg("python3 counter.py"))
        .exits(3)
        .says("no verdict: `exit` of a fake is ");
}

#[test]
fn what_cannot_be_judged_is_said() {
    let project = Project::new(COUNTER);
    let judge = |words: &str, program: &str| {
        let mut command = project.command(&format!("{words} --program"));
        ran(command.arg(program)).exits(2)
    };
    judge("test counter", "python3.x counter.py").says("there is no program `python3.x`");
    judge("test counter", "./gone").says("there is no program `./gone`");
    judge("test counter", "python3 'counter.py").says("`--program` cannot be read: a quote is not closed");
    judge("test counter --slice 10-nams", "python3 counter.py")
        .says("no slice is named `10-nams`")
        .says("Did you mean `10-names`?");
    project.remove("counter/scenarios");
    judge("test counter", "python3 counter.py")
        .says("there is no scenario to judge a program by")
        .says("ghostc schema scenarios");
    ran(&mut project.command("test --slice 10-names")).exits(2);
}

#[test]
fn the_folder_of_a_scenario_that_fails_is_kept_where_that_is_asked_for() {
    let project = Project::new(COUNTER);
    project.replace("counter.py", "word.upper()", "open(word, \"w\").write(word)");
    let mut command = project.command("test counter --slice 10-names --keep --program");
    let ran = ran(command.arg("python3 counter.py")).exits(1);
    let kept = ran
        .stdout
        .lines()
        .find_map(|line| line.trim().strip_prefix("kept in "));
    let kept = std::path::Path::new(kept.expect("a folder is told"));
    assert!(
        kept.join("abc").is_file()
            || kept.join("x y").is_file()
            || std::fs::read_dir(kept).unwrap().next().is_some(),
        "{}",
        kept.display()
    );
}

#[test]
fn what_a_program_does_is_recorded_and_written_once_it_is_accepted() {
    let project = Project::new(COUNTER);
    project.write(
        "counter/scenarios/30-more.yaml",
        "after: []\ninclude: shared/serve.yaml\nscenarios:\n  - name: recorded\n    steps:\n      - { run: name $word.a }\n      - run: name \"a\\nb\\n$$\"\n      - use: serve\n      - http: POST $url/count\n",
    );
    let record = |more: &str| {
        let mut command = project.command(&format!("record recorded counter {more} --program"));
        ran(command.arg("python3 counter.py"))
    };
    let before = project.read("counter/scenarios/30-more.yaml");
    record("")
        .exits(0)
        .says("+++ b/counter/scenarios/30-more.yaml")
        .says("nothing is written; `--accept` writes it");
    assert_eq!(project.read("counter/scenarios/30-more.yaml"), before);
    record("--accept")
        .exits(0)
        .says("recorded counter/scenarios/30-more.yaml: 3 edits");
    let after = project.read("counter/scenarios/30-more.yaml");
    assert!(
        after.contains("{ run: name $word.a, expect: { exit: 0, stdout: \"[..]\\n\", stderr: \"\" } }"),
        "{after}"
    );
    assert!(
        after.contains("\n        expect: { status: 200, json: {\"count\":3} }"),
        "{after}"
    );
    let mut command = project.command("test counter --slice 30-more --program");
    ran(command.arg("python3 counter.py")).exits(0);
    record("")
        .exits(1)
        .says("`recorded` has no step that expects nothing");
    let mut command = project.command("record recordet counter --program");
    ran(command.arg("python3 counter.py"))
        .exits(2)
        .says("Did you mean `recorded`?");
}

#[test]
fn transcripts_of_a_terminal_are_scenarios_and_make_no_program() {
    let project = Project::new(
        "//- /lamp/SPEC.md
# Lamp

## Use

It MUST burn.

```console
$ lamp on $HOME
burns $HOME
$ lamp off
? failed
out
err
```
//- /lamp/cmd/on.trycmd
$ lamp on [..]
burns [..]
//- /lamp.py
import sys
if sys.argv[1] == \"on\":
    print(\"burns\", *sys.argv[2:])
else:
    print(\"err\", file=sys.stderr)
    print(\"out\")
    sys.exit(3)
",
    );
    let judge = || ran(project.command("test lamp --program").arg("python3 lamp.py"));
    judge().exits(0).says("2 of 2 scenarios passed");
    project.run("inspect lamp").says("0 operations").hides("to do");
    let json = project.run("inspect lamp --format json").json();
    let package = &json["packages"][0];
    assert_eq!(package["slices"], serde_json::json!([]));
    assert_eq!(package["transcripts"][0]["scenarios"][0]["id"], "SPEC/use");
    project.replace("lamp/SPEC.md", "\nout\n", "\nnothing\n");
    judge()
        .exits(1)
        .says("lamp/SPEC.md:12: run: off")
        .says(r#"`output` must be "nothing\nerr", and is "#);
    project.replace("lamp/SPEC.md", "? failed", "? 2");
    judge().exits(1).says("`exit` must be 2, and is 3");
}
