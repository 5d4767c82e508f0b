//! The steps of a case: a list of mappings, each with what is called and what that gives.

use super::{ANY_OF, CaseReader, ERROR, EXACT, INPUT, OUTPUT};
use crate::cases::Expectation;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::value::Value;
use crate::yaml::{Content, Entry, Node};
use std::sync::Arc;

/// One step as written.
#[derive(Clone, Debug)]
pub struct RawStep {
    /// Whether it makes an object.
    pub makes: bool,
    /// The object that is made, the method with the object that it is called on, or the function.
    pub called: (String, Span),
    /// What goes in; nothing where the key is absent.
    pub input: Option<(Arc<Value>, Span)>,
    /// What comes out.
    pub expect: Expectation,
    /// Where its output is written, if it expects one.
    pub output: Option<Span>,
    /// The absolute tolerance for every float in the output.
    pub approx: Option<f64>,
    /// Whether integers and floats are told apart in its output.
    pub exact: bool,
    /// A regular expression that a string output must match.
    pub matches: Option<String>,
    /// The name that the resulting object gets.
    pub keep: Option<(String, Span)>,
    /// The objects that are gone afterwards.
    pub consumes: Vec<(String, Span)>,
    /// The whole step.
    pub span: Span,
}

/// What a case says for all its steps.
#[derive(Clone, Copy)]
pub(super) struct Defaults {
    pub(super) exact: bool,
    pub(super) approx: Option<f64>,
}

/// The key of a case that holds its steps.
pub(super) const STEPS: &str = "steps";
const NEW: &str = "new";
const CALL: &str = "call";
const KEYS: &[&str] = &[
    NEW, CALL, "input", "output", ANY_OF, "error", "as", "consumes", "approx", EXACT, "matches", "note",
];

/// Whether an entry holds steps in this layout, or tries to: lists of something else are somebody else's.
pub(super) fn is_steps(entry: &Entry) -> bool {
    let has_call = |item: &Node| item.get(NEW).or_else(|| item.get(CALL)).is_some();
    entry.key == STEPS
        && match &entry.value.value {
            Content::List(items) => items.is_empty() || items.iter().any(has_call),
            Content::Scalar(_) | Content::Map(_) => true,
        }
}

