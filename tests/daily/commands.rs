//! `daily on`, `off`, `list`, `skip`, `now` and `report`, as their users meet them.

use std::sync::atomic::Ordering;

use bedside::{
    bot::{
        Error,
        daily::{self, Options},
        platform::{Permission, Trouble},
        report::report,
    },
    store::PostingState,
};
use jiff::civil::date;

use crate::model::{House, Next, broken, caller, options, said};

/// 13:00 in London on Sunday 10 May 2026.
const SUNDAY: &str = "2026-05-10T12:00:00Z";

async fn refused(answer: impl Future<Output = Result<bedside::bot::Answer, Error>>) -> String {
    match answer.await {
        Err(Error::User(words)) => words,
        other => panic!("not the user's error: {other:?}"),
    }
}

fn general(pairs: &[(&str, &str)]) -> Options {
    options(&[&[("channel", "general")], pairs].concat())
}

#[tokio::test]
async fn on_says_when_the_next_one_comes_and_who_is_told() {
    let house = House::new(SUNDAY).await;
    let words = house.on("general", "9:00", "europe/london", "weekdays").await;
    assert!(words.contains("The daily tip is on"), "{words}");
    assert!(words.contains("#general — 09:00 Europe/London, Mon-Fri, all topics"), "{words}");
    assert!(words.contains("Next: Mon 11 May 2026 09:00 (Europe/London)"), "{words}");
    assert!(words.contains("you are told in private"), "{words}");

    report(&house.daily, &caller("ann"), &options(&[("channel", "leads")])).await.unwrap();
    let words = house.on("general", "15:30", "Europe/London", "Sun").await;
    assert!(words.contains("The daily tip is changed"), "{words}");
    assert!(words.contains("Next: Sun 10 May 2026 15:30"), "{words}");
    assert!(words.contains("told in #leads"), "{words}");
}

#[tokio::test]
async fn mistakes_are_answered_with_the_way_out() {
    let house = House::new(SUNDAY).await;
    let fails = |pairs: Vec<(&'static str, &'static str)>| {
        let daily = &house.daily;
        async move { refused(daily::on(daily, &caller("ann"), &options(&pairs))).await }
    };
    let with = |change: (&'static str, &'static str)| {
        let mut pairs = vec![("channel", "general"), ("time", "09:00"), ("zone", "Europe/London")];
        pairs.retain(|(name, _)| *name != change.0);
        pairs.push(change);
        pairs
    };
    for (change, expected) in [
        (("time", "9am"), "as in 09:00"),
        (("time", ""), "Please say the time, as in 09:00."),
        (("zone", "Europe/Lodnon"), "Did you mean Europe/London"),
        (("zone", "UTC+2"), "clock change"),
        (("days", "someday"), "Mon-Fri or Mon,Wed,Fri"),
        (("topics", "listning"), "Did you mean listening?"),
        (("topics", "dragons"), "There are: empathy, listening."),
    ] {
        let words = fails(with(change)).await;
        assert!(words.contains(expected), "{change:?}: {words}");
    }
    assert!(fails(vec![("time", "09:00")]).await.contains("which channel"));
    assert!(house.store.schedules(&crate::model::workspace()).await.unwrap().is_empty());
    for answer in [
        refused(daily::off(&house.daily, &caller("ann"), &Options::new())).await,
        refused(daily::skip(&house.daily, &caller("ann"), &general(&[]))).await,
        refused(daily::now(&house.daily, &caller("ann"), &general(&[]))).await,
    ] {
        assert!(answer.contains("has no daily tip") && answer.contains("daily on"), "{answer}");
    }
    assert!(said(&daily::list(&house.daily, &caller("ann")).await.unwrap()).contains("daily on"));
}

#[tokio::test]
async fn on_says_what_to_grant() {
    let house = House::new(SUNDAY).await;
    let lacking = vec![Permission::EmbedLinks, Permission::ReadMessageHistory];
    house.model.world.lock().unwrap().lacking.insert("general".into(), lacking);
    let given = general(&[("time", "09:00"), ("zone", "Europe/London")]);
    let words = refused(daily::on(&house.daily, &caller("ann"), &given)).await;
    assert!(words.contains("grant me Embed Links, Read Message History there"), "{words}");
    house.model.world.lock().unwrap().gone.push("general".into());
    let words = refused(daily::on(&house.daily, &caller("ann"), &given)).await;
    assert!(words.contains("cannot see that channel"), "{words}");
    let words = refused(report(&house.daily, &caller("ann"), &general(&[]))).await;
    assert!(words.contains("cannot see that channel"), "{words}");
}

