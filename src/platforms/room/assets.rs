//! The page's own files, in the binary.

use std::{collections::HashMap, sync::LazyLock};

use axum::{
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};

use super::problem::Problem;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/platforms/room/assets");

/// The page that stands at the room's address.
const INDEX: &str = "index.html";

/// What a browser is told a file is, by the end of its name.
const TYPES: &[(&str, &str)] = &[
    ("html", "text/html; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("ico", "image/x-icon"),
    ("woff2", "font/woff2"),
    ("txt", "text/plain; charset=utf-8"),
];

struct Asset {
    bytes: &'static [u8],
    kind: &'static str,
    tag: HeaderValue,
}

/// Every file whose kind is known, by its path.
static ASSETS: LazyLock<HashMap<&'static str, Asset>> = LazyLock::new(|| {
    let mut assets = HashMap::new();
    let mut folders = vec![&FILES];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        for file in folder.files() {
            let (Some(path), bytes) = (file.path().to_str(), file.contents()) else { continue };
            let end = path.rsplit('.').next().unwrap_or_default();
            let Some((_, kind)) = TYPES.iter().find(|(known, _)| *known == end) else { continue };
            let hash = u128::from_be_bytes(Sha256::digest(bytes)[..16].try_into().expect("a digest has 32 bytes"));
            let digits = format!("{hash:032x}");
            let tag = HeaderValue::try_from(format!("\"{digits}\"")).expect("digits in quotes");
            assets.insert(path, Asset { bytes, kind, tag });
        }
    }
    assets
});

/// Answers with a file; what the browser has already is not sent again.
pub(super) async fn serve(request: Request) -> Result<Response, Problem> {
    let nowhere = || Problem::nowhere("There is nothing at that address.");
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(nowhere());
    }
    let path = match request.uri().path() {
        "/" => INDEX,
        other => other.strip_prefix("/assets/").ok_or_else(nowhere)?,
    };
    let asset = ASSETS.get(path).ok_or_else(nowhere)?;
    let headers = [
        (header::ETAG, asset.tag.clone()),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.kind)),
    ];
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()).unwrap_or_default();
    let same = known.split(',').any(|tag| tag.trim().trim_start_matches("W/").as_bytes() == asset.tag.as_bytes());
    if same {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Ok((headers, asset.bytes).into_response())
}
