//! A database that Django created, served and written by Presspass, and read by Django again.

use std::process::Command;

use presspass_test_support::{Client, Engine, Oracle, ServerCommand, Stack, TestDatabase, isolated_command};
use serde_json::{Value, json};

/// The oracle's own key: at least 32 bytes, and warned about.
const SECRET_KEY: &str = "a-shared-secret-of-at-least-32-bytes-0123456789";

/// Run by Django's `shell -c`; prints one line of JSON.
const LOOK: &str = r#"
import io, json
from django.contrib.auth import authenticate
from django.core.management import call_command
from posts.models import Post

def said_by(*command, **options):
    out = io.StringIO()
    call_command(*command, stdout=out, no_color=True, **options)
    return out.getvalue()

plan = said_by("showmigrations")
said_by("makemigrations", check=True, dry_run=True)
post = Post.objects.get(title="Ours")
print(json.dumps({
    "unapplied": plan.count("[ ]"),
    "post": [post.pk, post.content],
    "posts": Post.objects.count(),
    "ours": bool(authenticate(username="ours", password="of-Ours-Pass-1")),
    "wrong": bool(authenticate(username="ours", password="wrong")),
    "user": bool(authenticate(username="user", password="user-Pass-1")),
}))
"#;

fn presspass(database: &TestDatabase) -> Command {
    let mut command = isolated_command(env!("CARGO_BIN_EXE_presspass"));
    command.env("DATABASE_URL", database.url()).env("SECRET_KEY", SECRET_KEY);
    command
}

fn token(client: &mut Client, name: &str, password: &str) -> String {
    let answer = client
        .request("POST", "/auth/obtain_token/")
        .json(&json!({"username": name, "password": password}))
        .send();
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["token"].as_str().unwrap().to_owned()
}

fn is_served_and_read_again(stack: Stack, engine: Engine) {
    let Some(oracle) = Oracle::find(stack) else { return };
    let Some(database) = &oracle.filled(engine) else { return };
    let environment = database.environment();

    let made = presspass(database)
        .args(["createsuperuser", "--noinput", "--username", "ours", "--email", "ours@example.com"])
        .env("PRESSPASS_SUPERUSER_PASSWORD", "of-Ours-Pass-1")
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));

    let mut server = ServerCommand::new(env!("CARGO_BIN_EXE_presspass"))
        .env("DATABASE_URL", database.url())
        .env("SECRET_KEY", SECRET_KEY)
        .start();
    let mut client = server.client();
    // An account that Django created logs in by its hash, and reads.
    let user = token(&mut client, "user", "user-Pass-1");
    let read = client.request("GET", "/api/posts/31/").header("Authorization", format!("JWT {user}")).send();
    assert_eq!(read.json()["title"], "Ünïcödé ✓ <b>&amp;</b>");
    // Ours writes.
    let ours = token(&mut client, "ours", "of-Ours-Pass-1");
    let post = client
        .request("POST", "/api/posts/")
        .header("Authorization", format!("JWT {ours}"))
        .json(&json!({"title": "Ours", "content": "written by us 🎉"}))
        .send();
    assert_eq!(post.status, 201, "{}", post.text());
    let id = post.json()["id"].clone();
    assert!(server.terminate().success());

    // Django 2.1 runs the text of `-c` in a scope whose names functions do not see.
    let look = format!("exec({LOOK:?}, {{}})");
    let seen = oracle.manage(&["shell", "-c", &look], &environment);
    assert!(seen.status.success(), "{}", String::from_utf8_lossy(&seen.stderr));
    let stdout = String::from_utf8(seen.stdout).unwrap();
    let seen: Value = serde_json::from_str(stdout.lines().last().unwrap()).unwrap();
    assert_eq!(
        seen,
        json!({
            "unapplied": 0,
            "post": [id, "written by us 🎉"],
            "posts": 32,
            "ours": true,
            "wrong": false,
            "user": true,
        })
    );
}

#[test]
fn a_sqlite_file_of_the_originals_time_is_served_and_read_again() {
    is_served_and_read_again(Stack::Original, Engine::Sqlite);
}

#[test]
fn a_sqlite_file_of_todays_original_is_served_and_read_again() {
    is_served_and_read_again(Stack::Current, Engine::Sqlite);
}

#[test]
fn a_postgresql_database_of_the_originals_time_is_served_and_read_again() {
    is_served_and_read_again(Stack::Original, Engine::Postgresql);
}

#[test]
fn a_postgresql_database_of_todays_original_is_served_and_read_again() {
    is_served_and_read_again(Stack::Current, Engine::Postgresql);
}

#[test]
fn a_database_of_the_originals_is_not_touched_without_its_key() {
    let Some(oracle) = Oracle::find(Stack::Original) else { return };
    let Some(database) = oracle.filled(Engine::Sqlite) else { return };
    let refused =
        ServerCommand::new(env!("CARGO_BIN_EXE_presspass")).env("DATABASE_URL", database.url()).try_start();
    let Err(refused) = refused else { panic!("it started") };
    let said = refused.to_string();
    assert!(said.contains("no secret key") && said.contains("SECRET_KEY"), "{said}");
    let check = presspass(&database).args(["migrate", "--check"]).output().unwrap();
    assert_eq!(check.status.code(), Some(1), "the migration was run all the same");
}
