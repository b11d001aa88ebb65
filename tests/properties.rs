//! What holds for any text whatever: no panic, spans where they may lie, the same answer twice.
#![allow(clippy::unwrap_used)]

#[cfg(feature = "store")]
#[path = "common/asked.rs"]
mod asked;
#[path = "common/holds.rs"]
mod holds;

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use bedside::{
    coach::{Turn, coach},
    content::{Layer, Medium, Pack, SourceFile, load},
    mood::mood,
    practice::{Rating, judge},
    review::{Draft, review},
};
use proptest::prelude::*;

use holds::{PACK, language_holds, mood_holds, review_holds};

/// Pieces that parsers and folders stumble over, and phrases that rules and signals look for.
const PIECES: &[&str] = &[
    "You should have backed that up.",
    "you should’ve",
    "Calm down!!!",
    "As I already said",
    "I'm furious",
    "ASAP",
    "can you help me?",
    "by 14:00",
    "just restart it",
    "Hi Ana,",
    "Kind regards,\nAlice",
    "THIS IS THE THIRD TIME",
    "I want to kill myself",
    "Thank you!",
    "unfortunately we can't",
    "… whatever...",
    "?!?!",
    "!",
    ".",
    ",",
    ":",
    " ",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "\0",
    "`",
    "``",
    "```",
    "````\n",
    "~~~\n",
    "> ",
    ">>>>",
    "* ",
    "- ",
    "1. ",
    "# ",
    "**",
    "__",
    "*",
    "_",
    "~~",
    "||",
    "|a|b|\n|-|-|\n",
    "[",
    "](",
    ")",
    "![x](y)",
    "<",
    ">",
    "<b>",
    "</b>",
    "<!--",
    "<@123>",
    "<#5>",
    "@everyone",
    "@here",
    "<:smile:123>",
    "https://example.org/a_b(c).",
    "www.x.de",
    "a@b.example",
    "C:\\temp\\log.txt",
    "\\\\srv\\share",
    "/var/log/syslog",
    "\"",
    "“",
    "”",
    "„",
    "«",
    "»",
    "'",
    "’",
    "(",
    ")",
    "2026-11-02 10:14:07 ERROR you should have",
    "Error: calm down",
    "On Monday Ana wrote:",
    "From: x\nSent: ",
    "-----Original Message-----",
    "\u{202e}",
    "\u{202d}",
    "\u{2066}",
    "\u{200b}",
    "\u{200d}",
    "\u{feff}",
    "\u{ad}",
    "\u{301}",
    "e\u{301}",
    "\u{1e9e}",
    "İ",
    "ß",
    "ŉ",
    "ﬃ",
    "Ǆ",
    "👩‍👩‍👧",
    "🦀",
    "🏳️‍🌈",
    "\u{1F9D1}",
    "漢字",
    "नमस्ते",
    "שלום",
    "\u{10FFFF}",
    "\u{fffd}",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\u{a0}",
    "&amp;",
    "&#x0;",
    "\\",
    "\\`",
    "{{name}}",
];

fn text() -> impl Strategy<Value = String> {
    let pieces = || prop::collection::vec(prop::sample::select(PIECES), 0..24);
    prop_oneof![
        4 => pieces().prop_map(|pieces| pieces.concat()),
        3 => pieces().prop_map(|pieces| pieces.join(" ")),
        2 => ".{0,120}",
        1 => prop::collection::vec(any::<char>(), 0..60).prop_map(String::from_iter),
    ]
}

/// Few enough for every run; `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let asked = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { asked.cases } else { 192 };
    ProptestConfig { cases, failure_persistence: None, ..asked }
}

