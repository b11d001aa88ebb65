//! The gateway on a bad day. Waits are the adapter's own; the clock is in hand.

use std::time::Duration;

use bedside::store::{ChannelId, Next, WorkspaceId};
use serde_json::{Value, json};

use crate::{
    common::logged::logged,
    daily::at,
    discord::Opening,
    inside::{House, Still, WATCHED, tip_due, workspace},
    program::soon_async,
};

const STEP: Duration = Duration::from_millis(100);
const LONG: Duration = Duration::from_mins(10);

fn message(id: u64, text: &str) -> Value {
    json!({"id": id.to_string(), "channel_id": WATCHED, "guild_id": "1", "type": 0, "content": text,
        "author": {"id": "77"}, "member": {"roles": []}})
}

#[tokio::test(start_paused = true)]
async fn cut_again_and_again_it_resumes_and_loses_nothing() {
    let still = Still::hold();
    let house = House::open().await;
    let discord = &house.discord;
    let codes = [None, Some(4000), Some(1000), None, Some(1001), Some(4008), None, None, Some(4001), Some(4002)];
    for (person, code) in codes.into_iter().enumerate() {
        let before = discord.world().resumes.len();
        discord.cut(code);
        // Somebody asks while nobody listens.
        let asked = discord.run(100 + person as u64, "help", &json!([]));
        let took = still.pass(discord, STEP, LONG, |world| world.resumes.len() > before).await;
        assert!(took <= Duration::from_secs(3), "back after {took:?}");
        house.helped(&asked).await;
    }
    house.answers(7).await;
    assert_eq!(discord.world().identifies.len(), 1, "the session was never given up");
    let all: Vec<String> = discord.world().answers.keys().cloned().collect();
    assert!(all.iter().all(|asked| discord.times_answered(asked) == 1), "nothing was answered twice");
    house.close().await;
}

