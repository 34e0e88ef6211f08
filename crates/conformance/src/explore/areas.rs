//! What is explored, and under which settings.

use std::collections::BTreeMap;

use clap::ValueEnum;

use super::draft::Draft;
use super::mutations::Given;
use super::random::Random;
use super::{authorization, bodies, forms, heads, lists, mutations, sessions, tokens};

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
    /// Log-in by form, cookies and CSRF
    Sessions,
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
];

type Settings = BTreeMap<String, String>;

impl Area {
    /// The settings of a round, and the cases that it may start from.
    pub(crate) fn settings(self, random: &mut Random, given: &[Given]) -> (Settings, Vec<Given>) {
        let pages = |random: &mut Random| {
            let style = random.pick(&["none", "limit_offset", "limit_offset", "page_number", "cursor"]);
            [("PAGINATION", style), ("PAGE_SIZE", random.pick(&["", "1", "3", "4", "100"]))]
        };
        let authenticators = |random: &mut Random| {
            let one = random.pick(&[
                "jwt,session",
                "jwt",
                "basic",
                "session",
                "jwt,basic",
                "basic,jwt",
                "session,jwt",
                "jwt,basic,session",
                "session,basic",
                "basic,session,jwt",
            ]);
            ("AUTHENTICATORS", one)
        };
        let mut settings = Vec::new();
        match self {
            Self::Lists => {
                settings.extend(pages(random));
                settings.push(("POSTS_FILTERS", random.pick(&["1", "1", "1", "0"])));
            }
            Self::Tokens => settings.extend(tokens::settings(random)),
            // Without sessions there is little to see.
            Self::Sessions if random.chance(60) => {}
            Self::Sessions | Self::Authorization => settings.push(authenticators(random)),
            Self::Settings => {
                settings.extend(pages(random));
                settings.extend(tokens::settings(random));
                settings.push(authenticators(random));
                settings.push(("POSTS_FILTERS", random.pick(&["1", "0"])));
                settings.push(("POSTS_READ_ONLY", random.pick(&["0", "0", "1"])));
                settings.push((
                    "PERMISSIONS",
                    random.pick(&[
                        "is_authenticated",
                        "allow_any",
                        "is_admin",
                        "is_authenticated_or_read_only",
                        "model_permissions",
                        "model_permissions_or_anon_read_only",
                        "is_authenticated,model_permissions",
                        "is_admin,is_authenticated",
                    ]),
                ));
            }
            Self::Paths | Self::Negotiation => {
                settings.push(("POSTS_READ_ONLY", random.pick(&["0", "0", "1"])));
                settings.push((
                    "PERMISSIONS",
                    random.pick(&["is_authenticated", "allow_any", "model_permissions_or_anon_read_only"]),
                ));
            }
            Self::Mutations => {
                let settings =
                    given.get(random.below(given.len())).map(|it| it.settings.clone()).unwrap_or_default();
                let given = given.iter().filter(|it| it.settings == settings).cloned().collect();
                return (settings, given);
            }
            Self::Json | Self::Forms | Self::Writes => {}
        }
        settings.retain(|(_, value)| !value.is_empty());
        let settings = settings.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        (settings.collect(), Vec::new())
    }

    /// The steps of one case.
    pub(crate) fn case(self, random: &mut Random, given: &[Given], settings: &Settings) -> Vec<Draft> {
        match self {
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
            Self::Mutations => mutations::case(random, given),
        }
    }
}
