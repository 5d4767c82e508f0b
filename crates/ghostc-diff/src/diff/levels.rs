//! `diff.rules` of `ghostc.yaml`: levels of changes, by rule or by class.

use super::{Class, RULES, Rule};
use ghostc_spec::Settings;
use ghostc_spec::fields::Fields;
use ghostc_syntax::codes::{self, AMBIGUOUS_SCALAR};
use ghostc_syntax::yaml::Node;
use ghostc_syntax::{Diagnostic, Severity};
use std::collections::BTreeMap;

/// Levels of changes by rule or class; nothing as a level means that such changes do not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleLevels {
    written: BTreeMap<String, Option<Severity>>,
}

impl RuleLevels {
    /// Reads the section `diff` of the settings. `findings` are those of reading the settings: what is wrong is added,
    /// and what is no mistake here is taken out.
    pub fn read(settings: &Settings, findings: &mut Vec<Diagnostic>) -> RuleLevels {
        let section = settings.diff.as_ref();
        section.map(|node| read(node, findings)).unwrap_or_default()
    }

    /// The level of a rule's changes; nothing where they do not count.
    pub fn of(&self, rule: Rule) -> Option<Severity> {
        let written = self.written.get(rule.code.name);
        let written = written.or_else(|| self.written.get(rule.class.as_str()));
        written.copied().unwrap_or(Some(rule.code.severity))
    }
}

/// The words for levels: ours first, then those that other tools use for the same.
const LEVELS: &[(&str, Option<Severity>)] = &[
    ("error", Some(Severity::Error)),
    ("warning", Some(Severity::Warning)),
    ("info", Some(Severity::Note)),
    ("off", None),
    ("err", Some(Severity::Error)),
    ("warn", Some(Severity::Warning)),
    ("note", Some(Severity::Note)),
    ("none", None),
    ("allow", None),
];

/// The word of a level.
pub fn level_word(level: Option<Severity>) -> &'static str {
    let found = LEVELS.iter().find(|(_, known)| *known == level);
    found.map_or("off", |(word, _)| word)
}

fn read(node: &Node, findings: &mut Vec<Diagnostic>) -> RuleLevels {
    let mut levels = RuleLevels::default();
    let Some(rules) = Fields::new(node, "`diff`", &["rules"], findings).node("rules") else {
        return levels;
    };
    let classes = Class::ALL.iter().map(|class| class.as_str());
    let names: Vec<&str> = RULES.iter().map(|rule| rule.code.name).chain(classes).collect();
    Fields::new(rules, "`diff.rules`", &names, findings);
    let entries = rules.as_map().unwrap_or_default().iter();
    for entry in entries.filter(|entry| names.contains(&entry.key.as_str())) {
        // What older readers take for `false` is the same here.
        findings.retain(|found| found.code != AMBIGUOUS_SCALAR || found.span != entry.value.span);
        let word = match entry.value.as_bool() {
            Some(false) => "off",
            Some(true) | None => entry.value.as_str().unwrap_or_default(),
        };
        match LEVELS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)) {
            Some((_, level)) => {
                levels.written.insert(entry.key.clone(), *level);
            }
            None => {
                let message = format!(
                    "the level of `{}` must be `error`, `warning`, `info` or `off`",
                    entry.key
                );
                let found = Diagnostic::new(codes::INVALID_VALUE, entry.value.span, message);
                let words: Vec<&str> = LEVELS.iter().map(|(word, _)| *word).collect();
                findings.push(found.suggest(word, entry.value.span, &words));
            }
        }
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;
    use ghostc_spec::settings::parse;
    use ghostc_syntax::FileId;

    fn read_levels(text: &str) -> (RuleLevels, Vec<Diagnostic>) {
        let mut read = parse(FileId(0), text);
        let levels = RuleLevels::read(&read.value, &mut read.diagnostics);
        (levels, read.diagnostics)
    }

    fn rule(name: &str) -> Rule {
        *RULES.iter().find(|rule| rule.code.name == name).unwrap()
    }

    #[test]
    fn a_rule_counts_before_its_class_and_both_before_the_default() {
        let text =
            "diff: { rules: { breaking: WARN, case-removed: Error, prose-added: off, case-added: INFO } }\n";
        let (levels, findings) = read_levels(text);
        assert_eq!(findings, []);
        let level = |name: &str| level_word(levels.of(rule(name)));
        assert_eq!(
            [
                "statement-removed",
                "case-removed",
                "prose-added",
                "case-added",
                "item-added",
                "prose-moved"
            ]
            .map(level),
            ["warning", "error", "off", "info", "warning", "info"]
        );
    }

    #[test]
    fn unknown_rules_and_levels_are_located() {
        let codes = |text: &str| {
            let (_, findings) = read_levels(text);
            let found = findings.into_iter().map(|found| (found.code.name, found.help));
            found.collect::<Vec<_>>()
        };
        let suggested = codes("diff: { rules: { statment-removed: error } }\n");
        assert_eq!(suggested.len(), 1);
        assert_eq!(suggested[0].0, "unknown-key");
        assert!(
            suggested[0].1.as_ref().unwrap().contains("statement-removed"),
            "{suggested:?}"
        );
        assert_eq!(
            codes("diff: { rules: { case-added: never } }\n")[0].0,
            "invalid-value"
        );
        assert_eq!(
            codes("diff: { rules: { case-added: yes } }\n")[0].0,
            "invalid-value"
        );
        assert_eq!(codes("diff: { rules: { case-added: false } }\n"), []);
        assert_eq!(codes("diff: { rule: {} }\n")[0].0, "unknown-key");
        assert_eq!(codes("diff: []\n")[0].0, "unexpected-shape");
        assert_eq!(codes("diff: { rules: [case-added] }\n")[0].0, "unexpected-shape");
    }
}
