//! The prompt after a failed attempt: what failed, bounded, and nothing of what is held out but how much.

use super::{PromptTemplates, path};
use crate::target::Paths;
use ghostc_judge::Verdict;
use ghostc_spec::template::{Context, TemplateError};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A failed attempt as the repair prompt tells it. Held-out cases are counted, never shown.
pub struct Failed<'a> {
    /// What was judged, if it came to that.
    pub verdict: Option<&'a Verdict>,
    /// Why the files were not taken, or what the build of the driver said.
    pub problem: Option<&'a str>,
}

/// How many failing cases a repair prompt shows.
pub(super) const SHOWN: usize = 10;
/// How many characters of an input, an expected or an actual answer a repair prompt shows.
pub(super) const SHOWN_VALUE: usize = 2_000;
/// How many characters of what a build said a repair prompt shows.
pub(super) const SHOWN_PROBLEM: usize = 8_000;

/// The start and the end of a text that is longer than so many characters, with what was left out said between them.
pub(super) fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    let count = text.chars().count();
    if count <= limit {
        return Cow::Borrowed(text);
    }
    let (start, end) = (limit / 2, limit - limit / 2);
    let (start_text, end_text): (String, String) = (
        text.chars().take(start).collect(),
        text.chars().skip(count - end).collect(),
    );
    let left_out = count - limit;
    Cow::Owned(format!(
        "{start_text} [… {left_out} characters left out …] {end_text}"
    ))
}

/// The visible cases of a verdict that failed, and how many others of each operation did.
pub(super) fn failed_cases(verdict: Option<&Verdict>) -> (Vec<Value>, BTreeMap<&str, usize>) {
    let failures = verdict.map_or(&[][..], |verdict| &verdict.failures);
    let visible = failures.iter().filter(|failure| !failure.held_out);
    let visible = visible.map(|failure| {
        json!({
            "id": failure.id,
            "input": cut(&failure.input.to_string(), SHOWN_VALUE),
            "expected": cut(&failure.expected, SHOWN_VALUE),
            "actual": cut(&failure.actual, SHOWN_VALUE),
        })
    });
    let mut held_out: BTreeMap<&str, usize> = BTreeMap::new();
    for failure in failures.iter().filter(|failure| failure.held_out) {
        *held_out.entry(&failure.operation).or_default() += 1;
    }
    (visible.collect(), held_out)
}

impl PromptTemplates {
    /// The prompt after a failed attempt.
    ///
    /// # Errors
    /// A template that cannot be rendered.
    pub fn repair(
        &self,
        task: &str,
        paths: &Paths,
        test: &[String],
        failed: &Failed<'_>,
    ) -> Result<String, TemplateError> {
        let (visible, held_out) = failed_cases(failed.verdict);
        let context = json!({
            "task": task,
            "problem": failed.problem.map(|problem| cut(problem, SHOWN_PROBLEM)),
            "failures": visible.iter().take(SHOWN).collect::<Vec<_>>(),
            "more": visible.len().saturating_sub(SHOWN),
            "held_out": held_out,
            "may_write": paths.may_write,
            "test": test,
        });
        self.templates.render(&path("repair"), &Context::new(&context))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ghostc_judge::Failure;

    #[test]
    fn a_repair_prompt_is_bounded_and_says_what_it_leaves_out() {
        let templates = PromptTemplates::load(&crate::target::built_in_templates()).unwrap();
        let failure = |n: usize| Failure {
            id: format!("case.{n}"),
            operation: "f".into(),
            place: String::new(),
            held_out: false,
            input: ghostc_syntax::Value::String("i".repeat(1 << 20)),
            expected: "e".repeat(1 << 20),
            actual: format!("start{}end", "é".repeat(2 << 20)),
        };
        let verdict = Verdict {
            failures: (0..25).map(failure).collect(),
            ..Verdict::default()
        };
        let problem = "p".repeat(1 << 20);
        let failed = Failed {
            verdict: Some(&verdict),
            problem: Some(&problem),
        };
        let paths = Paths {
            modules: Vec::new(),
            may_write: vec!["a.py".into()],
        };
        let prompt = templates.repair("f", &paths, &[], &failed).unwrap();
        assert!(prompt.chars().count() < 80_000, "{}", prompt.len());
        assert!(
            prompt.contains("start")
                && prompt.contains("end\n")
                && prompt.contains("1046576 characters left out")
        );
        assert!(prompt.contains("case.9") && !prompt.contains("case.10") && prompt.contains("and 15 more"));
    }

    #[test]
    fn what_is_cut_keeps_its_start_and_its_end() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdéfgh", 4), "ab [… 4 characters left out …] gh");
    }
}
