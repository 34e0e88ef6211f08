//! Databases that Django made, served by us, and ours served by Django.

use std::fs;
use std::path::Path;

use presspass_auth::api_keys::{ApiKeyDigest, ApiKeyName, Scopes};
use presspass_auth::revocation::TokenId;
use presspass_auth::sessions::{Fingerprint, Session, SessionDigest, SessionStore as _};
use presspass_domain::model::{Draft, POST};
use presspass_domain::{NewAccount, Timestamp, Window};
use presspass_persistence::{
    AccountCreated, ApiKeys, Database, Enrolled, NewApiKey, Options, Origin, Revocations, SchemaReport,
    Sessions,
};
use presspass_test_support::{Engine, Oracle, Stack, TestDatabase};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::place::{Place, account, at};
use crate::posts;

pub fn ask(oracle: &Oracle, behind: &TestDatabase, code: &str) -> String {
    let output = oracle.manage(&["shell", "-c", code], &behind.environment());
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// What Django finds, after it was asked whether it is content: see original.py.
fn seen_by(oracle: &Oracle, behind: &TestDatabase) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/acceptance/original.py");
    let said = ask(oracle, behind, &format!("exec(open({script:?}, encoding='utf-8').read(), {{}})"));
    let seen: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert_eq!(seen["unapplied"], 0, "{seen}");
    assert_eq!(seen["nothing_to_migrate"], true, "{seen}");
    assert!(seen["applied"].as_u64() > Some(15), "{seen}");
    seen
}

/// A database on each engine, filled by Django with its fixture.
pub fn filled_by(oracle: &Oracle) -> Vec<TestDatabase> {
    Engine::ALL.into_iter().filter_map(|engine| oracle.filled(engine)).collect()
}

fn timestamp(value: &Value) -> Timestamp {
    Timestamp::parse_iso(value.as_str().unwrap()).unwrap()
}

fn posts_in(seen: &Value) -> Vec<Value> {
    let row = |row: &Value| {
        let [created_at, updated_at] = [&row[3], &row[4]].map(|value| timestamp(value).to_wire());
        let (id, title, content) = (&row[0], &row[1], &row[2]);
        json!({"id": id, "title": title, "content": content, "created_at": created_at, "updated_at": updated_at})
    };
    seen["posts"].as_array().unwrap().iter().map(row).collect()
}

/// Whether our rows and the copies that Django made of them are the same, by every column but the keys.
fn assert_rows_are_alike(place: &Place) {
    let rows = if place.is_sqlite() {
        [
            "SELECT quote(title) || quote(content) || quote(created_at) || quote(updated_at) AS value
             FROM posts_post WHERE title = 'Ours ✓'",
            "SELECT quote(password) || quote(last_login) || quote(is_superuser) || quote(first_name) || quote(last_name)
             || quote(email) || quote(is_staff) || quote(is_active) || quote(date_joined) AS value
             FROM auth_user WHERE username IN ('ours', 'theirs')",
        ]
    } else {
        [
            "SELECT (to_jsonb(p) - 'id')::text AS value FROM posts_post AS p WHERE title = 'Ours ✓'",
            "SELECT (to_jsonb(u) - 'id' - 'username')::text AS value FROM auth_user AS u
             WHERE username IN ('ours', 'theirs')",
        ]
    };
    for query in rows {
        let found = place.texts(query);
        assert_eq!(found.len(), 2, "{query}");
        assert!(found[0].is_some() && found[0] == found[1], "{found:?}");
    }
}

