//! Two edits of one text put together, line by line, where they do not touch.

use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::ops::Range;

/// An edit of a text: lines of it, and those in their place.
struct LineEdit {
    old: Range<usize>,
    new: Range<usize>,
}

/// The text with the edits of both; nothing where they change the same lines, or lines side by side, to different ends.
pub(crate) fn merge(base: &str, ours: &str, theirs: &str) -> Option<String> {
    let [base, ours, theirs] =
        [base, ours, theirs].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let sides = [&ours, &theirs].map(|side| (side.as_slice(), edits(&base, side)));
    let (mut merged, mut done, mut next) = (String::new(), 0, [0, 0]);
    while let Some(start) = first_start(&sides, next) {
        // All edits that touch each other are one region of the base.
        let (mut end, from) = (start, next);
        loop {
            let before = next;
            for (side, at) in sides.iter().zip(&mut next) {
                while let Some(edit) = side.1.get(*at).filter(|edit| edit.old.start <= end) {
                    end = end.max(edit.old.end);
                    *at += 1;
                }
            }
            if next == before {
                break;
            }
        }
        let [in_ours, in_theirs] = [0, 1].map(|side| {
            let (lines, edits) = sides.get(side)?;
            let edits = edits.get(*from.get(side)?..*next.get(side)?)?;
            (!edits.is_empty()).then(|| edited(&base, lines, edits, start..end))
        });
        merged.extend(base.get(done..start)?.iter().copied());
        merged.push_str(&match (in_ours, in_theirs) {
            (Some(ours), Some(theirs)) if ours != theirs => return None,
            (Some(text), _) | (None, Some(text)) => text,
            (None, None) => return None,
        });
        done = end;
    }
    merged.extend(base.get(done..)?.iter().copied());
    Some(merged)
}

/// Where the first of the edits begins that are left.
fn first_start(sides: &[(&[&str], Vec<LineEdit>); 2], next: [usize; 2]) -> Option<usize> {
    let starts = sides.iter().zip(next);
    starts
        .filter_map(|(side, at)| Some(side.1.get(at)?.old.start))
        .min()
}

fn edits(base: &[&str], side: &[&str]) -> Vec<LineEdit> {
    let operations = capture_diff_slices(Algorithm::Myers, base, side);
    let changes = operations
        .iter()
        .filter(|operation| !matches!(operation, DiffOp::Equal { .. }));
    changes
        .map(|operation| LineEdit {
            old: operation.old_range(),
            new: operation.new_range(),
        })
        .collect()
}

/// A region of the base with some edits of one side.
fn edited(base: &[&str], side: &[&str], edits: &[LineEdit], region: Range<usize>) -> String {
    let (mut text, mut done) = (String::new(), region.start);
    for edit in edits {
        text.extend(base.get(done..edit.old.start).unwrap_or_default().iter().copied());
        text.extend(side.get(edit.new.clone()).unwrap_or_default().iter().copied());
        done = edit.old.end;
    }
    text.extend(base.get(done..region.end).unwrap_or_default().iter().copied());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "a\nb\nc\nd\ne\n";

    #[test]
    fn edits_apart_go_together() {
        let merged = merge(BASE, "A\nb\nc\nd\ne\n", "a\nb\nc\nd\ne\nf\n");
        assert_eq!(merged.as_deref(), Some("A\nb\nc\nd\ne\nf\n"));
        let merged = merge(BASE, "b\nc\nd\ne\n", "a\nb\nx\ny\nd\ne\n");
        assert_eq!(merged.as_deref(), Some("b\nx\ny\nd\ne\n"));
        assert_eq!(merge(BASE, BASE, "x").as_deref(), Some("x"));
        assert_eq!(merge(BASE, "", BASE).as_deref(), Some(""));
        assert_eq!(merge("", "", "new\n").as_deref(), Some("new\n"));
    }

    #[test]
    fn what_both_do_alike_is_done_once() {
        assert_eq!(
            merge(BASE, "a\nb\nC\nd\ne\n", "a\nb\nC\nd\ne\n").as_deref(),
            Some("a\nb\nC\nd\ne\n")
        );
    }

    #[test]
    fn edits_of_the_same_or_of_neighbouring_lines_are_a_conflict() {
        assert_eq!(merge(BASE, "a\nb\nx\nd\ne\n", "a\nb\ny\nd\ne\n"), None);
        assert_eq!(merge(BASE, "a\nB\nc\nd\ne\n", "a\nb\nC\nd\ne\n"), None);
        assert_eq!(merge(BASE, "a\nb\nc\nd\ne\nx\n", "a\nb\nc\nd\ne\ny\n"), None);
        assert_eq!(merge(BASE, "a\nc\nd\ne\n", "a\nB\nc\nd\ne\n"), None);
        assert_eq!(merge("", "x\n", "y\n"), None);
        assert_eq!(
            merge("a", "b", "a\n"),
            None,
            "the end of the last line is a part of it"
        );
    }

    #[test]
    fn a_merge_holds_what_either_changed_and_nothing_else() {
        // Every way to change some of five lines on both sides, where no two changes touch.
        for ours in 0..32_u32 {
            for theirs in 0..32_u32 {
                let side = |mask: u32, word: &str| -> String {
                    let lines = ["a", "b", "c", "d", "e"].iter().enumerate();
                    lines
                        .map(|(at, line)| {
                            let changed = mask & (1 << at) != 0;
                            format!("{line}{}\n", if changed { word } else { "" })
                        })
                        .collect()
                };
                let merged = merge(BASE, &side(ours, "!"), &side(theirs, "!"));
                let touches = ours & (theirs | theirs << 1 | theirs >> 1) != 0;
                if !touches {
                    assert_eq!(merged, Some(side(ours | theirs, "!")), "{ours:b} {theirs:b}");
                } else if let Some(merged) = merged {
                    assert_eq!(merged, side(ours | theirs, "!"), "{ours:b} {theirs:b}");
                }
            }
        }
    }
}
