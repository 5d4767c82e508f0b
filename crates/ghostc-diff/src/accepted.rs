//! `ghostc.accepted.yaml`: changes of a spec that somebody looked at and takes, each with a reason, some until a day.
//!
//! One entry a change, sorted by fingerprint, so that branches merge and nothing moves that did not change.

use crate::date::Date;
use crate::diff::{Change, ChangeLocation};
use ghostc_spec::fields::Fields;
use ghostc_syntax::yaml::{self, Node};
use ghostc_syntax::{Checked, Diagnostic, FileId, codes};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The changes that were accepted, by fingerprint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// What was accepted of each.
    pub entries: BTreeMap<String, Acceptance>,
}

/// One change that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// The name of the change's rule.
    pub rule: String,
    /// The id of what changed.
    pub id: String,
    /// What the change says, on one line.
    pub says: String,
    /// Why it is taken.
    pub reason: String,
    /// The last day that it is taken; nothing for good.
    pub until: Option<Date>,
    /// The fingerprints of its places, where it has more than one: other changes beside it make another change of them.
    pub places: Vec<String>,
}

impl Accepted {
    /// What was accepted of a change: itself, or each of its places, and then what holds the shortest.
    pub fn of(&self, change: &Change) -> Option<&Acceptance> {
        let own = self.entries.get(&change.fingerprint);
        own.or_else(|| {
            let of_place = |place: &ChangeLocation| {
                let print = &place.fingerprint;
                let among = || self.entries.values().find(|found| found.places.contains(print));
                self.entries.get(print).or_else(among)
            };
            let places: Option<Vec<&Acceptance>> = change.places.iter().map(of_place).collect();
            // Nothing is later than any day.
            places?
                .into_iter()
                .min_by_key(|found| (found.until.is_none(), found.until))
        })
    }
}

impl Acceptance {
    /// Whether it holds on a day.
    pub fn holds_on(&self, today: Date) -> bool {
        self.until.is_none_or(|until| today <= until)
    }
}

const HEADER: &str =
    "# Changes of specs that were reviewed and taken, by fingerprint: `ghostc diff accept`.\n";
const WHAT: &str = "`ghostc.accepted.yaml`";
const KEYS: &[&str] = &["rule", "id", "says", "reason", "until", "places"];

/// Reads the file. What is wrong is located, and an entry with a mistake accepts nothing.
pub fn parse(file: FileId, text: &str) -> Checked<Accepted> {
    let read = yaml::parse(file, text, 0);
    let mut findings = read.diagnostics;
    let mut accepted = Accepted::default();
    let entries = read.value.as_ref().and_then(Node::as_map);
    if let (Some(root), None) = (&read.value, entries) {
        Fields::new(root, WHAT, &[], &mut findings);
    }
    for entry in entries.into_iter().flatten() {
        let before = findings.len();
        let found = acceptance(&entry.key, &entry.value, &mut findings);
        if findings.len() == before {
            accepted.entries.insert(entry.key.clone(), found);
        }
    }
    Checked::new(accepted, findings)
}

fn acceptance(fingerprint: &str, node: &Node, findings: &mut Vec<Diagnostic>) -> Acceptance {
    let what = format!("the accepted change `{fingerprint}`");
    let mut fields = Fields::new(node, &what, KEYS, findings);
    let reason = fields.text("reason").unwrap_or_default();
    if node.as_map().is_some() && reason.trim().is_empty() {
        let found = Diagnostic::new(codes::INVALID_VALUE, node.span, format!("{what} has no `reason`"));
        fields.findings().push(found.help("Say why it is taken."));
    }
    let written = fields.text("until");
    let until = written.as_deref().and_then(Date::parse);
    if let (Some(_), None, Some(node)) = (written, until, fields.node("until")) {
        fields.wrong("until", node, "a day such as `2027-01-31`");
    }
    Acceptance {
        rule: fields.text("rule").unwrap_or_default(),
        id: fields.text("id").unwrap_or_default(),
        says: fields.text("says").unwrap_or_default(),
        reason,
        until,
        places: fields.list("places").unwrap_or_default(),
    }
}

impl Accepted {
    /// The file: the same for the same entries.
    pub fn to_text(&self) -> String {
        let mut out = HEADER.to_string();
        for (fingerprint, found) in &self.entries {
            let _ = writeln!(out, "{}:", quoted(fingerprint));
            for (key, text) in [
                ("rule", &found.rule),
                ("id", &found.id),
                ("says", &found.says),
                ("reason", &found.reason),
            ] {
                let _ = writeln!(out, "  {key}: {}", quoted(text));
            }
            if let Some(until) = found.until {
                let _ = writeln!(out, "  until: {}", quoted(&until.to_string()));
            }
            if !found.places.is_empty() {
                let _ = writeln!(out, "  places:");
            }
            for place in &found.places {
                let _ = writeln!(out, "    - {}", quoted(place));
            }
        }
        out
    }
}

/// A string for YAML: one of JSON, with escapes for what YAML takes for no text (YAML 1.2, section 5.1).
fn quoted(text: &str) -> String {
    let mut out = String::new();
    for character in serde_json::Value::from(text).to_string().chars() {
        match character {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn codes_of(text: &str) -> Vec<&'static str> {
        let read = parse(FileId(0), text);
        assert_eq!(read.value, Accepted::default(), "{text}");
        read.diagnostics.iter().map(|found| found.code.name).collect()
    }

    #[test]
    fn mistakes_are_located_and_accept_nothing() {
        assert_eq!(codes_of(""), [""; 0]);
        assert_eq!(codes_of("a1: { reason: x, untill: y }\n"), ["unknown-key"]);
        assert_eq!(codes_of("a1: {}\n"), ["invalid-value"]);
        assert_eq!(codes_of("a1: { reason: ' ' }\n"), ["invalid-value"]);
        assert_eq!(
            codes_of("a1: { reason: x, until: 2027-02-30 }\n"),
            ["invalid-value"]
        );
        assert_eq!(codes_of("a1: x\n"), ["unexpected-shape"]);
        assert_eq!(codes_of("- a1\n"), ["unexpected-shape"]);
        assert!(!codes_of("<<<<<<< ours\na1:\n  reason: x\n=======\n").is_empty());
    }

    #[test]
    fn the_last_day_is_included() {
        let read = parse(FileId(0), "a1: { reason: x, until: 2027-01-31 }\n").value;
        let holds = |day: &str| read.entries["a1"].holds_on(Date::parse(day).unwrap());
        assert_eq!(
            [holds("2027-01-30"), holds("2027-01-31"), holds("2027-02-01")],
            [true, true, false]
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            entries in prop::collection::btree_map("[0-9a-f]{12}(-2)?", (".{0,20}", "\\PC{0,20}", "[a-z]\\PC{0,20}", prop::option::of(0i64..4_000_000_000), prop::collection::vec("[0-9a-f]{12}", 0..3)), 0..5)
        ) {
            let entries = entries.into_iter().map(|(fingerprint, (id, says, reason, until, places))| {
                let until = until.map(Date::of_unix_seconds);
                (fingerprint, Acceptance { rule: "case-added".into(), id, says, reason, until, places })
            });
            let accepted = Accepted { entries: entries.collect() };
            let text = accepted.to_text();
            let read = parse(FileId(0), &text);
            prop_assert_eq!(&read.diagnostics, &[], "{}", text);
            prop_assert_eq!(read.value, accepted);
        }
    }
}
