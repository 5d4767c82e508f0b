//! A script's text into actions; the table of them is in the parent module.

use std::str::{FromStr, Lines};
use std::time::Duration;

/// What the agent does, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// Its steps; each is an action and the attempts that carry it out.
    pub steps: Vec<(Attempts, Action)>,
}

/// The attempts that a section of a script is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempts {
    /// Every attempt.
    All,
    /// One attempt; the first is 1.
    Only(u64),
    /// One attempt and all later ones.
    From(u64),
}

/// One action of a script. Paths are relative to the workspace unless it says otherwise.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the table in the parent module documents them")]
pub enum Action {
    Say(String),
    HalfLine(String),
    Garbage(usize),
    Flood(usize),
    Await(String),
    SavePrompt(String),
    Write(String, String),
    Append(String, String),
    Copy(String, String),
    Delete(String),
    NonUtf8(String),
    Symlink(String, String),
    Escape(String),
    Sleep(Duration),
    Hang,
    IgnoreTerm,
    LeakChild { seconds: f64, away: bool },
    Exit(u8),
}

impl Attempts {
    /// Whether the attempt with this number, counted from 1, is one of them.
    pub fn include(self, attempt: u64) -> bool {
        match self {
            Attempts::All => true,
            Attempts::Only(number) => attempt == number,
            Attempts::From(number) => attempt >= number,
        }
    }
}

impl Script {
    /// Reads a script.
    ///
    /// # Errors
    ///
    /// The number of the first line that makes no sense, and why.
    pub fn parse(text: &str) -> Result<Script, String> {
        let mut steps = Vec::new();
        let mut attempts = Attempts::All;
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let number = text.lines().count() - lines.clone().count();
            let trimmed = line.trim_start();
            if trimmed.is_empty() || trimmed.starts_with('#') {
                continue;
            }
            let (word, rest) = trimmed.split_once(' ').unwrap_or((trimmed, ""));
            let at = |problem: String| format!("line {number}: {problem}");
            match word {
                "always" => attempts = Attempts::All,
                "on-attempt" => attempts = section(rest.trim()).map_err(at)?,
                _ => steps.push((attempts, action(word, rest, &mut lines).map_err(at)?)),
            }
        }
        Ok(Script { steps })
    }
}

fn section(text: &str) -> Result<Attempts, String> {
    match text.strip_suffix('+') {
        Some(first) => number(first).map(Attempts::From),
        None => number(text).map(Attempts::Only),
    }
}

fn action(word: &str, rest: &str, lines: &mut Lines<'_>) -> Result<Action, String> {
    let text = rest.to_string();
    Ok(match word {
        "say" => Action::Say(text),
        "half-line" => Action::HalfLine(text),
        "garbage" => Action::Garbage(number(rest)?),
        "flood" => Action::Flood(number(rest)?),
        "await" => Action::Await(text),
        "save-prompt" => Action::SavePrompt(one(rest)?),
        "write" => document(rest, lines).map(|(path, body)| Action::Write(path, body))?,
        "append" => document(rest, lines).map(|(path, body)| Action::Append(path, body))?,
        "copy" => two(rest).map(|(from, to)| Action::Copy(from, to))?,
        "delete" => Action::Delete(one(rest)?),
        "non-utf8" => Action::NonUtf8(one(rest)?),
        "symlink" => two(rest).map(|(target, path)| Action::Symlink(target, path))?,
        "escape" => Action::Escape(one(rest)?),
        "sleep" => {
            Action::Sleep(Duration::try_from_secs_f64(number(rest)?).map_err(|error| error.to_string())?)
        }
        "hang" => Action::Hang,
        "ignore-term" => Action::IgnoreTerm,
        "leak-child" => match rest.trim().split_once(' ') {
            Some((seconds, "away")) => Action::LeakChild {
                seconds: number(seconds)?,
                away: true,
            },
            _ => Action::LeakChild {
                seconds: number(rest)?,
                away: false,
            },
        },
        "exit" => Action::Exit(number(rest)?),
        _ => return Err(format!("`{word}` is no action")),
    })
}

/// Reads `PATH <<WORD` and the lines up to one that is WORD.
fn document(rest: &str, lines: &mut Lines<'_>) -> Result<(String, String), String> {
    let (path, end) = rest
        .split_once("<<")
        .ok_or("there is no `<<EOF` after the path")?;
    let mut body = String::new();
    for line in lines {
        if line.trim() == end.trim() {
            return Ok((one(path)?, body));
        }
        body.push_str(line);
        body.push('\n');
    }
    Err(format!("no line is `{}`", end.trim()))
}

fn one(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        Err("there is no path".to_string())
    } else {
        Ok(text.to_string())
    }
}

fn two(text: &str) -> Result<(String, String), String> {
    let (first, second) = text.trim().split_once(' ').ok_or("there are not two paths")?;
    Ok((first.to_string(), one(second)?))
}

fn number<T: FromStr>(text: &str) -> Result<T, String> {
    text.trim()
        .parse()
        .map_err(|_| format!("`{}` is no number that fits here", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_lines_and_documents() {
        let script = Script::parse("say a  b\n\n# note\nwrite src/a.py <<EOF\n  x\n\nEOF\nexit 3\n").unwrap();
        let actions: Vec<Action> = script.steps.into_iter().map(|(_, action)| action).collect();
        let written = Action::Write("src/a.py".to_string(), "  x\n\n".to_string());
        assert_eq!(
            actions,
            [Action::Say("a  b".to_string()), written, Action::Exit(3)]
        );
    }

    #[test]
    fn sections_belong_to_attempts() {
        let script = Script::parse("hang\non-attempt 1\nhang\non-attempt 2+\nhang\nalways\nhang\n").unwrap();
        let on = |attempt| -> Vec<bool> { script.steps.iter().map(|(on, _)| on.include(attempt)).collect() };
        assert_eq!(on(1), [true, true, false, true]);
        assert_eq!(on(3), [true, false, true, true]);
    }

    #[test]
    fn what_makes_no_sense_is_named_with_its_line() {
        for (text, problem) in [
            ("say a\nsing\n", "line 2: `sing` is no action"),
            ("exit 256\n", "line 1: `256` is no number that fits here"),
            ("write a <<EOF\nx\n", "line 1: no line is `EOF`"),
            ("write a\n", "line 1: there is no `<<EOF` after the path"),
            ("copy a\n", "line 1: there are not two paths"),
            (
                "sleep -1\n",
                "line 1: cannot convert float seconds to Duration: value is negative",
            ),
        ] {
            assert_eq!(Script::parse(text), Err(problem.to_string()));
        }
    }
}
