//! `ghostc.yaml`: text in, settings out. Every key is optional; what is wrong is located and the default stands.

mod names;
mod prices;

use crate::codes;
use crate::fields::Fields;
use crate::library::Dialect;
use crate::mapping::CasePreset;
use crate::number_limits::NumberLimits;
use ghostc_syntax::yaml::{self, Node};
use ghostc_syntax::{Checked, Code, Diagnostic, FileId, Severity, Span};
pub use names::check_names;
pub use prices::Prices;
use std::collections::BTreeMap;

/// The settings of a project.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folders that hold packages, relative to the project; nothing means `specs`, else the project itself.
    pub packages: Option<Vec<(String, Span)>>,
    /// The targets to build; nothing means all that are known.
    pub targets: Option<Vec<(String, Span)>>,
    /// The agent to use, by name; nothing means recorded sessions, else the first that is installed.
    pub agent: Option<(String, Span)>,
    /// Agents that the project declares, by name.
    pub agents: BTreeMap<String, AgentSettings>,
    /// The share of each operation's cases that the agent does not see, from 0 to 1.
    pub held_out: f64,
    /// What becomes one task.
    pub granularity: Option<Granularity>,
    /// The most tokens of shared context that a prompt may hold.
    pub prompt_budget: u64,
    /// The most tokens of cases that a prompt may hold.
    pub case_budget: u64,
    /// The most tokens of a spec that the prompt of a slice shows whole.
    pub whole_budget: u64,
    /// Limits of a build.
    pub build: BuildSettings,
    /// How the packages in some folders are written, where place and content do not show it.
    pub dialects: BTreeMap<String, Dialect>,
    /// Levels of diagnostics, by code: nothing means that it is not shown.
    pub lints: BTreeMap<String, Option<Severity>>,
    /// The names under `lints`, with their positions; whether codes have these names is not known here.
    pub lint_names: Vec<(String, Span)>,
    /// The section `cases`: mappings of the files of suites.
    pub cases: Option<Node>,
    /// The presets of mappings, by name: no key of the file, but data of the templates, which whoever knows these fills in.
    pub case_presets: BTreeMap<String, CasePreset>,
    /// The section `diff`, which the diff reads.
    pub diff: Option<Node>,
    /// What tokens of agents cost.
    pub prices: Prices,
    /// What the numbers of each known target can hold: no key of the file, but data of the targets, which whoever knows
    /// their templates fills in.
    pub number_limits: BTreeMap<String, NumberLimits>,
}

/// One agent as declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentSettings {
    /// `print` or `replay`.
    pub protocol: String,
    /// The program and its arguments.
    pub command: Vec<String>,
    /// Environment variables that it may see.
    pub env: Vec<String>,
    /// The model of an agent that is built in.
    pub model: Option<String>,
    /// More arguments for an agent that is built in.
    pub args: Vec<String>,
    /// Where its name stands.
    pub span: Span,
}

/// What becomes one task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Granularity {
    /// Each task that the author declared.
    Declared,
    /// Each requirement, and each scenario of one, to verify it.
    Requirement,
    /// Each operation.
    Operation,
    /// Each section.
    Section,
    /// Each file of scenarios: what a program is made of, whatever the settings ask for.
    Slice,
    /// The whole package.
    Package,
}

/// Limits of a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuildSettings {
    /// How many agents run at once.
    pub jobs: u64,
    /// How often a task is tried.
    pub attempts: u64,
    /// How long one attempt may take, in milliseconds.
    pub timeout: u64,
    /// How long an agent may be silent, in milliseconds.
    pub stall: u64,
    /// How many tokens a build may use; nothing means no limit.
    pub tokens: Option<u64>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            packages: None,
            targets: None,
            agent: None,
            agents: BTreeMap::new(),
            held_out: 0.2,
            granularity: None,
            prompt_budget: 32_000,
            case_budget: 16_000,
            whole_budget: 32_000,
            build: BuildSettings {
                jobs: 4,
                attempts: 3,
                timeout: 30 * 60_000,
                stall: 5 * 60_000,
                tokens: None,
            },
            dialects: BTreeMap::new(),
            lints: BTreeMap::new(),
            lint_names: Vec::new(),
            cases: None,
            case_presets: BTreeMap::new(),
            diff: None,
            prices: Prices::default(),
            number_limits: BTreeMap::new(),
        }
    }
}

