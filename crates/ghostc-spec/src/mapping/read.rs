//! The text of a mapping into a [`CaseMapping`]; what is wrong is located.

use super::case_mapping::{CaseMapping, CaseSource, EachStep, InputForm, ReadAs};
use super::formula::{DataPath, Formula, TextTemplate, Way};
use crate::fields::Fields;
use crate::template::{DataValue, Expression, Names, check_template};
use ghostc_syntax::value::EqualityRules;
use ghostc_syntax::yaml::{self, Entry, Node};
use ghostc_syntax::{Checked, Diagnostic, FileId, Span, Value, codes};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The keys of a source; a mapping of one source has them too.
const SOURCE_KEYS: &[&str] = &[
    "files",
    "not",
    "read",
    "blocks",
    "with",
    "each",
    "inherit",
    "where",
    "operation",
    "name",
    "group",
    "input",
    "output",
    "any_of",
    "error",
    "skip",
    "tags",
    "compare",
];
/// The keys of a mapping alone.
const MAPPING_KEYS: &[&str] = &["title", "detect", "sources"];

/// Whether a value is written as a mapping, and not as cases: it says which files there are.
pub fn is_mapping(node: &Node) -> bool {
    let are_texts = |node: &Node| {
        let items = node.as_list().unwrap_or(std::slice::from_ref(node));
        !items.is_empty() && items.iter().all(|item| item.as_str().is_some())
    };
    let are_sources = |node: &Node| {
        let items = node.as_list().unwrap_or_default().iter();
        items.filter_map(|item| item.get("files")).any(are_texts)
    };
    node.get("files").is_some_and(are_texts) || node.get("sources").is_some_and(are_sources)
}

/// Reads a preset: a file of the templates that is one mapping.
pub fn parse_preset(name: &str, file: FileId, text: &str) -> Checked<Option<CaseMapping>> {
    let read = yaml::parse(file, text, 0);
    let mut findings = read.diagnostics;
    let mapping = read.value.map(|root| CaseMapping {
        preset: Some(name.to_string()),
        ..mapping(&root, &mut findings)
    });
    Checked::new(mapping, findings)
}

/// Reads a mapping.
pub(super) fn mapping(node: &Node, findings: &mut Vec<Diagnostic>) -> CaseMapping {
    let known: Vec<&str> = MAPPING_KEYS.iter().chain(SOURCE_KEYS).copied().collect();
    let mut fields = Fields::new(node, "a case mapping", &known, findings);
    let (title, detect) = (fields.text("title"), fields.text("detect"));
    let sources = match fields.node("sources") {
        None => source(node, fields.findings()).into_iter().collect(),
        Some(sources) => {
            for key in SOURCE_KEYS {
                if let Some(value) = fields.node(key) {
                    let message = format!("`{key}` stands beside `sources`");
                    let found = Diagnostic::new(codes::INVALID_VALUE, value.span, message);
                    fields
                        .findings()
                        .push(found.help("Write it into each of the sources."));
                }
            }
            match sources.as_list() {
                Some(items) => {
                    let sources = items.iter().filter_map(|item| {
                        Fields::new(item, "a source of cases", SOURCE_KEYS, fields.findings());
                        source(item, fields.findings())
                    });
                    sources.collect()
                }
                None => {
                    fields.wrong("sources", sources, "a list of mappings");
                    Vec::new()
                }
            }
        }
    };
    CaseMapping {
        preset: None,
        title,
        detect,
        sources,
    }
}

