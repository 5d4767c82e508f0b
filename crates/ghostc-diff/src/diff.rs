//! What changed between two states of a spec, statement by statement, and what that costs.
//!
//! Rewrapping, emphasis, list markers, numbers of headings, targets of links that still lead somewhere, and the letter
//! case of keywords in a document that writes them small are no changes. What a change is to a reader of the spec is its
//! [`Kind`]; what it is to those who rely on the spec is its [`Class`], by the rules in `diff/class.rs`.

mod aspects;
mod atoms;
mod cases;
mod class;
mod draft;
mod effect;
mod fact;
mod facts;
mod invalidates;
mod items;
mod kind;
mod levels;
mod lexicon;
mod lineage;
mod modality;
mod named;
mod operations;
mod pieces;
mod reading;
mod rules;
mod standing;
mod texts;
mod version;
mod words;

pub use aspects::{Aspect, Detail};
pub use class::{Basis, Class};
pub use kind::{Kind, Subject};
pub use levels::{RuleLevels, level_word};
pub use lineage::{Origin, Unit, origins, units};
pub use pieces::{Piece, word_changes};
pub use rules::{RULES, Rule};
pub use version::{Bump, advise, reaches};

use ghostc_plan::plan::TaskGraph;
use ghostc_spec::ids::StatementWithoutId;
use ghostc_spec::library::{Library, Package};
use ghostc_spec::parallel::both;
use ghostc_syntax::{Sources, Span, Strength};
use std::collections::BTreeMap;

/// Two states of a library apart.
#[derive(Clone, Debug, Default)]
pub struct SpecDiff {
    /// The packages of either state, by name.
    pub packages: Vec<PackageDiff>,
}

/// Two states of a package apart.
#[derive(Clone, Debug)]
pub struct PackageDiff {
    /// Its name, the new one where it has two.
    pub name: String,
    /// The version of each state, where it has one.
    pub versions: (Option<String>, Option<String>),
    /// What changed, in the order of the new text; what is gone stands where it was.
    pub changes: Vec<Change>,
    /// Where the new state has its version written.
    pub version_span: Option<Span>,
    /// How many tasks the new state has.
    pub tasks: usize,
}

/// One change.
#[derive(Clone, Debug)]
pub struct Change {
    /// What happened.
    pub kind: Kind,
    /// What it is to those who rely on the spec.
    pub class: Class,
    /// What that rests on.
    pub basis: Basis,
    /// What it happened to.
    pub subject: Subject,
    /// The id of that; the old one where it has two.
    pub id: String,
    /// A hash of the subject, its section and both texts: the same however other sections change.
    pub fingerprint: String,
    /// How binding the old and the new text are.
    pub strength: (Option<Strength>, Option<Strength>),
    /// What there was.
    pub old: Option<Text>,
    /// What there is.
    pub new: Option<Text>,
    /// The ids of the tasks of the new state that have to be built again.
    pub tasks: Vec<String>,
    /// The ids of cases that came, went or must be looked at.
    pub cases: Vec<String>,
    /// Each heading, sentence, item or block that it is about, in the order of the text. All of them together make the
    /// new state of the old one; `old` and `new` above are their texts side by side.
    pub places: Vec<ChangeLocation>,
    /// The exact values that changed, where the texts say what they are.
    pub details: Vec<Detail>,
}

/// One place of a change.
#[derive(Clone, Debug)]
pub struct ChangeLocation {
    /// What is there.
    pub subject: Subject,
    /// The id of that; the old one where it has two.
    pub id: String,
    /// A hash like that of a change, of this place alone: the same however the rest of the spec changes.
    pub fingerprint: String,
    /// What there was.
    pub old: Option<Text>,
    /// What there is.
    pub new: Option<Text>,
    /// What its values are about, where that stands elsewhere.
    about: Option<String>,
    /// Where it counts in the new state, for what is gone too.
    at: Option<Span>,
}

impl Change {
    /// Where it is in the new state; for what is gone, what stands before it or around it there.
    pub fn place(&self) -> Option<Span> {
        self.new.as_ref().map(|text| text.span).or_else(|| self.at())
    }

    /// Where its first place counts in the new state.
    fn at(&self) -> Option<Span> {
        self.places.first().and_then(|place| place.at)
    }
}

/// A stretch of one state of a spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Where it is.
    pub span: Span,
    /// Its words with single spaces; several sentences on a line each.
    pub text: String,
    /// The titles of the sections around it, without numbers, from the document down.
    pub section: Vec<String>,
}

impl SpecDiff {
    /// All changes, package by package.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.packages.iter().flat_map(|package| &package.changes)
    }

    /// The greatest advice of all packages.
    pub fn bump(&self) -> Bump {
        self.packages
            .iter()
            .map(PackageDiff::bump)
            .max()
            .unwrap_or(Bump::None)
    }
}

impl PackageDiff {
    /// Adds what the graph of the new state says.
    fn fill(&mut self, old: Option<Side<'_>>, new: Option<Side<'_>>, graphs: &[TaskGraph]) {
        let graph = graphs.iter().find(|graph| graph.package == self.name);
        if let (Some(graph), Some((package, _))) = (graph, new) {
            invalidates::fill(&mut self.changes, old, package, graph);
        }
        self.tasks = graph.map_or(0, |graph| graph.tasks.len());
    }

