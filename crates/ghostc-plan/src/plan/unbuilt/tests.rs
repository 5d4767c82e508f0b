//! Which chapters of a package of operations are left out.

use super::*;
use ghostc_spec::Settings;
use ghostc_spec::resolve::{Input, resolve};
use ghostc_syntax::Source;

/// How many statements the report of a spec speaks of; nothing where there is none.
fn left(spec: &str) -> Option<usize> {
    let mut sources = Sources::default();
    sources.add(Source::new("p/SPEC.md", spec));
    let settings = Settings::default();
    let files = ghostc_spec::discover::discover_in(&sources);
    let library = resolve(Input::new(&sources, &settings), &files, 1).value;
    let mut findings = Vec::new();
    report(&library.packages[0], &sources, None, &mut findings);
    assert!(
        findings
            .iter()
            .all(|found| found.code == codes::UNBUILT_STATEMENTS)
    );
    let chapters = sections(&library.packages[0], &sources, None);
    assert_eq!(findings.len(), usize::from(!chapters.is_empty()));
    (!chapters.is_empty()).then(|| chapters.iter().map(|chapter| chapter.statements).sum())
}

fn spec(chapters: &str) -> String {
    format!(
        "# P\n\nAll MUST be fast.\n\n## Functions\n\n### cost(weight, zone) → integer\n\nSee [Zones](#zones).\n\n- `cost(1, 2)` → 3\n\n{chapters}"
    )
}

#[test]
fn a_program_around_a_function_is_in_no_task() {
    let program = "## Command line\n\n- `parcel --help` MUST exit with 0.\n- Every other command MUST write to standard output.\n\n## Keeping\n\nThe daemon MUST keep its state in a file. A restart MUST read it again.\n";
    assert_eq!(left(&spec(program)), Some(4));
    let rest = format!("{program}\n## Naming\n\nCourtesy MUST prevail.\n");
    assert_eq!(left(&spec(&rest)), Some(5));
    let front = "---\ntargets: []\n---\n";
    assert_eq!(left(&format!("{front}{}", spec(program))), None);
    // One chapter of a single statement is a remark.
    assert_eq!(left(&spec("## Files\n\nThe server MUST have a folder.\n")), None);
}

#[test]
fn rules_of_the_functions_are_for_every_task() {
    let tied = [
        "## Conventions\n\nOperations MUST NOT read files. Implementations MUST NOT open a network connection. The output MUST NOT be logged.\n",
        "## Zones\n\nA file of zones MUST be read. A server MUST NOT be asked. The process MUST end.\n",
        "## Weights\n\nA weight MUST NOT be read from a file. If there is a server, weights MUST be sent. The zone MUST NOT be a process.\n",
        "## Letters\n\nUpper-case letters MUST be lowered. Runs of spaces MUST become one. Marks MUST go.\n",
        "## Tests\n\nThe server MUST be started. Its process MUST end. The exit status MUST be 0.\n",
    ];
    for chapters in tied {
        assert_eq!(left(&spec(chapters)), None, "{chapters}");
    }
}
