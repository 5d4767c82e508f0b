//! What was found out about accepted code.

use crate::failure::FailureKind;
use crate::golden::Drift;
use ghostc_judge::Verdict;

/// What was found out about the accepted code of a package for a target.
#[derive(Clone, Debug)]
pub struct JudgedUnit {
    /// The package.
    pub package: String,
    /// The target.
    pub target: String,
    /// What it did with the cases, where it could be run.
    pub verdict: Option<Verdict>,
    /// What that comes to.
    pub word: VerdictWord,
    /// Why there is no verdict, or what the verdict leaves out.
    pub reason: Option<String>,
    /// Files that are not as they were accepted.
    pub drift: Vec<Drift>,
}

/// A verdict in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerdictWord {
    /// Every case passed, and every file is as it was accepted.
    Pass,
    /// Something does not.
    Fail,
    /// There is no accepted code.
    NotBuilt,
    /// The machine lacks the programs that it takes.
    NotJudged,
}

impl VerdictWord {
    /// The word of every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            VerdictWord::Pass => "pass",
            VerdictWord::Fail => "fail",
            VerdictWord::NotBuilt => "not-built",
            VerdictWord::NotJudged => "not-judged",
        }
    }
}

impl JudgedUnit {
    /// `package · target`, as people read it.
    pub fn name(&self) -> String {
        format!("{} · {}", self.package, self.target)
    }

    /// What it comes to for a command; nothing where it fails nothing.
    pub fn kind(&self) -> Option<FailureKind> {
        match self.word {
            VerdictWord::Fail | VerdictWord::NotBuilt => Some(FailureKind::Findings),
            VerdictWord::Pass | VerdictWord::NotJudged => None,
        }
    }
}
