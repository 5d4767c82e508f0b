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
//! Below are the limits, and the contract every client must keep.
//! ````

use super::DocumentContext;
use ghostc_spec::library::{Dialect, Document, Role};
use ghostc_syntax::{Block, BlockKind, Diagnostic, Modal, Severity, Sources, Span, SpecFile, Strength};

/// Words before a modal that make its clause a part of another, or report it.
const SUBORDINATE: &[&str] = &[
    "that", "which", "what", "who", "where", "how", "whether", "because", "since", "if", "when", "while",
    "although", "whose", "why", "as", "than", "before", "after", "until", "so", "but",
];
/// Words that a noun phrase starts with.
const DETERMINERS: &[&str] = &[
    "the", "a", "an", "each", "every", "all", "any", "no", "this", "these", "its", "their", "our", "your",
    "it", "they", "we", "you", "one", "some",
];
/// Words of more than three letters that stand before a noun phrase and are no noun.
const JOINTS: &[&str] = &[
    "with", "from", "into", "onto", "under", "over", "upon", "within", "without", "between", "during",
    "both", "either", "neither", "then", "also", "only", "even", "once", "thus", "here", "there", "like",
    "unless", "whenever", "wherever", "once",
];
/// Prepositions that may end a clause whose object stands before it.
const STRANDED: &[&str] = &[
    "on", "in", "at", "to", "for", "with", "from", "by", "of", "under", "against", "into", "over",
];
/// Documents that report what was.
const HISTORY: &[&str] = &["changelog", "changes", "releases", "release-notes", "history"];
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
    "purpose",
    "out of scope",
    "clarification",
    "example",
    "glossary",
    "definition",
    "terminology",
    "faq",
    "frequently asked",
];

/// How many modals in small letters there may be for each keyword before capitals are no habit of a document.
const HABIT: usize = 4;

pub(super) fn check_document(
    context: DocumentContext<'_>,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) {
    if !context.document.spec.has_capital_keywords || !is_normative(context.files.dialect, context.document) {
        return;
    }
    let spec = &context.document.spec;
    let strict = defines_keywords(spec, sources);
    if !strict && !is_habit(spec, sources) {
        return;
    }
    let block_of = |modal: &Modal| {
        spec.sentences
            .get(modal.sentence)
            .map(|sentence| sentence.block())
    };
    for modals in spec.modals.chunk_by(|a, b| block_of(a) == block_of(b)) {
        let block = modals
            .first()
            .and_then(block_of)
            .and_then(|at| spec.blocks.get(at));
        let Some(text) = block.and_then(|block| Text::of(spec, block, sources)) else {
            continue;
        };
        for sentence in modals.chunk_by(|a, b| a.sentence == b.sentence) {
            let binding = sentence
                .first()
                .filter(|modal| binds(spec, modal, &text, strict, sources));
            findings
                .extend(binding.map(|modal| {
                    describe(modal.used.span, &modal.used.keyword.text.to_uppercase(), sources)
                }));
        }
    }
    if strict {
        let leads = spec
            .blocks
            .iter()
            .filter(|block| block.kind == BlockKind::Paragraph);
        findings.extend(leads.filter_map(|lead| adjective(lead.span, sources)));
    }
}

/// Whether a document writes its requirements in capitals: in sentences that are not all capitals, as those of licences, and
/// not in a few labels among many rules in small letters.
fn is_habit(spec: &SpecFile, sources: &Sources) -> bool {
    let shouted = spec.statements.iter().filter(|statement| {
        let text = sources.slice(statement.span);
        let is_label = statement.keywords.iter().all(|used| {
            let before = used.span.start.checked_sub(statement.span.start);
            let before = before.and_then(|at| text.get(..at as usize));
            before.is_some_and(|before| before.ends_with('('))
        });
        !statement.lower && !is_label && text.contains(char::is_lowercase)
    });
    let is_strong =
        |modal: &&Modal| matches!(modal.used.keyword.strength, Strength::Must | Strength::MustNot);
    let small = spec.modals.iter().filter(is_strong).count();
    let shouted = shouted.count();
    shouted > 0 && small <= shouted * HABIT
}

/// A paragraph or item that may bind.
struct Text {
    /// Where its lines with a bold label start, and whether nothing binds under that label.
    labels: Vec<(u32, bool)>,
}

