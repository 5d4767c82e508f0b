//! Mechanical fixes: as a patch, or applied to the files, byte-exact outside the edit.

use crate::exit::Failure;
use ghostc_syntax::{Diagnostic, Edit, Sources};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The fixes of one file.
pub(crate) struct Patch {
    path: String,
    old: String,
    new: String,
    edits: Vec<(std::ops::Range<usize>, String)>,
}

/// All fixes, by file; of two that overlap, the first in the file is taken.
pub(crate) fn patches(findings: &[Diagnostic], sources: &Sources) -> Vec<Patch> {
    let mut by_file: BTreeMap<_, Vec<&Edit>> = BTreeMap::new();
    for edit in findings
        .iter()
        .filter_map(|found| found.fix.as_ref())
        .flat_map(|fix| &fix.edits)
    {
        by_file.entry(edit.span.file).or_default().push(edit);
    }
    let patches = by_file.into_iter().map(|(file, mut edits)| {
        edits.sort_by_key(|edit| edit.span);
        let source = sources.get(file);
        let (mut new, mut at, mut taken) = (String::new(), 0, Vec::new());
        for edit in edits {
            let range = edit.span.range();
            let Some(kept) = source.text.get(at..range.start) else {
                continue;
            };
            new.push_str(kept);
            new.push_str(&edit.text);
            at = range.end;
            taken.push((range, edit.text.clone()));
        }
        new.push_str(source.text.get(at..).unwrap_or_default());
        Patch {
            path: source.path.clone(),
            old: source.text.clone(),
            new,
            edits: taken,
        }
    });
    patches.collect()
}

impl Patch {
    /// A unified diff that `git apply` and `patch -p1` take.
    pub(crate) fn to_text(&self) -> String {
        let diff = similar::TextDiff::from_lines(&self.old, &self.new);
        let (old, new) = (format!("a/{}", self.path), format!("b/{}", self.path));
        diff.unified_diff()
            .context_radius(2)
            .header(&old, &new)
            .to_string()
    }
}

/// Applies the fixes. A file that changed since it was read is left alone and named.
pub(crate) fn write(patches: &[Patch], root: Option<&Path>, paths: &[PathBuf]) -> Result<(), Failure> {
    let base = if paths.is_empty() {
        root.unwrap_or(Path::new(""))
    } else {
        Path::new("")
    };
    for patch in patches {
        let path = base.join(&patch.path);
        let failed = |why: std::io::Error| Failure::machine(format!("cannot write `{}`: {why}", patch.path));
        let text = std::fs::read_to_string(&path).map_err(failed)?;
        let bom = if text.starts_with('\u{feff}') {
            "\u{feff}"
        } else {
            ""
        };
        if text.strip_prefix(bom) != Some(patch.old.as_str()) {
            return Err(
                Failure::machine(format!("`{}` changed while it was checked", patch.path))
                    .help("Run the command again."),
            );
        }
        std::fs::write(&path, format!("{bom}{}", patch.new)).map_err(failed)?;
        crate::output::say(&format!(
            "fixed {}: {}",
            patch.path,
            crate::output::plural(patch.edits.len(), "edit")
        ));
    }
    Ok(())
}
