//! The built-in pack: its own examples, and what the project promises of it.

use std::collections::{BTreeMap, HashSet};

use bedside::{
    content::{Basis, Layer, Pack, Problem, SourceFile, Task, load},
    mood,
    practice::drill_for_tip,
    review,
};

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_example_of_every_rule_cue_and_signal_holds() {
    let pack = Pack::built_in();
    let problems = [review::examples(&pack), mood::examples(&pack)].concat();
    assert!(problems.is_empty(), "{} of {} examples:\n{}", problems.len(), pack.counts().examples, lines(&problems));
}

#[test]
fn every_pattern_of_the_built_in_pack_is_one() {
    let mut layer = Layer::built_in();
    layer.files.iter_mut().for_each(|file| file.proven = false);
    if let Err(problems) = load(&[layer]) {
        panic!("{}", lines(&problems));
    }
}

#[test]
fn the_pack_holds_what_was_promised() {
    let pack = Pack::built_in();
    assert_eq!(pack.posts.iter().filter(|p| p.seed).count(), 10, "the ten seed posts");
    assert!(pack.posts.len() >= 50, "{} posts", pack.posts.len());
    assert!(pack.tips.len() >= 120, "{} tips", pack.tips.len());
    assert!(pack.rules.len() >= 130, "{} rules", pack.rules.len());
    assert!(pack.states.len() >= 16, "{} states", pack.states.len());
    let mut tips = BTreeMap::<&str, usize>::new();
    for tip in &pack.tips {
        *tips.entry(&tip.post).or_default() += 1;
    }
    for post in pack.posts.iter().filter(|p| p.seed) {
        assert!(tips.get(post.id.as_str()).is_some_and(|n| *n >= 6), "{} has too few tips", post.id);
    }
}

#[test]
fn there_is_something_to_practise_from_every_seed_post() {
    let pack = Pack::built_in();
    assert!(pack.drills.len() >= 60, "{}", pack.drills.len());
    for post in pack.posts.iter().filter(|post| post.seed) {
        let cards = pack.drills.iter().filter(|drill| drill.post == post.id).count();
        assert!(cards >= 3, "{} has {cards} cards", post.id);
    }
    for tip in &pack.tips {
        assert!(drill_for_tip(&pack, &tip.id).is_some(), "no card belongs to {}", tip.id);
    }
    let sizes = |id: &str| {
        let quiz = pack.quiz(id).expect("both are there");
        (quiz.items.len(), quiz.items.iter().map(|item| item.answers.len()).collect::<HashSet<_>>())
    };
    assert_eq!(sizes("empathy"), (12, HashSet::from([5])));
    assert_eq!(sizes("listening"), (10, HashSet::from([5])));
}

#[test]
fn addresses_stand_on_the_authors_own_sites() {
    for post in Pack::built_in().posts {
        let Some(url) = post.url else { continue };
        let host = url.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or_default();
        assert!(["doncrawley.com", "www.doncrawley.com", "compassionategeek.com"].contains(&host), "{url}");
    }
}

#[test]
fn no_two_tips_say_the_same() {
    let pack = Pack::built_in();
    let words = |text: &str| -> HashSet<String> {
        text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 3).map(str::to_owned).collect()
    };
    for (i, one) in pack.tips.iter().enumerate() {
        for other in &pack.tips[i + 1..] {
            let (a, b) = (words(&one.text), words(&other.text));
            let shared = a.intersection(&b).count();
            assert!(shared * 2 < a.union(&b).count(), "{} and {}", one.id, other.id);
        }
    }
    assert!(pack.tips.iter().any(|t| t.basis == Basis::Author));
}

fn with(text: &str) -> Result<Pack, Vec<Problem>> {
    let own = SourceFile::new("our-pack/rules.toml", text);
    load(&[Layer::built_in(), Layer { files: vec![own] }])
}

const RULE: &str = r#"
[[rule]]
id = "house/banana"
severity = "high"
post = "first-do-no-harm"
basis = "ours"
find = ["banana split"]
why = "We do not say that here."
instead = ["Say pudding."]
bad = ["Have a banana split.", "No banana split for you."]
good = ["Have a banana.", "Let us split."]
"#;

#[test]
fn a_pack_of_ones_own_adds_replaces_switches_off_and_allows() {
    let added = with(RULE).expect("a good pack");
    assert!(added.rule("house/banana").is_some());
    assert!(review::examples(&added).is_empty());

    let replaced = with(&RULE.replace("house/banana", "blame/should-have")).expect("a good pack");
    assert_eq!(replaced.rule("blame/should-have").map(|r| r.why.as_str()), Some("We do not say that here."));
    assert_eq!(replaced.rules.len(), Pack::built_in().rules.len());

    let off = with("[pack]\noff = [\"blame/should-have\"]").expect("a good pack");
    assert!(off.rule("blame/should-have").is_none());

    let draft = |pack: &Pack| {
        let draft = review::Draft {
            text: "You should have backed that up.",
            answers: None,
            medium: bedside::content::Medium::Chat,
        };
        review::review(pack, &draft).findings.iter().any(|f| f.rule == "blame/should-have")
    };
    assert!(draft(&Pack::built_in()));
    assert!(!draft(&with("[pack]\nallow = [\"you should have\"]").expect("a good pack")));
}