const KEYS: &[&str] = &[
    "packages", "targets", "dialects", "agent", "agents", "held_out", "plan", "prompt", "build", "lints",
    "diff", "prices", "cases",
];

/// Reads `ghostc.yaml`.
pub fn parse(file: FileId, text: &str) -> Checked<Settings> {
    let read = yaml::parse(file, text, 0);
    let mut findings = read.diagnostics;
    let mut settings = Settings::default();
    if let Some(root) = &read.value {
        let mut fields = Fields::new(root, "`ghostc.yaml`", KEYS, &mut findings);
        settings.packages = fields
            .list("packages")
            .map(|names| with_places(names, fields.node("packages")));
        settings.held_out = fields.share("held_out").unwrap_or(settings.held_out);
        settings.agent = fields
            .text("agent")
            .zip(fields.node("agent").map(|node| node.span));
        settings.targets = fields
            .list("targets")
            .map(|names| with_places(names, fields.node("targets")));
        let section = |key: &str| fields.node(key);
        let (plan, prompt, build) = (section("plan"), section("prompt"), section("build"));
        let (agents, lints, written) = (section("agents"), section("lints"), section("dialects"));
        let (diff, prices, cases) = (section("diff"), section("prices"), section("cases"));
        if let Some(node) = plan {
            settings.granularity = granularity(node, &mut findings);
        }
        if let Some(node) = prompt {
            let mut fields = Fields::new(node, "`prompt`", &["budget", "cases", "whole"], &mut findings);
            settings.prompt_budget = fields.count("budget").unwrap_or(settings.prompt_budget);
            settings.case_budget = fields.count("cases").unwrap_or(settings.case_budget);
            settings.whole_budget = fields.count("whole").unwrap_or(settings.whole_budget);
        }
        if let Some(node) = build {
            settings.build = limits(node, settings.build, &mut findings);
        }
        settings.agents = agents
            .map(|node| declared_agents(node, &mut findings))
            .unwrap_or_default();
        settings.dialects = written
            .map(|node| dialects(node, &mut findings))
            .unwrap_or_default();
        if let Some(node) = lints {
            levels(node, &mut settings, &mut findings);
        }
        settings.cases = cases.cloned();
        settings.diff = diff.cloned();
        settings.prices = prices
            .map(|node| prices::read(node, &mut findings))
            .unwrap_or_default();
    }
    Checked::new(settings, findings)
}

fn with_places(names: Vec<String>, node: Option<&Node>) -> Vec<(String, Span)> {
    let items = node.and_then(Node::as_list).unwrap_or_default();
    let whole = node.map_or(Span::start_of(FileId(0)), |node| node.span);
    names
        .into_iter()
        .enumerate()
        .map(|(at, name)| (name, items.get(at).map_or(whole, |item| item.span)))
        .collect()
}

fn granularity(node: &Node, findings: &mut Vec<Diagnostic>) -> Option<Granularity> {
    let mut fields = Fields::new(node, "`plan`", &["granularity"], findings);
    let name = fields.text("granularity")?;
    let known = [
        ("declared", Granularity::Declared),
        ("requirement", Granularity::Requirement),
        ("operation", Granularity::Operation),
        ("section", Granularity::Section),
        ("slice", Granularity::Slice),
        ("package", Granularity::Package),
    ];
    let found = known
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, value)| *value);
    if let (None, Some(node)) = (found, fields.node("granularity")) {
        let message = format!("no granularity is named `{name}`");
        let diagnostic = Diagnostic::new(codes::INVALID_VALUE, node.span, message);
        findings.push(diagnostic.suggest(&name, node.span, &known.map(|(known, _)| known)));
    }
    found
}

