//! The stage `drift`: files of `golden/` that are not as they were accepted, with the lines that differ.
//!
//! The lock holds hashes alone. What was accepted is looked for in the history of git: a commit in which the file has
//! the hash of the lock.

use super::{Base, Looked, Texts};
use crate::exit::{Exit, Failure};
use crate::golden::{self, Drift, DriftKind, Golden};
use crate::output::{listed, plural};
use crate::report::State;
use crate::revision::Repository;
use crate::{codes, load};
use ghostc_judge::code;
use ghostc_plan::Target;
use ghostc_plan::lock::Lock;
use ghostc_plan::target::{self, Comments};
use ghostc_syntax::Diagnostic;
use similar::{ChangeTag, TextDiff};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The folder of accepted code.
const GOLDEN: &str = "golden";
/// Commits in which accepted files are looked for.
const COMMITS: usize = 30;
/// Stretches of lines that are named.
const SHOWN_RANGES: usize = 5;
/// Lines of a difference that are shown.
const SHOWN_LINES: usize = 24;

/// A package, and a target that it is or was built for.
type Pair = (String, String);

/// Compares all of `golden/` with the lock.
pub(super) fn drifted(
    root: &Path,
    templates: &BTreeMap<String, String>,
    lock: &Lock,
    history: (&Base, &Repository),
    texts: &mut Texts,
) -> Result<Looked, Failure> {
    let mut said = Vec::new();
    let mut findings = Vec::new();
    let known: BTreeSet<String> = target::names(templates).into_iter().collect();
    for pair in pairs(root, lock, &known) {
        let target = Target::load(&pair.1, templates).ok();
        let ignore = target.as_ref().map_or(&[][..], |target| target.ignore.as_slice());
        let golden = Golden::read(root, &pair.0, &pair.1, ignore)?;
        let locked = lock.targets.get(&pair);
        let found = match locked {
            Some(_) => golden.drift(locked),
            None => golden.in_the_way(None, &BTreeMap::new()),
        };
        for drift in found {
            let hash = locked.and_then(|locked| locked.files.get(&drift.path));
            let comments = target.as_ref().map(|target| &target.comments);
            let was = hash.and_then(|hash| accepted(&golden, &drift, hash, history));
            let (found, lines) = finding(&golden, &drift, was.as_deref(), comments, texts);
            said.push(format!("{}{lines}", drift.text));
            findings.push(found);
        }
    }
    let files: usize = lock.targets.values().map(|locked| locked.files.len()).sum();
    Ok(match (said.as_slice(), files) {
        ([], 0) => Looked::new("drift", State::Skipped, "there is no accepted code"),
        ([], files) => Looked::new(
            "drift",
            State::Ok,
            format!("{} as accepted", plural(files, "file")),
        ),
        ([first, rest @ ..], _) => {
            let more = match rest.len() {
                0 => String::new(),
                more => format!("; and {}", plural(more, "more file")),
            };
            Looked::new("drift", State::Fail, format!("{first}{more}")).with(findings, Exit::Findings)
        }
    })
}

/// What was accepted according to the lock, and folders of known targets beside it.
fn pairs(root: &Path, lock: &Lock, known: &BTreeSet<String>) -> BTreeSet<Pair> {
    let folder = root.join(GOLDEN);
    let walk = walkdir::WalkDir::new(&folder).min_depth(2).max_depth(2);
    let there = walk.into_iter().flatten().filter_map(|entry| {
        let path = load::shown(entry.path(), &folder);
        let (package, target) = path.split_once('/')?;
        let is_ours = entry.file_type().is_dir() && known.contains(target);
        is_ours.then(|| (package.to_string(), target.to_string()))
    });
    lock.targets.keys().cloned().chain(there).collect()
}