/// Writes an account and a post of ours, and looks how Django sees everything.
async fn assert_the_original_reads_what_we_write(oracle: &Oracle, place: &Place) {
    let made = place.accounts.create(NewAccount { is_staff: true, ..account("ours") }).await.unwrap();
    let AccountCreated::New(id) = made else { panic!("{made:?}") };
    let ours = place.posts.create("Ours ✓", "\"quoted\" \u{2028} 🎉", at(500_000)).await.unwrap();
    let touched = place.posts.update(posts::id(&ours), Draft::new(&POST), at(60_000_000)).await.unwrap();
    let ours = touched.unwrap();
    let seen = seen_by(oracle, &place.behind);
    let users = seen["users"].as_array().unwrap();
    let user = users.iter().find(|user| user[0] == id).unwrap();
    assert_eq!(user[1], "ours");
    assert_eq!(user[2], "Ada@example.com");
    assert_eq!(user[3], "pbkdf2_sha256$1$salt$hash");
    assert_eq!((&user[4], &user[5], &user[6]), (&true.into(), &false.into(), &true.into()));
    assert_eq!((&user[7], timestamp(&user[8])), (&Value::Null, at(7404)));
    assert!(posts_in(&seen).contains(&ours), "{seen}");
    assert_rows_are_alike(place);
    // And we read everything as Django does, its copies included.
    assert_eq!(place.posts.list(Window::All).await.unwrap().0, posts_in(&seen));
    for user in users {
        let name = user[1].as_str().unwrap().to_owned();
        let record = place.accounts.find_by_name(name).await.unwrap().unwrap();
        assert_eq!(record.account.id, user[0], "{user}");
        assert_eq!(record.account.email, user[2].as_str().unwrap());
        assert_eq!(record.password, user[3].as_str().unwrap());
        assert_eq!(record.account.is_staff, user[4]);
        assert_eq!(record.account.is_superuser, user[5]);
        assert_eq!(record.account.is_active, user[6]);
        // Django gives an inactive account none, and a superuser all.
        if record.account.is_active && !record.account.is_superuser {
            let expected = user[9].as_array().unwrap().iter().map(|permission| {
                let (app, codename) = permission.as_str().unwrap().split_once('.').unwrap();
                (app.to_owned(), codename.to_owned())
            });
            let held = place.accounts.permissions(record.account.id).await.unwrap();
            assert_eq!(held, expected.collect(), "{user}");
        }
    }
}

/// Our tables about accounts.
const OURS: [&str; 4] =
    ["presspass_revocation", "presspass_revoked_token", "presspass_api_key", "presspass_session"];

/// How many rows are in each.
fn counts(place: &Place) -> [String; 4] {
    OURS.map(|table| place.text(&format!("SELECT CAST(count(*) AS text) AS value FROM {table}")))
}

/// Gives an account a row in every table of ours.
async fn fill_our_tables(place: &Place, id: i64) {
    let now = OffsetDateTime::UNIX_EPOCH;
    let revocations = Revocations::new(place.database.clone());
    let names = vec![TokenId::from_bytes([1; 32])];
    revocations.revoke(id, names, 2_000_000_000, now).await.unwrap();
    revocations.revoke_all(id, now).await.unwrap();
    let key = NewApiKey {
        account_id: id,
        digest: ApiKeyDigest::from_bytes([2; 32]),
        name: ApiKeyName::parse("robot").unwrap(),
        scopes: Scopes::All,
        created_at: now,
        expires_at: None,
    };
    let keys = ApiKeys::open(place.database.clone()).unwrap();
    assert!(matches!(keys.enrol(key, 1).await.unwrap(), Enrolled::New(_)));
    let session = Session {
        account_id: id,
        fingerprint: Fingerprint::from_bytes([3; 32]),
        began_at: now,
        expires_at: now + time::Duration::weeks(9_000),
    };
    let sessions = Sessions::new(place.database.clone());
    sessions.begin(SessionDigest::from_bytes([4; 32]), session).await.unwrap();
    assert_eq!(counts(place), ["1"; 4]);
}

/// Has Django delete the account `ours` as its admin does.
async fn assert_the_original_deletes_what_we_know_of_an_account(oracle: &Oracle, place: &Place) {
    let id = place.accounts.find_by_name("ours".to_owned()).await.unwrap().unwrap().account.id;
    fill_our_tables(place, id).await;
    let code = "from django.contrib.auth.models import User; User.objects.get(username='ours').delete()";
    ask(oracle, &place.behind, code);
    assert_eq!(counts(place), ["0"; 4]);
}

