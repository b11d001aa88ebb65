//! Thousands of patterns, one pass.
//!
//! All patterns of a set are one lazy DFA. It is entered wherever a word or a mark begins and left as soon as no
//! pattern can match any more, which is after a few bytes nearly always; on the way it tells which patterns end where.

use std::{num::NonZeroUsize, ops::Range, panic::AssertUnwindSafe, sync::Arc};

use regex_automata::{
    Anchored, MatchKind,
    hybrid::{
        LazyStateID,
        dfa::{Cache, DFA},
    },
    nfa::thompson,
    util::{pool::Pool, start},
};
use regex_syntax::hir::{Class, Hir, HirKind};

/// A match reaches at most this many bytes: nobody's phrase is longer, and the bound keeps the scan linear.
const LONGEST_MATCH: usize = 320;
/// The most states that one pattern may need.
const LARGEST_PATTERN: usize = 20_000;
/// The longest pattern, in characters.
const LONGEST_PATTERN: usize = 4_000;
/// The most patterns that a pack and all below it may hold together.
pub(super) const MOST_PATTERNS: usize = 20_000;
/// What one automaton may remember, in bytes; past it, it forgets and begins anew.
const AUTOMATON_MEMORY: usize = 6 << 20;

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

type Caches = Pool<Cache, Box<dyn Fn() -> Cache + Send + Sync + std::panic::UnwindSafe + std::panic::RefUnwindSafe>>;

/// A set of patterns, ready to scan.
pub struct Patterns {
    automaton: Arc<DFA>,
    caches: Caches,
    count: usize,
}

impl std::fmt::Debug for Patterns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Patterns").field("count", &self.count).finish_non_exhaustive()
    }
}

/// A pattern that has been looked at, before it joins a set.
#[derive(Clone, Debug)]
pub struct Candidate(Hir);

/// Looks at a pattern: whether it is one, and whether it is small enough.
///
/// # Errors
/// A sentence that says what is wrong with the pattern and what would be right.
pub fn examine(pattern: &str) -> Result<Candidate, String> {
    if pattern.chars().count() > LONGEST_PATTERN {
        return Err(format!("the pattern has more than {LONGEST_PATTERN} characters; split it"));
    }
    if let Some(capital) = unescaped_capital(pattern) {
        return Err(format!(
            "patterns are matched against lower case: write `{}`, not `{capital}`",
            capital.to_lowercase()
        ));
    }
    // A match ends at the end of a word, unless its pattern goes on past it by itself.
    let source = format!(r"(?:{})(?-u:\b{{end-half}})", with_small_classes(pattern.trim_end()));
    let hir = regex_syntax::ParserBuilder::new()
        .utf8(false)
        .nest_limit(50)
        .build()
        .parse(&source)
        .map_err(|error| format!("not a pattern: {}", reason(&error)))?;
    if hir.properties().minimum_len().is_none_or(|shortest| shortest == 0) {
        return Err("the pattern matches nothing at all; name at least one letter".into());
    }
    if size(&hir) > LARGEST_PATTERN {
        return Err("the pattern is too large: bound its repetitions, as in {0,3}".into());
    }
    Ok(Candidate(hir))
}

