//! The expressions and templates of a mapping: those that are plain paths are known as such, so that what they lead to keeps
//! its span.

use crate::template::Expression;
use ghostc_syntax::Span;
use std::sync::Arc;

/// An expression.
#[derive(Clone, Debug)]
pub(super) struct Formula {
    pub(super) text: String,
    /// Where it is written.
    pub(super) span: Span,
    pub(super) way: Way,
}

/// How an expression is evaluated.
#[derive(Clone, Debug)]
pub(super) enum Way {
    /// Steps through our own tree.
    Path(DataPath),
    /// The template engine.
    Engine(Arc<Expression>),
}

/// A name and steps from what it names: `set.variables`, `pair[1]`, `row[op]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DataPath {
    pub(super) root: String,
    pub(super) steps: Vec<PathStep>,
}

/// A step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PathStep {
    /// `.name` or `['name']`.
    Name(String),
    /// `[3]`.
    Index(usize),
    /// `[name]`: by the value that has this name.
    By(String),
}

/// A text with expressions in braces.
#[derive(Clone, Debug)]
pub(super) struct TextTemplate {
    pub(super) text: String,
    /// Where it is written.
    pub(super) span: Span,
}

/// Words of the expression language that are no names.
const WORDS: &[&str] = &[
    "true", "false", "none", "True", "False", "None", "not", "and", "or", "in", "is", "if", "else",
];

impl DataPath {
    /// The path that an expression is, where it is one.
    pub(super) fn parse(text: &str) -> Option<DataPath> {
        let text = text.trim();
        let (root, mut rest) = name(text)?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, after) = step(rest)?;
            steps.push(step);
            rest = after;
        }
        let root = root.to_string();
        (!WORDS.contains(&root.as_str())).then_some(DataPath { root, steps })
    }
}

/// The name that a text starts with, and what follows.
fn name(text: &str) -> Option<(&str, &str)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    starts.then(|| text.split_at(end))
}

fn step(text: &str) -> Option<(PathStep, &str)> {
    if let Some(rest) = text.strip_prefix('.') {
        let (name, rest) = name(rest)?;
        return Some((PathStep::Name(name.to_string()), rest));
    }
    let inside = text.strip_prefix('[')?;
    if let Some(quote) = inside.chars().next().filter(|c| matches!(c, '\'' | '"')) {
        let (name, rest) = inside.get(1..)?.split_once(quote)?;
        let rest = rest.strip_prefix(']')?;
        return (!name.contains('\\')).then(|| (PathStep::Name(name.to_string()), rest));
    }
    let (inside, rest) = inside.split_once(']')?;
    let step = match inside.parse() {
        Ok(index) => PathStep::Index(index),
        Err(_) => match name(inside)? {
            (name, "") if !WORDS.contains(&name) => PathStep::By(name.to_string()),
            _ => return None,
        },
    };
    Some((step, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_paths_are_told_from_expressions() {
        let steps = |text: &str| DataPath::parse(text).map(|path| (path.root, path.steps));
        let named = |name: &str| PathStep::Name(name.to_string());
        assert_eq!(steps("error"), Some(("error".to_string(), vec![])));
        assert_eq!(
            steps("doc.tests[0]['a b'].x"),
            Some((
                "doc".to_string(),
                vec![named("tests"), PathStep::Index(0), named("a b"), named("x")]
            ))
        );
        assert_eq!(
            steps("row[op]"),
            Some(("row".to_string(), vec![PathStep::By("op".to_string())]))
        );
        for text in [
            "true", "'x'", "[1]", "a | b", "a.b()", "a[-1]", "a[1:]", "a + b", "not a", "a.", "", "a[b.c]",
        ] {
            assert_eq!(steps(text), None, "{text}");
        }
    }
}
