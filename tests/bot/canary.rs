//! A sentence through every command, option, form and heard message: found afterwards in no log and on no disk.

use std::collections::BTreeMap;

use bedside::{
    bot::{
        Ask, Heard, OptionValue,
        commands::{Kind, TABLE, Takes},
    },
    store::{ChannelId, MessageId, RoleId},
};

use crate::common::stores::on_postgres;
use crate::world::{World, agent, customer, form, lead, logged, message, place, support, update};

/// Angry, so that it is read by every engine; words that stand nowhere else.
const CANARY: &str = "You should have fed the yellow quetzal canary, I am furious about the zanzibar printer!!!";
/// What is looked for: in the words, in their halves, in capitals and as Debug writes bytes.
const TRACES: &[&str] =
    &["quetzal", "zanzibar", "QUETZAL", "113, 117, 101, 116, 122, 97, 108", "7175657a616c", "cXVldHphb"];

fn has(bytes: &[u8], trace: &str) -> bool {
    bytes.windows(trace.len()).any(|window| window == trace.as_bytes())
}

#[tokio::test]
async fn a_canary_put_through_everything_is_found_nowhere() {
    let world = World::new().await;
    world.watch("support").await;
    for caller in [customer(), agent(), lead()] {
        for row in TABLE {
            if row.kind == Kind::Message {
                for author in ["dan", "alice"] {
                    let ask = Ask::MessageCommand { name: row.name.into(), message: message("1", author, CANARY) };
                    world.ask(&caller, ask).await;
                }
                continue;
            }
            // Each text option in turn holds the canary, the others what they should.
            for holds in row.options.iter().map(|option| option.name).chain([""]) {
                let mut options = BTreeMap::new();
                for option in row.options {
                    let value = match (option.takes, option.name) {
                        (Takes::TextChannel | Takes::AnyChannel, _) => OptionValue::Channel(ChannelId::new("77")),
                        (Takes::Role, _) => OptionValue::Role(RoleId::new("9")),
                        _ if option.name == holds => OptionValue::Text(CANARY.into()),
                        (_, "time") => OptionValue::Text("09:00".into()),
                        (_, "zone") => OptionValue::Text("Europe/London".into()),
                        _ => continue,
                    };
                    options.insert(option.name.to_owned(), value);
                }
                world.ask(&caller, Ask::Command { name: row.name.into(), options }).await;
                world.bot.suggest(&caller, row.name, holds, CANARY);
            }
        }
        for id in
            [format!("review:all:{CANARY}"), format!("tip:share:{CANARY}"), format!("listen:{CANARY}"), CANARY.into()]
        {
            world.action(&caller, &id, &[CANARY]).await;
            let values =
                BTreeMap::from([("draft".to_owned(), CANARY.to_owned()), (CANARY.to_owned(), CANARY.to_owned())]);
            world.ask(&caller, Ask::Form { id, values }).await;
        }
        world.action(&caller, "listen:about:", &[CANARY]).await;
        // A whole life of a draft.
        let open = form(world.run(&caller, "review", &[]).await);
        let first = crate::world::card(world.submit(&caller, &open, &[("draft", CANARY), ("answers", CANARY)]).await);
        let rule = crate::world::menu(&first).1[0].value.clone();
        let asked = update(world.choose(&caller, &first, &rule).await);
        update(world.press(&caller, &asked, "Me").await);
        let open = form(world.press(&caller, &first, "Edit and review again").await);
        world.submit(&caller, &open, &[("draft", &format!("{CANARY} Really."))]).await;
    }
    for place in [support(), place("thread", &["support"]), place("unwatched", &[])] {
        world.hear(&place, "1", "dan", CANARY);
        world.hear(&place, "1", "dan", CANARY);
        world.heard(&place, Heard::Edited { id: MessageId::new("1"), text: CANARY.repeat(1_000) });
        world.heard(&place, Heard::Edited { id: MessageId::new(CANARY), text: CANARY.into() });
        world.heard(&place, Heard::Deleted(vec![MessageId::new(CANARY)]));
    }
    world.run(&agent(), "coach", &[]).await;
    world.daily.tick(bedside::bot::Clock::now(&*world.clock)).await.unwrap();

    tracing::trace!("the canary was put through everything");
    let log = logged();
    assert!(log.contains("the canary was put through everything"), "the log is read at its finest");
    let disk = world.disk();
    let store = if on_postgres() { "PostgreSQL database dump" } else { "SQLite format 3" };
    assert!(has(&disk, store) && has(&disk, "dan"), "the store is read");
    for trace in TRACES {
        assert!(!has(&disk, trace), "{trace} is on disk");
        let line = log.lines().find(|line| line.contains(trace));
        assert!(line.is_none(), "{trace} was logged: {line:?}");
    }
}

#[tokio::test]
async fn debug_shows_no_word_of_what_people_wrote() {
    let world = World::new().await;
    let text = || OptionValue::Text(CANARY.into());
    let values = || BTreeMap::from([("draft".to_owned(), CANARY.to_owned())]);
    let asks = [
        Ask::Command { name: "review".into(), options: BTreeMap::from([("draft".to_owned(), text())]) },
        Ask::MessageCommand { name: "Help me answer".into(), message: message("1", "dan", CANARY) },
        Ask::Form { id: "draft:".into(), values: values() },
    ];
    let mut shown: Vec<String> = Vec::new();
    for ask in asks {
        shown.push(format!("{ask:?}"));
        shown.push(format!("{:?}", world.ask(&agent(), ask).await));
    }
    let first = world.card(&agent(), "review", &[("draft", CANARY)]).await;
    shown.push(format!("{first:?}"));
    shown.push(format!("{:?}", world.press(&agent(), &first, "Edit and review again").await));
    shown.push(format!("{:?}", Heard::Edited { id: MessageId::new("1"), text: CANARY.into() }));
    shown.push(format!("{:?}", Heard::Written(message("1", "dan", CANARY))));
    let pack = world.library.pack();
    shown.push(format!("{:?}", bedside::language::Text::read(CANARY)));
    shown.push(format!("{:?}", bedside::mood::mood(&pack, CANARY)));
    let draft = bedside::review::Draft { text: CANARY, answers: Some(CANARY), medium: bedside::content::Medium::Chat };
    shown.push(format!("{:?}", bedside::review::review(&pack, &draft)));
    for shown in shown {
        for trace in TRACES.iter().chain(&["I am furious", "You should have fed"]) {
            assert!(!shown.contains(trace), "{trace}: {shown}");
        }
    }
}
