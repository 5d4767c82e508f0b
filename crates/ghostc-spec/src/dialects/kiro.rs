//! Kiro and cc-sdd: `requirements.md` or `bugfix.md` with EARS criteria, `design.md` with properties, `tasks.md`.

use super::check_list::{self, Grammar};
use super::mentions::{self, Named};
use super::{Doc, documents, ears};
use crate::facts::{Criterion, DeclaredTask, Facts, Property, Requirement, Story, Term};
use crate::id_range::IdRange;
use crate::layout::{FilePaths, Roots, file_name, folder, is_marker};
use crate::library::{Dialect, Package};
use ghostc_syntax::{BlockKind, Diagnostic, Heading, Sources, Span};

/// Adds the folders of specs.
pub(super) fn detect(places: &FilePaths<'_>, roots: &mut Roots) {
    for path in places.paths.iter().filter(|path| is_marker(path)) {
        let home = folder(path);
        // The checklists of a feature of Spec Kit are called `requirements.md` too.
        if roots.is_taken(home) || roots.dialect(folder(home)) == Some(Dialect::SpecKit) {
            continue;
        }
        let text = (places.text)(path).unwrap_or_default();
        let beside = |name: &str| places.has(home, name);
        let is_spec = match file_name(path) {
            "bugfix.md" => true,
            "requirements.md" => beside("tasks.md") || beside("design.md") || has_criteria(path, text),
            "tasks.md" => {
                beside("requirements.md")
                    || beside("bugfix.md")
                    || beside("design.md")
                    || reads_like_a_plan(text)
            }
            _ => false,
        };
        if is_spec {
            roots.add(home, Dialect::Kiro);
        }
    }
}

/// Whether a text reads like Kiro's requirements, or lies where Kiro keeps them.
fn has_criteria(path: &str, text: &str) -> bool {
    path.contains(".kiro/specs/")
        || ["### Requirement", "Acceptance Criteria", "SHALL", " shall "]
            .iter()
            .any(|mark| text.contains(mark))
}

/// Whether a text reads like Kiro's list of tasks.
fn reads_like_a_plan(text: &str) -> bool {
    text.contains("# Implementation Plan") || text.contains("_Requirements:")
}

/// Requirements with criteria, properties, glossary and tasks.
pub(super) fn lower(package: &Package, sources: &Sources, _findings: &mut Vec<Diagnostic>) -> Facts {
    let mut facts = Facts::default();
    for doc in documents(package, sources) {
        match doc.file_name().as_str() {
            "requirements.md" => {
                requirements(doc, &mut facts);
                glossary(doc, &mut facts);
            }
            "bugfix.md" => clauses(doc, &mut facts),
            "design.md" => properties(doc, &mut facts),
            "tasks.md" => {
                facts.tasks = check_list::read(doc, &GRAMMAR);
                facts.waves = super::waves::read(doc);
                facts.asides = asides(doc, &facts.tasks);
            }
            _ => {}
        }
    }
    super::order::waves(&mut facts, package, sources);
    facts
}

const GRAMMAR: Grammar = Grammar {
    requirements: |text, at| labelled(text, at, REQUIREMENTS),
    depends_on: |text, at| labelled(text, at, &["Depends", "Depends on"]).ids,
    mentions: |_, _| Vec::new(),
};

/// What people call a line of requirements.
const REQUIREMENTS: &[&str] = &["Requirements", "Requirement", "Validates", "参照", "要件"];

/// What the lines of a text give behind one of some labels: `_Requirements: 1.1, 2.3_`.
fn labelled(text: &str, at: Span, labels: &[&str]) -> Named {
    let mut named = Named::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        if let Some(offset) = labels.iter().find_map(|label| after_label(bare, label)) {
            let list = bare.get(offset..).unwrap_or_default();
            let end = list.find(['_', '*', '（', '(']).unwrap_or(list.len());
            let base = Span::new(at.file, at.start as usize + start + offset, at.end as usize);
            let read = mentions::numbers(list.get(..end).unwrap_or_default().trim_end_matches('.'), base);
            named.ids.extend(read.ids);
            named.others.extend(read.others);
        }
        start += line.len();
    }
    named
}

/// Where the text behind `_Label:` starts; the label opens its line or a stretch of emphasis.
fn after_label(line: &str, label: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + line.get(from..)?.find(label)?;
        let before = line.get(..at)?;
        let opens = before
            .trim_start_matches([' ', '-', '*', '_', '+', '>'])
            .is_empty()
            || before.ends_with(['_', '*']);
        let rest = line.get(at + label.len()..)?;
        let bare = rest.trim_start_matches(['*', '_']);
        let colon = bare.strip_prefix(':').or_else(|| bare.strip_prefix('：'));
        if let (true, Some(after)) = (opens, colon) {
            return Some(line.len() - after.trim_start_matches(['*', '_']).trim_start().len());
        }
        from = at + label.len();
    }
}

