//! Files that plain text names as a part of the package, in three ways: a table or a list of file names, a line that
//! lists documents, and a document with a section. Only those that are not there come out.

use crate::facts::Mention;
use crate::layout::{self, PackageFiles};
use crate::library::Document;
use crate::prose::{bare, is_document_name, is_file_name, within};
use crate::word_filter::FilteredWord;
use ghostc_syntax::{BlockKind, Item, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

/// The missing files that a document names, in order.
pub(super) fn missing(
    home: &Document,
    files: &PackageFiles,
    sources: &Sources,
    existing: &BTreeSet<String>,
) -> Vec<Mention> {
    // Beside a document that was named alone, not everything was seen.
    if !existing.contains(&layout::as_folder(&files.root)) {
        return Vec::new();
    }
    let scope = DocumentScope {
        files,
        home,
        sources,
        existing,
    };
    scope.missing()
}

/// The names that tell of a whole: most of them are there, and one is missing.
const LEAST: usize = 3;

/// Files that belong together; nothing once something else stands among them.
type Group = Option<Vec<Mention>>;

#[derive(Clone, Copy)]
struct DocumentScope<'a> {
    files: &'a PackageFiles,
    home: &'a Document,
    sources: &'a Sources,
    existing: &'a BTreeSet<String>,
}

impl<'a> DocumentScope<'a> {
    /// What is not there of all that the document names.
    fn missing(self) -> Vec<Mention> {
        let groups = self.tables().into_iter().chain(self.lists()).chain(self.lines());
        groups
            .flat_map(|group| self.missing_of(group))
            .chain(self.sections())
            .collect()
    }

    /// What is not there of names that belong together, where most are there.
    fn missing_of(self, group: Vec<Mention>) -> Vec<Mention> {
        let all = group.len();
        let missing: Vec<Mention> = group
            .into_iter()
            .filter(|mention| !self.exists(&mention.name))
            .collect();
        if all >= LEAST && missing.len() * 2 < all {
            missing
        } else {
            Vec::new()
        }
    }

    /// Whether a file is beside the document, in the package, or in a folder above it.
    fn exists(self, name: &str) -> bool {
        let mut folder = layout::folder(&self.home.path);
        loop {
            if self.existing.contains(&layout::join(folder, name)) {
                return true;
            }
            if folder.is_empty() {
                return false;
            }
            folder = layout::folder(folder);
        }
    }

    fn mention(self, at: Span) -> Mention {
        let raw = self.sources.slice(at);
        let name = bare(raw);
        let offset = raw.find(name).unwrap_or_default();
        Mention {
            name: name.to_string(),
            span: within(at, offset..offset + name.len()),
        }
    }

    /// The first columns of tables that hold nothing but names of files.
    fn tables(self) -> Vec<Vec<Mention>> {
        let mut tables: BTreeMap<usize, Group> = BTreeMap::new();
        for row in self.home.spec.rows.iter().filter(|row| !row.head) {
            if let Some(cell) = row.cells.first() {
                self.add_file(tables.entry(row.table).or_insert_with(|| Some(Vec::new())), *cell);
            }
        }
        tables.into_values().flatten().collect()
    }

    /// Adds the file that a text names to a group; a text that names none ends the group.
    fn add_file(self, group: &mut Group, at: Span) {
        match group {
            Some(names) if self.is_file(at) => names.push(self.mention(at)),
            _ => *group = None,
        }
    }

    /// Whether a text is the name of a file.
    fn is_file(self, at: Span) -> bool {
        is_file_name(bare(self.sources.slice(at)))
    }

    /// Lists whose items hold nothing but names of files.
    fn lists(self) -> Vec<Vec<Mention>> {
        let texts = self
            .home
            .spec
            .items
            .iter()
            .filter_map(|item| self.item_text(item));
        if texts.filter(|at| self.is_file(*at)).count() < LEAST {
            return Vec::new();
        }
        let mut lists: BTreeMap<_, Group> = BTreeMap::new();
        for item in &self.home.spec.items {
            if let Some(at) = self.item_text(item) {
                let list = lists
                    .entry((item.parent(), item.heading()))
                    .or_insert_with(|| Some(Vec::new()));
                self.add_file(list, at);
            }
        }
        lists.into_values().flatten().collect()
    }

