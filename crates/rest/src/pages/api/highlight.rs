//! JSON as HTML: colours by kind, and links to follow.

use crate::html::escape_into;
use crate::pages::Html;

/// Writes indented JSON, or the beginning of it. `detail` gives the address of the item with an id, where it has one.
pub(super) fn highlight(json: &[u8], detail: &dyn Fn(&str) -> Option<String>) -> Html {
    let json = String::from_utf8_lossy(json);
    let mut html = String::with_capacity(json.len() * 2);
    let mut rest: &str = &json;
    // The name of the value that comes next.
    let mut key = "";
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => string_length(rest),
            '-' | '0'..='9' => {
                rest.find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c)).unwrap_or(rest.len())
            }
            'a'..='z' => rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        match first {
            '"' if after.starts_with(':') => {
                key = token.trim_matches('"');
                span(&mut html, "k", token);
            }
            '"' => match address(token) {
                Some(address) => link(&mut html, "s", &address, token),
                None => span(&mut html, "s", token),
            },
            '-' | '0'..='9' => match Some(token).filter(|_| key == "id").and_then(detail) {
                Some(address) => link(&mut html, "n", &address, token),
                None => span(&mut html, "n", token),
            },
            'a'..='z' => span(&mut html, "w", token),
            _ => {
                if matches!(first, ',' | '{' | '[') {
                    key = "";
                }
                escape_into(&mut html, token);
            }
        }
        rest = after;
    }
    Html::trusted(html)
}

/// How long the string is that the text begins with, quotes and all.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The address that a string is, where it is one of the web's and nothing else.
fn address(token: &str) -> Option<String> {
    if !token.starts_with("\"http://") && !token.starts_with("\"https://") {
        return None;
    }
    let text: String = serde_json::from_str(token).ok()?;
    let is_whole = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    is_whole.then_some(text)
}

fn span(html: &mut String, class: &str, text: &str) {
    html.push_str("<span class=");
    html.push_str(class);
    html.push('>');
    escape_into(html, text);
    html.push_str("</span>");
}

fn link(html: &mut String, class: &str, address: &str, text: &str) {
    html.push_str("<a class=");
    html.push_str(class);
    html.push_str(" rel=\"nofollow noreferrer\" href=\"");
    escape_into(html, address);
    html.push_str("\">");
    escape_into(html, text);
    html.push_str("</a>");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(json: &str) -> String {
        highlight(json.as_bytes(), &|id| Some(format!("/posts/{id}/"))).into_string()
    }

    #[test]
    fn kinds_have_classes_and_ids_and_addresses_are_links() {
        assert_eq!(
            html(r#"{"id": 7, "next": "http://a/?b&c", "n": [-1.5e+3, null]}"#),
            "{<span class=k>&quot;id&quot;</span>: <a class=n rel=\"nofollow noreferrer\" href=\"/posts/7/\">7</a>, \
             <span class=k>&quot;next&quot;</span>: <a class=s rel=\"nofollow noreferrer\" href=\"http://a/?b&amp;c\">\
             &quot;http://a/?b&amp;c&quot;</a>, <span class=k>&quot;n&quot;</span>: \
             [<span class=n>-1.5e+3</span>, <span class=w>null</span>]}"
        );
    }

    #[test]
    fn nothing_of_a_value_becomes_markup_or_an_address_that_runs() {
        for hostile in [
            r#""<script>""#,
            r#""javascript:alert(1)""#,
            r#"" http://a""#,
            r#""http://a b""#,
            r#""http://a\"onclick=\"b""#,
            r#""\"<b>\\""#,
            "\"http://no end",
        ] {
            let html = html(hostile);
            assert!(
                !html.contains("<script") && !html.contains("<b>") && !html.contains("\"onclick"),
                "{html}"
            );
            assert!(!html.contains("href=\"javascript") && !html.contains("href=\" "), "{html}");
        }
    }

    #[test]
    fn only_the_id_of_an_item_leads_to_it() {
        assert!(!html(r#"{"id": "7", "pk": 7, "a": {"id": [7]}}"#).contains("<a"));
    }
}
