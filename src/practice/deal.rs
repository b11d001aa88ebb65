//! Which drill a person is dealt.

use std::collections::HashSet;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::memory::Memory;
use crate::content::{Drill, Pack};

/// What is dealt.
#[derive(Clone, Copy, Debug)]
pub enum Dealt<'p> {
    /// One that comes back.
    Due(&'p Drill),
    /// One that the person has not met.
    New(&'p Drill),
    /// Nothing now.
    Nothing {
        /// When the next one comes back, if one does.
        next: Option<Timestamp>,
    },
}

impl<'p> Dealt<'p> {
    /// The drill, if there is one.
    pub fn drill(&self) -> Option<&'p Drill> {
        match self {
            Self::Due(drill) | Self::New(drill) => Some(drill),
            Self::Nothing { .. } => None,
        }
    }
}

/// Deals a drill: the one that is most overdue, else a new one; never `except`, the one just seen. `known` is what the
/// person remembers, one entry a drill, by its id; it may name drills that are gone. `person` seeds the order of the
/// new ones, so that two people do not walk through the pack in step and one person meets it in the same order on
/// every machine.
pub fn deal<'p>(
    pack: &'p Pack,
    known: &[(String, Memory)],
    now: Timestamp,
    person: u64,
    except: Option<&str>,
) -> Dealt<'p> {
    let mut dues: Vec<(Timestamp, &str)> = known.iter().map(|(id, memory)| (memory.due, id.as_str())).collect();
    dues.sort_unstable();
    let coming = dues.partition_point(|(due, _)| *due <= now);
    let dealt = |id: &str| pack.drill(id).filter(|_| except != Some(id));
    if let Some(drill) = dues[..coming].iter().find_map(|(_, id)| dealt(id)) {
        return Dealt::Due(drill);
    }
    let met: HashSet<&str> = known.iter().map(|(id, _)| id.as_str()).chain(except).collect();
    let new = pack.drills.iter().filter(|drill| !met.contains(drill.id.as_str()));
    if let Some(drill) = new.min_by_key(|drill| place(person, &drill.id)) {
        return Dealt::New(drill);
    }
    let next = dues[coming..].iter().find(|(_, id)| pack.drill(id).is_some());
    Dealt::Nothing { next: next.map(|(due, _)| *due) }
}

/// The drill that belongs to a tip: one that names it, else one of its post, else one of its topic; always the same.
/// Nothing where there is no such tip or drill.
pub fn drill_for_tip<'p>(pack: &'p Pack, tip: &str) -> Option<&'p Drill> {
    let tip = pack.tip(tip)?;
    let seeded = |drill: &&Drill| place(0, &format!("{} {}", tip.id, drill.id));
    let of = |fits: &dyn Fn(&Drill) -> bool| pack.drills.iter().filter(|drill| fits(drill)).min_by_key(seeded);
    of(&|drill| drill.tips.contains(&tip.id)).or_else(|| of(&|drill| drill.post == tip.post)).or_else(|| {
        let posts: HashSet<&str> =
            pack.tips.iter().filter(|other| other.topic == tip.topic).map(|other| other.post.as_str()).collect();
        of(&|drill| posts.contains(drill.post.as_str()))
    })
}

