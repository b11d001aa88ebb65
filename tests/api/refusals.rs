//! What is refused, how, and that nothing which was sent comes back or stays.

use serde_json::json;

use crate::{
    common::at,
    world::{Reply, Server, Start},
};

const CANARY: &str = "zanzibarquokka";

async fn typed(server: &Server, content_type: &str, body: &[u8]) -> Reply {
    server.send("POST", "/review", &[&format!("Content-Type: {content_type}")], body).await
}

#[tokio::test]
async fn a_body_must_be_said_to_be_json() {
    let server = Start::default().server().await;
    let body = br#"{"draft":"Hello"}"#;
    for right in ["application/json", "Application/JSON; charset=utf-8", "application/json ;x=y"] {
        assert_eq!(typed(&server, right, body).await.status, 200, "{right}");
    }
    for wrong in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "text/json", ""] {
        typed(&server, wrong, body).await.problem(415);
    }
    server.send("POST", "/review", &[], body).await.problem(415);
}

#[tokio::test]
async fn a_body_must_be_json() {
    let server = Start::default().server().await;
    for wrong in ["", "{", "{\"draft\":\"a\"", "{\"draft\":\"a\"}x", "draft=a", "{'draft':'a'}"] {
        server.post("/review", wrong).await.problem(400);
    }
    let place = server.post("/review", "{\n  \"draft\": oh\n}").await.problem(400);
    assert!(place["detail"].as_str().unwrap().contains("line 2, column 12"), "{place}");
    typed(&server, "application/json", b"{\"draft\":\"\xff\"}").await.problem(400);
    server.post("/review", &"[".repeat(10_000)).await;
    server.post("/review", &format!("{{\"draft\":{}", "[".repeat(10_000))).await.problem(422);
}

#[tokio::test]
async fn a_body_must_fit_its_schema_and_is_told_what_would() {
    let server = Start::default().server().await;
    let long = "é".repeat(20_001);
    let many: Vec<_> = (0..101).map(|_| json!({ "from": "customer", "text": "a" })).collect();
    let one =
        |from: serde_json::Value, text: serde_json::Value| json!({ "messages": [{ "from": from, "text": text }] });
    for (path, body) in [
        ("/review", json!({})),
        ("/review", json!(["a"])),
        ("/review", json!("a")),
        ("/review", json!(null)),
        ("/review", json!({ "draft": null })),
        ("/review", json!({ "draft": 1 })),
        ("/review", json!({ "draft": "a", "anwsers": "a misspelt name" })),
        ("/review", json!({ "draft": "a", "medium": "fax" })),
        ("/review", json!({ "draft": "a", "medium": { "chat": null } })),
        ("/review", json!({ "draft": long })),
        ("/review", json!({ "draft": "a", "answers": long })),
        ("/mood", json!({ "message": long })),
        ("/mood", json!({ "message": ["a"] })),
        ("/coach", json!({})),
        ("/coach", json!({ "messages": [] })),
        ("/coach", json!({ "messages": null })),
        ("/coach", json!({ "messages": many })),
        ("/coach", json!({ "messages": [["customer", "a"]] })),
        ("/coach", json!({ "about": " \n" })),
        ("/coach", json!({ "about": "a b".repeat(667) })),
        ("/coach", one("us".into(), "a".into())),
        ("/coach", one("agent".into(), "a".into())),
        ("/coach", one(json!({ "customer": null }), "a".into())),
        ("/coach", one("customer".into(), long.clone().into())),
    ] {
        let problem = server.post(path, &body.to_string()).await.problem(422);
        assert!(problem["detail"].as_str().unwrap().starts_with("The body must be an object of `"), "{problem}");
    }
    server.post("/review", r#"{"draft":"a","draft":"b"}"#).await.problem(422);
    let longest = json!({ "draft": "é".repeat(20_000) }).to_string();
    assert_eq!(server.post("/review", &longest).await.status, 200);
}

#[tokio::test]
async fn a_query_must_fit_as_well() {
    let server = Start::default().server().await;
    for wrong in
        ["seed=a", "seed=-1", "seed=", "seed=4294967296", "seed=1.5", "seed=1&seed=2", "topics=a", "topic=a&topic=b"]
    {
        server.get(&format!("/tip?{wrong}")).await.problem(422);
    }
}

#[tokio::test]
async fn what_is_not_known_is_told_with_what_is() {
    let server = Start::default().server().await;
    let problem = server.get(&format!("/tip?topic={CANARY}")).await.problem(404);
    assert!(problem["detail"].as_str().unwrap().contains("listening"), "{problem}");
    let problem = server.post("/coach", &json!({ "about": CANARY }).to_string()).await.problem(404);
    assert!(problem["detail"].as_str().unwrap().contains("angry"), "{problem}");
    for path in ["/nothing", "/review/", "/review/x", "/%2e%2e/"] {
        server.get(path).await.problem(404);
    }
}

#[tokio::test]
async fn another_method_is_told_the_right_one() {
    let server = Start::default().server().await;
    for (method, path, allowed) in [
        ("GET", "/review", "POST"),
        ("DELETE", "/mood", "POST"),
        ("OPTIONS", "/coach", "POST"),
        ("POST", "/tip", "GET,HEAD"),
        ("PUT", "/openapi.json", "GET,HEAD"),
        ("POST", "", "GET,HEAD"),
    ] {
        let reply = server.send(method, path, &[], b"").await;
        reply.problem(405);
        assert_eq!(reply.header("allow"), Some(allowed), "{method} {path}");
    }
    assert_eq!(server.send("HEAD", "/tip", &[], b"").await.status, 200);
}

#[tokio::test]
async fn a_body_is_bounded() {
    let server = Start::default().server().await;
    // Blanks between are JSON as well, so it is the bytes that count here.
    let padded = |bytes: usize| format!("{{\"draft\":\"a\"{}}}", " ".repeat(bytes - 13));
    assert_eq!(server.post("/review", &padded(64 * 1024)).await.status, 200);
    server.post("/review", &padded(64 * 1024 + 1)).await.problem(413);
    let chunk = format!("{:x}\r\n{}\r\n", 1 << 16, " ".repeat(1 << 16));
    let mut stream = tokio::net::TcpStream::connect(server.address).await.unwrap();
    let head = "POST /api/v1/review HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    tokio::io::AsyncWriteExt::write_all(&mut stream, format!("{head}{chunk}{chunk}").as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    tokio::io::AsyncReadExt::read_exact(&mut stream, &mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413", "a body that does not tell its length");
}

