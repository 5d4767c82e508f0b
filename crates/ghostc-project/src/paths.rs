//! Paths as people see them and as git lists them.

use crate::failure::Failure;
use std::path::{Component, Path};

/// A path as people see it: relative where it can be, with `/`.
pub(crate) fn shown(path: &Path, base: &Path) -> String {
    let path = path.strip_prefix(base).unwrap_or(path);
    let mut shown = String::with_capacity(path.as_os_str().len());
    for part in path.components() {
        if part == Component::CurDir {
            continue;
        }
        if !shown.is_empty() && !shown.ends_with('/') {
            shown.push('/');
        }
        shown.push_str(&part.as_os_str().to_string_lossy());
    }
    shown
}

/// A path as git lists it: from the current folder down.
pub(crate) fn below_here(path: &str) -> Result<String, Failure> {
    let shown = shown(Path::new(path), Path::new(""));
    if shown.starts_with("..") || Path::new(path).is_absolute() {
        return Err(
            Failure::usage(format!("`{path}` is not below the current folder"))
                .help("Go to a folder above it, and name it from there."),
        );
    }
    Ok(shown)
}

/// The folder that a path stands for, where nothing is the current one.
pub(crate) fn or_here(path: &Path) -> &Path {
    if path == Path::new("") {
        Path::new(".")
    } else {
        path
    }
}
