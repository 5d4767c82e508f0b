//! Targets and agents that are asked for by name: settings and front matter in, a finding for each unknown name out.

use super::{AgentSettings, Settings};
use crate::codes;
use crate::library::Library;
use ghostc_syntax::suggest::nearest;
use ghostc_syntax::{Code, Diagnostic, Span};

/// Finds names in `ghostc.yaml` and in front matter that are neither among the `targets` and the built-in `agents`
/// passed in nor declared by the settings.
pub fn check_names(
    settings: &Settings,
    library: &Library,
    targets: &[&str],
    agents: &[&str],
) -> Vec<Diagnostic> {
    let asked = settings.targets.iter().chain(
        library
            .packages
            .iter()
            .filter_map(|package| package.targets.as_ref()),
    );
    let unknown = asked
        .flatten()
        .filter(|(name, _)| !targets.contains(&name.as_str()));
    let mut findings: Vec<Diagnostic> = unknown
        .map(|(name, span)| {
            let make = format!("Write one of these, or make it in `templates/targets/{name}/`.");
            describe(codes::UNKNOWN_TARGET, ("target", name), *span, targets, make)
        })
        .collect();
    let is_whole = |name: &str, agent: &AgentSettings| {
        !agent.command.is_empty() || agent.protocol != "print" || agents.contains(&name)
    };
    let incomplete = settings
        .agents
        .iter()
        .filter(|(name, agent)| !is_whole(name, agent));
    findings.extend(incomplete.map(|(name, agent)| {
        let message = format!("the agent `{name}` has no `command`");
        let found = Diagnostic::new(codes::INVALID_VALUE, agent.span, message);
        if nearest(name, agents).is_some() {
            found.suggest(name, agent.span, agents)
        } else {
            found.help("Give its program and arguments: `command: [name, argument]`.")
        }
    }));
    let declared = settings.agents.keys().map(String::as_str);
    let known: Vec<&str> = agents.iter().copied().chain(declared).collect();
    let named = settings.agent.iter().map(|(name, span)| (name.as_str(), *span));
    let named = named.chain(settings.prices.names());
    findings.extend(
        named
            .filter(|(name, _)| !known.contains(name))
            .map(|(name, span)| {
                let declare =
                    format!("Write one of these, or declare it: `agents: {{{name}: {{command: […]}}}}`.");
                describe(codes::UNKNOWN_AGENT, ("agent", name), span, &known, declare)
            }),
    );
    findings
}

fn describe(
    code: Code,
    (what, name): (&str, &str),
    span: Span,
    known: &[&str],
    otherwise: String,
) -> Diagnostic {
    let found = Diagnostic::new(code, span, format!("no {what} is named `{name}`"));
    let is_near = nearest(name, known).is_some();
    let found = found.suggest(name, span, known);
    if is_near { found } else { found.help(otherwise) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ghostc_syntax::FileId;

    fn messages(text: &str) -> Vec<String> {
        let settings = crate::settings::parse(FileId(0), text).value;
        let findings = check_names(&settings, &Library::default(), &["python", "rust"], &["codex"]);
        findings.into_iter().map(|found| found.message).collect()
    }

    #[test]
    fn names_that_are_built_in_or_declared_are_known() {
        assert!(messages("targets: [rust]\nagent: codex\n").is_empty());
        assert!(messages("agent: mine\nagents:\n  mine: {command: [mine]}\n").is_empty());
        assert!(messages("agents: {codex: {model: m, args: [-c, a=b], env: [KEY]}}\n").is_empty());
        assert_eq!(
            messages("agents: {mine: {env: [KEY]}, replayed: {protocol: replay}}\n"),
            ["the agent `mine` has no `command`"]
        );
        assert_eq!(
            messages("targets: [rust, cobol]\nagent: mine\n"),
            ["no target is named `cobol`", "no agent is named `mine`"]
        );
        assert_eq!(
            messages("prices: {codex: 1, codec: 2}\n"),
            ["no agent is named `codec`"]
        );
    }
}
