//! What the front end gives for each goal.

use super::*;
use ghostc_spec::Settings;
use ghostc_syntax::{Source, Sources};
use std::collections::BTreeSet;

#[test]
fn findings_alone_are_the_same_findings() {
    let list = "# Tasks\n\n## 1. Build\n\n- [ ] 1.1 First\n- [ ] 1.1 Second\n";
    let circle = "# P\n\n### a(x) → y\n\nDepends on `b`.\n\n- `a(1)` → 1\n\n### b(x) → y\n\nUses `a`.\n\n- `b(1)` → 1\n";
    let spec = "# S\n\n## Requirements\n\n### Requirement: A\n\nIt can be.\n\n### Requirement: A\n\nSee [x](y.md).\n";
    for (path, text) in [
        ("p/SPEC.md", circle),
        ("specs/a/spec.md", spec),
        ("changes/c/tasks.md", list),
    ] {
        let mut sources = Sources::default();
        sources.add(Source::new(path, text));
        sources.add(Source::new("changes/c/proposal.md", "## Why\n"));
        let layout = ghostc_spec::discover::discover_in(&sources);
        let (settings, existing) = (Settings::default(), BTreeSet::from(["p/".to_string()]));
        let told = |found: &[Diagnostic]| found.iter().map(|found| format!("{found:?}")).collect::<Vec<_>>();
        let all = analyze(
            Input {
                sources: &sources,
                existing: &existing,
                settings: &settings,
            },
            &layout,
            1,
            Goal::Everything,
        );
        let mut wanted = told(&all.diagnostics);
        if let Ok((library, _)) = all.strict() {
            let planned = ghostc_plan::plan::plan(&library, &sources, &settings, &|_| true);
            wanted.extend(told(&planned.diagnostics));
        }
        wanted.sort();
        for threads in [1, 3] {
            let alone = analyze(
                Input {
                    sources: &sources,
                    existing: &existing,
                    settings: &settings,
                },
                &layout,
                threads,
                Goal::Findings,
            );
            let mut found = told(&alone.diagnostics);
            found.sort();
            assert_eq!(found, wanted, "{path} on {threads} threads");
        }
        assert!(!wanted.is_empty(), "{path}");
    }
}

#[test]
fn references_that_lead_nowhere_are_findings() {
    let spec = "# P\n\n## 1. One\n\nSee [a](#1-one), [b](#two), Section 1, Section 2, [c](tests.yaml), [d](no.md), [e](../q/x.md), [f](README.md#p).\n";
    let files = [
        ("p/SPEC.md", spec),
        ("p/README.md", "# P\n"),
        ("p/tests.yaml", ""),
    ];
    let found = crate::lines::found("dangling-reference", &files, "p/SPEC.md");
    assert_eq!(found.len(), 3, "{found:?}");
}
