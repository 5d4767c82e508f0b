//! ghostc as git calls it: real repositories in which branches are merged, rebased, picked, shown and compared.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const SPEC: &str = "---
name: clock
version: 1.2.0
---

# clock

## 1. Formatting

### format(seconds) → text

The output SHOULD contain at most two units.
Units MUST stand in a row.
The longest unit MUST be first.

- `format(1)` → `1s`
- `format(60)` → `1m`
";

const CASES: &str = "format:
  - { name: one, input: 1, output: 1s }
  - { name: two, input: 2, output: 2s }
";

/// A repository with a project, for which git is set up unless it is `bare`.
struct Repository {
    folder: TempDir,
    home: TempDir,
}

/// What a program gave.
#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    #[track_caller]
    fn fine(self) -> Ran {
        assert_eq!(self.code, 0, "{self:#?}");
        self
    }
}

impl Repository {
    fn bare() -> Repository {
        let repository = Repository {
            folder: tempfile::tempdir().unwrap(),
            home: tempfile::tempdir().unwrap(),
        };
        repository.git("init -q -b main").fine();
        repository.write("ghostc.yaml", "targets: [python]\n");
        repository.write("specs/clock/SPEC.md", SPEC);
        repository.write("specs/clock/tests.yaml", CASES);
        repository.commit();
        repository
    }

    fn new() -> Repository {
        let repository = Repository::bare();
        repository.ghostc("diff --install-git").fine();
        repository.commit();
        repository
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    #[track_caller]
    fn replace(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(old).count(), 1, "`{old}` in\n{text}");
        self.write(path, &text.replace(old, new));
    }

    fn run(&self, program: &str, words: &str) -> Ran {
        let binary = Path::new(env!("CARGO_BIN_EXE_ghostc")).parent().unwrap();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(binary.to_path_buf()).chain(std::env::split_paths(&path));
        self.run_in(program, words, folders.collect())
    }

    /// Runs git as a tool does that has no `ghostc` on its path.
    fn git_alone(&self, words: &str) -> Ran {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::env::split_paths(&path).filter(|folder| !folder.join("ghostc").exists());
        self.run_in("git", words, folders.collect())
    }

