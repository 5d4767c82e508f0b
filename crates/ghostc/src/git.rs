//! What ghostc does for git: the settings and attributes that make git call it, and what git calls it for.

mod external;

use crate::exit::{Exit, Outcome};
use crate::global::Global;
use crate::output;
use external::External;
use ghostc_diff::merge::{flat_cases, flat_document};
use ghostc_project::host::Host;
use ghostc_project::{Failure, GitSetupRequest, GitView};
use std::path::{Path, PathBuf};

/// How `git diff` shows specs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Show {
    /// Line by line, with one sentence a line: in `git diff`, `git log -p` and `git show`
    Textconv,
    /// As `ghostc diff` does: in `git diff`, and with `--ext-diff` elsewhere
    External,
}

/// Arguments of `ghostc diff` that are about git.
#[derive(clap::Args)]
pub(crate) struct GitArgs {
    /// Make git show and merge specs by what they mean
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "textconv")]
    install_git: Option<Show>,
    /// Take that back
    #[arg(long, conflicts_with = "install_git")]
    uninstall_git: bool,
    /// With either: in this repository, which is usual
    #[arg(long, conflicts_with = "everywhere")]
    local: bool,
    /// With either: in all repositories of this user
    #[arg(long = "global")]
    everywhere: bool,
    /// Print a file with one sentence or case a line, as git compares it
    #[arg(long, value_name = "FILE")]
    textconv: Option<PathBuf>,
    /// Compare two states of one file, as git asks for it
    #[arg(long, hide = true, num_args = 1.., allow_hyphen_values = true)]
    git_external: Vec<String>,
}

impl GitArgs {
    /// Does what they ask for; nothing where they ask for nothing.
    pub(crate) fn run(&self, global: &Global) -> Option<Outcome> {
        if let Some(file) = &self.textconv {
            return Some(textconv(file));
        }
        if !self.git_external.is_empty() {
            External::of(&self.git_external).print(global);
            return Some(Ok(Exit::Fine));
        }
        if self.install_git.is_some() || self.uninstall_git {
            return Some(self.install(global));
        }
        (self.everywhere || self.local).then(|| {
            Err(Failure::usage("`--local` and `--global` say where git is set up")
                .help("Add `--install-git` or `--uninstall-git`."))
        })
    }

    fn install(&self, global: &Global) -> Outcome {
        let request = GitSetupRequest {
            show: self.install_git.map(GitView::from),
            everywhere: self.everywhere,
            project: global.project.clone(),
        };
        let mut done = ghostc_project::set_up_git(&request, &Host::disk())?;
        if done.is_empty() {
            done.push("nothing to do".to_string());
        }
        output::print(&(done.join("\n") + "\n"));
        Ok(Exit::Fine)
    }
}

impl From<Show> for GitView {
    fn from(show: Show) -> GitView {
        match show {
            Show::Textconv => GitView::Textconv,
            Show::External => GitView::External,
        }
    }
}

/// Prints a file as git compares it. What cannot be understood is printed as it is: git must not fail.
fn textconv(file: &Path) -> Outcome {
    let bytes = std::fs::read(file)
        .map_err(|why| Failure::usage(format!("cannot read `{}`: {why}", file.display())))?;
    let name = file
        .file_name()
        .map(|name| name.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    let is_yaml = [".yaml", ".yml"].iter().any(|end| name.ends_with(end));
    let flat = std::str::from_utf8(&bytes).ok().and_then(|text| {
        let flat = || {
            if is_yaml {
                flat_cases(text)
            } else {
                flat_document(text)
            }
        };
        std::panic::catch_unwind(flat).ok()
    });
    match flat {
        Some(text) => output::print_exactly(&text),
        None => output::print_bytes(&bytes),
    }
    Ok(Exit::Fine)
}
