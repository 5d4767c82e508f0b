//! Reading a YAML mapping whose keys are known: values of the right kind, and a located finding for everything else.

use ghostc_syntax::suggest::nearest;
use ghostc_syntax::yaml::{Entry, Node};
use ghostc_syntax::{Diagnostic, codes};

/// The entries of one mapping, checked against the keys it may have.
pub struct Fields<'n, 'f> {
    entries: &'n [Entry],
    findings: &'f mut Vec<Diagnostic>,
}

impl<'n, 'f> Fields<'n, 'f> {
    /// The fields of a mapping; reports keys that are not known, and a value that is no mapping.
    pub fn new(
        node: &'n Node,
        what: &str,
        known: &[&str],
        findings: &'f mut Vec<Diagnostic>,
    ) -> Fields<'n, 'f> {
        Fields::checked(node, what, known, |_| true, findings)
    }

    /// The same of a mapping in which other tools keep keys of their own: one that is not known is a mistake only where it
    /// is near one that is.
    pub fn shared(
        node: &'n Node,
        what: &str,
        known: &[&str],
        findings: &'f mut Vec<Diagnostic>,
    ) -> Fields<'n, 'f> {
        let is_near = |key: &str| nearest(key, known).is_some();
        Fields::checked(node, what, known, is_near, findings)
    }

    fn checked(
        node: &'n Node,
        what: &str,
        known: &[&str],
        is_mistake: impl Fn(&str) -> bool,
        findings: &'f mut Vec<Diagnostic>,
    ) -> Fields<'n, 'f> {
        let entries = match node.as_map() {
            Some(entries) => entries,
            None => {
                let message = format!("{what} must be a mapping of keys, not {}", node.kind());
                findings.push(Diagnostic::new(codes::UNEXPECTED_SHAPE, node.span, message));
                &[]
            }
        };
        for entry in entries
            .iter()
            .filter(|entry| !known.contains(&entry.key.as_str()) && is_mistake(&entry.key))
        {
            let message = format!("{what} has no key `{}`", entry.key);
            findings.push(
                Diagnostic::new(codes::UNKNOWN_KEY, entry.key_span, message).suggest(
                    &entry.key,
                    entry.key_span,
                    known,
                ),
            );
        }
        Fields { entries, findings }
    }

    /// The value of a key, whatever it is.
    pub fn node(&self, key: &str) -> Option<&'n Node> {
        self.entries
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.value)
    }

    /// A finding about a value of this mapping.
    pub fn wrong(&mut self, key: &str, node: &Node, wanted: &str) {
        let message = format!("`{key}` must be {wanted}, not {}", node.described());
        self.findings
            .push(Diagnostic::new(codes::INVALID_VALUE, node.span, message));
    }

    /// Where the findings go, for values that need more than these methods.
    pub fn findings(&mut self) -> &mut Vec<Diagnostic> {
        self.findings
    }

    /// A string.
    pub fn text(&mut self, key: &str) -> Option<String> {
        let node = self.node(key)?;
        if let Some(text) = node.as_str() {
            return Some(text.to_string());
        }
        self.wrong(key, node, "a string");
        None
    }

    /// A string; a number or other plain scalar is taken as it is written.
    pub fn scalar(&mut self, key: &str) -> Option<String> {
        let node = self.node(key)?;
        let text = node.scalar_text();
        if text.is_none() {
            self.wrong(key, node, "a string");
        }
        text
    }

    /// A list of strings; a single string is a list of one.
    pub fn list(&mut self, key: &str) -> Option<Vec<String>> {
        let node = self.node(key)?;
        if let Some(text) = node.as_str() {
            return Some(vec![text.to_string()]);
        }
        let Some(items) = node.as_list() else {
            self.wrong(key, node, "a list of strings");
            return None;
        };
        if let Some(other) = items.iter().find(|item| item.as_str().is_none()) {
            let message = format!("each of `{key}` must be a string, not {}", other.described());
            self.findings
                .push(Diagnostic::new(codes::INVALID_VALUE, other.span, message));
            return None;
        }
        Some(
            items
                .iter()
                .filter_map(Node::as_str)
                .map(str::to_string)
                .collect(),
        )
    }

    /// A whole number that is not negative; `K` and `M` multiply by a thousand and a million.
    pub fn count(&mut self, key: &str) -> Option<u64> {
        let node = self.node(key)?;
        let json = node.to_json();
        let suffixed = json.as_str().and_then(|text| {
            let (digits, factor) = match text.strip_suffix(['k', 'K']) {
                Some(digits) => (digits, 1_000),
                None => (text.strip_suffix(['m', 'M'])?, 1_000_000),
            };
            digits.trim().parse::<u64>().ok()?.checked_mul(factor)
        });
        let value = json.as_u64().or(suffixed);
        if value.is_none() {
            self.wrong(key, node, "a whole number such as `4`, `200K` or `2M`");
        }
        value
    }

    /// A length of time in milliseconds: `30s`, `5m`, `1h`, `500ms`.
    pub fn duration(&mut self, key: &str) -> Option<u64> {
        let node = self.node(key)?;
        let value = node.as_str().and_then(|text| {
            let units = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];
            units.iter().find_map(|(unit, factor)| {
                text.strip_suffix(unit)?
                    .trim()
                    .parse::<u64>()
                    .ok()?
                    .checked_mul(*factor)
            })
        });
        if value.is_none() {
            self.wrong(key, node, "a length of time such as `30s`, `5m` or `1h`");
        }
        value
    }

    /// A share between 0 and 1.
    pub fn share(&mut self, key: &str) -> Option<f64> {
        let node = self.node(key)?;
        let value = node
            .to_json()
            .as_f64()
            .filter(|value| (0.0..=1.0).contains(value));
        if value.is_none() {
            self.wrong(key, node, "a share from 0 to 1");
        }
        value
    }
}
