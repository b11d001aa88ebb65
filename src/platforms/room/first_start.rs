//! What a room holds when somebody comes in: at the very first start its settings and today's tip; at every start the
//! tips that stood in its channels, and a few tickets, so that there is something to coach.

use std::collections::BTreeMap;

use jiff::{SignedDuration, tz::TimeZone};

use super::{
    hall::Hall,
    seats::{self, CHANNELS, Channel, STAFF, SUPPORT, Seat, Sitter, TEAM},
    wire::Author,
};
use crate::{
    bot::{Answer, Ask, Bot, Error, Heard, OptionValue, Request, Tone},
    store::{ChannelId, RoleId},
    tips::written,
};

/// When the first schedule posts.
const TIME: &str = "09:00";

/// Who wrote a ticket, how many minutes ago, and what.
const TICKETS: &[(&str, &str, i64, &str)] = &[
    (
        "amara",
        "Amara (example)",
        64,
        "The scanner in room 12 still saves to the old folder. Can it be pointed at the new one?",
    ),
    ("jonas", "Jonas (example)", 41, "Day three, no accounts. I've just been sitting here."),
    ("mei", "Mei (example)", 23, "I think I did something stupid. I entered my password on that parcel page."),
    ("tomasz", "Tomasz (example)", 9, "PRINTER. AGAIN. Contracts due at noon!!!"),
    ("priya", "Priya (example)", 2, "Fourth drop since 9. I'm mid-demo with a client and look like a fool."),
];

/// Makes the room ready for whoever comes in.
pub(super) async fn prepare(bot: &Bot, hall: &Hall, examples: bool) -> Result<(), Error> {
    let workspace = seats::workspace();
    let first = bot.is_new(&workspace).await?;
    bot.arrived(&workspace).await?;
    for channel in CHANNELS {
        for stands in bot.standing(&workspace, &seats::place(channel)).await? {
            hall.restore(channel, stands.message.as_str(), stands.at, &stands.card);
        }
    }
    if first {
        settle_in(bot, hall).await;
    }
    if examples && let Some(support) = seats::channel(SUPPORT) {
        play_tickets(bot, hall, support);
    }
    Ok(())
}

/// What a lead would do on the first day, by the commands that they have.
async fn settle_in(bot: &Bot, hall: &Hall) {
    let Some(team) = seats::channel(TEAM) else { return };
    let (support, posting) =
        (OptionValue::Channel(ChannelId::new(SUPPORT)), OptionValue::Channel(ChannelId::new(TEAM)));
    let text = |words: &str| OptionValue::Text(words.to_owned());
    let steps: [(&str, Vec<(&str, OptionValue)>); 4] = [
        ("watch staff", vec![("role", OptionValue::Role(RoleId::new(STAFF)))]),
        ("watch add", vec![("channel", support)]),
        ("daily on", vec![("channel", posting.clone()), ("time", text(TIME)), ("zone", text(&zone()))]),
        ("daily now", vec![("channel", posting)]),
    ];
    for (name, options) in steps {
        if !done(bot, hall, team, name, options).await {
            tracing::warn!(target: "bedside::room", command = name, "a step of the first start was not taken");
        }
    }
}

async fn done(bot: &Bot, hall: &Hall, at: &Channel, name: &str, options: Vec<(&str, OptionValue)>) -> bool {
    let options: BTreeMap<_, _> = options.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let ask = Ask::Command { name: name.to_owned(), options };
    let event = format!("room:{}", hall.number());
    let answer = bot.answer(Request { event, caller: Sitter::from(Seat::Lead).caller(at), ask }).await;
    matches!(answer, Answer::Card(card) if card.tone == Tone::Good)
}

/// The zone that this machine lives in, as far as it says.
fn zone() -> String {
    let here = TimeZone::system().iana_name().and_then(|name| written::zone(name).ok());
    here.map_or_else(|| "UTC".to_owned(), |zone| zone.name().to_owned())
}

fn play_tickets(bot: &Bot, hall: &Hall, support: &'static Channel) {
    let now = hall.clock.now();
    for (id, name, minutes, text) in TICKETS {
        let at = now.saturating_add(SignedDuration::from_mins(-minutes)).unwrap_or(now);
        let message = hall.say(support, Author::customer(id, name), at, text);
        let said = seats::said(&message, id, Vec::new(), at, text);
        bot.heard(&seats::workspace(), &seats::place(support), Heard::Written(said));
    }
}
