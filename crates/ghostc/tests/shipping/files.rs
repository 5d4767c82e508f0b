//! The repository's own files, YAML as JSON, and programs in temporary folders.

use ghostc_syntax::{FileId, Severity, yaml};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// The text of a file of the repository.
pub(crate) fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|why| panic!("{path}: {why}"))
}

/// A YAML document as JSON. That older readers take `on` for a boolean is known to those that `on` is for.
pub(crate) fn yaml(text: &str) -> Value {
    let read = yaml::parse(FileId(0), text, 0);
    let mistakes = read
        .diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Error);
    let mistakes: Vec<&str> = mistakes.map(|found| found.message.as_str()).collect();
    assert_eq!(mistakes, [""; 0], "{text}");
    serde_json::to_value(read.value.expect("the document is not empty").to_json()).expect("JSON")
}

/// Writes a file with its folders.
pub(crate) fn write(path: &Path, text: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Writes a program.
pub(crate) fn program(path: &Path, text: &str) {
    write(path, text);
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Where a program of this machine is, past the shims of version managers for Python.
pub(crate) fn installed(name: &str) -> Option<PathBuf> {
    if name == "python3" {
        let script = "import sys; print(sys.executable)";
        let output = Command::new(name).args(["-c", script]).output().ok()?;
        return Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()));
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

/// Runs git in a folder, as somebody with a name and without anybody's settings; gives what it prints.
pub(crate) fn git(folder: &Path, words: &[&str]) -> String {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.org",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(words)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "git {words:?}: {said}");
    String::from_utf8(output.stdout).unwrap().trim().to_string()
}
