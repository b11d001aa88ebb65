//! A stand-in for the bot, to be replaced by the real one: it answers just enough to try an adapter.
#![allow(clippy::unused_async)]

use std::{collections::BTreeMap, sync::Mutex, time::Duration};

use super::{
    Action, Answer, Ask, Caller, Card, Choice, Form, Heard, Place, Request,
    answer::{Block, ButtonStyle, Field, Span, plain, text},
};
use crate::store::WorkspaceId;

/// The stand-in.
#[derive(Default)]
pub struct Bot {
    /// What it heard, by conversation.
    pub log: Mutex<BTreeMap<String, Vec<String>>>,
}

impl Bot {
    /// Answers.
    pub async fn answer(&self, request: Request) -> Answer {
        let c = &request.caller;
        let who = format!(
            "{} {} in {} of {:?}; server {} messages {}; event {}",
            c.workspace,
            c.person.id,
            c.place.conversation,
            c.place.parents,
            c.person.manage_server,
            c.person.manage_messages,
            request.event
        );
        match request.ask {
            Ask::Command { name, options } => match name.as_str() {
                "review" if options.is_empty() => form("draft", ""),
                "tip" => {
                    tokio::time::sleep(Duration::from_millis(2500)).await;
                    Answer::Card(card("slow", format!("{who} {options:?}")))
                }
                "privacy" => panic!("canary"),
                "forget-me" => {
                    tokio::time::sleep(Duration::from_millis(1600)).await;
                    form("x", "")
                }
                "coach" => {
                    let log = self.log.lock().expect("stub");
                    Answer::Card(card("heard", format!("{who} {:?}", log.get(c.place.conversation.as_str()))))
                }
                _ => Answer::Card(card(&name, format!("{who} {options:?}"))),
            },
            Ask::MessageCommand { name, message } => Answer::Card(card(
                &name,
                format!(
                    "{who} {} {} {} {} “{}”",
                    message.id, message.author, message.automatic, message.at, message.text
                ),
            )),
            Ask::Action { id, values } => match id.as_str() {
                "share" => Answer::Share(card("public", "shared @everyone".into())),
                "slow" => {
                    tokio::time::sleep(Duration::from_millis(1700)).await;
                    Answer::Update(card("slow update", who))
                }
                "slow-share" => {
                    tokio::time::sleep(Duration::from_millis(1700)).await;
                    Answer::Share(card("public", "slow".into()))
                }
                "form" => form("again", "was typed"),
                _ => Answer::Update(card("updated", format!("{id} {values:?}"))),
            },
            Ask::Form { id, values } if id == "again" => Answer::Update(card("reviewed again", format!("{values:?}"))),
            Ask::Form { id, values } => Answer::Card(card(&id, format!("{values:?}"))),
        }
    }

    /// Suggests.
    pub fn suggest(&self, caller: &Caller, command: &str, option: &str, typed: &str) -> Vec<Choice> {
        vec![Choice {
            value: typed.into(),
            label: format!("{command}/{option}/{typed}/{}", caller.person.id),
            note: None,
        }]
    }

    /// Hears.
    pub fn heard(&self, workspace: &WorkspaceId, place: &Place, heard: Heard) {
        let what = match heard {
            Heard::Written(message) => format!("{workspace} + {} {:?}", message.text, place.parents),
            Heard::Edited { text, .. } => format!("~ {text}"),
            Heard::Deleted(ids) => format!("- {}", ids.len()),
            Heard::Gone => "gone".into(),
        };
        self.log.lock().expect("stub").entry(place.conversation.to_string()).or_default().push(what);
    }

    /// Watches everything.
    pub fn watches(&self, _workspace: &WorkspaceId, _place: &Place) -> bool {
        true
    }

    /// Comes.
    pub async fn arrived(&self, workspace: &WorkspaceId) {
        self.log.lock().expect("stub").entry("comings".into()).or_default().push(format!("+{workspace}"));
    }

    /// Goes.
    pub async fn left(&self, _workspace: &WorkspaceId) {}
}

fn card(title: &str, says: String) -> Card {
    let button = |id: &str| Action::Button { id: id.into(), label: id.into(), style: ButtonStyle::Secondary };
    Card {
        title: title.into(),
        blocks: vec![Block::Text(vec![Span::Words(says), plain(" ok")]), text("more")],
        actions: vec![
            button("share"),
            button("slow"),
            button("slow-share"),
            button("form"),
            button("other"),
            Action::Menu {
                id: "menu".into(),
                prompt: "choose".into(),
                choices: vec![Choice { value: "v1".into(), label: "one".into(), note: Some("first".into()) }],
            },
        ],
        ..Card::default()
    }
}

fn form(id: &str, value: &str) -> Answer {
    Answer::Form(Form {
        id: id.into(),
        title: "Your draft".into(),
        fields: vec![Field {
            id: "draft".into(),
            label: "Draft".into(),
            hint: "write".into(),
            value: value.into(),
            long: true,
            required: true,
            limit: 4000,
        }],
    })
}
