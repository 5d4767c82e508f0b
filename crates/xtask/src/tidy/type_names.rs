//! A type's name occurs once in a crate, so that whoever reads it knows which one is meant; the `Args` of commands excepted.

use super::modules::{crates, declared};
use super::{Finding, Tree};
use std::collections::BTreeMap;

pub(crate) fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for one in crates(tree) {
        let mut first: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
        for module in one.modules.values() {
            let arguments = module.file.contains("/commands/");
            let types = declared(&module.tokens);
            for found in types.iter().filter(|found| found.is_type()) {
                if arguments && found.name == "Args" {
                    continue;
                }
                let Some((file, line)) = first.get(found.name) else {
                    first.insert(found.name, (module.file, found.line));
                    continue;
                };
                let message = format!(
                    "{file}:{line} has a type `{}` too: say in both names what each is",
                    found.name
                );
                findings.push(Finding::new(module.file, found.line, message));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_type_of_a_name_is_found() {
        let tree = Tree::fixture(
            "
            //- /crates/a/src/lib.rs
            pub struct Place;
            impl Iterator for Place { type Item = u8; }
            //- /crates/a/src/commands/build.rs
            struct Args;
            //- /crates/a/src/commands/check.rs
            struct Args;
            //- /crates/a/src/graph.rs
            // struct Place
            type Place = u32;
            impl Iterator for X { type Item = u8; }
            #[cfg(test)]
            mod tests { enum Place {} }
            //- /crates/b/src/lib.rs
            struct Place;
            ",
        );
        let message = "crates/a/src/lib.rs:1 has a type `Place` too: say in both names what each is";
        assert_eq!(find(&tree), [Finding::new("crates/a/src/graph.rs", 2, message)]);
    }
}