    fn item_text(self, item: &Item) -> Option<Span> {
        self.home.spec.blocks.get(item.block()?).map(|block| block.span)
    }

    /// Lines such as `**Prerequisites**: plan.md, spec.md, contracts/api.md`.
    fn lines(self) -> Vec<Vec<Mention>> {
        let mut lines = Vec::new();
        for (text, at) in self.prose(FilteredWord::DocumentName) {
            let mut start = 0;
            if !text.contains(".md") {
                continue;
            }
            for line in text.split_inclusive('\n') {
                lines.push(self.listed(line, within(at, start..start + line.len())));
                start += line.len();
            }
        }
        lines
    }

    /// The documents in the list behind a line's label, unless it speaks of what is to come.
    fn listed(self, line: &'a str, at: Span) -> Vec<Mention> {
        let Some((label, list)) = line.split_once([':', '：']) else {
            return Vec::new();
        };
        let folded = label.to_ascii_lowercase();
        if ["output", "next", "creat", "generat", "phase"]
            .iter()
            .any(|word| folded.contains(word))
        {
            return Vec::new();
        }
        let mut start = line.len() - list.len();
        let mut found = Vec::new();
        for entry in list.split_inclusive([',', '、']) {
            let word = entry.split_whitespace().next().unwrap_or_default();
            let name = bare(word.trim_end_matches([',', '、', '.', ';']));
            if is_document_name(name) {
                let offset = start + entry.find(name).unwrap_or_default();
                found.push(Mention {
                    name: name.to_string(),
                    span: within(at, offset..offset + name.len()),
                });
            }
            start += entry.len();
        }
        found
    }

    /// Documents that are named with a section of theirs: `zones.md § 4`.
    fn sections(self) -> Vec<Mention> {
        let mut found = Vec::new();
        for (text, at) in self.prose(FilteredWord::SectionSign) {
            for (offset, _) in text.match_indices('§') {
                let before = text
                    .get(..offset)
                    .unwrap_or_default()
                    .trim_end_matches([' ', '`', '*', '(', '（']);
                let breaks = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-'));
                let start = before.rfind(breaks).map_or(0, |at| {
                    at + before
                        .get(at..)
                        .and_then(|rest| rest.chars().next())
                        .map_or(1, char::len_utf8)
                });
                let name = before.get(start..).unwrap_or_default();
                if is_document_name(name) && !self.is_elsewhere(name) {
                    found.push(Mention {
                        name: name.to_string(),
                        span: within(at, start..start + name.len()),
                    });
                }
            }
        }
        found
    }

    /// Whether a document is there, or is one that projects keep in places of its own: `AGENTS.md`, the constitution.
    fn is_elsewhere(self, name: &str) -> bool {
        let file = layout::file_name(name);
        let stem = file.trim_end_matches(".md");
        stem == "constitution"
            || stem.chars().all(|c| !c.is_ascii_lowercase())
            || name.starts_with('.')
            || self
                .files
                .documents
                .iter()
                .any(|path| layout::file_name(path) == file)
            || self.exists(name)
    }

    /// Paragraphs and list items that are no tasks, of a document that gives a hint.
    fn prose(self, hint: FilteredWord) -> impl Iterator<Item = (&'a str, Span)> {
        let spec = &self.home.spec;
        let blocks = if self.home.word_filter.give(hint) {
            spec.blocks.as_slice()
        } else {
            &[]
        };
        let tasks: BTreeSet<usize> = spec
            .items
            .iter()
            .filter(|item| item.check.is_some())
            .filter_map(|item| item.block())
            .collect();
        let blocks = blocks.iter().enumerate().filter(move |(at, block)| {
            matches!(block.kind, BlockKind::Paragraph | BlockKind::Item) && !tasks.contains(at)
        });
        blocks.map(move |(_, block)| (self.sources.slice(block.span), block.span))
    }
}
