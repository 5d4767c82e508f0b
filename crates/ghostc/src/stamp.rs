//! A build that had nothing to do, remembered: hashes of all that it read, and what it said.
//!
//! A later build that would read the same says the same, without parsing anything. Everything before the agent is pure,
//! so what was read decides what is said: the texts, the names of files, the lock, accepted code, and this program
//! itself. Whatever stands in the way of a stamp, its own damage included, only costs the time that it would have saved.

use crate::golden::{Golden, write_atomically};
use crate::project::{Files, Project, Unit, on_all_processors, state};
use blake3::{Hash, Hasher};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The sources that this program was built from, as a hash.
const PROGRAM: &str = env!("GHOSTC_SOURCES");

/// What a build with nothing to do says.
#[derive(Serialize, Deserialize)]
pub(crate) struct Said {
    /// To people, on stdout.
    pub(crate) text: String,
    /// To programs, on stdout.
    pub(crate) json: String,
}

#[derive(Serialize, Deserialize)]
struct Stamp {
    /// The hash of what was read outside `golden/`.
    read: String,
    /// Accepted code, which is read by its package and target.
    golden: Vec<GoldenStamp>,
    said: Said,
}

#[derive(Serialize, Deserialize)]
struct GoldenStamp {
    package: String,
    target: String,
    /// What is passed over; its hash is in `read`, as part of the target.
    ignore: Vec<String>,
    digest: String,
}

/// The hash of everything that a build of the whole project reads outside `golden/`; nothing where not all of it could
/// be read.
pub(crate) fn digest(files: &Files) -> Option<Hash> {
    let (loaded, lock) = (&files.loaded, files.lock.as_ref().ok()?);
    if !loaded.findings.is_empty() {
        return None;
    }
    let mut hasher = Hasher::new();
    let mut list = |name: &str, texts: &mut dyn Iterator<Item = &str>| {
        add(&mut hasher, name);
        texts.for_each(|text| add(&mut hasher, text));
    };
    list("program", &mut [env!("CARGO_PKG_VERSION"), PROGRAM].into_iter());
    list("lock", &mut [lock.as_str()].into_iter());
    let texts = loaded
        .sources
        .iter()
        .flat_map(|(_, source)| [source.path.as_str(), &source.text]);
    list("texts", &mut texts.into_iter());
    list("files", &mut loaded.existing.iter().map(String::as_str));
    let templates = loaded
        .templates
        .iter()
        .flat_map(|(path, text)| [path.as_str(), text]);
    list("templates", &mut templates.into_iter());
    for package in &loaded.packages {
        list("package", &mut [package.root.as_str()].into_iter());
        list("documents", &mut package.documents.iter().map(String::as_str));
        list("cases", &mut package.cases.iter().map(String::as_str));
    }
    Some(hasher.finalize())
}

/// What a build says that reads this: known where a build with nothing to do read the same.
pub(crate) fn recall(root: &Path, read: Hash) -> Option<Said> {
    let text = std::fs::read_to_string(path(root)).ok()?;
    let (seal, body) = text.split_once('\n')?;
    if seal != blake3::hash(body.as_bytes()).to_hex().as_str() {
        return None;
    }
    let stamp: Stamp = serde_json::from_str(body).ok()?;
    if stamp.read != read.to_hex().as_str() {
        return None;
    }
    let unchanged = on_all_processors(&stamp.golden, |known| {
        let golden = Golden::read(root, &known.package, &known.target, &known.ignore);
        golden.is_ok_and(|golden| code_digest(&golden) == known.digest)
    });
    unchanged.into_iter().all(|same| same).then_some(stamp.said)
}

/// Remembers what was said of a project in which nothing was to do, and nothing wrong. Where that fails nothing is lost.
pub(crate) fn remember<'u>(
    project: &Project,
    read: Hash,
    units: impl Iterator<Item = &'u Unit<'u>>,
    said: Said,
) {
    let golden = units.map(|unit| GoldenStamp {
        package: unit.package.name.clone(),
        target: unit.target.name.clone(),
        ignore: unit.target.ignore.clone(),
        digest: code_digest(&unit.golden),
    });
    let stamp = Stamp {
        read: read.to_hex().to_string(),
        golden: golden.collect(),
        said,
    };
    let body = serde_json::to_string(&stamp).expect("plain data serialises");
    let seal = blake3::hash(body.as_bytes()).to_hex();
    write_atomically(&path(&project.root), &format!("{seal}\n{body}")).ok();
}

fn path(root: &Path) -> PathBuf {
    state(root).join("idle")
}

fn code_digest(golden: &Golden) -> String {
    let mut hasher = Hasher::new();
    for (path, digest) in &golden.digests {
        add(&mut hasher, path);
        add(&mut hasher, digest);
    }
    hasher.finalize().to_hex().to_string()
}

/// Adds a text so that no other list of texts gives the same bytes.
fn add(hasher: &mut Hasher, text: &str) {
    hasher
        .update(&(text.len() as u64).to_le_bytes())
        .update(text.as_bytes());
}
