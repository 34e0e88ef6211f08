//! The curl command of a request.

use presspass_serializers::{Field, Input, Kind, Look, Member};
use serde_json::Value;

/// In place of a secret.
const HIDDEN: &str = "…";

pub(super) struct CurlRequest<'r> {
    pub method: &'r str,
    pub address: &'r str,
    /// The scheme of the token, where one is needed. The token itself is a variable of the shell.
    pub prefix: Option<&'r str>,
    /// The body, and its fields.
    pub sent: Option<(&'r Input, &'r [Field])>,
}

impl CurlRequest<'_> {
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
            // Most schemes need no quotes.
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

/// The body as JSON, in the order of the fields, without secrets.
fn body(input: &Input, fields: &[Field]) -> String {
    let fields = fields.iter().filter(|field| !field.read_only);
    let members: Vec<String> = fields
        .filter_map(|field| {
            let member = input.member(field.name)?;
            let value = if is_secret(field) { HIDDEN.into() } else { value(input, field, member)? };
            Some(format!("{}:{value}", Value::from(field.name)))
        })
        .collect();
    format!("{{{}}}", members.join(","))
}

fn value(input: &Input, field: &Field, member: &Member) -> Option<Value> {
    let text = |member: &Member| match member {
        Member::Text(text) => Some(Value::from(text.as_str())),
        _ => None,
    };
    Some(match member {
        _ if input.is_form() && matches!(field.kind, Kind::Keys(_)) => {
            input.all(field.name).filter_map(text).collect()
        }
        Member::Text(json) if input.is_form() && field.kind == Kind::Json => {
            serde_json::from_str(json).ok()?
        }
        Member::Text(text) => text.as_str().into(),
        Member::Number(number) => number.parse().map_or_else(|_| number.as_str().into(), Value::Number),
        Member::Null => Value::Null,
        Member::Bool(flag) => (*flag).into(),
        Member::Nested(json) => serde_json::from_str(json).ok()?,
        Member::Other => return None,
    })
}

pub(super) fn is_secret(field: &Field) -> bool {
    matches!(field.look, Look::Password | Look::NewPassword | Look::Token)
}

/// Quotes a word for POSIX shells: within single quotes, only these have a meaning.
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
    fn a_scheme_with_characters_of_the_shell_is_quoted() {
        let line = CurlRequest { method: "GET", address: "/", prefix: Some("$(id)`'"), sent: None }.line();
        assert!(line.ends_with("-H 'Authorization: $(id)`'\\'' '\"$TOKEN\""), "{line}");
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_passes_every_text_unchanged() {
        for text in ["", "a b", "'", "''\\''", "$(id)`id`$HOME\"\\", "é\n\t!*?", "http://a/?b=c&d=e#f", "-x"]
        {
            let output =
                Command::new("sh").args(["-c", &format!("printf %s {}", quoted(text))]).output().unwrap();
            // printf parses a word that begins with - as an option.
            if text != "-x" {
                assert_eq!(String::from_utf8_lossy(&output.stdout), text, "{}", quoted(text));
            }
        }
    }
}
