//! Moving house: from a file to a server and back, row for row.

use bedside::store::{
    Again, BlogPost, FeedRead, Final, Lease, MailTimes, MessageId, PostingKey, PostingKind, Practised, QuizRun, RoleId,
    Store, StoreError, Week,
};
use jiff::{SignedDuration, civil::date};

use crate::{channel, common::stores::StorePlace, due, person, schedule, workspace};

/// Something in every table, and more than a page in some.
async fn furnish(store: &Store) {
    let (here, ann, week) = (workspace(), person("ann"), Week::of(date(2026, 5, 11)));
    store.set_staff(&here, Some(&RoleId::new("7"))).await.unwrap();
    store.watch(&here, &channel("Zoë’s ümlaut-channel 🦀")).await.unwrap();
    store.watch(&here, &channel("a")).await.unwrap();
    store.watch(&here, &channel("B")).await.unwrap();
    store.set_schedule(&here, &schedule(channel("5"))).await.unwrap();
    store.skip(&here, &channel("5"), date(2026, 5, 13)).await.unwrap();
    for rule in 0..450 {
        store.mute(&here, None, &format!("rule/{rule}")).await.unwrap();
        store.mute(&here, Some(&ann), &format!("rule/{rule}")).await.unwrap();
        store.mute(&here, Some(&person("ben")), &format!("Rule/{rule}")).await.unwrap();
    }
    store.count(&here, "review", week, Some(&ann)).await.unwrap();
    store.add_api_key("desk", &"a".repeat(64), date(2026, 5, 11)).await.unwrap();
    let mut card = Practised {
        card: "t/1".into(),
        stability: 0.1 + 0.2,
        difficulty: 1.0 / 3.0,
        due: due(),
        seen: due(),
        times: 3,
        lapses: 1,
    };
    store.practise(&here, &ann, None, &card).await.unwrap();
    (card.card, card.stability) = ("t/2".into(), 5.0);
    store.practise(&here, &ann, None, &card).await.unwrap();
    let times = MailTimes { time: "09:00".into(), zone: "UTC".into(), days: "every day".into() };
    store.set_practice_mail(&here, &ann, &times, due()).await.unwrap();
    store.begin_quiz(&here, &ann, "empathy").await.unwrap();
    store.finish_quiz(&here, &ann, "empathy", &[], &QuizRun { at: due(), answers: vec![1, 2] }).await.unwrap();
    store.begin_quiz(&here, &ann, "listening").await.unwrap();
    let lease = Lease { holder: "one", until: due() };
    for (name, sent) in [("5", true), ("6", false)] {
        let key = PostingKey {
            workspace: here.clone(),
            channel: channel(name),
            date: date(2026, 5, 11),
            kind: PostingKind::Tip,
        };
        store.claim_now(&key, "tip/1", 2, lease, due()).await.unwrap().unwrap();
        if sent {
            store.finish(&key, "one", Final::Sent(&MessageId::new("9")), due()).await.unwrap();
        } else {
            let again = Again { at: due(), reason: "it’s busy", may_stand: true, looked: true, failed: true };
            store.again(&key, "one", again, due()).await.unwrap();
        }
    }
    let feed = "f".repeat(64);
    let marks: Vec<String> = (0..1_234).map(|number| format!("{number:064x}")).collect();
    let marks: Vec<&str> = marks.iter().map(String::as_str).collect();
    let post =
        BlogPost { post: marks[0].into(), blog: "Blog".into(), title: "“Title”".into(), link: "https://b".into() };
    let until = due() + SignedDuration::from_mins(5);
    store.claim_feed(&feed, due(), until).await.unwrap().unwrap();
    let read = FeedRead { etag: Some("\"e\""), last_modified: None, marks: &marks, new: &[post] };
    assert!(store.feed_read(&feed, until, read, due(), until).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_file_to_a_server_and_back_every_row_arrives() {
    let Some(server) = StorePlace::empty_postgres() else { return };
    let (file, back) = (StorePlace::sqlite(), StorePlace::sqlite());
    let store = file.open().await;
    furnish(&store).await;
    let ann = (workspace(), person("ann"));
    let kept = store.about(&ann.0, &ann.1).await.unwrap();
    store.close().await;
    let before = std::fs::read(file.url().trim_start_matches("sqlite://")).unwrap();

    let mut tables = Vec::new();
    let (from, to) = (file.url(), server.url());
    let copied = Store::copy(&from, &to, |progress| {
        assert!(progress.done <= progress.of);
        tables.push(progress.table);
    });
    let copied = copied.await.unwrap();
    assert!(copied.rows > 2_500 && copied.already == 0, "{copied:?}");
    tables.dedup();
    assert_eq!(tables.len(), 38, "each of nineteen tables is copied, then compared");
    assert_eq!(std::fs::read(file.url().trim_start_matches("sqlite://")).unwrap(), before, "the source is as it was");

    // The copy is a store, and knows whom it knows.
    let store = server.open().await;
    assert_eq!(store.about(&ann.0, &ann.1).await.unwrap(), kept);
    store.close().await;
    // Again: everything is there already.
    let again = Store::copy(&file.url(), &server.url(), |_| ()).await.unwrap();
    assert_eq!((again.rows, again.already), (copied.rows, copied.rows));

    let returned = Store::copy(&server.url(), &back.url(), |_| ()).await.unwrap();
    assert_eq!(returned.rows, copied.rows);
    let all = Store::copy(&file.url(), &back.url(), |_| ()).await.unwrap();
    assert_eq!(all.already, copied.rows, "what came back is what had gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_was_cut_off_goes_on_and_other_data_is_refused() {
    let Some(server) = StorePlace::empty_postgres() else { return };
    let file = StorePlace::sqlite();
    let store = file.open().await;
    furnish(&store).await;
    store.close().await;
    // Whoever copies dies in the middle of it.
    let cut = tokio::spawn({
        let (from, to) = (file.url(), server.url());
        async move { Store::copy(&from, &to, |progress| assert!(progress.table != "users_of", "cut off here")).await }
    });
    assert!(cut.await.unwrap_err().is_panic());
    let copied = Store::copy(&file.url(), &server.url(), |_| ()).await.unwrap();
    assert!(copied.already > 1_000 && copied.already < copied.rows, "{copied:?}");

    // Something else in the target, or the same otherwise: it is left alone.
    for (other, undo) in [
        (
            "INSERT INTO workspaces (workspace) VALUES ('discord:2')",
            "DELETE FROM workspaces WHERE workspace = 'discord:2'",
        ),
        ("UPDATE schedules SET time = '10:00'", "UPDATE schedules SET time = '09:00'"),
    ] {
        server.run(other).await;
        let error = Store::copy(&file.url(), &server.url(), |_| ()).await.unwrap_err();
        assert!(matches!(error, StoreError::OtherData { .. }), "{error}");
        server.run(undo).await;
    }
    // A bot runs on it.
    let bot = server.open().await;
    let error = Store::copy(&file.url(), &server.url(), |_| ()).await.unwrap_err();
    assert!(matches!(error, StoreError::InUse), "{error}");
    bot.close().await;
    assert_eq!(Store::copy(&file.url(), &server.url(), |_| ()).await.unwrap().already, copied.rows);
    let error = Store::copy(&server.url(), &server.url(), |_| ()).await.unwrap_err();
    assert!(matches!(error, StoreError::SameStore), "{error}");
    let error = Store::copy("sqlite:///nowhere/at.db", &server.url(), |_| ()).await.unwrap_err();
    assert_eq!(error.to_string(), "There is no store at /nowhere/at.db.");
}
