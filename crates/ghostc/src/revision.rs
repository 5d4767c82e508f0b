//! A project as a git revision has it: two runs of `git`, one that lists files and one that prints them all.

use crate::exit::Failure;
use crate::load::{Loaded, SETTINGS, SKIPPED};
use ghostc_core::{Settings, layout, settings, target};
use ghostc_syntax::{Source, Sources};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A repository, as seen from a folder in it.
pub(crate) struct Repository {
    folder: PathBuf,
}

/// What was read of a file.
type Blobs = BTreeMap<String, String>;

impl Repository {
    /// The repository that a folder lies in; where there is none, git says so when it is asked.
    pub(crate) fn at(folder: Option<&Path>) -> Repository {
        let folder = folder.filter(|folder| *folder != Path::new(""));
        Repository {
            folder: folder.unwrap_or(Path::new(".")).to_path_buf(),
        }
    }

    /// The commit at which two revisions parted.
    pub(crate) fn parting(&self, one: &str, other: &str) -> Result<String, Failure> {
        let out = self.ask(&["merge-base", "--end-of-options", one, other])?;
        Ok(one_line(&out))
    }

    /// The commit that a name stands for, where it is one that is here.
    pub(crate) fn commit(&self, name: &str) -> Option<String> {
        let name = format!("{name}^{{commit}}");
        let out = self.ask(&["rev-parse", "--verify", "--quiet", "--end-of-options", &name]);
        out.ok()
            .map(|out| one_line(&out))
            .filter(|commit| !commit.is_empty())
    }

    /// Whether the older part of the history was left out when it was fetched.
    pub(crate) fn is_shallow(&self) -> bool {
        let out = self.ask(&["rev-parse", "--is-shallow-repository"]);
        out.is_ok_and(|out| one_line(&out) == "true")
    }

    /// Where the folder lies in the repository, with a `/` at its end, or nothing at the root; none outside of one.
    pub(crate) fn place(&self) -> Option<String> {
        self.ask(&["rev-parse", "--show-prefix"])
            .ok()
            .map(|out| one_line(&out))
    }

    /// What a file of a revision holds, by its path below the folder.
    pub(crate) fn file(&self, revision: &str, path: &str) -> Option<Vec<u8>> {
        let name = format!("{revision}:./{path}");
        self.ask(&["cat-file", "blob", "--end-of-options", &name]).ok()
    }

    /// The latest commits that changed a file, the newest first.
    pub(crate) fn history(&self, path: &str, most: usize) -> Vec<String> {
        let most = format!("--max-count={most}");
        let out = self.ask(&["log", &most, "--format=%H", "HEAD", "--", path]);
        let text = out.unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        text.lines().map(str::to_string).collect()
    }

    /// The packages of a revision: those of the project, or those in some folders and files.
    pub(crate) fn load(&self, revision: &str, paths: &[String]) -> Result<Loaded, Failure> {
        let files = self.files(revision)?;
        let mut sources = Sources::default();
        let mut findings = Vec::new();
        let own = self.read(&files, |path| path == SETTINGS)?;
        let settings = own.get(SETTINGS).map_or_else(Settings::default, |text| {
            let file = sources.add(Source::new(SETTINGS, text.as_str()));
            let read = settings::parse(file, text);
            findings.extend(read.diagnostics);
            read.value
        });
        let starts = starts(paths, &files, &settings, own.contains_key(SETTINGS));
        let seen: Vec<String> = files
            .keys()
            .filter(|path| starts.iter().any(|start| lies_in(path, start)))
            .cloned()
            .collect();
        let markers = self.read(&files, layout::is_marker)?;
        let places = layout::Places {
            paths: &seen,
            text: &|path| markers.get(path).map(String::as_str),
            dialects: &settings.dialects,
        };
        let packages = layout::discover(&places, paths);
        let wanted: BTreeSet<&String> = packages
            .iter()
            .flat_map(|package| package.documents.iter().chain(&package.cases))
            .collect();
        for (path, text) in self.read(&files, |path| wanted.contains(&path.to_string()))? {
            sources.add(Source::new(path, text));
        }
        Ok(Loaded {
            sources,
            packages,
            existing: seen.into_iter().collect(),
            settings,
            templates: target::built_in_templates(),
            root: None,
            findings,
            warned: false,
        })
    }

