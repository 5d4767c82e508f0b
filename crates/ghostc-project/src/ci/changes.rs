//! The stage `diff`: what changed in the spec since the base.

use super::{Base, CiRequest, StageResult, StageState};
use crate::comparison::SpecState;
use crate::costs::{Costs, PlannedState};
use crate::failure::{Failure, FailureKind};
use crate::repository::Repository;
use crate::review::{Gate, Policy, Reviewed, class_counts, reviewed};
use crate::wording::plural;
use ghostc_diff::diff::{Bump, Change, Class, Kind, SpecDiff, Subject};
use ghostc_spec::library::{Library, Package};
use ghostc_syntax::{Diagnostic, Severity, Span};

/// Tasks that are named before they are counted.
const NAMED_TASKS: usize = 4;

/// What changed in the spec since the base.
pub struct SpecChanges {
    /// The spec at the base.
    pub old: SpecState,
    /// What differs from it; the texts of the new state are the first of the report's.
    pub found: SpecDiff,
    /// What the project thinks of changes.
    pub policy: Policy,
    /// What building again costs.
    pub costs: Costs,
}

/// Compares the spec with that of the base; what the project thinks of changes decides with the gate what fails the run.
///
/// A gate, and a base that is named, ask for the comparison: where it cannot be made, the stage fails.
pub(super) fn changed(
    (base, git): (&Base, &Repository),
    new: PlannedState<'_>,
    (request, policy): (&CiRequest, Policy),
) -> (Option<SpecChanges>, StageResult) {
    let gate = request.gate;
    let is_asked_for = gate.is_some() || request.base.is_some();
    let (commit, name) = match base {
        Base::At { commit, name } => (commit, name),
        Base::Unknown(why) => return (None, not_compared(why, is_asked_for)),
    };
    let mut old = match git.tree(commit).and_then(|files| git.load(&files, &[])) {
        Ok(loaded) => loaded,
        Err(why) => {
            // The commit is there, so that git is what failed.
            let kind = FailureKind::Machine;
            return (None, not_compared(&Failure { kind, ..why }, true));
        }
    };
    let before = old.facts();
    let new_side = (new.library, &new.loaded.sources);
    let found = ghostc_diff::diff::diff((&before.value, &old.sources), new_side, new.graphs);
    let reviews = reviewed(&found, &policy);
    let mut findings = Vec::new();
    for (package, changes) in &reviews {
        let of_package = changes.iter();
        findings
            .extend(of_package.filter_map(|change| finding(change, &package.name, new.library, gate, name)));
    }
    let fails = findings.iter().any(|found| found.severity == Severity::Error);
    let (state, kind) = if fails {
        (StageState::Fail, Some(FailureKind::Findings))
    } else {
        (StageState::Ok, None)
    };
    let counts = class_counts(reviews.iter().flat_map(|(_, changes)| changes));
    let result = StageResult::new("diff", state, summary(&counts, &found, name)).with(findings, kind);
    drop(reviews);
    let changes = SpecChanges {
        costs: Costs::of_stale(&found, new),
        old: SpecState {
            name: name.clone(),
            loaded: old,
        },
        found,
        policy,
    };
    (Some(changes), result)
}

/// The stage where there is nothing to compare with.
fn not_compared(why: &Failure, is_asked_for: bool) -> StageResult {
    if is_asked_for {
        let failed = StageResult::new("diff", StageState::Fail, why.sentence());
        failed.with(Vec::new(), Some(why.kind))
    } else {
        StageResult::new("diff", StageState::Skipped, why.sentence())
    }
}

/// `1 breaking, 2 editorial since main; bump: major`.
fn summary(counts: &str, found: &SpecDiff, base: &str) -> String {
    match (counts.is_empty(), found.bump()) {
        (true, _) => format!("no change since {base}"),
        (false, Bump::None) => format!("{counts} since {base}"),
        (false, bump) => format!("{counts} since {base}; bump: {}", bump.as_str()),
    }
}

/// A change that fails the run, or that somebody should know of although it does not.
fn finding(
    found: &Reviewed<'_>,
    package: &str,
    library: &Library,
    gate: Option<Gate>,
    base: &str,
) -> Option<Diagnostic> {
    let fails = gate.is_some_and(|gate| gate.stops(found));
    let is_news = found.rule.class == Class::Breaking && found.counts();
    if !(fails || is_news) {
        return None;
    }
    let change = found.change;
    let span = place(change, package, library)?;
    let mut finding = Diagnostic::new(found.rule.code, span, message(change, base));
    finding.severity = if fails { Severity::Error } else { Severity::Warning };
    let lines = |sign: &str, text: Option<&str>| -> Vec<String> {
        let lines = text.unwrap_or_default().lines();
        lines.map(|line| format!("{sign} {line}")).collect()
    };
    finding.notes = lines("-", change.old.as_ref().map(|old| old.text.as_str()));
    finding
        .notes
        .extend(lines("+", change.new.as_ref().map(|new| new.text.as_str())));
    match change.tasks.as_slice() {
        [] => {}
        tasks if tasks.len() <= NAMED_TASKS => {
            finding.notes.push(format!("invalidates {}", tasks.join(", ")));
        }
        tasks => finding
            .notes
            .push(format!("invalidates {}", plural(tasks.len(), "task"))),
    }
    let accept = format!(
        "If it is meant, accept it: `ghostc diff accept {} --reason WHY`.",
        change.fingerprint
    );
    Some(finding.help(accept))
}

/// "this statement was weakened since `main`".
fn message(change: &Change, base: &str) -> String {
    let subject = change.subject.as_str();
    if change.kind == Kind::Removed {
        return format!("a {subject} was removed here since `{base}`");
    }
    if change.kind == Kind::ExpectationChanged {
        return format!("what this {subject} expects changed since `{base}`");
    }
    format!("this {subject} was {} since `{base}`", change.kind.as_str())
}

/// Where a change is shown. What is gone with its section is shown at the package, or at any that there is; and so is a
/// case that is held out, since the lines around a place are printed.
fn place(change: &Change, package: &str, library: &Library) -> Option<Span> {
    let named = library.packages.iter().find(|known| known.name == package);
    let shown_in: Option<&Package> = named.or_else(|| library.packages.first());
    let is_secret = |span: &Span| {
        let mut cases = shown_in.into_iter().flat_map(|package| &package.cases);
        change.subject == Subject::Case && cases.any(|case| case.held_out && case.span == *span)
    };
    let open = change.place().filter(|span| !is_secret(span));
    open.or_else(|| shown_in.map(|package| package.name_span))
}
