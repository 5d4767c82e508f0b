//! What a CI service wants beside the reports: annotations, a summary of the job, outputs, and addresses of lines.

use super::CiRun;
use crate::json;
use crate::report::Links;
use ghostc_project::Failure;
use std::io::Write as _;
use std::path::PathBuf;

/// The service that the program runs on, as far as it says.
pub(crate) struct Forge {
    /// Whether annotations are printed.
    pub(crate) annotates: bool,
    /// The address of the files of this commit, with a `/` at its end.
    files: Option<String>,
    /// The file that a summary in Markdown is added to.
    summary: Option<PathBuf>,
    /// The file that outputs of the step are added to.
    outputs: Option<PathBuf>,
}

impl Forge {
    /// Looks for GitHub Actions and GitLab CI in the variables.
    pub(crate) fn of(variable: &dyn Fn(&str) -> Option<String>) -> Forge {
        let is_github = variable("GITHUB_ACTIONS").as_deref() == Some("true");
        let github = |name: &str| variable(name).filter(|_| is_github);
        let on_github = || {
            let (server, name) = (github("GITHUB_SERVER_URL")?, github("GITHUB_REPOSITORY")?);
            Some(format!("{server}/{name}/blob/{}/", github("GITHUB_SHA")?))
        };
        let on_gitlab = || {
            Some(format!(
                "{}/-/blob/{}/",
                variable("CI_PROJECT_URL")?,
                variable("CI_COMMIT_SHA")?
            ))
        };
        Forge {
            annotates: is_github,
            files: on_github().or_else(on_gitlab),
            summary: github("GITHUB_STEP_SUMMARY").map(PathBuf::from),
            outputs: github("GITHUB_OUTPUT").map(PathBuf::from),
        }
    }

    /// Where links lead: to the service, or else by the way from the report to the repository.
    pub(crate) fn links(&self, way: &str) -> Links {
        Links {
            before: self.files.clone().unwrap_or_else(|| way.to_string()),
        }
    }

    /// Tells the service of the run: the summary of the job and the outputs of the step. `folder` holds the reports.
    ///
    /// # Errors
    /// Fails where a file that the service named cannot be written.
    pub(crate) fn tell(&self, run: &CiRun, markdown: &str, folder: &str) -> Result<(), Failure> {
        if let Some(path) = &self.summary {
            append(path, &format!("{markdown}\n"))?;
        }
        if let Some(path) = &self.outputs {
            let verdict = json::verdict(run.kind);
            append(path, &format!("verdict={verdict}\nreport={}\n", one_line(folder)))?;
        }
        Ok(())
    }
}

/// A line end would begin another output.
fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}

fn append(path: &PathBuf, text: &str) -> Result<(), Failure> {
    let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|why| Failure::machine(format!("cannot write `{}`: {why}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(variables: &[(&str, &str)]) -> Option<String> {
        let variable = |name: &str| {
            let set = variables.iter().find(|(known, _)| *known == name);
            set.map(|(_, value)| (*value).to_string())
        };
        Forge::of(&variable).files
    }

    #[test]
    fn links_lead_to_the_commit_on_the_service() {
        let github = [
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_REPOSITORY", "o/r"),
            ("GITHUB_SHA", "abc"),
        ];
        assert_eq!(
            files(&github).as_deref(),
            Some("https://github.com/o/r/blob/abc/")
        );
        assert_eq!(files(&github[1..]), None);
        let gitlab = [
            ("CI_PROJECT_URL", "https://gitlab.com/g/p"),
            ("CI_COMMIT_SHA", "abc"),
        ];
        assert_eq!(
            files(&gitlab).as_deref(),
            Some("https://gitlab.com/g/p/-/blob/abc/")
        );
    }
}
