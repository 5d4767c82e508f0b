//! Reads files: what is in one, or why that cannot be had.

use std::io::Read;
use std::path::Path;

/// The largest text that is read, in bytes.
pub(super) const MAX_BYTES: u64 = 32 << 20;

/// What came of reading a file.
pub(super) enum Content {
    Text(String),
    TooLarge(u64),
    Unreadable(String),
    /// Bytes that are no text from `at` on.
    NotUtf8 {
        bytes: Vec<u8>,
        at: usize,
    },
}

/// Reads a file.
pub(super) fn content(path: &Path) -> Content {
    let length = match std::fs::metadata(path) {
        Ok(found) if found.len() > MAX_BYTES => return Content::TooLarge(found.len()),
        // A pipe or a device may never end.
        Ok(found) if !found.is_file() => return Content::Unreadable("it is not a file".to_string()),
        Ok(found) => found.len(),
        Err(_) => 0,
    };
    match bytes(path, length).map(String::from_utf8) {
        Err(why) => Content::Unreadable(why.to_string()),
        Ok(Ok(text)) => Content::Text(text),
        Ok(Err(error)) => Content::NotUtf8 {
            at: error.utf8_error().valid_up_to(),
            bytes: error.into_bytes(),
        },
    }
}

/// The bytes of a file that has about so many. It is not asked again how many, which would cost as much as opening it.
fn bytes(path: &Path, length: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1);
    std::fs::File::open(path)?
        .take(MAX_BYTES)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
