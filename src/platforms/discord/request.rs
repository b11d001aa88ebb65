//! What Discord tells of one person's doing becomes a request of the bot's own kind.

use std::{collections::BTreeMap, num::NonZeroU64};

use serenity::model::{Permissions, id::GuildId};

use super::{
    EPOCH,
    payload::{Filled, Given, Interaction, Message},
    places::Places,
};
use crate::{
    bot::{
        Ask, Caller, OptionValue, Request,
        request::{Message as Said, Person},
    },
    store::{self, MessageId, PersonId, RoleId, WorkspaceId},
};

pub(super) fn workspace(guild: GuildId) -> WorkspaceId {
    WorkspaceId::new(format!("discord:{guild}"))
}

/// The server that a workspace is; none where it is another platform's.
pub(super) fn guild(workspace: &WorkspaceId) -> Option<GuildId> {
    let id: NonZeroU64 = workspace.as_str().strip_prefix("discord:")?.parse().ok()?;
    Some(id.into())
}

/// A message without its text; a system message counts as written by a machine.
pub(super) fn said(message: &Message, me: u64) -> Said {
    const WRITTEN_BY_PEOPLE: [u8; 2] = [0, 19]; // a message, a reply
    let author = message.author.as_ref();
    let by_machine = author.is_none_or(|author| author.bot || author.system || author.id.get() == me);
    Said {
        id: MessageId::new(message.id.to_string()),
        author: PersonId::new(author.map(|author| author.id.to_string()).unwrap_or_default()),
        roles: message.member.iter().flat_map(|member| &member.roles).copied().map(role).collect(),
        automatic: by_machine || message.webhook_id.is_some() || !WRITTEN_BY_PEOPLE.contains(&message.kind),
        at: message.timestamp.unwrap_or_else(|| written_at(message.id.get())),
        text: String::new(),
    }
}

fn role(role: serenity::model::id::RoleId) -> RoleId {
    RoleId::new(role.to_string())
}

/// When a snowflake was made: <https://docs.discord.com/developers/reference#snowflakes>.
fn written_at(snowflake: u64) -> jiff::Timestamp {
    let milliseconds = i64::try_from(snowflake >> 22).expect("42 bits") + EPOCH;
    jiff::Timestamp::from_millisecond(milliseconds).unwrap_or_default()
}

/// Who did it and where; nothing outside a server.
pub(super) fn caller(interaction: &Interaction, places: &Places) -> Option<Caller> {
    let (guild, channel) = (interaction.guild_id?, interaction.channel_id?);
    let member = interaction.member.as_ref()?;
    let may = |one| member.permissions.intersects(one | Permissions::ADMINISTRATOR);
    let parent = interaction.channel.as_ref().and_then(|channel| channel.parent_id);
    Some(Caller {
        workspace: workspace(guild),
        place: places.place(guild, channel, parent),
        person: Person {
            id: PersonId::new(member.user.id.to_string()),
            roles: member.roles.iter().copied().map(role).collect(),
            manage_server: may(Permissions::MANAGE_GUILD),
            manage_messages: may(Permissions::MANAGE_MESSAGES),
        },
    })
}

/// Kinds of interaction.
pub(super) const COMMAND: u8 = 2;
pub(super) const COMPONENT: u8 = 3;
pub(super) const AUTOCOMPLETE: u8 = 4;
pub(super) const FORM: u8 = 5;

/// Who pressed something, or sent a form off, in a private conversation with the bot.
pub(super) fn in_private(interaction: &Interaction) -> Option<PersonId> {
    let alone = interaction.guild_id.is_none() && matches!(interaction.kind, COMPONENT | FORM);
    let user = interaction.user.as_ref().filter(|user| alone && !user.bot)?;
    Some(PersonId::new(user.id.to_string()))
}

/// What was asked, by whom; nothing for a kind that the bot does not know.
pub(super) fn request(interaction: &mut Interaction, caller: Caller, me: u64) -> Option<Request> {
    let ask = ask(interaction, me)?;
    Some(Request { event: format!("discord:{}", interaction.id), caller, ask })
}

