//! What authors declare besides operations and cases: requirements with criteria, scenarios, stories, tasks, deltas.
//! Each dialect fills these; nothing that reads them knows which did.

mod groups;
mod rule;

use crate::id_range::IdRange;
use ghostc_syntax::{OptionalIndex, Span, Strength};
pub use groups::{ancestors, below, with_ancestors};
pub use rule::{Reason, Rule};

/// All declared facts of a package, each in document order.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Named groups of statements.
    pub requirements: Vec<Requirement>,
    /// Sequences of steps that must come out as said.
    pub scenarios: Vec<ProseScenario>,
    /// What users want, with priorities.
    pub stories: Vec<Story>,
    /// Work that the author listed.
    pub tasks: Vec<DeclaredTask>,
    /// Groups of tasks that may run together, in order.
    pub waves: Vec<Wave>,
    /// Universal claims of a design, and the criteria that they validate.
    pub properties: Vec<Property>,
    /// Terms that a glossary defines.
    pub terms: Vec<Term>,
    /// What the author has left open.
    pub questions: Vec<Question>,
    /// New names that a change gives to requirements.
    pub renames: Vec<Rename>,
    /// Old names that a change gives no new ones, and new names of nothing.
    pub unpaired_renames: Vec<(Half, Mention)>,
    /// Ids of requirements in running text, where they are not defined.
    pub id_uses: Vec<Mention>,
    /// Requirements that a list of tasks speaks of beside what its tasks are said to be for, as of those that are done.
    pub asides: Vec<IdRange>,
    /// Words in documents about changes that may be the names of changes.
    pub change_names: Vec<Mention>,
    /// Files that plain text names as a part of the package and that are not there.
    pub missing_files: Vec<Mention>,
    /// Whether a change is said to touch no requirement: OpenSpec's `skip_specs`.
    pub skips_specs: bool,
}

/// A named group of statements: `FR-001`, `### Requirement: …`, Kiro's `Requirement 1`.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// As the author wrote it: unique in its package, or a finding.
    pub id: String,
    /// What people call it; empty where it has no name but its id.
    pub title: String,
    /// The index of its document.
    pub document: usize,
    /// Where its id is written.
    pub span: Span,
    /// All of it, with its criteria and scenarios.
    pub section: Span,
    /// How binding it is; nothing where it holds no keyword.
    pub strength: Option<Strength>,
    /// What a change does to it; nothing where it is not in a change.
    pub delta: Option<Delta>,
    /// Its numbered clauses.
    pub criteria: Vec<Criterion>,
}

/// Which name of a pair it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// The old one.
    From,
    /// The new one.
    To,
}

/// What a change does to a requirement of its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Delta {
    /// It is new.
    Added,
    /// Its whole text is replaced.
    Modified,
    /// It goes away.
    Removed,
}

impl Delta {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Delta::Added => "added",
            Delta::Modified => "modified",
            Delta::Removed => "removed",
        }
    }
}

/// A requirement's new name.
#[derive(Clone, Debug)]
pub struct Rename {
    /// The old name.
    pub from: String,
    /// Where the old name is written.
    pub from_span: Span,
    /// The new name.
    pub to: String,
    /// Where the new name is written.
    pub to_span: Span,
    /// The index of its document.
    pub document: usize,
}

/// One numbered clause of a requirement.
#[derive(Clone, Debug)]
pub struct Criterion {
    /// The requirement's id and its own number: `1.2`.
    pub id: String,
    /// Its text.
    pub span: Span,
    /// How binding it is; nothing where it holds no keyword.
    pub strength: Option<Strength>,
    /// Its pattern (EARS); nothing where it has none.
    pub ears: Option<Ears>,
    /// What must act, as in `THE Order_Service SHALL`.
    pub subject: Option<Span>,
}

/// The patterns of the Easy Approach to Requirements Syntax (Mavin et al., RE 2009).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ears {
    /// `THE x SHALL`.
    Ubiquitous,
    /// `WHEN … THE x SHALL`.
    Event,
    /// `IF … THEN THE x SHALL`.
    Unwanted,
    /// `WHILE … THE x SHALL`.
    State,
    /// `WHERE … THE x SHALL`.
    Optional,
    /// More than one of them.
    Complex,
}

impl Ears {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Ears::Ubiquitous => "ubiquitous",
            Ears::Event => "event",
            Ears::Unwanted => "unwanted",
            Ears::State => "state",
            Ears::Optional => "optional",
            Ears::Complex => "complex",
        }
    }
}

/// A sequence of steps that must come out as said.
#[derive(Clone, Debug)]
pub struct ProseScenario {
    /// What people call it; empty where it only has a number.
    pub title: String,
    /// Its number in its list, or its place among those of its requirement.
    pub number: u32,
    /// The index of its document.
    pub document: usize,
    /// Its heading, or its list item.
    pub span: Span,
    /// All of it.
    pub section: Span,
    /// The index of the requirement that it belongs to.
    pub requirement: OptionalIndex,
    /// The index of the story that it belongs to.
    pub story: OptionalIndex,
    /// Its steps, in order.
    pub steps: Box<[Step]>,
}

impl ProseScenario {
    /// Its requirement's or story's id, and its own title, or `AC` and its number.
    pub fn id(&self, facts: &Facts) -> String {
        let own = if self.title.is_empty() {
            format!("AC{}", self.number)
        } else {
            self.title.clone()
        };
        match self.owner_id(facts).filter(|home| !home.is_empty()) {
            Some(home) => format!("{home}/{own}"),
            None => own,
        }
    }

