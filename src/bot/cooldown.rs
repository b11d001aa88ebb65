//! Cooldowns per person, kind ones: a handful at once is fine, a stream is asked to wait a moment.

use std::{collections::HashMap, sync::Mutex, time::Duration};

use jiff::{SignedDuration, Timestamp};

use crate::store::{PersonId, WorkspaceId};

/// How many requests at once are fine.
const AT_ONCE: i32 = 12;
/// How long until one more is fine again.
const ONE_MORE: SignedDuration = SignedDuration::from_secs(2);
/// The most people remembered; past it whoever is nearest to a full allowance is forgotten.
const MOST_PEOPLE: usize = 10_000;

/// Who asked how often.
#[derive(Default)]
pub(super) struct Cooldowns {
    /// When each person's allowance will be full again.
    full_at: Mutex<HashMap<(WorkspaceId, PersonId), Timestamp>>,
}

impl Cooldowns {
    /// Takes one request of a person; how long to wait where it is one too many.
    pub(super) fn take(&self, workspace: &WorkspaceId, person: &PersonId, now: Timestamp) -> Result<(), Duration> {
        let mut people = self.full_at.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let key = (workspace.clone(), person.clone());
        if people.len() >= MOST_PEOPLE && !people.contains_key(&key) {
            let nearest = people.iter().min_by_key(|(_, full_at)| **full_at).map(|(key, _)| key.clone());
            if let Some(nearest) = nearest {
                people.remove(&nearest);
            }
        }
        let full_at = people.get(&key).copied().unwrap_or(now).max(now);
        let after = full_at + ONE_MORE;
        let over = after.duration_since(now) - ONE_MORE * AT_ONCE;
        if over.is_positive() {
            return Err(over.unsigned_abs());
        }
        people.insert(key, after);
        Ok(())
    }

    /// Forgets everybody whose allowance is full again.
    pub(super) fn sweep(&self, now: Timestamp) {
        let mut people = self.full_at.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        people.retain(|_, full_at| *full_at > now);
    }

    /// Forgets a person.
    pub(super) fn forget_person(&self, workspace: &WorkspaceId, person: &PersonId) {
        let mut people = self.full_at.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        people.remove(&(workspace.clone(), person.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handful_is_fine_a_stream_waits_and_rest_restores() {
        let (cooldowns, now) = (Cooldowns::default(), Timestamp::UNIX_EPOCH);
        let (acme, alice, dan) = (WorkspaceId::new("acme"), PersonId::new("alice"), PersonId::new("dan"));
        for _ in 0..AT_ONCE {
            assert_eq!(cooldowns.take(&acme, &alice, now), Ok(()));
        }
        assert_eq!(cooldowns.take(&acme, &alice, now), Err(Duration::from_secs(2)));
        assert_eq!(cooldowns.take(&acme, &dan, now), Ok(()), "one person's haste is not another's");
        assert_eq!(cooldowns.take(&acme, &alice, now + SignedDuration::from_secs(2)), Ok(()));
        cooldowns.sweep(now + SignedDuration::from_secs(2));
        assert_eq!(cooldowns.full_at.lock().unwrap().len(), 1, "who has rested is not remembered");
    }

    #[test]
    fn however_many_ask_a_bounded_number_is_remembered_and_the_hasty_among_them() {
        let (cooldowns, now) = (Cooldowns::default(), Timestamp::UNIX_EPOCH);
        let (acme, hasty) = (WorkspaceId::new("acme"), PersonId::new("alice"));
        for _ in 0..AT_ONCE {
            assert_eq!(cooldowns.take(&acme, &hasty, now), Ok(()));
        }
        for number in 0..MOST_PEOPLE + 9 {
            assert_eq!(cooldowns.take(&acme, &PersonId::new(number.to_string()), now), Ok(()));
        }
        assert_eq!(cooldowns.full_at.lock().unwrap().len(), MOST_PEOPLE);
        assert_eq!(cooldowns.take(&acme, &hasty, now), Err(Duration::from_secs(2)));
    }
}
