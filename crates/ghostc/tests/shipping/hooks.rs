//! `.pre-commit-hooks.yaml`: the entries are run as pre-commit runs them, and by pre-commit itself where it is installed.

use crate::files::{git, installed, program, root, text, write, yaml};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

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

fn hooks() -> Vec<Value> {
    yaml(&text(".pre-commit-hooks.yaml")).as_array().unwrap().clone()
}

/// A committed project, and beside it a checkout of our repository as far as hooks need it, with a built program.
fn project() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("project");
    ghostc_testkit::fixture::write_to(&ghostc_testkit::fixture::parse(PROJECT), &project);
    commit(&project);
    let checkout = folder.path().join("checkout");
    for path in [".pre-commit-hooks.yaml", "ci/hooks/ghostc.sh"] {
        write(&checkout.join(path), "");
        fs::copy(root().join(path), checkout.join(path)).unwrap();
    }
    commit(&checkout);
    let real = format!("#!/bin/sh\nexec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_ghostc"));
    program(&checkout.join("target/hooks/bin/ghostc"), &real);
    program(&folder.path().join("bin/ghostc"), &real);
    (folder, project)
}

fn commit(folder: &Path) {
    git(folder, &["init", "--quiet"]);
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message=more"]);
}

/// Runs a hook: its entry, split in words, with its arguments, at the root of the project. An entry of a
/// script is a path in our repository.
fn run(folder: &Path, hook: &Value) -> Output {
    assert_eq!(hook["pass_filenames"], false, "names of files would be passed");
    let entry = hook["entry"].as_str().unwrap();
    let (first, rest) = entry.split_once(' ').unwrap();
    let first = match hook["language"].as_str().unwrap() {
        "script" => folder.join("checkout").join(first),
        "system" => folder.join("bin").join(first),
        other => panic!("nobody plays {other}"),
    };
    let arguments = hook["args"].as_array().into_iter().flatten();
    Command::new(first)
        .args(rest.split(' '))
        .args(arguments.map(|word| word.as_str().unwrap()))
        .current_dir(folder.join("project"))
        .output()
        .unwrap()
}

#[test]
fn hooks_fail_for_what_they_are_there_for_and_for_nothing_else() {
    let (folder, project) = project();
    let spec = project.join("specs/p/SPEC.md");
    let before = fs::read_to_string(&spec).unwrap();
    let cases = [
        ("check", before.clone(), 0),
        ("check", before.replace("double(", "duoble("), 1),
        ("diff", before.replace("The", "The\n"), 0),
        ("diff", before.replace("MUST", "MAY"), 1),
        // Nothing was built for this spec.
        ("locked", before.clone(), 1),
    ];
    for hook in hooks() {
        let id = hook["id"].as_str().unwrap();
        for (name, text, code) in &cases {
            if id.trim_end_matches("-system") == format!("ghostc-{name}") {
                write(&spec, text);
                let ran = run(folder.path(), &hook);
                let said = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned();
                assert_eq!(ran.status.code(), Some(*code), "{id}: {text}\n{said}");
            }
        }
    }
    let ids: Vec<String> = hooks()
        .iter()
        .map(|hook| hook["id"].as_str().unwrap().to_string())
        .collect();
    let expected = ["check", "locked", "diff"];
    let expected = [
        expected.map(|name| format!("ghostc-{name}")),
        expected.map(|name| format!("ghostc-{name}-system")),
    ];
    assert_eq!(ids, expected.concat());
}

/// The program is built once, below the checkout and with no settings of the project.
#[test]
fn the_first_run_builds_the_program() {
    let (folder, project) = project();
    let checkout = folder.path().join("checkout");
    let built = checkout.join("target/hooks/bin/ghostc");
    fs::rename(&built, folder.path().join("real")).unwrap();
    let cargo = "#!/bin/sh\n\
        echo \"$PWD ${CARGO_TARGET_DIR-none} $*\" >> \"$0.calls\"\n\
        mkdir -p target/hooks/bin && cp ../real target/hooks/bin/ghostc\n";
    program(&folder.path().join("bin/cargo"), cargo);
    for _ in 0..2 {
        let output = Command::new(checkout.join("ci/hooks/ghostc.sh"))
            .args(["check"])
            .current_dir(&project)
            .env("CARGO_TARGET_DIR", &project)
            .env(
                "PATH",
                format!("{}:/usr/bin:/bin", folder.path().join("bin").display()),
            )
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    let calls = fs::read_to_string(folder.path().join("bin/cargo.calls")).unwrap();
    let expected = format!(
        "{} none install --quiet --locked --path crates/ghostc --root target/hooks\n",
        checkout.canonicalize().unwrap().display()
    );
    assert_eq!(calls, expected);
    assert!(root().join("crates/ghostc/Cargo.toml").exists());

    fs::remove_file(built).unwrap();
    fs::remove_file(folder.path().join("bin/cargo")).unwrap();
    let output = Command::new(checkout.join("ci/hooks/ghostc.sh"))
        .env("PATH", "/usr/bin:/bin")
        .output()
        .unwrap();
    if installed("cargo").is_none_or(|cargo| !cargo.starts_with("/usr")) {
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        assert!(
            String::from_utf8_lossy(&output.stderr).contains("take the hook whose name ends in `-system`")
        );
    }
}

/// pre-commit itself, where it is installed: it needs no network for hooks of a local repository.
#[test]
fn pre_commit_runs_the_hooks() {
    let Some(pre_commit) = installed("pre-commit") else {
        eprintln!("SKIPPED: there is no pre-commit; `pip install pre-commit` runs this test");
        return;
    };
    let (folder, project) = project();
    let config = format!(
        "repos:\n- repo: {}\n  rev: HEAD\n  hooks: [{{ id: ghostc-check-system }}, {{ id: ghostc-diff-system }}]\n",
        folder.path().join("checkout").display()
    );
    write(&project.join(".pre-commit-config.yaml"), config);
    let path = std::env::var("PATH").unwrap();
    let run = || {
        git(&project, &["add", "--all"]);
        let output = Command::new(&pre_commit)
            .args(["run", "--color=never"])
            .current_dir(&project)
            .env("PRE_COMMIT_HOME", folder.path().join("home"))
            .env("PATH", format!("{}:{path}", folder.path().join("bin").display()))
            .env("GIT_AUTHOR_NAME", "t")
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(),
        )
    };
    let (code, said) = run();
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(said.matches("Passed").count(), 2, "{said}");
    let spec = project.join("specs/p/SPEC.md");
    let text = fs::read_to_string(&spec).unwrap();
    write(&spec, text.replace("MUST", "MAY"));
    let (code, said) = run();
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("ghostc check") && said.contains("1 breaking"),
        "{said}"
    );
    assert_eq!(
        (said.matches("Passed").count(), said.matches("Failed").count()),
        (1, 1),
        "{said}"
    );
}
