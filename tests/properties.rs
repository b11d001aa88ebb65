//! What holds for any text whatever: no panic, spans where they may lie, the same answer twice.
#![allow(clippy::unwrap_used)]

use std::sync::LazyLock;

use bedside::{
    coach::{Turn, coach},
    content::{Layer, Medium, Pack, SourceFile, load},
    language::{ByteSpan, Text, identify},
    mood::mood,
    practice::{Rating, judge},
    review::{Draft, Review, review},
};
use proptest::prelude::*;

static PACK: LazyLock<Pack> = LazyLock::new(Pack::built_in);

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

fn lies_well(span: ByteSpan, text: &str) -> Result<(), TestCaseError> {
    prop_assert!(span.start <= span.end && span.end <= text.len(), "{span:?} of {}", text.len());
    prop_assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end), "{span:?} cuts a character");
    Ok(())
}

/// No words that are quoted back lie wholly within what is never judged, and none begins or ends in it.
fn is_outside(span: ByteSpan, protected: &[(ByteSpan, bedside::language::ProtectedKind)]) -> Result<(), TestCaseError> {
    for (aside, kind) in protected {
        let within = |at: usize| aside.start <= at && at < aside.end;
        prop_assert!(!within(span.start), "{span:?} begins in {kind:?} {aside:?}");
        prop_assert!(span.end == span.start || !within(span.end - 1), "{span:?} ends in {kind:?} {aside:?}");
    }
    Ok(())
}

fn holds(draft: &str, answers: Option<&str>, medium: Medium) -> Result<Review, TestCaseError> {
    let draft = Draft { text: draft, answers, medium };
    let found = review(&PACK, &draft);
    let protected = Text::read(draft.text).protected;
    for finding in &found.findings {
        lies_well(finding.span, draft.text)?;
        prop_assert!(finding.span.start < finding.span.end, "{} points at nothing", finding.rule);
        is_outside(finding.span, &protected).map_err(|e| TestCaseError::fail(format!("{}: {e}", finding.rule)))?;
        for other in found.findings.iter().filter(|other| !std::ptr::eq(*other, finding)) {
            prop_assert!(!other.span.overlaps(&finding.span), "{} and {}", other.rule, finding.rule);
        }
    }
    for strength in &found.strengths {
        if let Some(span) = strength.span {
            lies_well(span, draft.text)?;
            is_outside(span, &protected).map_err(|e| TestCaseError::fail(format!("{}: {e}", strength.text)))?;
        }
    }
    for span in found.missing.iter().filter_map(|missing| missing.about) {
        lies_well(span, answers.unwrap())?;
    }
    for scale in [found.reading.risk, found.reading.care] {
        prop_assert!((0.0..=1.0).contains(&scale), "{scale}");
    }
    Ok(found)
}

fn mood_holds(message: &str) -> Result<(), TestCaseError> {
    let found = mood(&PACK, message);
    let protected = Text::read(message).protected;
    for evidence in &found.evidence {
        lies_well(evidence.span, message)?;
        is_outside(evidence.span, &protected).map_err(|e| TestCaseError::fail(format!("{}: {e}", evidence.signal)))?;
    }
    prop_assert!((0.0..=1.0).contains(&found.upset) && found.urgency.is_finite());
    prop_assert_eq!(format!("{found:?}"), format!("{:?}", mood(&PACK, message)));
    Ok(())
}

