//! Times, zones and days as people write them, and a kind word where they cannot be read.

use std::sync::LazyLock;

use jiff::tz;

use super::calendar::{DAY_NAMES, Days, LocalTime, Zone};

/// What could not be read, and what would be right. Fit to show to whoever wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unclear {
    /// No time of day.
    #[error("I could not read “{given}” as a time. Please write it as HH:MM, as in {try_this}.")]
    Time {
        /// What was written, shortened.
        given: String,
        /// What may have been meant, or an example.
        try_this: String,
    },
    /// A distance from UTC instead of a place.
    #[error(
        "“{given}” is a fixed distance from UTC and would be an hour off after a clock change. \
         Please name a place, as in Europe/London."
    )]
    Offset {
        /// What was written, shortened.
        given: String,
    },
    /// No time zone.
    #[error("I do not know the time zone “{given}”. {}", near_wording(.near))]
    Zone {
        /// What was written, shortened.
        given: String,
        /// Zones with a similar name, nearest first.
        near: Vec<String>,
    },
    /// No days of the week.
    #[error(
        "I could not read “{given}” as days. Please write them as in Mon-Fri or Mon,Wed,Fri, \
         or say daily, weekdays or weekends."
    )]
    Days {
        /// What was written, shortened.
        given: String,
    },
}

fn near_wording(near: &[String]) -> String {
    match near {
        [] => "Please name it by continent and city, as in Europe/London or America/New_York.".to_owned(),
        [one] => format!("Did you mean {one}?"),
        [first @ .., last] => format!("Did you mean {} or {last}?", first.join(", ")),
    }
}

/// The part of what was written that fits into an answer.
fn shortened(given: &str) -> String {
    let given = given.trim();
    match given.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &given[..end]),
        None => given.to_owned(),
    }
}

/// Reads a time of day, `9:00` or `09:00`.
pub fn time(given: &str) -> Result<LocalTime, Unclear> {
    let read = || {
        let (hour, minute) = given.trim().split_once(':')?;
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let fits = plain(hour) && plain(minute) && (1..=2).contains(&hour.len()) && minute.len() == 2;
        fits.then_some(())?;
        LocalTime::new(hour.parse().ok()?, minute.parse().ok()?)
    };
    read().ok_or_else(|| Unclear::Time {
        given: shortened(given),
        try_this: time_meant(given).map_or_else(|| "09:00".to_owned(), |time| time.to_string()),
    })
}

/// What `9`, `9.30`, `9am`, `5:30 pm` or `24:00` may have meant.
fn time_meant(given: &str) -> Option<LocalTime> {
    let given = given.trim().to_ascii_lowercase().replace(['.', 'h', ' '], ":");
    let (clock, noon) = match given.strip_suffix("pm") {
        Some(clock) => (clock, Some(true)),
        None => given.strip_suffix("am").map_or((given.as_str(), None), |clock| (clock, Some(false))),
    };
    let clock = clock.trim_matches(':');
    let (hour, minute) = clock.split_once(':').unwrap_or((clock, "0"));
    let (hour, minute): (i8, i8) = (hour.parse().ok()?, minute.parse().ok()?);
    let hour = match noon {
        Some(afternoon) if (1..=12).contains(&hour) => hour % 12 + if afternoon { 12 } else { 0 },
        Some(_) => return None,
        None if hour == 24 => 0,
        None => hour,
    };
    LocalTime::new(hour, minute)
}

/// Every zone of the database that is built in, in alphabetical order.
static ZONES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut zones: Vec<String> = tz::db().available().map(|name| name.to_string()).collect();
    zones.sort_unstable();
    zones
});

/// Reads the name of a time zone, in capitals or not, `europe/london` say.
pub fn zone(given: &str) -> Result<Zone, Unclear> {
    let name = given.trim().replace(' ', "_");
    if let Some(known) = ZONES.iter().find(|zone| zone.eq_ignore_ascii_case(&name))
        && let Ok(rules) = tz::db().get(known)
    {
        return Ok(Zone::new(known, rules));
    }
    let bare = name.to_ascii_uppercase();
    let distance = bare.trim_start_matches("UTC").trim_start_matches("GMT");
    if distance.starts_with(['+', '-']) {
        return Err(Unclear::Offset { given: shortened(given) });
    }
    Err(Unclear::Zone { given: shortened(given), near: near_zones(&name) })
}

/// At most three zones whose name is like `name`, nearest first.
fn near_zones(name: &str) -> Vec<String> {
    let name: String = name.to_lowercase().chars().take(64).collect();
    let mut near: Vec<(f64, &String)> = ZONES
        .iter()
        .map(|zone| {
            let whole = zone.to_lowercase();
            let city = whole.rsplit('/').next().unwrap_or(&whole);
            let asked_city = name.rsplit('/').next().unwrap_or(&name);
            (strsim::jaro_winkler(&whole, &name).max(strsim::jaro_winkler(city, asked_city)), zone)
        })
        .filter(|(likeness, _)| *likeness >= 0.87)
        .collect();
    // The sort is stable, so equal likeness stays in alphabetical order.
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    near.into_iter().take(3).map(|(_, zone)| zone.clone()).collect()
}