#[tokio::test]
async fn what_was_sent_never_comes_back_and_never_stays() {
    let folder = tempfile::tempdir().unwrap();
    let server = Start { folder: Some(folder.path()), ..Start::default() }.server().await;
    let mut replies = Vec::new();
    for body in [
        format!("{{\"draft\":\"{CANARY}\",\"{CANARY}\":1}}"),
        format!("{{\"{CANARY}\":1}}"),
        format!("{{\"draft\":\"a\",\"medium\":\"{CANARY}\"}}"),
        CANARY.to_owned(),
        format!("\"{CANARY}\""),
        format!("{{\"draft\":\"{CANARY}"),
        format!("{{\"draft\":\"a {CANARY}\"}}"),
        format!("{{\"message\":\"a {CANARY}\"}}"),
        format!("{{\"messages\":[{{\"from\":\"{CANARY}\",\"text\":\"{CANARY}\"}}]}}"),
        format!("{{\"messages\":[{{\"from\":\"customer\",\"text\":\"{CANARY}\"}}],\"about\":\"{CANARY}\"}}"),
        format!("{{\"about\":\"so {CANARY} again\"}}"),
    ] {
        for path in ["/review", "/mood", "/coach"] {
            replies.push(server.post(path, &body).await);
            replies.push(server.post_with(path, &format!("Bearer {CANARY}"), &body).await);
            replies.push(typed(&server, CANARY, body.as_bytes()).await);
        }
    }
    replies.push(server.get(&format!("/{CANARY}?{CANARY}={CANARY}")).await);
    replies.push(server.get(&format!("/tip?{CANARY}=1")).await);
    replies.push(server.get(&format!("/tip?seed={CANARY}")).await);
    replies.push(server.send(&CANARY.to_uppercase(), "/tip", &[], b"").await);
    for reply in replies {
        let whole = format!("{reply:?}").to_lowercase();
        assert!(!whole.contains(CANARY), "{reply:?}");
        assert!(reply.status != 500, "{reply:?}");
    }
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(CANARY.len()).any(|found| found == CANARY.as_bytes()));
    }
}

#[tokio::test]
async fn whoever_asks_too_often_waits_and_is_told_how_long() {
    let server = Start { limit: 3, ..Start::default() }.server().await;
    for _ in 0..3 {
        assert_eq!(server.get("/tip").await.status, 200);
    }
    let reply = server.post("/mood", r#"{"message":"a"}"#).await;
    reply.problem(429);
    assert_eq!(reply.header("retry-after"), Some("20"));
    assert_eq!(server.get("/openapi.json").await.status, 200, "the document is free");
    server.clock.set(at("2026-05-11T12:00:19Z"));
    server.get("/tip").await.problem(429);
    server.clock.set(at("2026-05-11T12:00:20Z"));
    assert_eq!(server.get("/tip").await.status, 200);
    server.get("/tip").await.problem(429);
}