    /// The id of the requirement or story that it belongs to.
    pub fn owner_id<'f>(&self, facts: &'f Facts) -> Option<&'f str> {
        let requirement = self.requirement.get().and_then(|at| facts.requirements.get(at));
        let story = self.story.get().and_then(|at| facts.stories.get(at));
        let requirement = requirement.map(|found| found.id.as_str());
        requirement.or(story.map(|found| found.id.as_str()))
    }
}

/// One step of a scenario.
#[derive(Clone, Debug)]
pub struct Step {
    /// Which part of the scenario it is.
    pub kind: StepKind,
    /// Its keyword and its words.
    pub span: Span,
}

/// The parts of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// What holds before.
    Given,
    /// What happens.
    When,
    /// What must follow.
    Then,
    /// More of the step before it: `AND`, `BUT`.
    And,
}

impl StepKind {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            StepKind::Given => "given",
            StepKind::When => "when",
            StepKind::Then => "then",
            StepKind::And => "and",
        }
    }
}

/// What users want.
#[derive(Clone, Debug)]
pub struct Story {
    /// `US1`, or the id of the requirement that it stands in.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The priority as written: `P1`.
    pub priority: Option<String>,
    /// The index of its document.
    pub document: usize,
    /// Its heading or paragraph.
    pub span: Span,
    /// All of it.
    pub section: Span,
}

/// How far an item of a task list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskState {
    /// `[ ]`.
    Open,
    /// `[x]` or `[X]`.
    Done,
    /// `[~]`.
    Skipped,
    /// `[-]`.
    InProgress,
}

impl TaskState {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            TaskState::Open => "open",
            TaskState::Done => "done",
            TaskState::Skipped => "skipped",
            TaskState::InProgress => "in_progress",
        }
    }
}

/// What an item of a task list is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskRole {
    /// Something to do.
    Work,
    /// A stop at which what was done is looked at.
    Checkpoint,
    /// A name for the items below it; no work of its own.
    Group,
    /// A box without an id in a list whose tasks have ids: a part of the text around it.
    Point,
}

/// A name that a text mentions: of a requirement, a task or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The name.
    pub name: String,
    /// Where it is written.
    pub span: Span,
}

/// One item of a task list.
#[derive(Clone, Debug)]
pub struct DeclaredTask {
    /// As the author wrote it, else made of its group and its words.
    pub id: String,
    /// Whether the author wrote the id.
    pub has_own_id: bool,
    /// Its words without box, id and labels.
    pub title: String,
    /// The index of its document.
    pub document: usize,
    /// Its own text: the first block of its item, or its heading.
    pub span: Span,
    /// All of it, with its notes and the items nested in it.
    pub section: Span,
    /// The index of the heading that it stands below.
    pub heading: Option<usize>,
    /// How far it is.
    pub state: TaskState,
    /// What it is for.
    pub role: TaskRole,
    /// Whether it may be left out.
    pub optional: bool,
    /// Whether it may run beside its neighbours.
    pub parallel: bool,
    /// The stories that it is for: `US1`.
    pub stories: Vec<String>,
    /// The index of the task that it is a part of.
    pub parent: Option<usize>,
    /// The requirements and criteria that it names, those of its nearest ancestor or section where it names none.
    pub requirements: Vec<IdRange>,
    /// Requirements that its running text mentions, where its dialect has no place for links.
    pub mentions: Vec<Mention>,
    /// What it gives as a requirement and is no id.
    pub unknown_requirements: Vec<Mention>,
    /// Properties that it is to show.
    pub properties: Vec<Mention>,
    /// The files that it names.
    pub files: Vec<Mention>,
    /// Tasks that it says it depends on, as written.
    pub depends_on: Vec<IdRange>,
    /// What else must be done before it, by index, as the order of its list says.
    pub edges: Vec<DeclaredEdge>,
}

/// What the order of a list of tasks says of two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeclaredEdge {
    /// The index of the task that comes first.
    pub to: usize,
    /// Why.
    pub rule: crate::facts::Rule,
    /// The words or the place that say so.
    pub span: Span,
}

/// Tasks that may run together once those of the waves before are done.
#[derive(Clone, Debug)]
pub struct Wave {
    /// What people call it: its own number, else its place from 0.
    pub name: String,
    /// The index of its document.
    pub document: usize,
    /// Where it is written.
    pub span: Span,
    /// The ids that it holds, as written.
    pub tasks: Vec<Mention>,
    /// The waves that it comes after, by name; nothing means the one before it.
    pub after: Vec<String>,
}

/// A universal claim of a design.
#[derive(Clone, Debug)]
pub struct Property {
    /// `1` of `### Property 1: …`.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The index of its document.
    pub document: usize,
    /// Its heading.
    pub span: Span,
    /// The criteria that it validates.
    pub validates: Vec<IdRange>,
}

/// A term that a glossary defines.
#[derive(Clone, Debug)]
pub struct Term {
    /// As written.
    pub name: String,
    /// The index of its document.
    pub document: usize,
    /// Where it is defined.
    pub span: Span,
}

/// Something that the author has left open.
#[derive(Clone, Debug)]
pub struct Question {
    /// What is asked.
    pub text: String,
    /// The index of its document.
    pub document: usize,
    /// The marker with its text.
    pub span: Span,
}
