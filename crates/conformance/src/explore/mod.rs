//! Makes requests up, and asks both servers. What differs is printed as a case that can go into a case file.

mod areas;
mod bodies;
mod callers;
mod draft;
mod heads;
mod known;
mod lists;
mod mutations;
mod odd_tokens;
mod random;
mod values;

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use anyhow::ensure;
use clap::Args;
use presspass_auth::{Clock as _, SystemClock};
use presspass_test_support::Engine;

use self::areas::{ALL, Area};
use self::draft::Draft;
use self::known::Seen;
use self::mutations::Given;
use self::random::Random;
use crate::answer::Recorded;
use crate::case::Step;
use crate::original::Python;
use crate::run::{self, Side};
use crate::{candidate, comparison, database, original, rows};

/// Cases of a round, which has settings and databases of its own.
const CASES: usize = 150;
/// How often one kind of difference is printed.
const SHOWN: usize = 2;
/// Attempts to make a case smaller.
const ATTEMPTS: usize = 60;

#[derive(Debug, Args)]
pub(crate) struct Explore {
    /// The same number makes up the same requests
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How long: no round begins afterwards
    #[arg(long, default_value_t = 1.0)]
    minutes: f64,
    /// The first round, to see one again
    #[arg(long, default_value_t = 0)]
    round: u64,
    /// No more rounds than these
    #[arg(long, default_value_t = u64::MAX)]
    rounds: u64,
    /// Where both keep their rows: sqlite or postgresql
    #[arg(long, default_value = "sqlite", value_parser = database::engine)]
    engine: Engine,
    /// What about; everything where none is named
    #[arg(long, value_enum, value_delimiter = ',')]
    area: Vec<Area>,
    /// Asks the original alone, and prints what it says: to see that requests make sense
    #[arg(long)]
    original: bool,
}

/// What was found so far.
#[derive(Debug, Default)]
struct Found {
    requests: usize,
    /// How often each kind of difference was seen.
    kinds: BTreeMap<String, usize>,
    /// How often each rule of [`known`] applied.
    known: BTreeMap<&'static str, usize>,
    /// How often the original answered with each status.
    statuses: BTreeMap<u16, usize>,
}

/// Explores; whether nothing was found.
pub(crate) fn explore(arguments: &Explore) -> anyhow::Result<bool> {
    let areas = if arguments.area.is_empty() { ALL } else { &arguments.area };
    let given = mutations::read()?;
    let mut found = Found::default();
    let end = Instant::now() + Duration::try_from_secs_f64(arguments.minutes * 60.0)?;
    for number in arguments.round..arguments.round.saturating_add(arguments.rounds) {
        let index = usize::try_from(number)? % areas.len();
        let Some(area) = areas.get(index) else { break };
        let mut random = Random::new(arguments.seed.wrapping_mul(0x1_0000_0001).wrapping_add(number));
        round(arguments, *area, number, &given, &mut random, &mut found, end)?;
        if Instant::now() >= end {
            break;
        }
    }
    let mut out = io::stdout();
    writeln!(out, "{} requests; the original answered {:?}", found.requests, found.statuses)?;
    for (reason, times) in &found.known {
        writeln!(out, "{times:7} known: {reason}")?;
    }
    for (kind, times) in &found.kinds {
        writeln!(out, "{times:7} DIFFERENT: {kind}")?;
    }
    Ok(found.kinds.is_empty())
}

/// Two servers on databases of their own, with the same rows.
struct Pair {
    original: Side,
    candidate: Option<Side>,
    settings: BTreeMap<String, String>,
    engine: Engine,
    /// Whether sessions are what is explored.
    of_sessions: bool,
    started: i64,
}

/// What both answered to one request.
struct Answered {
    theirs: Recorded,
    ours: Recorded,
}