    /// The files of a revision below the folder, and the ids of what they hold.
    fn files(&self, revision: &str) -> Result<BTreeMap<String, String>, Failure> {
        let out = self.ask(&["ls-tree", "-r", "-z", "--end-of-options", revision])?;
        let text = String::from_utf8_lossy(&out);
        let entries = text.split('\0').filter_map(|entry| {
            let (what, path) = entry.split_once('\t')?;
            let mut words = what.split(' ');
            let (mode, _, id) = (words.next()?, words.next()?, words.next()?);
            mode.starts_with("100")
                .then(|| (path.to_string(), id.to_string()))
        });
        Ok(entries.collect())
    }

    /// What the files hold whose paths are wanted.
    fn read(
        &self,
        files: &BTreeMap<String, String>,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Blobs, Failure> {
        let wanted: Vec<(&String, &String)> = files.iter().filter(|(path, _)| wanted(path)).collect();
        if wanted.is_empty() {
            return Ok(Blobs::new());
        }
        let mut git = self.command(&["cat-file", "--batch"]);
        let mut child = git.stdin(Stdio::piped()).spawn().map_err(not_started)?;
        let mut input = child.stdin.take();
        let ids: String = wanted.iter().map(|(_, id)| format!("{id}\n")).collect();
        // git answers while it is asked, so that one who asks everything first may wait for ever.
        let asking = std::thread::spawn(move || input.as_mut().map(|input| input.write_all(ids.as_bytes())));
        let mut output = BufReader::new(
            child
                .stdout
                .take()
                .into_iter()
                .next()
                .ok_or_else(|| broken("it prints nothing"))?,
        );
        let mut blobs = Blobs::new();
        for (path, _) in wanted {
            let bytes = blob(&mut output).map_err(|why| broken(&why.to_string()))?;
            blobs.insert(path.clone(), String::from_utf8_lossy(&bytes).into_owned());
        }
        drop(output);
        drop(asking.join());
        child.wait().map_err(not_started)?;
        Ok(blobs)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command
            .current_dir(&self.folder)
            .args(arguments)
            .stdout(Stdio::piped());
        command
    }

    /// What git prints.
    fn ask(&self, arguments: &[&str]) -> Result<Vec<u8>, Failure> {
        let output = self
            .command(arguments)
            .stdin(Stdio::null())
            .output()
            .map_err(not_started)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.trim().trim_start_matches("fatal: ");
        Err(Failure::usage(format!("git cannot read that: {said}"))
            .help("Name a revision such as `main` or `HEAD~1`, or two files or folders."))
    }
}

/// What git prints where it prints a line.
fn one_line(out: &[u8]) -> String {
    String::from_utf8_lossy(out).trim().to_string()
}

fn not_started(why: std::io::Error) -> Failure {
    Failure::machine(format!("cannot run git: {why}"))
}

fn broken(why: &str) -> Failure {
    Failure::machine(format!("git broke off: {why}"))
}

/// One answer of `git cat-file --batch`: a line that ends with the length, the bytes, a line end.
fn blob(output: &mut impl std::io::BufRead) -> std::io::Result<Vec<u8>> {
    let mut head = String::new();
    output.by_ref().read_line(&mut head)?;
    let length = head
        .trim_end()
        .rsplit(' ')
        .next()
        .and_then(|length| length.parse().ok());
    let length: u64 = length.ok_or_else(|| std::io::Error::other(head.trim_end().to_string()))?;
    let mut bytes = Vec::new();
    output.by_ref().take(length).read_to_end(&mut bytes)?;
    output.read_exact(&mut [0])?;
    Ok(bytes)
}

/// Where the packages of a revision are.
fn starts(
    paths: &[String],
    files: &BTreeMap<String, String>,
    settings: &Settings,
    is_project: bool,
) -> Vec<String> {
    if !paths.is_empty() {
        return paths.to_vec();
    }
    if let Some(folders) = &settings.packages {
        return folders
            .iter()
            .map(|(folder, _)| folder.trim_end_matches('/').to_string())
            .collect();
    }
    let usual = is_project && files.keys().any(|path| path.starts_with("specs/"));
    vec![if usual { "specs".to_string() } else { String::new() }]
}

/// Whether a file lies in a folder, or is it, and in no folder below it that never holds specs.
fn lies_in(path: &str, start: &str) -> bool {
    let start = if start == "." { "" } else { start };
    let Some(rest) = path.strip_prefix(start) else {
        return false;
    };
    if !(start.is_empty() || rest.is_empty() || rest.starts_with('/')) {
        return false;
    }
    let mut parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
    let name = parts.pop().unwrap_or_default();
    !name.starts_with('.')
        && !parts
            .iter()
            .any(|part| part.starts_with('.') || SKIPPED.contains(part))
}
