//! How many tokens a text costs. The one user of `tiktoken-rs`; its vocabulary is loaded at the first count.

use std::sync::OnceLock;
use tiktoken_rs::CoreBPE;

/// The number of tokens of a text in the `o200k_base` encoding.
///
/// The first call loads the vocabulary, which takes about a tenth of a second.
pub fn count(text: &str) -> usize {
    static VOCABULARY: OnceLock<CoreBPE> = OnceLock::new();
    let vocabulary =
        VOCABULARY.get_or_init(|| tiktoken_rs::o200k_base().expect("the vocabulary is embedded"));
    vocabulary.encode_ordinary(text).len()
}

/// Bytes of English prose with some code in it that make a token, about.
const BYTES_OF_A_TOKEN: usize = 4;

/// About how many tokens a text has, from its length alone: without a vocabulary, for sums that nothing hangs on.
pub fn estimate(text: &str) -> usize {
    text.len().div_ceil(BYTES_OF_A_TOKEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_is_about_the_count() {
        let text = include_str!("../../../specs/ghostc/SPEC.md");
        let (counted, estimated) = (count(text) as f64, estimate(text) as f64);
        assert!(
            (0.8..1.25).contains(&(estimated / counted)),
            "{estimated} for {counted}"
        );
    }
}
