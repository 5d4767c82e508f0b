//! Work on all processors.

/// Works on each item, on as many threads as there are processors; the results are in the order of the items.
pub(crate) fn on_all_processors<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let share = items.len().div_ceil(processors()).max(1);
    let part = |items: &[T]| items.iter().map(&work).collect::<Vec<R>>();
    std::thread::scope(|scope| {
        let mut parts = items.chunks(share);
        let first = parts.next().unwrap_or_default();
        let others: Vec<_> = parts.map(|items| scope.spawn(move || part(items))).collect();
        let mut done = part(first);
        for other in others {
            done.extend(other.join().expect("the work does not panic"));
        }
        done
    })
}

/// How many threads can work at once.
pub(crate) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
