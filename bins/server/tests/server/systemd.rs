//! The systemd unit in docs/deployment.md.

use std::fs;
use std::process::{Command, Output};

use presspass_test_support::{find_program, skip};

use crate::common::PRESSPASS;

const DEPLOYMENT: &str = include_str!("../../../../docs/deployment.md");
const CONFIGURATION: &str = include_str!("../../../../docs/configuration.md");

fn unit() -> &'static str {
    let (_, rest) = DEPLOYMENT.split_once("```ini\n").expect("the page shows a unit");
    rest.split("```").next().expect("it ends")
}

/// The value of a key of the unit.
fn value(key: &str) -> &'static str {
    let mut lines = unit().lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    lines.next().unwrap_or_else(|| panic!("the unit has no {key}"))
}

/// Runs `systemd-analyze` on the unit, which then starts the binary under test.
fn analyze(arguments: &[&str]) -> Option<Output> {
    let Some(program) = find_program("systemd-analyze") else {
        skip("systemd", "systemd-analyze was not found");
        return None;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("presspass.service");
    fs::write(&file, unit().replace("/usr/local/bin/presspass", PRESSPASS)).unwrap();
    let output = Command::new(program).args(arguments).arg(&file).env("SYSTEMD_COLORS", "0").output();
    Some(output.unwrap())
}

#[test]
fn the_unit_has_no_mistake_that_systemd_sees() {
    let Some(output) = analyze(&["verify"]) else { return };
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "a key that systemd does not know, say");
}

#[test]
fn the_unit_exposes_less_than_2_of_10() {
    // In tenths.
    let Some(output) = analyze(&["security", "--offline=true", "--threshold=19"]) else { return };
    let table = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{table}");
    assert!(table.contains("Overall exposure level"), "{table}");
}

#[test]
fn the_unit_never_gives_up_and_waits_for_requests_in_flight() {
    assert_eq!(value("Restart"), "on-failure");
    assert_eq!(value("StartLimitIntervalSec"), "0");
    assert!(value("After").split(' ').any(|unit| unit == "postgresql.service"));
    let stop: u64 = value("TimeoutStopSec").parse().unwrap();
    let setting = CONFIGURATION.lines().find(|line| line.starts_with("| `shutdown_seconds`")).unwrap();
    let default: u64 = setting.split('`').nth(5).and_then(|default| default.parse().ok()).unwrap();
    assert!(stop > default, "{stop} {default}");
}
