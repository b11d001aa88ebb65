//! The built-in pack: its own examples, and what the project promises of it.

use std::collections::{BTreeMap, HashSet};

use bedside::{
    content::{Basis, Layer, Pack, Problem, SourceFile, load},
    mood, review,
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