fn medium() -> impl Strategy<Value = Medium> {
    prop::sample::select(vec![Medium::Chat, Medium::Ticket, Medium::Email])
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_review_of_anything_keeps_its_place(draft in text(), message in prop::option::of(text()), medium in medium()) {
        let found = review_holds(&draft, message.as_deref(), medium);
        let again = review(&PACK, &Draft { text: &draft, answers: message.as_deref(), medium });
        prop_assert_eq!(format!("{found:?}"), format!("{again:?}"));
    }

    #[test]
    fn a_mood_of_anything_keeps_its_place(message in text()) {
        mood_holds(&message);
    }

    #[test]
    fn anything_can_be_read(text in text()) {
        language_holds(&text);
    }

    #[test]
    fn anything_can_be_coached_for(turns in prop::collection::vec((any::<bool>(), text()), 0..5), about in prop::option::of(text())) {
        let turns: Vec<Turn<'_>> = turns.iter().map(|(from_customer, text)| Turn { from_customer: *from_customer, text, minutes_ago: None }).collect();
        let advice = coach(&PACK, &turns, about.as_deref());
        let asked = about.is_some_and(|about| !about.trim().is_empty());
        prop_assert_eq!(advice.is_some(), asked || turns.iter().any(|turn| turn.from_customer));
    }
}

/// The time that this thread spent on a processor, where the system tells: a busy machine makes nothing of ours slower.
fn spent() -> Duration {
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|told| told.split_whitespace().next()?.parse().ok());
    nanoseconds.map_or_else(|| BEGAN.elapsed(), Duration::from_nanos)
}

/// The ones that broke others.
#[test]
fn monsters_are_read_in_bounded_time() {
    let thousands = |piece: &str, count: usize| piece.repeat(count);
    let monsters = [
        String::new(),
        thousands("`", 10_000),
        thousands("` ", 10_000),
        thousands(">", 10_000),
        thousands("> ", 5_000),
        thousands("*", 10_000),
        thousands("**a", 5_000),
        thousands("[", 10_000),
        thousands("](", 5_000),
        thousands("<", 10_000),
        thousands("<@", 5_000),
        thousands("\"", 10_000),
        thousands("\"a ", 5_000),
        thousands("- ", 5_000),
        thousands("\n", 10_000),
        thousands("|", 10_000),
        thousands("\u{301}", 10_000),
        thousands("\u{202e}", 10_000),
        thousands("?!", 10_000),
        thousands("you should have ", 2_000),
        thousands("a@", 5_000),
        thousands("/a", 5_000),
        thousands("Is it ok? ", 2_000),
        thousands("x, and is x", 2_000) + "?",
        thousands("You should have backed that up, \u{202e}İ “calm down” 🦀. ", 2_000),
    ];
    for monster in monsters {
        let began = spent();
        language_holds(&monster);
        mood_holds(&monster);
        review_holds(&monster, Some(&monster), Medium::Ticket);
        let (took, shown) = (spent().saturating_sub(began), monster.chars().take(8).collect::<String>());
        println!("{shown:?} × {} bytes: {took:?}", monster.len());
        assert!(took.as_secs() < 5, "{shown:?} × {} bytes took {took:?}", monster.len());
    }
}

/// Custom ids come from outside: none makes the dispatcher stumble.
#[cfg(feature = "store")]
#[test]
fn any_id_is_answered() {
    fn id() -> impl Strategy<Value = String> {
        let part = || {
            const KNOWN: &[&str] = &[
                "review",
                "tip",
                "listen",
                "watch",
                "draft",
                "again",
                "privacy",
                "all",
                "why",
                "dismiss",
                "for-team",
                "for-me",
                "edit",
                "share",
                "another",
                "same-topic",
                "about",
                "notice",
                "back-on",
                "practice",
                "quiz",
                "mistake",
                "in",
                "answer",
                "begin",
                "first",
                "empathy",
                "empathy.0",
                "",
                ":",
                "00ff",
                "ffffffffffffffff",
            ];
            prop_oneof![3 => prop::sample::select(KNOWN).prop_map(str::to_owned), 1 => ".{0,40}"]
        };
        prop_oneof![prop::collection::vec(part(), 0..5).prop_map(|parts| parts.join(":")), ".{0,120}"]
    }

    let asked = asked::Asked::new();
    proptest!(config(), |(id in id(), values in prop::collection::vec(id(), 0..3), form in any::<bool>(), lead in any::<bool>())| {
        asked.answers(id, values, form, lead);
    });
}

