//! What a person at a terminal, a script and a CI see of the program.

use std::{
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

/// Runs `bedside` in an empty folder of its own, with `input` on its standard input.
fn bedside_in(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_bedside"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("DISCORD_TOKEN")
        .env_remove("DISCORD_TOKEN_FILE")
        .env_remove("RUST_LOG")
        .env("COLUMNS", "100")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    let input = input.to_vec();
    // A program that wants no input closes it, and that is fine.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("the program ends");
    writer.join().expect("the input was given");
    output
}

fn bedside(arguments: &[&str], input: &str) -> (i32, String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    told(&bedside_in(folder.path(), arguments, input.as_bytes()))
}

fn told(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    (output.status.code().expect("no signal"), text(&output.stdout), text(&output.stderr))
}

fn json_lines(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

const BAD: &str = "You should have backed that up before you called us.\n";
const GOOD: &str = "Hi Sam, I have brought back your file from 9:15, and I will call you at 10 to see that it opens.\n";

#[test]
fn a_draft_is_shown_with_its_findings_underlined_and_the_status_tells() {
    let (status, page, errors) = bedside(&["review"], BAD);
    assert_eq!((status, errors.as_str()), (1, ""));
    assert!(page.contains("Likely to sting"), "{page}");
    assert!(page.contains("│ You should have backed that up"), "{page}");
    assert!(page.contains("┯━━━━━━━━━━"), "{page}");
    assert!(page.contains("mend first") && page.contains("blame/should-have") && page.contains("Try: "), "{page}");
    assert!(!page.contains('\u{1b}'), "no colours where there is no terminal");
}

#[test]
fn a_good_draft_reads_well() {
    let (status, page, _) = bedside(&["review"], GOOD);
    assert_eq!(status, 0, "{page}");
    assert!(page.starts_with("Lands well") && page.contains("Reads well"), "{page}");
}

#[test]
fn each_open_question_is_named_and_what_to_try_said_once() {
    let folder = tempfile::tempdir().unwrap();
    let message = "When will it come? Who moves my files? Can I keep the \u{1b}[31mmonitor?";
    std::fs::write(folder.path().join("message.txt"), message).unwrap();
    let review = ["review", "--answers", "message.txt"];
    let (_, page, _) = told(&bedside_in(folder.path(), &review, b"It is on its way."));
    assert!(
        page.contains("· an answer to “Who moves my files?”: ") && page.contains("· an answer to “Can I keep"),
        "{page}"
    );
    assert_eq!(page.matches("A question of theirs").count(), 1, "{page}");
    assert!(!page.contains('\u{1b}') && page.lines().all(|line| !line.ends_with(' ')), "{page}");
}

#[test]
fn the_severity_that_fails_is_a_choice() {
    assert_eq!(bedside(&["review", "--fail-on", "never"], BAD).0, 0);
    assert_eq!(bedside(&["review", "--fail-on", "low"], BAD).0, 1);
}

#[test]
fn colours_come_when_asked_for() {
    assert!(bedside(&["review", "--color", "always"], BAD).1.contains("\u{1b}["));
}

#[test]
fn nothing_in_a_draft_reaches_the_terminal_raw() {
    let draft = "You should have \u{1b}]0;title\u{7}\u{1b}[31mbacked\u{202e} that up.\u{9b}1m\u{8}\r\nBye\u{2066}.";
    for colour in ["never", "always"] {
        let (_, page, _) = bedside(&["review", "--color", colour], draft);
        let raw = page.chars().filter(|c| c.is_control() && !matches!(c, '\n' | '\u{1b}'));
        assert_eq!(raw.count(), 0, "{page:?}");
        assert!(!page.contains("\u{1b}]") && !page.contains("\u{1b}[31m") && !page.contains('\u{202e}'), "{page:?}");
    }
}

#[test]
fn bad_input_gets_a_clear_sentence() {
    let folder = tempfile::tempdir().unwrap();
    for (input, said) in [
        (&b""[..], "is empty"),
        (b" \n\t", "is empty"),
        (b"a\0b", "is not text"),
        (b"caf\xe9", "is not UTF-8"),
        (b"\xff\xfeh\0i\0", "is UTF-16"),
    ] {
        for command in ["review", "mood"] {
            let (status, page, errors) = told(&bedside_in(folder.path(), &[command], input));
            assert_eq!((status, page.as_str()), (2, ""));
            assert!(errors.contains(said) && errors.lines().count() == 1, "{errors}");
        }
    }
    let long = "word ".repeat(300_000);
    let (status, _, errors) = told(&bedside_in(folder.path(), &["review"], long.as_bytes()));
    assert!(status == 2 && errors.contains("longer than a megabyte"), "{errors}");
    let (status, _, errors) = bedside(&["review", "nowhere.txt"], "");
    assert!(status == 2 && errors.contains("nowhere.txt: cannot be read: there is no such file"), "{errors}");
}

#[test]
fn words_in_place_of_a_file_are_not_repeated() {
    let draft = "Please restart it, Ana.";
    for arguments in
        [&["review", draft][..], &["mood", draft], &["review", "--answers", draft], &["review", "-", draft]]
    {
        let (status, _, errors) = bedside(arguments, "Hi Ana, thanks for telling me.");
        assert!(status == 2 && errors.contains("pipe them in: echo") && !errors.contains("Ana"), "{errors}");
    }
}

#[test]
fn long_and_odd_drafts_are_reviewed() {
    for draft in ["word ".repeat(20_000), "`".repeat(10_000), "a".repeat(100_000), "> ".repeat(5_000) + "x"] {
        let (status, page, errors) = bedside(&["review", "--fail-on", "never"], &draft);
        assert_eq!((status, errors.as_str()), (0, ""));
        assert!(page.lines().count() < 100, "{} lines", page.lines().count());
    }
}

#[test]
fn a_folder_is_walked_and_summed_up() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("replies/more")).unwrap();
    for (name, text) in [("a.txt", BAD), ("more/b.md", GOOD), ("c.json", BAD), (".hidden.txt", BAD)] {
        std::fs::write(folder.path().join("replies").join(name), text).unwrap();
    }
    let (status, page, errors) = told(&bedside_in(folder.path(), &["review", "replies"], b""));
    assert_eq!((status, errors.as_str()), (1, ""));
    assert!(page.contains("replies/a.txt") && page.contains("replies/more/b.md"), "{page}");
    assert!(page.contains("1 of 2 drafts to mend: 1 high"), "{page}");

    let (_, answer, _) = told(&bedside_in(folder.path(), &["review", "replies", "--format", "json"], b""));
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["reviews"].as_array().unwrap().len(), 2);
    assert_eq!(answer["summary"]["failed"], 1);
    assert_eq!(answer["reviews"][0]["id"], "replies/a.txt");

    std::fs::write(folder.path().join("replies/broken.txt"), b"\xff").unwrap();
    let (status, page, errors) = told(&bedside_in(folder.path(), &["review", "replies"], b""));
    assert!(status == 2 && page.contains("1 of 2") && errors.contains("broken.txt: is not UTF-8"), "{page}{errors}");

    std::fs::create_dir(folder.path().join("empty")).unwrap();
    let (status, _, errors) = told(&bedside_in(folder.path(), &["review", "empty"], b""));
    assert!(status == 2 && errors.contains("no .txt or .md"), "{errors}");
}

