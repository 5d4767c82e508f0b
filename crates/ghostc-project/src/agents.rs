//! Which agent carries out a build: the one that is named, else recorded sessions, else the first that is installed.

use crate::failure::Failure;
use crate::load::BUILT_IN_AGENTS;
use crate::project::Project;
use ghostc_run::{AgentCommand, Job, PresetExtension, Protocol, Session, Success};

/// The agent of a name: declared in the settings, or built in.
fn named(name: &str, project: &Project) -> Result<AgentCommand, Failure> {
    let declared = project.loaded.settings.agents.get(name);
    if let Some(extended) =
        declared.filter(|declared| declared.command.is_empty() && declared.protocol == "print")
    {
        let extension = PresetExtension {
            model: extended.model.clone(),
            args: extended.args.clone(),
            env: extended.env.clone(),
        };
        if let Some(agent) = ghostc_run::extended_preset(name, &extension) {
            return Ok(agent);
        }
    } else if let Some(declared) = declared {
        let protocol = if declared.protocol == "replay" {
            Protocol::Replay
        } else {
            Protocol::Print
        };
        return Ok(AgentCommand {
            name: name.to_string(),
            protocol,
            argv: from_project(&declared.command, project)?,
            env_allow: declared.env.clone(),
            success: Success::ExitCode,
            state: Vec::new(),
        });
    }
    if name == "replay" {
        return Ok(AgentCommand::replay());
    }
    ghostc_run::preset(name).ok_or_else(|| {
        let declared = project.loaded.settings.agents.keys().map(String::as_str);
        let all: Vec<&str> = BUILT_IN_AGENTS.iter().copied().chain(declared).collect();
        Failure::unknown("agent", name, &all, format_args!("Known: {}.", all.join(", ")))
    })
}

/// The command with a program such as `./agent.sh` found from the project's folder, since agents run elsewhere.
fn from_project(command: &[String], project: &Project) -> Result<Vec<String>, Failure> {
    let mut argv = command.to_vec();
    if let Some(program) = argv
        .first_mut()
        .filter(|program| program.starts_with("./") || program.starts_with("../"))
    {
        let here = project.host.environment.folder();
        let here = here.map_err(Failure::no_current_folder)?;
        let root = here.join(&project.root);
        *program = root.join(&*program).to_string_lossy().into_owned();
    }
    Ok(argv)
}

/// The agent for these jobs.
pub(crate) fn choose(asked: Option<&str>, project: &Project, jobs: &[Job]) -> Result<AgentCommand, Failure> {
    let configured = project
        .loaded
        .settings
        .agent
        .as_ref()
        .map(|(name, _)| name.as_str());
    if let Some(name) = asked.or(configured) {
        return named(name, project);
    }
    let unusable: Vec<String> = jobs.iter().filter_map(why_not_replayed).collect();
    if unusable.is_empty() {
        return Ok(AgentCommand::replay());
    }
    if let Some(installed) = ghostc_run::find_on_path() {
        return named(&installed.name, project);
    }
    let shown: Vec<String> = unusable.iter().take(5).map(|line| format!("  {line}")).collect();
    let more = unusable.len().saturating_sub(shown.len());
    let more = if more > 0 {
        format!("\n  and {more} more")
    } else {
        String::new()
    };
    let failure = Failure::machine(format!(
        "no agent is installed, and recorded sessions do not fit:\n{}{more}",
        shown.join("\n")
    ));
    let known: Vec<&str> = BUILT_IN_AGENTS
        .iter()
        .copied()
        .filter(|name| *name != "replay")
        .collect();
    Err(failure.help(format!(
        "Install a coding agent ({}) or name one with `--agent`; or restore the text that the sessions were recorded for.",
        known.join(", ")
    )))
}

/// Why a job cannot be played from its recorded session; nothing where it can.
fn why_not_replayed(job: &Job) -> Option<String> {
    let path = job.session.as_ref()?;
    match Session::read(path) {
        Ok(session) if session.key == job.key => None,
        Ok(session) => {
            let changed = session.changed_parts(&job.parts);
            let what = if changed.is_empty() {
                "its key".to_string()
            } else {
                changed.join(", ")
            };
            Some(format!("{job}: the recording is stale, {what} changed since"))
        }
        Err(error) => Some(format!("{job}: {error}")),
    }
}
