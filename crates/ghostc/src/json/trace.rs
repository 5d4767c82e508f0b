//! What shows what, as `ghostc trace --format json` prints it.

use crate::trace::TraceView;
use ghostc_spec::trace::{TracedItem, TracedKind};
use schemars::JsonSchema;
use serde::Serialize;

/// What shows what in some packages.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Trace")]
pub(crate) struct TraceJson {
    /// Always `ghostc.trace/1`.
    schema: String,
    packages: Vec<TracedPackageJson>,
}

#[derive(Serialize, JsonSchema)]
struct TracedPackageJson {
    name: String,
    /// Its folder.
    root: String,
    counts: Vec<TraceCountJson>,
    /// All that can be shown, in document order.
    items: Vec<TracedItemJson>,
    /// Pairs of slices of which no scenario shows something of both.
    apart: Vec<[String; 2]>,
    scenarios: usize,
    /// How many scenarios agents do not see.
    held_out: usize,
    /// How many scenarios wait to be written.
    todo: usize,
}

#[derive(Serialize, JsonSchema)]
struct TraceCountJson {
    /// `statement`, `clause`, `obligation`, `criterion` or `prose scenario`.
    kind: String,
    /// How many are shown.
    proven: usize,
    /// How many are shown or have to be.
    all: usize,
}

#[derive(Serialize, JsonSchema)]
struct TracedItemJson {
    /// `statement`, `clause`, `obligation`, `criterion` or `prose scenario`.
    kind: String,
    id: String,
    /// How binding it is; null where it holds no keyword.
    strength: Option<String>,
    text: String,
    path: String,
    line: usize,
    column: usize,
    /// The slices that cover it.
    slices: Vec<String>,
    /// `proven`, `unproven`, or `free` where nothing shows it and nothing has to.
    state: String,
    proofs: Vec<ProofJson>,
}

#[derive(Serialize, JsonSchema)]
struct ProofJson {
    /// `scenario`, `case`, or `cases` for all cases of an operation.
    kind: String,
    /// The id of the scenario or case, or the name of the operation.
    id: String,
    /// Where it is, as `path:line`.
    place: String,
    /// The number of the step that says so, from 1.
    step: Option<usize>,
    /// How many cases; 1 for a scenario.
    count: usize,
}

/// Traces as JSON.
pub(crate) fn traced(views: &[TraceView<'_>]) -> TraceJson {
    TraceJson {
        schema: "ghostc.trace/1".to_string(),
        packages: views.iter().map(package).collect(),
    }
}

fn package(view: &TraceView<'_>) -> TracedPackageJson {
    let scenarios = view.package.slices.iter().flat_map(|slice| &slice.scenarios);
    let counts = TracedKind::ALL.into_iter().map(|kind| {
        let (proven, all) = view.count(kind);
        let kind = kind.as_str().to_string();
        TraceCountJson { kind, proven, all }
    });
    let apart = view.apart().into_iter();
    TracedPackageJson {
        name: view.package.name.clone(),
        root: view.package.root.clone(),
        counts: counts.collect(),
        items: view.trace.items.iter().map(|found| item(view, found)).collect(),
        apart: apart
            .map(|(first, second)| [first.to_string(), second.to_string()])
            .collect(),
        scenarios: scenarios.clone().count(),
        held_out: scenarios.clone().filter(|found| found.held_out).count(),
        todo: scenarios.filter(|found| found.todo).count(),
    }
}

fn item(view: &TraceView<'_>, found: &TracedItem) -> TracedItemJson {
    let (start, _) = view.sources.positions(found.span);
    let state = match (found.proofs.is_empty(), found.is_free) {
        (false, _) => "proven",
        (true, true) => "free",
        (true, false) => "unproven",
    };
    let proofs = found.proofs.iter().map(|proof| {
        let words = view.words(*proof);
        ProofJson {
            kind: words.kind.to_string(),
            id: words.id,
            place: words.place,
            step: words.step,
            count: words.count,
        }
    });
    TracedItemJson {
        kind: found.kind.as_str().to_string(),
        id: found.id.clone(),
        strength: found.strength.map(|strength| strength.as_str().to_string()),
        text: found.text.clone(),
        path: view.sources.get(found.span.file).path.clone(),
        line: start.line,
        column: start.column,
        slices: view.slices(found).into_iter().map(str::to_string).collect(),
        state: state.to_string(),
        proofs: proofs.collect(),
    }
}
