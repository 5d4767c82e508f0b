//! Changes of a spec as people and their tools read them: the totals first, then each change with its words, the gravest
//! first. A format is one file under `changes/`.

mod changelog;
mod findings;
mod html;
mod markdown;
mod text;

use crate::comparison::Comparison;
use crate::costs::{Cost, Costs, stale_tasks};
use crate::global::Format;
use crate::json;
use crate::output::{self, grouped, plural};
use crate::report::Report;
use crate::review::{Policy, Reviewed, reviewed};
use ghostc_diff::diff::{Bump, Change, Class, Kind, PackageDiff, Piece, Text, advise, reaches, word_changes};
use ghostc_syntax::Sources;

/// The formats of changes beside text.
pub(crate) const FORMATS: &[Format] = &[
    Format::Json,
    Format::Markdown,
    Format::Html,
    Format::Changelog,
    Format::Github,
    Format::Gitlab,
    Format::Sarif,
    Format::Junit,
];

/// Lines of a text that are shown before it is cut.
const SHOWN_LINES: usize = 12;

/// Tasks that are named before they are counted.
const NAMED_TASKS: usize = 4;

/// The most characters of a text that is summed up on one line.
const ONE_LINE: usize = 160;

/// Everything that formats show.
pub(crate) struct Review<'d> {
    /// What the old state is called, and its texts.
    pub(crate) old: (&'d str, &'d Sources),
    /// What the new state is called, and its texts.
    pub(crate) new: (&'d str, &'d Sources),
    /// The packages with changes, and these.
    pub(crate) packages: Vec<(&'d PackageDiff, Vec<Reviewed<'d>>)>,
    /// The files of the new state.
    pub(crate) files: Vec<String>,
    /// What building again costs.
    pub(crate) costs: Costs,
    /// Whether editorial changes are shown with their words in text too.
    pub(crate) all: bool,
}

/// The version that the changes of a package ask for.
struct Advice<'d> {
    bump: Bump,
    /// The least version that they may lead to, where there was one.
    least: Option<String>,
    /// The version that is written now, and where; nothing where it is high enough, or cannot be compared.
    low: Option<(&'d str, String)>,
    /// Whether the version that is written now is high enough.
    done: bool,
}

