//! The steps of cases: each call's operation, and whether the objects that it names are there.

use super::inputs::arrange;
use crate::codes;
use crate::library::{Case, Operation, Package};
use ghostc_syntax::cases::step::each_object;
use ghostc_syntax::{Diagnostic, Expectation, RawCase, RawStep, Receiver, Span, Step, Value, suggest};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Gives a case its steps, or says why it cannot have them.
pub(super) fn resolve(
    raw: &RawCase,
    case: &mut Case,
    package: &Package,
    names: &BTreeMap<&str, usize>,
    findings: &mut Vec<Diagnostic>,
) {
    if raw.steps.is_empty() {
        let operation = case.operation.and_then(|at| package.operations.get(at));
        findings.extend(operation.and_then(|operation| without_steps(case, operation)));
        return;
    }
    let mut scope = StepScope {
        package,
        names,
        objects: BTreeMap::new(),
    };
    let mut steps = Vec::with_capacity(raw.steps.len());
    for raw in &raw.steps {
        match scope.step(raw) {
            Ok(step) => steps.push(step),
            Err(found) => findings.push(*found),
        }
    }
    if steps.len() == raw.steps.len() {
        case.input = Arc::new(Value::Array(steps.iter().map(Step::to_value).collect()));
        case.input_text = case.input.to_string();
    }
    case.expect = Expectation::Steps(steps.into());
}

/// What is wrong with a case of an object that has an input and no steps.
fn without_steps(case: &Case, operation: &Operation) -> Option<Diagnostic> {
    let object = operation.object.as_deref()?;
    let fails = matches!(case.expect, Expectation::Error | Expectation::ErrorWith(_));
    let message = if !operation.makes_object() {
        format!(
            "`{}` is called on an object, and this case makes none",
            operation.name
        )
    } else if fails {
        return None;
    } else {
        format!("`{object}` gives an object, which is no output to compare")
    };
    let found = Diagnostic::new(codes::METHOD_WITHOUT_OBJECT, case.span, message);
    let found = found.also(operation.span, "the operation");
    Some(found.help(format!(
        "Write `steps:` with `{{ new: {object}, as: … }}`, and then the calls."
    )))
}

/// The objects that the steps of one case have made so far.
struct StepScope<'p> {
    package: &'p Package,
    names: &'p BTreeMap<&'p str, usize>,
    objects: BTreeMap<&'p str, MadeObject>,
}

/// An object that a step has made.
struct MadeObject {
    /// What it is, where that is known.
    object: Option<String>,
    /// Where it got its name.
    span: Span,
    /// The step that consumed it.
    gone: Option<Span>,
}

type StepResult<T> = Result<T, Box<Diagnostic>>;

fn unknown(span: Span, message: String) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_OBJECT, span, message)
}

fn misfit(span: Span, message: String) -> Diagnostic {
    Diagnostic::new(codes::STEP_DOES_NOT_FIT, span, message)
}

impl<'p> StepScope<'p> {
    fn step(&mut self, raw: &'p RawStep) -> StepResult<Step> {
        let called = if raw.makes {
            self.maker(raw).map(|operation| (operation, Receiver::New))
        } else {
            self.called(raw)
        };
        // A name counts as made even where its step is wrong, so that one mistake is one finding.
        let object = called
            .as_ref()
            .ok()
            .and_then(|(operation, receiver)| self.result(operation, receiver));
        let made = self.make(raw, object);
        let (operation, receiver) = called?;
        made?;
        let input = arrange(raw.input.as_ref().map(|(value, _)| value), &operation.signature);
        let place = raw.input.as_ref().map_or(raw.span, |(_, span)| *span);
        let input = input.map_err(|why| {
            let found = misfit(place, format!("the input does not fit: {why}"));
            found.also(operation.span, "the operation")
        })?;
        let mut used: Vec<&str> = Vec::new();
        let mut wrong = None;
        each_object(&input, &mut |name| match name {
            Some(name) => match self.there(name, place) {
                Ok(()) if self.objects.contains_key(name) => used.push(name),
                Ok(()) => {}
                Err(found) => {
                    wrong.get_or_insert(*found);
                }
            },
            None => {
                let message = "an object is `{ $object: name }`, with nothing beside it".to_string();
                wrong.get_or_insert(misfit(place, message));
            }
        });
        if let Some(wrong) = wrong {
            return Err(Box::new(wrong));
        }
        check_expectation(raw, operation)?;
        if let Receiver::Object(name) = &receiver {
            used.push(name);
        }
        self.consume(raw, &used)?;
        Ok(Step {
            operation: operation.name.clone(),
            receiver,
            input,
            expect: raw.expect.clone(),
            approx: raw.approx,
            exact: raw.exact,
            matches: raw.matches.clone(),
            keep: raw.keep.as_ref().map(|(name, _)| name.clone()),
            consumes: raw.consumes.iter().map(|(name, _)| name.clone()).collect(),
        })
    }

