//! Paths of files as ghostc writes them: relative, with `/`.

/// The last part of a path.
pub fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The folder of a path, without a trailing `/`; empty for a bare file name.
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// How a folder is written among paths that exist: `specs/`, and `./` for the current one.
pub fn as_folder(path: &str) -> String {
    let path = if path.is_empty() { "." } else { path };
    format!("{path}/")
}

/// A relative path from a folder, without `.` and `..`; nothing where it leaves the tree or is absolute.
pub fn from_folder(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.join("/"))
}

/// A path below a folder.
pub fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_string()
    } else {
        format!("{folder}/{name}")
    }
}

/// The folders that hold a path, the nearest first, down to the empty one.
pub fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let mut next = Some(folder(path));
    std::iter::from_fn(move || {
        let folder_now = next?;
        next = (!folder_now.is_empty()).then(|| folder(folder_now));
        Some(folder_now)
    })
}

/// Whether a file is a Markdown document.
pub fn is_document(path: &str) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    name.ends_with(".md") || name.ends_with(".markdown")
}