/// What was asked; nothing for a kind that the bot does not know. Takes the texts out of the interaction.
pub(super) fn ask(interaction: &mut Interaction, me: u64) -> Option<Ask> {
    let data = std::mem::take(&mut interaction.data);
    let ask = match (interaction.kind, data.kind) {
        (COMMAND, None | Some(1)) => {
            let (name, given) = command(data.name, data.options);
            let options = given.into_iter().filter_map(|given| Some((given.name.clone(), value(given)?))).collect();
            Ask::Command { name, options }
        }
        (COMMAND, Some(3)) => {
            let mut messages = data.resolved.messages;
            let mut message = messages.remove(&data.target_id?)?;
            let text = message.content.take().unwrap_or_default();
            Ask::MessageCommand { name: data.name, message: Said { text, ..said(&message, me) } }
        }
        (COMPONENT, _) => Ask::Action { id: data.custom_id, values: data.values },
        (FORM, _) => {
            let mut values = BTreeMap::new();
            for part in data.components {
                gather(part, &mut values);
            }
            Ask::Form { id: data.custom_id, values }
        }
        _ => return None,
    };
    Some(ask)
}

/// The option that is being typed into: the command, the option, and what stands in it so far.
pub(super) fn typed(interaction: &mut Interaction) -> Option<(String, String, String)> {
    let data = std::mem::take(&mut interaction.data);
    let (name, given) = command(data.name, data.options);
    let focused = given.into_iter().find(|given| given.focused)?;
    let so_far = focused.value.as_str().unwrap_or_default().to_owned();
    Some((name, focused.name, so_far))
}

/// The row's name and its options: a subcommand's stand one level down.
fn command(name: String, mut options: Vec<Given>) -> (String, Vec<Given>) {
    const SUBCOMMAND: u8 = 1;
    match options.iter().position(|given| given.kind == SUBCOMMAND) {
        Some(at) => {
            let sub = options.swap_remove(at);
            (format!("{name} {}", sub.name), sub.options)
        }
        None => (name, options),
    }
}

fn value(given: Given) -> Option<OptionValue> {
    let serde_json::Value::String(text) = given.value else { return None };
    // Ids are stored, so nothing but an id passes as one.
    let id = text.parse::<std::num::NonZeroU64>();
    match given.kind {
        3 => Some(OptionValue::Text(text)),
        7 => Some(OptionValue::Channel(store::ChannelId::new(id.ok()?.to_string()))),
        8 => Some(OptionValue::Role(RoleId::new(id.ok()?.to_string()))),
        _ => None,
    }
}

