//! Whether two versions of a file are the same code: the same but for white space and comments.

/// What does not count as code when two versions are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comments {
    /// Starts of comments that run to the end of their line.
    pub line: Vec<String>,
    /// Opening and closing marks of other comments.
    pub block: Vec<(String, String)>,
    /// Quotes in which nothing is a comment.
    pub strings: Vec<String>,
}

/// Whether two texts differ in nothing but white space and comments, as a target says what comments are.
///
/// White space that stands at the start of a line counts, since in some languages it is code.
pub fn equivalent(a: &str, b: &str, comments: &Comments) -> bool {
    normal(a, comments) == normal(b, comments)
}

/// The lines that hold code, each with its indentation, words apart by one space.
fn normal(text: &str, comments: &Comments) -> Vec<String> {
    let code = without_comments(text, comments);
    let lines = code.lines().filter(|line| !line.trim().is_empty());
    let lines = lines.map(|line| {
        let indent = line.len() - line.trim_start().len();
        format!(
            "{indent} {}",
            line.split_whitespace().collect::<Vec<_>>().join(" ")
        )
    });
    lines.collect()
}

fn without_comments(text: &str, comments: &Comments) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut quote: Option<&str> = None;
    while let Some(c) = rest.chars().next() {
        let mut taken = c.len_utf8();
        if let Some(open) = quote {
            if c == '\\' {
                taken += rest
                    .get(taken..)
                    .and_then(|tail| tail.chars().next())
                    .map_or(0, char::len_utf8);
            } else if rest.starts_with(open) || c == '\n' {
                quote = None;
            }
        } else if let Some(open) = comments
            .strings
            .iter()
            .find(|open| rest.starts_with(open.as_str()))
        {
            quote = Some(open);
            taken = open.len();
        } else if comments.line.iter().any(|open| rest.starts_with(open.as_str())) {
            rest = rest
                .get(rest.find('\n').unwrap_or(rest.len())..)
                .unwrap_or_default();
            continue;
        } else if let Some((open, close)) = comments
            .block
            .iter()
            .find(|(open, _)| rest.starts_with(open.as_str()))
        {
            let after = rest.get(open.len()..).unwrap_or_default();
            let end = after
                .find(close.as_str())
                .map_or(rest.len(), |at| open.len() + at + close.len());
            rest = rest.get(end..).unwrap_or_default();
            continue;
        }
        let text = rest.get(..taken).unwrap_or_default();
        // White space in a string is code: keep it apart from the white space that is folded later.
        out.push_str(if quote.is_some() && text == " " {
            "\u{0}"
        } else {
            text
        });
        rest = rest.get(taken..).unwrap_or_default();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rust() -> Comments {
        Comments {
            line: vec!["//".into()],
            block: vec![("/*".into(), "*/".into())],
            strings: vec!["\"".into()],
        }
    }

    #[test]
    fn comments_and_spacing_are_no_code_and_strings_are() {
        assert!(equivalent(
            "fn a() { 1 } // one\n",
            "fn a()  { 1 }\n\n/* two\n */\n",
            &rust()
        ));
        assert!(!equivalent("f(\"// a\")", "f(\"// b\")", &rust()));
        assert!(!equivalent("f(\"a\\\" // b\")", "f(\"a\\\" // c\")", &rust()));
        assert!(!equivalent("f(\"a  b\")", "f(\"a b\")", &rust()));
        assert!(!equivalent("if x:\n  a\n", "if x:\na\n", &Comments::default()));
    }
}
