//! Inputs: packages made of pieces, fixtures and real specs, most of them damaged.

use crate::oracle::Files;
use crate::random::Random;
use ghostc_testkit::fixture;
use ghostc_testkit::fragments::{GRAMMARS, Grammar, MARKDOWN};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use walkdir::WalkDir;

/// The most of a real document that goes into an input, in bytes: large inputs are for benchmarks.
const LONGEST: usize = 3_000;

/// Words and marks on which something turns.
const TOKENS: &[&str] = &[
    "MUST",
    "must not",
    "SHALL",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\t",
    "    ",
    "# ",
    "### ",
    "- ",
    "- [ ] ",
    "- [x]* ",
    "1. ",
    "> ",
    "`",
    "``",
    "```\n",
    "~~~",
    "**",
    "_",
    "|",
    "|---|\n",
    "[",
    "](",
    ")",
    "<!--",
    "-->",
    "<",
    "&#0;",
    "\\",
    "---\n",
    ":",
    "→",
    " → ",
    "->",
    "(",
    ",",
    "?",
    "=",
    "\"",
    "'",
    "Section 4.2",
    "FR-001",
    "T001",
    "T001-T900",
    "1.1",
    "1.1-1.900",
    "Requirement 1",
    "Requirements: ",
    "_Depends: ",
    "[P]",
    "(P)",
    "[US1]",
    "99999999999999999999",
    "0",
    "é",
    "\u{1f469}\u{200d}",
    "\u{feff}",
    "\u{0}",
    "\u{2028}",
    "。",
    "ﬁ",
    "İ",
    "[NEEDS CLARIFICATION",
    "Given ",
    "**When** ",
    "Phase 2",
    "Depends on ",
];

/// What inputs are made of.
#[derive(Clone)]
pub(crate) struct Corpus {
    grammars: Vec<&'static Grammar>,
    /// Whole packages: fixtures and real specs.
    packages: Arc<Vec<Files>>,
}

impl Corpus {
    /// The pieces and packages of a target.
    pub(crate) fn load(target: &str) -> Result<Corpus, String> {
        let is_asked = |name: &str| target == "all" || target == name;
        let grammars: Vec<&Grammar> = GRAMMARS
            .iter()
            .filter(|grammar| is_asked(grammar.dialect))
            .collect();
        let mut packages = Vec::new();
        if is_asked("fixtures") {
            packages.extend(fixtures());
        }
        if is_asked("corpora") {
            packages.extend(real());
        }
        if grammars.is_empty() && packages.is_empty() {
            let dialects: Vec<&str> = GRAMMARS.iter().map(|grammar| grammar.dialect).collect();
            let known = dialects.join(", ");
            return Err(format!(
                "nothing is known of `{target}`: {known}, fixtures, corpora where they are, all"
            ));
        }
        Ok(Corpus {
            grammars,
            packages: Arc::new(packages),
        })
    }

    /// The input of a number, which is always the same.
    pub(crate) fn input(&self, seed: u64, number: u64) -> Files {
        let mut random = Random::new(seed, number);
        let whole = !self.packages.is_empty() && (self.grammars.is_empty() || random.once_in(2));
        let mut files = if whole {
            random.pick(&self.packages).cloned().unwrap_or_default()
        } else {
            random
                .pick(&self.grammars)
                .map(|grammar| made(&mut random, grammar))
                .unwrap_or_default()
        };
        let other = random.pick(&self.packages).cloned().unwrap_or_default();
        for text in files.values_mut() {
            if !random.once_in(3) {
                damage(&mut random, text, &other);
            }
        }
        files
    }
}

/// A package of random pieces.
fn made(random: &mut Random, grammar: &Grammar) -> Files {
    let mut files = Files::new();
    for (path, start, own) in grammar.files {
        let mut text = start.to_string();
        for _ in 0..random.below(16) {
            let general = !path.ends_with(".yaml") && (own.is_empty() || random.once_in(2));
            let pieces = if general { MARKDOWN } else { own };
            text.push_str(random.pick(pieces).copied().unwrap_or_default());
        }
        files.insert((*path).to_string(), text);
    }
    files
}

/// Changes a text in a few places.
fn damage(random: &mut Random, text: &mut String, other: &Files) {
    for _ in 0..=random.below(6) {
        let at = text.floor_char_boundary(random.below(text.len() + 1));
        let end = text.floor_char_boundary((at + random.below(24)).min(text.len()));
        match random.below(8) {
            0 => text.replace_range(at..end.max(at), ""),
            1 => text.truncate(at),
            2 | 3 => text.insert_str(at, random.pick(TOKENS).copied().unwrap_or_default()),
            4 => {
                let token = random.pick(TOKENS).copied().unwrap_or_default();
                text.insert_str(at, &token.repeat(1 + random.below(60)));
            }
            5 => {
                let again = text
                    .get(at..end.max(at))
                    .unwrap_or_default()
                    .repeat(1 + random.below(4));
                text.insert_str(at, &again);
            }
            6 => lines(random, text),
            _ => {
                let texts: Vec<&String> = other.values().collect();
                let from = random.pick(&texts).map_or("", |text| text.as_str());
                let start = from.floor_char_boundary(random.below(from.len() + 1));
                let stop = from.floor_char_boundary((start + random.below(200)).min(from.len()));
                text.insert_str(at, from.get(start..stop.max(start)).unwrap_or_default());
            }
        }
    }
}

/// Swaps two lines, or indents one.
fn lines(random: &mut Random, text: &mut String) {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_string).collect();
    let (one, two) = (random.below(lines.len()), random.below(lines.len()));
    if random.once_in(2) && !lines.is_empty() {
        lines.swap(one, two);
    } else if let Some(line) = lines.get_mut(one) {
        let indents = ["  ", "    ", "\t", "> ", "- ", "   "];
        line.insert_str(0, random.pick(&indents).copied().unwrap_or_default());
    }
    *text = lines.concat();
}

/// The packages in the explanations of all codes.
fn fixtures() -> Vec<Files> {
    let mut found = Vec::new();
    for code in ghostc_lint::codes::all() {
        for block in code.explanation.split("\n````fixture\n").skip(1) {
            found.push(fixture::parse(block.split("````\n").next().unwrap_or_default()));
        }
    }
    found
}

/// A stretch of each folder of real specs, where there are some.
fn real() -> Vec<Files> {
    let Some(docs) = ghostc_testkit::corpora().map(|corpora| corpora.join("docs")) else {
        return Vec::new();
    };
    let folders = WalkDir::new(&docs)
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok);
    let folders = folders.filter(|entry| entry.file_type().is_dir());
    folders
        .map(|folder| start_of_files(folder.path(), &docs))
        .filter(|files| !files.is_empty())
        .collect()
}

fn start_of_files(folder: &Path, docs: &Path) -> Files {
    let mut files = Files::new();
    let entries = WalkDir::new(folder).max_depth(1).sort_by_file_name();
    for entry in entries
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
    {
        let path = entry
            .path()
            .strip_prefix(docs)
            .map(|path| path.to_string_lossy().replace('\\', "/"));
        if let (Ok(path), Ok(mut text)) = (path, fs::read_to_string(entry.path())) {
            text.truncate(text.floor_char_boundary(LONGEST));
            files.insert(path, text);
        }
    }
    files
}
