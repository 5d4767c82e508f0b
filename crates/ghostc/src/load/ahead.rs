//! Reads many files on all processors, also while folders are still walked: the caller says which, and threads beside it
//! read them.

use super::disk::{Content, Place, content};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// A file by the name it is shown by, with its place.
type Wanted = (String, Place);

/// Files that are being read.
pub(super) struct Ahead {
    wanted: Sender<Wanted>,
    queue: Arc<Mutex<Receiver<Wanted>>>,
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
            wanted,
            readers: (0..others).map(reader).collect(),
            queue,
        }
    }

    /// Has a file read.
    pub(super) fn want(&self, shown: String, place: Place) {
        self.wanted
            .send((shown, place))
            .expect("the queue lives as long as its sender");
    }

    /// All that was wanted, in any order. What nobody has begun with is read here too.
    pub(super) fn finish(self) -> Vec<(String, Content)> {
        drop(self.wanted);
        let mut found = read(&self.queue);
        for reader in self.readers {
            found.extend(reader.join().expect("reading does not panic"));
        }
        found
    }
}

/// Reads what is in a queue until nothing more can come.
fn read(queue: &Mutex<Receiver<Wanted>>) -> Vec<(String, Content)> {
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).recv().ok();
    std::iter::from_fn(next)
        .map(|(shown, place)| (shown, content(&place)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_wanted_is_read_once() {
        let folder = tempfile::tempdir().unwrap();
        let ahead = Ahead::start();
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