    fn run_in(&self, program: &str, words: &str, folders: Vec<PathBuf>) -> Ran {
        let mut command = Command::new(program);
        command.args(words.split(' ')).current_dir(self.folder.path());
        command
            .env("PATH", std::env::join_paths(folders).unwrap())
            .env("HOME", self.home.path());
        command
            .env_remove("XDG_CONFIG_HOME")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_EDITOR", "true");
        for name in [
            "GIT_AUTHOR_NAME",
            "GIT_AUTHOR_EMAIL",
            "GIT_COMMITTER_NAME",
            "GIT_COMMITTER_EMAIL",
        ] {
            command.env(name, "a@example.com");
        }
        let output = command.output().unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    fn git(&self, words: &str) -> Ran {
        self.run("git", words)
    }

    fn ghostc(&self, words: &str) -> Ran {
        self.run(env!("CARGO_BIN_EXE_ghostc"), words)
    }

    fn commit(&self) {
        self.git("add .").fine();
        self.git("commit -q -m edit").fine();
    }

    /// A branch with one edit, from the commit before the edit that the main branch then gets.
    fn branches(&self, path: &str, topic: (&str, &str), main: (&str, &str)) {
        self.git("checkout -q -b topic").fine();
        self.replace(path, topic.0, topic.1);
        self.commit();
        self.git("checkout -q main").fine();
        self.replace(path, main.0, main.1);
        self.commit();
    }
}

const ROW: (&str, &str) = ("MUST stand in a row", "MUST stand in one row");
const TWO: (&str, &str) = ("at most two units", "at most three units");

fn both() -> String {
    SPEC.replace(ROW.0, ROW.1).replace(TWO.0, TWO.1)
}

#[test]
fn git_alone_conflicts_where_sentences_are_neighbours() {
    let bare = Repository::bare();
    bare.branches("specs/clock/SPEC.md", ROW, TWO);
    assert_eq!(bare.git("merge topic").code, 1);
}

#[test]
fn branches_are_merged_rebased_and_picked_by_sentence() {
    for command in ["merge --no-edit topic", "cherry-pick topic", "rebase -q topic"] {
        let repository = Repository::new();
        repository.branches("specs/clock/SPEC.md", ROW, TWO);
        repository.git(command).fine();
        assert_eq!(repository.read("specs/clock/SPEC.md"), both(), "{command}");
        assert_eq!(repository.git("status --porcelain").out, "");
    }
}

#[test]
fn cases_and_locks_are_merged_by_entry() {
    let repository = Repository::new();
    let add = |name: &str| format!("output: 2s }}\n  - {{ name: {name}, input: 3, output: 3s }}\n");
    repository.branches(
        "specs/clock/tests.yaml",
        ("output: 2s }\n", &add("three")),
        ("output: 2s }\n", &add("drei")),
    );
    repository.git("merge --no-edit topic").fine();
    let all =
        "output: 2s }\n  - { name: drei, input: 3, output: 3s }\n  - { name: three, input: 3, output: 3s }\n";
    assert_eq!(
        repository.read("specs/clock/tests.yaml"),
        CASES.replace("output: 2s }\n", all)
    );

    let repository = Repository::new();
    let line = |task: &str, key: &str| {
        format!("{{\"package\":\"p\",\"target\":\"t\",\"task\":\"{task}\",\"built\":\"{key}\"}}\n")
    };
    repository.write("ghostc.lock", &[line("a", "1"), line("b", "1")].concat());
    repository.commit();
    let edits = ((line("a", "1"), line("a", "2")), (line("b", "1"), line("b", "2")));
    repository.branches("ghostc.lock", (&edits.0.0, &edits.0.1), (&edits.1.0, &edits.1.1));
    repository.git("merge --no-edit topic").fine();
    let merged = repository.read("ghostc.lock");
    for (task, key) in [("a", "2"), ("b", "2")] {
        let line = line(task, key);
        assert_eq!(
            merged.matches(line.trim_end().trim_end_matches('}')).count(),
            1,
            "{merged}"
        );
    }
}

#[test]
fn a_conflict_of_meaning_is_marked_and_named() {
    let repository = Repository::new();
    repository.git("config merge.conflictStyle diff3").fine();
    repository.branches(
        "specs/clock/SPEC.md",
        ("SHOULD contain at most two", "MUST contain at most two"),
        ("SHOULD contain at most two", "MAY contain at most two"),
    );
    let ran = repository.git("merge --no-edit topic");
    assert_eq!(ran.code, 1);
    let text = repository.read("specs/clock/SPEC.md");
    let [head, rest] = text
        .split("<<<<<<< HEAD\n")
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    assert!(head.ends_with("→ text\n\n"), "{text}");
    let ours = "The output MAY contain at most two units.\n|||||||";
    assert!(rest.starts_with(ours), "{text}");
    let theirs = "\nThe output SHOULD contain at most two units.\n=======\nThe output MUST contain at most two units.\n>>>>>>> topic\nUnits MUST stand in a row.\n";
    assert!(rest.contains(theirs), "{text}");
    let said = "specs/clock/SPEC.md:12: conflict: § format(seconds) → text: statement `The output MUST contain at most two units.`\n  ours weakens it to MAY, theirs strengthens it to MUST\n";
    assert!(ran.err.contains(said) || ran.out.contains(said), "{ran:#?}");
    // What is in the work tree is shown as it is.
    assert!(repository.git("diff").fine().out.contains("++>>>>>>> topic"));
}

#[test]
fn differences_are_shown_by_sentence() {
    let repository = Repository::new();
    repository.replace(
        "specs/clock/SPEC.md",
        "The longest unit MUST be first.",
        "The longest unit\nMUST be\nthe first.",
    );
    repository.replace(
        "specs/clock/tests.yaml",
        "{ name: two, input: 2, output: 2s }",
        "name: two\n    output: 2 s\n    input: 2",
    );
    let shown =
        "-must        The longest unit MUST be first.\n+must        The longest unit MUST be the first.\n";
    let out = repository.git("diff").fine().out;
    assert!(out.contains(shown), "{out}");
    assert!(
        out.contains("@@ ## 1. Formatting\n") || out.contains("@@ ### format"),
        "{out}"
    );
    assert!(
        out.contains("+  {\"input\":2,\"name\":\"two\",\"output\":\"2 s\"}\n"),
        "{out}"
    );
    repository.commit();
    for command in ["show --textconv", "show", "log -p -1"] {
        assert!(repository.git(command).fine().out.contains(shown), "{command}");
    }
    // Wrapping alone is no difference.
    repository.replace(
        "specs/clock/SPEC.md",
        "unit\nMUST be\nthe first.",
        "unit MUST be the first.",
    );
    let out = repository.git("diff").fine().out;
    assert!(!out.contains("@@"), "{out}");
}

#[test]
fn an_external_difference_is_that_of_ghostc() {
    let repository = Repository::bare();
    repository.ghostc("diff --install-git=external").fine();
    repository.commit();
    repository.replace("specs/clock/SPEC.md", "SHOULD contain", "MUST contain");
    let out = repository.git("diff").fine().out;
    assert!(out.starts_with("ghostc diff specs/clock/SPEC.md\n"), "{out}");
    assert!(
        out.contains("breaking   strengthened   specs/clock/SPEC.md:12  § format\n"),
        "{out}"
    );
    repository.commit();
    repository.write("specs/clock/more/SPEC.md", "# More\n\nIt MUST be.\n");
    fs::remove_file(repository.path("specs/clock/tests.yaml")).unwrap();
    repository.commit();
    let out = repository.git("show --ext-diff").fine().out;
    assert!(
        out.contains("ghostc diff specs/clock/more/SPEC.md\n") && out.contains("It MUST be."),
        "{out}"
    );
    assert!(out.contains("ghostc diff specs/clock/tests.yaml\n"), "{out}");
}

#[test]
fn git_works_as_usual_where_ghostc_is_not_on_the_path() {
    for how in ["textconv", "external"] {
        let repository = Repository::bare();
        repository.ghostc(&format!("diff --install-git={how}")).fine();
        repository.commit();
        let spec = "specs/clock/SPEC.md";
        let bare = |words: &str| {
            let mut git = Command::new("git");
            let settings = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
            git.args(settings).args(words.split(' '));
            git.current_dir(repository.folder.path());
            git.env("PATH", "/usr/bin:/bin")
                .env("HOME", repository.home.path());
            let output = git.output().unwrap();
            let texts = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
            (output.status.code(), texts.concat())
        };
        repository.git("checkout -q -b topic").fine();
        repository.replace(spec, "SHOULD contain", "MUST contain");
        let (code, text) = bare("diff");
        assert_eq!(code, Some(0), "{text}");
        for line in ["SHOULD contain", "MUST contain", "specs/clock/SPEC.md"] {
            assert!(text.contains(line), "{how}: {text}");
        }
        bare("commit -q -a -m theirs");
        bare("checkout -q main");
        repository.replace(spec, "SHOULD contain", "MAY contain");
        bare("commit -q -a -m ours");
        let (code, text) = bare("merge --no-edit topic");
        assert_eq!(code, Some(1), "{text}");
        let merged = repository.read(spec);
        for mark in ["<<<<<<< ", "MAY contain", "=======\n", "MUST contain", ">>>>>>> "] {
            assert!(merged.contains(mark), "no `{mark}`:\n{merged}");
        }
        assert!(!merged.contains("%X"), "{merged}");
    }
}

#[test]
fn git_does_not_fail_on_broken_specs() {
    for how in ["textconv", "external"] {
        let repository = Repository::bare();
        repository.ghostc(&format!("diff --install-git={how}")).fine();
        repository.commit();
        repository.write(
            "specs/clock/SPEC.md",
            "---\nname: [\n---\n\n```\nnever closed\n\n- [\n<<<<<<< a\n",
        );
        fs::write(
            repository.path("specs/clock/tests.yaml"),
            [b'f', b':', 0xff, b'\n', b'-'],
        )
        .unwrap();
        repository.git("diff").fine();
        repository.commit();
        repository.git("show --ext-diff").fine();
        repository.git("log -p").fine();
    }
}

#[test]
fn what_cannot_be_merged_by_meaning_is_merged_by_git() {
    let repository = Repository::new();
    repository.write("specs/clock/tests.yaml", "- [\nb\nc\nd\ne\n");
    repository.commit();
    repository.branches("specs/clock/tests.yaml", ("- [\n", "- {\n"), ("e\n", "f\n"));
    let ran = repository.git("merge --no-edit topic").fine();
    assert_eq!(repository.read("specs/clock/tests.yaml"), "- {\nb\nc\nd\nf\n");
    assert!(
        ran.err
            .contains("merged by lines, because it is not valid on all sides"),
        "{ran:#?}"
    );
}

#[test]
fn a_merge_by_hand_prints_or_writes() {
    let repository = Repository::bare();
    for (name, text) in [
        ("base", SPEC.to_string()),
        ("ours", SPEC.replace(ROW.0, ROW.1)),
        ("theirs", SPEC.replace(TWO.0, TWO.1)),
    ] {
        repository.write(&format!("{name}.md"), &text);
    }
    let files = "merge --base base.md --ours ours.md --theirs theirs.md";
    assert_eq!(repository.ghostc(&format!("{files} -p")).fine().out, both());
    assert_eq!(repository.read("ours.md"), SPEC.replace(ROW.0, ROW.1));
    repository.ghostc(&format!("{files} -o out.md")).fine();
    repository.ghostc(files).fine();
    assert_eq!(
        (repository.read("out.md"), repository.read("ours.md")),
        (both(), both())
    );
    repository.write("theirs.md", &SPEC.replace(ROW.0, "MAY stand in two rows"));
    let ran = repository.ghostc(&format!("{files} -p --marker-size 9 --label-theirs topic"));
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains(">>>>>>>>> topic\n"), "{ran:#?}");
    // git must not take a file that was not written for merged.
    assert_eq!(repository.ghostc(&format!("{files} -o specs")).code, 129);
    assert_eq!(
        repository
            .ghostc("merge --base none --ours ours.md --theirs theirs.md")
            .code,
        129
    );
}

