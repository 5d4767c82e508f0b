//! `ghostc.yaml` as a whole: its own sections, what the diff reads of it, and names that no diagnostic has.

use ghostc_diff::diff::RuleLevels;
use ghostc_lint::check_lint_names;
use ghostc_spec::{Settings, settings};
use ghostc_syntax::{Checked, FileId};

/// Reads the settings of a project and the levels that it gives to changes.
pub(crate) fn parse(file: FileId, text: &str) -> Checked<(Settings, RuleLevels)> {
    let Checked {
        value: settings,
        mut diagnostics,
    } = settings::parse(file, text);
    let levels = RuleLevels::read(&settings, &mut diagnostics);
    diagnostics.extend(check_lint_names(&settings));
    Checked::new((settings, levels), diagnostics)
}
