//! Read or reported: what looks like a task, a requirement, a scenario, a group of cases or a file of a package is a fact
//! or a finding.
//!
//! What looks like one is told line by line by a detector of a few patterns, which knows nothing of how ghostc reads.

use ghostc_lint::{Goal, analyze};
use ghostc_project::{Host, InspectRequest, inspect};
use ghostc_spec::clauses::clauses;
use ghostc_spec::layout::PackageFiles;
use ghostc_spec::library::{Library, Package, Role};
use ghostc_spec::resolve::Input;
use ghostc_spec::{Settings, discover::discover_in};
use ghostc_syntax::{Diagnostic, Source, Sources, Span};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// What a line looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Looks {
    Task,
    Requirement,
    Scenario,
    Group,
}

/// The lines of a Markdown text that are no code, no comment and no front matter, with their numbers.
fn prose(text: &str) -> Vec<(usize, &str)> {
    let mut out = Vec::new();
    let (mut fence, mut comment): (Option<String>, bool) = (None, false);
    let mut front = text.starts_with("---\n");
    for (at, line) in text.lines().enumerate() {
        let bare = line.trim_start_matches([' ', '>', '\t']);
        if front {
            front = at == 0 || line.trim_end() != "---";
            continue;
        }
        if let Some(open) = &fence {
            if bare.starts_with(open.as_str()) && bare.trim().chars().all(|c| open.starts_with(c)) {
                fence = None;
            }
            continue;
        }
        let mark = bare.trim_start_matches(['-', '*', '+', ' ']);
        if mark.starts_with("```") || mark.starts_with("~~~") {
            let first = mark.chars().next().unwrap_or('`');
            fence = Some(mark.chars().take_while(|c| *c == first).collect());
            continue;
        }
        if comment || bare.starts_with("<!--") {
            comment = !line.contains("-->");
            continue;
        }
        out.push((at + 1, line));
    }
    out
}

/// What stands behind the mark of a list item.
fn item(line: &str) -> Option<&str> {
    let bare = line.trim_start_matches([' ', '\t', '>']);
    let digits = bare.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = if digits.len() < bare.len() {
        digits.strip_prefix(['.', ')'])?
    } else {
        bare.strip_prefix(['-', '*', '+'])?
    };
    rest.starts_with([' ', '\t']).then(|| rest.trim_start())
}

/// Whether an item shows a check box: right away, behind its number, in bold, round, or as a sign.
fn has_box(item: &str) -> bool {
    let number = item.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let words = if number.starts_with(' ') {
        number.trim_start()
    } else {
        item
    };
    let words = words.trim_start_matches(['*', '_']);
    let marks = ["", " ", "x", "X", "~", "-", ">", " x", "x ", "*", "✓"];
    let square = marks.iter().any(|mark| {
        let rest = words.strip_prefix('[').and_then(|rest| rest.strip_prefix(mark));
        let rest = rest.and_then(|rest| rest.strip_prefix(']'));
        rest.is_some_and(|rest| !rest.starts_with(['(', ':', '[']))
    });
    square || words.starts_with(['☐', '☑', '☒']) || words.starts_with("( ) ")
}

/// The number of an item of a list of tasks: `1.2`, `T004`.
fn task_id(item: &str) -> Option<&str> {
    let bare = item.trim_start_matches('*');
    let digits = bare.strip_prefix('T').unwrap_or(bare);
    let end = digits
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(digits.len());
    let id = bare.get(..bare.len() - digits.len() + end)?.trim_end_matches('.');
    let is_id = (id.starts_with('T') && id.len() > 3) || id.contains('.');
    let ends = digits.get(end..)?.trim_start_matches('*').starts_with(' ');
    (is_id && ends && id.ends_with(|c: char| c.is_ascii_digit())).then_some(id)
}

