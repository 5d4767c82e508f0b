//! What a sentence says apart from its dress: emphasis, links, numbers of sections, letter case of keywords.

use ghostc_spec::library::Package;
use ghostc_spec::matching::{LIKE_HERE, similarity, tokens};
use ghostc_syntax::{FileId, Sources, Span, Strength, collapse_whitespace};
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
            has_capital_keywords: super::facts::has_capital_keywords(package),
            references: references.collect(),
        }
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

/// The words of a span without emphasis and targets of links that resolve; sections that it names by number by their
/// titles.
pub(super) fn plain(span: Span, sources: &Sources, dress: &TextStyle) -> NormalText {
    let written = sources.slice(span);
    let mut text = String::with_capacity(written.len());
    let mut references = Vec::new();
    let mut from = 0;
    for ((_, start), (end, title)) in dress
        .references
        .range((span.file, span.start)..(span.file, span.end))
    {
        let (start, end) = (
            (start - span.start) as usize,
            end.saturating_sub(span.start) as usize,
        );
        let (Some(before), Some(inside)) = (written.get(from..start), written.get(start..end)) else {
            continue; // A link inside a link.
        };
        from = end;
        text.push_str(before);
        match title {
            Some(title) => {
                text.push_str(&mark(title));
                references.push(title.clone());
            }
            None => text.push_str(link_text(inside)),
        }
    }
    text.push_str(written.get(from..).unwrap_or_default());
    NormalText {
        text: text_without_emphasis(&text, dress.fold),
        references,
    }
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

/// The text of an inline link.
fn link_text(written: &str) -> &str {
    let inside = written.strip_prefix('!').unwrap_or(written).strip_prefix('[');
    inside
        .and_then(|inside| Some(inside.rsplit_once("](")?.0))
        .unwrap_or(written)
}

/// The text without marks of emphasis outside code and with single spaces; keywords in small letters with `fold`.
fn text_without_emphasis(text: &str, fold: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, piece) in text.split('`').enumerate() {
        if at > 0 {
            out.push('`');
        }
        if at % 2 == 1 {
            out.push_str(piece);
        } else {
            without_emphasis(piece, fold, &mut out);
        }
    }
    collapse_whitespace(&out)
}

fn without_emphasis(piece: &str, fold: bool, out: &mut String) {
    let mut word = String::new();
    let flush = |word: &mut String, out: &mut String| {
        let bare = word.trim_matches('_');
        let mut keywords = KEYWORDS.iter().filter(|_| fold);
        // In small letters the two say the same.
        let can = fold && bare.eq_ignore_ascii_case("can");
        let keyword = keywords.find(|keyword| bare.eq_ignore_ascii_case(keyword));
        out.push_str(if can { "may" } else { keyword.unwrap_or(&bare) });
        word.clear();
    };
    let mut chars = piece.chars().peekable();
    let mut last = ' ';
    while let Some(c) = chars.next() {
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
        } else {
            flush(&mut word, out);
            let next = chars.peek().copied().unwrap_or(' ');
            let alone = last.is_whitespace() && next.is_whitespace();
            if c != '*' && c != '~' || alone {
                out.push(c);
            }
        }
        last = c;
    }
    flush(&mut word, out);
}
