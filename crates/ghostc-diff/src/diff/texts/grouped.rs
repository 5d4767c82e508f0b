//! Edits of plain text in one section, told as one change with all of their places.
//!
//! A section whose running text is reworded in five sentences is reworded once. What binds is told for itself, and so is
//! what is more than running text: a statement, a field next to a sentence, a code block, whatever has a name.

use crate::diff::class::Ruling;
use crate::diff::draft::Draft;
use crate::diff::pieces::word_changes;
use crate::diff::{Change, ChangeLocation, Class, Kind, Subject, Text};
use std::collections::BTreeMap;

/// What changes have in common that are told as one.
type GroupKey = (Kind, Class, Option<Vec<String>>, Option<Vec<String>>);

/// Makes one change of those that do the same to several sentences, and of those in one section that do the same to plain
/// text.
pub(super) fn grouped(changes: Vec<Change>) -> Vec<Change> {
    let repeated = together(changes, words);
    together(repeated, |change| is_plain(change).then(|| key(change)))
}

/// Makes one change of those that have one key.
fn together<K: Ord>(changes: Vec<Change>, key: impl Fn(&Change) -> Option<K>) -> Vec<Change> {
    let mut out: Vec<Change> = Vec::with_capacity(changes.len());
    let mut groups: BTreeMap<K, Vec<Change>> = BTreeMap::new();
    for change in changes {
        match key(&change) {
            Some(key) => groups.entry(key).or_default().push(change),
            None => out.push(change),
        }
    }
    out.extend(groups.into_values().filter_map(merged));
    out
}

/// What one edit of a sentence takes away and adds, apart from the rest of it.
type Words = (Kind, Ruling, Subject, Vec<(String, String)>);

fn words(change: &Change) -> Option<Words> {
    let [_] = change.places.as_slice() else {
        return None;
    };
    let is_text = matches!(
        change.subject,
        Subject::Statement | Subject::Item | Subject::Prose
    );
    let plain = change.subject != Subject::Statement;
    let is_edit =
        change.kind == Kind::Modified || (plain && matches!(change.kind, Kind::Added | Kind::Removed));
    if !is_text || !is_edit {
        return None;
    }
    let text = |text: &'_ Option<Text>| text.as_ref().map_or_else(String::new, |text| text.text.clone());
    let pieces = word_changes(&text(&change.old), &text(&change.new)).into_iter();
    let other = pieces.filter(|piece| piece.old != piece.new);
    let words = other.map(|piece| (piece.old.trim().to_string(), piece.new.trim().to_string()));
    Some((
        change.kind,
        (change.class, change.basis),
        change.subject,
        words.collect(),
    ))
}

/// Whether a change is told with its like. What moved from one section to another went there as one.
fn is_plain(change: &Change) -> bool {
    let stays = matches!(change.kind, Kind::Added | Kind::Removed | Kind::Modified);
    let plain = matches!(change.subject, Subject::Prose | Subject::Item);
    (stays && plain) || (change.kind == Kind::Moved && (plain || change.subject == Subject::Statement))
}

fn key(change: &Change) -> GroupKey {
    let section = |text: &Option<Text>| text.as_ref().map(|text| text.section.clone());
    (
        change.kind,
        change.class,
        section(&change.old),
        section(&change.new),
    )
}

/// Some changes as one, in the order of the text.
fn merged(mut changes: Vec<Change>) -> Option<Change> {
    if changes.len() < 2 {
        return changes.pop();
    }
    changes.sort_by_key(|change| (change.at(), change.old.as_ref().map(|old| old.span)));
    let first = changes.first()?;
    let draft = Draft {
        kind: first.kind,
        ruling: changes.iter().map(|change| (change.class, change.basis)).max()?,
        subject: changes.iter().map(|change| change.subject).min()?,
        id: first.id.clone(),
    };
    let places: Vec<ChangeLocation> = changes.into_iter().flat_map(|change| change.places).collect();
    Some(draft.spread((None, None), places))
}
