//! What a feed says, read without a server: bounds, links and titles.

use bedside::blog::{LONGEST_TITLE, Unreadable, read};

use crate::world::{Item, item, rss};

const FROM: &str = "https://blog.example/feed";

#[test]
fn a_post_without_a_link_to_the_web_is_left_out() {
    let with = |link: &str| Item { link: link.into(), guid: "1".into(), ..item(1, 10) };
    for link in ["", "javascript:alert(1)", "ftp://blog.example/1", "https://me:pw@blog.example/", "data:text/html,x"] {
        assert_eq!(read(&rss(&[with(link)]), FROM).unwrap().posts, [], "{link}");
    }
    for (link, leads) in [
        ("/posts/1", "https://blog.example/posts/1"),
        ("posts/1?a=b#c", "https://blog.example/posts/1?a=b#c"),
        ("HTTP://Blog.Example:80/x", "http://blog.example/x"),
        (" https://blog.example/ü ", "https://blog.example/%C3%BC"),
    ] {
        assert_eq!(read(&rss(&[with(link)]), FROM).unwrap().posts[0].link, leads);
    }
    let permalink = Item { link: String::new(), ..item(1, 10) };
    assert_eq!(read(&rss(&[permalink]), FROM).unwrap().posts[0].link, "https://blog.example/?p=1");
}

#[test]
fn much_is_read_newest_first_and_bounded() {
    let items: Vec<Item> = (0..3_000)
        .map(|n| Item { date: format!("{:02} May {} 06:00:00 GMT", n % 28 + 1, 1900 + n / 28), ..item(n, 1) })
        .collect();
    let feed = read(&rss(&items), FROM).unwrap();
    assert_eq!(feed.posts.len(), 500);
    assert!(feed.posts.is_sorted_by_key(|post| std::cmp::Reverse(post.published)));
    assert_eq!(feed.posts[0].title, "Post number 2999");
    assert_eq!(read(&rss(&vec![item(1, 1); 6_000]), FROM), Err(Unreadable::TooMuch));
}

#[test]
fn a_title_is_plain_and_bounded() {
    let titled = |title: &str| {
        let feed = read(&rss(&[Item { title: title.into(), ..item(1, 10) }]), FROM).unwrap();
        feed.posts[0].title.clone()
    };
    assert_eq!(titled("Listening &amp; <i>being</i> heard\u{202E}\u{7}"), "Listening & being heard");
    let long = titled(&"a long title ".repeat(800));
    assert!(long.chars().count() <= LONGEST_TITLE && long.ends_with('…'), "{long}");
    assert_eq!(titled(""), "");
}

#[test]
fn nothing_makes_the_reader_panic_or_dawdle_for_want_of_sense() {
    let whole = rss(&[item(2, 11), item(1, 10)]);
    for end in 0..whole.len() {
        let _ = read(&whole[..end], FROM);
    }
    for (at, noise) in (0..whole.len()).zip((0..=u8::MAX).cycle()) {
        let mut broken = whole.clone();
        broken[at] ^= noise;
        let _ = read(&broken, FROM);
    }
}

#[test]
fn feeds_as_they_are_found_are_read() {
    let whole = String::from_utf8(rss(&[item(1, 10)])).unwrap();
    let titled = |title: &str| whole.replace("Post number 1", title);
    let title = |bytes: &[u8]| read(bytes, FROM).map(|feed| feed.posts[0].title.clone());
    for (written, shown) in [
        ("Tom&#8217;s <![CDATA[<b>R&amp;D</b>]]>", "Tom’s R&D"),
        ("&amp;lt;b&amp;gt; &amp;amp; &amp;nbsp;more", "<b> & more"),
        ("It&rsquo;s here", "It’s here"),
    ] {
        assert_eq!(title(titled(written).as_bytes()).as_deref(), Ok(shown), "{written}");
    }
    let latin = titled("Caf\u{1}").replace("UTF-8", "windows-1252").into_bytes();
    let latin: Vec<u8> = latin.into_iter().map(|byte| if byte == 1 { 0xE9 } else { byte }).collect();
    assert_eq!(title(&latin).as_deref(), Ok("Café"));
}
