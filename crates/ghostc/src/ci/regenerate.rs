//! `ghostc ci --regenerate`: what is stale is built, and what came of it is left as a patch and as the text of a pull
//! request.

use super::snapshot::Snapshots;
use super::{Folder, Options, Run, look};
use crate::exit::{Exit, Failure, Outcome};
use crate::global::Global;
use crate::output::{grouped, listed, plural};
use crate::project::LOCK;
use crate::report::{Finding, Links, State};
use ghostc_plan::lock::{Lock, LockedTask};
use ghostc_syntax::Severity;
use std::collections::BTreeSet;
use std::path::Path;

/// A patch that leads from the code that there was to the code that there is.
const PATCH: &str = "regenerate.patch";
/// The text of a pull request: its title, an empty line, its body.
const REQUEST: &str = "pull-request.md";

/// A task that was built, for a package and a target.
type Built = ((String, String, String), LockedTask);

/// Looks, builds what is stale where anything is, and looks again. Gives what was found last, and what to say of the
/// build.
///
/// # Errors
/// Fails where the project cannot be looked at, and where the patch cannot be made or written.
pub(crate) fn regenerate(
    options: &Options,
    folder: &Folder,
    root: &Path,
    global: &Global,
    links: &Links,
    build: &dyn Fn() -> Outcome,
) -> Result<(Run, String), Failure> {
    for name in [PATCH, REQUEST] {
        // What an earlier run left is no result of this one.
        std::fs::remove_file(folder.path.join(name)).ok();
    }
    let before = look(options, global)?;
    let state = before.stage("build");
    if state != Some(State::Stale) {
        let why = match state {
            Some(State::Ok) => "nothing is stale, so nothing was built and there is no patch",
            _ => "nothing was built: what is stale cannot be told",
        };
        return Ok((before, why.to_string()));
    }
    let snapshots = Snapshots::begin(&folder.path, root)?;
    let old = (snapshots.take()?, lock(root));
    let ended = build().unwrap_or_else(|failure| failure.report());
    let new = (snapshots.take()?, lock(root));
    let patch = snapshots.patch(&old.0, &new.0)?;
    let mut after = look(options, global)?;
    if ended != Exit::Findings {
        after.exit = after.exit.max(ended);
    }
    let built: Vec<Built> = new
        .1
        .tasks
        .iter()
        .filter(|(name, task)| old.1.tasks.get(*name) != Some(*task))
        .map(|(name, task)| (name.clone(), task.clone()))
        .collect();
    if patch.is_empty() {
        return Ok((
            after,
            "nothing that was built passed, so there is no patch".to_string(),
        ));
    }
    write(&folder.path.join(PATCH), &patch)?;
    write(
        &folder.path.join(REQUEST),
        request(&before, &after, &built, links).as_bytes(),
    )?;
    let said = format!(
        "regenerated {}: {}/{PATCH}, {}/{REQUEST}",
        plural(built.len(), "task"),
        folder.shown,
        folder.shown
    );
    Ok((after, said))
}

impl Run {
    fn stage(&self, name: &str) -> Option<State> {
        let mut stages = self.report.stages.iter();
        stages.find(|stage| stage.name == name).map(|stage| stage.state)
    }

    fn findings(&self, stage: &'static str) -> impl Iterator<Item = &Finding> {
        self.report
            .findings
            .iter()
            .filter(move |found| found.stage == Some(stage))
    }
}

/// The lock as it is on disk; one that cannot be read was said to be so before.
fn lock(root: &Path) -> Lock {
    let text = std::fs::read_to_string(root.join(LOCK)).unwrap_or_default();
    Lock::parse(&text).unwrap_or_default()
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    ghostc_run::write_atomically(path, bytes).map_err(Failure::machine)
}

/// The text of a pull request.
fn request(before: &Run, after: &Run, built: &[Built], links: &Links) -> String {
    let mut out = format!("{}\n\n", title(built));
    out.push_str("The spec changed, and `ghostc ci --regenerate` built what that made stale.\n\n## Why\n\n");
    for found in before.findings("build") {
        out.push_str(&crate::report::fact(found, links));
    }
    if !built.is_empty() {
        out.push_str("\n## Built\n\n| task | target | agent | attempts | tokens |\n|---|---|---|---|---|\n");
        for ((package, target, task), locked) in built {
            let tokens = locked.tokens.map_or_else(|| "not known".to_string(), grouped);
            out.push_str(&format!(
                "| `{package}/{task}` | {target} | {} | {} | {tokens} |\n",
                locked.agent, locked.attempts
            ));
        }
        let known: Vec<u64> = built.iter().filter_map(|(_, locked)| locked.tokens).collect();
        if known.len() > 1 {
            out.push_str(&format!(
                "\n{} tokens in all, as far as the agents said.\n",
                grouped(known.iter().sum())
            ));
        }
    }
    out.push_str("\n## Judged\n\n");
    for stage in &after.report.stages {
        out.push_str(&format!(
            "- {} {}: {}\n",
            stage.name,
            stage.state.as_str(),
            crate::report::inline(&stage.summary)
        ));
    }
    let left: Vec<&Finding> = after
        .report
        .findings
        .iter()
        .filter(|found| found.severity == Severity::Error)
        .collect();
    if !left.is_empty() {
        out.push_str("\n## Still failing\n\n");
        left.iter()
            .for_each(|found| out.push_str(&crate::report::fact(found, links)));
    }
    if let Some((_, name)) = &before.base {
        out.push_str(&format!(
            "\nThe spec was compared with `{name}`: {}.\n",
            summary(before)
        ));
    }
    out
}

fn summary(run: &Run) -> &str {
    let diff = run.report.stages.iter().find(|stage| stage.name == "diff");
    diff.map_or("", |stage| stage.summary.as_str())
}

/// `Regenerate ordinal for python`.
fn title(built: &[Built]) -> String {
    let names = |of: fn(&Built) -> &String| {
        let names: BTreeSet<&str> = built.iter().map(|built| of(built).as_str()).collect();
        listed(&names.into_iter().collect::<Vec<_>>())
    };
    match built {
        [] => "Judge accepted code again".to_string(),
        [((package, target, task), _)] if package == task => format!("Regenerate {package} for {target}"),
        [((package, target, task), _)] => format!("Regenerate {task} of {package} for {target}"),
        _ => format!(
            "Regenerate {} of {} for {}",
            plural(built.len(), "task"),
            names(|((package, ..), _)| package),
            names(|((_, target, _), _)| target)
        ),
    }
}
