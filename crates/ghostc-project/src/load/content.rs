//! What is in a file, or why that cannot be had.

use crate::host::{Contents, Files};
use std::path::PathBuf;

/// The largest text that is read, in bytes.
pub(super) const MAX_BYTES: u64 = 32 << 20;

/// What came of reading a text.
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

/// Where a file is.
#[derive(Clone)]
pub(super) struct FilePath {
    pub(super) path: PathBuf,
    /// Whether it is known to be a file; where it is not, that is asked before it is opened.
    pub(super) is_file: bool,
}

/// Reads a text.
pub(super) fn content(files: &dyn Files, file: &FilePath) -> Content {
    match files.read_within(&file.path, file.is_file, MAX_BYTES) {
        Err(why) => Content::Unreadable(why.to_string()),
        Ok(Contents::NotAFile) => Content::Unreadable("it is not a file".to_string()),
        Ok(Contents::TooLarge(length)) => Content::TooLarge(length),
        Ok(Contents::Bytes(bytes)) => match String::from_utf8(bytes) {
            Ok(text) => Content::Text(text),
            Err(error) => Content::NotUtf8 {
                at: error.utf8_error().valid_up_to(),
                bytes: error.into_bytes(),
            },
        },
    }
}