async fn adopt(stack: Stack) {
    let Some(oracle) = Oracle::find(stack) else { return };
    for behind in filled_by(&oracle) {
        let place = Place::open(behind, crate::posts::options());
        assert_eq!(place.database.origin().unwrap(), Origin::Django);
        let report = place.database.check_schema().unwrap();
        assert!(report.problems.is_empty() && report.warnings.is_empty(), "{report:?}");
        place.database.migrate().unwrap();
        assert_eq!(place.database.origin().unwrap(), Origin::Django);
        assert!(place.database.pending_migrations().unwrap().is_empty());

        // The fixture, spelled out: what follows could agree on nothing.
        let (posts, count) = place.posts.list(Window::All).await.unwrap();
        assert_eq!((count, &posts[4]["title"]), (31, &json!("Post 5")));
        assert_eq!(posts[4]["created_at"], "2026-01-01T05:00:00Z");
        assert_eq!(posts[6]["created_at"], "2026-01-01T07:00:00.008638Z");
        assert_eq!(posts[30]["content"], "Quotes \" and \\ and \n newline 🎉\u{2028}end");
        let find = async |name: &str| place.accounts.find_by_name(name.to_owned()).await.unwrap().unwrap();
        assert!(find("admin").await.account.is_superuser);
        assert!(!find("inactive").await.account.is_active);
        assert!(find("unusable").await.password.starts_with('!'));
        let writer = place.accounts.permissions(find("writer").await.account.id).await.unwrap();
        assert!(writer.holds("posts", "add_post") && !writer.holds("posts", "change_post"));
        let editor = place.accounts.permissions(find("editor").await.account.id).await.unwrap();
        assert!(editor.holds("posts", "delete_post") && editor.holds("posts", "view_post"));
        assert!(place.accounts.has_superuser().await.unwrap());

        assert_the_original_reads_what_we_write(&oracle, &place).await;
        assert_the_original_deletes_what_we_know_of_an_account(&oracle, &place).await;
    }
}

#[tokio::test]
async fn a_database_of_the_original_is_served_and_stays_its_own() {
    adopt(Stack::Original).await;
}

#[tokio::test]
async fn a_database_of_todays_original_is_served_and_stays_its_own() {
    adopt(Stack::Current).await;
}

/// The code that docs/deployment.md gives to `manage.py shell -c`, on the line that holds this.
fn documented(piece: &str) -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/deployment.md");
    let page = fs::read_to_string(page).unwrap();
    let line = page.lines().find(|line| line.contains("shell -c") && line.contains(piece)).unwrap();
    line.split('"').nth(1).unwrap().replace("allow_cascade=True", "allow_cascade=True, interactive=False")
}

async fn flush(stack: Stack) {
    let Some(oracle) = Oracle::find(stack) else { return };
    for behind in filled_by(&oracle) {
        let place = Place::open(behind, crate::posts::options());
        place.database.migrate().unwrap();
        let id = place.accounts.find_by_name("admin".to_owned()).await.unwrap().unwrap().account.id;
        fill_our_tables(&place, id).await;
        if place.is_sqlite() && stack == Stack::Original {
            ask(&oracle, &place.behind, &documented("User.objects.all().delete()"));
        }
        let flushed = oracle.manage(&["flush", "--noinput", "--traceback"], &place.behind.environment());
        if place.is_sqlite() {
            assert!(flushed.status.success(), "{flushed:?}");
        } else {
            let said = String::from_utf8_lossy(&flushed.stderr);
            assert!(!flushed.status.success() && said.contains("presspass_"), "{said}");
            ask(&oracle, &place.behind, &documented("call_command('flush'"));
        }
        // The next account may have the same id, and must get nothing of this one.
        assert_eq!(counts(&place), ["0"; 4]);
        assert_eq!(place.text("SELECT CAST(count(*) AS text) AS value FROM auth_user"), "0");
        assert_eq!(place.database.origin().unwrap(), Origin::Django);
        assert!(place.database.pending_migrations().unwrap().is_empty());
        let made = place.accounts.create(account("first")).await.unwrap();
        assert!(matches!(made, AccountCreated::New(_)), "{made:?}");
    }
}

#[tokio::test]
async fn what_the_original_flushes_leaves_nothing_of_ours_behind() {
    flush(Stack::Original).await;
}

#[tokio::test]
async fn what_todays_original_flushes_leaves_nothing_of_ours_behind() {
    flush(Stack::Current).await;
}

async fn lend(stack: Stack) {
    let Some(oracle) = Oracle::find(stack) else { return };
    for place in Place::each() {
        assert_the_original_reads_what_we_write(&oracle, &place).await;
        assert_eq!(place.database.origin().unwrap(), Origin::Presspass);
        assert_the_original_deletes_what_we_know_of_an_account(&oracle, &place).await;
    }
}

#[tokio::test]
async fn a_database_of_ours_is_run_by_the_original() {
    lend(Stack::Original).await;
}