impl Pair {
    fn start(
        settings: BTreeMap<String, String>,
        area: Area,
        engine: Engine,
        alone: bool,
    ) -> anyhow::Result<Self> {
        let started = SystemClock.now().unix_timestamp();
        let original = original::start(&settings, engine)?;
        let candidate = if alone { None } else { Some(candidate::start(&settings, engine, &Python)?) };
        let of_sessions = area == Area::Sessions;
        Ok(Self { original, candidate, settings, engine, of_sessions, started })
    }

    fn ask(&self, steps: &[Step]) -> anyhow::Result<Vec<Answered>> {
        let ask = |side: &Side| run::answers(steps, &self.settings, &side.server, self.started, &SystemClock);
        let theirs = ask(&self.original)?;
        let ours = self.candidate.as_ref().map_or_else(|| Ok(theirs.clone()), ask)?;
        Ok(theirs.into_iter().zip(ours).map(|(theirs, ours)| Answered { theirs, ours }).collect())
    }

    /// The first step that differs, in what, and both answers.
    fn difference(&self, drafts: &[Draft]) -> anyhow::Result<Option<Difference>> {
        let steps: Vec<Step> = drafts.iter().map(Draft::step).collect::<anyhow::Result<_>>()?;
        let mut answers = self.ask(&steps)?.into_iter();
        let mut forged = None;
        for (at, step) in steps.into_iter().enumerate() {
            let request = match step {
                Step::Forge(forgery) => {
                    forged = Some(forgery);
                    continue;
                }
                Step::Request(request) => request,
            };
            let Some(Answered { theirs, ours }) = answers.next() else { break };
            let lines = comparison::compare(&request, self.engine, &theirs, &ours);
            if !lines.is_empty() {
                let rule = known::rule(
                    &Seen {
                        settings: &self.settings,
                        engine: self.engine,
                        request: &request,
                        forged: forged.as_ref(),
                        theirs: &theirs,
                        ours: &ours,
                    },
                    self.of_sessions,
                );
                return Ok(Some(Difference { at, request, theirs, ours, lines, rule }));
            }
        }
        Ok(None)
    }
}

struct Difference {
    at: usize,
    request: crate::case::Request,
    theirs: Recorded,
    ours: Recorded,
    lines: Vec<String>,
    rule: Option<&'static known::Rule>,
}

impl Difference {
    /// What makes two differences the same: not their values.
    fn kind(&self) -> String {
        let path: String = self.request.path.split('?').next().unwrap_or_default().chars().take(30).collect();
        let lines = self.lines.iter().map(|line| {
            let line: String = line.chars().filter(|it| !it.is_ascii_digit()).collect();
            line.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(110).collect::<String>()
        });
        let statuses = format!("{} {}/{}", path, self.theirs.status, self.ours.status);
        [statuses].into_iter().chain(lines).collect::<Vec<_>>().join(" | ")
    }

    /// Whether the two databases may differ from now on.
    fn parts(&self) -> bool {
        let writes = !matches!(self.request.method.as_str(), "GET" | "HEAD" | "OPTIONS");
        writes && (200..300).contains(&self.theirs.status) != (200..300).contains(&self.ours.status)
    }
}