fn limits(node: &Node, default: BuildSettings, findings: &mut Vec<Diagnostic>) -> BuildSettings {
    let mut fields = Fields::new(
        node,
        "`build`",
        &["jobs", "attempts", "timeout", "stall", "tokens"],
        findings,
    );
    let mut least_one = |key: &str, default: u64| {
        let value = fields.count(key).unwrap_or(default);
        if let (0, Some(node)) = (value, fields.node(key)) {
            fields.wrong(key, node, "at least 1");
        }
        value.max(1)
    };
    BuildSettings {
        jobs: least_one("jobs", default.jobs),
        attempts: least_one("attempts", default.attempts),
        timeout: fields.duration("timeout").unwrap_or(default.timeout),
        stall: fields.duration("stall").unwrap_or(default.stall),
        tokens: fields.count("tokens").or(default.tokens),
    }
}

fn declared_agents(node: &Node, findings: &mut Vec<Diagnostic>) -> BTreeMap<String, AgentSettings> {
    let mut agents = BTreeMap::new();
    let Some(entries) = node.as_map() else {
        Fields::new(node, "`agents`", &[], findings);
        return agents;
    };
    for entry in entries {
        let what = format!("the agent `{}`", entry.key);
        let known = ["protocol", "command", "env", "model", "args"];
        let mut fields = Fields::new(&entry.value, &what, &known, findings);
        let protocol = fields.text("protocol").unwrap_or_else(|| "print".to_string());
        let (command, env) = (
            fields.list("command").unwrap_or_default(),
            fields.list("env").unwrap_or_default(),
        );
        let (model, args) = (fields.text("model"), fields.list("args").unwrap_or_default());
        let known = ["print", "replay"];
        if let (false, Some(node)) = (known.contains(&protocol.as_str()), fields.node("protocol")) {
            let found = Diagnostic::new(
                codes::INVALID_VALUE,
                node.span,
                format!("no protocol is named `{protocol}`"),
            );
            fields
                .findings()
                .push(found.suggest(&protocol, node.span, &known));
        }
        for key in ["model", "args"] {
            if let (false, Some(node)) = (command.is_empty(), fields.node(key)) {
                let message = format!("`{key}` is for an agent that is built in, and {what} has a `command`");
                let found = Diagnostic::new(codes::INVALID_VALUE, node.span, message);
                let found = found.help("Write it into the `command`, or leave the `command` away.");
                fields.findings().push(found);
            }
        }
        agents.insert(
            entry.key.clone(),
            AgentSettings {
                protocol,
                command,
                env,
                model,
                args,
                span: entry.key_span,
            },
        );
    }
    agents
}

fn dialects(node: &Node, findings: &mut Vec<Diagnostic>) -> BTreeMap<String, Dialect> {
    let names = Dialect::ALL.map(Dialect::as_str);
    let mut dialects = BTreeMap::new();
    let Some(entries) = node.as_map() else {
        Fields::new(node, "`dialects`", &[], findings);
        return dialects;
    };
    for entry in entries {
        let word = entry.value.as_str().unwrap_or_default();
        match Dialect::ALL.into_iter().find(|dialect| dialect.as_str() == word) {
            Some(dialect) => {
                dialects.insert(entry.key.trim_end_matches('/').to_string(), dialect);
            }
            None => {
                let message = format!(
                    "the dialect of `{}` must be one of {}",
                    entry.key,
                    names.join(", ")
                );
                let found = Diagnostic::new(codes::INVALID_VALUE, entry.value.span, message);
                findings.push(found.suggest(word, entry.value.span, &names));
            }
        }
    }
    dialects
}

