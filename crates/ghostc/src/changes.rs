//! Changes of a spec as people and their tools read them: the totals first, then each change with its words, the gravest
//! first. A format is one file under `changes/`.

mod changelog;
mod findings;
mod html;
mod markdown;
mod text;
mod work;

use crate::global::{Format, Global};
use crate::json;
use crate::output;
use crate::report::Report;
use crate::review::Review;
use ghostc_diff::diff::{Bump, Change, PackageDiff, Text, advise, reaches};
use ghostc_project::wording::{grouped, listed, plural};
use ghostc_project::{Comparison, Cost, Costs, Reviewed, stale_tasks};
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

/// The formats of changes as a work list beside text.
pub(crate) const WORK_FORMATS: &[Format] = &[Format::Json, Format::Markdown, Format::Sarif];

/// Lines of a text that are shown before it is cut.
const SHOWN_LINES: usize = 12;

/// The first lines of a text, and how many more there are.
fn first_lines(text: &str) -> Vec<String> {
    let mut lines = text.lines();
    let mut out: Vec<String> = lines.by_ref().take(SHOWN_LINES).map(str::to_string).collect();
    let more = lines.count();
    out.extend((more > 0).then(|| format!("… {}", plural(more, "more line"))));
    out
}

/// Tasks that are named before they are counted.
const NAMED_TASKS: usize = 4;

/// Says what a comparison leaves out: tasks where the new state has errors, and what the last builds took where the lock
/// cannot be read.
pub(crate) fn say_what_is_unknown(found: &Comparison, costs: Option<&Costs>, global: &Global) {
    if !found.broken.is_empty() && !global.quiet {
        output::say_tally(&found.broken, &found.new.loaded.sources, global);
        output::say("The new state has errors, so that nothing is said of tasks.");
    }
    if let Some(why) = costs.and_then(|costs| costs.unknown.as_ref()) {
        output::say(&format!("{why}: what the last builds took is not known"));
    }
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
    /// All changes in a format.
    pub(crate) fn to_text(&self, format: Format) -> String {
        match format {
            Format::Json => output::json_line(&json::diff(self)),
            Format::Markdown => self
                .work
                .map_or_else(|| markdown::text(self), |work| work::markdown(self, work)),
            Format::Html => html::text(self),
            Format::Changelog => changelog::text(self),
            Format::Github | Format::Gitlab | Format::Sarif | Format::Junit => {
                self.report().to_text(format).unwrap_or_default()
            }
            Format::Text | Format::Csv | Format::Dot | Format::Mermaid => self
                .work
                .map_or_else(|| text::text(self), |work| work::text(self, work)),
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
            _ => {
                let names: Vec<&str> = cost.targets.iter().map(String::as_str).collect();
                format!(" for {}", listed(&names))
            }
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

/// The title of the innermost section that a change is in.
fn section(change: &Change) -> Option<&str> {
    let text = change.new.as_ref().or(change.old.as_ref())?;
    let title = text.section.last()?;
    (!title.is_empty()).then_some(title.as_str())
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
