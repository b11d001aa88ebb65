//! What the bot does on Discord unasked: post, look, check, tell.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use jiff::Timestamp;
use serde_json::{Value, json};
use serenity::model::id::{ChannelId, UserId};
use tokio::sync::OnceCell;

use super::{
    EPOCH,
    payload::{Author, Channel, Guild, Membership, Message},
    permissions,
    render::{self, Seen},
    rest::{Call, Refusal, Rest},
};
use crate::{
    bot::{
        Card, Platform,
        platform::{Destination, Found, Known, Pending, Permission, Sent, Trouble},
    },
    store::{self, MessageId, PersonId, WorkspaceId},
};

/// How many messages are read in one request, and how many requests a look may take.
const PAGE: usize = 100;
const PAGES: usize = 50;
/// A clock that is far off must not hide the last messages.
const FEWEST_PAGES: usize = 5;

/// How far this machine's clock may be off from Discord's.
const SKEW: std::time::Duration = std::time::Duration::from_hours(1);

/// Missing Access, Missing Permissions, Cannot execute action on this channel type, Cannot send to this user.
const MISSING_ACCESS: u64 = 50001;
const MISSING_PERMISSIONS: u64 = 50013;
const WRONG_KIND_OF_CHANNEL: u64 = 50024;
const TAKES_NO_MESSAGES: u64 = 50007;
/// Opening direct messages too fast: a limit that Discord calls a refusal, without saying how long it lasts.
const OPENED_TOO_FAST: u64 = 40003;
const UNTIL_MORE_ARE_OPENED: std::time::Duration = std::time::Duration::from_mins(10);

/// Discord, as the bot uses it.
pub(super) struct Outgoing {
    rest: Arc<Rest>,
    reads_messages: Arc<AtomicBool>,
    me: OnceCell<UserId>,
}

impl Outgoing {
    pub(super) fn new(rest: Arc<Rest>, reads_messages: Arc<AtomicBool>) -> Self {
        Self { rest, reads_messages, me: OnceCell::new() }
    }

    /// The bot's own id.
    pub(super) async fn me(&self) -> Result<UserId, Refusal> {
        let ask = || async { self.rest.call::<Author>(Call::get("users/@me")).await.map(|me| me.id) };
        self.me.get_or_try_init(ask).await.copied()
    }

    async fn send(&self, at: &Destination, card: &Card, nonce: &str, mark: &str) -> Sent {
        let Some(channel) = id(at.channel.as_str()) else { return Sent::Refused(Trouble::Gone) };
        let message = once(card, Known { nonce, mark });
        match self.rest.call::<Message>(Call::post(format!("channels/{channel}/messages"), message)).await {
            Ok(message) => Sent::Done(MessageId::new(message.id.to_string())),
            Err(refusal @ (Refusal::Lost(_) | Refusal::Failed(_))) => Sent::Unknown(refusal.to_string()),
            Err(refusal) => Sent::Refused(self.trouble(at, &refusal).await),
        }
    }

    async fn look(&self, at: &Destination, mark: &str, since: Timestamp) -> Found {
        match self.search(at, mark, since).await {
            Ok(Some(found)) => return Found::Yes(found),
            Ok(None) => {}
            Err(trouble) => return Found::Undecided(trouble),
        }
        // Where the history is hidden, Discord shows an empty channel instead of refusing.
        match self.missing(at).await {
            Err(trouble) => Found::Undecided(trouble),
            Ok(missing) => {
                let blinding = [Permission::ViewChannel, Permission::ReadMessageHistory];
                let blind: Vec<_> = missing.into_iter().filter(|one| blinding.contains(one)).collect();
                if blind.is_empty() { Found::No } else { Found::Undecided(Trouble::Lacking(blind)) }
            }
        }
    }

