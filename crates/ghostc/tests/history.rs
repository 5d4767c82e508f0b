//! `ghostc log` and `ghostc blame` on histories that a script wrote, so that the truth is known.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic, and says where it tests nothing"
)]

use crate::common::{Project, Ran, ran};
use ghostc_testkit::history::{Edit, edited, repository, symphony};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

const SPEC: &str = "specs/clock/SPEC.md";

fn ghostc(folder: &Path, words: &str) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ghostc"));
    command
        .current_dir(folder)
        .args(words.split_whitespace())
        .env("NO_COLOR", "1");
    ran(&mut command)
}

fn git(folder: &Path, words: &str) {
    let name = [
        "-c",
        "user.name=Bob",
        "-c",
        "user.email=bob@example.com",
        "-c",
        "commit.gpgsign=false",
    ];
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .args(name)
        .args(words.split_whitespace());
    ran(&mut command).exits(0);
}

fn made(edits: &[Edit]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    repository(folder.path(), edits);
    folder
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The subjects of the commits that `log` tells of, and the kinds of their changes.
fn logged(log: &Value) -> Vec<(String, Vec<String>)> {
    let kinds = |entry: &Value| {
        list(&entry["changes"])
            .iter()
            .map(|change| text(&change["kind"]).to_string())
            .collect()
    };
    let entries = list(&log["commits"]).iter();
    entries
        .map(|entry| (text(&entry["commit"]["subject"]).to_string(), kinds(entry)))
        .collect()
}

/// The subject of the commit that gave each statement its words, by its words.
fn blamed(blame: &Value) -> BTreeMap<String, String> {
    let subject = |statement: &Value| text(&statement["versions"][0]["commit"]["subject"]).to_string();
    let statements = list(&blame["statements"]).iter();
    statements
        .map(|statement| (text(&statement["text"]).to_string(), subject(statement)))
        .collect()
}

/// A spec that a script edits: sections of statements, and for each the commit that gave it its words.
struct Script {
    sections: Vec<(String, Vec<(String, usize)>)>,
    width: usize,
    made: usize,
}

const FIELDS: &[&str] = &[
    "queue", "retry", "window", "budget", "marker", "socket", "journal", "cursor",
];
const DEEDS: &[&str] = &[
    "holds a lease",
    "closes early",
    "meets a peer",
    "drops its load",
    "wakes another",
    "ends in doubt",
];

impl Script {
    fn new() -> Script {
        let mut script = Script {
            sections: Vec::new(),
            width: 100,
            made: 0,
        };
        for field in FIELDS.iter().take(6) {
            let statements = (0..7).map(|_| (script.sentence(), 0)).collect();
            script.sections.push((format!("Part {field}"), statements));
        }
        script
    }

    /// A statement that no other is like.
    fn sentence(&mut self) -> String {
        self.made += 1;
        let n = self.made;
        let (field, deed) = (FIELDS[n % FIELDS.len()], DEEDS[n / FIELDS.len() % DEEDS.len()]);
        format!("The `{field}{n}` of worker w{n} SHOULD keep {n} slots for client c{n} whenever it {deed}.")
    }

    fn render(&self) -> String {
        let mut out = "# Clock\n\nIt tells the time.\n".to_string();
        for (at, (title, statements)) in self.sections.iter().enumerate() {
            out.push_str(&format!("\n## {}. {title}\n", at + 1));
            for (statement, _) in statements {
                let mut column = 0;
                out.push('\n');
                for word in statement.split(' ') {
                    let end = if column + word.len() > self.width {
                        "\n"
                    } else {
                        " "
                    };
                    if column > 0 {
                        out.push_str(end);
                    }
                    column = if end == "\n" {
                        word.len()
                    } else {
                        column + word.len() + 1
                    };
                    out.push_str(word);
                }
                out.push('\n');
            }
        }
        out
    }

    /// Makes one edit; says what `log` must tell of it, and nothing where it must not be in the log.
    fn edit(&mut self, commit: usize) -> Option<&'static str> {
        let count = self.sections.len();
        let home = commit % count;
        let size = self.sections[home].1.len();
        let place = commit / 7 % size;
        let statement = &mut self.sections[home].1[place];
        match commit % 8 {
            0 => {
                self.width = if self.width == 100 { 60 } else { 100 };
                None
            }
            1 | 5 => {
                let slots = statement.0.find(" slots").unwrap();
                statement.0.insert(slots, '7');
                statement.1 = commit;
                Some("modified")
            }
            2 if size > 3 => {
                let moved = self.sections[home].1.remove(place);
                self.sections[(home + 1) % count].1.push(moved);
                Some("moved")
            }
            3 => {
                let new = self.sentence();
                self.sections[home].1.insert(place, (new, commit));
                Some("added")
            }
            4 => {
                let stronger = statement.0.contains("SHOULD");
                let (old, new) = if stronger {
                    ("SHOULD", "MUST")
                } else {
                    ("MUST", "SHOULD")
                };
                statement.0 = statement.0.replace(old, new);
                statement.1 = commit;
                Some(if stronger { "strengthened" } else { "weakened" })
            }
            6 if size > 3 => {
                self.sections[home].1.remove(place);
                Some("removed")
            }
            _ => {
                self.sections[home].0 = format!("Part {commit}");
                Some("renamed")
            }
        }
    }
}