/// Reads one source, whose unknown keys are known.
fn source(node: &Node, findings: &mut Vec<Diagnostic>) -> Option<CaseSource> {
    let entries = node.as_map()?;
    let all: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
    let mut fields = Fields::new(node, "a case mapping", &all, findings);
    let lack = |key: &str, what: &str| {
        let message = format!("a case mapping without `{key}`");
        Diagnostic::new(
            codes::INVALID_VALUE,
            Span {
                end: node.span.start,
                ..node.span
            },
            message,
        )
        .help(format!("Say {what}."))
    };
    let files = fields.list("files");
    if fields.node("files").is_none() {
        let found = lack("files", "which files hold the cases, as a glob");
        fields.findings().push(found);
    }
    if fields.node("operation").is_none() {
        let found = lack("operation", "which operation the cases call");
        fields.findings().push(found);
    }
    let not = fields.list("not").unwrap_or_default();
    let inherit = fields.list("inherit").unwrap_or_default();
    let read = fields.node("read").and_then(|node| read_as(node, &mut fields));
    let blocks = fields.node("blocks").and_then(|node| pattern(node, &mut fields));
    let files_span = fields.node("files").map_or(node.span, |node| node.span);
    let get = |key: &str| node.get(key);
    let findings = fields.findings();
    let mut reader = FormulaReader { findings };
    let operation = get("operation").and_then(|node| reader.template("operation", node));
    let read = CaseSource {
        files: files.unwrap_or_default(),
        files_span,
        not,
        read,
        blocks: blocks.map(Arc::new),
        with: get("with").map(|node| reader.with(node)).unwrap_or_default(),
        each: get("each").map(|node| reader.each(node)).unwrap_or_default(),
        inherit,
        filter: get("where").and_then(|node| reader.formula("where", node)),
        name: get("name").and_then(|node| reader.template("name", node)),
        group: get("group").and_then(|node| reader.template("group", node)),
        input: get("input").and_then(|node| reader.input(node)),
        output: get("output").and_then(|node| reader.formula("output", node)),
        any_of: get("any_of").and_then(|node| reader.formula("any_of", node)),
        error: get("error").and_then(|node| reader.formula("error", node)),
        skip: get("skip").and_then(|node| reader.formula("skip", node)),
        tags: get("tags").and_then(|node| reader.formula("tags", node)),
        rules: get("compare").and_then(|node| reader.rules(node)),
        operation: operation?,
    };
    Some(read).filter(|source| !source.files.is_empty())
}

fn read_as(node: &Node, fields: &mut Fields<'_, '_>) -> Option<ReadAs> {
    let word = node.as_str().unwrap_or_default();
    let names = ReadAs::ALL.map(|(name, _)| name);
    let found = ReadAs::ALL.into_iter().find(|(name, _)| *name == word);
    if found.is_none() {
        let message = format!("`read` must be one of {}", names.join(", "));
        let found = Diagnostic::new(codes::INVALID_VALUE, node.span, message);
        fields.findings().push(found.suggest(word, node.span, &names));
    }
    found.map(|(_, read)| read)
}

fn pattern(node: &Node, fields: &mut Fields<'_, '_>) -> Option<regex_lite::Regex> {
    let text = fields.text("blocks")?;
    let message = match regex_lite::Regex::new(&text) {
        Ok(pattern) if pattern.capture_names().flatten().next().is_some() => return Some(pattern),
        Ok(_) => "`blocks` has no named group, such as `(?<input>.*)`".to_string(),
        Err(error) => format!("`blocks` is not a regular expression: {error}"),
    };
    let found = Diagnostic::new(codes::INVALID_VALUE, node.span, message);
    fields.findings().push(found);
    None
}

/// Reads what is an expression or a template.
struct FormulaReader<'f> {
    findings: &'f mut Vec<Diagnostic>,
}

