//! What is sent: groups of cases that share settings, each case a sequence of steps on one database.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use presspass_test_support::Engine;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::database;

/// Cases that run one after another on one server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    /// What is served beside accounts and posts.
    #[serde(default)]
    pub(crate) project: Project,
    /// Django's switches, by their environment variables: see original/stack/settings.py.
    pub(crate) settings: BTreeMap<String, String>,
    pub(crate) cases: Vec<Case>,
}

/// A project of `original/stack`, and the program of ours that serves it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Project {
    /// Accounts and posts alone.
    #[default]
    Sample,
    /// The magazine, too.
    Magazine,
}

impl Project {
    pub(crate) const ALL: [Self; 2] = [Self::Sample, Self::Magazine];

    /// The program, and its package.
    pub(crate) const fn program(self) -> (&'static str, &'static str) {
        match self {
            Self::Sample => ("presspass", "presspass-server"),
            Self::Magazine => ("magazine", "presspass-magazine"),
        }
    }

    /// Its folder in `original/stack`, if it has one.
    pub(crate) const fn folder(self) -> Option<&'static str> {
        match self {
            Self::Sample => None,
            Self::Magazine => Some("magazine"),
        }
    }

    /// The project of this name, on the command line.
    pub(crate) fn named(name: &str) -> Result<Self, String> {
        match name {
            "sample" => Ok(Self::Sample),
            "magazine" => Ok(Self::Magazine),
            _ => Err("a project is sample or magazine".to_owned()),
        }
    }
}

impl Group {
    /// How many answers are compared: one for each request, and one for the rows afterwards.
    pub(crate) fn requests(&self) -> usize {
        let steps = self.cases.iter().flat_map(|case| &case.steps);
        1 + steps.filter(|step| matches!(step, Step::Request(_))).count()
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug, Deserialize)]
#[serde(try_from = "Written")]
pub(crate) enum Step {
    Forge(Forgery),
    Request(Request),
}

/// A token that is made here, kept under a name.
#[derive(Debug)]
pub(crate) struct Forgery {
    pub(crate) name: String,
    /// The payload as it is written; a claim of an object that is `"now+100"` or `"now-5"` becomes that moment.
    pub(crate) claims: String,
    /// The header as it is written, in place of `{"typ":"JWT","alg":"HS256"}`.
    pub(crate) header: Option<String>,
    /// The key, in place of the one that both servers have.
    pub(crate) key: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Lines in their order; a name may come twice.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Body,
    /// The fixture's account whose token goes into `Authorization`.
    pub(crate) account: Option<String>,
    /// Members of the answer, by the name under which each is kept.
    pub(crate) save: BTreeMap<String, String>,
    pub(crate) deliberate: Option<Deliberate>,
}

#[derive(Debug)]
pub(crate) enum Body {
    None,
    /// Text in which `{names}` are filled.
    Text(String),
    Bytes(Vec<u8>),
}

/// A difference that is meant. docs/differences.md lists them.
#[derive(Debug)]
pub(crate) struct Deliberate {
    pub(crate) reason: String,
    /// What we may answer.
    pub(crate) statuses: Vec<u16>,
    /// Where it is so on one engine alone.
    pub(crate) engine: Option<Engine>,
}

/// A step as it stands in its file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, deserialize_with = "even_null")]
    forge: Option<Box<RawValue>>,
    #[serde(default, deserialize_with = "even_null")]
    header: Option<Box<RawValue>>,
    key: Option<String>,
    method: Option<String>,
    path: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, OneOrMany<String>>,
    #[serde(default, deserialize_with = "even_null")]
    json: Option<Box<RawValue>>,
    body: Option<OneOrMany<Part>>,
    bytes: Option<OneOrMany<Part>>,
    #[serde(rename = "as")]
    account: Option<String>,
    save: Option<Save>,
    differs: Option<String>,
    status: Option<OneOrMany<u16>>,
    on: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    fn into_vec(self) -> Vec<T> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Part {
    Text(String),
    Repeated { repeat: String, times: usize },
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Save {
    Token(String),
    Members(BTreeMap<String, String>),
}

/// `null` is a value here, and not the same as nothing: `"json": null` sends it.
fn even_null<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Deserialize::deserialize(deserializer).map(Some)
}

