//! What happens in the room, as each page is told it: the last five hundred events, numbered, and for whom.

use std::{collections::VecDeque, convert::Infallible, sync::Arc};

use axum::response::sse;
use futures_util::stream::{self, Stream};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{
    doors::Shown,
    hall::Hall,
    sessions::Viewer,
    wire::{Message, PrivateCard},
};

/// The most events that are kept to be told again.
const MOST_EVENTS: usize = 500;

/// Whom an event is for.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Audience {
    Everybody,
    Only(Viewer),
}

/// Something that happened.
#[derive(Clone)]
pub(super) struct Event {
    id: u64,
    name: &'static str,
    data: Arc<str>,
    audience: Audience,
    /// The message or the private card that it tells of, if it tells of one.
    of: Option<String>,
}

/// Events have been let go that a page should have seen: it asks for everything again.
pub(super) struct Lost;

/// What happened lately, oldest first.
pub(super) struct Log {
    events: VecDeque<Event>,
    /// The id of the last event.
    last: u64,
    /// The id of the last event that was let go.
    dropped: u64,
}

impl Log {
    /// A log whose events come after `start`. A process that starts later starts higher, so that a page which knew
    /// the one before is not mistaken.
    pub(super) fn new(start: u64) -> Self {
        Self { events: VecDeque::new(), last: start, dropped: start }
    }

    pub(super) fn last(&self) -> u64 {
        self.last
    }

    /// Takes the next number, for whatever is named by it.
    pub(super) fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    pub(super) fn add(&mut self, name: &'static str, data: &impl serde::Serialize, audience: Audience) {
        self.push(name, data, audience, None);
    }

    /// Adds what tells of a message, so that it can be struck out with it.
    pub(super) fn add_message(&mut self, name: &'static str, message: &Message) {
        self.push(name, message, Audience::Everybody, Some(message.id.clone()));
    }

    /// Adds what tells one person of a card, in place of what told them of it before.
    pub(super) fn add_private(&mut self, card: &PrivateCard, viewer: &Viewer) {
        let only = Audience::Only(viewer.clone());
        self.strike(&card.id, &only);
        self.push("private", card, only, Some(card.id.clone()));
    }

    /// Forgets what a message or a card said, wherever these were told it.
    pub(super) fn strike(&mut self, id: &str, told: &Audience) {
        self.events.retain(|event| event.of.as_deref() != Some(id) || event.audience != *told);
    }

    fn push(&mut self, name: &'static str, data: &impl serde::Serialize, audience: Audience, of: Option<String>) {
        let data = serde_json::to_string(data).expect("the room's shapes have string keys alone");
        let id = self.number();
        self.events.push_back(Event { id, name, data: data.into(), audience, of });
        if self.events.len() > MOST_EVENTS
            && let Some(gone) = self.events.pop_front()
        {
            self.dropped = gone.id;
        }
    }

    /// What came after an event, for one person.
    fn after(&self, id: u64, viewer: &Viewer) -> Result<Vec<Event>, Lost> {
        if id < self.dropped || id > self.last {
            return Err(Lost);
        }
        let theirs = |event: &&Event| match &event.audience {
            Audience::Everybody => true,
            Audience::Only(one) => one == viewer,
        };
        let from = self.events.partition_point(|event| event.id <= id);
        Ok(self.events.range(from..).filter(theirs).cloned().collect())
    }

    /// Forgets what only they were told.
    pub(super) fn forget(&mut self, gone: &[Viewer]) {
        if !gone.is_empty() {
            let theirs = |event: &Event| matches!(&event.audience, Audience::Only(viewer) if gone.contains(viewer));
            self.events.retain(|event| !theirs(event));
        }
    }
}

/// One open event stream.
struct Listening {
    hall: Arc<Hall>,
    viewer: Viewer,
    at: u64,
    ready: VecDeque<Event>,
    changed: watch::Receiver<()>,
    key: Option<Shown>,
    shutdown: CancellationToken,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.hall.closed(&self.viewer);
    }
}

impl Listening {
    /// Waits for the next event; none when the room closes, or to whom it is closed by now.
    async fn next(&mut self) -> Option<sse::Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(sse::Event::default().id(event.id.to_string()).event(event.name).data(&*event.data));
            }
            self.changed.borrow_and_update();
            let (found, last) = self.hall.with_log(|log| (log.after(self.at, &self.viewer), log.last()));
            self.at = last;
            match found {
                Ok(events) if events.is_empty() => {
                    self.shutdown.run_until_cancelled(self.changed.changed()).await?.ok()?;
                }
                Ok(events) => {
                    if let Some(key) = &self.key
                        && !key.still_opens().await
                    {
                        return None;
                    }
                    self.ready = events.into();
                }
                Err(Lost) => return Some(sse::Event::default().id(last.to_string()).event("reset").data("{}")),
            }
        }
    }
}

/// Everything that one person is to know after an event, or from now on, until the room closes or their key is revoked.
pub(super) fn listen(
    hall: &Arc<Hall>,
    viewer: Viewer,
    after: Option<u64>,
    key: Option<Shown>,
    shutdown: CancellationToken,
) -> impl Stream<Item = Result<sse::Event, Infallible>> + use<> {
    let changed = hall.opened(&viewer);
    let at = after.unwrap_or_else(|| hall.with_log(Log::last));
    let listening = Listening { hall: Arc::clone(hall), viewer, at, ready: VecDeque::new(), changed, key, shutdown };
    stream::unfold(listening, |mut listening| async move {
        let event = listening.next().await?;
        Some((Ok(event), listening))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platforms::room::{seats::Seat, sessions::Session};

    fn viewer(digit: &str) -> Viewer {
        Viewer { session: Session::read(&digit.repeat(32)).unwrap(), sitter: Seat::Agent.into() }
    }

    fn names(found: Result<Vec<Event>, Lost>) -> Option<Vec<&'static str>> {
        found.ok().map(|events| events.iter().map(|event| event.name).collect())
    }

    #[test]
    fn each_is_told_what_is_theirs_and_a_gap_is_known() {
        let mut log = Log::new(1_000);
        log.add("message", &1, Audience::Everybody);
        log.add("private", &2, Audience::Only(viewer("a")));
        assert_eq!(names(log.after(1_000, &viewer("a"))), Some(vec!["message", "private"]));
        assert_eq!(names(log.after(1_000, &viewer("b"))), Some(vec!["message"]));
        assert_eq!(names(log.after(1_002, &viewer("a"))), Some(vec![]));
        assert_eq!(names(log.after(17, &viewer("a"))), None, "from another process");
        assert_eq!(names(log.after(9_999, &viewer("a"))), None, "from the future");
        for number in 0..600 {
            log.add("message", &number, Audience::Everybody);
        }
        assert_eq!(names(log.after(1_000, &viewer("a"))), None);
        assert_eq!(names(log.after(log.last() - 500, &viewer("a"))).unwrap().len(), 500);
        log.add("private", &2, Audience::Only(viewer("a")));
        log.forget(&[viewer("a")]);
        assert_eq!(names(log.after(log.last() - 1, &viewer("a"))), Some(vec![]));
    }
}
