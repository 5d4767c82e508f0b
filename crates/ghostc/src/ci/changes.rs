//! The stage `diff`: what changed in the spec since the base.

use super::{Base, Looked};
use crate::exit::Exit;
use crate::json::Diff;
use crate::report::State;
use crate::revision::Repository;
use crate::{codes, json, output};
use ghostc_core::diff::{Bump, Change, Class, Kind, SpecDiff, Subject};
use ghostc_core::library::{Library, Package};
use ghostc_core::plan::TaskGraph;
use ghostc_syntax::{Diagnostic, Severity, Sources, Span};

/// Tasks that are named before they are counted.
const NAMED_TASKS: usize = 4;

/// What changed.
pub(super) struct Changed {
    pub(super) looked: Looked,
    /// The changes, for programs and for people.
    pub(super) diff: Option<(Diff, String)>,
}

/// Compares the spec with that of the base. `least` is the least class of changes that fails the run.
pub(super) fn changed(
    base: &Base,
    git: &Repository,
    new: (&Library, &Sources),
    graphs: &[TaskGraph],
    least: Option<Class>,
) -> Changed {
    let skipped = |why: &str| Changed {
        looked: Looked::new("diff", State::Skipped, why),
        diff: None,
    };
    let (commit, name) = match base {
        Base::At { commit, name } => (commit, name),
        Base::Unknown(why) => return skipped(why),
    };
    let mut old = match git.load(commit, &[]) {
        Ok(loaded) => loaded,
        Err(failure) => return skipped(failure.text()),
    };
    let before = old.library();
    let found = ghostc_core::diff::diff((&before.value, &old.sources), new, graphs);
    let findings: Vec<Diagnostic> = found
        .packages
        .iter()
        .flat_map(|package| {
            let changes = package.changes.iter();
            changes.filter_map(|change| finding(change, &package.name, new.0, least, name))
        })
        .collect();
    let fails = findings.iter().any(|found| found.severity == Severity::Error);
    let (state, exit) = if fails {
        (State::Fail, Exit::Findings)
    } else {
        (State::Ok, Exit::Fine)
    };
    let json = json::diff(&found, &old.sources, new.1);
    let text = crate::changes::text(&found, (name, &old.sources), ("work tree", new.1), true);
    Changed {
        looked: Looked::new("diff", state, summary(&found, name)).with(findings, exit),
        diff: Some((
            json,
            if found.changes().next().is_some() {
                output::plain(&text)
            } else {
                String::new()
            },
        )),
    }
}

/// `1 breaking, 2 editorial since main; bump: major`.
fn summary(found: &SpecDiff, base: &str) -> String {
    let count = |class: Class| found.changes().filter(|change| change.class == class).count();
    let counts: Vec<String> = [Class::Breaking, Class::Additive, Class::Editorial]
        .into_iter()
        .filter(|class| count(*class) > 0)
        .map(|class| format!("{} {}", count(class), class.as_str()))
        .collect();
    match (counts.is_empty(), found.bump()) {
        (true, _) => format!("no change since {base}"),
        (false, Bump::None) => format!("{} since {base}", counts.join(", ")),
        (false, bump) => format!("{} since {base}; bump: {}", counts.join(", "), bump.as_str()),
    }
}

/// A change that fails the run, or that somebody should know of although it does not.
fn finding(
    change: &Change,
    package: &str,
    library: &Library,
    least: Option<Class>,
    base: &str,
) -> Option<Diagnostic> {
    let fails = least.is_some_and(|least| change.class >= least);
    if !fails && change.class != Class::Breaking {
        return None;
    }
    let code = match change.class {
        Class::Breaking => codes::BREAKING_CHANGE,
        Class::Additive => codes::ADDITIVE_CHANGE,
        Class::Editorial => codes::EDITORIAL_CHANGE,
    };
    let span = place(change, package, library)?;
    let mut found = Diagnostic::new(code, span, message(change, base));
    if fails {
        found.severity = Severity::Error;
    }
    let lines = |sign: &str, text: Option<&str>| -> Vec<String> {
        let lines = text.unwrap_or_default().lines();
        lines.map(|line| format!("{sign} {line}")).collect()
    };
    found.notes = lines("-", change.old.as_ref().map(|old| old.text.as_str()));
    found
        .notes
        .extend(lines("+", change.new.as_ref().map(|new| new.text.as_str())));
    match change.tasks.as_slice() {
        [] => {}
        tasks if tasks.len() <= NAMED_TASKS => {
            found.notes.push(format!("invalidates {}", tasks.join(", ")));
        }
        tasks => found
            .notes
            .push(format!("invalidates {}", output::plural(tasks.len(), "task"))),
    }
    Some(found)
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
    let home: Option<&Package> = named.or_else(|| library.packages.first());
    let is_secret = |span: &Span| {
        let mut cases = home.into_iter().flat_map(|package| &package.cases);
        change.subject == Subject::Case && cases.any(|case| case.held_out && case.span == *span)
    };
    let open = change.place().filter(|span| !is_secret(span));
    open.or_else(|| home.map(|package| package.name_span))
}
