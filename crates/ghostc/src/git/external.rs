//! Two states of one file as git hands them to an external diff: `PATH OLD HEX MODE NEW HEX MODE`.

use crate::changes::Review;
use crate::costs::Costs;
use crate::global::{Format, Global};
use crate::output;
use crate::review::{Policy, reviewed};
use ghostc_lint::{Goal, analyze};
use ghostc_spec::Settings;
use ghostc_spec::layout::{self, PackageFiles};
use ghostc_spec::resolve::Input;
use ghostc_syntax::{Source, Sources};
use std::collections::BTreeSet;

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
        let package = self.package();
        let [old_sources, new_sources] = [old, new].map(|text| {
            let mut sources = Sources::default();
            sources.add(Source::new(self.path.as_str(), text));
            sources
        });
        let library = |sources: &Sources| {
            let packages = std::slice::from_ref(&package);
            let input = Input {
                sources,
                existing: &BTreeSet::new(),
                settings: &Settings::default(),
            };
            analyze(input, packages, 1, Goal::Facts).value
        };
        let (before, after) = (library(&old_sources), library(&new_sources));
        let found = ghostc_diff::diff::diff((&before, &old_sources), (&after, &new_sources), &[]);
        if found.changes().next().is_none() {
            return "no change in what it says\n".to_string();
        }
        // What the project thinks of changes is asked where they are reviewed; here they are only shown.
        let policy = Policy::none();
        let review = Review {
            old: ("old", &old_sources),
            new: ("new", &new_sources),
            packages: reviewed(&found, &policy),
            files: Vec::new(),
            costs: Costs::default(),
            all,
        };
        review.to_text(Format::Text)
    }

    /// The file as a package of its own.
    fn package(&self) -> PackageFiles {
        let is_cases = layout::is_cases(&self.path);
        let (documents, cases) = if is_cases {
            (vec![], vec![self.path.clone()])
        } else {
            (vec![self.path.clone()], vec![])
        };
        let folder = layout::folder(&self.path);
        PackageFiles {
            root: folder.to_string(),
            name: layout::file_name(if folder.is_empty() { &self.path } else { folder }).to_string(),
            documents,
            cases,
            ..PackageFiles::default()
        }
    }
}
