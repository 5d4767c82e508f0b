//! Which cases a prompt shows: as many as fit its budget, of every group some, and inputs that several share once.

use super::case_line;
use crate::tokens;
use ghostc_spec::library::Case;
use ghostc_syntax::Value;
use ghostc_syntax::value::Map;
use std::collections::BTreeMap;

/// The least bytes of an argument that is worth a name of its own.
const WORTH_SHARING: usize = 200;
/// What stands for a shared argument: an object of its number.
const MARK: &str = "$shared";

/// The cases of a task as its prompt shows them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ShownCases {
    /// One line of JSON for each.
    pub(super) lines: Vec<String>,
    /// Arguments that several of them have, as JSON; in the lines `{"$shared": 1}` is the first.
    pub(super) shared: Vec<String>,
    /// How many did not fit.
    pub(super) left_out: usize,
}

/// Chooses among cases that the agent may see, in their order.
pub(super) fn choose(cases: &[&Case], budget: usize) -> ShownCases {
    let texts = shared_texts(cases);
    let costly = Cost {
        // A token is at least a byte, so what is short enough in bytes needs no count.
        counts: cases.iter().map(|case| case_line(case).len()).sum::<usize>() > budget,
        texts: &texts,
    };
    let chosen = if costly.counts {
        fitting(cases, budget, &costly)
    } else {
        (0..cases.len()).collect()
    };
    let chosen: Vec<&Case> = chosen.iter().filter_map(|at| cases.get(*at).copied()).collect();
    let texts = shared_texts(&chosen);
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut shared = Vec::new();
    let lines = chosen.iter().map(|case| {
        let mut arguments = Map::new();
        for (name, value) in case.input.as_object().into_iter().flatten() {
            let text = value.to_string();
            let Some((known, _)) = texts.get_key_value(text.as_str()) else {
                arguments.insert(name.clone(), value.clone());
                continue;
            };
            let number = *numbers.entry(known).or_insert_with(|| {
                shared.push(text);
                shared.len()
            });
            let number = serde_json::Value::from(number);
            let mark = Map::from_iter([(MARK.to_string(), Value::from(number))]);
            arguments.insert(name.clone(), Value::Object(mark));
        }
        let is_shortened = !texts.is_empty() && case.input.as_object().is_some();
        if is_shortened {
            let input_text = Value::Object(arguments).to_string();
            return case_line(&Case {
                input_text,
                ..(*case).clone()
            });
        }
        case_line(case)
    });
    let lines: Vec<String> = lines.collect();
    ShownCases {
        left_out: cases.len() - lines.len(),
        lines,
        shared,
    }
}

/// The long arguments that several cases have, with how many.
fn shared_texts(cases: &[&Case]) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let long = cases.iter().filter(|case| case.input_text.len() >= WORTH_SHARING);
    for (_, value) in long.flat_map(|case| case.input.as_object().into_iter().flatten()) {
        if matches!(value, Value::Array(_) | Value::Object(_) | Value::String(_)) {
            let text = value.to_string();
            if text.len() >= WORTH_SHARING {
                *counts.entry(text).or_default() += 1;
            }
        }
    }
    counts.retain(|_, count| *count > 1);
    counts
}

/// What cases cost.
struct Cost<'t> {
    /// Whether tokens have to be counted.
    counts: bool,
    texts: &'t BTreeMap<String, usize>,
}

impl Cost<'_> {
    /// The tokens of a case beside the arguments that are printed once, and these.
    fn of(&self, case: &Case) -> (usize, Vec<(String, usize)>) {
        let arguments = case.input.as_object().into_iter().flatten();
        let shared = arguments.map(|(_, value)| value.to_string());
        let shared: Vec<String> = shared.filter(|text| self.texts.contains_key(text)).collect();
        let mut line = case_line(case);
        for text in &shared {
            line = line.replacen(text.as_str(), "{\"$shared\":1}", 1);
        }
        let costs = shared.into_iter().map(|text| {
            let cost = tokens::count(&text);
            (text, cost)
        });
        (tokens::count(&line), costs.collect())
    }
}

