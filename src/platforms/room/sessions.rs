//! Browsers, and the cards that only one of them sees: in memory alone, bounded, and gone once a browser has been
//! away for a while.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use super::{seats::Sitter, wire::PrivateCard};

/// The most cards that one person sees in one browser; the oldest goes first.
pub(super) const MOST_CARDS: usize = 20;
/// The most browsers; past it, those that were away longest are forgotten.
const MOST_SESSIONS: usize = 500;
/// How long a browser may be away before its cards are forgotten.
const KEPT: SignedDuration = SignedDuration::from_mins(15);

/// A browser, by the number that its page made up: 128 bits, in hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Session(u128);

impl Session {
    /// Reads what a page sends; nothing else than 32 hexadecimal digits.
    pub(super) fn read(text: &str) -> Option<Self> {
        let digits = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        digits.then(|| u128::from_str_radix(text, 16).ok().map(Self)).flatten()
    }
}

/// Whoever sits in a seat, in one browser: what only they can see belongs to them.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Viewer {
    pub(super) session: Session,
    pub(super) sitter: Sitter,
}

struct Seen {
    cards: VecDeque<PrivateCard>,
    /// How many of its event streams are open.
    open: usize,
    last: Timestamp,
}

/// Who is there.
#[derive(Default)]
pub(super) struct Sessions {
    seen: HashMap<Viewer, Seen>,
    /// What somebody, or everybody in a seat, was told while nobody asked; newcomers find it too.
    told: HashMap<Sitter, VecDeque<PrivateCard>>,
}

impl Sessions {
    /// Notes that somebody is there, and lets go of whoever was away longest where there are too many; gives back
    /// whom.
    pub(super) fn note(&mut self, viewer: &Viewer, now: Timestamp) -> Vec<Viewer> {
        if let Some(seen) = self.seen.get_mut(viewer) {
            seen.last = now;
            return Vec::new();
        }
        let theirs = self.told.iter().filter(|(sitter, _)| viewer.sitter.is_told(sitter));
        let cards = theirs.flat_map(|(_, cards)| cards).cloned().collect();
        self.seen.insert(viewer.clone(), Seen { cards, open: 0, last: now });
        let mut gone = Vec::new();
        while self.seen.len() > MOST_SESSIONS {
            let away = self.seen.iter().filter(|(other, seen)| *other != viewer && seen.open == 0);
            let Some(longest) = away.min_by_key(|(_, seen)| seen.last).map(|(other, _)| other.clone()) else { break };
            self.seen.remove(&longest);
            gone.push(longest);
        }
        gone
    }

    /// Notes that an event stream was opened.
    pub(super) fn opened(&mut self, viewer: &Viewer, now: Timestamp) -> Vec<Viewer> {
        let gone = self.note(viewer, now);
        if let Some(seen) = self.seen.get_mut(viewer) {
            seen.open += 1;
        }
        gone
    }

    /// Notes that an event stream was closed.
    pub(super) fn closed(&mut self, viewer: &Viewer, now: Timestamp) {
        if let Some(seen) = self.seen.get_mut(viewer) {
            seen.open = seen.open.saturating_sub(1);
            seen.last = now;
        }
    }

    /// What somebody sees alone, oldest first.
    pub(super) fn cards(&self, viewer: &Viewer) -> impl Iterator<Item = &PrivateCard> {
        self.seen.get(viewer).into_iter().flat_map(|seen| &seen.cards)
    }

    /// Shows a card to one person, in place of the one of the same id; gives back the id of the card that made room.
    pub(super) fn show(&mut self, viewer: &Viewer, card: PrivateCard) -> Option<String> {
        show(&mut self.seen.get_mut(viewer)?.cards, card)
    }

    /// Keeps a card for them to find when they come; gives back who is there already, to be shown it.
    pub(super) fn tell(&mut self, sitter: &Sitter, card: &PrivateCard) -> Vec<Viewer> {
        show(self.told.entry(sitter.clone()).or_default(), card.clone());
        self.seen.keys().filter(|viewer| viewer.sitter.is_told(sitter)).cloned().collect()
    }

    /// The cards that somebody sees alone, in each of their browsers.
    pub(super) fn cards_of(&self, sitter: &Sitter) -> Vec<(Viewer, String)> {
        let seen = self.seen.iter().filter(|(viewer, _)| viewer.sitter == *sitter);
        seen.flat_map(|(viewer, seen)| seen.cards.iter().map(|card| (viewer.clone(), card.id.clone()))).collect()
    }

