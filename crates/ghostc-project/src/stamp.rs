//! A build that had nothing to do, remembered: hashes of all that it read, and what it answered.
//!
//! A later build that would read the same says the same, without parsing anything. Everything before the agent is pure,
//! so what was read decides what is answered: the texts, the names of files, the lock, accepted code, and this program
//! itself. Whatever stands in the way of a stamp, its own damage included, only costs the time that it would have saved.

use crate::golden::{Golden, write_state};
use crate::host::Host;
use crate::names::state;
use crate::parallel::on_all_processors;
use crate::project::{Project, ProjectFiles, Unit};
use blake3::{Hash, Hasher};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What a build with nothing to do answers, as the caller made it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answer {
    /// To people.
    pub text: String,
    /// To programs.
    pub json: String,
}

/// What has to stay as it is for an answer to hold: everything that the build read.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// The project's folder.
    root: PathBuf,
    /// The hash of what was read outside `golden/`.
    read: String,
    golden: Vec<GoldenStamp>,
}

/// A stamp with its answer, as it is written.
#[derive(Serialize, Deserialize)]
struct StampText {
    /// The hash of what was read outside `golden/`.
    read: String,
    /// Accepted code, which is read by its package and target.
    golden: Vec<GoldenStamp>,
    answer: Answer,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct GoldenStamp {
    package: String,
    target: String,
    /// What is passed over; its hash is in `read`, as part of the target.
    ignore: Vec<String>,
    digest: String,
}

/// The hash of everything that a build of the whole project by a program reads outside `golden/`; nothing where not all of it could
/// be read.
pub(crate) fn digest(files: &ProjectFiles, program: &str) -> Option<Hash> {
    let (loaded, lock) = (&files.loaded, files.lock.as_ref().ok()?);
    if !loaded.findings.is_empty() {
        return None;
    }
    let mut hasher = Hasher::new();
    let mut list = |name: &str, texts: &mut dyn Iterator<Item = &str>| {
        add(&mut hasher, name);
        texts.for_each(|text| add(&mut hasher, text));
    };
    list("program", &mut [env!("CARGO_PKG_VERSION"), program].into_iter());
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
pub(crate) fn read_stamp(root: &Path, host: &Host, read: Hash) -> Option<Answer> {
    let text = host.files.read_text(&path(root)).ok()?;
    let (seal, body) = text.split_once('\n')?;
    if seal != blake3::hash(body.as_bytes()).to_hex().as_str() {
        return None;
    }
    let stamp: StampText = serde_json::from_str(body).ok()?;
    if stamp.read != read.to_hex().as_str() {
        return None;
    }
    let unchanged = on_all_processors(&stamp.golden, |known| {
        let golden = Golden::read(host, root, &known.package, &known.target, &known.ignore);
        golden.is_ok_and(|golden| code_digest(&golden) == known.digest)
    });
    unchanged.into_iter().all(|same| same).then_some(stamp.answer)
}

/// The stamp of a project in which nothing is to do, and nothing wrong.
pub(crate) fn stamp<'u>(project: &Project, read: Hash, units: impl Iterator<Item = &'u Unit<'u>>) -> Stamp {
    let golden = units.map(|unit| GoldenStamp {
        package: unit.package.name.clone(),
        target: unit.target.name.clone(),
        ignore: unit.target.ignore.clone(),
        digest: code_digest(&unit.golden),
    });
    Stamp {
        root: project.root.clone(),
        read: read.to_hex().to_string(),
        golden: golden.collect(),
    }
}

/// Remembers what was answered. Where that fails nothing is lost.
pub(crate) fn remember(stamp: Stamp, answer: Answer, host: &Host) {
    let path = path(&stamp.root);
    let text = StampText {
        read: stamp.read,
        golden: stamp.golden,
        answer,
    };
    let body = serde_json::to_string(&text).expect("plain data serialises");
    let seal = blake3::hash(body.as_bytes()).to_hex();
    write_state(&*host.files, &stamp.root, &path, &format!("{seal}\n{body}")).ok();
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
