//! The table of commands becomes Discord's registration, which is replaced only where it differs.

use serde_json::{Map, Value};
use serenity::{
    builder::{CreateCommand, CreateCommandOption},
    model::{
        Permissions,
        application::{CommandOptionType, CommandType, InstallationContext, InteractionContext},
        channel::ChannelType,
    },
};

use super::{
    render::plain_json,
    rest::{Call, Refusal, Rest},
};
use crate::bot::commands::{Command, Kind, Opt, TABLE, Takes, Who};

/// What became of the registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Registered {
    /// It stood already.
    Unchanged,
    /// It was replaced.
    Replaced,
}

/// Makes Discord's list of commands the table's, unless it is already.
pub(super) async fn register(rest: &Rest, application: u64) -> Result<Registered, Refusal> {
    let path = format!("applications/{application}/commands");
    let there: Vec<Value> = rest.call(Call::get(path.as_str())).await?;
    let ours = commands();
    if same(&there, &ours) {
        return Ok(Registered::Unchanged);
    }
    rest.tell(Call::put(path, Value::Array(ours))).await?;
    Ok(Registered::Replaced)
}

/// Every command, as Discord takes it.
fn commands() -> Vec<Value> {
    let mut roots: Vec<&str> = Vec::new();
    for row in TABLE {
        let root = root(row);
        if !roots.contains(&root) {
            roots.push(root);
        }
    }
    roots.into_iter().map(|root| numbered(plain_json(command(root)))).collect()
}

/// Discord's own document wants permissions as a number here; it gives them back as text.
fn numbered(mut command: Value) -> Value {
    if let Some(permissions) = command.get_mut("default_member_permissions")
        && let Some(bits) = permissions.as_str().and_then(|text| text.parse::<u64>().ok())
    {
        *permissions = bits.into();
    }
    command
}

/// The command that the row is a subcommand of, or the row's own name.
fn root(row: &Command) -> &'static str {
    match (row.kind, row.name.split_once(' ')) {
        (Kind::Slash, Some((root, _))) => root,
        _ => row.name,
    }
}

fn command(name: &'static str) -> CreateCommand {
    let rows: Vec<&Command> = TABLE.iter().filter(|row| root(row) == name).collect();
    let first = rows.first().expect("every name is of a row");
    let mut command = CreateCommand::new(name)
        .integration_types(vec![InstallationContext::Guild])
        .contexts(vec![InteractionContext::Guild]);
    command = match first.kind {
        Kind::Message => command.kind(CommandType::Message),
        Kind::Slash if first.name == name => {
            command.kind(CommandType::ChatInput).description(first.summary).set_options(options(first))
        }
        Kind::Slash => {
            let verbs: Vec<_> = rows.iter().filter_map(|row| Some(row.name.split_once(' ')?.1)).collect();
            let subcommands = rows.iter().filter_map(|row| {
                let (_, verb) = row.name.split_once(' ')?;
                let kind = CommandOptionType::SubCommand;
                Some(CreateCommandOption::new(kind, verb, row.summary).set_sub_options(options(row)))
            });
            command
                .kind(CommandType::ChatInput)
                .description(format!("{}: {}", capitalised(name), verbs.join(", ")))
                .set_options(subcommands.collect())
        }
    };
    // A hint to Discord about what to hide; the bot checks for itself at every use.
    if rows.iter().all(|row| row.who == Who::ManageServer) {
        command = command.default_member_permissions(Permissions::MANAGE_GUILD);
    }
    command
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn options(row: &Command) -> Vec<CreateCommandOption> {
    row.options.iter().map(option).collect()
}

fn option(option: &Opt) -> CreateCommandOption {
    let kind = match option.takes {
        Takes::Text(_) | Takes::Suggested => CommandOptionType::String,
        Takes::TextChannel | Takes::AnyChannel => CommandOptionType::Channel,
        Takes::Role => CommandOptionType::Role,
    };
    let built = CreateCommandOption::new(kind, option.name, option.summary).required(option.required);
    match option.takes {
        Takes::Text(most) => built.max_length(most.min(6000)),
        Takes::Suggested => built.set_autocomplete(true),
        Takes::TextChannel => built.channel_types(vec![ChannelType::Text, ChannelType::News]),
        Takes::AnyChannel => built.channel_types(vec![
            ChannelType::Text,
            ChannelType::News,
            ChannelType::Forum,
            ChannelType::Category,
            ChannelType::PublicThread,
            ChannelType::PrivateThread,
            ChannelType::NewsThread,
        ]),
        Takes::Role => built,
    }
}

fn same(there: &[Value], ours: &[Value]) -> bool {
    let told = |commands: &[Value]| {
        let mut told: Vec<String> = commands.iter().map(|command| essence(command).to_string()).collect();
        told.sort();
        told
    };
    told(there) == told(ours)
}

/// What matters of a command or option, without what Discord adds, and without what is as good as absent.
fn essence(value: &Value) -> Value {
    const MATTERS: [&str; 14] = [
        "type",
        "name",
        "description",
        "options",
        "required",
        "autocomplete",
        "channel_types",
        "min_length",
        "max_length",
        "choices",
        "contexts",
        "integration_types",
        "default_member_permissions",
        "nsfw",
    ];
    let absent = |value: &Value| match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(key, value)| MATTERS.contains(&key.as_str()) && !absent(value));
            Value::Object(kept.map(|(key, value)| (key.clone(), essence(value))).map(in_text).collect::<Map<_, _>>())
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(essence).collect();
            if items.iter().all(Value::is_number) {
                items.sort_by_key(Value::as_u64);
            }
            Value::Array(items)
        }
        other => other.clone(),
    }
}

fn in_text((key, value): (String, Value)) -> (String, Value) {
    match value {
        Value::Number(bits) if key == "default_member_permissions" => (key, Value::String(bits.to_string())),
        value => (key, value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_row_is_reachable() {
        let commands = commands();
        let mut names = Vec::new();
        for command in &commands {
            let name = command["name"].as_str().unwrap();
            let subs = command["options"].as_array().into_iter().flatten().filter(|option| option["type"] == 1);
            let before = names.len();
            names.extend(subs.map(|sub| format!("{name} {}", sub["name"].as_str().unwrap())));
            if names.len() == before {
                names.push(name.to_owned());
            }
        }
        let mut rows: Vec<_> = TABLE.iter().map(|row| row.name.to_owned()).collect();
        rows.sort();
        names.sort();
        assert_eq!(names, rows);
    }

    #[test]
    fn what_discord_adds_is_no_difference_and_what_it_lacks_is() {
        let ours = commands();
        let mut there = ours.clone();
        there.reverse();
        for command in &mut there {
            command["id"] = json!("1");
            command["version"] = json!("2");
            command["dm_permission"] = json!(false);
            command["name_localizations"] = Value::Null;
            if let Some(bits) = command.get("default_member_permissions").and_then(Value::as_u64) {
                command["default_member_permissions"] = json!(bits.to_string());
            }
            command.as_object_mut().unwrap().entry("description").or_insert(json!(""));
        }
        assert!(same(&there, &ours));
        there[0]["name"] = json!("other");
        assert!(!same(&there, &ours));
        assert!(!same(&ours[1..], &ours));
    }

    #[test]
    fn managing_is_hidden_from_others_and_nothing_else_is() {
        for command in commands() {
            let name = command["name"].as_str().unwrap();
            let hidden = ["daily", "recap", "watch", "rules", "report"].contains(&name);
            assert_eq!(command.get("default_member_permissions").is_some(), hidden, "{name}");
            assert_eq!(command["contexts"], json!([0]), "{name}");
        }
    }
}