/// The requirements in list items that are no part of a task: `- ✅ Requirements 1-12: done`.
fn asides(doc: Doc<'_>, tasks: &[DeclaredTask]) -> Vec<IdRange> {
    let mut found = Vec::new();
    for item in &doc.spec.items {
        let Some(at) = doc.item_text(item).filter(|at| !is_in_task(*at, tasks)) else {
            continue;
        };
        let text = doc.text(at);
        for (offset, word) in REQUIREMENTS.iter().flat_map(|word| text.match_indices(word)) {
            let rest = text.get(offset + word.len()..).unwrap_or_default();
            let in_list = |c: char| c.is_ascii_digit() || " .,-–—~〜、".contains(c);
            let list = rest
                .get(..rest.find(|c| !in_list(c)).unwrap_or(rest.len()))
                .unwrap_or_default();
            let start = at.start as usize + offset + word.len();
            let base = Span::new(at.file, start, start + list.len());
            found.extend(mentions::numbers(list.trim_end_matches(['.', '-', ' ']), base).ids);
        }
    }
    found
}

fn is_in_task(at: Span, tasks: &[DeclaredTask]) -> bool {
    let after = tasks.partition_point(|task| task.section.start <= at.start);
    let before = after.checked_sub(1).and_then(|last| tasks.get(last));
    before.is_some_and(|task| task.section.contains(at))
}

/// `### Requirement 1: Title` in any language, with a numbered list below.
fn requirements(doc: Doc<'_>, facts: &mut Facts) {
    for heading in &doc.spec.headings {
        let named = numbered(&heading.text);
        let is_bare = named.is_none();
        let Some((id, title)) = named.or_else(|| bare_number(doc, heading)) else {
            continue;
        };
        let criteria = criteria(doc, heading, &id);
        // A number alone may be that of any chapter.
        if is_bare && criteria.iter().all(|criterion| criterion.strength.is_none()) {
            continue;
        }
        let named =
            heading.text.to_lowercase().starts_with("requirement") || heading.text.starts_with("要件");
        if criteria.is_empty() && !named {
            continue;
        }
        story(doc, heading, &id, facts);
        facts.requirements.push(Requirement {
            id,
            title: title.to_string(),
            document: doc.index,
            span: heading.span,
            section: heading.section(),
            strength: criteria.iter().filter_map(|criterion| criterion.strength).min(),
            delta: None,
            criteria,
        });
    }
}

/// A heading's number and title: `Requirement 1`, `要件1: 題`, `Requisito 2 - Título`.
fn numbered(text: &str) -> Option<(String, &str)> {
    let at = text.find(|c: char| c.is_ascii_digit())?;
    let (word, rest) = (text.get(..at)?.trim(), text.get(at..)?);
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let after = rest.get(digits..)?.trim_start();
    let sound = after.is_empty() || after.starts_with([':', '：', '-', '–', '—', '.', '．', ')']);
    let one_name =
        !word.is_empty() && word.split_whitespace().count() <= 2 && !word.contains([':', '.', '-', '`']);
    let title = after.trim_start_matches([':', '：', '-', '–', '—', '.', '．', ')', ' ']);
    let deeper = after
        .strip_prefix('.')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    (sound && one_name && !deeper).then(|| (rest.get(..digits).unwrap_or_default().to_string(), title))
}

/// The number and title of `### 1: Title` or `### 1. Title` below `## Requirements`.
fn bare_number<'a>(doc: Doc<'a>, heading: &'a Heading) -> Option<(String, &'a str)> {
    let text = heading.text.as_str();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = text.get(digits..).filter(|_| digits > 0)?;
    let title = rest.strip_prefix([':', '：', '.', ')', '-', '–', '—'])?;
    let is_whole = !title.starts_with(|c: char| c.is_ascii_digit());
    let above = doc.spec.headings.get(heading.parent()?)?;
    let folded = above.text.to_lowercase();
    let is_among = ["requirement", "要件", "requisit"]
        .iter()
        .any(|word| folded.contains(word));
    (is_whole && is_among).then(|| (text.get(..digits).unwrap_or_default().to_string(), title.trim()))
}

/// The clauses of a requirement: the outermost numbered items of its section, or the check boxes where none is numbered.
fn criteria(doc: Doc<'_>, heading: &Heading, requirement: &str) -> Vec<Criterion> {
    let outer: Vec<_> = doc
        .items_in(heading.section())
        .filter(|item| item.parent().is_none())
        .collect();
    let numbered = outer.iter().any(|item| item.number.is_some());
    let clauses = outer.into_iter().filter(|item| {
        if numbered {
            item.number.is_some()
        } else {
            item.check.is_some()
        }
    });
    let criteria = clauses.enumerate().filter_map(|(at, item)| {
        let text = doc.item_text(item)?;
        let number = item.number.map_or(at + 1, |number| number as usize);
        Some(criterion(doc, format!("{requirement}.{number}"), text, item.span))
    });
    criteria.collect()
}

