//! Cards in private at chosen times: `practice on`, `practice off`, and the button that stops them.

use super::{
    super::{
        Answer, Bot, Caller, Card, Error, Tone,
        answer::{Block, Line, Span, plain, strong, text},
        dispatch::{Options, required, text_option},
    },
    sending::{MOST_FAILURES, next_after, schedule_of},
};
use crate::{
    store::{MailTimes, PersonId, WorkspaceId},
    tips::{Days, Schedule, written},
};

fn done(title: &str, blocks: Vec<Block>) -> Card {
    Card { title: title.into(), tone: Tone::Good, blocks, ..Card::default() }
}

impl Bot {
    pub(in crate::bot) async fn practice_on(&self, caller: &Caller, options: &Options) -> Result<Answer, Error> {
        let schedule = Schedule {
            time: written::time(required(options, "time", "09:00")?)?,
            zone: written::zone(required(options, "zone", "Europe/London")?)?,
            days: text_option(options, "days").map_or(Ok(Days::WEEKDAYS), written::days)?,
        };
        let (workspace, person) = (&caller.workspace, &caller.person.id);
        let before = self.store.practice_mail(workspace, person).await?;
        let last = before.as_ref().and_then(|row| row.last_due);
        let next = next_after(&schedule, self.clock.now(), last);
        let next = next.ok_or_else(|| Error::user("That time never comes."))?;
        let times = MailTimes {
            time: schedule.time.to_string(),
            zone: schedule.zone.name().to_owned(),
            days: schedule.days.to_string(),
        };
        self.store.set_practice_mail(workspace, person, &times, next).await?;
        self.mail_changed.notify_one();
        let title = if before.is_some() { "Your practice cards are changed" } else { "Practice cards are on" };
        let blocks = vec![
            Block::Text(vec![
                plain("One card, in private: "),
                strong(format!("{} at {} ({})", times.days, times.time, times.zone)),
                plain(format!(". The next one comes {}.", schedule.zone.wording(next))),
            ]),
            Block::Text(vec![
                plain(
                    "A card that you leave is no matter: nothing piles up, and nobody counts. A button on each card stops them, and so does ",
                ),
                Span::Code("/practice off".into()),
                plain("."),
            ]),
        ];
        Ok(Answer::Card(done(title, blocks)))
    }

    pub(in crate::bot) async fn practice_off(&self, caller: &Caller) -> Result<Answer, Error> {
        let were_on = self.store.remove_practice_mail(&caller.workspace, &caller.person.id).await?;
        Ok(Answer::Card(if were_on {
            stopped()
        } else {
            done(
                "Practice cards are off",
                vec![text("None were sent to you. /practice now deals one whenever you like.")],
            )
        }))
    }

    /// The button on a card that was sent in private.
    pub(super) async fn stop_practice(&self, caller: &Caller) -> Result<Answer, Error> {
        self.store.remove_practice_mail(&caller.workspace, &caller.person.id).await?;
        Ok(Answer::Update(stopped()))
    }

    /// Said once, where cards were stopped because the person could not be reached.
    pub(super) async fn was_unreachable(
        &self,
        workspace: &WorkspaceId,
        person: &PersonId,
    ) -> Result<Option<Line>, Error> {
        let row = self.store.practice_mail(workspace, person).await?;
        if row.is_none_or(|row| row.failures < MOST_FAILURES || row.next_due.is_some()) {
            return Ok(None);
        }
        self.store.remove_practice_mail(workspace, person).await?;
        Ok(Some(vec![plain(
            "I could not reach you in private three times running, so I stopped sending you cards. Allow direct messages from this server and run /practice on, if you want them again.",
        )]))
    }

    /// A workspace has the bot (again): private cards that rested go on from their next date.
    pub(in crate::bot) async fn practice_returned(&self, workspace: &WorkspaceId) -> Result<(), Error> {
        for row in self.store.resting_practice_mail(workspace, MOST_FAILURES).await? {
            let Ok(schedule) = schedule_of(&row) else { continue };
            let next = next_after(&schedule, self.clock.now(), row.last_due);
            self.store.move_practice_mail(&row, next).await?;
            self.mail_changed.notify_one();
        }
        Ok(())
    }
}

fn stopped() -> Card {
    done(
        "Practice cards are off",
        vec![
            text(
                "I send you no more of them. What you remember of each card stays, so that /practice now goes on from here; /forget-me deletes it.",
            ),
            text("In your team's server, /practice on sends them again."),
        ],
    )
}
