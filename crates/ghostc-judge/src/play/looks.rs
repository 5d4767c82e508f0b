//! Looks: what was seen so far against what a step expects. Each is a function of the state, asked again whenever that changes.

use super::calls::{Call, GapError, all_at_once, compare, gap_error, most_at_once, overlap};
use super::matching::{Captures, Matcher, Mismatch, pair};
use super::variables::Variables;
use ghostc_syntax::Span;
use ghostc_syntax::script::pattern::Pattern;
use ghostc_syntax::script::text::Text;
use ghostc_syntax::script::{CallExpectation, FileExpectation};
use std::cmp::Ordering;

/// What a look found.
#[derive(Debug)]
pub(super) enum Look {
    /// All is as expected.
    Met(Captures),
    /// It is not, and may still become so.
    NotYet(Mismatch),
    /// It is not, and no time will mend it.
    Never(Mismatch),
    /// It was too late, by a bound that is stretched, and nothing else.
    Late(Mismatch),
}

impl Look {
    /// Of a comparison that may come out otherwise later.
    pub(super) fn of(result: Result<Captures, Mismatch>) -> Look {
        match result {
            Ok(captures) => Look::Met(captures),
            Err(mismatch) => Look::NotYet(mismatch),
        }
    }
}

/// Which calls are looked at.
pub(super) struct CallsLook<'l> {
    pub(super) fake: &'l str,
    pub(super) running: Option<bool>,
    pub(super) unordered: bool,
    pub(super) expect: &'l [CallExpectation],
    pub(super) span: Span,
}

impl CallsLook<'_> {
    pub(super) fn look(&self, calls: &[Call], variables: &Variables) -> Look {
        let all = calls.iter().filter(|call| call.fake == self.fake);
        let is_meant = |call: &&Call| self.running.is_none_or(|running| call.over.is_none() == running);
        let seen: Vec<&Call> = all.filter(is_meant).collect();
        let found = if self.unordered {
            self.unordered(&seen, variables)
        } else {
            self.in_order(&seen, variables)
        };
        let is_met = matches!(found, Look::Met(_));
        let found = match seen.len().cmp(&self.expect.len()) {
            Ordering::Less if is_met => Look::NotYet(self.count(&seen)),
            Ordering::Greater if is_met => Look::Never(self.count(&seen)),
            Ordering::Less | Ordering::Equal | Ordering::Greater => found,
        };
        // Those that run now may be over soon.
        if let (Look::Never(mismatch), Some(_)) = (&found, self.running) {
            return Look::NotYet(mismatch.clone());
        }
        found
    }

    fn count(&self, seen: &[&Call]) -> Mismatch {
        let extra = seen
            .get(self.expect.len())
            .map(|call| format!("; the next one: {}", call.shown()));
        let (wanted, extra) = (self.expect.len(), extra.unwrap_or_default());
        Mismatch::new(
            "calls",
            format!("must be {wanted}, and are {}{extra}", seen.len()),
            self.span,
        )
    }

    fn in_order(&self, seen: &[&Call], variables: &Variables) -> Look {
        let mut captures = Vec::new();
        let mut before = None;
        for (at, (expected, call)) in self.expect.iter().zip(seen).enumerate() {
            let path = format!("calls[{at}]");
            match compare(&path, expected, call, variables, self.span) {
                Ok(more) => captures.extend(more),
                // A conversation goes on.
                Err(mismatch) if expected.lines.is_some() => return Look::NotYet(mismatch),
                Err(mismatch) => return Look::Never(mismatch),
            }
            let mismatch = |text: String| Mismatch::new(&path, text, self.span);
            match gap_error(expected, before, call, variables.t()) {
                None => {}
                Some(GapError::Short(text)) => return Look::Never(mismatch(text)),
                Some(GapError::Long(text, true)) => return Look::Late(mismatch(text)),
                Some(GapError::Long(text, false)) => return Look::Never(mismatch(text)),
            }
            before = Some(*call);
        }
        Look::Met(captures)
    }

    fn unordered(&self, seen: &[&Call], variables: &Variables) -> Look {
        let fits = |item: usize, at: usize| {
            let (expected, call) = (self.expect.get(item)?, seen.get(at)?);
            compare("", expected, call, variables, self.span).ok()
        };
        let pairs = pair(self.expect.len(), seen.len(), |item, at| fits(item, at).is_some());
        let missing = pairs.iter().position(Option::is_none);
        if let Some(at) = missing {
            let closest = match (self.expect.get(at), seen.first()) {
                (Some(expected), Some(call)) => compare("", expected, call, variables, self.span).err(),
                _ => None,
            };
            let why = closest
                .map(|mismatch| format!("; of the first one, {}", mismatch.line()))
                .unwrap_or_default();
            let text = format!("hold none that fits item {}{why}", at + 1);
            return Look::NotYet(Mismatch::new("calls", text, self.span));
        }
        let pairs = pairs.into_iter().enumerate();
        let captures = pairs.filter_map(|(item, at)| fits(item, at?)).flatten();
        Look::Met(captures.collect())
    }
}

