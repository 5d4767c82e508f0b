//! `prices`: what tokens of agents cost.

use crate::fields::Fields;
use ghostc_syntax::yaml::Node;
use ghostc_syntax::{Diagnostic, Span, codes};
use std::collections::BTreeMap;

/// What a million tokens of agents cost, in dollars, by the agent's name; each name with its place in the settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prices(BTreeMap<String, (f64, Span)>);

impl Prices {
    /// What some tokens of an agent cost, in dollars; nothing where its price is not known.
    pub fn of(&self, agent: &str, tokens: u64) -> Option<f64> {
        let (price, _) = self.0.get(agent)?;
        // More tokens than a float can count would cost more than there is.
        let tokens = u32::try_from(tokens).map_or(f64::INFINITY, f64::from);
        Some(price * tokens / 1e6)
    }

    /// The names of the agents, with their places.
    pub(super) fn names(&self) -> impl Iterator<Item = (&str, Span)> {
        self.0.iter().map(|(name, (_, span))| (name.as_str(), *span))
    }
}

/// Reads `prices`.
pub(super) fn read(node: &Node, findings: &mut Vec<Diagnostic>) -> Prices {
    let mut prices = Prices::default();
    let Some(entries) = node.as_map() else {
        Fields::new(node, "`prices`", &[], findings);
        return prices;
    };
    for entry in entries {
        let price = entry.value.to_json().as_f64().filter(|price| *price >= 0.0);
        match price {
            Some(price) => {
                prices.0.insert(entry.key.clone(), (price, entry.key_span));
            }
            None => {
                let message = format!(
                    "the price of `{}` must be a number that is not negative",
                    entry.key
                );
                let found = Diagnostic::new(codes::INVALID_VALUE, entry.value.span, message);
                findings.push(found.help("Write how many dollars a million of its tokens cost: `2.50`."));
            }
        }
    }
    prices
}

#[cfg(test)]
mod tests {
    use crate::settings::parse;
    use ghostc_syntax::FileId;

    #[test]
    fn tokens_cost_what_the_settings_say() {
        let settings = parse(FileId(0), "prices: {codex: 2.5, free: 0}\n").value;
        assert_eq!(settings.prices.of("codex", 3_000_000), Some(7.5));
        assert_eq!(settings.prices.of("free", 3), Some(0.0));
        assert_eq!(settings.prices.of("other", 3), None);
    }

    #[test]
    fn what_is_no_price_is_a_finding() {
        for text in ["prices: {codex: -1}\n", "prices: {codex: much}\n", "prices: 3\n"] {
            let read = parse(FileId(0), text);
            assert_eq!(read.diagnostics.len(), 1, "{text}");
            assert_eq!(read.value.prices.of("codex", 1), None, "{text}");
        }
    }
}
