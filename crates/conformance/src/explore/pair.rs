//! Both servers, and where they differ.

use std::collections::BTreeMap;

use presspass_auth::{Clock as _, SystemClock};
use presspass_test_support::Engine;

use super::draft::{self, Draft};
use super::known::{self, Rule, Seen};
use super::resources::Resources;
use crate::answer::Recorded;
use crate::case::{Project, Request, Step};
use crate::original::Python;
use crate::rows::Rows;
use crate::run::{self, Side};
use crate::{candidate, comparison, original, rows};

/// Attempts to make a case smaller.
const ATTEMPTS: usize = 60;

/// Two servers on databases of their own, with the same rows.
#[derive(Debug)]
pub(crate) struct Pair {
    project: Project,
    pub(crate) settings: BTreeMap<String, String>,
    original: Side,
    candidate: Side,
    engine: Engine,
    /// In seconds since 1970.
    started: i64,
    /// Whether the two databases may differ: where Django fails, it may have written before.
    pub(crate) parted: bool,
}

/// What the two did not answer alike.
#[derive(Debug)]
pub(crate) struct Difference {
    /// The step's index in its case.
    at: usize,
    request: Request,
    theirs: Recorded,
    ours: Recorded,
    /// What differs, a line each.
    pub(crate) lines: Vec<String>,
    /// The rule that knows it.
    pub(crate) rule: Option<&'static Rule>,
}

impl Pair {
    pub(crate) fn start(
        project: Project,
        settings: BTreeMap<String, String>,
        engine: Engine,
    ) -> anyhow::Result<Self> {
        let started = SystemClock.now().unix_timestamp();
        let original = original::start(project, &settings, engine)?;
        let candidate = candidate::start(project, &settings, engine, &Python)?;
        Ok(Self { project, settings, original, candidate, engine, started, parted: false })
    }

    /// The resources that our program declares.
    pub(crate) fn resources(&self) -> anyhow::Result<Resources> {
        let mut client = self.candidate.server.client();
        let answer = client.request("GET", "/api/schema/?format=json").send();
        Resources::of(&serde_json::from_slice(&answer.body)?)
    }

    /// The first difference of a case. What Django answers is counted by its status.
    pub(crate) fn difference(
        &mut self,
        drafts: &[Draft],
        statuses: &mut BTreeMap<u16, usize>,
    ) -> anyhow::Result<Option<Difference>> {
        let steps: Vec<Step> = drafts.iter().map(Draft::step).collect::<anyhow::Result<_>>()?;
        let ask =
            |side: &Side| run::answers(&steps, &self.settings, &side.server, self.started, &SystemClock);
        let (theirs, ours) = (ask(&self.original)?, ask(&self.candidate)?);
        if ours.iter().any(|answer| answer.status == 0) {
            run::expect_alive(&mut self.candidate)?;
        }
        for answer in &theirs {
            *statuses.entry(answer.status).or_default() += 1;
        }
        let mut answers = theirs.into_iter().zip(ours);
        let mut forged = None;
        for (at, step) in steps.into_iter().enumerate() {
            let request = match step {
                Step::Forge(forgery) => {
                    forged = Some(forgery);
                    continue;
                }
                Step::Request(request) => request,
            };
            let Some((theirs, ours)) = answers.next() else { break };
            self.parted |= may_part(&request, &theirs, &ours);
            let lines = comparison::compare(&request, self.engine, &theirs, &ours);
            if lines.is_empty() {
                continue;
            }
            let rule = known::rule(&Seen {
                settings: &self.settings,
                engine: self.engine,
                request: &request,
                forged: forged.as_ref(),
                theirs: &theirs,
                ours: &ours,
            });
            // What follows was asked all the same, and may have been done on one side alone.
            self.parted |= rule.is_some() && at + 1 < drafts.len();
            return Ok(Some(Difference { at, request, theirs, ours, lines, rule }));
        }
        Ok(None)
    }

    /// The same difference with fewer steps, headers and parameters.
    pub(crate) fn smaller(
        &mut self,
        mut drafts: Vec<Draft>,
        mut difference: Difference,
    ) -> anyhow::Result<(Vec<Draft>, Difference)> {
        drafts.truncate(difference.at + 1);
        let mut left = ATTEMPTS;
        loop {
            let mut found = None;
            for less in with_one_less(&drafts) {
                if left == 0 || self.parted {
                    break;
                }
                left -= 1;
                let same = |it: &Difference| {
                    let statuses = |it: &Difference| (it.theirs.status, it.ours.status);
                    it.at + 1 == less.len() && it.rule.is_none() && statuses(it) == statuses(&difference)
                };
                if let Some(again) = self.difference(&less, &mut BTreeMap::new())?.filter(same) {
                    found = Some((less, again));
                    break;
                }
            }
            match found {
                Some(less) => (drafts, difference) = less,
                None => return Ok((drafts, difference)),
            }
        }
    }

    /// Stops both, and reads Django's rows and ours.
    pub(crate) fn rows(mut self) -> anyhow::Result<(Rows, Rows)> {
        let (project, started) = (self.project, self.started);
        let read = |side: &mut Side| {
            run::stop(side)?;
            rows::read(project, &side.database, &Python, started)
        };
        Ok((read(&mut self.original)?, read(&mut self.candidate)?))
    }
}

/// The steps without one of them, or the last without one of its parts.
fn with_one_less(drafts: &[Draft]) -> Vec<Vec<Draft>> {
    let Some((last, before)) = drafts.split_last() else { return Vec::new() };
    let without = |at: usize| drafts.iter().enumerate().filter(move |it| it.0 != at).map(|it| it.1.clone());
    let mut less: Vec<Vec<Draft>> = (0..before.len()).map(|at| without(at).collect()).collect();
    let parts = draft::without_a_part(last).into_iter();
    less.extend(parts.map(|last| before.iter().cloned().chain([last]).collect()));
    less
}

impl Difference {
    /// What makes two differences the same: not their values.
    pub(crate) fn kind(&self) -> String {
        let path: String = self.request.path.split('?').next().unwrap_or_default().chars().take(30).collect();
        let lines = self.lines.iter().map(|line| {
            let line: String = line.chars().filter(|it| !it.is_ascii_digit()).collect();
            line.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(110).collect::<String>()
        });
        let statuses = format!("{} {}/{}", path, self.theirs.status, self.ours.status);
        [statuses].into_iter().chain(lines).collect::<Vec<_>>().join(" | ")
    }
}

/// Whether a request may have left different rows.
fn may_part(request: &Request, theirs: &Recorded, ours: &Recorded) -> bool {
    let good = |answer: &Recorded| (200..300).contains(&answer.status);
    let reads = matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS");
    let alike = good(theirs) == good(ours) && (!good(theirs) || theirs.body == ours.body);
    !reads && (!alike || theirs.status >= 500)
}