/// The text that has the hash of the lock: at the base, else in the latest commits that changed the file.
fn accepted(golden: &Golden, drift: &Drift, hash: &str, (base, git): (&Base, &Repository)) -> Option<String> {
    if drift.kind != DriftKind::Edited {
        return None;
    }
    let path = format!("{}/{}", golden.shown, drift.path);
    let at = |commit: &str| {
        let bytes = git.file(commit, &path)?;
        (golden::digest(&bytes) == hash).then(|| String::from_utf8_lossy(&bytes).into_owned())
    };
    let at_base = match base {
        Base::At { commit, .. } => at(commit),
        Base::Unknown(_) => None,
    };
    at_base.or_else(|| git.history(&path, COMMITS).iter().find_map(|commit| at(commit)))
}

/// The finding, and the lines that were edited as they stand in a summary.
fn finding(
    golden: &Golden,
    drift: &Drift,
    was: Option<&str>,
    comments: Option<&Comments>,
    texts: &mut Texts,
) -> (Diagnostic, String) {
    let path = format!("{}/{}", golden.shown, drift.path);
    let now = golden.files.get(&drift.path).map_or("", String::as_str);
    let file = texts.add(&path, now);
    let (code, message, help) = match drift.kind {
        DriftKind::Missing => (
            codes::MISSING_CODE,
            "this accepted file is missing".to_string(),
            "Take it from version control, or run `ghostc build` to have it made again.",
        ),
        DriftKind::Added => (
            codes::EXTRA_FILE,
            "this file is not ghostc's".to_string(),
            "Move it out of `golden`, or delete it.",
        ),
        DriftKind::Edited => (
            codes::EDITED_BY_HAND,
            "accepted code was edited by hand".to_string(),
            "Take it from version control and change the spec instead, or keep the edit with `ghostc accept`.",
        ),
    };
    let (Some(was), DriftKind::Edited) = (was, drift.kind) else {
        let mut found = Diagnostic::new(code, super::line(texts, file, 1), message).help(help);
        if drift.kind == DriftKind::Edited {
            let unknown = "what was accepted is not in the history that is here, so the lines are not known";
            found = found.note(unknown);
        }
        return (found, String::new());
    };
    let diff = TextDiff::from_lines(was, now);
    let ranges = ranges(&diff);
    let (first, last) = ranges.first().copied().unwrap_or((1, 1));
    let shown = shown(&ranges);
    let is_same = comments.is_some_and(|comments| code::equivalent(was, now, comments));
    let what = if is_same {
        ", in white space and comments alone"
    } else {
        ""
    };
    let message = format!("{message} ({shown}){what}");
    let span = super::lines(texts, file, first, last);
    let mut found = Diagnostic::new(code, span, message).help(help);
    found.notes = edits(&diff);
    (found, format!(" ({shown})"))
}

/// The lines of the new text that differ, from 1; where lines are gone, the one after them.
fn ranges(diff: &TextDiff<'_, '_, str>) -> Vec<(usize, usize)> {
    let changed = diff.ops().iter().filter(|op| op.tag() != similar::DiffTag::Equal);
    let lines = changed.map(|op| {
        let range = op.new_range();
        (range.start + 1, range.end.max(range.start + 1))
    });
    lines.collect()
}

/// `line 3`, `lines 3-5 and 9`.
fn shown(ranges: &[(usize, usize)]) -> String {
    let mut parts: Vec<String> = ranges
        .iter()
        .take(SHOWN_RANGES)
        .map(|(first, last)| match first == last {
            true => first.to_string(),
            false => format!("{first}-{last}"),
        })
        .collect();
    if ranges.len() > SHOWN_RANGES {
        parts.push("more".to_string());
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let one = matches!(ranges, [(first, last)] if first == last);
    format!("{} {}", if one { "line" } else { "lines" }, listed(&parts))
}

/// The lines that are gone and those that came.
fn edits(diff: &TextDiff<'_, '_, str>) -> Vec<String> {
    let changes = diff.iter_all_changes();
    let mut lines: Vec<String> = changes
        .filter_map(|change| {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => return None,
            };
            Some(format!("{sign} {}", change.value().trim_end()))
        })
        .collect();
    let more = lines.len().saturating_sub(SHOWN_LINES);
    lines.truncate(SHOWN_LINES);
    if more > 0 {
        lines.push(format!("… {}", plural(more, "more line")));
    }
    lines
}
