//! Thousands of patterns, one pass.
//!
//! Every pattern begins with literal text. An Aho–Corasick scan finds where one may begin; a single lazy DFA
//! that holds all of them, entered at the pattern in question, finds whether it does and where it ends. A
//! pattern without a literal start is tried at the start of each word: slower, but in bounded time too.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use regex_automata::{
    Anchored, Input, PatternID,
    hybrid::dfa::{Cache, DFA},
    nfa::thompson,
    util::{pool::Pool, syntax},
};
use regex_syntax::hir::literal::{ExtractKind, Extractor};

/// A match reaches at most this many bytes: nobody's phrase is longer, and the bound keeps the scan linear.
const LONGEST_MATCH: usize = 320;
/// What one pattern's automaton may take, in bytes.
const LARGEST_PATTERN: usize = 256 * 1024;
/// The longest pattern, in characters.
const LONGEST_PATTERN: usize = 2_000;
/// The most patterns that a pack and all below it may hold together.
pub(super) const MOST_PATTERNS: usize = 20_000;
/// What the lazy automaton may remember, in bytes.
const AUTOMATON_MEMORY: usize = 3 * 1024 * 1024;
/// Fewer literal bytes than this are no help in finding a start.
const SHORTEST_LITERAL: usize = 2;

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
    starts: AhoCorasick,
    /// For each literal, the patterns that may begin with it.
    begins: Vec<Vec<u32>>,
    /// Patterns that are tried at the start of each word.
    everywhere: Vec<u32>,
    automaton: DFA,
    caches: Pool<Cache, Box<dyn Fn() -> Cache + Send + Sync + std::panic::UnwindSafe + std::panic::RefUnwindSafe>>,
    count: usize,
    literals: Vec<String>,
}

impl std::fmt::Debug for Patterns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Patterns").field("count", &self.count).finish_non_exhaustive()
    }
}

/// A pattern that has been looked at, before it joins the set.
pub struct Candidate {
    source: String,
    literals: Vec<Vec<u8>>,
}

/// Looks at a pattern: whether it is one, whether it is small enough, and what it begins with.
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
    // Matching ends at the end of a word, unless the pattern goes on past it by itself.
    let source = format!(r"(?:{})(?-u:\b{{end-half}})", with_small_classes(pattern));
    let hir = regex_syntax::ParserBuilder::new()
        .utf8(false)
        .nest_limit(50)
        .build()
        .parse(&source)
        .map_err(|error| format!("not a pattern: {}", reason(&error)))?;
    if hir.properties().minimum_len().is_none_or(|shortest| shortest == 0) {
        return Err("the pattern matches nothing at all; name at least one letter".into());
    }
    thompson::Compiler::new()
        .configure(thompson::Config::new().nfa_size_limit(Some(LARGEST_PATTERN)).utf8(false))
        .build_from_hir(&hir)
        .map_err(|_| "the pattern is too large: bound its repetitions, as in {0,3}".to_owned())?;
    let mut extractor = Extractor::new();
    extractor.kind(ExtractKind::Prefix).limit_class(10).limit_repeat(8).limit_literal_len(40).limit_total(96);
    let found = extractor.extract(&hir);
    let literals = found
        .literals()
        .map(|all| all.iter().map(|l| l.as_bytes().to_vec()).collect::<Vec<_>>())
        .filter(|all| !all.is_empty() && all.iter().all(|l| l.len() >= SHORTEST_LITERAL))
        .unwrap_or_default();
    Ok(Candidate { source, literals })
}

impl Candidate {
    /// Whether it begins with text, so that it can be found fast.
    pub fn begins_with_text(&self) -> bool {
        !self.literals.is_empty()
    }
}

fn reason(error: &regex_syntax::Error) -> String {
    match error {
        regex_syntax::Error::Parse(e) => e.kind().to_string(),
        regex_syntax::Error::Translate(e) => e.kind().to_string(),
        other => other.to_string(),
    }
}