fn language_holds(text: &str) -> Result<(), TestCaseError> {
    let read = Text::read(text);
    for sentence in &read.sentences {
        lies_well(sentence.span, &read.folded)?;
        lies_well(read.origin(sentence.span), text)?;
    }
    let mut end = 0;
    for (span, kind) in &read.protected {
        lies_well(*span, text)?;
        prop_assert!(span.start >= end, "{kind:?} {span:?} begins before {end}");
        end = span.end;
    }
    for (at, character) in read.folded.char_indices() {
        lies_well(read.origin(ByteSpan { start: at, end: at + character.len_utf8() }), text)?;
    }
    prop_assert_eq!(identify(&read.folded), identify(&read.folded));
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_review_of_anything_keeps_its_place(draft in text(), message in prop::option::of(text()), medium in medium()) {
        let found = holds(&draft, message.as_deref(), medium)?;
        let again = review(&PACK, &Draft { text: &draft, answers: message.as_deref(), medium });
        prop_assert_eq!(format!("{found:?}"), format!("{again:?}"));
    }

    #[test]
    fn a_mood_of_anything_keeps_its_place(message in text()) {
        mood_holds(&message)?;
    }

    #[test]
    fn anything_can_be_read(text in text()) {
        language_holds(&text)?;
    }

    #[test]
    fn anything_can_be_coached_for(turns in prop::collection::vec((any::<bool>(), text()), 0..5), about in prop::option::of(text())) {
        let turns: Vec<Turn<'_>> = turns.iter().map(|(from_customer, text)| Turn { from_customer: *from_customer, text, minutes_ago: None }).collect();
        let advice = coach(&PACK, &turns, about.as_deref());
        let asked = about.is_some_and(|about| !about.trim().is_empty());
        prop_assert_eq!(advice.is_some(), asked || turns.iter().any(|turn| turn.from_customer));
    }
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
        thousands("You should have backed that up, \u{202e}İ “calm down” 🦀. ", 2_000),
    ];
    for monster in monsters {
        let began = std::time::Instant::now();
        language_holds(&monster).unwrap();
        mood_holds(&monster).unwrap();
        holds(&monster, Some(&monster), Medium::Ticket).unwrap();
        let (took, shown) = (began.elapsed(), monster.chars().take(8).collect::<String>());
        assert!(took.as_secs() < 15, "{shown:?} × {} bytes took {took:?}", monster.len());
    }
}

/// Custom ids come from outside: none makes the dispatcher stumble.
#[cfg(feature = "store")]
#[test]
fn any_id_is_answered() {
    use std::{collections::BTreeMap, sync::Arc};

    use bedside::{
        bot::{
            Answer, Ask, Bot, Caller, Card, Library, Person, Place, Platform, Request, Settings, SystemClock,
            daily::{Daily, GRACE},
            platform::{Destination, Found, Pending, Permission, Sent, Trouble},
        },
        store::{ChannelId, PersonId, Store, WorkspaceId},
    };

    struct Nobody;

    impl Platform for Nobody {
        fn post<'a>(&'a self, _: &'a Destination, _: &'a Card, _: &'a str, _: &'a str) -> Pending<'a, Sent> {
            Box::pin(async { Sent::Refused(Trouble::Gone) })
        }
        fn find<'a>(&'a self, _: &'a Destination, _: &'a str, _: jiff::Timestamp) -> Pending<'a, Found> {
            Box::pin(async { Found::No })
        }
        fn lacking<'a>(&'a self, _: &'a Destination) -> Pending<'a, Result<Vec<Permission>, Trouble>> {
            Box::pin(async { Err(Trouble::Gone) })
        }
        fn tell<'a>(&'a self, _: &'a WorkspaceId, _: &'a PersonId, _: &'a Card) -> Pending<'a, Result<(), Trouble>> {
            Box::pin(async { Err(Trouble::Gone) })
        }
    }

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

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let bot = runtime.block_on(async {
        let store = Store::in_memory().await.unwrap();
        let (platform, clock) = (Arc::new(Nobody), Arc::new(SystemClock));
        let library = Arc::new(Library::new(Pack::built_in(), true));
        let daily = Daily::new(store.clone(), platform.clone(), clock.clone(), library.clone(), GRACE);
        Bot::new(store, platform, clock, library, daily, Settings::default()).await.unwrap()
    });
    let number = std::cell::Cell::new(0);
    proptest!(config(), |(id in id(), values in prop::collection::vec(id(), 0..3), form in any::<bool>(), lead in any::<bool>())| {
        number.set(number.get() + 1);
        let person = PersonId::new(number.get().to_string());
        let caller = Caller {
            workspace: WorkspaceId::new("discord:1"),
            place: Place { conversation: ChannelId::new("1"), parents: Vec::new() },
            person: Person { id: person, roles: Vec::new(), manage_server: lead, manage_messages: lead },
        };
        let fields = values.iter().cloned().map(|value| ("draft".to_owned(), value)).collect::<BTreeMap<_, _>>();
        let ask = if form { Ask::Form { id, values: fields } } else { Ask::Action { id, values } };
        let answer = runtime.block_on(bot.answer(Request { event: String::new(), caller, ask }));
        // The one form that needs nothing to be known.
        if matches!(&answer, Answer::Form(form) if form.id == "mistake:") {
            return Ok(());
        }
        let (Answer::Card(card) | Answer::Update(card) | Answer::Share(card)) = answer else {
            return Err(TestCaseError::fail("a form without a draft"));
        };
        prop_assert!(!card.title.contains("my fault") && !card.blocks.is_empty(), "{card:?}");
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
            prop_assert!(judgement.safety || judgement.good || judgement.try_next.is_some(), "{judgement:?}");
        }
    }
}
