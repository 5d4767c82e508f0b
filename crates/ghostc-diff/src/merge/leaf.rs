//! The text of one leaf from three: words win over wrapping, a check box and a number stand apart from the words.

use super::tree::{NodeKind, said};
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A stretch of what comes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum MergedPiece {
    /// Text on which there is no doubt.
    Text(String),
    /// Texts of which a person has to choose.
    Clash(Clash),
}

/// Texts of the base and of both sides; nothing where one has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clash {
    /// Why there is a choice.
    pub(super) why: Why,
    /// The texts: of the base, of ours, of theirs.
    pub(super) sides: [Option<String>; 3],
}

/// Why two edits do not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// Both change it, to different ends.
    BothChange,
    /// Ours removes what theirs changes.
    OursRemoves,
    /// Theirs removes what ours changes.
    TheirsRemoves,
    /// Both add something of one name.
    BothAdd,
    /// What the one adds has the name of something else that the other adds.
    SameName,
    /// What the one adds is nearly what the other adds at the same place.
    Alike,
}

/// The text of a leaf that all three have.
pub(super) fn merge(kind: NodeKind, base: &str, ours: &str, theirs: &str) -> Vec<MergedPiece> {
    let clash = || {
        vec![MergedPiece::Clash(Clash {
            why: Why::BothChange,
            sides: [base, ours, theirs].map(|text| Some(text.to_string())),
        })]
    };
    match kind {
        NodeKind::Code | NodeKind::Raw => lines(base, ours, theirs),
        NodeKind::Heading => {
            let [base, ours, theirs] = [base, ours, theirs].map(heading);
            let level = choose(kind, base.0, ours.0, theirs.0);
            // Numbers are set right afterwards, where they count.
            let number = choose(kind, base.1, ours.1, theirs.1).unwrap_or(ours.1);
            let title = choose(kind, base.2, ours.2, theirs.2);
            match (level, title) {
                (Some(level), Some(title)) => vec![MergedPiece::Text(format!("{level}{number}{title}"))],
                _ => clash(),
            }
        }
        NodeKind::Sentence => {
            let [base, ours, theirs] = [base, ours, theirs].map(boxed);
            let mark = choose(kind, base.0, ours.0, theirs.0);
            match (mark, choose(kind, base.1, ours.1, theirs.1)) {
                (Some(mark), Some(words)) => vec![MergedPiece::Text(format!("{mark}{words}"))],
                _ => clash(),
            }
        }
        NodeKind::Root
        | NodeKind::Section
        | NodeKind::Front
        | NodeKind::List
        | NodeKind::Item
        | NodeKind::Table
        | NodeKind::Text
        | NodeKind::Row
        | NodeKind::Head
        | NodeKind::Entry
        | NodeKind::Case => match choose(kind, base, ours, theirs) {
            Some(text) => vec![MergedPiece::Text(text.to_string())],
            None => clash(),
        },
    }
}

/// The text that one side changed, or both alike; nothing where they changed it to different ends.
fn choose<'t>(kind: NodeKind, base: &'t str, ours: &'t str, theirs: &'t str) -> Option<&'t str> {
    if ours == theirs || theirs == base {
        return Some(ours);
    }
    if ours == base {
        return Some(theirs);
    }
    let [base, ours_says, theirs_says] = [base, ours, theirs].map(|text| said(kind, text));
    if ours_says == theirs_says || theirs_says == base {
        Some(ours)
    } else if ours_says == base {
        Some(theirs)
    } else {
        None
    }
}

/// The one of three that somebody changed; ours where both did.
pub(super) fn changed<'t>(base: &'t str, ours: &'t str, theirs: &'t str) -> &'t str {
    if ours == base { theirs } else { ours }
}

