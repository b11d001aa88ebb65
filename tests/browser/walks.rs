//! What people come to the room for, walked with a mouse.

use crate::browser::{ENTER, ESCAPE, House, Page};

/// A ticket that the room plays in at the start, by words of it.
const DEMO: &str = "mid-demo";
/// An answer that hurts, and one that reads well.
pub(crate) const BAD: &str = "You should have reported it through the portal. As I said, it is probably your wifi.";
pub(crate) const GOOD: &str = "Four drops since nine, and this one with a client watching: let's get your demo back \
    first. Join from your phone's hotspot, or open https://demo.example.org in the browser, which needs no VPN at all. \
    The drops are mine now. I'm moving you to another gateway while you present and will write at 11:30 with what \
    caused them.";

/// Opens the menu of the newest customer's message and chooses a command.
async fn on_newest_message(page: &Page, command: &str) {
    page.until("a message with a menu", "document.querySelector('.from-customer .message-more')").await;
    let script = "const all = document.querySelectorAll('.from-customer .message-more');
        all[all.length - 1].click();
        [...document.querySelectorAll('.menu:not([hidden]) .menu-label')].find((e) => e.textContent === arguments[0]).click();";
    page.client.execute(script, vec![command.into()]).await.expect("the command is offered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customers_message_is_coached_and_only_its_reader_sees_it() {
    let Some(house) = House::open().await else { return };
    let sam = house.visit("agent/support/channel").await;
    let another_sam = house.visit("agent/support/channel").await;
    let robin = house.visit("customer/support/channel").await;

    on_newest_message(&sam, "Help me answer").await;
    let card = sam.text(".private .card").await;
    assert!(card.contains("Say first") && card.contains("The shape of an answer"), "{card}");
    assert!(sam.text(".private-note").await.contains("Only you can see this"));

    // What comes after it has come everywhere; the card has not.
    sam.write("#say", "I am on it.").await;
    sam.strike(&ENTER.to_string()).await;
    for other in [&another_sam, &robin] {
        other.until("the message arrives", "document.querySelector('#log').innerText.includes('I am on it.')").await;
        assert_eq!(other.count(".private").await, 0, "a private card reached another browser");
    }
    robin.client.refresh().await.expect("a reload");
    robin.until("the room is there again", "document.querySelector('#log').innerText.includes('I am on it.')").await;
    assert_eq!(robin.count(".private").await, 0);

    // A reloaded page finds itself again, and what it was shown.
    sam.client.refresh().await.expect("a reload");
    assert_eq!(sam.text(".private .card").await, card);
    sam.click(".private [aria-label^='Dismiss']").await;
    sam.until("the card is gone", "!document.querySelector('.private')").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_reviewed_as_it_is_written_mended_and_reads_well() {
    let Some(house) = House::open().await else { return };
    let sam = house.visit("agent/support/desk").await;
    sam.choose("#answering", DEMO).await;
    assert!(sam.text("#answered").await.contains(DEMO));

    sam.write("#draft", BAD).await;
    sam.until(
        "the words are underlined",
        "document.querySelector('.mark-high')?.textContent === 'You should have reported'",
    )
    .await;
    assert!(sam.text(".stop[aria-current]").await.contains("likely to sting"));
    assert!(sam.text(".note-high").await.contains("Mend before sending"));
    assert!(sam.text(".missing").await.contains("Not there yet"));
    // Each letter of the mirror stands under its twin, or the underlines lie.
    let same = "document.querySelector('#mirror').offsetHeight === document.querySelector('#draft').offsetHeight
        && document.querySelector('#draft').scrollHeight === document.querySelector('#draft').clientHeight";
    assert_eq!(sam.value(same).await, true);

    sam.write("#draft", GOOD).await;
    assert!(sam.text("#reads-well").await.starts_with("Reads well"));
    assert_eq!(sam.count(".note").await, 0);
    assert!(sam.text(".strengths").await.contains("Does well"));
    assert_eq!(sam.value("localStorage.length").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_comes_before_any_reply() {
    let Some(house) = House::open().await else { return };
    let robin = house.visit("customer/support/channel").await;
    robin.write("#say", "I can't do this any more, I want to kill myself.").await;
    robin.strike(&ENTER.to_string()).await;
    let sam = house.visit("agent/support/desk").await;
    sam.choose("#answering", "I can't do this any more").await;
    sam.write("#draft", GOOD).await;
    let said = sam.text("#person-first").await;
    assert!(said.contains("A person first") && said.contains("Do not work on the ticket alone"), "{said}");
    assert_eq!(sam.count("#reads-well").await, 0);
    sam.picture("person-first").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_in_the_form_is_reviewed_and_edited() {
    let Some(house) = House::open().await else { return };
    let sam = house.visit("agent/support/channel").await;
    on_newest_message(&sam, "Help me answer").await;
    sam.find(".private .card-title").await;
    sam.click(".private .button-primary").await;
    sam.write("dialog textarea", BAD).await;
    sam.click("dialog [type=submit]").await;
    sam.until("a review", "document.querySelector('.tone-stop .card-title')").await;
    sam.click(".tone-stop .button-primary").await;
    sam.until(
        "the draft is there to be mended",
        "document.querySelector('dialog textarea')?.value.startsWith('You should')",
    )
    .await;
    sam.write("dialog textarea", GOOD).await;
    sam.click("dialog [type=submit]").await;
    sam.until(
        "it reads well",
        "[...document.querySelectorAll('.private .card-title')].some((e) => e.textContent === 'Reads well')",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_type_is_text() {
    let Some(house) = House::open().await else { return };
    let robin = house.visit("customer/support/channel").await;
    let words = "<img src=x onerror=\"document.title='owned'\"> & <b>bold</b>";
    robin.write("#say", words).await;
    robin.strike(&ENTER.to_string()).await;
    robin.until("it is said", "[...document.querySelectorAll('.said')].at(-1).textContent.includes('onerror')").await;
    assert_eq!(robin.count("#log .said img, #log .said b").await, 0);
    assert_eq!(robin.value("[...document.querySelectorAll('.said')].at(-1).textContent").await, words);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_with_a_slash_is_for_the_bot_and_nobody_else_reads_it() {
    let Some(house) = House::open().await else { return };
    let sam = house.visit("agent/support/channel").await;
    let robin = house.visit("customer/support/channel").await;
    let typed = "document.querySelector('#say').value";
    let last = "[...document.querySelectorAll('.said')].at(-1).textContent";
    let before = sam.value("document.querySelectorAll('.said').length").await;

    sam.write("#say", "/review You should have read the manual.").await;
    sam.strike(&ENTER.to_string()).await;
    assert!(sam.text(".private .card").await.contains("You should have"), "the draft is reviewed");
    assert_eq!(sam.value(typed).await, "");

    sam.write("#say", "/revew You should have read it.").await;
    sam.strike(&ENTER.to_string()).await;
    let why = sam.text("#unsent[role=alert]").await;
    assert!(why.contains("no command /revew") && why.contains("/review?") && why.contains("Nothing was sent"), "{why}");
    assert_eq!(sam.value(typed).await, "/revew You should have read it.");
    sam.write("#say", "/help me with this").await;
    sam.until("a new line takes the word back", "document.querySelector('#unsent').hidden").await;
    sam.click("#send").await;
    assert!(sam.text("#unsent").await.contains("/help takes nothing after it"));

    // Where more is asked for, the form has what was typed; who leaves it has the line again.
    sam.write("#say", "/Practice on 10:30 Europe/London").await;
    sam.strike(&ENTER.to_string()).await;
    sam.find(".command-form").await;
    let filled = "['time', 'zone'].map((name) => document.querySelector(`#option-${name}`).value).join(' ')";
    assert_eq!(sam.value(filled).await, "10:30 Europe/London");
    sam.strike(&ESCAPE.to_string()).await;
    assert_eq!(sam.value(typed).await, "/Practice on 10:30 Europe/London");

    assert_eq!(sam.value("document.querySelectorAll('.said').length").await, before, "something was said");
    for line in ["/etc/hosts is broken", " /var is full"] {
        sam.write("#say", line).await;
        sam.strike(&ENTER.to_string()).await;
        robin.until(line, &format!("{last} === {line:?}")).await;
    }
    let heard = robin.text("#log").await;
    assert!(!heard.contains("You should have") && !heard.contains("/help me"), "{heard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_takes_the_words_after_its_name() {
    let Some(house) = House::open().await else { return };
    let lee = house.visit("lead/support/channel").await;
    lee.write("#say", "/rules off rule:blame/should-have").await;
    lee.strike(&ENTER.to_string()).await;
    assert!(lee.text(".private .card").await.contains("blame/should-have"));

    lee.write("#say", "/daily on #team 10:30").await;
    lee.strike(&ENTER.to_string()).await;
    lee.find(".command-form").await;
    let filled = "['channel', 'time'].map((name) => document.querySelector(`#option-${name}`).value).join(' ')";
    assert_eq!(lee.value(filled).await, "team 10:30");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tip_of_the_day_stands_in_the_teams_channel_and_prints() {
    let Some(house) = House::open().await else { return };
    let sam = house.visit("agent/team/channel").await;
    sam.write("#say", "/tip").await;
    sam.strike(&ENTER.to_string()).await;
    sam.find(".command-form").await;
    sam.strike(&ENTER.to_string()).await;
    let tip = sam.text(".private .card").await;
    assert!(tip.contains("Try"), "{tip}");

    let today = sam.text(".from-bot .card").await;
    assert!(today.contains("Try"), "the first start posts a tip in #team: {today}");

    let lee = house.visit("lead/team/lead").await;
    let poster = lee.find(".next a").await.attr("href").await.expect("an element").expect("an address");
    lee.client.goto(&format!("{}{poster}", house.room.address)).await.expect("the poster");
    assert!(lee.text("body").await.contains("Try it"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_sets_a_schedule_sees_seven_tips_and_skips_one() {
    let Some(house) = House::open().await else { return };
    let lee = house.visit("lead/support/channel").await;
    lee.write("#say", "/daily on").await;
    lee.strike(&ENTER.to_string()).await;
    lee.write("#option-time", "10:30").await;
    lee.write("#option-zone", "Europe/London").await;
    lee.click(".command-form [type=submit]").await;
    lee.until("the schedule is told", "document.querySelector('.private .card')?.innerText.includes('10:30')").await;

    lee.click("#views li:nth-child(3) a").await;
    let next = "document.querySelectorAll('#schedule-support ~ .next li')";
    lee.until("seven tips", &format!("{next}.length === 7")).await;
    let skip = "[data-skip^='support ']";
    let left_out = lee.find(skip).await.attr("data-skip").await.expect("an element").expect("a date");
    lee.click(skip).await;
    let gone =
        format!("{next}[0].classList.contains('is-skipped') && !document.querySelector('[data-skip=\"{left_out}\"]')");
    lee.until("it is left out", &gone).await;
    lee.client.refresh().await.expect("a reload");
    lee.until("it stays left out", &gone).await;
    assert!(lee.text(".garden").await.contains("fewer than five people"), "few people are counted for nobody");

    let sam = house.visit("agent/support/lead").await;
    assert!(sam.text(".lead-door").await.contains("whoever leads"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_and_a_time_stand_on_one_line_each() {
    let Some(house) = House::open().await else { return };
    let sam = house.visit("agent/support/desk").await;
    sam.size(1200, 800);
    sam.find(".from-customer .author").await;
    // As a browser in New York writes it.
    sam.client
        .execute(
            "document.querySelectorAll('.byline time').forEach((e) => { e.textContent = '01:10 PM'; })",
            Vec::new(),
        )
        .await
        .expect("the times are written");
    let broken = "[...document.querySelectorAll('.author, .byline time')]
        .filter((e) => { const range = document.createRange(); range.selectNodeContents(e); return range.getClientRects().length > 1; })
        .map((e) => e.textContent)";
    assert_eq!(sam.value(broken).await, serde_json::json!([]));
    let cut = "[...document.querySelectorAll('.author')].some((e) => e.scrollWidth > e.clientWidth)";
    assert_eq!(sam.value(cut).await, false, "a name is cut");
    sam.picture("names").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_says_that_the_room_opens_until_it_is_there() {
    let Some(house) = House::open().await else { return };
    let sam = house.visit("agent/support/desk").await;
    sam.find("#desk").await;
    sam.cut_off(&["*/room/state*"]);
    sam.client.refresh().await.expect("a reload");
    assert_eq!(sam.text("main").await, "Opening the room…");
    assert_eq!(sam.value("document.querySelector('#seat').checkVisibility()").await, false, "an empty box");
    sam.picture("opening").await;
    sam.cut_off(&[]);
    sam.find("#desk").await;
    assert!(!sam.text("body").await.contains("Opening the room"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_room_is_found_again_by_its_pages() {
    let Some(mut house) = House::open().await else { return };
    let sam = house.visit("agent/team/channel").await;
    let today = sam.text(".from-bot .card").await;
    house.room.kill();
    sam.find("#lost").await;
    house.room.open_again();
    sam.until("the page is in touch again", "document.querySelector('#lost').hidden").await;
    assert_eq!(sam.text(".from-bot .card").await, today, "what stood in the channel stands there");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_shows_a_key_finds_their_own_messages_theirs() {
    let Some(house) = House::locked().await else { return };
    let sam = house.visit("agent/support/channel").await;
    sam.write("#say", "I am on it.").await;
    sam.strike(&ENTER.to_string()).await;
    sam.until("it is said", "document.querySelector('.from-agent .said')?.innerText === 'I am on it.'").await;
    sam.click(".from-agent .message-more").await;
    assert!(sam.text(".from-agent .menu").await.contains("Delete"));
    let delete = "[...document.querySelectorAll('.menu-label')].find((e) => e.textContent === 'Delete').click()";
    sam.client.execute(delete, Vec::new()).await.expect("it can be deleted");
    sam.until("it is gone", "!document.querySelector('.from-agent')").await;
}