#[tokio::test(start_paused = true)]
async fn an_invalid_session_is_resumed_or_begun_anew_as_discord_says_and_never_in_a_hurry() {
    let still = Still::hold();
    let house = House::open().await;
    let discord = &house.discord;
    discord.world().openings.push_back(Opening::Invalid(true));
    discord.cut(None);
    still.pass(discord, STEP, LONG, |world| world.resumes.len() == 2).await;
    assert_eq!(discord.world().identifies.len(), 1);
    house.answers(7).await;

    // Refused three times over, and closed as timed out: each time a new session, five seconds apart at least.
    for opening in [Opening::Invalid(false), Opening::Invalid(false), Opening::Close(4009)] {
        discord.world().openings.push_back(opening);
    }
    discord.cut(Some(4000));
    still.pass(discord, STEP, LONG, |world| world.identifies.len() >= 3).await;
    house.arrive();
    house.answers(8).await;
    let times = discord.world().identifies.clone();
    for two in times[1..].windows(2) {
        assert!(two[1] - two[0] >= Duration::from_secs(5), "{times:?}");
    }
    house.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_session_whose_own_address_is_dead_is_resumed_where_others_begin() {
    let still = Still::hold();
    let house = House::open().await;
    let discord = &house.discord;
    let mut ready = discord.ready(&discord.world());
    ready["d"]["resume_gateway_url"] = "ws://127.0.0.1:9".into();
    discord.push_raw(&ready.to_string());
    house.answers(7).await;
    discord.cut(None);
    let asked = discord.run(8, "help", &json!([]));
    let took = still.pass(discord, STEP, LONG, |world| !world.resumes.is_empty()).await;
    assert!(took <= Duration::from_mins(1), "{took:?}");
    house.helped(&asked).await;
    assert_eq!(discord.world().identifies.len(), 1, "no new session was spent");
    house.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_never_taken_up_again_is_begun_anew() {
    let still = Still::hold();
    let house = House::open().await;
    let discord = &house.discord;
    discord.world().openings.extend([Opening::Close(4000); 5]);
    discord.cut(None);
    let took = still.pass(discord, STEP, LONG, |world| world.identifies.len() == 2).await;
    assert!(took >= Duration::from_secs(5) && took <= Duration::from_mins(1), "{took:?}");
    house.arrive();
    house.answers(7).await;
    assert!(discord.world().resumes.is_empty());
    house.close().await;
}

#[tokio::test(start_paused = true)]
async fn an_hour_without_discord_is_waited_out_patiently() {
    let still = Still::hold();
    let house = House::open().await;
    let discord = &house.discord;
    let before = discord.world().tries.len();
    discord.world().out = true;
    discord.cut(None);
    let hour = tokio::time::Instant::now() + Duration::from_hours(1);
    still.pass(discord, Duration::from_secs(1), LONG * 7, |_| tokio::time::Instant::now() >= hour).await;
    let tries = discord.world().tries[before..].to_vec();
    assert!((30..=130).contains(&tries.len()), "{} tries in an hour", tries.len());
    let mut gaps: Vec<u128> = tries.windows(2).map(|two| (two[1] - two[0]).as_secs().into()).collect();
    assert!(gaps.iter().all(|gap| *gap <= 121), "{gaps:?}");
    gaps.drain(..8);
    gaps.sort_unstable();
    gaps.dedup();
    assert!(gaps.len() > 5, "no two bots come back at the same moment: {gaps:?}");
    discord.world().out = false;
    let asked = discord.run(7, "help", &json!([]));
    let took = still.pass(discord, STEP, LONG, |world| !world.resumes.is_empty()).await;
    assert!(took <= Duration::from_secs(121), "{took:?}");
    house.helped(&asked).await;
    house.close().await;
}

#[tokio::test(start_paused = true)]
async fn ready_and_events_that_come_twice_count_once() {
    let _still = Still::hold();
    let house = House::open().await;
    let discord = &house.discord;
    house.answers(7).await;
    let ready = discord.ready(&discord.world()).to_string();
    discord.push_raw(&ready);
    house.arrive();
    house.arrive();
    let written = message(501, "My printer is on fire.");
    discord.push("MESSAGE_CREATE", &written);
    house.answers(8).await;
    let held = house.bot.held_bytes();
    assert!(held > 0);
    discord.push("MESSAGE_CREATE", &written);
    let asked = discord.run(9, "help", &json!([]));
    let again = discord.world().again();
    discord.push_raw(&again);
    discord.push_raw(&again);
    house.helped(&asked).await;
    house.answers(10).await;
    assert_eq!(house.bot.held_bytes(), held);
    assert_eq!(discord.times_answered(&asked), 1);
    house.close().await;
}

#[tokio::test(start_paused = true)]
async fn events_out_of_order_bring_nothing_deleted_back() {
    let _still = Still::hold();
    let house = House::open().await;
    let discord = &house.discord;
    let gone = |id: u64| json!({"id": id.to_string(), "channel_id": WATCHED, "guild_id": "1"});
    // Deleted before it is known, edited before it is known, and the same told again after it was deleted.
    discord.push("MESSAGE_DELETE", &gone(501));
    discord.push("MESSAGE_CREATE", &message(501, "My password is hunter2."));
    discord.push("MESSAGE_UPDATE", &message(502, "An edit of what was never seen."));
    discord.push("MESSAGE_CREATE", &message(503, "First."));
    discord.push("MESSAGE_DELETE_BULK", &json!({"ids": ["503", "504"], "channel_id": WATCHED, "guild_id": "1"}));
    discord.push("MESSAGE_CREATE", &message(503, "First."));
    discord.push("MESSAGE_CREATE", &message(504, "Second."));
    // A number from long ago does no harm.
    discord.push_raw(&json!({"op": 0, "t": "MESSAGE_DELETE", "s": 1, "d": gone(505)}).to_string());
    house.answers(7).await;
    assert_eq!(house.bot.held_bytes(), 0, "what was deleted stays deleted");
    discord.push("MESSAGE_CREATE", &message(506, "Hello?"));
    house.answers(8).await;
    assert!(house.bot.held_bytes() > 0);
    house.close().await;
}

#[tokio::test(start_paused = true)]
async fn an_edit_that_comes_before_what_it_edits_is_what_counts() {
    let _still = Still::hold();
    let house = House::open().await;
    let discord = &house.discord;
    let id = discord.world().next_id();
    let (before, after) = ("Hello, could somebody please look at my printer? It is on fire.", "Solved, thank you.");
    discord.push("MESSAGE_UPDATE", &message(id, after));
    house.answers(7).await;
    let held = house.bot.held_bytes();
    assert!(held > 0, "nothing is lost");
    discord.push("MESSAGE_CREATE", &message(id, before));
    house.answers(8).await;
    assert_eq!(house.bot.held_bytes(), held, "nothing is doubled, and the older words do not come back");
    discord.push("MESSAGE_UPDATE", &message(id, before));
    house.answers(9).await;
    assert_eq!(house.bot.held_bytes(), held + before.len() - after.len());
    discord.push("MESSAGE_DELETE", &json!({"id": id.to_string(), "channel_id": WATCHED, "guild_id": "1"}));
    discord.push("MESSAGE_UPDATE", &message(id, after));
    house.answers(10).await;
    assert_eq!(house.bot.held_bytes(), 0, "nor does what was deleted");
    house.close().await;
}

#[tokio::test(start_paused = true)]
async fn malformed_frames_and_events_are_passed_over_and_logged_without_their_words() {
    let _still = Still::hold();
    let house = House::open().await;
    let discord = &house.discord;
    for raw in [
        "",
        "{",
        "null",
        "[]",
        "\"flibbertigibbet\"",
        "{\"op\": \"flibbertigibbet\"}",
        "{\"op\": -1}",
        "{\"op\": 300}",
        "{\"op\": 0}",
        "{\"op\": 0, \"t\": null, \"d\": null}",
        "{\"op\": 0, \"t\": 5}",
        "{\"op\": 99, \"d\": {}}",
    ] {
        discord.push_raw(raw);
    }
    discord.push_raw(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)));
    let odd = [
        json!(null),
        json!([]),
        json!("flibbertigibbet"),
        json!({}),
        json!({"id": 0}),
        json!({"id": "flibbertigibbet"}),
        json!({"id": "1", "channel_id": [], "content": 7}),
        json!({"id": "18446744073709551616"}),
        json!({"id": "7", "guild_id": "1", "channel_id": WATCHED, "author": null, "content": null}),
    ];
    for name in [
        "GUILD_CREATE",
        "GUILD_DELETE",
        "CHANNEL_CREATE",
        "CHANNEL_DELETE",
        "THREAD_LIST_SYNC",
        "MESSAGE_CREATE",
        "MESSAGE_UPDATE",
        "MESSAGE_DELETE",
        "MESSAGE_DELETE_BULK",
        "INTERACTION_CREATE",
        "TOMORROWS_EVENT",
    ] {
        for data in &odd {
            discord.push(name, data);
        }
    }
    house.arrive();
    house.answers(7).await;
    assert_eq!(discord.world().identifies.len(), 1, "the connection held");
    let log = logged();
    assert!(log.contains("a frame could not be read") && log.contains("an event could not be read"));
    assert!(!log.contains("flibbertigibbet"), "no word of anybody's");
    house.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_coming_or_going_that_the_store_could_not_take_is_told_again() {
    let _still = Still::hold();
    let house = House::open().await;
    let (discord, store) = (&house.discord, &house.store);
    let next = Next { date: jiff::civil::date(2099, 1, 1), due: at("2099-01-01T09:00:00Z") };
    let other = WorkspaceId::new("discord:8388608");
    for workspace in [&workspace(), &other] {
        store.set_schedule(workspace, &tip_due(ChannelId::new("100"), next)).await.unwrap();
    }
    // What happens while the store fails is told of it, in vain; once it is well, and a while has passed, it is so.
    let stumbles = async |happens: &dyn Fn(), fails: &str, has: &WorkspaceId, so: bool| {
        let failures = || logged().matches(fails).count();
        let before = failures();
        house.place.run("ALTER TABLE workspaces RENAME TO elsewhere").await;
        happens();
        assert!(soon_async(async || failures() > before).await, "{fails}");
        house.place.run("ALTER TABLE elsewhere RENAME TO workspaces").await;
        let recorded = soon_async(async || {
            tokio::time::advance(Duration::from_secs(1)).await;
            store.workspaces().await.unwrap().contains(has) == so
        });
        assert!(recorded.await, "{fails}");
    };
    let (leaving, returning) = ("a workspace's leaving was not recorded", "a workspace's return was not recorded");
    let leave = || discord.push("GUILD_DELETE", &json!({"id": "1"}));
    stumbles(&leave, leaving, &workspace(), false).await;
    stumbles(&|| house.arrive(), returning, &workspace(), true).await;
    assert!(store.resting_schedules(&workspace()).await.unwrap().is_empty(), "its tips go on");
    // The last word counts, and a server that was gone before this process began is not forgotten either.
    let both = || {
        leave();
        house.arrive();
    };
    let ready = || {
        let ready = discord.ready(&discord.world()).to_string();
        discord.push_raw(&ready);
    };
    stumbles(&both, returning, &workspace(), true).await;
    stumbles(&ready, "which workspaces removed the bot meanwhile", &other, false).await;
    assert!(store.workspaces().await.unwrap().contains(&workspace()));
    house.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_removes_and_re_adds_the_bot_goes_on_and_an_outage_changes_nothing() {
    let _still = Still::hold();
    let house = House::open().await;
    let (discord, store) = (&house.discord, &house.store);
    let next = Next { date: jiff::civil::date(2099, 1, 1), due: at("2099-01-01T09:00:00Z") };
    store.set_schedule(&workspace(), &tip_due(ChannelId::new("100"), next)).await.unwrap();
    discord.push("MESSAGE_CREATE", &message(601, "My printer is on fire."));
    house.answers(7).await;
    let resting = async || store.resting_schedules(&workspace()).await.unwrap().len();

    discord.push("GUILD_DELETE", &json!({"id": "1", "unavailable": true}));
    house.answers(8).await;
    assert_eq!(resting().await, 0);
    assert!(house.bot.held_bytes() > 0);

    discord.push("GUILD_DELETE", &json!({"id": "1"}));
    assert!(crate::program::soon_async(async || resting().await == 1).await, "its tips rest");
    assert_eq!(house.bot.held_bytes(), 0, "what was held in memory is gone");
    house.arrive();
    assert!(crate::program::soon_async(async || resting().await == 0).await, "they go on");
    let row = &store.schedules(&workspace()).await.unwrap()[0];
    assert!(row.next.unwrap().due > jiff::Timestamp::now(), "from the next date, without a burst");
    // The schedules are the first that it takes up again, and the watched channels the last.
    let mut id = 602;
    let watched = crate::program::soon_async(async || {
        discord.push("MESSAGE_CREATE", &message(id, "Still on fire."));
        house.answers(id).await;
        id += 1;
        house.bot.held_bytes() > 0
    });
    assert!(watched.await, "what was watched is watched again");
    house.close().await;
}
