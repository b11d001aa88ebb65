//! Thousands of patterns, one pass.
//!
//! [`Signs`] tell at which places a pattern may match at all; only there is the pattern itself tried. It is compiled
//! when that first happens, so that a start costs little and memory holds what is used.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Mutex, OnceLock, PoisonError},
};

use regex_automata::{
    Anchored, Input,
    hybrid::dfa::{Cache, DFA},
    nfa::thompson,
    util::syntax,
};
use regex_syntax::hir::{Class, Hir, HirKind};

use super::signs::{Candidate, Signs};

/// A match reaches at most this many bytes: nobody's phrase is longer, and the bound keeps the scan linear.
const LONGEST_MATCH: usize = 320;
/// The most states that one pattern may need.
const LARGEST_PATTERN: usize = 20_000;
/// The longest pattern, in characters.
const LONGEST_PATTERN: usize = 4_000;
/// The most patterns that a pack and all below it may hold together.
pub(super) const MOST_PATTERNS: usize = 20_000;
/// What one pattern may remember, in bytes; past it, it forgets and begins anew.
const MEMORY: usize = 256 << 10;

/// A match of a pattern in a folded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Match {
    /// Which pattern, by its place.
    pub pattern: u32,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

/// A set of patterns, ready to scan.
pub struct Patterns {
    distinct: Vec<Pattern>,
    /// Read off the patterns at the first scan: who asks for a mood alone need not wait for the drafts' patterns.
    signs: OnceLock<Signs>,
    count: usize,
}

impl std::fmt::Debug for Patterns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Patterns").field("count", &self.count).finish_non_exhaustive()
    }
}

/// A pattern as it is written, and as it runs once it was needed.
struct Pattern {
    written: Box<str>,
    /// The places at which it was written: what several rules look for is looked for once.
    numbers: Vec<u32>,
    compiled: OnceLock<Option<Box<Compiled>>>,
}

/// An automaton that is built as it runs.
struct Compiled {
    automaton: DFA,
    cache: Mutex<Cache>,
}

/// Looks at a pattern: whether it is one, and whether it is small enough.
///
/// # Errors
/// A sentence that says what is wrong with the pattern and what would be right.
pub fn examine(pattern: &str) -> Result<(), String> {
    if pattern.chars().count() > LONGEST_PATTERN {
        return Err(format!("the pattern has more than {LONGEST_PATTERN} characters; split it"));
    }
    if let Some(capital) = unescaped_capital(pattern) {
        return Err(format!(
            "patterns are matched against lower case: write `{}`, not `{capital}`",
            capital.to_lowercase()
        ));
    }
    let hir = regex_syntax::ParserBuilder::new()
        .utf8(false)
        .nest_limit(50)
        .build()
        .parse(&source(pattern))
        .map_err(|error| format!("not a pattern: {}", reason(&error)))?;
    if hir.properties().minimum_len().is_none_or(|shortest| shortest == 0) {
        return Err("the pattern matches nothing at all; name at least one letter".into());
    }
    if size(&hir) > LARGEST_PATTERN {
        return Err("the pattern is too large: bound its repetitions, as in {0,3}".into());
    }
    Ok(())
}

/// What a pattern is run as: a match ends at the end of a word, unless its pattern goes on past it by itself.
fn source(pattern: &str) -> String {
    format!(r"(?:{})(?-u:\b{{end-half}})", with_small_classes(pattern.trim_end()))
}

fn reason(error: &regex_syntax::Error) -> String {
    match error {
        regex_syntax::Error::Parse(e) => e.kind().to_string(),
        regex_syntax::Error::Translate(e) => e.kind().to_string(),
        other => other.to_string(),
    }
}

/// How many states a pattern needs, roughly.
fn size(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(Class::Bytes(_)) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Unicode(_)) => 8,
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min + 1).max(1) as usize;
            size(&repetition.sub).saturating_mul(times)
        }
        HirKind::Capture(capture) => size(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().fold(1, |sum: usize, part| sum.saturating_add(size(part)))
        }
    }
}

/// `\w`, `\d`, `\s` and `\b` as they matter in folded text, byte by byte: all of Unicode's would make automata a
/// hundred times as large. Every byte of a character beyond ASCII counts as part of a word.
fn with_small_classes(pattern: &str) -> String {
    let mut small = String::with_capacity(pattern.len() + 32);
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\\' => {
                let escaped = rest.chars().next();
                rest = &rest[escaped.map_or(0, char::len_utf8)..];
                match escaped {
                    Some(name @ ('w' | 'd' | 's')) => small.extend(["(?-u:[", byte_class(name), "])"]),
                    Some(edge @ ('b' | 'B')) => small.extend(["(?-u:\\", edge.encode_utf8(&mut [0; 4]), ")"]),
                    other => {
                        small.push(c);
                        small.extend(other);
                    }
                }
            }
            '[' => {
                let end = class_end(rest);
                let class = &rest[..end];
                rest = rest.get(end + 1..).unwrap_or_default();
                // A class of bytes where it can be one: plain ASCII that names what it holds.
                let bytes =
                    class.is_ascii() && !class.starts_with('^') && !class.contains('[') && !class.contains("\\x");
                let class = class.replace("\\w", byte_class('w')).replace("\\d", "0-9").replace("\\s", " \\n");
                if bytes {
                    small.extend(["(?-u:[", &class, "])"]);
                } else {
                    small.extend(["[", &class.replace("\\x80-\\xff", "\\x{80}-\\x{10ffff}"), "]"]);
                }
            }
            c => small.push(c),
        }
    }
    small
}

