//! What happens in a scenario, in its order, with its times.

use super::clock;
use ghostc_judge::play::Event;
use std::time::Instant;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Where everybody tells what happens.
#[derive(Clone)]
pub(super) struct Events {
    begun: Instant,
    /// The same, by the clock of all processes.
    begun_micros: u64,
    sender: UnboundedSender<(u64, Event)>,
}

impl Events {
    /// The beginning, and where what happens comes out.
    pub(super) fn begin() -> (Events, UnboundedReceiver<(u64, Event)>) {
        let (sender, receiver) = unbounded_channel();
        let events = Events {
            begun: Instant::now(),
            begun_micros: clock::micros(),
            sender,
        };
        (events, receiver)
    }

    /// When it began.
    pub(super) fn begun(&self) -> Instant {
        self.begun
    }

    /// Tells that something happens now.
    pub(super) fn tell(&self, event: Event) {
        let _nobody_listens_any_more = self.sender.send((self.now(), event));
    }

    /// Microseconds since the beginning.
    pub(super) fn now(&self) -> u64 {
        self.since_beginning(clock::micros())
    }

    /// Microseconds since the beginning, of a time by the clock of all processes.
    pub(super) fn since_beginning(&self, micros: u64) -> u64 {
        micros.saturating_sub(self.begun_micros)
    }

    /// Tells that no verdict is possible.
    pub(super) fn broken(&self, why: impl Into<String>) {
        self.tell(Event::Broken(why.into()));
    }
}
