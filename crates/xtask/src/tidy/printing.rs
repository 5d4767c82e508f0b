//! Only the binary and the chores print or end the process: every other crate returns data.
//!
//! Clippy says so too, by the bans of `clippy.toml`; unlike there, nobody can allow it here.

use super::modules::crates;
use super::tokens::Token;
use super::{Finding, Tree};

/// The crates whose product is what they print, and the test kit, whose fake programs do.
const PRINTERS: &[&str] = &["ghostc", "ghostc-testkit", "xtask"];

const MACROS: &[&str] = &["print", "println", "eprint", "eprintln", "dbg"];

/// Paths by their last two names.
const PATHS: &[[&str; 2]] = &[
    ["io", "stdout"],
    ["io", "stderr"],
    ["process", "exit"],
    ["process", "abort"],
];

pub(crate) fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for one in crates(tree).iter().filter(|one| !PRINTERS.contains(&one.name)) {
        for module in one.modules.values() {
            for (line, what) in printed(&module.tokens) {
                let message = format!(
                    "`{what}` in `{}`: return data, the binary prints and ends the process",
                    one.name
                );
                findings.push(Finding::new(module.file, line, message));
            }
        }
    }
    findings
}

/// Where tokens print or end the process, and by what.
fn printed(tokens: &[Token<'_>]) -> Vec<(usize, String)> {
    let macros = tokens.windows(2).filter_map(|tokens| match tokens {
        [name, mark] => (mark.is("!") && MACROS.iter().any(|printing| name.is(printing)))
            .then(|| (name.line, format!("{}!", name.text))),
        _ => None,
    });
    let paths = tokens.windows(3).filter_map(|tokens| match tokens {
        [module, join, name] => {
            let is = |path: &&[&str; 2]| {
                let [first, last] = path;
                module.is(first) && join.is("::") && name.is(last)
            };
            let path = PATHS.iter().find(is)?;
            Some((name.line, path.join("::")))
        }
        _ => None,
    });
    macros.chain(paths).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printing_below_the_binary_is_found() {
        let text = "
            // println!(\"comment\")
            fn f() { println!(\"x\"); writeln!(out, \"print!\"); }
            fn g() { std::process::exit(1) }
            #[cfg(test)]
            mod tests { fn h() { println!() } }
        ";
        let fixture = |name: &str| format!("//- /crates/{name}/src/lib.rs\n{text}");
        let found: Vec<(usize, String)> = find(&Tree::fixture(&fixture("ghostc-project")))
            .into_iter()
            .map(|finding| (finding.line, finding.message))
            .collect();
        let message = |what: &str| {
            format!("`{what}` in `ghostc-project`: return data, the binary prints and ends the process")
        };
        let lines: Vec<&String> = found.iter().map(|(_, message)| message).collect();
        assert_eq!(lines, [&message("println!"), &message("process::exit")]);
        assert_eq!(find(&Tree::fixture(&fixture("ghostc"))), []);
    }
}
