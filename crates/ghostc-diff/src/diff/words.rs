//! What a sentence says apart from its dress: emphasis, links, numbers of sections, letter case of keywords.

use ghostc_spec::library::Package;
use ghostc_spec::matching::{LIKE_HERE, similarity, tokens};
use ghostc_syntax::{FileId, InlineText, RunKind, Span, Strength, collapse_whitespace};
use std::collections::BTreeMap;

/// Words of RFC 2119.
const KEYWORDS: &[&str] = &[
    "must",
    "not",
    "shall",
    "should",
    "may",
    "required",
    "recommended",
    "optional",
];

/// What is known of a package's references, and whether the letter case of keywords counts.
pub(super) struct TextStyle {
    fold: bool,
    /// Whether the package writes keywords in capitals, so that words in small letters do not bind.
    has_capital_keywords: bool,
    /// References that resolve, by their first byte: their end, and the title of the section that they lead to by number.
    references: BTreeMap<(FileId, u32), (u32, Option<String>)>,
}

/// What a sentence says.
pub(super) struct NormalText {
    /// Its words; a section that it refers to by number stands as its title between two `§`.
    pub(super) text: String,
    /// The titles of these sections.
    pub(super) references: Vec<String>,
    /// Whether all of it is a link.
    pub(super) is_link: bool,
}

impl TextStyle {
    /// What is known of a package. With `fold`, keywords count in letters of any case.
    pub(super) fn of(package: &Package, fold: bool) -> TextStyle {
        let mut titles: BTreeMap<Span, String> = BTreeMap::new();
        for document in &package.documents {
            for heading in &document.spec.headings {
                titles.insert(heading.span, ghostc_spec::content::title(heading).to_lowercase());
            }
        }
        let resolved = package
            .references
            .iter()
            .filter(|reference| reference.resolved == Some(true));
        let references = resolved.map(|reference| {
            let by_number = reference.kind == "section";
            let title = reference.to.filter(|_| by_number).and_then(|to| titles.get(&to));
            let start = (reference.span.file, reference.span.start);
            (start, (reference.span.end, title.cloned()))
        });
        TextStyle {
            fold,
            has_capital_keywords: super::fact::has_capital_keywords(package),
            references: references.collect(),
        }
    }

    /// Adds the words of a run, sections that they name by number by their titles; gives where the next run starts.
    fn words(
        &self,
        from: (FileId, u32),
        piece: &str,
        text: &mut String,
        references: &mut Vec<String>,
    ) -> u32 {
        let (file, start) = from;
        let end = start.saturating_add(u32::try_from(piece.len()).unwrap_or(u32::MAX));
        let mut at = 0;
        let named = self.references.range((file, start)..(file, end));
        let mut next = start;
        for ((_, first), (last, title)) in named {
            let (first, last) = (
                (first - start) as usize,
                (*last, last.saturating_sub(start) as usize),
            );
            let (Some(title), Some(before)) = (title, piece.get(at..first)) else {
                continue;
            };
            push_words(before, self.fold, text);
            text.push_str(&mark(title));
            references.push(title.clone());
            (next, at) = (last.0, last.1.min(piece.len()));
        }
        push_words(piece.get(at..).unwrap_or_default(), self.fold, text);
        next
    }

    /// Whether keywords count in letters of any case.
    pub(super) fn folds(&self) -> bool {
        self.fold
    }

    /// Whether words in small letters bind.
    pub(super) fn reads_small(&self) -> bool {
        self.fold && !self.has_capital_keywords
    }
}

