//! Spec Kit: a folder per feature with `spec.md`, `plan.md` and `tasks.md`.

use super::check_list::{self, Grammar};
use super::mentions::{self, Named};
use super::{Doc, documents, governed};
use crate::facts::{Facts, Mention, ProseScenario, Question, Requirement, Step, StepKind, Story};
use crate::id_range::IdRange;
use crate::layout::{FilePaths, Roots, file_name, folder, is_marker};
use crate::library::{Dialect, Package};
use crate::prose;
use crate::section_index::SectionIndex;
use ghostc_syntax::{BlockKind, Diagnostic, Item, OptionalIndex, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The prefixes of requirements' ids.
const PREFIXES: &[&str] = &["FR", "SC"];

/// Adds the folders of features.
pub(super) fn detect(places: &FilePaths<'_>, roots: &mut Roots) {
    for path in places.paths.iter().filter(|path| is_marker(path)) {
        let home = folder(path);
        if roots.is_taken(home) {
            continue;
        }
        let text = (places.text)(path).unwrap_or_default();
        let beside = |name: &str| places.has(home, name);
        let kiro = beside("requirements.md") || beside("bugfix.md");
        let is_feature = match file_name(path) {
            "spec.md" => beside("plan.md") || beside("tasks.md") || reads_like_a_feature(text),
            "tasks.md" if !kiro => beside("spec.md") || beside("plan.md"),
            _ => false,
        };
        if is_feature {
            roots.add(home, Dialect::SpecKit);
        }
    }
}

/// The template's title, its section of scenarios, or its ids.
fn reads_like_a_feature(text: &str) -> bool {
    ["# Feature Specification", "## User Scenarios", "**FR-", "**SC-"]
        .iter()
        .any(|mark| text.contains(mark))
}

/// Stories, requirements, scenarios, open questions and tasks.
pub(super) fn lower(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) -> Facts {
    let mut facts = Facts::default();
    for doc in documents(package, sources) {
        questions(doc, &mut facts);
        match doc.file_name().as_str() {
            "spec.md" => spec(doc, &mut facts),
            "tasks.md" => {
                facts.tasks = check_list::read(doc, &GRAMMAR);
                facts.asides = asides(doc);
            }
            _ => {}
        }
    }
    facts.id_uses = documents(package, sources)
        .flat_map(|doc| id_uses(doc, file_name(&package.root)))
        .collect();
    super::order::phases(&mut facts, package, sources, findings);
    facts
}

/// The ids that a list of tasks names anywhere: in its titles, in its tables, in ranges.
fn asides(doc: Doc<'_>) -> Vec<IdRange> {
    let blocks = doc
        .spec
        .blocks
        .iter()
        .filter(|block| !matches!(block.kind, BlockKind::Code(_)));
    blocks
        .flat_map(|block| mentions::all_coded_ranges(doc.text(block.span), PREFIXES, block.span))
        .collect()
}

/// The ids of requirements in a document's text, but for definitions, which other documents may have of their own, and
/// for those in text about other features.
fn id_uses(doc: Doc<'_>, feature: &str) -> Vec<Mention> {
    let defined = doc
        .spec
        .items
        .iter()
        .filter_map(|item| requirement(doc, item, doc.item_text(item)?));
    let definitions: BTreeSet<Span> = defined.map(|requirement| requirement.span).collect();
    let mut found = Vec::new();
    for block in &doc.spec.blocks {
        let text = doc.text(block.span);
        if matches!(block.kind, BlockKind::Code(_)) || names_another_feature(text, feature) {
            continue;
        }
        let plain = prose::without_code(text);
        let ids = mentions::all_coded(&plain, PREFIXES)
            .into_iter()
            .map(|(offset, id)| Mention {
                name: id.to_string(),
                span: prose::within(block.span, offset..offset + id.len()),
            });
        found.extend(ids.filter(|mention| !definitions.contains(&mention.span)));
    }
    found
}

/// Whether a text holds the name of a feature's folder, such as `002-export`, that is not this one.
fn names_another_feature(text: &str, own: &str) -> bool {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words.filter(|word| *word != own).any(|word| {
        let name = word
            .split_once('-')
            .filter(|(number, _)| number.len() == 3 && mentions::is_number(number));
        name.is_some_and(|(_, name)| name.starts_with(|c: char| c.is_ascii_lowercase()))
    })
}

const GRAMMAR: Grammar = Grammar {
    requirements: |_, _| Named::default(),
    mentions: |text, at| {
        let ids = mentions::all_coded(text, PREFIXES)
            .into_iter()
            .map(|(offset, id)| {
                let start = at.start as usize + offset;
                Mention {
                    name: id.to_string(),
                    span: Span::new(at.file, start, start + id.len()),
                }
            });
        ids.collect()
    },
    depends_on,
};

/// The tasks in lists that stand behind a word of order, as in `(depends on T012, T014)`.
fn depends_on(text: &str, at: Span) -> Vec<IdRange> {
    let folded = text.to_ascii_lowercase();
    let words = ["depends on ", "after ", "requires "].into_iter();
    let found = words.flat_map(|word| {
        folded
            .match_indices(word)
            .map(|(start, word)| start..start + word.len())
    });
    let mut words: Vec<Range<usize>> = found.collect();
    words.sort_by_key(|word| word.start);
    // A list ends where the next one begins.
    let ends = words.iter().skip(1).map(|next| next.start).chain([text.len()]);
    let mut found = Vec::new();
    for (word, next) in words.iter().zip(ends) {
        let rest = text.get(word.end..next).unwrap_or_default();
        let denied = text.get(..word.start).is_some_and(governed::is_denied);
        if mentions::task_id(rest).is_some() && !denied {
            let end = rest.find([')', '.', ';', '\n', '`']).unwrap_or(rest.len());
            let rest = rest.get(..end).unwrap_or_default();
            let start = at.start as usize + word.end;
            let ids = mentions::task_ids(rest, Span::new(at.file, start, at.end as usize));
            let place = |span: Span| {
                (span.start as usize).saturating_sub(start)..(span.end as usize).saturating_sub(start)
            };
            let places: Vec<Range<usize>> = ids.iter().map(|ids| place(ids.span)).collect();
            let count = governed::governed(rest, &places);
            found.extend(ids.into_iter().take(count));
        }
    }
    found
}

fn spec(doc: Doc<'_>, facts: &mut Facts) {
    stories(doc, facts);
    for item in &doc.spec.items {
        let Some(text) = doc.item_text(item) else { continue };
        if let Some(requirement) = requirement(doc, item, text) {
            facts.requirements.push(requirement);
        }
    }
    let others = outside_lists(doc, &facts.requirements);
    facts.requirements.extend(others);
    facts
        .requirements
        .sort_by_key(|requirement| (requirement.document, requirement.span));
    scenarios(doc, facts);
}

/// Requirements that no item defines: a heading that opens with an id, and a row of a table that does and binds.
fn outside_lists(doc: Doc<'_>, listed: &[Requirement]) -> Vec<Requirement> {
    let mut known: BTreeSet<String> = listed.iter().map(|listed| listed.id.clone()).collect();
    let headings = doc.spec.headings.iter().map(|heading| {
        let raw = doc.text(heading.span);
        let marks = raw.len() - raw.trim_start_matches(['#', ' ', '\t']).len();
        let start = heading.span.start as usize + marks;
        let words = Span::new(heading.span.file, start, heading.span.end as usize);
        (words, heading.section(), words)
    });
    let rows = doc.spec.rows.iter().filter(|row| !row.head).filter_map(|row| {
        let whole = doc.spec.blocks.get(row.block)?.span;
        let first = *row.cells.first()?;
        let title = *row.cells.get(1)?;
        doc.strength(whole).map(|_| (first, whole, title))
    });
    let mut found = Vec::new();
    for (named, section, title) in headings.chain(rows) {
        let raw = doc.text(named);
        let lead = raw.len() - raw.trim_start_matches(['\\', '*', '`', '[', '_']).len();
        let rest = raw.get(lead..).unwrap_or_default();
        let Some(len) = mentions::coded(rest, PREFIXES) else {
            continue;
        };
        let (id, after) = rest.split_at_checked(len).unwrap_or_default();
        let after = after.trim_start_matches(['\\', '*', '`', ']', '_', ' ']);
        // A heading that starts with one id and goes on in words is its title.
        let is_title = title == named && mentions::all_coded(after, PREFIXES).is_empty();
        let ends = after.is_empty() || after.starts_with([':', '：', '(', '—', '–', '-']) || is_title;
        if !ends || !known.insert(id.to_string()) {
            continue;
        }
        let start = named.start as usize + lead;
        let words = if title == named { after } else { doc.text(title) };
        let words = words.trim_start_matches([':', '：', '—', '–', '-', ' ']);
        found.push(Requirement {
            id: id.to_string(),
            title: doc.plain_end(title, words),
            document: doc.index,
            span: Span::new(named.file, start, start + len),
            section,
            strength: doc.strength(section),
            delta: None,
            criteria: Vec::new(),
        });
    }
    found
}

/// `- **FR-001**: text`, the bold marks in any state of repair.
fn requirement(doc: Doc<'_>, item: &Item, text: Span) -> Option<Requirement> {
    let raw = doc.text(text);
    let lead = raw.len() - raw.trim_start_matches(['\\', '*', '_', '~', '[', '`', ' ']).len();
    let rest = raw.get(lead..)?;
    let len = mentions::coded(rest, PREFIXES)?;
    let after = rest
        .get(len..)?
        .trim_start_matches(['\\', '*', '_', '~', '`', ']', ' ']);
    // Without bold and without a colon it is a mention.
    let opens = after.starts_with([':', '：', '(', '[', '—', '–', '-']) || lead > 0;
    if !opens {
        return None;
    }
    let start = text.start as usize + lead;
    Some(Requirement {
        id: rest.get(..len)?.to_string(),
        title: doc
            .plain_end(text, after.trim_start_matches([':', '：', ' ']))
            .replace("~~", ""),
        document: doc.index,
        span: Span::new(text.file, start, start + len),
        section: item.span,
        strength: doc.strength(item.span),
        delta: None,
        criteria: Vec::new(),
    })
}

/// `### User Story 1 - Title (Priority: P1)`.
fn stories(doc: Doc<'_>, facts: &mut Facts) {
    for heading in &doc.spec.headings {
        let Some(rest) = heading.text.strip_prefix("User Story ") else {
            continue;
        };
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (Some(number), Some(title)) = (rest.get(..digits).filter(|n| !n.is_empty()), rest.get(digits..))
        else {
            continue;
        };
        let priority = title.split_once("Priority:").map(|(_, rest)| {
            rest.trim_start()
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric())
                .collect::<String>()
        });
        let name = title.split("(Priority").next().unwrap_or(title);
        facts.stories.push(Story {
            id: format!("US{number}"),
            title: name.trim_matches([' ', '-', '–', '—', ':']).to_string(),
            priority: priority.filter(|found| !found.is_empty()),
            document: doc.index,
            span: heading.span,
            section: heading.section(),
        });
    }
}

