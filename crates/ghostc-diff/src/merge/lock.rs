//! Three locks into one, entry by entry. A build writes the lock anew, so that a conflict in it costs a build, no work.
//!
//! The lines that say what a lock has are those of what came out.

use super::leaf::{Clash, MergedPiece, Why, changed};
use super::{Conflict, Markers, Merged, Unfit, has_markers, trivial};
use ghostc_plan::lock::{EntryName, Inventory, seal, unseal};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Merges three texts of `ghostc.lock`.
///
/// # Errors
/// Where one is not a lock, or has markers.
pub fn merge_lock(base: &str, ours: &str, theirs: &str, markers: &Markers) -> Result<Merged, Unfit> {
    if let Some(merged) = trivial(base, ours, theirs) {
        return Ok(merged);
    }
    if [ours, theirs].iter().any(|text| has_markers(text, markers.size)) {
        return Err(Unfit::Markers);
    }
    let [base, ours, theirs] = [base, ours, theirs].map(read);
    let (Some(base), Some(ours), Some(theirs)) = (base, ours, theirs) else {
        return Err(Unfit::Unreadable);
    };
    let names: BTreeSet<&Name> = base.keys().chain(ours.keys()).chain(theirs.keys()).collect();
    let mut entries: Vec<(String, Option<&Name>, MergedPiece)> = Vec::new();
    // With and without what one side removes and the other changes.
    let (mut most, mut least) = (Inventory::default(), Inventory::default());
    for name in names {
        let lines = [base.get(name), ours.get(name), theirs.get(name)].map(|line| line.map(String::as_str));
        let Some(piece) = entry(lines) else { continue };
        most.add(&name.package, name.entry.clone());
        if lines.iter().skip(1).all(Option::is_some) || matches!(piece, MergedPiece::Text(_)) {
            least.add(&name.package, name.entry.clone());
        }
        // An entry stands where its line does, whichever side's.
        let sorted = lines.iter().rev().flatten().next().copied().unwrap_or_default();
        entries.push((sorted.to_string(), Some(name), piece));
    }
    let summaries: BTreeSet<String> = most.summaries().into_iter().chain(least.summaries()).collect();
    let summaries = summaries.into_iter();
    entries.extend(summaries.map(|line| (line.clone(), None, MergedPiece::Text(line))));
    entries.sort_by(|one, other| one.0.cmp(&other.0));
    let headers: BTreeSet<String> = [most.header(), least.header()].into();
    Ok(write(&headers, &entries, markers))
}

/// What an entry is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    package: String,
    entry: EntryName,
}

/// The lines of a lock by what they are about, each with its checksum.
fn read(text: &str) -> Option<BTreeMap<Name, String>> {
    let mut out = BTreeMap::new();
    let is_entry = |line: &&str| !line.trim().is_empty() && !line.starts_with("{\"schema\":");
    for line in text.lines().filter(is_entry) {
        let plain = unseal(line).ok()?;
        let value: Value = serde_json::from_str(&plain).ok()?;
        let part = |key: &str| value.get(key).and_then(Value::as_str).map(String::from);
        let package = part("package")?;
        let entry = match (part("section"), part("statement"), part("target"), part("task")) {
            (Some(digest), None, None, None) => EntryName::Section(digest),
            (None, Some(id), None, None) => EntryName::Statement(id),
            (None, None, Some(target), None) => EntryName::Target(target),
            (None, None, Some(target), Some(task)) => EntryName::Task(target, task),
            (None, None, None, None) if value.get("summary").is_some() => continue,
            _ => return None,
        };
        if out.insert(Name { package, entry }, seal(&plain)).is_some() {
            return None;
        }
    }
    Some(out)
}

/// What comes of one entry; nothing where it is removed.
fn entry(lines: [Option<&str>; 3]) -> Option<MergedPiece> {
    let [base, ours, theirs] = lines;
    let (was, one, other) = (
        base.unwrap_or_default(),
        ours.unwrap_or_default(),
        theirs.unwrap_or_default(),
    );
    if one == other || one == was || other == was {
        let kept = changed(was, one, other);
        return (!kept.is_empty()).then(|| MergedPiece::Text(kept.to_string()));
    }
    let why = match (ours, theirs) {
        (None, _) => Why::OursRemoves,
        (_, None) => Why::TheirsRemoves,
        _ => Why::BothChange,
    };
    Some(MergedPiece::Clash(Clash {
        why,
        sides: lines.map(|line| line.map(str::to_string)),
    }))
}

fn write(
    headers: &BTreeSet<String>,
    entries: &[(String, Option<&Name>, MergedPiece)],
    markers: &Markers,
) -> Merged {
    let mut merged = Merged {
        text: headers.iter().map(|line| format!("{line}\n")).collect(),
        conflicts: Vec::new(),
        notes: Vec::new(),
    };
    for (_, name, piece) in entries {
        match piece {
            MergedPiece::Text(line) => merged.text.push_str(&format!("{line}\n")),
            MergedPiece::Clash(clash) => {
                merged.conflicts.push(Conflict {
                    line: merged.text.matches('\n').count() + 1,
                    subject: format!("entry `{}`", name.map(spelled).unwrap_or_default()),
                    section: String::new(),
                    why: match clash.why {
                        Why::OursRemoves => "ours removes what theirs built anew",
                        Why::TheirsRemoves => "theirs removes what ours built anew",
                        Why::BothChange | Why::BothAdd | Why::SameName | Why::Alike => "both built it anew",
                    }
                    .to_string(),
                });
                merged.text.push_str(&super::render::between(clash, "", markers));
            }
        }
    }
    merged
}

/// The parts of a name.
fn spelled(name: &Name) -> String {
    let package = &name.package;
    match &name.entry {
        EntryName::Section(part) | EntryName::Statement(part) | EntryName::Target(part) => {
            format!("{package} {part}")
        }
        EntryName::Task(target, task) => format!("{package} {target} {task}"),
    }
}

#[cfg(test)]
mod tests;
