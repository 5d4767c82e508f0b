//! Changes of a spec with what the project thinks of them: their levels, and which of them somebody accepted.

use crate::exit::Failure;
use crate::global::Global;
use crate::load::{self, SETTINGS};
use crate::output;
use ghostc_diff::accepted::{self, Acceptance, Accepted};
use ghostc_diff::date::Date;
use ghostc_diff::diff::RuleLevels;
use ghostc_diff::diff::{Change, Class, PackageDiff, Rule, SpecDiff};
use ghostc_syntax::{Checked, FileId, Severity, Source, Sources};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The file of changes that were accepted.
pub(crate) const ACCEPTED: &str = "ghostc.accepted.yaml";

/// What the project in the work tree says of changes, whatever states are compared.
pub(crate) struct Policy {
    /// Levels of rules.
    pub(crate) levels: RuleLevels,
    /// Changes that were accepted.
    pub(crate) accepted: Accepted,
    /// The file that they are in.
    pub(crate) path: PathBuf,
    /// The day on which this is asked.
    pub(crate) today: Date,
}

/// A change with what is thought of it.
pub(crate) struct Reviewed<'d> {
    pub(crate) change: &'d Change,
    /// What makes it what it is.
    pub(crate) rule: Rule,
    /// Its level; nothing where the rule is turned off.
    pub(crate) level: Option<Severity>,
    /// Its acceptance, if it holds.
    pub(crate) accepted: Option<&'d Acceptance>,
    /// Its acceptance, if it holds no longer.
    pub(crate) expired: Option<&'d Acceptance>,
}

/// What makes a command fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Gate {
    /// A breaking change
    Breaking,
    /// A breaking or additive change
    Additive,
    /// Any change
    Any,
    /// A change whose rule is at the level `error`
    Error,
    /// A change whose rule is at the level `error` or `warning`
    Warning,
}

impl Policy {
    /// What is thought of changes outside of projects.
    pub(crate) fn none() -> Policy {
        Policy {
            levels: RuleLevels::default(),
            accepted: Accepted::default(),
            path: PathBuf::new(),
            today: Date::of_unix_seconds(0),
        }
    }

    /// Reads the settings and the accepted changes of the project, or, without one, of the current folder.
    pub(crate) fn read(global: &Global) -> Result<Policy, Failure> {
        let root = load::project_root(global)?.unwrap_or_default();
        let settings = read(&root, SETTINGS, crate::settings::parse)?;
        let accepted = read(&root, ACCEPTED, accepted::parse)?;
        Ok(Policy {
            levels: settings.map(|found| found.1).unwrap_or_default(),
            accepted: accepted.unwrap_or_default(),
            path: root.join(ACCEPTED),
            today: today()?,
        })
    }

    /// A change as it is looked at.
    pub(crate) fn review<'d>(&'d self, change: &'d Change) -> Reviewed<'d> {
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
pub(crate) fn reviewed<'d>(
    found: &'d SpecDiff,
    policy: &'d Policy,
) -> Vec<(&'d PackageDiff, Vec<Reviewed<'d>>)> {
    let packages = found.packages.iter();
    let reviews = packages.map(|package| {
        let changes = package.changes.iter().map(|change| policy.review(change));
        (package, changes.collect())
    });
    reviews.collect()
}

impl Reviewed<'_> {
    /// Whether it is neither accepted nor turned off.
    pub(crate) fn counts(&self) -> bool {
        self.level.is_some() && self.accepted.is_none()
    }
}

impl Gate {
    /// Whether a change makes the command fail.
    pub(crate) fn stops(self, found: &Reviewed<'_>) -> bool {
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

/// Reads a file of the project, if it is there. Errors in it are printed, and the command ends.
fn read<T>(root: &Path, name: &str, parse: fn(FileId, &str) -> Checked<T>) -> Result<Option<T>, Failure> {
    let text = match std::fs::read_to_string(root.join(name)) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::machine(format!("cannot read `{name}`: {error}"))),
    };
    let mut sources = Sources::default();
    let file = sources.add(Source::new(name, text));
    let read = parse(file, &sources.get(file).text);
    let errors = read.diagnostics.iter();
    let mut errors = errors
        .filter(|found| found.severity == Severity::Error)
        .peekable();
    if errors.peek().is_none() {
        return Ok(Some(read.value));
    }
    for found in errors {
        output::say(ghostc_syntax::render::render(found, &sources, output::style()).trim_end());
    }
    Err(Failure::said(crate::exit::Exit::Usage))
}

/// The day of `SOURCE_DATE_EPOCH` (reproducible-builds.org), else the day that the clock shows.
fn today() -> Result<Date, Failure> {
    let seconds = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) => text.trim().parse().map_err(|_| {
            let failure = Failure::usage(format!(
                "SOURCE_DATE_EPOCH is `{text}`, which is no number of seconds"
            ));
            failure.help("Set it to seconds since 1970, or unset it.")
        })?,
        Err(_) => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
        }
    };
    Ok(Date::of_unix_seconds(seconds))
}
