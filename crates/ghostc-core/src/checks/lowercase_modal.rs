//! warning(clarity): a lower-case modal among keywords in capitals
//!
//! Where a document writes `MUST` in capitals, a `must` in small letters may bind or not.
//! Looked for is a modal that governs its own sentence, in a spec and not in a rationale, a question or a report of what others say.
//! Where the document says that its keywords are those of RFC 2119, `should` is looked at as well, and a label such as `Optional fields:` is a note.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! Names MUST be unique.
//!
//! Clients must send a name.
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! Names MUST be unique.
//!
//! Clients MUST send a name.
//! ````

use crate::library::{Dialect, Document, Package, Role};
use ghostc_syntax::{BlockKind, Diagnostic, Modal, Severity, Sources, Span, SpecFile, Strength};

/// Words before a modal that make its clause a part of another, or report it.
const SUBORDINATE: &[&str] = &[
    "that", "which", "what", "who", "where", "how", "whether", "because", "since", "if", "when", "while",
    "although", "whose", "why", "as", "than", "before", "after", "until", "so", "but",
];
/// Sections and labels under which nothing binds.
const ASIDE: &[&str] = &[
    "rationale",
    "why",
    "critique",
    "note",
    "assumption",
    "background",
    "motivation",
    "input",
    "introduction",
    "out of scope",
    "clarification",
    "example",
    "glossary",
    "definition",
    "terminology",
];

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    for home in package
        .documents
        .iter()
        .filter(|home| home.spec.shouts && is_normative(package.dialect, home))
    {
        let strict = defines_keywords(&home.spec, sources);
        for modal in home
            .spec
            .modals
            .iter()
            .filter(|modal| binds(&home.spec, modal, strict, sources))
        {
            findings.push(describe(
                modal.used.span,
                &modal.used.keyword.text.to_uppercase(),
                sources,
            ));
        }
        if strict {
            for lead in home
                .spec
                .blocks
                .iter()
                .filter(|block| block.kind == BlockKind::Paragraph)
            {
                findings.extend(adjective(lead.span, sources));
            }
        }
    }
}

fn describe(span: Span, upper: &str, sources: &Sources) -> Diagnostic {
    let message = format!(
        "`{}` in small letters, where other requirements have capitals",
        sources.slice(span)
    );
    Diagnostic::new(super::LOWERCASE_MODAL, span, message)
        .help(format!("Write `{upper}` if it binds, and another word if not."))
}

/// The documents whose every sentence is a requirement or close to one.
fn is_normative(dialect: Dialect, home: &Document) -> bool {
    let name = crate::layout::file_name(&home.path).to_ascii_lowercase();
    home.role == Role::Spec
        && match dialect {
            Dialect::Ghost => true,
            Dialect::OpenSpec | Dialect::SpecKit => name == "spec.md",
            Dialect::Kiro => name == "requirements.md",
        }
}

/// Whether a document says that its keywords are those of RFC 2119.
fn defines_keywords(spec: &SpecFile, sources: &Sources) -> bool {
    let paragraphs = spec
        .blocks
        .iter()
        .filter(|block| block.kind == BlockKind::Paragraph);
    let mut texts = paragraphs.map(|block| sources.slice(block.span));
    texts.any(|text| (text.contains("RFC 2119") || text.contains("BCP 14")) && text.contains("interpreted"))
}

/// Whether a modal governs a sentence that is a requirement of its own.
fn binds(spec: &SpecFile, modal: &Modal, strict: bool, sources: &Sources) -> bool {
    let strength = modal.used.keyword.strength;
    let modal_verb = !matches!(
        modal.used.keyword.text,
        "required" | "recommended" | "optional" | "may"
    );
    let strong = matches!(strength, Strength::Must | Strength::MustNot) || strict;
    let Some(sentence) = spec
        .sentences
        .get(modal.sentence)
        .filter(|_| modal_verb && strong)
    else {
        return false;
    };
    let Some(block) = spec.blocks.get(sentence.block) else {
        return false;
    };
    let keyword = spec
        .statements
        .binary_search_by_key(&modal.sentence, |statement| statement.sentence);
    if keyword.is_ok() || !matches!(block.kind, BlockKind::Paragraph | BlockKind::Item) {
        return false;
    }
    let text = sources.slice(sentence.span);
    let at = modal.used.span.start.saturating_sub(sentence.span.start) as usize;
    let before = text.get(..at).unwrap_or_default();
    !text.contains('?')
        && !is_aside(spec, sentence.block, modal.used.span.start, sources)
        && is_main_clause(before)
}

/// Whether a place in a block stands under a heading or label such as `Rationale`.
fn is_aside(spec: &SpecFile, block: usize, place: u32, sources: &Sources) -> bool {
    let Some(block) = spec.blocks.get(block) else {
        return true;
    };
    let text = sources.slice(block.span);
    let above = text
        .get(..place.saturating_sub(block.span.start) as usize)
        .unwrap_or_default();
    let mut labels = above
        .lines()
        .rev()
        .filter_map(|line| line.trim_start().strip_prefix("**")?.split_once("**"));
    let label = labels.next().map_or("", |(label, _)| label);
    let heading = block
        .heading
        .and_then(|at| spec.headings.get(at))
        .map_or("", |heading| heading.text.as_str());
    let quoted = text.starts_with(['*', '_', '"', '>']) && !text.starts_with("**");
    let question = text.starts_with("Q:") || text.contains("(Answer");
    let names_aside = |title: &str| {
        let folded = title.to_lowercase();
        ASIDE.iter().any(|word| folded.contains(word))
    };
    quoted || question || names_aside(label) || names_aside(heading)
}

/// Whether what stands before a modal is the subject of a clause that nothing governs.
fn is_main_clause(before: &str) -> bool {
    let open = |left: char, right: char| before.matches(left).count() > before.matches(right).count();
    let in_quotes = before.matches('"').count() % 2 == 1 || open('“', '”') || open('(', ')');
    // What is in code has no punctuation of the sentence.
    let prose: String = before
        .split('`')
        .enumerate()
        .map(|(at, part)| if at % 2 == 0 { part } else { "x" })
        .collect();
    let clause = prose.rsplit([',', ';', ':', '—', '–']).next().unwrap_or_default();
    let words: Vec<String> = clause
        .split(|c: char| c.is_whitespace())
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        .filter(|word| !word.is_empty())
        .collect();
    let governed = words.iter().any(|word| SUBORDINATE.contains(&word.as_str()));
    !in_quotes && !governed && !words.is_empty()
}

/// `Optional` at the start of a title-like line that introduces a list.
fn adjective(at: Span, sources: &Sources) -> Option<Diagnostic> {
    let text = sources.slice(at);
    let word = text.split_whitespace().next()?;
    let known = ["Optional", "Required", "Recommended"].contains(&word);
    let is_label =
        known && text.ends_with(':') && text.lines().count() == 1 && text.split_whitespace().count() > 1;
    let start = at.start as usize;
    let found = is_label.then(|| {
        describe(
            Span::new(at.file, start, start + word.len()),
            &word.to_uppercase(),
            sources,
        )
    })?;
    Some(Diagnostic {
        severity: Severity::Note,
        ..found
    })
}
