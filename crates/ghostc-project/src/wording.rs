//! Counts and lists as messages have them, and the failing cases of a verdict as text.

use ghostc_judge::{Tally, Verdict};
use ghostc_syntax::{Diagnostic, Severity};

/// `3 errors, 1 warning`, or `no findings`.
pub fn tally(findings: &[Diagnostic]) -> String {
    totals(|severity| findings.iter().filter(|found| found.severity == severity).count())
}

/// The same for anything that can be counted by severity.
pub fn totals(count: impl Fn(Severity) -> usize) -> String {
    let parts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .filter(|severity| count(*severity) > 0)
        .map(|severity| plural(count(severity), severity.as_str()))
        .collect();
    if parts.is_empty() {
        "no findings".to_string()
    } else {
        parts.join(", ")
    }
}

/// The start of a text on one line: at most so many characters.
pub fn one_line(text: &str, most: usize) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= most {
        return words;
    }
    let start: String = words.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", start.trim_end())
}

/// `python`, `python and rust`, `python, rust and go`.
pub fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_string(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// The first of some names, and how many more there are: `python, rust and 2 more`.
pub fn some(names: &[String], most: usize) -> String {
    let more = names.len().saturating_sub(most);
    let more = (more > 0).then(|| format!("{more} more"));
    let shown = names.iter().take(most).chain(&more).map(String::as_str);
    listed(&shown.collect::<Vec<_>>())
}

/// How many skipped documents are named.
const SKIPPED_NAMES: usize = 3;

/// Which documents were not read, since they lie in no package; nothing where there are none.
pub fn skipped(paths: &[String]) -> Option<String> {
    let names: Vec<String> = paths.iter().map(|path| format!("`{path}`")).collect();
    let (lie, count) = (
        if paths.len() == 1 { "lies" } else { "lie" },
        plural(paths.len(), "Markdown document"),
    );
    (!paths.is_empty()).then(|| format!("{count} {lie} in no package ({})", some(&names, SKIPPED_NAMES)))
}

/// `1 case`, `2 cases`.
pub fn plural(count: usize, noun: &str) -> String {
    let noun = match (count, noun.strip_suffix('y')) {
        (1, _) => noun.to_string(),
        (_, Some(stem)) if !stem.ends_with(['a', 'e', 'o']) => format!("{stem}ies"),
        _ => format!("{noun}s"),
    };
    format!("{}\u{a0}{noun}", grouped(count as u64)).replace('\u{a0}', " ")
}

/// A number with its thousands set apart: `11,400`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `77/77 visible   19/19 held out`.
pub fn case_counts(verdict: &Verdict) -> String {
    let part = |tally: Tally, what: &str| format!("{}/{} {what}", tally.passed, tally.total());
    format!(
        "{}   {}",
        part(verdict.visible, "visible"),
        part(verdict.held_out, "held out")
    )
}

/// The first failing cases with their evidence, and how many more there are; held-out ones are counted alone.
pub fn failing_cases(verdict: &Verdict, most: usize) -> String {
    failures(verdict, most, false)
}

/// The first failing cases with their evidence, held-out ones too, and how many more there are: for those who wrote them.
pub fn all_failing_cases(verdict: &Verdict, most: usize) -> String {
    failures(verdict, most, true)
}

fn failures(verdict: &Verdict, most: usize, shows_held_out: bool) -> String {
    let is_hidden = |failure: &&ghostc_judge::Failure| failure.held_out && !shows_held_out;
    let (held_out, visible): (Vec<_>, Vec<_>) = verdict.failures.iter().partition(is_hidden);
    let mut out = String::new();
    for failure in visible.iter().take(most) {
        out.push_str(&format!(
            "case {} ({})\n  input     {}\n  expected  {}\n  actual    {}\n",
            failure.id, failure.place, failure.input, failure.expected, failure.actual
        ));
    }
    let more = visible.len().saturating_sub(most);
    let hidden = match held_out.len() {
        0 => String::new(),
        count => format!(
            "{} {}; held-out cases are not shown",
            plural(count, "held-out case"),
            if count == 1 { "fails" } else { "fail" }
        ),
    };
    let more = if more > 0 {
        format!("and {more} more")
    } else {
        String::new()
    };
    let tail: Vec<String> = [more, hidden]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
    out + &tail.join("\n")
}
