//! What a message carries besides its words: capitals and marks.

use super::{Evidence, Tally};
use crate::{
    content::MoodName,
    language::{ByteSpan, Text},
};

/// Fewer letters than this are too few to speak of a share of capitals.
const FEWEST_LETTERS: usize = 12;

/// Counts capitals (+2), runs of marks and a lone “?” (+1).
pub(super) fn count(text: &Text<'_>, tally: &mut Tally) {
    if let Some(span) = shouting(text) {
        tally.points += 2.0;
        tally.weigh(MoodName::Angry, 1.0);
        tally.evidence.push(Evidence { signal: "marks/capitals".into(), span });
    }
    let folded = text.folded.as_bytes();
    let lone = matches!(text.folded.trim(), "?" | "??" | "???");
    let run = folded.windows(2).position(|pair| matches!(pair, b"!!" | b"??" | b"?!" | b"!?"));
    let thanks = tally.by_mood.iter().any(|(mood, _)| *mood == MoodName::Thankful);
    if let Some(start) = run.or(lone.then_some(0))
        && !thanks
    {
        tally.points += 1.0;
        tally.weigh(MoodName::Frustrated, 0.5);
        let span = text.origin(ByteSpan { start, end: (start + 2).min(folded.len()) });
        tally.evidence.push(Evidence { signal: "marks/repeated".into(), span });
    }
}

/// Two and more words in capitals that are no acronyms, in a row or in a message that is mostly capitals.
fn shouting(text: &Text<'_>) -> Option<ByteSpan> {
    let mut shouted: Option<(usize, usize, usize)> = None; // start, end, words
    let (mut capitals, mut letters) = (0usize, 0usize);
    for (span, word) in text.written_words() {
        let length = word.chars().filter(|c| c.is_alphabetic()).count();
        let upper = word.chars().filter(|c| c.is_uppercase()).count();
        capitals += upper;
        letters += length;
        // Acronyms are short; shouted words are long, or many.
        if length >= 4 && upper == length {
            shouted = Some(shouted.map_or((span.start, span.end, 1), |(first, _, count)| (first, span.end, count + 1)));
        }
    }
    let (start, end, count) = shouted?;
    let mostly = letters >= FEWEST_LETTERS && capitals * 10 >= letters * 3;
    (count >= 2 || mostly).then_some(ByteSpan { start, end })
}