fn gather(part: Filled, values: &mut BTreeMap<String, String>) {
    if let Some(value) = part.value {
        values.insert(part.custom_id, value);
    }
    for inner in part.components.into_iter().chain(part.component.map(|inner| *inner)) {
        gather(inner, values);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn interaction(extra: &serde_json::Value) -> Interaction {
        let mut payload = json!({
            "id": "100", "application_id": "5", "type": 2, "token": "t", "guild_id": "1", "channel_id": "20",
            "channel": {"id": "20", "type": 11, "parent_id": "10"},
            "member": {"user": {"id": "7"}, "roles": ["3"], "permissions": "8192", "nick": null},
            "entitlements": [], "locale": "en-GB",
        });
        payload.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        serde_json::from_value(payload).unwrap()
    }

    fn asked(extra: &serde_json::Value) -> Option<Ask> {
        let mut interaction = interaction(extra);
        let caller = caller(&interaction, &Places::default()).unwrap();
        request(&mut interaction, caller, 5).map(|request| request.ask)
    }

    #[test]
    fn a_subcommand_is_a_row_with_its_options() {
        let ask =
            asked(&json!({"data": {"type": 1, "name": "daily", "options": [{"name": "on", "type": 1, "options": [
            {"name": "channel", "type": 7, "value": "20"}, {"name": "time", "type": 3, "value": "09:00"},
            {"name": "number", "type": 4, "value": 4}, {"name": "other", "type": 7, "value": "not an id"},
            {"name": "role", "type": 8, "value": "0"}]}]}}));
        let Some(Ask::Command { name, options }) = ask else { panic!("{ask:?}") };
        assert_eq!(name, "daily on");
        let expected = [
            ("channel".to_owned(), OptionValue::Channel(store::ChannelId::new("20"))),
            ("time".to_owned(), OptionValue::Text("09:00".into())),
        ];
        assert_eq!(options, BTreeMap::from(expected));
    }

    #[test]
    fn a_message_command_carries_its_message() {
        let message = |author: serde_json::Value| {
            json!({"data": {"type": 3, "name": "Help me answer", "target_id": "55", "resolved": {"messages": {"55": {
                "id": "55", "content": "It broke", "author": author, "timestamp": "2026-01-01T00:00:18.636249+00:00"}}}}})
        };
        let ask = asked(&message(json!({"id": "8"})));
        let Some(Ask::MessageCommand { name, message: said }) = ask else { panic!("{ask:?}") };
        assert_eq!((name.as_str(), said.text.as_str(), said.author.as_str()), ("Help me answer", "It broke", "8"));
        assert!(!said.automatic && said.at.to_string().starts_with("2026-01-01T00:00:18"));
        for machine in [json!({"id": "8", "bot": true}), json!({"id": "5"})] {
            assert!(matches!(asked(&message(machine)), Some(Ask::MessageCommand { message, .. }) if message.automatic));
        }
        assert!(
            asked(&json!({"data": {"type": 3, "name": "x", "target_id": "56"}})).is_none(),
            "an unresolved message"
        );
    }

    #[test]
    fn forms_are_read_from_rows_and_from_labels() {
        let ask = asked(&json!({"type": 5, "data": {"custom_id": "f", "components": [
            {"type": 1, "components": [{"type": 4, "custom_id": "a", "value": "one"}]},
            {"type": 18, "component": {"type": 4, "custom_id": "b", "value": "two"}}]}}));
        let Some(Ask::Form { id, values }) = ask else { panic!("{ask:?}") };
        assert_eq!((id.as_str(), values["a"].as_str(), values["b"].as_str()), ("f", "one", "two"));
    }

    #[test]
    fn a_press_and_a_choice_are_actions_and_the_unknown_is_nothing() {
        let ask = asked(&json!({"type": 3, "data": {"custom_id": "m", "component_type": 3, "values": ["v"]}}));
        assert!(matches!(ask, Some(Ask::Action { id, values }) if id == "m" && values == ["v"]));
        assert!(asked(&json!({"type": 99})).is_none());
    }

    #[test]
    fn the_option_being_typed_is_found() {
        let mut interaction = interaction(&json!({"type": 4, "data": {"type": 1, "name": "daily", "options": [
            {"name": "on", "type": 1, "options": [{"name": "time", "type": 3, "value": "09:00"},
             {"name": "zone", "type": 3, "value": "Eur", "focused": true}]}]}}));
        assert_eq!(typed(&mut interaction), Some(("daily on".into(), "zone".into(), "Eur".into())));
    }

    #[test]
    fn rights_come_from_the_payload_and_a_caller_is_in_a_server() {
        let places = Places::default();
        let caller_of = |extra| caller(&interaction(&extra), &places);
        let plain = caller_of(json!({})).unwrap();
        assert_eq!((plain.workspace.as_str(), plain.place.parents[0].as_str()), ("discord:1", "10"));
        assert!(plain.person.manage_messages && !plain.person.manage_server);
        let member = |bits: u64| json!({"member": {"user": {"id": "7"}, "permissions": bits.to_string()}});
        let lead = caller_of(member(1 << 5)).unwrap().person;
        assert!(lead.manage_server && !lead.manage_messages);
        let owner = caller_of(member(1 << 3)).unwrap().person;
        assert!(owner.manage_server && owner.manage_messages);
        assert!(caller_of(json!({"guild_id": null})).is_none());
    }

    #[test]
    fn in_private_there_is_a_person_and_no_server() {
        let pressed = |extra: serde_json::Value| {
            let mut payload = json!({"guild_id": null, "member": null, "type": 3, "user": {"id": "7"}});
            payload.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            in_private(&interaction(&payload)).map(|person| person.to_string())
        };
        assert_eq!(pressed(json!({})).as_deref(), Some("7"));
        assert_eq!(pressed(json!({"type": 5})).as_deref(), Some("7"));
        for other in [
            json!({"type": 2}),
            json!({"guild_id": "1"}),
            json!({"user": null}),
            json!({"user": {"id": "7", "bot": true}}),
        ] {
            assert_eq!(pressed(other.clone()), None, "{other}");
        }
    }

    #[test]
    fn machines_and_systems_do_not_write() {
        let automatic = |payload: serde_json::Value| said(&serde_json::from_value(payload).unwrap(), 5).automatic;
        assert!(!automatic(json!({"id": "1", "author": {"id": "7"}, "type": 19})));
        assert!(automatic(json!({"id": "1", "author": {"id": "7"}, "type": 7})), "a welcome");
        assert!(automatic(json!({"id": "1", "author": {"id": "5"}})), "the bot itself");
        assert!(automatic(json!({"id": "1", "author": {"id": "7"}, "webhook_id": "9"})));
        assert!(automatic(json!({"id": "1"})));
        let told = json!({"id": "1", "author": {"id": "7"}, "member": {"roles": ["3"], "nick": null}});
        assert_eq!(said(&serde_json::from_value(told).unwrap(), 5).roles, [RoleId::new("3")]);
    }
}
