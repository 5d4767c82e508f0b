//! What ghostc does for git: the settings and attributes that make git call it, and what git calls it for.

mod attributes;
mod external;

pub(crate) use external::External;

use crate::exit::{Exit, Failure, Outcome};
use crate::global::Global;
use crate::{load, output};
use ghostc_diff::merge::{Markers, flat_cases, flat_document};
use ghostc_spec::layout;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

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
        let mut done = Vec::new();
        let scope = if self.everywhere { "--global" } else { "--local" };
        for (key, value) in wanted(self.install_git) {
            done.extend(set(scope, key, value)?);
        }
        let (path, lines) = if self.everywhere {
            (
                attributes_of_user()?,
                attributes::EVERYWHERE.iter().map(ToString::to_string).collect(),
            )
        } else {
            attributes_of_project(global)?
        };
        let old = std::fs::read_to_string(&path).unwrap_or_default();
        let (new, changes) = match self.install_git {
            Some(_) => attributes::with(&old, &lines),
            None => attributes::without(&old),
        };
        if new != old {
            let written = if new.is_empty() {
                std::fs::remove_file(&path).map_err(|why| why.to_string())
            } else {
                ghostc_run::write_atomically(&path, new.as_bytes()).map_err(|why| why.to_string())
            };
            written.map_err(|why| Failure::machine(format!("cannot change `{}`: {why}", shown(&path))))?;
        }
        done.extend(
            changes
                .into_iter()
                .map(|change| format!("{}: {change}", shown(&path))),
        );
        if done.is_empty() {
            done.push("nothing to do".to_string());
        }
        output::print(&(done.join("\n") + "\n"));
        Ok(Exit::Fine)
    }
}

/// The keys of git's settings that are ours, with their values; nothing for one that is to be taken out.
fn wanted(show: Option<Show>) -> [(&'static str, Option<&'static str>); 6] {
    let is = |wanted: Show, value: &'static str| (show == Some(wanted)).then_some(value);
    let any = |value: &'static str| show.map(|_| value);
    [
        (
            "diff.ghostc.textconv",
            is(Show::Textconv, "ghostc diff --textconv"),
        ),
        (
            "diff.ghostc.command",
            is(Show::External, "ghostc diff --git-external"),
        ),
        (
            "diff.ghostc.xfuncname",
            any("^(#{1,6} .*|[A-Za-z_][A-Za-z0-9_.]*:)$"),
        ),
        ("merge.ghostc.name", any("ghostc: by statement and by case")),
        (
            "merge.ghostc.driver",
            any(
                "ghostc merge --base %O --ours %A --theirs %B --path %P --marker-size %L \
                 --label-base %S --label-ours %X --label-theirs %Y",
            ),
        ),
        ("merge.ghostc.recursive", any("text")),
    ]
}

/// Sets a key, or takes it out; says what it did where that changed anything.
fn set(scope: &str, key: &str, value: Option<&str>) -> Result<Option<String>, Failure> {
    let was = ask(&["config", scope, "--get-all", key]).ok();
    let was = was.as_deref().map(str::trim_end);
    if was == value {
        return Ok(None);
    }
    let change: Vec<&str> = match value {
        Some(value) => vec!["config", scope, "--replace-all", key, value],
        None => vec!["config", scope, "--unset-all", key],
    };
    ask(&change).map_err(|said| {
        Failure::usage(format!("git cannot change its settings: {said}"))
            .help("Go to a git repository, or use `--global`.")
    })?;
    Ok(Some(match value {
        Some(value) => format!("git config {key}: {value}"),
        None => format!("git config {key}: taken out"),
    }))
}

/// The file of attributes in the project's folder, and a line for each kind of file in it.
fn attributes_of_project(global: &Global) -> Result<(PathBuf, BTreeSet<String>), Failure> {
    let root = load::project_root(global)?.unwrap_or_default();
    let loaded = load::load(&[], global)?;
    loaded.require_spec(&[])?;
    let mut patterns = BTreeSet::new();
    for package in &loaded.packages {
        for path in package.documents.iter().chain(&package.cases) {
            patterns.insert(pattern(path));
        }
    }
    let mut lines: BTreeSet<String> = patterns
        .into_iter()
        .map(|pattern| attributes::spec(&pattern))
        .collect();
    lines.insert(attributes::LOCK.to_string());
    Ok((root.join(".gitattributes"), lines))
}

/// Which files of a project are like one of its specs: those of its kind in the folder of all specs.
fn pattern(path: &str) -> String {
    let name = layout::file_name(path);
    let mut folders = path.split('/').rev().skip(1).collect::<Vec<_>>();
    folders.reverse();
    // `.kiro/specs` and not all of `.kiro`.
    let depth = if folders.first().is_some_and(|first| first.starts_with('.')) {
        2
    } else {
        1
    };
    folders.truncate(depth);
    match (folders.is_empty(), layout::is_cases(path)) {
        (true, _) => format!("/{name}"),
        (false, true) => format!("{}/**/{name}", folders.join("/")),
        (false, false) => format!("{}/**/*.md", folders.join("/")),
    }
}

/// The file of attributes of the user.
fn attributes_of_user() -> Result<PathBuf, Failure> {
    if let Ok(path) = ask(&[
        "config",
        "--global",
        "--type=path",
        "--get",
        "core.attributesFile",
    ]) {
        return Ok(PathBuf::from(path.trim_end()));
    }
    let folder = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let home = folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")));
    let home = home.ok_or_else(|| Failure::usage("neither HOME nor XDG_CONFIG_HOME is set"))?;
    Ok(home.join("git/attributes"))
}

/// A path for people: that of the home folder is not spelled out.
fn shown(path: &Path) -> String {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let inner = home.as_ref().and_then(|home| path.strip_prefix(home).ok());
    inner.map_or_else(
        || path.display().to_string(),
        |inner| format!("~/{}", inner.display()),
    )
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

/// Whether git is set to show the base in conflicts.
pub(crate) fn shows_base() -> bool {
    ask(&["config", "--get", "merge.conflictStyle"]).is_ok_and(|style| style.contains("diff3"))
}

/// Git's own merge of ours, the base and theirs: the text, and whether there are conflicts.
pub(crate) fn merge_file(files: [&Path; 3], markers: &Markers) -> Result<(Vec<u8>, bool), String> {
    let mut command = Command::new("git");
    command.args(["merge-file", "-p", &format!("--marker-size={}", markers.size)]);
    if markers.base.is_some() {
        command.arg("--diff3");
    }
    for label in [
        &markers.ours,
        markers.base.as_ref().unwrap_or(&markers.ours),
        &markers.theirs,
    ] {
        command.args(["-L", label]);
    }
    let output = command
        .args(files)
        .stdin(Stdio::null())
        .output()
        .map_err(|why| why.to_string())?;
    match output.status.code() {
        Some(count @ 0..=127) => Ok((output.stdout, count > 0)),
        _ => Err(String::from_utf8_lossy(&output.stderr)
            .trim()
            .trim_start_matches("error: ")
            .to_string()),
    }
}

/// What git prints, or what it says on stderr.
fn ask(arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("git").args(arguments).stdin(Stdio::null()).output();
    let output = output.map_err(|why| format!("cannot run git: {why}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(String::from_utf8_lossy(&output.stderr)
        .trim()
        .trim_start_matches("fatal: ")
        .to_string())
}
