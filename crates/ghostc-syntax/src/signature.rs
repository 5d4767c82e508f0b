//! Signatures of operations: `name(param, optional?, with=default) → type | error`.

use std::collections::BTreeSet;

/// A callable as the spec declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Its name, which may be dotted.
    pub name: String,
    /// Its parameters, in order.
    pub params: Vec<Param>,
    /// What it gives, as written after the arrow.
    pub returns: Option<String>,
    /// Whether the declared result includes `error`.
    pub can_fail: bool,
    /// The signature as written, with single spaces.
    pub text: String,
}

impl Signature {
    /// The choices of its result, each as written: of `Stack | error` two.
    pub fn results(&self) -> impl Iterator<Item = &str> {
        let choices = self.returns.as_deref().unwrap_or_default().split('|');
        choices.map(|choice| choice.trim().trim_matches('`'))
    }
}

/// One parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name, without `?`, type and default.
    pub name: String,
    /// Whether it may be left out.
    pub optional: bool,
    /// Its type as written after a colon, without its default.
    pub kind: Option<String>,
}

/// What a heading or a line of code turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parsed {
    /// Something else.
    No,
    /// A signature with a mistake; the text says which.
    Malformed(String),
    /// A signature.
    Yes(Signature),
}

/// Reads a signature that is the whole text.
pub fn parse(text: &str) -> Parsed {
    let text = text.trim();
    let name_end = text
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '#' | '-')))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(name_end);
    let callable = name.starts_with(|c: char| c.is_alphabetic() || c == '_') && rest.starts_with('(');
    if !callable {
        return Parsed::No;
    }
    let Some(close) = closing_parenthesis(rest) else {
        let likely = arrow(rest).is_some() || name.starts_with(|c: char| c.is_lowercase() || c == '_');
        return if likely {
            Parsed::Malformed("the parenthesis is not closed".into())
        } else {
            Parsed::No
        };
    };
    let (inside, after) = (
        rest.get(1..close).unwrap_or_default(),
        rest.get(close + 1..).unwrap_or_default().trim(),
    );
    let (returns, arrow_found) = match arrow(after) {
        Some((0, len)) => (
            after.get(len..).map(str::trim).filter(|text| !text.is_empty()),
            true,
        ),
        Some(_) => return Parsed::No,
        None if after.is_empty() => (None, false),
        None => return Parsed::No,
    };
    if !arrow_found && name.starts_with(|c: char| c.is_uppercase()) && !name.contains(['.', '#']) {
        return Parsed::No; // A title such as `Option(s)`.
    }
    if arrow_found && returns.is_none() {
        return Parsed::Malformed("nothing follows the arrow".into());
    }
    let mut params: Vec<Param> = Vec::new();
    let mut names: BTreeSet<String> = BTreeSet::new();
    let has_brackets = inside.contains("[,") || inside.contains(", ]");
    let optional = has_brackets.then(|| in_brackets(inside));
    let pieces = match &optional {
        Some(pieces) => pieces.iter().map(String::as_str).collect(),
        None => split_params(inside),
    };
    for piece in pieces {
        match param(piece) {
            Some(param) if !names.insert(param.name.clone()) => {
                return Parsed::Malformed(format!("the parameter `{}` is named twice", param.name));
            }
            Some(param) => params.push(param),
            None => return Parsed::Malformed(format!("`{}` is not a parameter", piece.trim())),
        }
    }
    let can_fail = returns.is_some_and(|returns| {
        returns
            .split('|')
            .any(|kind| kind.trim().eq_ignore_ascii_case("error"))
    });
    Parsed::Yes(Signature {
        name: name.to_string(),
        params,
        returns: returns.map(str::to_string),
        can_fail,
        text: crate::text::collapse_whitespace(text),
    })
}

/// Reads a property, which is a method without parameters: `size → integer`, `Stack.size → integer`.
pub fn parse_property(text: &str) -> Option<Signature> {
    let (at, len) = arrow(text)?;
    let name = text.get(..at)?.trim();
    let returns = text
        .get(at + len..)
        .map(str::trim)
        .filter(|text| !text.is_empty())?;
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    let own = name.rsplit('.').next().unwrap_or(name);
    if !name.split('.').all(is_part) || own.starts_with(char::is_uppercase) {
        return None;
    }
    match parse(&format!("{name}() → {returns}")) {
        Parsed::Yes(signature) => Some(Signature {
            text: crate::text::collapse_whitespace(text),
            ..signature
        }),
        Parsed::No | Parsed::Malformed(_) => None,
    }
}

/// The byte position and length of the first arrow.
pub fn arrow(text: &str) -> Option<(usize, usize)> {
    // One pass: whoever asks for one arrow after the other would else look for those that are missing again and again.
    let starts = text.match_indices(['→', '⇒', '-', '=']);
    starts
        .map(|(at, _)| (at, text.get(at..).unwrap_or_default()))
        .find_map(|(at, rest)| {
            let arrow = ["→", "->", "=>", "⇒"]
                .iter()
                .find(|arrow| rest.starts_with(**arrow))?;
            Some((at, arrow.len()))
        })
}

/// Characters with their byte positions, outside quotes only.
fn unquoted(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quote = None;
    text.char_indices().filter(move |(_, c)| match quote {
        Some(open) => {
            if *c == open {
                quote = None;
            }
            false
        }
        None => {
            if matches!(c, '"' | '\'') {
                quote = Some(*c);
            }
            quote.is_none()
        }
    })
}

