//! Cases, as `ghostc cases --format json` prints them, and `ghostc inspect` among other facts.

use ghostc_spec::library::{Case, Package};
use ghostc_syntax::{Expectation, Sources, Value};
use schemars::JsonSchema;
use serde::Serialize;

/// The cases of some packages.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Cases {
    /// Always `ghostc.cases/1`.
    schema: String,
    packages: Vec<PackageCasesJson>,
}

#[derive(Serialize, JsonSchema)]
struct PackageCasesJson {
    name: String,
    /// Its folder.
    root: String,
    /// How many cases it has.
    cases: usize,
    /// How many of them agents do not see.
    held_out: usize,
    /// How many of them are not judged.
    not_judged: usize,
    /// The operations that cases name, in the order of the first of each.
    operations: Vec<OperationCasesJson>,
}

#[derive(Serialize, JsonSchema)]
struct OperationCasesJson {
    /// Its name as the cases write it.
    name: String,
    /// The operation of the spec that it is; null where none fits.
    calls: Option<String>,
    cases: Vec<CaseJson>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct CaseJson {
    id: String,
    /// The path of its group as written.
    operation: String,
    /// The operation that it calls; null where none fits.
    calls: Option<String>,
    name: String,
    file: String,
    line: usize,
    held_out: bool,
    /// How many steps it has; none where it has an input.
    steps: usize,
    /// What goes in: the arguments by parameter name, where these are known; null where the case is not judged.
    #[schemars(with = "serde_json::Value")]
    input: Value,
    /// What is expected: `output`, `any_of`, `error`, `pattern`, `steps` where each of these says it, or `skip` where it is not judged.
    expect: String,
    /// The output, the outputs of which one must come out, the text that the error contains, or the pattern; else null.
    #[schemars(with = "serde_json::Value")]
    value: Value,
    /// Why it is not judged.
    skip: Option<String>,
    /// The group that its suite puts it in, else its operation.
    group: String,
    /// Words that its suite gives it.
    tags: Vec<String>,
}

/// The cases of a library as JSON.
pub(crate) fn cases(packages: &[&Package], sources: &Sources) -> Cases {
    let package = |package: &&Package| {
        let operations = by_operation(package).into_iter();
        let operations = operations.map(|(name, cases)| OperationCasesJson {
            name: name.to_string(),
            calls: cases.first().and_then(|case| calls(package, case)),
            cases: cases
                .iter()
                .map(|case| CaseJson::new(package, case, sources))
                .collect(),
        });
        let count = |wanted: &dyn Fn(&Case) -> bool| package.cases.iter().filter(|case| wanted(case)).count();
        PackageCasesJson {
            name: package.name.clone(),
            root: package.root.clone(),
            cases: package.cases.len(),
            held_out: count(&|case| case.held_out),
            not_judged: count(&|case| case.skip.is_some()),
            operations: operations.collect(),
        }
    };
    Cases {
        schema: "ghostc.cases/1".to_string(),
        packages: packages.iter().map(package).collect(),
    }
}

/// The cases of a package by the operation that they name, in the order of the first of each.
pub(crate) fn by_operation(package: &Package) -> Vec<(&str, Vec<&Case>)> {
    let mut places: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    let mut out: Vec<(&str, Vec<&Case>)> = Vec::new();
    for case in &package.cases {
        let at = *places.entry(&case.group).or_insert(out.len());
        match out.get_mut(at) {
            Some((_, cases)) => cases.push(case),
            None => out.push((&case.group, vec![case])),
        }
    }
    out
}

fn calls(package: &Package, case: &Case) -> Option<String> {
    let operation = case.operation.and_then(|at| package.operations.get(at));
    operation.map(|operation| operation.name.clone())
}

impl CaseJson {
    pub(super) fn new(package: &Package, case: &Case, sources: &Sources) -> CaseJson {
        let (expect, value) = expected(case);
        CaseJson {
            id: case.id.clone(),
            operation: case.group.clone(),
            calls: calls(package, case),
            name: case.name.clone(),
            file: sources.get(case.span.file).path.clone(),
            line: sources.line(case.span),
            held_out: case.held_out,
            steps: case.steps().len(),
            input: case
                .skip
                .as_ref()
                .map_or_else(|| (*case.input).clone(), |_| Value::Null),
            expect: expect.to_string(),
            value,
            skip: case.skip.clone(),
            group: case.subgroup.as_ref().unwrap_or(&case.group).clone(),
            tags: case.tags.clone(),
        }
    }
}

/// What is expected of a case, in a word and as a value.
pub(crate) fn expected(case: &Case) -> (&'static str, Value) {
    let text = |text: &String| Value::String(text.clone());
    if case.skip.is_some() {
        return ("skip", Value::Null);
    }
    match &case.expect {
        Expectation::Output(value) => ("output", value.clone()),
        Expectation::AnyOf(values) => ("any_of", Value::Array(values.clone())),
        Expectation::Error => ("error", Value::Null),
        Expectation::ErrorWith(says) => ("error", text(says)),
        Expectation::Pattern => ("pattern", case.matches.as_ref().map_or(Value::Null, text)),
        // Each says what it expects, as a part of the input.
        Expectation::Anything | Expectation::Steps(_) => ("steps", Value::Null),
    }
}