fn levels(node: &Node, settings: &mut Settings, findings: &mut Vec<Diagnostic>) {
    let words = [
        ("allow", None),
        ("note", Some(Severity::Note)),
        ("warning", Some(Severity::Warning)),
        ("error", Some(Severity::Error)),
    ];
    let Some(entries) = node.as_map() else {
        Fields::new(node, "`lints`", &[], findings);
        return;
    };
    for entry in entries {
        settings.lint_names.push((entry.key.clone(), entry.key_span));
        let word = entry.value.as_str().unwrap_or_default();
        match words.iter().find(|(name, _)| *name == word) {
            Some((_, level)) => {
                settings.lints.insert(entry.key.clone(), *level);
            }
            None => {
                let message = format!(
                    "the level of `{}` must be `allow`, `note`, `warning` or `error`",
                    entry.key
                );
                let found = Diagnostic::new(codes::INVALID_VALUE, entry.value.span, message);
                findings.push(found.suggest(word, entry.value.span, &words.map(|(name, _)| name)));
            }
        }
    }
}

impl Settings {
    /// Gives findings the levels that the settings ask for. An error cannot be turned off, only findings about style can.
    pub fn apply_levels(&self, findings: &mut Vec<Diagnostic>) {
        findings.retain_mut(|found| {
            if let Some(Some(level)) = self.level(found.code) {
                found.severity = *level;
            }
            self.shows(found.code)
        });
    }

    /// Whether findings of a code are shown at all.
    pub fn shows(&self, code: Code) -> bool {
        self.level(code).map_or(code.on, Option::is_some)
    }

    /// The level that is asked for, nothing inside for a code that is turned off.
    pub fn level(&self, code: Code) -> Option<&Option<Severity>> {
        let asked = || {
            self.lints
                .get(code.name)
                .or_else(|| self.lints.get(code.group.as_str()))
        };
        (code.severity != Severity::Error).then(asked).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes_of(text: &str) -> Vec<&'static str> {
        parse(FileId(0), text)
            .diagnostics
            .iter()
            .map(|found| found.code.name)
            .collect()
    }

    #[test]
    fn every_key_is_read() {
        let text = "packages: [a, b]\ntargets: [rust]\nagent: x\nagents:\n  x: {command: [sh, -c, ls], env: [A]}\nheld_out: 0.5\nplan: {granularity: package}\nprompt: {budget: 4K, cases: 2K, whole: 8K}\nbuild: {jobs: 2, attempts: 1, timeout: 2m, stall: 30s, tokens: 2M}\nlints: {duplicate-input: allow}\n";
        let read = parse(FileId(0), text);
        assert_eq!(read.diagnostics, []);
        let settings = read.value;
        let packages: Vec<&str> = settings
            .packages
            .iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(packages, ["a", "b"]);
        assert_eq!(
            settings.build,
            BuildSettings {
                jobs: 2,
                attempts: 1,
                timeout: 120_000,
                stall: 30_000,
                tokens: Some(2_000_000)
            }
        );
        let budgets = (
            settings.prompt_budget,
            settings.case_budget,
            settings.whole_budget,
        );
        assert_eq!((settings.held_out, budgets), (0.5, (4_000, 2_000, 8_000)));
        assert_eq!(settings.agents["x"].command, ["sh", "-c", "ls"]);
        assert_eq!(settings.lints["duplicate-input"], None);
    }

    #[test]
    fn wrong_keys_and_values_are_located_and_the_defaults_stand() {
        assert_eq!(codes_of("taregts: [rust]\n"), ["unknown-key"]);
        assert_eq!(
            codes_of("held_out: 2\nbuild: {jobs: many, attempts: 0}\n"),
            ["invalid-value", "invalid-value", "invalid-value"]
        );
        assert_eq!(codes_of("lints: {duplicate-input: never}\n"), ["invalid-value"]);
        assert_eq!(
            codes_of("agents: {x: {protocol: prnt, command: [a]}, y: {command: [a], model: b}}\n"),
            ["invalid-value", "invalid-value"]
        );
        assert_eq!(codes_of("plan: {granularity: opration}\n"), ["invalid-value"]);
        assert_eq!(codes_of("- a\n"), ["unexpected-shape"]);
    }
}
