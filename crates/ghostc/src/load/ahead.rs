//! Reads many files on all processors, also while folders are still walked: the caller says which, and threads beside it
//! read them.

use super::disk::{Content, Place, content};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// A file by the name it is shown by, with its place.
type Wanted = (String, Place);

/// How many files are handed over at once: waking a thread for each would take longer than reading some.
const BATCH: usize = 8;

/// Files that are being read.
pub(super) struct Ahead {
    /// Those that are not handed over yet.
    batch: Vec<Wanted>,
    wanted: Sender<Vec<Wanted>>,
    queue: Arc<Mutex<Receiver<Vec<Wanted>>>>,
    readers: Vec<JoinHandle<Vec<(String, Content)>>>,
}

impl Ahead {
    /// Starts a reader for every processor but the one of the caller.
    pub(super) fn start() -> Ahead {
        let (wanted, queue) = channel();
        let queue = Arc::new(Mutex::new(queue));
        let others = std::thread::available_parallelism().map_or(1, usize::from) - 1;
        let reader = |_| {
            let queue = Arc::clone(&queue);
            std::thread::spawn(move || read(&queue))
        };
        Ahead {
            batch: Vec::new(),
            wanted,
            readers: (0..others).map(reader).collect(),
            queue,
        }
    }

    /// Has a file read.
    pub(super) fn want(&mut self, shown: String, place: Place) {
        self.batch.push((shown, place));
        if self.batch.len() == BATCH {
            self.hand_over();
        }
    }

    fn hand_over(&mut self) {
        let batch = std::mem::take(&mut self.batch);
        let sent = self.wanted.send(batch);
        sent.expect("the queue lives as long as its sender");
    }

    /// All that was wanted, in any order. What nobody has begun with is read here too.
    pub(super) fn finish(mut self) -> Vec<(String, Content)> {
        self.hand_over();
        drop(self.wanted);
        let mut found = read(&self.queue);
        for reader in self.readers {
            found.extend(reader.join().expect("reading does not panic"));
        }
        found
    }
}

/// Reads what is in a queue until nothing more can come.
fn read(queue: &Mutex<Receiver<Vec<Wanted>>>) -> Vec<(String, Content)> {
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).recv().ok();
    std::iter::from_fn(next)
        .flatten()
        .map(|(shown, place)| (shown, content(&place)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_wanted_is_read_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut ahead = Ahead::start();
        for n in 0..100 {
            let path = folder.path().join(format!("{n}.md"));
            if n % 10 > 0 {
                std::fs::write(&path, format!("# {n}\n")).unwrap();
            }
            let is_file = n % 2 == 0;
            ahead.want(format!("{n:02}"), Place { path, is_file });
        }
        let mut found = ahead.finish();
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