/// `\w`, `\d` and `\s` as they matter in folded text: all of Unicode's would make automata a hundred times as large.
fn with_small_classes(pattern: &str) -> String {
    let mut small = String::with_capacity(pattern.len());
    let mut in_class = false;
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        let class = match c {
            '\\' => match characters.next() {
                Some('w') => r"a-z0-9_\x{80}-\x{10FFFF}",
                Some('d') => "0-9",
                Some('s') => r" \n",
                Some(edge @ ('b' | 'B')) => {
                    small.extend(["(?-u:\\", edge.encode_utf8(&mut [0; 4]), ")"]);
                    continue;
                }
                other => {
                    small.push(c);
                    small.extend(other);
                    continue;
                }
            },
            '[' if !in_class => {
                in_class = true;
                small.push(c);
                continue;
            }
            ']' => {
                in_class = false;
                small.push(c);
                continue;
            }
            _ => {
                small.push(c);
                continue;
            }
        };
        if in_class {
            small.push_str(class);
        } else {
            small.extend(["[", class, "]"]);
        }
    }
    small
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
        let mut literals: Vec<Vec<u8>> = Vec::new();
        let mut begins: Vec<Vec<u32>> = Vec::new();
        let mut places = std::collections::HashMap::new();
        let mut everywhere = Vec::new();
        for (number, candidate) in (0u32..).zip(candidates) {
            if candidate.literals.is_empty() {
                everywhere.push(number);
            }
            for literal in &candidate.literals {
                let place = *places.entry(literal.clone()).or_insert_with(|| {
                    literals.push(literal.clone());
                    begins.push(Vec::new());
                    literals.len() - 1
                });
                if begins[place].last() != Some(&number) {
                    begins[place].push(number);
                }
            }
        }
        let starts = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&literals)
            .map_err(|e| e.to_string())?;
        let sources: Vec<&str> = candidates.iter().map(|c| c.source.as_str()).collect();
        let automaton = DFA::builder()
            .syntax(syntax::Config::new().utf8(false))
            .thompson(thompson::Config::new().utf8(false))
            .configure(
                DFA::config()
                    .starts_for_each_pattern(true)
                    .cache_capacity(AUTOMATON_MEMORY)
                    .skip_cache_capacity_check(true),
            )
            .build_many(&sources)
            .map_err(|e| e.to_string())?;
        let for_caches = automaton.clone();
        let caches: Pool<
            Cache,
            Box<dyn Fn() -> Cache + Send + Sync + std::panic::UnwindSafe + std::panic::RefUnwindSafe>,
        > = Pool::new(Box::new(move || for_caches.create_cache()));
        let literals = literals.iter().map(|l| String::from_utf8_lossy(l).into_owned()).collect();
        Ok(Self { starts, begins, everywhere, automaton, caches, count: candidates.len(), literals })
    }

    /// How many patterns there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The literal text that the patterns begin with: what a bare scan for the same phrases looks for.
    pub fn literals(&self) -> &[String] {
        &self.literals
    }

    /// Every match in a folded text, sorted by pattern, then by place.
    pub fn scan(&self, folded: &str) -> Vec<Match> {
        let bytes = folded.as_bytes();
        let mut found = Vec::new();
        let mut cache = self.caches.get();
        for hit in self.starts.find_overlapping_iter(bytes) {
            let start = hit.start();
            if !opens_word(bytes, start) {
                continue;
            }
            for &pattern in &self.begins[hit.pattern().as_usize()] {
                self.try_at(&mut cache, bytes, start, pattern, &mut found);
            }
        }
        if !self.everywhere.is_empty() {
            for start in word_starts(bytes) {
                for &pattern in &self.everywhere {
                    self.try_at(&mut cache, bytes, start, pattern, &mut found);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn try_at(&self, cache: &mut Cache, bytes: &[u8], start: usize, pattern: u32, found: &mut Vec<Match>) {
        let mut end = bytes.len().min(start + LONGEST_MATCH);
        // A character is never cut in two: the automaton reads bytes, its callers read text.
        while end < bytes.len() && bytes[end] & 0xC0 == 0x80 {
            end -= 1;
        }
        let Ok(id) = PatternID::try_from(pattern) else { return };
        let input = Input::new(bytes).range(start..end).anchored(Anchored::Pattern(id));
        if let Ok(Some(half)) = self.automaton.try_search_fwd(cache, &input)
            && half.offset() > start
        {
            let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(half.offset())) else { return };
            found.push(Match { pattern, start, end });
        }
    }
}

/// Whether a match may begin here: not in the middle of a word.
fn opens_word(bytes: &[u8], start: usize) -> bool {
    start == 0 || !is_word(bytes[start - 1]) || !is_word(bytes[start])
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn word_starts(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    (0..bytes.len()).filter(|&i| is_word(bytes[i]) && (i == 0 || !is_word(bytes[i - 1])))
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
        let text = "a ".repeat(50_000);
        let found = scan(&["a(?: a)*"], &text);
        assert!(found.iter().all(|(_, m)| m.len() <= LONGEST_MATCH));
    }
}
