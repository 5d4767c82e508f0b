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