#[test]
fn notes_for_a_pull_request_name_file_and_place() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("reply.txt"), format!("Hi Sam,\n\n{BAD}")).unwrap();
    let (_, notes, _) = told(&bedside_in(folder.path(), &["review", "reply.txt", "--format", "github"], b""));
    let note = notes.lines().find(|note| note.contains("blame/should-have")).expect("a note");
    assert!(note.starts_with("::error file=reply.txt,line=3,col=1,endLine=3,endColumn="), "{note}");
}

#[test]
fn json_lines_are_answered_in_order_and_the_run_goes_on() {
    let input = concat!(
        r#"{"id":"1","draft":"You should have backed that up.","answers":null,"medium":"chat"}"#,
        "\n{\"id\":\"2\",\"draft\":\"\"}\nnonsense\n",
        r#"{"id":4,"draft":"half a pair: \ud800","answers":"Where is it?","medium":"email"}"#,
        "\n",
        r#"{"id":5,"draft":"x","medium":"pigeon"}"#,
        "\n"
    );
    let (status, answer, errors) = bedside(&["review", "--format", "jsonl"], input);
    assert_eq!(status, 2, "{errors}");
    assert!(errors.starts_with("2 lines could not be read"), "{errors}");
    let answers = json_lines(&answer);
    assert_eq!(answers.len(), 5);
    assert_eq!(answers[0]["id"], "1");
    assert_eq!(answers[0]["findings"][0]["severity"], "high");
    assert_eq!(answers[0]["findings"][0]["start"], 0);
    assert!(answers[0]["level"].is_null());
    assert!(answers[1]["risk"].is_number() && answers[1]["care"].is_number());
    assert_eq!(answers[2]["error"], "line 3: is not JSON (column 2)");
    assert!(answers[3]["level"].is_number() && answers[3]["error"].is_null());
    assert_eq!(answers[4]["id"], 5);
    assert!(answers[4]["error"].as_str().unwrap().contains("chat, ticket or email"));

    let (status, answer, _) =
        bedside(&["mood", "--format", "jsonl"], "{\"id\":7,\"message\":\"This is unacceptable!\"}\n");
    assert_eq!(status, 0);
    let answers = json_lines(&answer);
    assert!(answers[0]["upset"].as_f64().unwrap() > 0.2 && answers[0]["evidence"][0]["start"].is_number());
}

