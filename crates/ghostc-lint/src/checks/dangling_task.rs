//! warning(correctness): a text names a task that does not exist
//!
//! What depends on a task that is not there can never start, and a range with a hole promises work that nobody listed.
//! A range of more than ten ids names a stretch of the list, and its ends alone have to exist.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /specs/001-clock/spec.md
//! # Feature Specification: Clock
//! //- /specs/001-clock/tasks.md
//! # Tasks
//!
//! - [ ] T001 Draw the digits in src/digits.rs
//! - [ ] T002 Draw the hands in src/hands.rs (depends on T007)
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /specs/001-clock/spec.md
//! # Feature Specification: Clock
//! //- /specs/001-clock/tasks.md
//! # Tasks
//!
//! - [ ] T001 Draw the digits in src/digits.rs
//! - [ ] T002 Draw the hands in src/hands.rs (depends on T001)
//!
//! A task looks so:
//!
//!   ~~~markdown
//!   - [ ] T900 Draw something in src/something.rs
//!   ~~~
//! ````

use crate::lines::{self, LineKind};
use crate::task_list::TaskList;
use ghostc_spec::dialects::task_ids;
use ghostc_spec::id_range::{self, IdKey, IdRange, Stretch};
use ghostc_spec::library::{Dialect, Document, Package};
use ghostc_syntax::{BlockKind, CodeBlock, Diagnostic, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

/// The longest range whose ids all have to exist.
const LISTED: u64 = 10;
/// The most digits that an id is filled up to with zeros.
const WIDEST: usize = 6;

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let list = TaskList::new(package);
    if package.dialect == Dialect::SpecKit && list.ids().any(|id| id.starts_with('T')) {
        in_text(&list, sources, findings);
    } else if package.dialect != Dialect::SpecKit {
        declared(package, &list, findings);
    }
}

/// Ids such as `T012` anywhere in a document that lists tasks.
fn in_text(list: &TaskList<'_>, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let forms = Forms::new(list);
    for (_, home) in list.documents() {
        let samples = samples(home, sources);
        for line in lines::lines(home, sources) {
            let after = samples.partition_point(|sample| sample.start <= line.span.start);
            let sample = after.checked_sub(1).and_then(|at| samples.get(at));
            let is_sample = sample.is_some_and(|sample| sample.contains(line.span));
            if is_sample || line.place == LineKind::Heading || is_elsewhere(line.text) {
                continue;
            }
            for named in task_ids(line.text, line.span) {
                if forms.are_of(&named, list) {
                    findings.extend(missing(&named, list));
                }
            }
        }
    }
}

/// The code blocks that show what a list looks like: they are Markdown, or hold boxes of their own.
fn samples(home: &Document, sources: &Sources) -> Vec<Span> {
    let code = home.spec.blocks.iter().filter_map(|block| match &block.kind {
        BlockKind::Code(code) => Some(code),
        BlockKind::Heading
        | BlockKind::Paragraph
        | BlockKind::Item
        | BlockKind::TableHead
        | BlockKind::TableRow => None,
    });
    let is_sample = |code: &&CodeBlock| {
        let mut lines = sources.slice(code.content).lines();
        matches!(code.lang.as_str(), "md" | "markdown") || lines.any(has_box)
    };
    code.map(AsRef::as_ref)
        .filter(is_sample)
        .map(|code| code.content)
        .collect()
}

fn has_box(line: &str) -> bool {
    let item = line
        .trim_start()
        .strip_prefix(['-', '*', '+'])
        .map(str::trim_start);
    item.is_some_and(|item| item.starts_with("[ ]") || item.starts_with("[x]") || item.starts_with("[X]"))
}

/// What the ids of a list look like: `T20` is no id where they have three digits, unless zeros were left out.
struct Forms<'a> {
    lengths: BTreeSet<usize>,
    /// The numbers behind each stem, sorted, as far as they are written with two to six digits or as many as they need.
    numbers: BTreeMap<&'a str, Vec<u64>>,
}

impl<'a> Forms<'a> {
    fn new(list: &TaskList<'a>) -> Forms<'a> {
        let mut numbers: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        for id in list.ids().map(IdKey::of) {
            let is_padded = id.number.checked_ilog10().unwrap_or_default() as usize + 1 < id.digits;
            if id.digits >= 2 && (id.digits <= WIDEST || !is_padded) {
                numbers.entry(id.stem).or_default().push(id.number);
            }
        }
        for numbers in numbers.values_mut() {
            numbers.sort_unstable();
            numbers.dedup();
        }
        Forms {
            lengths: list.ids().map(digits).collect(),
            numbers,
        }
    }

    /// Whether all that is named looks like an id of the list.
    fn are_of(&self, named: &IdRange, list: &TaskList<'_>) -> bool {
        if named.count() == 1 {
            let id = named.first();
            return self.lengths.contains(&digits(id)) || list.same_number(id).is_some();
        }
        let mut stretches = named.stretches();
        stretches.all(|stretch| self.lengths.contains(&stretch.start().digits) || self.has_numbers(&stretch))
    }

    /// Whether there is an id with each number of a stretch.
    fn has_numbers(&self, stretch: &Stretch<'_>) -> bool {
        let numbers = self
            .numbers
            .get(stretch.start().stem)
            .map_or(&[][..], Vec::as_slice);
        let from = numbers.partition_point(|number| *number < stretch.start().number);
        let to = numbers.partition_point(|number| *number <= stretch.end().number);
        u64::try_from(to - from) == Ok(id_range::len(stretch))
    }
}

fn digits(id: &str) -> usize {
    id.bytes().filter(u8::is_ascii_digit).count()
}

/// Whether a line speaks of another feature: `002-login`.
fn is_elsewhere(text: &str) -> bool {
    let mut words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words.any(|word| {
        let (number, name) = word.split_once('-').unwrap_or_default();
        let letters = name.starts_with(|c: char| c.is_ascii_lowercase());
        number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit()) && letters
    })
}

fn missing(named: &IdRange, list: &TaskList<'_>) -> Option<Diagnostic> {
    let looked_at: Vec<String> = if named.count() > LISTED {
        vec![named.first().to_string(), named.last()]
    } else {
        named.ids().collect()
    };
    let unknown: Vec<&str> = looked_at
        .iter()
        .map(String::as_str)
        .filter(|id| list.find(id).is_none())
        .collect();
    let first = unknown.first()?;
    let is_one = named.count() == 1;
    let message = if is_one {
        format!("no task is named `{first}`")
    } else {
        format!(
            "this range holds `{}`, and no task is named so",
            unknown.join("`, `")
        )
    };
    let found = Diagnostic::new(super::DANGLING_TASK, named.span, message);
    Some(match list.same_number(first).filter(|_| is_one) {
        Some(near) => found
            .help(format!("Write `{near}`."))
            .fix(format!("write `{near}`"), named.span, near),
        None => found.help("Name a task of the list, or add this one to it."),
    })
}

/// What tasks of other dialects say that they depend on, and what waves hold.
fn declared(package: &Package, list: &TaskList<'_>, findings: &mut Vec<Diagnostic>) {
    let depended_on = list.tasks().iter().flat_map(|task| &task.depends_on);
    findings.extend(depended_on.filter_map(|named| missing(named, list)));
    let held = package.facts.waves.iter().flat_map(|wave| &wave.tasks);
    let held = held.map(|held| IdRange::one(&held.name, held.span));
    findings.extend(held.filter_map(|held| missing(&held, list)));
}
