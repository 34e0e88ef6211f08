//! Content negotiation (REST framework's `DefaultContentNegotiation`): qualities do not count, precedence does.

use presspass_serializers::Indent;

use crate::failure::Failure;
use crate::media_type::MediaType;
use crate::number::{Number, number};

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Renderer {
    /// `application/json`
    Json(Indent),
    /// `text/html`
    Html,
}

impl Renderer {
    /// What answers where negotiation failed.
    pub const FALLBACK: Self = Self::Json(Indent::Compact);

    const fn media_type(self) -> &'static str {
        match self {
            Self::Json(_) => "application/json",
            Self::Html => "text/html",
        }
    }
}

/// Picks the renderer by `?format=` and `Accept`. `accept` is the whole header; without one, everything is welcome.
pub(crate) fn negotiate(format: Option<&str>, accept: Option<&str>) -> Result<Renderer, Failure> {
    let known = [Renderer::FALLBACK, Renderer::Html];
    let renderers = match format {
        None | Some("") => &known[..],
        Some("json") => &known[..1],
        Some("api") => &known[1..],
        Some(_) => return Err(Failure::NotFound),
    };
    let accept = accept.unwrap_or("*/*");
    // By far the most requests ask for everything.
    if accept == "*/*" {
        return Ok(renderers[0]);
    }
    let ranges: Vec<(&str, MediaType<'_>)> =
        accept.split(',').map(|range| (range, MediaType::parse(range.trim()))).collect();
    // What is no ASCII is not understood: the original fails with 500.
    if ranges.iter().any(|(_, range)| !range.has_ascii_names()) {
        return Err(Failure::NotAcceptable);
    }
    for precedence in (0..=3).rev() {
        for renderer in renderers {
            let found = ranges
                .iter()
                .find(|(_, range)| range.precedence() == precedence && range.covers(renderer.media_type()));
            if let Some((text, range)) = found {
                return match renderer {
                    _ if !text.is_ascii() => Err(Failure::NotAcceptable),
                    Renderer::Json(_) => Ok(Renderer::Json(indent(range))),
                    Renderer::Html => Ok(Renderer::Html),
                };
            }
        }
    }
    Err(Failure::NotAcceptable)
}

/// `indent=4`, cut to 0 to 8; 0 and nonsense mean none.
fn indent(range: &MediaType<'_>) -> Indent {
    let wanted = match range.parameter("indent").map(number) {
        Some(Number::Whole(wanted)) => wanted.clamp(0, 8),
        Some(Number::Huge) => 8,
        Some(Number::Nonsense) | None => 0,
    };
    match u8::try_from(wanted) {
        Ok(count @ 1..) => Indent::Spaces(count),
        _ => Indent::Compact,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: Renderer = Renderer::FALLBACK;

    fn accepted(accept: &str) -> Option<Renderer> {
        negotiate(None, Some(accept)).ok()
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
    fn an_indent_is_cut_to_eight() {
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
    fn a_range_that_is_no_ascii_is_not_acceptable() {
        assert_eq!(accepted("application/json; indent=٣"), None);
        assert_eq!(accepted("é, application/json"), None);
        assert_eq!(accepted("application/json, x/y; a=é"), Some(JSON));
    }

    #[test]
    fn format_comes_before_accept_and_an_unknown_one_is_not_found() {
        assert_eq!(negotiate(Some("api"), None).ok(), Some(Renderer::Html));
        assert_eq!(negotiate(Some(""), None).ok(), Some(JSON));
        assert!(matches!(negotiate(Some("xml"), None), Err(Failure::NotFound)));
        assert!(matches!(negotiate(Some("api"), Some("application/json")), Err(Failure::NotAcceptable)));
    }
}
