//! Builds the archive from two copies of the sources in two folders, and compares what comes out.

use super::archive::{Entry, digest};
use super::{entries, git, output};
use crate::project;
use std::fs;
use std::path::Path;

/// Fails, naming the first file that differs, unless both builds give the same files; gives what is in the archive, whose
/// bytes depend on nothing else.
pub(super) fn run(folder: &Path, name: &str, triple: &str, epoch: u64) -> Result<Vec<Entry>, String> {
    // Of different lengths, so that no offset hides a path. Both are copied first: the work tree may change meanwhile.
    let roots = ["one", "and/another"].map(|copy| folder.join(copy));
    for root in &roots {
        clear(root)?;
        copy_sources(root)?;
    }
    let mut built = Vec::new();
    for root in &roots {
        built.push(entries(root, &root.join("target"), name, triple, epoch)?);
        clear(root)?;
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
    let listed = output(git().args(["ls-files", "-z", "--cached"]))?;
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