/// The same JSON without blanks between its parts: how a file is laid out does not change what is sent.
fn compact(json: &RawValue) -> String {
    let (mut quoted, mut escaped) = (false, false);
    let kept = json.get().chars().filter(|character| {
        let in_text = quoted;
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ => {}
        }
        in_text || !character.is_ascii_whitespace()
    });
    kept.collect()
}

impl OneOrMany<Part> {
    fn text(self) -> String {
        let parts = self.into_vec().into_iter().map(|part| match part {
            Part::Text(text) => text,
            Part::Repeated { repeat, times } => repeat.repeat(times),
        });
        parts.collect()
    }
}

impl TryFrom<Written> for Step {
    type Error = anyhow::Error;

    fn try_from(written: Written) -> anyhow::Result<Self> {
        let Written {
            forge,
            header,
            key,
            method,
            path,
            headers,
            json,
            body,
            bytes,
            account,
            save,
            differs,
            status,
            on,
        } = written;
        if let Some(claims) = forge {
            let Some(Save::Token(name)) = save else { bail!("a forged token is saved under a name") };
            return Ok(Self::Forge(Forgery {
                name,
                claims: compact(&claims),
                header: header.as_deref().map(compact),
                key,
            }));
        }
        let mut headers: Vec<(String, String)> = headers
            .into_iter()
            .flat_map(|(name, values)| values.into_vec().into_iter().map(move |value| (name.clone(), value)))
            .collect();
        let body = match (json, body, bytes) {
            (None, None, None) => Body::None,
            (Some(json), None, None) => {
                if !headers.iter().any(|(name, _)| name == "Content-Type") {
                    headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
                }
                Body::Text(compact(&json))
            }
            (None, Some(text), None) => Body::Text(text.text()),
            (None, None, Some(bytes)) => {
                let bytes =
                    bytes.text().chars().map(|it| u8::try_from(u32::from(it))).collect::<Result<_, _>>();
                Body::Bytes(bytes.context("bytes are written as U+0000 to U+00FF")?)
            }
            _ => bail!("a request has one body"),
        };
        let save = match save {
            None => BTreeMap::new(),
            Some(Save::Members(members)) => members,
            Some(Save::Token(_)) => bail!("members of an answer are saved by name"),
        };
        let engine = on.as_deref().map(database::engine).transpose().map_err(anyhow::Error::msg)?;
        let deliberate = match (differs, status) {
            (None, None) if engine.is_none() => None,
            (Some(reason), Some(status)) => Some(Deliberate { reason, statuses: status.into_vec(), engine }),
            _ => bail!("a difference has a reason and a status"),
        };
        let method = method.unwrap_or_else(|| "GET".to_owned());
        let path = path.context("a request has a path")?;
        Ok(Self::Request(Request { method, path, headers, body, account, save, deliberate }))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::{Body, Step, compact};

    fn request(json: &str) -> super::Request {
        match serde_json::from_str(json) {
            Ok(Step::Request(request)) => request,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn blanks_in_text_stay_and_others_go() {
        let json = RawValue::from_string(r#"{ "a b": ["c \" d", 1e22,  -0 ] }"#.to_owned()).unwrap();
        assert_eq!(compact(&json), r#"{"a b":["c \" d",1e22,-0]}"#);
    }

    #[test]
    fn null_is_a_body_and_nothing_is_none() {
        let null = request(r#"{"method": "POST", "path": "/", "json": null}"#);
        assert!(matches!(&null.body, Body::Text(text) if text == "null"));
        assert_eq!(null.headers, [("Content-Type".to_owned(), "application/json".to_owned())]);
        assert!(matches!(request(r#"{"path": "/"}"#).body, Body::None));
    }

    #[test]
    fn parts_repeat_and_bytes_are_bytes() {
        let body = request(r#"{"path": "/", "bytes": ["\u00ff", {"repeat": "ab", "times": 2}]}"#).body;
        assert!(matches!(body, Body::Bytes(bytes) if bytes == b"\xffabab"));
    }

    #[test]
    fn a_difference_without_a_status_is_refused() {
        assert!(serde_json::from_str::<Step>(r#"{"path": "/", "differs": "why"}"#).is_err());
    }
}
