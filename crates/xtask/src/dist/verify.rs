//! Builds the archive from two copies of the sources in two folders, and compares what comes out.

use super::archive::{Entry, digest, pack};
use super::{entries, output};
use crate::project;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Fails, naming the first file that differs, unless both builds give the same bytes; gives what is in the archive.
pub(super) fn run(folder: &Path, name: &str, triple: &str, epoch: u64) -> Result<Vec<Entry>, String> {
    let mut built = Vec::new();
    // Of different lengths, so that no offset hides a path.
    for copy in ["one", "and/another"] {
        let root = folder.join(copy);
        clear(&root)?;
        copy_sources(&root)?;
        let target = root.join("target");
        built.push(entries(&root, &target, name, triple, epoch)?);
        clear(&root)?;
    }
    let [one, another] = built.as_slice() else {
        return Err("there are not two builds to compare".to_string());
    };
    if let Some((a, b)) = one.iter().zip(another).find(|(a, b)| a != b) {
        let digests = (digest(&a.bytes), digest(&b.bytes));
        return Err(format!(
            "the builds differ: {} has the digests {} and {}",
            a.path, digests.0, digests.1
        ));
    }
    if pack(one, epoch)? != pack(another, epoch)? {
        return Err("the files are the same, and their archives differ".to_string());
    }
    println!("two builds in two folders gave the same {} files", one.len());
    Ok(one.clone())
}

fn clear(folder: &Path) -> Result<(), String> {
    match fs::remove_dir_all(folder) {
        Err(why) if why.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("cannot remove {}: {why}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Copies what git has, as it is in the work tree.
fn copy_sources(to: &Path) -> Result<(), String> {
    let mut git = Command::new("git");
    git.args(["-c", "safe.directory=*", "ls-files", "-z", "--cached"]);
    let listed = output(git.current_dir(project::root()))?;
    let listed = String::from_utf8(listed).map_err(|_| "the name of a file is not UTF-8".to_string())?;
    for path in listed.split_terminator('\0') {
        let (from, to) = (project::root().join(path), to.join(path));
        let parent = to.parent().unwrap_or(&to);
        fs::create_dir_all(parent)
            .and_then(|()| fs::copy(&from, &to))
            .map_err(|why| format!("cannot copy {path}: {why}"))?;
    }
    Ok(())
}