fn criterion(doc: Doc<'_>, id: String, text: Span, whole: Span) -> Criterion {
    let read = ears::read(doc.text(text));
    let subject = read
        .as_ref()
        .and_then(|(_, subject)| subject.clone())
        .map(|range| {
            let base = text.start as usize;
            Span::new(text.file, base + range.start, base + range.end)
        });
    Criterion {
        id,
        span: text,
        strength: doc.strength(whole),
        ears: read.map(|(ears, _)| ears),
        subject,
    }
}

/// `**User Story:** As a …` in a requirement.
fn story(doc: Doc<'_>, heading: &Heading, id: &str, facts: &mut Facts) {
    let paragraph = doc
        .blocks_in(heading.section())
        .filter(|block| block.kind == BlockKind::Paragraph)
        .find(|block| {
            doc.text(block.span)
                .trim_start_matches(['*', '_'])
                .starts_with("User Story")
        });
    facts.stories.extend(paragraph.map(|block| {
        Story {
            id: id.to_string(),
            title: doc
                .plain(block.span)
                .trim_start_matches("User Story:")
                .trim()
                .to_string(),
            priority: None,
            document: doc.index,
            span: block.span,
            section: heading.section(),
        }
    }));
}

/// The clauses of a bug report: paragraphs or items that start with `2.1`. Those of chapter 1 say what is wrong today.
fn clauses(doc: Doc<'_>, facts: &mut Facts) {
    let title = doc.spec.headings.first();
    let mut bug = Requirement {
        id: "bugfix".to_string(),
        title: title.map(|heading| heading.text.clone()).unwrap_or_default(),
        document: doc.index,
        span: title.map_or(Span::start_of(doc.spec.file), |heading| heading.span),
        // The report is one requirement, however many chapters it has.
        section: doc.whole(),
        strength: None,
        delta: None,
        criteria: Vec::new(),
    };
    for block in doc
        .spec
        .blocks
        .iter()
        .filter(|block| matches!(block.kind, BlockKind::Paragraph | BlockKind::Item))
    {
        let text = doc.text(block.span);
        let id: String = text
            .chars()
            .take_while(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        let id = id.trim_end_matches('.');
        if id.contains('.') && mentions::is_number(id) {
            let lead = text
                .get(id.len()..)
                .map_or(0, |rest| rest.len() - rest.trim_start_matches(['.', ' ']).len());
            let start = block.span.start as usize + id.len() + lead;
            let words = Span::new(block.span.file, start, block.span.end as usize);
            bug.criteria
                .push(criterion(doc, id.to_string(), words, block.span));
        }
    }
    if !bug.criteria.is_empty() {
        bug.strength = bug
            .criteria
            .iter()
            .filter_map(|criterion| criterion.strength)
            .min();
        facts.requirements.push(bug);
    }
}

/// `- **Term**: definition` below `## Glossary`.
fn glossary(doc: Doc<'_>, facts: &mut Facts) {
    let titles = ["glossary", "用語集", "用語", "definitions", "terminology"];
    let home = doc
        .spec
        .headings
        .iter()
        .find(|heading| titles.contains(&heading.text.to_lowercase().trim()));
    let Some(home) = home else { return };
    for item in doc.items_in(home.section()) {
        let Some(text) = doc.item_text(item) else { continue };
        let raw = doc.text(text);
        let Some((name, _)) = raw.strip_prefix("**").and_then(|rest| rest.split_once("**")) else {
            continue;
        };
        let start = text.start as usize + 2;
        facts.terms.push(Term {
            name: name.trim_end_matches([':', '：']).to_string(),
            document: doc.index,
            span: Span::new(text.file, start, start + name.len()),
        });
    }
}

/// `### Property 1: Title` with `**Validates: Requirements 1.3, 1.4**` below.
fn properties(doc: Doc<'_>, facts: &mut Facts) {
    for heading in &doc.spec.headings {
        let Some((id, title)) = heading
            .text
            .strip_prefix("Property ")
            .and_then(|_| numbered(&heading.text))
        else {
            continue;
        };
        let validates: Vec<IdRange> = doc
            .blocks_in(heading.section())
            .flat_map(|block| labelled(doc.text(block.span), block.span, &["Validates"]).ids)
            .collect();
        facts.properties.push(Property {
            id,
            title: title.to_string(),
            document: doc.index,
            span: heading.span,
            validates,
        });
    }
}
