//! Ids of actions and forms that nobody gave out: a kind answer, nothing changed, never a panic.

use std::collections::BTreeMap;

use bedside::bot::Ask;

use crate::world::{World, agent, button, customer, lead, message, reads, refused};

fn odd_ids() -> Vec<String> {
    let mut ids: Vec<String> = [
        "",
        ":",
        "::",
        ":::",
        "review",
        "review:",
        "review:all",
        "review:all:",
        "review:edit:",
        "review:why:",
        "review:brief:",
        "review:write:",
        "review:dismiss:",
        "review:for-draft:",
        "review:for-me:",
        "review:for-team:",
        "review:for-team:ffffffffffffffff",
        "review:all:ffffffffffffffffff",
        "review:all:-1",
        "review:all:+1",
        "review:all:0x1",
        "review:no-such:1",
        "review:dismiss:0000000000000000",
        "tip",
        "tip:",
        "tip:another",
        "tip:another:",
        "tip:another:no/such",
        "tip:same-topic:no/such",
        "tip:share",
        "tip:share:no/such",
        "tip:share::::",
        "listen",
        "listen:about",
        "listen:about:",
        "watch:notice:",
        "watch:notice",
        "watch:remove:1",
        "privacy:back-on:",
        "privacy:back-on",
        "daily:on:",
        "draft:",
        "draft",
        "again:",
        "again:zz",
        "draft:ffffffffffffffff",
        "\0",
        "\u{202e}review:all:",
        "réview:all:é",
        "🦀:🦀:🦀",
        "review:all:🦀",
        "' OR 1=1 --",
        "../../etc/passwd",
        "{{7*7}}",
    ]
    .map(str::to_owned)
    .into();
    ids.push("x".repeat(100_000));
    ids.push(format!("review:all:{}", "f".repeat(100_000)));
    ids.push(format!("tip:share:{}", "🦀".repeat(10_000)));
    ids.push(":".repeat(10_000));
    ids
}

#[tokio::test]
async fn forged_actions_and_forms_are_answered_kindly_and_change_nothing() {
    let world = World::new().await;
    let before = world.kept().await;
    for caller in [customer(), agent(), lead()] {
        for id in odd_ids() {
            for values in [&[][..], &["no/such"], &["blame/should-have", "x"], &["\u{0}🦀"]] {
                let said = reads(&world.action(&caller, &id, values).await);
                assert!(said.len() > 20 && !said.contains("my fault"), "{id:.40}: {said}");
            }
            for values in [BTreeMap::new(), BTreeMap::from([("no".to_owned(), "such".to_owned())])] {
                let said = reads(&world.ask(&caller, Ask::Form { id: id.clone(), values }).await);
                assert!(said.len() > 20 && !said.contains("my fault"), "{id:.40}: {said}");
            }
        }
    }
    assert_eq!(world.kept().await, before);
}

#[tokio::test]
async fn an_unknown_rule_is_dismissed_for_nobody() {
    let world = World::new().await;
    let first = world.card(&agent(), "review", &[("draft", "You should have backed that up.")]).await;
    let id = button(&first, "Why?").replace("why", "dismiss");
    for values in [&[][..], &["no/such"], &[""], &["blame/should-have\0"]] {
        let said = refused(&world.action(&agent(), &id, values).await);
        assert!(said.contains("Nothing is lost"), "{said}");
    }
    // Nothing was asked, so there is nothing to dismiss.
    for whom in ["for-draft", "for-me", "for-team"] {
        refused(&world.action(&agent(), &button(&first, "Why?").replace("why", whom), &[]).await);
    }
    assert!(world.said(&agent(), "review", &[("draft", "You should have backed that up.")]).await.contains("Mend"));
}

#[tokio::test]
async fn commands_that_are_none_get_a_kind_answer() {
    let world = World::new().await;
    for name in ["", "no such", "daily", "watch", "Help me answer", "How does this read?", "\0", "🦀"] {
        let said = refused(&world.run(&lead(), name, &[]).await);
        assert!(said.contains("Nothing is lost"), "{name}: {said}");
    }
    for name in ["", "review", "privacy", "forget-me", "no such"] {
        let ask = Ask::MessageCommand { name: name.into(), message: message("1", "dan", "It broke.") };
        refused(&world.ask(&lead(), ask).await);
    }
    // Options of the wrong kind, or none at all.
    for name in ["watch add", "watch remove", "watch staff", "report", "daily on", "rules off", "rules on"] {
        refused(&world.run(&lead(), name, &[]).await);
        refused(&world.run(&lead(), name, &[("text", "x")]).await);
    }
}
