//! Suggestions while an option is typed: topics, states, habits, rules, time zones.

use super::{Bot, Caller, Choice, listen::label, mistake::MISTAKE};
use crate::tips::written::zones_like;

/// The most suggestions a platform shows.
const MOST: usize = 25;
/// The longest suggestion that a platform takes.
const LONGEST: usize = 100;
/// The days that most teams want; any others can be typed.
const DAYS: &[&str] = &["Mon-Fri", "Mon,Wed,Fri", "Tue,Thu", "Mon", "Sun-Thu", "daily"];

impl Bot {
    /// What an option may become, given what is typed so far; at most 25.
    pub fn suggest(&self, _caller: &Caller, command: &str, option: &str, typed: &str) -> Vec<Choice> {
        let pack = self.library.pack();
        let pairs: Vec<(String, String)> = match (command, option) {
            ("tip", "topic") => pack.topics.iter().map(|t| (t.id.clone(), t.name.clone())).collect(),
            ("daily on" | "practice on", "days") => DAYS.iter().map(|d| ((*d).to_owned(), (*d).to_owned())).collect(),
            ("daily on", "topics") => return topics(&pack.topics, typed),
            ("coach", "about") => {
                let own = (MISTAKE.to_owned(), "A mistake of my own, step by step".to_owned());
                std::iter::once(own).chain(pack.states.iter().map(|s| (s.id.clone(), s.name.clone()))).collect()
            }
            ("listen", "topic") => {
                let levels = pack.levels.iter().map(|l| (l.id.clone(), label(l)));
                levels.chain(pack.habits.iter().map(|h| (h.id.clone(), h.name.clone()))).collect()
            }
            ("rules off" | "rules on", "rule") => pack.rules.iter().map(|r| (r.id.clone(), r.id.clone())).collect(),
            ("daily on" | "recap on" | "practice on", "zone") => {
                return zones_like(typed, MOST).into_iter().map(|z| choice(z.clone(), z)).collect();
            }
            _ => Vec::new(),
        };
        let wanted = typed.trim().to_lowercase();
        let (mut first, mut then) = (Vec::new(), Vec::new());
        for (value, label) in pairs {
            let (id, name) = (value.to_lowercase(), label.to_lowercase());
            if id.starts_with(&wanted) || name.starts_with(&wanted) {
                first.push(choice(value, label));
            } else if id.contains(&wanted) || name.contains(&wanted) {
                then.push(choice(value, label));
            }
        }
        first.extend(then);
        first.truncate(MOST);
        first
    }
}

/// Completes the last of several topics.
fn topics(topics: &[crate::content::Topic], typed: &str) -> Vec<Choice> {
    let (before, last) = typed.rsplit_once(',').map_or(("", typed), |(before, last)| (before, last));
    let wanted = last.trim().to_lowercase();
    let before = before.to_lowercase();
    let chosen: Vec<&str> = before.split(',').map(str::trim).filter(|t| !t.is_empty()).collect();
    let free = topics.iter().filter(|t| {
        !chosen.contains(&t.id.as_str()) && (t.id.starts_with(&wanted) || t.name.to_lowercase().starts_with(&wanted))
    });
    let suggested = free.map(|t| chosen.iter().copied().chain([t.id.as_str()]).collect::<Vec<_>>().join(","));
    suggested.filter(|all| all.len() <= LONGEST).take(MOST).map(|all| choice(all.clone(), all)).collect()
}

fn choice(value: String, label: String) -> Choice {
    Choice { value, label, note: None }
}
