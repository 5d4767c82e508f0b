//! warning(clarity): a check box that other tools do not read
//!
//! It is taken for a box here, since it stands where one belongs.
//! GitHub and most tools for lists of tasks know `[ ]` and `[x]` with a space behind them, and show anything else as text.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /specs/001-clock/spec.md
//! # Feature Specification: Clock
//! //- /specs/001-clock/tasks.md
//! # Tasks
//!
//! - [ ] T001 Draw the digits in src/digits.rs
//! - [] T002 Draw the hands in src/hands.rs
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /specs/001-clock/spec.md
//! # Feature Specification: Clock
//! //- /specs/001-clock/tasks.md
//! # Tasks
//!
//! - [ ] T001 Draw the digits in src/digits.rs
//! - [ ] T002 Draw the hands in src/hands.rs
//! ````

use crate::task_list::TaskList;
use ghostc_spec::library::Package;
use ghostc_syntax::{CheckBox, Diagnostic, Sources};

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    for (_, home) in TaskList::new(package).documents() {
        let boxes = home.spec.items.iter().filter_map(|item| item.check.as_deref());
        findings.extend(
            boxes
                .filter(|found| found.odd)
                .map(|found| describe(found, sources)),
        );
    }
}

fn describe(found: &CheckBox, sources: &Sources) -> Diagnostic {
    let written = sources.slice(found.span);
    let glued = found.span.end == found.text && !found.star;
    let message = if glued {
        format!("a word stands right behind `{written}`")
    } else {
        format!("`{written}` is no check box to other tools")
    };
    let diagnostic = Diagnostic::new(super::ODD_CHECK_BOX, found.span, message);
    let meant = match found.mark {
        'x' | 'X' => "[x]",
        ' ' => "[ ]",
        _ => return diagnostic.help("Write `[ ]` or `[x]`, and say the rest in words."),
    };
    let text = format!("{meant}{}", if glued { " " } else { "" });
    diagnostic
        .help(format!("Write `{meant}` and a space."))
        .fix(format!("write `{meant}`"), found.span, text)
}
