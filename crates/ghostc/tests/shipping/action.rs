//! `action.yml`: a runner plays its steps, a server on loopback the releases, and a script the program `gh`.

use crate::files::{self, git, program, root, text, write, yaml};
use crate::hub::Hub;
use crate::runner::{Done, Runner};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

mod installing;

const PROJECT: &str = "
    //- /ghostc.yaml
    targets: [python]
    //- /specs/p/SPEC.md
    # P

    ### double(n) → number

    The result MUST be twice `n`.
    //- /specs/p/tests.yaml
    double:
      - { name: two, input: 2, output: 4 }
    ";

/// A checkout of a project, a runner for it, and a `ghostc` that is played.
struct Job {
    folder: tempfile::TempDir,
    runner: Runner,
    hub: Hub,
}

impl Job {
    fn new() -> Job {
        let folder = tempfile::tempdir().unwrap();
        let workspace = folder.path().join("checkout");
        ghostc_testkit::fixture::write_to(&ghostc_testkit::fixture::parse(PROJECT), &workspace);
        git(&workspace, &["init", "--quiet", "--initial-branch=main"]);
        commit(&workspace);
        let mut runner = Runner::new(&workspace);
        let hub = Hub::install(&mut runner);
        program(&runner.bin().join("ghostc"), include_str!("ghostc.sh"));
        let variables = [
            (
                "GHOSTC_TEST_CALLS",
                folder.path().join("calls").display().to_string(),
            ),
            ("GHOSTC_TEST_REAL", env!("CARGO_BIN_EXE_ghostc").to_string()),
        ];
        runner
            .variables
            .extend(variables.map(|(name, value)| (name.to_string(), value)));
        Job { folder, runner, hub }
    }

    /// One for pull request 7, whose changes come from this repository.
    fn of_pull_request(head: &str) -> Job {
        let mut job = Job::new();
        job.runner.github["event"] = json!({
            "pull_request": { "number": 7, "head": { "sha": "5ea", "repo": { "full_name": head } } }
        });
        job
    }

    fn run(&self, inputs: &[(&str, &str)]) -> Done {
        let installed = [("version", "installed")];
        self.runner.run(&[&installed, inputs].concat())
    }

    fn path(&self, path: &str) -> PathBuf {
        self.runner.workspace.join(path)
    }

    fn break_the_spec(&self) {
        let cases = fs::read_to_string(self.path("specs/p/tests.yaml")).unwrap();
        write(
            &self.path("specs/p/tests.yaml"),
            cases.replace("double", "duoble"),
        );
    }

    /// The arguments of each call of ghostc, but for those that ask for its version.
    fn calls(&self) -> Vec<String> {
        let calls = fs::read_to_string(self.folder.path().join("calls")).unwrap_or_default();
        calls
            .lines()
            .filter(|call| *call != "<--version>")
            .map(String::from)
            .collect()
    }
}

fn commit(folder: &Path) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--allow-empty", "--message=more"]);
}

#[test]
fn every_foreign_step_is_pinned_and_no_input_is_part_of_a_script() {
    let source = text("action.yml");
    let action = yaml(&source);
    let mut scripts = BTreeSet::new();
    for step in action["runs"]["steps"].as_array().unwrap() {
        if let Some(uses) = step["uses"].as_str() {
            let (name, pin) = uses.split_once('@').unwrap();
            assert!(name.starts_with("actions/cache/"), "{uses}");
            assert!(
                pin.len() == 40 && pin.chars().all(|char| char.is_ascii_hexdigit()),
                "{uses}"
            );
            // People and tools that bring pins up to date read the version in the comment.
            assert!(source.contains(&format!("{uses} # v")), "{uses}");
            continue;
        }
        let script = step["run"].as_str().unwrap();
        assert!(!script.contains("${{"), "{script}");
        let path = script
            .trim_matches('"')
            .strip_prefix("$GITHUB_ACTION_PATH/")
            .unwrap();
        let script = text(path);
        assert!(script.contains("\nset -euo pipefail\n"), "{path}");
        assert!(!script.contains("${{"), "{path}");
        scripts.insert(path.to_string());
    }
    let there: BTreeSet<String> = fs::read_dir(root().join("ci/action"))
        .unwrap()
        .map(|entry| format!("ci/action/{}", entry.unwrap().file_name().display()))
        .filter(|path| path != "ci/action/common.sh")
        .collect();
    assert_eq!(scripts, there, "every script is a step");
}

