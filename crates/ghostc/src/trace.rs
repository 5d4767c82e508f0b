//! What shows what, in all formats: each gets a [`TraceView`] and gives a text.

mod csv;
mod html;
mod markdown;
mod text;

use crate::global::Format;
use ghostc_project::TraceReport;
use ghostc_project::wording::plural;
use ghostc_spec::library::Package;
use ghostc_spec::trace::{Trace, TracedItem, TracedKind, TracedProof};
use ghostc_syntax::Sources;

/// The formats beside text and JSON.
pub(crate) const FORMATS: &[Format] = &[Format::Json, Format::Markdown, Format::Csv, Format::Html];

/// The trace of a package, with what its places mean.
pub(crate) struct TraceView<'r> {
    /// The package.
    pub(crate) package: &'r Package,
    /// Its trace.
    pub(crate) trace: &'r Trace,
    /// The texts that spans mean.
    pub(crate) sources: &'r Sources,
}

/// A proof in words.
pub(crate) struct ProofWords {
    /// `scenario`, `case` or `cases`.
    pub(crate) kind: &'static str,
    /// The id of the scenario or case, or the operation.
    pub(crate) id: String,
    /// Where it is.
    pub(crate) place: String,
    /// The number of the step that says so, from 1.
    pub(crate) step: Option<usize>,
    /// How many cases, or rows.
    pub(crate) count: usize,
}

impl ProofWords {
    /// All of it on one line, without its place.
    fn line(&self) -> String {
        match (self.kind, self.step) {
            ("cases", _) => format!("{} of `{}`", plural(self.count, "case"), self.id),
            ("rows", Some(step)) => format!("{}, {}, step {step}", self.id, plural(self.count, "row")),
            ("rows", None) => format!("{}, {}", self.id, plural(self.count, "row")),
            (_, Some(step)) => format!("{}, step {step}", self.id),
            (_, None) => self.id.clone(),
        }
    }
}

impl<'r> TraceView<'r> {
    /// The traces of a report.
    pub(crate) fn all(report: &'r TraceReport) -> Vec<TraceView<'r>> {
        let traces = report.traces.iter();
        let views = traces.filter_map(|(at, trace)| {
            Some(TraceView {
                package: report.library.packages.get(*at)?,
                trace,
                sources: &report.sources,
            })
        });
        views.collect()
    }

    /// What has to be shown and is not.
    pub(crate) fn unproven(&self) -> impl Iterator<Item = &'r TracedItem> + use<'r> {
        self.trace.items.iter().filter(|item| item.is_unproven())
    }

    /// What is shown.
    pub(crate) fn proven(&self) -> impl Iterator<Item = &'r TracedItem> + use<'r> {
        self.trace.items.iter().filter(|item| !item.proofs.is_empty())
    }

    /// How many of a kind are shown, and how many have to be.
    pub(crate) fn count(&self, kind: TracedKind) -> (usize, usize) {
        let of_kind = |item: &&TracedItem| item.kind == kind;
        let proven = self.proven().filter(of_kind).count();
        (proven, proven + self.unproven().filter(of_kind).count())
    }

    /// What is counted, in words: `20 of 26 statements`.
    fn counts(&self) -> Vec<String> {
        let counts = TracedKind::ALL.into_iter().filter_map(|kind| {
            let (proven, all) = self.count(kind);
            (all > 0).then(|| format!("{proven} of {all} {}", kind.plural()))
        });
        counts.collect()
    }

    /// What there is to show it, in words.
    fn means(&self) -> String {
        let scenarios = self.package.slices.iter().flat_map(|slice| &slice.scenarios);
        let held_out = scenarios.clone().filter(|found| found.held_out).count();
        let todo = scenarios.clone().filter(|found| found.todo).count();
        let mut words = plural(scenarios.count(), "scenario");
        if held_out + todo > 0 {
            words.push_str(&format!(" ({held_out} held out, {todo} to do)"));
        }
        let judged = self
            .package
            .cases
            .iter()
            .filter(|case| case.skip.is_none())
            .count();
        format!("{words} and {}", plural(judged, "case"))
    }

    /// The strength of an item, else what it is.
    fn mark(item: &TracedItem) -> &'static str {
        item.strength
            .map_or(item.kind.as_str(), |strength| strength.as_str())
    }