#[test]
fn another_language_gets_numbers_at_a_guess_and_no_findings() {
    let draft = r#"{"draft": "Vous auriez dû lire le manuel. Ce n'est pas notre faute si vous avez cassé votre ordinateur.",
        "answers": "Mon ordinateur ne marche plus depuis ce matin, aidez-moi s'il vous plaît."}"#;
    let (_, out, err) = bedside(&["review", "--format", "jsonl", "--fail-on", "never"], &draft.replace('\n', " "));
    let review = &json_lines(&out)[0];
    assert_eq!((&review["foreign"], &review["sure"]), (&true.into(), &false.into()), "{out}{err}");
    assert_ne!(review["reads"], "likely-to-sting", "what the English rules find missing in it is chance");
    assert_eq!(review["findings"].as_array().map(Vec::len), Some(0));
}

#[test]
fn an_answer_comes_before_the_next_line_is_asked() {
    use std::io::{BufRead, BufReader};
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_bedside"))
        .args(["mood", "--format", "jsonl"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for id in 1..=3 {
        writeln!(stdin, "{{\"id\":{id},\"message\":\"Hello\"}}").unwrap();
        let answer: serde_json::Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
        assert_eq!(answer["id"], id);
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn the_published_schema_is_stable() {
    for command in ["review", "mood"] {
        let (status, schema, _) = bedside(&[command, "--schema"], "");
        assert_eq!(status, 0);
        insta::assert_snapshot!(format!("schema_{command}"), schema);
    }
}

#[test]
fn the_help_teaches() {
    for arguments in
        [&["--help"][..], &["review", "--help"], &["mood", "--help"], &["coach", "--help"], &["check", "--help"]]
    {
        let (status, help, _) = bedside(arguments, "");
        assert_eq!(status, 0);
        assert!(help.contains("Examples:"), "{help}");
    }
    insta::assert_snapshot!("help", bedside(&["--help"], "").1);
    assert_eq!(bedside(&["revew"], "").0, 2);
    assert_eq!(bedside(&["review", "--format", "xml"], "").0, 2);
}

#[test]
fn coaching_and_tips_are_given_and_wrong_names_get_the_nearest() {
    let (status, page, _) = bedside(&["coach", "--about", "angry"], "");
    assert!(status == 0 && page.contains("First") && page.contains("Avoid"), "{page}");
    let (status, _, errors) = bedside(&["coach", "--about", "angy"], "");
    assert!(status == 2 && errors.contains("did you mean angry?"), "{errors}");
    let (status, page, _) = bedside(&["tip", "--topic", "listening"], "");
    assert!(status == 0 && page.contains("Try it"), "{page}");
    let (status, _, errors) = bedside(&["tip", "--topic", "listning"], "");
    assert!(status == 2 && errors.contains("did you mean listening?"), "{errors}");
}

#[test]
fn an_address_to_follow_stays_whole_on_a_narrow_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let at = |columns: &str, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bedside"));
        let output = command.args(arguments).current_dir(folder.path()).env("COLUMNS", columns).stdin(Stdio::null());
        told(&output.output().expect("the program runs")).1
    };
    let page = at("40", &["coach", "--about", "angry"]);
    let lines: Vec<_> = page.lines().filter(|line| line.contains("://")).collect();
    assert!(lines.len() == 1 && lines[0].trim().starts_with("https://"), "{page}");
    assert!(page.trim_end().ends_with(lines[0]) && lines[0].len() > 40, "it runs over, and nothing follows: {page}");
    assert!(page.lines().all(|line| line == lines[0] || line.chars().count() <= 40), "{page}");
}

#[test]
fn a_hint_at_danger_is_not_coached() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bedside.toml"), "[safety]\ntext = \"Ring Ann on 100.\"\n").unwrap();
    let (status, page, _) = told(&bedside_in(folder.path(), &["coach"], b"I want to kill myself.\n"));
    assert!(status == 0 && page.contains("Ring Ann on 100.") && !page.contains("Shape"), "{page}");
    let (_, page, _) = told(&bedside_in(folder.path(), &["mood"], b"I want to kill myself.\n"));
    assert!(page.contains("Ring Ann on 100."), "{page}");
    std::fs::write(folder.path().join("message.txt"), "I want to kill myself.\n").unwrap();
    let review = ["review", "--answers", "message.txt"];
    let (_, page, _) = told(&bedside_in(folder.path(), &review, b"Please restart the router.\n"));
    assert!(page.starts_with("A person first") && page.contains("Ring Ann on 100."), "{page}");
    assert!(!page.contains("Reads well") && !page.contains("ands well"), "{page}");
    let (status, page, _) =
        told(&bedside_in(folder.path(), &[&review[..], &["--format", "github"]].concat(), b"Hi Ana.\n"));
    assert!(
        status == 1 && page.contains("::error file=-,line=1,title=a person first::Somebody may be in danger"),
        "{page}"
    );
    std::fs::create_dir(folder.path().join("drafts")).unwrap();
    for name in ["one.txt", "two.txt"] {
        std::fs::write(folder.path().join("drafts").join(name), "Hi Ana, thanks for telling me.\n").unwrap();
    }
    let (status, page, _) = told(&bedside_in(folder.path(), &[&review[..], &["drafts"]].concat(), b""));
    assert!(status == 1 && page.contains("2 of 2 drafts to mend"), "{page}");
}

