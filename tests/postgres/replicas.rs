//! Several processes on one database: of what only one may have, one gets it.

use std::{collections::BTreeMap, sync::Arc};

use bedside::store::{
    Again, Attempt, Final, Lease, MailTimes, MessageId, Practised, Store, StoreError, Week, WorkspaceId,
};
use jiff::{SignedDuration, civil::date};
use tokio::sync::Barrier;

use crate::{channel, common::stores::StorePlace, due, person, schedule, workspace};

const REPLICAS: usize = 3;

/// A store of its own for each replica, with connections of its own.
async fn replicas(place: &StorePlace) -> Vec<Store> {
    let mut stores = Vec::new();
    for _ in 0..REPLICAS {
        stores.push(place.open().await);
    }
    stores
}

/// Lets every replica do something at the same time, and gathers what each says.
async fn all_at_once<T: Send + 'static, F>(stores: &[Store], act: impl Fn(usize, Store) -> F) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
{
    let start = Arc::new(Barrier::new(stores.len()));
    let running = stores.iter().cloned().enumerate().map(|(number, store)| {
        let (start, acting) = (start.clone(), act(number, store));
        tokio::spawn(async move {
            start.wait().await;
            acting.await
        })
    });
    let mut said = Vec::new();
    for one in running.collect::<Vec<_>>() {
        said.push(one.await.unwrap());
    }
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn every_due_tip_is_claimed_by_exactly_one() {
    let Some(place) = StorePlace::postgres() else { return };
    let stores = replicas(&place).await;
    for number in 0..40 {
        stores[0].set_schedule(&workspace(), &schedule(channel(number))).await.unwrap();
    }
    let claimed = all_at_once(&stores, |number, store| async move {
        let (holder, until) = (format!("replica-{number}"), due() + SignedDuration::from_mins(2));
        let mut claimed = Vec::new();
        for row in store.due_schedules(due(), 100).await.unwrap() {
            let attempt = Attempt::Claim("tip/1", 1, Lease { holder: &holder, until });
            let posting = store.advance(&row, None, attempt, due()).await.unwrap();
            claimed.extend(posting.map(|posting| posting.key.channel.to_string()));
        }
        claimed
    })
    .await;
    let mut winners = BTreeMap::new();
    for channel in claimed.iter().flatten() {
        *winners.entry(channel.clone()).or_insert(0) += 1;
    }
    assert_eq!(winners.len(), 40, "{winners:?}");
    assert!(winners.values().all(|times| *times == 1), "{winners:?}");

    // The holders die: each posting is taken over by exactly one.
    let later = due() + SignedDuration::from_mins(3);
    let taken = all_at_once(&stores, |number, store| async move {
        let (holder, until) = (format!("heir-{number}"), later + SignedDuration::from_mins(2));
        let mut taken = 0;
        for key in store.open_postings(later, 100).await.unwrap() {
            taken += usize::from(store.take(&key, Lease { holder: &holder, until }, later).await.unwrap().is_some());
        }
        taken
    })
    .await;
    assert_eq!(taken.iter().sum::<usize>(), 40, "{taken:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn now_by_hand_and_the_schedule_together_post_once() {
    let Some(place) = StorePlace::postgres() else { return };
    let stores = replicas(&place).await;
    for round in 0..10 {
        stores[0].set_schedule(&workspace(), &schedule(channel(round))).await.unwrap();
        let row = stores[0].due_schedules(due(), 1).await.unwrap().remove(0);
        let claims = all_at_once(&stores, |number, store| {
            let row = row.clone();
            async move {
                let holder = format!("replica-{number}");
                let lease = Lease { holder: &holder, until: due() + SignedDuration::from_mins(2) };
                let claimed = match number {
                    0 => store.advance(&row, None, Attempt::Claim("tip/1", 1, lease), due()).await,
                    _ => store.claim_now(&row.key(date(2026, 5, 12)), "tip/2", 1, lease, due()).await,
                };
                claimed.unwrap().is_some()
            }
        })
        .await;
        assert_eq!(claims.iter().filter(|claimed| **claimed).count(), 1, "{claims:?}");
        stores[0].set_next(&row, None).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bound_holds_however_many_come_at_once() {
    let Some(place) = StorePlace::postgres() else { return };
    let stores = replicas(&place).await;
    for number in 0..95 {
        stores[0].set_schedule(&workspace(), &schedule(channel(number))).await.unwrap();
        stores[0].add_api_key(&format!("key-{number}"), &format!("{number:064}"), date(2026, 5, 11)).await.unwrap();
    }
    all_at_once(&stores, |number, store| async move {
        for more in 0..10 {
            let id = 1_000 + number * 100 + more;
            let set = store.set_schedule(&workspace(), &schedule(channel(id))).await;
            assert!(matches!(set, Ok(()) | Err(StoreError::Full { .. })), "{set:?}");
            let added = store.add_api_key(&format!("key-{id}"), &format!("{id:064}"), date(2026, 5, 11)).await;
            assert!(matches!(added, Ok(true) | Err(StoreError::Full { .. })), "{added:?}");
        }
    })
    .await;
    assert_eq!(stores[0].schedules(&workspace()).await.unwrap().len(), 100);
    assert_eq!(stores[0].api_keys().await.unwrap().len(), 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_wrong_is_told_by_one_and_a_feed_is_read_by_one() {
    let Some(place) = StorePlace::postgres() else { return };
    let stores = replicas(&place).await;
    for number in 0..20 {
        stores[0].set_schedule(&workspace(), &schedule(channel(number))).await.unwrap();
        let row = stores[0].due_schedules(due(), 1).await.unwrap().remove(0);
        stores[0].advance(&row, None, Attempt::End(Final::Missed("nobody was there")), due()).await.unwrap();
    }
    let until = due() + SignedDuration::from_mins(5);
    let told = all_at_once(&stores, |number, store| async move {
        let mut told = 0;
        for (workspace, channel) in store.untold(due(), 100).await.unwrap() {
            let id = format!("telling-{number}-{channel}");
            let telling = store.claim_telling(&workspace, &channel, &id, due(), until).await.unwrap();
            told += telling.map_or(0, |telling| telling.postings.len());
        }
        told
    })
    .await;
    assert_eq!(told.iter().sum::<usize>(), 20, "{told:?}");

    let feed = "f".repeat(64);
    let read = all_at_once(&stores, |_, store| {
        let feed = feed.clone();
        async move { store.claim_feed(&feed, due(), until).await.unwrap().is_some() }
    })
    .await;
    assert_eq!(read.iter().filter(|claimed| **claimed).count(), 1, "{read:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_in_private_goes_out_once_and_an_answer_counts_once() {
    let Some(place) = StorePlace::postgres() else { return };
    let stores = replicas(&place).await;
    let times = MailTimes { time: "09:00".into(), zone: "UTC".into(), days: "every day".into() };
    stores[0].set_practice_mail(&workspace(), &person("ann"), &times, due()).await.unwrap();
    let row = stores[0].due_practice_mail(due(), 1).await.unwrap().remove(0);
    let moved = all_at_once(&stores, |_, store| {
        let row = row.clone();
        async move { store.move_practice_mail(&row, Some(due() + SignedDuration::from_hours(24))).await.unwrap() }
    })
    .await;
    assert_eq!(moved.iter().filter(|moved| **moved).count(), 1);

    let card = Practised {
        card: "t/1".into(),
        stability: 1.5,
        difficulty: 5.25,
        due: due(),
        seen: due(),
        times: 1,
        lapses: 0,
    };
    for before in [None, Some(due())] {
        let now = Practised { seen: due() + SignedDuration::from_secs(i64::from(before.is_some())), ..card.clone() };
        let kept = all_at_once(&stores, |_, store| {
            let now = now.clone();
            async move { store.practise(&workspace(), &person("ann"), before, &now).await.unwrap() }
        })
        .await;
        assert_eq!(kept.iter().filter(|kept| **kept).count(), 1, "{before:?}: {kept:?}");
    }
    assert_eq!(stores[1].practised(&workspace(), &person("ann")).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_hash_with_one_key_and_no_use_is_lost() {
    let Some(place) = StorePlace::postgres() else { return };
    let stores = replicas(&place).await;
    let week = Week::of(date(2026, 5, 11));
    all_at_once(&stores, |_, store| async move {
        for _ in 0..20 {
            store.count(&workspace(), "review", week, Some(&person("ann"))).await.unwrap();
        }
    })
    .await;
    assert_eq!(stores[0].uses(&workspace(), "review", week).await.unwrap(), 60);
    assert_eq!(stores[0].users(&workspace(), "review", week).await.unwrap(), 1, "one key, made once");
    for number in 0..5 {
        stores[0].count(&workspace(), "review", week, Some(&person(number))).await.unwrap();
    }
    // All tidy up as the week is over; whether many took part is noted before nobody knows any more.
    let next = Week::of(date(2026, 5, 18));
    all_at_once(&stores, |_, store| async move { store.prune_counters(next).await.unwrap() }).await;
    assert_eq!(stores[0].users(&workspace(), "review", week).await.unwrap(), 0);
    assert_eq!(stores[0].uses_of_many(&workspace(), "review", week).await.unwrap(), Some(65));
}

/// Everything that writes, all over the place: nobody waits for somebody who waits for them, and who forgets is
/// forgotten.
#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_gets_in_nobodys_way() {
    let Some(place) = StorePlace::postgres() else { return };
    let stores = replicas(&place).await;
    let week = Week::of(date(2026, 5, 11));
    all_at_once(&stores, |number, store| async move {
        for step in 0..25 {
            let here = WorkspaceId::new(format!("discord:{}", step % 2));
            let (ann, now) = (person("ann"), due() + SignedDuration::from_secs(step));
            store.set_schedule(&here, &schedule(channel(step % 5))).await.unwrap();
            store.count(&here, "review", week, Some(&ann)).await.unwrap();
            store.mute(&here, Some(&ann), &format!("rule/{step}")).await.unwrap();
            store.begin_quiz(&here, &ann, "empathy").await.unwrap();
            let holder = format!("replica-{number}");
            let lease = Lease { holder: &holder, until: now };
            for row in store.due_schedules(now, 5).await.unwrap() {
                store.advance(&row, None, Attempt::Claim("tip/1", 1, lease), now).await.unwrap();
            }
            for key in store.open_postings(now, 5).await.unwrap() {
                if store.take(&key, lease, now).await.unwrap().is_none() {
                    continue;
                }
                let (at, reason) = (now, "busy");
                let again = Again { at, reason, may_stand: false, looked: false, failed: step % 3 == 0 };
                match step % 2 {
                    0 => store.again(&key, &holder, again, now).await.unwrap(),
                    _ => store.finish(&key, &holder, Final::Sent(&MessageId::new("1")), now).await.unwrap(),
                };
            }
            for (workspace, channel) in store.untold(now, 5).await.unwrap() {
                if let Some(telling) = store.claim_telling(&workspace, &channel, &holder, now, now).await.unwrap() {
                    store.told(&telling, now).await.unwrap();
                }
            }
            match (number, step % 5) {
                (0, 0) => drop(store.forget(&here, &ann).await.unwrap()),
                (1, 1) => store.delete_workspace(&here).await.unwrap(),
                (2, 2) => store.left(&here, now).await.unwrap(),
                (_, 3) => store.returned(&here).await.unwrap(),
                (_, 4) => store.tell_again(&here, now).await.unwrap(),
                _ => store.prune_postings(now).await.unwrap(),
            }
        }
    })
    .await;
    for here in ["discord:0", "discord:1"].map(WorkspaceId::new) {
        stores[0].forget(&here, &person("ann")).await.unwrap();
        assert!(stores[1].about(&here, &person("ann")).await.unwrap().is_empty());
    }
}
