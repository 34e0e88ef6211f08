//! schemathesis tests the running server by its OpenAPI document.

use std::fs;
use std::path::Path;
use std::process::Command;

use presspass_test_support::{TestDatabase, isolated_command, python_packages};

use crate::common::{self, PRESSPASS, SECRET_KEY, Server, basic, log_in, run as presspass};

const PACKAGES: [&str; 2] = ["schemathesis==4.32.5", "openapi-spec-validator==0.9.0"];

/// What it would call failures and are none, each with the reason.
const HOOKS: &str = include_str!("hooks.py");

/// A run takes longer than a token is good for by default.
const AN_HOUR: (&str, &str) = ("PRESSPASS_JWT__EXPIRATION_SECONDS", "3600");

/// The administrator of the document's examples, so that these log in, and their tokens are verified and refreshed.
const NAME: &str = "ada";
const PASSWORD: &str = "engine-No-1843";

/// Who sends the requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Caller {
    Anonymous,
    /// By a token.
    Administrator,
    /// An administrator by name and password, whom no revocation ends, with a hash that is cheap to verify.
    InPerson,
}

/// What would end the token of whoever sends it.
const ENDING: [&str; 3] = ["revokeToken", "revokeAll", "revokeAllOf"];

/// Runs schemathesis against a server with these settings, with so many cases for each operation in a phase.
fn hold(database: &TestDatabase, settings: &[(&str, &str)], caller: Caller, cases: u32) {
    let Some(programs) = python_packages(&PACKAGES) else { return };
    let settings = [settings, &[AN_HOUR]].concat();
    let mut server = Server::start_on(database, &settings);
    let made = presspass(
        &["createsuperuser", "--noinput", "--username", NAME],
        &[
            ("DATABASE_URL", &database.url()),
            ("SECRET_KEY", SECRET_KEY),
            ("PRESSPASS_SUPERUSER_PASSWORD", PASSWORD),
        ],
    );
    assert_eq!(made.code, Some(0), "{made:?}");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("hooks.py"), HOOKS).unwrap();
    let mut command = isolated_command(programs.join("schemathesis"));
    command.args(["run", &server.url("/api/schema/"), "--checks", "all", "--no-color", "--seed", "1"]);
    command.args(["--phases", "examples,coverage,fuzzing,stateful", "--max-examples", &cases.to_string()]);
    command.args(["--generation-deterministic", "--continue-on-failure"]);
    // A machine that is busy with other tests is no failure of ours.
    command.args(["--request-timeout", "60", "--suppress-health-check", "all"]);
    if caller == Caller::Administrator {
        let token = log_in(&mut server.client(), NAME, PASSWORD).json();
        let token = token["token"].as_str().expect("a token is text").to_owned();
        command.args(["--header", &format!("Authorization: JWT {token}")]);
        for operation in ENDING {
            command.args(["--exclude-operation-id", operation]);
        }
        // Beside a token that is good it must make up no cookies: it would take these for what opened the door.
        command.args(["--generation-with-security-parameters", "false"]);
    }
    if caller == Caller::InPerson {
        server.admin("eve");
        let header = format!("Authorization: {}", basic(&format!("eve:{}", common::PASSWORD)));
        command.args(["--header", &header, "--generation-with-security-parameters", "false"]);
        let keys = ["listApiKeys", "createApiKey", "deleteApiKey", "changePassword"];
        for operation in ENDING.into_iter().chain(keys) {
            command.args(["--include-operation-id", operation]);
        }
    }
    let output =
        command.env("SCHEMATHESIS_HOOKS", "hooks").current_dir(folder.path()).output().expect("it starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{said}\n{}\n{}",
        String::from_utf8_lossy(&output.stderr),
        server.stderr()
    );
    assert!(said.contains("Tested: "), "nothing was tested: {said}");
    assert!(!server.stderr().contains("ERROR"), "{}", server.stderr());
    server.client().get("/health/").expect(200);
}

