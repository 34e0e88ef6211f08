//! The line that sends a request from a shell.

use presspass_serializers::{Field, Input, Look, Member};
use serde_json::Value;

/// What a line says in place of a secret.
const HIDDEN: &str = "…";

/// The request of a page, as far as the line shows it.
pub(super) struct CurlRequest<'r> {
    pub method: &'r str,
    /// The absolute address.
    pub address: &'r str,
    /// What stands before a token, where one is needed; the line names a variable for it, and never the token.
    pub prefix: Option<&'r str>,
    /// What was sent, and the fields that say what of it is secret.
    pub sent: Option<(&'r Input, &'r [Field])>,
}

impl CurlRequest<'_> {
    /// The line, for POSIX shells.
    pub fn line(&self) -> String {
        let mut line = "curl".to_owned();
        match self.method {
            "GET" => {}
            "HEAD" => line.push_str(" --head"),
            method => {
                line.push_str(" -X ");
                line.push_str(&quoted(method));
            }
        }
        line.push(' ');
        line.push_str(&quoted(self.address));
        line.push_str(" \\\n  -H 'Accept: application/json'");
        if let Some(prefix) = self.prefix {
            line.push_str(" \\\n  -H ");
            // Most schemes are words, which mean nothing to a shell.
            if prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
                let header = format!("\"Authorization: {prefix} $TOKEN\"");
                line.push_str(&header);
            } else {
                line.push_str(&quoted(&format!("Authorization: {prefix} ")));
                line.push_str("\"$TOKEN\"");
            }
        }
        if let Some((input, fields)) = self.sent {
            line.push_str(" \\\n  -H 'Content-Type: application/json' \\\n  -d ");
            line.push_str(&quoted(&body(input, fields)));
        }
        line
    }
}

/// What was sent, as JSON in the order of the fields, without its secrets.
fn body(input: &Input, fields: &[Field]) -> String {
    let fields = fields.iter().filter(|field| !field.read_only);
    let members: Vec<String> = fields
        .filter_map(|field| {
            let value: Value = match input.member(field.name)? {
                _ if is_secret(field) => HIDDEN.into(),
                Member::Text(text) => text.as_str().into(),
                Member::Number(number) => {
                    number.parse().map_or_else(|_| number.as_str().into(), Value::Number)
                }
                Member::Null => Value::Null,
                Member::Bool | Member::Other => return None,
            };
            Some(format!("{}:{value}", Value::from(field.name)))
        })
        .collect();
    format!("{{{}}}", members.join(","))
}

/// Whether what a field holds is never shown again.
pub(super) fn is_secret(field: &Field) -> bool {
    matches!(field.look, Look::Password | Look::NewPassword | Look::Token)
}

/// A word that a POSIX shell takes as it is: between single quotes only these mean anything.
fn quoted(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:,@%+".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const FIELDS: &[Field] = &[
        Field::text("title", "Title", None),
        Field::text("password", "Password", None).look(Look::Password),
        Field::text("token", "Token", None).look(Look::Token),
    ];

    fn input(members: &[(&str, &str)]) -> Input {
        let text = |(name, value): &(&str, &str)| ((*name).to_owned(), Member::Text((*value).to_owned()));
        Input::Members(members.iter().map(text).collect())
    }

    #[test]
    fn secrets_are_not_in_the_line() {
        let sent = input(&[("title", "t"), ("password", "Horse-9"), ("token", "eyJ0")]);
        let line = CurlRequest {
            method: "POST",
            address: "http://a/b/",
            prefix: Some("JWT"),
            sent: Some((&sent, FIELDS)),
        }
        .line();
        assert_eq!(
            line,
            "curl -X POST http://a/b/ \\\n  -H 'Accept: application/json' \\\n  -H \"Authorization: JWT $TOKEN\" \\\n  \
             -H 'Content-Type: application/json' \\\n  -d '{\"title\":\"t\",\"password\":\"…\",\"token\":\"…\"}'"
        );
    }

    #[test]
    fn a_scheme_that_means_something_to_a_shell_does_nothing() {
        let line = CurlRequest { method: "GET", address: "/", prefix: Some("$(id)`'"), sent: None }.line();
        assert!(line.ends_with("-H 'Authorization: $(id)`'\\'' '\"$TOKEN\""), "{line}");
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_gives_every_text_on_as_it_is() {
        for text in ["", "a b", "'", "''\\''", "$(id)`id`$HOME\"\\", "é\n\t!*?", "http://a/?b=c&d=e#f", "-x"]
        {
            let output =
                Command::new("sh").args(["-c", &format!("printf %s {}", quoted(text))]).output().unwrap();
            // printf takes what begins with - for an option of its own.
            if text != "-x" {
                assert_eq!(String::from_utf8_lossy(&output.stdout), text, "{}", quoted(text));
            }
        }
    }
}
