//! What somebody wrote themselves: pasted sentences prove nothing.

use std::{borrow::Cow, collections::HashSet};

use crate::{
    content::{Drill, Task},
    language::{ByteSpan, Text, words},
};

/// A sentence of so many words and more can be told from chance.
const TELLING: usize = 5;
/// What a card says for those who have answered is short and never meant as an answer.
const TELLING_MUST: usize = 3;
/// From this share of three words in a row on, in percent, a sentence is copied. Who says the customer's words back, as a
/// good listener does, comes near it and adds something.
const COPIED: usize = 90;
/// The same for what the card says of a good answer: nobody would write that to a customer.
const COPIED_MUST: usize = 70;

/// The answer as it was meant: marks that put all of it into a quote, a code block or quotation marks are dropped.
pub(super) fn unwrapped(answer: &str) -> Cow<'_, str> {
    const PAIRS: &[(char, char)] = &[('"', '"'), ('“', '”'), ('„', '“'), ('«', '»'), ('\'', '\''), ('‘', '’')];
    let trimmed = answer.trim();
    let inside = PAIRS.iter().find_map(|&(open, close)| {
        let inside = trimmed.strip_prefix(open)?.strip_suffix(close)?;
        (!inside.contains(open) && !inside.contains(close)).then_some(inside)
    });
    let kept = inside.unwrap_or(trimmed);
    if !kept.contains(['`', '>']) || Text::read(kept).word_count() > 0 {
        return Cow::Borrowed(kept);
    }
    let bare: Vec<String> = kept.lines().map(|line| line.trim_start_matches(['>', ' ']).replace('`', "")).collect();
    Cow::Owned(bare.join("\n").trim().to_owned())
}

/// The answer without the sentences that stand on the card: the customer's words, the options, and what it tells those
/// who have answered.
pub(super) fn own_words(drill: &Drill, answer: &str) -> String {
    let shown = Shown::of(drill);
    let text = Text::read(answer);
    let mut kept = String::with_capacity(answer.len());
    let mut from = 0;
    for sentence in &text.sentences {
        let said: Vec<&str> = text.words(sentence).collect();
        if shown.holds(&said) {
            let ByteSpan { start, end } = text.origin(sentence.span);
            kept.push_str(answer.get(from..start).unwrap_or_default());
            kept.push(' ');
            from = end.max(from);
        }
    }
    kept.push_str(answer.get(from..).unwrap_or_default());
    kept
}

/// Whether an answer is the draft again: no word added, dropped or changed.
pub(super) fn is_again(draft: &str, answer: &str) -> bool {
    let (draft, answer) = (Text::read(draft), Text::read(answer));
    words(&draft.folded).eq(words(&answer.folded))
}

/// Three words in a row.
type Three = [String; 3];

/// What a card shows, in threes of words.
struct Shown {
    /// The customer's words, the options, the explanation.
    said: HashSet<Three>,
    /// What a good answer has to do.
    musts: HashSet<Three>,
}

impl Shown {
    fn of(drill: &Drill) -> Self {
        let mut said = threes(&drill.message);
        said.extend(threes(&drill.ask));
        said.extend(drill.explain.iter().flat_map(|explain| threes(explain)));
        if let Task::Choose { options: all, .. } | Task::Order { pieces: all, .. } = &drill.task {
            said.extend(all.iter().flat_map(|one| threes(one)));
        }
        Self { said, musts: drill.musts.iter().flat_map(|must| threes(&must.what)).collect() }
    }

    fn holds(&self, words: &[&str]) -> bool {
        let of = |all: &HashSet<Three>, share: usize| {
            let own: Vec<bool> =
                words.windows(3).map(|w| all.contains(&[w[0], w[1], w[2]].map(str::to_owned))).collect();
            own.iter().filter(|met| **met).count() * 100 >= own.len().max(1) * share
        };
        words.len() >= TELLING && of(&self.said, COPIED) || words.len() >= TELLING_MUST && of(&self.musts, COPIED_MUST)
    }
}

fn threes(text: &str) -> HashSet<Three> {
    let read = Text::read(text);
    let all: Vec<String> = words(&read.folded).map(str::to_owned).collect();
    all.windows(3).map(|w| [w[0].clone(), w[1].clone(), w[2].clone()]).collect()
}
