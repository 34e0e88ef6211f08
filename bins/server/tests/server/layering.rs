//! The arrows between our crates, as docs/architecture.md draws them.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Who may use whom of ours: an arrow that is not here is an error.
const ARROWS: &[(&str, &[&str])] = &[
    ("presspass-domain", &[]),
    ("presspass-auth", &[]),
    ("presspass-persistence", &["presspass-auth", "presspass-domain"]),
    ("presspass-serializers", &["presspass-domain"]),
    ("presspass-rest", &["presspass-auth", "presspass-domain", "presspass-serializers"]),
    (
        "presspass-admin",
        &[
            "presspass-auth",
            "presspass-domain",
            "presspass-persistence",
            "presspass-rest",
            "presspass-serializers",
        ],
    ),
    // The library of projects, and the program composed of it; the last are programs that compare us with others.
    ("presspass", LIBRARY),
    ("presspass-server", ALL),
    ("presspass-test-support", &[]),
    ("presspass-benchmarks", ALL),
    ("presspass-conformance", ALL),
    ("presspass-faults", ALL),
];

const LIBRARY: &[&str] = &[
    "presspass-admin",
    "presspass-auth",
    "presspass-domain",
    "presspass-persistence",
    "presspass-rest",
    "presspass-serializers",
];

const ALL: &[&str] = &[
    "presspass",
    "presspass-admin",
    "presspass-auth",
    "presspass-domain",
    "presspass-persistence",
    "presspass-rest",
    "presspass-serializers",
    "presspass-test-support",
];

/// Which crates of others only these of ours may name, by the beginning of the name.
const RESERVED: &[(&[&str], &[&str])] = &[
    (&["axum", "tower"], &["presspass-auth"]),
    (&["diesel", "libsqlite3-sys", "pq-sys", "r2d2", "redis"], &["presspass-persistence"]),
    (
        &["actix"],
        &[
            "presspass",
            "presspass-admin",
            "presspass-auth",
            "presspass-benchmarks",
            "presspass-conformance",
            "presspass-faults",
            "presspass-rest",
            "presspass-server",
        ],
    ),
];

/// One dependency of one of our crates.
struct Dependency {
    name: String,
    is_optional: bool,
}

/// What each of our crates is built of: dev-dependencies are its tests' own affair.
fn dependencies() -> BTreeMap<String, Vec<Dependency>> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let text = |value: &Value| value.as_str().expect("a name is text").to_owned();
    let packages = metadata["packages"].as_array().expect("there are packages");
    packages
        .iter()
        .map(|package| {
            let built_of = package["dependencies"].as_array().expect("there are dependencies").iter();
            let built_of = built_of.filter(|dependency| dependency["kind"] != "dev");
            let built_of = built_of.map(|dependency| Dependency {
                name: text(&dependency["name"]),
                is_optional: dependency["optional"] == true,
            });
            (text(&package["name"]), built_of.collect())
        })
        .collect()
}

#[test]
fn every_arrow_between_our_crates_is_one_that_the_architecture_draws() {
    let all = dependencies();
    for (name, built_of) in &all {
        let allowed = ARROWS.iter().find(|(from, _)| from == name);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{name} is a new crate: draw its arrows here"));
        for Dependency { name: to, .. } in built_of.iter().filter(|to| all.contains_key(&to.name)) {
            assert!(allowed.contains(&to.as_str()), "{name} → {to} is no arrow of the architecture");
        }
    }
}

#[test]
fn diesel_and_actix_are_named_only_where_they_belong() {
    for (name, built_of) in dependencies() {
        for Dependency { name: to, is_optional } in built_of {
            for (prefixes, owners) in
                RESERVED.iter().filter(|(prefixes, _)| prefixes.iter().any(|it| to.starts_with(it)))
            {
                assert!(owners.contains(&name.as_str()), "{name} → {to}: only {owners:?} name {prefixes:?}");
            }
            let optional = ["actix", "axum", "http", "tokio", "tower", "tracing"];
            let framework = name == "presspass-auth" && optional.iter().any(|it| to.starts_with(it));
            assert!(!framework || is_optional, "{name} → {to} must be behind its feature");
        }
    }
}

#[test]
fn the_house_has_the_rooms_that_the_architecture_names() {
    let rooms: BTreeSet<_> = dependencies().into_keys().collect();
    for room in ["auth", "domain", "persistence", "rest", "serializers", "test-support"] {
        assert!(rooms.contains(&format!("presspass-{room}")), "{room} is missing: {rooms:?}");
    }
    assert!(rooms.contains("presspass"), "{rooms:?}");
}
