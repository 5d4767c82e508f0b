//! Work on many things at once, with results in the order of the things; on one thread where no other can be started.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::Builder;

/// What two functions give, which run side by side.
pub fn both<A: Send, B>(first: impl FnOnce() -> A + Send, second: impl FnOnce() -> B) -> (A, B) {
    let first = Mutex::new(Some(first));
    let run_first = || {
        let first = first.lock().unwrap_or_else(PoisonError::into_inner).take();
        first.map(|first| first())
    };
    std::thread::scope(|scope| {
        let other = Builder::new().spawn_scoped(scope, run_first);
        let second = second();
        let other = other
            .ok()
            .and_then(|other| other.join().expect("the work does not panic"));
        let first = other.or_else(run_first);
        (first.expect("it runs here where it ran nowhere else"), second)
    })
}

/// What a function makes of each thing, on up to `threads` threads.
pub fn map<T: Sync, R: Send>(things: &[T], threads: usize, make: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = threads.min(things.len());
    if threads <= 1 {
        return things.iter().map(make).collect();
    }
    let made: Vec<Mutex<Option<R>>> = things.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let (Some(thing), Some(slot)) = (things.get(at), made.get(at)) else {
                return;
            };
            let result = make(thing);
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
        }
    };
    std::thread::scope(|scope| {
        // What is not started leaves its part to the others.
        (1..threads).for_each(|_| drop(Builder::new().spawn_scoped(scope, work)));
        work();
    });
    let made = made
        .into_iter()
        .map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner));
    made.map(|result| result.expect("each thing is taken by a thread"))
        .collect()
}
