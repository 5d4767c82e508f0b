//! What the tasks of a package read: each its own stretches of text, those that it refers to, and those that all share.

mod declared;

use crate::context::ContextReaders;
use crate::plan::{Origin, Task, TaskGraph, section_index};
use crate::slice_files;
use ghostc_spec::content::{
    Section, StatementName, hex, lines, operation_section, shared_sections, whole_section,
};
use ghostc_spec::ids::{KnownStatement, name_statements_after};
use ghostc_spec::library::{Case, Package};
use ghostc_spec::section_index::SectionIndex;
use ghostc_syntax::{Expectation, Sources, Span, Strength, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// What the tasks of a package read: each its own sections, and the ones that all share.
pub struct PackageText {
    /// The sections of each task, by task id.
    pub own: BTreeMap<String, Vec<Section>>,
    /// The sections of other tasks that a task refers to, by task id.
    pub referenced: BTreeMap<String, Vec<Section>>,
    /// Sections that belong to no task.
    pub shared: Vec<Section>,
    /// Which of these each task reads, by task id; nothing where every task reads all.
    read: Option<BTreeMap<String, Vec<usize>>>,
    /// Of a program, the places among the shared sections of those that bind all slices.
    binding: Option<BTreeSet<usize>>,
    /// Hashes of what the scenarios of each slice say, by task id.
    scenarios: BTreeMap<String, BTreeMap<String, String>>,
    digests: BTreeMap<Span, String>,
    known: Vec<KnownStatement>,
    names: OnceLock<Vec<StatementName>>,
    cases: OnceLock<Vec<String>>,
}

impl PackageText {
    /// Reads what a package's tasks say.
    pub fn new(package: &Package, graph: &TaskGraph, sources: &Sources) -> PackageText {
        let mut own = BTreeMap::new();
        // What a matrix proves of some tasks is shown to these.
        let proofs = graph.proofs.iter().filter(|proof| !proof.tasks.is_empty());
        let of_proofs = proofs.clone().map(|proof| proof.section);
        let taken: Vec<Span> = graph
            .tasks
            .iter()
            .flat_map(Task::sections)
            .chain(of_proofs)
            .collect();
        for task in &graph.tasks {
            let sections = match (task.origin, task.operations.as_slice()) {
                (Origin::Package, _) => shared_sections(package, &[], sources),
                (Origin::Section(_), [only]) => package
                    .operations
                    .get(*only)
                    .map(|operation| operation_section(package, operation, sources))
                    .into_iter()
                    .collect(),
                (Origin::Section(heading), _) => {
                    let mut own = vec![whole_section(package, task.document, heading, sources)];
                    own.extend(elsewhere(package, task, sources));
                    own
                }
                (Origin::Slice(_), _) => stretches(package, task, sources),
                (Origin::Declared(_) | Origin::Requirement(_) | Origin::Scenario(_), _) => {
                    vec![declared::own(package, task, sources)]
                }
            };
            own.insert(task.id.clone(), sections);
        }
        let whole = graph.tasks.iter().any(|task| task.origin == Origin::Package);
        let mut shared = if whole {
            Vec::new()
        } else {
            shared_sections(package, &taken, sources)
        };
        let named = declared::Named::new(package, graph);
        named.remove_claimed_sections(&mut shared, package, sources);
        tell_apart(&mut shared, package);
        let mut text = PackageText {
            own,
            referenced: BTreeMap::new(),
            shared,
            read: None,
            binding: None,
            scenarios: scenario_digests(package, graph, sources),
            digests: BTreeMap::new(),
            known: Vec::new(),
            names: OnceLock::new(),
            cases: OnceLock::new(),
        };
        text.read = text.read_by_task(package, graph);
        text.binding = text.binding_sections(package, graph);
        text.referenced = text.references(package, graph, sources);
        named.add(&mut text.referenced, package, graph, sources);
        for proof in proofs {
            let section = whole_section(package, proof.document, proof.heading, sources);
            for task in proof.tasks.iter().filter_map(|at| graph.tasks.get(*at)) {
                let known = text.referenced.entry(task.id.clone()).or_default();
                if known.iter().all(|other| other.span != section.span) {
                    known.push(section.clone());
                }
            }
        }
        let sections = text
            .own
            .values()
            .chain(text.referenced.values())
            .flatten()
            .chain(&text.shared);
        text.digests = sections.map(|section| (section.span, section.digest())).collect();
        text
    }

    /// Whether every task reads all sections that belong to no task.
    pub fn is_shared_by_all(&self) -> bool {
        self.read.is_none()
    }

    /// The sections that belong to no task and that a task reads, in order.
    pub fn shared_of(&self, task: &Task) -> impl Iterator<Item = &Section> {
        let read = self
            .read
            .as_ref()
            .map(|read| read.get(&task.id).map_or(&[][..], Vec::as_slice));
        let own = read
            .unwrap_or_default()
            .iter()
            .filter_map(|at| self.shared.get(*at));
        let all = if read.is_none() {
            self.shared.as_slice()
        } else {
            &[]
        };
        all.iter().chain(own)
    }

    /// The sections beside its own that a task is made for: all that its prompt shows. Of a slice, those alone that bind all
    /// slices: what else is shown is there to find one's way.
    pub fn context_of(&self, task: &Task) -> Vec<&Section> {
        if let Some(binding) = &self.binding {
            return binding.iter().filter_map(|at| self.shared.get(*at)).collect();
        }
        let referenced = self.referenced.get(&task.id).into_iter().flatten();
        referenced.chain(self.shared_of(task)).collect()
    }

    /// Hashes of what the scenarios of a slice say: of those that agents see, by id, and of all of them by its name.
    pub fn scenarios_of(&self, task: &Task) -> BTreeMap<String, String> {
        self.scenarios.get(&task.id).cloned().unwrap_or_default()
    }

    /// The profile, and what binds and stands where it is for all slices.
    fn binding_sections(&self, package: &Package, graph: &TaskGraph) -> Option<BTreeSet<usize>> {
        graph.tasks.iter().find_map(|task| task.slice(package))?;
        let profile = package.profile().map(|(document, _)| document);
        let context = SectionIndex::new(package.context_sections().into_iter());
        let shared = SectionIndex::new(self.shared.iter().map(|section| section.span));
        let binding = package
            .statements
            .iter()
            .filter(|found| found.strength != Strength::May);
        let binding: BTreeSet<usize> = binding.filter_map(|found| shared.first(found.span)).collect();
        let all = self.shared.iter().enumerate();
        let for_all = all.filter(|(at, section)| {
            let is_context = context.first(section.span).is_some();
            profile == Some(section.document) || !is_context && binding.contains(at)
        });
        Some(for_all.map(|(at, _)| at).collect())
    }

    fn read_by_task(&self, package: &Package, graph: &TaskGraph) -> Option<BTreeMap<String, Vec<usize>>> {
        let readers = ContextReaders::of(package, graph);
        if readers.is_shared_by_all() {
            return None;
        }
        let mut read: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, section) in self.shared.iter().enumerate() {
            for task in readers
                .readers(section.span)
                .into_iter()
                .filter_map(|at| graph.tasks.get(at))
            {
                read.entry(task.id.clone()).or_default().push(at);
            }
        }
        Some(read)
    }

    /// The sections of other tasks that each task's text refers to, in order, each once.
    fn references(
        &self,
        package: &Package,
        graph: &TaskGraph,
        sources: &Sources,
    ) -> BTreeMap<String, Vec<Section>> {
        let homes = section_index(&graph.tasks);
        let shared = SectionIndex::new(self.shared.iter().map(|section| section.span));
        let mut seen: BTreeSet<(usize, Span)> = BTreeSet::new();
        let mut found: BTreeMap<String, Vec<Section>> = graph
            .tasks
            .iter()
            .map(|task| (task.id.clone(), Vec::new()))
            .collect();
        for reference in &package.references {
            let Some(to) = reference.to.filter(|to| shared.first(*to).is_none()) else {
                continue;
            };
            let Some((document, heading)) = heading_at(package, to) else {
                continue;
            };
            for at in homes.around(reference.span) {
                let task = graph.tasks.get(at).filter(|task| !task.owns(to));
                let sections = task.and_then(|task| found.get_mut(&task.id));
                if let Some(sections) = sections.filter(|_| seen.insert((at, to))) {
                    sections.push(whole_section(package, document, heading, sources));
                }
            }
        }
        found
    }

    /// The hashes of what the package's cases say, in its order, found out at the first call.
    pub(crate) fn case_digests(&self, package: &Package) -> &[String] {
        self.cases
            .get_or_init(|| package.cases.iter().map(case_digest).collect())
    }

    /// The same, with the ids that the package's statements had before.
    #[must_use]
    pub fn with_known(self, known: Vec<KnownStatement>) -> PackageText {
        PackageText {
            known,
            names: OnceLock::new(),
            ..self
        }
    }

    /// The ids and words of the package's statements, found out at the first call.
    pub fn statement_names(&self, package: &Package, sources: &Sources) -> &[StatementName] {
        self.names
            .get_or_init(|| name_statements_after(package, sources, &self.known))
    }

    /// The hash of a section of this package.
    pub fn digest(&self, section: &Section) -> String {
        self.digests
            .get(&section.span)
            .cloned()
            .unwrap_or_else(|| section.digest())
    }
}

