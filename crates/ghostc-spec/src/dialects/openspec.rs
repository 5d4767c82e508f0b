//! OpenSpec: capabilities under `specs/`, and changes with deltas and tasks under `changes/`.

mod detect;

use super::Doc;
use super::check_list::{self, Grammar};
use super::mentions::Named;
use crate::facts::{
    DeclaredTask, Delta, Facts, Half, Mention, ProseScenario, Rename, Requirement, Step, StepKind, TaskRole,
};
use crate::prose;
pub(super) use detect::detect;
use ghostc_syntax::{Heading, OptionalIndex, Sources, Span, collapse_whitespace};
use std::collections::BTreeSet;
use std::ops::Bound;

const GRAMMAR: Grammar = Grammar {
    requirements: |_, _| Named::default(),
    depends_on: |_, _| Vec::new(),
    mentions: |_, _| Vec::new(),
};

/// Requirements, scenarios, renames and tasks.
pub(super) fn lower(found: Vec<Declared>, sources: &Sources) -> Facts {
    let mut facts = Facts::default();
    let specs = || found.iter().filter_map(Declared::facts);
    facts
        .requirements
        .reserve(specs().map(|spec| spec.requirements.len()).sum());
    facts
        .scenarios
        .reserve(specs().map(|spec| spec.scenarios.len()).sum());
    for declared in found {
        declared.add_to(&mut facts);
    }
    mentions(&mut facts, sources);
    super::order::sequence(&mut facts);
    facts
}

/// What one document declares. The requirements that its scenarios name are counted from its first.
pub(crate) enum Declared {
    Spec(Box<Facts>),
    Tasks(Vec<DeclaredTask>),
    ChangeNames(Vec<Mention>),
    Nothing,
}

/// Reads a document of a package, which may be a change.
pub(super) fn read(doc: Doc<'_>, is_change: bool) -> Declared {
    match doc.file_name().as_str() {
        "spec.md" => Declared::Spec(Box::new(spec(doc, is_change))),
        "tasks.md" => Declared::Tasks(check_list::read(doc, &GRAMMAR)),
        _ if !is_change => Declared::ChangeNames(change_names(doc)),
        _ => Declared::Nothing,
    }
}

impl Declared {
    /// The requirements and scenarios of a spec.
    pub(crate) fn facts(&self) -> Option<&Facts> {
        match self {
            Declared::Spec(found) => Some(found),
            Declared::Tasks(_) | Declared::ChangeNames(_) | Declared::Nothing => None,
        }
    }

    /// Puts it behind what documents before it declare.
    fn add_to(self, facts: &mut Facts) {
        match self {
            Declared::Spec(mut found) => {
                let before = facts.requirements.len();
                for scenario in &mut found.scenarios {
                    scenario.requirement =
                        OptionalIndex::new(scenario.requirement.get().map(|at| before + at));
                }
                facts.requirements.append(&mut found.requirements);
                facts.scenarios.append(&mut found.scenarios);
                facts.renames.extend(found.renames);
                facts.unpaired_renames.extend(found.unpaired_renames);
            }
            Declared::Tasks(tasks) => facts.tasks = tasks,
            Declared::ChangeNames(names) => facts.change_names.extend(names),
            Declared::Nothing => {}
        }
    }
}

/// Words of three or more parts in lower case with hyphens between them, which is how changes are named.
fn change_names(doc: Doc<'_>) -> Vec<Mention> {
    let mut found = Vec::new();
    for block in &doc.spec.blocks {
        let heading = block.heading().and_then(|at| doc.spec.headings.get(at));
        if says_done(doc.text(block.span)) || heading.is_some_and(|heading| says_done(&heading.text)) {
            continue;
        }
        let mut start = 0;
        let breaks = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
        for part in doc.text(block.span).split_inclusive(breaks) {
            let word = part.trim_end_matches(breaks);
            if word.bytes().filter(|byte| *byte == b'-').count() >= 2
                && !word.bytes().any(|b| b.is_ascii_uppercase())
            {
                let span = prose::within(block.span, start..start + word.len());
                found.push(Mention {
                    name: word.to_string(),
                    span,
                });
            }
            start += part.len();
        }
    }
    found
}

/// Whether a text tells of changes that are made.
fn says_done(text: &str) -> bool {
    let folded = text.to_lowercase();
    let words = [
        "archive",
        "complete",
        "implemented",
        "done",
        "shipped",
        "merged",
        "[x]",
        "✅",
        "✓",
    ];
    words.iter().any(|word| folded.contains(word))
}

