//! Two states of one file as git hands them to an external diff: `PATH OLD HEX MODE NEW HEX MODE`.

use crate::global::{Format, Global};
use crate::output;
use crate::review::Review;
use ghostc_project::{Costs, Policy, diff_texts, reviewed};

/// What git asks to see.
pub(crate) struct External {
    path: String,
    old: Option<String>,
    new: Option<String>,
}

impl External {
    /// Reads git's words. Of a file that is not merged yet, git names the path alone.
    pub(crate) fn of(words: &[String]) -> External {
        let word = |at: usize| words.get(at).cloned();
        External {
            path: word(0).unwrap_or_default(),
            old: word(1),
            new: word(4),
        }
    }

    /// Prints what changed. Whatever the file holds, git must not fail.
    pub(crate) fn print(&self, global: &Global) {
        let (Some(old), Some(new)) = (&self.old, &self.new) else {
            return output::print(&format!("{}: not merged yet\n", self.path));
        };
        let [old, new] = [old, new].map(|file| std::fs::read(file).unwrap_or_default());
        let [Ok(old), Ok(new)] = [&old, &new].map(|bytes| std::str::from_utf8(bytes)) else {
            return output::print(&format!(
                "{}: not UTF-8; see `git diff --no-ext-diff`\n",
                self.path
            ));
        };
        let said = std::panic::catch_unwind(|| self.changes(old, new, global.verbose));
        let said = said.unwrap_or_else(|_| "cannot be compared; see `git diff --no-ext-diff`\n".to_string());
        output::print(&format!("ghostc diff {}\n{}\n", self.path, said.trim_end()));
    }

    fn changes(&self, old: &str, new: &str, all: bool) -> String {
        let diff = diff_texts(&self.path, old, new);
        if diff.found.changes().next().is_none() {
            return "no change in what it says\n".to_string();
        }
        // What the project thinks of changes is asked where they are reviewed; here they are only shown.
        let (policy, costs) = (Policy::none(), Costs::default());
        let review = Review {
            old: ("old", &diff.old),
            new: ("new", &diff.new),
            packages: reviewed(&diff.found, &policy),
            files: Vec::new(),
            costs: &costs,
            work: None,
            all,
        };
        review.to_text(Format::Text)
    }
}
