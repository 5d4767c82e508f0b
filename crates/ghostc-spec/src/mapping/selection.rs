//! Which mappings a package has, and which files they read.

use super::case_mapping::{CaseMapping, CaseSource, InputForm};
use super::data_file::DataTexts;
use super::formula::TextTemplate;
use super::preset::CasePreset;
use super::read::{is_mapping, mapping};
use crate::codes;
use crate::layout::PackageFiles;
use crate::library::Dialect;
use crate::paths::{file_name, folder, join};
use crate::settings::Settings;
use crate::template::{DataValue, Names, fill_template};
use ghostc_syntax::yaml::{self, Node};
use ghostc_syntax::{Diagnostic, FileId, Span, glob};
use std::collections::{BTreeMap, BTreeSet};

/// The mappings of a package.
#[derive(Clone, Debug, Default)]
pub struct Selected {
    /// Each, and where it is written or named.
    pub mappings: Vec<(CaseMapping, Span)>,
    /// Whether they are those of all packages: then they mean the packages that have files for them.
    pub shared: bool,
    /// The file beside the spec that is a mapping and holds no cases itself.
    pub file: Option<String>,
    /// What is wrong with them.
    pub findings: Vec<Diagnostic>,
}

/// The names of all presets.
pub fn preset_names(settings: &Settings) -> Vec<&str> {
    settings.case_presets.keys().map(String::as_str).collect()
}

/// The mappings of a package: those of its `cases.yaml`, else those of the settings.
pub fn select(
    files: &PackageFiles,
    settings: &Settings,
    text: &dyn Fn(&str) -> Option<(FileId, String)>,
) -> Selected {
    let mut selected = Selected::default();
    if files.dialect != Dialect::Ghost {
        return selected;
    }
    let beside = files.cases.iter().filter(|path| is_named_so(path));
    for path in beside.filter(|path| folder(path) == files.root) {
        let Some((file, text)) = text(path) else { continue };
        let read = yaml::parse(file, &text, 0);
        if let Some(root) = read.value.filter(names_a_mapping) {
            selected.findings.extend(read.diagnostics);
            selected.file = Some(path.clone());
            selected.read(&root, settings);
            return selected;
        }
    }
    if let Some(node) = settings.cases.as_ref().and_then(|node| of_package(node, files)) {
        selected.shared = settings.cases.as_ref().is_some_and(names_a_mapping);
        selected.read(node, settings);
        // What is wrong in the settings is said once, where they are read.
        selected.findings.clear();
    }
    selected
}

/// Whether a file may be a mapping beside a spec.
fn is_named_so(path: &str) -> bool {
    matches!(
        file_name(path).to_ascii_lowercase().as_str(),
        "cases.yaml" | "cases.yml"
    )
}

/// Whether a value is a mapping, or the name of a preset, or several of these.
fn names_a_mapping(node: &Node) -> bool {
    let is_one = |node: &Node| node.as_str().is_some() || is_mapping(node);
    is_one(node)
        || node
            .as_list()
            .is_some_and(|items| !items.is_empty() && items.iter().all(is_one))
}

/// What `cases:` of the settings says of a package: all of it, or what stands under the package's folder.
fn of_package<'n>(node: &'n Node, files: &PackageFiles) -> Option<&'n Node> {
    if names_a_mapping(node) {
        return Some(node);
    }
    let mut entries = node.as_map()?.iter();
    let here = if files.root.is_empty() { "." } else { &files.root };
    let is_here = |key: &str| {
        let key = key.trim_end_matches('/');
        key == here || key == files.name || glob::matches(key, here)
    };
    entries
        .find(|entry| is_here(&entry.key))
        .map(|entry| &entry.value)
}

/// What is wrong with `cases:` of the settings.
pub fn check_settings(settings: &Settings) -> Vec<Diagnostic> {
    let Some(node) = &settings.cases else {
        return Vec::new();
    };
    let mut selected = Selected::default();
    if names_a_mapping(node) {
        selected.read(node, settings);
        return selected.findings;
    }
    match node.as_map() {
        Some(entries) => entries
            .iter()
            .for_each(|entry| selected.read(&entry.value, settings)),
        None => selected.findings.push(not_a_mapping(node)),
    }
    selected.findings
}

fn not_a_mapping(node: &Node) -> Diagnostic {
    let message = format!(
        "`cases` must be a case mapping or the name of one, not {}",
        node.described()
    );
    Diagnostic::new(codes::INVALID_VALUE, node.span, message)
}

impl Selected {
    /// Whether one of them takes a file of a package.
    pub fn takes_any<'p>(&self, files: &PackageFiles, mut paths: impl Iterator<Item = &'p str>) -> bool {
        paths.any(|path| {
            let sources = self.mappings.iter().flat_map(|(mapping, _)| &mapping.sources);
            let mut sources = sources.filter(|_| !is_named_so(path));
            below(path, &files.root).is_some_and(|path| sources.any(|source| source.takes(path)))
        })
    }

    fn read(&mut self, node: &Node, settings: &Settings) {
        if let Some(items) = node.as_list() {
            return items.iter().for_each(|item| self.read(item, settings));
        }
        let Some(name) = node.as_str() else {
            if node.as_map().is_none() {
                self.findings.push(not_a_mapping(node));
                return;
            }
            let read = mapping(node, &mut self.findings);
            self.mappings.push((read, node.span));
            return;
        };
        match settings.case_presets.get(name) {
            Some(preset) => {
                let read = preset.mapping().cloned();
                self.mappings
                    .extend(read.map(|read| (read.placed(node.span), node.span)));
            }
            None => {
                let message = format!("no case mapping is named `{name}`");
                let found = Diagnostic::new(codes::INVALID_VALUE, node.span, message);
                let found = found.suggest(name, node.span, &preset_names(settings));
                self.findings.push(found);
            }
        }
    }
}