#[tokio::test]
async fn skip_leaves_out_a_date_and_no_other() {
    let house = House::new(SUNDAY).await;
    house.on("general", "09:00", "Europe/London", "weekdays").await;
    let skip = |pairs: &[(&str, &str)]| {
        let given = general(pairs);
        let daily = &house.daily;
        async move { daily::skip(daily, &caller("ann"), &given).await }
    };
    let words = said(&skip(&[]).await.unwrap());
    assert!(words.contains("Mon 11 May 2026") && words.contains("next tip comes on Tue 12 May"), "{words}");
    let words = said(&skip(&[("date", "2026-05-13")]).await.unwrap());
    assert!(words.contains("Wed 13 May 2026"), "{words}");
    assert!(said(&skip(&[("date", "2026-05-13")]).await.unwrap()).contains("left out already"));
    assert!(refused(skip(&[("date", "2026-05-16")])).await.contains("no tip on Sat 16 May 2026 anyway"));
    assert!(refused(skip(&[("date", "2026-05-08")])).await.contains("is over already"));
    assert!(refused(skip(&[("date", "13 May")])).await.contains("YYYY-MM-DD"));

    let list = said(&daily::list(&house.daily, &caller("ann")).await.unwrap());
    assert!(list.contains("Next: Tue 12 May 2026 09:00 (Europe/London)"), "{list}");
    assert!(list.contains("Left out: Mon 11 May, Wed 13 May"), "{list}");

    house.live_until("2026-05-14T12:00:00Z").await;
    let days: Vec<String> = house.model.messages("general").iter().map(|one| one.mark[..10].to_owned()).collect();
    assert_eq!(days, ["2026-05-12", "2026-05-14"]);
    assert_eq!(house.state("general", date(2026, 5, 13)).await.unwrap().0, PostingState::Skipped);
    assert!(house.model.told().is_empty());
}

#[tokio::test]
async fn now_posts_today_s_tip_early_and_never_a_second() {
    let house = House::new("2026-05-11T06:00:00Z").await;
    house.on("general", "09:00", "Europe/London", "weekdays").await;
    let now = || async { words_of(daily::now(&house.daily, &caller("ann"), &Options::new()).await) };
    let words = now().await.unwrap();
    assert!(words.contains("Today's tip stands in #general: tip/"), "{words}");
    assert!(now().await.unwrap_err().contains("stands there already"));
    let list = said(&daily::list(&house.daily, &caller("ann")).await.unwrap());
    assert!(list.contains("Next: Tue 12 May 2026 09:00"), "{list}");
    house.live_until("2026-05-11T23:00:00Z").await;
    assert_eq!(house.model.messages("general").len(), 1);
    // Changing the time on the same day brings no second one either.
    let words = house.on("general", "23:55", "Europe/London", "weekdays").await;
    assert!(words.contains("Next: Tue 12 May 2026 23:55"), "{words}");
    daily::off(&house.daily, &caller("ann"), &Options::new()).await.unwrap();
    house.on("general", "23:56", "Europe/London", "weekdays").await;
    house.live_until("2026-05-12T06:00:00Z").await;
    assert_eq!(house.model.messages("general").len(), 1);
}

#[tokio::test]
async fn now_makes_up_for_what_was_missed_and_says_when_it_waits() {
    let house = House::new(SUNDAY).await;
    house.on("general", "09:00", "Europe/London", "weekdays").await;
    house.tick_at("2026-05-11T14:00:00Z").await;
    let now = || async { words_of(daily::now(&house.daily, &caller("ann"), &general(&[])).await) };
    house.model.script("general", [broken()]);
    let words = now().await.unwrap();
    assert!(words.contains("could not be posted yet in #general: the platform answered 500"), "{words}");
    assert!(words.contains("tried again from Mon 11 May 2026 15:00"), "{words}");
    let list = said(&daily::list(&house.daily, &caller("ann")).await.unwrap());
    assert!(list.contains("On its way: Mon 11 May — the platform answered 500; tried again at"), "{list}");
    house.live_until("2026-05-11T22:00:00Z").await;
    assert_eq!(house.model.messages("general").len(), 1);

    // What may stand already is not posted again.
    house.clock.set("2026-05-12T06:00:00Z".parse().unwrap());
    house.model.script("general", [Next::LosePost]);
    house.model.world.lock().unwrap().looks.push_back(bedside::bot::platform::Found::Undecided(Trouble::Gone));
    assert!(now().await.unwrap().contains("Not posted"));
    assert!(now().await.unwrap_err().contains("Nobody can tell"));
}

