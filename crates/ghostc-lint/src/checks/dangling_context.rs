//! warning(correctness): front matter calls a section context that is not there
//!
//! The sections that `context` names are background: what they ask for need not be in a task.
//! A name that no heading has says so of nothing.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! ---
//! context: [hisotry]
//! ---
//!
//! # P
//!
//! ### double(n) → number
//!
//! - `double(2)` → `4`
//!
//! ## History
//!
//! The first version counted by hand.
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! ---
//! context: [history]
//! ---
//!
//! # P
//!
//! ### double(n) → number
//!
//! - `double(2)` → `4`
//!
//! ## History
//!
//! The first version counted by hand.
//! ````

use ghostc_spec::library::{Dialect, Package};
use ghostc_syntax::suggest::nearest;
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    // What it is in other dialects is their tools' business.
    if package.context.is_empty() || package.dialect != Dialect::Ghost {
        return;
    }
    let documents = package.documents.iter();
    let anchors: Vec<&str> = documents
        .flat_map(|document| document.spec.anchors())
        .map(String::as_str)
        .collect();
    let unknown = package
        .context
        .iter()
        .filter(|(name, _)| !anchors.contains(&name.as_str()));
    for (name, span) in unknown {
        let message = format!("no heading has the anchor `{name}`");
        let found = Diagnostic::new(super::DANGLING_CONTEXT, *span, message);
        findings.push(match nearest(name, &anchors) {
            Some(_) => found.suggest(name, *span, &anchors),
            None => {
                found.help("Name a section by the anchor of its heading, as in `context: [design-notes]`.")
            }
        });
    }
}
