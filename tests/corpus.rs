//! The corpora: good replies stay near-silent, bad ones are caught, the twenty tickets are read as a person would, abuse is
//! stopped, and danger is seen.
//! What every reply draws is a snapshot: a change to a rule shows its noise as a diff, to be reviewed like code.

use std::{collections::BTreeMap, fmt::Write as _, sync::LazyLock};

use bedside::{
    content::{Medium, MoodName, Pack, Severity},
    mood::mood,
    practice::judge,
    review::{Draft, Review, review},
};
use serde::Deserialize;

static PACK: LazyLock<Pack> = LazyLock::new(Pack::built_in);

#[derive(Deserialize)]
struct Replies {
    reply: Vec<Reply>,
}

#[derive(Deserialize)]
struct Reply {
    id: String,
    medium: Medium,
    draft: String,
    answers: Option<String>,
    #[serde(default)]
    hurts: String,
}

#[derive(Deserialize)]
struct Tickets {
    ticket: Vec<Ticket>,
}

#[derive(Deserialize)]
struct Ticket {
    id: String,
    customer: String,
    good: String,
    bad: String,
    medium: Medium,
    mood: String,
}

#[derive(Deserialize)]
struct Temper {
    hostile: Vec<String>,
    innocent: Vec<String>,
}

#[derive(Deserialize)]
struct Dangers {
    danger: Vec<String>,
    safe: Vec<String>,
    unseen: Option<Box<Dangers>>,
}

#[derive(Deserialize)]
struct Practised {
    answers: Vec<Answers>,
}

#[derive(Deserialize)]
struct Answers {
    card: String,
    good: Vec<String>,
    poor: Vec<String>,
}

fn read<T: for<'de> Deserialize<'de>>(name: &str) -> T {
    let path = format!("{}/tests/corpus/{name}", env!("CARGO_MANIFEST_DIR"));
    toml::from_str(&std::fs::read_to_string(path).expect("a corpus")).expect("a corpus as its README says")
}

fn reviewed(draft: &str, answers: Option<&str>, medium: Medium) -> Review {
    review(&PACK, &Draft { text: draft, answers, medium })
}

/// What a review says, a line each: severity, rule, and the words.
fn told(review: &Review, draft: &str) -> Vec<String> {
    let found = review.findings.iter().map(|f| format!("{} {} “{}”", f.severity.name(), f.rule, f.span.of(draft)));
    let missing = review.missing.iter().map(|m| format!("{} {}", m.severity.name(), m.rule));
    found.chain(missing).collect()
}

#[test]
fn what_every_reply_draws_is_reviewed_like_code() {
    let mut drawn = String::new();
    for name in ["good.toml", "bad.toml"] {
        let corpus: Replies = read(name);
        for reply in &corpus.reply {
            let review = reviewed(&reply.draft, reply.answers.as_deref(), reply.medium);
            let _ = writeln!(drawn, "{name} {}: {}", reply.id, review.reading.landing.name());
            for line in told(&review, &reply.draft) {
                let _ = writeln!(drawn, "    {}", line.replace('\n', " "));
            }
        }
    }
    insta::assert_snapshot!("what_every_reply_draws", drawn);
}

