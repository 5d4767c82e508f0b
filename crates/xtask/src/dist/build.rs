//! Builds the program for release so that nothing in it says where it was built.

use super::{output, read};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The triple of this machine.
pub(super) fn host() -> Result<String, String> {
    let said = output(rustc().arg("-vV"))?;
    let said = String::from_utf8_lossy(&said).into_owned();
    let line = said.lines().find_map(|line| line.strip_prefix("host: "));
    line.map(str::to_string)
        .ok_or_else(|| "`rustc -vV` names no host".to_string())
}

/// Builds the sources at `root` below `target`, and says where the program is.
pub(super) fn program(root: &Path, target: &Path, triple: &str, epoch: u64) -> Result<PathBuf, String> {
    let folders = folders(root, target)?;
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args([
            "build",
            "--release",
            "--locked",
            "--package",
            "ghostc",
            "--target",
            triple,
        ])
        .arg("--target-dir")
        .arg(target)
        .current_dir(root)
        .env(
            "CARGO_ENCODED_RUSTFLAGS",
            flags("--remap-path-prefix=", &folders).join("\u{1f}"),
        )
        // For what is in C.
        .env("CFLAGS", flags("-ffile-prefix-map=", &folders).join(" "))
        .env("CARGO_INCREMENTAL", "0")
        .env("SOURCE_DATE_EPOCH", epoch.to_string());
    let status = cargo
        .status()
        .map_err(|why| format!("cannot start {cargo:?}: {why}"))?;
    if !status.success() {
        return Err(format!("the build for {triple} failed"));
    }
    let program = target.join(triple).join("release/ghostc");
    match leak(&read(&program)?, &folders) {
        None => Ok(program),
        Some(folder) => Err(format!("the program holds `{folder}`, a folder of this machine")),
    }
}

/// The machine's folders that compilers see, and what they are called instead. Later ones win.
fn folders(root: &Path, target: &Path) -> Result<Vec<(String, &'static str)>, String> {
    let sysroot = output(rustc().args(["--print", "sysroot"]))?;
    let sysroot = String::from_utf8_lossy(&sysroot).trim().to_string();
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let home = home.ok_or("there is neither CARGO_HOME nor a home")?;
    Ok(vec![
        (sysroot, "/rust"),
        (text(&home)?, "/cargo"),
        (text(root)?, "/ghostc"),
        (text(target)?, "/target"),
    ])
}

fn text(path: &Path) -> Result<String, String> {
    let path = std::path::absolute(path).map_err(|why| format!("{}: {why}", path.display()))?;
    path.to_str()
        .map(str::to_string)
        .ok_or_else(|| format!("{} is not UTF-8", path.display()))
}

fn flags(option: &str, folders: &[(String, &str)]) -> Vec<String> {
    let flag = |(folder, name): &(String, &str)| format!("{option}{folder}={name}");
    folders.iter().map(flag).collect()
}

/// The first of the folders that a program names.
fn leak<'f>(program: &[u8], folders: &'f [(String, &str)]) -> Option<&'f str> {
    let holds = |folder: &str| {
        let wanted = format!("{folder}/");
        program
            .windows(wanted.len())
            .any(|bytes| bytes == wanted.as_bytes())
    };
    folders
        .iter()
        .map(|(folder, _)| folder.as_str())
        .find(|folder| holds(folder))
}

fn rustc() -> Command {
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_the_machine_in_the_program_is_found() {
        let folders = [("/a/cargo".to_string(), "/cargo"), ("/b".to_string(), "/ghostc")];
        assert_eq!(leak(b"..\0/b/src/main.rs\0", &folders), Some("/b"));
        assert_eq!(leak(b"/ghostc/src/main.rs /a/cargoes/ /b", &folders), None);
    }

    #[test]
    fn every_folder_is_mapped() {
        let folders = [("/a b".to_string(), "/cargo"), ("/c".to_string(), "/ghostc")];
        let expected = [
            "--remap-path-prefix=/a b=/cargo",
            "--remap-path-prefix=/c=/ghostc",
        ];
        assert_eq!(flags("--remap-path-prefix=", &folders), expected);
    }
}
