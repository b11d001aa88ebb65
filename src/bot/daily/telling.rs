//! What went wrong is told: in the report channel, or else in private to whoever set the schedule. Once.

use jiff::{SignedDuration, Timestamp};

use super::{Daily, due::schedule_of, kinds::of_kind, later, short_hash};
use crate::{
    bot::{
        Card, Error, Tone,
        answer::{Block, Line, Span, plain, strong, text},
        platform::{Destination, Found, Known, Sent, Trouble, mark},
    },
    store::{ChannelId, PersonId, PostingKind, PostingState, Telling, WorkspaceId},
};

/// How often a telling is tried, and the pauses between.
const TRIES: u32 = 20;
const FIRST_PAUSE: SignedDuration = SignedDuration::from_mins(1);
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(6);
/// How long a process has a telling before another may take it over: longer than a look and a post in the channel, and
/// two looks and a card in private, together, and than a late message takes to stand after that.
const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// The most postings that one telling lists.
const LISTED: usize = 10;

impl Daily {
    /// Tells what is to be told about a channel.
    pub(super) async fn tell(&self, workspace: &WorkspaceId, channel: &ChannelId, now: Timestamp) -> Result<(), Error> {
        if !self.platform.serves(workspace) {
            return Ok(self.store.leave_telling(workspace, channel, now, later(now, LEASE)).await?);
        }
        let new_id = format!("{:032x}", fastrand::u128(..));
        let until = later(now, LEASE);
        let Some(telling) = self.store.claim_telling(workspace, channel, &new_id, now, until).await? else {
            return Ok(());
        };
        let (mut zone, mut set_by) = (None, None);
        for posting in &telling.postings {
            let kind = posting.key.kind.schedule();
            if set_by.is_none()
                && let Some(row) = self.store.schedule(workspace, channel, kind).await?
            {
                zone = schedule_of(&row).ok().map(|schedule| schedule.zone);
                set_by = row.set_by;
            }
        }
        let report = self.store.settings(workspace).await?.report;
        if report.is_none() && set_by.is_none() {
            self.store.tell_later(&telling, None).await?;
            return Ok(());
        }
        let card = card(&telling, |due| zone.as_ref().map_or_else(|| due.to_string(), |zone| zone.wording(due)));
        let nonce = short_hash(&["telling", &telling.id]);
        let mark = mark(telling.first.0, &nonce);
        let once = Once { telling: &telling, card: &card, known: Known { nonce: &nonce, mark: &mark } };
        let told = match report {
            Some(report) => match self.tell_in(&once, report).await {
                // The report channel is closed to us: better in private than not at all.
                Err(Trouble::Lacking(_) | Trouble::Gone) => self.tell_person(&once, set_by).await,
                other => other,
            },
            None => self.tell_person(&once, set_by).await,
        };
        let now = self.now_from(now);
        match told {
            Ok(()) => self.store.told(&telling, now).await?,
            Err(trouble) => {
                tracing::warn!(%workspace, %channel, %trouble, "telling that a posting went wrong failed");
                let again = (telling.attempts < TRIES).then(|| later(now, pause(telling.attempts, &trouble)));
                self.store.tell_later(&telling, again).await?;
            }
        }
        Ok(())
    }

    /// Tells it in the report channel, unless an earlier try stands there.
    async fn tell_in(&self, once: &Once<'_>, report: ChannelId) -> Result<(), Trouble> {
        let at = Destination { workspace: once.telling.workspace.clone(), channel: report };
        let Known { nonce, mark } = once.known;
        let look = || self.patiently(self.platform.find(&at, mark, once.telling.first.1));
        if once.may_stand() && once.stands(look().await)? {
            return Ok(());
        }
        let sent = self.patiently(self.platform.post(&at, once.card, nonce, mark)).await;
        match sent.unwrap_or_else(|| Sent::Unknown("no answer came".into())) {
            Sent::Done(_) => Ok(()),
            Sent::Refused(trouble) => Err(trouble),
            Sent::Unknown(reason) => match look().await {
                Some(Found::Yes(_)) => Ok(()),
                _ => Err(Trouble::Failed(reason)),
            },
        }
    }

