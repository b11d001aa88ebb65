//! Drafts under review: in memory alone, 15 minutes, bounded, each its owner's.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Mutex,
};

use jiff::{SignedDuration, Timestamp};

use super::request::Caller;
use crate::{
    content::Medium,
    review::Review,
    store::{PersonId, WorkspaceId},
};

/// How long a draft is held.
const KEPT: SignedDuration = SignedDuration::from_mins(15);
/// The most drafts of one person; the oldest goes first.
const MOST_OF_ONE: usize = 5;
/// The most drafts of everybody.
const MOST: usize = 2_000;

/// A draft under review. `Debug` never shows a word of it.
#[derive(Clone)]
pub(super) struct Held {
    /// What it says; empty while only the message is known.
    pub(super) draft: String,
    /// The message that it answers.
    pub(super) answers: Option<Answered>,
    /// Whether somebody in that conversation may be in danger.
    pub(super) endangered: bool,
    /// Where it will be sent.
    pub(super) medium: Medium,
    /// The rules dismissed for this draft alone.
    pub(super) dismissed: BTreeSet<String>,
    /// The rule that its owner is about to dismiss.
    pub(super) dismissing: Option<String>,
    /// The review of the version before, to tell what was resolved.
    pub(super) before: Option<Review>,
}

/// A message that a draft answers.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Answered {
    /// What it says.
    pub(super) text: String,
    /// Who wrote it, where that is known.
    pub(super) author: Option<PersonId>,
}

impl Held {
    /// A draft that is not written yet, or the first version of one.
    pub(super) fn new(draft: String, answers: Option<Answered>, endangered: bool) -> Self {
        Self {
            draft,
            answers,
            endangered,
            medium: Medium::Chat,
            dismissed: BTreeSet::new(),
            dismissing: None,
            before: None,
        }
    }

    /// What the message says that it answers.
    pub(super) fn message(&self) -> Option<&str> {
        self.answers.as_ref().map(|answered| answered.text.as_str())
    }

    fn answers_to(&self, person: &PersonId) -> bool {
        self.answers.as_ref().is_some_and(|answered| answered.author.as_ref() == Some(person))
    }
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Held").field("bytes", &self.draft.len()).finish_non_exhaustive()
    }
}

struct Entry {
    owner: (WorkspaceId, PersonId),
    at: Timestamp,
    held: Held,
}

/// The drafts under review.
#[derive(Default)]
pub(super) struct Drafts {
    entries: Mutex<HashMap<u64, Entry>>,
}

impl Drafts {
    /// Holds a draft for the caller; returns what actions on it carry.
    pub(super) fn hold(&self, caller: &Caller, held: Held, now: Timestamp) -> String {
        let mut entries = self.lock();
        entries.retain(|_, e| now.duration_since(e.at) <= KEPT);
        let owner = (caller.workspace.clone(), caller.person.id.clone());
        while entries.values().filter(|e| e.owner == owner).count() >= MOST_OF_ONE {
            remove_oldest(&mut entries, |e| e.owner == owner);
        }
        while entries.len() >= MOST {
            remove_oldest(&mut entries, |_| true);
        }
        let mut id = fastrand::u64(..);
        while entries.contains_key(&id) {
            id = fastrand::u64(..);
        }
        entries.insert(id, Entry { owner, at: now, held });
        format!("{id:016x}")
    }

    /// The caller's draft of that id, if it is theirs and still held.
    pub(super) fn get(&self, caller: &Caller, id: &str, now: Timestamp) -> Option<Held> {
        let id = u64::from_str_radix(id, 16).ok()?;
        let entries = self.lock();
        let entry = entries.get(&id)?;
        let theirs = entry.owner.0 == caller.workspace && entry.owner.1 == caller.person.id;
        (theirs && now.duration_since(entry.at) <= KEPT).then(|| entry.held.clone())
    }

    /// Replaces the caller's draft of that id; its time begins anew.
    pub(super) fn replace(&self, caller: &Caller, id: &str, held: Held, now: Timestamp) {
        let Ok(id) = u64::from_str_radix(id, 16) else { return };
        let mut entries = self.lock();
        if let Some(entry) = entries.get_mut(&id)
            && entry.owner.0 == caller.workspace
            && entry.owner.1 == caller.person.id
        {
            entry.held = held;
            entry.at = now;
        }
    }

    /// How many drafts are held.
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    /// How many drafts of a person are held.
    pub(super) fn count_of(&self, workspace: &WorkspaceId, person: &PersonId) -> usize {
        self.lock().values().filter(|e| e.owner.0 == *workspace && e.owner.1 == *person).count()
    }

    /// How many messages of a person are held because somebody is answering them.
    pub(super) fn answers_to(&self, workspace: &WorkspaceId, person: &PersonId) -> usize {
        self.lock().values().filter(|e| e.owner.0 == *workspace && e.held.answers_to(person)).count()
    }

    /// Deletes every draft of a person; returns how many there were.
    pub(super) fn forget_person(&self, workspace: &WorkspaceId, person: &PersonId) -> usize {
        let mut entries = self.lock();
        let before = entries.len();
        entries.retain(|_, e| e.owner.0 != *workspace || e.owner.1 != *person);
        before - entries.len()
    }

    /// Deletes a person's messages from the drafts that answer them; returns how many there were.
    pub(super) fn forget_answers_to(&self, workspace: &WorkspaceId, person: &PersonId) -> usize {
        let mut entries = self.lock();
        let theirs = entries.values_mut().filter(|e| e.owner.0 == *workspace && e.held.answers_to(person));
        theirs.map(|e| e.held.answers = None).count()
    }

    /// Deletes every draft of a workspace.
    pub(super) fn forget_workspace(&self, workspace: &WorkspaceId) {
        self.lock().retain(|_, e| e.owner.0 != *workspace);
    }

    /// Lets go of every draft that is older than 15 minutes.
    pub(super) fn sweep(&self, now: Timestamp) {
        self.lock().retain(|_, e| now.duration_since(e.at) <= KEPT);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Entry>> {
        self.entries.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn remove_oldest(entries: &mut HashMap<u64, Entry>, of: impl Fn(&Entry) -> bool) {
    let oldest = entries.iter().filter(|(_, e)| of(e)).min_by_key(|(_, e)| e.at).map(|(id, _)| *id);
    if let Some(id) = oldest {
        entries.remove(&id);
    }
}
