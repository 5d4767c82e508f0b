//! The first files of scenarios of a package: one for each proposed slice.

use crate::event::Listener;
use crate::failure::Failure;
use crate::host::Host;
use crate::load;
use crate::paths::shown;
use ghostc_plan::plan::proposed_slices;
use ghostc_spec::library::Package;
use std::path::{Path, PathBuf};

/// The package that gets files of scenarios.
#[derive(Clone, Debug, Default)]
pub struct InitScenariosRequest {
    /// Its name or its folder; nothing where the project has one package alone.
    pub package: Option<PathBuf>,
    /// The project's folder; nothing for the one that the current folder lies in.
    pub project: Option<PathBuf>,
}

/// Writes a file of scenarios for each chapter of a package that binds, and gives their paths.
///
/// # Errors
/// Fails where the spec has errors, where no or more than one package is meant, where nothing of it binds, where it has
/// scenarios already, and where the files cannot be written.
pub fn init_scenarios(
    request: &InitScenariosRequest,
    host: &Host,
    listener: &mut Listener<'_>,
) -> Result<Vec<String>, Failure> {
    let project = request.project.as_deref();
    let paths: Vec<PathBuf> = request.package.iter().cloned().collect();
    let mut loaded = load::load(&paths, project, host)?;
    loaded.require_spec(&paths)?;
    let library = loaded.sound_library(listener)?;
    let package = only(&library.packages)?;
    if !package.slices.is_empty() {
        let message = format!(
            "`{}` has scenarios already, and nothing was written",
            package.name
        );
        let help = "`ghostc check` tells which sections no slice covers.";
        return Err(Failure::usage(message).help(help));
    }
    let proposed = proposed_slices(package, &loaded.sources);
    if proposed.is_empty() {
        let message = format!("nothing in `{}` binds, so no slice can be proposed", package.name);
        return Err(Failure::usage(message).help("Say what must be with the words of RFC 2119, or in lists."));
    }
    let folder = folder(package, request, loaded.root.as_deref(), host);
    for path in proposed.keys() {
        let path = folder.join(path);
        if host.files.exists(&path) {
            let path = shown(&path, Path::new(""));
            return Err(Failure::usage(format!(
                "`{path}` already exists, and nothing was written"
            )));
        }
    }
    for (path, text) in &proposed {
        let path = folder.join(path);
        let written = host.files.create(&path, text.as_bytes());
        written.map_err(|error| Failure::machine(format!("cannot write `{}`: {error}", path.display())))?;
    }
    let below = |path: &String| {
        if package.root.is_empty() {
            path.clone()
        } else {
            format!("{}/{path}", package.root)
        }
    };
    Ok(proposed.keys().map(below).collect())
}

/// The folder of a package on disk: what was asked for by name is shown from the current folder, else from the project's.
fn folder(package: &Package, request: &InitScenariosRequest, root: Option<&Path>, host: &Host) -> PathBuf {
    let is_from_here = request.package.is_some()
        && package
            .documents
            .first()
            .is_some_and(|main| host.files.exists(Path::new(&main.path)));
    match root.filter(|_| !is_from_here) {
        Some(root) => root.join(&package.root),
        None => PathBuf::from(&package.root),
    }
}

/// The only package.
fn only(packages: &[Package]) -> Result<&Package, Failure> {
    if let [only] = packages {
        return Ok(only);
    }
    let names: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let help = format!("Name one of: {}.", names.join(", "));
    Err(Failure::usage("several packages could get scenarios").help(help))
}