#[test]
fn a_push_runs_ghostc_and_says_nothing_on_the_hub() {
    let job = Job::new();
    let done = job.run(&[]);
    assert!(done.succeeded, "{done:#?}");
    assert_eq!(job.calls(), ["<ci><--report><.ghostc/report>"]);
    assert_eq!(done.outputs["verdict"], "played-0");
    assert_eq!(done.outputs["report"], ".ghostc/report");
    assert_eq!(done.outputs["comment"], "");
    assert!(
        job.runner.summary().contains("no findings"),
        "{}",
        job.runner.summary()
    );
    assert_eq!(job.hub.calls(), "");
}

#[test]
fn inputs_become_arguments_and_are_never_run() {
    let job = Job::new();
    let odd = "$(touch pwned) `touch pwned` \"; touch pwned #";
    let inputs = [
        ("base", odd),
        ("fail-on", "any"),
        ("agent", "my agent"),
        ("regenerate", "true"),
    ];
    job.run(&inputs);
    assert_eq!(
        job.calls(),
        [format!(
            "<ci><--report><.ghostc/report><--base><{odd}><--fail-on><any><--regenerate><--agent><my agent>"
        )]
    );
    assert!(!job.path("pwned").exists());
    let done = job.run(&[("regenerate", "yes")]);
    assert_eq!(done.step("ghostc ci").code, 2);
    assert!(
        done.step("ghostc ci")
            .log
            .contains("::error title=ghostc::`regenerate` is `yes`"),
        "{done:#?}"
    );
}

#[test]
fn a_pull_request_has_one_comment_which_is_kept_up_to_date() {
    let job = Job::of_pull_request("me/library");
    // Ours is on the second page, behind those of others.
    let others: Vec<Value> = (0..120)
        .map(|id| json!({ "id": id, "body": format!("comment {id}") }))
        .collect();
    job.hub.change("comments", json!(others));

    let done = job.run(&[]);
    assert!(done.succeeded, "{done:#?}");
    assert_eq!(done.outputs["comment"], "https://hub.example/c/120");
    let comments = job.hub.comments();
    assert_eq!(comments.len(), 121);
    assert!(
        comments[120].starts_with("<!-- ghostc ci . -->\n"),
        "{}",
        comments[120]
    );
    assert!(comments[120].contains("no findings"), "{}", comments[120]);

    // A run that fails says so in the same place.
    job.break_the_spec();
    let done = job.run(&[]);
    assert!(!done.succeeded);
    assert_eq!(
        (done.step("ghostc ci").code, done.step("Comment").outcome),
        (1, "success")
    );
    assert_eq!(done.outputs["comment"], "https://hub.example/c/120");
    let changed = job.hub.comments();
    assert_eq!(changed.len(), 121);
    assert_eq!(changed[..120], comments[..120]);
    assert!(
        changed[120].contains("case-for-unknown-operation"),
        "{}",
        changed[120]
    );
    let verbs: Vec<&str> = ["POST", "PATCH"]
        .into_iter()
        .filter(|verb| job.hub.calls().contains(verb))
        .collect();
    assert_eq!(verbs, ["POST", "PATCH"]);

    let done = job.run(&[("comment", "false")]);
    assert_eq!(done.step("Comment").outcome, "skipped");
}

#[test]
fn two_projects_of_a_repository_have_a_comment_each() {
    let job = Job::of_pull_request("me/library");
    for folder in ["more", "more/-->"] {
        ghostc_testkit::fixture::write_to(&ghostc_testkit::fixture::parse(PROJECT), &job.path(folder));
    }
    for folder in [".", "more", "more/-->", "more"] {
        assert!(job.run(&[("working-directory", folder)]).succeeded);
    }
    let marks: Vec<String> = job
        .hub
        .comments()
        .iter()
        .map(|text| text.lines().next().unwrap().to_string())
        .collect();
    assert_eq!(
        marks,
        [
            "<!-- ghostc ci . -->",
            "<!-- ghostc ci more -->",
            "<!-- ghostc ci more/--_ -->"
        ]
    );
}

