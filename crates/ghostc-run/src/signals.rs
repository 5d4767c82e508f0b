//! Interrupts: the signals that ask this program to stop, and the flag that everything here looks at.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// How urgently everything has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stop {
    /// Not at all.
    No,
    /// Agents are asked to end, and get a moment for it.
    Softly,
    /// Agents are killed.
    Now,
}

/// The signals that ask for an end; waiting for them replaces what they do by default until the program ends.
pub(crate) struct Interrupts {
    interrupt: Signal,
    terminate: Signal,
}

impl Interrupts {
    /// Starts to listen; needs a runtime.
    pub(crate) fn listen() -> io::Result<Interrupts> {
        Ok(Interrupts {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// The next of them.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            Some(()) = self.interrupt.recv() => {}
            Some(()) = self.terminate.recv() => {}
            else => std::future::pending().await,
        }
    }
}

/// Sets `stop` at the first interrupt and ends the program with exit code 130 at the second, from a thread of its own.
/// For work outside [`crate::build`], which listens by itself.
pub fn stop_on_signals(stop: &Arc<AtomicBool>) -> io::Result<()> {
    let stop = Arc::clone(stop);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    let mut interrupts = runtime.block_on(async { Interrupts::listen() })?;
    std::thread::Builder::new()
        .name("signals".to_string())
        .spawn(move || {
            runtime.block_on(async {
                interrupts.next().await;
                stop.store(true, Ordering::Relaxed);
                interrupts.next().await;
                std::process::exit(130);
            });
        })?;
    Ok(())
}