/// Which calls may and must be at the same time.
pub(super) struct OverlapsLook<'l> {
    pub(super) fake: &'l str,
    pub(super) most: Option<u64>,
    pub(super) least: Option<u64>,
    pub(super) never: &'l [Vec<CallExpectation>],
    pub(super) always: &'l [Vec<CallExpectation>],
    pub(super) span: Span,
}

impl OverlapsLook<'_> {
    pub(super) fn look(&self, calls: &[Call], variables: &Variables) -> Look {
        let calls = calls.iter().filter(|call| call.fake == self.fake);
        let mismatch = |text: String| Mismatch::new("overlaps", text, self.span);
        let at_once = most_at_once(calls.clone()) as u64;
        if let Some(most) = self.most.filter(|most| at_once > *most) {
            return Look::Never(mismatch(format!(
                "must be {most} at most, and {at_once} calls were at the same time"
            )));
        }
        let fitting = |expected: &CallExpectation| -> Vec<&Call> {
            let fits = |call: &&Call| compare("", expected, call, variables, self.span).is_ok();
            calls.clone().filter(fits).collect()
        };
        for set in self.never {
            let sets: Vec<Vec<&Call>> = set.iter().map(fitting).collect();
            let pairs = sets
                .iter()
                .enumerate()
                .flat_map(|(at, one)| sets.iter().skip(at + 1).map(move |other| (one, other)));
            for (one, other) in pairs {
                let both = one
                    .iter()
                    .flat_map(|one| other.iter().map(move |other| (*one, *other)));
                let mut both = both.filter(|(one, other)| !std::ptr::eq(*one, *other) && overlap(one, other));
                if let Some((one, other)) = both.next() {
                    let text = format!(
                        "must never be of these two calls: {}; {}",
                        one.shown(),
                        other.shown()
                    );
                    return Look::Never(mismatch(text));
                }
            }
        }
        if let Some(least) = self.least.filter(|least| at_once < *least) {
            return Look::NotYet(mismatch(format!(
                "must be {least} at least, and {at_once} calls were at the same time"
            )));
        }
        for (at, set) in self.always.iter().enumerate() {
            let sets: Vec<Vec<&Call>> = set.iter().map(fitting).collect();
            if !all_at_once(&sets, 0, u64::MAX) {
                return Look::NotYet(mismatch(format!(
                    "must be of all calls of set {}, which were never at the same time",
                    at + 1
                )));
            }
        }
        Look::Met(Vec::new())
    }
}

/// Looks at the lines that a program printed.
pub(super) fn log(lines: &[Pattern], not: &[Text], printed: &str, variables: &Variables, span: Span) -> Look {
    for text in not {
        match variables.text(text) {
            Ok(word) if printed.contains(&word) => {
                let line = printed
                    .lines()
                    .find(|line| line.contains(&word))
                    .unwrap_or(printed);
                let text = format!("must not hold `{text}`: {}", super::matching::shown_text(line));
                return Look::Never(Mismatch::new("log", text, span));
            }
            Ok(_) => {}
            Err(why) => return Look::Never(Mismatch::new("log", why, span)),
        }
    }
    let mut matcher = Matcher::new(variables);
    let mut rest = printed.lines();
    for (at, pattern) in lines.iter().enumerate() {
        let found = rest.by_ref().any(|line| matcher.text("", pattern, line).is_ok());
        if !found {
            let text = format!(
                "has no line that fits line {} of what is expected, behind those before it",
                at + 1
            );
            return Look::NotYet(Mismatch::new("log", text, pattern.span));
        }
    }
    Look::Met(matcher.into_captures())
}

/// Looks at files that were read.
pub(super) fn files(
    expect: &[(Text, FileExpectation)],
    read: &[Option<Vec<u8>>],
    variables: &Variables,
) -> Result<Captures, Mismatch> {
    let mut matcher = Matcher::new(variables);
    for ((path, expected), bytes) in expect.iter().zip(read) {
        let at = path.to_string();
        let text = bytes.as_deref().map(String::from_utf8_lossy);
        match (expected, &text) {
            (FileExpectation::Absent, None) => {}
            (FileExpectation::Absent, Some(_)) => {
                return Err(Mismatch::new(
                    &at,
                    "is there, and must not be".to_string(),
                    path.span,
                ));
            }
            (FileExpectation::Text(pattern), Some(text)) => matcher.text(&at, pattern, text)?,
            (FileExpectation::Json(pattern), Some(text)) => matcher.json(&at, pattern, text)?,
            (FileExpectation::Text(_) | FileExpectation::Json(_), None) => {
                return Err(Mismatch::new(&at, "is not there".to_string(), path.span));
            }
        }
    }
    Ok(matcher.into_captures())
}

/// Looks how many processes are alive.
pub(super) fn processes(wanted: u64, alive: usize, span: Span) -> Result<Captures, Mismatch> {
    if alive as u64 == wanted {
        return Ok(Vec::new());
    }
    Err(Mismatch::new(
        "processes",
        format!("must be {wanted}, and {alive} are alive"),
        span,
    ))
}
