//! Dependencies between our crates, as docs/architecture.md lists them.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// The dependencies that each of our crates may have on the others.
const DEPENDENCIES: &[(&str, &[&str])] = &[
    ("presspass-domain", &[]),
    ("presspass-auth", &[]),
    ("presspass-persistence", &["presspass-auth", "presspass-domain"]),
    ("presspass-serializers", &["presspass-auth", "presspass-domain"]),
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
    // The library of projects, and the program composed with it; the last are programs that test and measure.
    ("presspass", LIBRARY),
    ("presspass-server", ALL),
    // The second project; posts are those of the first.
    ("presspass-magazine", &["presspass", "presspass-server"]),
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

/// Third-party crates, by the beginning of the name, that only these crates of ours may use.
const RESERVED: &[(&[&str], &[&str])] = &[
    (&["axum", "tower"], &["presspass-auth"]),
    (&["diesel", "libsqlite3-sys", "pq-sys", "r2d2", "redis", "tokio-postgres"], &["presspass-persistence"]),
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

/// The dependencies of each of our crates, without dev-dependencies.
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
            let dependencies = package["dependencies"].as_array().expect("there are dependencies").iter();
            let dependencies = dependencies.filter(|dependency| dependency["kind"] != "dev");
            let dependencies = dependencies.map(|dependency| Dependency {
                name: text(&dependency["name"]),
                is_optional: dependency["optional"] == true,
            });
            (text(&package["name"]), dependencies.collect())
        })
        .collect()
}

#[test]
fn our_crates_depend_on_each_other_as_the_architecture_says() {
    let all = dependencies();
    for (name, dependencies) in &all {
        let allowed = DEPENDENCIES.iter().find(|(from, _)| from == name);
        let (_, allowed) =
            allowed.unwrap_or_else(|| panic!("{name} is a new crate: list its dependencies here"));
        for Dependency { name: to, .. } in dependencies.iter().filter(|to| all.contains_key(&to.name)) {
            assert!(allowed.contains(&to.as_str()), "{name} → {to} is not a dependency of the architecture");
        }
    }
}

#[test]
fn diesel_and_actix_are_named_only_where_they_belong() {
    for (name, dependencies) in dependencies() {
        for Dependency { name: to, is_optional } in dependencies {
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
fn the_crates_that_the_architecture_names_exist() {
    let crates: BTreeSet<_> = dependencies().into_keys().collect();
    for name in ["auth", "domain", "persistence", "rest", "serializers", "test-support"] {
        assert!(crates.contains(&format!("presspass-{name}")), "{name} is missing: {crates:?}");
    }
    assert!(crates.contains("presspass"), "{crates:?}");
}
