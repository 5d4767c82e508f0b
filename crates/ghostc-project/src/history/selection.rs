//! What a name or a place means in packages: the stretches of text whose history is asked for.

use super::snapshot::PackageSnapshot;
use crate::failure::Failure;
use crate::project::{in_package, is_package};
use ghostc_diff::diff::{Unit, units};
use ghostc_plan::lock::Lock;
use ghostc_spec::ids::name_statements_after;
use ghostc_spec::library::Package;
use ghostc_syntax::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What was asked for.
pub(crate) enum Wanted<'a> {
    /// A document, or one line of it.
    Place(&'a str, Option<usize>),
    /// A statement, requirement, criterion, operation, section or package, after `package/` where several have it.
    Name(&'a str),
}

/// Units of a package.
pub struct Selection {
    /// The package.
    pub snapshot: Arc<PackageSnapshot>,
    /// All its units.
    pub units: Vec<Unit>,
    /// Which of them are meant.
    pub chosen: Vec<usize>,
}

/// The units that are meant; `all` asks for those too that ask for nothing.
///
/// Statements have the ids that the lock keeps for them, as everywhere.
pub(crate) fn select(
    snapshots: &[Arc<PackageSnapshot>],
    lock: &Lock,
    wanted: &Wanted<'_>,
    all: bool,
) -> Result<Selection, Failure> {
    match wanted {
        Wanted::Place(path, line) => at_place(snapshots, lock, path, *line, all),
        Wanted::Name(name) => by_name(snapshots, lock, name, all),
    }
}

fn at_place(
    snapshots: &[Arc<PackageSnapshot>],
    lock: &Lock,
    path: &str,
    line: Option<usize>,
    all: bool,
) -> Result<Selection, Failure> {
    let found = snapshots.iter().find_map(|snapshot| {
        let package = snapshot.package()?;
        let document = package.documents.iter().find(|document| document.path == path)?;
        Some((snapshot, document.spec.file))
    });
    let Some((snapshot, file)) = found else {
        let failure = Failure::usage(format!("`{path}` is no document of a package"));
        return Err(failure.help("`ghostc inspect` shows the packages and their documents."));
    };
    let sources = snapshot.sources();
    let covers = |unit: &Unit| {
        let (start, end) = sources.positions(unit.text.span);
        unit.text.span.file == file && line.is_none_or(|line| (start.line..=end.line).contains(&line))
    };
    let found = of(snapshot, lock, covers, all || line.is_some());
    if found.chosen.is_empty() {
        let what = line.map_or_else(
            || format!("`{path}` is empty"),
            |line| format!("no sentence is at {path}:{line}"),
        );
        return Err(Failure::usage(what).help("Name a line of a sentence, a row of a table or a code block."));
    }
    Ok(found)
}

fn by_name(
    snapshots: &[Arc<PackageSnapshot>],
    lock: &Lock,
    name: &str,
    all: bool,
) -> Result<Selection, Failure> {
    let mut found: Vec<(&Arc<PackageSnapshot>, Named)> = Vec::new();
    for snapshot in snapshots {
        let Some(package) = snapshot.package() else {
            continue;
        };
        let named = named(snapshot, lock, in_package(name, package).unwrap_or(name));
        found.extend(named.map(|named| (snapshot, named)));
    }
    if found.len() > 1 {
        let packages = found.iter().filter_map(|(snapshot, _)| snapshot.package());
        let names: Vec<String> = packages
            .map(|package| format!("`{}/{name}`", package.name))
            .collect();
        return Err(Failure::usage(format!("several packages have `{name}`"))
            .help(format!("Name one of them: {}.", names.join(", "))));
    }
    let Some((snapshot, named)) = found.pop() else {
        let known: BTreeSet<String> = snapshots
            .iter()
            .filter_map(|snapshot| snapshot.package())
            .flat_map(names)
            .collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        return Err(Failure::unknown(
            "statement, requirement, operation or section",
            name,
            &known,
            "`ghostc inspect --format json` shows the ids, and PATH:LINE means what stands there.",
        ));
    };
    let chosen = match named {
        Named::Unit(span) => of(snapshot, lock, |unit| unit.text.span == span, true),
        Named::Section(span) => of(snapshot, lock, |unit| span.contains(unit.text.span), all),
        Named::Package => of(snapshot, lock, |_| true, all),
    };
    if chosen.chosen.is_empty() {
        return Err(Failure::usage(format!(
            "`{name}` says nothing: it has a heading and no text"
        )));
    }
    Ok(chosen)
}

/// What a name means in one package.
enum Named {
    Unit(Span),
    Section(Span),
    Package,
}

fn named(snapshot: &PackageSnapshot, lock: &Lock, name: &str) -> Option<Named> {
    let package = snapshot.package()?;
    let operation = package.operation(name).map(|found| Named::Section(found.section));
    let requirements = &package.facts.requirements;
    let requirement = || {
        let found = requirements
            .iter()
            .find(|found| found.id == name || found.title == name)?;
        Some(Named::Section(found.section))
    };
    let criterion = || {
        let mut criteria = requirements.iter().flat_map(|found| &found.criteria);
        criteria
            .find(|found| found.id == name)
            .map(|found| Named::Section(found.span))
    };
    let section = || {
        let specs = package.documents.iter().map(|document| &document.spec);
        let mut headings = specs.flat_map(|spec| spec.headings.iter().zip(spec.anchors()));
        headings
            .find(|(heading, anchor)| *anchor == name || heading.text == name)
            .map(|(heading, _)| Named::Section(heading.section()))
    };
    let task = || {
        let found = package.facts.tasks.iter().find(|found| found.id == name)?;
        Some(Named::Section(found.span))
    };
    let unit = || {
        let by_id = |units: Vec<Unit>| units.into_iter().find(|unit| unit.id == name);
        let own = || by_id(units(package, snapshot.sources()));
        let found = name
            .contains('~')
            .then(|| by_id(kept_units(snapshot, lock)).or_else(own));
        found.flatten().map(|unit| Named::Unit(unit.text.span))
    };
    let whole = || is_package(name, package).then_some(Named::Package);
    operation
        .or_else(requirement)
        .or_else(criterion)
        .or_else(section)
        .or_else(task)
        .or_else(unit)
        .or_else(whole)
}

/// The names that may have been meant.
fn names(package: &Package) -> Vec<String> {
    let requirements = package.facts.requirements.iter();
    let anchors = package
        .documents
        .iter()
        .flat_map(|document| document.spec.anchors());
    let operations = package.operations.iter().map(|operation| operation.name.clone());
    operations
        .chain(requirements.flat_map(|found| [found.id.clone(), found.title.clone()]))
        .chain(anchors.cloned())
        .chain([package.name.clone()])
        .filter(|name| !name.is_empty())
        .collect()
}

/// The units of a package, statements with the ids that the lock keeps for them.
fn kept_units(snapshot: &PackageSnapshot, lock: &Lock) -> Vec<Unit> {
    let Some(package) = snapshot.package() else {
        return Vec::new();
    };
    let mut found = units(package, snapshot.sources());
    let names = name_statements_after(package, snapshot.sources(), &lock.known(&package.name));
    let statements = package.statements.iter().map(|statement| statement.span);
    let ids: BTreeMap<Span, String> = statements.zip(names.into_iter().map(|name| name.id)).collect();
    for unit in &mut found {
        if let Some(id) = ids.get(&unit.text.span) {
            unit.id.clone_from(id);
        }
    }
    found
}

/// The units of a package that are meant: those that bind, unless all are asked for or there are no others.
fn of(
    snapshot: &Arc<PackageSnapshot>,
    lock: &Lock,
    is_meant: impl Fn(&Unit) -> bool,
    all: bool,
) -> Selection {
    let found = kept_units(snapshot, lock);
    let places = found.iter().enumerate().filter(|(_, unit)| is_meant(unit));
    let (binding, others): (Vec<_>, Vec<_>) = places.partition(|(_, unit)| unit.strength.is_some());
    let mut chosen: Vec<usize> = binding.into_iter().map(|(at, _)| at).collect();
    if all || chosen.is_empty() {
        chosen.extend(others.into_iter().map(|(at, _)| at));
        chosen.sort_unstable();
    }
    Selection {
        snapshot: Arc::clone(snapshot),
        units: found,
        chosen,
    }
}