/// How binding a sentence is, by its first keyword outside code: in capitals, or with `fold` in letters of any case.
pub(super) fn strength(shown: &str, fold: bool) -> Option<Strength> {
    let outside = shown.split('`').step_by(2);
    let words = outside.flat_map(|piece| piece.split(|c: char| !(c.is_alphanumeric() || c == '_')));
    let mut words = words.filter(|word| !word.is_empty()).peekable();
    let is = |word: &str, keyword: &str| {
        let is_shouted = || word.bytes().all(|byte| byte.is_ascii_uppercase());
        word.eq_ignore_ascii_case(keyword) && (fold || is_shouted())
    };
    let mut before = "";
    while let Some(word) = words.next() {
        let negated = std::mem::replace(&mut before, word).eq_ignore_ascii_case("not");
        let forbids = words.peek().is_some_and(|next| is(next, "not"));
        let found = if is(word, "must") || is(word, "shall") {
            Some(if forbids {
                Strength::MustNot
            } else {
                Strength::Must
            })
        } else if is(word, "required") {
            Some(if negated { Strength::May } else { Strength::Must })
        } else if is(word, "should") {
            Some(if forbids {
                Strength::ShouldNot
            } else {
                Strength::Should
            })
        } else if is(word, "recommended") {
            Some(if negated {
                Strength::ShouldNot
            } else {
                Strength::Should
            })
        } else if is(word, "may") || is(word, "optional") {
            Some(Strength::May)
        } else {
            None
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

/// Whether two sentences say of the same thing how binding it is: the words that say that apart, they are as alike as two
/// states of one sentence.
pub(super) fn alike(old: &str, new: &str) -> bool {
    let keywords = tokens(&KEYWORDS.join(" "));
    let rest = |shown: &str| {
        let mut words = tokens(shown);
        words.retain(|word| !keywords.contains(word));
        words
    };
    similarity(&rest(old), &rest(new)) >= LIKE_HERE
}

/// The words of a span as Markdown reads them; sections that it names by number by their titles. Behind the words stand
/// the targets of links that lead out of the package.
pub(super) fn plain(span: Span, inline: &InlineText, dress: &TextStyle) -> NormalText {
    let mut text = String::with_capacity((span.end - span.start) as usize);
    let (mut references, mut targets) = (Vec::new(), String::new());
    let mut done = span.start;
    let (mut linked, mut outside) = (span.start, false);
    for (kind, source, piece) in inline.within(span.range()) {
        let start = u32::try_from(source.start).unwrap_or(u32::MAX);
        if kind == RunKind::Target {
            linked = u32::try_from(source.end).unwrap_or(u32::MAX);
        }
        outside |= start >= linked && piece.chars().any(char::is_alphanumeric);
        if start < done {
            continue; // In a reference that was told by its title.
        }
        match kind {
            RunKind::Words => done = dress.words((span.file, start), piece, &mut text, &mut references),
            RunKind::Code => {
                text.push('`');
                text.push_str(&collapse_whitespace(piece));
                text.push('`');
            }
            RunKind::Html if is_anchor(piece) => {}
            RunKind::Html => text.push_str(piece),
            RunKind::Cell => text.push_str(" | "),
            RunKind::Footnote => text.push_str("[^]"),
            RunKind::Strike => text.push_str("~~"),
            RunKind::Target => match dress.references.get(&(span.file, start)) {
                Some((end, Some(title))) => {
                    text.push_str(&mark(title));
                    references.push(title.clone());
                    done = *end;
                }
                Some((_, None)) => {}
                None => {
                    targets.push(TARGETS);
                    targets.push_str(piece);
                }
            },
        }
    }
    let mut text = collapse_whitespace(&text);
    text.push_str(&targets);
    NormalText {
        text,
        references,
        is_link: linked > span.start && !outside,
    }
}

/// What stands before each target of a link behind the words of a sentence.
const TARGETS: char = '\u{1f}';

/// What a sentence says without the targets of its links.
pub(super) fn without_targets(text: &str) -> &str {
    text.split(TARGETS).next().unwrap_or_default()
}

/// Whether an HTML tag only marks a place or breaks a line.
fn is_anchor(tag: &str) -> bool {
    let name = tag.trim_start_matches(['<', '/']);
    let end = name
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(name.len());
    let name = name.get(..end).unwrap_or_default();
    tag.starts_with("<!--") || ["a", "br"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// How a reference to a section stands in what a sentence says.
fn mark(title: &str) -> String {
    format!("§{title}§")
}

/// What a sentence says, with other titles in its references.
pub(super) fn renamed(text: &str, titles: &BTreeMap<String, String>) -> String {
    let pieces = text
        .split('§')
        .map(|piece| titles.get(piece).map_or(piece, String::as_str));
    pieces.collect::<Vec<_>>().join("§")
}

/// Adds words; keywords in small letters with `fold`.
fn push_words(piece: &str, fold: bool, out: &mut String) {
    if !fold {
        return out.push_str(piece);
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = piece;
    while let Some(start) = rest.find(is_word) {
        let (before, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !is_word(c)).unwrap_or(from.len()));
        out.push_str(before);
        let keyword = KEYWORDS.iter().find(|keyword| word.eq_ignore_ascii_case(keyword));
        // In small letters the two say the same.
        let can = word.eq_ignore_ascii_case("can");
        out.push_str(if can { "may" } else { keyword.unwrap_or(&word) });
        rest = after;
    }
    out.push_str(rest);
}
