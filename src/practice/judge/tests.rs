use std::sync::LazyLock;

use super::*;
use crate::content::{Layer, SourceFile, load};

/// Cards of this test's own, one of each kind and more.
const CARDS: &str = r#"
[[card]]
id = "t/demo"
post = "social-skills"
trains = "naming the effect before the fix"
task = "write"
medium = "chat"
message = "The wifi kicked me out for the third time today, in the middle of my pitch to the bank. I am sitting here like an idiot."
ask = "Write the first two sentences you would send."
[[card.must]]
what = "Name what was cut off: the pitch."
say = ['pitch', 'present(?:ation|ing)', 'bank']
[[card.must]]
what = "Show that the feeling makes sense, in your own words."
cue = ["feeling", "validation"]
[[card.must]]
what = "Say what you are doing now."
cue = ["owner", "action", "next-step"]
need = false

[[card]]
id = "t/mend"
post = "first-do-no-harm"
trains = "mending blame"
task = "mend"
medium = "ticket"
message = "My thesis file is gone after the update. I have worked on it since June."
draft = "You should have made a backup. Files on the desktop are your responsibility. Send me the computer name."
ask = "Mend this draft: it judges what cannot be changed."
[[card.must]]
what = "Name the loss: the thesis."
say = ['thesis', '(?:work|file) (?:of|since)', 'since june']
not = ['you should']
[[card.must]]
what = "Say what you will try, and when they hear from you."
cue = ["next-step", "time", "action"]

[[card]]
id = "t/ask"
post = "active-listening"
trains = "asking one open question"
task = "ask"
medium = "chat"
message = "The scanner is broken again, as always on a Monday."
ask = "What would you ask first?"
[[card.must]]
what = "Ask what happens, in the customer's own words."
say = ['what (?:exactly |exact )?(?:do|does|did|happens?|is|was|are|you)', 'how (?:does|do|did|is)', 'describe', 'which', 'tell me']
[[card.must]]
what = "Take up the Monday: it is a pattern."
say = ['mondays?', 'last week', 'each week', 'every week']
need = false
[[card.must]]
what = "Do not ask whether it is switched on."
not = ['(?:is it )?(?:switched|plugged|turned) (?:on|in)', 'did you (?:try|restart)']

[[card]]
id = "t/choose"
post = "empathy-quotient"
trains = "hearing the moment"
task = "choose"
medium = "chat"
message = "I am locked out and the trustees meet at ten."
ask = "Which opening lands better, and why?"
options = [
  "Please provide your user name and a detailed description of the issue.",
  "Ten o'clock with the trustees, and locked out: I am on it and stay with you until you are in.",
]
right = "B"
explain = "B says the hour and the trustees back and takes it in hand; A sends a form."
[[card.must]]
what = "Say what it takes up: the hour, the meeting, or that somebody has it in hand."
say = ['deadline', 'hour', 'time', 'ten', 'meeting', 'trustees', 'owns?', 'takes? (?:it|over|care)', 'stays?', 'acknowledg(?:es|ing|e)', 'urgen(?:t|cy)', 'in hand', '(?:on|of) it', 'person', 'feeling']

[[card]]
id = "t/order"
post = "social-skills"
trains = "person, fix, check, cause"
task = "order"
medium = "chat"
message = "My account is locked and the meeting starts in ten minutes."
ask = "Put these in order."
options = ["Can you see your slides now?", "I have this, stay with me.", "After it I will look for the cause.", "It is open again."]
right = "BDAC"
explain = "A person first, then the fix, then the check; the cause can wait."

[[card]]
id = "t/email"
post = "authentic-communication"
trains = "owning our mistake"
task = "write"
medium = "email"
message = "You deleted my mailbox instead of my colleague's. Two years of correspondence with clients. How could this happen?"
ask = "Write the first three sentences. The mailbox can be restored by tomorrow noon."
[[card.must]]
what = "Own it in the first person: we did this."
cue = ["ownership", "apology-for-us", "apology"]
[[card.must]]
what = "Say what comes back, and when."
say = ['tomorrow', 'noon', '12(?::00)?']

[[card]]
id = "t/refuse"
post = "first-do-no-harm"
trains = "a no with a way"
task = "write"
medium = "ticket"
message = "I need admin rights on my laptop today to install the survey tool, my team waits for it."
ask = "Write a reply. Policy gives nobody admin rights; you can install the tool yourself by four."
[[card.must]]
what = "Say the no plainly."
say = ["(?:can't|cannot|can not|not able to|unable to|won't|no one|nobody|not possible|not allowed|don't|do not)"]
[[card.must]]
what = "Offer the way there is: you install it, by four."
say = ['install (?:\w+ ){0,3}(?:for you|myself|by|before|until|today|it|tool)', 'by (?:four|4|16)', '4 ?pm', '16:00']

