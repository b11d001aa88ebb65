//! The machine's clock is stepped while the bot runs.

use bedside::store::PostingState;
use jiff::{SignedDuration, civil::date};

use crate::daily::{House, Next, at};

const DUE: &str = "2026-05-11T08:00:00Z";

/// By so much, forwards (a positive number of minutes) or backwards, before, at and after the tip's time, with an
/// answer that is lost or none: one tip stands for the date, and nothing is told.
#[tokio::test]
async fn a_clock_that_is_stepped_forwards_and_backwards_neither_doubles_nor_drops() {
    for minutes in [1, 10, 60, 180, -1, -10, -60, -180, -24 * 60] {
        for when in [-30, 0, 1] {
            for lost in [false, true] {
                let what = format!("{minutes} min, {when} min after it was due, an answer lost: {lost}");
                let house = House::new("2026-05-10T12:00:00Z").await;
                house.model.world.lock().unwrap().forgetful = true;
                house.on("general", "09:00", "Europe/London", "daily").await;
                if lost {
                    house.model.script("general", [Next::LoseAnswer]);
                }
                let moment = at(DUE) + SignedDuration::from_mins(when);
                house.live_until(&moment.to_string()).await;
                // The clock is set, and shows its times once more or leaves some out.
                house.tick(moment + SignedDuration::from_mins(minutes)).await;
                house.live_until("2026-05-11T23:00:00Z").await;
                let messages = house.model.world.lock().unwrap().messages.clone();
                let of_day: Vec<_> = messages.iter().filter(|one| one.mark.starts_with("2026-05-11")).collect();
                assert_eq!(of_day.len(), 1, "{what}: {of_day:?}");
                let state = house.state("general", date(2026, 5, 11)).await;
                assert_eq!(state, Some((PostingState::Sent, None)), "{what}");
                assert!(house.model.told().is_empty(), "{what}: {:?}", house.model.told());
                // And the next day's comes as ever.
                house.live_until("2026-05-12T09:00:00Z").await;
                let messages = house.model.world.lock().unwrap().messages.clone();
                let next = messages.iter().filter(|one| one.mark.starts_with("2026-05-12")).count();
                assert_eq!((messages.len(), next), (2, 1), "{what}: {messages:?}");
            }
        }
    }
}
