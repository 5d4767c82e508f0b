//! The outside crates that may be used, by which of our crates, and why. Anything else needs a line here first.

use super::layering::{BINARY, CHORES, DIFF, JUDGE, LINT, PLAN, PROJECT, RUN, SPEC, SYNTAX, TESTKIT};
use super::manifest::{Dependency, dependencies, offered};
use super::{Finding, Tree};

const ROOT: &str = "Cargo.toml";

/// An outside crate: its name, the crates that may use it, and what for.
type Allowed = (&'static str, &'static [&'static str], &'static str);

#[rustfmt::skip]
const ALLOWED: &[Allowed] = &[
    ("aho-corasick", &[SYNTAX, SPEC, TESTKIT], "many rare words in one pass over a text"),
    ("annotate-snippets", &[SYNTAX], "renders diagnostics as rustc does"),
    ("anstream", &[BINARY], "colours only where the terminal has them"),
    ("base64", &[SPEC], "files of suites that are no text, as case mappings see them"),
    ("blake3", &[SPEC, LINT, PLAN, DIFF, RUN, PROJECT, BINARY, CHORES], "content hashes of keys, of ids, of the store and of accepted files; the floor of benchmarks"),
    ("clap", &[BINARY, CHORES], "arguments; the floor of the start-up benchmark"),
    ("clap_complete", &[BINARY], "completions for shells"),
    ("flate2", &[CHORES], "compresses release archives"),
    ("granit-parser", &[SYNTAX], "YAML events with positions of keys, styles, tags and anchors"),
    ("hashbrown", &[BINARY], "its features alone, which tests ask for elsewhere"),
    ("http-body-util", &[RUN], "bodies of HTTP, with hyper"),
    ("hyper", &[RUN], "servers that are played to programs, and requests to them"),
    ("hyper-util", &[RUN], "hyper over the connections of tokio"),
    ("include_dir", &[PLAN, SPEC], "templates inside the binary"),
    ("indexmap", &[SYNTAX, SPEC], "objects that keep the order of their members"),
    ("indicatif", &[BINARY], "progress on a terminal"),
    ("jsonschema", &[SPEC, JUDGE, BINARY, TESTKIT], "values against JSON Schemas: in scenarios, and in tests of JSON outputs"),
    ("libtest-mimic", &[SYNTAX, SPEC, LINT, PLAN, JUDGE, DIFF, RUN, PROJECT, BINARY, TESTKIT], "one test for each directory of cases"),
    ("memchr", &[SYNTAX, CHORES], "ends of sentences by the processor's vectors"),
    ("mimalloc", &[BINARY], "the allocator: parsing makes many small values, in C since nothing in Rust is as fast"),
    ("minijinja", &[SPEC, CHORES], "templates of prompts and targets, with strict undefined values; the floor of benchmarks"),
    ("proptest", &[SYNTAX, SPEC, LINT, PLAN, JUDGE, DIFF, RUN, BINARY, TESTKIT], "properties over generated texts"),
    ("pulldown-cmark", &[SYNTAX, CHORES], "CommonMark events with byte ranges; the floor of benchmarks"),
    ("regex-lite", &[SPEC, PLAN, JUDGE], "`matches` in cases, public names of code; the full crate costs start-up and size that no spec needs"),
    ("rustix", &[RUN, TESTKIT, CHORES], "process groups, pipe sizes and poll, without unsafe code"),
    ("schemars", &[BINARY], "JSON Schemas from the types that are written"),
    ("serde", &[SYNTAX, SPEC, PLAN, RUN, PROJECT, BINARY], "the versioned structs of JSON output, lock and protocols"),
    ("serde_core", &[CHORES], "its features alone, which `serde` asks for elsewhere"),
    ("serde_json", &[SYNTAX, SPEC, LINT, PLAN, JUDGE, DIFF, RUN, PROJECT, BINARY, TESTKIT, CHORES], "JSON values of cases, protocols and outputs"),
    ("sha2", &[CHORES], "the digests that release archives are known by"),
    ("signal-hook", &[RUN, BINARY], "interrupts as flags, without unsafe code"),
    ("similar", &[SPEC, PLAN, DIFF, PROJECT, BINARY, TESTKIT], "differences of words and lines; patches of fixes and of code that waits"),
    ("smallvec", &[SYNTAX, TESTKIT], "its features alone, which `hyper` asks for elsewhere"),
    ("snapbox", &[SYNTAX, SPEC, LINT, PLAN, JUDGE, DIFF, RUN, PROJECT, BINARY, TESTKIT], "snapshots inside tests"),
    ("tar", &[CHORES], "packs release archives"),
    ("tempfile", &[RUN, PROJECT, BINARY, TESTKIT], "workspaces; files that are renamed into place"),
    ("thiserror", &[RUN, PROJECT, BINARY], "errors of the world that name their path or argv"),
    ("tiktoken-rs", &[PLAN], "real token counts"),
    ("tokio", &[RUN], "processes, pipes and timers in one loop"),
    ("tracing", &[RUN, TESTKIT], "logs of builds"),
    ("unicode-normalization", &[LINT], "names that macOS takes for one"),
    ("walkdir", &[RUN, PROJECT, BINARY, TESTKIT, CHORES], "files below folders"),
];

pub(crate) fn find(tree: &Tree) -> Vec<Finding> {
    check(tree, ALLOWED)
}

fn check(tree: &Tree, allowed: &[Allowed]) -> Vec<Finding> {
    let used = dependencies(tree);
    let offered = offered(tree);
    let mut findings: Vec<Finding> = used.iter().filter_map(|found| problem(found, allowed)).collect();
    for (line, name) in &offered {
        if !is_ours(tree, name) && !allowed.iter().any(|(known, ..)| known == name) {
            findings.push(Finding::new(
                ROOT,
                *line,
                format!("`{name}` is not in the list of {}", file!()),
            ));
        }
        if !used.iter().any(|found| found.name == *name) {
            findings.push(Finding::new(ROOT, *line, format!("no crate uses `{name}`")));
        }
    }
    for (name, ..) in allowed
        .iter()
        .filter(|(known, ..)| !offered.iter().any(|(_, name)| name == known))
    {
        findings.push(Finding::new(
            file!(),
            1,
            format!("the workspace does not offer `{name}`: take it from the list"),
        ));
    }
    findings
}

fn problem(found: &Dependency<'_>, allowed: &[Allowed]) -> Option<Finding> {
    let Dependency {
        path,
        line,
        user,
        name,
        value,
        ..
    } = found;
    if !value.replace(' ', "").contains("workspace=true") {
        return Some(Finding::new(
            path,
            *line,
            format!("`{name}` must say `workspace = true`"),
        ));
    }
    let (_, users, _) = allowed.iter().find(|(known, ..)| known == name)?;
    let message = format!(
        "`{user}` may not use `{name}`: the list of {} names who may",
        file!()
    );
    (!users.contains(user)).then(|| Finding::new(path, *line, message))
}

fn is_ours(tree: &Tree, name: &str) -> bool {
    tree.files.contains_key(&format!("crates/{name}/Cargo.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_that_are_not_allowed_or_not_used_are_found() {
        let tree = Tree::fixture(
            "
            //- /Cargo.toml
            [workspace.dependencies]
            known = \"1\"
            idle = \"1\"
            unknown = \"1\"
            a = { path = \"crates/a\" }
            //- /crates/a/Cargo.toml
            [dependencies]
            known = { workspace = true, features = [\"x\"] }
            unknown = \"1\"
            //- /crates/b/Cargo.toml
            [dev-dependencies]
            known.workspace = true
            a.workspace = true
            ",
        );
        let allowed: &[Allowed] = &[("known", &["a"], ""), ("idle", &["a"], ""), ("gone", &["a"], "")];
        let found: Vec<(String, usize, String)> = check(&tree, allowed)
            .into_iter()
            .map(|finding| {
                (
                    finding.path,
                    finding.line,
                    finding.message.replace(file!(), "FILE"),
                )
            })
            .collect();
        let expected = [
            ("crates/a/Cargo.toml", 3, "`unknown` must say `workspace = true`"),
            (
                "crates/b/Cargo.toml",
                2,
                "`b` may not use `known`: the list of FILE names who may",
            ),
            (ROOT, 3, "no crate uses `idle`"),
            (ROOT, 4, "`unknown` is not in the list of FILE"),
            (
                file!(),
                1,
                "the workspace does not offer `gone`: take it from the list",
            ),
        ];
        assert_eq!(
            found,
            expected.map(|(path, line, message)| (path.to_string(), line, message.to_string()))
        );
    }
}
