//! A claimed posting is carried through: looked up where it may stand already, sent, recorded.

use jiff::{SignedDuration, Timestamp};

use super::{
    Daily, LEASE,
    kinds::{nothing_to_say, switched_off},
    later, short_hash,
};
use crate::{
    bot::{
        Card, Error,
        platform::{Destination, Found, Permission, Sent, Trouble, mark},
    },
    store::{Again, Final, Lease, MessageId, Posting, PostingKey, PostingKind},
};

/// How long after a send of unknown outcome a look that finds nothing is believed: by then a late message stands.
const SETTLING: SignedDuration = SignedDuration::from_secs(30);
/// How much earlier than the first send a look begins, for clocks that differ.
const CLOCK_DIFFERENCE: SignedDuration = SignedDuration::from_mins(5);
/// How late a first send is looked for before: at its time nobody can have sent it before.
const LATE: SignedDuration = SignedDuration::from_mins(5);
/// Why it is not sent by a process that does not serve its workspace, and the pause until one that does may have come.
const UNREACHED: &str = "Bedside runs without a connection there";
const UNREACHED_RETRY: SignedDuration = SignedDuration::from_mins(1);
/// How often a look may fail for a passing reason before the posting counts as unknown.
const LOOKS: u32 = 4;
/// The pause before the first retry; it doubles up to the longest.
const FIRST_RETRY: SignedDuration = SignedDuration::from_secs(15);
const LONGEST_RETRY: SignedDuration = SignedDuration::from_mins(15);
/// How long before the deadline the last retry is made: whoever waits for an instant wakes a little after it, and a
/// thousand may wait for the same.
const LAST_RETRY: SignedDuration = SignedDuration::from_secs(30);
/// The pause while permissions are missing: somebody has to grant them.
const PERMISSION_RETRY: SignedDuration = SignedDuration::from_mins(5);

/// Why nobody knows whether it stands, where nothing else is known.
const STOPPED: &str = "Bedside stopped while it was sent";

/// Where a posting went in one go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It stands in the channel.
    Stands(MessageId),
    /// It is tried again at that time, and why.
    Later(Timestamp, String),
    /// It ended without standing, and why.
    Ended(String),
    /// It became another process's.
    Lost,
}

/// What a look in the channel means for a posting that may stand there.
enum Look {
    Stands(MessageId),
    Nothing,
    Passing(Trouble),
    Hopeless(Trouble),
}

/// What one posting needs on its way.
struct Errand<'a> {
    key: &'a PostingKey,
    at: Destination,
    nonce: String,
    mark: String,
    /// After this it is not sent any more.
    deadline: Timestamp,
}

impl Errand<'_> {
    /// When it is tried for the last time.
    fn last_retry(&self) -> Timestamp {
        later(self.deadline, -LAST_RETRY)
    }
}

impl Daily {
    /// Takes up a posting that nobody is at, or that waits to be tried again.
    pub(super) async fn take_up(&self, key: &PostingKey, now: Timestamp) -> Result<(), Error> {
        if let Some(posting) = self.store.take(key, self.lease(now), now).await? {
            self.carry(posting, now).await?;
        }
        Ok(())
    }