impl FormulaReader<'_> {
    fn wrong(&mut self, span: Span, message: String) {
        let found = Diagnostic::new(codes::INVALID_VALUE, span, message);
        self.findings.push(found);
    }

    /// The text of an expression; a boolean or a number that is not quoted is one too.
    fn text(&mut self, key: &str, node: &Node) -> Option<String> {
        let text = node.scalar_text();
        let text = text.or_else(|| node.as_bool().map(|value| value.to_string()));
        if text.is_none() {
            let message = format!("`{key}` must be an expression, not {}", node.described());
            self.wrong(node.span, message);
        }
        text
    }

    fn formula(&mut self, key: &str, node: &Node) -> Option<Formula> {
        let text = self.text(key, node)?;
        let way = match DataPath::parse(&text) {
            Some(path) => Way::Path(path),
            None => match Expression::compile(&text) {
                Ok(compiled) => Way::Engine(Arc::new(compiled)),
                Err(why) => {
                    self.wrong(node.span, format!("`{key}` is not an expression: {why}"));
                    return None;
                }
            },
        };
        Some(Formula {
            text,
            span: node.span,
            way,
        })
    }

    fn template(&mut self, key: &str, node: &Node) -> Option<TextTemplate> {
        let text = self.text(key, node)?;
        if let Err(why) = check_template(&text) {
            self.wrong(node.span, format!("`{key}` is not a template: {why}"));
            return None;
        }
        Some(TextTemplate {
            text,
            span: node.span,
        })
    }

    fn entries<'n>(&mut self, key: &str, node: &'n Node, wanted: &str) -> &'n [Entry] {
        let entries = node.as_map();
        if entries.is_none() {
            self.wrong(
                node.span,
                format!("`{key}` must be {wanted}, not {}", node.described()),
            );
        }
        entries.unwrap_or_default()
    }

    fn with(&mut self, node: &Node) -> Vec<(String, TextTemplate)> {
        let entries = self.entries("with", node, "a mapping from names to paths").iter();
        let read = entries.filter_map(|entry| {
            let path = self.template(&entry.key, &entry.value)?;
            Some((entry.key.clone(), path))
        });
        read.collect()
    }

    fn each(&mut self, node: &Node) -> Vec<EachStep> {
        let Some(steps) = node.as_list() else {
            let items = self.formula("each", node);
            let step = |items| EachStep {
                name: "case".to_string(),
                items,
            };
            return items.map(step).into_iter().collect();
        };
        let steps = steps.iter().filter_map(|step| {
            let [entry] = self.entries("each", step, "steps such as `{ test: doc.tests }`") else {
                if step.as_map().is_some() {
                    self.wrong(step.span, "a step of `each` must bind one name".to_string());
                }
                return None;
            };
            let items = self.formula(&entry.key, &entry.value)?;
            let name = entry.key.clone();
            Some(EachStep { name, items })
        });
        steps.collect()
    }

    fn input(&mut self, node: &Node) -> Option<InputForm> {
        if let Some(items) = node.as_list() {
            let names = items.iter().filter_map(|item| {
                let name = item.as_str();
                if name.is_none() {
                    let message = format!("`input` must name fields, not {}", item.described());
                    self.wrong(item.span, message);
                }
                Some((name?.to_string(), item.span))
            });
            return Some(InputForm::Fields(names.collect()));
        }
        if let Some(entries) = node.as_map() {
            let named = entries.iter().filter_map(|entry| {
                let formula = self.formula(&entry.key, &entry.value)?;
                Some((entry.key.clone(), formula))
            });
            return Some(InputForm::Named(named.collect()));
        }
        self.formula("input", node).map(InputForm::Whole)
    }

    fn rules(&mut self, node: &Node) -> Option<EqualityRules> {
        let Some(items) = node.as_list() else {
            let message = format!("`compare` must be a list of rules, not {}", node.described());
            self.wrong(node.span, message);
            return None;
        };
        let mut rules = Vec::new();
        for item in items {
            let keys = ["where", "as"];
            let fields = Fields::new(item, "a rule of `compare`", &keys, self.findings);
            let (condition, replacement) = (fields.node("where"), fields.node("as"));
            let Some(replacement) = replacement else {
                self.wrong(item.span, "a rule of `compare` without `as`".to_string());
                continue;
            };
            let replacement = self.formula("as", replacement);
            let condition = condition.map(|node| self.formula("where", node));
            match (replacement, condition) {
                (Some(replacement), None) => rules.push((None, replacement)),
                (Some(replacement), Some(Some(condition))) => rules.push((Some(condition), replacement)),
                (None, _) | (Some(_), Some(None)) => {}
            }
        }
        let texts = rules.iter().map(|(condition, replacement)| match condition {
            Some(condition) => format!("`{}` where `{}`", replacement.text, condition.text),
            None => format!("`{}`", replacement.text),
        });
        let text = texts.collect::<Vec<_>>().join(", ");
        (!rules.is_empty()).then(|| EqualityRules::new(text, Arc::new(move |value| replaced(&rules, value))))
    }
}

/// What a value stands for by the first rule that is about it.
fn replaced(rules: &[(Option<Formula>, Formula)], value: &Value) -> Option<Value> {
    let names = Names::new(BTreeMap::from([("value".to_string(), DataValue::from(value))]));
    let evaluate = |formula: &Formula| match &formula.way {
        Way::Engine(expression) => expression.evaluate(&names).ok(),
        Way::Path(_) => Expression::compile(&formula.text).ok()?.evaluate(&names).ok(),
    };
    rules.iter().find_map(|(condition, replacement)| {
        let holds = condition
            .as_ref()
            .is_none_or(|condition| evaluate(condition).is_some_and(|holds| holds.is_true()));
        let replaced = evaluate(replacement).filter(|replaced| holds && !replaced.is_undefined())?;
        // A rule that changes nothing is not about the value: what is in it may be.
        replaced.to_value().ok().filter(|replaced| replaced != value)
    })
}