    /// Tells it in private, unless an earlier try stands there.
    async fn tell_person(&self, once: &Once<'_>, person: Option<PersonId>) -> Result<(), Trouble> {
        let Some(person) = person else { return Err(Trouble::Gone) };
        let workspace = &once.telling.workspace;
        let since = once.telling.first.1;
        let look = || self.patiently(self.platform.find_told(workspace, &person, once.known.mark, since));
        if once.may_stand() && once.stands(look().await)? {
            return Ok(());
        }
        let told = self.patiently(self.platform.tell(workspace, &person, once.card, Some(once.known))).await;
        match told.unwrap_or_else(|| Err(Trouble::Failed("no answer came".into()))) {
            // The answer may have been lost.
            Err(Trouble::Failed(reason)) => match look().await {
                Some(Found::Yes(_)) => Ok(()),
                _ => Err(Trouble::Failed(reason)),
            },
            other => other,
        }
    }
}

/// A telling with its card, to be told once.
///
/// It may yet be told in two places: where the report channel is changed, or closed to the bot, just between a try that
/// was cut off and the next.
struct Once<'a> {
    telling: &'a Telling,
    card: &'a Card,
    known: Known<'a>,
}

impl Once<'_> {
    /// Whether an earlier try may stand.
    fn may_stand(&self) -> bool {
        self.telling.taken_up
    }

    /// What a look means before it is told again. A look that failed in passing is made again later, and nothing is
    /// told before; where none will ever decide, or this is the last try, twice is better than not at all.
    fn stands(&self, look: Option<Found>) -> Result<bool, Trouble> {
        match look.unwrap_or_else(|| Found::Undecided(Trouble::Failed("no answer came".into()))) {
            Found::Yes(_) => Ok(true),
            Found::No | Found::Undecided(Trouble::Lacking(_) | Trouble::Gone | Trouble::Closed) => Ok(false),
            Found::Undecided(_) if self.telling.attempts >= TRIES => Ok(false),
            Found::Undecided(trouble) => Err(trouble),
        }
    }
}

/// How long to wait after so many tries.
fn pause(attempts: u32, trouble: &Trouble) -> SignedDuration {
    let doubled = FIRST_PAUSE.saturating_mul(1 << attempts.saturating_sub(1).min(12)).min(LONGEST_PAUSE);
    match trouble {
        Trouble::Busy(wait) => SignedDuration::try_from(*wait).unwrap_or(LONGEST_PAUSE).max(doubled),
        _ => doubled,
    }
}

/// What is told.
fn card(telling: &Telling, time: impl Fn(Timestamp) -> String) -> Card {
    let several = telling.postings.len() > 1;
    let mut lines: Vec<Line> = Vec::new();
    for posting in telling.postings.iter().rev().take(LISTED) {
        let when = plain(format!("{}: {}", of_kind(posting.key.kind), time(posting.due)));
        let mut line = vec![strong(state_wording(posting.state)), when];
        if let Some(reason) = &posting.reason {
            line.push(plain(format!(" — {reason}.")));
        }
        if let Some(again) = posting.lease_until.filter(|_| posting.state == PostingState::Failed) {
            line.push(plain(format!(
                " It is tried again at {} and after that, while it is not too late.",
                time(again)
            )));
        }
        lines.push(line);
    }
    let more = telling.postings.len().saturating_sub(LISTED);
    if more > 0 {
        lines.push(vec![plain(format!("and {more} more before that"))]);
    }
    let only = telling.postings.iter().all(|posting| posting.key.kind == PostingKind::Tip);
    let heading = match (only, several) {
        (true, true) => "Daily tips went wrong",
        (true, false) => "A daily tip went wrong",
        (false, true) => "Postings went wrong",
        (false, false) => "A posting went wrong",
    };
    Card {
        title: heading.into(),
        tone: Tone::Care,
        blocks: vec![
            Block::Text(vec![plain("In "), Span::Channel(telling.channel.clone()), plain(":")]),
            Block::Bullets(lines),
            text(if only {
                "“daily list” shows every daily tip; “daily now” posts today's."
            } else {
                "“daily list” shows everything that is posted, and what went wrong."
            }),
        ],
        ..Card::default()
    }
}

/// A state as people read it.
pub(super) fn state_wording(state: PostingState) -> &'static str {
    match state {
        PostingState::Claimed => "On its way",
        PostingState::Sent => "Posted",
        PostingState::Missed => "Missed",
        PostingState::Failed => "Failed",
        PostingState::Unknown => "Unknown",
        PostingState::Skipped => "Left out",
    }
}