impl CaseReader<'_> {
    /// The steps of a case; nothing where one of them, or what stands beside them, cannot be read, which is said.
    pub(super) fn steps(
        &mut self,
        entries: &[Entry],
        defaults: Defaults,
        whole: Span,
    ) -> Option<Vec<RawStep>> {
        let entry = entries.iter().find(|entry| entry.key == STEPS)?;
        let of_plain = [INPUT, OUTPUT, ERROR, &[ANY_OF, "matches"]].concat();
        if let Some(beside) = entries
            .iter()
            .find(|other| of_plain.contains(&other.key.as_str()))
        {
            let message = format!("`{}` stands beside `{STEPS}`", beside.key);
            let found = Diagnostic::new(codes::UNEXPECTED_SHAPE, beside.key_span, message);
            let found = found.also(entry.key_span, "the steps");
            self.findings
                .push(found.help("Write it in the step that it is about."));
            return None;
        }
        let Some(items) = entry.value.as_list().filter(|items| !items.is_empty()) else {
            self.misfit(&entry.value, "`steps` must be a list of steps");
            return None;
        };
        let read: Vec<Option<RawStep>> = items.iter().map(|item| self.step(item, defaults)).collect();
        let steps: Vec<RawStep> = read.into_iter().collect::<Option<_>>()?;
        if steps.iter().all(|step| step.expect == Expectation::Anything) {
            let message = "a case whose steps expect nothing cannot fail";
            let found = Diagnostic::new(codes::NO_EXPECTATION, whole.first_line(self.text), message);
            self.findings
                .push(found.help("Add `output: …` or `error: true` to a step."));
            return None;
        }
        Some(steps)
    }

    fn step(&mut self, node: &Node, defaults: Defaults) -> Option<RawStep> {
        let Some(entries) = node.as_map() else {
            self.misfit(node, "a step must be a mapping with `new` or `call`");
            return None;
        };
        if !self.has_step_keys(entries) {
            return None;
        }
        let find = |name: &str| entries.iter().find(|entry| entry.key == name);
        let (made, called) = (find(NEW), find(CALL));
        let act = match (made, called) {
            (Some(act), None) | (None, Some(act)) => act,
            (Some(_), Some(second)) => {
                let message = "a step makes an object or calls something, not both";
                self.findings.push(
                    Diagnostic::new(codes::UNEXPECTED_SHAPE, second.key_span, message)
                        .help("Make two steps of it."),
                );
                return None;
            }
            (None, None) => {
                self.misfit(node, "a step needs `new` or `call`");
                return None;
            }
        };
        let matches = find("matches").and_then(|entry| self.text(entry));
        let (output, any_of, error) = (find("output"), find(ANY_OF), find("error"));
        let keep = find("as");
        if let (Some(keep), Some(output)) = (keep, output.or(any_of)) {
            let message = "a result that is kept as an object has no output to compare";
            let found = Diagnostic::new(codes::UNEXPECTED_SHAPE, output.key_span, message);
            let found = found.also(keep.key_span, "it is kept here");
            self.findings
                .push(found.help("Take it out, and look at the object in a later step."));
            return None;
        }
        let says_nothing = output.or(any_of).is_none()
            && matches.is_none()
            && error.is_none_or(|error| error.value.as_bool() == Some(false));
        let expect = if says_nothing {
            Expectation::Anything
        } else if let Some(any_of) = any_of {
            self.any_of(any_of, [output, error])?
        } else {
            self.expectation(output, error, matches.is_some(), node.span)?
        };
        Some(RawStep {
            makes: made.is_some(),
            called: self.text(act)?,
            input: find("input").map(|entry| (Arc::new(entry.value.to_json()), entry.value.span)),
            expect,
            output: output.or(any_of).map(|entry| entry.value.span),
            approx: match find("approx") {
                Some(entry) => Some(self.tolerance(entry)?),
                None => defaults.approx,
            },
            exact: match find(EXACT) {
                Some(entry) => self.boolean(entry)?,
                None => defaults.exact,
            },
            matches: matches.map(|(text, _)| text),
            keep: match keep {
                Some(entry) => Some(self.text(entry)?),
                None => None,
            },
            consumes: match find("consumes") {
                Some(entry) => self.names(entry)?,
                None => Vec::new(),
            },
            span: node.span,
        })
    }

    /// Whether a step has no other keys than steps have; what it has besides is said.
    fn has_step_keys(&mut self, entries: &[Entry]) -> bool {
        let unknown = entries.iter().filter(|entry| !KEYS.contains(&entry.key.as_str()));
        let before = self.findings.len();
        for entry in unknown {
            let message = format!("a step has no key `{}`", entry.key);
            let found = Diagnostic::new(codes::UNKNOWN_KEY, entry.key_span, message);
            self.findings
                .push(found.suggest(&entry.key, entry.key_span, KEYS));
        }
        self.findings.len() == before
    }

    /// One name, or a list of them.
    fn names(&mut self, entry: &Entry) -> Option<Vec<(String, Span)>> {
        let of = |node: &Node| node.as_str().map(|name| (name.to_string(), node.span));
        let names = match entry.value.as_list() {
            Some(items) => items.iter().map(of).collect(),
            None => of(&entry.value).map(|name| vec![name]),
        };
        names.or_else(|| {
            let message = "`consumes` must be the name of an object, or a list of names";
            self.misfit(&entry.value, message);
            None
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::cases::{Expectation, parse_cases};
    use crate::source::FileId;
    use crate::value::Value;

    #[test]
    fn steps_are_read_in_order_with_what_they_expect() {
        let text = "Stack:\n  - name: a\n    steps:\n      - { new: Stack, input: { capacity: 2 }, as: s }\n      - { call: s.push, input: { value: 1 } }\n      - { call: s.pop, output: 1 }\n      - { call: s.close, consumes: s, error: true }\n";
        let read = parse_cases(FileId(0), text);
        assert_eq!(read.diagnostics, []);
        let case = &read.value.cases[0];
        let seen: Vec<_> = case
            .steps
            .iter()
            .map(|step| (step.makes, step.called.0.as_str(), step.expect.clone()))
            .collect();
        assert_eq!(
            seen,
            [
                (true, "Stack", Expectation::Anything),
                (false, "s.push", Expectation::Anything),
                (
                    false,
                    "s.pop",
                    Expectation::Output(Value::from(serde_json::json!(1)))
                ),
                (false, "s.close", Expectation::Error),
            ]
        );
        assert_eq!(case.steps[0].keep.as_ref().map(|keep| keep.0.as_str()), Some("s"));
        assert_eq!(case.steps[3].consumes[0].0, "s");
    }

    #[test]
    fn steps_that_do_not_fit_are_said_where_they_stand() {
        for (steps, code) in [
            ("[]", "unexpected-shape"),
            ("3", "unexpected-shape"),
            ("[{new: A}, 3]", "unexpected-shape"),
            (
                "[{new: A}, {call: a.b, output: 1}, {output: 2}]",
                "unexpected-shape",
            ),
            ("[{new: A, call: a.b, output: 1}]", "unexpected-shape"),
            ("[{new: A, as: a, output: 1}]", "unexpected-shape"),
            (
                "[{new: A}, {call: a.b, consumes: 3, output: 1}]",
                "unexpected-shape",
            ),
            ("[{new: A}, {cal: a.b, output: 1}]", "unknown-key"),
            ("[{new: A, as: a}, {call: a.b}]", "no-expectation"),
            ("[{call: a.b, output: 1, error: true}]", "output-and-error"),
            ("[{call: a.b, output: 1, approx: near}]", "invalid-value"),
            ("[{call: a.b, output: 1}], input: 1", "unexpected-shape"),
        ] {
            let read = parse_cases(FileId(0), &format!("A:\n  - {{name: x, steps: {steps}}}\n"));
            let codes: Vec<_> = read.diagnostics.iter().map(|found| found.code.name).collect();
            assert_eq!(codes, [code], "{steps}");
            assert!(read.value.cases.is_empty(), "{steps}");
        }
    }
}
