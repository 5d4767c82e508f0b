//! Say what changed in a spec, statement by statement, and what that costs.

use crate::exit::{Exit, Failure, Outcome};
use crate::global::{Format, Global};
use crate::load::{self, Loaded};
use crate::revision::Repository;
use crate::{changes, json, output};
use ghostc_core::diff::{Class, SpecDiff};
use ghostc_core::plan;
use std::path::{Path, PathBuf};

/// Arguments of `ghostc diff`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// What there was: a git revision, a range of two, a file or a folder; without it, the last commit
    old: Option<String>,
    /// What there is: a git revision, a file or a folder; without it, the work tree
    new: Option<String>,
    /// Compare the work tree with this revision, in the named files and folders only
    #[arg(long, value_name = "REVISION")]
    against: Option<String>,
    /// Fail when there is a change of this class, or any
    #[arg(long, value_name = "CLASS")]
    fail_on: Option<Gate>,
}

/// What makes the command fail.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Gate {
    /// A breaking change
    Breaking,
    /// A breaking or additive change
    Additive,
    /// Any change
    Any,
}

/// What is compared: the name of a state for people, and what was read of it.
struct State {
    name: String,
    loaded: Loaded,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    let format = global.format(&[Format::Json])?;
    let (mut old, mut new) = states(args, global)?;
    let (before, after) = (old.loaded.library(), new.loaded.library());
    let old_sources = &old.loaded.sources;
    let new_sources = &new.loaded.sources;
    let found: SpecDiff = match after.strict() {
        Ok((library, _)) => {
            let named: Vec<PathBuf> = args.old.iter().chain(&args.new).map(PathBuf::from).collect();
            let is_wanted = |package: &_| load::is_wanted(package, &named);
            let graphs = plan(&library, new_sources, &new.loaded.settings, &is_wanted).value;
            ghostc_core::diff::diff((&before.value, old_sources), (&library, new_sources), &graphs)
        }
        Err(broken) => {
            if !global.quiet {
                output::say(&format!("{}: see `ghostc check`; nothing is said of tasks", output::tally(&broken.diagnostics)));
            }
            ghostc_core::diff::diff((&before.value, old_sources), (&broken.value, new_sources), &[])
        }
    };
    match format {
        Format::Json => output::print_json(&json::diff(&found, old_sources, new_sources)),
        Format::Text
        | Format::Github
        | Format::Gitlab
        | Format::Sarif
        | Format::Junit
        | Format::Markdown
        | Format::Dot
        | Format::Mermaid => {
            output::print(&changes::text(&found, (&old.name, old_sources), (&new.name, new_sources), global.verbose));
        }
    }
    let worst = found.changes().map(|change| change.class).max();
    let least = args.fail_on.map(|gate| match gate {
        Gate::Breaking => Class::Breaking,
        Gate::Additive => Class::Additive,
        Gate::Any => Class::Editorial,
    });
    let fails = least.is_some_and(|least| worst.is_some_and(|worst| worst >= least));
    // The process ends here: giving back the memory piece by piece would cost a part of the run.
    std::mem::forget((old, new, found));
    Ok(if fails { Exit::Findings } else { Exit::Fine })
}

/// Reads both states.
fn states(args: &Args, global: &Global) -> Result<(State, State), Failure> {
    let named: Vec<&String> = args.old.iter().chain(&args.new).collect();
    if let Some(revision) = &args.against {
        let paths: Vec<String> = named.into_iter().cloned().collect();
        return Ok((at_revision(revision, &paths, global)?, work_tree(&paths, global)?));
    }
    match named.as_slice() {
        [] => Ok((at_revision("HEAD", &[], global)?, work_tree(&[], global)?)),
        [one] => match one.split_once("..") {
            _ if Path::new(one).exists() => {
                let paths = [(*one).clone()];
                Ok((at_revision("HEAD", &paths, global)?, work_tree(&paths, global)?))
            }
            Some((old, new)) => range(old, new, global),
            None => Ok((at_revision(one, &[], global)?, work_tree(&[], global)?)),
        },
        [old, new, ..] => Ok((either(old, global)?, either(new, global)?)),
    }
}

/// `OLD..NEW`, or `OLD...NEW` from where they parted.
fn range(old: &str, new: &str, global: &Global) -> Result<(State, State), Failure> {
    let head = |name: &str| if name.is_empty() { "HEAD".to_string() } else { name.to_string() };
    match new.strip_prefix('.') {
        None => Ok((at_revision(&head(old), &[], global)?, at_revision(&head(new), &[], global)?)),
        Some(new) => {
            let root = load::project_root(global)?;
            let parting = Repository::at(root.as_deref()).parting(&head(old), &head(new))?;
            let mut state = at_revision(&parting, &[], global)?;
            state.name = head(old);
            Ok((state, at_revision(&head(new), &[], global)?))
        }
    }
}

/// A file or folder where there is one, else a revision.
fn either(name: &str, global: &Global) -> Result<State, Failure> {
    if Path::new(name).exists() {
        let mut state = work_tree(&[name.to_string()], global)?;
        state.name = name.to_string();
        Ok(state)
    } else {
        at_revision(name, &[], global)
    }
}

fn at_revision(revision: &str, paths: &[String], global: &Global) -> Result<State, Failure> {
    let root = load::project_root(global)?;
    // Paths are those of the current folder; without any, the whole project is meant.
    let folder = root.as_deref().filter(|_| paths.is_empty());
    let below: Vec<String> = paths.iter().map(|path| below_here(path)).collect::<Result<_, _>>()?;
    let loaded = Repository::at(folder).load(revision, &below)?;
    Ok(State { name: revision.to_string(), loaded })
}

/// A path as git lists it: from the current folder down.
fn below_here(path: &str) -> Result<String, Failure> {
    let shown = load::shown(Path::new(path), Path::new(""));
    if shown.starts_with("..") || Path::new(path).is_absolute() {
        return Err(Failure::usage(format!("`{path}` is not below the current folder"))
            .help("Go to a folder above it, and name it from there."));
    }
    Ok(shown)
}

fn work_tree(paths: &[String], global: &Global) -> Result<State, Failure> {
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let loaded = load::load(&paths, global)?;
    loaded.require_spec(&paths)?;
    Ok(State { name: "work tree".to_string(), loaded })
}