/// The places of the cases that fit: of each group, and in it of each kind of expectation, one after the other, until
/// nothing more fits.
fn fitting(cases: &[&Case], budget: usize, cost: &Cost<'_>) -> Vec<usize> {
    let mut places: BTreeMap<(&str, bool), usize> = BTreeMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, case) in cases.iter().enumerate() {
        let name = case.subgroup.as_ref().unwrap_or(&case.group);
        let group = *places
            .entry((name, case.expect.is_error()))
            .or_insert(groups.len());
        match groups.get_mut(group) {
            Some(known) => known.push(at),
            None => groups.push(vec![at]),
        }
    }
    let (mut chosen, mut left) = (Vec::new(), budget);
    let mut printed: BTreeMap<String, ()> = BTreeMap::new();
    let mut open: Vec<std::vec::IntoIter<usize>> = groups.into_iter().map(Vec::into_iter).collect();
    while !open.is_empty() {
        // A group ends where its next case does not fit: a longer one is not passed over for a shorter one forever.
        open.retain_mut(|group| {
            let Some((at, case)) = group.next().and_then(|at| Some((at, *cases.get(at)?))) else {
                return false;
            };
            let (line, shared) = cost.of(case);
            let new: Vec<(String, usize)> = shared
                .into_iter()
                .filter(|(text, _)| !printed.contains_key(text))
                .collect();
            let tokens = line + new.iter().map(|(_, cost)| cost).sum::<usize>();
            if tokens <= left {
                left -= tokens;
                printed.extend(new.into_iter().map(|(text, _)| (text, ())));
                chosen.push(at);
            }
            left > 0
        });
    }
    chosen.sort_unstable();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use ghostc_syntax::{Expectation, FileId, Span};
    use std::sync::Arc;

    fn case(name: &str, group: &str, input: &str) -> Case {
        let input = Value::from_json(input).expect("JSON");
        Case {
            id: name.to_string(),
            name: name.to_string(),
            group: "f".to_string(),
            operation: Some(0),
            input_text: input.to_string(),
            input: Arc::new(input),
            expect: Expectation::Output(Value::Null),
            output: None,
            held_out: false,
            skip: None,
            subgroup: Some(group.to_string()),
            tags: Vec::new(),
            requirement: None,
            approx: None,
            exact: false,
            matches: None,
            rules: None,
            span: Span::start_of(FileId(0)),
            is_example: false,
            misfit: None,
        }
    }

    #[test]
    fn every_group_is_shown_where_not_all_fit() {
        let mut cases: Vec<Case> = (0..300)
            .map(|n| case(&format!("large {n}"), "large", "{\"n\":1}"))
            .collect();
        cases.extend((0..3).map(|n| case(&format!("small {n}"), "small", "{\"n\":2}")));
        let cases: Vec<&Case> = cases.iter().collect();
        let shown = choose(&cases, 400);
        assert!(tokens::count(&shown.lines.join("\n")) <= 420);
        assert_eq!(shown.lines.len() + shown.left_out, 303);
        let of = |group: &str| shown.lines.iter().filter(|line| line.contains(group)).count();
        assert_eq!(of("small"), 3);
        assert!(of("large") > 3, "{}", of("large"));
        assert_eq!(choose(&cases, 1 << 20).left_out, 0);
    }

    #[test]
    fn what_several_inputs_share_is_printed_once() {
        let long = "x".repeat(300);
        let sharing = |n: usize| format!("{{\"n\":{n},\"document\":{{\"b\":\"{long}\",\"a\":1}}}}");
        let cases = [
            case("one", "g", &sharing(1)),
            case("two", "g", &sharing(2)),
            case("other", "g", "{\"n\":3,\"document\":{\"a\":1}}"),
        ];
        let shown = choose(&cases.iter().collect::<Vec<_>>(), 1 << 20);
        assert_eq!(shown.shared, [format!("{{\"b\":\"{long}\",\"a\":1}}")]);
        assert_eq!(
            shown.lines,
            [
                "{\"name\":\"one\",\"input\":{\"n\":1,\"document\":{\"$shared\":1}},\"output\":null}",
                "{\"name\":\"two\",\"input\":{\"n\":2,\"document\":{\"$shared\":1}},\"output\":null}",
                "{\"name\":\"other\",\"input\":{\"n\":3,\"document\":{\"a\":1}},\"output\":null}",
            ]
        );
        // Half of it fits because it is counted once.
        let many: Vec<Case> = (0..40)
            .map(|n| case(&format!("c{n}"), "g", &sharing(n)))
            .collect();
        let many: Vec<&Case> = many.iter().collect();
        assert!(choose(&many, 1_500).lines.len() > 30);
    }
}