[[card]]
id = "t/close"
post = "five-levels-of-listening"
trains = "checking that it worked"
task = "write"
medium = "ticket"
message = "The mail comes through now, I think. Only the calendar looks odd."
ask = "Write your reply. You do not know yet what is odd about the calendar."
[[card.must]]
what = "Take up the calendar."
say = ['calendar', 'appointments?', 'entries']
[[card.must]]
what = "Ask what looks odd."
cue = ["question-exploring"]
say = ['what (?:looks|is|do|does|exactly|seems|kind)', 'how (?:does|do|is)', 'in what way', 'which']
"#;

static PACK: LazyLock<Pack> = LazyLock::new(|| {
    let own = Layer { files: vec![SourceFile::new("cards.toml", CARDS)] };
    load(&[Layer::built_in(), own]).unwrap_or_else(|problems| {
        let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", all.join("\n"))
    })
});

fn judged(id: &str, answer: &str) -> Judgement {
    judge(&PACK, PACK.drill(id).expect("a card"), answer)
}

fn expect(good: bool, id: &str, answers: &[&str]) {
    let wrong: Vec<String> = answers
        .iter()
        .map(|answer| (answer, judged(id, answer)))
        .filter(|(_, judgement)| judgement.good != good)
        .map(|(answer, judgement)| format!("{answer}\n    {judgement:?}"))
        .collect();
    assert!(wrong.is_empty(), "{id}: not judged {}:\n{}", if good { "good" } else { "poor" }, wrong.join("\n"));
}

#[test]
fn good_answers_are_good() {
    expect(
        true,
        "t/demo",
        &[
            "Oh no, in the middle of your pitch to the bank, and for the third time today: that must have been awful. I'm looking at the access point on your floor right now.",
            "Cut off mid-pitch, that is a horrible place to be. I'm on it.",
            "Hi! Being thrown out in front of the bank would rattle anyone. I check your connection now and write you in 10 minutes.",
            "i understand how frustating it is to be kicked out in middle of presentaton. i am checking it now",
            "“No wonder you are fed up, being dropped during your pitch. I'll stay with you until it holds.”",
            "> Being cut off in the middle of a pitch is maddening. I'm checking the access point now.",
            "That sounds really stressful, especially in front of bank people. Let me see what I can do for you now. Can you tell me which room you sit in?",
        ],
    );
    expect(
        true,
        "t/mend",
        &[
            "I'm sorry, losing a thesis you have worked on since June is a shock. I'll look in the backups now and write to you by 3 pm. Could you send me the computer name?",
            "Since June - that is a lot of work. I am going to check the old version of the folder today. Please send me the computer name so that I can start.",
        ],
    );
    expect(
        true,
        "t/ask",
        &[
            "What exactly does the scanner do when you start a scan?",
            "Hi Ana, can you tell me what happens on mondays when you use it",
            "What do you see on its display, and is it always on Mondays?",
        ],
    );
    expect(
        true,
        "t/choose",
        &[
            "B, it names the deadline first",
            "b because it acknowledges the meeting",
            "I'd pick option B: somebody takes it in hand",
            "The second one. It sees the person, not the form.",
            "B - it stays with the customer till the end",
            "A only asks for data. B takes up the time pressure, so B.",
            "b: shows he understand the urgency",
        ],
    );
    expect(true, "t/order", &["BDAC", "b d a c", "first B, then D and A, C last", "B D C A", "D B A C"]);
    expect(
        true,
        "t/email",
        &[
            "We deleted the wrong mailbox; that was our mistake, and I'm sorry. Your two years of mail come back by tomorrow noon. I watch over the restore myself.",
            "I am very sorry: this was our error. I have started the restore, and everything will be back tomorrow at noon.",
        ],
    );
    expect(
        true,
        "t/refuse",
        &[
            "I can't give you admin rights, nobody here gets them. What I can do: I'll install the survey tool for you by four today, so your team can start.",
            "Unfortunately we do not give admin rights to anyone. But I can install the tool on your laptop before 4 pm.",
        ],
    );
    expect(
        true,
        "t/close",
        &[
            "Good to hear that the mail is back. What looks odd in the calendar?",
            "Thanks for telling me. What do you see in the calender that is not right?",
        ],
    );
}

