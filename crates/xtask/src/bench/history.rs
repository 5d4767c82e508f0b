//! `ghostc diff` of two versions of a large spec, against git's and difftastic's, and `ghostc log` and `ghostc blame` on
//! 500 commits of it, against git's own patches of them.

use super::Setup;
use super::rounds::measure;
use super::table::{Row, Target};
use crate::program::output;
use std::fs;
use std::path::Path;
use std::process::Command;

const COMMITS: usize = 500;
const SPEC: &str = "specs/symphony/SPEC.md";

/// The first and the last of 500 versions.
pub(crate) fn diff(setup: &Setup) -> Result<Vec<Row>, String> {
    let folder = repository(setup)?;
    let mut shown = git(&folder, &["show", &format!("HEAD~{}:{SPEC}", COMMITS - 1)]);
    let first = output(&mut shown, &[0])?.stdout;
    fs::write(folder.join("first.md"), &first).map_err(|error| format!("cannot write: {error}"))?;
    let ours = || {
        let mut ours = Command::new(&setup.ghostc);
        ours.current_dir(&folder).args(["diff", "first.md", SPEC]);
        ours
    };
    let floor = git(&folder, &["diff", "--word-diff", "--no-index", "first.md", SPEC]);
    let name = format!("diff-90k: {} kB, git diff --word-diff", first.len() / 1000);
    let [walls, floor] = measure(setup.rounds, &[0, 1], &mut [ours(), floor])?;
    let mut rows = vec![Row::new(name, "ms", [&walls, &floor], Target::Times(2.5))];
    rows.push(paragraph(setup, &folder)?);
    let mut difft = Command::new("difft");
    difft.current_dir(&folder).args(["first.md", SPEC]);
    if output(&mut difft, &[0]).is_ok() {
        let [walls, floor] = measure(setup.rounds, &[0, 1], &mut [ours(), difft])?;
        rows.push(Row::new(
            "diff-90k: difftastic".to_string(),
            "ms",
            [&walls, &floor],
            Target::Times(1.0),
        ));
    }
    Ok(rows)
}

/// One edited paragraph of the last version.
fn paragraph(setup: &Setup, folder: &Path) -> Result<Row, String> {
    let problem = |error: std::io::Error| format!("cannot edit a paragraph: {error}");
    let text = fs::read_to_string(folder.join(SPEC)).map_err(problem)?;
    let edited = text.replacen(" MUST ", " SHOULD ", 1);
    if edited == text {
        return Err("the spec has no sentence that could be edited".to_string());
    }
    fs::write(folder.join("edited.md"), edited).map_err(problem)?;
    let mut ours = Command::new(&setup.ghostc);
    ours.current_dir(folder).args(["diff", SPEC, "edited.md"]);
    let floor = git(folder, &["diff", "--word-diff", "--no-index", SPEC, "edited.md"]);
    let [ours, floor] = measure(setup.rounds, &[0, 1], &mut [ours, floor])?;
    let name = "diff-90k: one edited paragraph, git diff --word-diff".to_string();
    Ok(Row::new(name, "ms", [&ours, &floor], Target::AtMost(5.0)))
}

/// All of 500 commits.
pub(crate) fn log(setup: &Setup) -> Result<Vec<Row>, String> {
    let folder = repository(setup)?;
    let commands: [(&str, &[&str]); 2] = [("log", &["log"]), ("blame", &["blame", SPEC])];
    let row = |(name, arguments): (&str, &[&str])| {
        let mut ours = Command::new(&setup.ghostc);
        ours.current_dir(&folder).args(arguments);
        let floor = git(&folder, &["log", "--patch", "--word-diff"]);
        let [ours, floor] = measure(setup.rounds, &[0], &mut [ours, floor])?;
        let name = format!("log-500: {name} of {COMMITS} commits, git log -p --word-diff");
        Ok(Row::new(name, "ms", [&ours, &floor], Target::Times(3.0)))
    };
    commands.into_iter().map(row).collect()
}

fn git(folder: &Path, arguments: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.current_dir(folder).args(arguments);
    git
}

/// Makes the repository anew, since the corpora may have come or gone.
fn repository(setup: &Setup) -> Result<std::path::PathBuf, String> {
    let folder = setup.scratch.join("history");
    let problem = |error: std::io::Error| format!("cannot make {}: {error}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(problem)?;
    }
    fs::create_dir_all(&folder).map_err(problem)?;
    let mut make = Command::new(&setup.histories);
    output(make.arg(&folder).arg(COMMITS.to_string()), &[0])?;
    Ok(folder)
}