const CARD: &str = r#"
[[card]]
id = "house/first-words"
post = "social-skills"
trains = "naming the effect"
tips = ["TIP"]
rules = ["blame/should-have"]
task = "write"
medium = "chat"
message = "Fourth drop since nine."
ask = "Write two sentences."
[[card.must]]
what = "Name what was cut off."
cue = ["effect"]
say = ["demo"]
[[card.must]]
what = "Say what you do now."
say = ["now"]
need = false
"#;

/// A card that names a tip of the built-in pack.
fn card() -> String {
    CARD.replace("TIP", &Pack::built_in().tips[0].id)
}

/// The same card with another task and what is written after its `ask`.
fn card_for(task: &str, more: &str) -> String {
    let ask = "ask = \"Write two sentences.\"\n";
    card().replace("task = \"write\"", &format!("task = \"{task}\"")).replace(ask, &format!("{ask}{more}\n"))
}

const ORDER: &str = "options = [\"one\", \"two\", \"three\"]\nright = \"CAB\"\nexplain = \"Because.\"";

const QUIZ: &str = r#"
[[quiz]]
id = "empathy"
title = "Empathy"
post = "empathy-quotient"
intro = "For reflection, no validated test."
scale = ["never", "rarely", "sometimes", "often", "always"]
[[quiz.item]]
text = "I listen."
tip = "Count to two."
[[quiz.item]]
text = "I interrupt."
reversed = true
tip = "Count to three."
[[quiz.band]]
from = 0
say = "A beginning."
[[quiz.band]]
from = 5
say = "A habit."
"#;

const LISTENING: &str = r#"
[[quiz]]
id = "listening"
title = "Listening"
post = "five-levels-of-listening"
intro = "For reflection."
[[quiz.item]]
text = "One."
tip = "Try."
answers = [{ text = "a", worth = 3 }, { text = "b", worth = 1 }, { text = "c", worth = 5 }, { text = "d", worth = 2 }, { text = "e", worth = 4 }]
[[quiz.item]]
text = "Two."
tip = "Try."
answers = [{ text = "a", worth = 2 }, { text = "b", worth = 1 }, { text = "c", worth = 5 }, { text = "d", worth = 3 }, { text = "e", worth = 4 }]
[[quiz.band]]
from = 10
say = "A beginning."
"#;

#[test]
fn a_pack_of_ones_own_brings_cards_and_quizzes() {
    let before = Pack::built_in().counts();
    let pack = with(&[&card(), QUIZ].concat()).expect("a good pack");
    assert_eq!(pack.counts().cards, before.cards + 1);
    let drill = pack.drill("house/first-words").expect("the card");
    assert_eq!((drill.task.clone(), drill.tips.len(), drill.musts.len()), (Task::Write, 1, 2));
    let quiz = pack.quiz("empathy").expect("the quiz");
    let worths = |item: usize| quiz.items[item].answers.iter().map(|answer| answer.worth).collect::<Vec<_>>();
    assert_eq!((worths(0), worths(1)), (vec![0, 1, 2, 3, 4], vec![4, 3, 2, 1, 0]));
    assert!(with(LISTENING).expect("a good pack").quiz("listening").is_some());

    let ordered = with(&card_for("order", ORDER)).expect("a good pack");
    let task = &ordered.drill("house/first-words").expect("the card").task;
    assert!(matches!(task, Task::Order { right, .. } if *right == [2, 0, 1]), "{task:?}");

    // A card outlives the tips and rules that it names.
    let off = format!("[pack]\noff = [\"{}\", \"blame/should-have\"]\n{}", Pack::built_in().tips[0].id, card());
    let drill = with(&off).expect("a good pack").drill("house/first-words").cloned().expect("the card");
    assert!(drill.tips.is_empty() && drill.rules.is_empty());
    let own = |name: &str, text: &str| Layer { files: vec![SourceFile::new(name, text)] };
    let gone = [Layer::built_in(), own("a.toml", &card()), own("b.toml", "[pack]\noff = [\"house/first-words\"]")];
    assert!(load(&gone).expect("a good pack").drill("house/first-words").is_none());
}

