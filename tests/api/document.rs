//! The document says what is there, and everything that it says is so.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::world::Start;

fn references<'v>(value: &'v Value, found: &mut BTreeSet<&'v str>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(to)) = fields.get("$ref") {
                found.insert(to);
            }
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn it_holds_together() {
    let server = Start::default().server().await;
    let reply = server.get("/openapi.json").await;
    assert_eq!(reply.header("content-type"), Some("application/json"));
    let document = reply.json();
    assert_eq!(document["openapi"], "3.1.0");
    let paths: Vec<_> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(paths, ["/api/v1/coach", "/api/v1/mood", "/api/v1/openapi.json", "/api/v1/review", "/api/v1/tip"]);
    let mut named = BTreeSet::new();
    references(&document, &mut named);
    for reference in &named {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(named.contains(format!("#/components/schemas/{name}").as_str()), "{name} is used nowhere");
    }
    assert_eq!(document["components"]["schemas"]["ReviewRequest"]["properties"]["draft"]["maxLength"], 20_000);
    assert_eq!(document["components"]["schemas"]["ReviewRequest"]["additionalProperties"], false);
}

#[tokio::test]
async fn every_example_is_answered_as_it_says() {
    let server = Start::default().server().await;
    let document = server.get("/openapi.json").await.json();
    for (path, item) in document["paths"].as_object().unwrap() {
        let address = path.strip_prefix("/api/v1").unwrap();
        let (reply, answer) = if let Some(post) = item.get("post") {
            let body = &post["requestBody"]["content"]["application/json"]["example"];
            (server.post(address, &body.to_string()).await, &post["responses"]["200"])
        } else {
            let parameters = item["get"]["parameters"].as_array().into_iter().flatten();
            let pair =
                |p: &Value| format!("{}={}", p["name"].as_str().unwrap(), p["example"].to_string().replace('"', ""));
            let query = parameters.map(pair).collect::<Vec<_>>().join("&");
            (server.get(&format!("{address}?{query}")).await, &item["get"]["responses"]["200"])
        };
        assert_eq!(reply.status, 200, "{path}: {reply:?}");
        let schema = &answer["content"]["application/json"]["schema"];
        let Some(shape) = schema["$ref"].as_str().and_then(|to| document.pointer(&to[1..])) else { continue };
        let (reply, fields) = (reply.json(), shape["properties"].as_object().unwrap());
        for field in reply.as_object().unwrap().keys() {
            assert!(fields.contains_key(field), "{path}: {field} is not documented");
        }
        for field in shape["required"].as_array().unwrap() {
            assert!(reply.get(field.as_str().unwrap()).is_some(), "{path}: {field} is promised");
        }
    }
}

#[tokio::test]
async fn it_says_whether_a_key_is_needed() {
    for (require_keys, ways) in [(true, 1), (false, 2)] {
        let server = Start { require_keys, ..Start::default() }.server().await;
        let document = server.get("/openapi.json").await.json();
        let security = document["paths"]["/api/v1/review"]["post"]["security"].as_array().unwrap();
        assert_eq!(security.len(), ways);
        assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
        let page = server.get("").await.body;
        assert_eq!(page.contains("A key is needed here."), require_keys);
    }
}

#[tokio::test]
async fn the_page_tells_the_same_and_asks_nobody_else() {
    let server = Start::default().server().await;
    let page = server.get("").await;
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let document = server.get("/openapi.json").await.json();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            assert!(page.body.contains(&format!("<code>{} {path}</code>", method.to_uppercase())), "{path}");
        }
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(page.body.contains(&format!("id=\"shape-{name}\"")), "{name}");
    }
    for part in page.body.split("href=\"").skip(1) {
        let link = part.split('"').next().unwrap();
        let known = match link.strip_prefix('#') {
            Some(id) => page.body.contains(&format!("id=\"{id}\"")),
            None => server.get(link.strip_prefix("/api/v1").expect("nothing from elsewhere")).await.status == 200,
        };
        assert!(known, "{link}");
    }
    assert!(!page.body.contains("<script") && !page.body.contains(" style=") && !page.body.contains("http"));
    let style = server.get("/reference.css").await;
    assert_eq!(style.header("content-type"), Some("text/css; charset=utf-8"));
    assert!(style.body.contains("light dark"));
}
