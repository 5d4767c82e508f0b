//! What agents say about themselves on stdout, read leniently: messages, tokens and errors from JSON lines of codex,
//! claude, gemini, opencode and their likes, and the last line of agents that print plain text.

use super::failure::{message_in, words};
use super::{ReportedError, TurnOutput};
use crate::usage::Tokens;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// A longer line is skipped.
const LONGEST_LINE: usize = 1 << 20;
/// A message shown as progress is cut here, in characters.
const SHOWN: usize = 200;

/// Collects what an agent's stdout says, from pieces of any size.
#[derive(Default)]
pub(crate) struct AgentReport {
    partial: Vec<u8>,
    skipping: bool,
    message: Option<String>,
    pieces: String,
    tokens: Option<Tokens>,
    /// The tokens of each message, by its id, for a turn that does not come to its end.
    of_messages: BTreeMap<String, Tokens>,
    dollars: Option<f64>,
    error: Option<ReportedError>,
    /// An error that the agent goes on after.
    passing: Option<ReportedError>,
    is_finished: bool,
}

impl AgentReport {
    /// Takes more of stdout; `show` gets each message, on one line and shortened.
    pub(crate) fn push(&mut self, mut bytes: &[u8], show: &mut dyn FnMut(String)) {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            self.extend(bytes.get(..end).unwrap_or_default());
            bytes = bytes.get(end + 1..).unwrap_or_default();
            let line = std::mem::take(&mut self.partial);
            if !std::mem::take(&mut self.skipping) {
                self.line(&String::from_utf8_lossy(&line), show);
            }
        }
        self.extend(bytes);
    }

    /// Ends a last line without a line end.
    pub(crate) fn end(&mut self, show: &mut dyn FnMut(String)) {
        if !self.partial.is_empty() {
            self.push(b"\n", show);
        }
    }

    /// Whether the agent has reported its result, after which it need not be waited for long.
    pub(crate) fn is_finished(&self) -> bool {
        self.is_finished
    }

    /// The error that it reports as its result.
    pub(crate) fn error(&self) -> Option<&ReportedError> {
        self.error.as_ref()
    }

    /// The last error that it went on after, as far as is known.
    pub(crate) fn passing_error(&self) -> Option<&ReportedError> {
        self.passing.as_ref()
    }

    /// What it has used so far, as far as it says; nothing more is to come once it is finished.
    pub(crate) fn tokens(&self) -> Option<Tokens> {
        let of_messages = self.of_messages.values().copied().reduce(Tokens::plus);
        self.tokens.or(of_messages)
    }

    /// The last message, the tokens and the dollars.
    pub(crate) fn into_output(self) -> TurnOutput {
        let tokens = self.tokens();
        let joined = Some(self.pieces).filter(|pieces| !pieces.is_empty());
        TurnOutput {
            message: self.message.or(joined),
            tokens,
            dollars: self.dollars,
            is_prompt_read: true,
        }
    }

    fn extend(&mut self, bytes: &[u8]) {
        if self.partial.len() + bytes.len() > LONGEST_LINE {
            self.skipping = true;
            self.partial.clear();
        }
        if !self.skipping {
            self.partial.extend_from_slice(bytes);
        }
    }

    fn line(&mut self, line: &str, show: &mut dyn FnMut(String)) {
        let line = line.trim();
        let parsed = line
            .starts_with('{')
            .then(|| serde_json::from_str::<Value>(line).ok())
            .flatten();
        match parsed {
            Some(event) if event.get("type").is_some() => self.event(&event, show),
            Some(_) | None if line.is_empty() => {}
            Some(_) | None => self.set_message(line, show),
        }
    }

    fn set_message(&mut self, text: &str, show: &mut dyn FnMut(String)) {
        let text = text.trim();
        if !text.is_empty() {
            show(shortened(text));
            self.message = Some(text.to_string());
        }
    }

    fn event(&mut self, event: &Value, show: &mut dyn FnMut(String)) {
        match text(event, "/type") {
            // codex exec
            "item.completed" if text(event, "/item/type") == "agent_message" => {
                self.set_message(text(event, "/item/text"), show)
            }
            "turn.completed" => {
                self.tokens = Some(tokens(event, "/usage")).or(self.tokens);
                self.is_finished = true;
            }
            "turn.failed" => {
                if event.pointer("/usage").is_some() {
                    self.tokens = Some(tokens(event, "/usage"));
                }
                self.fail(event);
            }
            // codex: it goes on. opencode: it does not.
            "error" if event.pointer("/error").is_none() => self.passing = Some(reported(event)),
            "error" => self.fail(event),
            // claude
            "system" if text(event, "/subtype") == "api_retry" => self.passing = Some(reported(event)),
            // claude and qwen
            "assistant" => {
                if event.pointer("/message/usage").is_some() {
                    let id = text(event, "/message/id").to_string();
                    self.of_messages.insert(id, tokens(event, "/message/usage"));
                }
                let blocks = event.pointer("/message/content").and_then(Value::as_array);
                blocks
                    .into_iter()
                    .flatten()
                    .for_each(|block| self.set_message(text(block, "/text"), show));
            }
            "result" => self.result(event, show),
            // gemini: a message in pieces
            "message" if text(event, "/role") == "assistant" => self.pieces.push_str(text(event, "/content")),
            // opencode
            "text" => self.set_message(text(event, "/part/text"), show),
            "step_finish" => {
                let step = tokens(event, "/part/tokens");
                self.tokens = Some(self.tokens.unwrap_or_default().plus(step));
                let cost = event.pointer("/part/cost").and_then(Value::as_f64);
                self.dollars = cost
                    .map(|cost| self.dollars.unwrap_or_default() + cost)
                    .or(self.dollars);
            }
            _ => {}
        }
    }

    /// The last line of claude, qwen and gemini. Claude says `is_error` beside `"subtype":"success"`.
    fn result(&mut self, event: &Value, show: &mut dyn FnMut(String)) {
        let (usage, stats) = (event.pointer("/usage"), event.pointer("/stats"));
        if usage.or(stats).is_some() {
            self.tokens = Some(tokens(event, if usage.is_some() { "/usage" } else { "/stats" }));
        }
        self.dollars = event
            .pointer("/total_cost_usd")
            .and_then(Value::as_f64)
            .or(self.dollars);
        self.is_finished = true;
        let failed = event.get("is_error") == Some(&Value::Bool(true)) || text(event, "/status") == "error";
        if failed || text(event, "/stop_reason") == "refusal" {
            self.fail(event);
        } else {
            // A background task may have made a second result; the last one counts.
            self.error = None;
            self.set_message(text(event, "/result"), show);
        }
    }

    fn fail(&mut self, event: &Value) {
        self.is_finished = true;
        self.error = Some(reported(event));
    }
}