#[test]
fn an_administrator_is_answered_as_the_document_says_on_sqlite() {
    hold(&TestDatabase::sqlite(), &[], Caller::Administrator, 10);
}

#[test]
fn an_administrator_is_answered_as_the_document_says_on_postgresql() {
    let Some(database) = TestDatabase::postgresql() else { return };
    hold(&database, &[], Caller::Administrator, 10);
}

#[test]
fn whoever_is_nobody_is_answered_as_the_document_says() {
    hold(&TestDatabase::sqlite(), &[], Caller::Anonymous, 5);
}

#[test]
fn who_ends_credentials_is_answered_as_the_document_says() {
    let settings = [
        ("PRESSPASS_AUTHENTICATORS", "basic,token"),
        ("PRESSPASS_PASSWORD__UPGRADE", "false"),
        ("PRESSPASS_THROTTLE__ENABLED", "false"),
    ];
    hold(&TestDatabase::sqlite(), &settings, Caller::InPerson, 5);
}

#[test]
fn other_settings_are_answered_as_the_document_says() {
    let settings = [
        ("PRESSPASS_PAGINATION__STYLE", "cursor"),
        ("PRESSPASS_PAGINATION__PAGE_SIZE", "2"),
        ("PRESSPASS_PAGINATION__PAGE_SIZE_QUERY_PARAM", "page_size"),
        ("PRESSPASS_AUTHENTICATORS", "session,jwt"),
        ("PRESSPASS_POSTS__READ_ONLY", "true"),
        ("PRESSPASS_LIMITS__BODY_BYTES", "1024"),
    ];
    hold(&TestDatabase::sqlite(), &settings, Caller::Administrator, 5);
}

/// Reads JSON and YAML of each folder, and holds the document against the schema of OpenAPI 3.1.
const VALIDATE: &str = "
import json, sys, yaml
from openapi_spec_validator import OpenAPIV31SpecValidator
for folder in sys.argv[1:]:
    document = json.load(open(folder + '/openapi.json'))
    assert document == yaml.load(open(folder + '/openapi.yaml'), yaml.CSafeLoader), folder + ': JSON and YAML differ'
    OpenAPIV31SpecValidator(document).validate()
print('valid')
";

fn printed(folder: &Path, format: &str, settings: &[(&str, &str)]) -> Vec<u8> {
    let mut command = isolated_command(PRESSPASS);
    command.args(["openapi", "--format", format]).envs(settings.iter().copied()).current_dir(folder);
    command.output().expect("presspass starts").stdout
}

#[test]
fn the_document_is_valid_and_says_the_same_in_json_and_yaml() {
    let Some(programs) = python_packages(&PACKAGES) else { return };
    let size = ("PRESSPASS_PAGINATION__PAGE_SIZE", "10");
    let folder = tempfile::tempdir().unwrap();
    let mut python = Command::new(programs.join("python"));
    python.args(["-c", VALIDATE]).current_dir(folder.path());
    for (name, settings) in [
        ("defaults", &[][..]),
        ("pages", &[size]),
        (
            "page numbers",
            &[size, ("PRESSPASS_PAGINATION__STYLE", "page_number"), ("PRESSPASS_AUTHENTICATORS", "basic")],
        ),
        ("cursors", &[size, ("PRESSPASS_PAGINATION__STYLE", "cursor"), ("PRESSPASS_JWT__COOKIE", "token")]),
        ("public", &[("PRESSPASS_POSTS__READ_ONLY", "true"), ("PRESSPASS_PERMISSIONS", "allow_any")]),
    ] {
        let folder = folder.path().join(name);
        fs::create_dir(&folder).unwrap();
        for format in ["json", "yaml"] {
            fs::write(folder.join(format!("openapi.{format}")), printed(&folder, format, settings)).unwrap();
        }
        python.arg(name);
    }
    let python = python.output().expect("Python starts");
    let stderr = String::from_utf8_lossy(&python.stderr);
    assert_eq!(String::from_utf8_lossy(&python.stdout), "valid\n", "{stderr}");
}