impl<'d> Review<'d> {
    /// A comparison as this project looks at it.
    pub(crate) fn of(found: &'d Comparison, policy: &'d Policy, costs: Costs, all: bool) -> Review<'d> {
        let files = found.new.loaded.packages.iter();
        let files = files.flat_map(|package| package.documents.iter().chain(&package.cases));
        Review {
            old: (&found.old.name, &found.old.loaded.sources),
            new: (&found.new.name, &found.new.loaded.sources),
            packages: reviewed(&found.found, policy),
            files: files.cloned().collect(),
            costs,
            all,
        }
    }

    /// All changes in a format.
    pub(crate) fn to_text(&self, format: Format) -> String {
        match format {
            Format::Json => output::json_line(&json::diff(self)),
            Format::Markdown => markdown::text(self),
            Format::Html => html::text(self),
            Format::Changelog => changelog::text(self),
            Format::Github | Format::Gitlab | Format::Sarif | Format::Junit => {
                self.report().to_text(format).unwrap_or_default()
            }
            Format::Text | Format::Dot | Format::Mermaid => text::text(self),
        }
    }

    /// The changes as findings: at their new places, what is gone at the nearest place that is left.
    pub(crate) fn report(&self) -> Report {
        findings::report(self)
    }

    /// The packages with changes.
    fn changed(&self) -> impl Iterator<Item = &(&'d PackageDiff, Vec<Reviewed<'d>>)> {
        self.packages.iter().filter(|(_, changes)| !changes.is_empty())
    }

    /// The text of a change that places are told of: the new one where there is one, and the texts that it is in.
    fn shown<'c>(&self, change: &'c Change) -> Option<(&'c Text, &'d Sources)> {
        let old = change.old.as_ref().map(|text| (text, self.old.1));
        change.new.as_ref().map(|text| (text, self.new.1)).or(old)
    }

    /// `file:line`, with a mark where it is one of the old state.
    fn place(&self, change: &Change) -> String {
        let was = if change.new.is_none() { " (was)" } else { "" };
        self.shown(change).map_or_else(String::new, |(text, sources)| {
            format!("{}{was}", sources.place(text.span))
        })
    }

    /// What the stale tasks of a package cost.
    fn cost(&self, package: &PackageDiff) -> Cost {
        self.costs.together(&package.name, stale_tasks(package))
    }

    /// `1.2.0 (HEAD) → 1.3.0 (work tree)`.
    fn versions(&self, package: &PackageDiff) -> String {
        let name = |version: &Option<String>, state: &str| match version {
            Some(version) => format!("{version} ({state})"),
            None => state.to_string(),
        };
        let (old, new) = (&package.versions.0, &package.versions.1);
        format!("{} → {}", name(old, self.old.0), name(new, self.new.0))
    }

    fn advice(&self, package: &'d PackageDiff) -> Advice<'d> {
        let bump = package.bump();
        let least = package.versions.0.as_ref().and_then(|old| advise(old, bump));
        let now = package.versions.1.as_deref();
        let reached = least
            .as_ref()
            .zip(now)
            .and_then(|(least, now)| reaches(now, least));
        let place = package.version_span.map(|span| self.new.1.place(span));
        Advice {
            bump,
            least,
            low: now.zip(place).filter(|_| reached == Some(false)),
            done: reached == Some(true),
        }
    }

    /// What building again costs, a phrase each: builds, cases, files of `golden/`, and what it took the last time.
    fn costs_in_words(&self, package: &PackageDiff) -> Vec<String> {
        let cases: usize = package.changes.iter().map(|change| change.cases.len()).sum();
        if package.tasks == 0 {
            return Vec::new();
        }
        let cost = self.cost(package);
        let targets = match cost.targets.len() {
            0 => String::new(),
            _ => format!(" for {}", and(cost.targets.iter().map(String::as_str))),
        };
        let prompts = cost.prompt_tokens.map_or_else(String::new, |tokens| {
            format!(", about {} tokens of spec in prompts", grouped(tokens as u64))
        });
        let stale = stale_tasks(package).len();
        let tasks = plural(package.tasks, "task");
        let mut phrases = vec![
            format!("rebuilds {stale} of {tasks}{targets}{prompts}"),
            format!("{} changed", plural(cases, "case")),
        ];
        if !cost.files.is_empty() {
            phrases.push(format!(
                "replaces {} of golden/",
                plural(cost.files.len(), "file")
            ));
        }
        if let Some(tokens) = cost.last_tokens {
            let unknown = match cost.unknown_builds {
                0 => String::new(),
                count => format!(" (of {} it is not known)", plural(count, "build")),
            };
            let dollars = cost
                .last_dollars
                .map_or_else(String::new, |dollars| format!(" for {}", in_dollars(dollars)));
            phrases.push(format!(
                "the last time it took {} tokens{dollars}{unknown}",
                grouped(tokens)
            ));
        }
        phrases
    }
}

/// A sum of money: to the cent, and never less than one where it is more than nothing.
fn in_dollars(dollars: f64) -> String {
    if dollars > 0.0 && dollars < 0.01 {
        "less than $0.01".to_string()
    } else {
        format!("${dollars:.2}")
    }
}

/// What changes of a package make stale, with targets.
fn invalidates(review: &Review<'_>, package: &PackageDiff, change: &Change) -> Option<String> {
    let tasks = match change.tasks.as_slice() {
        [] => return None,
        tasks if tasks.len() <= NAMED_TASKS => tasks.join(", "),
        tasks => plural(tasks.len(), "task"),
    };
    let tasks_of = change.tasks.iter().map(String::as_str);
    let cost = review.costs.together(&package.name, tasks_of);
    let targets: Vec<&str> = cost.targets.iter().map(String::as_str).collect();
    let targets = match targets.as_slice() {
        [] => String::new(),
        names => format!(" ({})", names.join(", ")),
    };
    let cases = match change.cases.len() {
        0 => String::new(),
        count => format!(", {}", plural(count, "case")),
    };
    Some(format!("{tasks}{targets}{cases}"))
}

