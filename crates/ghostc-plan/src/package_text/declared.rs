//! What tasks read that their author declared: their items, and the requirements and stories that they name.

use crate::plan::{Origin, Task, TaskGraph};
use ghostc_spec::content::{Section, lines};
use ghostc_spec::library::Package;
use ghostc_spec::section_index::SectionIndex;
use ghostc_syntax::{Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

/// The text of a declared task, of a requirement or of a scenario.
pub(super) fn own(package: &Package, task: &Task, sources: &Sources) -> Section {
    section(
        package,
        task.document,
        &task.id,
        &task.title,
        task.section,
        sources,
    )
}

fn section(
    package: &Package,
    document: usize,
    anchor: &str,
    title: &str,
    span: Span,
    sources: &Sources,
) -> Section {
    let home = package.documents.get(document);
    Section {
        document,
        anchor: anchor.to_string(),
        title: title.to_string(),
        span,
        lines: home.map_or_else(Vec::new, |home| lines(home, sources, span)),
    }
}

/// The requirements and stories that tasks name.
pub(super) struct Named {
    /// What each task names, by its place in the graph.
    of_task: Vec<Vec<ClaimedSection>>,
    /// Where the items of the author's list start, those of groups too.
    items: BTreeSet<Span>,
}

#[derive(Clone)]
struct ClaimedSection {
    id: String,
    title: String,
    document: usize,
    span: Span,
}

impl Named {
    /// Looks up what the declared tasks of a graph name.
    pub(super) fn new(package: &Package, graph: &TaskGraph) -> Named {
        let facts = &package.facts;
        let mut known: BTreeMap<&str, ClaimedSection> = BTreeMap::new();
        for story in &facts.stories {
            let place = ClaimedSection {
                id: story.id.clone(),
                title: story.title.clone(),
                document: story.document,
                span: story.section,
            };
            known.insert(&story.id, place);
        }
        for found in &facts.requirements {
            let place = ClaimedSection {
                id: found.id.clone(),
                title: found.title.clone(),
                document: found.document,
                span: found.section,
            };
            for criterion in &found.criteria {
                known.entry(&criterion.id).or_insert_with(|| place.clone());
            }
            known.insert(&found.id, place);
        }
        let of_task = graph.tasks.iter().map(|task| {
            let declared = task.declared(package);
            let stories = declared.into_iter().flat_map(|task| task.stories.iter().cloned());
            let names = task
                .requirements(package)
                .into_iter()
                .filter(|_| declared.is_some());
            let mut places: Vec<ClaimedSection> = names
                .chain(stories)
                .filter_map(|name| known.get(name.as_str()))
                .cloned()
                .collect();
            places.sort_by_key(|place| place.span);
            places.dedup_by_key(|place| place.span);
            places
        });
        let of_facts = |task: &Task| {
            !matches!(
                task.origin,
                Origin::Package | Origin::Section(_) | Origin::Slice(_)
            )
        };
        let tasks = graph.tasks.iter().filter(|task| of_facts(task));
        let mut items: BTreeSet<Span> = tasks.map(|task| task.section).collect();
        if graph.tasks.iter().any(|task| task.declared(package).is_some()) {
            items.extend(facts.tasks.iter().map(|task| task.section));
        }
        Named {
            of_task: of_task.collect(),
            items,
        }
    }

    /// Takes what tasks name out of what all share, and cuts each shared section where the first task in it starts.
    pub(super) fn remove_claimed_sections(
        &self,
        shared: &mut Vec<Section>,
        package: &Package,
        sources: &Sources,
    ) {
        if self.items.is_empty() {
            return;
        }
        let named = SectionIndex::new(self.of_task.iter().flatten().map(|place| place.span));
        shared.retain_mut(|section| {
            let first = Span {
                end: section.span.start.saturating_add(1),
                ..section.span
            };
            if named.first(first).is_some() {
                return false;
            }
            let after = self.items.range(first..).next();
            if let Some(item) = after.filter(|item| section.span.contains(**item)) {
                let span = Span {
                    end: item.start,
                    ..section.span
                };
                *section = self::section(
                    package,
                    section.document,
                    &section.anchor,
                    &section.title,
                    span,
                    sources,
                );
            }
            true
        });
    }

    /// Adds the text of what tasks name to what they refer to.
    pub(super) fn add(
        &self,
        referenced: &mut BTreeMap<String, Vec<Section>>,
        package: &Package,
        graph: &TaskGraph,
        sources: &Sources,
    ) {
        for (task, places) in graph.tasks.iter().zip(&self.of_task) {
            let sections = referenced.entry(task.id.clone()).or_default();
            let known: BTreeSet<Span> = sections.iter().map(|section| section.span).collect();
            let new = places.iter().filter(|place| !known.contains(&place.span));
            sections.extend(new.map(|place| {
                section(
                    package,
                    place.document,
                    &place.id,
                    &place.title,
                    place.span,
                    sources,
                )
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::package_text::PackageText;
    use crate::plan;
    use ghostc_spec::Settings;
    use ghostc_spec::discover::discover_in;
    use ghostc_spec::resolve::{Input, resolve};
    use ghostc_syntax::{Source, Sources};

    /// The texts for the tasks of a Kiro spec, with their sources.
    fn texts(requirements: &str, list: &str) -> (PackageText, Sources) {
        let mut sources = Sources::default();
        sources.add(Source::new(".kiro/specs/x/requirements.md", requirements));
        sources.add(Source::new(".kiro/specs/x/tasks.md", list));
        let settings = Settings::default();
        let checked = resolve(Input::new(&sources, &settings), &discover_in(&sources), 1);
        let Ok((library, _)) = checked.strict() else {
            panic!("the spec has errors")
        };
        let graphs = plan(&library, &sources, &settings, &|_| true).value;
        let text = PackageText::new(&library.packages[0], &graphs[0], &sources);
        (text, sources)
    }

    #[test]
    fn a_declared_task_reads_its_item_and_what_it_names_and_shares_the_rest() {
        let (text, sources) = texts(
            "# R\n\nAll of it.\n\n### Requirement 1: Run\n\n1. THE app SHALL run\n\n### Requirement 2: Stop\n\n1. THE app SHALL stop\n",
            "# Plan\n\nHow.\n\n- [ ] 1. A\n  - [ ] 1.1 B\n    - a note\n    - _Requirements: 1.1_\n",
        );
        let read = |sections: &[ghostc_spec::content::Section]| -> Vec<String> {
            sections
                .iter()
                .map(|section| section.source(&sources).to_string())
                .collect()
        };
        assert_eq!(
            read(&text.own["1.1"]),
            ["- [ ] 1.1 B\n    - a note\n    - _Requirements: 1.1_"]
        );
        assert_eq!(
            read(&text.referenced["1.1"]),
            ["### Requirement 1: Run\n\n1. THE app SHALL run"]
        );
        let shared = [
            "# R\n\nAll of it.",
            "### Requirement 2: Stop\n\n1. THE app SHALL stop",
            "# Plan\n\nHow.",
        ];
        assert_eq!(read(&text.shared), shared);
    }

    #[test]
    fn how_far_a_task_is_changes_nothing_that_it_reads() {
        let digests = |list: &str| {
            let (text, _) = texts("# R\n\n### Requirement 1\n\n1. THE app SHALL run\n", list);
            let sections = text.own.values().flatten().chain(&text.shared);
            sections
                .map(ghostc_spec::content::Section::digest)
                .collect::<Vec<_>>()
        };
        let list = "# Plan\n\n- [ ] 1. A, which MUST hold\n  - [ ]* 1.1 B\n- [ ] 2. C\n";
        let ticked = list
            .replace("[ ] 1.", "[x] 1.")
            .replace("[ ]*", "[x]*")
            .replace("[ ] 2", "[-] 2");
        assert_eq!(digests(list), digests(&ticked));
        assert_eq!(ghostc_spec::content::with_open_boxes(&ticked), list);
        assert!(digests(list) != digests(&list.replace("B", "D")));
    }
}
