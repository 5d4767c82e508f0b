//! Changes of operations and their parameters, and of packages as a whole.

use super::draft::Draft;
use super::{Basis, Change, Class, Kind, Side, Subject, Text};
use ghostc_spec::library::Operation;
use ghostc_syntax::{Param, Signature, Span};
use std::collections::BTreeMap;

pub(super) fn changes(old: Side<'_>, new: Side<'_>) -> Vec<Change> {
    let (olds, news) = (&old.0.operations, &new.0.operations);
    let mut out = Vec::new();
    let (before, after) = (by_name(olds), by_name(news));
    let mut gone: Vec<&Operation> = Vec::new();
    for operation in olds {
        match after.get(operation.name.as_str()) {
            Some(now) => out.extend(signature(operation, now)),
            None => gone.push(operation),
        }
    }
    let mut came: Vec<&Operation> = news
        .iter()
        .filter(|now| !before.contains_key(now.name.as_str()))
        .collect();
    gone.retain(|operation| {
        let is_same = |now: &&Operation| called_alike(&operation.signature, &now.signature);
        let Some(at) = came.iter().position(is_same) else {
            return true;
        };
        let now = came.remove(at);
        out.push(change(Kind::Renamed, Class::Breaking, Some(operation), Some(now)));
        false
    });
    out.extend(
        gone.into_iter()
            .map(|operation| change(Kind::Removed, Class::Breaking, Some(operation), None)),
    );
    out.extend(
        came.into_iter()
            .map(|operation| change(Kind::Added, Class::Additive, None, Some(operation))),
    );
    out
}

/// The first operation of each name.
fn by_name(operations: &[Operation]) -> BTreeMap<&str, &Operation> {
    let named = operations.iter().rev();
    named
        .map(|operation| (operation.name.as_str(), operation))
        .collect()
}

/// Whether two signatures differ in the name alone, and say something.
fn called_alike(old: &Signature, new: &Signature) -> bool {
    !old.params.is_empty() && old.params == new.params && old.returns == new.returns
}

/// The changes of an operation that keeps its name: each parameter, then what it gives.
fn signature(old: &Operation, new: &Operation) -> Vec<Change> {
    let (before, after) = (&old.signature.params, &new.signature.params);
    let mut out = Vec::new();
    let mut parameter = |kind: Kind, class: Class, name: &str| {
        let id = format!("{}.{name}", old.name);
        out.push(draft(kind, class, Subject::Parameter, id, Some(old), Some(new)));
    };
    for param in before {
        match after.iter().find(|now| now.name == param.name) {
            None => parameter(Kind::Removed, Class::Breaking, &param.name),
            Some(now) if now.optional != param.optional => {
                let class = if now.optional {
                    Class::Additive
                } else {
                    Class::Breaking
                };
                parameter(Kind::Modified, class, &param.name);
            }
            Some(_) => {}
        }
    }
    for param in after
        .iter()
        .filter(|now| !before.iter().any(|param| param.name == now.name))
    {
        let class = if param.optional {
            Class::Additive
        } else {
            Class::Breaking
        };
        parameter(Kind::Added, class, &param.name);
    }
    if reordered(before, after) {
        out.push(change(Kind::Reordered, Class::Breaking, Some(old), Some(new)));
    }
    if old.signature.returns != new.signature.returns {
        out.push(change(Kind::Modified, Class::Breaking, Some(old), Some(new)));
    }
    out
}

/// Whether the parameters that both have stand in another order.
fn reordered(before: &[Param], after: &[Param]) -> bool {
    let common = |params: &[Param], others: &[Param]| -> Vec<String> {
        let names = params
            .iter()
            .filter(|param| others.iter().any(|other| other.name == param.name));
        names.map(|param| param.name.clone()).collect()
    };
    common(before, after) != common(after, before)
}

fn change(kind: Kind, class: Class, old: Option<&Operation>, new: Option<&Operation>) -> Change {
    let id = old
        .or(new)
        .map(|operation| operation.name.clone())
        .unwrap_or_default();
    draft(kind, class, Subject::Operation, id, old, new)
}

fn draft(
    kind: Kind,
    class: Class,
    subject: Subject,
    id: String,
    old: Option<&Operation>,
    new: Option<&Operation>,
) -> Change {
    // A parameter's change shows both signatures, though the parameter is only in one of them.
    let text = |operation: &Operation| Text {
        span: operation.span,
        text: operation.signature.text.clone(),
        section: vec![id.clone()],
    };
    let (old, new) = (old.map(text), new.map(text));
    let place = new.as_ref().map(|text| text.span);
    Draft {
        kind,
        ruling: (class, Basis::Subject),
        subject,
        id,
    }
    .finish((None, None), old, new, place)
}

/// A package that only one state has.
pub(super) fn whole_package(old: Option<Side<'_>>, new: Option<Side<'_>>) -> Option<Change> {
    let text = |(package, _): Side<'_>| Text {
        span: package.name_span,
        text: package.title.clone(),
        section: Vec::new(),
    };
    let (kind, class) = if old.is_some() {
        (Kind::Removed, Class::Breaking)
    } else {
        (Kind::Added, Class::Additive)
    };
    let id = old.or(new)?.0.name.clone();
    let place: Option<Span> = new.map(|(package, _)| package.name_span);
    let draft = Draft {
        kind,
        ruling: (class, Basis::Subject),
        subject: Subject::Package,
        id,
    };
    Some(draft.finish((None, None), old.map(text), new.map(text), place))
}