#[test]
fn five_hundred_commits_are_told_as_they_were_made() {
    let mut script = Script::new();
    let mut edits = vec![Edit::of("edit 0", SPEC, script.render())];
    let mut truth = vec![("edit 0".to_string(), vec!["added".to_string()])];
    for commit in 1..500 {
        let told = script.edit(commit);
        edits.push(Edit::of(format!("edit {commit}"), SPEC, script.render()));
        truth.extend(told.map(|kind| (format!("edit {commit}"), vec![kind.to_string()])));
    }
    truth.reverse();
    let folder = made(&edits);
    let found = logged(&ghostc(folder.path(), "log --format json").exits(0).json());
    let wrong: Vec<_> = truth
        .iter()
        .zip(&found)
        .filter(|(truth, found)| truth != found)
        .take(3)
        .collect();
    assert!(
        wrong.is_empty() && truth.len() == found.len(),
        "{wrong:#?}, {} of {}",
        found.len(),
        truth.len()
    );
    let statements = script.sections.iter().flat_map(|(_, statements)| statements);
    let truth: BTreeMap<String, String> = statements
        .map(|(statement, commit)| (statement.clone(), format!("edit {commit}")))
        .collect();
    let found = blamed(
        &ghostc(folder.path(), &format!("blame {SPEC} --format json"))
            .exits(0)
            .json(),
    );
    assert_eq!(found, truth);
}

fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn statements_of_a_real_spec_came_with_the_commit_that_brought_their_words() {
    let Some(corpora) = ghostc_testkit::corpora() else {
        eprintln!("skipped: there are no corpora, see GHOSTC_CORPORA");
        return;
    };
    // Every fourth of 500, since an unoptimised parser takes its time for 90 kB.
    let texts: Vec<String> = edited(&symphony(&corpora), 500).into_iter().step_by(4).collect();
    let edits: Vec<Edit> = texts
        .iter()
        .enumerate()
        .map(|(at, text)| Edit::of(at.to_string(), SPEC, text.as_str()))
        .collect();
    assert_eq!(edits.len(), 125);
    let folder = made(&edits);
    let plain: Vec<String> = texts.iter().map(|text| single_spaced(text)).collect();
    let blame = ghostc(folder.path(), &format!("blame {SPEC} --rev HEAD --format json"))
        .exits(0)
        .json();
    let (mut right, mut all) = (0, 0);
    for (words, subject) in blamed(&blame) {
        let at: usize = subject.parse().unwrap();
        // Words that are there, and were not before the commit that is said to have brought them.
        let since = (0..=at)
            .rfind(|text| !plain[*text].contains(&words))
            .map_or(0, |text| text + 1);
        all += 1;
        right += usize::from(since == at);
        if since != at {
            eprintln!("{since}, not {at}: {words}");
        }
    }
    assert!(all > 150, "{all} statements");
    assert!(right * 100 >= all * 98, "{right} of {all}");
    let log = ghostc(folder.path(), "log HEAD~10..HEAD --format json")
        .exits(0)
        .json();
    let expected: Vec<(String, usize)> = (115..125).rev().map(|at| (at.to_string(), 4)).collect();
    let found = logged(&log)
        .into_iter()
        .map(|(subject, kinds)| (subject, kinds.len()));
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

const TWO: &str = "# Clock\n\n## Form\n\nIt MUST show two units.\nIt MUST be short.\n";

/// Two commits: the second changes a statement.
fn small() -> tempfile::TempDir {
    made(&[
        Edit::of("first", SPEC, TWO),
        Edit::of("second", SPEC, TWO.replace("two", "three")),
    ])
}

#[test]
fn a_merge_is_one_step_and_a_rename_is_followed() {
    let folder = small();
    git(folder.path(), "checkout -q -b side");
    git(folder.path(), "mv specs/clock specs/watch");
    git(folder.path(), "commit -q -m renamed");
    let spec = folder.path().join("specs/watch/SPEC.md");
    std::fs::write(&spec, TWO.replace("two", "three").replace("short", "brief")).unwrap();
    git(folder.path(), "commit -q -a -m brief");
    git(folder.path(), "checkout -q main");
    git(folder.path(), "merge -q --no-ff -m merged side");
    let told = [
        ("merged", vec!["modified"]),
        ("second", vec!["modified"]),
        ("first", vec!["added"]),
    ];
    let told: Vec<(String, Vec<String>)> = told
        .iter()
        .map(|(name, kinds)| (name.to_string(), kinds.iter().map(ToString::to_string).collect()))
        .collect();
    for words in [
        "log --format json",
        "log specs/watch --format json",
        "log specs/watch/SPEC.md --format json",
    ] {
        assert_eq!(
            logged(&ghostc(folder.path(), words).exits(0).json()),
            told,
            "{words}"
        );
    }
    let side = logged(
        &ghostc(folder.path(), "log main..side --format json")
            .exits(0)
            .json(),
    );
    assert!(side.is_empty(), "{side:?}");
    let side = logged(
        &ghostc(folder.path(), "log HEAD^1..side --format json --all")
            .exits(0)
            .json(),
    );
    let names: Vec<&str> = side.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["brief", "renamed"]);
    let found = blamed(&ghostc(folder.path(), "blame form --format json").exits(0).json());
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(text, commit)| (text.as_str(), commit.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("It MUST be brief.", "brief"),
            ("It MUST show three units.", "second")
        ]
    );
}

#[test]
fn what_is_not_committed_is_said_and_history_shows_all_words() {
    let folder = small();
    std::fs::write(folder.path().join(SPEC), TWO.replace("two", "four")).unwrap();
    ghostc(folder.path(), "blame specs/clock/SPEC.md:5 --history")
        .exits(0)
        .says("not committed\n    It MUST show [-three-]{+four+} units.\n")
        .says("second\n    It MUST show [-two-]{+three+} units.\n")
        .says("first\n    first written\n")
        .hides("short");
    ghostc(folder.path(), "blame clock --rev HEAD~1")
        .exits(0)
        .says("first")
        .hides("second");
    ghostc(folder.path(), "log -n 1 --class breaking")
        .exits(0)
        .says("1 breaking")
        .says("second")
        .hides("first");
    ghostc(folder.path(), "log HEAD~1..HEAD --format markdown")
        .exits(0)
        .says("second\n")
        .says("- **breaking** modified");
}

#[test]
fn names_and_places_that_nothing_has_are_refused_with_help() {
    let folder = small();
    ghostc(folder.path(), "blame from")
        .exits(2)
        .says("Did you mean `form`?");
    ghostc(folder.path(), "blame specs/clock/SPEC.md:4")
        .exits(2)
        .says("no sentence is at");
    ghostc(folder.path(), "blame other.md")
        .exits(2)
        .says("`other.md` does not exist");
    ghostc(folder.path(), "log nowhere")
        .exits(2)
        .says("bad revision")
        .says("help: ");
    ghostc(folder.path(), "log main...HEAD")
        .exits(2)
        .says("`main..HEAD`");
    ghostc(folder.path(), "log -- no/such").exits(2).says("no/such");
    ghostc(folder.path(), "bisect double")
        .exits(2)
        .says("no `ghostc.yaml`");
    let empty = tempfile::tempdir().unwrap();
    ghostc(empty.path(), "log")
        .exits(2)
        .says("error: this is not a git repository")
        .says("git init")
        .hides("fatal");
}

