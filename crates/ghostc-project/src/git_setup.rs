//! The settings and attributes that make git show and merge specs by what they mean.

mod attributes;

use crate::failure::Failure;
use crate::host::{Host, Invocation};
use crate::load;
use ghostc_spec::layout;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// How `git diff` shows specs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GitView {
    /// Line by line, with one sentence a line: in `git diff`, `git log -p` and `git show`.
    Textconv,
    /// As `ghostc diff` does: in `git diff`, and with `--ext-diff` elsewhere.
    External,
}

/// How git is set up.
#[derive(Clone, Debug, Default)]
pub struct GitSetupRequest {
    /// How specs are shown; nothing to take all settings back.
    pub show: Option<GitView>,
    /// Whether that holds in all repositories of the user, and not in this one alone.
    pub everywhere: bool,
    /// The project's folder; nothing for the one that the current folder lies in.
    pub project: Option<PathBuf>,
}

/// Sets git up, and says what was changed, a line each.
///
/// # Errors
/// Fails where git refuses, and where its attributes cannot be written.
pub fn set_up_git(request: &GitSetupRequest, host: &Host) -> Result<Vec<String>, Failure> {
    let mut done = Vec::new();
    let scope = if request.everywhere { "--global" } else { "--local" };
    for (key, value) in wanted(request.show) {
        done.extend(set(scope, key, value, host)?);
    }
    let (path, lines) = if request.everywhere {
        (
            attributes_of_user(host)?,
            attributes::EVERYWHERE.iter().map(ToString::to_string).collect(),
        )
    } else {
        attributes_of_project(request.project.as_deref(), host)?
    };
    let old = host.files.read_text(&path).unwrap_or_default();
    let (new, changes) = match request.show {
        Some(_) => attributes::with(&old, &lines),
        None => attributes::without(&old),
    };
    if new != old {
        let written = if new.is_empty() {
            host.files.remove(&path).map_err(|why| why.to_string())
        } else {
            host.files.write(&path, new.as_bytes())
        };
        written.map_err(|why| Failure::machine(format!("cannot change `{}`: {why}", shown(&path, host))))?;
    }
    let changes = changes.into_iter();
    done.extend(changes.map(|change| format!("{}: {change}", shown(&path, host))));
    Ok(done)
}

/// What git runs is a line for the shell: where ghostc is not on the PATH, as that of an editor or a container, git shows
/// and merges lines as it does without ghostc. Names of the sides that git does not know how to give stay as they are here.
const TEXTCONV: &str =
    "f() { if command -v ghostc >/dev/null; then ghostc diff --textconv \"$@\"; else cat \"$@\"; fi; }; f";
const EXTERNAL: &str = "f() { if command -v ghostc >/dev/null; then ghostc diff --git-external \"$@\"; \
    else diff -u -L \"a/$1\" -L \"b/$1\" \"$2\" \"$5\" || test $? = 1; fi; }; f";
const DRIVER: &str = "if command -v ghostc >/dev/null; then ghostc merge --base %O --ours %A --theirs %B --path %P \
    --marker-size %L --label-base %S --label-ours %X --label-theirs %Y; \
    else l() { case $1 in [%]?) echo \"$2\";; *) echo \"$1\";; esac; }; \
    git merge-file --marker-size=%L -L \"$(l %X ours)\" -L \"$(l %S base)\" -L \"$(l %Y theirs)\" %A %O %B; fi";

/// The keys of git's settings that are ours, with their values; nothing for one that is to be taken out.
fn wanted(show: Option<GitView>) -> [(&'static str, Option<&'static str>); 6] {
    let is = |wanted: GitView, value: &'static str| (show == Some(wanted)).then_some(value);
    let any = |value: &'static str| show.map(|_| value);
    [
        ("diff.ghostc.textconv", is(GitView::Textconv, TEXTCONV)),
        ("diff.ghostc.command", is(GitView::External, EXTERNAL)),
        (
            "diff.ghostc.xfuncname",
            any("^(#{1,6} .*|[A-Za-z_][A-Za-z0-9_.]*:)$"),
        ),
        ("merge.ghostc.name", any("ghostc: by statement and by case")),
        ("merge.ghostc.driver", any(DRIVER)),
        ("merge.ghostc.recursive", any("text")),
    ]
}

/// Sets a key, or takes it out; says what it did where that changed anything.
fn set(scope: &str, key: &str, value: Option<&str>, host: &Host) -> Result<Option<String>, Failure> {
    let was = ask(&["config", scope, "--get-all", key], host).ok();
    let was = was.as_deref().map(str::trim_end);
    if was == value {
        return Ok(None);
    }
    let change: Vec<&str> = match value {
        Some(value) => vec!["config", scope, "--replace-all", key, value],
        None => vec!["config", scope, "--unset-all", key],
    };
    ask(&change, host).map_err(|why| {
        Failure::usage(format!("git cannot change its settings: {why}"))
            .help("Go to a git repository, or use `--global`.")
    })?;
    Ok(Some(match value {
        Some(value) => format!("git config {key}: {value}"),
        None => format!("git config {key}: taken out"),
    }))
}

/// The file of attributes in the project's folder, and a line for each kind of file in it.
fn attributes_of_project(
    project: Option<&Path>,
    host: &Host,
) -> Result<(PathBuf, BTreeSet<String>), Failure> {
    let root = load::project_root(project, host)?.unwrap_or_default();
    let loaded = load::load(&[], project, host)?;
    loaded.require_spec(&[])?;
    let patterns: BTreeSet<String> = loaded.files().map(|path| pattern(path)).collect();
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
fn attributes_of_user(host: &Host) -> Result<PathBuf, Failure> {
    let own = [
        "config",
        "--global",
        "--type=path",
        "--get",
        "core.attributesFile",
    ];
    if let Ok(path) = ask(&own, host) {
        return Ok(PathBuf::from(path.trim_end()));
    }
    let folder = |name: &str| {
        let value = host.environment.variable(name);
        value.filter(|value| !value.is_empty()).map(PathBuf::from)
    };
    let home = folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")));
    let home = home.ok_or_else(|| Failure::usage("neither HOME nor XDG_CONFIG_HOME is set"))?;
    Ok(home.join("git/attributes"))
}

/// A path for people: that of the home folder is not spelled out.
fn shown(path: &Path, host: &Host) -> String {
    let home = host.environment.variable("HOME").map(PathBuf::from);
    let inner = home.as_ref().and_then(|home| path.strip_prefix(home).ok());
    inner.map_or_else(
        || path.display().to_string(),
        |inner| format!("~/{}", inner.display()),
    )
}

/// What git prints, or what it says on stderr.
fn ask(arguments: &[&str], host: &Host) -> Result<String, String> {
    let output = host.programs.run(&Invocation::git(arguments));
    let output = output.map_err(|why| format!("cannot run git: {why}"))?;
    if output.is_success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(String::from_utf8_lossy(&output.stderr)
        .trim()
        .trim_start_matches("fatal: ")
        .to_string())
}
