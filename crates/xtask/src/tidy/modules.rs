//! The modules of each crate with the tokens of their files: what rules ask that look at a crate as a whole.
//!
//! Files stand for modules: `x.rs` and `x/mod.rs` are the module `x`, `x/y.rs` is `x::y`. A folder that no file stands
//! for is none (`checks/across/x.rs` is `checks::x`), which is what build scripts make of such folders. Tests, and the
//! programs of `src/bin`, are left out.

use super::Tree;
use super::rust::is_test_file;
use super::tokens::{Kind, Token, split, tokens};
use std::collections::{BTreeMap, BTreeSet};

/// The names on the way from the crate's root to a module; none for the root.
pub(crate) type ModulePath<'a> = Vec<&'a str>;

/// One module that is a file.
#[derive(Debug)]
pub(crate) struct Module<'a> {
    /// Its file.
    pub(crate) file: &'a str,
    /// The tokens of the file without its tests.
    pub(crate) tokens: Vec<Token<'a>>,
}

/// One crate.
#[derive(Debug)]
pub(crate) struct Crate<'a> {
    /// Its folder below `crates`.
    pub(crate) name: &'a str,
    pub(crate) modules: BTreeMap<ModulePath<'a>, Module<'a>>,
}

/// Every crate with its modules.
pub(crate) fn crates(tree: &Tree) -> Vec<Crate<'_>> {
    let mut crates: BTreeMap<&str, BTreeMap<ModulePath<'_>, Module<'_>>> = BTreeMap::new();
    let mut tests: BTreeSet<(&str, ModulePath<'_>)> = BTreeSet::new();
    for (file, text) in tree.sources().filter(|(file, _)| !is_test_file(file)) {
        let Some((name, path)) = module_path(tree, file) else {
            continue;
        };
        let split = split(&tokens(text));
        let child = |child| (name, path.iter().copied().chain([child]).collect());
        tests.extend(declared_modules(&split.tests).into_iter().map(child));
        let module = Module {
            file,
            tokens: split.program,
        };
        crates.entry(name).or_default().insert(path, module);
    }
    let crates = crates.into_iter().map(|(name, mut modules)| {
        modules.retain(|path, _| {
            let mut above = (1..=path.len()).filter_map(|length| path.get(..length));
            !above.any(|above| tests.contains(&(name, above.to_vec())))
        });
        Crate { name, modules }
    });
    crates.collect()
}

/// The crate and the module that a file stands for.
fn module_path<'a>(tree: &Tree, file: &'a str) -> Option<(&'a str, ModulePath<'a>)> {
    let (name, inside) = file.strip_prefix("crates/")?.split_once("/src/")?;
    if inside.starts_with("bin/") {
        return None;
    }
    let (folders, stem) = match inside.strip_suffix(".rs")?.rsplit_once('/') {
        Some((folders, stem)) => (folders.split('/').collect::<Vec<_>>(), stem),
        None => (Vec::new(), inside.strip_suffix(".rs")?),
    };
    let mut folder = format!("crates/{name}/src");
    let mut path = Vec::new();
    for part in folders {
        folder = format!("{folder}/{part}");
        let files = [format!("{folder}.rs"), format!("{folder}/mod.rs")];
        path.extend(
            files
                .iter()
                .any(|file| tree.files.contains_key(file))
                .then_some(part),
        );
    }
    let is_root = path.is_empty() && ["lib", "main"].contains(&stem);
    path.extend((stem != "mod" && !is_root).then_some(stem));
    Some((name, path))
}

/// The names after `mod` that stand for files.
pub(crate) fn declared_modules<'a>(tokens: &[Token<'a>]) -> Vec<&'a str> {
    let declared = tokens.windows(3).filter_map(|tokens| match tokens {
        [keyword, name, end] => (keyword.is("mod") && end.is(";")).then_some(name.text),
        _ => None,
    });
    declared.collect()
}

/// A name that a file declares.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Declared<'a> {
    /// `struct`, `enum`, `trait`, `type`, `fn` or `mod`.
    pub(crate) keyword: &'a str,
    pub(crate) name: &'a str,
    pub(crate) line: usize,
}

impl Declared<'_> {
    /// Whether it is a type or a trait.
    pub(crate) fn is_type(&self) -> bool {
        ["struct", "enum", "trait", "type"].contains(&self.keyword)
    }
}

/// The types, functions and modules that tokens declare; not the associated types of traits.
pub(crate) fn declared<'a>(tokens: &[Token<'a>]) -> Vec<Declared<'a>> {
    let mut found = Vec::new();
    // For each brace that is open, whether it is the body of a trait or of an implementation.
    let (mut bodies, mut is_next) = (Vec::new(), false);
    let mut before = "";
    for (token, next) in tokens.iter().zip(tokens.iter().skip(1)) {
        if token.kind == Kind::Mark {
            match token.text {
                "{" => bodies.push(std::mem::take(&mut is_next)),
                "}" => drop(bodies.pop()),
                ";" => is_next = false,
                _ => {}
            }
        } else if token.kind == Kind::Word && before != "#" {
            let associated = token.text == "type" && bodies.last() == Some(&true);
            let keyword = ["struct", "enum", "trait", "type", "fn", "mod"].contains(&token.text);
            if keyword && next.kind == Kind::Word && !associated {
                found.push(Declared {
                    keyword: token.text,
                    name: next.text,
                    line: next.line,
                });
            }
            is_next |= ["impl", "trait"].contains(&token.text);
        }
        before = token.text;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_stand_for_modules_and_tests_are_left_out() {
        let tree = Tree::fixture(
            "
            //- /crates/a/src/lib.rs
            mod checks;
            #[cfg(test)]
            mod sample;
            //- /crates/a/src/sample.rs
            //- /crates/a/src/sample/deep.rs
            //- /crates/a/src/checks.rs
            //- /crates/a/src/checks/tests.rs
            //- /crates/a/src/checks/dead.rs
            //- /crates/a/src/checks/across/lost.rs
            //- /crates/a/src/old/mod.rs
            //- /crates/a/src/old/lib.rs
            //- /crates/a/src/bin/tool.rs
            //- /crates/a/tests/x.rs
            ",
        );
        let crates = crates(&tree);
        let paths: Vec<String> = crates
            .iter()
            .flat_map(|one| one.modules.keys().map(|path| path.join("::")))
            .collect();
        assert_eq!(
            paths,
            ["", "checks", "checks::dead", "checks::lost", "old", "old::lib"]
        );
    }

    #[test]
    fn names_are_declared_by_keywords() {
        let text = "
            pub struct A<'a>(&'a str);
            impl Iterator for A { type Item = B; fn next() {} }
            trait T: Send { type Out; }
            type Alias = fn() -> u8;
            macro_rules! m { ($name:ident) => { struct $name; } }
            fn outer(x: impl Fn()) { enum Inner { X } }
            mod m { struct r#type; }
        ";
        let tokens = tokens(text);
        let names: Vec<&str> = declared(&tokens).iter().map(|declared| declared.name).collect();
        assert_eq!(names, ["A", "next", "T", "Alias", "outer", "Inner", "m", "r"]);
    }
}
