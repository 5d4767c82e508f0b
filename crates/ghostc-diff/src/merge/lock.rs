//! Three locks into one, entry by entry. A build writes the lock anew, so that a conflict in it costs a build, no work.

use super::leaf::{Clash, MergedPiece, Why, changed};
use super::{Conflict, Markers, Merged, Unfit, has_markers, trivial};
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
    let mut entries: Vec<(String, &Name, MergedPiece)> = Vec::new();
    for name in names {
        let lines = [base.get(name), ours.get(name), theirs.get(name)].map(|line| line.copied());
        let piece = entry(lines);
        // An entry stands where its line does, whichever side's.
        let sorted = lines
            .iter()
            .rev()
            .flatten()
            .next()
            .copied()
            .unwrap_or_default()
            .to_string();
        entries.extend(piece.map(|piece| (sorted, name, piece)));
    }
    entries.sort_by(|one, other| (!one.1.header, &one.0).cmp(&(!other.1.header, &other.0)));
    Ok(write(&entries, markers))
}

/// What an entry is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    header: bool,
    parts: Vec<String>,
}

/// The lines of a lock by what they are about.
fn read(text: &str) -> Option<BTreeMap<Name, &str>> {
    let mut out = BTreeMap::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let value: Value = serde_json::from_str(line).ok()?;
        let part = |key: &str| {
            value
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_string()
        };
        let name = Name {
            header: value.get("schema").is_some(),
            parts: ["package", "target", "task", "section"].map(part).to_vec(),
        };
        if out.insert(name, line).is_some() {
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

fn write(entries: &[(String, &Name, MergedPiece)], markers: &Markers) -> Merged {
    let mut merged = Merged {
        text: String::new(),
        conflicts: Vec::new(),
        notes: Vec::new(),
    };
    for (_, name, piece) in entries {
        match piece {
            MergedPiece::Text(line) => merged.text.push_str(&format!("{line}\n")),
            MergedPiece::Clash(clash) => {
                merged.conflicts.push(Conflict {
                    line: merged.text.matches('\n').count() + 1,
                    subject: format!("entry `{}`", spelled(name)),
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

/// The parts of a name that there are.
fn spelled(name: &Name) -> String {
    let parts: Vec<&str> = name
        .parts
        .iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" ")
}