    /// Goes from the newest message back, so that the last ones are seen whatever the clocks say.
    async fn search(&self, at: &Destination, mark: &str, since: Timestamp) -> Result<Option<MessageId>, Trouble> {
        let channel = id(at.channel.as_str()).ok_or(Trouble::Gone)?;
        let me = self.me().await.map_err(|refusal| plain_trouble(&refusal))?;
        let oldest = first_id_at(since.checked_sub(SKEW).unwrap_or(Timestamp::MIN));
        let mut before = String::new();
        for pages in 1..=PAGES {
            let path = format!("channels/{channel}/messages?limit={PAGE}{before}");
            let page: Vec<Message> = match self.rest.call(Call::get(path)).await {
                Ok(page) => page,
                Err(refusal) => return Err(self.trouble(at, &refusal).await),
            };
            let bears = |message: &&Message| {
                message.author.as_ref().is_some_and(|author| author.id == me)
                    && message.embeds.iter().filter_map(|embed| embed.footer.as_ref()).any(|f| f.text.ends_with(mark))
            };
            if let Some(found) = page.iter().find(bears) {
                return Ok(Some(MessageId::new(found.id.to_string())));
            }
            match page.iter().map(|message| message.id.get()).min() {
                Some(first) if page.len() == PAGE && (first > oldest || pages < FEWEST_PAGES) => {
                    before = format!("&before={first}");
                }
                _ => return Ok(None),
            }
        }
        Err(Trouble::Failed(format!("more than {} messages were written since", PAGE * PAGES)))
    }

    /// What the bot lacks in the channel, which must lie in the workspace.
    async fn missing(&self, at: &Destination) -> Result<Vec<Permission>, Trouble> {
        const TAKE_MESSAGES: [u8; 7] = [0, 2, 5, 10, 11, 12, 13];
        let guild = at.workspace.as_str().strip_prefix("discord:").and_then(id).ok_or(Trouble::Gone)?;
        let channel = id(at.channel.as_str()).ok_or(Trouble::Gone)?;
        let here: Channel = match self.rest.call(Call::get(format!("channels/{channel}"))).await {
            Err(refusal) if refusal.code() == MISSING_ACCESS => return Ok(vec![Permission::ViewChannel]),
            here => here.map_err(|refusal| plain_trouble(&refusal))?,
        };
        if here.guild_id.is_none_or(|of| of.get() != guild) {
            return Err(Trouble::Gone);
        }
        if !TAKE_MESSAGES.contains(&here.kind) {
            return Err(Trouble::Refused("no messages can be posted in a channel of that kind".into()));
        }
        let in_thread = here.is_thread();
        let overwrites = match here.parent_id {
            Some(parent) if in_thread => {
                self.read::<Channel>(format!("channels/{parent}")).await?.permission_overwrites
            }
            _ => here.permission_overwrites,
        };
        let me = self.me().await.map_err(|refusal| plain_trouble(&refusal))?;
        let guild_now: Guild = self.read(format!("guilds/{guild}")).await?;
        let membership: Membership = self.read(format!("guilds/{guild}/members/{me}")).await?;
        let granted = permissions::granted(&guild_now, me, &membership.roles, &overwrites);
        Ok(permissions::lacking(granted, in_thread))
    }

    async fn read<T: serde::de::DeserializeOwned>(&self, path: String) -> Result<T, Trouble> {
        self.rest.call(Call::get(path)).await.map_err(|refusal| plain_trouble(&refusal))
    }

    /// What a refusal means, with what is lacking where that is the reason.
    async fn trouble(&self, at: &Destination, refusal: &Refusal) -> Trouble {
        if matches!(refusal.code(), MISSING_ACCESS | MISSING_PERMISSIONS) {
            match self.missing(at).await {
                Ok(missing) if !missing.is_empty() => return Trouble::Lacking(missing),
                Err(Trouble::Gone) => return Trouble::Gone,
                _ => {}
            }
        }
        plain_trouble(refusal)
    }

    async fn whisper(&self, person: &PersonId, card: &Card, known: Option<Known<'_>>) -> Result<(), Trouble> {
        let channel = self.private(person).await?;
        let message = known.map_or_else(|| render::message(card, Seen::ByAll, None), |known| once(card, known));
        let sent = self.rest.tell(Call::post(format!("channels/{channel}/messages"), message)).await;
        sent.map_err(|refusal| plain_trouble(&refusal))
    }

    /// The channel in which somebody is told something in private; the same each time.
    async fn private(&self, person: &PersonId) -> Result<ChannelId, Trouble> {
        let person = id(person.as_str()).ok_or(Trouble::Gone)?;
        let open = Call::post("users/@me/channels", json!({"recipient_id": person.to_string()}));
        let opened: Result<Opened, Refusal> = self.rest.call(open).await;
        // Nothing is said by opening it, whatever became of that.
        opened.map(|opened| opened.id).map_err(|refusal| match plain_trouble(&refusal) {
            Trouble::Failed(reason) => Trouble::Unsent(reason),
            other => other,
        })
    }

