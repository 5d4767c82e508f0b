//! What changed in a spec, as `ghostc diff --format json` prints it.

use crate::review::Review;
use ghostc_diff::accepted::Acceptance;
use ghostc_diff::diff::level_word;
use ghostc_diff::diff::{Bump, ChangeLocation, Class, Detail, PackageDiff, Text, advise};
use ghostc_project::{Cost, Costs, Policy, Reviewed, WorkItem, stale_tasks};
use ghostc_syntax::{Sources, Strength};
use schemars::JsonSchema;
use serde::Serialize;

/// The changes between two states of a spec.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Diff {
    /// Always `ghostc.diff/1`.
    schema: String,
    packages: Vec<DiffPackageJson>,
    /// The changes, package by package, in the order of the new text.
    changes: Vec<ChangeJson>,
    /// What the changes ask of the version: `none`, `patch`, `minor` or `major`.
    bump: String,
    /// The implementation of `--against-code`; null without one.
    code: Option<CodeJson>,
    summary: SummaryJson,
}

/// An implementation that changes are looked for in.
#[derive(Serialize, JsonSchema)]
struct CodeJson {
    /// Its folder, as it was named.
    folder: String,
    /// How many files were read.
    files: usize,
    /// Files that were not: no text, or larger than 1 MiB.
    unread: Vec<String>,
}

/// What a change asks of an implementation.
#[derive(Serialize, JsonSchema)]
struct WorkJson {
    /// `add`, `change` or `remove`.
    verb: String,
    /// What the change names, and where the code does, in whatever case style.
    names: Vec<NameJson>,
    /// Ids of visible cases that speak of it.
    cases: Vec<String>,
    /// Scenarios that speak of it.
    scenarios: Vec<ScenarioPlaceJson>,
}

/// A name of the spec in the code.
#[derive(Serialize, JsonSchema)]
struct NameJson {
    name: String,
    /// The first places; none where the code does not have it.
    places: Vec<WrittenJson>,
    /// How many more there are.
    more: usize,
}

/// A scenario, and where it is in the new state.
#[derive(Serialize, JsonSchema)]
struct ScenarioPlaceJson {
    id: String,
    file: String,
    /// The line, from 1.
    line: usize,
}

/// A package of either state.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PackageJson")]
struct DiffPackageJson {
    name: String,
    old_version: Option<String>,
    new_version: Option<String>,
    /// What its changes ask of its version.
    bump: String,
    /// The least version that this may lead to; null where there is no old version, or nothing changed.
    advised_version: Option<String>,
    /// Where the new version is written; null where it is not.
    version_at: Option<WrittenJson>,
    /// What building its stale tasks again costs.
    cost: CostJson,
}

