//! The reference page: the document, written for people. Made once, on the server, without a script.

use std::fmt::Write;

use serde_json::Value;

/// How the page looks.
pub(super) const STYLE: &str = include_str!("reference.css");

/// The page.
pub(super) fn page(document: &Value) -> String {
    let mut page = String::with_capacity(32 * 1024);
    let info = &document["info"];
    put(
        &mut page,
        &format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <title>Bedside: the JSON API</title><link rel=\"stylesheet\" href=\"/api/v1/reference.css\"></head>\n\
             <body><main><h1>The JSON API</h1><p>Bedside {}. {}</p>\
             <p>For programs: <a href=\"/api/v1/openapi.json\">openapi.json</a>.</p>\n",
            text(&info["version"]),
            text(&info["description"])
        ),
    );
    contents(&mut page, document);
    key(&mut page, document);
    for (path, method, operation) in operations(document) {
        described(&mut page, path, method, operation);
    }
    refusals(&mut page);
    put(&mut page, "<h2 id=\"shapes\">Shapes</h2>\n");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        shape(&mut page, name, schema);
    }
    put(&mut page, "</main></body></html>\n");
    page
}

/// Every operation with its address and method.
fn operations(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, item)| item.as_object().into_iter().flatten().map(move |(method, it)| (path, method, it)))
}

fn contents(page: &mut String, document: &Value) {
    put(page, "<nav aria-label=\"Contents\"><ul><li><a href=\"#key\">Keys</a></li>");
    for (path, method, operation) in operations(document) {
        let (id, method) = (text(&operation["operationId"]), method.to_uppercase());
        put(
            page,
            &format!("<li><a href=\"#{id}\"><code>{method} {path}</code></a> {}</li>", text(&operation["summary"])),
        );
    }
    put(
        page,
        "<li><a href=\"#refusals\">When something is wrong</a></li><li><a href=\"#shapes\">Shapes</a></li></ul></nav>\n",
    );
}

fn key(page: &mut String, document: &Value) {
    let needed = operations(document)
        .filter_map(|(.., operation)| operation["security"].as_array())
        .all(|ways| ways.iter().all(|way| way.as_object().is_some_and(|way| !way.is_empty())));
    let needed =
        if needed { "A key is needed here." } else { "No key is needed here; with one, the limit is its own." };
    put(
        page,
        &format!(
            "<h2 id=\"key\">Keys</h2><p>{needed} <code>bedside key new NAME</code> makes one and shows it once; send it \
             as <code>Authorization: Bearer KEY</code>. <code>bedside key list</code> lists the keys, \
             <code>bedside key revoke NAME</code> makes one useless.</p>\n"
        ),
    );
}

fn described(page: &mut String, path: &str, method: &str, operation: &Value) {
    let (id, method) = (text(&operation["operationId"]), method.to_uppercase());
    let (summary, description) = (text(&operation["summary"]), text(&operation["description"]));
    put(
        page,
        &format!("<h2 id=\"{id}\"><code>{method} {path}</code></h2><p><strong>{summary}.</strong> {description}</p>\n"),
    );
    let parameters = operation["parameters"].as_array();
    if let Some(parameters) = parameters {
        put(page, "<h3>Query</h3>");
        let row = |parameter: &Value| {
            row(&text(&parameter["name"]), &kind(&parameter["schema"]), false, &text(&parameter["description"]))
        };
        table(page, &parameters.iter().map(row).collect::<String>());
    }
    let body = &operation["requestBody"]["content"]["application/json"];
    if body.is_object() {
        put(page, &format!("<h3>Body</h3><p>{}</p>", kind(&body["schema"])));
        let example = escaped(&format!("{:#}", body["example"]));
        put(page, &format!("<pre><code>{example}</code></pre>\n"));
    }
    let answer = &operation["responses"]["200"]["content"]["application/json"]["schema"];
    let others: Vec<&str> =
        operation["responses"].as_object().into_iter().flatten().map(|(status, _)| status.as_str()).collect();
    put(page, &format!("<h3>Answer</h3><p>{}. Status: {}.</p>\n", kind(answer), others.join(", ")));
}

fn refusals(page: &mut String) {
    put(
        page,
        "<h2 id=\"refusals\">When something is wrong</h2><p>The answer is <code>application/problem+json</code>, a \
        <a href=\"#shape-Problem\">Problem</a>, and never repeats what was sent.</p>",
    );
    let mut rows = String::new();
    for (status, meaning) in super::problem::REFUSALS {
        let _ = write!(rows, "<tr><th scope=\"row\">{status}</th><td>{}</td></tr>", escaped(meaning));
    }
    put(
        page,
        &format!(
            "<div class=\"wide\"><table><thead><tr><th scope=\"col\">Status</th><th scope=\"col\">When</th></tr></thead><tbody>{rows}</tbody></table></div>\n"
        ),
    );
}

fn shape(page: &mut String, name: &str, schema: &Value) {
    let name = escaped(name);
    put(page, &format!("<h3 id=\"shape-{name}\">{name}</h3><p>{}</p>", text(&schema["description"])));
    if let Some(fields) = schema["properties"].as_object() {
        let required = schema["required"].as_array();
        let field = |(name, schema): (&String, &Value)| {
            let always = required.is_some_and(|required| required.iter().any(|known| known == name));
            row(&escaped(name), &kind(schema), always, &text(&schema["description"]))
        };
        table(page, &fields.iter().map(field).collect::<String>());
        return;
    }
    let words = schema["oneOf"].as_array().into_iter().flatten();
    let words: String = words
        .map(|word| format!("<li><code>{}</code> {}</li>", text(&word["const"]), text(&word["description"])))
        .chain(
            schema["enum"].as_array().into_iter().flatten().map(|word| format!("<li><code>{}</code></li>", text(word))),
        )
        .collect();
    put(page, &format!("<ul>{words}</ul>\n"));
}

fn table(page: &mut String, rows: &str) {
    put(
        page,
        &format!(
            "<div class=\"wide\"><table><thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Kind</th><th scope=\"col\">What it is</th></tr></thead><tbody>{rows}</tbody></table></div>\n"
        ),
    );
}

fn row(name: &str, kind: &str, always: bool, description: &str) -> String {
    let may = if always { "" } else { " (may be left out)" };
    format!("<tr><th scope=\"row\"><code>{name}</code></th><td>{kind}{may}</td><td>{description}</td></tr>")
}

/// What kind of value it is, in words, with a link to its shape.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
        let name = escaped(name);
        return format!("<a href=\"#shape-{name}\">{name}</a>");
    }
    if let Some(either) = schema["anyOf"].as_array() {
        return either.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    let word = |name: &Value| match name.as_str() {
        Some("string") => "text".to_owned(),
        Some("array") => format!("list of {}", kind(&schema["items"])),
        Some("integer") => "whole number".to_owned(),
        Some("boolean") => "true or false".to_owned(),
        Some(other) => escaped(other),
        None => "any value".to_owned(),
    };
    let mut words = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(word).collect::<Vec<_>>().join(" or "),
        one => word(one),
    };
    for (bound, said) in [("maxLength", "characters"), ("maxItems", "of them")] {
        if let Some(most) = schema[bound].as_u64() {
            let _ = write!(words, ", at most {most} {said}");
        }
    }
    words
}

/// A text of the document; what stands between backticks is code.
fn text(value: &Value) -> String {
    let parts = value.as_str().unwrap_or_default().split('`').enumerate();
    parts.map(|(n, part)| if n % 2 == 1 { format!("<code>{}</code>", escaped(part)) } else { escaped(part) }).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn put(page: &mut String, html: &str) {
    page.push_str(html);
}
