//! What a name or a place means in packages: the stretches of text whose history is asked for.

use super::snapshot::PackageSnapshot;
use crate::failure::Failure;
use ghostc_diff::diff::{Unit, units};
use ghostc_spec::library::Package;
use ghostc_syntax::{Sources, Span};
use std::collections::BTreeSet;
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
pub(crate) fn select(
    snapshots: &[Arc<PackageSnapshot>],
    wanted: &Wanted<'_>,
    all: bool,
) -> Result<Selection, Failure> {
    match wanted {
        Wanted::Place(path, line) => at_place(snapshots, path, *line, all),
        Wanted::Name(name) => by_name(snapshots, name, all),
    }
}

fn at_place(
    snapshots: &[Arc<PackageSnapshot>],
    path: &str,
    line: Option<usize>,
    all: bool,
) -> Result<Selection, Failure> {
    let home = snapshots.iter().find_map(|snapshot| {
        let package = snapshot.package()?;
        let document = package.documents.iter().find(|document| document.path == path)?;
        Some((snapshot, document.spec.file))
    });
    let Some((snapshot, file)) = home else {
        let failure = Failure::usage(format!("`{path}` is no document of a package"));
        return Err(failure.help("`ghostc inspect` shows the packages and their documents."));
    };
    let sources = snapshot.sources();
    let covers = |unit: &Unit| {
        let (start, end) = sources.positions(unit.text.span);
        unit.text.span.file == file && line.is_none_or(|line| (start.line..=end.line).contains(&line))
    };
    let found = of(snapshot, covers, all || line.is_some());
    if found.chosen.is_empty() {
        let what = line.map_or_else(
            || format!("`{path}` is empty"),
            |line| format!("no sentence is at {path}:{line}"),
        );
        return Err(Failure::usage(what).help("Name a line of a sentence, a row of a table or a code block."));
    }
    Ok(found)
}

fn by_name(snapshots: &[Arc<PackageSnapshot>], name: &str, all: bool) -> Result<Selection, Failure> {
    let mut found: Vec<(&Arc<PackageSnapshot>, Named)> = Vec::new();
    for snapshot in snapshots {
        let Some(package) = snapshot.package() else {
            continue;
        };
        let rest = name.strip_prefix(&format!("{}/", package.name));
        found.extend(named(package, snapshot.sources(), rest.unwrap_or(name)).map(|named| (snapshot, named)));
    }
    if found.len() > 1 {
        let homes = found.iter().filter_map(|(snapshot, _)| snapshot.package());
        let names: Vec<String> = homes
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
        Named::Unit(id) => of(snapshot, |unit| unit.id == id, true),
        Named::Section(span) => of(snapshot, |unit| span.contains(unit.text.span), all),
        Named::Package => of(snapshot, |_| true, all),
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
    Unit(String),
    Section(Span),
    Package,
}

fn named(package: &Package, sources: &Sources, name: &str) -> Option<Named> {
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
    let unit = || {
        let is_id = name.contains('~') && units(package, sources).iter().any(|unit| unit.id == name);
        is_id.then(|| Named::Unit(name.to_string()))
    };
    let whole = || (package.name == name).then_some(Named::Package);
    operation
        .or_else(requirement)
        .or_else(criterion)
        .or_else(section)
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

/// The units of a package that are meant: those that bind, unless all are asked for or there are no others.
fn of(snapshot: &Arc<PackageSnapshot>, is_meant: impl Fn(&Unit) -> bool, all: bool) -> Selection {
    let found = snapshot
        .package()
        .map(|package| units(package, snapshot.sources()))
        .unwrap_or_default();
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
