//! The built-in templates, and what is asked of templates before a target is loaded whole.

use super::Tool;
use super::read::Reader;
use ghostc_spec::mapping::{CasePreset, PRESETS};
use ghostc_spec::number_limits::NumberLimits;
use ghostc_syntax::FileId;
use ghostc_syntax::yaml;
use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The built-in templates: `prompts/…`, `targets/<name>/…` and `cases/…`.
static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../templates");

/// The built-in templates as text, by path.
pub fn built_in_templates() -> BTreeMap<String, String> {
    fn walk(dir: &Dir<'_>, out: &mut BTreeMap<String, String>) {
        for file in dir.files() {
            let text = file.contents_utf8().map(str::to_string);
            out.extend(file.path().to_str().map(|path| path.replace('\\', "/")).zip(text));
        }
        dir.dirs().for_each(|dir| walk(dir, out));
    }
    let mut out = BTreeMap::new();
    walk(&BUILT_IN, &mut out);
    out
}

/// The names of the targets that some templates hold.
pub fn names(templates: &BTreeMap<String, String>) -> Vec<String> {
    let named = templates
        .keys()
        .filter_map(|path| path.strip_prefix("targets/")?.strip_suffix("/target.yaml"));
    named.map(str::to_string).collect()
}

/// The presets of case mappings that some templates hold, by name. What a built-in one says is found out once.
pub fn case_presets(templates: &BTreeMap<String, String>) -> BTreeMap<String, CasePreset> {
    static KNOWN: LazyLock<BTreeMap<String, CasePreset>> =
        LazyLock::new(|| presets_of(&built_in_templates(), &BTreeMap::new()));
    presets_of(templates, &KNOWN)
}

fn presets_of(
    templates: &BTreeMap<String, String>,
    known: &BTreeMap<String, CasePreset>,
) -> BTreeMap<String, CasePreset> {
    let presets = templates.iter().filter_map(|(path, text)| {
        let name = path.strip_prefix(PRESETS)?.strip_suffix(".yaml")?;
        let preset = known.get(name).filter(|preset| preset.text == *text).cloned();
        Some((
            name.to_string(),
            preset.unwrap_or_else(|| CasePreset::new(name, text)),
        ))
    });
    presets.collect()
}

/// The programs that a target of some templates needs: what [`Target::toolchain`](super::Target::toolchain) holds, long before all of it is read.
pub fn toolchain(name: &str, templates: &BTreeMap<String, String>) -> Vec<Tool> {
    let text = templates.get(&settings_of(name));
    let Some(root) = yaml::parse(FileId(0), text.map_or("", String::as_str), 0).value else {
        return Vec::new();
    };
    let mut reader = Reader {
        folder: "",
        files: &BTreeMap::new(),
        findings: &mut Vec::new(),
        root: &root,
    };
    reader.toolchain(root.get("toolchain"))
}

/// What the numbers of every target of some templates can hold, by its name. What a built-in one says is found out once.
pub fn number_limits(templates: &BTreeMap<String, String>) -> BTreeMap<String, NumberLimits> {
    /// By the text that says so.
    static KNOWN: LazyLock<BTreeMap<String, NumberLimits>> = LazyLock::new(|| {
        let all = built_in_templates();
        let targets = names(&all).into_iter();
        let texts = targets.filter_map(|name| all.get(&settings_of(&name)).cloned());
        texts
            .filter_map(|text| limits_in(&text).map(|limits| (text, limits)))
            .collect()
    });
    let limits = names(templates).into_iter().filter_map(|name| {
        let text = templates.get(&settings_of(&name))?;
        let limits = KNOWN.get(text).cloned().or_else(|| limits_in(text))?;
        Some((name, limits))
    });
    limits.collect()
}

fn settings_of(target: &str) -> String {
    format!("targets/{target}/target.yaml")
}

fn limits_in(text: &str) -> Option<NumberLimits> {
    let root = yaml::parse(FileId(0), text, 0).value?;
    let mut reader = Reader {
        folder: "",
        files: &BTreeMap::new(),
        findings: &mut Vec::new(),
        root: &root,
    };
    Some(reader.numbers(root.get("numbers")))
}
