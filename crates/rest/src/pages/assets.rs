//! The files that pages need, embedded: a stylesheet, a script and an icon.
//!
//! Their addresses change with their content, so that browsers keep them for good.

use std::fmt::Write as _;
use std::sync::LazyLock;

use actix_web::http::{Method, header};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use sha2::{Digest as _, Sha256};

use crate::redirect::not_found;

/// The route of the files, as actix writes it.
pub const STATIC_PATH: &str = "/static/presspass/{version}/{file}";

/// A year: as long as browsers keep anything.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

struct Asset {
    name: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
}

macro_rules! embedded {
    ($name:literal, $media_type:literal) => {
        Asset { name: $name, media_type: $media_type, bytes: include_bytes!(concat!("../../assets/", $name)) }
    };
}

static ASSETS: [Asset; 3] = [
    embedded!("presspass.css", "text/css; charset=utf-8"),
    embedded!("presspass.js", "text/javascript; charset=utf-8"),
    embedded!("favicon.svg", "image/svg+xml"),
];

/// The part of the addresses that changes with the files: 64 bits of the SHA-256 over all of them.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = Sha256::new();
    for asset in &ASSETS {
        hasher.update(asset.name);
        hasher.update(asset.bytes.len().to_be_bytes());
        hasher.update(asset.bytes);
    }
    hasher.finalize().iter().take(8).fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
});

/// The address of a file: `presspass.css`, `presspass.js`, `favicon.svg`.
#[must_use]
pub fn asset_path(name: &str) -> String {
    format!("/static/presspass/{}/{name}", VERSION.as_str())
}

/// `static/presspass/<version>/<file>`: the handler of [`STATIC_PATH`].
pub async fn asset(request: HttpRequest, path: Path<(String, String)>) -> HttpResponse {
    let (version, name) = path.into_inner();
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else { return not_found(&request) };
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, "GET, HEAD")).finish();
    }
    // While servers of two versions answer, the page of one may ask the other for its files: it gets them, for once.
    let is_current = version == *VERSION;
    let tag = format!("\"{}\"", VERSION.as_str());
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let is_known = is_current && known.is_some_and(|tags| is_among(tags, &tag));
    let mut builder = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    builder
        .insert_header((header::CACHE_CONTROL, if is_current { FOR_GOOD } else { "no-store" }))
        .insert_header((header::ETAG, tag))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header(("Cross-Origin-Resource-Policy", "same-origin"));
    if is_known { builder.finish() } else { builder.content_type(asset.media_type).body(asset.bytes) }
}

/// Whether an `If-None-Match` names a tag (RFC 9110, section 13.1.2: compared weakly).
fn is_among(tags: &str, tag: &str) -> bool {
    tags.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_among_others_weak_or_not() {
        for tags in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "*"] {
            assert!(is_among(tags, "\"a\""), "{tags}");
        }
        for tags in ["", "\"b\"", "a", "\"ab\""] {
            assert!(!is_among(tags, "\"a\""), "{tags}");
        }
    }

    #[test]
    fn pages_and_their_files_weigh_little() {
        assert!(ASSETS.iter().map(|asset| asset.bytes.len()).sum::<usize>() < 26_500);
    }
}
