//! The case files, each time a little otherwise.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::draft::{Content, Draft, Sent};
use super::random::Random;
use super::values::{METHODS, encoded, moment, number, word};
use crate::case::{Body, Project, Request, Step};
use crate::files;

/// A case of a file: its settings, and its steps as they stand there.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) project: Project,
    pub(crate) settings: BTreeMap<String, String>,
    steps: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Group {
    #[serde(default)]
    project: Project,
    settings: BTreeMap<String, String>,
    cases: Vec<Case>,
}

#[derive(Debug, Deserialize)]
struct Case {
    steps: Vec<Box<serde_json::value::RawValue>>,
}

/// Every case of every file but those of sessions.
pub(crate) fn read() -> anyhow::Result<Vec<Given>> {
    let mut given = Vec::new();
    for file in files::chosen(&[])?.iter().filter(|file| *file != "sessions") {
        let groups: Vec<Group> = serde_json::from_str(&files::case_text(file)?)?;
        for Group { project, settings, cases } in groups {
            for case in cases {
                let steps = case.steps.iter().map(|step| step.get().to_owned()).collect();
                given.push(Given { project, settings: settings.clone(), steps });
            }
        }
    }
    Ok(given)
}

/// Some steps of a case in their order, one of them changed.
pub(crate) fn case(random: &mut Random, all: &[Given]) -> Vec<Draft> {
    let Some(given) = all.get(random.below(all.len())) else { return Vec::new() };
    // Long cases are lists of requests that know nothing of each other.
    let length = if given.steps.len() > 12 { 1 } else { given.steps.len() };
    let first = random.below(given.steps.len() - length + 1);
    let steps = given.steps.iter().skip(first).take(length);
    let mut drafts: Vec<Draft> = steps.map(|text| Draft::Given(text.clone())).collect();
    let requests: Vec<usize> = drafts
        .iter()
        .enumerate()
        .filter_map(|(at, draft)| matches!(draft.step(), Ok(Step::Request(_))).then_some(at))
        .collect();
    let at = random.pick(&requests);
    if let Some(draft) = drafts.get_mut(at)
        && let Ok(Step::Request(request)) = draft.step()
    {
        let mut sent = sent(request);
        if random.chance(40)
            && let Some(other) = another(random, all)
        {
            cross(random, &mut sent, other);
        }
        if random.chance(70) {
            for _ in 0..=random.below(2) {
                change(random, &mut sent);
            }
        }
        *draft = Draft::Request(sent);
        drafts.truncate(at + 1 + random.below(3));
    }
    drafts
}

fn sent(request: Request) -> Sent {
    let mut sent = Sent::new(request.method, request.path);
    sent.headers = request.headers;
    sent.account = super::values::CALLERS.iter().copied().find(|it| Some(*it) == request.account.as_deref());
    sent.save = request.save.keys().find_map(|name| ["token", "id"].into_iter().find(|it| it == name));
    sent.body = match request.body {
        Body::None => None,
        Body::Text(text) => Some(Content::Text(text)),
        Body::Bytes(bytes) => Some(Content::Bytes(bytes)),
    };
    sent
}

/// Any request of the case files.
fn another(random: &mut Random, all: &[Given]) -> Option<Sent> {
    let given = all.get(random.below(all.len()))?;
    let text = given.steps.get(random.below(given.steps.len()))?;
    match Draft::Given(text.clone()).step() {
        Ok(Step::Request(request)) => Some(self::sent(request)),
        _ => None,
    }
}

/// Puts a part of the other in its place.
fn cross(random: &mut Random, sent: &mut Sent, other: Sent) {
    match random.below(5) {
        0 => (sent.body, sent.headers) = (other.body, other.headers),
        1 => sent.body = other.body,
        2 => sent.headers = other.headers,
        3 => (sent.method, sent.path) = (other.method, other.path),
        _ => sent.headers.extend(other.headers),
    }
}

fn change(random: &mut Random, sent: &mut Sent) {
    match random.below(10) {
        0 => random.pick(METHODS).clone_into(&mut sent.method),
        1..=3 => {
            let value = match random.below(3) {
                0 => number(random),
                1 => moment(random),
                _ => word(random),
            };
            let value = encoded(random, &value);
            if let Some((start, query)) = sent.path.split_once('?') {
                let mut pairs: Vec<String> = query.split('&').map(str::to_owned).collect();
                let at = random.below(pairs.len());
                if let Some(pair) = pairs.get_mut(at) {
                    *pair = format!("{}={value}", pair.split('=').next().unwrap_or_default());
                }
                sent.path = format!("{start}?{}", pairs.join("&"));
            } else {
                let name = random.pick(&["limit", "format", "search", "x"]);
                sent.path.extend(["?", name, "=", &value]);
            }
        }
        4 => {
            let at = random.below(sent.headers.len());
            if let Some((_, value)) = sent.headers.get_mut(at) {
                *value = edited(random, value);
            }
        }
        5 => {
            let at = random.below(sent.headers.len());
            if at < sent.headers.len() {
                sent.headers.remove(at);
            }
        }
        6 => sent.account = Some(random.pick(super::values::CALLERS)).filter(|it| !it.is_empty()),
        _ => match &mut sent.body {
            Some(Content::Text(text)) => *text = edited(random, text),
            Some(Content::Bytes(bytes)) if !bytes.is_empty() => {
                let at = random.below(bytes.len());
                if random.chance(50) {
                    bytes.remove(at);
                } else {
                    bytes.insert(at, random.pick(&[0, 9, 10, 13, 32, 34, 61, 128, 255]));
                }
            }
            _ => {}
        },
    }
}

/// One character less, more, or another.
fn edited(random: &mut Random, text: &str) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    if characters.is_empty() || characters.len() > 5000 {
        return text.to_owned();
    }
    let at = random.below(characters.len());
    match random.below(3) {
        0 => drop(characters.remove(at)),
        1 => characters.insert(
            at,
            random.pick(&['"', ',', ' ', '=', ';', 'a', '0', '\\', 'é', '%', '&', '+', ':', '\t']),
        ),
        _ => {
            let other = random.below(characters.len());
            characters.swap(at, other);
        }
    }
    characters.into_iter().collect()
}
