//! warning(coverage): nothing says what an optional parameter is when it is left out
//!
//! A signature lets callers leave a parameter out, and the operation's section says nowhere what happens then.
//! Each language would choose for itself.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### pad(text, width?) → string
//!
//! - `text`: What is padded
//! - `width`: The columns to fill
//! - `pad("a", 2)` → `"a "`
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### pad(text, width?) → string
//!
//! - `text`: What is padded
//! - `width`: The columns to fill, 8 by default
//! - `pad("a", 2)` → `"a "`
//! ````

use ghostc_spec::library::{Operation, Package};
use ghostc_syntax::{Diagnostic, Row, Sources, Span, SpecFile, collapse_whitespace, starting_in};

/// Words that say what holds without a value.
const SAID: &[&str] = &[
    "default",
    "omit",
    "absent",
    "without",
    "missing",
    "unset",
    "optional",
    "none",
    "null",
    "if given",
    "when given",
    "if set",
    "provided",
    "not given",
    "otherwise",
    "specified",
    "if present",
    "if passed",
    "is passed",
    "supplied",
    "undefined",
    "if not `",
    "省略",
    "既定",
    "デフォルト",
];

/// What parameters are called that are called back.
const CALLBACKS: &[&str] = &["callback", "cb", "done", "listener", "handler"];

/// The same in sentences that name no parameter.
const SAID_OF_ALL: &[&str] = &[
    "no argument",
    "without argument",
    "no parameter",
    "without parameter",
    "(default)",
    "the defaults",
];

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    for operation in &package.operations {
        let Some(home) = package.documents.get(operation.document) else {
            continue;
        };
        // A signature that gives defaults says enough.
        if operation.signature.text.contains('=') {
            continue;
        }
        // Of what may be any number of values, none is one.
        let is_rest = |name: &str| operation.signature.text.contains(&format!("...{name}"));
        let optional = operation.signature.params.iter().filter(|param| param.optional);
        // Who gives no callback is told nothing.
        let is_callback = |name: &str| CALLBACKS.contains(&name.to_ascii_lowercase().as_str());
        for param in optional.filter(|param| !is_rest(&param.name) && !is_callback(&param.name)) {
            if let Some(described) = undescribed(&home.spec, operation, &param.name, sources) {
                let message = format!(
                    "`{}` may be left out of `{}`, and nothing says what holds then",
                    param.name, operation.name
                );
                let found = Diagnostic::new(
                    super::OPTIONAL_WITHOUT_DEFAULT,
                    name_in(operation, &param.name, sources),
                    message,
                );
                findings.push(
                    found
                        .also(described, "its description")
                        .help("Say what its default is."),
                );
            }
        }
    }
}

/// Where a parameter is described, if neither that nor another sentence about it says what holds without it.
fn undescribed(spec: &SpecFile, operation: &Operation, name: &str, sources: &Sources) -> Option<Span> {
    let within = operation.section;
    let marked = format!("`{name}`");
    let listed = spec
        .items_in(within)
        .iter()
        .map(|item| item.span)
        .filter(|item| starts_with(sources.slice(*item), &marked));
    let described: Vec<Span> = listed.chain(rows(spec, within, &marked, sources)?).collect();
    let sentences = starting_in(&spec.sentences, within, |sentence| sentence.span.start);
    let about = sentences
        .iter()
        .map(|sentence| sources.slice(sentence.span))
        .filter(|text| text.contains(name));
    let says = |text: &str| {
        let folded = collapse_whitespace(text).to_lowercase();
        SAID.iter().any(|word| folded.contains(word))
    };
    let says_of_all = |text: &str| {
        let folded = collapse_whitespace(text).to_lowercase();
        SAID_OF_ALL.iter().any(|words| folded.contains(words))
    };
    let silent = !about
        .chain(described.iter().map(|at| sources.slice(*at)))
        .any(says)
        && !sentences
            .iter()
            .any(|sentence| says_of_all(sources.slice(sentence.span)));
    described.first().copied().filter(|_| silent)
}

/// The rows of a section that open with a name; nothing where one of their tables has a column of defaults.
fn rows(spec: &SpecFile, within: Span, marked: &str, sources: &Sources) -> Option<Vec<Span>> {
    let place = |row: &Row| spec.blocks.get(row.block).map_or(0, |block| block.span.start);
    let mut has_defaults = false;
    let mut found = Vec::new();
    for row in starting_in(&spec.rows, within, place) {
        let named = row
            .cells
            .first()
            .is_some_and(|cell| sources.slice(*cell) == marked);
        if row.head {
            has_defaults = row
                .cells
                .iter()
                .any(|cell| sources.slice(*cell).to_lowercase().contains("default"));
        } else if named && has_defaults {
            return None;
        } else if named {
            found.extend(spec.blocks.get(row.block).map(|block| block.span));
        }
    }
    Some(found)
}

/// Whether an item's text opens with a code span.
fn starts_with(item: &str, marked: &str) -> bool {
    item.trim_start_matches(['-', '*', '+', ' ']).starts_with(marked)
}

/// Where a signature names a parameter.
fn name_in(operation: &Operation, name: &str, sources: &Sources) -> Span {
    let after = operation.span.end as usize;
    let text = sources
        .get(operation.span.file)
        .text
        .get(after..)
        .unwrap_or_default();
    let line = text.lines().next().unwrap_or_default();
    line.find(&format!("{name}?")).map_or(operation.span, |at| {
        Span::new(operation.span.file, after + at, after + at + name.len())
    })
}
