//! What the store keeps of a feed, and what it lets go of.

use bedside::store::{BlogPost, FeedRead, Store};
use jiff::SignedDuration;

use crate::common::{at, stores::fresh};

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn read(store: &Store, now: jiff::Timestamp, marks: &[String], new: &[BlogPost]) -> bool {
    let feed = "f".repeat(64);
    let claim = now + SignedDuration::from_mins(5);
    assert!(store.claim_feed(&feed, now, claim).await.unwrap().is_some());
    assert_eq!(store.claim_feed(&feed, now, claim).await.unwrap(), None, "it is claimed");
    let marks: Vec<&str> = marks.iter().map(String::as_str).collect();
    let found = FeedRead { etag: Some("\"e\""), last_modified: None, marks: &marks, new };
    store.feed_read(&feed, claim, found, now, now + SignedDuration::from_hours(1)).await.unwrap()
}

#[tokio::test]
async fn what_is_known_is_bounded_and_what_the_feed_bears_is_never_forgotten() {
    let (store, _place) = fresh().await;
    let marks = |from: u32, count: u32| (from..from + count).map(|n| format!("{n:064x}")).collect::<Vec<_>>();
    let start = at("2026-05-11T08:00:00Z");
    // Five readings of 1,500 marks each, nothing in common.
    for (number, days) in (0..5).zip(0..) {
        assert!(read(&store, start + DAY * days, &marks(number * 1_500, 1_500), &[]).await);
    }
    let mut known = store.known_marks(&"f".repeat(64)).await.unwrap();
    known.sort();
    assert_eq!(known, marks(1_500, 6_000), "the oldest went");
    // More at once than is kept: all of it stays while the feed bears it.
    assert!(read(&store, start + DAY * 6, &marks(10_000, 7_000), &[]).await);
    assert_eq!(store.known_marks(&"f".repeat(64)).await.unwrap().len(), 7_000);
}

#[tokio::test]
async fn posts_are_kept_as_long_as_their_postings_and_a_lost_claim_records_nothing() {
    let (store, _place) = fresh().await;
    let post = BlogPost {
        post: "a".repeat(64),
        blog: "b".repeat(500),
        title: "é".repeat(500),
        link: "https://blog.example/".into(),
    };
    let start = at("2026-05-11T08:00:00Z");
    assert!(read(&store, start, &["a".repeat(64)], std::slice::from_ref(&post)).await);
    let kept = store.blog_post(&post.post).await.unwrap().unwrap();
    assert_eq!((kept.blog.len(), kept.title.chars().count()), (200, 200));
    assert!(read(&store, start + DAY * 105, &[], &[]).await);
    assert!(store.blog_post(&post.post).await.unwrap().is_some());
    assert!(read(&store, start + DAY * 111, &[], &[]).await);
    assert_eq!(store.blog_post(&post.post).await.unwrap(), None);

    let (feed, now) = ("f".repeat(64), start + DAY * 112);
    let first = now + SignedDuration::from_mins(5);
    store.claim_feed(&feed, now, first).await.unwrap().unwrap();
    let second = first + SignedDuration::from_mins(5);
    store.claim_feed(&feed, first, second).await.unwrap().unwrap();
    let found = FeedRead { etag: None, last_modified: None, marks: &[], new: std::slice::from_ref(&post) };
    assert!(!store.feed_read(&feed, first, found, first, first + DAY).await.unwrap());
    assert!(!store.feed_unchanged(&feed, first, first, first + DAY).await.unwrap());
    assert!(!store.feed_failed(&feed, first, None, first + DAY).await.unwrap());
    assert_eq!(store.blog_post(&post.post).await.unwrap(), None);
    assert_eq!(store.feed(&feed).await.unwrap().unwrap().next_at, second);
}