    fn operation(&self, name: &str) -> Option<&'p Operation> {
        self.package.operations.get(*self.names.get(name)?)
    }

    /// What makes the object of a step with `new`.
    fn maker(&self, raw: &RawStep) -> StepResult<&'p Operation> {
        let (name, span) = (raw.called.0.as_str(), raw.called.1);
        match self.operation(name) {
            Some(operation) if operation.makes_object() => Ok(operation),
            Some(operation) => {
                let found = unknown(span, format!("`{name}` makes no object"));
                let found = found.also(operation.span, "it is a function, or a method");
                Err(Box::new(found.help(format!("Write `call: {name}`."))))
            }
            None => {
                let objects = self
                    .package
                    .operations
                    .iter()
                    .filter(|found| found.makes_object());
                let objects: Vec<&str> = objects.map(|found| found.name.as_str()).collect();
                let found = unknown(span, format!("the spec has no object `{name}`"));
                Err(Box::new(if objects.is_empty() {
                    found.help(format!(
                        "Add a heading that makes one, `### {name}(…) → {name}`, and headings for its methods."
                    ))
                } else {
                    found.suggest(name, span, &objects)
                }))
            }
        }
    }

    /// What a step with `call` calls, and on what.
    fn called(&self, raw: &RawStep) -> StepResult<(&'p Operation, Receiver)> {
        let (text, span) = (raw.called.0.as_str(), raw.called.1);
        if let Some((name, own)) = text.split_once('.')
            && self.objects.contains_key(name)
        {
            self.there(name, span)?;
            let operation = self.method(name, own, span)?;
            return Ok((operation, Receiver::Object(name.to_string())));
        }
        match self.operation(text) {
            Some(operation) if operation.makes_object() => {
                let found = unknown(span, format!("`{text}` is made, and not called"));
                Err(Box::new(found.help(format!("Write `new: {text}`."))))
            }
            Some(operation) if operation.object.is_some() && !gives_its_object(operation) => {
                let message = format!("`{text}` is called on an object, and this step names none");
                let found = Diagnostic::new(codes::METHOD_WITHOUT_OBJECT, span, message);
                Err(Box::new(found.also(operation.span, "the method").help(
                    "Name an object that an earlier step has made, as in `call: s.method`.",
                )))
            }
            Some(operation) => Ok((operation, Receiver::Nothing)),
            None => Err(Box::new(match text.split_once('.') {
                Some((name, _)) => self.never_made(name, span),
                None => {
                    let names: Vec<&str> = self.names.keys().copied().collect();
                    unknown(span, format!("no operation is named `{text}`")).suggest(text, span, &names)
                }
            })),
        }
    }

    /// The method of a made object.
    fn method(&self, name: &str, own: &str, span: Span) -> StepResult<&'p Operation> {
        let known = self.objects.get(name).and_then(|made| made.object.as_deref());
        let methods = self.package.operations.iter().filter(|found| {
            let is_method = found.object.is_some() && !found.makes_object();
            is_method && known.is_none_or(|object| found.object.as_deref() == Some(object))
        });
        let mut named = methods.clone().filter(|found| found.own_name() == own);
        match (named.next(), named.next()) {
            (Some(only), None) => Ok(only),
            (Some(first), Some(second)) if known.is_none() => {
                let found = unknown(
                    span,
                    format!("nothing says what `{name}` is, and `{own}` is a method of several objects"),
                );
                let found = found.also(first.span, "one").also(second.span, "another");
                Err(Box::new(found.help(
                    "Name the object in the result of the signature that gives it: `→ Stack`.",
                )))
            }
            (Some(first), Some(_)) => Ok(first),
            (None, _) => {
                let whose = known.map_or("no object".to_string(), |object| format!("`{object}`"));
                let found = match known {
                    Some(_) => unknown(span, format!("{whose} has no method `{own}`")),
                    None => unknown(span, format!("{whose} has a method `{own}`")),
                };
                let names: Vec<&str> = methods.map(Operation::own_name).collect();
                Err(Box::new(match suggest::nearest(own, &names) {
                    Some(near) => found.help(format!("Write `{name}.{near}`.")).fix(
                        format!("write `{name}.{near}`"),
                        span,
                        format!("{name}.{near}"),
                    ),
                    None if names.is_empty() => found,
                    None => found.note(format!("methods: {}", names.join(", "))),
                }))
            }
        }
    }

    /// What a call gives, where its signature names an object.
    fn result(&self, operation: &Operation, receiver: &Receiver) -> Option<String> {
        if *receiver == Receiver::New {
            return operation.object.clone();
        }
        let mut results = operation.signature.results();
        results.find_map(|result| match result {
            "Self" | "self" | "this" => operation.object.clone(),
            name => self
                .operation(name)
                .filter(|found| found.makes_object())
                .map(|found| found.name.clone()),
        })
    }

    /// Whether an object of a name is there.
    fn there(&self, name: &str, span: Span) -> StepResult<()> {
        match self.objects.get(name) {
            None => Err(Box::new(self.never_made(name, span))),
            Some(MadeObject { gone: Some(by), .. }) => {
                let message = format!("`{name}` is gone: an earlier step has consumed it");
                let found = Diagnostic::new(codes::CONSUMED_OBJECT, span, message);
                Err(Box::new(
                    found
                        .also(*by, "it was consumed here")
                        .help("Make another object, or remove this step."),
                ))
            }
            Some(_) => Ok(()),
        }
    }

    fn never_made(&self, name: &str, span: Span) -> Diagnostic {
        let made: Vec<&str> = self.objects.keys().copied().collect();
        let found = unknown(span, format!("no object `{name}` was made before this step"));
        match suggest::nearest(name, &made) {
            Some(near) => found.help(format!("Write `{near}`.")),
            None if made.is_empty() => found.help(format!("Make it first: `{{ new: …, as: {name} }}`.")),
            None => found.note(format!("made: {}", made.join(", "))),
        }
    }

    /// Gives the result of a step its name.
    fn make(&mut self, raw: &'p RawStep, object: Option<String>) -> StepResult<()> {
        let Some((name, span)) = raw.keep.as_ref().map(|(name, span)| (name.as_str(), *span)) else {
            return Ok(());
        };
        let is_word = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if !is_word || name.starts_with(|c: char| c.is_numeric()) {
            let message = format!("`{name}` is no name for an object: letters, digits and `_`");
            return Err(Box::new(misfit(span, message)));
        }
        if matches!(raw.expect, Expectation::Error | Expectation::ErrorWith(_)) {
            let message = format!("a step that fails gives no object, so nothing is called `{name}`");
            return Err(Box::new(misfit(span, message)));
        }
        if let Some(known) = self.objects.get(name) {
            let message = format!("two objects of this case are named `{name}`");
            let found = Diagnostic::new(codes::REPEATED_OBJECT, span, message);
            let found = found.also(known.span, "the first");
            return Err(Box::new(found.help("Give the second another name.")));
        }
        let made = MadeObject {
            object,
            span,
            gone: None,
        };
        self.objects.insert(name, made);
        Ok(())
    }

    /// Takes away what a step consumes, which it must use.
    fn consume(&mut self, raw: &RawStep, used: &[&str]) -> StepResult<()> {
        for (name, span) in &raw.consumes {
            if !used.contains(&name.as_str()) {
                let found = misfit(
                    *span,
                    format!("this step does not use `{name}`, so it cannot consume it"),
                );
                return Err(Box::new(found));
            }
            if let Some(made) = self.objects.get_mut(name.as_str()) {
                made.gone = Some(*span);
            }
        }
        Ok(())
    }
}

/// Whether a method can be called on its class, since it gives one of its objects: `Stack.of(values) → Stack`.
fn gives_its_object(operation: &Operation) -> bool {
    let object = operation.object.as_deref().unwrap_or_default();
    operation
        .signature
        .results()
        .any(|result| result == object || result == "Self")
}

/// What a step expects must be something that can be compared.
fn check_expectation(raw: &RawStep, operation: &Operation) -> StepResult<()> {
    if let Some(error) = raw
        .matches
        .as_ref()
        .and_then(|pattern| regex_lite::Regex::new(pattern).err())
    {
        let message = format!("`matches` is not a regular expression: {error}");
        return Err(Box::new(Diagnostic::new(codes::INVALID_VALUE, raw.span, message)));
    }
    if raw.makes && matches!(raw.expect, Expectation::Output(_) | Expectation::Pattern) {
        let message = format!(
            "`{}` gives an object, which is no output to compare",
            operation.name
        );
        let found = misfit(raw.output.unwrap_or(raw.span), message);
        return Err(Box::new(found.help("Look at the object in a later step.")));
    }
    Ok(())
}
