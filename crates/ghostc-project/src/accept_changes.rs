//! Accepting changes: that a change was looked at and is taken, and why, is written down.

use crate::change_words::says;
use crate::comparison::{Comparison, States};
use crate::failure::Failure;
use crate::golden::write_file;
use crate::host::Host;
use crate::review::Policy;
use ghostc_diff::accepted::Acceptance;
use ghostc_diff::date::Date;
use ghostc_diff::diff::Change;
use std::collections::BTreeSet;
use std::path::Path;

/// The least digits of a fingerprint that may stand for it.
const LEAST_DIGITS: usize = 4;

/// Which changes are taken.
#[derive(Clone, Debug, Default)]
pub struct AcceptChangesRequest {
    /// Fingerprints, or their first digits.
    pub fingerprints: Vec<String>,
    /// Why they are taken.
    pub reason: String,
    /// The last day on which they are taken, as `YYYY-MM-DD`; nothing for good.
    pub until: Option<String>,
    /// What was compared.
    pub states: States,
}

/// A change that was taken.
#[derive(Clone, Debug)]
pub struct AcceptedChange {
    /// Its fingerprint.
    pub fingerprint: String,
    /// The name of its rule.
    pub rule: &'static str,
    /// The change on one line.
    pub says: String,
}

/// What changes were compared: for what is told before the changes are.
pub struct AcceptedChanges {
    /// The comparison that they are of.
    pub comparison: Comparison,
    /// The changes.
    pub changes: Vec<AcceptedChange>,
}

/// What the project says of changes, with all that was accepted.
///
/// # Errors
/// Fails where it cannot be read.
pub fn accepted_changes(project: Option<&Path>, host: &Host) -> Result<Policy, Failure> {
    Policy::read(project, host)
}

/// Removes what is accepted no longer, because its last day is over, and says how much that was.
///
/// # Errors
/// Fails where the file cannot be read or written.
pub fn prune_changes(project: Option<&Path>, host: &Host) -> Result<usize, Failure> {
    let mut policy = Policy::read(project, host)?;
    let (today, before) = (policy.today, policy.accepted.entries.len());
    policy.accepted.entries.retain(|_, found| found.holds_on(today));
    let gone = before - policy.accepted.entries.len();
    if gone > 0 {
        write(&policy, host)?;
    }
    Ok(gone)
}

/// Takes changes, and writes that down.
///
/// # Errors
/// Fails where a fingerprint is none of the comparison, where no reason is given, and where the last day is over.
pub fn accept_changes(request: &AcceptChangesRequest, host: &Host) -> Result<AcceptedChanges, Failure> {
    let mut policy = Policy::read(request.states.project.as_deref(), host)?;
    let until = request
        .until
        .as_deref()
        .map(|text| day(text, policy.today))
        .transpose()?;
    let reason = request.reason.trim();
    if reason.is_empty() {
        return Err(Failure::usage("the reason is empty")
            .help("Say why the change is taken: `--reason \"no caller uses it\"`."));
    }
    let comparison = Comparison::of(&request.states, host)?;
    let all: Vec<&Change> = comparison.found.changes().collect();
    let chosen: Vec<Vec<&Change>> = request
        .fingerprints
        .iter()
        .map(|fingerprint| choose(fingerprint, &all))
        .collect::<Result<_, _>>()?;
    let mut changes = Vec::new();
    for change in chosen.into_iter().flatten() {
        let (rule, says) = (change.rule().code.name, says(change));
        let fingerprint = change.fingerprint.clone();
        let acceptance = Acceptance {
            rule: rule.to_string(),
            id: change.id.clone(),
            says: says.clone(),
            reason: reason.to_string(),
            until,
            places: places(change),
        };
        policy.accepted.entries.insert(fingerprint.clone(), acceptance);
        changes.push(AcceptedChange {
            fingerprint,
            rule,
            says,
        });
    }
    write(&policy, host)?;
    Ok(AcceptedChanges { comparison, changes })
}

/// The fingerprints of a change's places, where they are not its own.
fn places(change: &Change) -> Vec<String> {
    let all = change.places.iter().map(|place| place.fingerprint.clone());
    let all: Vec<String> = all.collect();
    if all == [change.fingerprint.clone()] {
        Vec::new()
    } else {
        all
    }
}

fn day(text: &str, today: Date) -> Result<Date, Failure> {
    let date = Date::parse(text).ok_or_else(|| {
        Failure::usage(format!("`{text}` is no day")).help("Write it as year, month and day: `2027-01-31`.")
    })?;
    if date < today {
        return Err(Failure::usage(format!("`{date}` is over: today is {today}"))
            .help("Name a day to come, or leave out `--until`."));
    }
    Ok(date)
}

/// The changes of a fingerprint, or of its first digits: one, or several of different packages that say the same.
fn choose<'c>(fingerprint: &str, changes: &[&'c Change]) -> Result<Vec<&'c Change>, Failure> {
    let is_meant = |known: &str| {
        known == fingerprint || (fingerprint.len() >= LEAST_DIGITS && known.starts_with(fingerprint))
    };
    let known: BTreeSet<&str> = changes.iter().map(|change| change.fingerprint.as_str()).collect();
    let meant: Vec<&str> = known.iter().copied().filter(|known| is_meant(known)).collect();
    let exact = meant.iter().find(|known| **known == fingerprint);
    match (exact, meant.as_slice()) {
        (Some(only), _) | (None, [only]) => Ok(changes
            .iter()
            .filter(|change| change.fingerprint == **only)
            .copied()
            .collect()),
        (None, []) => Err(Failure::unknown(
            "change of this comparison",
            fingerprint,
            &known.into_iter().collect::<Vec<_>>(),
            "See them with `ghostc diff`; `--of main...HEAD` accepts changes of that range.",
        )),
        (None, several) => Err(
            Failure::usage(format!("several changes begin with `{fingerprint}`"))
                .help(format!("Name one of: {}.", several.join(", "))),
        ),
    }
}

fn write(policy: &Policy, host: &Host) -> Result<(), Failure> {
    write_file(&*host.files, &policy.path, &policy.accepted.to_text())
}
