//! Which preset reads files that nobody has said anything about.

use super::apply::read_cases;
use super::data_file::DataTexts;
use super::selection::{below, presets};
use crate::settings::Settings;
use ghostc_syntax::{CaseFile, FileId, Severity, Span};

/// A preset that reads files of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    /// The preset's name.
    pub preset: String,
    /// How many cases it finds.
    pub cases: usize,
    /// The files that they are in, in order.
    pub files: Vec<FileId>,
}

/// The preset whose layout is there among the files of a package, and that reads cases out of them: of several the one that
/// reads most.
pub fn fitting(root: &str, settings: &Settings, texts: &DataTexts<'_>) -> Option<Fit> {
    let detected = presets(settings).filter(|preset| preset.is_detected(texts.files.keys().copied(), root));
    let fits = detected.filter_map(|preset| {
        let read = read_cases(preset, root, texts, Span::start_of(FileId(0)));
        fit(preset.preset.clone()?, &read.value)
    });
    fits.max_by(|a, b| a.cases.cmp(&b.cases).then_with(|| b.preset.cmp(&a.preset)))
}

/// The preset that reads all of one file: each of its cases says what goes in and what comes out.
pub fn fitting_file(path: &str, root: &str, settings: &Settings, texts: &DataTexts<'_>) -> Option<Fit> {
    let short = below(path, root)?;
    let file = *texts.files.get(path)?;
    let taking = presets(settings).filter(|preset| preset.sources.iter().any(|source| source.takes(short)));
    let fits = taking.filter_map(|preset| {
        let read = read_cases(preset, root, texts, Span::start_of(file));
        let is_sound = !read
            .diagnostics
            .iter()
            .any(|found| found.severity == Severity::Error);
        let home = read.value.iter().find(|home| home.file == file)?;
        let all = home
            .cases
            .iter()
            .all(|case| case.skip.is_none() && case.input.is_some());
        fit(preset.preset.clone()?, std::slice::from_ref(home)).filter(|_| is_sound && all)
    });
    fits.max_by_key(|fit| fit.cases)
}

fn fit(preset: String, homes: &[CaseFile]) -> Option<Fit> {
    let with_cases = homes.iter().filter(|home| !home.cases.is_empty());
    let fit = Fit {
        preset,
        cases: homes.iter().map(|home| home.cases.len()).sum(),
        files: with_cases.map(|home| home.file).collect(),
    };
    (fit.cases > 0).then_some(fit)
}
