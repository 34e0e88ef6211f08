//! The magazine's admin in a real browser: `browser/admin.mjs`.

use presspass_test_support::{ServerCommand, TestDatabase, in_chromium, isolated_command};
use serde_json::json;

const PASSWORD: &str = "engine-No-1843";

#[test]
fn the_magazines_admin_in_a_browser() {
    let database = TestDatabase::sqlite();
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
        .start();
    in_chromium(include_str!("browser/admin.mjs"), &server.url(""), &json!({"password": PASSWORD}));
}
