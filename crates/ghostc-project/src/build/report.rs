//! What a build comes to.

use crate::failure::FailureKind;
use crate::jobs::UnitWork;
use crate::stamp::{Answer, Stamp};
use ghostc_judge::Verdict;
use ghostc_run::{JobResult, Spending};

/// What a build comes to.
pub struct BuildReport {
    /// How it ended.
    pub end: BuildEnd,
    /// What is known of every package and target, in order; nothing where the answer was remembered.
    pub units: Vec<UnitReport>,
    /// How the jobs ended, in their order.
    pub results: Vec<JobResult>,
    /// What agents used, in turns that failed or were stopped too.
    pub spent: Spending,
    /// The tasks that were left out, as `package/task`: each reads a reference that leads nowhere, or needs one that does.
    pub stopped: Vec<String>,
    /// What it fails with; nothing where all is well.
    pub kind: Option<FailureKind>,
}

/// How a build ended.
pub enum BuildEnd {
    /// Nothing was to do, and nothing that it depends on changed since that was answered.
    Remembered(Answer),
    /// Nothing is to do. With a stamp, the answer may be remembered: see [`super::remember_answer`].
    NothingToDo(Option<Stamp>),
    /// What would be built; nothing was done.
    DryRun(Vec<PlannedJob>),
    /// What a locked build found: nothing where all is up to date.
    Locked(Vec<StaleItem>),
    /// Something was done.
    Built,
    /// Nothing could be judged, since no target has its programs here.
    NothingJudged,
}

/// What a dry run says of a package and target.
#[derive(Clone, Debug)]
pub struct PlannedJob {
    /// The jobs that would be done, by their names, and the tokens of their prompts.
    pub jobs: Vec<(String, u64)>,
    /// The tasks that are stale, each with a reason.
    pub reasons: Vec<(String, String)>,
}

/// Something that a locked build refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StaleItem {
    /// A task that has to be built, as `task · target: why`.
    Task(String),
    /// A task that was built and waits, as `task · target: why`.
    Waits(String),
    /// A file that is not as it was accepted, as a sentence.
    Drift(String),
    /// Code whose verdict is out of date, as `package · target: why`.
    Verdict(String),
}

/// What is known of a package for a target at the end of a build.
#[derive(Clone, Debug)]
pub struct UnitReport {
    /// The package.
    pub package: String,
    /// The target.
    pub target: String,
    /// How many tasks it has.
    pub tasks: usize,
    /// The tasks that were built and wait.
    pub pending: Vec<String>,
    /// What it comes to.
    pub word: UnitWord,
    /// Whether this build looked at it, and not the lock alone.
    pub is_settled: bool,
    /// What the accepted code does with all cases, where it was judged.
    pub verdict: Option<Verdict>,
    /// What the last attempts at tasks that failed were found to do.
    pub tried: Verdict,
    /// How many visible and held-out cases passed when it was accepted.
    pub locked: Option<(usize, usize)>,
    /// Files that were changed by hand and would be lost, as sentences.
    pub drift: Vec<String>,
    /// Why there is no verdict.
    pub reason: Option<String>,
    /// The tasks that were built, and how that ended.
    pub jobs: Vec<(String, JobResult)>,
}

/// What a package for a target comes to, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitWord {
    /// All accepted code is up to date and passes.
    Pass,
    /// Something fails.
    Fail,
    /// Code waits to be accepted.
    Pending,
    /// Code is older than the spec.
    Stale,
    /// There is no accepted code.
    NotBuilt,
    /// The machine lacks the programs that it takes.
    NotJudged,
}

impl UnitWord {
    /// The word of every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            UnitWord::Pass => "pass",
            UnitWord::Fail => "fail",
            UnitWord::Pending => "pending",
            UnitWord::Stale => "stale",
            UnitWord::NotBuilt => "not-built",
            UnitWord::NotJudged => "not-judged",
        }
    }
}

impl UnitReport {
    /// A unit of which nothing is known yet.
    pub(super) fn of(work: &UnitWork<'_>, word: UnitWord) -> UnitReport {
        let locked = work.unit.locked();
        UnitReport {
            package: work.unit.package.name.clone(),
            target: work.unit.target.name.clone(),
            tasks: work.unit.graph.tasks.len(),
            pending: work.pending.keys().cloned().collect(),
            word,
            is_settled: true,
            verdict: None,
            tried: Verdict::default(),
            locked: locked.map(|locked| (locked.passed, locked.held_out)),
            drift: Vec::new(),
            reason: None,
            jobs: Vec::new(),
        }
    }

    /// A unit that this build did not look at: what the lock says of it.
    pub(super) fn idle(work: &UnitWork<'_>) -> UnitReport {
        let locked = work.unit.locked();
        let word = match (work.stale.is_empty(), work.pending.is_empty(), locked) {
            (false, ..) => UnitWord::Stale,
            (true, false, _) => UnitWord::Pending,
            (true, true, Some(_)) => UnitWord::Pass,
            (true, true, None) => UnitWord::NotBuilt,
        };
        UnitReport {
            is_settled: false,
            ..UnitReport::of(work, word)
        }
    }
}
