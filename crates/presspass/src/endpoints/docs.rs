//! Swagger UI at `api/docs/`, embedded in the program, so that no other host is needed.
//!
//! Its files have paths that change with their content, so that browsers cache them permanently.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use actix_web::http::{Method, StatusCode, header};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use presspass_rest::not_found;

/// Only our own scripts and styles, none inline; images in Swagger UI's styles are `data:`.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src \
                      'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A year: as long as browsers keep anything.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// A file that is embedded.
struct Asset {
    name: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
}

macro_rules! asset {
    ($name:literal, $media_type:literal) => {
        Asset {
            name: $name,
            media_type: $media_type,
            bytes: include_bytes!(concat!("../../assets/docs/", $name)),
        }
    };
}

static ASSETS: [Asset; 8] = [
    asset!("swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
    asset!("swagger-ui.css", "text/css; charset=utf-8"),
    asset!("start.js", "text/javascript; charset=utf-8"),
    asset!("start.css", "text/css; charset=utf-8"),
    asset!("favicon-32x32.png", "image/png"),
    // Who spreads the files must hand these on.
    asset!("LICENSE", "text/plain; charset=utf-8"),
    asset!("NOTICE", "text/plain; charset=utf-8"),
    asset!("swagger-ui-bundle.js.LICENSE.txt", "text/plain; charset=utf-8"),
];

/// The part of the addresses that changes with the files.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = DefaultHasher::new();
    for asset in &ASSETS {
        (asset.name, asset.bytes).hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
});

static PAGE: LazyLock<String> = LazyLock::new(|| {
    let version = VERSION.as_str();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>API</title>\n\
         <link rel=\"icon\" href=\"{version}/favicon-32x32.png\">\n\
         <link rel=\"stylesheet\" href=\"{version}/swagger-ui.css\">\n\
         <link rel=\"stylesheet\" href=\"{version}/start.css\">\n\
         <div id=\"reader\"></div>\n\
         <noscript><p>The docs need JavaScript; <a href=\"../schema/\">the document</a> does not.</p></noscript>\n\
         <script src=\"{version}/swagger-ui-bundle.js\"></script>\n<script src=\"{version}/start.js\"></script>\n</html>\n"
    )
});

/// `api/docs/`
pub(crate) async fn page(request: HttpRequest) -> HttpResponse {
    only_read(&request, |mut builder| {
        builder
            .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .content_type("text/html; charset=utf-8")
            .body(PAGE.as_str())
    })
}

/// `api/docs/<version>/<file>`
pub(crate) async fn file(request: HttpRequest, path: Path<(String, String)>) -> HttpResponse {
    let (version, name) = path.into_inner();
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else { return not_found(&request) };
    // While servers of two versions answer, the page of one may ask the other for its files: it gets them, for once.
    let kept = if version == *VERSION { FOR_GOOD } else { "no-store" };
    only_read(&request, |mut builder| {
        builder.insert_header((header::CACHE_CONTROL, kept)).content_type(asset.media_type).body(asset.bytes)
    })
}

fn only_read(
    request: &HttpRequest,
    respond: impl FnOnce(HttpResponseBuilder) -> HttpResponse,
) -> HttpResponse {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, "GET, HEAD")).finish();
    }
    let mut builder = HttpResponse::build(StatusCode::OK);
    builder
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "same-origin"))
        .insert_header((header::X_FRAME_OPTIONS, "DENY"))
        .insert_header((header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"));
    respond(builder)
}
