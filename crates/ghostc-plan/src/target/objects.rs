//! What templates of targets see of objects and of the steps of cases.

use super::context::{CaseContext, ObjectContext, StepContext};
use super::{OBJECTS, Target};
use crate::codes;
use ghostc_spec::library::{Case, Package};
use ghostc_spec::template::TemplateError;
use ghostc_syntax::cases::step::{OBJECT, object_name};
use ghostc_syntax::value::Map;
use ghostc_syntax::{Diagnostic, Expectation, Receiver, Step, Value};
use std::collections::{BTreeMap, BTreeSet};

impl Target {
    /// The objects among some operations, each with its methods and the cases of all of them.
    pub(super) fn objects(
        &self,
        package: &Package,
        operations: &[usize],
        cases_of: &mut impl FnMut(usize) -> Vec<CaseContext>,
    ) -> Vec<ObjectContext> {
        let mut seen = BTreeSet::new();
        let mut objects = Vec::new();
        for at in operations {
            let made = package
                .operations
                .get(*at)
                .filter(|operation| operation.makes_object());
            let Some(made) = made.filter(|made| seen.insert(made.name.as_str())) else {
                continue;
            };
            let members: Vec<usize> = package
                .members(&made.name)
                .filter(|member| operations.contains(member))
                .collect();
            let methods = members.iter().filter_map(|at| package.operations.get(*at));
            let methods = methods
                .filter(|operation| !operation.makes_object())
                .map(|operation| self.operation(operation, Vec::new()));
            objects.push(ObjectContext {
                name: made.name.clone(),
                class: self.function_name(made),
                module: self.module_name(made),
                signature: made.signature.text.clone(),
                summary: made.summary.clone(),
                params: self.params(made),
                methods: methods.collect(),
                cases: members.iter().flat_map(|member| cases_of(*member)).collect(),
            });
        }
        objects
    }

    /// Whether the target knows objects.
    pub(super) fn check_objects(&self) -> Result<(), TemplateError> {
        if self.templates.contains(&self.template_path(OBJECTS)) {
            return Ok(());
        }
        Err(TemplateError::about(&self.yaml_path, &self.yaml_text, |span| {
            let message = format!(
                "the target `{}` builds no objects: it has no `{OBJECTS}`",
                self.name
            );
            Diagnostic::new(codes::INVALID_TARGET, span, message)
        }))
    }

    /// The steps of a case; none where it has an input.
    pub(super) fn steps(&self, package: &Package, case: &Case) -> Vec<StepContext> {
        let Expectation::Steps(steps) = &case.expect else {
            return Vec::new();
        };
        let names = self.object_names(package, steps);
        steps
            .iter()
            .map(|step| self.step(package, step, &names))
            .collect()
    }

    fn step(&self, package: &Package, step: &Step, names: &BTreeMap<&str, String>) -> StepContext {
        let operation = package.operation(&step.operation);
        let class = operation
            .and_then(|operation| operation.object.as_deref())
            .map(|object| self.spell(self.naming.class, object));
        let named = |name: &String| names.get(name.as_str()).cloned();
        StepContext {
            called: step.called(),
            makes: step.receiver == Receiver::New,
            on: match &step.receiver {
                Receiver::Object(name) => named(name),
                Receiver::New | Receiver::Nothing => None,
            },
            class,
            function: operation.map_or_else(String::new, |operation| self.function_name(operation)),
            module: operation.map_or_else(String::new, |operation| self.module_name(operation)),
            params: operation.map_or_else(Vec::new, |operation| self.params(operation)),
            input: (&renamed(&step.input, names)).into(),
            expected: self.expected(&step.expect, step.approx, step.exact, step.matches.as_ref()),
            keep: step.keep.as_ref().and_then(named),
        }
    }

    /// The names of a case's objects as variables of the language, none of them a name of the test suite or the package.
    fn object_names<'s>(&self, package: &Package, steps: &'s [Step]) -> BTreeMap<&'s str, String> {
        let mut used = self.naming.suite.clone();
        used.insert(self.package_module(package));
        let mut names = BTreeMap::new();
        for name in steps.iter().filter_map(|step| step.keep.as_deref()) {
            let mut spelled = self.spell(self.naming.function, name);
            while !used.insert(spelled.clone()) {
                spelled.push('_');
            }
            names.insert(name, spelled);
        }
        names
    }
}

/// An input with the names that its objects have in the language.
fn renamed(input: &Value, names: &BTreeMap<&str, String>) -> Value {
    match input {
        Value::Object(members) => {
            if let Some(name) = object_name(input).and_then(|name| names.get(name)) {
                return Value::Object(Map::from_iter([(
                    OBJECT.to_string(),
                    Value::String(name.clone()),
                )]));
            }
            let members = members.iter();
            Value::Object(
                members
                    .map(|(key, value)| (key.clone(), renamed(value, names)))
                    .collect(),
            )
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| renamed(item, names)).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => input.clone(),
    }
}