    /// Carries a posting that this process holds as far as it goes now.
    pub(super) async fn carry(&self, posting: Posting, now: Timestamp) -> Result<Outcome, Error> {
        let key = &posting.key;
        let nonce = nonce(key);
        let errand = Errand {
            key,
            at: Destination { workspace: key.workspace.clone(), channel: key.channel.clone() },
            mark: mark(key.date, &nonce),
            nonce,
            deadline: later(posting.due, self.grace),
        };
        let serves = self.platform.serves(&key.workspace);
        if posting.sending_since.is_some() && !serves {
            return self.leave(&errand, posting.reason.as_deref().unwrap_or(STOPPED), now).await;
        }
        if let Some(since) = posting.sending_since
            && let Some(outcome) = self.look_first(&errand, &posting, since, now).await?
        {
            return Ok(outcome);
        }
        if serves
            && posting.attempts == 0
            && now > later(posting.due, LATE)
            && let Some(outcome) = self.look_back(&errand, &posting, now).await?
        {
            return Ok(outcome);
        }
        let Some(row) = self.store.schedule(&key.workspace, &key.channel, key.kind.schedule()).await? else {
            return self.end(&errand, Final::Skipped(switched_off(key.kind)), now).await;
        };
        if now > errand.deadline {
            return match &posting.reason {
                Some(reason) => self.end(&errand, Final::Failed(reason), now).await,
                None if posting.attempts > 0 => {
                    self.end(&errand, Final::Failed("Bedside stopped while it was sent, and it is not there"), now)
                        .await
                }
                None => self.end(&errand, Final::Missed("Bedside stopped before it was sent"), now).await,
            };
        }
        if !serves {
            return self.leave(&errand, UNREACHED, now).await;
        }
        let Some(card) = self.card_for(&posting, &row).await? else {
            return self.end(&errand, Final::Failed(nothing_to_say(key.kind)), now).await;
        };
        self.send(&errand, &posting, &card, now).await
    }

    /// Leaves a posting to a process that serves its workspace. Here nothing is sent and nothing seen, so that it counts
    /// as neither.
    async fn leave(&self, errand: &Errand<'_>, reason: &str, now: Timestamp) -> Result<Outcome, Error> {
        let at = later(now, UNREACHED_RETRY);
        let at = if now < errand.last_retry() { at.min(errand.last_retry()) } else { at };
        let again = Again { at, reason, may_stand: true, looked: false, failed: false };
        self.lay_down(errand, again, now).await
    }

