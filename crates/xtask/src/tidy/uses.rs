//! What a file names of its crate: the paths of its `use` declarations and of its code.

use super::modules::ModulePath;
use super::tokens::{Kind, Token, group};

/// One path.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Use<'a> {
    pub(crate) line: usize,
    /// The module that the path starts from.
    pub(crate) base: ModulePath<'a>,
    /// The path without `crate`, `self` and `super`.
    pub(crate) path: Vec<&'a str>,
    /// Whether it started with one of those words; else it is one of this crate only if its first name is.
    pub(crate) anchored: bool,
    /// The name that a `use` gives it; none in code, and for `*` and `_`.
    pub(crate) binds: Option<&'a str>,
}

impl Use<'_> {
    /// The path from the root of the crate, or as it is written where it is not anchored.
    pub(crate) fn text(&self) -> String {
        let parts = self.anchored.then_some("crate").into_iter();
        let base = self.base.iter().filter(|_| self.anchored);
        let parts: Vec<&str> = parts
            .chain(base.copied())
            .chain(self.path.iter().copied())
            .collect();
        parts.join("::")
    }
}

/// Every path in the tokens of a module, in order.
pub(crate) fn uses<'a>(module: &[&'a str], tokens: &[Token<'a>]) -> Vec<Use<'a>> {
    let mut found = Vec::new();
    // The module that a token is in, and for each brace that is open whether it opens one.
    let (mut inside, mut braces) = (module.to_vec(), Vec::new());
    let (mut at, mut before) = (0, "");
    while let Some(token) = tokens.get(at) {
        let next = tokens.get(at + 1);
        let starts_module = before == "mod" && next.is_some_and(|next| next.is("{"));
        if token.is("use") {
            let rest = tokens.get(at + 1..).unwrap_or_default();
            let length = rest.iter().position(|token| token.is(";")).unwrap_or(rest.len());
            let tree = rest.get(..length).unwrap_or_default();
            // `use<…>` says what a type captures.
            if !tree.first().is_some_and(|first| first.is("<")) {
                expand(&inside, tree, &[], &mut found);
                at += length;
            }
        } else if token.is("{") {
            braces.push(false);
        } else if token.is("}") {
            if braces.pop() == Some(true) {
                inside.pop();
            }
        } else if starts_module {
            inside.push(token.text);
            braces.push(true);
            at += 1;
        } else if token.kind == Kind::Word && before != "::" && next.is_some_and(|next| next.is("::")) {
            let path = names(tokens.get(at..).unwrap_or_default());
            found.extend(anchor(&inside, &path, token.line, None));
        }
        before = token.text;
        at += 1;
    }
    found
}

/// The names that the tokens start with, as far as `::` joins them.
fn names<'a>(tokens: &[Token<'a>]) -> Vec<&'a str> {
    let mut names = Vec::new();
    for pair in tokens.chunks(2) {
        names.extend(
            pair.first()
                .filter(|name| name.kind == Kind::Word)
                .map(|name| name.text),
        );
        let joined = matches!(pair, [name, join] if name.kind == Kind::Word && join.is("::"));
        if !joined {
            break;
        }
    }
    names
}

/// The paths of the tree of a `use`.
fn expand<'a>(module: &[&'a str], tree: &[Token<'a>], prefix: &[&'a str], found: &mut Vec<Use<'a>>) {
    let Some(last) = tree.last() else { return };
    let mut path = prefix.to_vec();
    let mut alias = None;
    for (at, token) in tree.iter().enumerate() {
        if token.is("{") {
            let length = tree.get(at..).map_or(0, group);
            let inner = tree.get(at + 1..at + length - 1).unwrap_or_default();
            branches(inner).for_each(|branch| expand(module, branch, &path, found));
            return;
        }
        if token.is("as") {
            alias = Some(last.text);
            break;
        }
        if token.kind == Kind::Word || token.is("*") {
            path.push(token.text);
        }
    }
    if path.last() == Some(&"self") && path.len() > 1 {
        path.pop();
    }
    let name = alias.or(path.last().copied());
    let binds = name.filter(|name| !["*", "_"].contains(name));
    found.extend(anchor(module, &path, last.line, binds));
}

/// What commas outside of braces part.
fn branches<'t, 'a>(tokens: &'t [Token<'a>]) -> impl Iterator<Item = &'t [Token<'a>]> {
    let mut depth = 0;
    tokens.split(move |token| {
        depth += i32::from(token.is("{")) - i32::from(token.is("}"));
        depth == 0 && token.is(",")
    })
}

/// The use of a path in a module; none where it is no more than `crate`, `self` or `super`.
fn anchor<'a>(module: &[&'a str], path: &[&'a str], line: usize, binds: Option<&'a str>) -> Option<Use<'a>> {
    let mut base = module.to_vec();
    let mut rest = path;
    let mut anchored = false;
    while let Some((first, after)) = rest.split_first() {
        match *first {
            "crate" => base.clear(),
            "super" => drop(base.pop()),
            "self" => {}
            _ => break,
        }
        anchored = true;
        rest = after;
    }
    let named = !rest.is_empty() || (anchored && binds.is_some());
    named.then(|| Use {
        line,
        base,
        path: rest.to_vec(),
        anchored,
        binds,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    #[test]
    fn trees_and_paths_are_written_out() {
        let text = "
            use crate::{a::{self, B as C}, d::*};
            use std::fmt;
            pub(crate) fn f() -> impl Iterator<Item = u8> + use<'_> { super::x::<u8>(); child::y(crate::Z) }
            mod inner { use super::w; fn g() { self::v() } }
            fn h() { super::last!() }
        ";
        let tokens = tokens(text);
        let found = uses(&["m", "n"], &tokens);
        let found: Vec<(usize, String, Option<&str>)> = found
            .iter()
            .map(|used| (used.line, used.text(), used.binds))
            .collect();
        let expected = [
            (2, "crate::a", Some("a")),
            (2, "crate::a::B", Some("C")),
            (2, "crate::d::*", None),
            (3, "std::fmt", Some("fmt")),
            (4, "crate::m::x", None),
            (4, "child::y", None),
            (4, "crate::Z", None),
            (5, "crate::m::n::w", Some("w")),
            (5, "crate::m::n::inner::v", None),
            (6, "crate::m::last", None),
        ];
        assert_eq!(
            found,
            expected.map(|(line, text, binds)| (line, text.to_string(), binds))
        );
    }
}
