//! What an HTTP message holds, a request or an answer, against what it must hold.

use super::matching::{Captures, Matcher, Mismatch, shown_text};
use super::variables::Variables;
use ghostc_syntax::script::HttpExpectation;
use ghostc_syntax::script::pattern::Pattern;
use ghostc_syntax::value::{Number, Value};

/// The headers and the body of a message.
pub(super) struct Message<'m> {
    pub(super) headers: &'m [(String, String)],
    pub(super) body: &'m [u8],
}

/// What a message must hold.
pub(super) struct MessagePatterns<'p> {
    pub(super) headers: &'p [(String, Pattern)],
    pub(super) json: Option<&'p Pattern>,
    pub(super) body: Option<&'p Pattern>,
}

impl Message<'_> {
    /// Compares it; `at` says the path of a part.
    pub(super) fn compare(
        &self,
        matcher: &mut Matcher<'_>,
        expected: &MessagePatterns<'_>,
        at: impl Fn(&str) -> String,
    ) -> Result<(), Mismatch> {
        for (name, pattern) in expected.headers {
            let value = self
                .headers
                .iter()
                .find(|(header, _)| header.eq_ignore_ascii_case(name));
            let value = value.map(|(_, value)| Value::String(value.clone()));
            matcher.value(&at(&format!("headers.{name}")), pattern, value.as_ref())?;
        }
        let body = String::from_utf8_lossy(self.body);
        if let Some(pattern) = expected.json {
            matcher.json(&at("json"), pattern, &body)?;
        }
        if let Some(pattern) = expected.body {
            matcher.text(&at("body"), pattern, &body)?;
        }
        Ok(())
    }

    /// Compares it as the answer of this status.
    pub(super) fn compare_answer(
        &self,
        status: u16,
        expect: &HttpExpectation,
        variables: &Variables,
    ) -> Result<Captures, Mismatch> {
        let mut matcher = Matcher::new(variables);
        if let Some(pattern) = &expect.status {
            let status = Number::from_decimal(&status.to_string()).map(Value::Number);
            let compared = matcher.value("status", pattern, status.as_ref());
            compared.map_err(|mut mismatch| {
                // What it says is why.
                let body = shown_text(&String::from_utf8_lossy(self.body));
                mismatch.text.push_str(&format!("; the body is {body}"));
                mismatch
            })?;
        }
        let expected = MessagePatterns {
            headers: &expect.headers,
            json: expect.json.as_ref(),
            body: expect.body.as_ref(),
        };
        self.compare(&mut matcher, &expected, str::to_string)?;
        Ok(matcher.into_captures())
    }
}