#[test]
fn a_shallow_clone_says_that_it_is_one() {
    let folder = small();
    let clone = tempfile::tempdir().unwrap();
    let url = format!("file://{}", folder.path().display());
    git(clone.path(), &format!("clone -q --depth 1 {url} copy"));
    let copy = clone.path().join("copy");
    ghostc(&copy, "log").exits(0).says("git fetch --unshallow");
    ghostc(&copy, "blame form").exits(0).says("git fetch --unshallow");
}

/// A built project whose golden breaks in one commit of many.
fn broken() -> Project {
    let project = Project::double("def double(n):\n    return 2 * n\n");
    project.write(".gitignore", "script\n");
    let folder = project.path("");
    git(&folder, "init -q -b main");
    git(&folder, "add .");
    git(&folder, "commit -q -m written");
    project.run("build").exits(0);
    git(&folder, "add .");
    git(&folder, "commit -q -m built");
    for n in 0..20 {
        let message = if n == 13 {
            "broken".to_string()
        } else {
            format!("fine{n}")
        };
        if n == 13 {
            project.replace(
                "specs/p/tests.yaml",
                "{ name: three, input: 3, output: 6 }",
                "{ name: three, input: 3, output: 7 }",
            );
        } else if n % 3 == 0 {
            let case = format!(
                "  - {{ name: n{n}, input: {}, output: {} }}\n",
                100 + n,
                200 + 2 * n
            );
            project.append("specs/p/tests.yaml", case);
        } else {
            project.append("specs/p/SPEC.md", format!("\nNote {n} MAY be read.\n"));
        }
        git(&folder, "add .");
        git(&folder, &format!("commit -q -m {message}"));
    }
    project
}

#[test]
fn the_commit_that_broke_a_golden_is_found() {
    let project = broken();
    // What is not committed does not count.
    project.write("specs/p/SPEC.md", "# Nothing\n");
    for words in [
        "bisect double.three",
        "bisect double --good HEAD~15",
        "bisect p/double --target python",
    ] {
        let found = project.run(&format!("{words} --format json")).exits(0).json();
        assert_eq!(found["first_bad"][0]["commit"]["subject"], "broken", "{words}");
        assert_eq!(list(&found["first_bad"]).len(), 1);
        assert_eq!(found["targets"][0]["failures"][0]["actual"], "6");
        assert!(found["judged"].as_u64().unwrap() <= 7, "{found}");
    }
    project
        .run("bisect double.three")
        .exits(0)
        .says("expectation-changed")
        .says("expected  7\n    actual    6");
    project
        .run("bisect double.two")
        .exits(2)
        .says("nothing is broken there");
    project
        .run("bisect double.tree")
        .exits(2)
        .says("Did you mean `double.three`?");
    project
        .run("bisect double --good HEAD~2")
        .exits(2)
        .says("fails at `HEAD~2` already");
    project
        .run("bisect double --good nowhere")
        .exits(2)
        .says("`nowhere` is no commit");
    let clone = tempfile::tempdir().unwrap();
    git(
        clone.path(),
        &format!("clone -q --depth 2 file://{} copy", project.path("").display()),
    );
    let mut command = project.command("bisect double.three");
    ran(command.current_dir(clone.path().join("copy")))
        .exits(1)
        .says("git fetch --unshallow");
    project.leaves_no_workspace();
}

#[test]
fn commits_that_cannot_be_judged_hide_no_suspect() {
    let project = Project::double("def double(n):\n    return 2 * n\n");
    project.run("build").exits(0);
    let folder = project.path("");
    git(&folder, "init -q -b main");
    git(&folder, "add .");
    git(&folder, "commit -q -m built");
    for (message, old, new) in [
        ("typo", "double:", "dubble:"),
        ("other", "output: 6", "output: 8"),
        ("mended", "dubble:", "double:"),
    ] {
        project.replace("specs/p/tests.yaml", old, new);
        git(&folder, &format!("commit -q -a -m {message}"));
    }
    let found = project.run("bisect double.three --format json").exits(0).json();
    let suspects = list(&found["first_bad"])
        .iter()
        .map(|entry| text(&entry["commit"]["subject"]));
    assert_eq!(suspects.collect::<Vec<_>>(), ["mended", "other", "typo"]);
    project
        .run("bisect double.three")
        .exits(0)
        .says("cannot be judged: its spec has errors: no operation is named");
}
