//! The reports of a run as files: the same model in every format.

use super::Run;
use crate::exit::Failure;
use crate::global::Format;
use crate::golden::write_atomically;
use crate::json;
use crate::report::{Links, page, summary};
use crate::revision::Repository;
use std::path::{Path, PathBuf};

impl Run {
    /// The run in a format, as it is printed; nothing for text.
    pub(crate) fn to_text(&self, format: Format, links: &Links) -> Option<String> {
        match format {
            Format::Json => {
                let text = serde_json::to_string_pretty(&json::ci(self)).expect("plain data serialises");
                Some(text + "\n")
            }
            Format::Markdown => Some(self.markdown(links)),
            Format::Text
            | Format::Github
            | Format::Gitlab
            | Format::Sarif
            | Format::Junit
            | Format::Html
            | Format::Changelog
            | Format::Dot
            | Format::Mermaid => self.report.to_text(format),
        }
    }

    /// The report for a person.
    pub(crate) fn markdown(&self, links: &Links) -> String {
        summary(&self.report, self.changes(), links)
    }

    /// What changed since the base, after its name.
    fn changes(&self) -> Option<(&str, &str)> {
        let (_, name) = self.base.as_ref()?;
        let (_, text) = self.diff.as_ref()?;
        Some((name, text))
    }
}

/// Writes the reports into a folder, which is made where it is not there.
///
/// # Errors
/// Fails where a file cannot be written.
pub(crate) fn write(run: &Run, folder: &Path, links: &Links) -> Result<(), Failure> {
    for (name, format) in [
        ("ci.md", Format::Markdown),
        ("ci.json", Format::Json),
        ("ci.sarif", Format::Sarif),
        ("ci.junit.xml", Format::Junit),
        ("ci.gitlab.json", Format::Gitlab),
    ] {
        let text = run.to_text(format, links).unwrap_or_default();
        write_atomically(&folder.join(name), &text)?;
    }
    write_atomically(&folder.join("ci.html"), &page(&run.report, run.changes(), links))
}

/// A folder for reports.
pub(crate) struct Folder {
    /// It on disk.
    pub(crate) path: PathBuf,
    /// It as people see it: relative to the project where it lies in it.
    pub(crate) shown: String,
    /// It as seen from the root of the repository, where it lies in one.
    pub(crate) in_repository: String,
    /// The way from it to the root of the repository: as many `../` as it takes; empty where there is none.
    pub(crate) way: String,
}

impl Folder {
    /// Makes the folder that is named, else the project's own.
    ///
    /// # Errors
    /// Fails where it cannot be made.
    pub(crate) fn make(named: Option<&Path>, root: &Path) -> Result<Folder, Failure> {
        let own = crate::project::state(root).join("report");
        let path = named.map_or_else(|| own.clone(), Path::to_path_buf);
        let shown = match named {
            Some(named) => named.to_string_lossy().into_owned(),
            None => crate::load::shown(&own, root),
        };
        let failed =
            |why: std::io::Error| Failure::machine(format!("cannot make the folder `{shown}`: {why}"));
        std::fs::create_dir_all(&path).map_err(failed)?;
        if named.is_none() {
            // What is not committed must not be in the way of those who commit everything.
            write_atomically(&path.join(".gitignore"), "*\n")?;
        }
        let place = Repository::at(Some(root)).place().unwrap_or_default();
        let below = below(&path, root, &place).map_err(failed)?;
        let way = below.as_ref().map_or(0, |below| below.components().count());
        let in_repository = below.map(|below| crate::load::shown(&below, Path::new("")));
        Ok(Folder {
            way: "../".repeat(way),
            in_repository: in_repository.unwrap_or_else(|| shown.clone()),
            path,
            shown,
        })
    }
}

/// A folder's path below the root of the repository, of which the project is at `place`.
fn below(folder: &Path, root: &Path, place: &str) -> std::io::Result<Option<PathBuf>> {
    let root = if root == Path::new("") {
        Path::new(".")
    } else {
        root
    };
    let project = root.canonicalize()?;
    let up = Path::new(place).components().count();
    let top = project.ancestors().nth(up).unwrap_or(&project);
    Ok(folder
        .canonicalize()?
        .strip_prefix(top)
        .ok()
        .map(Path::to_path_buf))
}