#[test]
fn a_bad_card_or_quiz_is_refused_with_its_place() {
    let card = card();
    let many = "[[card.must]]\nwhat = \"More.\"\nsay = [\"more\"]\n".repeat(4);
    let cases: &[(String, &str)] = &[
        (card.replace("social-skills", "social-skils"), "4:8: no post is called `social-skils`; did you mean"),
        (
            card.replace("blame/should-have", "blame/should-hav"),
            "7:10: no rule is called `blame/should-hav`; did you mean",
        ),
        (card.replace("tips = [\"", "tips = [\"x"), "no tip is called"),
        (card.replace("\"effect\"", "\"efect\""), "14:8: no cue is called `efect`; did you mean `effect`?"),
        (card.replace("\"demo\"", "\"(\""), "15:8: not a pattern"),
        (card.replace("\"demo\"", "\"Demo\""), "matched against lower case"),
        (card.replace("naming the effect", &"x".repeat(61)), "61 characters; between 1 and 60"),
        (card.replace("Fourth drop since nine.", &"x".repeat(601)), "601 characters"),
        (card.replace("house/first-words", "first-words"), "a card's id is `family/name`"),
        (card.replace("need = false", "ned = false"), "unknown key `ned`; did you mean `need`?"),
        (card.replace("cue = [\"effect\"]\nsay = [\"demo\"]", "need = false"), "say by which `cue` or `say`"),
        (card.replace("say = [\"demo\"]", "need = false"), "at least one `[[card.must]]` is needed"),
        (format!("{card}{many}"), "6 `[[card.must]]`; between 2 and 5"),
        (format!("{card}{card}"), "already there in this pack"),
        (card_for("mend", ""), "needs `draft`"),
        (card_for("write", "draft = \"x\""), "12:9: `draft` goes with task `mend` alone"),
        (card_for("write", "right = \"B\""), "`right` goes with tasks `choose` and `order` alone"),
        (card_for("choose", ""), "0 `options`; between 2 and 4"),
        (card_for("choose", ORDER), "`CAB` is no letter of ABC"),
        (card_for("choose", &ORDER.replace("\"CAB\"", "\"D\"")), "`D` is no letter of ABC"),
        (card_for("order", &ORDER.replace("CAB", "CAA")), "`CAA` is no order"),
        (card_for("order", &ORDER.replace("CAB", "ABC")), "in the right order already"),
        (card_for("order", &ORDER.replace("explain", "#")), "say in `explain`"),
        (card_for("sing", ""), "unknown variant `sing`"),
        (QUIZ.replace(", \"always\"", ""), "4 words in `scale`; 5 are right"),
        (QUIZ.replace("id = \"empathy\"", "id = \"charm\""), "the quizzes that are asked: empathy, listening"),
        (QUIZ.replace("from = 5", "from = 0"), "bands rise"),
        (QUIZ.replace("from = 5", "from = 9"), "no total is as high as 9; the highest is 8"),
        (QUIZ.replace("from = 0", "from = 1"), "the first band begins at 1"),
        (LISTENING.replace("worth = 5", "worth = 4"), "five `answers` are right"),
        (LISTENING.replace("from = 10", "from = 11"), "totals begin at 10"),
        (LISTENING.replace("tip = \"Try.\"", "tip = \"Try.\"\nreversed = true"), "`reversed` goes with a quiz"),
    ];
    for (text, says) in cases {
        let problems = lines(&with(text).expect_err(text));
        assert!(problems.contains(says) && problems.contains("our-pack/rules.toml:"), "{problems}\nlacks: {says}");
    }
}

#[test]
fn a_bad_pack_is_refused_with_its_place_and_everything_that_is_wrong() {
    let cases: &[(&str, &[&str])] = &[
        ("[[rule]]\nid = \"a/b\n", &["our-pack/rules.toml:2:10: "]),
        ("[[rule]]\nidd = \"a/b\"\n", &["our-pack/rules.toml:2:1: unknown key `idd`; did you mean `id`?"]),
        (&RULE.replace("banana split\"]", "(\"]"), &["our-pack/rules.toml:7:9: not a pattern"]),
        (
            &RULE.replace("first-do-no-harm", "first-do-no-ham"),
            &["our-pack/rules.toml:5:8: no post is called `first-do-no-ham`; did you mean `first-do-no-harm`?"],
        ),
        ("[pack]\noff = [\"no/such\"]", &["our-pack/rules.toml:2:8: there is no `no/such` to switch off"]),
        (
            &RULE
                .replace("first-do-no-harm", "nowhere-at-all")
                .replace("\"banana split\"", "\"((((\"")
                .replace(", \"Let us split.\"", ""),
            &["no post is called", "not a pattern", "`good` needs at least 2 examples"],
        ),
        (&RULE.replace("banana split\"]", "a{9999}{9999}\"]"), &["too large"]),
        (&format!("{RULE}{RULE}"), &["already there in this pack"]),
    ];
    for (text, says) in cases {
        let problems = lines(&with(text).expect_err(text));
        for part in *says {
            assert!(problems.contains(part), "{problems}\nlacks: {part}");
        }
    }
}
