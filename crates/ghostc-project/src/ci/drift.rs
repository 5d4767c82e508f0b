//! The stage `drift`: files of `golden/` that are not as they were accepted, with the lines that differ.
//!
//! The lock holds hashes alone. What was accepted is looked for in the history of git: a commit in which the file has
//! the hash of the lock.

use super::{Base, CiTexts, StageResult, StageState};
use crate::codes;
use crate::failure::{Failure, FailureKind};
use crate::golden::{self, Drift, DriftKind, Golden};
use crate::host::{FileKind, Host};
use crate::names::GOLDEN;
use crate::paths;
use crate::repository::Repository;
use crate::wording::{listed, plural};
use ghostc_judge::code;
use ghostc_plan::Target;
use ghostc_plan::lock::Lock;
use ghostc_plan::target::{self, Comments};
use ghostc_syntax::Diagnostic;
use similar::{ChangeTag, TextDiff};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Commits in which accepted files are looked for.
const COMMITS: usize = 30;
/// Stretches of lines that are named.
const SHOWN_RANGES: usize = 5;
/// Lines of a difference that are shown.
const SHOWN_LINES: usize = 24;

/// A package, and a target that it is or was built for.
type GoldenFolder = (String, String);

/// Compares all of `golden/` with the lock.
pub(super) fn drifted(
    (root, host): (&Path, &Host),
    templates: &BTreeMap<String, String>,
    lock: &Lock,
    history: (&Base, &Repository),
    texts: &mut CiTexts,
) -> Result<StageResult, Failure> {
    let mut sentences = Vec::new();
    let mut findings = Vec::new();
    let known: BTreeSet<String> = target::names(templates).into_iter().collect();
    for pair in pairs((root, host), lock, &known) {
        let target = Target::load(&pair.1, templates).ok();
        let ignore = target.as_ref().map_or(&[][..], |target| target.ignore.as_slice());
        let golden = Golden::read(host, root, &pair.0, &pair.1, ignore)?;
        let locked = lock.targets.get(&pair);
        let found = match locked {
            Some(_) => golden.drift(locked),
            None => golden.would_lose(None, &BTreeMap::new()),
        };
        for drift in found {
            let hash = locked.and_then(|locked| locked.files.get(&drift.path));
            let comments = target.as_ref().map(|target| &target.comments);
            let was = hash.and_then(|hash| accepted(&golden, &drift, hash, history));
            let (found, lines) = finding(&golden, &drift, was.as_deref(), comments, texts);
            sentences.push(format!("{}{lines}", drift.text));
            findings.push(found);
        }
    }
    let files: usize = lock.targets.values().map(|locked| locked.files.len()).sum();
    Ok(match (sentences.as_slice(), files) {
        ([], 0) => StageResult::new("drift", StageState::Skipped, "there is no accepted code"),
        ([], files) => StageResult::new(
            "drift",
            StageState::Ok,
            format!("{} as accepted", plural(files, "file")),
        ),
        ([first, rest @ ..], _) => {
            let more = match rest.len() {
                0 => String::new(),
                more => format!("; and {}", plural(more, "more file")),
            };
            StageResult::new("drift", StageState::Fail, format!("{first}{more}"))
                .with(findings, Some(FailureKind::Findings))
        }
    })
}

/// What was accepted according to the lock, and folders of known targets beside it.
fn pairs((root, host): (&Path, &Host), lock: &Lock, known: &BTreeSet<String>) -> BTreeSet<GoldenFolder> {
    let folder = root.join(GOLDEN);
    let mut found: BTreeSet<GoldenFolder> = lock.targets.keys().cloned().collect();
    host.files.walk(&folder, &|entry| entry.depth <= 2, &mut |entry| {
        let Some(entry) = entry.ok().filter(|entry| entry.depth == 2) else {
            return;
        };
        let path = paths::shown(entry.path, &folder);
        if let Some((package, target)) = path.split_once('/')
            && entry.kind == FileKind::Folder
            && known.contains(target)
        {
            found.insert((package.to_string(), target.to_string()));
        }
    });
    found
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
    texts: &mut CiTexts,
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
        DriftKind::Edited if drift.only_line_ends => {
            let message = "accepted code has other line ends: git converted them";
            let found = Diagnostic::new(codes::EDITED_BY_HAND, super::line(texts, file, 1), message);
            return (
                found.help(format!("To mend it, {}.", golden::LINE_ENDS)),
                String::new(),
            );
        }
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
    let shown = in_words(&ranges);
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
fn in_words(ranges: &[(usize, usize)]) -> String {
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
