//! Why one task depends on another.

/// How sure a dependency is, the surest first. Only inferred ones may be dropped to break a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The text says `Depends on`.
    Explicit,
    /// The author grouped the work: waves, phases.
    Declared,
    /// It stands later in the document.
    Structural,
    /// The text names the other task's subject or refers to its section.
    Inferred,
}

impl Reason {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Explicit => "explicit",
            Reason::Declared => "declared",
            Reason::Structural => "structural",
            Reason::Inferred => "inferred",
        }
    }
}

/// What a dependency was read from, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// `depends on T012`, `_Depends: 1.2_`, a sentence that starts with `Depends on`.
    Depends,
    /// Waves or arrows that the author drew.
    Wave,
    /// What the author says of phases.
    Phase,
    /// The order of phases in Spec Kit's template.
    PhaseDefault,
    /// The order of the list.
    Order,
    /// A run of parallel tasks that is waited for as a whole.
    ParallelRun,
    /// Two parallel tasks name one file.
    SameFile,
    /// A reference to the other's section.
    Section,
    /// The text names the other's operation.
    Names,
    /// The text uses a term that the other's section defines.
    Term,
    /// The task checks what the other makes.
    Verifies,
}

impl Rule {
    /// How sure it is.
    pub fn reason(self) -> Reason {
        match self {
            Rule::Depends => Reason::Explicit,
            Rule::Wave | Rule::Phase => Reason::Declared,
            Rule::PhaseDefault | Rule::Order | Rule::ParallelRun => Reason::Structural,
            Rule::SameFile | Rule::Section | Rule::Names | Rule::Term | Rule::Verifies => Reason::Inferred,
        }
    }

    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Rule::Depends => "depends",
            Rule::Wave => "wave",
            Rule::Phase => "phase",
            Rule::PhaseDefault => "phase-default",
            Rule::Order => "order",
            Rule::ParallelRun => "parallel-run",
            Rule::SameFile => "same-file",
            Rule::Section => "section",
            Rule::Names => "names",
            Rule::Term => "term",
            Rule::Verifies => "verifies",
        }
    }

    /// Whether words say so, and not the place alone.
    pub fn has_words(self) -> bool {
        !matches!(
            self,
            Rule::Order | Rule::ParallelRun | Rule::PhaseDefault | Rule::Verifies
        )
    }
}
