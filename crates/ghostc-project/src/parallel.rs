//! Work on all processors.

/// Works on each item, on as many threads as there are processors; the results are in the order of the items.
pub(crate) fn on_all_processors<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    ghostc_spec::parallel::map(items, processors(), work)
}

/// How many threads can work at once.
pub(crate) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
