//! The words that differ between two texts of one thing.

use similar::{ChangeTag, TextDiff};

/// A stretch of two texts: the same in both, or what stands there in each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// What the old text has.
    pub old: String,
    /// What the new text has.
    pub new: String,
}

/// Two texts side by side, word by word. All `old` together are the old text, and all `new` the new one.
///
/// White space between two changed words is changed along with them, so that a rewritten phrase is one piece.
pub fn word_changes(old: &str, new: &str) -> Vec<Piece> {
    let differ = TextDiff::from_words(old, new);
    let mut pieces: Vec<Piece> = Vec::new();
    let mut open = false;
    let changes: Vec<(ChangeTag, &str)> = differ
        .iter_all_changes()
        .map(|change| (change.tag(), change.value()))
        .collect();
    for (at, (tag, word)) in changes.iter().enumerate() {
        let between = word.trim().is_empty()
            && changes
                .get(at + 1)
                .is_some_and(|(next, _)| *next != ChangeTag::Equal);
        let same = *tag == ChangeTag::Equal && !(open && between);
        if same == open || pieces.is_empty() {
            pieces.push(Piece::default());
        }
        open = !same;
        if let Some(piece) = pieces.last_mut() {
            if *tag != ChangeTag::Insert {
                piece.old.push_str(word);
            }
            if *tag != ChangeTag::Delete {
                piece.new.push_str(word);
            }
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str) -> String {
        let pieces = word_changes(old, new).into_iter();
        let shown = pieces.map(|piece| {
            if piece.old == piece.new {
                piece.new
            } else {
                format!("[{}|{}]", piece.old, piece.new)
            }
        });
        shown.collect()
    }

    #[test]
    fn words_that_differ_stand_side_by_side() {
        assert_eq!(
            shown("at most two units", "at most three units"),
            "at most [two|three] units"
        );
        assert_eq!(shown("a b c d e", "a x y d e"), "a [b c|x y] d e");
        assert_eq!(shown("same", "same"), "same");
        assert_eq!(shown("", "new"), "[|new]");
    }
}
