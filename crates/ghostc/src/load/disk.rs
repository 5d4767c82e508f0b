//! Reads files: what is in one, or why that cannot be had.

use std::io::Read;
use std::path::PathBuf;

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

/// Where something is on disk.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) path: PathBuf,
    /// Whether it is known to be a file; where it is not, that is asked before it is opened.
    pub(super) is_file: bool,
}

/// Reads a file.
pub(super) fn content(place: &Place) -> Content {
    read(place).unwrap_or_else(|why| Content::Unreadable(why.to_string()))
}

fn read(place: &Place) -> std::io::Result<Content> {
    // A pipe or a device may never open or end.
    if !place.is_file && !std::fs::metadata(&place.path)?.is_file() {
        return Ok(Content::Unreadable("it is not a file".to_string()));
    }
    let file = std::fs::File::open(&place.path)?;
    let length = file.metadata()?.len();
    if length > MAX_BYTES {
        return Ok(Content::TooLarge(length));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1);
    file.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => Content::Text(text),
        Err(error) => Content::NotUtf8 {
            at: error.utf8_error().valid_up_to(),
            bytes: error.into_bytes(),
        },
    })
}
