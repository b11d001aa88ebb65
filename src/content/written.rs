//! A pattern as it is written, taken apart far enough to tell what its matches begin with and what they hold.
//!
//! Cautious: what it does not understand is [`Part::Any`]. It reads what a pattern may hold, not whether it is right:
//! that is [`super::patterns::examine`]'s work.

/// The most characters of a class that are told apart.
const LARGEST_CLASS: usize = 12;

/// Alternatives in the order in which they are tried, each a row of parts.
pub(super) type Choice<'p> = Vec<Vec<Item<'p>>>;

/// A part, and how often it stands there.
pub(super) struct Item<'p> {
    pub part: Part<'p>,
    pub times: Times,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Times {
    Once,
    /// `?`, and whether being there is tried first.
    Perhaps(bool),
    /// `+` and the like: at least once.
    Often,
    /// `*` and the like: perhaps not at all.
    Any,
}

pub(super) enum Part<'p> {
    /// Exactly this.
    Text(&'p str),
    /// Exactly this character, which was escaped.
    Character(char),
    /// One of few characters.
    Class(Vec<char>),
    /// One of these.
    Choice(Choice<'p>),
    /// The edge of a word or of the text: nothing that can be seen.
    Edge,
    /// Whatever it may be.
    Any,
}

/// Takes a pattern apart; nothing where it is malformed.
pub(super) fn take_apart(pattern: &str) -> Option<Choice<'_>> {
    let mut reader = Reader { rest: pattern };
    let choice = reader.choice();
    reader.rest.is_empty().then_some(choice)
}

struct Reader<'p> {
    rest: &'p str,
}

impl<'p> Reader<'p> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    /// `a|b|c`, up to the end or a closing bracket.
    fn choice(&mut self) -> Choice<'p> {
        let mut all = vec![self.sequence()];
        while self.rest.starts_with('|') {
            self.next();
            all.push(self.sequence());
        }
        all
    }

    /// What stands one after the other.
    fn sequence(&mut self) -> Vec<Item<'p>> {
        let mut items = Vec::new();
        while !self.rest.is_empty() && !self.rest.starts_with(['|', ')']) {
            let part = self.part();
            items.push(Item { part, times: self.times() });
        }
        items
    }

    fn times(&mut self) -> Times {
        let (optional, often) = match self.rest.chars().next() {
            Some('?') => (true, false),
            Some('*') => (true, true),
            Some('+') => (false, true),
            Some('{') => (self.rest.starts_with("{0"), true),
            _ => return Times::Once,
        };
        let length =
            if self.rest.starts_with('{') { self.rest.find('}').map_or(self.rest.len(), |i| i + 1) } else { 1 };
        self.rest = &self.rest[length..];
        let lazy = self.rest.starts_with('?');
        if lazy {
            self.next();
        }
        match (optional, often) {
            (true, true) => Times::Any,
            (true, false) => Times::Perhaps(!lazy),
            _ => Times::Often,
        }
    }

    fn part(&mut self) -> Part<'p> {
        let plain = self.plain();
        if !plain.is_empty() {
            return Part::Text(plain);
        }
        match self.next() {
            Some('(') => self.group(),
            Some('[') => self.class().map_or(Part::Any, Part::Class),
            Some('^' | '$') => Part::Edge,
            Some('\\') => self.escaped().unwrap_or(Part::Any),
            _ => Part::Any,
        }
    }

    /// Characters that stand for themselves; one that is repeated stands alone.
    fn plain(&mut self) -> &'p str {
        let is_sign = |b| {
            matches!(
                b,
                b'\\' | b'.' | b'+' | b'*' | b'?' | b'(' | b')' | b'|' | b'[' | b']' | b'{' | b'}' | b'^' | b'$'
            )
        };
        let all = self.rest;
        let mut end = all.bytes().position(is_sign).unwrap_or(all.len());
        if all[end..].starts_with(['?', '*', '+', '{']) {
            let last = all[..end].chars().next_back().map_or(0, char::len_utf8);
            end = if end > last { end - last } else { end };
        }
        self.rest = &all[end..];
        &all[..end]
    }

    fn group(&mut self) -> Part<'p> {
        let mut plain = true;
        if self.rest.starts_with('?') {
            plain = self.rest.starts_with("?:");
            let flags = self.rest.find([':', ')']).map_or(self.rest.len(), |i| i + 1);
            self.rest = &self.rest[flags..];
        }
        let inner = self.choice();
        if self.rest.starts_with(')') {
            self.next();
        }
        if plain { Part::Choice(inner) } else { Part::Any }
    }

    fn escaped(&mut self) -> Option<Part<'p>> {
        Some(match self.next()? {
            'b' | 'B' => Part::Edge,
            'd' => Part::Class(('0'..='9').collect()),
            'n' => Part::Character('\n'),
            'x' => Part::Character(self.numbered()?),
            c if c.is_ascii_alphanumeric() => Part::Any,
            c => Part::Character(c),
        })
    }

    /// `\x00` or `\x{1f600}`.
    fn numbered(&mut self) -> Option<char> {
        let digits = if let Some(inner) = self.rest.strip_prefix('{') {
            let end = inner.find('}')?;
            self.rest = &inner[end + 1..];
            &inner[..end]
        } else {
            let digits = self.rest.get(..2)?;
            self.rest = &self.rest[2..];
            digits
        };
        char::from_u32(u32::from_str_radix(digits, 16).ok()?)
    }

    /// A class, where it holds few characters.
    fn class(&mut self) -> Option<Vec<char>> {
        let mut unclear = self.rest.starts_with('^');
        let mut holds: Vec<char> = Vec::new();
        let mut first = true;
        loop {
            let c = self.next()?;
            match c {
                ']' if !first => break,
                '\\' => match self.next()? {
                    escaped if escaped.is_ascii_alphanumeric() => unclear = true,
                    escaped => holds.push(escaped),
                },
                '-' if !first && !self.rest.starts_with(']') => {
                    let (from, to) = (holds.pop()?, self.next()?);
                    unclear |= to == '\\' || (from..=to).count() > LARGEST_CLASS;
                    holds.extend((from..=to).take(LARGEST_CLASS + 1));
                }
                c => holds.push(c),
            }
            first = false;
        }
        (!unclear && holds.len() <= LARGEST_CLASS).then_some(holds)
    }
}
