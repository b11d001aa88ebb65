//! Ids that nobody gave out: a kind answer, nothing changed, never a panic.

use std::collections::BTreeMap;

use bedside::bot::Ask;

use crate::{
    in_private, world as house,
    world::{agent, customer, reads, workspace},
};

#[tokio::test]
async fn forged_ids_are_answered_kindly_and_change_nothing() {
    let world = house().await;
    let long = format!("practice:answer:{}", "🦀".repeat(10_000));
    for id in [
        "practice",
        "practice:",
        "practice:answer",
        "practice:answer:",
        "practice:answer:no/such",
        "practice:again:no/such",
        "practice:answer:~0000000000000000",
        "practice:choose:t/which-lands",
        "practice:choose:t/first-words",
        "practice:tip:",
        "practice:tip:no/such",
        "practice:no-such:t/first-words",
        "practice:first:t/first-words",
        "practice:first:no/such",
        "practice:first",
        "practice:second:t/first-words",
        "mistake",
        "mistake:x",
        "in:",
        "in::",
        "in:0000000000000000:",
        "in:0000000000000000:practice:answer:t/first-words",
        "in:0000000000000000:practice:stop:",
        "in:' OR 1=1 --00000:practice:stop:",
        "in:0000000000000000:in:0000000000000000:practice:stop:",
        long.as_str(),
    ] {
        for values in [&[][..], &["Z"], &["AB"], &["\u{0}🦀"]] {
            for caller in [agent(), customer()] {
                let said = reads(&world.action(&caller, id, values).await);
                assert!(said.len() > 20 && !said.contains("my fault"), "{id:.60}: {said}");
            }
            let values = values.iter().map(|value| (*value).to_owned()).collect();
            let said = reads(&in_private(&world, "alice", Ask::Action { id: id.to_owned(), values }).await);
            assert!(said.contains("Nothing is lost") || said.contains("were stopped"), "{id:.60}: {said}");
        }
        for values in [BTreeMap::new(), BTreeMap::from([("no".to_owned(), "such".to_owned())])] {
            let ask = Ask::Form { id: id.to_owned(), values };
            for said in [reads(&world.ask(&agent(), ask.clone()).await), reads(&in_private(&world, "alice", ask).await)]
            {
                assert!(said.len() > 20 && !said.contains("my fault"), "{id:.60}: {said}");
            }
        }
    }
    assert!(world.store.practised(&workspace(), &agent().person.id).await.unwrap().is_empty());
    assert!(world.store.practice_mail(&workspace(), &agent().person.id).await.unwrap().is_none());
}
