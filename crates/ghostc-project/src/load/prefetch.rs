//! Reads many files on all processors, also while folders are still walked: the caller says which, and threads beside it
//! read them.

use super::content::{Content, FilePath, content};
use crate::host::Files;
use crate::parallel::processors;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// A file by the name it is shown by, with its path.
type WantedFile = (String, FilePath);

/// How many files are handed over at once: waking a thread for each would take longer than reading some.
const BATCH: usize = 8;

/// Files that are being read.
pub(super) struct Prefetch {
    /// Those that are not handed over yet.
    batch: Vec<WantedFile>,
    files: Arc<dyn Files>,
    wanted: Sender<Vec<WantedFile>>,
    queue: Arc<Mutex<Receiver<Vec<WantedFile>>>>,
    readers: Vec<JoinHandle<Vec<(String, Content)>>>,
}

impl Prefetch {
    /// Starts a reader for every processor but the one of the caller; without any, that one reads all.
    pub(super) fn start(files: &Arc<dyn Files>) -> Prefetch {
        let (wanted, queue) = channel();
        let queue = Arc::new(Mutex::new(queue));
        let others = processors() - 1;
        let reader = |_| {
            let (queue, files) = (Arc::clone(&queue), Arc::clone(files));
            std::thread::Builder::new()
                .spawn(move || read(&*files, &queue))
                .ok()
        };
        Prefetch {
            batch: Vec::new(),
            files: Arc::clone(files),
            wanted,
            readers: (0..others).filter_map(reader).collect(),
            queue,
        }
    }

    /// Has a file read.
    pub(super) fn want(&mut self, shown: String, file: FilePath) {
        self.batch.push((shown, file));
        if self.batch.len() == BATCH {
            self.send_batch();
        }
    }

    fn send_batch(&mut self) {
        let batch = std::mem::take(&mut self.batch);
        let sent = self.wanted.send(batch);
        sent.expect("the queue lives as long as its sender");
    }

    /// All that was wanted, in any order. What nobody has begun with is read here too.
    pub(super) fn finish(mut self) -> Vec<(String, Content)> {
        self.send_batch();
        drop(self.wanted);
        let mut found = read(&*self.files, &self.queue);
        for reader in self.readers {
            found.extend(reader.join().expect("reading does not panic"));
        }
        found
    }
}

/// Reads what is in a queue until nothing more can come.
fn read(files: &dyn Files, queue: &Mutex<Receiver<Vec<WantedFile>>>) -> Vec<(String, Content)> {
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).recv().ok();
    std::iter::from_fn(next)
        .flatten()
        .map(|(shown, file)| (shown, content(files, &file)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::MemoryFiles;
    use std::path::PathBuf;

    #[test]
    fn all_that_is_wanted_is_read_once() {
        let path = |n: usize| PathBuf::from(format!("{n}.md"));
        let there = (0..100).filter(|n| n % 10 > 0);
        let files = MemoryFiles::new(there.map(|n| (path(n), format!("# {n}\n"))));
        let files: Arc<dyn Files> = Arc::new(files);
        let mut prefetch = Prefetch::start(&files);
        for n in 0..100 {
            let file = FilePath {
                path: path(n),
                is_file: n % 2 == 0,
            };
            prefetch.want(format!("{n:02}"), file);
        }
        let mut found = prefetch.finish();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(found.len(), 100);
        for (n, (shown, content)) in found.into_iter().enumerate() {
            assert_eq!(shown, format!("{n:02}"));
            match content {
                Content::Text(text) => assert_eq!(text, format!("# {n}\n")),
                Content::Unreadable(_) => assert_eq!(n % 10, 0),
                Content::TooLarge(_) | Content::NotUtf8 { .. } => panic!("{n}"),
            }
        }
    }
}
