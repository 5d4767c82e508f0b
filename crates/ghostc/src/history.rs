//! How specs came to be what they are: the commits that changed them, newest first, each with the packages before and
//! after it.
//!
//! History is the line of first parents: a merge is one step, with all that it brought. Everything is read by two
//! processes of git, and every state of a package is parsed once.

mod candidates;
mod commits;
mod excerpt;
mod followed;
mod lineage;
mod merges;
mod past;
mod search;
mod selection;
mod sheet;
mod walk;

pub(crate) use candidates::{Candidate, Candidates};
pub(crate) use commits::Commit;
pub(crate) use excerpt::{edit, excerpt, place};
pub(crate) use lineage::{Version, trace};
pub(crate) use past::{Past, Report, State, Subject, is_code};
pub(crate) use search::{Found, Known, search};
pub(crate) use selection::{Selection, Wanted, select};
pub(crate) use sheet::Sheet;
pub(crate) use walk::{Asked, Pair, Walk};
