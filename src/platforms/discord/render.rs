//! Cards and forms become what Discord shows, within its limits.

use serde_json::{Value, json};
use serenity::{
    builder::{
        CreateActionRow, CreateButton, CreateEmbed, CreateEmbedFooter, CreateInputText, CreateModal, CreateSelectMenu,
        CreateSelectMenuKind, CreateSelectMenuOption,
    },
    model::application::{ButtonStyle as Style, InputTextStyle},
};

use super::{
    describe::{blocks, web_address},
    escape::{escape_within, length, shorten},
};
use crate::bot::answer::{Action, ButtonStyle, Card, Choice, Field, Form, Tone};

/// Discord's limits, in characters unless said otherwise:
/// <https://docs.discord.com/developers/resources/message#embed-object-embed-limits> and the component reference.
pub(super) mod limit {
    pub(crate) const TITLE: usize = 256;
    pub(crate) const DESCRIPTION: usize = 4096;
    pub(crate) const FOOTER: usize = 2048;
    /// Everything in a message's embeds together.
    pub(crate) const EMBED: usize = 6000;
    pub(crate) const ROWS: usize = 5;
    pub(crate) const BUTTONS_IN_A_ROW: usize = 5;
    pub(crate) const CUSTOM_ID: usize = 100;
    pub(crate) const BUTTON: usize = 80;
    pub(crate) const CHOICES: usize = 25;
    pub(crate) const CHOICE: usize = 100;
    pub(crate) const PROMPT: usize = 150;
    pub(crate) const FORM_TITLE: usize = 45;
    pub(crate) const FIELDS: usize = 5;
    pub(crate) const FIELD: usize = 45;
    pub(crate) const HINT: usize = 100;
    pub(crate) const VALUE: u16 = 4000;
}

/// Shown to the caller alone.
pub(super) const EPHEMERAL: u64 = 1 << 6;

/// Who sees a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// The caller alone.
    ByCaller,
    /// Everybody in the conversation, or whoever saw the message that this replaces.
    ByAll,
}

/// A message that shows the card; `mark` stands in its small print.
pub(super) fn message(card: &Card, seen: Seen, mark: Option<&str>) -> Value {
    let mut message = json!({
        "embeds": [plain_json(embed(card, mark))],
        "components": plain_json(rows(&card.actions)),
        "allowed_mentions": {"parse": []},
    });
    if seen == Seen::ByCaller {
        message["flags"] = EPHEMERAL.into();
    }
    message
}

/// The form.
pub(super) fn form(form: &Form) -> Value {
    let fields = form.fields.iter().take(limit::FIELDS).map(|f| CreateActionRow::InputText(input(f))).collect();
    plain_json(CreateModal::new(&form.id, shorten(&form.title, limit::FORM_TITLE)).components(fields))
}

/// Suggestions while an option is typed.
pub(super) fn suggestions(choices: &[Choice]) -> Value {
    let fits = |choice: &&Choice| length(&choice.value) <= limit::CHOICE && !choice.label.is_empty();
    let choices: Vec<_> = choices
        .iter()
        .filter(fits)
        .take(limit::CHOICES)
        .map(|choice| json!({"name": shorten(&choice.label, limit::CHOICE), "value": choice.value}))
        .collect();
    json!({"choices": choices})
}

