//! Case mappings: how the files of any suite are read as cases, as data.
//!
//! A mapping is written in `cases.yaml` beside a spec, under `cases:` in the settings, or as a preset of the templates
//! (`cases/NAME.yaml`), which the other two name. [`wanted_files`] says which files it reads, [`read_cases`] turns them into
//! cases. The rest of ghostc sees [`CaseFile`](ghostc_syntax::CaseFile)s and does not know that there was a mapping.

mod apply;
mod case_mapping;
mod data_file;
mod fits;
mod formula;
mod preset;
mod read;
mod scope;
mod selection;

pub use apply::read_cases;
pub use case_mapping::CaseMapping;
pub use data_file::DataTexts;
pub use fits::{Fit, fitting, fitting_file};
pub use preset::CasePreset;
pub use read::{is_mapping, parse_preset};
pub use selection::{Selected, check_settings, preset_names, select, wanted_files};

/// The folder of presets among the templates.
pub const PRESETS: &str = "cases/";