#[test]
fn good_replies_draw_no_high_or_medium_finding() {
    let good: Replies = read("good.toml");
    assert!(good.reply.len() >= 60, "the corpus of good replies shrank");
    let mut wrong = String::new();
    let mut low = 0;
    for reply in &good.reply {
        let review = reviewed(&reply.draft, reply.answers.as_deref(), reply.medium);
        let lines = told(&review, &reply.draft);
        low += lines.iter().filter(|l| l.starts_with("low")).count();
        for line in lines.iter().filter(|l| !l.starts_with("low")) {
            let _ = writeln!(wrong, "{}: {line}", reply.id);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    let most = good.reply.len();
    assert!(low <= most, "{low} low findings on {} good replies: near-silent is at most one each", good.reply.len());
}

/// A reader is hurt in neighbouring ways by the same words; each of these counts as the right one.
fn neighbours(family: &str) -> &'static [&'static str] {
    match family {
        "false-empathy" | "non-apology" | "canned" => {
            &["false-empathy", "non-apology", "canned", "minimising", "missing"]
        }
        "passive" | "blame" | "condescension" | "sarcasm" => {
            &["passive", "blame", "condescension", "sarcasm", "dismissal", "lecture"]
        }
        "dismissal" | "minimising" => {
            &["dismissal", "minimising", "negativity", "condescension", "sarcasm", "bureaucracy", "joke"]
        }
        "bureaucracy" | "vague" | "over-promise" => &["bureaucracy", "vague", "over-promise", "missing", "canned"],
        "terse" | "command" | "missing" | "order" => {
            &["terse", "command", "missing", "order", "answer", "measure", "condescension"]
        }
        "harm" | "threat" => &["harm", "threat", "sarcasm", "blame", "command"],
        "joke" => &["joke", "sarcasm", "harm", "minimising"],
        "measure" => &["measure", "jargon", "negativity"],
        "jargon" => &["jargon", "measure"],
        "negativity" => &["negativity", "dismissal", "bureaucracy", "missing"],
        "over-familiar" => &["over-familiar", "condescension", "measure"],
        _ => &[],
    }
}

#[test]
fn bad_replies_are_caught_for_what_they_do() {
    let bad: Replies = read("bad.toml");
    assert!(bad.reply.len() >= 60, "the corpus of bad replies shrank");
    let (mut silent, mut other) = (Vec::new(), Vec::new());
    let mut caught = BTreeMap::<&str, (usize, usize)>::new();
    for reply in &bad.reply {
        let review = reviewed(&reply.draft, reply.answers.as_deref(), reply.medium);
        let lines = told(&review, &reply.draft);
        let rules =
            review.findings.iter().map(|f| f.rule.as_str()).chain(review.missing.iter().map(|m| m.rule.as_str()));
        let families: Vec<&str> = rules.filter_map(|rule| rule.split('/').next()).collect();
        let right = families.iter().any(|f| *f == reply.hurts || neighbours(&reply.hurts).contains(f));
        let count = caught.entry(&reply.hurts).or_default();
        count.1 += 1;
        count.0 += usize::from(right);
        let serious = review.worst() >= Some(Severity::Medium);
        match (serious, right) {
            (_, true) => {}
            (false, _) => silent.push(format!("{} [{}]: {}", reply.id, reply.hurts, lines.join(" | "))),
            (true, false) => other.push(format!("{} [{}]: {}", reply.id, reply.hurts, lines.join(" | "))),
        }
    }
    assert!(
        silent.is_empty() && other.is_empty(),
        "missed:\n{}\nfor another reason:\n{}",
        silent.join("\n"),
        other.join("\n")
    );
}

#[test]
fn the_twenty_tickets_are_read_as_a_person_would() {
    let tickets: Tickets = read("tickets.toml");
    assert_eq!(tickets.ticket.len(), 20);
    let mut wrong = String::new();
    for ticket in &tickets.ticket {
        let found = mood(&PACK, &ticket.customer);
        if !near(&ticket.mood).contains(&found.mood.word()) {
            let _ = writeln!(wrong, "{}: felt {}, a person says {}", ticket.id, found.mood.word(), ticket.mood);
        }
        let good = reviewed(&ticket.good, Some(&ticket.customer), ticket.medium);
        let bad = reviewed(&ticket.bad, Some(&ticket.customer), ticket.medium);
        if !good.reads_well() {
            let _ = writeln!(wrong, "{} good: {}", ticket.id, told(&good, &ticket.good).join(" | "));
        }
        if bad.reads_well() {
            let _ = writeln!(wrong, "{} bad: {}", ticket.id, told(&bad, &ticket.bad).join(" | "));
        }
        if good.reading.risk >= bad.reading.risk || good.reading.care <= bad.reading.care {
            let _ = writeln!(wrong, "{}: readings {:?} {:?}", ticket.id, good.reading, bad.reading);
        }
        let levels = (good.level.as_ref().map_or(0, |l| l.number), bad.level.as_ref().map_or(0, |l| l.number));
        if levels.0 < levels.1 || levels.0 < 3 {
            let _ = writeln!(wrong, "{}: listening levels {levels:?}", ticket.id);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// Somebody who has lost their temper is stopped; whoever uses the same words in peace is not.
#[test]
fn abuse_is_stopped_and_its_words_are_no_crime() {
    let Temper { hostile, innocent } = read("abuse.toml");
    let stings = |draft: &&String| {
        let review = review(&PACK, &Draft { text: draft, answers: None, medium: Medium::Chat });
        review.findings.iter().any(|finding| finding.severity == Severity::High)
    };
    let missed: Vec<_> = hostile.iter().filter(|draft| !stings(draft)).collect();
    let accused: Vec<_> = innocent.iter().filter(stings).collect();
    println!("missed: {missed:#?}\naccused: {accused:#?}");
    assert!(missed.len() * 10 <= hostile.len(), "{} of {} missed", missed.len(), hostile.len());
    assert!(accused.len() * 100 <= innocent.len(), "{} of {} accused", accused.len(), innocent.len());
}

/// Whoever may be in danger is seen, and whoever only uses its words is not taken for it; less surely in messages that
/// nobody had in sight while the signals were written.
#[test]
fn danger_is_seen_and_its_words_alone_are_none() {
    let is_danger = |message: &&String| mood(&PACK, message).mood == MoodName::Safety;
    let of = |corpus: &Dangers, least: usize, most: usize| {
        let missed: Vec<_> = corpus.danger.iter().filter(|message| !is_danger(message)).collect();
        let taken: Vec<_> = corpus.safe.iter().filter(is_danger).collect();
        println!("missed: {missed:#?}\ntaken: {taken:#?}");
        let seen = corpus.danger.len() - missed.len();
        assert!(seen * 100 >= corpus.danger.len() * least, "{seen} of {} seen", corpus.danger.len());
        assert!(taken.len() * 100 <= corpus.safe.len() * most, "{} of {} taken for it", taken.len(), corpus.safe.len());
    };
    let corpus: Dangers = read("danger.toml");
    of(&corpus, 95, 1);
    of(corpus.unseen.as_ref().expect("messages that nobody had in sight"), 62, 2);
}

/// Moods that people mix up as well.
fn near(mood: &str) -> &'static [&'static str] {
    match mood {
        "angry" => &["angry", "frustrated", "urgent"],
        "frustrated" => &["frustrated", "angry"],
        "urgent" => &["urgent", "angry", "anxious", "frustrated", "embarrassed"],
        "anxious" => &["anxious", "embarrassed", "urgent"],
        "embarrassed" => &["embarrassed", "anxious"],
        "confused" => &["confused", "calm", "urgent"],
        "grieving" => &["grieving"],
        "thankful" => &["thankful"],
        "safety" => &["safety"],
        _ => &["calm"],
    }
}

/// The judging agrees with whoever wrote the answers nine times in ten, on the good ones and on the poor ones.
#[test]
fn answers_to_practice_cards_are_judged_as_a_lead_would() {
    let Practised { answers } = read("answers.toml");
    let (mut wrong, mut all) = ([0, 0], [0, 0]);
    let mut told = String::new();
    for drill in &PACK.drills {
        let of_card = answers.iter().find(|answers| answers.card == drill.id);
        let Answers { good, poor, .. } = of_card.unwrap_or_else(|| panic!("nobody answered {}", drill.id));
        assert!(good.len() >= 3 && poor.len() >= 3, "{}", drill.id);
        for (kind, (texts, is_good)) in [(good, true), (poor, false)].into_iter().enumerate() {
            for text in texts {
                let judged = judge(&PACK, drill, text);
                all[kind] += 1;
                if judged.good != is_good {
                    wrong[kind] += 1;
                    let unmet: Vec<_> = judged.had_to.iter().filter(|had| !had.met).map(|had| &had.what).collect();
                    let to_try = judged.try_next.unwrap_or_default();
                    let _ = writeln!(told, "{} {is_good}: {text}\n    unmet {unmet:?}; {to_try}", drill.id);
                }
            }
        }
    }
    println!("{told}good ones missed: {} of {}; poor ones passed: {} of {}", wrong[0], all[0], wrong[1], all[1]);
    assert!(wrong[0] * 10 <= all[0] && wrong[1] * 10 <= all[1], "{wrong:?} of {all:?}");
}
