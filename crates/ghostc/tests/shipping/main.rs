//! What ships ghostc into CI: the action for GitHub, the hooks for pre-commit, the job for GitLab, the recipe of the
//! container, and the README's page about each. Everything is run here as far as that goes without a hub.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic, and one that is skipped says so"
)]

mod action;
mod container;
mod expression;
mod files;
mod gitlab;
mod hooks;
mod hub;
mod readme;
mod runner;
mod schemas;