    /// Takes all of them away; gives them back.
    pub(super) fn forget(&mut self, sitter: &Sitter) -> Vec<(Viewer, String)> {
        let cards = self.cards_of(sitter);
        for (_, seen) in self.seen.iter_mut().filter(|(viewer, _)| viewer.sitter == *sitter) {
            seen.cards.clear();
        }
        self.told.remove(sitter);
        cards
    }

    /// Takes a card away; false where there is none.
    pub(super) fn dismiss(&mut self, viewer: &Viewer, id: &str) -> bool {
        let Some(seen) = self.seen.get_mut(viewer) else { return false };
        let before = seen.cards.len();
        seen.cards.retain(|card| card.id != id);
        seen.cards.len() < before
    }

    /// Forgets whoever has been away too long; gives back whom.
    pub(super) fn sweep(&mut self, now: Timestamp) -> Vec<Viewer> {
        let away = |seen: &Seen| seen.open == 0 && now.duration_since(seen.last) > KEPT;
        self.seen.extract_if(|_, seen| away(seen)).map(|(viewer, _)| viewer).collect()
    }
}

fn show(cards: &mut VecDeque<PrivateCard>, card: PrivateCard) -> Option<String> {
    if let Some(known) = cards.iter_mut().find(|known| known.id == card.id) {
        *known = card;
        return None;
    }
    cards.push_back(card);
    (cards.len() > MOST_CARDS).then(|| cards.pop_front()).flatten().map(|gone| gone.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platforms::room::{seats::Seat, wire};

    fn viewer(number: u128) -> Viewer {
        Viewer { session: Session(number), sitter: Seat::Agent.into() }
    }

    fn card(id: &str) -> PrivateCard {
        PrivateCard { id: id.into(), channel: "support", card: wire::Card::from(&crate::bot::Card::default()) }
    }

    #[test]
    fn a_session_is_128_bits_and_nothing_else() {
        assert!(Session::read("0123456789abcdef0123456789abcdef").is_some());
        for bad in ["", "0123", "+123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdeg"] {
            assert!(Session::read(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn whoever_is_away_is_forgotten_and_whoever_listens_is_not() {
        let (mut sessions, now) = (Sessions::default(), Timestamp::UNIX_EPOCH);
        sessions.opened(&viewer(1), now);
        sessions.note(&viewer(2), now);
        for one in [viewer(1), viewer(2)] {
            sessions.show(&one, card("a"));
        }
        let later = now + SignedDuration::from_mins(16);
        assert!(sessions.sweep(later) == [viewer(2)]);
        assert_eq!((sessions.cards(&viewer(1)).count(), sessions.cards(&viewer(2)).count()), (1, 0));
        sessions.closed(&viewer(1), later);
        assert!(sessions.sweep(later).is_empty());
        assert!(sessions.sweep(later + SignedDuration::from_mins(16)) == [viewer(1)]);
    }

    #[test]
    fn what_one_is_told_reaches_no_colleague_and_what_a_seat_is_told_reaches_all_in_it() {
        let (mut sessions, now) = (Sessions::default(), Timestamp::UNIX_EPOCH);
        let sits = |number, id| Viewer { session: Session(number), sitter: Sitter::read(id).unwrap() };
        let (sam, alex, late) = (sits(1, "agent:sam"), sits(2, "agent:alex"), sits(3, "agent:sam"));
        for one in [&sam, &alex] {
            sessions.note(one, now);
        }
        assert!(sessions.tell(&sam.sitter, &card("a")) == [sam]);
        assert_eq!(sessions.tell(&Seat::Agent.into(), &card("b")).len(), 2);
        assert!(sessions.tell(&Seat::Lead.into(), &card("c")).is_empty());
        sessions.note(&late, now);
        assert_eq!(sessions.cards(&late).count(), 2, "whoever comes later finds both");
    }

    #[test]
    fn there_are_never_more_than_fit() {
        let (mut sessions, now) = (Sessions::default(), Timestamp::UNIX_EPOCH);
        for number in 0..600 {
            sessions.note(&viewer(number), now + SignedDuration::from_secs(i64::try_from(number).unwrap()));
        }
        assert_eq!(sessions.seen.len(), MOST_SESSIONS);
        for number in 0..50 {
            sessions.show(&viewer(599), card(&number.to_string()));
        }
        assert_eq!(sessions.cards(&viewer(599)).count(), MOST_CARDS);
    }
}
