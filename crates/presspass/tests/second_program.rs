//! A program that is not in this workspace is composed of the library.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs, io};

use presspass_test_support::{Answer, RunningServer, ServerCommand};
use serde_json::{Value, json};

const NAME: &str = "accounts-alone";
const PASSWORD: &str = "engine-No-1843";

/// Builds `outside/accounts_alone.rs` as a crate of its own, with our versions of dependencies.
fn build() -> io::Result<PathBuf> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Below the workspace, so that its .cargo/config.toml holds: what is built is the same, and is not built again.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(NAME);
    fs::create_dir_all(folder.join("src"))?;
    fs::copy(package.join("tests/outside/accounts_alone.rs"), folder.join("src/main.rs"))?;
    fs::copy(package.join("../../Cargo.lock"), folder.join("Cargo.lock"))?;
    // With the workspace's profiles, so that dependencies need not be built again.
    let workspace = fs::read_to_string(package.join("../../Cargo.toml"))?;
    let profiles = workspace.find("[profile.dev]").map_or("", |at| &workspace[at..]);
    let manifest = format!(
        "[package]\nname = {NAME:?}\nversion = \"1.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         actix-web = {{ version = \"4\", default-features = false }}\npresspass = {{ path = \"{}\" }}\n\
         serde_json = \"1\"\n\n{profiles}",
        package.display()
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    let target = folder.join("target");
    let built = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--quiet", "--offline", "--target-dir"])
        .arg(shared_target().as_deref().unwrap_or(&target))
        .current_dir(&folder)
        .stdin(Stdio::null())
        .status()?;
    assert!(built.success(), "cargo cannot build {}", folder.display());
    Ok(shared_target().unwrap_or(target).join("debug").join(NAME))
}

/// The target directory of the workspace, whose dependencies need not be built again.
fn shared_target() -> Option<PathBuf> {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().map(Path::to_owned)
}

fn get(server: &RunningServer, path: &str, token: Option<&str>) -> Answer {
    let mut client = server.client();
    let request = client.request("GET", path);
    match token {
        Some(token) => request.header("Authorization", format!("JWT {token}")).send(),
        None => request.send(),
    }
}

#[test]
fn thirty_lines_outside_the_workspace_serve_accounts_and_an_endpoint_behind_the_gate() {
    let source = include_str!("outside/accounts_alone.rs");
    assert!(source.lines().count() <= 30, "{} lines", source.lines().count());
    let program = build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new(&program)
        .args(["createsuperuser", "--noinput", "--username", "ada"])
        // PRESSPASS_REQUIRE, which is for tests, would be taken for a setting.
        .env_clear()
        .env("PRESSPASS_SUPERUSER_PASSWORD", PASSWORD)
        .current_dir(folder.path())
        .status()
        .unwrap();
    assert!(made.success());
    let server = ServerCommand::new(&program).directory(folder.path()).start();
    let obtained = server
        .client()
        .request("POST", "/auth/obtain_token/")
        .json(&json!({ "username": "ada", "password": PASSWORD }))
        .send();
    let token = obtained.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(get(&server, "/account/", Some(&token)).json()["username"], "ada");
    assert_eq!(get(&server, "/api/hello/", Some(&token)).json(), json!({ "hello": "ada" }));
    let refused = get(&server, "/api/hello/", None);
    assert_eq!((refused.status, refused.header("WWW-Authenticate")), (401, Some("JWT realm=\"api\"")));
    assert_eq!(get(&server, "/api/hello", None).status, 301);
    assert_eq!(get(&server, "/api/posts/", Some(&token)).status, 404);
    let document: Value = get(&server, "/api/schema/", None).json();
    assert_eq!(document["info"]["title"], "Accounts");
    assert!(document["paths"].get("/api/posts/").is_none());
}
