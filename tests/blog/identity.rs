//! One post stays one post, whatever its blog does to it; two stay two.

use crate::world::{Answer, Item, START, World, item, page, rss};

/// What is announced when a feed that bore `before` comes to bear `after`.
async fn announced(before: &[Item], after: &[Item]) -> Vec<String> {
    let world = World::new(page(rss(before))).await;
    world.tick_at(START).await;
    world.server.answers(page(rss(after)));
    for day in 11..=14 {
        world.tick_at(&format!("2026-05-{day}T09:00:00Z")).await;
    }
    world.announced()
}

fn but(change: impl Fn(&mut Item)) -> Item {
    let mut changed = item(1, 10);
    change(&mut changed);
    changed
}

#[tokio::test]
async fn edits_repeats_and_moves_are_no_new_post() {
    for (what, same) in [
        ("its title was edited", but(|one| one.title = "Post number one, mended".into())),
        ("its text was edited", but(|one| one.text = "It says something else now".into())),
        ("its date was edited", but(|one| one.date = "11 May 2026 09:00:00 GMT".into())),
        ("its date is gone", but(|one| one.date.clear())),
        ("another identifier", but(|one| one.guid = "tag:blog.example,2026:1".into())),
        ("no identifier any more", but(|one| one.guid.clear())),
        (
            "its identifier's scheme changed",
            but(|one| {
                one.guid = "http://www.blog.example/?p=1".into();
                one.link = "https://elsewhere.example/1".into();
                one.title = "Another title".into();
            }),
        ),
        ("another address", but(|one| one.link = "https://blog.example/2026/05/post-number-1".into())),
        (
            "another blog's address",
            but(|one| {
                one.link = "https://new.example/1".into();
                one.guid = "https://new.example/?id=1".into();
            }),
        ),
        (
            "its address written otherwise",
            but(|one| {
                one.link = "http://WWW.Blog.example:80/posts/1/?utm_source=rss&fbclid=x#more".into();
                one.guid = "other".into();
                one.title = "Another title".into();
            }),
        ),
        (
            "through a page that leads on",
            but(|one| {
                one.link = "https://www.google.com/url?sa=t&url=https%3A%2F%2Fblog.example%2Fposts%2F1".into();
                one.guid = "other".into();
                one.title = "Another title".into();
            }),
        ),
        (
            "capitals and markup in its title",
            but(|one| {
                one.title = "POST <b>number</b>\n 1".into();
                one.guid = "other".into();
                one.link = "https://blog.example/other".into();
            }),
        ),
    ] {
        assert_eq!(announced(&[item(1, 10)], std::slice::from_ref(&same)).await, [""; 0], "{what}");
        assert_eq!(announced(&[item(1, 10)], &[same, item(1, 10)]).await, [""; 0], "{what}, and twice");
    }
}

#[tokio::test]
async fn two_posts_are_two() {
    for (what, other) in [
        ("nothing in common", item(2, 11)),
        (
            "a title that comes back",
            but(|one| {
                one.guid = "2".into();
                one.link = "https://blog.example/posts/2".into();
                one.date = "11 May 2026 06:00:00 GMT".into();
            }),
        ),
        (
            "a title that comes back, without a date",
            but(|one| {
                one.guid = "2".into();
                one.link = "https://blog.example/posts/2".into();
                one.text = "Another week's".into();
                one.date.clear();
            }),
        ),
        (
            "another page of one address",
            but(|one| {
                one.guid = "2".into();
                one.link = "https://blog.example/posts/1?page=2".into();
                one.title = "Second page".into();
            }),
        ),
    ] {
        assert_eq!(announced(&[item(1, 10)], &[other.clone(), item(1, 10)]).await, [other.title], "{what}");
    }
}

