//! Mechanical fixes: as a patch, or applied to the files, byte-exact outside the edits.
//!
//! A fix is applied whole or not at all. Of two that overlap, the first in the text wins, and the other is left.

#[cfg(test)]
mod tests;

use crate::failure::Failure;
use crate::host::Host;
use crate::wording::plural;
use ghostc_syntax::{Diagnostic, Edit, FileId, Fix, Source, Sources, codes};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A byte order mark, which sources do not hold.
const BOM: &str = "\u{feff}";

/// The fixes that go together, and those that were left.
pub(crate) struct Fixes<'a> {
    /// The edits by file, in the order of the text.
    edits: BTreeMap<FileId, Vec<&'a Edit>>,
    /// The findings whose fix was left, and why.
    left: Vec<(&'a Diagnostic, &'static str)>,
}

/// Chooses the fixes to apply.
pub(crate) fn choose<'a>(findings: &'a [Diagnostic], sources: &Sources) -> Fixes<'a> {
    let mut fixes = Fixes {
        edits: BTreeMap::new(),
        left: Vec::new(),
    };
    // What was read of such a file is not what its bytes are.
    let garbled: BTreeSet<FileId> = findings
        .iter()
        .filter(|found| found.code == codes::NOT_UTF8)
        .map(|found| found.span.file)
        .collect();
    for found in findings {
        let Some(fix) = &found.fix else { continue };
        if fix.edits.iter().any(|edit| garbled.contains(&edit.span.file)) {
            fixes.left.push((found, "the file is not UTF-8"));
        } else if fix.edits.iter().any(|edit| fixes.refuse(edit, sources)) {
            fixes.left.push((found, "its fix overlaps another one"));
        } else {
            fixes.take(fix);
        }
    }
    for edits in fixes.edits.values_mut() {
        edits.sort_by_key(|edit| edit.span);
    }
    fixes
}

impl<'a> Fixes<'a> {
    /// These edits, which do not overlap.
    pub(crate) fn of_edits(edits: &'a [Edit]) -> Fixes<'a> {
        let mut by_file: BTreeMap<FileId, Vec<&'a Edit>> = BTreeMap::new();
        for edit in edits {
            by_file.entry(edit.span.file).or_default().push(edit);
        }
        by_file
            .values_mut()
            .for_each(|edits| edits.sort_by_key(|edit| edit.span));
        Fixes {
            edits: by_file,
            left: Vec::new(),
        }
    }

    /// Whether an edit cannot be made beside those that were taken. The same edit can: two findings, one mistake.
    fn refuse(&self, edit: &Edit, sources: &Sources) -> bool {
        let new = edit.span;
        let mut taken = self.edits.get(&new.file).into_iter().flatten();
        let overlaps = taken.any(|other| {
            let old = other.span;
            let shared = (old.start < new.end && new.start < old.end) || old.start == new.start;
            shared && **other != *edit
        });
        overlaps || sources.get(new.file).text.get(new.range()).is_none()
    }

    fn take(&mut self, fix: &'a Fix) {
        for edit in &fix.edits {
            let taken = self.edits.entry(edit.span.file).or_default();
            if !taken.contains(&edit) {
                taken.push(edit);
            }
        }
    }

    /// What was left, a line each.
    pub(crate) fn left(&self, sources: &Sources) -> Vec<String> {
        let line = |(found, why): &(&Diagnostic, &str)| {
            format!("left {} ({}): {why}", sources.place(found.span), found.code.name)
        };
        self.left.iter().map(line).collect()
    }

    /// The patches of the files, which must be as they were read.
    pub(crate) fn patches(
        &self,
        sources: &Sources,
        folders: &[&Path],
        host: &Host,
    ) -> Result<Vec<Patch>, Failure> {
        let patch = |(file, edits): (&FileId, &Vec<&Edit>)| {
            let source = sources.get(*file);
            let new = edited(source, edits);
            if new == source.text {
                return None;
            }
            Some(Patch::new(source, &new, edits.len(), (folders, host)))
        };
        self.edits.iter().filter_map(patch).collect()
    }
}

/// A text with edits that do not overlap.
fn edited(source: &Source, edits: &[&Edit]) -> String {
    let (mut new, mut at) = (String::new(), 0);
    for edit in edits {
        let range = edit.span.range();
        new.push_str(source.text.get(at..range.start).unwrap_or_default());
        new.push_str(&edit.text);
        at = range.end;
    }
    new.push_str(source.text.get(at..).unwrap_or_default());
    new
}

/// The fixes of one file: its whole text before and after.
pub struct Patch {
    /// The file as shown.
    shown: String,
    /// The file on disk.
    path: PathBuf,
    old: String,
    new: String,
    edits: usize,
}

impl Patch {
    /// Finds the file of a source in one of the folders that its path may be relative to.
    fn new(
        source: &Source,
        new: &str,
        edits: usize,
        (folders, host): (&[&Path], &Host),
    ) -> Result<Patch, Failure> {
        for folder in folders {
            let path = folder.join(&source.path);
            let Ok(old) = host.files.read_text(&path) else {
                continue;
            };
            let mark = if old.starts_with(BOM) { BOM } else { "" };
            if old.strip_prefix(mark) == Some(source.text.as_str()) {
                let new = format!("{mark}{new}");
                let shown = source.path.clone();
                return Ok(Patch {
                    shown,
                    path,
                    old,
                    new,
                    edits,
                });
            }
        }
        Err(changed(&source.path))
    }

