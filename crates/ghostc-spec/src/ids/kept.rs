//! The ids of a package's statements, given those that its statements had when it was last accepted.

use super::{KnownStatement, StatementWithoutId, assign};
use crate::content::{StatementName, name_statements, named, section_of, title};
use crate::library::{Package, Statement};
use ghostc_syntax::{Heading, Sources};

/// The ids and words of all statements of a package, in its order, as [`name_statements`] gives them, but that a
/// statement which was edited, moved or whose section was renamed has the id that it had.
///
/// Of a package that nothing is known of, all ids are made of the statements' own words.
pub fn name_statements_after(
    package: &Package,
    sources: &Sources,
    known: &[KnownStatement],
) -> Vec<StatementName> {
    let mut names = name_statements(package, sources);
    if known.is_empty() {
        return names;
    }
    let nameless = package
        .statements
        .iter()
        .zip(&names)
        .map(|(statement, name)| StatementWithoutId {
            explicit: None,
            section: named(section_of(package, statement)).to_string(),
            path: path(package, statement),
            text: name.text.clone(),
            span: statement.span,
        });
    let nameless: Vec<StatementWithoutId> = nameless.collect();
    for (name, assigned) in names.iter_mut().zip(assign(known, &nameless)) {
        name.id = assigned.id;
        name.likeness = assigned.likeness;
    }
    names
}

/// The statements of a package as they are now, with their ids, for whoever keeps them.
pub fn known<'p>(
    package: &'p Package,
    names: &'p [StatementName],
) -> impl Iterator<Item = KnownStatement> + 'p {
    let statements = package.statements.iter().zip(names);
    statements.map(|(statement, name)| KnownStatement {
        id: name.id.clone(),
        path: path(package, statement),
        text: name.text.clone(),
    })
}

/// The titles of the sections around a statement, without numbers, from its document down.
fn path(package: &Package, statement: &Statement) -> Vec<String> {
    let Some(home) = package.documents.get(statement.document) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    let mut next = section_of(package, statement).and_then(|(spec, at)| spec.headings.get(at));
    while let Some(heading) = next {
        out.push(shown(heading));
        next = heading.parent().and_then(|at| home.spec.headings.get(at));
    }
    let below = home.path.strip_prefix(&package.root).unwrap_or(&home.path);
    out.push(below.trim_start_matches('/').to_string());
    out.reverse();
    out
}

fn shown(heading: &Heading) -> String {
    let signature = heading.signature.as_ref();
    signature.map_or_else(|| title(heading), |signature| signature.name.clone())
}
