//! Does what is to be done in a scenario, and tells what comes of it.

use super::calls::Calls;
use super::channel::{Seal, SealChannel, signal_number};
use super::events::Events;
use super::folder::ScenarioFolder;
use super::http::{self, HttpRequest};
use super::programs;
use super::wire::SealRequest;
use crate::launch::ProgramEnd;
use ghostc_judge::play::{Action, Event};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;
use tokio::task::{AbortHandle, spawn_local};
use tokio::time::sleep_until;

/// What it takes to do what is to be done.
pub(super) struct ActionRunner<'a> {
    folder: &'a ScenarioFolder,
    requests: RefCell<BTreeMap<usize, AbortHandle>>,
    channel: Rc<SealChannel>,
    calls: Rc<Calls>,
    events: Events,
}

impl<'a> ActionRunner<'a> {
    /// What is done goes to these.
    pub(super) fn new(
        folder: &'a ScenarioFolder,
        channel: Rc<SealChannel>,
        calls: Rc<Calls>,
        events: Events,
    ) -> ActionRunner<'a> {
        ActionRunner {
            folder,
            requests: RefCell::default(),
            channel,
            calls,
            events,
        }
    }

    /// Does it, or begins to.
    pub(super) fn act(&self, action: Action) {
        if let Some(event) = self.folder.act(&action) {
            return self.events.tell(event);
        }
        match action {
            Action::Write { .. } | Action::Remove { .. } | Action::Read { .. } => {}
            Action::Start {
                process,
                argv,
                stdin,
                env,
            } => {
                let started = programs::start((process, argv), stdin, env, &self.channel, &self.events);
                if let Err(error) = started {
                    self.events.broken(format!("a program gets no pipes: {error}"));
                }
            }
            Action::Signal { process, signal } => match signal_number(&signal) {
                Some(signal) => self.channel.ask(SealRequest::Signal {
                    process,
                    signal,
                    group: false,
                }),
                None => self.events.broken(format!("there is no signal `{signal}`")),
            },
            Action::Count { process } => self.channel.ask(SealRequest::Count { process }),
            Action::Request {
                request,
                method,
                url,
                headers,
                body,
            } => {
                let asked = HttpRequest {
                    method,
                    url,
                    headers,
                    body,
                };
                self.request(request, asked);
            }
            Action::Cancel { request } => {
                if let Some(task) = self.requests.borrow_mut().remove(&request) {
                    task.abort();
                }
            }
            Action::Answer { call, answer } => self.calls.answer(call, answer),
            Action::Wake { at } => {
                let at = self.events.begun() + Duration::from_micros(at);
                let events = self.events.clone();
                spawn_local(async move {
                    sleep_until(at.into()).await;
                    events.tell(Event::Woke);
                });
            }
        }
    }

    fn request(&self, number: usize, asked: HttpRequest) {
        let (channel, events) = (Rc::clone(&self.channel), self.events.clone());
        let task = spawn_local(async move {
            let event = http::request(number, asked, &channel).await;
            events.tell(event);
        });
        self.requests.borrow_mut().insert(number, task.abort_handle());
    }

    /// Tells why all that is inside is dead.
    pub(super) fn seal_is_gone(&self, seal: &mut Seal) {
        match seal.end(true) {
            Some(ProgramEnd::OverLimit(limit)) => self.channel.end_over_limit(&limit),
            Some(end) => self
                .events
                .broken(format!("the process inside the seal ended with {end}")),
            None => self.events.broken("the process inside the seal is gone"),
        }
    }
}