    /// A unified diff that `git apply` and `patch -p1` take.
    pub fn to_text(&self) -> String {
        let old: Vec<&str> = self.old.split_inclusive('\n').collect();
        let new: Vec<&str> = self.new.split_inclusive('\n').collect();
        let diff = similar::TextDiff::from_slices(&old, &new);
        let names = [name_in_patch("a", &self.shown), name_in_patch("b", &self.shown)];
        let mut out = format!("--- {}\n+++ {}\n", names[0], names[1]);
        for hunk in diff.unified_diff().context_radius(2).iter_hunks() {
            out.push_str(&format!("{}\n", hunk.header()));
            for change in hunk.iter_changes() {
                out.push_str(&format!("{}{}", change.tag(), change.value()));
                // Lines end at line feeds alone: to git, a lone carriage return is text.
                if !change.value().ends_with('\n') {
                    out.push_str("\n\\ No newline at end of file\n");
                }
            }
        }
        out
    }

    fn write(&self, host: &Host) -> Result<(), Failure> {
        let written = host.files.rewrite(&self.path, self.new.as_bytes());
        written.map_err(|why| Failure::machine(format!("cannot write `{}`: {why}", self.shown)))
    }
}

/// Applies patches, and says for which files, with a word for what was done. Where one of the files changed since it was read, none is written.
pub(crate) fn write(patches: &[Patch], done: &str, host: &Host) -> Result<Vec<String>, Failure> {
    let is_as_read = |patch: &&Patch| {
        host.files
            .read(&patch.path)
            .is_ok_and(|bytes| bytes == patch.old.as_bytes())
    };
    if let Some(other) = patches.iter().find(|patch| !is_as_read(patch)) {
        return Err(changed(&other.shown));
    }
    let fixed = patches.iter().map(|patch| {
        patch.write(host)?;
        Ok(format!("{done} {}: {}", patch.shown, plural(patch.edits, "edit")))
    });
    fixed.collect()
}

fn changed(shown: &str) -> Failure {
    Failure::machine(format!(
        "`{shown}` changed while it was checked, and nothing was written"
    ))
    .help("Run the command again.")
}

/// A file's name in the header of a patch, written as git does: quoted where it has to be, and before a tab where a
/// space would end it for `patch`.
fn name_in_patch(side: &str, shown: &str) -> String {
    let name = format!("{side}/{shown}");
    if !name.contains(|c: char| c.is_control() || c == '"' || c == '\\') {
        let end = if name.contains(' ') { "\t" } else { "" };
        return name + end;
    }
    let mut quoted = String::from("\"");
    for character in name.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            _ if character.is_control() => quoted.push_str(&format!("\\{:03o}", u32::from(character))),
            _ => quoted.push(character),
        }
    }
    quoted + "\""
}
