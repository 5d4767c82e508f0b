//! Whether the programs of targets are here.

use crate::load::Loaded;
use ghostc_plan::target::{self, Target, Tool};
use ghostc_run::{Toolchain, ToolchainState};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// Runs the commands that tell.
pub(crate) fn probe(target: &Target) -> ToolchainState {
    ghostc_run::probe(&tools(&target.toolchain))
}

/// Toolchains by target, each asked for once, and some while other work is done. Nothing of it outlives this.
pub(crate) struct Toolchains {
    stop: Arc<AtomicBool>,
    early: BTreeMap<String, JoinHandle<Probed>>,
    known: BTreeMap<String, ToolchainState>,
}

/// What was asked for, and what came out.
type Probed = (Vec<Toolchain>, ToolchainState);

impl Toolchains {
    /// Starts to ask for the targets that are named in the arguments, else in the settings.
    pub(crate) fn start(named: &[String], loaded: &Loaded) -> Toolchains {
        let stop = Arc::new(AtomicBool::new(false));
        let settings = loaded.settings.targets.iter().flatten().map(|(name, _)| name);
        let names: Vec<&String> = if named.is_empty() {
            settings.collect()
        } else {
            named.iter().collect()
        };
        let ask = |name: &String| {
            let (tools, stop) = (
                tools(&target::toolchain(name, &loaded.templates)),
                Arc::clone(&stop),
            );
            let asked = std::thread::Builder::new().spawn(move || {
                let state = ghostc_run::probe_until(&tools, &stop);
                (tools, state)
            });
            // Where no thread can be started it is asked for when it is needed.
            asked.ok().map(|asked| (name.clone(), asked))
        };
        let early = names.into_iter().filter_map(ask).collect();
        Toolchains {
            stop,
            early,
            known: BTreeMap::new(),
        }
    }

    /// Whether a target's programs are here.
    pub(crate) fn of(&mut self, target: &Target) -> &ToolchainState {
        let early = &mut self.early;
        self.known.entry(target.name.clone()).or_insert_with(|| {
            let asked = early.remove(&target.name).and_then(|asked| asked.join().ok());
            let same = asked.filter(|(asked, _)| *asked == tools(&target.toolchain));
            same.map_or_else(|| probe(target), |(_, state)| state)
        })
    }
}

impl Drop for Toolchains {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for (_, asked) in std::mem::take(&mut self.early) {
            // Nobody asks any more, so that it does not matter how it ends.
            let _unasked = asked.join();
        }
    }
}

fn tools(tools: &[Tool]) -> Vec<Toolchain> {
    let tools = tools.iter().map(|tool| Toolchain {
        run: tool.run.clone(),
        at_least: tool.at_least.clone(),
        install: tool.install.clone(),
    });
    tools.collect()
}
