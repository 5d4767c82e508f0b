//! A change in words: what is in both texts, what is gone and what came.

use crate::wording::one_line;
use ghostc_diff::diff::{Change, Kind, Piece, word_changes};
use ghostc_syntax::printable::printable;

/// The most characters of a text that is summed up on one line.
pub const ONE_LINE: usize = 160;

/// The words of a change: what is in both texts, and what differs, with marks in place of characters that are not seen. A
/// text that was only put elsewhere is in both.
pub fn pieces(change: &Change) -> Vec<Piece> {
    let shown = |piece: Piece| Piece {
        old: printable(&piece.old).into_owned(),
        new: printable(&piece.new).into_owned(),
    };
    words_of(change).into_iter().map(shown).collect()
}

/// The same with the characters that are not seen.
fn words_of(change: &Change) -> Vec<Piece> {
    let whole = |old: &str, new: &str| {
        vec![Piece {
            old: old.to_string(),
            new: new.to_string(),
        }]
    };
    if let (Some(_), Some(new), Kind::Reordered) = (&change.old, &change.new, change.kind) {
        return whole(&new.text, &new.text);
    }
    let mut all = Vec::new();
    for place in &change.places {
        // Each place stands on lines of its own, in the state that it is in.
        let before = |is_there: &dyn Fn(&Piece) -> bool| if all.iter().any(is_there) { "\n" } else { "" };
        let old = before(&|piece: &Piece| !piece.old.is_empty() && place.old.is_some());
        let new = before(&|piece: &Piece| !piece.new.is_empty() && place.new.is_some());
        all.extend(
            whole(old, new)
                .into_iter()
                .filter(|piece| !(piece.old.is_empty() && piece.new.is_empty())),
        );
        all.extend(match (&place.old, &place.new) {
            (Some(old), Some(new)) => word_changes(&old.text, &new.text),
            (None, Some(new)) => whole("", &new.text),
            (Some(old), None) => whole(&old.text, ""),
            (None, None) => Vec::new(),
        });
    }
    all
}

/// A change on one line, its words as `[-old-]{+new+}` where they differ inside a text.
pub fn says(change: &Change) -> String {
    one_line(&words(change), ONE_LINE)
}

/// The words of a change, as `[-old-]{+new+}` where they differ inside a text.
pub fn words(change: &Change) -> String {
    pieces(change)
        .iter()
        .map(|piece| piece_text(change, piece))
        .collect()
}

/// A piece in words. The words of what is new or gone as a whole need no marks.
fn piece_text(change: &Change, piece: &Piece) -> String {
    let both = change.old.is_some() && change.new.is_some();
    match piece {
        piece if piece.old == piece.new => piece.new.clone(),
        piece if both => marked(piece),
        piece => format!("{}{}", piece.old, piece.new),
    }
}

/// A piece that differs as `[-old-]{+new+}`.
pub fn marked(piece: &Piece) -> String {
    let gone = if piece.old.is_empty() {
        String::new()
    } else {
        format!("[-{}-]", piece.old)
    };
    let came = if piece.new.is_empty() {
        String::new()
    } else {
        format!("{{+{}+}}", piece.new)
    };
    gone + &came
}