#[tokio::test]
async fn list_shows_what_was_missed_and_why() {
    let house = House::new(SUNDAY).await;
    house.on("general", "09:00", "Europe/London", "daily").await;
    house.live_until("2026-05-11T09:00:00Z").await;
    house.tick_at("2026-05-12T20:00:00Z").await;
    let list = said(&daily::list(&house.daily, &caller("ann")).await.unwrap());
    assert!(list.contains("Missed: Tue 12 May — Bedside was not there at the time, nor within 4 h"), "{list}");
    assert!(list.contains("Last: Mon 11 May — tip/"), "{list}");
}

#[tokio::test]
async fn off_stops_it_even_between_two_tries() {
    let house = House::new(SUNDAY).await;
    house.on("general", "09:00", "Europe/London", "daily").await;
    house.model.script("general", [broken()]);
    house.tick_at("2026-05-11T08:00:00Z").await;
    let words = said(&daily::off(&house.daily, &caller("ann"), &general(&[])).await.unwrap());
    assert!(words.contains("No more tips are posted in #general"), "{words}");
    house.live_until("2026-05-13T08:00:00Z").await;
    assert!(house.model.messages("general").is_empty());
    assert!(house.model.told().is_empty());
}

#[tokio::test]
async fn only_the_topics_asked_for_are_posted() {
    let house = House::new(SUNDAY).await;
    let given = general(&[("time", "09:00"), ("zone", "Europe/London"), ("topics", "Empathy"), ("days", "daily")]);
    daily::on(&house.daily, &caller("ann"), &given).await.unwrap();
    house.live_until("2026-05-20T12:00:00Z").await;
    let tips: Vec<String> = house.model.messages("general").into_iter().map(|one| one.title).collect();
    assert_eq!(tips.len(), 10);
    assert!(tips.iter().all(|tip| ["tip/1", "tip/3", "tip/5"].contains(&tip.as_str())), "{tips:?}");
}

#[tokio::test]
async fn a_new_tip_joins_the_round() {
    let house = House::new(SUNDAY).await;
    house.on("general", "09:00", "Europe/London", "daily").await;
    house.live_until("2026-05-13T12:00:00Z").await;
    house.tips.count.store(8, Ordering::SeqCst);
    house.live_until("2026-05-18T12:00:00Z").await;
    let mut tips: Vec<String> = house.model.messages("general").into_iter().map(|one| one.title).collect();
    assert_eq!(tips.len(), 8);
    tips.sort();
    tips.dedup();
    assert_eq!(tips.len(), 8, "eight dates, eight tips, the new one among them");
}

#[tokio::test]
async fn a_round_goes_on_when_its_postings_are_forgotten() {
    let house = House::new(SUNDAY).await;
    house.on("general", "09:00", "Europe/London", "daily").await;
    house.live_until("2026-05-14T12:00:00Z").await;
    house.store.prune_postings("2026-05-15T00:00:00Z".parse().unwrap()).await.unwrap();
    assert_eq!(house.state("general", date(2026, 5, 14)).await, None);
    house.live_until("2026-05-17T12:00:00Z").await;
    let tips: std::collections::BTreeSet<String> =
        house.model.messages("general").into_iter().map(|one| one.title).collect();
    assert_eq!(tips.len(), 7, "seven dates, seven tips");
}

/// An answer's words, or those of the user's error.
fn words_of(answer: Result<bedside::bot::Answer, Error>) -> Result<String, String> {
    match answer {
        Ok(answer) => Ok(said(&answer)),
        Err(Error::User(words)) => Err(words),
        Err(error) => panic!("{error}"),
    }
}
