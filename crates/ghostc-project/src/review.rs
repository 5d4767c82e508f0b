//! Changes of a spec with what the project thinks of them: their levels, and which of them somebody accepted.

use crate::failure::{Failure, FailureKind, FindingSubject};
use crate::host::Host;
use crate::load;
use crate::names::SETTINGS;
use crate::settings;
use ghostc_diff::accepted::{self, Acceptance, Accepted};
use ghostc_diff::date::Date;
use ghostc_diff::diff::RuleLevels;
use ghostc_diff::diff::{Basis, Change, Class, PackageDiff, Rule, SpecDiff};
use ghostc_syntax::{Checked, FileId, Severity, Source, Sources};
use std::path::{Path, PathBuf};

/// The file of changes that were accepted.
pub const ACCEPTED: &str = "ghostc.accepted.yaml";

/// What the project in the work tree says of changes, whatever states are compared.
pub struct Policy {
    /// Levels of rules.
    pub levels: RuleLevels,
    /// Changes that were accepted.
    pub accepted: Accepted,
    /// The file that they are in.
    pub path: PathBuf,
    /// The day on which this is asked.
    pub today: Date,
}

/// A change with what is thought of it.
pub struct Reviewed<'d> {
    /// The change.
    pub change: &'d Change,
    /// What makes it what it is.
    pub rule: Rule,
    /// Its level; nothing where the rule is turned off.
    pub level: Option<Severity>,
    /// Its acceptance, if it holds.
    pub accepted: Option<&'d Acceptance>,
    /// Its acceptance, if it holds no longer.
    pub expired: Option<&'d Acceptance>,
}

/// What makes a command fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// A breaking change.
    Breaking,
    /// A breaking or additive change.
    Additive,
    /// Any change.
    Any,
    /// A change whose rule is at the level `error`.
    Error,
    /// A change whose rule is at the level `error` or `warning`.
    Warning,
}

impl Policy {
    /// What is thought of changes outside of projects.
    pub fn none() -> Policy {
        Policy {
            levels: RuleLevels::default(),
            accepted: Accepted::default(),
            path: PathBuf::new(),
            today: Date::of_unix_seconds(0),
        }
    }

    /// Reads the settings and the accepted changes of the project, or, without one, of the current folder.
    pub(crate) fn read(project: Option<&Path>, host: &Host) -> Result<Policy, Failure> {
        let root = load::project_root(project, host)?.unwrap_or_default();
        let settings = read(&root, host, SETTINGS, settings::parse)?;
        let accepted = read(&root, host, ACCEPTED, accepted::parse)?;
        Ok(Policy {
            levels: settings.map(|found| found.1).unwrap_or_default(),
            accepted: accepted.unwrap_or_default(),
            path: root.join(ACCEPTED),
            today: today(host)?,
        })
    }

    /// A change as it is looked at.
    pub fn review<'d>(&'d self, change: &'d Change) -> Reviewed<'d> {
        let rule = change.rule();
        let found = self.accepted.of(change);
        let (accepted, expired) = match found {
            Some(found) if found.holds_on(self.today) => (Some(found), None),
            found => (None, found),
        };
        Reviewed {
            change,
            rule,
            level: self.levels.of(rule),
            accepted,
            expired,
        }
    }
}

/// The changes of each package, in their order, with what the project thinks of them.
pub fn reviewed<'d>(found: &'d SpecDiff, policy: &'d Policy) -> Vec<(&'d PackageDiff, Vec<Reviewed<'d>>)> {
    let packages = found.packages.iter();
    let reviews = packages.map(|package| {
        let changes = package.changes.iter().map(|change| policy.review(change));
        (package, changes.collect())
    });
    reviews.collect()
}

impl Reviewed<'_> {
    /// Whether it is neither accepted nor turned off.
    pub fn counts(&self) -> bool {
        self.level.is_some() && self.accepted.is_none()
    }

    /// Whether it breaks because nothing could be proven of it.
    pub fn is_unclassified(&self) -> bool {
        self.change.basis == Basis::Unclassified
    }
}

impl Gate {
    /// Whether a change makes the command fail.
    pub fn stops(self, found: &Reviewed<'_>) -> bool {
        let reached = match self {
            Gate::Breaking => found.rule.class >= Class::Breaking,
            Gate::Additive => found.rule.class >= Class::Additive,
            Gate::Any => true,
            // The gravest level is the least one.
            Gate::Error => found.level.is_some_and(|level| level <= Severity::Error),
            Gate::Warning => found.level.is_some_and(|level| level <= Severity::Warning),
        };
        found.counts() && reached
    }
}

/// Reads a file of the project, if it is there.
fn read<T>(
    root: &Path,
    host: &Host,
    name: &str,
    parse: fn(FileId, &str) -> Checked<T>,
) -> Result<Option<T>, Failure> {
    let text = match host.files.read_text(&root.join(name)) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::machine(format!("cannot read `{name}`: {error}"))),
    };
    let mut sources = Sources::default();
    let file = sources.add(Source::new(name, text));
    let read = parse(file, &sources.get(file).text);
    let mut errors = read.diagnostics;
    errors.retain(|found| found.severity == Severity::Error);
    if errors.is_empty() {
        return Ok(Some(read.value));
    }
    let (kind, subject) = (FailureKind::Usage, FindingSubject::Policy);
    Err(Failure::because(kind, subject, errors, sources))
}

/// The day of `SOURCE_DATE_EPOCH` (reproducible-builds.org), else the day that the clock shows.
fn today(host: &Host) -> Result<Date, Failure> {
    let seconds = match host.environment.text("SOURCE_DATE_EPOCH") {
        Some(text) => text.trim().parse().map_err(|_| {
            let failure = Failure::usage(format!(
                "SOURCE_DATE_EPOCH is `{text}`, which is no number of seconds"
            ));
            failure.help("Set it to seconds since 1970, or unset it.")
        })?,
        None => host.clock.unix_seconds(),
    };
    Ok(Date::of_unix_seconds(seconds))
}

/// `2 breaking, 1 additive`, with those that were accepted.
pub fn class_counts<'r>(changes: impl Iterator<Item = &'r Reviewed<'r>> + Clone) -> String {
    let counted = Class::ALL.into_iter().filter_map(|class| {
        let of = || {
            changes
                .clone()
                .filter(|found| found.rule.class == class && found.level.is_some())
        };
        let accepted = of().filter(|found| found.accepted.is_some()).count();
        let unproven = of().filter(|found| found.is_unclassified()).count();
        let notes = [(unproven, "unclassified"), (accepted, "accepted")].into_iter();
        let notes: Vec<String> = notes
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        let note = if notes.is_empty() {
            String::new()
        } else {
            format!(" ({})", notes.join(", "))
        };
        let all = of().count();
        (all > 0).then(|| format!("{all} {}{note}", class.as_str()))
    });
    let off = changes.clone().filter(|found| found.level.is_none()).count();
    let off = (off > 0).then(|| format!("{off} turned off"));
    counted.chain(off).collect::<Vec<_>>().join(", ")
}