    /// No permission hides what stands there, so that what is not seen does not stand.
    async fn look_in_private(&self, workspace: &WorkspaceId, person: &PersonId, mark: &str, since: Timestamp) -> Found {
        let found = async {
            let channel = store::ChannelId::new(self.private(person).await?.to_string());
            self.search(&Destination { workspace: workspace.clone(), channel }, mark, since).await
        };
        match found.await {
            Ok(found) => found.map_or(Found::No, Found::Yes),
            Err(trouble) => Found::Undecided(trouble),
        }
    }
}

/// A message that stays one when it is sent again within minutes, and is found again by its mark.
fn once(card: &Card, known: Known<'_>) -> Value {
    let mut message = render::message(card, Seen::ByAll, Some(known.mark));
    message["nonce"] = known.nonce.into();
    message["enforce_nonce"] = true.into();
    message
}

#[derive(serde::Deserialize)]
struct Opened {
    id: ChannelId,
}

impl Platform for Outgoing {
    fn post<'a>(&'a self, to: &'a Destination, card: &'a Card, nonce: &'a str, mark: &'a str) -> Pending<'a, Sent> {
        Box::pin(self.send(to, card, nonce, mark))
    }

    fn find<'a>(&'a self, at: &'a Destination, mark: &'a str, since: Timestamp) -> Pending<'a, Found> {
        Box::pin(self.look(at, mark, since))
    }

    fn lacking<'a>(&'a self, at: &'a Destination) -> Pending<'a, Result<Vec<Permission>, Trouble>> {
        Box::pin(self.missing(at))
    }

    fn tell<'a>(
        &'a self,
        _workspace: &'a WorkspaceId,
        person: &'a PersonId,
        card: &'a Card,
        known: Option<Known<'a>>,
    ) -> Pending<'a, Result<(), Trouble>> {
        Box::pin(self.whisper(person, card, known))
    }

    fn find_told<'a>(
        &'a self,
        workspace: &'a WorkspaceId,
        person: &'a PersonId,
        mark: &'a str,
        since: Timestamp,
    ) -> Pending<'a, Found> {
        Box::pin(self.look_in_private(workspace, person, mark, since))
    }

    fn reads_messages(&self, _workspace: &WorkspaceId) -> bool {
        self.reads_messages.load(Ordering::Relaxed)
    }

    fn on_a_message(&self, _workspace: &WorkspaceId) -> &'static str {
        "right-click or hold it, then Apps"
    }
}

fn plain_trouble(refusal: &Refusal) -> Trouble {
    match refusal {
        Refusal::Busy(wait) => Trouble::Busy(*wait),
        Refusal::Refused { status: 404, .. } => Trouble::Gone,
        Refusal::Refused { code: TAKES_NO_MESSAGES, .. } => Trouble::Closed,
        Refusal::Refused { code: WRONG_KIND_OF_CHANNEL, .. } => {
            Trouble::Refused("no messages can be posted in a channel of that kind".into())
        }
        Refusal::Refused { code: OPENED_TOO_FAST, .. } => Trouble::Busy(UNTIL_MORE_ARE_OPENED),
        // Without a code it was no judgement of what was asked: the token, or something before Discord.
        Refusal::Unsent | Refusal::Refused { code: 0, .. } => Trouble::Unsent(refusal.to_string()),
        Refusal::Refused { .. } => Trouble::Refused(refusal.to_string()),
        Refusal::Lost(_) | Refusal::Failed(_) => Trouble::Failed(refusal.to_string()),
    }
}

fn id(text: &str) -> Option<u64> {
    text.parse().ok().filter(|id| *id != 0)
}

/// The smallest id that a message written at that time can have.
fn first_id_at(time: Timestamp) -> u64 {
    u64::try_from(time.as_millisecond() - EPOCH).unwrap_or(0) << 22
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_tells_its_time() {
        // The example of Discord's own reference.
        let time: Timestamp = "2016-04-30T11:18:25.796Z".parse().unwrap();
        assert_eq!(first_id_at(time) >> 22, 175_928_847_299_117_063 >> 22);
        assert_eq!(first_id_at(Timestamp::UNIX_EPOCH), 0);
    }
}
