//! A review as a card: one strength first, then at most three findings, worst first; the rest on request.

use super::super::{
    Action, Block, Card, Choice, Library, Span, Tone,
    answer::{ButtonStyle, Line, plain, strong, text},
    drafts::Held,
};
use crate::{
    content::{Basis, Severity},
    language::Text,
    review::{Change, Finding, Landing, Missing, Review, compare},
};

/// How many findings are shown before “show all”.
const FIRST_SHOWN: usize = 3;
/// How many are shown after it; a card holds no more.
const MOST_SHOWN: usize = 12;
/// The most words of a finding that are quoted, in characters.
const LONGEST_QUOTE: usize = 120;

/// The most items of a menu.
const MOST_CHOICES: usize = 25;

/// What of a review is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    /// One strength, at most three findings.
    Brief,
    /// Everything.
    All,
    /// Where each rule comes from.
    Why,
    /// For whom a rule is dismissed.
    Dismiss,
}

/// A review, ready to be shown.
pub(super) struct Rendered<'a> {
    pub library: &'a Library,
    pub review: &'a Review,
    pub held: &'a Held,
    pub id: &'a str,
    pub view: View,
    /// What is said first, where the message answered hints at danger.
    pub safety: Option<&'a str>,
}

/// A finding or something missing: what a card lists, worst first.
enum Point<'a> {
    Found(&'a Finding),
    Missing(&'a Missing),
}

impl Point<'_> {
    fn severity(&self) -> Severity {
        match self {
            Self::Found(f) => f.severity,
            Self::Missing(m) => m.severity,
        }
    }

    fn rule(&self) -> &str {
        match self {
            Self::Found(f) => &f.rule,
            Self::Missing(m) => &m.rule,
        }
    }

    fn post(&self) -> &str {
        match self {
            Self::Found(f) => &f.post,
            Self::Missing(m) => &m.post,
        }
    }

    fn why(&self) -> &str {
        match self {
            Self::Found(f) => &f.why,
            Self::Missing(m) => &m.why,
        }
    }

    fn instead(&self) -> &[String] {
        match self {
            Self::Found(f) => &f.instead,
            Self::Missing(m) => &m.instead,
        }
    }
}

