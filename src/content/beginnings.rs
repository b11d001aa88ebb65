//! The texts that a pattern can begin with, read off the pattern as it is written.
//!
//! Cautious: where it is not sure it says less (a shorter text), and where it can say nothing it says so. It reads
//! what a pattern may hold, not whether it is right: that is [`super::patterns::examine`]'s work.

/// Longer than this a beginning tells no more.
const LONGEST: usize = 9;
/// More beginnings than this are cut short instead of being told apart further.
const MOST: usize = 64;
/// The most characters of a class that are told apart.
const LARGEST_CLASS: usize = 12;

/// A text, and whether what follows in the pattern may still be added to it.
type Beginning = (String, bool);

/// The texts that a match of the pattern begins with, none the beginning of another; nothing if it may be any.
pub(super) fn beginnings(pattern: &str) -> Option<Vec<String>> {
    let mut reader = Reader { rest: pattern };
    let mut texts: Vec<String> = reader.choice().into_iter().map(|(text, _)| text).collect();
    texts.sort_unstable();
    texts.dedup_by(|longer, shorter| longer.starts_with(shorter.as_str()));
    // Reading stopped early where the pattern is malformed; a single byte begins too much.
    let useful = reader.rest.is_empty() && texts.iter().all(|text| !text.is_empty());
    useful.then_some(texts)
}

struct Reader<'p> {
    rest: &'p str,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    /// `a|b|c`, up to the end or a closing bracket.
    fn choice(&mut self) -> Vec<Beginning> {
        let mut all = self.sequence();
        while self.rest.starts_with('|') {
            self.next();
            all.extend(self.sequence());
        }
        all
    }

    /// What stands one after the other.
    fn sequence(&mut self) -> Vec<Beginning> {
        let mut texts: Vec<Beginning> = vec![(String::new(), true)];
        while !self.rest.is_empty() && !self.rest.starts_with(['|', ')']) {
            let part = self.repeated();
            if texts.iter().all(|(_, open)| !open) {
                continue;
            }
            texts = match part {
                Some(part) => follow(texts, &part),
                None => closed(texts),
            };
        }
        texts
    }

    /// A part with what says how often it stands there.
    fn repeated(&mut self) -> Option<Vec<Beginning>> {
        let part = self.part();
        let (optional, often) = match self.rest.chars().next() {
            Some('?') => (true, false),
            Some('*') => (true, true),
            Some('+') => (false, true),
            Some('{') => (self.rest.starts_with("{0"), true),
            _ => return part,
        };
        let length =
            if self.rest.starts_with('{') { self.rest.find('}').map_or(self.rest.len(), |i| i + 1) } else { 1 };
        self.rest = &self.rest[length..];
        if self.rest.starts_with('?') {
            self.next();
        }
        let mut part = part?;
        if often {
            part = closed(part);
        }
        if optional {
            part.push((String::new(), true));
        }
        Some(part)
    }

    fn part(&mut self) -> Option<Vec<Beginning>> {
        match self.next()? {
            '(' => {
                if self.rest.starts_with('?') {
                    let flags = self.rest.find([':', ')'])?;
                    self.rest = &self.rest[flags + 1..];
                }
                let inner = self.choice();
                if self.rest.starts_with(')') {
                    self.next();
                }
                Some(inner)
            }
            '[' => self.class(),
            '.' => None,
            '^' | '$' => Some(vec![(String::new(), true)]),
            '\\' => match self.next()? {
                'b' | 'B' => Some(vec![(String::new(), true)]),
                'd' => Some(('0'..='9').map(|c| (c.to_string(), true)).collect()),
                'n' => Some(vec![("\n".to_owned(), true)]),
                'x' => self.numbered(),
                c if c.is_ascii_alphanumeric() => None,
                c => Some(vec![(c.to_string(), true)]),
            },
            c => Some(vec![(c.to_string(), true)]),
        }
    }

    /// `\x00` or `\x{1f600}`.
    fn numbered(&mut self) -> Option<Vec<Beginning>> {
        let digits = if let Some(inner) = self.rest.strip_prefix('{') {
            let end = inner.find('}')?;
            self.rest = &inner[end + 1..];
            &inner[..end]
        } else {
            let digits = self.rest.get(..2)?;
            self.rest = &self.rest[2..];
            digits
        };
        let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
        Some(vec![(c.to_string(), true)])
    }

    /// A class, where it holds few characters.
    fn class(&mut self) -> Option<Vec<Beginning>> {
        let negated = self.rest.starts_with('^');
        let mut holds: Vec<char> = Vec::new();
        let mut unclear = negated;
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
        (!unclear && holds.len() <= LARGEST_CLASS).then(|| holds.iter().map(|c| (c.to_string(), true)).collect())
    }
}

/// Adds a part to the texts that are still open.
fn follow(mut texts: Vec<Beginning>, part: &[Beginning]) -> Vec<Beginning> {
    if let [(added, more)] = part {
        for (text, open) in texts.iter_mut().filter(|(_, open)| *open) {
            text.push_str(added);
            *open = *more && text.len() < LONGEST;
        }
        return texts;
    }
    let open = texts.iter().filter(|(_, open)| *open).count();
    if texts.len() + open * part.len() > MOST {
        return closed(texts);
    }
    let mut all = Vec::with_capacity(texts.len() + open * part.len());
    for (text, open) in texts {
        if !open {
            all.push((text, false));
            continue;
        }
        for (added, more) in part {
            let longer = [text.as_str(), added.as_str()].concat();
            let more = *more && longer.len() < LONGEST;
            all.push((longer, more));
        }
    }
    all
}

fn closed(texts: Vec<Beginning>) -> Vec<Beginning> {
    texts.into_iter().map(|(text, _)| (text, false)).collect()
}

#[cfg(test)]
mod tests {
    use super::beginnings;

    fn of(pattern: &str) -> Option<Vec<String>> {
        beginnings(pattern)
    }

    #[test]
    fn reads_what_a_pattern_can_begin_with() {
        let cases: &[(&str, Option<&[&str]>)] = &[
            ("no", Some(&["no"])),
            ("you(?:'ve| have)? been", Some(&["you been", "you have ", "you've be"])),
            (r"(?:a|an) \w+", Some(&["a ", "an "])),
            ("(?:so )?what", Some(&["so what", "what"])),
            (r"\bcan't?", Some(&["can'"])),
            (r"\d+ min", Some(&["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"])),
            ("apologi[sz]e", Some(&["apologise", "apologize"])),
            (r"\w+ly", None),
            ("[^a]b", None),
            ("(?:x)*", None),
            ("wait{0,3}", Some(&["wai"])),
            (r#"your "\x00""#, Some(&["your \"\0\""])),
        ];
        for (pattern, expected) in cases {
            let expected = expected.map(|texts| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>());
            assert_eq!(of(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn a_long_choice_is_cut_short_instead_of_given_up() {
        let words: Vec<String> = (0..40).map(|n| format!("w{n:02}")).collect();
        let choice = words.join("|");
        let found = of(&format!("(?:{choice}) (?:{choice})")).expect("beginnings");
        assert_eq!(found.len(), 40, "the second choice is not told apart");
    }
}
