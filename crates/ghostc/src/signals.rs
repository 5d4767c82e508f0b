//! Interrupts: the signals that ask this program to stop, as the flags that running work looks at.

use ghostc_project::host::Stop;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::sync::atomic::Ordering;

/// From now on the first interrupt asks running work to end, and the next ones end it at once; none ends the program by
/// itself. Where that cannot be had, they go on to do so.
pub(crate) fn hand_to(stop: &Stop) {
    let stop = stop.clone();
    let Ok(mut signals) = Signals::new([SIGHUP, SIGINT, SIGTERM]) else {
        return;
    };
    std::thread::spawn(move || {
        for (at, _) in signals.forever().enumerate() {
            stop.softly.store(true, Ordering::Relaxed);
            stop.now.store(at > 0, Ordering::Relaxed);
        }
    });
}
