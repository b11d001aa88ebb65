//! Text as a reader meets it: sentences and words, with what must not be judged set aside.
//!
//! [`Text::read`] takes what somebody wrote and yields a *folded* copy that patterns run on (lower case,
//! curly marks straightened, Markdown gone, every protected span a single [`SET_ASIDE`]), the sentences of it,
//! and the way back from a folded position to the byte in the original.

mod fold;
mod identify;
mod protect;

use std::ops::Range;

pub use identify::identify;
pub use protect::Kind as ProtectedKind;

/// Stands in the folded text for a protected span; no pattern matches inside one.
pub const SET_ASIDE: char = '\0';

/// A range of bytes of a UTF-8 text, on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSpan {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl ByteSpan {
    /// The words it covers.
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// Whether the two share a byte.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

impl From<Range<usize>> for ByteSpan {
    fn from(range: Range<usize>) -> Self {
        Self { start: range.start, end: range.end }
    }
}

/// How a sentence ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// A full stop, or nothing.
    Statement,
    /// A question mark.
    Question,
    /// An exclamation mark.
    Exclamation,
}

/// A sentence of the folded text.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// Where it stands in the folded text, without surrounding space.
    pub span: ByteSpan,
    /// How it ends.
    pub ending: Ending,
    /// How many words it has.
    pub words: usize,
    /// Which paragraph it belongs to, counted from 0.
    pub paragraph: usize,
    /// Whether it stands in a list.
    pub listed: bool,
}

/// A text that has been read. `Debug` never shows a word of it.
pub struct Text<'t> {
    /// What was written.
    pub original: &'t str,
    /// What patterns run on.
    pub folded: String,
    /// The sentences of the folded text, in order.
    pub sentences: Vec<Sentence>,
    /// What is never judged, in bytes of the original, in order.
    pub protected: Vec<(ByteSpan, ProtectedKind)>,
    origins: fold::Origins,
}

impl std::fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sentences = self.sentences.len();
        f.debug_struct("Text")
            .field("bytes", &self.original.len())
            .field("sentences", &sentences)
            .finish_non_exhaustive()
    }
}

impl<'t> Text<'t> {
    /// Reads a text.
    pub fn read(original: &'t str) -> Self {
        let layout = protect::Layout::of(original);
        let folded = fold::fold(original, &layout);
        let sentences = fold::sentences(&folded.text, &folded.blocks);
        Self { original, folded: folded.text, sentences, protected: layout.protected, origins: folded.origins }
    }

    /// The bytes of the original that a span of the folded text came from, without what is set aside at its ends.
    pub fn origin(&self, span: ByteSpan) -> ByteSpan {
        let aside = |c: char| c == SET_ASIDE || c == ' ' || c == '\n';
        let covered = span.of(&self.folded);
        let kept = covered.trim_end_matches(aside).len();
        let own = match kept {
            // Nothing else is in it.
            0 => span,
            kept => {
                let lead = kept - covered[..kept].trim_start_matches(aside).len();
                ByteSpan { start: span.start + lead, end: span.start + kept }
            }
        };
        self.origins.span(self.original, own)
    }

    /// The words of the prose as they were written, with their bytes of the original.
    pub fn written_words(&self) -> impl Iterator<Item = (ByteSpan, &'t str)> {
        let base = self.folded.as_ptr() as usize;
        words(&self.folded).map(move |word| {
            let start = word.as_ptr() as usize - base;
            let span = self.origin(ByteSpan { start, end: start + word.len() });
            (span, span.of(self.original))
        })
    }

    /// Whether a byte of the original is one that is never judged.
    pub fn is_protected(&self, at: usize) -> bool {
        let after = self.protected.partition_point(|(span, _)| span.start <= at);
        after.checked_sub(1).is_some_and(|i| at < self.protected[i].0.end)
    }

    /// The sentence that holds a position of the folded text, by its place in [`Text::sentences`].
    pub fn sentence_at(&self, position: usize) -> Option<usize> {
        let after = self.sentences.partition_point(|s| s.span.start <= position);
        after.checked_sub(1).filter(|&i| position < self.sentences[i].span.end)
    }

    /// The folded words of a sentence.
    pub fn words<'a>(&'a self, sentence: &Sentence) -> impl Iterator<Item = &'a str> + use<'a, 't> {
        words(sentence.span.of(&self.folded))
    }

    /// How many words there are outside protected spans.
    pub fn word_count(&self) -> usize {
        self.sentences.iter().map(|s| s.words).sum()
    }
}

/// The words of a folded text: letters and digits, with apostrophes and hyphens inside them.
pub fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded
        .split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '-'))
        .map(|w| w.trim_matches(['\'', '-']))
        .filter(|w| !w.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        Text::read(text).folded
    }

    #[test]
    fn folds_what_readers_do_not_distinguish() {
        assert_eq!(folded("You\u{a0}SHOULD’VE  said — “no”…"), "you should've said - \"\0\"...");
        assert_eq!(folded("It is **not** your fault"), "it is not your fault");
    }

    #[test]
    fn sets_aside_what_is_not_the_writers_own() {
        for text in [
            "> you should have",
            "`you should have`",
            "```\nyou should have\n```",
            "https://example.org/you-should-have",
            "[you should have](https://example.org)",
            "2026-11-02 10:14:07 ERROR you should have",
            "error: you should have",
        ] {
            assert!(!folded(text).contains("should"), "{text:?} → {:?}", folded(text));
        }
        assert!(folded("don't touch Ana's laptop, it's 'fine'").contains("touch ana's laptop"));
    }

    #[test]
    fn an_answer_right_below_a_quote_is_the_writers_own() {
        assert_eq!(
            folded("> it is slow\nYou should have said.").trim_start_matches([SET_ASIDE, '\n']),
            "you should have said."
        );
        let turns = folded("> one\nMine.\n> two\n> three\nMine too.");
        assert!(turns.contains("mine.") && turns.contains("mine too."), "{turns:?}");
        assert!(!turns.contains("one") && !turns.contains("two") && !turns.contains("three"), "{turns:?}");
    }

    #[test]
    fn finds_the_way_back() {
        let text = "Hi **Ana**,\n\nI’ve reset “it”. You should’ve said.";
        let read = Text::read(text);
        let start = read.folded.find("should've").expect("it is there");
        let span = read.origin(ByteSpan { start, end: start + "should've".len() });
        assert_eq!(span.of(text), "should’ve");
    }

    #[test]
    fn splits_sentences_as_a_reader_does() {
        let read = Text::read(
            "Hi Ana,\n\nI rang at 10.30 a.m. today, e.g. twice. Did it work? Great!\n\n1. Open it\n2. Close it",
        );
        let texts: Vec<_> = read.sentences.iter().map(|s| s.span.of(&read.folded)).collect();
        assert_eq!(
            texts,
            ["hi ana,", "i rang at 10.30 a.m. today, e.g. twice.", "did it work?", "great!", "open it", "close it"]
        );
        assert_eq!(read.sentences[2].ending, Ending::Question);
        assert!(read.sentences[4].listed && !read.sentences[3].listed);
    }
}
