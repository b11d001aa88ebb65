//! Everything that a page needs to begin with. Commands come from the bot's own table: a new one appears by itself.

use serde_json::{Value, json};

use super::{
    seats::{self, CHANNELS, ROLES, Seat, Sitter},
    serve::Desk,
    sessions::Viewer,
    wire::Choice,
};
use crate::bot::{
    Bot, Caller,
    commands::{Command, Kind, Opt, TABLE, Takes, Who},
};

/// The room as somebody in a seat sees it.
pub(super) fn of(desk: &Desk, sitter: &Sitter, viewer: Option<&Viewer>) -> Value {
    let snapshot = desk.hall.snapshot(viewer);
    let workspace = seats::workspace();
    let channels: Vec<Value> = snapshot
        .messages
        .iter()
        .map(|(channel, messages)| {
            let watched = desk.bot.watches(&workspace, &seats::place(channel));
            json!({"id": channel.id, "name": channel.name, "watched": watched, "messages": messages})
        })
        .collect();
    let of_kind = |kind: Kind| TABLE.iter().filter(move |row| row.kind == kind);
    let caller = sitter.caller(&CHANNELS[0]);
    json!({
        "seat": sitter.seat,
        "me": sitter.id(),
        "seats": Seat::ALL.map(|seat| json!({"id": seat, "name": seat.name(), "role": seat})),
        "channels": channels,
        "private": snapshot.private,
        "commands": of_kind(Kind::Slash).map(|row| command(&desk.bot, &caller, row)).collect::<Vec<_>>(),
        "message_commands": of_kind(Kind::Message)
            .map(|row| json!({"name": row.name, "who": who(row.who), "own_only": row.who == Who::Author}))
            .collect::<Vec<_>>(),
        "roles": ROLES.iter().map(|role| json!({"id": role.id, "name": role.name})).collect::<Vec<_>>(),
        "version": env!("CARGO_PKG_VERSION"),
        "last": snapshot.last,
    })
}

fn who(who: Who) -> &'static str {
    match who {
        Who::Anyone | Who::Author => "anyone",
        Who::Staff => "staff",
        Who::ManageServer => "manage",
    }
}

fn command(bot: &Bot, caller: &Caller, row: &Command) -> Value {
    let options: Vec<Value> = row.options.iter().map(|one| option(bot, caller, row, one)).collect();
    json!({"name": row.name, "summary": row.summary, "who": who(row.who), "options": options})
}

/// Suggested values are suggestions: anything else can be typed, and more are found at `/room/suggest`.
fn option(bot: &Bot, caller: &Caller, row: &Command, option: &Opt) -> Value {
    let named = |value: &str, label: &str| Choice { value: value.into(), label: label.into(), note: None };
    let (kind, choices) = match option.takes {
        Takes::Text(_) => ("text", Vec::new()),
        Takes::Suggested => ("text", bot.suggest(caller, row.name, option.name, "").iter().map(Choice::from).collect()),
        Takes::TextChannel | Takes::AnyChannel => ("channel", CHANNELS.iter().map(|c| named(c.id, c.name)).collect()),
        Takes::Role => ("role", ROLES.iter().map(|role| named(role.id, role.name)).collect()),
    };
    let limit = if let Takes::Text(most) = option.takes { Some(most) } else { None };
    json!({
        "name": option.name, "summary": option.summary, "kind": kind, "required": option.required,
        "choices": choices, "limit": limit,
    })
}
