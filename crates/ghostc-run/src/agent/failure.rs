//! What the errors of agents mean: a class that decides what happens next, a time to retry, and their words.

use serde_json::Value;
use std::time::Duration;

/// What kind of failure it is that ended an agent's turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureClass {
    /// The service does not know or allow the user: trying again is of no use.
    Auth,
    /// The user has used up what they may: it works again later.
    Quota,
    /// The service is overloaded or broken.
    Overload,
    /// The service was not reached.
    Network,
    /// It took too long or did nothing.
    Stall,
    /// The model would not do it.
    Refusal,
    /// The program failed for another reason.
    Crash,
    /// The program could not be started.
    Start,
}

impl FailureClass {
    /// The class as one word.
    pub fn as_str(self) -> &'static str {
        match self {
            FailureClass::Auth => "auth",
            FailureClass::Quota => "quota",
            FailureClass::Overload => "overload",
            FailureClass::Network => "network",
            FailureClass::Stall => "stall",
            FailureClass::Refusal => "refusal",
            FailureClass::Crash => "crash",
            FailureClass::Start => "start",
        }
    }
}

/// An error that an agent reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReportedError {
    /// In its own words, on one line.
    pub(crate) message: String,
    /// The HTTP status of the service, where it is told apart from the message.
    pub(crate) status: Option<u16>,
    /// The time to retry, where it is told apart from the message.
    pub(crate) retry_after: Option<Duration>,
    /// Whether the model would not do it.
    pub(crate) is_refusal: bool,
}

impl ReportedError {
    /// Its class: the HTTP status decides where there is one, else the error names that systems and services use.
    pub(crate) fn class(&self) -> FailureClass {
        if self.is_refusal {
            return FailureClass::Refusal;
        }
        let status = self.status.or_else(|| status_in(&self.message));
        let text = self.message.to_lowercase();
        let names = |names: &[&str]| names.iter().any(|name| text.contains(name));
        match status {
            Some(401 | 403) => return FailureClass::Auth,
            Some(402 | 429) => return FailureClass::Quota,
            Some(408 | 500..) => return FailureClass::Overload,
            Some(_) | None => {}
        }
        if names(AUTH) {
            FailureClass::Auth
        } else if names(QUOTA) {
            FailureClass::Quota
        } else if names(OVERLOAD) {
            FailureClass::Overload
        } else if names(NETWORK) {
            FailureClass::Network
        } else {
            FailureClass::Crash
        }
    }

    /// The time to retry.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        self.retry_after.or_else(|| retry_after_in(&self.message))
    }
}

// Messages in lower case. The names are those of the services' error types and of the system's error codes.
const AUTH: &[&str] = &[
    "authentication",
    "unauthorized",
    "unauthenticated",
    "not logged in",
    "invalid api key",
    "invalid x-api-key",
    "incorrect api key",
    "missing environment variable",
    "permission_denied",
];
const QUOTA: &[&str] = &[
    "rate limit",
    "rate_limit",
    "ratelimit",
    "usage limit",
    "usage_limit",
    "quota",
    "billing",
    "credit balance",
    "resource_exhausted",
    "too many requests",
];
const OVERLOAD: &[&str] = &[
    "overloaded",
    "high demand",
    "unavailable",
    "internal server error",
];
const NETWORK: &[&str] = &[
    "econn",
    "enotfound",
    "eai_again",
    "etimedout",
    "connection refused",
    "connection reset",
    "network",
    "dns",
    "stream disconnected",
    "request timed out",
];

/// The HTTP status of an error in a text: the first number from 400 to 599 after a word that introduces one.
fn status_in(text: &str) -> Option<u16> {
    let words: Vec<&str> = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let introduces = |word: &str| {
        let word = word.to_ascii_lowercase();
        ["status", "code", "error", "http", "statuscode"].contains(&word.as_str())
    };
    words.windows(2).find_map(|pair| match pair {
        [before, number] if introduces(before) => {
            let number = number.parse().ok()?;
            (400..600).contains(&number).then_some(number)
        }
        _ => None,
    })
}

