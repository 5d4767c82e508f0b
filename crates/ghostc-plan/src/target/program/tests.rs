//! What the built-in targets say of programs, and what is said of wrong ones.

use super::super::built_in_templates;
use super::*;
use ghostc_spec::Settings;
use ghostc_spec::resolve::{Input, resolve};
use ghostc_syntax::{Source, Sources};

const SPEC: &str = "---\nname: Tea Kettle\nversion: 1.2\n---\n# Kettle \"two\"\n\n## Heating\n\n`kettle heat` MUST print `hot`.\n\n### degrees(steps) → integer\n\n- `degrees(1)` → 10\n";

fn package() -> Package {
    let mut sources = Sources::default();
    sources.add(Source::new("p/SPEC.md", SPEC));
    sources.add(Source::new(
        "p/scenarios/10-heating.yaml",
        "covers: [heating]\nscenarios:\n  - name: it heats\n    steps: [{ run: heat, expect: { exit: 0 } }]\n",
    ));
    let settings = Settings::default();
    let files = ghostc_spec::discover::discover_in(&sources);
    resolve(Input::new(&sources, &settings), &files, 1)
        .value
        .packages
        .remove(0)
}

fn targets() -> Vec<Target> {
    let templates = built_in_templates();
    let names = super::super::names(&templates);
    let loaded = names
        .iter()
        .map(|name| Target::load(name, &templates).expect("sound"));
    loaded.collect()
}

#[test]
fn every_built_in_target_builds_programs() {
    let package = package();
    for target in targets() {
        let name = &target.name;
        let commands = target.program_commands(&package, "/t", "/b").expect("built in");
        let words = commands.build.iter().flatten().chain(&commands.run);
        assert!(words.clone().all(|word| !word.contains('{')), "{name}");
        assert!(words.clone().any(|word| word.contains("/t/")), "{name}");
        let scaffold = target.scaffold(&package).expect("built in");
        assert!(
            scaffold.values().any(|text| text.contains("tea-kettle")),
            "{name}"
        );
        assert!(scaffold.values().all(|text| text.ends_with('\n')), "{name}");
        let paths = target.slice_paths(&package, &[]).expect("built in");
        assert!(!paths.may_write.is_empty(), "{name}");
        // The agent may write nothing that ghostc wrote, but for what marks a package.
        let is_open = |path: &&String| {
            paths
                .may_write
                .iter()
                .filter_map(|glob| glob.strip_suffix("**"))
                .any(|folder| path.starts_with(folder))
        };
        let open: Vec<&String> = scaffold.keys().filter(is_open).collect();
        assert!(
            open.iter().all(|path| path.ends_with("__init__.py")),
            "{name}: {open:?}"
        );
        let conventions = target.program_conventions(&package).expect("built in");
        for word in ["clock", "standard error", "127.0.0.1"] {
            assert!(conventions.to_lowercase().contains(word), "{name}: {word}");
        }
    }
}

#[test]
fn what_is_built_goes_outside_of_the_tree() {
    let package = package();
    let targets = targets();
    let rust = targets
        .iter()
        .find(|target| target.name == "rust")
        .expect("built in");
    let commands = rust
        .program_commands(&package, "/tree", "/build")
        .expect("built in");
    assert_eq!(commands.run, ["/build/release/tea-kettle"]);
    let build = commands.build[0].join(" ");
    assert!(
        build.ends_with("--manifest-path /tree/Cargo.toml --target-dir /build"),
        "{build}"
    );
    // A folder that is called like a placeholder stays as it is.
    let odd = rust
        .program_commands(&package, "/{build}", "/b")
        .expect("built in");
    assert!(odd.build[0].contains(&"/{build}/Cargo.toml".to_string()));
}

#[test]
fn operations_of_a_program_have_modules_in_its_tree() {
    let package = package();
    let paths = |name: &str| {
        let targets = targets();
        let target = targets
            .iter()
            .find(|target| target.name == name)
            .expect("built in");
        target.slice_paths(&package, &[0]).expect("built in")
    };
    assert_eq!(paths("python").may_write, ["tea_kettle/**"]);
    assert_eq!(paths("rust").may_write, ["src/**", "adapter/degrees.rs"]);
    assert_eq!(paths("rust").modules, ["src/degrees.rs"]);
}

