//! Runs every block of commands in the documentation, in order.
//!
//! A page is followed in an empty folder, in one shell. What the test replaces: the ports, the names of a database and an
//! account that the reader has and the test has not, and `cargo`, as the program is built already.

mod page;
mod reader;

use std::fs;
use std::path::Path;

use presspass_test_support::{TestDatabase, find_program, node_packages, python_packages, skip};

use crate::common::Rows;
use crate::openapi::{PYTHON_CLIENT, TYPESCRIPT_CLIENT};
use page::{Step, steps};
use reader::Reader;

fn text(page: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(page)).unwrap_or_else(|error| panic!("{page}: {error}"))
}

/// The steps of a page, of which this many blocks run and this many do not: a new one shall not be left out unseen.
fn read(page: &str, run: usize, not_run: usize) -> Vec<Step> {
    let steps = steps(&text(page));
    let count = |is: fn(&Step) -> bool| steps.iter().filter(|step| is(step)).count();
    let counted = (count(|it| matches!(it, Step::Run { .. })), count(|it| matches!(it, Step::NotRun { .. })));
    assert_eq!(counted, (run, not_run), "{page}: {steps:#?}");
    for step in &steps {
        if let Step::NotRun { line, reason } = step {
            assert!(reason.starts_with("needs "), "{page}, line {line}: {reason}");
        }
    }
    steps
}

/// Whether the programs are there that the pages use.
fn has_programs() -> bool {
    let missing = ["bash", "curl"].into_iter().find(|program| find_program(program).is_none());
    if let Some(program) = missing {
        skip(program, &format!("{program} was not found"));
    }
    missing.is_none()
}

/// A server and the account of the README, for pages that take both for granted.
fn server_and_account() -> Step {
    let code = "presspass serve\n\
                PRESSPASS_SUPERUSER_PASSWORD=engine-No-1843 presspass createsuperuser --noinput --username ada";
    Step::Run { line: 0, code: code.to_owned(), output: None }
}

#[test]
fn the_readme() {
    if !has_programs() {
        return;
    }
    let steps = read("README.md", 6, 0);
    let database = TestDatabase::sqlite();
    adopting(Reader::new(), &database).follow("README.md", &steps);
}

#[test]
fn accounts() {
    if has_programs() {
        Reader::new().follow("docs/accounts.md", &read("docs/accounts.md", 7, 0));
    }
}

#[test]
fn cors() {
    if has_programs() {
        let reader = Reader::new();
        let mut steps = read("docs/cors.md", 1, 0);
        steps.insert(0, server_and_account());
        reader.set("PRESSPASS_CORS__ALLOWED_ORIGINS", "http://localhost:5173").follow("docs/cors.md", &steps);
    }
}

#[test]
fn openapi() {
    let (Some(python), Some(node)) = (python_packages(&PYTHON_CLIENT), node_packages(&TYPESCRIPT_CLIENT))
    else {
        return;
    };
    if has_programs() {
        let reader = Reader::new().with_programs(python);
        std::os::unix::fs::symlink(node.join("node_modules"), reader.work().join("node_modules")).unwrap();
        let mut steps = read("docs/openapi.md", 3, 2);
        steps.insert(0, server_and_account());
        reader.follow("docs/openapi.md", &steps);
    }
}

#[test]
fn deployment() {
    if has_programs() {
        // The page's own settings name a folder that only root makes.
        let reader = Reader::new().set("PRESSPASS_JWT__KEYS", "keys");
        reader.follow("docs/deployment.md", &read("docs/deployment.md", 1, 10));
    }
}

/// Replaces the database and the key that a page takes over by those of a project that Django made.
fn adopting(reader: Reader, database: &TestDatabase) -> Reader {
    let mut rows = Rows::of(&database.url());
    if rows.is_sqlite() {
        // The dump names its tables in the order of the alphabet.
        rows.run("PRAGMA foreign_keys = OFF");
        rows.run(include_str!("../../../../../crates/conformance/fixture.sql"));
    } else {
        rows.run(include_str!("../../../../../crates/conformance/fixture.postgresql.sql"));
    }
    reader
        .replace("postgres://user:password@host/name", database.url())
        .replace("the SECRET_KEY of settings.py", "q9J0mT3vXh5Wc8Zr1Lk7Yp4Ns6Bd2Fg0")
        .replace("username=NAME", "username=user")
        .replace("password=PASSWORD", "password=user-Pass-1")
}

/// How many tables are there whose names begin like this.
fn tables(rows: &mut Rows, beginning: &str) -> i64 {
    let names = if rows.is_sqlite() {
        "(SELECT name FROM sqlite_master WHERE type = 'table') AS t"
    } else {
        "(SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public') AS t"
    };
    rows.number(&format!(
        "SELECT count(*) FROM {names} WHERE substr(name, 1, {}) = '{beginning}'",
        beginning.len()
    ))
}

#[test]
fn taking_over_and_going_back() {
    if !has_programs() {
        return;
    }
    let steps = read("docs/taking-over.md", 3, 0);
    for database in TestDatabase::each() {
        let reader = adopting(Reader::new(), &database);
        let mut rows = Rows::of(&database.url());
        let django = tables(&mut rows, "");
        reader.follow("docs/taking-over.md", &steps);
        assert!(tables(&mut rows, "presspass_") > 5 && tables(&mut rows, "") > django);
        let sql: Vec<&str> = steps
            .iter()
            .filter_map(|step| if let Step::Sql { code } = step { Some(code.as_str()) } else { None })
            .collect();
        let [drops, leave_wal] = sql[..] else { panic!("{sql:?}") };
        rows.run(drops);
        assert_eq!((tables(&mut rows, "presspass_"), tables(&mut rows, "")), (0, django));
        if let Some(file) = database.path() {
            rows.run(leave_wal);
            // The version of the file's format: 2 is WAL (https://www.sqlite.org/fileformat2.html, 1.3.3).
            assert_eq!(fs::read(file).unwrap()[18..20], [1, 1]);
        }
    }
}

#[test]
fn no_command_has_a_date_that_will_pass() {
    let date = regex_lite::Regex::new(r"\b20\d\d-\d\d-\d\d").unwrap();
    let mut pages = vec!["README.md".to_owned()];
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    for entry in fs::read_dir(docs).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(format!("docs/{}", path.file_name().unwrap().display()));
        }
    }
    for page in pages {
        for step in steps(&text(&page)) {
            if let Step::Run { line, code, .. } = step {
                assert!(!date.is_match(&code), "{page}, line {line}: {code}");
            }
        }
    }
}