impl Rendered<'_> {
    pub(super) fn card(&self, may_for_team: bool) -> Card {
        let points = self.points();
        let shown = match self.view {
            View::All => points.len().min(MOST_SHOWN),
            _ => points.len().min(FIRST_SHOWN),
        };
        let mut blocks = Vec::new();
        if let Some(safety) = self.safety {
            blocks.push(Block::Text(vec![strong("Before any reply: "), plain(safety)]));
        }
        match self.view {
            _ if self.is_empty() => blocks.push(text(
                "There is no word of your own in it: quotes, code, links and logs I leave alone, and I vouch for nothing that I do not read.",
            )),
            View::Brief | View::All => self.body(&points[..shown], points.len() - shown, &mut blocks),
            View::Why => self.reasons(&points[..shown], &mut blocks),
            View::Dismiss => self.dismissal(&mut blocks),
        }
        Card {
            title: self.title(),
            tone: self.tone(),
            blocks,
            footer: Some("Tone, not facts. Only you see this; the draft is forgotten after 15 minutes.".into()),
            actions: if self.view == View::Dismiss {
                self.dismissal_actions(may_for_team)
            } else {
                self.actions(&points, shown)
            },
            ..Card::default()
        }
    }

    fn points(&self) -> Vec<Point<'_>> {
        let found = self.review.findings.iter().map(Point::Found);
        let mut points: Vec<Point<'_>> = found.chain(self.review.missing.iter().map(Point::Missing)).collect();
        points.sort_by_key(|p| std::cmp::Reverse(p.severity()));
        points
    }

    /// Whether no word of it is the writer's own.
    fn is_empty(&self) -> bool {
        Text::read(&self.held.draft).word_count() == 0
    }

    fn title(&self) -> String {
        if self.safety.is_some() {
            return "A person first".into();
        }
        if self.is_empty() {
            return "Nothing to read here".into();
        }
        if self.review.foreign {
            return "This does not look like English".into();
        }
        if self.review.reads_well() {
            return "Reads well".into();
        }
        match self.review.reading.landing {
            Landing::LandsWell => "Reads well, nearly",
            Landing::CouldLandCold => "This could land cold",
            Landing::LikelyToSting => "This is likely to sting",
        }
        .into()
    }

    fn tone(&self) -> Tone {
        match self.review.worst() {
            _ if self.safety.is_some() => Tone::Stop,
            _ if self.review.foreign || self.is_empty() => Tone::Plain,
            Some(Severity::High) => Tone::Stop,
            Some(Severity::Medium) => Tone::Care,
            _ => Tone::Good,
        }
    }

    fn body(&self, points: &[Point<'_>], rest: usize, blocks: &mut Vec<Block>) {
        if self.review.foreign {
            blocks.push(text("My rules are English, so I say nothing of this draft rather than something wrong."));
            return;
        }
        if let Some(before) = &self.held.before {
            blocks.extend(changes(&compare(before, self.review)));
        }
        if let Some(strength) = self.review.strengths.first() {
            let mut line: Line = vec![strong("Good: "), plain(&strength.text)];
            if let Some(span) = strength.span {
                line.extend([plain(" "), quoted(span.of(&self.held.draft))]);
            }
            blocks.push(Block::Text(line));
        }
        if points.is_empty() && self.review.reads_well() {
            blocks.push(text("Nothing in it is likely to hurt, and nothing is missing that I look for."));
        }
        blocks.extend(self.moved());
        for point in points {
            blocks.push(Block::Text(self.lead(point)));
            blocks.push(text(point.why()));
            blocks.extend(point.instead().first().map(|way| Block::Text(vec![strong("Try: "), plain(way)])));
        }
        if rest > 0 {
            blocks.push(text(format!("… and {rest} more, less weighty.")));
        }
        if let Some(level) = &self.review.level {
            blocks.push(Block::Text(vec![
                strong(format!("Listening, level {} of 5 ({}): ", level.number, level.name)),
                plain(format!("{}. A mirror, not a grade. ", level.evidence.join("; "))),
                plain(if level.number < 5 { level.try_it.as_str() } else { "" }),
            ]));
        }
        if self.view == View::All && self.review.strengths.len() > 1 {
            blocks.push(Block::Heading("Also good".into()));
            blocks.push(Block::Bullets(self.review.strengths[1..].iter().map(|s| vec![plain(&s.text)]).collect()));
        }
    }

    /// The words that make the whole sound harder, where the reading is not a good one.
    fn moved(&self) -> Option<Block> {
        let reading = &self.review.reading;
        if reading.landing == Landing::LandsWell || reading.hardened_by.is_empty() {
            return None;
        }
        let mut line: Line = vec![strong("What makes it sound harder: ")];
        for (at, span) in reading.hardened_by.iter().enumerate() {
            line.extend((at > 0).then(|| plain(", ")));
            line.push(quoted(span.of(&self.held.draft)));
        }
        line.push(plain(if reading.sure { "." } else { ". That is a guess: few words, or a near thing." }));
        Some(Block::Text(line))
    }

    /// “Mend before sending:” and the words, or what is missing.
    fn lead(&self, point: &Point<'_>) -> Line {
        let advice = match point.severity() {
            Severity::High => "Mend before sending: ",
            Severity::Medium => "Worth a change: ",
            Severity::Low => "Worth knowing: ",
        };
        let mut line = vec![strong(advice)];
        match point {
            Point::Found(finding) => line.push(quoted(finding.span.of(&self.held.draft))),
            Point::Missing(missing) => {
                line.push(plain(format!("no {}", missing.what.name())));
                if let (Some(span), Some(message)) = (missing.about, self.held.message()) {
                    line.extend([plain(" to "), quoted(span.of(message))]);
                }
            }
        }
        line
    }

    fn reasons(&self, points: &[Point<'_>], blocks: &mut Vec<Block>) {
        let pack = self.library.pack();
        for point in points {
            blocks.push(Block::Text(self.lead(point)));
            let rule = pack.rule(point.rule());
            let basis = match rule.map(|r| (r.basis, r.source.as_deref())) {
                Some((Basis::Author, _)) => "The author of the blog says so. Read more: ".into(),
                Some((Basis::Research, Some(source))) => format!("Research says so ({source}). Related reading: "),
                _ => "This is our own judgement. Related reading: ".to_owned(),
            };
            blocks.push(Block::Text(vec![
                plain(point.why()),
                plain(" "),
                plain(basis),
                self.library.post(point.post()),
            ]));
            blocks.push(Block::Bullets(point.instead().iter().map(|way| vec![plain(way)]).collect()));
            blocks.push(Block::Text(vec![plain("Rule "), Span::Code(point.rule().to_owned())]));
        }
        if points.is_empty() {
            blocks.push(text("There is nothing to explain: no rule was met."));
        }
    }

    fn dismissal(&self, blocks: &mut Vec<Block>) {
        let rule = self.held.dismissing.as_deref().unwrap_or_default();
        blocks.push(Block::Text(vec![plain("For whom shall "), Span::Code(rule.to_owned()), plain(" be dismissed?")]));
        blocks.push(text(
            "For you it stays off until you switch it back on under /privacy; for the team until somebody does with /rules on.",
        ));
    }

    fn dismissal_actions(&self, may_for_team: bool) -> Vec<Action> {
        let mut actions = vec![
            self.button("for-draft", "This draft", ButtonStyle::Primary),
            self.button("for-me", "Me", ButtonStyle::Secondary),
        ];
        if may_for_team {
            actions.push(self.button("for-team", "The team", ButtonStyle::Secondary));
        }
        actions.push(self.button("brief", "Back", ButtonStyle::Secondary));
        actions
    }

    fn actions(&self, points: &[Point<'_>], shown: usize) -> Vec<Action> {
        let mut actions = vec![self.button("edit", "Edit and review again", ButtonStyle::Primary)];
        if self.view != View::Brief {
            actions.push(self.button("brief", "Back", ButtonStyle::Secondary));
        }
        if self.view == View::Brief && (points.len() > shown || self.review.strengths.len() > 1) {
            actions.push(self.button("all", "Show all", ButtonStyle::Secondary));
        }
        if self.view != View::Why && !points.is_empty() {
            actions.push(self.button("why", "Why?", ButtonStyle::Secondary));
        }
        let mut choices: Vec<Choice> = Vec::new();
        for point in points {
            if choices.len() < MOST_CHOICES && choices.iter().all(|choice| choice.value != point.rule()) {
                let (rule, why) = (point.rule().to_owned(), point.why().to_owned());
                choices.push(Choice { value: rule.clone(), label: rule, note: Some(why) });
            }
        }
        if !choices.is_empty() {
            let id = format!("review:dismiss:{}", self.id);
            actions.push(Action::Menu { id, prompt: "Dismiss a rule …".into(), choices });
        }
        actions
    }

    fn button(&self, what: &str, label: &str, style: ButtonStyle) -> Action {
        Action::Button { id: format!("review:{what}:{}", self.id), label: label.into(), style }
    }
}

fn quoted(words: &str) -> Span {
    let mut short: String = words.chars().take(LONGEST_QUOTE).collect();
    if short.len() < words.len() {
        short.push('…');
    }
    Span::Words(short)
}

/// What another version resolved, kept and brought.
fn changes(change: &Change) -> Option<Block> {
    let counted = [("resolved", &change.resolved), ("still there", &change.remains), ("new", &change.new)];
    let parts: Vec<String> = counted
        .iter()
        .filter(|(_, rules)| !rules.is_empty())
        .map(|(word, rules)| format!("{} {word}", rules.len()))
        .collect();
    (!parts.is_empty())
        .then(|| Block::Text(vec![strong("Since the last version: "), plain(format!("{}.", parts.join(", ")))]))
}
