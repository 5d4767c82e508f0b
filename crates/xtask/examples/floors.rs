//! Floors of benchmarks: the least work that anyone must do for what ghostc does, as a program of its own.
//!
//! - `floors parse THREADS DIR` reads the events of every Markdown file.
//! - `floors hash PATH…` stats every file and hashes it with BLAKE3.
//! - `floors judge REQUESTS ANSWERS PROGRAM [ARG…]` sends the lines of one file to a program without waiting, and
//!   compares what it answers, as JSON, with the lines of the other.
#![allow(
    clippy::print_stdout,
    reason = "a result that is printed cannot be optimised away"
)]

use pulldown_cmark::{Options, Parser};
use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use walkdir::WalkDir;

type Done = Result<(), Box<dyn Error + Send + Sync>>;

fn main() -> Done {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["parse", threads, folder] => parse(threads.parse()?, Path::new(folder)),
        ["hash", paths @ ..] => hash(paths),
        ["judge", requests, answers, program, rest @ ..] => judge(requests, answers, program, rest),
        _ => {
            Err("usage: floors parse THREADS DIR | hash PATH… | judge REQUESTS ANSWERS PROGRAM [ARG…]".into())
        }
    }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, walkdir::Error> {
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter();
    let files = entries.filter(|entry| entry.as_ref().map_or(true, |entry| entry.file_type().is_file()));
    files
        .map(|entry| entry.map(walkdir::DirEntry::into_path))
        .collect()
}

fn parse(threads: usize, folder: &Path) -> Done {
    let mut files = files(folder)?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    let (next, events) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || -> Done {
        while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let text = fs::read_to_string(path)?;
            let count = Parser::new_ext(&text, options()).into_offset_iter().count();
            events.fetch_add(count, Ordering::Relaxed);
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        work()?;
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().unwrap_or_else(|_| Err("a thread panicked".into())))
    })?;
    println!("{} events", events.into_inner());
    Ok(())
}

/// What ghostc-syntax turns on.
fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
}

fn hash(paths: &[&str]) -> Done {
    let mut all = blake3::Hasher::new();
    for path in paths {
        for file in files(Path::new(path))? {
            let length = fs::metadata(&file)?.len();
            all.update(&length.to_le_bytes())
                .update(blake3::hash(&fs::read(&file)?).as_bytes());
        }
    }
    println!("{}", all.finalize());
    Ok(())
}

fn judge(requests: &str, answers: &str, program: &str, arguments: &[&str]) -> Done {
    let requests = fs::read(requests)?;
    let expected = fs::read_to_string(answers)?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let (mut stdin, stdout) = (
        child.stdin.take().ok_or("no stdin")?,
        child.stdout.take().ok_or("no stdout")?,
    );
    let writer = std::thread::spawn(move || stdin.write_all(&requests));
    let (mut passed, mut failed) = (0, 0);
    let mut expected = expected.lines();
    for line in BufReader::new(stdout).lines() {
        let actual: serde_json::Value = serde_json::from_str(&line?)?;
        let expected: serde_json::Value = serde_json::from_str(expected.next().ok_or("too many answers")?)?;
        *(if actual == expected {
            &mut passed
        } else {
            &mut failed
        }) += 1;
    }
    writer.join().map_err(|_| "the writer panicked")??;
    println!("{passed} passed, {} failed", failed + expected.count());
    if child.wait()?.success() {
        Ok(())
    } else {
        Err("the program failed".into())
    }
}