/// Serenity writes out what is absent as null, which Discord's own document does not allow everywhere.
pub(super) fn plain_json(value: impl serde::Serialize) -> Value {
    let mut value = serde_json::to_value(value).expect("builders hold nothing but strings, numbers and lists");
    drop_nulls(&mut value);
    value
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

fn embed(card: &Card, mark: Option<&str>) -> CreateEmbed {
    let (title, _) = escape_within(&card.title, limit::TITLE);
    let small: Vec<&str> = card.footer.as_deref().into_iter().chain(mark).filter(|text| !text.is_empty()).collect();
    // The mark stands last and is never cut.
    let footer = match (card.footer.as_deref(), mark) {
        (Some(text), Some(mark)) if length(text) + length(mark) + 3 > limit::FOOTER / 2 => {
            format!("{} · {mark}", shorten(text, limit::FOOTER / 2 - length(mark) - 3))
        }
        _ => shorten(&small.join(" · "), limit::FOOTER / 2),
    };
    let room = limit::DESCRIPTION.min(limit::EMBED - length(&title) - length(&footer));
    let mut description = blocks(&card.blocks, room);
    if title.is_empty() && description.is_empty() {
        description.push('\u{200B}');
    }
    let mut embed = CreateEmbed::new().colour(colour(card.tone));
    if !title.is_empty() {
        embed = embed.title(title);
    }
    if let Some(link) = card.link.as_deref().filter(|link| web_address(link).is_some()) {
        embed = embed.url(link);
    }
    if !description.is_empty() {
        embed = embed.description(description);
    }
    if !footer.is_empty() {
        embed = embed.footer(CreateEmbedFooter::new(footer));
    }
    embed
}

fn colour(tone: Tone) -> u32 {
    match tone {
        Tone::Plain => 0x5b_7d_b1,
        Tone::Good => 0x4f_9d_69,
        Tone::Care => 0xd9_a4_41,
        Tone::Stop => 0xc2_4d_4d,
    }
}

/// Buttons fill rows of five; a menu has a row to itself. What does not fit, or would be refused, is left out.
fn rows(actions: &[Action]) -> Vec<CreateActionRow> {
    let mut rows: Vec<CreateActionRow> = Vec::new();
    let mut taken = std::collections::HashSet::new();
    for action in actions {
        let (Action::Button { id, .. } | Action::Menu { id, .. }) = action;
        if id.is_empty() || length(id) > limit::CUSTOM_ID || !taken.insert(id) {
            tracing::error!(target: "bedside::discord", length = length(id), "an action's id is empty, too long or used twice");
            continue;
        }
        match action {
            Action::Button { id, label, style } => {
                let button = CreateButton::new(id).label(shorten(label, limit::BUTTON)).style(match style {
                    ButtonStyle::Primary => Style::Primary,
                    ButtonStyle::Secondary => Style::Secondary,
                    ButtonStyle::Danger => Style::Danger,
                });
                match rows.last_mut() {
                    Some(CreateActionRow::Buttons(row)) if row.len() < limit::BUTTONS_IN_A_ROW => row.push(button),
                    _ => rows.push(CreateActionRow::Buttons(vec![button])),
                }
            }
            Action::Menu { id, prompt, choices } if !choices.is_empty() => {
                rows.push(CreateActionRow::SelectMenu(menu(id, prompt, choices)));
            }
            Action::Menu { .. } => {}
        }
    }
    if rows.len() > limit::ROWS {
        tracing::error!(target: "bedside::discord", rows = rows.len(), "a card has more actions than Discord shows");
        rows.truncate(limit::ROWS);
    }
    rows
}

fn menu(id: &str, prompt: &str, choices: &[Choice]) -> CreateSelectMenu {
    let mut taken = std::collections::HashSet::new();
    let options = choices
        .iter()
        .filter(|choice| length(&choice.value) <= limit::CHOICE && taken.insert(&choice.value))
        .take(limit::CHOICES)
        .map(|choice| {
            let option = CreateSelectMenuOption::new(shorten(&choice.label, limit::CHOICE), &choice.value);
            match &choice.note {
                Some(note) => option.description(shorten(note, limit::CHOICE)),
                None => option,
            }
        })
        .collect();
    CreateSelectMenu::new(id, CreateSelectMenuKind::String { options }).placeholder(shorten(prompt, limit::PROMPT))
}

fn input(field: &Field) -> CreateInputText {
    let most = field.limit.clamp(1, limit::VALUE);
    let style = if field.long { InputTextStyle::Paragraph } else { InputTextStyle::Short };
    let mut input = CreateInputText::new(style, shorten(&field.label, limit::FIELD), &field.id)
        .required(field.required)
        .max_length(most);
    if !field.hint.is_empty() {
        input = input.placeholder(shorten(&field.hint, limit::HINT));
    }
    if !field.value.is_empty() {
        input = input.value(shorten(&field.value, most.into()));
    }
    input
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        bot::answer::{Block, Span, plain, strong, text},
        store::{ChannelId, RoleId},
    };

    fn described(content: Vec<Block>) -> String {
        let card = Card { title: "t".into(), blocks: content, ..Card::default() };
        message(&card, Seen::ByCaller, None)["embeds"][0]["description"].as_str().unwrap().to_owned()
    }

    #[test]
    fn a_card_becomes_an_embed_for_the_caller_alone() {
        let card = Card {
            title: "Reads *well*".into(),
            link: Some("https://example.org/a".into()),
            tone: Tone::Good,
            blocks: vec![
                Block::Heading("One strength".into()),
                Block::Text(vec![plain("You said "), Span::Words("I see\nhow".into()), plain("."), strong("Go_on")]),
                Block::Bullets(vec![vec![plain("- a")], vec![Span::Code("x`y".into())]]),
                Block::Steps(vec![vec![plain("first")], vec![Span::Channel(ChannelId::new("12"))]]),
                Block::Quote("two\n# lines".into()),
                Block::Text(vec![Span::Role(RoleId::new("7")), Span::Role(RoleId::new("@everyone"))]),
                Block::Text(vec![
                    Span::Link { text: "Read [more]".into(), url: "https://e.org/a_(b)".into() },
                    Span::Link { text: "no".into(), url: "javascript:alert(1)".into() },
                ]),
            ],
            footer: Some("small".into()),
            actions: vec![],
        };
        let shown = message(&card, Seen::ByCaller, Some("2026-01-01 · abcdef12"));
        let embed = &shown["embeds"][0];
        assert_eq!(embed["title"], "Reads \\*well\\*");
        assert_eq!(embed["footer"]["text"], "small · 2026-01-01 · abcdef12");
        assert_eq!(
            embed["description"],
            "**One strength**\nYou said “I see how”.**Go\\_on**\n\n- \\- a\n- `xˋy`\n\n1. first\n2. <#12>\n\n\
             > two\n> \\# lines\n\n<@&7>`@everyone`\n\n[Read \\[more\\]](https://e.org/a_%28b%29)no"
        );
        assert_eq!((&shown["flags"], &shown["allowed_mentions"]), (&json!(64), &json!({"parse": []})));
        assert!(message(&card, Seen::ByAll, None).get("flags").is_none());
    }

    #[test]
    fn everyone_in_a_draft_pings_nobody_and_a_masked_link_shows_its_face() {
        let shown = described(vec![text("@everyone [safe](https://bad.example) `x`")]);
        assert_eq!(shown, "@\u{200B}everyone \\[safe\\](https://bad.example) \\`x\\`");
    }

    #[test]
    fn too_much_is_cut_with_grace_and_keeps_every_limit() {
        let long = "`word* ".repeat(2000);
        let card = Card {
            title: long.clone(),
            blocks: (0..50)
                .flat_map(|_| [Block::Heading(long.clone()), Block::Quote(long.clone()), text(long.clone())])
                .collect(),
            footer: Some(long.clone()),
            ..Card::default()
        };
        let shown = message(&card, Seen::ByAll, Some("the-mark"));
        let size = |part: &Value| length(part.as_str().unwrap());
        let embed = &shown["embeds"][0];
        let (title, footer) = (size(&embed["title"]), size(&embed["footer"]["text"]));
        assert!(title <= limit::TITLE && footer <= limit::FOOTER);
        assert!(embed["footer"]["text"].as_str().unwrap().ends_with("the-mark"));
        let description = size(&embed["description"]);
        assert!((3500..=limit::DESCRIPTION).contains(&description), "{description}");
        assert!(title + footer + description <= limit::EMBED);
        assert!(embed["description"].as_str().unwrap().trim_end_matches('*').ends_with('…'));
    }

    #[test]
    fn an_empty_card_is_still_something_to_show() {
        let shown = message(&Card::default(), Seen::ByCaller, None);
        assert_eq!(shown["embeds"][0]["description"], "\u{200B}");
    }

    #[test]
    fn actions_fill_rows_and_what_would_be_refused_is_left_out() {
        let button = |id: &str| Action::Button { id: id.into(), label: "x".repeat(90), style: ButtonStyle::Primary };
        let choice = |value: &str| Choice { value: value.into(), label: "l".into(), note: Some("n".repeat(200)) };
        let menu =
            Action::Menu { id: "m".into(), prompt: "p".into(), choices: vec![choice("a"), choice("a"), choice("b")] };
        let mut actions: Vec<_> = (0..7).map(|n| button(&n.to_string())).collect();
        actions.extend([menu, button("0"), button(&"i".repeat(101)), button("")]);
        let shown = message(&Card { actions, ..Card::default() }, Seen::ByCaller, None);
        let sizes: Vec<_> = shown["components"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["components"].as_array().unwrap().len())
            .collect();
        assert_eq!(sizes, [5, 2, 1]);
        assert_eq!(length(shown["components"][0]["components"][0]["label"].as_str().unwrap()), limit::BUTTON);
        assert_eq!(shown["components"][2]["components"][0]["options"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn a_form_keeps_its_limits() {
        let field = Field {
            id: "draft".into(),
            label: "l".repeat(60),
            hint: "h".repeat(200),
            value: "v".repeat(9000),
            long: true,
            required: true,
            limit: 9000,
        };
        let shown = form(&Form { id: "f".into(), title: "t".repeat(60), fields: vec![field; 7] });
        let rows = shown["components"].as_array().unwrap();
        let first = &rows[0]["components"][0];
        assert_eq!((rows.len(), length(shown["title"].as_str().unwrap())), (5, 45));
        assert_eq!(
            (length(first["label"].as_str().unwrap()), length(first["placeholder"].as_str().unwrap())),
            (45, 100)
        );
        assert_eq!((length(first["value"].as_str().unwrap()), &first["max_length"]), (4000, &json!(4000)));
    }
}
