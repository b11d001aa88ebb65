//! A daily schedule, and the instants that it means.

use std::fmt;

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};

/// A time of day on the wall, to the minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalTime(Time);

impl LocalTime {
    /// Hours 0–23 and minutes 0–59; `None` for anything else.
    pub fn new(hour: i8, minute: i8) -> Option<Self> {
        Time::new(hour, minute, 0, 0).ok().map(Self)
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0.hour(), self.0.minute())
    }
}

/// A time zone of the IANA database that is built in, under its canonical spelling.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone {
    name: String,
    rules: TimeZone,
}

impl Zone {
    pub(super) fn new(name: &str, rules: TimeZone) -> Self {
        Self { name: name.to_owned(), rules }
    }

    /// The zone's name, `Europe/London` say.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The local date at an instant.
    pub fn date_at(&self, instant: Timestamp) -> Date {
        instant.to_zoned(self.rules.clone()).date()
    }

    /// An instant as its people read it: `Mon 11 May 2026 09:00 (Europe/London)`.
    pub fn wording(&self, instant: Timestamp) -> String {
        let local = instant.to_zoned(self.rules.clone());
        format!("{} ({})", local.strftime("%a %-d %b %Y %H:%M"), self.name)
    }

    /// The first instant at which the wall shows `time` on `date`. A time that a clock change skips moves forward
    /// by as much; one that it repeats is the first of the two. `None` where the whole date was left out (Apia's
    /// 30 December 2011).
    fn instant(&self, date: Date, time: LocalTime) -> Option<Timestamp> {
        let start = date.to_zoned(self.rules.clone()).ok()?;
        (start.date() == date).then_some(())?;
        let local = date.to_datetime(time.0);
        self.rules.to_ambiguous_zoned(local).compatible().ok().map(|zoned| zoned.timestamp())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Days of the week; at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days(u8);

/// The names that days are written by, Monday first.
pub(super) const DAY_NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

impl Days {
    /// Monday to Friday.
    pub const WEEKDAYS: Self = Self(0b001_1111);
    /// Saturday and Sunday.
    pub const WEEKEND: Self = Self(0b110_0000);
    /// Every day.
    pub const ALL: Self = Self(0b111_1111);

    /// Days by their number from Monday (0) on; `None` where there is none.
    pub(super) fn from_numbers(numbers: impl IntoIterator<Item = u8>) -> Option<Self> {
        let bits = numbers.into_iter().fold(0, |bits, day| bits | (1 << (day % 7)));
        (bits != 0).then_some(Self(bits))
    }

    /// Whether the day is among them.
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day.to_monday_zero_offset()) != 0
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ALL {
            return f.write_str("every day");
        }
        let has = |day: usize| day < 7 && self.0 & (1 << day) != 0;
        let mut day = 0;
        let mut first = true;
        while day < 7 {
            if !has(day) {
                day += 1;
                continue;
            }
            let mut end = day;
            while has(end + 1) {
                end += 1;
            }
            if !first {
                f.write_str(", ")?;
            }
            first = false;
            match end - day {
                0 => f.write_str(DAY_NAMES[day])?,
                1 => write!(f, "{}, {}", DAY_NAMES[day], DAY_NAMES[end])?,
                _ => write!(f, "{}-{}", DAY_NAMES[day], DAY_NAMES[end])?,
            }
            day = end + 1;
        }
        Ok(())
    }
}

/// When a channel's tip is due.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// The time on the wall.
    pub time: LocalTime,
    /// Whose wall.
    pub zone: Zone,
    /// On which days of the week.
    pub days: Days,
}

/// One local date of a schedule, and the instant that it is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occasion {
    /// The local date.
    pub date: Date,
    /// When it is due.
    pub due: Timestamp,
}

impl Schedule {
    /// When the tip of a local date is due; `None` on a day that the schedule does not name.
    pub fn due(&self, date: Date) -> Option<Timestamp> {
        self.days.contains(date.weekday()).then(|| self.zone.instant(date, self.time)).flatten()
    }

    /// The first occasion that is due later than `instant`; `None` only at the end of the calendar.
    pub fn next(&self, instant: Timestamp) -> Option<Occasion> {
        // A day earlier, since a time that moved forward may have crossed midnight.
        let from = self.zone.date_at(instant).checked_sub(1.day()).ok()?;
        self.on_or_after(from).find(|occasion| occasion.due > instant)
    }

    /// The first occasion on a date later than `date`.
    pub fn after(&self, date: Date) -> Option<Occasion> {
        self.on_or_after(date.tomorrow().ok()?).next()
    }

    /// The first moment from `now` on, on a date later than `after`, at which people are at work: between 8 and 18
    /// o'clock on the wall, on the schedule's days. `None` only at the end of the calendar.
    pub fn waking(&self, now: Timestamp, after: Option<Date>) -> Option<Timestamp> {
        let (from, until) = (LocalTime::new(8, 0)?, LocalTime::new(18, 0)?);
        std::iter::successors(Some(self.zone.date_at(now)), |date| date.tomorrow().ok())
            .take(30)
            .filter(|date| after.is_none_or(|after| *date > after) && self.days.contains(date.weekday()))
            .filter_map(|date| Some((self.zone.instant(date, from)?, self.zone.instant(date, until)?)))
            .find_map(|(from, until)| (now < until).then_some(from.max(now)))
    }