/// The error in an event, in words.
fn reported(event: &Value) -> ReportedError {
    let result = Some(text(event, "/result")).filter(|result| !result.is_empty());
    let message = result.map(String::from).or_else(|| message_in(event));
    let message = message.unwrap_or_else(|| text(event, "/subtype").to_string());
    let statuses = [
        "/api_error_status",
        "/error_status",
        "/status",
        "/error/data/statusCode",
        "/error/code",
    ];
    let mut statuses = statuses.iter().filter_map(|place| event.pointer(place)?.as_u64());
    let waits = ["/retry_delay_ms", "/retry_after_ms"];
    let wait = waits.iter().find_map(|place| event.pointer(place)?.as_u64());
    ReportedError {
        message: if message.trim().is_empty() {
            "no reason given".to_string()
        } else {
            shortened(&words(&message))
        },
        status: statuses.find_map(|status| u16::try_from(status).ok().filter(|status| *status >= 400)),
        retry_after: wait.map(Duration::from_millis),
        is_refusal: text(event, "/stop_reason") == "refusal",
    }
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// Every name that these agents give to what went in and came out; what came from a cache went in too.
fn tokens(event: &Value, pointer: &str) -> Tokens {
    let usage = event.pointer(pointer);
    let count = |name: &str| {
        usage
            .and_then(|usage| usage.pointer(name))
            .and_then(Value::as_u64)
            .unwrap_or_default()
    };
    let sum = |names: &[&str]| {
        names
            .iter()
            .fold(0u64, |sum, name| sum.saturating_add(count(name)))
    };
    Tokens {
        input: sum(&[
            "/input_tokens",
            "/cache_creation_input_tokens",
            "/cache_read_input_tokens",
            "/input",
            "/cache/read",
            "/cache/write",
        ]),
        output: sum(&["/output_tokens", "/output", "/reasoning"]),
    }
}

fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let printable = line.chars().filter(|c| !c.is_control());
    let mut short: String = printable.take(SHOWN).collect();
    if line.chars().count() > SHOWN || text.lines().count() > 1 {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(output: &str) -> (AgentReport, Vec<String>) {
        let (mut report, mut shown) = (AgentReport::default(), Vec::new());
        for piece in output.as_bytes().chunks(7) {
            report.push(piece, &mut |text| shown.push(text));
        }
        report.end(&mut |text| shown.push(text));
        (report, shown)
    }

    fn check(output: &str, message: &str, tokens: Option<(u64, u64)>, error: Option<&str>) {
        let (report, _) = read(output);
        assert_eq!(
            report.error().map(|error| error.message.as_str()),
            error,
            "{output}"
        );
        let output_read = report.into_output();
        assert_eq!(
            output_read.message.as_deref().unwrap_or_default(),
            message,
            "{output}"
        );
        assert_eq!(
            output_read.tokens,
            tokens.map(|(input, output)| Tokens { input, output }),
            "{output}"
        );
    }

    #[test]
    fn codex_lines_are_understood() {
        let output = r#"{"type":"thread.started","thread_id":"1"}
{"type":"item.completed","item":{"id":"0","type":"error","message":"Model metadata not found."}}
{"type":"item.completed","item":{"id":"1","type":"agent_message","text":"Created src/a.rs.\nDone."}}
{"type":"turn.completed","usage":{"input_tokens":30210,"cached_input_tokens":7,"output_tokens":84,"reasoning_output_tokens":9}}"#;
        check(output, "Created src/a.rs.\nDone.", Some((30210, 84)), None);
        assert_eq!(read(output).1, ["Created src/a.rs.…"]);
        check(
            r#"{"type":"turn.failed","error":{"message":"401"}}"#,
            "",
            None,
            Some("401"),
        );
    }

    #[test]
    fn claude_lines_are_understood_and_is_error_decides() {
        let output = r#"{"type":"system","subtype":"init"}
{"type":"assistant","message":{"content":[{"type":"text","text":"I write."},{"type":"tool_use","name":"Write"}]}}
{"type":"result","subtype":"success","is_error":false,"result":"Done.","usage":{"input_tokens":3,"cache_read_input_tokens":40,"output_tokens":5}}"#;
        check(output, "Done.", Some((43, 5)), None);
        let failed =
            r#"{"type":"result","subtype":"success","is_error":true,"result":"API Error: 401","usage":{}}"#;
        check(failed, "", Some((0, 0)), Some("API Error: 401"));
    }

    #[test]
    fn gemini_and_opencode_lines_are_understood() {
        let gemini = r#"{"type":"message","role":"assistant","content":"All ","delta":true}
{"type":"message","role":"assistant","content":"done.","delta":true}
{"type":"result","status":"success","stats":{"total_tokens":12,"input_tokens":10,"output_tokens":2}}"#;
        check(gemini, "All done.", Some((10, 2)), None);
        check(
            r#"{"type":"result","status":"error","error":{"message":"401"}}"#,
            "",
            None,
            Some("401"),
        );
        let opencode = r#"{"type":"text","part":{"type":"text","text":"Done."}}
{"type":"step_finish","part":{"tokens":{"input":1,"output":2,"reasoning":3,"cache":{"read":4,"write":5}}}}
{"type":"step_finish","part":{"tokens":{"input":1,"output":1}}}"#;
        check(opencode, "Done.", Some((11, 6)), None);
    }

    #[test]
    fn errors_are_words_with_their_status_and_what_was_used_is_known_all_the_same() {
        let claude = r#"{"type":"assistant","message":{"id":"m1","usage":{"input_tokens":3,"output_tokens":1},"content":[]}}
{"type":"assistant","message":{"id":"m1","usage":{"input_tokens":3,"output_tokens":5},"content":[]}}
{"type":"assistant","message":{"id":"m2","usage":{"input_tokens":7,"output_tokens":1},"content":[]}}"#;
        check(claude, "", Some((10, 6)), None);
        let retry = r#"{"type":"system","subtype":"api_retry","attempt":1,"retry_delay_ms":500,"error_status":401,"error":"authentication_failed"}"#;
        let (report, _) = read(&format!("{claude}\n{retry}"));
        let passing = report.passing_error().unwrap();
        assert_eq!(
            (passing.status, passing.message.as_str()),
            (Some(401), "authentication_failed")
        );
        assert!(report.error().is_none());
        let failed = r#"{"type":"result","subtype":"success","is_error":true,"api_error_status":401,"total_cost_usd":0.25,"result":"API Error: 401 {\"error\":{\"message\":\"invalid x-api-key\"}}","usage":{"input_tokens":2}}"#;
        check(failed, "", Some((2, 0)), Some("API Error: 401 invalid x-api-key"));
        let (report, _) = read(failed);
        assert_eq!(
            (report.error().unwrap().status, report.into_output().dollars),
            (Some(401), Some(0.25))
        );
        let opencode = r#"{"type":"step_finish","part":{"cost":0.5,"tokens":{"input":1,"output":2}}}
{"type":"error","error":{"name":"APIError","data":{"message":"no credit","statusCode":402}}}"#;
        check(opencode, "", Some((1, 2)), Some("no credit"));
        let codex = r#"{"type":"error","message":"Reconnecting... 1/5 (stream disconnected)"}
{"type":"turn.completed","usage":{"input_tokens":1,"output_tokens":1}}"#;
        check(codex, "", Some((1, 1)), None);
    }

    #[test]
    fn plain_text_and_nonsense_are_taken_as_they_are() {
        check("Working\n\n{broken\nlast words", "last words", None, None);
        check(
            &format!("{}\nend\n", "x".repeat(LONGEST_LINE + 5)),
            "end",
            None,
            None,
        );
    }
}
