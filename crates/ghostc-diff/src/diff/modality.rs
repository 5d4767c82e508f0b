//! How binding a sentence is by its keywords in letters of any case, and what an edit of them does.

use super::atoms::Atom;
use super::kind::Kind;
use super::lexicon;
use ghostc_syntax::Strength;

/// What an edit does to how binding a sentence is: its kind, how binding it was and is, and whether it does anything.
pub(super) fn modal_change(
    old: &[Atom],
    new: &[Atom],
    is_alike: bool,
) -> (Kind, (Option<Strength>, Option<Strength>), bool) {
    let (before, after) = (modals(old), modals(new));
    let whole = (before.first().copied(), after.first().copied());
    if before == after {
        return (Kind::Modified, whole, false);
    }
    let head = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
    let room = before.len().min(after.len()) - head;
    let tail = before
        .iter()
        .rev()
        .zip(after.iter().rev())
        .take(room)
        .take_while(|(a, b)| a == b)
        .count();
    let gone = before.get(head..before.len() - tail).unwrap_or_default();
    let came = after.get(head..after.len() - tail).unwrap_or_default();
    let pairs = || gone.iter().zip(came);
    let changed = pairs().find(|(a, b)| a != b).map(|(a, b)| (*a, *b));
    let found = match changed {
        Some((a, b)) if forbids(a) != forbids(b) => Kind::Negated,
        Some((a, b)) if weight(a) > weight(b) => Kind::Weakened,
        Some(_) => Kind::Strengthened,
        None => one_sided((&before, gone), (&after, came)),
    };
    let changed = changed.map(|(a, b)| (Some(a), Some(b)));
    // A sentence binds more or less whatever else it says; what is forbidden in place of something else is not negated.
    let is_known = found != Kind::Modified && (is_alike || found != Kind::Negated);
    let kind = if is_known { found } else { Kind::Modified };
    (kind, changed.filter(|_| is_known).unwrap_or(whole), true)
}

/// What it is where keywords only went or only came: a sentence binds all the same without MUST, and what must be for
/// all is less where it only should be for one.
fn one_sided((old, gone): (&[Strength], &[Strength]), (new, came): (&[Strength], &[Strength])) -> Kind {
    let must = |side: &[Strength]| !side.is_empty() && side.iter().all(|strength| weight(*strength) == 3);
    let should = |side: &[Strength]| !side.is_empty() && side.iter().all(|strength| weight(*strength) == 2);
    if (old.is_empty() && must(new)) || (must(new) && should(gone)) {
        Kind::Strengthened
    } else if (new.is_empty() && must(old)) || (must(old) && should(came)) {
        Kind::Weakened
    } else {
        Kind::Modified
    }
}

fn forbids(strength: Strength) -> bool {
    matches!(strength, Strength::MustNot | Strength::ShouldNot)
}

fn weight(strength: Strength) -> u8 {
    match strength {
        Strength::Must | Strength::MustNot => 3,
        Strength::Should | Strength::ShouldNot => 2,
        Strength::May => 1,
    }
}

/// The keywords of a text in letters of any case, with what they say.
pub(super) fn modals(atoms: &[Atom]) -> Vec<Strength> {
    let words: Vec<&str> = atoms
        .iter()
        .filter(|atom| atom.is_word() && !atom.shows)
        .map(|atom| atom.text.as_str())
        .collect();
    let mut out = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let bare = lexicon::uncontracted(word);
        let free = *word == "free" && words.get(at + 1) == Some(&"to");
        let Some(force) = lexicon::force(bare.unwrap_or(word)).or(free.then_some(1)) else {
            continue;
        };
        let is = |place: Option<usize>, known: &[&str]| {
            place
                .and_then(|at| words.get(at))
                .is_some_and(|word| known.contains(word))
        };
        let state = lexicon::is_state(word);
        // What is only allowed in one way is forbidden in all others.
        let only = is(at.checked_sub(1), &["only"]) || is(Some(at + 1), &["only"]);
        let negative = *word == "cannot"
            || bare.is_some()
            || (state && is(at.checked_sub(1), &["not", "never", "longer"]))
            || (!state && is(Some(at + 1), &["not", "never"]));
        out.push(match (force, negative) {
            (1, false) if only => Strength::Must,
            (_, false) if *word == "optional" => Strength::May,
            (_, true) if *word == "optional" => Strength::Must,
            (3, true) if state => Strength::May,
            (3 | 1, true) => Strength::MustNot,
            (3, false) => Strength::Must,
            (2, true) => Strength::ShouldNot,
            (2, false) => Strength::Should,
            _ => Strength::May,
        });
    }
    out
}