/// The path of a file below its package; nothing for a file that lies elsewhere.
pub(super) fn below<'p>(path: &'p str, root: &str) -> Option<&'p str> {
    if root.is_empty() {
        return Some(path);
    }
    path.strip_prefix(root)?.strip_prefix('/')
}

impl CaseMapping {
    /// The same with all of it standing in one place: where a preset is named.
    pub(super) fn placed(mut self, span: Span) -> CaseMapping {
        self.sources.iter_mut().for_each(|source| source.place(span));
        self
    }

    /// Whether its layout is among the files of a package.
    pub(super) fn is_detected<'p>(&self, paths: impl Iterator<Item = &'p str>, root: &str) -> bool {
        let Some(detect) = &self.detect else { return false };
        let mut paths = paths.filter_map(|path| below(path, root));
        paths.any(|path| glob::matches(detect, path))
    }
}

impl CaseSource {
    fn place(&mut self, span: Span) {
        self.files_span = span;
        let optional = [&mut self.name, &mut self.group];
        let templates = optional.into_iter().flatten();
        let templates = templates.chain(self.with.iter_mut().map(|(_, path)| path));
        for template in templates.chain([&mut self.operation]) {
            template.span = span;
        }
        let steps = self.each.iter_mut().map(|step| &mut step.items);
        let formulas = [
            &mut self.filter,
            &mut self.output,
            &mut self.any_of,
            &mut self.error,
            &mut self.skip,
            &mut self.tags,
        ];
        for formula in formulas.into_iter().flatten().chain(steps) {
            formula.span = span;
        }
        match &mut self.input {
            Some(InputForm::Whole(formula)) => formula.span = span,
            Some(InputForm::Named(named)) => named.iter_mut().for_each(|(_, formula)| formula.span = span),
            Some(InputForm::Fields(names)) => names.iter_mut().for_each(|(_, at)| *at = span),
            None => {}
        }
    }

    /// Whether it takes a file, by the path below the package.
    pub(super) fn takes(&self, path: &str) -> bool {
        glob::any_matches(&self.files, path) && !glob::any_matches(&self.not, path)
    }

    /// The path of another file, below the package, for one that cases are in.
    pub(super) fn other(template: &TextTemplate, path: &str) -> Result<String, String> {
        let name = file_name(path);
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let facts = [
            ("path", path),
            ("dir", folder(path)),
            ("name", name),
            ("stem", stem),
        ];
        let facts = facts.map(|(name, text)| (name.to_string(), DataValue::text(text)));
        let names = BTreeMap::from([("file".to_string(), DataValue::object(facts))]);
        let other = fill_template(&template.text, &Names::new(names))?;
        Ok(other.trim_start_matches("./").trim_start_matches('/').to_string())
    }
}

/// The files that the mappings of a package read, and those of the layouts that are there without a mapping.
pub fn wanted_files(
    files: &PackageFiles,
    settings: &Settings,
    paths: &[String],
    text: &dyn Fn(&str) -> Option<(FileId, String)>,
) -> BTreeSet<String> {
    let mut wanted = BTreeSet::new();
    if files.dialect != Dialect::Ghost {
        return wanted;
    }
    let selected = select(files, settings, text);
    let mut mappings: Vec<&CaseMapping> = selected.mappings.iter().map(|(read, _)| read).collect();
    let start = paths.partition_point(|path| path.as_str() < files.root.as_str());
    let inside = paths.get(start..).unwrap_or_default().iter();
    let inside = inside.take_while(|path| path.starts_with(&files.root));
    let inside: Vec<&str> = inside.filter_map(|path| below(path, &files.root)).collect();
    if mappings.is_empty() && selected.file.is_none() {
        let detected = presets(settings).filter(|preset| preset.is_detected(inside.iter().copied(), ""));
        mappings.extend(detected);
    }
    for source in mappings.iter().flat_map(|mapping| &mapping.sources) {
        for path in inside.iter().filter(|path| source.takes(path)) {
            wanted.insert(join(&files.root, path));
            let others = source
                .with
                .iter()
                .filter_map(|(_, other)| CaseSource::other(other, path).ok());
            let others = others.map(|other| join(&files.root, &other));
            wanted.extend(others.filter(|other| paths.binary_search(other).is_ok()));
        }
    }
    wanted
}

/// All presets that can be read.
pub(super) fn presets(settings: &Settings) -> impl Iterator<Item = &CaseMapping> {
    settings.case_presets.values().filter_map(CasePreset::mapping)
}

impl DataTexts<'_> {
    /// The text of a path, as [`select`] asks for it.
    pub(crate) fn text(&self, path: &str) -> Option<(FileId, String)> {
        let file = *self.files.get(path)?;
        Some((file, self.sources.get(file).text.clone()))
    }
}