/// The time in `retry after 5 s`, `try again in 1h 20m` and the like.
fn retry_after_in(text: &str) -> Option<Duration> {
    let text = text.to_lowercase();
    let starts = [
        "try again in ",
        "retry in ",
        "retry after ",
        "retry-after: ",
        "resets in ",
    ];
    let rest = starts.iter().find_map(|start| text.split_once(start))?.1;
    let mut seconds = 0.0;
    let mut rest = rest.trim_start();
    let mut found = false;
    loop {
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let Ok(number) = rest.get(..end)?.trim_end_matches('.').parse::<f64>() else {
            break;
        };
        rest = rest.get(end..)?.trim_start();
        let end = rest
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        let unit = match rest.get(..end)? {
            "" | "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
            "ms" | "milliseconds" => 0.001,
            "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
            "h" | "hr" | "hour" | "hours" => 3600.0,
            "d" | "day" | "days" => 86400.0,
            _ => break,
        };
        seconds += number * unit;
        found = true;
        rest = rest.get(end..)?.trim_start_matches([' ', ',']);
    }
    found.then(|| Duration::try_from_secs_f64(seconds).ok()).flatten()
}

/// The words of an error that may hold JSON: `API Error: 401 {"error":{"message":"no"}}` is `API Error: 401 no`.
pub(crate) fn words(text: &str) -> String {
    let text = text.trim();
    let Some(start) = text.find('{') else {
        return text.to_string();
    };
    let (before, json) = text.split_at(start);
    let Some(Ok(value)) = serde_json::Deserializer::from_str(json)
        .into_iter::<Value>()
        .next()
    else {
        return text.to_string();
    };
    match message_in(&value) {
        Some(message) => format!("{} {}", before.trim_end(), words(&message))
            .trim()
            .to_string(),
        None => text.to_string(),
    }
}

/// The message of an error as services write it.
pub(crate) fn message_in(value: &Value) -> Option<String> {
    let places = [
        "/error/message",
        "/error/data/message",
        "/data/message",
        "/message",
        "/detail",
        "/error",
        "/error/type",
        "/error/name",
    ];
    let texts = places.iter().filter_map(|place| value.pointer(place)?.as_str());
    texts
        .map(str::trim)
        .find(|text| !text.is_empty())
        .map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reported(message: &str) -> ReportedError {
        ReportedError {
            message: message.to_string(),
            ..ReportedError::default()
        }
    }

    #[test]
    fn errors_of_the_known_programs_have_their_class() {
        for (message, expected) in [
            (
                "unexpected status 401 Unauthorized: bad key, url: http://x",
                FailureClass::Auth,
            ),
            (
                "exceeded retry limit, last status: 429 Too Many Requests",
                FailureClass::Quota,
            ),
            (
                "We're currently experiencing high demand, which may cause temporary errors.",
                FailureClass::Overload,
            ),
            (
                "Missing environment variable: `OPENAI_API_KEY`.",
                FailureClass::Auth,
            ),
            ("Not logged in · Please run /login", FailureClass::Auth),
            ("API Error: 529 overloaded_error", FailureClass::Overload),
            (
                "API Error: Connection refused (ECONNREFUSED)",
                FailureClass::Network,
            ),
            ("Request timed out", FailureClass::Network),
            (
                "You've hit your usage limit. Try again in 3 hours.",
                FailureClass::Quota,
            ),
            ("line 401 of the file is too long", FailureClass::Crash),
            ("", FailureClass::Crash),
        ] {
            assert_eq!(reported(message).class(), expected, "{message}");
        }
        let of_status = |status| {
            ReportedError {
                status: Some(status),
                ..reported("no")
            }
            .class()
        };
        assert_eq!(
            (of_status(403), of_status(503)),
            (FailureClass::Auth, FailureClass::Overload)
        );
    }

    #[test]
    fn the_time_to_retry_is_read() {
        for (text, seconds) in [
            ("Rate limit reached. Please try again in 1.5s.", Some(1.5)),
            ("try again in 1h 20m", Some(4800.0)),
            ("Try again in 2 days, 3 hours.", Some(183_600.0)),
            ("retry after 30", Some(30.0)),
            ("retry after 200 ms", Some(0.2)),
            ("try again in a moment", None),
            ("try again in", None),
        ] {
            let expected = seconds.map(Duration::from_secs_f64);
            assert_eq!(reported(text).retry_after(), expected, "{text}");
        }
    }

    #[test]
    fn json_becomes_words() {
        for (text, expected) in [
            ("plain", "plain"),
            (
                r#"API Error: 401 {"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#,
                "API Error: 401 invalid x-api-key",
            ),
            (r#"{"detail":"no"} · tail"#, "no"),
            (r#"{"error":{"message":"{\"message\":\"deep\"}"}}"#, "deep"),
            ("{no json", "{no json"),
            (r#"{"other":1}"#, r#"{"other":1}"#),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }
}
