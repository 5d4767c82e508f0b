//! `ghostc diff accept`: writes down that a change was looked at and is taken, and why.

use crate::changes;
use crate::comparison::Comparison;
use crate::exit::{Exit, Failure, Outcome};
use crate::global::Global;
use crate::output::{self, plural};
use crate::review::{ACCEPTED, Policy};
use ghostc_diff::accepted::Acceptance;
use ghostc_diff::date::Date;
use ghostc_diff::diff::Change;
use std::collections::BTreeSet;

/// The least digits of a fingerprint that may stand for it.
const LEAST_DIGITS: usize = 4;

/// Arguments of `ghostc diff accept`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Fingerprints of changes, as `ghostc diff` shows them; the first digits are enough
    #[arg(value_name = "FINGERPRINT", required_unless_present_any = ["list", "prune"], conflicts_with_all = ["list", "prune"])]
    fingerprints: Vec<String>,
    /// Why they are taken
    #[arg(long, value_name = "TEXT", required_unless_present_any = ["list", "prune"])]
    reason: Option<String>,
    /// The last day on which they are taken: YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// What was compared, as `ghostc diff` takes it: a revision or a range; twice for two files or folders
    #[arg(long, value_name = "STATE")]
    of: Vec<String>,
    /// What was compared is the index, and not the work tree
    #[arg(long, visible_alias = "cached")]
    staged: bool,
    /// Show what was accepted
    #[arg(long, conflicts_with = "prune")]
    list: bool,
    /// Remove what is accepted no longer, because its last day is over
    #[arg(long)]
    prune: bool,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    global.format(&[])?;
    let mut policy = Policy::read(global)?;
    if args.list {
        output::print(&list(&policy));
        return Ok(Exit::Fine);
    }
    if args.prune {
        let today = policy.today;
        let before = policy.accepted.entries.len();
        policy.accepted.entries.retain(|_, found| found.holds_on(today));
        let gone = before - policy.accepted.entries.len();
        if gone > 0 {
            write(&policy)?;
        }
        output::say(&format!("removed {} from {ACCEPTED}", plural(gone, "change")));
        return Ok(Exit::Fine);
    }
    let until = args
        .until
        .as_deref()
        .map(|text| day(text, policy.today))
        .transpose()?;
    let reason = args.reason.as_deref().unwrap_or_default().trim();
    if reason.is_empty() {
        return Err(Failure::usage("the reason is empty")
            .help("Say why the change is taken: `--reason \"no caller uses it\"`."));
    }
    let found = Comparison::of(&args.of, None, args.staged, global)?;
    let changes: Vec<&Change> = found.found.changes().collect();
    let chosen: Vec<Vec<&Change>> = args
        .fingerprints
        .iter()
        .map(|fingerprint| choose(fingerprint, &changes))
        .collect::<Result<_, _>>()?;
    for change in chosen.into_iter().flatten() {
        let says = changes::says(change);
        output::say(&format!(
            "accepted {} {}: {says}",
            change.fingerprint,
            change.rule().code.name
        ));
        let acceptance = Acceptance {
            rule: change.rule().code.name.to_string(),
            id: change.id.clone(),
            says,
            reason: reason.to_string(),
            until,
            places: places(change),
        };
        policy
            .accepted
            .entries
            .insert(change.fingerprint.clone(), acceptance);
    }
    write(&policy)?;
    if !global.quiet {
        output::say(&format!("next: commit {ACCEPTED}"));
    }
    Ok(Exit::Fine)
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

fn list(policy: &Policy) -> String {
    let line = |(fingerprint, found): (&String, &Acceptance)| {
        let state = match found.until {
            Some(until) if found.holds_on(policy.today) => format!("until {until}"),
            Some(until) => format!("over since {until}"),
            None => "for good".to_string(),
        };
        format!(
            "{fingerprint}  {}  {}\n              {}\n              {state}: {}\n",
            found.rule, found.id, found.says, found.reason
        )
    };
    if policy.accepted.entries.is_empty() {
        return "nothing is accepted\n".to_string();
    }
    policy.accepted.entries.iter().map(line).collect()
}

fn write(policy: &Policy) -> Result<(), Failure> {
    let text = policy.accepted.to_text();
    crate::golden::write_atomically(&policy.path, &text)
}
