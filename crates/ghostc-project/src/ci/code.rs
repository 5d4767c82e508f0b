//! The stage `test`: the accepted code, judged with the cases as they are.

use super::{CiTexts, StageResult, StageState};
use crate::codes;
use crate::failure::FailureKind;
use crate::golden::DriftKind;
use crate::judged_unit::{JudgedUnit, VerdictWord};
use crate::judging::{judge_accepted, without_verdict};
use crate::project::{Project, Unit};
use crate::toolchain::Toolchains;
use crate::wording::{grouped, listed, plural};
use ghostc_judge::{Failure as CaseFailure, Verdict};
use ghostc_syntax::{Diagnostic, Span};

/// Characters of a value that are shown.
const SHOWN: usize = 400;
/// Lines that are shown of what a language's tools say.
const SHOWN_LINES: usize = 30;

/// A case that fails, or the held-out cases of an operation that do, for one or more targets.
struct FailingCases {
    id: String,
    place: Span,
    held_out: bool,
    notes: Vec<String>,
    /// The targets, how many cases fail for each, and what came out; nothing of a held-out one.
    targets: Vec<(String, usize, Option<String>)>,
}

/// What is gathered over all units.
#[derive(Default)]
struct AllVerdicts {
    sum: Verdict,
    findings: Vec<Diagnostic>,
    failing: Vec<FailingCases>,
    /// Targets without a verdict: the reason, the place, and the names.
    unjudged: Vec<(String, Span, Vec<String>)>,
    broken: Vec<String>,
    units: Vec<JudgedUnit>,
}