/// Zones to offer while a name is typed: those that begin with it, then those that hold it, then similar ones.
pub fn zones_like(typed: &str, at_most: usize) -> Vec<String> {
    let typed = typed.trim().replace(' ', "_").to_lowercase();
    let begins = |zone: &&String| {
        let zone = zone.to_lowercase();
        zone.starts_with(&typed) || zone.rsplit('/').next().is_some_and(|city| city.starts_with(&typed))
    };
    let mut offered: Vec<String> = ZONES.iter().filter(begins).take(at_most).cloned().collect();
    for zone in ZONES.iter().filter(|zone| zone.to_lowercase().contains(&typed)) {
        if offered.len() < at_most && !offered.contains(zone) {
            offered.push(zone.clone());
        }
    }
    if offered.is_empty() {
        offered = near_zones(&typed).into_iter().take(at_most).collect();
    }
    offered
}

/// Reads days of the week: `Mon-Fri`, `mon,wed,fri`, `Monday to Thursday`, `daily`, `weekdays`, `weekends`.
pub fn days(given: &str) -> Result<Days, Unclear> {
    let unclear = || Unclear::Days { given: shortened(given) };
    let words = given.trim().to_lowercase().replace(['–', '—'], "-").replace(" to ", "-").replace(" and ", ",");
    match words.as_str() {
        "daily" | "every day" | "everyday" | "all" | "all days" => return Ok(Days::ALL),
        "weekdays" | "weekday" | "workdays" | "working days" => return Ok(Days::WEEKDAYS),
        "weekends" | "weekend" => return Ok(Days::WEEKEND),
        _ if words.len() > 120 => return Err(unclear()),
        _ => {}
    }
    let words = words.replace(" -", "-").replace("- ", "-");
    let mut numbers = Vec::new();
    for part in words.split([',', ';', ' ', '+', '&']).filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (day(first).ok_or_else(unclear)?, day(last).ok_or_else(unclear)?);
        let length = (last + 7 - first) % 7;
        numbers.extend((0..=length).map(|step| first + step));
    }
    Days::from_numbers(numbers).ok_or_else(unclear)
}

/// The number of a day from Monday (0) on: its first three letters at least, and nothing that is not its name.
fn day(word: &str) -> Option<u8> {
    const FULL: [&str; 7] = ["mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays"];
    let fits = |full: &&str| word.len() >= 3 && full.starts_with(word);
    debug_assert_eq!(DAY_NAMES.len(), FULL.len());
    (0..7).zip(FULL.iter()).find(|(_, full)| fits(full)).map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_or_a_right_one_is_offered() {
        assert_eq!(time("9:05").unwrap().to_string(), "09:05");
        assert_eq!(time(" 23:59 ").unwrap().to_string(), "23:59");
        for (given, offered) in [
            ("9", "09:00"),
            ("9am", "09:00"),
            ("5:30 pm", "17:30"),
            ("12am", "00:00"),
            ("24:00", "00:00"),
            ("9.30", "09:30"),
            ("noonish", "09:00"),
            ("25:00", "09:00"),
            ("+9:00", "09:00"),
        ] {
            let words = time(given).unwrap_err().to_string();
            assert!(words.contains(&format!("as in {offered}.")), "{given}: {words}");
        }
    }

    #[test]
    fn zones_are_read_or_near_ones_are_offered() {
        assert_eq!(zone("europe/london").unwrap().name(), "Europe/London");
        assert_eq!(zone("America/New York").unwrap().name(), "America/New_York");
        assert_eq!(zone("utc").unwrap().name(), "UTC");
        for (given, meant) in [
            ("Europe/Londn", "Europe/London"),
            ("London", "Europe/London"),
            ("new york", "America/New_York"),
            ("lord howe", "Australia/Lord_Howe"),
        ] {
            let words = zone(given).unwrap_err().to_string();
            assert!(words.contains(meant), "{given}: {words}");
        }
        assert!(zone("+02:00").unwrap_err().to_string().contains("clock change"));
        assert!(zone("UTC+2").unwrap_err().to_string().contains("clock change"));
        assert!(zone("Middle-earth").unwrap_err().to_string().contains("continent and city"));
    }

    #[test]
    fn zones_are_offered_while_they_are_typed() {
        assert_eq!(zones_like("lond", 25), ["Europe/London"]);
        assert_eq!(zones_like("", 25).len(), 25);
        assert!(zones_like("australia/", 25).contains(&"Australia/Lord_Howe".to_owned()));
        assert!(zones_like("Europe/Lonodn", 5).contains(&"Europe/London".to_owned()));
    }

    #[test]
    fn days_are_read_in_many_hands() {
        for given in ["Mon-Fri", "weekdays", "mon–fri", "Monday to Friday", "mon, tue, wed and thu,fri", "mon - fri"]
        {
            assert_eq!(days(given).unwrap(), Days::WEEKDAYS, "{given}");
        }
        assert_eq!(days("sat-sun").unwrap(), Days::WEEKEND);
        for given in ["", "never", "mon-", "mo", "monkey", "Mon-Fri-Sun"] {
            assert!(days(given).is_err(), "{given}");
        }
    }

    #[test]
    fn nothing_long_is_echoed() {
        let long = "ж".repeat(100_000);
        for words in [
            time(&long).unwrap_err().to_string(),
            zone(&long).unwrap_err().to_string(),
            days(&long).unwrap_err().to_string(),
        ] {
            assert!(words.chars().count() < 250, "{words}");
        }
    }
}