fn round(
    arguments: &Explore,
    area: Area,
    number: u64,
    given: &[Given],
    random: &mut Random,
    found: &mut Found,
    end: Instant,
) -> anyhow::Result<()> {
    let (settings, given) = area.settings(random, given);
    let mut pair = Pair::start(settings, area, arguments.engine, arguments.original)?;
    for _ in 0..CASES {
        if Instant::now() >= end {
            break;
        }
        let drafts = area.case(random, &given, &pair.settings);
        found.requests += drafts.len();
        if arguments.original {
            show(&pair, &drafts, found)?;
            continue;
        }
        let Some(difference) = pair.difference(&drafts)? else { continue };
        let parted = difference.parts();
        if let Some(rule) = difference.rule {
            *found.known.entry(rule.reason).or_default() += 1;
        } else {
            let times = found.kinds.entry(difference.kind()).or_default();
            *times += 1;
            if *times <= SHOWN {
                let (drafts, difference) = smaller(&pair, drafts, difference)?;
                print(&pair.settings, &format!("{area:?} in round {number}"), &drafts, &difference)?;
            }
        }
        if parted {
            pair = Pair::start(pair.settings.clone(), area, arguments.engine, false)?;
        }
    }
    if let Some(mut candidate) = pair.candidate.take() {
        pair.original.server.terminate();
        ensure!(candidate.server.exit_status().is_none(), "the server ended: {}", candidate.server.stderr());
        candidate.server.terminate();
        let theirs = rows::read(&pair.original.database, &Python, pair.started)?;
        let ours = rows::read(&candidate.database, &Python, pair.started)?;
        for (table, rows) in theirs.iter().filter(|(table, rows)| ours.get(*table) != Some(*rows)) {
            *found.kinds.entry(format!("rows of {table} after round {number}")).or_default() += 1;
            let ours = ours.get(table).cloned().unwrap_or_default();
            let theirs = rows.iter().filter(|row| !ours.contains(row));
            writeln!(
                io::stdout(),
                "-- {table} after round {number}, of the original: {:#?}",
                theirs.collect::<Vec<_>>()
            )?;
            let ours = ours.iter().filter(|row| !rows.contains(row));
            writeln!(io::stdout(), "-- and of Presspass: {:#?}", ours.collect::<Vec<_>>())?;
        }
    }
    Ok(())
}

/// What the original says to each request.
fn show(pair: &Pair, drafts: &[Draft], found: &mut Found) -> anyhow::Result<()> {
    let steps: Vec<Step> = drafts.iter().map(Draft::step).collect::<anyhow::Result<_>>()?;
    let mut answers = pair.ask(&steps)?.into_iter();
    for (draft, step) in drafts.iter().zip(steps) {
        let answer = match step {
            Step::Request(_) => answers.next().map(|it| it.theirs),
            Step::Forge(_) => None,
        };
        let status = answer.as_ref().map_or(0, |it| it.status);
        *found.statuses.entry(status).or_default() += 1;
        let answer = answer.as_ref().map(serde_json::to_string).transpose()?.unwrap_or_default();
        writeln!(io::stdout(), "{}\n    {answer}", draft.written())?;
    }
    Ok(())
}

/// The same difference with fewer steps, headers and parameters.
fn smaller(
    pair: &Pair,
    drafts: Vec<Draft>,
    difference: Difference,
) -> anyhow::Result<(Vec<Draft>, Difference)> {
    let (mut drafts, mut difference) = (drafts, difference);
    drafts.truncate(difference.at + 1);
    let mut left = ATTEMPTS;
    loop {
        let mut candidates: Vec<Vec<Draft>> = Vec::new();
        for at in 0..drafts.len() - 1 {
            let mut less = drafts.clone();
            less.remove(at);
            candidates.push(less);
        }
        if let Some((last, before)) = drafts.split_last() {
            let parts = draft::without_a_part(last).into_iter();
            candidates.extend(parts.map(|last| before.iter().cloned().chain([last]).collect()));
        }
        let mut found = None;
        for less in candidates {
            if left == 0 || difference.parts() {
                break;
            }
            left -= 1;
            let same = |it: &Difference| {
                it.at + 1 == less.len()
                    && it.rule.is_none()
                    && it.theirs.status == difference.theirs.status
                    && it.ours.status == difference.ours.status
            };
            if let Some(again) = pair.difference(&less)?.filter(same) {
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

fn print(
    settings: &BTreeMap<String, String>,
    name: &str,
    drafts: &[Draft],
    difference: &Difference,
) -> anyhow::Result<()> {
    let steps: Vec<String> = drafts.iter().map(|draft| format!("   {}", draft.written())).collect();
    let mut out = io::stdout().lock();
    writeln!(out, "-- {}", difference.lines.join("\n-- "))?;
    writeln!(out, " {{\"settings\": {}, \"cases\": [", serde_json::to_string(settings)?)?;
    writeln!(out, "  {{\"name\": \"{name}\", \"steps\": [\n{}\n  ]}}\n ]}},", steps.join(",\n"))?;
    Ok(())
}
