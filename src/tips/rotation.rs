//! Which tip comes next in a channel.
//!
//! A round shows every tip once. Among the tips that the round still owes, those that were never shown come first,
//! then those whose last round is longest ago, and within these a fixed hash gives each channel and round an order
//! of its own. So a new tip joins the current round, and a topic that was left out for a while is caught up first.

use crate::digest::digest;

/// When a channel saw a tip last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The tip's id.
    pub tip: String,
    /// The round it was last shown in, from 1 on.
    pub round: u32,
    /// Whether it was the last of all tips shown there.
    pub latest: bool,
}

/// The tip that comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick {
    /// The tip's id.
    pub tip: String,
    /// The round that it belongs to.
    pub round: u32,
}

/// Picks the next tip for a channel out of `candidates`; `None` when there is none. `seen` may name tips that are
/// gone or not asked for; it holds one entry a tip.
pub fn next(workspace: &str, channel: &str, seen: &[Seen], candidates: &[&str]) -> Option<Pick> {
    let last_round = |tip: &str| seen.iter().find(|seen| seen.tip == tip).map_or(0, |seen| seen.round);
    let latest = seen.iter().find(|seen| seen.latest).map(|seen| seen.tip.as_str());
    let rounds: Vec<(u32, &str)> = candidates.iter().map(|tip| (last_round(tip), *tip)).collect();

    let newest = rounds.iter().map(|(round, _)| *round).max()?;
    let alone = rounds.len() == 1;
    let owed_in = |round: u32| {
        rounds
            .iter()
            .filter(move |(last, tip)| *last < round && (alone || Some(*tip) != latest))
            .min_by_key(|(last, tip)| (*last, place(workspace, channel, round, tip)))
            .map(|(_, tip)| Pick { tip: (*tip).to_owned(), round })
    };
    owed_in(newest).or_else(|| owed_in(newest + 1))
}

/// Where a tip stands in a channel's order of one round: the same on every machine and in every version.
fn place(workspace: &str, channel: &str, round: u32, tip: &str) -> [u8; 32] {
    digest(&[workspace, channel, &round.to_string(), tip])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// A channel that remembers what it showed, as the store does.
    #[derive(Default)]
    struct Channel {
        seen: Vec<Seen>,
    }

    impl Channel {
        fn show(&mut self, name: &str, candidates: &[&str]) -> Pick {
            let pick = next("discord:1", name, &self.seen, candidates).unwrap();
            self.seen.retain(|seen| seen.tip != pick.tip);
            self.seen.iter_mut().for_each(|seen| seen.latest = false);
            self.seen.push(Seen { tip: pick.tip.clone(), round: pick.round, latest: true });
            pick
        }
    }

    const FIVE: [&str; 5] = ["a/one", "a/two", "b/three", "b/four", "c/five"];

    #[test]
    fn a_round_shows_every_tip_once_and_the_next_begins_with_another() {
        let mut channel = Channel::default();
        let mut before: Option<String> = None;
        for round in 1..=40 {
            let shown: Vec<Pick> = (0..5).map(|_| channel.show("general", &FIVE)).collect();
            assert!(shown.iter().all(|pick| pick.round == round));
            assert_eq!(shown.iter().map(|pick| &pick.tip).collect::<BTreeSet<_>>().len(), 5);
            assert_ne!(Some(&shown[0].tip), before.as_ref());
            before = Some(shown[4].tip.clone());
        }
    }

    #[test]
    fn the_order_differs_between_channels_and_rounds_and_never_changes() {
        let order = |name: &str| {
            let mut channel = Channel::default();
            (0..10).map(|_| channel.show(name, &FIVE).tip).collect::<Vec<_>>()
        };
        assert_eq!(order("general"), order("general"));
        assert_ne!(order("general")[..5], order("support")[..5]);
        assert_ne!(order("general")[..5], order("general")[5..]);
        assert_eq!(order("general")[..5], GENERAL, "the order must outlive every release");
    }

    const GENERAL: [&str; 5] = ["a/two", "a/one", "b/three", "c/five", "b/four"];

    #[test]
    fn a_new_tip_joins_the_round_and_a_removed_one_vanishes() {
        let mut channel = Channel::default();
        let first = channel.show("general", &FIVE);
        let mut six: Vec<&str> = FIVE.to_vec();
        six.push("d/new");
        let rest: BTreeSet<String> = (0..5).map(|_| channel.show("general", &six)).map(|pick| pick.tip).collect();
        assert!(rest.contains("d/new") && !rest.contains(&first.tip));
        assert_eq!(channel.show("general", &six).round, 2);

        let fewer: Vec<&str> = six.iter().copied().filter(|tip| *tip != "a/one").collect();
        assert!((0..20).all(|_| channel.show("general", &fewer).tip != "a/one"));
    }

    #[test]
    fn a_new_tip_still_joins_a_round_that_has_shown_all() {
        let mut channel = Channel::default();
        for _ in FIVE {
            channel.show("general", &FIVE);
        }
        let six = [&FIVE[..], &["d/new"]].concat();
        assert_eq!(channel.show("general", &six), Pick { tip: "d/new".into(), round: 1 });
        assert_eq!(channel.show("general", &six).round, 2);
    }

    #[test]
    fn after_a_narrower_choice_what_was_left_out_comes_first() {
        let mut channel = Channel::default();
        channel.show("general", &["a/one"]);
        channel.show("general", &["a/one"]);
        let rest: BTreeSet<String> = (0..4).map(|_| channel.show("general", &FIVE).tip).collect();
        assert!(!rest.contains("a/one"));
    }

    #[test]
    fn a_single_tip_comes_again_and_none_is_none() {
        let mut channel = Channel::default();
        assert_eq!(channel.show("general", &["a/one"]).round, 1);
        assert_eq!(channel.show("general", &["a/one"]).round, 2);
        assert_eq!(next("w", "c", &channel.seen, &[]), None);
    }

    proptest! {
        /// Whatever comes and goes: within a round nothing is shown twice, and nothing comes twice running.
        #[test]
        fn no_repeat_within_a_round(choices in prop::collection::vec(1_u32..256, 1..120)) {
            let all = ["a", "b", "c", "d", "e", "f", "g", "h"];
            let mut channel = Channel::default();
            let mut shown: BTreeSet<(u32, String)> = BTreeSet::new();
            let mut before = String::new();
            for choice in choices {
                let candidates: Vec<&str> =
                    all.iter().enumerate().filter(|(bit, _)| choice & (1 << bit) != 0).map(|(_, tip)| *tip).collect();
                let pick = channel.show("general", &candidates);
                prop_assert!(shown.insert((pick.round, pick.tip.clone())));
                prop_assert!(candidates.len() == 1 || pick.tip != before);
                before = pick.tip;
            }
        }
    }
}
