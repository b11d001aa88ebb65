//! Discord's limits: no more requests leave than are allowed, and those that wait do not all come back at once.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bedside::{
    bot::{
        Card, Platform,
        platform::{Destination, Sent},
    },
    platforms::discord::{Discord as Adapter, Settings},
    store::ChannelId,
};
use futures_util::future::join_all;
use tokio::time::Instant;

use crate::{
    discord::{Discord, Fate, Told},
    inside::workspace,
};

fn platform(discord: &Discord) -> Arc<dyn Platform> {
    Adapter::connect(&Settings { shards: None, api: Some(discord.api.clone()) }, "token").unwrap().platform()
}

async fn post(platform: &Arc<dyn Platform>, channel: usize, nonce: usize) -> Sent {
    let to = Destination { workspace: workspace(), channel: ChannelId::new(channel.to_string()) };
    let card = Card { title: "Tip".into(), ..Card::default() };
    platform.post(&to, &card, &format!("{nonce:025}"), "2026-01-01 · abcdef12").await
}

#[tokio::test]
async fn no_more_than_a_route_allows_leave() {
    const ALLOWED: usize = 5;
    const WINDOW: Duration = Duration::from_millis(400);
    let discord = Discord::open().await;
    let over = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&over);
    let mut windows: HashMap<String, (Instant, usize)> = HashMap::new();
    discord.decide(Some(Box::new(move |_, path| {
        let now = Instant::now();
        let window = windows.entry(path.to_owned()).or_insert((now, 0));
        if now >= window.0 + WINDOW {
            *window = (now, 0);
        }
        window.1 += 1;
        let left = ALLOWED.saturating_sub(window.1);
        let reset = (window.0 + WINDOW - now).as_secs_f64();
        let limit = Some((ALLOWED, left, reset));
        if window.1 > ALLOWED {
            counted.fetch_add(1, Ordering::SeqCst);
            return Fate { done: false, answer: Told::Wait(reset, false), limit, ..Fate::FINE };
        }
        Fate { limit, ..Fate::FINE }
    })));
    let platform = platform(&discord);
    let posts = (0..60).map(|number| post(&platform, 100 + number % 3, number));
    let sent = join_all(posts).await;
    assert!(sent.iter().all(|one| matches!(one, Sent::Done(_))), "{sent:?}");
    assert_eq!(over.load(Ordering::SeqCst), 0, "not one too many");
}

#[tokio::test]
async fn no_more_than_fifty_a_second_leave_whatever_the_routes() {
    let discord = Discord::open().await;
    let platform = platform(&discord);
    let posts = (0..160).map(|number| post(&platform, 100 + number, number));
    let sent = join_all(posts).await;
    assert!(sent.iter().all(|one| matches!(one, Sent::Done(_))), "{sent:?}");
    let times: Vec<Instant> = discord.world().requests.iter().map(|(_, at)| *at).collect();
    for (first, at) in times.iter().enumerate() {
        let within = times[first..].iter().take_while(|one| **one < *at + Duration::from_secs(1)).count();
        assert!(within <= 50, "{within} in less than a second");
    }
    assert_eq!(times.len(), 160);
}

#[tokio::test]
async fn a_global_limit_silences_everything_and_they_come_back_spread() {
    const QUIET: Duration = Duration::from_millis(700);
    let discord = Discord::open().await;
    let mut first = true;
    discord.decide(Some(Box::new(move |_, _| {
        if std::mem::take(&mut first) {
            Fate { done: false, answer: Told::Wait(QUIET.as_secs_f64(), true), ..Fate::FINE }
        } else {
            Fate::FINE
        }
    })));
    let platform = platform(&discord);
    assert!(matches!(post(&platform, 99, 99).await, Sent::Refused(_)));
    let posts = (0..30).map(|number| post(&platform, 100 + number, number));
    let sent = join_all(posts).await;
    assert!(sent.iter().all(|one| matches!(one, Sent::Done(_))), "{sent:?}");
    let world = discord.world();
    // It was told after it had asked, so that none is earlier than that.
    let asked = world.requests[0].1;
    let after: Vec<Duration> = world.requests[1..].iter().map(|(_, at)| *at - asked).collect();
    assert!(after.iter().all(|at| *at >= QUIET), "{after:?}");
    let spread = after.iter().max().unwrap().saturating_sub(*after.iter().min().unwrap());
    assert!(spread >= Duration::from_millis(200), "all within {spread:?}");
}
