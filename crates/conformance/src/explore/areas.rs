//! What is explored, and under which settings.

use std::collections::BTreeMap;

use clap::ValueEnum;

use crate::case::Project;

use super::draft::Draft;
use super::mutations::Given;
use super::random::Random;
use super::resources::Resources;
use super::{authorization, bodies, chains, forms, heads, lists, long, mutations, sessions, tokens};

/// What requests are made up about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Area {
    /// Pages, order, search and filters
    Lists,
    /// Paths and methods
    Paths,
    /// Accept, format and Content-Type
    Negotiation,
    /// JSON bodies
    Json,
    /// Bodies of forms
    Forms,
    /// Writes and what they leave
    Writes,
    /// Forged tokens
    Tokens,
    /// Authorization headers
    Authorization,
    /// Callers under all settings
    Settings,
    /// The case files, a little otherwise
    Mutations,
    /// Login by form, cookies and CSRF
    Sessions,
    /// Tokens that are obtained, refreshed and used, in headers and in cookies
    Chains,
    /// What is long, deep, or many
    Long,
    /// Declared resources, of the magazine
    Resources,
}

/// Those that are explored where none is named.
pub(crate) const ALL: &[Area] = &[
    Area::Lists,
    Area::Paths,
    Area::Negotiation,
    Area::Json,
    Area::Forms,
    Area::Writes,
    Area::Tokens,
    Area::Authorization,
    Area::Settings,
    Area::Mutations,
    Area::Sessions,
    Area::Chains,
    Area::Long,
    Area::Resources,
];

const AUTHENTICATORS: &[&str] = &["jwt", "session", "basic"];
const PERMISSIONS: &[&str] = &[
    "is_authenticated",
    "allow_any",
    "is_admin",
    "is_authenticated_or_read_only",
    "model_permissions",
    "model_permissions_or_anon_read_only",
];

/// Between one and `most` of the names in any order, each once.
fn subset(random: &mut Random, names: &[&'static str], most: usize) -> String {
    let mut left = names.to_vec();
    let picked = (0..=random.below(most)).map_while(|_| {
        let at = random.below(left.len());
        (at < left.len()).then(|| left.remove(at))
    });
    picked.collect::<Vec<_>>().join(",")
}

type Settings = BTreeMap<String, String>;

impl Area {
    /// The project and the settings of a round, and the cases that it may start from.
    pub(crate) fn settings(self, random: &mut Random, given: &[Given]) -> (Project, Settings, Vec<Given>) {
        let pages = |random: &mut Random| {
            let style = random.pick(&["none", "limit_offset", "limit_offset", "page_number", "cursor"]);
            let size = random.pick(&["", "1", "2", "3", "4", "31", "100"]);
            [("PAGINATION", style.to_owned()), ("PAGE_SIZE", size.to_owned())]
        };
        let authenticators = |random: &mut Random| ("AUTHENTICATORS", subset(random, AUTHENTICATORS, 3));
        let read_only = |random: &mut Random| ("POSTS_READ_ONLY", random.pick(&["0", "0", "1"]).to_owned());
        let mut settings = Vec::new();
        match self {
            Self::Lists => {
                settings.extend(pages(random));
                settings.push(("POSTS_FILTERS", random.pick(&["1", "1", "1", "0"]).to_owned()));
            }
            Self::Tokens => settings.extend(tokens::settings(random)),
            Self::Chains => {
                settings.extend(tokens::settings(random));
                settings.push(authenticators(random));
                settings.push(("JWT_AUTH_COOKIE", random.pick(&["", "JWT", "JWT", "token"]).to_owned()));
                settings.push(("PERMISSIONS", subset(random, PERMISSIONS, 1)));
            }
            // Without sessions there is little to see.
            Self::Sessions if random.chance(60) => {}
            Self::Sessions | Self::Authorization => settings.push(authenticators(random)),
            Self::Settings => {
                settings.extend(pages(random));
                settings.extend(tokens::settings(random));
                settings.push(authenticators(random));
                settings.push(("POSTS_FILTERS", random.pick(&["1", "0"]).to_owned()));
                settings.push(read_only(random));
                settings.push(("JWT_AUTH_COOKIE", random.pick(&["", "", "JWT"]).to_owned()));
                settings.push(("PERMISSIONS", subset(random, PERMISSIONS, 2)));
            }
            Self::Paths | Self::Negotiation => {
                settings.push(read_only(random));
                let permissions = ["is_authenticated", "allow_any", "model_permissions_or_anon_read_only"];
                settings.push(("PERMISSIONS", random.pick(&permissions).to_owned()));
            }
            Self::Mutations => {
                let (project, settings) = given
                    .get(random.below(given.len()))
                    .map(|it| (it.project, it.settings.clone()))
                    .unwrap_or_default();
                let is_alike = |it: &&Given| it.project == project && it.settings == settings;
                return (project, settings.clone(), given.iter().filter(is_alike).cloned().collect());
            }
            Self::Resources => {
                settings.extend(pages(random));
                settings.push(("PERMISSIONS", subset(random, PERMISSIONS, 1)));
            }
            Self::Json | Self::Forms | Self::Writes | Self::Long => {}
        }
        settings.retain(|(_, value)| !value.is_empty());
        let settings = settings.into_iter().map(|(name, value): (&str, String)| (name.to_owned(), value));
        let project = if self == Self::Resources { Project::Magazine } else { Project::Sample };
        (project, settings.collect(), Vec::new())
    }

    /// The steps of one case.
    pub(crate) fn case(
        self,
        random: &mut Random,
        given: &[Given],
        settings: &Settings,
        resources: &Resources,
    ) -> Vec<Draft> {
        match self {
            Self::Resources => resources.case(random),
            Self::Lists => lists::case(random, settings),
            Self::Paths => heads::paths(random),
            Self::Negotiation => heads::negotiation(random),
            Self::Json => bodies::json(random),
            Self::Forms => forms::case(random),
            Self::Writes => bodies::writes(random),
            Self::Tokens => tokens::case(random),
            Self::Authorization => authorization::case(random),
            Self::Settings => authorization::anything(random),
            Self::Sessions => sessions::case(random),
            Self::Chains => chains::case(random),
            Self::Long => long::case(random),
            Self::Mutations => mutations::case(random, given),
        }
    }
}