#[test]
fn practice_shows_a_card_and_judges_the_answer() {
    const CARD: &str = "[[card]]\nid = \"t/choice\"\npost = \"social-skills\"\ntrains = \"hearing the moment\"\ntask = \"choose\"\n\
        medium = \"chat\"\nmessage = \"Locked out, and the board meets at ten.\"\nask = \"Which lands better, and why?\"\n\
        options = [\"Send a form.\", \"Ten it is: I am on it.\"]\nright = \"B\"\nexplain = \"B takes the hour up.\"\n\
        [[card.must]]\nwhat = \"Name what it takes up.\"\nsay = ['hour', 'board', 'ten']\n";
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("ours")).unwrap();
    std::fs::write(folder.path().join("ours/cards.toml"), CARD).unwrap();
    std::fs::write(folder.path().join("bedside.toml"), "content = [\"./ours\"]\n[safety]\ntext = \"Ring Ann.\"\n")
        .unwrap();
    let practise = |card: &str, answer: &str| told(&bedside_in(folder.path(), &["practice", card], answer.as_bytes()));
    let (status, page, _) = practise("t/choice", "b, it takes up the hour");
    assert!(status == 0 && page.contains("Locked out") && page.contains("It does what the card asks."), "{page}");
    assert!(page.contains("✓ Name what it takes up.") && page.contains("B takes the hour up."), "{page}");
    let (_, page, _) = practise("t/choice", "A because of the form");
    assert!(page.contains("Not yet") && page.contains("– Choose B."), "{page}");
    let (_, page, _) = practise("t/choice", "I want to kill myself.");
    assert!(page.contains("Ring Ann.") && !page.contains("Not yet"), "{page}");
    let (status, _, errors) = practise("t/choise", "B");
    assert!(status == 2 && errors.contains("did you mean t/choice?"), "{errors}");
}