/// Where a drill stands in an order of its own: the same on every machine and in every version.
fn place(seed: u64, id: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    hash.update(id);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use jiff::ToSpan;

    use super::*;
    use crate::{
        content::{Layer, SourceFile, load},
        practice::{RETENTION, Rating, remember},
    };

    fn now() -> Timestamp {
        "2026-03-02T09:00:00Z".parse().expect("a time")
    }

    /// The built-in pack with so many cards of a test's own, and none besides.
    fn pack(cards: usize) -> Pack {
        let card = |i: usize| {
            format!(
                "[[card]]\nid = \"t/{i}\"\npost = \"social-skills\"\ntrains = \"x\"\ntask = \"write\"\nmedium = \"chat\"\n\
                 message = \"m\"\nask = \"a\"\n[[card.must]]\nwhat = \"w\"\nsay = ['demo']\n[[card.must]]\nwhat = \"v\"\nsay = ['client']\n"
            )
        };
        let text: String = (0..cards).map(card).collect();
        let files = vec![SourceFile::new("cards.toml", text)];
        let mut pack = load(&[Layer::built_in(), Layer { files }]).expect("a pack");
        pack.drills.retain(|drill| drill.id.starts_with("t/"));
        pack
    }

    fn known(pairs: &[(&str, i64)]) -> Vec<(String, Memory)> {
        let memory = |hours: i64| Memory {
            stability: 3.0,
            difficulty: 5.0,
            due: now() + hours.hours(),
            seen: now() - 100.hours(),
            times: 1,
            lapses: 0,
        };
        pairs.iter().map(|(id, hours)| ((*id).to_owned(), memory(*hours))).collect()
    }

    #[test]
    fn deals_the_most_overdue_then_a_new_one_then_nothing() {
        let pack = pack(4);
        let all = known(&[("t/0", -1), ("t/1", -30), ("t/2", 5), ("gone/away", -99), ("t/3", 2)]);
        assert!(matches!(deal(&pack, &all, now(), 7, None), Dealt::Due(drill) if drill.id == "t/1"));
        let some = known(&[("t/0", 1), ("t/1", 2), ("gone/away", -99)]);
        assert!(
            matches!(deal(&pack, &some, now(), 7, None), Dealt::New(drill) if drill.id == "t/2" || drill.id == "t/3")
        );
        let later = known(&[("t/0", 1), ("t/1", 2), ("t/2", 9), ("t/3", 9), ("gone/away", 0)]);
        let Dealt::Nothing { next } = deal(&pack, &later, now(), 7, None) else { panic!("nothing is due") };
        assert_eq!(next, Some(now() + 1.hour()));
        let exactly = known(&[("t/0", 0), ("t/1", 2), ("t/2", 9), ("t/3", 9)]);
        assert!(matches!(deal(&pack, &exactly, now(), 7, None), Dealt::Due(_)), "due at its time");
    }

    #[test]
    fn the_one_just_seen_is_not_dealt_again() {
        let pack = pack(2);
        let due = known(&[("t/0", -30), ("t/1", -1)]);
        assert!(matches!(deal(&pack, &due, now(), 7, Some("t/0")), Dealt::Due(drill) if drill.id == "t/1"));
        assert!(matches!(deal(&pack, &[], now(), 7, Some("t/1")), Dealt::New(drill) if drill.id == "t/0"));
        let later = known(&[("t/0", 1), ("t/1", -1)]);
        let Dealt::Nothing { next } = deal(&pack, &later, now(), 7, Some("t/1")) else { panic!("it was just seen") };
        assert_eq!(next, Some(now() + 1.hour()), "the one just seen is due already, the other in an hour");
        let seen = known(&[("t/0", 1), ("t/1", 2)]);
        let Dealt::Nothing { next } = deal(&pack, &seen, now(), 7, Some("t/0")) else { panic!("nothing is due") };
        assert_eq!(next, Some(now() + 1.hour()), "it comes back at its time all the same");
    }

    #[test]
    fn each_person_meets_new_ones_in_an_order_of_their_own() {
        let pack = pack(12);
        let walk = |person| {
            let mut met = Vec::new();
            while let Dealt::New(drill) = deal(&pack, &met, now(), person, None) {
                met.push((drill.id.clone(), remember(None, Rating::Good, now(), RETENTION)));
            }
            met.into_iter().map(|(id, _)| id).collect::<Vec<_>>()
        };
        assert_eq!(walk(1).len(), 12);
        assert_eq!(walk(1), walk(1));
        assert_ne!(walk(1), walk(2));
    }

    #[test]
    fn a_tip_without_a_drill_of_its_own_borrows_one() {
        let mut pack = pack(3);
        let tip = pack.tips.iter().find(|tip| tip.post != "social-skills").expect("a tip").clone();
        assert!(drill_for_tip(&pack, "no/such").is_none());
        pack.drills[1].tips = vec![tip.id.clone()];
        assert_eq!(drill_for_tip(&pack, &tip.id).map(|drill| drill.id.as_str()), Some("t/1"));
        pack.drills[1].tips.clear();
        pack.drills[2].post.clone_from(&tip.post);
        assert_eq!(drill_for_tip(&pack, &tip.id).map(|drill| drill.id.as_str()), Some("t/2"));
    }

    /// The budget is a millisecond in a release build; this one is not, and the machine is shared.
    #[test]
    fn a_thousand_cards_are_reviewed_and_dealt_in_no_time() {
        let pack = pack(1000);
        let mut all: Vec<(String, Memory)> =
            pack.drills.iter().map(|d| (d.id.clone(), remember(None, Rating::Good, now(), RETENTION))).collect();
        let later = now() + 400.hours();
        let round = |all: &mut Vec<(String, Memory)>| {
            let began = Instant::now();
            for (_, memory) in all.iter_mut() {
                *memory = remember(Some(memory), Rating::Good, later, RETENTION);
            }
            std::hint::black_box(deal(&pack, all, later, 1, None));
            began.elapsed()
        };
        let fastest = (0..5).map(|_| round(&mut all)).min().expect("rounds");
        assert!(fastest < Duration::from_millis(50), "{fastest:?}");
    }
}
