//! The file of a larder.

use crate::read_amount::{Amount, Unit, read_amount};
use crate::words::is_name;
use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What there is of something, and what has to be there, 0 where nobody asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item {
    pub(crate) value: u64,
    pub(crate) unit: Unit,
    pub(crate) least: u64,
}

/// The items by name, in the order of names.
pub(crate) type Items = BTreeMap<String, Item>;

/// What is wrong with a file.
#[derive(Debug)]
pub(crate) enum FileError {
    Line { path: PathBuf, number: usize },
    Unusable { path: PathBuf, error: io::Error },
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FileError::Line { path, number } => {
                write!(f, "{}:{number}: not an item", path.display())
            }
            FileError::Unusable { path, error } => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl std::error::Error for FileError {}

/// Reads the items of a file, none where there is no file.
pub(crate) fn load(path: &Path) -> Result<Items, FileError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Items::new()),
        Err(error) => return Err(unusable(path, error)),
    };
    let mut items = Items::new();
    for (index, line) in lines(&String::from_utf8_lossy(&bytes)).enumerate() {
        if add_line(&mut items, line).is_none() {
            return Err(FileError::Line {
                path: path.to_path_buf(),
                number: index + 1,
            });
        }
    }
    Ok(items)
}

/// Replaces a file by one with these items.
pub(crate) fn save(path: &Path, items: &Items) -> Result<(), FileError> {
    let text: String = items.iter().map(|(name, item)| line(name, item)).collect();
    replace(path, &text).map_err(|error| unusable(path, error))
}

/// The lines of a text; the last one may be without a line feed.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split_terminator('\n')
}

fn unusable(path: &Path, error: io::Error) -> FileError {
    FileError::Unusable {
        path: path.to_path_buf(),
        error,
    }
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    // A link stays one: what it leads to is replaced.
    let target = match fs::canonicalize(path) {
        Ok(target) => target,
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_path_buf(),
        Err(error) => return Err(error),
    };
    let mut name = std::ffi::OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(format!("-{}", std::process::id()));
    let temporary = target.with_file_name(name);
    let result = write_new(&temporary, &target, text);
    if result.is_err() {
        // What went wrong is told; that a rest of it stays is not worth another error.
        let _ = fs::remove_file(&temporary);
    }
    result
}

fn write_new(temporary: &Path, target: &Path, text: &str) -> io::Result<()> {
    let mut file: File = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(temporary)?;
    if let Ok(old) = fs::metadata(target) {
        file.set_permissions(old.permissions())?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(temporary, target)
}

fn add_line(items: &mut Items, line: &str) -> Option<()> {
    let mut words = line.split(' ');
    let name = words.next().filter(|name| is_name(name))?;
    let there = amount(words.next()?)?;
    let least = match words.next() {
        Some(word) => amount(word).filter(|least| least.unit == there.unit)?.value,
        None => 0,
    };
    if words.next().is_some() || items.contains_key(name) {
        return None;
    }
    items.insert(
        name.to_string(),
        Item {
            value: there.value,
            unit: there.unit,
            least,
        },
    );
    Some(())
}

/// An amount as it stands in the file: whole, in a unit, without a space.
fn amount(word: &str) -> Option<Amount> {
    let digits = word.trim_end_matches(|last: char| last.is_ascii_lowercase());
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let has_unit = word.strip_prefix(digits).and_then(Unit::of).is_some();
    (is_plain && has_unit)
        .then(|| read_amount(word).ok())
        .flatten()
}

fn line(name: &str, item: &Item) -> String {
    let Item { value, unit, least } = item;
    match least {
        0 => format!("{name} {value}{unit}\n"),
        least => format!("{name} {value}{unit} {least}{unit}\n"),
    }
}