fn byte_class(name: char) -> &'static str {
    match name {
        'w' => r"a-z0-9_\x80-\xff",
        'd' => "0-9",
        _ => r" \n",
    }
}

/// Where a class ends; a bracket right after its beginning belongs to it.
fn class_end(rest: &str) -> usize {
    let first = rest.len() - rest.strip_prefix('^').unwrap_or(rest).len();
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        match c {
            ']' if !escaped && at > first => return at,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    rest.len()
}

fn unescaped_capital(pattern: &str) -> Option<char> {
    let mut escaped = false;
    pattern.chars().find(|&c| {
        let is_capital = c.is_ascii_uppercase() && !escaped;
        escaped = c == '\\' && !escaped;
        is_capital
    })
}

impl Patterns {
    /// Builds the set; a pattern's place in the list is its number. Each has been [`examine`]d, now or in the tests.
    pub fn build<'p>(written: impl IntoIterator<Item = &'p str>) -> Self {
        let mut distinct: Vec<Pattern> = Vec::new();
        let mut places = HashMap::new();
        let mut count = 0;
        for pattern in written {
            let place = *places.entry(pattern.trim_end()).or_insert_with_key(|pattern| {
                distinct.push(Pattern::new(pattern));
                distinct.len() - 1
            });
            distinct[place].numbers.push(count);
            count += 1;
        }
        distinct.shrink_to_fit();
        Self { distinct, signs: OnceLock::new(), count: count as usize }
    }

    /// How many patterns there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The patterns at a run of places, as they are written.
    pub fn written(&self, places: &Range<u32>) -> impl Iterator<Item = &str> {
        let stands = |pattern: &&Pattern| pattern.numbers.iter().any(|number| places.contains(number));
        self.distinct.iter().filter(stands).map(|pattern| &*pattern.written)
    }

    /// Reads the signs off the patterns, unless that is done.
    pub(super) fn prepare(&self) -> &Signs {
        self.signs.get_or_init(|| Signs::of(self.distinct.iter().map(|pattern| &*pattern.written)))
    }

    /// Every match in a folded text, sorted by pattern, then by place.
    pub fn scan(&self, folded: &str) -> Vec<Match> {
        let mut found = Vec::new();
        for Candidate { pattern, start, end, .. } in self.prepare().candidates(folded.as_bytes()) {
            let pattern = &self.distinct[pattern as usize];
            let end = match end {
                Some(end) => Some(end).filter(|&end| !cuts_word(folded.as_bytes(), end)),
                None => pattern.end(folded, start),
            };
            if let Some(end) = end
                && let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end))
            {
                found.extend(pattern.numbers.iter().map(|&pattern| Match { pattern, start, end }));
            }
        }
        found.sort_unstable();
        found
    }
}

impl Pattern {
    fn new(written: &str) -> Self {
        Self { written: written.into(), numbers: Vec::new(), compiled: OnceLock::new() }
    }

    /// Where a match that begins at `start` ends, if there is one.
    fn end(&self, folded: &str, start: usize) -> Option<usize> {
        let compiled = self.compiled.get_or_init(|| self.compile().map(Box::new)).as_ref()?;
        let bytes = folded.as_bytes();
        let mut end = bytes.len().min(start + LONGEST_MATCH);
        // What is looked at ends between words, so that the bound itself is never taken for the end of one.
        while end < bytes.len() && end > start && is_word(bytes[end]) {
            end -= 1;
        }
        let input = Input::new(bytes).range(start..end).anchored(Anchored::Yes);
        let mut cache = compiled.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let end = compiled.automaton.try_search_fwd(&mut cache, &input).ok()??.offset();
        (end > start && !cuts_word(bytes, end) && folded.is_char_boundary(end)).then_some(end)
    }

    /// Compiles the pattern; nothing where it is none, which [`examine`] told before.
    fn compile(&self) -> Option<Compiled> {
        let automaton = DFA::builder()
            .syntax(syntax::Config::new().utf8(false))
            .thompson(thompson::Config::new().utf8(false))
            .configure(DFA::config().cache_capacity(MEMORY).skip_cache_capacity_check(true))
            .build(&source(&self.written))
            .ok()?;
        let cache = Mutex::new(automaton.create_cache());
        Some(Compiled { automaton, cache })
    }
}

/// Whether a match that ends here leaves the rest of a word behind; the `can` of “can't” is no “can”.
fn cuts_word(bytes: &[u8], end: usize) -> bool {
    match &bytes[end..] {
        [b'\'', b't', after @ ..] => bytes[..end].ends_with(b"can") && after.first().is_none_or(|b| !is_word(*b)),
        [next, ..] => is_word(bytes[end - 1]) && is_word(*next),
        [] => false,
    }
}

