//! The codes of all crates: what `ghostc explain` knows.

use ghostc_syntax::Code;

/// Every code that there is an explanation for, sorted by name.
pub(crate) fn all() -> Vec<Code> {
    let mut codes = ghostc_core::codes::all();
    codes.extend_from_slice(ghostc_project::codes::ALL);
    codes.sort_by_key(|code| code.name);
    codes
}