#[test]
fn without_ghostc_on_the_path_git_does_it() {
    for install in ["diff --install-git", "diff --install-git=external"] {
        let repository = Repository::bare();
        repository.ghostc(install).fine();
        repository.commit();
        repository.git("checkout -q -b topic").fine();
        repository.replace("specs/clock/SPEC.md", "at most two", "at most three");
        repository.commit();
        repository.git("checkout -q main").fine();
        repository.replace("specs/clock/SPEC.md", "at most two", "at most four");
        let diff = repository.git_alone("--no-pager diff").fine();
        assert!(
            diff.out.contains("-The output SHOULD contain at most two units.")
                && diff
                    .out
                    .contains("+The output SHOULD contain at most four units."),
            "{install}: {diff:#?}"
        );
        repository.commit();
        let merge = repository.git_alone("merge --no-edit topic");
        assert_eq!(merge.code, 1, "{merge:#?}");
        let text = repository.read("specs/clock/SPEC.md");
        assert!(
            text.contains("<<<<<<<") && text.contains("at most three") && text.contains("at most four"),
            "{text}"
        );
    }
}

#[test]
fn git_is_set_up_once_and_put_back() {
    let repository = Repository::bare();
    let settings = repository.git("config --local --list").out;
    repository.write(".gitattributes", "*.md text\nspecs/**/tests.yaml merge=union\n");
    let first = repository.ghostc("diff --install-git").fine().out;
    assert!(
        first.contains(".gitattributes: added specs/**/*.md diff=ghostc merge=ghostc\n"),
        "{first}"
    );
    assert!(
        first.contains(".gitattributes: left as it is: specs/**/tests.yaml merge=union\n"),
        "{first}"
    );
    let again = repository.ghostc("diff --install-git").fine().out;
    assert_eq!(
        again,
        ".gitattributes: left as it is: specs/**/tests.yaml merge=union\n"
    );
    let back = repository.ghostc("diff --uninstall-git").fine().out;
    assert!(
        back.contains("git config merge.ghostc.driver: taken out\n"),
        "{back}"
    );
    assert_eq!(
        repository.read(".gitattributes"),
        "*.md text\nspecs/**/tests.yaml merge=union\n"
    );
    assert_eq!(repository.git("config --local --list").out, settings);
    assert_eq!(
        repository.ghostc("diff --uninstall-git").fine().out,
        "nothing to do\n"
    );

    repository.ghostc("diff --install-git --global").fine();
    let attributes = fs::read_to_string(repository.home.path().join(".config/git/attributes")).unwrap();
    assert!(
        attributes.contains("SPEC.md diff=ghostc merge=ghostc\n"),
        "{attributes}"
    );
    repository.ghostc("diff --uninstall-git --global").fine();
    assert!(!repository.home.path().join(".config/git/attributes").exists());
    assert_eq!(repository.ghostc("diff --global").code, 2);
}
