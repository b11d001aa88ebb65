//! When a drill comes back: FSRS, the formulas and weights of the crate rs-fsrs.
//!
//! The crate's own scheduler works out four futures at each review, of which three are thrown away; its formulas alone
//! do the reviews of a thousand cards in under a millisecond. A test holds the two against each other.

use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use rs_fsrs::{Parameters, Seed};

/// The chance of still knowing a drill when it comes back, unless somebody chooses another.
pub const RETENTION: f64 = 0.9;

/// How well a drill was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rating {
    /// Not yet.
    Again,
    /// Nearly.
    Hard,
    /// Well.
    Good,
    /// With ease.
    Easy,
}

/// What a person remembers of a card; all numbers are bounded and may be stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Memory {
    /// After how many days the chance of still knowing it is nine in ten; 0.1 to 3,650.
    pub stability: f64,
    /// How hard it is for this person; 1 to 10.
    pub difficulty: f64,
    /// When it comes back; never before `seen`.
    pub due: Timestamp,
    /// When it was answered last.
    pub seen: Timestamp,
    /// How often it was answered.
    pub times: u32,
    /// How often it was known once and forgotten.
    pub lapses: u32,
}

/// Bounds, so that whatever a store holds is calculated with safely.
const STABILITY: (f64, f64) = (0.1, 3650.0);
const DIFFICULTY: (f64, f64) = (1.0, 10.0);
const RETENTIONS: (f64, f64) = (0.7, 0.97);
/// A card comes back after a year at the latest: people and packs change.
const LONGEST_DAYS: i32 = 365;
/// A day's card is there a little earlier on its day, so that who answered at 9:05 meets it at 9:00.
const EARLIER: SignedDuration = SignedDuration::from_hours(4);
const SECONDS_OF_A_DAY: f64 = 86_400.0;

/// The crate's weights. Its default reads a clock for a seed that nothing uses here: there is no chance in this.
static FSRS: LazyLock<Parameters> = LazyLock::new(|| Parameters {
    maximum_interval: LONGEST_DAYS,
    enable_short_term: false,
    enable_fuzz: false,
    seed: Seed::Empty,
    ..Parameters::default()
});

/// What a person remembers after answering: `before` is what was remembered, nothing for a drill's first time;
/// `retention` the chance of still knowing it when it comes back, between 0.7 and 0.97 (others are moved there).
///
/// It is never due before `now`. A lapse comes back the next day. A long pause is no punishment: who still knows it
/// then, knows it for longer than who was asked on time.
pub fn remember(before: Option<&Memory>, rating: Rating, now: Timestamp, retention: f64) -> Memory {
    let grade = match rating {
        Rating::Again => rs_fsrs::Rating::Again,
        Rating::Hard => rs_fsrs::Rating::Hard,
        Rating::Good => rs_fsrs::Rating::Good,
        Rating::Easy => rs_fsrs::Rating::Easy,
    };
    let (stability, difficulty) = match before {
        None => (FSRS.init_stability(grade), FSRS.init_difficulty(grade)),
        Some(before) => {
            let (was, hard) = (bounded(before.stability, STABILITY), bounded(before.difficulty, DIFFICULTY));
            let days = now.duration_since(before.seen).as_secs_f64() / SECONDS_OF_A_DAY;
            let known = Parameters::forgetting_curve(days.max(0.0), was);
            let stability = match rating {
                // Forgetting never strengthens.
                Rating::Again => FSRS.next_forget_stability(hard, was, known).min(was),
                _ => FSRS.next_recall_stability(hard, was, known, grade),
            };
            (stability, FSRS.next_difficulty(hard, grade))
        }
    };
    let stability = bounded(stability, STABILITY);
    let lapsed = before.is_some() && rating == Rating::Again;
    let days = if rating == Rating::Again { 1.0 } else { interval(stability, retention) };
    let pause = SignedDuration::from_secs_f64(days * SECONDS_OF_A_DAY) - EARLIER;
    Memory {
        stability,
        difficulty: bounded(difficulty, DIFFICULTY),
        due: now.checked_add(pause).unwrap_or(Timestamp::MAX),
        seen: now,
        times: before.map_or(0, |before| before.times).saturating_add(1),
        lapses: before.map_or(0, |before| before.lapses).saturating_add(u32::from(lapsed)),
    }
}

/// The whole days, from one on, after which the chance of still knowing it is `retention`.
fn interval(stability: f64, retention: f64) -> f64 {
    let request_retention = if retention.is_finite() { bounded(retention, RETENTIONS) } else { RETENTION };
    Parameters { request_retention, ..FSRS.clone() }.next_interval(stability, 0)
}