#[tokio::test]
async fn what_every_post_shares_identifies_none() {
    let front = |n: u32, guid: &str| Item { link: "https://blog.example/".into(), guid: guid.into(), ..item(n, n) };
    let (one, two, three) = (front(9, "a"), front(10, "b"), front(11, "c"));
    assert_eq!(announced(&[two.clone(), one.clone()], &[three, two, one]).await, ["Post number 11"]);
    let same = |n: u32| Item { guid: "0".into(), ..item(n, n) };
    assert_eq!(announced(&[same(10), same(9)], &[same(11), same(10), same(9)]).await, ["Post number 11"]);
}

#[tokio::test]
async fn a_post_that_vanishes_and_comes_back_is_known() {
    let world = World::new(page(rss(&[item(2, 10), item(1, 9)]))).await;
    world.tick_at(START).await;
    world.server.answers(page(rss(&[item(1, 9)])));
    world.live_until("2026-05-12T12:00:00Z").await;
    // Now and then it bears nothing at all.
    world.server.answers(page(rss(&[])));
    world.live_until("2026-05-13T12:00:00Z").await;
    world.server.answers(page(rss(&[item(2, 10), item(1, 9)])));
    world.live_until("2026-05-14T20:00:00Z").await;
    assert_eq!(world.announced(), [""; 0]);
}

#[tokio::test]
async fn a_feed_that_is_empty_at_first_has_not_begun() {
    let world = World::new(page(rss(&[]))).await;
    world.live_until("2026-05-11T12:00:00Z").await;
    world.server.answers(page(rss(&[item(2, 10), item(1, 9)])));
    world.live_until("2026-05-12T12:00:00Z").await;
    assert_eq!(world.announced(), [""; 0]);
    world.server.answers(page(rss(&[item(3, 12), item(2, 10), item(1, 9)])));
    world.live_until("2026-05-13T12:00:00Z").await;
    assert_eq!(world.announced(), ["Post number 3"]);
}

#[tokio::test]
async fn another_feed_begins_in_silence_again() {
    let mut world = World::new(page(rss(&[item(1, 10)]))).await;
    world.tick_at(START).await;
    let other = crate::world::Server::start(page(rss(&[item(9, 11), item(8, 11)]))).await;
    world.server = other;
    world.restart();
    world.live_until("2026-05-13T12:00:00Z").await;
    assert_eq!(world.announced(), [""; 0]);
    assert!(world.server.requests() > 10);
}

#[tokio::test]
async fn atom_and_json_are_feeds_too() {
    let atom = |entries: &str| {
        page(format!(
            "<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://blog.example/'>\
             <title type='html'>The &lt;em&gt;Kind&lt;/em&gt; Desk</title><id>f</id><updated>2026-05-10T00:00:00Z</updated>\
             {entries}</feed>"
        ))
    };
    let entry = |n: u32| {
        format!(
            "<entry><id>urn:{n}</id><title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>Entry <b>{n}</b></div>\
             </title><link rel='self' href='https://other.example/self'/><link href='/posts/{n}'/>\
             <updated>2026-05-1{n}T06:00:00Z</updated><content type='html'>&lt;p&gt;text&lt;/p&gt;</content></entry>"
        )
    };
    let json = |items: &str| {
        page(format!(
            "\u{FEFF}{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"The Kind Desk\",\"authors\":\
             [{{\"name\":\"A\"}}],\"items\":[{items}]}}"
        ))
    };
    let json_item = |n: u32| {
        format!(
            "{{\"id\":{n},\"url\":\"https://blog.example/posts/{n}\",\"title\":\"Entry {n}\",\"content_text\":\"t\",\
             \"date_published\":\"2026-05-1{n}T06:00:00Z\",\"tags\":null}}"
        )
    };
    let feeds: [(Answer, Answer); 2] = [
        (atom(&entry(0)), atom(&(entry(1) + &entry(0)))),
        (json(&json_item(0)), json(&format!("{},{}", json_item(1), json_item(0)))),
    ];
    for (before, after) in feeds {
        let world = World::new(before).await;
        world.tick_at(START).await;
        world.server.answers(after);
        world.live_until("2026-05-13T12:00:00Z").await;
        let said = world.announcements("general");
        let texts: Vec<_> = said.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(texts, ["Entry 1\nA new post on The Kind Desk"]);
    }
}
