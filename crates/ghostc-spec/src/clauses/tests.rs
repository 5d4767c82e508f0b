//! What is a clause, and what an obligation, in small specs.

use super::*;
use crate::Settings;
use crate::resolve::{Input, resolve};
use ghostc_syntax::Source;

/// The clauses and obligations of a spec as `form: words`.
fn read(spec: &str) -> (Vec<String>, Vec<String>) {
    let mut sources = Sources::default();
    sources.add(Source::new("p/SPEC.md", spec));
    let settings = Settings::default();
    let files = crate::discover::discover_in(&sources);
    let library = resolve(Input::new(&sources, &settings), &files, 1).value;
    let found = clauses(&library.packages[0], &sources);
    let shown = |all: &[Clause]| {
        let shown = all
            .iter()
            .map(|clause| format!("{}: {}", clause.form.as_str(), sources.slice(clause.span)));
        shown.collect()
    };
    (shown(&found.clauses), shown(&found.obligations))
}

#[test]
fn items_rows_formulas_and_lines_of_algorithms_are_clauses_where_no_statement_is() {
    let spec = "# Pump\n\n## Overview\n\n- It pumps.\n\n## Filling\n\nIt MUST stop:\n\n- at the brim\n\nIt MUST start.\n\n- Open the valve.\n- It MUST close again.\n- [Draining](#draining)\n\n| level | speed |\n|---|---|\n| low | 3 |\n\nThe wait is `base * 2`. It is short.\n\n```text\nfunction fill(tank):\n  while tank.level < 9:\n    open()\n```\n\n```json\n{\"a\": 1}\n```\n\n## Draining\n";
    let (clauses, obligations) = read(spec);
    let wanted = [
        "item: Open the valve.",
        "row: | low | 3 |",
        "formula: The wait is `base * 2`.",
        "line: function fill(tank):",
        "line: while tank.level < 9:",
        "line: open()",
    ];
    assert_eq!(clauses, wanted);
    assert!(obligations.is_empty(), "{obligations:?}");
}

#[test]
fn items_of_a_test_matrix_are_obligations_with_keywords_or_without() {
    let spec = "# Pump\n\nIt MUST run.\n\n## 9. Test matrix\n\n### 9.1 Filling\n\n- It stops at the brim.\n- It MUST start again.\n\n## Checklist\n\n- [ ] tried\n\n| what | how |\n|---|---|\n| noise | by ear |\n";
    let (clauses, obligations) = read(spec);
    assert!(clauses.is_empty(), "{clauses:?}");
    let wanted = [
        "item: It stops at the brim.",
        "item: It MUST start again.",
        "item: [ ] tried",
        "row: | noise | by ear |",
    ];
    assert_eq!(obligations, wanted);
}