/// Whether a byte is part of a word.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// How many patterns make a block.
const BLOCK: usize = 32;

/// Where the matches of each block of patterns begin in a sorted scan of so many patterns; at the end, how many
/// matches there are.
pub(super) fn blocks(matches: &[Match], patterns: usize) -> Vec<u32> {
    let mut blocks = vec![0; patterns.div_ceil(BLOCK) + 1];
    for found in matches {
        blocks[found.pattern as usize / BLOCK + 1] += 1;
    }
    let mut sum = 0;
    for block in &mut blocks {
        sum += *block;
        *block = sum;
    }
    blocks
}

/// The matches of a run of consecutive patterns, out of a sorted scan with its blocks.
pub(super) fn of(matches: &[Match], blocks: &[u32], patterns: &Range<u32>) -> Range<usize> {
    let block = |at: usize| blocks.get(at).map_or(matches.len(), |first| *first as usize);
    let near = block(patterns.start as usize / BLOCK)..block((patterns.end as usize).div_ceil(BLOCK));
    let near_matches = matches.get(near.clone()).unwrap_or_default();
    let before = near_matches.partition_point(|m| m.pattern < patterns.start);
    let within = near_matches.partition_point(|m| m.pattern < patterns.end);
    near.start + before..near.start + within
}

#[cfg(test)]
mod tests {
    use super::{super::signs::begins, *};

    fn scan(patterns: &[&str], text: &str) -> Vec<(u32, String)> {
        for pattern in patterns {
            examine(pattern).expect("a pattern");
        }
        let set = Patterns::build(patterns.iter().copied());
        set.scan(text).iter().map(|m| (m.pattern, text[m.start as usize..m.end as usize].to_owned())).collect()
    }

    #[test]
    fn finds_whole_words_of_every_pattern_also_where_they_overlap() {
        let found = scan(
            &["you should(?:'ve| have)", "should have", r"\w+ly wrong", "no"],
            "so you should have known; badly wrong",
        );
        assert_eq!(found, [(0, "you should have".into()), (1, "should have".into()), (2, "badly wrong".into())]);
    }

    #[test]
    fn a_word_is_whole_in_any_script() {
        assert_eq!(
            scan(&["caf", r"caf\w+", r"[\w']+ au lait"], "café au lait"),
            [(1, "café".into()), (2, "café au lait".into()),]
        );
        assert_eq!(scan(&["the", r"end\."], "clothe the end."), [(0, "the".into()), (1, "end.".into())]);
        assert_eq!(scan(&["wait "], "wait here"), [(0, "wait".into())]);
        assert_eq!(
            scan(&["we can", "(?:can't|can)"], "we can't, but you can."),
            [(1, "can't".into()), (1, "can".into())]
        );
    }

    #[test]
    fn refuses_what_cannot_be_and_says_what_would() {
        for (pattern, says) in
            [("(", "not a pattern"), ("a{1000}{1000}", "too large"), ("x*", "nothing at all"), ("You", "lower case")]
        {
            let error = examine(pattern).expect_err(pattern);
            assert!(error.contains(says), "{pattern}: {error}");
        }
    }

    #[test]
    fn the_signs_hide_no_match() {
        let pack = crate::content::Pack::built_in();
        let examples = pack.rules.iter().flat_map(|rule| &rule.examples).step_by(60);
        for text in examples.map(|example| crate::language::Text::read(&example.draft)) {
            for set in [&pack.drafts, &pack.messages] {
                let mut all = Vec::new();
                for start in (0..text.folded.len()).filter(|&at| begins(text.folded.as_bytes(), at)) {
                    for pattern in &set.distinct {
                        let Some(end) = pattern.end(&text.folded, start) else { continue };
                        let (start, end) = (u32::try_from(start).expect("short"), u32::try_from(end).expect("short"));
                        all.extend(pattern.numbers.iter().map(|&pattern| Match { pattern, start, end }));
                    }
                }
                all.sort_unstable();
                assert_eq!(set.scan(&text.folded), all, "{}", text.original);
            }
        }
    }

    #[test]
    fn every_run_of_patterns_finds_its_matches() {
        let places = [0_u32, 0, 5, 31, 32, 32, 63, 64, 99];
        let matches: Vec<Match> = places.iter().map(|&pattern| Match { pattern, start: 0, end: 1 }).collect();
        let blocks = blocks(&matches, 100);
        for (start, end) in (0..=100).flat_map(|start| (start..=100).map(move |end| (start, end))) {
            let expected: Vec<&Match> = matches.iter().filter(|m| (start..end).contains(&m.pattern)).collect();
            let found: Vec<&Match> = matches[of(&matches, &blocks, &(start..end))].iter().collect();
            assert_eq!(found, expected, "{start}..{end}");
        }
    }

    #[test]
    fn a_greedy_pattern_stays_bounded() {
        let text = "a ".repeat(5_000);
        let found = scan(&["a(?: a)*"], &text);
        assert!(found.iter().all(|(_, m)| m.len() <= LONGEST_MATCH));
    }
}
