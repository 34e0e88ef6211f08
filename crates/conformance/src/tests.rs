//! Replays the recordings, a test for each case file and engine.

use std::path::Path;

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Text;
use diesel::{Connection as _, RunQueryDsl as _, SqliteConnection, dsl};
use presspass_auth::SystemClock;
use presspass_test_support::{Engine, TestDatabase};

use crate::database::Sqlite;
use crate::exceptions::{EXCEPTIONS, Exception, Expected};
use crate::{candidate, comparison, files, run};

struct Diesel;

impl Sqlite for Diesel {
    fn run(&self, file: &Path, sql: &str) -> anyhow::Result<()> {
        let mut connection = SqliteConnection::establish(&file.display().to_string())?;
        // The fixture's tables refer to later ones.
        connection.batch_execute("PRAGMA foreign_keys = OFF")?;
        Ok(connection.batch_execute(sql)?)
    }

    fn text(&self, file: &Path, query: &str) -> anyhow::Result<String> {
        let mut connection = SqliteConnection::establish(&file.display().to_string())?;
        Ok(diesel::select(dsl::sql::<Text>(&format!("({query})"))).get_result(&mut connection)?)
    }
}

/// Fails with everything that differs, and with every step of [`EXCEPTIONS`] that no longer does.
fn replay(file: &str, engine: Engine) {
    // Skipped by name where it is not installed.
    if engine == Engine::Postgresql && TestDatabase::postgresql().is_none() {
        return;
    }
    let groups = files::read_cases(file).unwrap();
    let recordings = files::read_recordings(file, engine).unwrap();
    assert_eq!(groups.len(), recordings.len(), "{file}: record anew");
    let (mut exceptions, mut wrong) = (Expected::of(file), Vec::new());
    for (group, theirs) in groups.iter().zip(&recordings) {
        let side = candidate::start(group.project, &group.settings, engine, &Diesel).unwrap();
        let ours = run::record(group, side, &Diesel, &SystemClock).unwrap();
        for difference in comparison::differences(group, engine, theirs, &ours) {
            if !exceptions.has(&difference) {
                wrong.push(format!("{file} {:?} › {difference}", group.settings));
            }
        }
    }
    wrong.extend(exceptions.unmet());
    assert!(wrong.is_empty(), "{} differences from Django:\n{}", wrong.len(), wrong.join("\n"));
}

macro_rules! replays {
    ($($test:ident: $file:literal on $($engine:ident)+;)*) => {
        const REPLAYED: &[&str] = &[$($file),*];
        $(
            mod $test {
                $(
                    #[test]
                    fn $engine() {
                        super::replay($file, crate::database::engine(stringify!($engine)).unwrap());
                    }
                )+
            }
        )*
    };
}

// Most of "authenticators" is hashing of passwords, and nothing of it asks more of an engine than the others do.
replays! {
    accounts_answer_as_the_original: "accounts" on sqlite postgresql;
    authenticators_answer_as_the_original: "authenticators" on sqlite;
    bodies_answer_as_the_original: "bodies" on sqlite postgresql;
    what_was_explored_answers_as_the_original: "explored" on sqlite postgresql;
    sizes_of_pages_answer_as_the_original: "page-sizes" on sqlite postgresql;
    pages_answer_as_the_original: "pagination" on sqlite postgresql;
    paths_answer_as_the_original: "paths" on sqlite postgresql;
    permissions_answer_as_the_original: "permissions" on sqlite postgresql;
    posts_answer_as_the_original: "posts" on sqlite postgresql;
    the_core_of_posts_answers_as_the_original: "posts-core" on sqlite postgresql;
    queries_answer_as_the_original: "queries" on sqlite postgresql;
    sessions_answer_as_the_original: "sessions" on sqlite postgresql;
    tokens_answer_as_the_original: "tokens" on sqlite postgresql;
    odd_tokens_answer_as_the_original: "tokens2" on sqlite postgresql;
    the_magazine_answers_as_the_original: "magazine" on sqlite postgresql;
    the_magazine_under_other_settings_answers_as_the_original: "magazine-settings" on sqlite postgresql;
}

#[test]
fn every_case_file_is_replayed() {
    assert_eq!(files::chosen(&[]).unwrap(), {
        let mut replayed = REPLAYED.to_vec();
        replayed.sort_unstable();
        replayed
    });
}

#[test]
fn every_exception_names_a_step_and_a_reason() {
    for Exception { file, case, steps, reason } in EXCEPTIONS {
        assert!(!reason.is_empty() && !steps.is_empty(), "{file} › {case}");
        let groups = files::read_cases(file).unwrap();
        let lengths = groups.iter().flat_map(|it| &it.cases).filter(|it| it.name == *case);
        let length = lengths.map(|it| it.steps.len()).max();
        let length = length.or_else(|| (*case == comparison::ROWS).then_some(1));
        assert!(steps.iter().max() < length.as_ref(), "{file} › {case} has no such step");
    }
}