#[test]
fn public_names_are_found_line_by_line() {
    let texts = [
        (
            "python",
            "import x\n\nLIMIT: int = 3\n\n\nclass Job:\n    def run(self):\n        pass\n\n\nasync def serve(port):\n    pass\n\n\ndef _own():\n    pass\n",
            vec!["LIMIT", "Job", "serve"],
        ),
        (
            "javascript",
            "export const limit = 3;\nconst own = 1;\nexport async function serve() {}\nexport class Job {}\n",
            vec!["limit", "serve", "Job"],
        ),
        (
            "rust",
            "pub(crate) struct Job {\n    pub id: u64,\n}\n\nimpl Job {\n    pub(crate) fn run(&self) {}\n}\n\nfn own() {}\npub const fn limit() -> u8 { 3 }\n",
            vec!["Job", "run", "limit"],
        ),
    ];
    for (name, text, wanted) in texts {
        let targets = targets();
        let target = targets
            .iter()
            .find(|target| target.name == name)
            .expect("built in");
        let found = target.program().expect("built in").public_names(text);
        assert_eq!(found, wanted, "{name}");
    }
}

#[test]
fn what_is_said_of_programs_changes_no_verdict_on_cases_and_no_prompt_of_theirs() {
    let package = package();
    let mut templates = built_in_templates();
    let before = Target::load("python", &templates).expect("sound");
    let path = "targets/python/target.yaml";
    let (without, _) = templates[path]
        .split_once("\nprogram:\n")
        .expect("a section at the end");
    let without = without.to_string();
    let changed = templates[path].replace("{tree}/run.py", "{tree}/start.py");
    templates.insert(path.to_string(), changed);
    let after = Target::load("python", &templates).expect("sound");
    assert_eq!(before.digest, after.digest);
    assert_eq!(before.prompt_digest(&package), after.prompt_digest(&package));
    assert_ne!(
        before.slice_digest(&package, false),
        after.slice_digest(&package, false)
    );
    templates.insert(path.to_string(), without);
    for name in ["program.md", "run.py", "pyproject.toml", "program_init.py"] {
        templates.remove(&format!("targets/python/{name}.jinja"));
    }
    let none = Target::load("python", &templates).expect("sound");
    assert_eq!(before.digest, none.digest);
    let Err(error) = none.scaffold(&package) else {
        panic!("a target without `program` builds none")
    };
    assert!(error.diagnostic.message.contains("builds no programs"));
}

#[test]
fn wrong_sections_on_programs_are_located() {
    let templates = built_in_templates();
    let found = |program: &str| -> Vec<String> {
        let mut templates = templates.clone();
        let path = "targets/python/target.yaml";
        let (before, _) = templates[path]
            .split_once("\nprogram:\n")
            .expect("a section at the end");
        let text = format!("{before}\nprogram: {program}\n");
        templates.insert(path.to_string(), text);
        let Err(error) = Target::load("python", &templates) else {
            panic!("{program} is wrong")
        };
        let found = error.diagnostics.iter();
        found.map(|found| found.message.clone()).collect()
    };
    assert_eq!(
        found("{}"),
        [
            "`program` needs `run`",
            "`program` needs `may_write`",
            "`program` needs `conventions`"
        ]
    );
    let rest = "may_write: [a], conventions: program.md.jinja";
    assert_eq!(
        found(&format!("{{ run: ['{{lib}}/x'], {rest} }}")),
        ["nothing is filled in for `{lib}`"]
    );
    assert_eq!(
        found(&format!("{{ run: x, scaffold: {{ a: none.jinja }}, {rest} }}")),
        ["there is no template `templates/targets/python/none.jinja`"]
    );
    assert_eq!(
        found(&format!("{{ run: x, public: ['def'], {rest} }}")),
        ["`def` has no group for the name"]
    );
    assert_eq!(
        found("{ run: x, may_write: [a], conventions: none.md.jinja }"),
        ["there is no template `templates/targets/python/none.md.jinja`"]
    );
}
