//! What a function tells while it works: what a person would want to know before the result is there.

use crate::judged_unit::JudgedUnit;
use ghostc_judge::Verdict;
use ghostc_run::{AgentCommand, Job};
use ghostc_syntax::{Diagnostic, Sources};

/// Who is told. What is told twice is told in the order in which it happened.
pub type Listener<'l> = dyn FnMut(Event<'_>) + 'l;

/// Something that happened.
pub enum Event<'e> {
    /// Findings that stop nothing.
    Findings {
        /// The findings, by file and place; none of them need be one that people want to see.
        diagnostics: &'e [Diagnostic],
        /// The texts that their spans mean.
        sources: &'e Sources,
    },
    /// A build goes on.
    Build(BuildEvent<'e>),
    /// The accepted code of a package was judged for a target.
    Judged(&'e JudgedUnit),
    /// Code that waited was accepted or thrown away.
    Accept(AcceptEvent<'e>),
    /// A search for the commit that broke something goes on.
    Bisect(BisectEvent<'e>),
}

/// A step of a build.
pub enum BuildEvent<'e> {
    /// Another build has the project, and is waited for.
    Waiting,
    /// A package of which something has to be done.
    Package {
        /// Its name.
        name: &'e str,
        /// How many operations it has.
        operations: usize,
        /// How many statements.
        statements: usize,
        /// How many cases.
        cases: usize,
        /// How many of these no agent sees.
        held_out: usize,
    },
    /// A package and target whose programs are not here: its name and why it is not judged.
    NotJudged(&'e str),
    /// Agents are about to be asked.
    Planned {
        /// How many tasks are built.
        tasks: usize,
        /// How many tokens their prompts have.
        tokens: u64,
        /// Who builds them.
        agent: &'e AgentCommand,
    },
    /// What of the limits on programs is not enforced by the system, as a sentence.
    Unenforced(&'e str),
    /// The jobs that the next [`BuildEvent::Job`]s are about; none where nothing is asked of an agent.
    Jobs(&'e [Job]),
    /// A job goes on.
    Job(&'e ghostc_run::Event),
    /// Code passed and waits for `accept`, since it replaces other code.
    Waits {
        /// The task.
        task: &'e str,
        /// The target.
        target: &'e str,
    },
    /// Code passed that is for a spec that is another one now: it is kept, and not accepted.
    Outdated {
        /// The task.
        task: &'e str,
        /// The target.
        target: &'e str,
    },
    /// An id that is kept although its statement is little like what had it, as a sentence.
    DoubtfulId(&'e str),
    /// All accepted code of a package for a target passed, and is written.
    Settled {
        /// Its folder, as shown.
        folder: &'e str,
        /// How many files of tasks it holds.
        files: usize,
        /// What it does with all cases.
        verdict: &'e Verdict,
        /// Whether anything new is in it.
        is_new: bool,
    },
    /// All accepted code of a package for a target does not pass together, so that nothing is written.
    Failing {
        /// The package and the target, as shown.
        unit: &'e str,
        /// What it does with all cases.
        verdict: &'e Verdict,
        /// The tasks whose code fails.
        tasks: &'e [String],
        /// The target.
        target: &'e str,
    },
    /// All accepted code of a package for a target does not build.
    Broken {
        /// The package and the target, as shown.
        unit: &'e str,
        /// What building it said.
        why: &'e str,
    },
    /// The lock is as it has to be.
    Lock {
        /// How many tasks it holds.
        tasks: usize,
        /// Whether it was written.
        written: bool,
    },
}

/// A step of accepting.
pub enum AcceptEvent<'e> {
    /// What waited for a task is thrown away.
    Rejected {
        /// The task.
        task: &'e str,
        /// The target.
        target: &'e str,
    },
    /// An id that is kept although its statement is little like what had it, as a sentence.
    DoubtfulId(&'e str),
    /// What waited is golden.
    Accepted {
        /// Its folder, as shown.
        folder: &'e str,
        /// How many tasks it was written for.
        tasks: usize,
        /// Files that were edited by hand and are kept.
        edited: usize,
        /// Files of ghostc's own that were put back.
        restored: usize,
        /// What the code does with all cases.
        verdict: &'e Verdict,
    },
}

/// A step of a search.
pub enum BisectEvent<'e> {
    /// A target whose programs are not here: its name and why it is not judged.
    NotJudged(&'e str),
    /// A commit was judged.
    Commit {
        /// Its id.
        id: &'e str,
        /// What it is: `works`, `fails`, or why that cannot be told.
        state: &'e str,
    },
}

/// Nobody listens.
pub fn nobody() -> impl FnMut(Event<'_>) {
    |_| {}
}