    /// The names of the slices that cover an item.
    pub(crate) fn slices(&self, item: &TracedItem) -> Vec<&'r str> {
        let found = item.slices.iter().filter_map(|at| self.package.slices.get(*at));
        found.map(|slice| slice.name.as_str()).collect()
    }

    /// The names of slices that nothing shows together.
    pub(crate) fn apart(&self) -> Vec<(&'r str, &'r str)> {
        let name = |at: usize| {
            self.package
                .slices
                .get(at)
                .map_or("", |slice| slice.name.as_str())
        };
        let pairs = self.trace.apart.iter();
        pairs
            .map(|(first, second)| (name(*first), name(*second)))
            .collect()
    }

    /// The proofs of an item in words, the rows of a scenario as one.
    fn grouped(&self, item: &TracedItem) -> Vec<ProofWords> {
        let table = |proof: &TracedProof| match proof {
            TracedProof::Scenario {
                slice,
                scenario,
                step,
            } => {
                let slice = self.package.slices.get(*slice)?;
                let found = slice.scenarios.get(*scenario)?;
                found.row.as_ref().map(|_| (&slice.name, &found.name, *step))
            }
            TracedProof::Case(_) | TracedProof::Cases(..) => None,
        };
        let is_one = |a: &TracedProof, b: &TracedProof| table(a).is_some() && table(a) == table(b);
        let groups = item.proofs.chunk_by(is_one).filter_map(|group| {
            let first = self.words(*group.first()?);
            if group.len() == 1 {
                return Some(first);
            }
            let id = first.id.rsplit_once('/').map_or("", |(id, _)| id).to_string();
            Some(ProofWords {
                kind: "rows",
                id,
                count: group.len(),
                ..first
            })
        });
        groups.collect()
    }

    /// A proof in words.
    pub(crate) fn words(&self, proof: TracedProof) -> ProofWords {
        let (kind, id, span, step, count) = match proof {
            TracedProof::Scenario {
                slice,
                scenario,
                step,
            } => {
                let found = self.package.slices.get(slice);
                let found = found.and_then(|slice| slice.scenarios.get(scenario));
                let steps = found.map(|found| found.script.steps.as_slice());
                let at = step.and_then(|step| steps?.get(step)).map(|step| step.span);
                let span = at.or(found.map(|found| found.span));
                let id = found.map(|found| found.id.clone());
                ("scenario", id, span, step.map(|step| step + 1), 1)
            }
            TracedProof::Case(at) => {
                let found = self.package.cases.get(at);
                (
                    "case",
                    found.map(|found| found.id.clone()),
                    found.map(|found| found.span),
                    None,
                    1,
                )
            }
            TracedProof::Cases(at, count) => {
                let found = self.package.operations.get(at);
                let id = found.map(|found| found.name.clone());
                ("cases", id, found.map(|found| found.span), None, count)
            }
        };
        ProofWords {
            kind,
            id: id.unwrap_or_default(),
            place: span.map(|span| self.sources.place(span)).unwrap_or_default(),
            step,
            count,
        }
    }
}

/// The traces in a format for people or for tables.
pub(crate) fn text(views: &[TraceView<'_>], format: Format) -> String {
    match format {
        Format::Markdown => markdown::text(views),
        Format::Csv => csv::text(views),
        Format::Html => html::text(views),
        Format::Text
        | Format::Json
        | Format::Github
        | Format::Gitlab
        | Format::Sarif
        | Format::Junit
        | Format::Changelog
        | Format::Dot
        | Format::Mermaid => text::text(views),
    }
}
