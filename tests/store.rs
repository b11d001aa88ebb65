//! The store, as the bot uses it.
#![cfg(feature = "store")]
#![allow(clippy::unwrap_used)]

#[path = "common/stores.rs"]
mod stores;

use std::os::unix::fs::PermissionsExt;

use bedside::store::{
    Again, ChannelId, Final, Kept, Lease, MessageId, NewSchedule, Next, PersonId, PostingKey, PostingKind, RoleId,
    Store, StoreError, Week, WorkspaceId,
};
use jiff::{Timestamp, ToSpan, civil::date};
use stores::{StorePlace, fresh};

fn workspace() -> WorkspaceId {
    WorkspaceId::new("discord:1")
}

fn channel(id: &str) -> ChannelId {
    ChannelId::new(id)
}

fn noon() -> Timestamp {
    "2026-05-11T12:00:00Z".parse().unwrap()
}

fn schedule(id: &str, set_by: &str) -> NewSchedule {
    NewSchedule {
        channel: channel(id),
        kind: PostingKind::Tip,
        time: "09:00".into(),
        zone: "Europe/London".into(),
        days: "Mon-Fri".into(),
        topics: vec!["listening".into(), "empathy".into()],
        set_by: PersonId::new(set_by),
        next: Next { date: date(2026, 5, 12), due: "2026-05-12T08:00:00Z".parse().unwrap() },
    }
}

#[tokio::test]
async fn it_is_made_at_first_start_and_remembers() {
    let place = StorePlace::empty();
    let store = place.open().await;
    store.set_staff(&workspace(), Some(&RoleId::new("7"))).await.unwrap();
    store.set_report(&workspace(), Some(&channel("9"))).await.unwrap();
    assert!(store.watch(&workspace(), &channel("5")).await.unwrap());
    assert!(!store.watch(&workspace(), &channel("5")).await.unwrap());
    store.close().await;

    let store = place.open().await;
    let settings = store.settings(&workspace()).await.unwrap();
    assert_eq!(settings.staff, Some(RoleId::new("7")));
    assert_eq!(settings.report, Some(channel("9")));
    assert_eq!(settings.watched, [channel("5")]);
    assert_eq!(store.settings(&WorkspaceId::new("discord:2")).await.unwrap(), bedside::store::Settings::default());
    assert!(store.unwatch(&workspace(), &channel("5")).await.unwrap());
    assert!(!store.unwatch(&workspace(), &channel("5")).await.unwrap());
}

#[tokio::test]
async fn a_file_is_made_with_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("some/where in/bedside%20.db");
    let url = format!("sqlite://{}", file.to_str().unwrap().replace('%', "%25"));
    let store = Store::open(&url).await.unwrap();
    // What SQLite lays beside it takes its rights.
    for part in std::fs::read_dir(file.parent().unwrap()).unwrap() {
        let rights = part.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(rights & 0o077, 0, "nobody else on this machine may read it");
    }
    store.close().await;
    assert!(file.exists());
}