#[test]
fn links_of_the_comment_lead_to_the_files_of_the_pull_request() {
    let job = Job::of_pull_request("me/library");
    let folder = "more & | \\1";
    ghostc_testkit::fixture::write_to(&ghostc_testkit::fixture::parse(PROJECT), &job.path(folder));
    for folder in [".", folder] {
        let cases = job.path(folder).join("specs/p/tests.yaml");
        write(
            &cases,
            fs::read_to_string(&cases).unwrap().replace("double", "duoble"),
        );
        job.run(&[("working-directory", folder)]);
    }
    let comments = job.hub.comments();
    let files = "](http://127.0.0.1:9/me/library/blob/5ea";
    assert!(
        comments[0].contains(&format!("{files}/specs/p/tests.yaml#L1)")),
        "{}",
        comments[0]
    );
    let quoted = folder.replace(' ', "%20");
    assert!(
        comments[1].contains(&format!("{files}/{quoted}/specs/p/tests.yaml#L1)")),
        "{}",
        comments[1]
    );
    assert!(!comments.concat().contains("](../"));
}

#[test]
fn a_token_that_may_not_write_fails_nothing_and_is_told_of() {
    for (head, said) in [
        (
            "you/library",
            "::notice title=ghostc::there is no comment: the token of a pull request from a fork",
        ),
        (
            "me/library",
            "::warning title=ghostc::there is no comment, which needs `pull-requests: write`: gh: Resource",
        ),
    ] {
        let job = Job::of_pull_request(head);
        job.hub.change("read_only", json!(true));
        let done = job.run(&[("sarif", "true")]);
        assert!(done.succeeded, "{done:#?}");
        assert!(done.step("Comment").log.contains(said), "{done:#?}");
        let upload = &done.step("Upload findings").log;
        assert!(
            upload.contains("which needs `security-events: write`: gh: Resource"),
            "{upload}"
        );
        assert_eq!(job.hub.comments(), [""; 0]);
    }
}

#[test]
fn a_runner_without_gh_fails_nothing() {
    let job = Job::of_pull_request("me/library");
    fs::remove_file(job.runner.bin().join("gh")).unwrap();
    let done = job.run(&[("sarif", "true")]);
    assert!(done.succeeded, "{done:#?}");
    assert!(done.step("Comment").log.contains("this runner has no `gh`"));
    assert!(
        done.step("Upload findings")
            .log
            .contains("this runner has no `gh`")
    );
}

#[test]
fn what_is_too_long_for_a_comment_is_cut_between_lines() {
    let job = Job::of_pull_request("me/library");
    let mut cases = "double:\n".to_string();
    for number in 0..900 {
        cases.push_str(&format!("  - {{ naem: ä{number}, input: 1, output: 2 }}\n"));
    }
    write(&job.path("specs/p/tests.yaml"), cases);
    job.run(&[]);
    let report = fs::read_to_string(job.path(".ghostc/report/ci.md")).unwrap();
    assert!(report.len() > 65536, "{}", report.len());
    let comments = job.hub.comments();
    let [comment] = comments.as_slice() else {
        panic!("{comments:?}")
    };
    assert!(comment.chars().count() <= 65536);
    let mut lines = comment.lines();
    assert_eq!(lines.next(), Some("<!-- ghostc ci . -->"));
    assert!(
        lines
            .next()
            .unwrap()
            .contains("[the run](http://127.0.0.1:9/me/library/actions/runs/1)")
    );
    let beginning = lines.skip(1).collect::<Vec<_>>().join("\n") + "\n";
    let linked = report.replace("](../../", "](http://127.0.0.1:9/me/library/blob/5ea/");
    assert!(beginning.len() > 50000 && linked.starts_with(&beginning));
}

#[test]
fn a_run_that_broke_off_is_not_reported_with_what_an_earlier_one_left() {
    let mut job = Job::of_pull_request("me/library");
    assert!(job.run(&[]).succeeded);
    let before = job.hub.comments();
    job.runner
        .variables
        .insert("GHOSTC_TEST_BROKEN".to_string(), "yes".to_string());
    let done = job.run(&[("sarif", "true")]);
    assert!(!done.succeeded);
    assert_eq!(done.step("ghostc ci").code, 2);
    assert!(
        done.step("Comment")
            .log
            .contains("::notice title=ghostc::there is no .ghostc/report/ci.md")
    );
    assert!(
        done.step("Upload findings")
            .log
            .contains("there is no .ghostc/report/ci.sarif")
    );
    assert_eq!(job.hub.comments(), before);
}

