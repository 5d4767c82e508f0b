//! What a repository's files held: one `git cat-file --batch` that is asked as long as it is needed.

use super::{Repository, Tree, broken};
use crate::failure::Failure;
use crate::host::RunningProgram;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};

/// How many ids are asked for at once: few enough to fit into a pipe while git waits to be read.
const AT_ONCE: usize = 256;

/// A running git that knows what every id stands for.
pub(crate) struct Blobs {
    input: Box<dyn Write + Send>,
    output: BufReader<Box<dyn Read + Send>>,
    /// It ends with this value.
    _git: Box<dyn RunningProgram>,
}

impl Blobs {
    /// Starts to read a repository.
    pub(crate) fn of(repository: &Repository) -> Result<Blobs, Failure> {
        let call = repository.git(&["cat-file", "--batch"]);
        let mut git = repository.start(&call, false)?;
        match (git.input(), git.output()) {
            (Some(input), Some(output)) => Ok(Blobs {
                input,
                output: BufReader::new(output),
                _git: git,
            }),
            _ => Err(broken("it has no pipes")),
        }
    }

    /// The bytes that some ids stand for, in their order.
    pub(crate) fn read(&mut self, ids: &[&str]) -> Result<Vec<Vec<u8>>, Failure> {
        let mut out = Vec::with_capacity(ids.len());
        for ids in ids.chunks(AT_ONCE) {
            let asked: String = ids.iter().map(|id| format!("{id}\n")).collect();
            let sent = self
                .input
                .write_all(asked.as_bytes())
                .and_then(|()| self.input.flush());
            sent.map_err(|why| broken(&why.to_string()))?;
            for _ in ids {
                out.push(answer(&mut self.output).map_err(|why| broken(&why.to_string()))?);
            }
        }
        Ok(out)
    }

    /// The texts of the files of a tree whose paths are wanted.
    pub(crate) fn texts(
        &mut self,
        files: &Tree,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<BTreeMap<String, String>, Failure> {
        let wanted: Vec<(&String, &String)> = files.iter().filter(|(path, _)| wanted(path)).collect();
        let ids: Vec<&str> = wanted.iter().map(|(_, id)| id.as_str()).collect();
        let texts = self.read(&ids)?.into_iter().map(text);
        Ok(wanted
            .into_iter()
            .map(|(path, _)| path.clone())
            .zip(texts)
            .collect())
    }
}

/// Bytes as text; what is not UTF-8 is replaced, as nothing can be said about it here.
pub(crate) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|bad| String::from_utf8_lossy(bad.as_bytes()).into_owned())
}

/// One answer: a line that ends with the length, the bytes, a line end.
fn answer(output: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
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