    /// Every occasion from `date` on, for the next four hundred days.
    pub fn on_or_after(&self, date: Date) -> impl Iterator<Item = Occasion> + '_ {
        std::iter::successors(Some(date), |date| date.tomorrow().ok())
            .take(400)
            .filter_map(|date| self.due(date).map(|due| Occasion { date, due }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tips::written;

    fn schedule(time: &str, zone: &str, days: &str) -> Schedule {
        Schedule {
            time: written::time(time).unwrap(),
            zone: written::zone(zone).unwrap(),
            days: written::days(days).unwrap(),
        }
    }

    fn due(time: &str, zone: &str, date: &str) -> String {
        schedule(time, zone, "daily").due(date.parse().unwrap()).unwrap().to_string()
    }

    #[test]
    fn a_time_that_a_clock_change_skips_moves_forward() {
        assert_eq!(due("01:30", "Europe/London", "2026-03-29"), "2026-03-29T01:30:00Z"); // 02:30 on the wall
        assert_eq!(due("02:30", "America/New_York", "2026-03-08"), "2026-03-08T07:30:00Z"); // 03:30
        assert_eq!(due("02:15", "Australia/Lord_Howe", "2026-10-04"), "2026-10-03T15:45:00Z"); // 02:45
    }

    #[test]
    fn a_time_that_a_clock_change_repeats_is_its_first() {
        assert_eq!(due("01:30", "Europe/London", "2026-10-25"), "2026-10-25T00:30:00Z");
        assert_eq!(due("01:30", "America/New_York", "2026-11-01"), "2026-11-01T05:30:00Z");
        assert_eq!(due("01:45", "Australia/Lord_Howe", "2026-04-05"), "2026-04-04T14:45:00Z");
    }

    #[test]
    fn nine_o_clock_stays_nine_o_clock_all_year() {
        for zone in ["Europe/London", "America/New_York", "Australia/Lord_Howe"] {
            let daily = schedule("09:00", zone, "daily");
            let mut at: Timestamp = "2025-12-31T23:00:00Z".parse().unwrap();
            let mut dates = Vec::new();
            while dates.len() < 400 {
                let next = daily.next(at).unwrap();
                let wall = next.due.to_zoned(TimeZone::get(zone).unwrap());
                assert_eq!((wall.hour(), wall.minute(), wall.date()), (9, 0, next.date));
                dates.push(next.date);
                at = next.due;
            }
            assert!(dates.windows(2).all(|pair| pair[0].tomorrow().unwrap() == pair[1]));
        }
    }

    #[test]
    fn people_are_at_work_by_day_on_their_days() {
        let weekdays = schedule("21:00", "Europe/London", "Mon-Fri");
        for (now, waking) in [
            ("2026-05-11T06:59:00Z", "2026-05-11T07:00:00Z"), // Monday, 07:59 on the wall
            ("2026-05-11T07:00:00Z", "2026-05-11T07:00:00Z"),
            ("2026-05-11T16:59:00Z", "2026-05-11T16:59:00Z"),
            ("2026-05-11T17:00:00Z", "2026-05-12T07:00:00Z"),
            ("2026-05-15T17:00:00Z", "2026-05-18T07:00:00Z"), // Friday evening
            ("2026-10-23T18:00:00Z", "2026-10-26T08:00:00Z"), // over the end of summer time
        ] {
            assert_eq!(weekdays.waking(now.parse().unwrap(), None).unwrap().to_string(), waking, "{now}");
        }
        let after = weekdays.waking("2026-05-11T07:00:00Z".parse().unwrap(), Some("2026-05-11".parse().unwrap()));
        assert_eq!(after.unwrap().to_string(), "2026-05-12T07:00:00Z");
    }

    #[test]
    fn a_repeated_hour_is_due_once() {
        let daily = schedule("01:30", "Europe/London", "daily");
        let first = daily.next("2026-10-25T00:00:00Z".parse().unwrap()).unwrap();
        assert_eq!(first.date.to_string(), "2026-10-25");
        let second = daily.next(first.due).unwrap();
        assert_eq!(second.date.to_string(), "2026-10-26");
    }

    #[test]
    fn only_the_days_named_are_due() {
        let weekdays = schedule("09:00", "Europe/London", "Mon-Fri");
        let friday: Timestamp = "2026-05-08T12:00:00Z".parse().unwrap();
        assert_eq!(weekdays.next(friday).unwrap().date.to_string(), "2026-05-11");
        assert_eq!(weekdays.due("2026-05-09".parse().unwrap()), None);
    }

    #[test]
    fn a_date_that_never_was_is_left_out() {
        let apia = schedule("09:00", "Pacific/Apia", "daily");
        assert_eq!(apia.due("2011-12-30".parse().unwrap()), None);
        let eve = apia.after("2011-12-29".parse().unwrap()).unwrap();
        assert_eq!(eve.date.to_string(), "2011-12-31");
    }

    #[test]
    fn a_date_that_begins_late_still_counts() {
        // Beirut's clocks go forward at midnight: 00:30 becomes 01:30 on the same date.
        assert_eq!(due("00:30", "Asia/Beirut", "2026-03-29"), "2026-03-28T22:30:00Z");
    }

    #[test]
    fn days_read_back_as_they_are_written() {
        for (written_as, shown) in [
            ("daily", "every day"),
            ("weekdays", "Mon-Fri"),
            ("sat-mon", "Mon, Sat, Sun"),
            ("mon,wed,fri", "Mon, Wed, Fri"),
        ] {
            let days = written::days(written_as).unwrap();
            assert_eq!(days.to_string(), shown);
            assert_eq!(written::days(shown).unwrap(), days);
        }
    }
}