#[test]
fn poor_answers_are_poor() {
    expect(
        false,
        "t/demo",
        &[
            "",
            "   ",
            "ok",
            "Sorry",
            "asdf jklö qwer asdf",
            "pitch bank presentation feeling frustrating awful",
            "Please restart your computer and try again.",
            "We apologise for any inconvenience caused. Your ticket has been forwarded to the network team.",
            "Calm down. It's only a pitch, that must be frustrating.",
            "You should have used the cable for a pitch. That must have been frustrating.",
            "The wifi kicked me out for the third time today, in the middle of my pitch to the bank. I am sitting here like an idiot.",
            "Name what was cut off: the pitch. Show that the feeling makes sense, in your own words. Say what you are doing now.",
            "Das ist ja furchtbar, mitten in der Präsentation. Ich kümmere mich sofort darum und melde mich gleich.",
            "Have you tried turning it off and on again?",
        ],
    );
    expect(
        false,
        "t/mend",
        &[
            "You should have made a backup. Files on the desktop are your responsibility. Send me the computer name.",
            "You should have made a backup of your thesis. Send me the computer name and I'll look today.",
            "Files on the desktop are your responsibility.",
            "Send me the computer name.",
        ],
    );
    expect(
        false,
        "t/ask",
        &[
            "Is it switched on?",
            "Did you restart it? What does it do?",
            "I will look at the scanner on Monday.",
            "The scanner is broken again, as always on a Monday.",
            "?",
        ],
    );
    expect(
        false,
        "t/choose",
        &[
            "B",
            "A",
            "A because it takes up the hour",
            "B because I like it",
            "it names the deadline",
            "B Ten o'clock with the trustees, and locked out: I am on it and stay with you until you are in.",
            "A, it is professional and asks for the details",
            "both are fine",
        ],
    );
    expect(false, "t/order", &["", "ABCD", "CADB", "B D", "I would first fix it", "CABD"]);
    expect(
        false,
        "t/email",
        &[
            "A mailbox was deleted. The restore is expected tomorrow.",
            "Mistakes happen. Please be patient, the mailbox will be back tomorrow.",
            "Who told you that it was us? I will check.",
        ],
    );
    expect(
        false,
        "t/refuse",
        &[
            "No.",
            "Admin rights are against policy.",
            "Per our policy your request is denied. You should know that by now.",
            "Sure, I'll give you admin rights.",
        ],
    );
    expect(false, "t/close", &["Great, closing the ticket.", "What is odd?", "The calendar is fine."]);
}

#[test]
fn tells_one_strength_one_thing_to_try_and_what_it_had_to_do() {
    let half = judged("t/demo", "Your pitch to the bank is cut off, I see. I restart the access point now.");
    assert!(!half.good && half.rating == Rating::Hard, "{half:?}");
    assert!(!half.strength.is_empty());
    assert_eq!(half.had_to.iter().map(|had| had.met).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(half.try_next.as_deref(), Some("Show that the feeling makes sense, in your own words."));

    let hurts = judged("t/mend", "You should have made a backup of the thesis. I'll look today.");
    assert_eq!(hurts.rating, Rating::Again);
    let instead = &PACK.rule("blame/should-have").expect("a rule").instead[0];
    assert_eq!(hurts.try_next.as_ref(), Some(instead));
    let all_but = judged("t/close", "You should have told me: what is odd about the calendar? You were wrong to wait.");
    let lacking: Vec<_> = all_but.had_to.iter().filter(|had| !had.met).map(|had| &*had.what).collect();
    assert_eq!(lacking, [HURTS_NOBODY], "{all_but:?}");

    let empty = judged("t/demo", "");
    assert!(empty.strength.is_empty() && empty.try_next.is_some() && empty.had_to.iter().all(|had| !had.met));

    let wrong = judged("t/choose", "A because of the time");
    assert!(wrong.explain.is_some() && !wrong.had_to[0].met && wrong.had_to[0].what == "Choose B.");
    let lone = judged("t/choose", "B");
    assert_eq!(lone.rating, Rating::Hard);
    assert_eq!(lone.strength, "You chose the one that lands better: B.");
}

#[test]
fn rates_ease_by_all_that_is_welcome() {
    let easy = judged("t/demo", "Thrown out mid-pitch: that must have been awful. I'm checking your access point now.");
    assert_eq!((easy.good, easy.rating), (true, Rating::Easy), "{easy:?}");
    assert_eq!(judged("t/order", "BDAC").rating, Rating::Easy);
    assert_eq!(judged("t/order", "BDCA").rating, Rating::Good);
}

#[test]
fn a_hint_of_harm_is_not_judged() {
    let judgement = judged("t/demo", "I can't do this any more, I want to kill myself.");
    assert!(judgement.safety && !judgement.good && judgement.try_next.is_none() && judgement.had_to.is_empty());
    assert!(judgement.strength.is_empty() && judgement.explain.is_none());
    assert!(judged("t/order", "I'm going to kill myself BDAC").safety);
}

#[test]
fn mended_drafts_that_still_ask_for_a_password_are_poor() {
    expect(
        false,
        "t/mend",
        &[
            "Losing your thesis since June is awful, I'm sorry. Send me your password and I'll look in the backups by 3 pm.",
        ],
    );
}

#[test]
fn what_is_pasted_goes_and_what_is_said_back_stays() {
    let drill = PACK.drill("t/demo").expect("a card");
    for copied in [
        "The wifi kicked me out for the third time today, in the middle of my pitch to the bank.",
        "the wifi kicked me out for the third time today in the middle of my pitch to the bank!",
        "Name what was cut off: the pitch.",
        "Write the first two sentences you would send.",
    ] {
        let own = own_words(drill, &format!("{copied} I look at it now."));
        assert_eq!(own.trim(), "I look at it now.", "{copied}");
    }
    for own in [
        "So the wifi kicked you out for the third time today, in the middle of your pitch to the bank.",
        "I hear you. Third time today, in the middle of your pitch: that is hard.",
        "ßü 🦀 — “ok”",
        "",
    ] {
        assert_eq!(own_words(drill, own), own);
    }
}
