//! A project that builds: settings, a small spec and its cases.

use crate::failure::Failure;
use crate::host::Host;
use crate::load;
use crate::names::SETTINGS;
use crate::paths::shown;
use ghostc_plan::naming::NameStyle;
use ghostc_plan::target;
use ghostc_spec::layout::{self, PackageFiles};
use ghostc_spec::{Settings, mapping};
use ghostc_syntax::{Source, Sources, parse_cases};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const SETTINGS_TEXT: &str = include_str!("../init/ghostc.yaml");
const SPEC: &str = include_str!("../init/SPEC.md");
const TESTS: &str = include_str!("../init/tests.yaml");

/// How git treats files.
const ATTRIBUTES: &str = ".gitattributes";
/// Accepted code and the lock are compared byte by byte: git must not give them the line ends of a system.
const EXACT: &str = "ghostc.lock -text\ngolden/** -text";

/// Where a project is made.
#[derive(Clone, Debug, Default)]
pub struct InitRequest {
    /// The folder.
    pub folder: PathBuf,
    /// A folder that holds a spec, which is copied; nothing for a small one.
    pub from: Option<PathBuf>,
}

/// Makes a project, and gives the paths of its files.
///
/// # Errors
/// Fails where one of the files is there already, and where they cannot be written.
pub fn init(request: &InitRequest, host: &Host) -> Result<Vec<String>, Failure> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    files.insert(SETTINGS.to_string(), SETTINGS_TEXT.as_bytes().to_vec());
    match &request.from {
        Some(folder) => files.extend(copied(folder, host)?),
        None => {
            let name = package_name(&request.folder, host)?;
            let of = |text: &str| text.replace("{name}", &name).into_bytes();
            files.insert(format!("specs/{name}/SPEC.md"), of(SPEC));
            files.insert(format!("specs/{name}/tests.yaml"), of(TESTS));
        }
    }
    for path in files.keys() {
        let path = request.folder.join(path);
        if host.files.exists(&path) {
            let path = shown(&path, Path::new(""));
            return Err(Failure::usage(format!(
                "`{path}` already exists, and nothing was written"
            )));
        }
    }
    let attributes = host
        .files
        .read_text(&request.folder.join(ATTRIBUTES))
        .unwrap_or_default();
    let missing: Vec<&str> = EXACT
        .lines()
        .filter(|line| !attributes.lines().any(|known| known.trim() == *line))
        .collect();
    if !missing.is_empty() {
        let end = if attributes.is_empty() || attributes.ends_with('\n') {
            ""
        } else {
            "\n"
        };
        let text = format!("{attributes}{end}{}\n", missing.join("\n"));
        files.insert(ATTRIBUTES.to_string(), text.into_bytes());
    }
    for (path, bytes) in &files {
        let path = request.folder.join(path);
        let written = host.files.create(&path, bytes);
        written.map_err(|error| Failure::machine(format!("cannot write `{}`: {error}", path.display())))?;
    }
    Ok(files.into_keys().collect())
}

/// The package's name: that of the folder, as a name that every file system and language takes.
fn package_name(folder: &Path, host: &Host) -> Result<String, Failure> {
    let here = host.environment.folder().map_err(Failure::no_current_folder)?;
    let full = here.join(folder);
    let name = full
        .components()
        .next_back()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .unwrap_or_default();
    Ok(NameStyle::Kebab.spell(&name))
}

/// The package's files of an existing folder, with those of its suite and the mapping that reads them.
fn copied(folder: &Path, host: &Host) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let failed =
        |error: std::io::Error| Failure::usage(format!("cannot read `{}`: {error}", folder.display()));
    let name = host.files.canonical(folder).map_err(failed)?;
    let name = name
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut files = BTreeMap::new();
    let mut has_spec = false;
    for entry in host.files.list(folder).map_err(failed)? {
        let file = entry
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if host.files.is_file(&entry) && layout::is_package_file(&file) {
            has_spec |= layout::is_spec(&file);
            let bytes = host.files.read(&entry).map_err(failed)?;
            files.insert(format!("specs/{name}/{file}"), bytes);
        }
    }
    if !has_spec {
        return Err(Failure::usage(format!("`{}` holds no SPEC.md", folder.display())));
    }
    for (path, bytes) in suite(folder, host)? {
        files.entry(format!("specs/{name}/{path}")).or_insert(bytes);
    }
    Ok(files)
}

/// The files of a suite whose layout has a mapping, and that mapping; nothing where the folder says itself how its cases
/// are read, or no mapping fits.
fn suite(folder: &Path, host: &Host) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let paths = load::files_below(folder, host).into_iter();
    let mut paths: Vec<String> = paths.map(|path| shown(&path, folder)).collect();
    paths.sort();
    let settings = Settings {
        case_presets: target::case_presets(&target::built_in_templates()),
        ..Settings::default()
    };
    let (cases, other): (Vec<String>, Vec<String>) = paths
        .into_iter()
        .partition(|path| layout::is_cases(path) && !path.contains('/'));
    if cases.iter().any(|path| path.starts_with("cases.")) {
        return Ok(BTreeMap::new());
    }
    let package = PackageFiles {
        cases: cases.clone(),
        ..PackageFiles::default()
    };
    let wanted = mapping::wanted_files(&package, &settings, &other, &|_| None);
    let (mut sources, mut found) = (Sources::default(), BTreeMap::new());
    for path in cases.iter().chain(&wanted) {
        let bytes = host.files.read(&folder.join(path));
        let bytes = bytes.map_err(|error| Failure::machine(format!("cannot read `{path}`: {error}")))?;
        sources.add(match String::from_utf8(bytes.clone()) {
            Ok(text) => Source::new(path, text),
            Err(_) => Source::of_bytes(path, bytes.clone()),
        });
        found.insert(path.clone(), bytes);
    }
    let ids = sources
        .iter()
        .map(|(file, source)| (source.path.as_str(), file))
        .collect();
    let texts = mapping::DataTexts {
        files: &ids,
        sources: &sources,
    };
    let foreign = cases.iter().find(|path| {
        let file = ids.get(path.as_str());
        file.is_some_and(|file| parse_cases(*file, &sources.get(*file).text).value.foreign)
    });
    let fit = mapping::fitting("", &settings, &texts)
        .or_else(|| mapping::fitting_file(foreign?, "", &settings, &texts));
    let Some(preset) = fit.and_then(|fit| settings.case_presets.get(&fit.preset)) else {
        return Ok(BTreeMap::new());
    };
    found.insert("cases.yaml".to_string(), preset.text.clone().into_bytes());
    Ok(found)
}