/// Looks at many patterns, on every core: at a start it is most of the work.
pub(super) fn examine_all<'p>(patterns: &[&'p str]) -> Vec<(&'p str, Result<Candidate, String>)> {
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(4);
    let share = patterns.len().div_ceil(cores).max(1);
    std::thread::scope(|scope| {
        let workers: Vec<_> = patterns
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().map(|p| (*p, examine(p))).collect::<Vec<_>>()))
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
    })
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
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Bytes(_)) => 1,
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
    /// Builds the set; a pattern's place in the list is its number.
    pub fn build(candidates: &[Candidate]) -> Result<Self, String> {
        let hirs: Vec<&Hir> = candidates.iter().map(|c| &c.0).collect();
        let nfa = thompson::Compiler::new()
            .configure(thompson::Config::new().utf8(false).which_captures(thompson::WhichCaptures::None))
            .build_many_from_hir(&hirs)
            .map_err(|e| e.to_string())?;
        let automaton = DFA::builder()
            .configure(
                DFA::config()
                    .match_kind(MatchKind::All)
                    .cache_capacity(AUTOMATON_MEMORY)
                    .skip_cache_capacity_check(true),
            )
            .build_from_nfa(nfa)
            .map_err(|e| e.to_string())?;
        let automaton = Arc::new(automaton);
        let for_caches = AssertUnwindSafe(Arc::clone(&automaton));
        let caches: Caches = Pool::new(Box::new(move || for_caches.create_cache()));
        Ok(Self { automaton, caches, count: candidates.len() })
    }

    /// How many patterns there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Every match in a folded text, the longest of each pattern at each place; sorted by pattern, then by place.
    pub fn scan(&self, folded: &str) -> Vec<Match> {
        let mut found = Vec::new();
        if self.is_empty() {
            return found;
        }
        let bytes = folded.as_bytes();
        let mut cache = self.caches.get();
        let mut before = None;
        for at in 0..bytes.len() {
            if begins(bytes, at) {
                self.walk(&mut cache, folded, at, before, &mut found);
            }
            before = Some(bytes[at]);
        }
        found.sort_unstable_by_key(|m| (m.pattern, m.start, std::cmp::Reverse(m.end)));
        found.dedup_by_key(|m| (m.pattern, m.start));
        found
    }

    /// Walks the automaton from one place until nothing can match any more.
    fn walk(&self, cache: &mut Cache, folded: &str, start: usize, before: Option<u8>, found: &mut Vec<Match>) {
        let bytes = folded.as_bytes();
        let config = start::Config::new().anchored(Anchored::Yes).look_behind(before);
        let Ok(mut state) = self.automaton.start_state(cache, &config) else { return };
        let end = bytes.len().min(start + LONGEST_MATCH);
        for at in start..end {
            let Ok(next) = self.automaton.next_state(cache, state, bytes[at]) else { return };
            state = next;
            if state.is_tagged() {
                if state.is_dead() || state.is_quit() {
                    return;
                }
                // A match is told one byte late.
                self.note(cache, state, folded, start, at, found);
            }
        }
        let last = if end == bytes.len() {
            self.automaton.next_eoi_state(cache, state)
        } else {
            self.automaton.next_state(cache, state, bytes[end])
        };
        if let Ok(state) = last {
            self.note(cache, state, folded, start, end, found);
        }
    }

    fn note(&self, cache: &Cache, state: LazyStateID, folded: &str, start: usize, end: usize, found: &mut Vec<Match>) {
        let bytes = folded.as_bytes();
        let cuts_word = end > start && is_word(bytes[end - 1]) && bytes.get(end).is_some_and(|next| is_word(*next));
        if !state.is_match() || end <= start || cuts_word {
            return;
        }
        for index in 0..self.automaton.match_len(cache, state) {
            let pattern = self.automaton.match_pattern(cache, state, index).as_u32();
            if let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end)) {
                found.push(Match { pattern, start, end });
            }
        }
    }
}

/// Whether a pattern may begin here: at the first byte of a word, or at a mark.
fn begins(bytes: &[u8], at: usize) -> bool {
    let byte = bytes[at];
    if is_word(byte) { at == 0 || !is_word(bytes[at - 1]) } else { byte != b' ' && byte != b'\n' }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// The matches of a run of consecutive patterns, out of a sorted scan.
pub fn of(matches: &[Match], patterns: &Range<u32>) -> Range<usize> {
    let from = matches.partition_point(|m| m.pattern < patterns.start);
    let to = matches.partition_point(|m| m.pattern < patterns.end);
    from..to
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(patterns: &[&str], text: &str) -> Vec<(u32, String)> {
        let candidates: Vec<_> = patterns.iter().map(|p| examine(p).expect("a pattern")).collect();
        let set = Patterns::build(&candidates).expect("a set");
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
    }

    #[test]
    fn refuses_what_cannot_be_and_says_what_would() {
        for (pattern, says) in
            [("(", "not a pattern"), ("a{1000}{1000}", "too large"), ("x*", "nothing at all"), ("You", "lower case")]
        {
            let error = examine(pattern).err().expect(pattern);
            assert!(error.contains(says), "{pattern}: {error}");
        }
    }

    #[test]
    fn a_greedy_pattern_stays_bounded() {
        let text = "a ".repeat(5_000);
        let found = scan(&["a(?: a)*"], &text);
        assert!(found.iter().all(|(_, m)| m.len() <= LONGEST_MATCH));
    }
}
