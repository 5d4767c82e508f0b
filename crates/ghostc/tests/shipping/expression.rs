//! The part of GitHub's expressions that our action uses: contexts, strings, `==`, `!=`, `!`, `&&`, `||` and `always()`.
//!
//! Whatever else stands in one fails the test, so that nothing is taken for something it is not.
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/expressions>

use serde_json::Value;

/// Evaluates an expression. `contexts` has an object for each context.
pub(crate) fn evaluate(text: &str, contexts: &Value) -> Value {
    let mut parser = Parser {
        words: words(text),
        at: 0,
        contexts,
    };
    let value = parser.or();
    assert_eq!(parser.at, parser.words.len(), "`{text}` goes on after its end");
    value
}

/// Fills in every `${{ … }}` of a text.
pub(crate) fn fill(text: &str, contexts: &Value) -> String {
    let mut parts = text.split("${{");
    let mut filled = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let (expression, rest) = part.split_once("}}").expect("every expression has an end");
        filled.push_str(&shown(&evaluate(expression, contexts)));
        filled.push_str(rest);
    }
    filled
}

/// Whether a condition holds for a value.
pub(crate) fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(holds) => *holds,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(_) | Value::Object(_) => panic!("{value} is no text"),
    }
}

fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => {
                rest.match_indices('\'')
                    .nth(1)
                    .expect("every string has an end")
                    .0
                    + 1
            }
            '(' | ')' => 1,
            '!' if !rest.starts_with("!=") => 1,
            '=' | '!' | '&' | '|' => 2,
            _ => rest
                .find(|char: char| !char.is_ascii_alphanumeric() && !"_-.".contains(char))
                .unwrap_or(rest.len()),
        };
        assert!(length > 0, "`{text}`: nothing is known of `{first}`");
        let (word, after) = rest.split_at(length);
        words.push(word.to_string());
        rest = after.trim_start();
    }
    words
}

struct Parser<'p> {
    words: Vec<String>,
    at: usize,
    contexts: &'p Value,
}

impl Parser<'_> {
    fn takes(&mut self, word: &str) -> bool {
        let found = self.words.get(self.at).is_some_and(|next| next == word);
        self.at += usize::from(found);
        found
    }

    fn or(&mut self) -> Value {
        let mut value = self.and();
        while self.takes("||") {
            let other = self.and();
            value = if is_true(&value) { value } else { other };
        }
        value
    }

    fn and(&mut self) -> Value {
        let mut value = self.equality();
        while self.takes("&&") {
            let other = self.equality();
            value = if is_true(&value) { other } else { value };
        }
        value
    }

    fn equality(&mut self) -> Value {
        let left = self.not();
        if self.takes("==") {
            Value::Bool(shown(&left) == shown(&self.not()))
        } else if self.takes("!=") {
            Value::Bool(shown(&left) != shown(&self.not()))
        } else {
            left
        }
    }

    fn not(&mut self) -> Value {
        if self.takes("!") {
            return Value::Bool(!is_true(&self.not()));
        }
        if self.takes("(") {
            let value = self.or();
            assert!(self.takes(")"), "a bracket is not closed");
            return value;
        }
        let word = self
            .words
            .get(self.at)
            .expect("an expression has a value")
            .clone();
        self.at += 1;
        if let Some(text) = word.strip_prefix('\'') {
            return Value::from(text.trim_end_matches('\''));
        }
        if word == "always" {
            assert!(self.takes("(") && self.takes(")"), "always() is a function");
            return Value::Bool(true);
        }
        self.context(&word)
    }

    /// What is not there is null, but a context that is not there is a mistake.
    fn context(&self, path: &str) -> Value {
        let mut names = path.split('.');
        let context = names.next().unwrap_or_default();
        let mut value = self
            .contexts
            .get(context)
            .unwrap_or_else(|| panic!("there is no context `{context}`"));
        for name in names {
            value = value.get(name).unwrap_or(&Value::Null);
        }
        value.clone()
    }
}

#[test]
fn expressions_mean_what_github_says() {
    let contexts = serde_json::json!({
        "inputs": { "a": "x", "none": "", "fail-on": "any" },
        "github": { "event": { "pull_request": { "number": 7 } } },
        "steps": {},
    });
    for (text, expected) in [
        ("inputs.a == 'x'", true),
        ("inputs.fail-on != 'any'", false),
        ("inputs.a", true),
        ("inputs.none", false),
        (
            "inputs.a == 'x' && inputs.none || github.event.pull_request.number",
            true,
        ),
        ("always() && github.event.issue.number", false),
        ("!(inputs.a == 'y') && steps.gone.outputs.x == ''", true),
    ] {
        assert_eq!(is_true(&evaluate(text, &contexts)), expected, "{text}");
    }
    let filled = fill(
        "${{ inputs.none || inputs.a }}-${{ github.event.pull_request.number }}/",
        &contexts,
    );
    assert_eq!(filled, "x-7/");
}
