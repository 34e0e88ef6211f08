//! The plain page that `text/html` gets until there are better ones.

use crate::endpoint::Endpoint;

/// What stands below the beginning of a list that is too long for a page.
pub(crate) const GOES_ON: &str =
    "\n\n… and more: the list is too long for a page. As JSON it is whole (?format=json).";

/// A page that shows an answer as text.
pub(crate) fn page(endpoint: &Endpoint, status: u16, json: &[u8]) -> Vec<u8> {
    let json = escape(&String::from_utf8_lossy(json));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{name}</title>\n<h1>{name}</h1>\n\
         <p>{description}</p>\n<p>HTTP {status}. Allow: {allow}</p>\n<pre>{json}</pre>\n</html>\n",
        name = escape(endpoint.name),
        description = escape(endpoint.description),
        allow = endpoint.allow,
    )
    .into_bytes()
}

/// A text that may stand between tags and in attributes.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#x27;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_an_answer_becomes_markup() {
        let endpoint = Endpoint { name: "Post List", description: "", allow: "GET" };
        let page = String::from_utf8(page(&endpoint, 200, b"{\"title\":\"<script>'\"}")).unwrap();
        assert!(page.contains("{&quot;title&quot;:&quot;&lt;script&gt;&#x27;&quot;}"));
        assert!(!page.contains("<script>"));
    }
}