    /// Looks whether an earlier send stands; `None` when it does not and may be sent.
    async fn look_first(
        &self,
        errand: &Errand<'_>,
        posting: &Posting,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Option<Outcome>, Error> {
        let settled = later(posting.tried_at.unwrap_or(since), SETTLING);
        let reason = posting.reason.as_deref().unwrap_or(STOPPED);
        match self.look(errand, since).await {
            Look::Stands(message) => self.end(errand, Final::Sent(&message), now).await.map(Some),
            Look::Nothing if now < settled => self
                .lay_down(errand, Again { at: settled, reason, may_stand: true, looked: false, failed: false }, now)
                .await
                .map(Some),
            Look::Nothing => {
                let mine = self.store.nothing_stands(errand.key, self.lease(self.now_from(now))).await?;
                Ok((!mine).then_some(Outcome::Lost))
            }
            // The platform was not reached: it is looked for again, however long that lasts.
            Look::Passing(Trouble::Unsent(_)) => {
                let so_far = now.duration_since(posting.tried_at.unwrap_or(since));
                let at = later(now, so_far.clamp(FIRST_RETRY, LONGEST_RETRY));
                self.lay_down(errand, Again { at, reason, may_stand: true, looked: false, failed: false }, now)
                    .await
                    .map(Some)
            }
            Look::Passing(trouble) if posting.looks + 1 < LOOKS => {
                let reason = format!("{reason}; looking for it failed: {trouble}");
                let at = later(now, pause(posting.looks + 1, &trouble));
                self.lay_down(errand, Again { at, reason: &reason, may_stand: true, looked: true, failed: false }, now)
                    .await
                    .map(Some)
            }
            Look::Passing(trouble) | Look::Hopeless(trouble) => {
                self.undecided(errand, reason, &trouble, now).await.map(Some)
            }
        }
    }

    /// Looks whether what comes late for its first send stands all the same: an older copy of the store, put in place of
    /// one that was lost, knows nothing of what was sent since. `None` when it may be sent.
    async fn look_back(
        &self,
        errand: &Errand<'_>,
        posting: &Posting,
        now: Timestamp,
    ) -> Result<Option<Outcome>, Error> {
        match self.look(errand, posting.due).await {
            Look::Stands(message) => self.end(errand, Final::Sent(&message), now).await.map(Some),
            Look::Passing(trouble) if posting.looks + 1 < LOOKS && now < errand.last_retry() => {
                let reason = format!("looking whether it stands already failed: {trouble}");
                let at = later(now, pause(posting.looks, &trouble)).min(errand.last_retry());
                let again = Again { at, reason: &reason, may_stand: false, looked: true, failed: false };
                self.lay_down(errand, again, now).await.map(Some)
            }
            // As far as anybody knows it was never sent.
            Look::Nothing | Look::Passing(_) | Look::Hopeless(_) => Ok(None),
        }
    }

    async fn look(&self, errand: &Errand<'_>, since: Timestamp) -> Look {
        let since = later(since, -CLOCK_DIFFERENCE);
        let look = self.patiently(self.platform.find(&errand.at, &errand.mark, since)).await;
        match look.unwrap_or_else(|| Found::Undecided(Trouble::Failed("no answer came".into()))) {
            Found::Yes(message) => Look::Stands(message),
            Found::No => Look::Nothing,
            Found::Undecided(trouble @ (Trouble::Lacking(_) | Trouble::Gone)) => Look::Hopeless(trouble),
            Found::Undecided(trouble) => Look::Passing(trouble),
        }
    }

    async fn send(
        &self,
        errand: &Errand<'_>,
        posting: &Posting,
        card: &Card,
        now: Timestamp,
    ) -> Result<Outcome, Error> {
        // From here on the message may stand: a process that takes over looks first.
        let start = self.now_from(now);
        let lease = Lease { holder: &self.holder, until: later(start, LEASE) };
        if !self.store.about_to_send(errand.key, lease, start).await? {
            return Ok(Outcome::Lost);
        }
        let post = self.platform.post(&errand.at, card, &errand.nonce, &errand.mark);
        let sent = self.patiently(post).await;
        let now = self.now_from(start);
        match sent.unwrap_or_else(|| Sent::Unknown("no answer came".into())) {
            Sent::Done(message) => self.end(errand, Final::Sent(&message), now).await,
            Sent::Refused(trouble) => self.refused(errand, posting.attempts, &trouble, now).await,
            Sent::Unknown(reason) => match self.look(errand, start).await {
                Look::Stands(message) => self.end(errand, Final::Sent(&message), now).await,
                Look::Hopeless(trouble) => self.undecided(errand, &reason, &trouble, now).await,
                Look::Nothing | Look::Passing(_) => {
                    let at = later(now, SETTLING);
                    let again = Again { at, reason: &reason, may_stand: true, looked: false, failed: false };
                    self.lay_down(errand, again, now).await
                }
            },
        }
    }

    async fn refused(
        &self,
        errand: &Errand<'_>,
        attempts: u32,
        trouble: &Trouble,
        now: Timestamp,
    ) -> Result<Outcome, Error> {
        let reason = self.why(errand, trouble).await;
        let at = later(now, pause(attempts, trouble));
        // The last retry is just before the deadline, unless the platform asks to wait longer.
        let at = if matches!(trouble, Trouble::Busy(_)) { at } else { at.min(errand.last_retry()) };
        if matches!(trouble, Trouble::Gone) || now >= errand.last_retry() || at > errand.deadline {
            return self.end(errand, Final::Failed(&reason), now).await;
        }
        // Missing permissions are told at once, while granting them still helps.
        let failed = matches!(trouble, Trouble::Lacking(_));
        self.lay_down(errand, Again { at, reason: &reason, may_stand: false, looked: false, failed }, now).await
    }

    /// Why a send was refused, fit to be told.
    async fn why(&self, errand: &Errand<'_>, trouble: &Trouble) -> String {
        let lacking = match trouble {
            Trouble::Lacking(lacking) if lacking.is_empty() => {
                self.platform.lacking(&errand.at).await.unwrap_or_default()
            }
            Trouble::Lacking(lacking) => lacking.clone(),
            Trouble::Gone => return "the channel is not there any more, or Bedside cannot see it".into(),
            other => return other.to_string(),
        };
        if lacking.is_empty() {
            return "Bedside may not post there".into();
        }
        format!("Bedside lacks {} there", lacking.iter().map(|one| one.name()).collect::<Vec<_>>().join(", "))
    }

    /// Ends a posting that may stand and cannot be looked up: nothing is sent again.
    async fn undecided(
        &self,
        errand: &Errand<'_>,
        reason: &str,
        trouble: &Trouble,
        now: Timestamp,
    ) -> Result<Outcome, Error> {
        let trouble = match trouble {
            Trouble::Lacking(lacking) if lacking.is_empty() => {
                format!("the bot lacks {}", Permission::ReadMessageHistory.name())
            }
            other => other.to_string(),
        };
        let reason = format!("{reason}, and whether it stands there could not be seen: {trouble}");
        self.end(errand, Final::Unknown(&reason), now).await
    }

    async fn lay_down(&self, errand: &Errand<'_>, again: Again<'_>, now: Timestamp) -> Result<Outcome, Error> {
        let mine = self.store.again(errand.key, &self.holder, again, now).await?;
        tracing::info!(
            workspace = %errand.key.workspace, channel = %errand.key.channel, date = %errand.key.date,
            kind = errand.key.kind.name(), reason = again.reason, at = %again.at, "a posting is tried again"
        );
        Ok(if mine { Outcome::Later(again.at, again.reason.to_owned()) } else { Outcome::Lost })
    }

    async fn end(&self, errand: &Errand<'_>, end: Final<'_>, now: Timestamp) -> Result<Outcome, Error> {
        if !self.store.finish(errand.key, &self.holder, end, now).await? {
            return Ok(Outcome::Lost);
        }
        self.figures.posted(errand.key.kind, &end);
        let PostingKey { workspace, channel, date, kind } = errand.key;
        let kind = kind.name();
        Ok(match end {
            Final::Sent(message) => {
                tracing::info!(%workspace, %channel, %date, kind, "posted");
                Outcome::Stands(message.clone())
            }
            Final::Skipped(reason) => Outcome::Ended(reason.to_owned()),
            Final::Missed(reason) | Final::Failed(reason) | Final::Unknown(reason) => {
                tracing::warn!(%workspace, %channel, %date, kind, reason, "not posted, or nobody knows");
                Outcome::Ended(reason.to_owned())
            }
        })
    }
}

/// What a send is known by on the platform, the same in every process and version: a tip's has no kind in it, so that
/// those sent before there were kinds are found again.
fn nonce(key: &PostingKey) -> String {
    let date = key.date.to_string();
    let mut parts = vec!["posting", key.workspace.as_str(), key.channel.as_str(), &date];
    if key.kind != PostingKind::Tip {
        parts.push(key.kind.name());
    }
    short_hash(&parts)
}

/// How long to wait after so many attempts, up to a fifth longer so that not everybody comes back at once.
fn pause(attempts: u32, trouble: &Trouble) -> SignedDuration {
    let doubled = FIRST_RETRY.saturating_mul(1 << attempts.min(10)).min(LONGEST_RETRY);
    let wait = match trouble {
        Trouble::Busy(wait) => SignedDuration::try_from(*wait).unwrap_or(LONGEST_RETRY).max(FIRST_RETRY),
        Trouble::Lacking(_) => PERMISSION_RETRY,
        _ => doubled,
    };
    let jitter = u64::try_from(wait.as_millis() / 5).unwrap_or(0);
    wait.saturating_add(SignedDuration::from_millis(i64::try_from(fastrand::u64(..=jitter)).unwrap_or(0)))
}
