//! Slices and their scenarios: what a program must do, as steps with expectations.

use ghostc_syntax::script::Script;
use ghostc_syntax::script::text::CommandLine;
use ghostc_syntax::{FileId, Span};
use std::sync::Arc;

/// The scenarios of one file, which are made to pass together.
#[derive(Clone, Debug)]
pub struct Slice {
    /// The name of its file without the ending.
    pub name: String,
    /// Its file.
    pub file: FileId,
    /// The start of its file.
    pub span: Span,
    /// The sections that it makes, by anchor.
    pub covers: Vec<CoveredSection>,
    /// The places of the slices that come before it, and where that is said; nothing where it follows the file before.
    pub after: Vec<(usize, Option<Span>)>,
    /// The files that it includes, by path, in the order of inclusion.
    pub includes: Vec<String>,
    /// How its program is started, where it says so.
    pub program: Option<CommandLine>,
    /// Its scenarios in the order of the file; one with a table is as many as that has rows.
    pub scenarios: Vec<Scenario>,
}

impl Slice {
    /// How many scenarios there are, each row counted.
    pub fn counts(&self) -> ScenarioCounts {
        let count = |is: fn(&Scenario) -> bool| self.scenarios.iter().filter(|found| is(found)).count();
        ScenarioCounts {
            visible: count(|found| !found.held_out && !found.todo),
            held_out: count(|found| found.held_out && !found.todo),
            todo: count(|found| found.todo),
        }
    }
}

/// How many scenarios a slice has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScenarioCounts {
    /// Those that an agent sees.
    pub visible: usize,
    /// Those that it does not.
    pub held_out: usize,
    /// Those that wait to be written.
    pub todo: usize,
}

/// A section that a slice makes.
#[derive(Clone, Debug)]
pub struct CoveredSection {
    /// Its anchor, as written.
    pub anchor: String,
    /// Where that is written.
    pub span: Span,
    /// The index of its document.
    pub document: usize,
    /// The index of its heading in that document.
    pub heading: usize,
    /// All of it, with the sections below.
    pub section: Span,
}

/// One scenario, or one row of one.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Unique in its package: its slice, its name and that of its row.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What people call its row.
    pub row: Option<String>,
    /// Whether the agent must not see it.
    pub held_out: bool,
    /// Whether it waits to be written: it never passes.
    pub todo: bool,
    /// What it shows.
    pub proves: Vec<Proof>,
    /// What happens in it.
    pub script: Arc<Script>,
    /// Where it is written; of a row, the row.
    pub span: Span,
}

/// What a scenario, or a step of one, shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// What it shows.
    pub target: ProofTarget,
    /// Where that is said.
    pub span: Span,
    /// The step that says so.
    pub step: Option<usize>,
}

/// Something of a spec that can be shown, by its place in its package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProofTarget {
    /// A normative sentence: an index of the package's statements.
    Statement(usize),
    /// An index of the clauses of [`crate::clauses::clauses`].
    Clause(usize),
    /// An index of its obligations.
    Obligation(usize),
    /// An index of the requirements.
    Requirement(usize),
    /// A criterion: the index of its requirement, and its own in that.
    Criterion(usize, usize),
    /// A scenario in prose: an index of the facts.
    ProseScenario(usize),
}
