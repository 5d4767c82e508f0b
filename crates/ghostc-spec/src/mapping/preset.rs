//! One preset of case mappings: a text of the templates, which is read where it is first asked for, and once.

use super::case_mapping::CaseMapping;
use super::read::parse_preset;
use ghostc_syntax::FileId;
use std::sync::{Arc, OnceLock};

/// A mapping that others name.
#[derive(Clone, Debug)]
pub struct CasePreset {
    name: String,
    /// Its text.
    pub text: String,
    /// What it says, for all copies.
    mapping: Arc<OnceLock<Option<CaseMapping>>>,
}

impl CasePreset {
    /// A preset of this name and text.
    pub fn new(name: &str, text: &str) -> CasePreset {
        CasePreset {
            name: name.to_string(),
            text: text.to_string(),
            mapping: Arc::default(),
        }
    }

    /// What it says; nothing where its text is none that can be read.
    pub(super) fn mapping(&self) -> Option<&CaseMapping> {
        let read = || parse_preset(&self.name, FileId(0), &self.text).value;
        self.mapping.get_or_init(read).as_ref()
    }
}
