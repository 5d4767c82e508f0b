//! Release archives: the sources in, `ghostc-VERSION-TRIPLE.tar.gz` and `SHA256SUMS` out.
//!
//! The same commit gives the same bytes wherever it is built with the same toolchain: `archive` packs without clocks and
//! owners, `build` keeps the machine's folders out of the program, and `verify` builds twice to show it.

mod archive;
mod build;
mod verify;

use crate::project;
use archive::{Entry, pack, sums};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

const SHELLS: &[(&str, &str)] = &[
    ("bash", "ghostc.bash"),
    ("fish", "ghostc.fish"),
    ("powershell", "_ghostc.ps1"),
    ("zsh", "_ghostc"),
];
const DOCUMENTS: &[&str] = &["LICENSE-APACHE", "LICENSE-MIT", "README.md"];
const SUMS: &str = "SHA256SUMS";

#[derive(Debug, PartialEq, Eq)]
struct Options {
    /// What to build for; without it, this machine.
    target: Option<String>,
    /// Where the archive goes.
    folder: Option<PathBuf>,
    verify: bool,
}

/// Makes an archive, or with `--verify` makes it twice and compares.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    let options = options(arguments)?;
    let home = project::target()?.join("dist");
    let _lock = lock_folder(&home)?;
    let epoch = epoch()?;
    let host = build::host()?;
    let triple = options.target.as_deref().unwrap_or(&host);
    if is_changed()? {
        eprintln!("note: the archive is of no commit: the work tree has changes");
    }
    let name = format!("ghostc-{}-{triple}", env!("CARGO_PKG_VERSION"));
    let entries = if options.verify {
        verify::run(&home.join("verify"), &name, triple, epoch)?
    } else {
        entries(project::root(), &home.join("build"), &name, triple, epoch)?
    };
    let folder = options.folder.unwrap_or(home);
    let file = format!("{name}.tar.gz");
    write(&folder, &file, &pack(&entries, epoch)?)?;
    write(&folder, SUMS, sums(&archives(&folder)?).as_bytes())?;
    let path = folder.join(&file);
    println!(
        "{}",
        path.strip_prefix(project::root()).unwrap_or(&path).display()
    );
    Ok(())
}

fn options(arguments: &[&str]) -> Result<Options, String> {
    let mut options = Options {
        target: None,
        folder: None,
        verify: false,
    };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("`{word}` needs a value"));
        match *word {
            "--target" => options.target = Some(value()?.to_string()),
            "-o" | "--output" => options.folder = Some(PathBuf::from(value()?)),
            "--verify" => options.verify = true,
            _ => {
                return Err(format!(
                    "`{word}` is no option of dist: it has --target TRIPLE, -o DIR and --verify"
                ));
            }
        }
    }
    Ok(options)
}

/// What is in the archive of the sources at `root`, built below `target`.
fn entries(root: &Path, target: &Path, name: &str, triple: &str, epoch: u64) -> Result<Vec<Entry>, String> {
    let program = build::program(root, target, triple, epoch)?;
    let mut entries = vec![Entry {
        path: format!("{name}/ghostc"),
        bytes: read(&program)?,
        executable: true,
    }];
    for document in DOCUMENTS {
        entries.push(Entry {
            path: format!("{name}/{document}"),
            bytes: read(&root.join(document))?,
            executable: false,
        });
    }
    // What is built for another machine may not start here. Completions are the same for all.
    let starts = output(Command::new(&program).arg("--version")).is_ok();
    let speaker = if starts {
        program
    } else {
        build::program(root, target, &build::host()?, epoch)?
    };
    for (shell, file) in SHELLS {
        entries.push(Entry {
            path: format!("{name}/completions/{file}"),
            bytes: output(Command::new(&speaker).args(["completions", shell]))?,
            executable: false,
        });
    }
    Ok(entries)
}

/// Keeps others out of the folder for as long as the file is open: two builds would clear each other's sources.
fn lock_folder(folder: &Path) -> Result<File, String> {
    let path = folder.join("lock");
    let opened = std::fs::create_dir_all(folder).and_then(|()| File::create(&path));
    let file = opened.map_err(|why| format!("cannot open {}: {why}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(why) => Err(format!("another dist is at work in {}: {why}", folder.display())),
    }
}

/// Whether the work tree differs from its commit.
fn is_changed() -> Result<bool, String> {
    Ok(!output(git().args(["status", "--porcelain"]))?.is_empty())
}

/// Git at the root, which may belong to somebody else, as in containers.
fn git() -> Command {
    let mut git = Command::new("git");
    git.args(["-c", "safe.directory=*"]).current_dir(project::root());
    git
}

/// The time that everything in the archive bears, in seconds of Unix: `SOURCE_DATE_EPOCH`, else that of the commit.
fn epoch() -> Result<u64, String> {
    let text = if let Ok(text) = std::env::var("SOURCE_DATE_EPOCH") {
        text
    } else {
        let time = output(git().args(["log", "-1", "--format=%ct"]))?;
        String::from_utf8_lossy(&time).into_owned()
    };
    text.trim()
        .parse()
        .map_err(|_| format!("`{}` is no time in seconds", text.trim()))
}

/// Every archive of a folder, by name.
fn archives(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, String> {
    let listed =
        std::fs::read_dir(folder).map_err(|why| format!("cannot list {}: {why}", folder.display()))?;
    let mut found = Vec::new();
    for path in listed.flatten().map(|entry| entry.path()) {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if name.starts_with("ghostc-") && name.ends_with(".tar.gz") {
            found.push((name.to_string(), read(&path)?));
        }
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|why| format!("cannot read {}: {why}", path.display()))
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), String> {
    let path = folder.join(name);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&path, bytes))
        .map_err(|why| format!("cannot write {}: {why}", path.display()))
}

/// What a command prints, when it succeeds.
fn output(command: &mut Command) -> Result<Vec<u8>, String> {
    let output = command
        .output()
        .map_err(|why| format!("cannot start {command:?}: {why}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_string();
    Err(format!("{command:?} failed: {said}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_dist_at_a_time_is_at_work_in_a_folder() {
        let folder = std::env::temp_dir().join(format!("ghostc-dist-{}", std::process::id()));
        let first = lock_folder(&folder).unwrap();
        assert!(
            lock_folder(&folder)
                .unwrap_err()
                .starts_with("another dist is at work in ")
        );
        drop(first);
        assert!(lock_folder(&folder).is_ok());
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn options_are_read_and_others_refused() {
        let read = options(&["--target", "x86_64-unknown-linux-musl", "-o", "out", "--verify"]);
        let expected = Options {
            target: Some("x86_64-unknown-linux-musl".to_string()),
            folder: Some(PathBuf::from("out")),
            verify: true,
        };
        assert_eq!(read, Ok(expected));
        assert_eq!(options(&["-o"]), Err("`-o` needs a value".to_string()));
        assert!(
            options(&["--fast"])
                .unwrap_err()
                .contains("`--fast` is no option")
        );
    }
}
