//! What statements end with, as numbers: they are taken while a text is in the processor's caches, so that what looks for
//! statements of the same words need not read all texts again.

use ghostc_syntax::{KeywordUse, SpecFile, Statement};

/// The number of each statement of a document. Two that end with the same word, in whatever case its first letter is, have
/// one number; so have all whose last word holds the end of their keyword.
pub fn of(spec: &SpecFile, text: &str) -> Vec<u32> {
    let number = |statement: &Statement| {
        let said = text.get(statement.span.range()).unwrap_or_default();
        let last = said.split_whitespace().next_back().unwrap_or_default();
        let after = |used: &KeywordUse| statement.span.end.saturating_sub(used.span.end) as usize;
        let ends_in_keyword = uses(statement).iter().any(|used| after(used) < last.len());
        if ends_in_keyword { 0 } else { hash(tail(last)) }
    };
    spec.statements.iter().map(number).collect()
}

/// What makes a statement one.
pub fn uses(statement: &Statement) -> &[KeywordUse] {
    if statement.lower {
        &statement.modals
    } else {
        &statement.keywords
    }
}

/// A word without its first letter.
pub fn tail(word: &str) -> &str {
    let first = word.chars().next().map_or(0, char::len_utf8);
    word.get(first..).unwrap_or_default()
}

/// FNV-1a of 32 bits (Fowler, Noll and Vo).
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ghostc_syntax::{FileId, parse};

    #[test]
    fn statements_of_one_last_word_have_one_number() {
        let text = "It MUST be Read.\n\nIt MUST NOT be read.\n\nIt MUST be written.\n\nSo it MUST.\n\nIt MUST NOT.\n";
        let numbers = of(&parse(FileId(0), text).value, text);
        let [first, same, other, bare, bare_too] = numbers.as_slice() else {
            panic!("{numbers:?}");
        };
        assert!(first == same && first != other && bare == bare_too && bare != first);
    }
}