/// Judges every unit that there is accepted code of.
pub(super) fn judged(
    project: &Project,
    units: &[Unit<'_>],
    toolchains: &mut Toolchains,
    texts: &mut CiTexts,
) -> (StageResult, Vec<JudgedUnit>) {
    let mut all = AllVerdicts::default();
    for unit in units {
        let judged = match judge_accepted(unit, project, toolchains) {
            Ok(judged) => {
                all.add(unit, &judged, texts);
                judged
            }
            Err(failure) => {
                all.without_verdict(unit, failure.text());
                without_verdict(unit, VerdictWord::NotJudged, failure.text().to_string())
            }
        };
        all.units.push(judged);
    }
    all.finish()
}

impl AllVerdicts {
    fn add(&mut self, unit: &Unit<'_>, judged: &JudgedUnit, texts: &mut CiTexts) {
        match (judged.word, &judged.verdict) {
            // A locked build says it.
            (VerdictWord::NotBuilt, _) => {}
            (VerdictWord::NotJudged, _) => {
                self.without_verdict(unit, judged.reason.as_deref().unwrap_or_default());
            }
            (VerdictWord::Pass | VerdictWord::Fail, Some(verdict)) => {
                for failure in &verdict.failures {
                    self.fails(unit, failure);
                }
                self.sum.add(verdict.clone());
            }
            (VerdictWord::Pass | VerdictWord::Fail, None) => self.breaks(unit, judged, texts),
        }
    }

    /// A case that fails is one finding for all targets.
    fn fails(&mut self, unit: &Unit<'_>, failure: &CaseFailure) {
        let package = unit.package;
        let operation = package.operation(&failure.operation);
        let operation = operation.map_or(package.name_span, |operation| operation.span);
        let case = package.cases.iter().find(|case| case.id == failure.id);
        // Nothing of a held-out case may be known, its line included.
        let (id, place, notes) = if failure.held_out {
            (failure.operation.clone(), operation, Vec::new())
        } else {
            let input = format!("input     {}", short(&failure.input.to_string()));
            let expected = format!("expected  {}", short(&failure.expected));
            let place = case.map_or(operation, |case| case.span);
            (failure.id.clone(), place, vec![input, expected])
        };
        let actual = (!failure.held_out).then(|| short(&failure.actual));
        let same = |known: &&mut FailingCases| {
            known.held_out == failure.held_out && known.place == place && known.id == id
        };
        let target = unit.target.name.clone();
        match self.failing.iter_mut().find(same) {
            Some(known) => match known.targets.iter_mut().find(|(name, ..)| *name == target) {
                Some((_, count, _)) => *count += 1,
                None => known.targets.push((target, 1, actual)),
            },
            None => self.failing.push(FailingCases {
                id,
                place,
                held_out: failure.held_out,
                notes,
                targets: vec![(target, 1, actual)],
            }),
        }
    }

    fn without_verdict(&mut self, unit: &Unit<'_>, reason: &str) {
        let target = &unit.target.name;
        let settings = &unit.project.loaded.settings;
        let named = unit.package.targets.iter().chain(&settings.targets).flatten();
        let mut named = named.filter(|(name, _)| name == target).map(|(_, span)| *span);
        let place = named.next().unwrap_or(unit.package.name_span);
        let known = self.unjudged.iter_mut();
        let mut known = known.filter(|(said, at, _)| said == reason && *at == place);
        match known.next() {
            Some((_, _, names)) => names.push(unit.name()),
            None => self.unjudged.push((reason.to_string(), place, vec![unit.name()])),
        }
    }

    /// Code that does not build is shown at what was edited, else at the first file of a task.
    fn breaks(&mut self, unit: &Unit<'_>, judged: &JudgedUnit, texts: &mut CiTexts) {
        let mut edited = judged
            .drift
            .iter()
            .filter(|drift| drift.kind == DriftKind::Edited);
        let mut written = unit
            .graph
            .tasks
            .iter()
            .flat_map(|task| unit.accepted(&task.id).into_keys());
        let path = edited
            .next()
            .map(|drift| drift.path.clone())
            .or_else(|| written.next());
        let path = path.unwrap_or_default();
        let text = unit.golden.files.get(&path).map_or("", String::as_str);
        let file = texts.add(&format!("{}/{path}", unit.golden.shown), text);
        let message = format!("the accepted code of {} does not build", unit.name());
        let mut found = Diagnostic::new(codes::BROKEN_CODE, super::line(texts, file, 1), message)
            .help("Take it from version control, or have it built again with `ghostc build --fresh`.");
        let said = judged.reason.as_deref().unwrap_or_default();
        found.notes = said.lines().take(SHOWN_LINES).map(str::to_string).collect();
        self.broken.push(unit.name());
        self.findings.push(found);
    }

    fn finish(mut self) -> (StageResult, Vec<JudgedUnit>) {
        let failed = self.sum.visible.failed + self.sum.held_out.failed;
        let mut said = Vec::new();
        if failed > 0 {
            let verb = if failed == 1 { "fails" } else { "fail" };
            said.push(format!("{failed} of {} {verb}", plural(self.sum.total(), "case")));
        }
        if !self.broken.is_empty() {
            said.push(format!("{} does not build", self.broken.join(", ")));
        }
        let names = self
            .unjudged
            .iter()
            .flat_map(|(_, _, names)| names.iter().map(String::as_str));
        let names: Vec<&str> = names.collect();
        if !names.is_empty() {
            said.push(format!("{} not judged", listed(&names)));
        }
        let kind = match (names.is_empty(), said.is_empty()) {
            (false, _) => Some(FailureKind::Machine),
            (true, false) => Some(FailureKind::Findings),
            (true, true) => None,
        };
        self.findings
            .extend(self.failing.iter().map(FailingCases::finding));
        self.findings.extend(self.unjudged.iter().map(unjudged));
        let passed = plural(self.sum.visible.passed, "case");
        let passed = format!("{passed}, {} held out", grouped(self.sum.held_out.passed as u64));
        let result = match (said.is_empty(), self.sum.total()) {
            (true, 0) => StageResult::new("test", StageState::Skipped, "there is no accepted code"),
            (true, _) => StageResult::new("test", StageState::Ok, passed),
            (false, _) => StageResult::new("test", StageState::Fail, said.join("; ")),
        };
        (result.with(self.findings, kind), self.units)
    }
}

impl FailingCases {
    fn finding(&self) -> Diagnostic {
        let names: Vec<&str> = self.targets.iter().map(|(name, ..)| name.as_str()).collect();
        let targets = listed(&names);
        let most = self.targets.iter().map(|(_, count, _)| *count).max().unwrap_or(1);
        let message = match (self.held_out, most) {
            (false, _) => format!("the case `{}` fails for {targets}", self.id),
            (true, 1) => format!("a held-out case of `{}` fails for {targets}", self.id),
            (true, most) => format!(
                "{} of `{}` fail for {targets}",
                plural(most, "held-out case"),
                self.id
            ),
        };
        let mut found = Diagnostic::new(codes::FAILING_CASE, self.place, message);
        found.notes.clone_from(&self.notes);
        for (target, _, actual) in &self.targets {
            found
                .notes
                .extend(actual.as_ref().map(|actual| match names.len() {
                    1 => format!("actual    {actual}"),
                    _ => format!("actual    {actual}  ({target})"),
                }));
        }
        if self.held_out {
            found.notes.push("held-out cases are not shown".to_string());
        }
        found
    }
}

fn unjudged((reason, place, names): &(String, Span, Vec<String>)) -> Diagnostic {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let verb = if names.len() == 1 { "was" } else { "were" };
    let message = format!("{} {verb} not judged: {reason}", listed(&names));
    Diagnostic::new(codes::NOT_JUDGED, *place, message)
        .help("Install what is missing, or take the target out of `targets`.")
}

/// A value, cut where it is long.
fn short(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
