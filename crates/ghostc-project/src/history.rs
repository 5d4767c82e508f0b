//! How specs came to be what they are: the commits that changed them, newest first, each with the packages before and
//! after it.
//!
//! History is the line of first parents: a merge is one step, with all that it brought. Everything is read by two
//! processes of git, and every state of a package is parsed once.

mod candidates;
mod commits;
mod followed;
mod lineage;
mod revision_project;
mod search;
mod selection;
mod snapshot;
mod walk;

pub use candidates::Candidate;
pub use commits::{Commit, FileAtCommit, TouchedFile};
pub use lineage::Version;
pub use revision_project::{BisectSubject, FailingTarget, is_code};
pub use selection::Selection;
pub use snapshot::PackageSnapshot;
pub use walk::{PackagePair, Step};

pub(crate) use candidates::Candidates;
pub(crate) use lineage::trace;
pub(crate) use revision_project::{JudgedState, RevisionProject};
pub(crate) use search::{Boundary, Known, search};
pub(crate) use selection::{Wanted, select};
pub(crate) use walk::{Walk, WalkRequest};