/// Tasks name requirements in passing, if at all: by their whole names, which are known by how they start.
fn mentions(facts: &mut Facts, sources: &Sources) {
    if facts.tasks.is_empty() {
        return;
    }
    let names = facts.requirements.iter().map(|found| found.id.as_str());
    let names: BTreeSet<&str> = names.filter(|name| name.contains(' ')).collect();
    if names.is_empty() {
        return;
    }
    for task in facts.tasks.iter_mut().filter(|task| task.role != TaskRole::Group) {
        let text = sources.slice(task.section);
        let mut at = 0;
        for word in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
            let rest = text.get(at..).unwrap_or_default();
            let base = task.section.start as usize + at;
            let named = beginning(rest, &names);
            task.mentions.extend(named.into_iter().rev().map(|name| Mention {
                name: name.to_string(),
                span: Span::new(task.section.file, base, base + name.len()),
            }));
            at += word.len();
        }
    }
}

/// The names that a text begins with as whole words, the longest first.
fn beginning<'n>(text: &str, names: &BTreeSet<&'n str>) -> Vec<&'n str> {
    let mut found = Vec::new();
    let upto = |end| names.range::<str, _>((Bound::Unbounded, end));
    let mut below = upto(Bound::Included(text));
    while let Some(name) = below.next_back().copied() {
        let same = name.chars().zip(text.chars()).take_while(|(a, b)| a == b);
        let shared: usize = same.map(|(c, _)| c.len_utf8()).sum();
        if shared == name.len() {
            let after = text.get(shared..).unwrap_or_default();
            found.extend((!after.starts_with(char::is_alphanumeric)).then_some(name));
            below = upto(Bound::Excluded(name));
        } else {
            // Names between this one and what it shares with the text differ from the text where this one does.
            below = upto(Bound::Included(text.get(..shared).unwrap_or_default()));
        }
    }
    found
}

/// Whether a heading opens the requirements that a change adds, modifies, removes or renames.
pub fn is_delta_section(heading: &Heading) -> bool {
    heading.level == 2
        && matches!(
            section_of(&heading.text),
            Some(SectionKind::Delta(_) | SectionKind::Renamed)
        )
}

/// What the sections of a document do to the requirements in them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SectionKind {
    Requirements,
    Delta(Delta),
    Renamed,
}

fn spec(doc: Doc<'_>, is_change: bool) -> Facts {
    let mut facts = Facts::default();
    // As many as there can be: growing would leave room behind that is never used.
    let of_level = |level| {
        doc.spec
            .headings
            .iter()
            .filter(|heading| heading.level == level)
            .count()
    };
    facts.requirements.reserve_exact(of_level(3));
    facts.scenarios.reserve_exact(of_level(4));
    let mut section = None;
    for (at, heading) in doc.spec.headings.iter().enumerate() {
        if heading.level <= 2 {
            section = section_of(&heading.text);
            match section {
                Some(SectionKind::Renamed) if is_change => renames(doc, heading, &mut facts),
                Some(SectionKind::Delta(Delta::Removed)) => removed_items(doc, heading, &mut facts),
                _ => {}
            }
        }
        let Some(name) = requirement_name(heading) else {
            continue;
        };
        let delta = match section {
            // What is no change has nothing to add to; it may keep a list of what is gone.
            Some(SectionKind::Delta(delta)) if !is_change => {
                Some(delta).filter(|delta| *delta == Delta::Removed)
            }
            _ if !is_change => None,
            Some(SectionKind::Delta(delta)) => Some(delta),
            // Some early changes hold whole specs.
            Some(SectionKind::Requirements) => Some(Delta::Added),
            Some(SectionKind::Renamed) | None => None,
        };
        let index = facts.requirements.len();
        facts.requirements.push(Requirement {
            id: name.to_string(),
            title: name.to_string(),
            document: doc.index,
            span: heading.span,
            section: heading.section(),
            strength: doc.strength(heading.section()),
            delta,
            criteria: Vec::new(),
        });
        scenarios(doc, at, index, &mut facts);
    }
    facts
}

fn section_of(title: &str) -> Option<SectionKind> {
    match title.trim().to_ascii_lowercase().as_str() {
        "requirements" => Some(SectionKind::Requirements),
        "added requirements" => Some(SectionKind::Delta(Delta::Added)),
        "modified requirements" => Some(SectionKind::Delta(Delta::Modified)),
        "removed requirements" => Some(SectionKind::Delta(Delta::Removed)),
        "renamed requirements" => Some(SectionKind::Renamed),
        _ => None,
    }
}

/// The name in `### Requirement: name`; case matters in it, and not in the word before.
pub fn requirement_name(heading: &Heading) -> Option<&str> {
    if heading.level != 3 {
        return None;
    }
    let (word, name) = heading.text.split_once(':')?;
    let name = name.trim();
    (word.trim().eq_ignore_ascii_case("requirement") && !name.is_empty()).then_some(name)
}

