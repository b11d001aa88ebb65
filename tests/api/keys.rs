//! Keys: made, shown, listed, revoked; and what of them lies on the disk.

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::world::{Start, bedside};

const BODY: &str = r#"{"message":"a"}"#;

fn new_key(folder: &Path, name: &str) -> String {
    let (status, key, told) = bedside(folder, &["key", "new", name]);
    assert_eq!(status, 0, "{told}");
    assert!(told.contains("only time"), "{told}");
    key.trim().to_owned()
}

fn on_disk(folder: &Path, wanted: &str) -> bool {
    let files = std::fs::read_dir(folder).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap());
    files.into_iter().any(|bytes| bytes.windows(wanted.len()).any(|found| found == wanted.as_bytes()))
}

#[tokio::test]
async fn a_key_opens_until_it_is_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let server = Start { folder: Some(folder.path()), require_keys: true, ..Start::default() }.server().await;
    let reply = server.post("/mood", BODY).await;
    reply.problem(401);
    assert_eq!(reply.header("www-authenticate"), Some("Bearer realm=\"bedside\""));
    // The server runs on the same file, and knows a key as soon as it is made.
    let key = new_key(folder.path(), "desk");
    assert!(key.starts_with("bedside_") && key.len() == 8 + 64, "{key}");
    assert_eq!(server.post_with("/mood", &format!("Bearer {key}"), BODY).await.status, 200);
    assert_eq!(server.post_with("/mood", &format!("bearer  {key}"), BODY).await.status, 200);
    for wrong in [&key[..key.len() - 1], &key.to_uppercase(), "bedside_", "", &format!("{key}0")] {
        let reply = server.post_with("/mood", &format!("Bearer {wrong}"), BODY).await;
        reply.problem(401);
        assert!(!reply.body.contains(&key[8..20]));
    }
    server.post_with("/mood", &format!("Basic {key}"), BODY).await.problem(401);
    server.post_with("/nothing", "Bearer x", BODY).await.problem(404);
    assert_eq!(bedside(folder.path(), &["key", "revoke", "desk"]).0, 0);
    let reply = server.post_with("/mood", &format!("Bearer {key}"), BODY).await;
    reply.problem(401);
    assert_eq!(reply.header("www-authenticate"), Some("Bearer realm=\"bedside\", error=\"invalid_token\""));
}

#[tokio::test]
async fn a_list_shows_everything_but_the_key_and_so_does_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    assert!(bedside(folder.path(), &["key", "list"]).1.contains("There are no keys"));
    let key = new_key(folder.path(), "ticket-system");
    let other = new_key(folder.path(), "desk");
    assert_ne!(key, other);
    let server = Start { folder: Some(folder.path()), require_keys: true, ..Start::default() }.server().await;
    assert_eq!(server.post_with("/mood", &format!("Bearer {key}"), BODY).await.status, 200);
    let (_, text, _) = bedside(folder.path(), &["key", "list"]);
    let (_, json, _) = bedside(folder.path(), &["key", "list", "--format", "json"]);
    let listed: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&listed[0]["name"], &listed[0]["last_used"]), (&"desk".into(), &serde_json::Value::Null));
    assert_eq!((&listed[1]["name"], &listed[1]["last_used"]), (&"ticket-system".into(), &"2026-05-11".into()));
    assert!(text.contains("desk           made ") && text.contains("last used 2026-05-11"), "{text}");
    let bytes: Vec<_> = Sha256::digest(&key).iter().map(|byte| format!("{byte:02x}")).collect();
    let hash = bytes.concat();
    for said in [&text, &json] {
        assert!(!said.contains(&key[8..]) && !said.contains(&hash[..16]), "{said}");
    }
    assert!(on_disk(folder.path(), &hash));
    assert!(!on_disk(folder.path(), &key) && !on_disk(folder.path(), &key[8..]));
}

#[tokio::test]
async fn each_key_has_a_limit_of_its_own_and_so_has_guessing() {
    let folder = tempfile::tempdir().unwrap();
    let keys = [new_key(folder.path(), "one"), new_key(folder.path(), "two")];
    let server = Start { folder: Some(folder.path()), require_keys: true, limit: 2 }.server().await;
    for key in &keys {
        let shown = format!("Bearer {key}");
        assert_eq!(server.post_with("/mood", &shown, BODY).await.status, 200);
        assert_eq!(server.post_with("/mood", &shown, BODY).await.status, 200);
        server.post_with("/mood", &shown, BODY).await.problem(429);
    }
    for status in [401, 401, 429] {
        server.post_with("/mood", "Bearer bedside_guess", BODY).await.problem(status);
    }
}

#[tokio::test]
async fn where_no_key_is_needed_a_wrong_one_is_still_told() {
    let server = Start::default().server().await;
    assert_eq!(server.post("/mood", BODY).await.status, 200);
    server.post_with("/mood", "Bearer bedside_revoked", BODY).await.problem(401);
    assert_eq!(server.post_with("/mood", "Basic dXNlcjpwYXNz", BODY).await.status, 200, "a proxy's own");
}

#[test]
fn a_name_is_told_what_it_may_be() {
    let folder = tempfile::tempdir().unwrap();
    new_key(folder.path(), "desk");
    for (arguments, told) in [
        (["key", "new", "desk"], "already"),
        (["key", "new", "two words"], "letters, digits"),
        (["key", "new", ""], "letters, digits"),
        (["key", "revoke", "nobody"], "bedside key list"),
    ] {
        let (status, out, errors) = bedside(folder.path(), &arguments);
        assert_eq!((status, out.as_str()), (2, ""), "{arguments:?}");
        assert!(errors.contains(told), "{errors}");
    }
}