#[test]
fn check_tells_everything_at_once_and_counts() {
    let folder = tempfile::tempdir().unwrap();
    let (status, page, errors) = told(&bedside_in(folder.path(), &["check"], b""));
    assert_eq!(status, 0, "{errors}");
    assert!(page.starts_with("All is well: "), "{page}");
    let (_, answer, _) = told(&bedside_in(folder.path(), &["check", "--format", "json"], b""));
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["ok"], true);
    assert!(["posts", "tips", "rules", "examples"].iter().all(|key| answer[key].as_u64().unwrap() > 0), "{answer}");

    std::fs::create_dir(folder.path().join("our-pack")).unwrap();
    std::fs::write(folder.path().join("our-pack/tips.toml"), "[[tip]]\nid = \"ours/one\"\ntxt = \"x\"\n").unwrap();
    let config = "content = [\"./our-pack\"]\n[log]\nlevle = \"info\"\n";
    std::fs::write(folder.path().join("bedside.toml"), config).unwrap();
    let (status, _, errors) = told(&bedside_in(folder.path(), &["check"], b""));
    assert_eq!(status, 2);
    assert!(errors.contains("bedside.toml:3:1: there is no key `levle` in [log]; did you mean `level`?"), "{errors}");
    assert!(errors.contains("our-pack/tips.toml:3:1:") && errors.contains("2 things to mend"), "{errors}");
    let (status, _, _) = told(&bedside_in(folder.path(), &["check", "our-pack", "--format", "json"], b""));
    assert_eq!(status, 2);
}

#[test]
fn check_says_of_what_is_not_there_what_to_name_instead() {
    for (name, said) in [
        ("nopack", "there is no folder nopack; name a pack's folder"),
        ("other.toml", "there is no file other.toml; name a configuration"),
    ] {
        let (status, page, errors) = bedside(&["check", name], "");
        assert!(status == 2 && page.is_empty() && errors.contains(said), "{errors}");
        assert!(errors.ends_with("1 thing to mend\n") && !errors.contains("--config"), "{errors}");
        let (_, answer, _) = bedside(&["check", name, "--format", "json"], "");
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        assert!(answer["problems"][0]["what"].as_str().unwrap().starts_with(said), "{answer}");
    }
}

#[test]
fn a_room_and_figures_at_one_address_are_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let check = |text: &str| {
        std::fs::write(folder.path().join("bedside.toml"), text).unwrap();
        told(&bedside_in(folder.path(), &["check"], b""))
    };
    let (status, _, errors) = check("[ops]\nlisten = \"127.0.0.1:8484\"\n");
    assert!(status == 2 && errors.starts_with("bedside.toml:2:10: `ops.listen` is 127.0.0.1:8484"), "{errors}");
    assert!(errors.contains("`room.listen`"), "{errors}");
    let (status, _, errors) = check("[ops]\nlisten = \"0.0.0.0:9000\"\n[room]\nlisten = \"127.0.0.1:9000\"\n");
    assert!(status == 2 && errors.contains("bedside.toml:2:10:"), "{errors}");
    for fine in [
        "[ops]\nlisten = \"127.0.0.1:8484\"\n[room]\nenabled = false\n",
        "[ops]\nlisten = \"127.0.0.1:0\"\n[room]\nlisten = \"127.0.0.1:0\"\n",
        "[ops]\nlisten = \"127.0.0.2:8484\"\n",
    ] {
        let (status, _, errors) = check(fine);
        assert_eq!(status, 0, "{errors}");
    }
}