/// The headings one level below a requirement: each is a scenario, whether or not it says so.
fn scenarios(doc: Doc<'_>, requirement: usize, index: usize, facts: &mut Facts) {
    let Some(home) = doc.spec.headings.get(requirement) else {
        return;
    };
    let below = doc.headings_in(home.section());
    let own = below.filter(|(_, heading)| heading.level == 4 && heading.parent() == Some(requirement));
    for ((_, heading), number) in own.zip(1..) {
        let bare = heading
            .text
            .split_once(':')
            .filter(|(word, _)| word.trim().eq_ignore_ascii_case("scenario"));
        let title = bare.map_or(heading.text.as_str(), |(_, title)| title).trim();
        let items = doc.items_in(heading.section());
        let mut steps = Vec::with_capacity(items.clone().count());
        steps.extend(items.filter_map(|item| step(doc, doc.item_text(item)?)));
        facts.scenarios.push(ProseScenario {
            title: title.to_string(),
            number,
            document: doc.index,
            span: heading.span,
            section: heading.section(),
            requirement: OptionalIndex::new(Some(index)),
            story: OptionalIndex::default(),
            steps: steps.into_boxed_slice(),
        });
    }
}

/// `**WHEN** something`, in bold or not.
fn step(doc: Doc<'_>, at: Span) -> Option<Step> {
    let text = doc.text(at).trim_start_matches(['*', '_']);
    let end = text.find(|c: char| !c.is_ascii_alphabetic());
    let kind = match text.get(..end.unwrap_or(text.len()))? {
        "GIVEN" | "Given" => StepKind::Given,
        "WHEN" | "When" => StepKind::When,
        "THEN" | "Then" => StepKind::Then,
        "AND" | "And" | "BUT" | "But" | "OR" | "Or" => StepKind::And,
        _ => return None,
    };
    Some(Step { kind, span: at })
}

/// ``- FROM: `### Requirement: Old` `` and ``- TO: `### Requirement: New` `` in turn. Where several of one stand in a row it
/// is left open which belong together.
fn renames(doc: Doc<'_>, heading: &Heading, facts: &mut Facts) {
    let mut open = OpenRename::default();
    for item in doc.items_in(heading.section()) {
        let Some(at) = doc.item_text(item) else { continue };
        for (line, span) in lines(doc, at) {
            let (word, rest) = line.split_once(':').unwrap_or_default();
            let Some(name) = named(rest) else { continue };
            let name = Mention { name, span };
            match word.trim_matches(['*', ' ']).to_ascii_uppercase().as_str() {
                "FROM" => {
                    if !open.to.is_empty() {
                        open.close(doc.index, facts);
                    }
                    open.from.push(name);
                }
                "TO" => open.to.push(name),
                _ => {}
            }
        }
    }
    open.close(doc.index, facts);
}

/// Old names and then new names that stand in a row.
#[derive(Default)]
struct OpenRename {
    from: Vec<Mention>,
    to: Vec<Mention>,
}

impl OpenRename {
    /// Keeps a pair, or the halves of none.
    fn close(&mut self, document: usize, facts: &mut Facts) {
        let (mut from, mut to) = (std::mem::take(&mut self.from), std::mem::take(&mut self.to));
        if let ([_], [_]) = (from.as_slice(), to.as_slice()) {
            let pairs = from.drain(..).zip(to.drain(..)).map(|(from, to)| Rename {
                from: from.name,
                from_span: from.span,
                to: to.name,
                to_span: to.span,
                document,
            });
            return facts.renames.extend(pairs);
        }
        facts
            .unpaired_renames
            .extend(from.into_iter().map(|name| (Half::From, name)));
        facts
            .unpaired_renames
            .extend(to.into_iter().map(|name| (Half::To, name)));
    }
}

/// The lines of a text with their places.
fn lines<'a>(doc: Doc<'a>, at: Span) -> Vec<(&'a str, Span)> {
    let mut start = at.start as usize;
    let lines = doc.text(at).split_inclusive('\n').map(|line| {
        let bare = line.trim();
        let from = start + (line.len() - line.trim_start().len());
        start += line.len();
        (bare, Span::new(at.file, from, from + bare.len()))
    });
    lines.collect()
}

/// ``- `### Requirement: X` `` below `## REMOVED Requirements`.
fn removed_items(doc: Doc<'_>, heading: &Heading, facts: &mut Facts) {
    for item in doc.items_in(heading.section()) {
        let Some(at) = doc.item_text(item) else { continue };
        let bare = doc.text(at).trim_matches(['`', ' ', '*']);
        let Some(name) = named(bare).filter(|_| bare.starts_with('#')) else {
            continue;
        };
        facts.requirements.push(Requirement {
            id: name.clone(),
            title: name,
            document: doc.index,
            span: at,
            section: item.span,
            strength: None,
            delta: Some(Delta::Removed),
            criteria: Vec::new(),
        });
    }
}

/// The name in `` `### Requirement: name` ``.
fn named(text: &str) -> Option<String> {
    let bare = text
        .trim()
        .trim_matches(['`', '*', ' '])
        .trim_start_matches('#')
        .trim_start();
    let (word, name) = bare.split_once(':')?;
    let name = collapse_whitespace(name.trim().trim_end_matches('#'));
    (word.trim().eq_ignore_ascii_case("requirement") && !name.is_empty()).then_some(name)
}