/// The sections of a task's operations that do not stand in its main one.
fn elsewhere(package: &Package, task: &Task, sources: &Sources) -> Vec<Section> {
    let operations = task
        .operations
        .iter()
        .filter_map(|at| package.operations.get(*at));
    let apart = operations.filter(|operation| task.elsewhere.contains(&operation.section));
    apart
        .map(|operation| operation_section(package, operation, sources))
        .collect()
}

fn scenario_digests(
    package: &Package,
    graph: &TaskGraph,
    sources: &Sources,
) -> BTreeMap<String, BTreeMap<String, String>> {
    let slices = graph
        .tasks
        .iter()
        .filter_map(|task| Some((task, task.slice(package)?)));
    slices
        .map(|(task, slice)| (task.id.clone(), slice_files::digests(package, slice, sources)))
        .collect()
}

/// What a slice covers, each stretch by the heading that it begins with.
fn stretches(package: &Package, task: &Task, sources: &Sources) -> Vec<Section> {
    let sections = task.sections().filter_map(|span| {
        let document = package
            .documents
            .iter()
            .position(|home| home.spec.file == span.file)?;
        let home = package.documents.get(document)?;
        let heading = home.spec.heading_at(span.start)?;
        Some(Section {
            document,
            anchor: home.spec.anchor(heading).to_string(),
            title: home.spec.headings.get(heading)?.text.clone(),
            span,
            lines: lines(home, sources, span),
        })
    });
    sections.collect()
}

