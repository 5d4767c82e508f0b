//! Start a project that builds: settings, a small spec and its cases.

use crate::exit::{Exit, Failure, Outcome};
use crate::global::Global;
use crate::load::SETTINGS;
use crate::output;
use ghostc_plan::naming::NameStyle;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Arguments of `ghostc init`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The folder to make the project in
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// Start from a folder that already holds a SPEC.md, which is copied
    #[arg(long, value_name = "FOLDER")]
    from: Option<PathBuf>,
}

const SETTINGS_TEXT: &str = include_str!("../../init/ghostc.yaml");
const SPEC: &str = include_str!("../../init/SPEC.md");
const TESTS: &str = include_str!("../../init/tests.yaml");

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    global.format(&[])?;
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    files.insert(SETTINGS.to_string(), SETTINGS_TEXT.as_bytes().to_vec());
    match &args.from {
        Some(folder) => files.extend(copied(folder)?),
        None => {
            let name = package_name(&args.dir)?;
            let of = |text: &str| text.replace("{name}", &name).into_bytes();
            files.insert(format!("specs/{name}/SPEC.md"), of(SPEC));
            files.insert(format!("specs/{name}/tests.yaml"), of(TESTS));
        }
    }
    for path in files.keys() {
        if args.dir.join(path).exists() {
            let shown = crate::load::shown(&args.dir.join(path), Path::new(""));
            return Err(Failure::usage(format!(
                "`{shown}` already exists, and nothing was written"
            )));
        }
    }
    for (path, bytes) in &files {
        write(&args.dir.join(path), bytes)?;
    }
    if !global.quiet {
        output::print(&format!(
            "created {}\n",
            files.keys().cloned().collect::<Vec<_>>().join(", ")
        ));
        let here = args.dir == Path::new(".");
        let enter = if here {
            String::new()
        } else {
            format!("cd {} && ", args.dir.display())
        };
        output::print(&format!("next: {enter}ghostc build\n"));
    }
    Ok(Exit::Fine)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed =
        |error: std::io::Error| Failure::machine(format!("cannot write `{}`: {error}", path.display()));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(path, bytes).map_err(failed)
}

/// The package's name: that of the folder, as a name that every file system and language takes.
fn package_name(dir: &Path) -> Result<String, Failure> {
    let here = std::env::current_dir()
        .map_err(|error| Failure::machine(format!("cannot tell the current folder: {error}")))?;
    let full = here.join(dir);
    let name = full
        .components()
        .next_back()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .unwrap_or_default();
    Ok(NameStyle::Kebab.spell(&name))
}

/// The package's files of an existing folder.
fn copied(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let failed =
        |error: std::io::Error| Failure::usage(format!("cannot read `{}`: {error}", folder.display()));
    let name = folder.canonicalize().map_err(failed)?;
    let name = name
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut files = BTreeMap::new();
    let mut has_spec = false;
    for entry in std::fs::read_dir(folder).map_err(failed)?.flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_file() && ghostc_spec::layout::is_package_file(&file) {
            has_spec |= ghostc_spec::layout::is_spec(&file);
            files.insert(
                format!("specs/{name}/{file}"),
                std::fs::read(entry.path()).map_err(failed)?,
            );
        }
    }
    if !has_spec {
        return Err(Failure::usage(format!("`{}` holds no SPEC.md", folder.display())));
    }
    Ok(files)
}
