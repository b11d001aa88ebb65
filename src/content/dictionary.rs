//! Many texts, and which of them stand at a place: found in one walk down a tree.

use std::num::NonZeroU32;

/// Texts that a dictionary is made of: all in one piece, for there are a hundred thousand of them at every start.
pub(super) struct Texts<T> {
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
        &bytes[range(self.place)]
    }
}

impl<T> Texts<T> {
    pub(super) fn new() -> Self {
        Self { bytes: Vec::new(), entries: Vec::new() }
    }

    /// Adds a text of at least one byte; one text may tell several things.
    pub(super) fn add(&mut self, text: &str, tells: T) {
        let mut first = [0; 8];
        let length = text.len().min(first.len());
        first[..length].copy_from_slice(&text.as_bytes()[..length]);
        let start = place(self.bytes.len());
        self.bytes.extend_from_slice(text.as_bytes());
        let place = (start, place(self.bytes.len()));
        self.entries.push(Entry { first: u64::from_be_bytes(first), place, tells });
    }
}

/// Texts with what each of them tells.
pub(super) struct Dictionary<T> {
    nodes: Vec<Node>,
    /// For each node, the byte that leads to it.
    leads: Vec<u8>,
    /// The bytes that follow those, of all nodes one after the other.
    tails: Vec<u8>,
    told: Vec<T>,
    /// For each byte, the node that it leads to from the root: there are too many to look them through at every word.
    first: Box<[Option<NonZeroU32>; 256]>,
}

/// A place in the tree: all entries that go on from here share what came before.
#[derive(Default)]
struct Node {
    tail: (u32, u32),
    told: (u32, u32),
    children: (u32, u32),
}

/// Entries that share their first bytes, and the node that they hang from.
struct Branch {
    entries: (usize, usize),
    depth: usize,
    node: usize,
}

impl<T: Copy> Dictionary<T> {
    pub(super) fn of(texts: Texts<T>) -> Self {
        let Texts { bytes, mut entries } = texts;
        entries.sort_unstable_by(|a, b| a.first.cmp(&b.first).then_with(|| a.of(&bytes).cmp(b.of(&bytes))));
        let told = entries.iter().map(|entry| entry.tells).collect();
        let first = Box::new([None; 256]);
        let mut all = Self { nodes: vec![Node::default()], leads: vec![0], tails: Vec::new(), told, first };
        let mut branches = vec![Branch { entries: (0, entries.len()), depth: 0, node: 0 }];
        while let Some(branch) = branches.pop() {
            all.grow(&bytes, &entries, &branch, &mut branches);
        }
        for child in range(all.nodes[0].children) {
            all.first[usize::from(all.leads[child])] = NonZeroU32::new(place(child));
        }
        // It stays as it is for as long as the process runs.
        all.nodes.shrink_to_fit();
        all.leads.shrink_to_fit();
        all.tails.shrink_to_fit();
        all
    }

    fn grow(&mut self, bytes: &[u8], entries: &[Entry<T>], branch: &Branch, branches: &mut Vec<Branch>) {
        let (start, end) = branch.entries;
        let own = &entries[start..end];
        let (Some(first), Some(last)) = (own.first(), own.last()) else { return };
        let (first, last) = (first.of(bytes), last.of(bytes));
        let pairs = first.iter().zip(last);
        let shared = pairs.skip(branch.depth).take_while(|(a, b)| a == b).count();
        let depth = branch.depth + shared;
        let tail = place(self.tails.len());
        self.tails.extend_from_slice(&first[branch.depth..depth]);
        let ending = own.iter().take_while(|entry| entry.of(bytes).len() == depth).count();
        let children = place(self.nodes.len());
        let mut at = start + ending;
        for group in own[ending..].chunk_by(|a, b| a.of(bytes)[depth] == b.of(bytes)[depth]) {
            branches.push(Branch { entries: (at, at + group.len()), depth: depth + 1, node: self.nodes.len() });
            self.leads.push(group[0].of(bytes)[depth]);
            self.nodes.push(Node::default());
            at += group.len();
        }
        self.nodes[branch.node] = Node {
            tail: (tail, place(self.tails.len())),
            told: (place(start), place(start + ending)),
            children: (children, place(self.nodes.len())),
        };
    }

    /// What the texts tell that `bytes` begin with, with the length of each, the shortest first.
    pub(super) fn beginning(&self, bytes: &[u8], mut meet: impl FnMut(usize, T)) {
        let (mut node, mut at) = (&self.nodes[0], 0);
        // Unless every text begins alike, the root itself holds nothing.
        if node.tail.0 == node.tail.1 && node.told.0 == node.told.1 {
            let Some(child) = bytes.first().and_then(|byte| self.first[usize::from(*byte)]) else { return };
            (node, at) = (&self.nodes[child.get() as usize], 1);
        }
        loop {
            for byte in &self.tails[range(node.tail)] {
                if bytes.get(at) != Some(byte) {
                    return;
                }
                at += 1;
            }
            for tells in &self.told[range(node.told)] {
                meet(at, *tells);
            }
            let children = range(node.children);
            let Some(byte) = bytes.get(at) else { return };
            let Some(child) = self.leads[children.clone()].iter().position(|lead| lead == byte) else { return };
            node = &self.nodes[children.start + child];
            at += 1;
        }
    }
}

fn range((start, end): (u32, u32)) -> std::ops::Range<usize> {
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
