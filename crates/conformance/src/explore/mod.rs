//! Makes requests up, and asks both servers. What differs is printed as a case that can go into a case file.

mod areas;
mod authorization;
mod bodies;
mod chains;
mod draft;
mod forms;
mod heads;
mod known;
mod lists;
mod long;
mod mutations;
mod odd_tokens;
mod pair;
mod random;
mod resources;
mod sessions;
mod tokens;
mod values;

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use clap::Args;
use presspass_auth::{Clock as _, SystemClock};
use presspass_test_support::Engine;

#[cfg(test)]
pub(crate) use self::known::reasons as known_reasons;

use self::areas::{ALL, Area};
use self::draft::Draft;
use self::mutations::Given;
use self::pair::{Difference, Pair};
use self::random::Random;
use self::resources::Resources;
use crate::case::{Project, Step};
use crate::{database, original, run};

/// Cases of a round, which has settings and databases of its own.
const CASES: usize = 150;
/// How often one kind of difference is printed.
const SHOWN: usize = 2;

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
    /// Asks Django alone, and prints what it says: to see that requests make sense
    #[arg(long)]
    original: bool,
}

/// What was found so far.
#[derive(Debug, Default)]
struct Found {
    /// How often each kind of difference was seen.
    kinds: BTreeMap<String, usize>,
    /// How often each rule of [`known`] applied.
    known: BTreeMap<&'static str, usize>,
    /// How often Django answered with each status.
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
        let (project, settings, given) = area.settings(&mut random, &given);
        let round = Round { area: *area, project, number, engine: arguments.engine, given, end };
        if arguments.original {
            round.ask_the_original(&settings, &mut random)?;
        } else {
            round.compare(settings, &mut random, &mut found)?;
        }
        if Instant::now() >= end {
            break;
        }
    }
    let mut out = io::stdout();
    let requests: usize = found.statuses.values().sum();
    writeln!(out, "{requests} requests; Django answered {:?}", found.statuses)?;
    for (reason, times) in &found.known {
        writeln!(out, "{times:7} known: {reason}")?;
    }
    for (kind, times) in &found.kinds {
        writeln!(out, "{times:7} DIFFERENT: {kind}")?;
    }
    Ok(found.kinds.is_empty())
}

/// Cases on one pair of databases.
#[derive(Debug)]
struct Round {
    area: Area,
    project: Project,
    number: u64,
    engine: Engine,
    given: Vec<Given>,
    end: Instant,
}

impl Round {
    fn compare(
        &self,
        settings: BTreeMap<String, String>,
        random: &mut Random,
        found: &mut Found,
    ) -> anyhow::Result<()> {
        let mut pair = Pair::start(self.project, settings, self.engine)?;
        let resources = pair.resources()?;
        for _ in 0..CASES {
            if Instant::now() >= self.end {
                break;
            }
            let drafts = self.area.case(random, &self.given, &pair.settings, &resources);
            if let Some(difference) = pair.difference(&drafts, &mut found.statuses)? {
                self.note(&mut pair, drafts, difference, found)?;
            }
            if pair.parted {
                pair = Pair::start(self.project, pair.settings, self.engine)?;
            }
        }
        self.compare_rows(pair, found)
    }

    fn note(
        &self,
        pair: &mut Pair,
        drafts: Vec<Draft>,
        difference: Difference,
        found: &mut Found,
    ) -> anyhow::Result<()> {
        if let Some(rule) = difference.rule {
            *found.known.entry(rule.reason).or_default() += 1;
            return Ok(());
        }
        let times = found.kinds.entry(difference.kind()).or_default();
        *times += 1;
        if *times <= SHOWN {
            let (drafts, difference) = pair.smaller(drafts, difference)?;
            self.print(&pair.settings, &drafts, &difference)?;
        }
        Ok(())
    }

    fn compare_rows(&self, pair: Pair, found: &mut Found) -> anyhow::Result<()> {
        let number = self.number;
        let (theirs, ours) = pair.rows()?;
        for (table, theirs) in theirs {
            let ours = ours.get(&table).cloned().unwrap_or_default();
            if theirs != ours {
                *found.kinds.entry(format!("rows of {table} after round {number}")).or_default() += 1;
                let of_theirs: Vec<_> = theirs.iter().filter(|row| !ours.contains(row)).collect();
                let of_ours: Vec<_> = ours.iter().filter(|row| !theirs.contains(row)).collect();
                let mut out = io::stdout().lock();
                writeln!(
                    out,
                    "-- {table} after round {number}: original {of_theirs:#?}, Presspass {of_ours:#?}"
                )?;
            }
        }
        Ok(())
    }

    /// The difference, and the case that can go into a case file.
    fn print(
        &self,
        settings: &BTreeMap<String, String>,
        drafts: &[Draft],
        difference: &Difference,
    ) -> anyhow::Result<()> {
        let Self { area, number, .. } = self;
        let steps: Vec<String> = drafts.iter().map(|draft| format!("   {}", draft.written())).collect();
        let mut out = io::stdout().lock();
        let of = self.project.folder().map(|name| format!("\"project\": \"{name}\", ")).unwrap_or_default();
        writeln!(out, "-- {}", difference.lines.join("\n-- "))?;
        writeln!(out, " {{{of}\"settings\": {}, \"cases\": [", serde_json::to_string(settings)?)?;
        writeln!(out, "  {{\"name\": \"{area:?}, round {number}\", \"steps\": [")?;
        writeln!(out, "{}\n  ]}}\n ]}},", steps.join(",\n"))?;
        Ok(())
    }

    /// Prints each step and what Django says to it.
    fn ask_the_original(
        &self,
        settings: &BTreeMap<String, String>,
        random: &mut Random,
    ) -> anyhow::Result<()> {
        let started = SystemClock.now().unix_timestamp();
        let original = original::start(self.project, settings, self.engine)?;
        let mut out = io::stdout();
        writeln!(out, "{}", serde_json::to_string(settings)?)?;
        for _ in 0..CASES {
            if Instant::now() >= self.end {
                break;
            }
            let drafts = self.area.case(random, &self.given, settings, &Resources::default());
            let steps: Vec<Step> = drafts.iter().map(Draft::step).collect::<anyhow::Result<_>>()?;
            let mut answers =
                run::answers(&steps, settings, &original.server, started, &SystemClock)?.into_iter();
            for (draft, step) in drafts.iter().zip(&steps) {
                writeln!(out, "{}", draft.written())?;
                if matches!(step, Step::Request(_))
                    && let Some(answer) = answers.next()
                {
                    writeln!(out, "    {}", serde_json::to_string(&answer)?)?;
                }
            }
        }
        Ok(())
    }
}
