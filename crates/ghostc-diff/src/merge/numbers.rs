//! Numbers of list items and headings, set right where both sides added or moved some.

use super::decide::MergedNode;
use super::leaf::{MergedPiece, heading};
use super::tree::{NodeKind, Tree};

/// A number that is not what it is on the side that wrote it: where it stands, what it was, what it is.
pub(super) type Renumbered = (String, String, String);

/// Counts items and headings through where all three texts did, from the number of the first on.
pub(super) fn renumber(made: &mut MergedNode, trees: [&Tree; 3]) -> Vec<Renumbered> {
    let counted = trees.map(Counted::of);
    let [base, ours, theirs] = &counted;
    let items = base.items && ours.items && theirs.items;
    let headings = base.headings && ours.headings && theirs.headings;
    let mut out = Vec::new();
    walk(made, (items, headings), &mut out);
    out
}

/// Whether a text's numbers of items and of headings rise by one.
struct Counted {
    items: bool,
    headings: bool,
}

impl Counted {
    fn of(tree: &Tree) -> Counted {
        let mut out = Counted {
            items: true,
            headings: true,
        };
        for node in &tree.nodes {
            let inside = node.children.iter();
            let item = |at: &&usize| number(tree.head(**at)).filter(|_| tree.kind(**at) == NodeKind::Item);
            let items: Vec<u64> = inside
                .clone()
                .filter_map(|at| item(&at))
                .map(|(number, _)| number)
                .collect();
            out.items &= rises(&items);
            let headings = inside.filter(|at| tree.kind(**at) == NodeKind::Section);
            let headings = headings.filter_map(|at| last(heading(tree.head(*tree.children(*at).first()?)).1));
            out.headings &= rises(&headings.map(|(_, number)| number).collect::<Vec<_>>());
        }
        out
    }
}

/// Whether each number is one more than that before it.
fn rises(numbers: &[u64]) -> bool {
    numbers
        .windows(2)
        .all(|pair| matches!(pair, [one, next] if one + 1 == *next))
}

/// The number that an item's mark starts with, and the rest of the mark.
fn number(mark: &str) -> Option<(u64, &str)> {
    let rest = mark.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = mark.get(..mark.len() - rest.len())?;
    Some((digits.parse().ok()?, rest))
}

/// What comes before the last part of a heading's number, and that part.
fn last(number: &str) -> Option<(&str, u64)> {
    let digits = number.rsplit('.').next()?;
    Some((number.get(..number.len() - digits.len())?, digits.parse().ok()?))
}

fn walk(made: &mut MergedNode, (items, headings): (bool, bool), out: &mut Vec<Renumbered>) {
    if items && made.kind == NodeKind::List {
        let mut next = None;
        for item in made
            .children
            .iter_mut()
            .filter(|child| child.kind == NodeKind::Item)
        {
            let [MergedPiece::Text(mark)] = item.head.as_slice() else {
                continue;
            };
            let Some((is, rest)) = number(mark) else { continue };
            let wanted: u64 = next.unwrap_or(is);
            if wanted != is {
                out.push((first_words(item), is.to_string(), wanted.to_string()));
                let text = format!("{wanted}{rest}");
                item.head = vec![MergedPiece::Text(text)];
            }
            next = Some(wanted + 1);
        }
    }
    if headings {
        let mut next = None;
        for section in made
            .children
            .iter_mut()
            .filter(|child| child.kind == NodeKind::Section)
        {
            let Some(number) = number_of(section) else {
                continue;
            };
            let Some((before, is)) = last(&number) else {
                continue;
            };
            let wanted: u64 = next.unwrap_or(is);
            if wanted != is {
                let new = format!("{before}{wanted}");
                out.push((first_words(section), number.clone(), new.clone()));
                replace(section, &number, &new);
            }
            next = Some(wanted + 1);
        }
    }
    for child in &mut made.children {
        walk(child, (items, headings), out);
    }
}

/// The number of a section's heading.
fn number_of(section: &MergedNode) -> Option<String> {
    match section.children.first()?.head.as_slice() {
        [MergedPiece::Text(text)] => Some(heading(text).1.to_string()).filter(|number| !number.is_empty()),
        _ => None,
    }
}

/// Gives a section and all sections in it a number that starts otherwise.
fn replace(section: &mut MergedNode, old: &str, new: &str) {
    if let Some(number) = number_of(section)
        && let Some(rest) = number
            .strip_prefix(old)
            .filter(|rest| rest.is_empty() || rest.starts_with('.'))
        && let Some(first) = section.children.first_mut()
        && let [MergedPiece::Text(text)] = first.head.as_mut_slice()
    {
        let (level, number, title) = heading(text);
        debug_assert!(number.starts_with(old), "the number that was just read");
        *text = format!("{level}{new}{rest}{title}");
    }
    for inner in section
        .children
        .iter_mut()
        .filter(|child| child.kind == NodeKind::Section)
    {
        replace(inner, old, new);
    }
}

/// The text that an item or section begins with.
fn first_words(made: &MergedNode) -> String {
    for child in &made.children {
        match child.head.as_slice() {
            [MergedPiece::Text(text)] if child.kind.is_leaf() => {
                return text.trim_start_matches('#').trim().to_string();
            }
            _ => {
                let inner = first_words(child);
                if !inner.is_empty() {
                    return inner;
                }
            }
        }
    }
    String::new()
}
