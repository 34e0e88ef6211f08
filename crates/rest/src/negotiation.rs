//! Content negotiation (DRF's `DefaultContentNegotiation`): the precedence of ranges counts, `q` does not.

use actix_web::HttpRequest;
use actix_web::http::header;
use presspass_auth::python_int;
use presspass_serializers::Indent;

use crate::failure::Failure;
use crate::media_type::MediaType;
use crate::query::Query;

/// How a response is rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Renderer {
    /// `application/json`
    Json(Indent),
    /// `text/html`
    Html,
    /// A representation of a document.
    Document(&'static DocumentType),
}

/// A representation in which a document is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentType {
    pub media_type: &'static str,
    /// The value of `?format=`.
    pub format: &'static str,
}

impl Renderer {
    /// The renderer where negotiation fails.
    pub const FALLBACK: Self = Self::Json(Indent::Compact);

    const fn media_type(self) -> &'static str {
        match self {
            Self::Json(_) => "application/json",
            Self::Html => "text/html",
            Self::Document(document) => document.media_type,
        }
    }

    const fn format(self) -> &'static str {
        match self {
            Self::Json(_) => "json",
            Self::Html => "api",
            Self::Document(document) => document.format,
        }
    }
}

/// In order of preference.
pub(crate) const RENDERERS: [Renderer; 2] = [Renderer::FALLBACK, Renderer::Html];

/// Picks one of `known` by `?format=` and `Accept`. Without that header every media type is accepted.
pub(crate) fn negotiate(
    known: &[Renderer],
    format: Option<&str>,
    accept: Option<&str>,
) -> Result<Renderer, Failure> {
    let format = format.filter(|format| !format.is_empty());
    let mut renderers =
        known.iter().filter(|renderer| format.is_none_or(|format| renderer.format() == format)).peekable();
    let Some(first) = renderers.peek() else { return Err(Failure::NotFound) };
    let accept = accept.unwrap_or("*/*");
    // By far the most common value.
    if accept == "*/*" {
        return Ok(**first);
    }
    // A range that is not ASCII cannot be read: DRF fails with 500.
    let ranges: Option<Vec<(&str, MediaType<'_>)>> =
        accept.split(',').map(|range| Some((range, MediaType::parse(range)?))).collect();
    let ranges = ranges.ok_or(Failure::NotAcceptable)?;
    for precedence in (0..=3).rev() {
        for renderer in renderers.clone() {
            let found = ranges
                .iter()
                .find(|(_, range)| range.precedence() == precedence && range.covers(renderer.media_type()));
            if let Some((text, range)) = found {
                return match renderer {
                    _ if !text.is_ascii() => Err(Failure::NotAcceptable),
                    Renderer::Json(_) => Ok(Renderer::Json(indent(range))),
                    other @ (Renderer::Html | Renderer::Document(_)) => Ok(*other),
                };
            }
        }
    }
    Err(Failure::NotAcceptable)
}

/// `indent=4`, clamped to 0 to 8; 0 and invalid values mean none.
fn indent(range: &MediaType<'_>) -> Indent {
    let indent = range.parameter("indent").map(String::from_utf8_lossy);
    let wanted = indent.as_deref().and_then(python_int::parse).unwrap_or(0).clamp(0, 8);
    match u8::try_from(wanted) {
        Ok(count @ 1..) => Indent::Spaces(count),
        _ => Indent::Compact,
    }
}

/// Whether a browser asks for a page, for responses that are not negotiated.
#[must_use]
pub fn asks_for_page(request: &HttpRequest) -> bool {
    let accepts = request.headers().get_all(header::ACCEPT);
    let accepts =
        |kind: &str| accepts.clone().any(|value| value.to_str().is_ok_and(|value| value.contains(kind)));
    accepts("text/html") || Query::parse(request.query_string()).get("format") == Some("api")
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: Renderer = Renderer::FALLBACK;

    fn accepted(accept: &str) -> Option<Renderer> {
        negotiate(&RENDERERS, None, Some(accept)).ok()
    }

    #[test]
    fn the_more_specific_range_wins_and_qualities_do_not_count() {
        assert_eq!(accepted("text/html;q=0.1, application/json;q=0.9"), Some(JSON));
        assert_eq!(accepted("*/*, text/html"), Some(Renderer::Html));
        assert_eq!(accepted("text/*"), Some(Renderer::Html));
        assert_eq!(accepted("application/xml, application/json;q=0.5"), Some(JSON));
        for refused in ["", "garbage", "image/png", "*"] {
            assert_eq!(accepted(refused), None, "{refused}");
        }
    }

    #[test]
    fn an_indent_is_at_most_eight() {
        for (text, indent) in [
            ("4", Indent::Spaces(4)),
            ("99", Indent::Spaces(8)),
            ("0", Indent::Compact),
            ("-3", Indent::Compact),
            ("x", Indent::Compact),
            ("99999999999999999999", Indent::Spaces(8)),
            (" +0_4 ", Indent::Spaces(4)),
        ] {
            assert_eq!(accepted(&format!("*/*; indent={text}")), Some(Renderer::Json(indent)), "{text}");
        }
    }

    #[test]
    fn a_range_that_is_not_ascii_is_not_acceptable() {
        assert_eq!(accepted("application/json; indent=٣"), None);
        assert_eq!(accepted("é, application/json"), None);
        assert_eq!(accepted("application/json, x/y; a=é"), Some(JSON));
    }

    #[test]
    fn format_comes_before_accept_and_an_unknown_one_is_not_found() {
        let by = |format, accept| negotiate(&RENDERERS, Some(format), accept);
        assert_eq!(by("api", None).ok(), Some(Renderer::Html));
        assert_eq!(by("", None).ok(), Some(JSON));
        assert!(matches!(by("xml", None), Err(Failure::NotFound)));
        assert!(matches!(by("api", Some("application/json")), Err(Failure::NotAcceptable)));
    }

    #[test]
    fn a_document_has_its_own_forms() {
        const PLAIN: DocumentType = DocumentType { media_type: "application/json", format: "json" };
        const YAML: DocumentType = DocumentType { media_type: "application/yaml", format: "yaml" };
        let known = [Renderer::Document(&PLAIN), Renderer::Document(&YAML)];
        let by = |format, accept| negotiate(&known, format, accept);
        assert_eq!(by(None, None).ok(), Some(known[0]));
        assert_eq!(by(None, Some("text/html, */*")).ok(), Some(known[0]));
        assert_eq!(by(None, Some("application/yaml")).ok(), Some(known[1]));
        assert_eq!(by(Some("yaml"), None).ok(), Some(known[1]));
        assert!(matches!(by(Some("api"), None), Err(Failure::NotFound)));
        assert!(matches!(by(None, Some("text/html")), Err(Failure::NotAcceptable)));
    }
}