/// Where something is written.
#[derive(Serialize, JsonSchema)]
struct WrittenJson {
    file: String,
    /// The line, from 1.
    line: usize,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct ChangeJson {
    /// `added`, `removed`, `modified`, `strengthened`, `weakened`, `negated`, `moved`, `renamed`, `reordered` or
    /// `expectation-changed`.
    kind: String,
    /// `breaking`, `additive`, `example` or `editorial`.
    class: String,
    /// The rule that gives it its class: see `ghostc explain`.
    rule: String,
    /// `error`, `warning`, `info` or `off`: what the settings say of the rule.
    level: String,
    /// Null where nobody accepted it.
    accepted: Option<AcceptedJson>,
    /// `package`, `document`, `section`, `requirement`, `criterion`, `scenario`, `story`, `task`, `statement`, `item`,
    /// `code`, `prose`, `operation`, `parameter` or `case`.
    subject: String,
    /// The id of what changed; the old one where it has two.
    id: String,
    /// The same however other sections change.
    fingerprint: String,
    package: String,
    strength: StrengthJson,
    /// Null for what was added.
    old: Option<TextJson>,
    /// Null for what was removed.
    new: Option<TextJson>,
    /// The places that it is about, in the order of the text, where it has more than one; `old` and `new` are their
    /// texts side by side.
    places: Vec<PlaceJson>,
    /// The exact values that changed, where the texts say what they are.
    details: Vec<DetailJson>,
    invalidates: InvalidatesJson,
    /// What it asks of the implementation of `--against-code`; null without one, and for what asks for nothing.
    work: Option<WorkJson>,
}

/// That somebody took the change.
#[derive(Serialize, JsonSchema)]
struct AcceptedJson {
    /// Why.
    reason: String,
    /// The last day on which it is taken, `YYYY-MM-DD`; null for good.
    until: Option<String>,
    /// Whether that day is over, so that it is taken no longer.
    expired: bool,
}

/// One heading, sentence, item or block of a change.
#[derive(Serialize, JsonSchema)]
struct PlaceJson {
    /// What is there, in the words of `subject` above.
    subject: String,
    id: String,
    /// The same however the rest of the spec changes.
    fingerprint: String,
    old: Option<TextJson>,
    new: Option<TextJson>,
}

/// A value that changed.
#[derive(Serialize, JsonSchema)]
struct DetailJson {
    /// `default`, `type`, `limit`, `values`, `id`, `state`, `optional` or `priority`.
    aspect: String,
    /// What has the value, such as a field; null where the text does not name it.
    of: Option<String>,
    /// Null where there was none.
    old: Option<String>,
    /// Null where there is none.
    new: Option<String>,
}

/// How binding the two texts are: `must`, `must-not`, `should`, `should-not`, `may`, or null.
#[derive(Serialize, JsonSchema)]
struct StrengthJson {
    old: Option<String>,
    new: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct TextJson {
    file: String,
    /// The first line, from 1.
    line: usize,
    end_line: usize,
    text: String,
    /// The titles of the sections around it.
    section: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct InvalidatesJson {
    /// Ids of the tasks that have to be built again.
    tasks: Vec<String>,
    /// Ids of the cases that came, went or changed.
    cases: Vec<String>,
    /// What building these tasks again costs.
    cost: CostJson,
}

/// What building some tasks again costs.
#[derive(Serialize, JsonSchema)]
struct CostJson {
    /// The targets that they are built for; none outside of a project.
    targets: Vec<String>,
    /// How many builds: tasks by targets.
    builds: usize,
    /// About how many tokens of spec are in all prompts; null where nothing is built.
    prompt_tokens: Option<usize>,
    /// The accepted files that are written again.
    goldens: Vec<String>,
    /// Tokens that the last builds of these took, as far as agents said; null where none did.
    last_tokens: Option<u64>,
    /// Accepted builds of which that is not known.
    unknown_builds: usize,
    /// What these tokens cost, in dollars, by the `prices` of `ghostc.yaml`; null where it has none for their agents.
    last_dollars: Option<f64>,
}

/// How many of each.
#[derive(Serialize, JsonSchema)]
struct SummaryJson {
    changes: usize,
    breaking: usize,
    additive: usize,
    example: usize,
    editorial: usize,
    /// Breaking changes of which nothing could be proven, by the rule `unclassified`; they are counted in their class too.
    unclassified: usize,
    /// Changes that are accepted; they are counted in their classes too.
    accepted: usize,
    /// Tasks that have to be built again.
    stale_tasks: usize,
    /// Tasks in all; 0 where they are not known.
    tasks: usize,
    cases: usize,
}

/// The changes as JSON.
pub(crate) fn diff(review: &Review<'_>) -> Diff {
    let all = || review.packages.iter().flat_map(|(_, changes)| changes);
    let packages = || review.packages.iter().map(|(package, _)| *package);
    let count = |class: Class| all().filter(|found| found.rule.class == class).count();
    let changes = review
        .packages
        .iter()
        .flat_map(|(package, changes)| changes.iter().map(|found| change(review, package, found)));
    let bump = packages().map(PackageDiff::bump).max().unwrap_or(Bump::None);
    Diff {
        schema: "ghostc.diff/1".to_string(),
        packages: packages().map(|found| package(review, found)).collect(),
        changes: changes.collect(),
        bump: bump.as_str().to_string(),
        code: review.work.map(|work| CodeJson {
            folder: work.code.clone(),
            files: work.files,
            unread: work.unread.clone(),
        }),
        summary: SummaryJson {
            changes: all().count(),
            breaking: count(Class::Breaking),
            additive: count(Class::Additive),
            example: count(Class::Example),
            editorial: count(Class::Editorial),
            unclassified: all().filter(|found| found.is_unclassified()).count(),
            accepted: all().filter(|found| found.accepted.is_some()).count(),
            stale_tasks: packages().map(|package| stale_tasks(package).len()).sum(),
            tasks: packages().map(|package| package.tasks).sum(),
            cases: all().map(|found| found.change.cases.len()).sum(),
        },
    }
}

/// The changes of a package as JSON, as they are looked at outside of projects.
pub(super) fn package_changes(package: &PackageDiff, old: &Sources, new: &Sources) -> Vec<ChangeJson> {
    let (policy, costs) = (Policy::none(), Costs::default());
    let review = Review {
        old: ("", old),
        new: ("", new),
        packages: Vec::new(),
        files: Vec::new(),
        costs: &costs,
        work: None,
        all: false,
    };
    let changes = package.changes.iter();
    changes
        .map(|found| change(&review, package, &policy.review(found)))
        .collect()
}

fn package(review: &Review<'_>, package: &PackageDiff) -> DiffPackageJson {
    let (old, new) = package.versions.clone();
    let bump = package.bump();
    let sources = review.new.1;
    DiffPackageJson {
        name: package.name.clone(),
        bump: bump.as_str().to_string(),
        advised_version: old.as_ref().and_then(|old| advise(old, bump)),
        old_version: old,
        new_version: new,
        version_at: package.version_span.map(|span| WrittenJson {
            file: sources.get(span.file).path.clone(),
            line: sources.line(span),
        }),
        cost: cost(review.costs.together(&package.name, stale_tasks(package))),
    }
}

fn cost(cost: Cost) -> CostJson {
    CostJson {
        targets: cost.targets.into_iter().collect(),
        builds: cost.builds,
        prompt_tokens: cost.prompt_tokens,
        goldens: cost.files.into_iter().collect(),
        last_tokens: cost.last_tokens,
        unknown_builds: cost.unknown_builds,
        last_dollars: cost.last_dollars,
    }
}

fn change(review: &Review<'_>, package: &PackageDiff, found: &Reviewed<'_>) -> ChangeJson {
    let change = found.change;
    let strength = |strength: Option<Strength>| strength.map(|strength| strength.as_str().to_string());
    let accepted = |acceptance: &Acceptance| AcceptedJson {
        reason: acceptance.reason.clone(),
        until: acceptance.until.map(|until| until.to_string()),
        expired: found.expired.is_some(),
    };
    let tasks = change.tasks.iter().map(String::as_str);
    ChangeJson {
        kind: change.kind.as_str().to_string(),
        class: change.class.as_str().to_string(),
        rule: found.rule.code.name.to_string(),
        level: level_word(found.level).to_string(),
        accepted: found.accepted.or(found.expired).map(accepted),
        subject: change.subject.as_str().to_string(),
        id: change.id.clone(),
        fingerprint: change.fingerprint.clone(),
        package: package.name.clone(),
        strength: StrengthJson {
            old: strength(change.strength.0),
            new: strength(change.strength.1),
        },
        old: change.old.as_ref().map(|found| text(found, review.old.1)),
        new: change.new.as_ref().map(|found| text(found, review.new.1)),
        places: match change.places.as_slice() {
            [] | [_] => Vec::new(),
            places => places
                .iter()
                .map(|found| place(found, review.old.1, review.new.1))
                .collect(),
        },
        details: change.details.iter().map(detail).collect(),
        invalidates: InvalidatesJson {
            tasks: change.tasks.clone(),
            cases: change.cases.clone(),
            cost: cost(review.costs.together(&package.name, tasks)),
        },
        work: review
            .work
            .and_then(|list| list.item(&package.name, change))
            .map(|item| work(item, review.new.1)),
    }
}

fn work(item: &WorkItem, new: &Sources) -> WorkJson {
    let names = item.names.iter().map(|name| {
        let places = name.places.iter().map(|(file, line)| WrittenJson {
            file: file.clone(),
            line: *line,
        });
        NameJson {
            name: name.name.clone(),
            places: places.collect(),
            more: name.more,
        }
    });
    let scenarios = item.scenarios.iter().map(|(id, span)| ScenarioPlaceJson {
        id: id.clone(),
        file: new.get(span.file).path.clone(),
        line: new.line(*span),
    });
    WorkJson {
        verb: item.verb.as_str().to_string(),
        names: names.collect(),
        cases: item.cases.clone(),
        scenarios: scenarios.collect(),
    }
}

fn place(place: &ChangeLocation, old: &Sources, new: &Sources) -> PlaceJson {
    PlaceJson {
        subject: place.subject.as_str().to_string(),
        id: place.id.clone(),
        fingerprint: place.fingerprint.clone(),
        old: place.old.as_ref().map(|found| text(found, old)),
        new: place.new.as_ref().map(|found| text(found, new)),
    }
}

fn detail(detail: &Detail) -> DetailJson {
    DetailJson {
        aspect: detail.aspect.as_str().to_string(),
        of: Some(detail.of.clone()).filter(|of| !of.is_empty()),
        old: detail.old.clone(),
        new: detail.new.clone(),
    }
}

fn text(text: &Text, sources: &Sources) -> TextJson {
    let (start, end) = sources.positions(text.span);
    // A span that ends with a line's end covers that line and not the next.
    let end_line = if end.column == 1 && end.line > start.line {
        end.line - 1
    } else {
        end.line
    };
    TextJson {
        file: sources.get(text.span.file).path.clone(),
        line: start.line,
        end_line,
        text: text.text.clone(),
        section: text
            .section
            .iter()
            .filter(|title| !title.is_empty())
            .cloned()
            .collect(),
    }
}