#[test]
fn capitals_that_a_machine_wrote_are_nobodys_shouting() {
    let evidence = |message: &str| mood(&PACK, message).evidence.iter().any(|e| e.signal == "marks/capitals");
    assert!(evidence("PLEASE HELP, NOTHING WORKS"));
    for message in [
        "It says \"FATAL DISK ERROR, CONTACT YOUR ADMIN\" when I log in.",
        "`DROP TABLE USERS CASCADE` is what it shows",
        "> PLEASE READ THE MANUAL\n\nthat is all I got back",
    ] {
        assert!(!evidence(message), "{message}");
    }
}

#[test]
fn an_emoji_in_code_is_nobodys() {
    let emoji = |draft: &str| {
        let draft = Draft { text: draft, answers: None, medium: Medium::Ticket };
        review(&PACK, &draft).findings.iter().any(|f| f.rule == "over-familiar/emoji")
    };
    assert!(emoji("I have reset it for you 🎉"));
    assert!(!emoji("It shows `🎉🎉` here, which is how the font test ends."));
}

/// Any text, letters as one would choose or order by, and both together.
fn answer() -> impl Strategy<Value = String> {
    let letters = || "[ABCabc ,.\\-0-9é\n]{0,24}";
    prop_oneof![2 => text(), 1 => letters(), 1 => (letters(), text()).prop_map(|(letters, text)| format!("{letters} {text}"))]
}

/// A card of each task over the built-in pack.
static PRACTICE: LazyLock<Pack> = LazyLock::new(|| {
    const HEAD: &str = "post = \"social-skills\"\ntrains = \"x\"\nmedium = \"email\"\n\
        message = \"My account is locked and the trustees meet at ten, can you help?\"\nask = \"What do you write?\"\n";
    const MUSTS: &str = "[[card.must]]\nwhat = \"Name the trustees.\"\ncue = [\"effect\"]\nsay = ['trustees', 'meeting']\n\
        [[card.must]]\nwhat = \"No blame.\"\nnot = ['you should']\n";
    const OPTIONS: &str =
        "options = [\"I have this.\", \"Send a log.\", \"Is it open now?\"]\nexplain = \"So it goes.\"\n";
    let card = |task: &str, more: &str| format!("[[card]]\nid = \"t/{task}\"\ntask = \"{task}\"\n{HEAD}{more}");
    let files = [
        card("write", MUSTS),
        card("ask", MUSTS),
        card("mend", &format!("draft = \"You should have known.\"\n{MUSTS}")),
        card("choose", &format!("{OPTIONS}right = \"A\"\n{MUSTS}")),
        card("order", &format!("{OPTIONS}right = \"ACB\"\n")),
    ];
    let own = Layer { files: vec![SourceFile::new("cards.toml", files.concat())] };
    load(&[Layer::built_in(), own]).unwrap_or_else(|problems| panic!("{problems:?}"))
});

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_answer_is_judged(answer in answer()) {
        for task in ["write", "ask", "mend", "choose", "order"] {
            let drill = PRACTICE.drill(&format!("t/{task}")).unwrap();
            let judgement = judge(&PRACTICE, drill, &answer);
            prop_assert_eq!(&judgement, &judge(&PRACTICE, drill, &answer));
            prop_assert_eq!(judgement.good, judgement.rating >= Rating::Good);
            prop_assert!(!judgement.safety || !judgement.good && judgement.had_to.is_empty());
            let open = judgement.had_to.iter().any(|had| !had.met) && judgement.try_next.is_some();
            prop_assert!(judgement.safety || judgement.good || open, "{judgement:?}");
        }
    }
}
