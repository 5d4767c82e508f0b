//! Merging: the edits of two branches in a spec, its cases or the lock, by what they mean.

use crate::failure::Failure;
use crate::host::{Host, Invocation};
use crate::names::LOCK;
use ghostc_diff::merge::{Markers, Merged, Unfit, merge_cases, merge_document, merge_lock};
use ghostc_spec::layout;
use std::path::{Path, PathBuf};

/// What is merged.
#[derive(Clone, Debug, Default)]
pub struct MergeRequest {
    /// The text that both sides started from.
    pub base: PathBuf,
    /// Our text.
    pub ours: PathBuf,
    /// Their text.
    pub theirs: PathBuf,
    /// The path of the file in the project, which says what it is; nothing for that of ours.
    pub path: Option<String>,
    /// How long the markers of conflicts are.
    pub marker_size: usize,
    /// Whether conflicts show the base; nothing for what git is set to.
    pub shows_base: Option<bool>,
    /// What our side is called in conflicts.
    pub label_ours: String,
    /// What the base is called.
    pub label_base: String,
    /// What their side is called.
    pub label_theirs: String,
}

/// What came of a merge.
pub struct MergeReport {
    /// The path of the file in the project.
    pub path: String,
    /// How it was merged.
    pub end: MergeEnd,
}

/// How a file was merged.
pub enum MergeEnd {
    /// By what it means.
    ByMeaning(Merged),
    /// By lines, as git does it.
    ByLines {
        /// The text.
        text: Vec<u8>,
        /// Whether there are conflicts in it.
        conflicts: bool,
        /// Why it was not merged by what it means.
        why: String,
    },
    /// Not at all.
    NotMerged {
        /// Why it was not merged by what it means.
        why: String,
        /// Why git did not merge it either.
        git: String,
    },
}

/// Merges three texts. Nothing is written.
///
/// # Errors
/// Fails where a text cannot be read.
pub fn merge(request: &MergeRequest, host: &Host) -> Result<MergeReport, Failure> {
    let read = |path: &Path| {
        let bytes = host.files.read(path);
        bytes.map_err(|why| Failure::unmerged(format!("cannot read `{}`: {why}", path.display())))
    };
    let [base, ours, theirs] = [read(&request.base)?, read(&request.ours)?, read(&request.theirs)?];
    let path = match &request.path {
        Some(path) => path.clone(),
        None => request.ours.display().to_string(),
    };
    let markers = markers(request, host);
    let end = match merge_texts([&base, &ours, &theirs], &path, &markers) {
        Ok(merged) => MergeEnd::ByMeaning(merged),
        Err(why) => {
            let files = [request.ours.as_path(), &request.base, &request.theirs];
            match merge_file(files, &markers, host) {
                Ok((text, conflicts)) => MergeEnd::ByLines { text, conflicts, why },
                Err(git) => MergeEnd::NotMerged { why, git },
            }
        }
    };
    Ok(MergeReport { path, end })
}

/// Writes the merged text, whole or not at all.
///
/// # Errors
/// Fails where it cannot be written.
pub fn write_merged(path: &Path, bytes: &[u8], host: &Host) -> Result<(), Failure> {
    let written = host.files.write(path, bytes);
    written.map_err(|why| Failure::unmerged(format!("cannot write `{}`: {why}", path.display())))
}

fn markers(request: &MergeRequest, host: &Host) -> Markers {
    // A git that does not know a placeholder leaves it as it is.
    let label = |given: &str, usual: &str| match given {
        "" | "%S" | "%X" | "%Y" => usual.to_string(),
        given => given.to_string(),
    };
    let shows_base = request.shows_base.unwrap_or_else(|| shows_base(host));
    Markers {
        size: request.marker_size.clamp(1, 1000),
        ours: label(&request.label_ours, "ours"),
        base: shows_base.then(|| label(&request.label_base, "base")),
        theirs: label(&request.label_theirs, "theirs"),
    }
}

/// What is merged, or why it is not merged by its meaning.
fn merge_texts(texts: [&[u8]; 3], path: &str, markers: &Markers) -> Result<Merged, String> {
    let name = layout::file_name(path);
    let merge = match name {
        LOCK => merge_lock,
        _ if layout::is_cases(path) => merge_cases,
        _ if layout::is_document(path) => merge_document,
        _ => return Err("it is no spec".to_string()),
    };
    let [Ok(base), Ok(ours), Ok(theirs)] = texts.map(std::str::from_utf8) else {
        return Err("it is not UTF-8 on all sides".to_string());
    };
    // A branch must not be lost to a bug of ours: git knows what to do.
    let caught = std::panic::catch_unwind(|| merge(base, ours, theirs, markers));
    caught.map_or_else(
        |_| Err("of a bug in ghostc".to_string()),
        |merged| merged.map_err(|why: Unfit| why.as_str().to_string()),
    )
}

/// Whether git is set to show the base in conflicts.
fn shows_base(host: &Host) -> bool {
    let call = Invocation::git(["config", "--get", "merge.conflictStyle"]);
    let output = host.programs.run(&call).unwrap_or_default();
    output.is_success() && String::from_utf8_lossy(&output.stdout).contains("diff3")
}

/// Git's own merge of ours, the base and theirs: the text, and whether there are conflicts.
fn merge_file(files: [&Path; 3], markers: &Markers, host: &Host) -> Result<(Vec<u8>, bool), String> {
    let mut call = Invocation::git(["merge-file", "-p", &format!("--marker-size={}", markers.size)]);
    if markers.base.is_some() {
        call.arguments.push("--diff3".into());
    }
    for label in [
        &markers.ours,
        markers.base.as_ref().unwrap_or(&markers.ours),
        &markers.theirs,
    ] {
        call.arguments.extend(["-L".into(), label.into()]);
    }
    call.arguments.extend(files.map(Into::into));
    let output = host.programs.run(&call).map_err(|why| why.to_string())?;
    match output.code {
        Some(count @ 0..=127) => Ok((output.stdout, count > 0)),
        _ => Err(String::from_utf8_lossy(&output.stderr)
            .trim()
            .trim_start_matches("error: ")
            .to_string()),
    }
}