/// Whether a heading has a number or an id as requirements have: `1: Login`, `1.1 Login`, `US-1: Login`.
fn is_numbered(title: &str) -> bool {
    let label = title.strip_prefix("Requirement ").unwrap_or(title);
    let label = label
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .trim_end_matches([':', '.', ')']);
    let number = match label.split_once('-') {
        Some((letters, number)) if letters.chars().all(|c| c.is_ascii_uppercase()) && letters.len() < 6 => {
            number
        }
        _ => label,
    };
    number.starts_with(|c: char| c.is_ascii_digit()) && number.chars().all(|c| c.is_ascii_digit() || c == '.')
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let title = line.trim_start_matches('#');
    let level = line.len() - title.len();
    ((1..=6).contains(&level) && title.starts_with(' ')).then(|| (level, title.trim()))
}

/// The lines of a document that look like something.
fn detect(path: &str, text: &str) -> Vec<(usize, Looks)> {
    let name = path.rsplit('/').next().unwrap_or_default();
    let mut found = Vec::new();
    if name == "tests.yaml" {
        let groups = text.lines().enumerate().filter(|(_, line)| {
            let key = line.strip_suffix(':').unwrap_or_default();
            !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        });
        return groups.map(|(at, _)| (at + 1, Looks::Group)).collect();
    }
    let lines = prose(text);
    let ids: BTreeSet<&str> = lines
        .iter()
        .filter_map(|(_, line)| item(line).filter(|item| has_box(item)))
        .filter_map(|item| {
            task_id(
                item.split_once(']')
                    .map_or("", |(_, rest)| rest.trim_start_matches(['*', ' '])),
            )
        })
        .collect();
    let (mut boxed, mut above): (Option<usize>, Option<(usize, String)>) = (None, None);
    for (at, (number, line)) in lines.iter().enumerate() {
        if let Some((level, title)) = heading(line) {
            boxed = None;
            let says = title.to_lowercase().contains("requirement") && !is_numbered(title);
            if says && !title.contains(':') {
                above = Some((level, title.to_string()));
            } else if above.as_ref().is_some_and(|(above, _)| level <= *above) {
                above = None;
            }
            let rest = lines.get(at + 1..).unwrap_or_default().iter();
            let body: Vec<&str> = rest
                .map(|(_, line)| *line)
                .take_while(|line| heading(line).is_none())
                .collect();
            let binds = body
                .iter()
                .any(|line| line.contains("SHALL") || line.contains("MUST"));
            let is_spec = name == "requirements.md" || name == "spec.md";
            if is_spec && above.is_some() && binds && (3..=4).contains(&level) && is_numbered(title) {
                found.push((*number, Looks::Requirement));
            }
            if name == "spec.md"
                && level == 4
                && title.starts_with("Scenario: ")
                && !body.concat().trim().is_empty()
            {
                found.push((*number, Looks::Scenario));
            }
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        match item(line) {
            Some(item) if has_box(item) => {
                boxed = Some(indent);
                found.push((*number, Looks::Task));
            }
            Some(item) if boxed == Some(indent) && name == "tasks.md" => {
                if task_id(item).is_some_and(|id| !ids.contains(id)) {
                    found.push((*number, Looks::Task));
                }
            }
            Some(_) | None => {}
        }
    }
    found
}

/// The lines at which a package has facts.
fn fact_lines(package: &Package, sources: &Sources) -> BTreeSet<(String, usize)> {
    let facts = &package.facts;
    let read = clauses(package, sources);
    let mut spans: Vec<Span> = Vec::new();
    spans.extend(facts.tasks.iter().flat_map(|found| [found.span, found.section]));
    spans.extend(facts.requirements.iter().map(|found| found.span));
    let criteria = facts.requirements.iter().flat_map(|found| &found.criteria);
    spans.extend(criteria.map(|found| found.span));
    spans.extend(facts.scenarios.iter().map(|found| found.span));
    spans.extend(facts.stories.iter().map(|found| found.span));
    spans.extend(facts.properties.iter().map(|found| found.span));
    spans.extend(read.obligations.iter().map(|found| found.span));
    spans.extend(package.cases.iter().map(|case| case.span));
    let place = |span: Span| (sources.get(span.file).path.clone(), sources.line(span));
    let mut lines: BTreeSet<(String, usize)> = spans.into_iter().map(place).collect();
    for case in &package.cases {
        let (path, line) = place(case.span);
        // The line of its group is the last one before it that starts with a letter.
        let text = &sources.get(case.span.file).text;
        let before = text.lines().take(line).collect::<Vec<_>>();
        let group = before
            .iter()
            .rposition(|line| line.starts_with(char::is_alphabetic));
        lines.extend(group.map(|at| (path, at + 1)));
    }
    lines
}

/// The lines that look like something and are neither a fact nor a finding.
fn unread(library: &Library, findings: &[Diagnostic], sources: &Sources) -> Vec<String> {
    let place = |span: Span| (sources.get(span.file).path.clone(), sources.line(span));
    let mut told: BTreeSet<(String, usize)> = findings
        .iter()
        .flat_map(|found| {
            let labels = found.labels.iter().map(|label| label.span);
            labels.chain([found.span]).map(place).collect::<Vec<_>>()
        })
        .collect();
    for package in &library.packages {
        told.extend(fact_lines(package, sources));
    }
    let mut missing = Vec::new();
    for package in &library.packages {
        let documents = package.documents.iter().filter(|home| home.role == Role::Spec);
        let texts = documents
            .map(|home| home.spec.file)
            .chain(package.case_files.iter().map(|file| file.file));
        for file in texts {
            let source = sources.get(file);
            for (line, looks) in detect(&source.path, &source.text) {
                if !is_told(&told, &source.path, &source.text, line, looks) {
                    let text = source.text.lines().nth(line - 1).unwrap_or_default();
                    missing.push(format!("{}:{line}: {looks:?}: {text}", source.path));
                }
            }
        }
    }
    missing
}

/// Whether a line is told of; a scenario is where the heading above it is.
fn is_told(told: &BTreeSet<(String, usize)>, path: &str, text: &str, line: usize, looks: Looks) -> bool {
    let knows = |line: usize| told.contains(&(path.to_string(), line));
    let above = || {
        let before: Vec<&str> = text.lines().take(line - 1).collect();
        let at = before
            .iter()
            .rposition(|line| heading(line).is_some_and(|(level, _)| level < 4));
        at.map_or(0, |at| at + 1)
    };
    knows(line) || looks == Looks::Scenario && knows(above())
}

/// What is wrong with some files.
fn judge(files: &[(String, String)]) -> Vec<String> {
    let mut sources = Sources::default();
    for (path, text) in files {
        sources.add(Source::new(path.as_str(), text.as_str()));
    }
    let settings = Settings::default();
    let packages = discover_in(&sources);
    let in_packages: BTreeSet<&String> = packages.iter().flat_map(PackageFiles::all).collect();
    let checked = analyze(Input::new(&sources, &settings), &packages, 1, Goal::Everything);
    let mut wrong = unread(&checked.value, &checked.diagnostics, &sources);
    let lost = files.iter().filter(|(path, _)| !in_packages.contains(path));
    wrong.extend(lost.map(|(path, _)| format!("{path} is in no package")));
    wrong
}

#[test]
fn every_document_of_the_corpora_is_read_or_reported() {
    let Some(corpora) = ghostc_testkit::corpora() else {
        return;
    };
    let request = InspectRequest {
        paths: vec![corpora.join("docs")],
        ..InspectRequest::default()
    };
    let found = inspect(&request, &Host::disk()).unwrap_or_else(|failure| panic!("{}", failure.message));
    let missing = unread(&found.library, &found.findings, &found.sources);
    assert!(
        missing.is_empty(),
        "{} lines:\n{}",
        missing.len(),
        missing.join("\n")
    );
    let looked = found
        .sources
        .iter()
        .map(|(_, source)| detect(&source.path, &source.text).len());
    let looked: usize = looked.sum();
    assert!(looked > 4000, "{looked}");
}

const TASK_LINES: &[&str] = &[
    "- [ ] @. Draw the hands",
    "- [x] @. Draw the face",
    "- [>] @. Wind it",
    "- [] @. Oil it",
    "- [x]@. Hang it",
    "- [ x] @. Set it",
    "- @. [x] Dust it",
    "- **[ ]** @. Polish it",
    "- ☐ @. Sell it",
    "- ( ) @. Lend it",
    "* [ ] @. Lose it",
    "1. [ ] Find it",
    "- [ ]* @. Test it",
    "- [ ] Free of numbers",
    "> - [ ] @. Quoted",
    "  - a detail of it",
    "  | a | b |\n  |---|---|",
    "| step | done |\n|---|---|",
    "",
    "## Later",
    "Words between.",
    "```text\n- [ ] 9. no task\n```",
    "<!-- - [ ] 9. no task -->",
];

const REQUIREMENT_LINES: &[&str] = &[
    "### Requirement @: Hands\n\n1. THE clock SHALL tick\n",
    "### @: Hands\n\n1. THE clock SHALL tick\n",
    "### @. Hands\n\n1. THE clock SHALL tick\n",
    "### US-@: Hands\n\n1. THE clock SHALL tick\n",
    "#### @.1 Hands\n\n1. THE clock SHALL tick\n",
    "#### Requirement @.1.1\n\nThe clock SHALL tick.\n",
    "### Words\n\nThe clock ticks.\n",
];

const OPENSPEC_LINES: &[&str] = &[
    "### Requirement: Hands @\nIt SHALL tick.\n\n#### Scenario: Once\n- **WHEN** asked\n- **THEN** it ticks\n",
    "### @: Hands\nIt SHALL tick.\n\n#### Scenario: Once\n- **WHEN** asked\n- **THEN** it ticks\n",
    "### Requirement @\nIt SHALL tick.\n\n#### Scenario: Twice\n- **WHEN** asked\n- **THEN** it ticks\n",
    "### Words\n\nThey are few.\n",
    "#### Scenario: Thrice\n- **WHEN** asked\n- **THEN** it ticks\n",
];

/// A text of some pieces, each with the number of its place.
fn text(start: &'static str, pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    let pieces = proptest::collection::vec(proptest::sample::select(pieces), 0..9);
    pieces.prop_map(move |pieces| {
        let numbered = pieces.iter().enumerate();
        let lines = numbered.map(|(at, piece)| format!("{}\n", piece.replace('@', &(at + 2).to_string())));
        format!("{start}{}", lines.collect::<String>())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn whatever_looks_like_a_task_or_a_requirement_is_read_or_reported(
        list in text("# Plan\n\n- [ ] 1. Make it\n", TASK_LINES),
        requirements in text("# Requirements\n\n## Requirements\n\n### Requirement 1: Time\n\n1. THE clock SHALL run\n\n", REQUIREMENT_LINES),
        capability in text("# Clock\n\n## Purpose\n\nIt shows what time it is.\n\n## Requirements\n\n### Requirement: Time\nIt SHALL run.\n\n#### Scenario: Noon\n- **WHEN** asked\n- **THEN** it runs\n\n", OPENSPEC_LINES),
        list_of_feature in text("# Tasks\n\n## Phase 1: Setup\n\n- [ ] T001 Make it\n", TASK_LINES),
        groups in proptest::collection::vec("[a-c]", 0..3),
    ) {
        let files = [
            (".kiro/specs/clock/requirements.md", requirements),
            (".kiro/specs/clock/tasks.md", list),
            ("openspec/specs/clock/spec.md", capability),
            ("specs/001-clock/spec.md", "# Feature Specification: Clock\n\n- **FR-001**: It MUST tick\n".to_string()),
            ("specs/001-clock/tasks.md", list_of_feature),
            ("lib/SPEC.md", "# Lib\n\n### a(x) → integer\n\n- `a(1)` → 2\n".to_string()),
            ("lib/notes.md", "# Notes\n\n- [ ] tried\n".to_string()),
            ("lib/tests.yaml", groups.iter().collect::<BTreeSet<_>>().iter().map(|name| format!("{name}:\n  - {{name: one, input: 1, output: 2}}\n")).collect()),
        ];
        let files = files.map(|(path, text)| (path.to_string(), text));
        let wrong = judge(&files);
        prop_assert!(wrong.is_empty(), "{}\n{files:#?}", wrong.join("\n"));
    }
}
