//! What files of scenarios say of the rest of a package: the sections that they cover, and the slices before them.

use super::file::WrittenFile;
use super::reader::ScenarioReader;
use crate::codes;
use crate::library::Document;
use crate::slice::CoveredSection;
use ghostc_syntax::{Diagnostic, Span};

/// The sections of a slice.
pub(super) fn covered(
    written: &WrittenFile,
    documents: &[Document],
    reader: &mut ScenarioReader,
) -> Vec<CoveredSection> {
    let mut covers: Vec<CoveredSection> = Vec::new();
    for (anchor, span) in &written.covers {
        let found = crate::library::specs(documents).find_map(|(document, home)| {
            let heading = home.spec.anchors().iter().position(|known| known == anchor)?;
            let section = home.spec.headings.get(heading)?.section();
            Some((document, heading, section))
        });
        let Some((document, heading, section)) = found else {
            let known: Vec<&str> = crate::library::specs(documents)
                .flat_map(|(_, home)| home.spec.anchors())
                .map(String::as_str)
                .collect();
            let message = format!("no section has the anchor `{anchor}`");
            let found = Diagnostic::new(codes::UNKNOWN_SECTION, *span, message);
            reader.findings.push(found.suggest(anchor, *span, &known));
            continue;
        };
        if let Some(first) = covers.iter().find(|known| known.section == section) {
            let found = Diagnostic::new(
                codes::REPEATED_NAME,
                *span,
                format!("`{anchor}` is covered already"),
            );
            reader.findings.push(found.also(first.span, "the first"));
            continue;
        }
        covers.push(CoveredSection {
            anchor: anchor.clone(),
            span: *span,
            document,
            heading,
            section,
        });
    }
    covers
}

/// The slices before each slice, by their places, and where that is said.
pub(super) fn orders(
    slices: &[(String, &WrittenFile)],
    reader: &mut ScenarioReader,
) -> Vec<Vec<(usize, Option<Span>)>> {
    let names: Vec<&str> = slices.iter().map(|(name, _)| name.as_str()).collect();
    let mut orders = Vec::with_capacity(slices.len());
    for (at, (own, written)) in slices.iter().enumerate() {
        let Some(after) = &written.after else {
            orders.push(
                at.checked_sub(1)
                    .map(|before| (before, None))
                    .into_iter()
                    .collect(),
            );
            continue;
        };
        let mut befores: Vec<(usize, Option<Span>)> = Vec::new();
        for (name, span) in after {
            match names.iter().position(|known| known == name) {
                Some(before) if befores.iter().any(|(known, _)| *known == before) => {
                    reader.report(codes::REPEATED_NAME, *span, format!("`{name}` is named twice"));
                }
                Some(before) => befores.push((before, Some(*span))),
                None => {
                    let others: Vec<&str> = names.iter().copied().filter(|name| *name != own).collect();
                    let found = Diagnostic::new(
                        codes::UNKNOWN_SLICE,
                        *span,
                        format!("no file in `scenarios/` makes a slice `{name}`"),
                    );
                    reader.findings.push(found.suggest(name, *span, &others));
                }
            }
        }
        orders.push(befores);
    }
    report_circle(slices, &orders, reader);
    orders
}

/// Reports one circle, where there is one.
fn report_circle(
    slices: &[(String, &WrittenFile)],
    orders: &[Vec<(usize, Option<Span>)>],
    reader: &mut ScenarioReader,
) {
    // What has nothing before it that is left is taken away, until nothing is.
    let mut is_left = vec![true; orders.len()];
    loop {
        let mut is_same = true;
        for (at, befores) in orders.iter().enumerate() {
            let waits = befores
                .iter()
                .any(|(before, _)| is_left.get(*before) == Some(&true));
            if let Some(left) = is_left.get_mut(at).filter(|left| **left && !waits) {
                *left = false;
                is_same = false;
            }
        }
        if is_same {
            break;
        }
    }
    let Some(start) = is_left.iter().position(|left| *left) else {
        return;
    };
    // Each of those has one before it that is left: going back comes round.
    let mut path: Vec<(usize, Option<Span>)> = Vec::new();
    let mut at = start;
    loop {
        let befores = orders.get(at).into_iter().flatten();
        let mut befores = befores.filter(|(before, _)| is_left.get(*before) == Some(&true));
        let Some((before, span)) = befores.next().copied() else {
            return;
        };
        path.push((at, span));
        at = before;
        if let Some(first) = path.iter().position(|(known, _)| *known == at) {
            path.drain(..first);
            break;
        }
    }
    let name = |at: usize| slices.get(at).map_or("", |(name, _)| name.as_str());
    let mut names: Vec<String> = path.iter().map(|(at, _)| format!("`{}`", name(*at))).collect();
    names.extend(names.first().cloned());
    let place = |(at, span): &(usize, Option<Span>)| {
        let start = slices.get(*at).map(|(_, written)| Span::start_of(written.file));
        (*span).or(start)
    };
    let said = path.iter().find(|(_, span)| span.is_some()).or(path.first());
    let Some(span) = said.and_then(place) else {
        return;
    };
    let message = format!("these slices come after each other: {}", names.join(" after "));
    let mut found = Diagnostic::new(codes::SLICE_CIRCLE, span, message);
    for (at, said) in &path {
        if let Some(other) = place(&(*at, *said)).filter(|other| *other != span) {
            let why = if said.is_some() {
                format!("`{}` comes after another", name(*at))
            } else {
                format!(
                    "`{}` comes after the file before it, since it says nothing",
                    name(*at)
                )
            };
            found = found.also(other, why);
        }
    }
    let help = "Take one `after` out, or write `after: []` where nothing comes before.";
    reader.findings.push(found.help(help));
}
