//! schemathesis tests the running magazine by its OpenAPI document.

use presspass_test_support::{ServerCommand, TestDatabase, isolated_command, python_packages};
use serde_json::json;

const PACKAGES: [&str; 2] = ["schemathesis==4.32.5", "openapi-spec-validator==0.9.0"];
const PASSWORD: &str = "engine-No-1843";

/// Whether a value is accepted depends on the rows (a key that does not exist, a slug that is taken), and REST framework
/// accepts more than it says: blank filters, numbers for texts. The server's own tests look at both.
const NOT_OF_THE_DOCUMENT: &str = "positive_data_acceptance,negative_data_rejection";

/// What would end the token that every request has.
const ENDING: [&str; 3] = ["revokeToken", "revokeAll", "revokeAllOf"];

#[test]
fn every_answer_is_as_the_document_says() {
    let Some(programs) = python_packages(&PACKAGES) else { return };
    for database in TestDatabase::each() {
        let created = isolated_command(env!("CARGO_BIN_EXE_magazine"))
            .env("DATABASE_URL", database.url())
            .env("PRESSPASS_SUPERUSER_PASSWORD", PASSWORD)
            .args(["createsuperuser", "--noinput", "--username", "ada"])
            .output()
            .unwrap();
        assert!(created.status.success(), "{created:?}");
        let server = ServerCommand::new(env!("CARGO_BIN_EXE_magazine"))
            .arg("serve")
            .env("DATABASE_URL", database.url())
            .env("SECRET_KEY", "a-shared-secret-of-at-least-32-bytes-0123456789")
            .env("PRESSPASS_JWT__EXPIRATION_SECONDS", "3600")
            .start();
        let login = json!({ "username": "ada", "password": PASSWORD });
        let login = server.client().request("POST", "/auth/obtain_token/").json(&login).send().json();
        let folder = tempfile::tempdir().unwrap();
        let mut command = isolated_command(programs.join("schemathesis"));
        command.args(["run", &server.url("/api/schema/"), "--no-color", "--seed", "1"]);
        command.args(["--checks", "all", "--exclude-checks", NOT_OF_THE_DOCUMENT]);
        command.args(["--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "5"]);
        command.args(["--generation-deterministic", "--continue-on-failure"]);
        command.args(["--request-timeout", "60", "--suppress-health-check", "all"]);
        command.args(["--generation-with-security-parameters", "false"]);
        command.args(["--header", &format!("Authorization: JWT {}", login["token"].as_str().unwrap())]);
        for operation in ENDING {
            command.args(["--exclude-operation-id", operation]);
        }
        // Those of the library are tested with the program `presspass`.
        command.args(["--include-path-regex", "^/api/(sections|tags|articles|comments)/"]);
        let output = command.current_dir(folder.path()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}\n{}", server.stderr());
        assert!(said.contains("Tested: "), "nothing was tested: {said}");
    }
}