impl Text {
    /// Nothing where the whole text is a question, a quotation, or under a heading such as `Rationale`.
    fn of(spec: &SpecFile, block: &Block, sources: &Sources) -> Option<Text> {
        let text = sources.slice(block.span);
        let heading = block.heading().and_then(|at| spec.headings.get(at));
        let quoted = text.starts_with(['*', '_', '"', '>']) && !text.starts_with("**");
        let question = text.starts_with("Q:") || text.contains("(Answer");
        let is_prose = matches!(block.kind, BlockKind::Paragraph | BlockKind::Item);
        if !is_prose || quoted || question || heading.is_some_and(|heading| is_aside(&heading.text)) {
            return None;
        }
        let mut start = block.span.start;
        let labels = text.split_inclusive('\n').filter_map(|line| {
            let at = start;
            start += u32::try_from(line.len()).unwrap_or_default();
            let (label, _) = line.trim_start().strip_prefix("**")?.split_once("**")?;
            Some((at, is_aside(label)))
        });
        Some(Text {
            labels: labels.collect(),
        })
    }

    /// Whether a place stands under a label under which nothing binds.
    fn is_aside_at(&self, place: u32) -> bool {
        let after = self.labels.partition_point(|(start, _)| *start <= place);
        let label = after.checked_sub(1).and_then(|at| self.labels.get(at));
        label.is_some_and(|(_, aside)| *aside)
    }
}

/// Whether a title stands over what informs; under a question stands an answer.
fn is_aside(title: &str) -> bool {
    let folded = title.to_lowercase();
    folded.trim_end().ends_with(['?', '？']) || ASIDE.iter().any(|word| folded.contains(word))
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
    let name = ghostc_spec::layout::file_name(&home.path).to_ascii_lowercase();
    home.role == Role::Spec
        && !HISTORY.iter().any(|word| name.starts_with(word))
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
fn binds(spec: &SpecFile, modal: &Modal, home: &Text, strict: bool, sources: &Sources) -> bool {
    let used = modal.used;
    let is_verb = !matches!(used.keyword.text, "required" | "recommended" | "optional" | "may");
    let strong = matches!(used.keyword.strength, Strength::Must | Strength::MustNot) || strict;
    let keyword = spec
        .statements
        .binary_search_by_key(&modal.sentence, |statement| statement.sentence);
    if !(is_verb && strong) || keyword.is_ok() || home.is_aside_at(used.span.start) {
        return false;
    }
    let Some(sentence) = spec.sentences.get(modal.sentence) else {
        return false;
    };
    let text = sources.slice(sentence.span);
    let before = text.get(..used.span.start.saturating_sub(sentence.span.start) as usize);
    let after = text.get(used.span.end.saturating_sub(sentence.span.start) as usize..);
    let is_relative = || before.is_some_and(|before| is_relative(before, after.unwrap_or_default()));
    !text.contains('?') && before.is_some_and(is_main_clause) && !is_relative()
}

/// Whether a modal is of a clause that tells which thing is meant, as in `the contract every scale must satisfy`: one noun
/// stands right behind another, and the verb has no object.
fn is_relative(before: &str, after: &str) -> bool {
    let clause = before
        .rsplit([',', ';', ':', '—', '–'])
        .next()
        .unwrap_or_default();
    let words: Vec<&str> = clause.split_whitespace().collect();
    let subject = words
        .iter()
        .rposition(|word| DETERMINERS.contains(&word.to_ascii_lowercase().as_str()));
    let subject = subject.filter(|at| words.len() - at <= 4);
    let noun = subject.and_then(|at| words.get(at.checked_sub(1)?));
    let is_noun = noun.is_some_and(|noun| {
        let noun = noun.to_ascii_lowercase();
        noun.len() > 3 && !DETERMINERS.contains(&noun.as_str()) && !JOINTS.contains(&noun.as_str())
    });
    // `the system this image must run on`: what is governed stands before, so that the preposition has nothing behind it.
    let closes = |word: &str| word.ends_with(['.', ',', ';', ':']);
    let verb: Vec<&str> = after.split_whitespace().take(3).collect();
    let first = verb.first().copied().unwrap_or_default();
    let strands = verb.get(1).is_some_and(|word| {
        let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        STRANDED.contains(&bare.to_ascii_lowercase().as_str()) && (closes(word) || verb.len() == 2)
    });
    is_noun && (closes(first) || strands || verb.len() < 2)
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
