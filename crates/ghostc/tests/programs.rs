//! What the built-in targets write around a program starts it, and lets it be installed.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::Project;
use ghostc_plan::target::{Target, built_in_templates};
use ghostc_spec::Settings;
use ghostc_spec::library::Package;
use ghostc_spec::resolve::{Input, resolve};
use ghostc_syntax::{Source, Sources};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SPEC: &str =
    "---\nname: Tea Kettle\nversion: 1.2\n---\n# Kettle \"two\"\n\n## Heating\n\n`heat` MUST print `hot`.\n";
const SCENARIOS: &str = "covers: [heating]\nscenarios:\n  - name: it heats\n    steps: [{ run: heat, expect: { stdout: \"hot\\n\" } }]\n";

/// A program that prints `hot` for `heat`, and else fails with status 2.
const PROGRAMS: &[(&str, &str, &str)] = &[
    (
        "python",
        "tea_kettle/__main__.py",
        "import sys\n\nfrom . import words\n\n\ndef main(argv=None):\n    args = sys.argv[1:] if argv is None else argv\n    if args != [\"heat\"]:\n        return 2\n    print(words.HOT, flush=True)\n    return 0\n",
    ),
    ("python", "tea_kettle/words.py", "HOT = \"hot\"\n"),
    (
        "javascript",
        "src/main.mjs",
        "export async function main(args) {\n  if (args.join() !== \"heat\") return 2;\n  console.log(\"hot\");\n  return 0;\n}\n",
    ),
    (
        "rust",
        "src/main.rs",
        "use std::process::ExitCode;\n\nfn main() -> ExitCode {\n    let args: Vec<String> = std::env::args().skip(1).collect();\n    if args != [\"heat\"] {\n        return ExitCode::from(2);\n    }\n    println!(\"hot\");\n    ExitCode::SUCCESS\n}\n",
    ),
];

fn package() -> Package {
    let mut sources = Sources::default();
    sources.add(Source::new("p/SPEC.md", SPEC));
    sources.add(Source::new("p/scenarios/10-heating.yaml", SCENARIOS));
    let settings = Settings::default();
    let files = ghostc_spec::discover::discover_in(&sources);
    resolve(Input::new(&sources, &settings), &files, 1)
        .value
        .packages
        .remove(0)
}

/// The tree of the program in a language, below a folder.
fn tree(name: &str, folder: &Path) -> (PathBuf, Target, Package) {
    let (target, package) = (Target::load(name, &built_in_templates()).unwrap(), package());
    let tree = folder.join("tree");
    let own = PROGRAMS.iter().filter(|(language, ..)| *language == name);
    let own = own.map(|(_, path, text)| ((*path).to_string(), (*text).to_string()));
    for (path, text) in target.scaffold(&package).unwrap().into_iter().chain(own) {
        let path = tree.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    (tree, target, package)
}

fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Whether the program does what it must, started by some words.
fn check(words: &[String]) {
    let command = || {
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).current_dir("/");
        command
    };
    assert_eq!(run(command().arg("heat")).stdout, b"hot\n");
    assert_eq!(
        command().arg("cool").status().unwrap().code(),
        Some(2),
        "{words:?}"
    );
}

#[test]
fn a_program_is_built_and_started_and_its_tree_stays_as_it_was() {
    for name in ["python", "javascript", "rust"] {
        let folder = tempfile::tempdir().unwrap();
        let (tree, target, package) = tree(name, folder.path());
        let files = || {
            let all = walkdir::WalkDir::new(&tree).sort_by_file_name();
            let files = all.into_iter().map(|entry| entry.unwrap().path().to_path_buf());
            files.collect::<Vec<_>>()
        };
        let before = files();
        let build = folder.path().join("build");
        let commands = target.program_commands(&package, tree.to_str().unwrap(), build.to_str().unwrap());
        let commands = commands.unwrap();
        for words in &commands.build {
            run(Command::new(&words[0])
                .args(&words[1..])
                .current_dir(folder.path()));
        }
        check(&commands.run);
        assert_eq!(files(), before, "{name}");
    }
}

#[test]
fn a_program_in_rust_is_installed_by_cargo() {
    let folder = tempfile::tempdir().unwrap();
    let (tree, ..) = tree("rust", folder.path());
    let root = folder.path().join("root");
    run(Command::new("cargo")
        .args(["install", "--quiet", "--offline", "--locked", "--path"])
        .arg(&tree)
        .arg("--root")
        .arg(&root)
        .env("CARGO_TARGET_DIR", folder.path().join("target"))
        .current_dir(folder.path()));
    check(&[root.join("bin/tea-kettle").to_str().unwrap().to_string()]);
}

#[test]
fn a_program_in_javascript_is_installed_by_npm() {
    let folder = tempfile::tempdir().unwrap();
    let (tree, ..) = tree("javascript", folder.path());
    let root = folder.path().join("root");
    run(Command::new("npm")
        .args([
            "install",
            "--global",
            "--offline",
            "--silent",
            "--install-links",
            "--prefix",
        ])
        .arg(&root)
        .arg(&tree)
        .env("npm_config_cache", folder.path().join("cache"))
        .current_dir(folder.path()));
    check(&[root.join("bin/tea-kettle").to_str().unwrap().to_string()]);
}

