//! From a request to its handler: the cooldown, the permission, and the two kinds of error.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use super::{
    Answer, Ask, Bot, Caller, Card, Error, OptionValue, Request, Tone,
    answer::{Block, Span, plain, text},
    commands::{self, HELP_ME_ANSWER, HOW_DOES_THIS_READ, Who},
    daily,
    error::with_causes,
    figures::Outcome,
    practice::sealed,
    report,
};
use crate::store::{PersonId, Week, WorkspaceId};

/// How many counts may wait for the store at a time. A count is written before the answer goes out; in a rush, or
/// while the store is locked, answers would otherwise wait in one long line for it.
pub(super) const MOST_COUNTING: usize = 16;

/// The options of a command, by name.
pub(super) type Options = BTreeMap<String, OptionValue>;

impl Bot {
    /// Answers a request. What goes wrong is an answer too: the user's with the way out, ours with an apology and a
    /// reference under which the log has the cause.
    pub async fn answer(&self, request: Request) -> Answer {
        let began = Instant::now();
        let Request { caller, ask, .. } = &request;
        let result = match sealed::open(ask) {
            Some((token, inner)) => self.unsealed(caller, token, &inner).await,
            None => self.handle(caller, ask).await,
        };
        self.told(&caller.workspace, ask, began, result)
    }

    /// What the caller gets: the answer, or what went wrong. It counts in the figures.
    pub(super) fn told(
        &self,
        workspace: &WorkspaceId,
        ask: &Ask,
        began: Instant,
        result: Result<Answer, Error>,
    ) -> Answer {
        self.figures().answered(ask, Outcome::of(&result), began.elapsed());
        match result {
            Ok(answer) => answer,
            Err(Error::User(words)) => {
                Answer::Card(Card { title: "Not quite".into(), blocks: vec![text(words)], ..Card::default() })
            }
            Err(Error::Ours(cause)) => {
                let reference = format!("{:06x}", fastrand::u32(..) & 0xff_ffff);
                let cause = with_causes(cause.as_ref());
                tracing::error!(%reference, %workspace, cause, "a request failed");
                apology(&reference)
            }
        }
    }

    pub(super) async fn handle(&self, caller: &Caller, ask: &Ask) -> Result<Answer, Error> {
        self.unhurried(&caller.workspace, &caller.person.id)?;
        match ask {
            Ask::Command { name, options } => {
                let name = commands::meant(name);
                self.allow(caller, name)?;
                let answer = self.command(caller, name, options).await?;
                self.count(caller, name).await;
                Ok(answer)
            }
            Ask::MessageCommand { name, message } => {
                self.allow(caller, name)?;
                let answer = match name.as_str() {
                    HELP_ME_ANSWER => self.help_me_answer(caller, message),
                    HOW_DOES_THIS_READ => self.how_does_this_read(caller, message).await,
                    _ => Err(gone()),
                }?;
                self.count(caller, name).await;
                Ok(answer)
            }
            Ask::Action { id, values } => self.action(caller, id, values).await,
            Ask::Form { id, values } => match id.split_once(':') {
                Some((from @ ("draft" | "again"), held)) => self.draft_submitted(caller, from, held, values).await,
                Some(("practice", card)) => self.practice_submitted(caller, card, values).await,
                Some(("mistake", "")) => self.mistake_submitted(caller, values).await,
                _ => Err(gone()),
            },
        }
    }

    /// Asks whoever is too quick to wait a moment.
    pub(super) fn unhurried(&self, workspace: &WorkspaceId, person: &PersonId) -> Result<(), Error> {
        self.cooldowns.take(workspace, person, self.clock.now()).map_err(|wait| {
            Error::user(format!("You are quick today. Give me {} to catch up, then ask again.", in_words(wait)))
        })
    }

    async fn command(&self, caller: &Caller, name: &str, options: &Options) -> Result<Answer, Error> {
        match name {
            "review" => self.review_command(caller, options).await,
            "coach" => self.coach_command(caller, options),
            "tip" => self.tip_command(caller, options),
            "listen" => self.listen_command(options),
            "practice now" => self.practice_now(caller).await,
            "practice on" => self.practice_on(caller, options).await,
            "practice off" => self.practice_off(caller).await,
            "quiz empathy" => self.quiz_command(caller, "empathy").await,
            "quiz listening" => self.quiz_command(caller, "listening").await,
            "daily on" => daily::on(&self.daily, caller, options).await,
            "daily off" => daily::off(&self.daily, caller, options).await,
            "daily list" => daily::list(&self.daily, caller).await,
            "daily skip" => daily::skip(&self.daily, caller, options).await,
            "daily now" => daily::now(&self.daily, caller, options).await,
            "recap on" => daily::recap::on(&self.daily, caller, options).await,
            "recap off" => daily::recap::off(&self.daily, caller, options).await,
            "watch add" => self.watch_add(caller, options).await,
            "watch remove" => self.watch_remove(caller, options).await,
            "watch list" => self.watch_list(caller).await,
            "watch staff" => self.watch_staff(caller, options).await,
            "rules list" => self.rules_list(caller).await,
            "rules off" => self.rules_off(caller, options).await,
            "rules on" => self.rules_on(caller, options).await,
            "report" => report::report(&self.daily, caller, options).await,
            "privacy" => self.privacy(caller).await,
            "forget-me" => self.forget_me(caller).await,
            "help" => Ok(self.help(caller)),
            _ => Err(gone()),
        }
    }