/// Gives sections of several documents that have one anchor names of their own, so that each counts in keys.
fn tell_apart(sections: &mut [Section], package: &Package) {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for section in sections {
        if !seen.insert(section.anchor.clone()) {
            let home = package.documents.get(section.document);
            let path = home.map_or("", |home| {
                home.path.strip_prefix(&package.root).unwrap_or(&home.path)
            });
            section.anchor = format!("{}#{}", path.trim_start_matches('/'), section.anchor);
            seen.insert(section.anchor.clone());
        }
    }
}

/// The document and the place of the heading with a span, in a spec document.
fn heading_at(package: &Package, span: Span) -> Option<(usize, usize)> {
    let mut homes = package.documents.iter().enumerate();
    let (document, home) = homes.find(|(_, home)| home.spec.file == span.file)?;
    let headings = &home.spec.headings;
    let at = headings
        .binary_search_by_key(&span, |heading| heading.span)
        .ok()?;
    (home.role == ghostc_spec::library::Role::Spec).then_some((document, at))
}

/// The hash of what a case says.
pub fn case_digest(case: &Case) -> String {
    let expect = match &case.expect {
        // The order of keys counts in what goes in alone.
        Expectation::Output(value) => format!("output {}", value.sorted()),
        Expectation::AnyOf(values) => format!("any of {}", Value::Array(values.clone()).sorted()),
        Expectation::Error => "error".to_string(),
        Expectation::ErrorWith(text) => format!("error {text}"),
        Expectation::Pattern => "pattern".to_string(),
        // What each step says is in the input.
        Expectation::Anything | Expectation::Steps(_) => "steps".to_string(),
    };
    // A case that is not exact has the digest that it had before there were such.
    let exact = if case.exact { "\0exact" } else { "" };
    let rules = case.rules.as_ref().map(|rules| format!("\0{}", rules.text));
    let text = format!(
        "{}\0{}\0{expect}\0{:?}\0{:?}{exact}{}",
        case.name,
        case.input_text,
        case.approx,
        case.matches,
        rules.unwrap_or_default()
    );
    hex(&blake3::hash(text.as_bytes()), 4)
}
