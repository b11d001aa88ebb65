//! A workspace that removes the bot: what is forgotten at once, what waits for thirty days, and what comes back.

use bedside::{
    bot::Clock,
    store::{ChannelId, NewSchedule, PersonId, WorkspaceId},
};
use jiff::SignedDuration;

use crate::world::{World, agent, colleague, elsewhere, lead, refused, support, update, workspace};

async fn settled() -> World {
    let world = World::new().await;
    world.watch("support").await;
    world.said(&lead(), "watch staff", &[("role", "9")]).await;
    world.said(&lead(), "rules off", &[("rule", "blame/should-have")]).await;
    world.said(&lead(), "daily on", &[("channel", "77"), ("time", "09:00"), ("zone", "Europe/London")]).await;
    world.hear(&support(), "1", "dan", "I am furious, it broke again.");
    world
}

#[tokio::test]
async fn what_is_in_memory_goes_at_once() {
    let world = settled().await;
    let draft = world.card(&colleague(), "review", &[("draft", "Calm down.")]).await;
    let other = world.card(&elsewhere(colleague()), "review", &[("draft", "Calm down.")]).await;
    world.bot.left(&workspace()).await.unwrap();
    assert_eq!(world.bot.held_bytes(), 0);
    assert!(!world.bot.watches(&workspace(), &support()));
    refused(&world.press(&colleague(), &draft, "Why?").await);
    update(world.press(&elsewhere(colleague()), &other, "Why?").await);
    // Late events of it are not held.
    world.hear(&support(), "2", "dan", "I am furious.");
    assert_eq!(world.bot.held_bytes(), 0);
}

#[tokio::test]
async fn within_thirty_days_its_settings_come_back() {
    let world = settled().await;
    let before = world.kept().await;
    world.bot.left(&workspace()).await.unwrap();
    world.pass(SignedDuration::from_hours(29 * 24));
    tidy(&world).await;
    world.bot.arrived(&workspace()).await.unwrap();
    assert!(world.bot.watches(&workspace(), &support()));
    let list = world.said(&lead(), "watch list", &[]).await;
    assert!(list.contains("#support") && list.contains("Staff: @9"), "{list}");
    let without_next = |kept: &str| kept.split("next:").next().unwrap().to_owned();
    assert_eq!(without_next(&world.kept().await), without_next(&before));
    let daily = world.said(&lead(), "daily list", &[]).await;
    assert!(daily.contains("Next: "), "{daily}");
    refused(&world.run(&agent(), "coach", &[]).await);
}

/// One schedule as another version may have written it, in the first channel and in the last.
#[tokio::test]
async fn what_cannot_be_read_of_it_keeps_nothing_else_from_coming_back() {
    let world = settled().await;
    let kept = world.store.schedules(&workspace()).await.unwrap().remove(0);
    for channel in ["1", "99"] {
        let new = NewSchedule {
            channel: ChannelId::new(channel),
            kind: kept.kind,
            time: kept.time.clone(),
            zone: "Atlantis".into(),
            days: kept.days.clone(),
            topics: Vec::new(),
            set_by: PersonId::new("lena"),
            next: kept.next.unwrap(),
        };
        world.store.set_schedule(&workspace(), &new).await.unwrap();
    }
    world.bot.left(&workspace()).await.unwrap();
    world.bot.arrived(&workspace()).await.unwrap();
    let rows = world.store.schedules(&workspace()).await.unwrap();
    let go_on: Vec<_> = rows.iter().filter(|row| row.next.is_some()).map(|row| row.channel.as_str()).collect();
    assert_eq!((rows.len(), go_on), (3, vec!["77"]));
    assert!(world.bot.watches(&workspace(), &support()));
}

#[tokio::test]
async fn schedules_that_are_gone_do_not_keep_its_settings_from_coming_back() {
    let world = settled().await;
    world.bot.left(&workspace()).await.unwrap();
    world.place.run("DROP TABLE schedules").await;
    assert!(world.bot.arrived(&workspace()).await.is_err(), "it is to be told again");
    assert!(world.bot.watches(&workspace(), &support()));
    refused(&world.run(&agent(), "coach", &[]).await);
}

#[tokio::test]
async fn after_thirty_days_everything_is_deleted_and_nobody_elses() {
    let world = settled().await;
    let other = WorkspaceId::new("discord:2");
    world.said(&elsewhere(lead()), "watch add", &[("channel", "support")]).await;
    world.bot.left(&workspace()).await.unwrap();
    world.pass(SignedDuration::from_hours(30 * 24 + 1));
    tidy(&world).await;
    assert_eq!(world.store.settings(&workspace()).await.unwrap(), bedside::store::Settings::default());
    assert!(world.store.schedules(&workspace()).await.unwrap().is_empty());
    assert!(world.store.muted(&workspace(), None).await.unwrap().is_empty());
    assert!(world.bot.watches(&other, &support()));
    assert_eq!(world.store.watched(&other).await.unwrap().len(), 1);
    // Added again, it begins anew.
    world.bot.arrived(&workspace()).await.unwrap();
    assert!(!world.bot.watches(&workspace(), &support()));
}

#[tokio::test]
async fn arriving_again_after_an_outage_changes_nothing() {
    let world = settled().await;
    let (before, held) = (world.kept().await, world.bot.held_bytes());
    for _ in 0..3 {
        world.bot.arrived(&workspace()).await.unwrap();
    }
    assert_eq!((world.kept().await, world.bot.held_bytes()), (before, held));
}

#[tokio::test]
async fn a_server_without_settings_is_answered_like_any_other() {
    let world = World::new().await;
    for (name, options) in [("watch list", &[][..]), ("rules list", &[]), ("daily list", &[]), ("privacy", &[])] {
        let said = world.said(&elsewhere(lead()), name, options).await;
        assert!(!said.contains("my fault") && said.len() > 40, "{name}: {said}");
    }
    assert!(!world.store.workspaces().await.unwrap().contains(&WorkspaceId::new("discord:3")));
}

/// What the daily service does once an hour.
async fn tidy(world: &World) {
    world.store.purge_left(world.clock.now()).await.unwrap();
}
