//! Calls of fakes: each has a number, waits for answers, and is over when its value is dropped.

use super::events::Events;
use ghostc_judge::play::{Answer, CallDetails, Event};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::pending;
use std::rc::Rc;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::Instant;

/// So many calls are more than any scenario can want, and less than what fills the memory.
const MOST: usize = 100_000;

/// When an answer was given, and what it is.
pub(super) type TimedAnswer = (Instant, Answer);

/// The calls of a scenario.
pub(super) struct Calls {
    events: Events,
    next: Cell<usize>,
    open: RefCell<BTreeMap<usize, UnboundedSender<TimedAnswer>>>,
}

impl Calls {
    /// None yet.
    pub(super) fn new(events: Events) -> Rc<Calls> {
        Rc::new(Calls {
            events,
            next: Cell::new(0),
            open: RefCell::default(),
        })
    }

    /// Tells of a call that began at a time since the beginning.
    pub(super) fn begin(self: &Rc<Calls>, fake: &str, with: CallDetails, at: u64) -> OpenCall {
        let number = self.next.replace(self.next.get() + 1);
        if number == MOST {
            let text = format!("fakes were called more than {MOST} times");
            self.events.tell(Event::Broken(text));
        }
        let (sender, answers) = unbounded_channel();
        self.open.borrow_mut().insert(number, sender);
        let fake = fake.to_string();
        self.events.tell(Event::Called {
            call: number,
            at,
            fake,
            with,
        });
        OpenCall {
            number,
            answers,
            over: None,
            calls: Rc::clone(self),
        }
    }

    /// Answers a call; one that is over needs none.
    pub(super) fn answer(&self, call: usize, answer: Answer) {
        if let Some(open) = self.open.borrow().get(&call) {
            let _over = open.send((Instant::now(), answer));
        }
    }

    /// Where things are told.
    pub(super) fn events(&self) -> &Events {
        &self.events
    }
}

/// A call that is not over.
pub(super) struct OpenCall {
    number: usize,
    answers: UnboundedReceiver<TimedAnswer>,
    /// When it was over, where that is known better than by when this is noticed.
    over: Option<u64>,
    calls: Rc<Calls>,
}

impl OpenCall {
    /// Its number.
    pub(super) fn number(&self) -> usize {
        self.number
    }

    /// It was over at a time since the beginning.
    pub(super) fn end(mut self, at: u64) {
        self.over = Some(at);
    }

    /// The next answer.
    pub(super) async fn answer(&mut self) -> TimedAnswer {
        match self.answers.recv().await {
            Some(answer) => answer,
            None => pending().await,
        }
    }
}

impl Drop for OpenCall {
    fn drop(&mut self) {
        self.calls.open.borrow_mut().remove(&self.number);
        let events = &self.calls.events;
        let at = self.over.unwrap_or_else(|| events.now());
        events.tell(Event::CallEnded {
            call: self.number,
            at,
        });
    }
}