#[test]
fn a_bad_configuration_stops_every_command_that_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("other.toml"), "[discord]\ntoken = \"s3cret\"\n").unwrap();
    for command in ["run", "review", "mood", "coach", "tip", "practice", "check", "reload"] {
        let arguments = ["--config", "other.toml", command];
        let (status, page, errors) = told(&bedside_in(folder.path(), &arguments, b"Hello."));
        assert_eq!((status, page.as_str()), (2, ""), "{command}");
        assert!(errors.contains("other.toml:2:1: `token`") && !errors.contains("s3cret"), "{command}: {errors}");
    }
}

#[test]
fn without_a_token_or_a_room_it_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let configure = |text: &str| std::fs::write(folder.path().join("bedside.toml"), text).unwrap();
    configure("[room]\nenabled = false\n");
    for arguments in [&[][..], &["run"]] {
        let (status, page, errors) = told(&bedside_in(folder.path(), arguments, b""));
        assert_eq!((status, page.as_str(), errors.lines().count()), (2, "", 3), "{errors}");
        assert!(errors.contains("DISCORD_TOKEN_FILE") && errors.contains("bedside review"), "{errors}");
    }
    configure("[room]\nenabled = false\n[discord]\nenabled = false\n");
    let (status, _, errors) = told(&bedside_in(folder.path(), &[], b""));
    assert!(status == 2 && errors.contains("nothing to run"), "{errors}");
}

#[cfg(feature = "room")]
#[test]
fn a_room_that_others_could_enter_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bedside.toml"), "[room]\nlisten = \"0.0.0.0:0\"\n").unwrap();
    let (status, page, errors) = told(&bedside_in(folder.path(), &[], b""));
    assert!(status == 2 && page.is_empty() && errors.contains("bedside key new"), "{errors}");
}

#[test]
fn reload_without_a_bot_says_so() {
    let (status, _, errors) = bedside(&["reload"], "");
    assert!(status == 2 && errors.contains("no bot runs on this store"), "{errors}");
}

#[test]
fn a_closed_pipe_is_no_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_bedside"))
        .args(["review", "--schema"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty());
}

#[cfg(all(unix, feature = "store"))]
#[test]
fn a_doctor_tells_where_no_store_could_be_made_and_leaves_nothing_behind() {
    use std::os::unix::{fs::MetadataExt, fs::PermissionsExt, process::CommandExt};
    let folder = tempfile::tempdir().unwrap();
    let configure = |url: &str| {
        let config = format!("[store]\nurl = \"sqlite://{url}\"\n[discord]\nenabled = false\n");
        std::fs::write(folder.path().join("bedside.toml"), config).unwrap();
    };
    std::fs::write(folder.path().join("data"), "a file").unwrap();
    for place in ["data/bedside.db", "data/more/bedside.db"] {
        configure(place);
        let (status, page, _) = told(&bedside_in(folder.path(), &["doctor"], b""));
        let line = page.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(status == 2 && line.contains("✗ store"), "{page}");
        assert!(line.contains("could not make it: data: not a directory; let the user"), "{page}");
    }
    configure("new/folder/bedside.db");
    let (status, page, _) = told(&bedside_in(folder.path(), &["doctor"], b""));
    assert!(status == 0 && page.contains("· store") && page.contains("the first start makes it"), "{page}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing was made");

    configure("bedside.db");
    let permit = |mode| std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(mode)).unwrap();
    permit(0o555);
    let mut command = Command::new(env!("CARGO_BIN_EXE_bedside"));
    command.arg("doctor").current_dir(folder.path()).env_remove("DISCORD_TOKEN").env_remove("DISCORD_TOKEN_FILE");
    // No permission binds the superuser; somebody else does.
    if std::fs::metadata(folder.path()).unwrap().uid() == 0 {
        command.uid(65534).gid(65534);
    }
    let output = command.output();
    permit(0o755);
    match output {
        Ok(output) => {
            let (status, page, _) = told(&output);
            let line = page.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(status == 2 && line.contains("could not make it: /"), "{page}");
            assert!(line.contains(": permission denied; let the user"), "{page}");
        }
        // That somebody cannot reach the program.
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied),
    }
}