    /// An action's id is `family:move:argument`; whatever else arrives is from another time, or forged.
    async fn action(&self, caller: &Caller, id: &str, values: &[String]) -> Result<Answer, Error> {
        let mut parts = id.splitn(3, ':');
        let part =
            (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        match part {
            ("review", what, held) => self.review_action(caller, what, held, values).await,
            ("tip", "another", seen) => self.another_tip(caller, seen, false),
            ("tip", "same-topic", seen) => self.another_tip(caller, seen, true),
            ("tip", "share", tip) => self.share_tip(caller, tip),
            ("listen", "about", _) => self.listen_about(values.first().map_or("", String::as_str)),
            ("mistake", "again", _) => self.mistake_again(caller),
            ("practice", what, argument) => self.practice_action(caller, what, argument, values).await,
            ("quiz", what, argument) => self.quiz_action(caller, what, argument, values).await,
            ("watch", "notice", _) => self.share_notice(caller),
            ("privacy", "back-on", _) => self.back_on(caller, values).await,
            _ => Err(gone()),
        }
    }

    fn allow(&self, caller: &Caller, name: &str) -> Result<(), Error> {
        let row = commands::named(name).ok_or_else(gone)?;
        self.require(caller, row.who)
    }

    /// Refuses, with the way out, what somebody may not do.
    pub(super) fn require(&self, caller: &Caller, who: Who) -> Result<(), Error> {
        if self.may(caller, who) {
            if who == Who::Staff {
                self.watching.note_staff(&caller.workspace, &caller.person.id);
            }
            return Ok(());
        }
        Err(Error::user(match who {
            Who::ManageServer => {
                "This changes things for the whole team, so it needs the Manage Server permission. Somebody who runs this server can do it, or grant you that permission."
            }
            _ => {
                "This is for the people who answer customers here. Somebody with Manage Server can name their role with /watch staff. /review, /tip and /listen are yours to use as you are."
            }
        }))
    }

    /// Counts a use of a feature, without a name or a word; a count that fails harms nothing.
    pub(super) async fn count(&self, caller: &Caller, feature: &str) {
        let Ok(_seat) = self.counting.try_acquire() else {
            return tracing::warn!(cause = "too many at once", "a use was not counted");
        };
        let week = Week::of(self.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date());
        // Whoever asks what is kept, or wants it deleted, leaves no new trace by asking.
        let person = (!matches!(feature, "privacy" | "forget-me")).then_some(&caller.person.id);
        if let Err(error) = self.store.count(&caller.workspace, feature, week, person).await {
            tracing::warn!(cause = with_causes(&error), "a use was not counted");
        }
    }
}

/// What an old, forged or unknown action, form or command gets.
pub(super) fn gone() -> Error {
    Error::user(
        "That was too long ago, or is not mine to answer. Nothing is lost: run the command again and I start afresh.",
    )
}

/// What the user gets when it was our fault.
pub fn apology(reference: &str) -> Answer {
    Answer::Card(Card {
        title: "Sorry, that was my fault".into(),
        tone: Tone::Stop,
        blocks: vec![Block::Text(vec![
            plain(
                "Something broke on my side, and nothing of yours was kept. Please try once more; if it happens again, give whoever runs me this reference: ",
            ),
            Span::Code(reference.to_owned()),
        ])],
        ..Card::default()
    })
}

fn in_words(wait: Duration) -> String {
    match wait.as_secs() {
        0 | 1 => "a second".into(),
        seconds => format!("{seconds} seconds"),
    }
}

/// An option's text, trimmed; none where it is empty.
pub(super) fn text_option<'o>(options: &'o Options, name: &str) -> Option<&'o str> {
    match options.get(name) {
        Some(OptionValue::Text(text)) => Some(text.trim()).filter(|t| !t.is_empty()),
        _ => None,
    }
}

/// An option's text, which must be given; who leaves it out is asked for one, with an `example`.
pub(super) fn required<'o>(options: &'o Options, name: &str, example: &str) -> Result<&'o str, Error> {
    text_option(options, name).ok_or_else(|| Error::user(format!("Please say the {name}, as in {example}.")))
}