#[tokio::test]
async fn a_database_of_ours_is_run_by_todays_original() {
    lend(Stack::Current).await;
}

#[test]
fn our_tables_are_todays_originals_to_the_last_byte_on_sqlite() {
    let Some(oracle) = Oracle::find(Stack::Current) else { return };
    let theirs = oracle.migrated(Engine::Sqlite).unwrap();
    let ours = Place::each().find(Place::is_sqlite).unwrap();
    // Tables of models are written by `makemigrations`, on lines of their own.
    let schema = "SELECT sql AS value FROM sqlite_schema
        WHERE name <> 'posts_post' AND name NOT LIKE 'presspass%' AND name NOT LIKE '\\_\\_diesel%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'
            AND tbl_name NOT LIKE '\\_\\_diesel%' ESCAPE '\\'
        ORDER BY name";
    assert_eq!(ours.texts(schema), crate::place::raw(&theirs).texts(schema));
}

/// Databases that Django made for a project without posts.
fn without_posts(oracle: &Oracle) -> impl Iterator<Item = TestDatabase> {
    Engine::ALL.into_iter().filter_map(|engine| oracle.migrated(engine)).inspect(|behind| {
        crate::place::raw(behind).execute(
            "DROP TABLE posts_post;
             DELETE FROM auth_permission WHERE codename LIKE '%\\_post' ESCAPE '\\';
             DELETE FROM django_content_type WHERE app_label = 'posts';
             DELETE FROM django_migrations WHERE app = 'posts'",
        );
    })
}

fn tables_and_permissions(behind: &TestDatabase) -> Vec<Option<String>> {
    let tables = match behind.path() {
        Some(_) => "SELECT name AS value FROM sqlite_schema WHERE name = 'posts_post'",
        None => "SELECT tablename::text AS value FROM pg_tables WHERE tablename = 'posts_post'",
    };
    let permissions = "SELECT codename AS value FROM auth_permission WHERE codename LIKE '%\\_post' ESCAPE '\\' ORDER BY id";
    let raw = &mut crate::place::raw(behind);
    [raw.texts(tables), raw.texts(permissions)].concat()
}

#[test]
fn a_database_of_a_project_without_posts_gets_none() {
    let Some(oracle) = Oracle::find(Stack::Current) else { return };
    for behind in without_posts(&oracle) {
        let place = Place::open(behind, Options::default());
        let SchemaReport { problems, to_create, warnings } = place.database.check_schema().unwrap();
        assert!(problems.is_empty() && to_create.is_empty(), "{problems:?} {to_create:?}");
        assert_eq!(warnings, Vec::<String>::new());
        place.database.migrate().unwrap();
        assert_eq!(place.database.origin().unwrap(), Origin::Django);
        assert_eq!(tables_and_permissions(&place.behind), []);
    }
    for behind in TestDatabase::each() {
        let place = Place::open(behind, Options::default());
        place.database.migrate().unwrap();
        assert_eq!(place.database.origin().unwrap(), Origin::Presspass);
        assert_eq!(tables_and_permissions(&place.behind), []);
    }
}

#[test]
fn what_a_database_of_djangos_lacks_is_told_at_first_and_may_be_created_later() {
    let Some(oracle) = Oracle::find(Stack::Current) else { return };
    for behind in without_posts(&oracle) {
        let place = Place::open(behind, crate::posts::options());
        let SchemaReport { problems, to_create, .. } = place.database.check_schema().unwrap();
        assert!(problems.is_empty(), "{problems:?}");
        let told: Vec<String> = to_create.iter().map(ToString::to_string).collect();
        assert!(told.len() == 1 && told[0].starts_with("posts_post: there is no such table;"), "{told:?}");
        // Once it is ours to migrate, a model of a new release is created at its start.
        let earlier = Database::open(place.database.url(), Options::default()).unwrap();
        earlier.migrate().unwrap();
        assert!(place.database.check_schema().unwrap().to_create.is_empty());
        assert_eq!(place.database.migrate().unwrap(), ["20261127000001"]);
        let all = ["posts_post", "add_post", "change_post", "delete_post", "view_post"];
        assert_eq!(tables_and_permissions(&place.behind), all.map(|one| Some(one.to_owned())));
        // What is lost later is no new model.
        place.execute("DROP TABLE posts_post");
        assert_eq!(place.database.check_schema().unwrap().problems.len(), 1);
    }
}