#[test]
fn findings_are_uploaded_as_code_scanning_wants_them() {
    let job = Job::new();
    job.break_the_spec();
    let done = job.run(&[("sarif", "true")]);
    assert!(!done.succeeded);
    let state = job.hub.state();
    let [upload] = state["uploads"].as_array().unwrap().as_slice() else {
        panic!("{state}")
    };
    assert_eq!(upload["ref"], "refs/heads/main");
    assert_eq!(upload["commit_sha"], "0".repeat(40));
    let packed = job.folder.path().join("packed");
    write(&packed, upload["sarif"].as_str().unwrap());
    let unpacked = Command::new("sh")
        .args(["-c", "base64 -d < \"$0\" | gunzip"])
        .arg(&packed)
        .output()
        .unwrap();
    assert_eq!(
        unpacked.stdout,
        fs::read(job.path(".ghostc/report/ci.sarif")).unwrap()
    );
}

#[test]
fn what_agents_finished_is_there_again_also_after_a_failed_run() {
    let mut job = Job::new();
    job.break_the_spec();
    for (run, found) in [
        ("1", "found: .ghostc/candidates/*\n"),
        ("2", "found: .ghostc/candidates/0\n"),
    ] {
        job.runner.github["run_id"] = Value::from(run);
        let done = job.run(&[("regenerate", "true")]);
        assert_eq!(done.step("Save the store").outcome, "success", "{done:#?}");
        assert!(done.step("ghostc ci").log.contains(found), "{done:#?}");
        fs::remove_dir_all(job.path(".ghostc")).unwrap();
    }
    // Another state of the specs takes the last one there is.
    job.runner.github["run_id"] = Value::from("3");
    commit(&job.runner.workspace);
    let done = job.run(&[("regenerate", "true")]);
    assert!(
        done.step("ghostc ci")
            .log
            .contains("candidates/0 .ghostc/candidates/1\n"),
        "{done:#?}"
    );
    // Without regenerating there is nothing to keep.
    let done = job.run(&[]);
    assert_eq!(
        (
            done.step("Restore the store").outcome,
            done.step("Save the store").outcome
        ),
        ("skipped", "skipped")
    );
}

/// The hub's repository with a branch and a pull request, and the checkout of a commit as a runner makes it. Gives where
/// the branch began, and what the pull request would be merged into.
fn pull_request(job: &mut Job, depth: &str, checkout: &str) -> [String; 2] {
    let origin = job.folder.path().join("origin");
    fs::rename(&job.runner.workspace, &origin).unwrap();
    // As reports show it.
    let fork = git(&origin, &["rev-parse", "--short=12", "HEAD"]);
    git(&origin, &["switch", "--quiet", "--create", "feature"]);
    write(&origin.join("new.md"), "# New\n");
    commit(&origin);
    git(&origin, &["switch", "--quiet", "main"]);
    write(&origin.join("main.md"), "# Main\n");
    commit(&origin);
    let main = git(&origin, &["rev-parse", "--short=12", "HEAD"]);
    git(&origin, &["switch", "--quiet", "--detach"]);
    git(
        &origin,
        &["merge", "--quiet", "--no-ff", "--message=try", "feature"],
    );
    let merge = git(&origin, &["rev-parse", "HEAD"]);
    git(&origin, &["update-ref", "refs/pull/7/merge", &merge]);
    // The branch moves on after the hub tried the merge.
    git(&origin, &["switch", "--quiet", "main"]);
    commit(&origin);
    // As the hub allows it.
    git(
        &origin,
        &["config", "uploadpack.allowReachableSHA1InWant", "true"],
    );
    let workspace = job.runner.workspace.clone();
    fs::create_dir(&workspace).unwrap();
    git(&workspace, &["init", "--quiet", "--initial-branch=none"]);
    git(
        &workspace,
        &["remote", "add", "origin", &format!("file://{}", origin.display())],
    );
    git(
        &workspace,
        &[
            "fetch",
            "--quiet",
            &format!("--depth={depth}"),
            "origin",
            checkout,
        ],
    );
    git(&workspace, &["checkout", "--quiet", "--detach", "FETCH_HEAD"]);
    let github = &mut job.runner.github;
    (github["event_name"], github["base_ref"], github["sha"]) =
        (json!("pull_request"), json!("main"), json!(merge));
    [fork, main]
}

