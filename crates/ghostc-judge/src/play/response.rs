//! The answer to a request against what must be answered.

use super::matching::{Captures, Matcher, Mismatch};
use super::variables::Variables;
use ghostc_syntax::script::HttpExpectation;
use ghostc_syntax::value::{Number, Value};

/// An answer.
pub(super) struct Response<'r> {
    pub(super) status: u16,
    pub(super) headers: &'r [(String, String)],
    pub(super) body: &'r [u8],
}

impl Response<'_> {
    pub(super) fn compare(
        &self,
        expect: &HttpExpectation,
        variables: &Variables,
    ) -> Result<Captures, Mismatch> {
        let body = String::from_utf8_lossy(self.body);
        let mut matcher = Matcher::new(variables);
        if let Some(pattern) = &expect.status {
            let status = Number::from_decimal(&self.status.to_string()).map(Value::Number);
            let compared = matcher.value("status", pattern, status.as_ref());
            compared.map_err(|mut mismatch| {
                // What it says is why.
                mismatch
                    .text
                    .push_str(&format!("; the body is {}", super::matching::shown_text(&body)));
                mismatch
            })?;
        }
        for (name, pattern) in &expect.headers {
            let value = self
                .headers
                .iter()
                .find(|(header, _)| header.eq_ignore_ascii_case(name));
            let value = value.map(|(_, value)| Value::String(value.clone()));
            matcher.value(&format!("headers.{name}"), pattern, value.as_ref())?;
        }
        if let Some(pattern) = &expect.json {
            matcher.json("json", pattern, &body)?;
        }
        if let Some(pattern) = &expect.body {
            matcher.text("body", pattern, &body)?;
        }
        Ok(matcher.into_captures())
    }
}
