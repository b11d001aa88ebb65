//! Many texts, and which of them stand at a place: found in one walk down a tree.

use std::{collections::VecDeque, ops::Range};

/// Texts that a dictionary is made of, by their first byte; there are a hundred thousand of them at every start.
pub(super) struct Texts<T>(Vec<Letter<T>>);

/// Texts that begin with the same byte, all in one piece.
struct Letter<T> {
    bytes: Vec<u8>,
    entries: Vec<Entry<T>>,
}

struct Entry<T> {
    /// Its first eight bytes as a number that sorts as they do: hardly any two need a look at more.
    first: u64,
    place: (u32, u32),
    tells: T,
}

impl<T> Entry<T> {
    fn of<'t>(&self, bytes: &'t [u8]) -> &'t [u8] {
        &bytes[range(self.place.0, self.place.1)]
    }
}

impl<T> Texts<T> {
    pub(super) fn new() -> Self {
        Self((0..=u8::MAX).map(|_| Letter { bytes: Vec::new(), entries: Vec::new() }).collect())
    }

    /// Adds a text of at least one byte; one text may tell several things.
    pub(super) fn add(&mut self, text: &str, tells: T) {
        let mut first = [0; 8];
        let length = text.len().min(first.len());
        first[..length].copy_from_slice(&text.as_bytes()[..length]);
        let Letter { bytes, entries } = &mut self.0[usize::from(first[0])];
        let start = place(bytes.len());
        bytes.extend_from_slice(text.as_bytes());
        entries.push(Entry { first: u64::from_be_bytes(first), place: (start, place(bytes.len())), tells });
    }
}

/// Texts with what each of them tells: a tree, level by level, so that what belongs to a node ends where that of the
/// next one begins. The first 256 nodes are the trees of the first bytes.
pub(super) struct Dictionary<T> {
    nodes: Vec<Node>,
    /// For each node, the byte that leads to it.
    leads: Vec<u8>,
    /// The bytes that follow those, of all nodes one after the other.
    tails: Vec<u8>,
    told: Vec<T>,
}

/// A place in the tree: all entries that go on from here share what came before. Where its own tail, what it tells and
/// its children begin.
#[derive(Clone, Copy)]
struct Node {
    tail: u32,
    told: u32,
    children: u32,
}

/// The entries of a node that is still to be made.
struct Branch {
    letter: u8,
    entries: (u32, u32),
    depth: usize,
}

impl<T: Copy> Dictionary<T> {
    pub(super) fn of(texts: Texts<T>) -> Self {
        let Texts(mut letters) = texts;
        let mut branches = VecDeque::new();
        for (letter, Letter { bytes, entries }) in (0..=u8::MAX).zip(&mut letters) {
            entries.sort_unstable_by(|a, b| a.first.cmp(&b.first).then_with(|| a.of(bytes).cmp(b.of(bytes))));
            branches.push_back(Branch { letter, entries: (0, place(entries.len())), depth: 1 });
        }
        let told = Vec::with_capacity(letters.iter().map(|letter| letter.entries.len()).sum());
        let mut all = Self { nodes: Vec::new(), leads: (0..=u8::MAX).collect(), tails: Vec::new(), told };
        while let Some(branch) = branches.pop_front() {
            all.grow(&letters[usize::from(branch.letter)], &branch, &mut branches);
        }
        all.nodes.push(all.next());
        // It stays as it is for as long as the process runs.
        all.nodes.shrink_to_fit();
        all.leads.shrink_to_fit();
        all.tails.shrink_to_fit();
        all
    }

    /// A node that everything which is added from now on belongs to.
    fn next(&self) -> Node {
        Node { tail: place(self.tails.len()), told: place(self.told.len()), children: place(self.leads.len()) }
    }

    fn grow(&mut self, letter: &Letter<T>, branch: &Branch, branches: &mut VecDeque<Branch>) {
        self.nodes.push(self.next());
        let own = &letter.entries[range(branch.entries.0, branch.entries.1)];
        let of = |entry: &Entry<T>| entry.of(&letter.bytes);
        let (Some(first), Some(last)) = (own.first().map(of), own.last().map(of)) else { return };
        let shared = first[branch.depth..].iter().zip(&last[branch.depth..]).take_while(|(a, b)| a == b).count();
        let depth = branch.depth + shared;
        self.tails.extend_from_slice(&first[branch.depth..depth]);
        let ending = own.iter().take_while(|entry| of(entry).len() == depth).count();
        self.told.extend(own[..ending].iter().map(|entry| entry.tells));
        let mut at = branch.entries.0 + place(ending);
        for group in own[ending..].chunk_by(|a, b| of(a)[depth] == of(b)[depth]) {
            let end = at + place(group.len());
            branches.push_back(Branch { letter: branch.letter, entries: (at, end), depth: depth + 1 });
            self.leads.push(of(&group[0])[depth]);
            at = end;
        }
    }

    /// What the texts tell that `bytes` begin with, with the length of each, the shortest first.
    pub(super) fn beginning(&self, bytes: &[u8], mut meet: impl FnMut(usize, T)) {
        let Some(first) = bytes.first() else { return };
        let (mut node, mut at) = (usize::from(*first), 1);
        loop {
            let (own, next) = (self.nodes[node], self.nodes[node + 1]);
            let tail = &self.tails[range(own.tail, next.tail)];
            if !bytes[at..].starts_with(tail) {
                return;
            }
            at += tail.len();
            for tells in &self.told[range(own.told, next.told)] {
                meet(at, *tells);
            }
            let Some(byte) = bytes.get(at) else { return };
            let children = range(own.children, next.children);
            let Some(child) = self.leads[children.clone()].iter().position(|lead| lead == byte) else { return };
            node = children.start + child;
            at += 1;
        }
    }
}

fn range(start: u32, end: u32) -> Range<usize> {
    start as usize..end as usize
}

fn place(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Dictionary, Texts};

    fn dictionary(entries: &[(&str, u8)]) -> Dictionary<u8> {
        let mut texts = Texts::new();
        for (text, tells) in entries {
            texts.add(text, *tells);
        }
        Dictionary::of(texts)
    }

    #[test]
    fn finds_every_text_that_begins_here() {
        let all = dictionary(&[("no", 1), ("not", 2), ("nothing", 3), ("no", 4), ("é", 5), ("thing", 6)]);
        let at = |text: &str| {
            let mut met = Vec::new();
            all.beginning(text.as_bytes(), |length, tells| met.push((length, tells)));
            met.sort_unstable();
            met
        };
        assert_eq!(at("nothin"), [(2, 1), (2, 4), (3, 2)]);
        assert_eq!(at("nothing"), [(2, 1), (2, 4), (3, 2), (7, 3)]);
        assert_eq!(at("été"), [(2, 5)]);
        assert_eq!(at("n"), []);
        assert_eq!(at(""), []);
        let empty = dictionary(&[]);
        empty.beginning(b"no", |_, _| unreachable!("nothing is in it"));
    }

    #[test]
    fn texts_are_told_apart_past_their_first_bytes_and_by_zeroes() {
        let all = dictionary(&[("understood", 1), ("understand", 2), ("underst", 3), ("a\0", 4), ("a", 5)]);
        let at = |text: &str| {
            let mut met = Vec::new();
            all.beginning(text.as_bytes(), |length, tells| met.push((length, tells)));
            met
        };
        assert_eq!(at("understood"), [(7, 3), (10, 1)]);
        assert_eq!(at("understanding"), [(7, 3), (10, 2)]);
        assert_eq!(at("a\0"), [(1, 5), (2, 4)]);
    }
}