#[tokio::test]
async fn many_may_open_it_for_the_first_time_together() {
    let place = StorePlace::empty();
    let opened = (0..4).map(|_| {
        tokio::spawn({
            let url = place.url();
            async move { Store::open(&url).await.map(drop) }
        })
    });
    for one in opened.collect::<Vec<_>>() {
        one.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_store_of_a_newer_version_is_refused_and_left_alone() {
    let place = StorePlace::empty();
    place.open().await.close().await;
    place
        .run(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (7, 'later', TRUE, '', 0)",
        )
        .await;
    let error = Store::open(&place.url()).await.unwrap_err();
    let StoreError::Newer { found: 7, known } = error else { panic!("{error}") };
    assert!(
        known < 7 && error.to_string().contains(&format!("its schema is 7; this version knows {known})")),
        "{error}"
    );
}

#[tokio::test]
async fn a_wrong_address_or_file_is_told_with_what_to_do() {
    let error = Store::open("mysql://me:s3cret@somewhere/db").await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
    assert!(error.to_string().contains("as in sqlite://bedside.db"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "no folder").unwrap();
    let error = Store::open(&format!("sqlite://{}/file/bedside.db", folder.path().display())).await.unwrap_err();
    assert!(error.to_string().contains("check that Bedside may write there"), "{error}");
    let no_store = folder.path().join("file");
    std::fs::write(&no_store, "This is no database. ".repeat(100)).unwrap();
    let error = Store::open(&format!("sqlite://{}", no_store.display())).await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

#[tokio::test]
async fn a_schedule_is_set_changed_and_removed() {
    let (store, _place) = fresh().await;
    store.set_schedule(&workspace(), &schedule("5", "ann")).await.unwrap();
    store.set_schedule(&workspace(), &NewSchedule { time: "10:30".into(), ..schedule("5", "ben") }).await.unwrap();
    let rows = store.schedules(&workspace()).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].time.as_str(), rows[0].topics.len()), ("10:30", 2));
    assert_eq!(rows[0].set_by, Some(PersonId::new("ben")));
    assert_eq!(store.next_wake().await.unwrap(), Some(schedule("5", "ann").next.due));
    assert!(store.skip(&workspace(), &channel("5"), date(2026, 5, 12)).await.unwrap());
    assert!(store.remove_schedule(&workspace(), &channel("5"), PostingKind::Tip).await.unwrap());
    assert!(!store.remove_schedule(&workspace(), &channel("5"), PostingKind::Tip).await.unwrap());
    assert!(store.skips(&workspace(), &channel("5"), date(2026, 1, 1)).await.unwrap().is_empty());
    assert_eq!(store.next_wake().await.unwrap(), None);
}

#[tokio::test]
async fn everything_has_a_bound() {
    let (store, _place) = fresh().await;
    for id in 0..100 {
        store.set_schedule(&workspace(), &schedule(&id.to_string(), "ann")).await.unwrap();
    }
    let error = store.set_schedule(&workspace(), &schedule("100", "ann")).await.unwrap_err();
    assert_eq!(error.to_string(), "There can be at most 100 channels with a daily tip. Please remove one first.");
    assert_eq!(store.schedules(&workspace()).await.unwrap().len(), 100);
    // Changing one that is there stays possible.
    store.set_schedule(&workspace(), &schedule("7", "ben")).await.unwrap();
    assert!(store.watch(&workspace(), &channel(&"9".repeat(10_000))).await.is_err());
    store.mute(&workspace(), None, &"r".repeat(10_000)).await.unwrap();
    let muted = store.muted(&workspace(), None).await.unwrap();
    assert!(muted.iter().all(|rule| rule.len() == 200));
}

#[tokio::test]
async fn mutes_of_the_team_and_of_a_person_add_up_and_stay_apart() {
    let (store, _place) = fresh().await;
    let (ann, ben) = (PersonId::new("ann"), PersonId::new("ben"));
    store.mute(&workspace(), None, "blame/should-have").await.unwrap();
    store.mute(&workspace(), Some(&ann), "jargon/reboot").await.unwrap();
    store.mute(&WorkspaceId::new("discord:2"), None, "other/rule").await.unwrap();
    assert_eq!(store.muted(&workspace(), Some(&ann)).await.unwrap().len(), 2);
    assert_eq!(store.muted(&workspace(), Some(&ben)).await.unwrap().len(), 1);
    assert_eq!(store.muted(&workspace(), None).await.unwrap().len(), 1);
    assert!(store.unmute(&workspace(), None, "blame/should-have").await.unwrap());
    assert!(!store.unmute(&workspace(), Some(&ben), "jargon/reboot").await.unwrap());
}

#[tokio::test]
async fn a_person_sees_what_is_kept_and_can_have_it_deleted() {
    let (store, _place) = fresh().await;
    let (ann, ben) = (PersonId::new("ann"), PersonId::new("ben"));
    let week = Week::of(date(2026, 5, 11));
    store.set_schedule(&workspace(), &schedule("5", "ann")).await.unwrap();
    store.mute(&workspace(), Some(&ann), "jargon/reboot").await.unwrap();
    store.mute(&workspace(), Some(&ben), "jargon/reboot").await.unwrap();
    store.count(&workspace(), "review", week, Some(&ann)).await.unwrap();
    store.count(&workspace(), "review", week, Some(&ben)).await.unwrap();
    let other = WorkspaceId::new("discord:2");
    store.mute(&other, Some(&ann), "jargon/reboot").await.unwrap();

    let kept = vec![
        Kept::SetSchedule(channel("5")),
        Kept::Mute("jargon/reboot".into()),
        Kept::Counted { feature: "review".into(), week: "2026-W20".into() },
    ];
    assert_eq!(store.about(&workspace(), &ann).await.unwrap(), kept);
    assert_eq!(store.forget(&workspace(), &ann).await.unwrap(), kept);
    assert!(store.about(&workspace(), &ann).await.unwrap().is_empty());
    assert!(store.forget(&workspace(), &ann).await.unwrap().is_empty());
    // The tip goes on, the count stays, and nobody else is touched.
    assert_eq!(store.schedules(&workspace()).await.unwrap()[0].set_by, None);
    assert_eq!(store.uses(&workspace(), "review", week).await.unwrap(), 2);
    assert_eq!(store.users(&workspace(), "review", week).await.unwrap(), 1);
    assert_eq!(store.about(&workspace(), &ben).await.unwrap().len(), 2);
    assert_eq!(store.about(&other, &ann).await.unwrap().len(), 1);
    // The team's mutes, filed under nobody, are nobody's to forget.
    store.mute(&workspace(), None, "blame/should-have").await.unwrap();
    assert!(store.forget(&workspace(), &PersonId::new("")).await.unwrap().is_empty());
    assert_eq!(store.muted(&workspace(), None).await.unwrap().len(), 1);
}

#[tokio::test]
async fn people_are_counted_once_and_their_hashes_go_with_the_week() {
    let (store, _place) = fresh().await;
    let week = Week::of(date(2026, 12, 28));
    assert_eq!(week.to_string(), "2026-W53");
    for person in ["ann", "ann", "ben"] {
        store.count(&workspace(), "review", week, Some(&PersonId::new(person))).await.unwrap();
    }
    assert_eq!(store.users(&workspace(), "review", week).await.unwrap(), 2);
    store.prune_counters(week).await.unwrap();
    assert_eq!(store.users(&workspace(), "review", week).await.unwrap(), 2);
    store.prune_counters(Week::of(date(2027, 1, 4))).await.unwrap();
    assert_eq!(store.users(&workspace(), "review", week).await.unwrap(), 0);
    assert_eq!(store.uses(&workspace(), "review", week).await.unwrap(), 3);
    store.prune_counters(Week::of(date(2028, 6, 1))).await.unwrap();
    assert_eq!(store.uses(&workspace(), "review", week).await.unwrap(), 0);
}

#[tokio::test]
async fn a_file_in_which_nothing_was_begun_is_no_store_yet() {
    let folder = tempfile::tempdir().unwrap();
    let (file, other) = (folder.path().join("bedside.db"), folder.path().join("other.db"));
    std::fs::write(&file, "").unwrap();
    let (url, from) = (format!("sqlite://{}", file.display()), format!("sqlite://{}", other.display()));
    assert!(Store::examine(&url).await.unwrap().is_none());
    let store = Store::open(&from).await.unwrap();
    store.watch(&workspace(), &channel("7")).await.unwrap();
    store.close().await;
    Store::copy(&from, &url, |_| ()).await.unwrap();
    assert_eq!(Store::open(&url).await.unwrap().watched(&workspace()).await.unwrap(), [channel("7")]);
}

#[tokio::test]
async fn a_workspace_that_left_is_deleted_after_thirty_days_and_no_sooner() {
    let (store, _place) = fresh().await;
    store.set_schedule(&workspace(), &schedule("5", "ann")).await.unwrap();
    store.watch(&workspace(), &channel("5")).await.unwrap();
    store.left(&workspace(), noon()).await.unwrap();
    assert!(store.due_schedules(noon() + 100.hours(), 10).await.unwrap().is_empty());
    assert!(store.workspaces().await.unwrap().is_empty());
    // Hearing of it again does not put the deletion off.
    store.left(&workspace(), noon() + (24 * 20).hours()).await.unwrap();
    assert!(store.purge_left(noon() + (24 * 30 - 1).hours()).await.unwrap().is_empty());

    store.returned(&workspace()).await.unwrap();
    assert_eq!(store.workspaces().await.unwrap(), [workspace()]);
    assert_eq!(store.resting_schedules(&workspace()).await.unwrap().len(), 1);
    assert!(store.purge_left(noon() + (24 * 365).hours()).await.unwrap().is_empty());

    store.left(&workspace(), noon()).await.unwrap();
    assert_eq!(store.purge_left(noon() + (24 * 30).hours()).await.unwrap(), [workspace()]);
    assert!(store.schedules(&workspace()).await.unwrap().is_empty());
    assert!(store.watched(&workspace()).await.unwrap().is_empty());
}

/// What was told is found again by what the telling is known by; so that must not change when a part of it comes right.
#[tokio::test]
async fn a_telling_is_known_by_the_same_although_what_it_began_with_came_right() {
    let (store, _place) = fresh().await;
    let lease = Lease { holder: "one", until: noon() + 2.minutes() };
    let key = |day| PostingKey {
        workspace: workspace(),
        channel: channel("5"),
        date: date(2026, 5, day),
        kind: PostingKind::Post,
    };
    for day in [11, 12] {
        assert!(store.open_posting(&key(day), "a-post", noon()).await.unwrap());
        store.take(&key(day), lease, noon()).await.unwrap().unwrap();
    }
    let lacking = Again { at: noon(), reason: "denied", may_stand: false, looked: false, failed: true };
    assert!(store.again(&key(11), "one", lacking, noon()).await.unwrap());
    assert!(store.finish(&key(12), "one", Final::Failed("denied"), noon()).await.unwrap());
    let claim = async |at: Timestamp| {
        let claimed = store.claim_telling(&workspace(), &channel("5"), "new", at, at + 5.minutes()).await.unwrap();
        claimed.unwrap()
    };
    let told = claim(noon()).await;
    assert_eq!((told.postings.len(), told.taken_up, told.first), (2, false, (date(2026, 5, 11), noon())));

    store.take(&key(11), lease, noon()).await.unwrap().unwrap();
    assert!(store.finish(&key(11), "one", Final::Sent(&MessageId::new("7")), noon()).await.unwrap());
    let again = claim(noon() + 6.minutes()).await;
    assert_eq!((again.postings.len(), again.taken_up), (1, true));
    assert_eq!((again.id, again.first), (told.id, told.first));
}
