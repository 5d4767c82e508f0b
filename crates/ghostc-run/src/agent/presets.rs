//! The agents that ghostc knows: how each is run without a person, and what it needs from the environment.

use super::{AgentCommand, Protocol, Success};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Name, command, variables, success; in the order of preference.
type Preset = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    Success,
);

const PRESETS: &[Preset] = &[
    (
        "codex",
        &[
            "codex",
            "exec",
            "--json",
            "--skip-git-repo-check",
            "--dangerously-bypass-approvals-and-sandbox",
            "-C",
            "{dir}",
            "-",
        ],
        &["CODEX_*", "OPENAI_*"],
        Success::Report,
    ),
    (
        "claude",
        &[
            "claude",
            "-p",
            "--output-format",
            "stream-json",
            "--verbose",
            "--dangerously-skip-permissions",
        ],
        &[
            "ANTHROPIC_*",
            "CLAUDE_*",
            "DISABLE_*",
            "API_TIMEOUT_MS",
            "IS_SANDBOX",
            "AWS_*",
            "GOOGLE_*",
            "CLOUD_ML_REGION",
        ],
        Success::Report,
    ),
    (
        "gemini",
        &[
            "gemini",
            "-p",
            "{prompt}",
            "--approval-mode",
            "yolo",
            "--skip-trust",
            "-o",
            "stream-json",
        ],
        &["GEMINI_*", "GOOGLE_*"],
        Success::Report,
    ),
    (
        "opencode",
        &["opencode", "run", "--format", "json", "--auto", "{prompt}"],
        &[
            "OPENCODE_*",
            "OPENAI_*",
            "ANTHROPIC_*",
            "GEMINI_*",
            "GOOGLE_*",
            "OPENROUTER_*",
        ],
        Success::Report,
    ),
    (
        "aider",
        &[
            "aider",
            "--yes-always",
            "--no-check-update",
            "--analytics-disable",
            "--no-show-model-warnings",
            "--no-pretty",
            "--no-stream",
            "--no-git",
            "--message-file",
            "{prompt_file}",
        ],
        &[
            "AIDER_*",
            "OPENAI_*",
            "ANTHROPIC_*",
            "GEMINI_*",
            "OPENROUTER_*",
            "DEEPSEEK_*",
        ],
        Success::ExitCode,
    ),
];

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
    if name == "replay" {
        return Some(AgentCommand::replay());
    }
    PRESETS.iter().find(|(known, ..)| *known == name).map(agent)
}

/// The first known agent that is installed.
pub fn find_on_path() -> Option<AgentCommand> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    let installed = |(name, ..): &&Preset| folders.iter().any(|folder| is_program(&folder.join(name)));
    PRESETS.iter().find(installed).map(agent)
}

fn agent((name, argv, env, success): &Preset) -> AgentCommand {
    AgentCommand {
        name: (*name).to_string(),
        protocol: Protocol::Print,
        argv: argv.iter().copied().map(String::from).collect(),
        env_allow: env.iter().chain(NETWORK).copied().map(String::from).collect(),
        success: *success,
    }
}

fn is_program(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_says_where_its_prompt_goes() {
        for (name, ..) in PRESETS {
            let agent = preset(name).unwrap();
            let takes = |placeholder: &str| agent.argv.iter().any(|argument| argument.contains(placeholder));
            let from_stdin = matches!(*name, "codex" | "claude");
            assert_eq!(!from_stdin, takes("{prompt}") || takes("{prompt_file}"), "{name}");
            assert_eq!(agent.argv.first().map(String::as_str), Some(*name));
        }
        assert_eq!(preset("no-such-agent"), None);
    }
}