/// Starts what `pyproject.toml` says is the command, as a script of an installed package does.
const ENTRY: &str = "import importlib, sys, tomllib\nscripts = tomllib.load(open(sys.argv[1] + '/pyproject.toml', 'rb'))['project']['scripts']\nmodule, name = scripts['tea-kettle'].split(':')\nsys.path.insert(0, sys.argv.pop(1))\nsys.exit(getattr(importlib.import_module(module), name)())\n";

/// Whether the tools that make wheels are there.
fn makes_wheels() -> bool {
    let script = "import pip, setuptools\nimport setuptools.command.bdist_wheel";
    let has = |script: &str| {
        Command::new("python3")
            .args(["-c", script])
            .output()
            .unwrap()
            .status
            .success()
    };
    has(script) || has("import pip, setuptools, wheel")
}

#[test]
fn a_program_in_python_has_an_entry_point_that_a_wheel_installs() {
    let folder = tempfile::tempdir().unwrap();
    let (tree, ..) = tree("python", folder.path());
    let words = ["python3", "-B", "-c", ENTRY, tree.to_str().unwrap()];
    check(&words.map(str::to_string));
    // Nothing is fetched for a test.
    if !makes_wheels() {
        return;
    }
    let wheels = folder.path().join("wheels");
    run(Command::new("python3")
        .args([
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-build-isolation",
            "--no-deps",
            "--no-index",
            "-w",
        ])
        .arg(&wheels)
        .arg(&tree)
        .env("PIP_DISABLE_PIP_VERSION_CHECK", "1")
        .current_dir(folder.path()));
    let wheel = fs::read_dir(&wheels).unwrap().next().unwrap().unwrap().path();
    let name = wheel.file_name().unwrap().to_string_lossy().to_string();
    assert!(name.starts_with("tea_kettle-1.2-py3-none-any"), "{name}");
    let prefix = folder.path().join("venv");
    run(Command::new("python3")
        .args(["-m", "venv", "--without-pip"])
        .arg(&prefix));
    run(Command::new("python3")
        .args(["-m", "pip", "--python"])
        .arg(prefix.join("bin/python"))
        .args(["install", "--quiet", "--no-deps", "--no-index"])
        .arg(&wheel)
        .env("PIP_DISABLE_PIP_VERSION_CHECK", "1"));
    check(&[prefix.join("bin/tea-kettle").to_str().unwrap().to_string()]);
}

const KETTLE: &str = "//- /ghostc.yaml\n{}\n//- /specs/kettle/SPEC.md\n---\ncontext: [history]\n---\n# Kettle\n\n## Heating\n\n`heat` MUST print `hot`.\n\n## Ending\n\nOn SIGTERM it MUST cool down.\n\n## History\n\nKettles MUST be old.\n\n## Test matrix\n\n- [ ] heats twice\n";

#[test]
fn files_of_scenarios_are_begun_for_a_spec_and_never_written_over() {
    let project = Project::new(KETTLE);
    let said = "created specs/kettle/scenarios/10-heating.yaml, specs/kettle/scenarios/20-ending.yaml";
    project.run("init --scenarios kettle").exits(0).says(said);
    project.run("check").exits(0);
    let graph = project.run("graph --format json").exits(0).json();
    let package = &graph["packages"][0];
    assert_eq!(package["site"], "program");
    let slices = package["tasks"].as_array().unwrap().iter();
    let slices: Vec<String> = slices
        .map(|task| format!("{} {}", task["id"], task["slice"]["todo"]))
        .collect();
    assert_eq!(slices, ["\"10-heating\" 1", "\"20-ending\" 1"]);
    let before = project.files("specs");
    let again = project.run("init --scenarios").exits(2);
    again.says("`kettle` has scenarios already, and nothing was written");
    assert_eq!(project.files("specs"), before);
    project.run("init --scenarios nobody").exits(2);
    project.run("init --scenarios kettle --from specs").exits(2);
}

#[test]
fn a_program_is_shown_and_told_slice_by_slice() {
    let project = Project::new(&format!(
        "{KETTLE}//- /specs/kettle/scenarios/10-heating.yaml\ncovers: [heating]\nscenarios:\n  - name: it heats\n    proves: [heats twice]\n    steps: [{{ run: heat, expect: {{ stdout: \"hot\\n\" }} }}]\n  - name: xyzzy\n    held_out: true\n    steps: [{{ run: heat plugh, expect: {{ exit: 2 }} }}]\n"
    ));
    let found = project.run("check").exits(1);
    found.finds("uncovered-section", "specs/kettle/SPEC.md:10:1");
    project.write(
        "specs/kettle/scenarios/20-ending.yaml",
        "covers: [ending]\nscenarios:\n  - name: it ends\n    steps: [{ run: end, expect: { exit: 0 } }]\n",
    );
    project.run("check").exits(0);
    let text = project.run("graph").exits(0);
    let text = text
        .says("a program of 2 slices")
        .says("2 scenarios (1 held out)");
    text.says("after 10-heating  order (structural)");
    project
        .run("graph --format mermaid")
        .exits(0)
        .says("10-heating: 2 scenarios (1 held out)");
    project
        .run("graph --format dot")
        .exits(0)
        .says("10-heating: 2 scenarios (1 held out)");
    let prompt = project.run("prompt kettle/10-heating --target python").exits(0);
    let prompt = prompt.says("name: it heats").says("1 more scenario is kept back");
    prompt.hides("xyzzy").hides("plugh");
    project
        .run("prompt 20-ending --tokens")
        .exits(0)
        .says("scenarios");
}