/// Items that open with `Given` and go on to `When` or `Then`.
fn scenarios(doc: Doc<'_>, facts: &mut Facts) {
    let stories = SectionIndex::new(facts.stories.iter().map(|story| story.section));
    let mut counts: BTreeMap<Option<usize>, u32> = BTreeMap::new();
    for item in &doc.spec.items {
        let Some(text) = doc.item_text(item) else { continue };
        let steps = steps(doc.text(text), text);
        let kinds = |kind| steps.iter().any(|step: &Step| step.kind == kind);
        if !matches!(steps.first(), Some(step) if step.kind != StepKind::And)
            || !(kinds(StepKind::When) || kinds(StepKind::Then))
        {
            continue;
        }
        let story = stories.first(item.span);
        let before = counts.entry(story).or_insert(0);
        *before += 1;
        facts.scenarios.push(ProseScenario {
            title: String::new(),
            number: item.number.unwrap_or(*before),
            document: doc.index,
            span: text,
            section: item.span,
            requirement: OptionalIndex::default(),
            story: OptionalIndex::new(story),
            steps: steps.into_boxed_slice(),
        });
    }
}

/// The steps in one text: `**Given** a, **When** b, **Then** c`.
fn steps(text: &str, at: Span) -> Vec<Step> {
    let words = [
        ("given", StepKind::Given),
        ("when", StepKind::When),
        ("then", StepKind::Then),
        ("and", StepKind::And),
        ("but", StepKind::And),
    ];
    let mut starts: Vec<(usize, StepKind)> = Vec::new();
    for (offset, mark) in text.match_indices("**") {
        let after = text.get(offset + mark.len()..).unwrap_or_default();
        let word: String = after.chars().take_while(|c| c.is_ascii_alphabetic()).collect();
        let closes = after
            .get(word.len()..)
            .is_some_and(|rest| rest.trim_start_matches([':', ',']).starts_with("**"));
        let kind = words.iter().find(|(name, _)| word.eq_ignore_ascii_case(name));
        starts.extend(kind.filter(|_| closes).map(|(_, kind)| (offset, *kind)));
    }
    if starts.is_empty()
        && text
            .get(..6)
            .is_some_and(|start| start.eq_ignore_ascii_case("given "))
    {
        starts.push((0, StepKind::Given));
        for (name, kind) in [(", when ", StepKind::When), (", then ", StepKind::Then)] {
            starts.extend(
                text.to_ascii_lowercase()
                    .find(name)
                    .map(|offset| (offset + 2, kind)),
            );
        }
    }
    let opens = starts.first().is_some_and(|(offset, _)| *offset == 0);
    if !opens {
        return Vec::new();
    }
    let ends = starts
        .iter()
        .skip(1)
        .map(|(offset, _)| *offset)
        .chain([text.len()]);
    let base = at.start as usize;
    starts
        .iter()
        .zip(ends)
        .map(|((start, kind), end)| Step {
            kind: *kind,
            span: Span::new(at.file, base + start, base + end.max(*start)),
        })
        .collect()
}

/// `[NEEDS CLARIFICATION: question]`.
fn questions(doc: Doc<'_>, facts: &mut Facts) {
    const MARK: &str = "NEEDS CLARIFICATION";
    for sentence in &doc.spec.sentences {
        let written = doc.text(sentence.span);
        if !written.contains("NEEDS") {
            continue;
        }
        // The marker may be wrapped between its words.
        let text = &written.replace("NEEDS\n", "NEEDS ");
        for (offset, mark) in text.match_indices(MARK) {
            let rest = text.get(offset + mark.len()..).unwrap_or_default();
            // One that is never closed goes on to the next.
            let until_next = rest.split(MARK).next().unwrap_or_default();
            let asked = until_next
                .split(']')
                .next()
                .unwrap_or_default()
                .trim_start_matches([':', ' '])
                .trim_end_matches('[');
            let bracket = offset
                .checked_sub(1)
                .filter(|at| text.get(*at..offset) == Some("["));
            let start = sentence.span.start as usize + bracket.unwrap_or(offset);
            let end = sentence.span.start as usize + offset + mark.len();
            facts.questions.push(Question {
                text: asked.to_string(),
                document: doc.index,
                span: Span::new(sentence.span.file, start, end),
            });
        }
    }
}
