//! The agents that ghostc knows: how each is run without a person, and what it needs from the environment.

use super::{AgentCommand, AgentState, Protocol, Success};
use crate::programs::find_program;

/// An agent that ghostc knows.
struct Preset {
    name: &'static str,
    /// The command up to where more arguments may stand.
    argv: &'static [&'static str],
    /// The rest of the command.
    tail: &'static [&'static str],
    /// The option that names a model.
    model: &'static str,
    env: &'static [&'static str],
    success: Success,
    state: &'static [AgentState],
}

/// State that no variable moves.
const fn below_home(path: &'static str, shared: &'static [&'static str]) -> AgentState {
    let variable = None;
    AgentState {
        path,
        variable,
        shared,
    }
}

/// In the order of preference. Each takes its prompt from stdin or a file, since an argument is limited in length.
const PRESETS: &[Preset] = &[
    Preset {
        name: "codex",
        argv: &[
            "codex",
            "exec",
            "--json",
            "--skip-git-repo-check",
            "--dangerously-bypass-approvals-and-sandbox",
            "-C",
            "{dir}",
        ],
        tail: &["-"],
        model: "--model",
        env: &["CODEX_*", "OPENAI_*"],
        success: Success::Report,
        state: &[AgentState {
            path: ".codex",
            variable: Some("CODEX_HOME"),
            shared: &["auth.json"],
        }],
    },
    Preset {
        name: "claude",
        argv: &[
            "claude",
            "-p",
            "--output-format",
            "stream-json",
            "--verbose",
            "--dangerously-skip-permissions",
        ],
        tail: &[],
        model: "--model",
        env: &[
            "ANTHROPIC_*",
            "CLAUDE_*",
            "DISABLE_*",
            "API_TIMEOUT_MS",
            "IS_SANDBOX",
            "AWS_*",
            "GOOGLE_*",
            "CLOUD_ML_REGION",
        ],
        success: Success::Report,
        state: &[
            AgentState {
                path: ".claude",
                variable: Some("CLAUDE_CONFIG_DIR"),
                shared: &[".credentials.json"],
            },
            below_home(".claude.json", &[]),
        ],
    },
    // Without an argument for the prompt it is read from a stdin that is no terminal.
    Preset {
        name: "gemini",
        argv: &[
            "gemini",
            "--approval-mode",
            "yolo",
            "--skip-trust",
            "-o",
            "stream-json",
        ],
        tail: &[],
        model: "--model",
        env: &["GEMINI_*", "GOOGLE_*"],
        success: Success::Report,
        state: &[below_home(
            ".gemini",
            &["oauth_creds.json", "google_accounts.json"],
        )],
    },
    // So it is here.
    Preset {
        name: "opencode",
        argv: &["opencode", "run", "--format", "json", "--auto"],
        tail: &[],
        model: "--model",
        env: &[
            "OPENCODE_*",
            "OPENAI_*",
            "ANTHROPIC_*",
            "GEMINI_*",
            "GOOGLE_*",
            "OPENROUTER_*",
        ],
        success: Success::Report,
        state: &[
            below_home(".local/share/opencode", &["auth.json", "mcp-auth.json", "bin"]),
            below_home(".local/state/opencode", &[]),
        ],
    },
    Preset {
        name: "aider",
        argv: &[
            "aider",
            "--yes-always",
            "--no-check-update",
            "--analytics-disable",
            "--no-show-model-warnings",
            "--no-pretty",
            "--no-stream",
            "--no-git",
        ],
        tail: &["--message-file", "{prompt_file}"],
        model: "--model",
        env: &[
            "AIDER_*",
            "OPENAI_*",
            "ANTHROPIC_*",
            "GEMINI_*",
            "OPENROUTER_*",
            "DEEPSEEK_*",
        ],
        success: Success::ExitCode,
        state: &[below_home(".aider", &["oauth-keys.env"])],
    },
];

/// What a project adds to an agent that ghostc knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PresetExtension {
    /// The model, as the agent names it.
    pub model: Option<String>,
    /// More arguments.
    pub args: Vec<String>,
    /// More variables that it needs; `NAME*` allows a prefix.
    pub env: Vec<String>,
}

/// Variables of the way to the network, which every agent needs.
const NETWORK: &[&str] = &[
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS",
];

/// The agent of this name, as its makers mean it to be run without a person.
pub fn preset(name: &str) -> Option<AgentCommand> {
    extended_preset(name, &PresetExtension::default())
}

/// The same with what a project adds.
pub fn extended_preset(name: &str, extension: &PresetExtension) -> Option<AgentCommand> {
    if name == "replay" {
        return Some(AgentCommand::replay());
    }
    let known = PRESETS.iter().find(|known| known.name == name);
    known.map(|known| agent(known, extension))
}

/// The first known agent that is installed.
pub fn find_on_path() -> Option<AgentCommand> {
    let path = std::env::var_os("PATH")?;
    let found = PRESETS
        .iter()
        .find(|known| find_program(known.name, &path).is_some());
    found.map(|known| agent(known, &PresetExtension::default()))
}

fn agent(known: &Preset, extension: &PresetExtension) -> AgentCommand {
    let owned = |words: &[&str]| words.iter().copied().map(String::from).collect::<Vec<_>>();
    let mut argv = owned(known.argv);
    if let Some(model) = &extension.model {
        argv.extend([known.model.to_string(), model.clone()]);
    }
    argv.extend(extension.args.iter().cloned());
    argv.extend(owned(known.tail));
    let mut env_allow = owned(known.env);
    env_allow.extend(owned(NETWORK));
    env_allow.extend(extension.env.iter().cloned());
    AgentCommand {
        name: known.name.to_string(),
        protocol: Protocol::Print,
        argv,
        env_allow,
        success: known.success,
        state: known.state.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_preset_takes_its_prompt_as_an_argument() {
        for known in PRESETS {
            let agent = preset(known.name).unwrap();
            let takes = |placeholder: &str| agent.argv.iter().any(|argument| argument.contains(placeholder));
            assert!(!takes("{prompt}"), "{}", known.name);
            assert_eq!(takes("{prompt_file}"), known.name == "aider");
            assert_eq!(agent.argv.first().map(String::as_str), Some(known.name));
        }
        assert_eq!(preset("no-such-agent"), None);
    }

    #[test]
    fn a_preset_is_extended_and_its_prompt_still_comes_last() {
        let extension = PresetExtension {
            model: Some("m".into()),
            args: vec!["-c".into(), "a=b".into()],
            env: vec!["AZURE_OPENAI_API_KEY".into()],
        };
        let agent = extended_preset("codex", &extension).unwrap();
        let plain = preset("codex").unwrap();
        let (start, _) = plain.argv.split_at(plain.argv.len() - 1);
        assert_eq!(agent.argv[..start.len()], *start);
        assert_eq!(agent.argv[start.len()..], ["--model", "m", "-c", "a=b", "-"]);
        assert_eq!(agent.env_allow[..plain.env_allow.len()], *plain.env_allow);
        assert_eq!(agent.env_allow.last().unwrap(), "AZURE_OPENAI_API_KEY");
        let aider = extended_preset("aider", &extension).unwrap();
        assert_eq!(aider.argv.last().unwrap(), "{prompt_file}");
    }
}
