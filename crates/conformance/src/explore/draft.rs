//! Steps that are made up, in the words of a case file.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde_json::json;

use crate::case::Step;

/// A step before it is one: whatever is found goes into a case file, so a step is made out of what stands there.
#[derive(Debug, Clone)]
pub(crate) enum Draft {
    Forge(Forge),
    Request(Sent),
    /// A step of a case file, as it stands there.
    Given(String),
}

#[derive(Debug, Clone)]
pub(crate) struct Forge {
    /// JSON, or nearly.
    pub(crate) claims: String,
    pub(crate) header: Option<String>,
    pub(crate) key: Option<&'static str>,
}

/// The name under which a forged token is kept.
pub(crate) const FORGED: &str = "forged";

#[derive(Debug, Clone, Default)]
pub(crate) struct Sent {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Content>,
    pub(crate) account: Option<&'static str>,
    /// A member of the answer, kept under its own name.
    pub(crate) save: Option<&'static str>,
}

#[derive(Debug, Clone)]
pub(crate) enum Content {
    Text(String),
    Bytes(Vec<u8>),
}

impl Sent {
    pub(crate) fn new(method: impl Into<String>, path: impl Into<String>) -> Self {
        Self { method: method.into(), path: path.into(), ..Self::default() }
    }

    pub(crate) fn by(mut self, account: &'static str) -> Self {
        self.account = (!account.is_empty()).then_some(account);
        self
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// A body with its `Content-Type`, unless that is empty.
    pub(crate) fn text(mut self, content_type: &str, text: impl Into<String>) -> Self {
        self.body = Some(Content::Text(text.into()));
        if content_type.is_empty() { self } else { self.header("Content-Type", content_type) }
    }

    fn written(&self) -> String {
        let mut headers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, value) in &self.headers {
            headers.entry(name).or_default().push(value);
        }
        let headers: BTreeMap<_, _> = headers
            .into_iter()
            .map(|(name, values)| (name, if let [one] = values[..] { json!(one) } else { json!(values) }))
            .collect();
        let mut members = Vec::new();
        let mut member = |name: &str, value: serde_json::Value| members.push(format!("\"{name}\": {value}"));
        if self.method != "GET" {
            member("method", json!(self.method));
        }
        member("path", json!(self.path));
        if let Some(account) = self.account {
            member("as", json!(account));
        }
        if !headers.is_empty() {
            member("headers", json!(headers));
        }
        match &self.body {
            None => {}
            Some(Content::Text(text)) => member("body", json!(text)),
            Some(Content::Bytes(bytes)) => {
                member("bytes", json!(bytes.iter().copied().map(char::from).collect::<String>()));
            }
        }
        if let Some(name) = self.save {
            member("save", json!({name: name}));
        }
        format!("{{{}}}", members.join(", "))
    }
}

impl Draft {
    /// As it stands in a case file.
    pub(crate) fn written(&self) -> String {
        match self {
            Self::Given(text) => text.clone(),
            Self::Request(sent) => sent.written(),
            Self::Forge(Forge { claims, header, key }) => {
                let header = header.as_ref().map_or_else(String::new, |it| format!(", \"header\": {it}"));
                let key = key.map_or_else(String::new, |it| format!(", \"key\": {}", json!(it)));
                format!("{{\"forge\": {claims}{header}{key}, \"save\": \"{FORGED}\"}}")
            }
        }
    }

    pub(crate) fn step(&self) -> anyhow::Result<Step> {
        let text = self.written();
        serde_json::from_str(&text).with_context(|| format!("no step: {text}"))
    }
}

/// The same with one part less, for each part that can go.
pub(crate) fn without_a_part(draft: &Draft) -> Vec<Draft> {
    let Draft::Request(sent) = draft else { return Vec::new() };
    let mut smaller = Vec::new();
    for number in 0..sent.headers.len() {
        let mut less = sent.clone();
        less.headers.remove(number);
        smaller.push(less);
    }
    if let Some((path, query)) = sent.path.split_once('?') {
        let pairs: Vec<&str> = query.split('&').collect();
        for number in 0..pairs.len() {
            let mut rest = pairs.clone();
            rest.remove(number);
            let path = if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) };
            smaller.push(Sent { path, ..sent.clone() });
        }
    }
    if sent.body.is_some() {
        smaller.push(Sent { body: None, ..sent.clone() });
    }
    if let Some(Content::Text(text)) = &sent.body {
        for separator in [", ", "&"] {
            let parts: Vec<&str> = text.split(separator).collect();
            for number in 0..if parts.len() > 1 { parts.len() } else { 0 } {
                let mut rest = parts.clone();
                rest.remove(number);
                let body = Some(Content::Text(rest.join(separator)));
                smaller.push(Sent { body, ..sent.clone() });
            }
        }
    }
    smaller.into_iter().map(Draft::Request).collect()
}

#[cfg(test)]
mod tests {
    use super::{Content, Draft, Forge, Sent, without_a_part};
    use crate::case::{Body, Step};

    #[test]
    fn what_is_written_is_read_as_it_was_meant() {
        let mut sent = Sent::new("PUT", "/a?b=\"é").by("admin").header("X-A", "1").header("X-A", "2");
        sent.body = Some(Content::Bytes(vec![0, 255]));
        let Step::Request(request) = Draft::Request(sent).step().unwrap() else { panic!("a request") };
        assert_eq!((request.method.as_str(), request.path.as_str()), ("PUT", "/a?b=\"é"));
        assert_eq!(request.account.as_deref(), Some("admin"));
        assert_eq!(request.headers.len(), 2);
        assert!(matches!(request.body, Body::Bytes(bytes) if bytes == [0, 255]));
    }

    #[test]
    fn a_forged_token_keeps_its_claims_as_they_are_written() {
        let forge = Forge { claims: r#"{"a":1e2,"a":"x"}"#.to_owned(), header: None, key: Some("k") };
        let Step::Forge(forgery) = Draft::Forge(forge).step().unwrap() else { panic!("a token") };
        assert_eq!(forgery.claims, r#"{"a":1e2,"a":"x"}"#);
    }

    #[test]
    fn each_part_can_go() {
        let sent = Sent::new("GET", "/a?b=1&c=2").header("X-A", "1");
        let paths: Vec<String> = without_a_part(&Draft::Request(sent)).iter().map(Draft::written).collect();
        assert_eq!(
            paths,
            [
                r#"{"path": "/a?b=1&c=2"}"#,
                r#"{"path": "/a?c=2", "headers": {"X-A":"1"}}"#,
                r#"{"path": "/a?b=1", "headers": {"X-A":"1"}}"#
            ]
        );
    }
}
