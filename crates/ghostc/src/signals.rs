//! Interrupts: the signals that ask this program to stop, as the flags that running work looks at.

use crate::exit::Exit;
use ghostc_project::host::Stop;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag::{register, register_conditional_shutdown};
use signal_hook::iterator::Signals;
use std::ffi::c_int;
use std::sync::Arc;
use std::sync::atomic::Ordering;

const SIGNALS: [c_int; 3] = [SIGHUP, SIGINT, SIGTERM];

/// From now on the first interrupt asks running work to end, and the next ones end it at once; none ends the program by
/// itself. Where that cannot be had, they go on to do so.
pub(crate) fn hand_to(stop: &Stop) {
    let Ok(mut signals) = Signals::new(SIGNALS) else {
        return;
    };
    let flags = stop.clone();
    let hear = move || {
        for (at, _) in signals.forever().enumerate() {
            flags.softly.store(true, Ordering::Relaxed);
            flags.now.store(at > 0, Ordering::Relaxed);
        }
    };
    if std::thread::Builder::new().spawn(hear).is_err() {
        // Without a thread that hears them the second one ends the program.
        for signal in SIGNALS {
            let interrupted = i32::from(Exit::Interrupted as u8);
            let _they_end_nothing =
                register_conditional_shutdown(signal, interrupted, Arc::clone(&stop.softly))
                    .and_then(|_| register(signal, Arc::clone(&stop.softly)));
        }
    }
}