    /// What the changes ask of the version.
    pub fn bump(&self) -> Bump {
        Bump::of(self.changes.iter().map(|change| change.class))
    }
}

/// Tells two states of a library apart. `graphs` are those of the new state; without them, nothing is said of tasks.
///
/// Packages are the same by name; where each state has one package alone, they are the same under any name.
pub fn diff(old: (&Library, &Sources), new: (&Library, &Sources), graphs: &[TaskGraph]) -> SpecDiff {
    let packages = pairs(old, new).map(|(old, new)| package_diff(old, new));
    filled(packages.collect(), old, new, graphs)
}

/// The same while the graphs of the new state are made beside it.
pub fn diff_beside(
    old: (&Library, &Sources),
    new: (&Library, &Sources),
    plan: impl FnOnce() -> Vec<TaskGraph> + Send,
) -> (SpecDiff, Vec<TaskGraph>) {
    let changed = || pairs(old, new).map(|(old, new)| package_diff(old, new)).collect();
    let (graphs, packages) = both(plan, changed);
    (filled(packages, old, new, &graphs), graphs)
}

/// What differs of each pair of packages, with what the graphs say.
fn filled(
    mut packages: Vec<PackageDiff>,
    old: (&Library, &Sources),
    new: (&Library, &Sources),
    graphs: &[TaskGraph],
) -> SpecDiff {
    for (found, (old, new)) in packages.iter_mut().zip(pairs(old, new)) {
        found.fill(old, new, graphs);
    }
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    SpecDiff { packages }
}

/// The packages of either state, each with itself in the other.
fn pairs<'a>(
    (old, old_sources): (&'a Library, &'a Sources),
    (new, new_sources): (&'a Library, &'a Sources),
) -> impl Iterator<Item = (Option<Side<'a>>, Option<Side<'a>>)> {
    let (olds, news) = (&old.packages, &new.packages);
    let alone = olds.len() == 1 && news.len() == 1;
    let kept = olds.iter().map(move |package| {
        let partner = news.iter().find(|other| alone || other.name == package.name);
        let after = partner.map(|other| (other, new_sources));
        (Some((package, old_sources)), after)
    });
    let is_new = move |package: &&Package| !(alone || olds.iter().any(|other| other.name == package.name));
    let added = news.iter().filter(is_new);
    kept.chain(added.map(move |package| (None, Some((package, new_sources)))))
}

/// The normative sentences of a package as they are compared: those with a keyword, in small letters too where the
/// package writes none in capitals.
pub fn normative_statements(package: &Package, sources: &Sources) -> Vec<StatementWithoutId> {
    let small = !fact::has_capital_keywords(package);
    let facts = facts::Facts::of(package, sources, small, facts::has_main(package));
    let units = facts.outline.units.iter().zip(&facts.units);
    // An id costs nothing: in small letters, each word that may be a keyword gives one.
    let found = units.filter(|(_, fact)| {
        let may_bind = small && fact.form != fact::Form::Code && words::strength(&fact.shown, true).is_some();
        fact.strength.is_some() || may_bind
    });
    let statements = found.map(|(unit, fact)| StatementWithoutId {
        explicit: unit.id.clone(),
        section: facts
            .sections
            .get(unit.section)
            .map_or_else(String::new, |place| place.name.clone()),
        path: facts.path(unit.section),
        text: fact.shown.clone(),
        span: fact.span,
    });
    statements.collect()
}

/// Whether a sentence has a keyword, in letters of any case.
pub(crate) fn binds(said: &str) -> bool {
    words::strength(said, true).is_some()
}

/// One state of a package.
type Side<'a> = (&'a Package, &'a Sources);

fn package_diff(old: Option<Side<'_>>, new: Option<Side<'_>>) -> PackageDiff {
    let version = |side: Option<Side<'_>>| side.and_then(|(package, _)| package.version.clone());
    let name = new
        .or(old)
        .map(|(package, _)| package.name.clone())
        .unwrap_or_default();
    let mut changes = match (old, new) {
        (Some(old), Some(new)) => {
            let mut changes = texts::changes(old, new);
            changes.extend(operations::changes(old, new));
            changes.extend(cases::changes(old, new));
            changes
        }
        (old, new) => operations::whole_package(old, new).into_iter().collect(),
    };
    changes.sort_by_key(|change| (change.at(), change.old.as_ref().map(|old| old.span)));
    tell_apart(&mut changes);
    PackageDiff {
        name,
        versions: (version(old), version(new)),
        version_span: new.and_then(|(package, _)| package.version_span),
        changes,
        tasks: 0,
    }
}

/// Numbers the fingerprints of changes that say the same.
fn tell_apart(changes: &mut [Change]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for change in changes {
        let count = seen.entry(change.fingerprint.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            change.fingerprint = format!("{}-{count}", change.fingerprint);
        }
    }
}

#[cfg(test)]
mod tests;
