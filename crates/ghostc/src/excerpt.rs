//! A change in one line: where it is, and the words that differ with a few around them.

use crate::changes::replaced;
use ghostc_diff::diff::{Change, Kind, Piece, Subject, Text, word_changes};
use ghostc_syntax::Sources;
use ghostc_syntax::printable::printable;

/// Characters that are left of a stretch that did not change, on each side that touches a change, where not all fits.
const AROUND: usize = 24;

/// The words of a change in about so many columns, with what it is a change of where the words do not show it.
pub(crate) fn excerpt(change: &Change, columns: usize) -> String {
    let what = match change.subject {
        Subject::Package | Subject::Document | Subject::Section | Subject::Operation => {
            format!("{} ", change.subject.as_str())
        }
        Subject::Requirement | Subject::Criterion | Subject::Scenario | Subject::Story | Subject::Task => {
            format!("{}: ", change.subject.as_str())
        }
        Subject::Parameter | Subject::Case => format!("{} {}: ", change.subject.as_str(), change.id),
        Subject::Statement | Subject::Item | Subject::Code | Subject::Prose => String::new(),
    };
    let columns = columns.saturating_sub(width(&what));
    let text = |text: &Option<Text>| printable(text.as_ref().map_or("", |text| &text.text)).into_owned();
    let words = match (&change.old, &change.new, change.kind) {
        (Some(_), Some(_), Kind::Reordered) | (None, _, _) => start(&text(&change.new), columns),
        (Some(_), None, _) => start(&text(&change.old), columns),
        (Some(_), Some(_), _) => edit(&text(&change.old), &text(&change.new), columns),
    };
    what + &words.replace('\n', " ")
}

/// What became of a text in about so many columns.
pub(crate) fn edit(old: &str, new: &str, columns: usize) -> String {
    between(&word_changes(&printable(old), &printable(new)), columns)
}

/// Two texts of one thing in about so many columns.
fn between(pieces: &[Piece], columns: usize) -> String {
    let same = |piece: &Piece| piece.old == piece.new;
    if let [piece] = pieces
        && same(piece)
    {
        return start(&piece.new, columns);
    }
    let marks = |piece: &Piece| if same(piece) { 0 } else { width(&piece.old) + 8 };
    let whole: usize = pieces.iter().map(|piece| width(&piece.new) + marks(piece)).sum();
    let around = if whole <= columns { columns } else { AROUND };
    let last = pieces.len().saturating_sub(1);
    let (mut out, mut used) = (String::new(), 0);
    for (at, piece) in pieces.iter().enumerate() {
        if used >= columns {
            out.push_str(" …");
            break;
        }
        let shown = if same(piece) {
            let (before, after) = (at > 0, at < last);
            let text = middle(&piece.new, before, after, around);
            used += width(&text);
            text
        } else {
            let (old, new) = (start(&piece.old, columns / 2), start(&piece.new, columns / 2));
            used += width(&old) + width(&new) + 8;
            replaced(&old, &new)
        };
        out.push_str(&shown);
    }
    out
}

/// A text that did not change, without what is far from its changed neighbours.
fn middle(text: &str, before: bool, after: bool, around: usize) -> String {
    let ends = usize::from(before) + usize::from(after);
    if width(text) <= around.saturating_mul(ends).saturating_add(2) {
        return text.to_string();
    }
    let head: String = if before {
        words_within(text, around)
    } else {
        String::new()
    };
    let tail: String = if after {
        let turned: String = text.chars().rev().collect();
        words_within(&turned, around).chars().rev().collect()
    } else {
        String::new()
    };
    format!("{head}…{tail}")
}

/// The first characters of a text, with a mark where there is more.
fn start(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_string();
    }
    format!("{}…", words_within(text, columns))
}

/// As much of the start of a text as fits, up to the end of a word where there is one.
fn words_within(text: &str, columns: usize) -> String {
    let cut: String = text.chars().take(columns).collect();
    match cut.rfind(' ') {
        Some(at) => cut.get(..=at).unwrap_or_default().to_string(),
        None => cut,
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// Where a change is: the line after it, or that of what is gone, and the section.
pub(crate) fn place(change: &Change, old: &Sources, new: &Sources) -> String {
    let place = match (&change.new, &change.old) {
        (Some(text), _) => new.place(text.span),
        (None, Some(text)) => format!("{} (was)", old.place(text.span)),
        (None, None) => String::new(),
    };
    let text = change.new.as_ref().or(change.old.as_ref());
    let section = text.and_then(|text| text.section.iter().rfind(|title| !title.is_empty()));
    match section {
        Some(section) => format!("{place}  § {}", printable(section)),
        None => place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(old: &str, new: &str, columns: usize) -> String {
        let shown = between(&word_changes(old, new), columns);
        let without = ["\u{1b}[31m", "\u{1b}[32m", "\u{1b}[0m"];
        without
            .iter()
            .fold(shown, |text, escape| text.replace(escape, ""))
    }

    #[test]
    fn words_that_differ_stay_and_what_is_far_from_them_goes() {
        assert_eq!(
            plain("It MUST hold two units.", "It MUST hold three units.", 70),
            "It MUST hold [-two-]{+three+} units."
        );
        let long = "a word and another ".repeat(6);
        assert_eq!(
            plain(&format!("{long}one {long}"), &format!("{long}two {long}"), 70),
            "… a word and another [-one-]{+two+} a word and another a …"
        );
    }

    #[test]
    fn a_text_alone_is_cut_at_a_word() {
        assert_eq!(start("It MUST be written down at once.", 12), "It MUST be …");
        assert_eq!(start("It MUST.", 12), "It MUST.");
    }
}
