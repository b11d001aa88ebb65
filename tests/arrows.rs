//! The arrows of the house run one way: no room knows a room above it.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The rooms, from the street to the cellar; each may know only what stands below it.
const FLOORS: &[&[&str]] = &[
    &["cli"],
    &["ops", "platforms"],
    &["bot", "shapes"],
    &["practice", "store"],
    &["blog", "coach", "review", "tips"],
    &["config", "mood"],
    &["content"],
    &["readings"],
    &["language"],
    &["digest"],
];

fn rust_files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn files_of(room: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(room), &mut files);
    files
}

/// The rooms that a file's code names: `crate::room` and each of `crate::{room, other::Thing}`.
fn rooms_named(text: &str) -> Vec<String> {
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let text = code.as_str();
    let mut named = Vec::new();
    for (at, start) in text.match_indices("crate::") {
        let rest = &text[at + start.len()..];
        if !rest.starts_with('{') {
            named.push(first_word(rest));
            continue;
        }
        let mut depth = 0;
        let mut fresh = true;
        for (i, c) in rest.char_indices() {
            match c {
                '{' => (depth, fresh) = (depth + 1, depth == 0),
                '}' => depth -= 1,
                ',' => fresh = depth == 1,
                c if c.is_alphabetic() && fresh => {
                    named.push(first_word(&rest[i..]));
                    fresh = false;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    named
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn no_room_knows_a_room_above_or_beside_it() {
    let mut wrong = Vec::new();
    for (floor, rooms) in FLOORS.iter().enumerate() {
        for room in *rooms {
            let below: Vec<&str> = FLOORS[floor + 1..].concat();
            for file in files_of(room) {
                let text = fs::read_to_string(&file).expect("a file");
                for named in rooms_named(&text) {
                    let is_room = FLOORS.concat().contains(&named.as_str());
                    if is_room && named != *room && !below.contains(&named.as_str()) {
                        wrong.push(format!("{}: {room} knows {named}", file.display()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(rooms_named("use crate::{a::{x, y}, b}; crate::c::z"), ["a", "b", "c"]);
}

#[test]
fn the_store_is_used_by_the_bot_and_what_stands_above_it() {
    for room in ["blog", "coach", "practice", "review", "shapes", "tips", "mood", "content", "language"] {
        for file in files_of(room) {
            let text = fs::read_to_string(&file).expect("a file");
            assert!(!rooms_named(&text).contains(&"store".to_owned()), "{} knows the store", file.display());
        }
    }
}

#[test]
fn nothing_below_the_bot_does_io_or_reads_a_clock() {
    const WORDS: &[&str] = &[
        "std::fs",
        "std::net",
        "std::env",
        "SystemTime",
        "Timestamp::now",
        "Instant::now",
        "tokio::",
        "println!",
        "tracing::",
    ];
    for room in ["blog", "coach", "content", "language", "mood", "practice", "review", "shapes", "tips"] {
        for file in files_of(room) {
            let text = fs::read_to_string(&file).expect("a file");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for word in WORDS {
                assert!(!code.contains(word), "{}: {word}", file.display());
            }
        }
    }
}
