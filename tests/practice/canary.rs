//! A sentence through every answer and form of practice: found afterwards in no log and on no disk.

use std::collections::BTreeMap;

use bedside::bot::Ask;

use crate::{
    answer, open, world as house,
    world::{agent, form, logged, update},
};

const CANARY: &str =
    "B, the yellow quetzal canary sits on the zanzibar printer, you should have fed it for the demo!!!";
const TRACES: &[&str] =
    &["quetzal", "zanzibar", "QUETZAL", "113, 117, 101, 116, 122, 97, 108", "7175657a616c", "cXVldHphb"];

#[tokio::test]
async fn an_answers_words_are_found_nowhere() {
    let world = house().await;
    let mut shown = Vec::new();
    let mut card = world.card(&agent(), "practice now", &[]).await;
    for _ in crate::GOOD {
        let form_of = open(&world, &agent(), &card).await;
        shown.push(format!("{form_of:?}"));
        let judged = answer(&world, &agent(), &card, CANARY).await;
        shown.push(format!("{judged:?}"));
        let again = form(world.press(&agent(), &judged, "Try this one again").await);
        let judged = update(world.submit(&agent(), &again, &[("answer", CANARY)]).await);
        card = update(world.press(&agent(), &judged, "Another card").await);
    }
    let mistake = form(world.run(&agent(), "coach", &[("about", "mistake")]).await);
    let parts: Vec<(&str, &str)> = mistake.fields.iter().map(|field| (field.id.as_str(), CANARY)).collect();
    let walked = world.submit(&agent(), &mistake, &parts).await;
    shown.push(format!("{walked:?}"));
    for id in ["practice:answer:", "practice:tip:", "quiz:answer:", "in:0000000000000000:practice:first:", "quiz:"] {
        let id = format!("{id}{CANARY}");
        world.action(&agent(), &id, &[CANARY]).await;
        let values = BTreeMap::from([("answer".to_owned(), CANARY.to_owned())]);
        let ask = Ask::Form { id, values };
        shown.push(format!("{ask:?}"));
        world.ask(&agent(), ask.clone()).await;
        crate::in_private(&world, "alice", ask).await;
    }
    world.run(&agent(), "practice on", &[("time", CANARY), ("zone", CANARY), ("days", CANARY)]).await;

    tracing::trace!("the canary was put through practice");
    let log = logged();
    assert!(log.contains("the canary was put through practice"), "the log is read at its finest");
    let disk = world.disk();
    let has = |trace: &str| disk.windows(trace.len()).any(|window| window == trace.as_bytes());
    assert!(has("SQLite format 3") || has("PostgreSQL database dump"), "the store is read");
    assert!(has("t/first-words"), "with its rows");
    for trace in TRACES {
        assert!(!has(trace), "{trace} is on disk");
        assert!(!log.contains(trace), "{trace} was logged");
        for debug in &shown {
            assert!(!debug.contains(trace), "{trace}: {debug}");
        }
    }
}
