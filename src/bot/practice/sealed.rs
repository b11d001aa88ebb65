//! The ids in a card that was sent in private. A private conversation belongs to no workspace, so that each id bears
//! a token that leads back to one, for that person alone: it is looked up at every press and never trusted.

use std::time::Instant;

use super::super::{Action, Answer, Ask, Bot, Caller, Card, Error, Person, Place, dispatch::gone};
use crate::store::{ChannelId, PersonId, PracticeMail, WorkspaceId};

/// What a sealed id begins with.
pub(in crate::bot) const MARK: &str = "in";
/// The length of a token.
const TOKEN: usize = 16;
/// What the conversation is called where there is no channel.
const PRIVATE: &str = "private";

/// What stands in a sealed id: the token, and what was asked. Practice alone is ever sealed.
pub(in crate::bot) fn open(ask: &Ask) -> Option<(&str, Ask)> {
    let (Ask::Action { id, .. } | Ask::Form { id, .. }) = ask else { return None };
    let (token, asked) = id.strip_prefix(MARK)?.strip_prefix(':')?.split_once(':')?;
    if token.len() != TOKEN || !asked.starts_with("practice:") {
        return None;
    }
    let mut inner = ask.clone();
    if let Ask::Action { id, .. } | Ask::Form { id, .. } = &mut inner {
        asked.clone_into(id);
    }
    Some((token, inner))
}

fn seal(id: &mut String, token: &str) {
    *id = format!("{MARK}:{token}:{id}");
}

/// A card as it is sent in private: whatever is pressed on it leads back, and one button stops these cards.
pub(super) fn sealed(mut card: Card, token: &str) -> Card {
    if card.actions.is_empty() {
        return card;
    }
    card.actions.push(Action::Button {
        id: "practice:stop:".into(),
        label: "Stop these cards".into(),
        style: super::super::answer::ButtonStyle::Secondary,
    });
    for action in &mut card.actions {
        let (Action::Button { id, .. } | Action::Menu { id, .. }) = action;
        seal(id, token);
    }
    card
}

fn sealed_answer(answer: Answer, token: &str) -> Answer {
    match answer {
        Answer::Card(card) => Answer::Card(sealed(card, token)),
        Answer::Update(card) => Answer::Update(sealed(card, token)),
        Answer::Form(mut form) => {
            seal(&mut form.id, token);
            Answer::Form(form)
        }
        // There is nobody to share with.
        Answer::Share(card) => Answer::Card(card),
    }
}

impl Bot {
    /// Answers what somebody did in their private conversation with the bot on a platform, where no workspace is
    /// known but by a card that was sent there.
    pub async fn answer_in_private(&self, platform: &str, person: PersonId, ask: Ask) -> Answer {
        let began = Instant::now();
        let nowhere = WorkspaceId::new(platform);
        let result = match open(&ask) {
            Some((token, inner)) => self.opened(platform, &nowhere, person, token, &inner).await,
            None => Err(gone()),
        };
        self.told(&nowhere, &ask, began, result)
    }

    async fn opened(
        &self,
        platform: &str,
        nowhere: &WorkspaceId,
        person: PersonId,
        token: &str,
        ask: &Ask,
    ) -> Result<Answer, Error> {
        self.unhurried(nowhere, &person)?;
        let row = self.mail_of(token, &person).await?;
        if row.workspace.as_str().split(':').next() != Some(platform) {
            return Err(gone());
        }
        let person = Person { id: person, roles: Vec::new(), manage_server: false, manage_messages: false };
        let place = Place { conversation: ChannelId::new(PRIVATE), parents: Vec::new() };
        let caller = Caller { workspace: row.workspace, place, person };
        Ok(sealed_answer(self.handle(&caller, ask).await?, token))
    }

    /// Answers what was pressed on a card sent in private, on a platform where it is pressed within the workspace.
    pub(in crate::bot) async fn unsealed(&self, caller: &Caller, token: &str, ask: &Ask) -> Result<Answer, Error> {
        let row = self.mail_of(token, &caller.person.id).await?;
        if row.workspace != caller.workspace {
            return Err(gone());
        }
        Ok(sealed_answer(self.handle(caller, ask).await?, token))
    }

    async fn mail_of(&self, token: &str, person: &PersonId) -> Result<PracticeMail, Error> {
        self.store.practice_mail_by(token, person).await?.ok_or_else(|| {
            Error::user(
                "These cards were stopped, so this one is no longer mine to answer. In your team's server, /practice now deals one at once and /practice on sends them again.",
            )
        })
    }
}
