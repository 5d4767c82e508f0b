//! Cases: those of `tests.yaml` under their operations, and the examples of the documents that they do not repeat.

use super::inputs::{arrange, bind};
use super::steps;
use crate::first_occurrence::FirstOccurrences;
use crate::library::{Case, Operation, Package};
use crate::settings::Settings;
use crate::{content, held_out, numbers};
use ghostc_syntax::value::{Precision, equal};
use ghostc_syntax::{
    Diagnostic, Example, ExampleResult, Expectation, RawCase, Sources, Value, codes, collapse_whitespace,
    slug,
};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// All cases of a package, with the held-out ones marked.
pub(super) fn collect(
    package: &Package,
    sources: &Sources,
    settings: &Settings,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Case> {
    let names: BTreeMap<&str, usize> = package
        .operations
        .iter()
        .enumerate()
        .rev()
        .map(|(at, operation)| (operation.name.as_str(), at))
        .collect();
    let mut ids = Ids::default();
    let mut marked: BTreeSet<String> = BTreeSet::new();
    let mut cases: Vec<Case> = Vec::new();
    for raw in package.case_files.iter().flat_map(|file| &file.cases) {
        check_pattern(raw, findings);
        let mut case = written(raw, &package.operations, &names, &mut ids);
        steps::resolve(raw, &mut case, package, &names, findings);
        if raw.held_out.is_some() {
            marked.insert(case.id.clone());
        }
        cases.push(case);
    }
    let inputs = Inputs::of(&cases);
    let mut shown: BTreeSet<String> = inputs.repeated(&cases);
    let mut of_examples: BTreeMap<(Option<usize>, String), usize> = BTreeMap::new();
    let examples = package
        .documents
        .iter()
        .filter(|home| home.role == crate::library::Role::Spec)
        .flat_map(|home| &home.spec.examples);
    for example in examples {
        let Some(case) = shown_case(example, package, &names, sources, findings) else {
            continue;
        };
        let key = (case.operation, sorted_text(&case).into_owned());
        let known = inputs
            .first(&case, &cases)
            .or_else(|| of_examples.get(&key).copied());
        let known = known.and_then(|at| cases.get(at));
        if let Some(known) = known {
            shown.insert(known.id.clone());
        }
        // Inputs that differ in the order of keys alone are two cases where they expect different things.
        if known.is_none_or(|known| !same(known, &case)) {
            let id = ids.unique(case.id.clone());
            of_examples.entry(key).or_insert(cases.len());
            cases.push(Case { id, ..case });
        }
    }
    numbers::check(package, &cases, sources, settings, findings);
    let maker = |at: usize| {
        let object = package
            .operations
            .get(at)
            .and_then(|operation| operation.object.as_deref());
        object.and_then(|object| names.get(object)).copied().unwrap_or(at)
    };
    held_out::mark(&mut cases, settings.held_out, maker, |case| {
        marked.contains(&case.id) || shown.contains(&case.id)
    });
    cases
}

/// The text of an input without the order of its keys: what shows one order shows them all.
fn sorted_text(case: &Case) -> Cow<'_, str> {
    match case.input.sorted() {
        Cow::Borrowed(_) => Cow::Borrowed(&case.input_text),
        Cow::Owned(sorted) => Cow::Owned(sorted.to_string()),
    }
}

/// The places of cases, by a hash of their operation and input: most inputs are there once, and comparing numbers is
/// faster than comparing texts. The order of keys does not count.
struct Inputs(Vec<(u64, usize)>);

impl Inputs {
    fn of(cases: &[Case]) -> Inputs {
        let hashes = cases
            .iter()
            .enumerate()
            .map(|(at, case)| (Inputs::hash(case), at));
        let mut hashes: Vec<(u64, usize)> = hashes.collect();
        hashes.sort_unstable();
        Inputs(hashes)
    }

    fn hash(case: &Case) -> u64 {
        let mut hasher = DefaultHasher::new();
        (case.operation, sorted_text(case)).hash(&mut hasher);
        hasher.finish()
    }

    /// The first of these cases with the operation and input of another.
    fn first(&self, case: &Case, cases: &[Case]) -> Option<usize> {
        let equal =
            |known: &Case| known.operation == case.operation && sorted_text(known) == sorted_text(case);
        let hash = Inputs::hash(case);
        let start = self.0.partition_point(|(known, _)| *known < hash);
        let candidates = self.0.get(start..).unwrap_or_default().iter();
        let mut candidates = candidates.take_while(|(known, _)| *known == hash);
        let found = candidates.find(|(_, at)| cases.get(*at).is_some_and(equal));
        found.map(|(_, at)| *at)
    }

    /// The ids of cases whose input another case has too: what one of them shows, the others cannot hide.
    /// Two inputs of one hash would count as one, which is unlikely and does no harm.
    fn repeated(&self, cases: &[Case]) -> BTreeSet<String> {
        let groups = self.0.chunk_by(|(a, _), (b, _)| a == b);
        let repeated = groups.filter(|group| group.len() > 1).flatten();
        repeated
            .filter_map(|(_, at)| Some(cases.get(*at)?.id.clone()))
            .collect()
    }
}

/// Whether two cases of one input expect the same.
fn same(a: &Case, b: &Case) -> bool {
    if a.expect == Expectation::Pattern || a.expect.is_error() && b.expect.is_error() {
        return true;
    }
    let precision = Precision {
        approx: a.approx.unwrap_or(0.0),
        exact: a.exact && b.exact,
    };
    let is_in_b = |x| b.expect.outputs().iter().any(|y| equal(x, y, precision));
    a.expect.outputs().iter().any(is_in_b)
}