/// What is no number is taken for the least.
fn bounded(number: f64, (least, most): (f64, f64)) -> f64 {
    if number.is_nan() { least } else { number.clamp(least, most) }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    fn start() -> Timestamp {
        "2026-03-02T09:05:00Z".parse().expect("a time")
    }

    fn later(days: i64) -> Timestamp {
        start() + (days * 24).hours()
    }

    fn days(memory: &Memory) -> f64 {
        (memory.due.duration_since(memory.seen) + EARLIER).as_secs_f64() / SECONDS_OF_A_DAY
    }

    #[test]
    fn comes_back_later_and_later_while_it_is_known() {
        let mut memory = remember(None, Rating::Good, start(), RETENTION);
        assert!((days(&memory) - 3.0).abs() < 0.01, "{memory:?}");
        let mut pause = days(&memory);
        for _ in 0..4 {
            let next = remember(Some(&memory), Rating::Good, memory.due, RETENTION);
            assert!(days(&next) > pause, "{next:?} after {memory:?}");
            (pause, memory) = (days(&next), next);
        }
        assert_eq!((memory.times, memory.lapses), (5, 0));
        assert!(pause <= f64::from(LONGEST_DAYS));
    }

    #[test]
    fn a_lapse_comes_back_the_next_day_and_a_good_answer_brings_it_forward_again() {
        let known = remember(None, Rating::Easy, start(), RETENTION);
        let lapsed = remember(Some(&known), Rating::Again, later(20), RETENTION);
        let pause = lapsed.due.duration_since(lapsed.seen);
        assert!(pause <= SignedDuration::from_hours(24) && pause > SignedDuration::ZERO, "{lapsed:?}");
        assert!(lapsed.stability < known.stability && lapsed.lapses == 1);
        let back = remember(Some(&lapsed), Rating::Good, lapsed.due, RETENTION);
        assert!(days(&back) > 1.0, "{back:?}");
        assert_eq!(remember(None, Rating::Again, start(), RETENTION).lapses, 0, "nothing was known yet");
    }

    #[test]
    fn a_long_holiday_is_no_punishment() {
        let memory = remember(None, Rating::Good, start(), RETENTION);
        let on_time = remember(Some(&memory), Rating::Good, memory.due, RETENTION);
        let after_holiday = remember(Some(&memory), Rating::Good, later(21), RETENTION);
        assert!(after_holiday.stability > on_time.stability, "{after_holiday:?} {on_time:?}");
    }

    #[test]
    fn practising_again_at_once_gains_nothing() {
        let memory = remember(None, Rating::Good, start(), RETENTION);
        let again = remember(Some(&memory), Rating::Good, start(), RETENTION);
        assert!((again.stability - memory.stability).abs() < 1e-9);
    }

    #[test]
    fn a_higher_retention_brings_it_back_sooner() {
        let memory = |retention| days(&remember(None, Rating::Easy, start(), retention));
        assert!(memory(0.95) < memory(0.9) && memory(0.9) < memory(0.8));
        assert!((memory(7.0) - memory(0.97)).abs() < 0.01 && (memory(f64::NAN) - memory(0.9)).abs() < 0.01);
    }

    #[test]
    fn whatever_a_store_holds_stays_bounded() {
        for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 0.0, 1e300] {
            for seen in [Timestamp::MIN, Timestamp::MAX, start()] {
                let before =
                    Memory { stability: odd, difficulty: odd, due: seen, seen, times: u32::MAX, lapses: u32::MAX };
                for rating in [Rating::Again, Rating::Hard, Rating::Good, Rating::Easy] {
                    for now in [Timestamp::MIN, start(), Timestamp::MAX] {
                        let memory = remember(Some(&before), rating, now, odd);
                        assert!((STABILITY.0..=STABILITY.1).contains(&memory.stability), "{memory:?}");
                        assert!((DIFFICULTY.0..=DIFFICULTY.1).contains(&memory.difficulty), "{memory:?}");
                        assert!(memory.due >= now);
                    }
                }
            }
        }
    }

    /// The crate's scheduler, which reviews in whole days.
    #[test]
    fn agrees_with_the_crates_own_scheduler() {
        let scheduler = rs_fsrs::FSRS::new(FSRS.clone());
        let at = |time: Timestamp| chrono::DateTime::from_timestamp(time.as_second(), 0).expect("a time");
        let ratings = [rs_fsrs::Rating::Hard, rs_fsrs::Rating::Good, rs_fsrs::Rating::Easy, rs_fsrs::Rating::Again];
        let ours = [Rating::Hard, Rating::Good, Rating::Easy, Rating::Again];
        for (first, own) in ratings.iter().zip(ours) {
            let fresh = rs_fsrs::Card { due: at(start()), last_review: at(start()), ..rs_fsrs::Card::default() };
            let mut card = scheduler.next(fresh, at(start()), *first).card;
            let mut memory = remember(None, own, start(), RETENTION);
            let mut now = 0;
            for (i, pause) in [2_i64, 5, 1, 9, 30, 4, 60].into_iter().enumerate() {
                assert!((card.stability - memory.stability).abs() < 1e-9, "{card:?} {memory:?}");
                assert!((card.difficulty - memory.difficulty).abs() < 1e-9, "{card:?} {memory:?}");
                now += pause;
                let next = i % 3;
                card = scheduler.next(card, at(later(now)), ratings[next]).card;
                memory = remember(Some(&memory), ours[next], later(now), RETENTION);
            }
        }
    }
}
