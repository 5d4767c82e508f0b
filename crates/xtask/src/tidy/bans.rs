//! The `clippy.toml` of every crate bans what its layer must not do.
//!
//! The nearest `clippy.toml` wins and nothing is merged, so each has its whole list, and a new crate could forget one.

use super::layering::PURE;
use super::{Finding, Tree};

/// What is banned for one reason.
struct Ban {
    /// What a crate does not do.
    what: &'static str,
    paths: &'static [&'static str],
}

const ORDER: Ban = Ban {
    what: "depends on the order of hash maps",
    paths: &["std::collections::HashMap", "std::collections::HashSet"],
};

const PRINTING: Ban = Ban {
    what: "prints",
    paths: &[
        "std::dbg",
        "std::eprint",
        "std::eprintln",
        "std::print",
        "std::println",
        "std::io::stdout",
        "std::io::stderr",
    ],
};

const ENDING: Ban = Ban {
    what: "ends the process",
    paths: &["std::process::exit", "std::process::abort"],
};

const FILES: Ban = Ban {
    what: "touches files",
    paths: &[
        "std::fs::canonicalize",
        "std::fs::copy",
        "std::fs::create_dir",
        "std::fs::create_dir_all",
        "std::fs::exists",
        "std::fs::hard_link",
        "std::fs::metadata",
        "std::fs::read",
        "std::fs::read_dir",
        "std::fs::read_link",
        "std::fs::read_to_string",
        "std::fs::remove_dir",
        "std::fs::remove_dir_all",
        "std::fs::remove_file",
        "std::fs::rename",
        "std::fs::set_permissions",
        "std::fs::symlink_metadata",
        "std::fs::write",
        "std::path::Path::canonicalize",
        "std::path::Path::exists",
        "std::path::Path::is_dir",
        "std::path::Path::is_file",
        "std::path::Path::is_symlink",
        "std::path::Path::metadata",
        "std::path::Path::read_dir",
        "std::path::Path::read_link",
        "std::path::Path::symlink_metadata",
        "std::path::Path::try_exists",
        "std::fs::File",
        "std::fs::OpenOptions",
        "std::fs::DirBuilder",
    ],
};

const ENVIRONMENT: Ban = Ban {
    what: "reads the environment",
    paths: &[
        "std::env::args",
        "std::env::args_os",
        "std::env::current_dir",
        "std::env::current_exe",
        "std::env::home_dir",
        "std::env::set_current_dir",
        "std::env::temp_dir",
        "std::env::var",
        "std::env::var_os",
        "std::env::vars",
        "std::env::vars_os",
        "std::option_env",
        "std::io::stdin",
    ],
};

const OUTSIDE: Ban = Ban {
    what: "starts programs, reads clocks, waits, or talks to a network",
    paths: &[
        "std::process::Command",
        "std::time::Instant",
        "std::time::SystemTime",
        "std::thread::sleep",
        "std::net::TcpListener",
        "std::net::TcpStream",
        "std::net::UdpSocket",
    ],
};

const PARSING: Ban = Ban {
    what: "parses specs",
    paths: &["ghostc_syntax::parse", "ghostc_syntax::parse_cases"],
};

/// What a crate must not do.
fn bans(name: &str) -> Vec<&'static Ban> {
    let mut bans = vec![&ORDER];
    if PURE.contains(&name) {
        bans.extend([&PRINTING, &ENDING, &FILES, &ENVIRONMENT, &OUTSIDE]);
    }
    match name {
        "ghostc-run" => bans.extend([&PRINTING, &PARSING]),
        "ghostc-project" => bans.extend([&PRINTING, &ENDING]),
        _ => {}
    }
    bans
}

pub(crate) fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (manifest, _) in tree.files("crates/", "/Cargo.toml") {
        let Some((folder, name)) = manifest
            .strip_suffix("/Cargo.toml")
            .and_then(|folder| Some((folder, folder.strip_prefix("crates/")?)))
        else {
            continue;
        };
        let path = format!("{folder}/clippy.toml");
        let text = tree.files.get(&path).map_or("", String::as_str);
        let banned: Vec<&str> = text.lines().filter_map(banned).collect();
        for ban in bans(name) {
            let missing: Vec<&str> = ban
                .paths
                .iter()
                .copied()
                .filter(|path| !banned.contains(path))
                .collect();
            if !missing.is_empty() {
                let message = format!(
                    "`{name}` never {}, so it must ban {}",
                    ban.what,
                    missing.join(", ")
                );
                findings.push(Finding::new(&path, 1, message));
            }
        }
    }
    findings
}

/// The path of a line of a list of bans.
fn banned(line: &str) -> Option<&str> {
    let value = line.trim().strip_prefix("{ path = \"")?;
    value.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture(name: &str, without: &str) -> Tree {
        let bans = bans(name).into_iter().flat_map(|ban| ban.paths);
        let lines: String = bans
            .filter(|path| **path != without)
            .map(|path| format!("    {{ path = \"{path}\", reason = \"\" }},\n"))
            .collect();
        Tree::fixture(&format!(
            "//- /crates/{name}/Cargo.toml\n//- /crates/{name}/clippy.toml\n# std::println is banned\n{lines}"
        ))
    }

    #[test]
    fn a_ban_that_is_missing_is_found() {
        for (name, without) in [
            ("ghostc-judge", "std::time::Instant"),
            ("ghostc-run", "ghostc_syntax::parse"),
            ("ghostc-project", "std::println"),
            ("xtask", "std::collections::HashMap"),
        ] {
            assert_eq!(find(&fixture(name, "")), [], "{name}");
            let found = find(&fixture(name, without));
            let [only] = found.as_slice() else {
                panic!("{found:?}")
            };
            assert!(
                only.message.ends_with(&format!("it must ban {without}")),
                "{}",
                only.message
            );
        }
    }
}