/// Gives repeated ids a number, so that nothing is lost.
#[derive(Default)]
struct Ids(FirstOccurrences<String, usize>);

impl Ids {
    fn unique(&mut self, id: String) -> String {
        match self.0.before(id.clone(), 1) {
            None => id,
            Some(count) => {
                *count += 1;
                format!("{id}~{count}")
            }
        }
    }
}

fn written(raw: &RawCase, operations: &[Operation], names: &BTreeMap<&str, usize>, ids: &mut Ids) -> Case {
    let operation = operation_of(&raw.group, names);
    let given = raw.input.as_ref().map(|(value, _)| value);
    let as_given = || given.map_or_else(|| Arc::new(Value::Null), Arc::clone);
    let signature = operation
        .and_then(|at| operations.get(at))
        .map(|operation| &operation.signature);
    let (input, misfit) = match signature.filter(|_| raw.steps.is_empty()) {
        Some(signature) => match arrange(given, signature) {
            Ok(input) => (input, None),
            Err(why) => (as_given(), Some(why)),
        },
        None => (as_given(), None),
    };
    let input_text = input.to_string();
    let hash = || {
        content::digest_lines(std::iter::once(input_text.as_str()))
            .chars()
            .take(6)
            .collect::<String>()
    };
    let name = raw
        .name
        .as_ref()
        .map_or_else(|| format!("case {}", hash()), |(name, _)| name.clone());
    let id = raw.id.as_ref().map_or_else(
        || format!("{}.{}", raw.group, case_slug(&name)),
        |(id, _)| id.clone(),
    );
    Case {
        id: ids.unique(id),
        name,
        group: raw.group.clone(),
        operation,
        input,
        input_text,
        expect: raw.expect.clone(),
        output: raw.output,
        held_out: raw.held_out.unwrap_or(false),
        skip: raw.skip.clone(),
        subgroup: raw.subgroup.clone(),
        tags: raw.tags.clone(),
        requirement: raw.requirement.as_ref().map(|(id, _)| id.clone()),
        approx: raw.approx,
        exact: raw.exact,
        matches: raw.matches.clone(),
        rules: raw.rules.clone(),
        span: raw.span,
        is_example: false,
        misfit,
    }
}

fn check_pattern(raw: &RawCase, findings: &mut Vec<Diagnostic>) {
    let invalid = raw
        .matches
        .as_ref()
        .and_then(|pattern| regex_lite::Regex::new(pattern).err());
    if let Some(error) = invalid {
        findings.push(Diagnostic::new(
            codes::INVALID_VALUE,
            raw.span,
            format!("`matches` is not a regular expression: {error}"),
        ));
    }
}

fn case_slug(name: &str) -> String {
    let slug = slug(name);
    let parts: Vec<&str> = slug.split('-').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        "case".to_string()
    } else {
        parts.join("-")
    }
}

/// The operation of a group: its whole path, else the last part of it that names one.
fn operation_of(group: &str, names: &BTreeMap<&str, usize>) -> Option<usize> {
    let parts = std::iter::once(group).chain(group.rsplit('.'));
    parts.filter_map(|part| names.get(part)).next().copied()
}

/// The example as a case; nothing where it names no operation or cannot be read.
fn shown_case(
    example: &Example,
    package: &Package,
    names: &BTreeMap<&str, usize>,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) -> Option<Case> {
    let at = operation_of(&example.operation, names)?;
    let operation = package.operations.get(at)?;
    let text = collapse_whitespace(sources.slice(example.span));
    let call = text
        .split(['→', '⇒'])
        .next()
        .unwrap_or(&text)
        .trim_matches([' ', '`']);
    let call = call.split("->").next().unwrap_or(call).trim();
    let mut not_understood = |why: &str| {
        let found = Diagnostic::new(
            codes::EXAMPLE_NOT_UNDERSTOOD,
            example.span,
            format!("this example is not judged: {why}"),
        );
        findings.push(
            found.help("Write it as `` `call(literal, …)` → `literal` ``, or as a case in `tests.yaml`."),
        );
    };
    if operation.object.is_some() {
        not_understood("it shows no object that it is called on, or gives one");
        return None;
    }
    let Some(arguments) = &example.arguments else {
        not_understood("its arguments are not literals");
        return None;
    };
    let expect = match &example.result {
        ExampleResult::Value(value) => Expectation::Output(value.clone()),
        ExampleResult::Error => Expectation::Error,
        ExampleResult::NotUnderstood => {
            not_understood("what follows the arrow is not a literal");
            return None;
        }
    };
    let input = match bind(arguments, &operation.signature) {
        Ok(input) => input,
        Err(why) => {
            not_understood(&why);
            return None;
        }
    };
    let input_text = input.to_string();
    let hash: String = content::digest_lines(std::iter::once(input_text.as_str()))
        .chars()
        .take(6)
        .collect();
    Some(Case {
        id: format!("{}.example-{hash}", operation.name),
        name: format!("example {call}"),
        group: operation.name.clone(),
        operation: Some(at),
        input: Arc::new(input),
        input_text,
        expect,
        output: None,
        held_out: false,
        skip: None,
        subgroup: None,
        tags: Vec::new(),
        requirement: None,
        approx: None,
        exact: false,
        matches: None,
        rules: None,
        span: example.span,
        is_example: true,
        misfit: None,
    })
}