/// The check box that a text starts with, with the space after it.
pub(super) fn check_box(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('[')?;
    let mark = rest.chars().next()?;
    let after = rest.get(mark.len_utf8()..)?.strip_prefix(']')?;
    let after = after.strip_prefix('*').unwrap_or(after);
    let words = after.trim_start();
    let is_mark = matches!(mark, ' ' | 'x' | 'X' | '~' | '-');
    (is_mark && words.len() < after.len()).then(|| text.get(..text.len() - words.len()))?
}

fn boxed(text: &str) -> (&str, &str) {
    text.split_at(check_box(text).map_or(0, str::len))
}

/// The level of a heading, its number, and its title.
pub(super) fn heading(text: &str) -> (&str, &str, &str) {
    let bare = text.trim_start_matches('#');
    let bare = if bare.len() < text.len() {
        bare.trim_start()
    } else {
        bare
    };
    let (level, rest) = text.split_at(text.len() - bare.len());
    let word = rest.split(' ').next().unwrap_or_default();
    let digits = word.trim_end_matches(['.', ')', ':']);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    let (number, title) = rest.split_at(if is_number { digits.len() } else { 0 });
    (level, number, title)
}

/// The lines of three texts, merged where they are apart.
pub(super) fn lines(base: &str, ours: &str, theirs: &str) -> Vec<MergedPiece> {
    if let Some(text) = choose(NodeKind::Raw, base, ours, theirs) {
        return vec![MergedPiece::Text(text.to_string())];
    }
    let split = |text: &str| -> Vec<String> { text.split('\n').map(str::to_string).collect() };
    let (base, ours, theirs) = (split(base), split(ours), split(theirs));
    let (in_ours, in_theirs) = (partners(&base, &ours), partners(&base, &theirs));
    let mut out: Vec<Vec<String>> = vec![Vec::new()];
    let mut clashes: Vec<Clash> = Vec::new();
    let mut from = (0, 0, 0);
    let ends = std::iter::once((base.len(), Some(ours.len()), Some(theirs.len())));
    let stable = in_ours
        .iter()
        .zip(&in_theirs)
        .enumerate()
        .map(|(at, (o, t))| (at, *o, *t));
    for (b, o, t) in stable.chain(ends) {
        let (Some(o), Some(t)) = (o, t) else { continue };
        let part =
            |lines: &[String], range: std::ops::Range<usize>| lines.get(range).unwrap_or_default().to_vec();
        let chunk = [
            part(&base, from.0..b),
            part(&ours, from.1..o),
            part(&theirs, from.2..t),
        ];
        let [was, one, other] = &chunk;
        let chosen = if one == other || other == was {
            Some(one)
        } else if one == was {
            Some(other)
        } else {
            None
        };
        match chosen {
            Some(lines) => out
                .last_mut()
                .into_iter()
                .for_each(|open| open.extend(lines.iter().cloned())),
            None => {
                clashes.push(Clash {
                    why: Why::BothChange,
                    sides: chunk.map(|lines| (!lines.is_empty()).then(|| lines.join("\n"))),
                });
                out.push(Vec::new());
            }
        }
        if let Some(line) = base.get(b) {
            out.last_mut()
                .into_iter()
                .for_each(|open| open.push(line.clone()));
        }
        from = (b + 1, o + 1, t + 1);
    }
    let mut pieces = Vec::new();
    let mut clashes = clashes.into_iter();
    for lines in out {
        if !lines.is_empty() {
            pieces.push(MergedPiece::Text(lines.join("\n")));
        }
        pieces.extend(clashes.next().map(MergedPiece::Clash));
    }
    pieces
}

/// For each line of the base, its place in a side that has it.
fn partners(base: &[String], side: &[String]) -> Vec<Option<usize>> {
    let mut out = vec![None; base.len()];
    for op in capture_diff_slices(Algorithm::Patience, base, side) {
        if let DiffOp::Equal {
            old_index,
            new_index,
            len,
        } = op
        {
            for step in 0..len {
                if let Some(slot) = out.get_mut(old_index + step) {
                    *slot = Some(new_index + step);
                }
            }
        }
    }
    out
}