#[test]
fn a_pull_request_is_compared_with_what_it_would_be_merged_into() {
    for depth in ["1", "100"] {
        let mut job = Job::new();
        let [_, main] = pull_request(&mut job, depth, "refs/pull/7/merge");
        let done = job.run(&[]);
        assert!(done.succeeded, "{done:#?}");
        assert_eq!(
            job.calls(),
            [format!("<ci><--report><.ghostc/report><--base><{main}>")],
            "depth {depth}"
        );
        // What is needed to tell where the changes began is there.
        assert_eq!(
            git(&job.runner.workspace, &["merge-base", "HEAD", &main])
                .split_at(12)
                .0,
            main
        );
        // An input is stronger.
        job.run(&[("base", "v1")]);
        assert_eq!(job.calls()[1], "<ci><--report><.ghostc/report><--base><v1>");
    }
}

#[test]
fn a_checkout_of_the_branch_itself_is_compared_with_where_it_began() {
    for depth in ["1", "100"] {
        let mut job = Job::new();
        let fork = pull_request(&mut job, depth, "feature")[0].clone();
        assert!(job.run(&[]).succeeded);
        assert_eq!(
            job.calls(),
            [format!("<ci><--report><.ghostc/report><--base><{fork}>")],
            "depth {depth}"
        );
    }
}

#[test]
fn a_base_that_cannot_be_fetched_is_told_of() {
    let mut job = Job::new();
    pull_request(&mut job, "1", "refs/pull/7/merge");
    git(
        &job.runner.workspace,
        &["remote", "set-url", "origin", "file:///gone"],
    );
    let done = job.run(&[]);
    let step = done.step("ghostc ci");
    assert_eq!(step.code, 3, "{done:#?}");
    assert!(step.log.contains(
        "::error title=ghostc::cannot find where this left `main` to compare with it; check out with `fetch-depth: 0`"
    ));
    assert_eq!(job.calls(), [""; 0]);
}

/// The stand-in is for what `ghostc ci` is asked; that the two fit together is for the real one to show.
#[test]
fn the_real_program_reports_in_the_comment() {
    let mut job = Job::of_pull_request("me/library");
    pull_request(&mut job, "1", "refs/pull/7/merge");
    let real = env!("CARGO_BIN_EXE_ghostc");
    program(
        &job.runner.bin().join("ghostc"),
        &format!("#!/bin/sh\nexec '{real}' \"$@\"\n"),
    );
    let done = job.run(&[]);
    let step = done.step("ghostc ci");
    let has_ci = Command::new(real).args(["ci", "--help"]).output().unwrap();
    if has_ci.status.success() {
        // Nothing was built for the spec, which is a finding.
        assert_eq!(step.code, 1, "{done:#?}");
        let report = fs::read_to_string(job.path(".ghostc/report/ci.md")).unwrap();
        let linked = report.replace("](../../", "](http://127.0.0.1:9/me/library/blob/5ea/");
        assert_eq!(job.hub.comments(), [format!("<!-- ghostc ci . -->\n{linked}")]);
    } else {
        assert_eq!(step.code, 2, "{done:#?}");
        assert!(step.log.contains("unrecognized subcommand 'ci'"), "{done:#?}");
        assert_eq!(job.hub.comments(), [""; 0]);
    }
}

/// A server of the files of a folder on loopback, until it is dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn of(folder: &Path) -> Server {
        let script = "import functools, http.server as h\n\
            handler = functools.partial(h.SimpleHTTPRequestHandler, directory='.')\n\
            server = h.ThreadingHTTPServer(('127.0.0.1', 0), handler)\n\
            print(server.server_address[1], flush=True)\n\
            server.serve_forever()\n";
        let mut child = Command::new(files::installed("python3").unwrap())
            .args(["-c", script])
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = child.stdout.take().unwrap();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).unwrap();
        let address = format!("http://127.0.0.1:{}", line.trim());
        Server { child, address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