fn closing_parenthesis(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in unquoted(text) {
        match c {
            '(' => depth += 1,
            ')' if depth == 1 => return Some(at),
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

fn split_params(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut pieces) = (0usize, 0, Vec::new());
    for (at, c) in unquoted(text) {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '>' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                pieces.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.extend(text.get(start..));
    if pieces.len() == 1 && text.trim().is_empty() {
        Vec::new()
    } else {
        pieces
    }
}

/// The parameters of a list such as `path[, mode[, flags]]`, each that may be left out between brackets of its own.
fn in_brackets(text: &str) -> Vec<String> {
    let (mut depth, mut brackets, mut piece, mut pieces) = (0usize, 0usize, String::new(), Vec::new());
    let mut is_optional = false;
    let mut end = |piece: &mut String, is_optional: bool| {
        let name = std::mem::take(piece);
        let name = name.trim();
        pieces.extend((!name.is_empty()).then(|| {
            if is_optional {
                format!("[{name}]")
            } else {
                name.to_string()
            }
        }));
    };
    for c in text.chars() {
        match c {
            '[' if depth == 0 => brackets += 1,
            ']' if depth == 0 => brackets = brackets.saturating_sub(1),
            ',' if depth == 0 => end(&mut piece, is_optional),
            _ => {
                if piece.trim().is_empty() {
                    is_optional = brackets > 0;
                }
                match c {
                    '(' | '{' | '<' => depth += 1,
                    ')' | '}' | '>' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                piece.push(c);
            }
        }
    }
    end(&mut piece, is_optional);
    pieces
}

fn param(piece: &str) -> Option<Param> {
    let piece = piece.trim();
    // `on('data', callback)`: the value that the parameter has there is its name.
    if let Some(quoted) = piece
        .strip_prefix(['\'', '"'])
        .and_then(|rest| rest.strip_suffix(['\'', '"']))
    {
        return param(quoted);
    }
    let bracketed = piece.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
    let text = bracketed
        .unwrap_or(piece)
        .trim_start_matches("...")
        .trim_start_matches(['*', '&']);
    let text = text.strip_prefix("mut ").unwrap_or(text).trim_start();
    let end = text
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '$')))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let rest = rest.trim();
    let named = name.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '$'));
    let sound = named && (rest.is_empty() || rest.starts_with(['?', ':', '=']));
    let has_default = unquoted(rest).any(|(_, c)| c == '=');
    let optional = bracketed.is_some() || rest.starts_with('?') || has_default || piece.starts_with("...");
    let kind = rest
        .trim_start_matches('?')
        .trim_start()
        .strip_prefix(':')
        .map(|kind| {
            let end = unquoted(kind)
                .find(|(_, c)| *c == '=')
                .map_or(kind.len(), |(at, _)| at);
            kind.get(..end).unwrap_or_default().trim().to_string()
        });
    sound.then(|| Param {
        name: name.to_string(),
        optional,
        kind: kind.filter(|kind| !kind.is_empty()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Option<Vec<(String, bool)>> {
        match parse(text) {
            Parsed::Yes(found) => Some(found.params.into_iter().map(|p| (p.name, p.optional)).collect()),
            Parsed::No | Parsed::Malformed(_) => None,
        }
    }

    #[test]
    fn parameters_are_read_in_all_common_forms() {
        let wanted =
            |list: &[(&str, bool)]| Some(list.iter().map(|(n, o)| (n.to_string(), *o)).collect::<Vec<_>>());
        assert_eq!(names("f(a, b?) → string"), wanted(&[("a", false), ("b", true)]));
        assert_eq!(
            names("f(a, fill=', ', [c]) -> x"),
            wanted(&[("a", false), ("fill", true), ("c", true)])
        );
        assert_eq!(
            names("Mod.f(a: list<int, int>) → x | error"),
            wanted(&[("a", false)])
        );
        assert_eq!(names("f()"), wanted(&[]));
        assert_eq!(
            names("f(a[, b[, c]])"),
            wanted(&[("a", false), ("b", true), ("c", true)])
        );
        assert_eq!(names("f([a, ]b)"), wanted(&[("a", true), ("b", false)]));
        assert_eq!(names("f([a][, ...b])"), wanted(&[("a", true), ("b", true)]));
        assert_eq!(names("f(a: {x, y}[, b])"), wanted(&[("a", false), ("b", true)]));
    }

    #[test]
    fn a_property_is_a_method_without_parameters() {
        let found = parse_property("Stack.size → integer").expect("a property");
        assert_eq!((found.name.as_str(), found.params.len()), ("Stack.size", 0));
        assert_eq!(found.results().collect::<Vec<_>>(), ["integer"]);
        for title in ["from a to b", "old → ", "Input → Output", "3 → 4", "a b → c"] {
            assert_eq!(parse_property(title), None, "{title}");
        }
    }

    #[test]
    fn types_of_parameters_are_kept_as_written() {
        let Parsed::Yes(found) = parse("f(a: int, b?: list<x, y> = [], c = 1, d: string or null)") else {
            panic!("a signature")
        };
        let kinds: Vec<_> = found.params.iter().map(|param| param.kind.as_deref()).collect();
        assert_eq!(
            kinds,
            [Some("int"), Some("list<x, y>"), None, Some("string or null")]
        );
    }

    #[test]
    fn titles_are_not_signatures_and_mistakes_are_named() {
        for title in ["Option(s)", "Settings (optional)", "f", "5.3 x", "f(x) is nice"] {
            assert_eq!(parse(title), Parsed::No, "{title}");
        }
        for wrong in ["f(a → b", "f(a, a) → b", "f(a b) → c", "f(a) →"] {
            assert!(matches!(parse(wrong), Parsed::Malformed(_)), "{wrong}");
        }
    }
}
