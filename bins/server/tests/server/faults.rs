//! The reliability promises, on a smaller scale than in docs/reliability.md.

use std::path::Path;

use presspass_faults::{concurrent_writes, kill_nine, synced_writes};
use presspass_test_support::{TestDatabase, find_program, skip};

use crate::common::PRESSPASS;

const PAGE: &str = include_str!("../../../../docs/reliability.md");

/// Which of `SQLite` and `PostgreSQL` are there.
fn engines() -> Vec<bool> {
    let postgresql = TestDatabase::postgresql().map(|_| true);
    [Some(false), postgresql].into_iter().flatten().collect()
}

#[test]
fn a_server_that_is_killed_under_writes_loses_and_doubles_none() {
    for postgresql in engines() {
        let small = kill_nine::Arguments { kills: 2, seconds: 0.3, clients: 4, postgresql };
        let report = kill_nine::run(Path::new(PRESSPASS), &small).unwrap();
        assert!(report.held(), "{report}");
    }
}

#[test]
fn writes_at_once_are_all_stored_once() {
    for postgresql in engines() {
        let small = concurrent_writes::Arguments { clients: 16, posts: 10, postgresql };
        let report = concurrent_writes::run(Path::new(PRESSPASS), &small).unwrap();
        assert!(report.held(), "{report}");
    }
}

#[test]
fn a_write_is_synced_before_it_is_acknowledged() {
    if find_program("strace").is_none() {
        return skip("strace", "strace was not found");
    }
    let report = synced_writes::run(Path::new(PRESSPASS), &synced_writes::Arguments { posts: 5 }).unwrap();
    assert!(report.held(), "{report}");
}

#[test]
fn every_program_is_in_the_documentation() {
    let source = include_str!("../../../../crates/faults/src/main.rs");
    let programs = source.split("enum Program {").nth(1).and_then(|rest| rest.split("\n}").next()).unwrap();
    let names = programs.lines().filter_map(|line| line.trim().split_once('(')?.1.split_once("::"));
    let names: Vec<_> = names.map(|(module, _)| module.replace('_', "-")).collect();
    assert!(names.len() >= 5, "{names:?}");
    for name in names {
        assert!(PAGE.contains(&format!("`{name}")), "docs/reliability.md does not name {name}");
    }
}
