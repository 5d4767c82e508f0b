//! Requirements, scenarios and tasks, as `ghostc inspect --format json` prints them.

use ghostc_spec::facts::{DeclaredTask, Facts, Mention, Requirement, TaskRole};
use ghostc_spec::id_range::IdRange;
use ghostc_syntax::{Sources, Span};
use schemars::JsonSchema;
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

#[derive(Serialize, JsonSchema)]
pub(super) struct RequirementJson {
    id: String,
    title: String,
    line: usize,
    /// The strongest of its keywords; null where it has none.
    strength: Option<String>,
    /// `added`, `modified` or `removed` in a change; else null.
    delta: Option<String>,
    criteria: Vec<CriterionJson>,
}

#[derive(Serialize, JsonSchema)]
struct CriterionJson {
    id: String,
    line: usize,
    /// The strongest of its keywords; null where it has none.
    strength: Option<String>,
    /// Its EARS pattern: `ubiquitous`, `event`, `unwanted`, `state`, `optional` or `complex`.
    ears: Option<String>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct ScenarioJson {
    id: String,
    title: String,
    line: usize,
    /// The requirement or story that it belongs to.
    of: Option<String>,
    steps: Vec<StepJson>,
}

#[derive(Serialize, JsonSchema)]
struct StepJson {
    /// `given`, `when`, `then` or `and`.
    kind: String,
    line: usize,
    text: String,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct TaskJson {
    id: String,
    title: String,
    line: usize,
    /// `open`, `done`, `skipped` or `in_progress`.
    state: String,
    /// `work`, `checkpoint`, `group`, or `point`: a box without an id among tasks with ids.
    role: String,
    optional: bool,
    parallel: bool,
    /// The task that it is a part of.
    parent: Option<String>,
    stories: Vec<String>,
    #[schemars(with = "Vec<String>")]
    requirements: Ids,
    /// Requirements that its text mentions, where its dialect has no place for links.
    mentions: Vec<String>,
    /// The tasks that the text says it depends on.
    #[schemars(with = "Vec<String>")]
    depends_on: Ids,
    files: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct StoryJson {
    id: String,
    title: String,
    priority: Option<String>,
    line: usize,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct PropertyJson {
    id: String,
    title: String,
    line: usize,
    #[schemars(with = "Vec<String>")]
    validates: Ids,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct TermJson {
    name: String,
    line: usize,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct QuestionJson {
    text: String,
    line: usize,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct RenameJson {
    from: String,
    to: String,
    line: usize,
}

/// Ids that are written out one by one only as they are printed.
struct Ids(Vec<IdRange>);

impl Serialize for Ids {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for range in &self.0 {
            range.each(|id| list.serialize_element(id))?;
        }
        list.end()
    }
}

/// The facts of one document.
pub(super) struct InFile<'a> {
    pub(super) facts: &'a Facts,
    pub(super) document: usize,
    pub(super) sources: &'a Sources,
}

impl InFile<'_> {
    fn line(&self, span: Span) -> usize {
        self.sources.line(span)
    }

    pub(super) fn requirements(&self) -> Vec<RequirementJson> {
        let own = self
            .facts
            .requirements
            .iter()
            .filter(|found| found.document == self.document);
        own.map(|found| self.requirement(found)).collect()
    }

    fn requirement(&self, found: &Requirement) -> RequirementJson {
        let criteria = found.criteria.iter().map(|criterion| CriterionJson {
            id: criterion.id.clone(),
            line: self.line(criterion.span),
            strength: criterion.strength.map(|strength| strength.as_str().to_string()),
            ears: criterion.ears.map(|ears| ears.as_str().to_string()),
        });
        RequirementJson {
            id: found.id.clone(),
            title: found.title.clone(),
            line: self.line(found.span),
            strength: found.strength.map(|strength| strength.as_str().to_string()),
            delta: found.delta.map(|delta| delta.as_str().to_string()),
            criteria: criteria.collect(),
        }
    }

    pub(super) fn scenarios(&self) -> Vec<ScenarioJson> {
        let own = self
            .facts
            .scenarios
            .iter()
            .filter(|found| found.document == self.document);
        let json = own.map(|found| {
            let steps = found.steps.iter().map(|step| StepJson {
                kind: step.kind.as_str().to_string(),
                line: self.line(step.span),
                text: ghostc_syntax::collapse_whitespace(self.sources.slice(step.span)),
            });
            ScenarioJson {
                id: found.id(self.facts),
                title: found.title.clone(),
                line: self.line(found.span),
                of: found.owner_id(self.facts).map(str::to_string),
                steps: steps.collect(),
            }
        });
        json.collect()
    }

    pub(super) fn tasks(&self) -> Vec<TaskJson> {
        let own = self
            .facts
            .tasks
            .iter()
            .filter(|found| found.document == self.document);
        own.map(|found| self.task(found)).collect()
    }

    fn task(&self, found: &DeclaredTask) -> TaskJson {
        let role = match found.role {
            TaskRole::Work => "work",
            TaskRole::Checkpoint => "checkpoint",
            TaskRole::Group => "group",
            TaskRole::Point => "point",
        };
        TaskJson {
            id: found.id.clone(),
            title: found.title.clone(),
            line: self.line(found.span),
            state: found.state.as_str().to_string(),
            role: role.to_string(),
            optional: found.optional,
            parallel: found.parallel,
            parent: found
                .parent
                .and_then(|at| self.facts.tasks.get(at))
                .map(|parent| parent.id.clone()),
            stories: found.stories.clone(),
            requirements: Ids(found.requirements.clone()),
            mentions: names(&found.mentions),
            depends_on: Ids(found.depends_on.clone()),
            files: names(&found.files),
        }
    }

    pub(super) fn stories(&self) -> Vec<StoryJson> {
        let own = self
            .facts
            .stories
            .iter()
            .filter(|found| found.document == self.document);
        let json = own.map(|found| StoryJson {
            id: found.id.clone(),
            title: found.title.clone(),
            priority: found.priority.clone(),
            line: self.line(found.span),
        });
        json.collect()
    }

    pub(super) fn properties(&self) -> Vec<PropertyJson> {
        let own = self
            .facts
            .properties
            .iter()
            .filter(|found| found.document == self.document);
        let json = own.map(|found| PropertyJson {
            id: found.id.clone(),
            title: found.title.clone(),
            line: self.line(found.span),
            validates: Ids(found.validates.clone()),
        });
        json.collect()
    }

    pub(super) fn terms(&self) -> Vec<TermJson> {
        let own = self
            .facts
            .terms
            .iter()
            .filter(|found| found.document == self.document);
        own.map(|found| TermJson {
            name: found.name.clone(),
            line: self.line(found.span),
        })
        .collect()
    }

    pub(super) fn questions(&self) -> Vec<QuestionJson> {
        let own = self
            .facts
            .questions
            .iter()
            .filter(|found| found.document == self.document);
        own.map(|found| QuestionJson {
            text: found.text.clone(),
            line: self.line(found.span),
        })
        .collect()
    }

    pub(super) fn renames(&self) -> Vec<RenameJson> {
        let own = self
            .facts
            .renames
            .iter()
            .filter(|found| found.document == self.document);
        let json = own.map(|found| RenameJson {
            from: found.from.clone(),
            to: found.to.clone(),
            line: self.line(found.from_span),
        });
        json.collect()
    }
}

fn names(mentions: &[Mention]) -> Vec<String> {
    mentions.iter().map(|mention| mention.name.clone()).collect()
}
