//! Whether a target's programs are here.

use ghostc_core::Target;
use ghostc_run::{Toolchain, ToolchainState};

/// Runs the commands that tell.
pub(crate) fn probe(target: &Target) -> ToolchainState {
    let tools: Vec<Toolchain> = target
        .toolchain
        .iter()
        .map(|tool| Toolchain {
            run: tool.run.clone(),
            at_least: tool.at_least.clone(),
            install: tool.install.clone(),
        })
        .collect();
    ghostc_run::probe(&tools)
}