/// `2 breaking, 1 additive`, with those that were accepted.
pub(crate) fn counts<'r>(changes: impl Iterator<Item = &'r Reviewed<'r>> + Clone) -> String {
    let counted = Class::ALL.into_iter().filter_map(|class| {
        let of = || {
            changes
                .clone()
                .filter(|found| found.rule.class == class && found.level.is_some())
        };
        let accepted = of().filter(|found| found.accepted.is_some()).count();
        let note = match accepted {
            0 => String::new(),
            count => format!(" ({count} accepted)"),
        };
        let all = of().count();
        (all > 0).then(|| format!("{all} {}{note}", class.as_str()))
    });
    let off = changes.clone().filter(|found| found.level.is_none()).count();
    let off = (off > 0).then(|| format!("{off} turned off"));
    counted.chain(off).collect::<Vec<_>>().join(", ")
}

/// The title of the innermost section that a change is in.
fn section(change: &Change) -> Option<&str> {
    let text = change.new.as_ref().or(change.old.as_ref())?;
    let title = text.section.last()?;
    (!title.is_empty()).then_some(title.as_str())
}

/// The words of a change: what is in both texts, and what differs. A text that was only put elsewhere is in both.
fn pieces(change: &Change) -> Vec<Piece> {
    let whole = |old: &str, new: &str| {
        vec![Piece {
            old: old.to_string(),
            new: new.to_string(),
        }]
    };
    if let (Some(_), Some(new), Kind::Reordered) = (&change.old, &change.new, change.kind) {
        return whole(&new.text, &new.text);
    }
    let mut all = Vec::new();
    for place in &change.places {
        // Each place stands on lines of its own, in the state that it is in.
        let before = |is_there: &dyn Fn(&Piece) -> bool| if all.iter().any(is_there) { "\n" } else { "" };
        let old = before(&|piece: &Piece| !piece.old.is_empty() && place.old.is_some());
        let new = before(&|piece: &Piece| !piece.new.is_empty() && place.new.is_some());
        all.extend(
            whole(old, new)
                .into_iter()
                .filter(|piece| !(piece.old.is_empty() && piece.new.is_empty())),
        );
        all.extend(match (&place.old, &place.new) {
            (Some(old), Some(new)) => word_changes(&old.text, &new.text),
            (None, Some(new)) => whole("", &new.text),
            (Some(old), None) => whole(&old.text, ""),
            (None, None) => Vec::new(),
        });
    }
    all
}

/// The exact values that a change is about: `default of x: 30 → 60`.
fn details(change: &Change) -> impl Iterator<Item = String> + '_ {
    change.details.iter().map(|found| {
        let of = if found.of.is_empty() {
            String::new()
        } else {
            format!(" of {}", found.of)
        };
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_string());
        format!(
            "{}{of}: {} → {}",
            found.aspect.as_str(),
            value(&found.old),
            value(&found.new)
        )
    })
}

/// A change on one line, its words as `[-old-]{+new+}` where they differ inside a text.
pub(crate) fn says(change: &Change) -> String {
    let text: String = pieces(change).iter().map(|piece| told(change, piece)).collect();
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= ONE_LINE {
        return words;
    }
    let start: String = words.chars().take(ONE_LINE - 1).collect();
    format!("{}…", start.trim_end())
}

/// A piece in words. The words of what is new or gone as a whole need no marks.
fn told(change: &Change, piece: &Piece) -> String {
    let both = change.old.is_some() && change.new.is_some();
    match piece {
        piece if piece.old == piece.new => piece.new.clone(),
        piece if both => marked(piece),
        piece => format!("{}{}", piece.old, piece.new),
    }
}

/// What stands at another's place, as `git diff --word-diff` shows it, with colours; either may be empty.
pub(crate) fn replaced(old: &str, new: &str) -> String {
    let gone = if old.is_empty() {
        String::new()
    } else {
        format!("\u{1b}[31m[-{old}-]\u{1b}[0m")
    };
    let came = if new.is_empty() {
        String::new()
    } else {
        format!("\u{1b}[32m{{+{new}+}}\u{1b}[0m")
    };
    gone + &came
}

/// A piece that differs as `[-old-]{+new+}`.
fn marked(piece: &Piece) -> String {
    let gone = if piece.old.is_empty() {
        String::new()
    } else {
        format!("[-{}-]", piece.old)
    };
    let came = if piece.new.is_empty() {
        String::new()
    } else {
        format!("{{+{}+}}", piece.new)
    };
    gone + &came
}

/// `a`, `a and b`, `a, b and c`.
fn and<'t>(names: impl Iterator<Item = &'t str>) -> String {
    let names: Vec<&str> = names.collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_string(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
