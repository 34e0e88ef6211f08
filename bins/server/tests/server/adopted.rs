//! Databases with tables and columns of other programs.

use presspass_test_support::{Engine, Oracle, Stack, TestDatabase};
use serde_json::{Value, json};

use crate::common::{Browser, Rows, Server, run};

#[test]
fn a_post_that_other_tables_refer_to_is_409_which_names_them() {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[]);
        let mut root = server.admin("root");
        server.posts(1);
        let id = server.rows.number("SELECT id FROM posts_post");
        server.rows.run(&format!(
            "CREATE TABLE comments_comment (id integer PRIMARY KEY,
                post_id integer NOT NULL REFERENCES posts_post (id) DEFERRABLE INITIALLY DEFERRED);
             CREATE TABLE shares (id integer PRIMARY KEY,
                post_id integer NOT NULL REFERENCES posts_post (id) ON DELETE CASCADE);
             INSERT INTO comments_comment VALUES (1, {id}); INSERT INTO shares VALUES (1, {id})"
        ));
        let post = format!("/api/posts/{id}/");
        let refused = root.delete(&post).expect(409);
        let detail = "This post cannot be deleted: other tables refer to it: comments_comment.";
        assert_eq!(refused.json(), json!({"detail": detail}));
        let mut browser = Browser::of(&server, "root");
        let page = [("Accept", "text/html"), ("X-CSRFToken", &browser.csrf())];
        let page = browser.send("DELETE", &post, &page, "");
        assert!(page.status == 409 && page.text().contains(detail), "{}", page.text());

        server.rows.run("DELETE FROM comments_comment");
        root.delete(&post).expect(204);
        assert_eq!(server.rows.number("SELECT count(*) FROM shares"), 0);
        root.delete(&post).expect(404);
    }
}

#[test]
fn a_column_that_django_adds_while_we_run_is_named_in_the_log_with_a_remedy() {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[]);
        let mut root = server.admin("root");
        let add = if server.rows.is_sqlite() {
            "DROP TABLE posts_post; CREATE TABLE posts_post (id integer NOT NULL PRIMARY KEY AUTOINCREMENT,
                title varchar(50) NOT NULL, content text NOT NULL, created_at datetime NOT NULL,
                updated_at datetime NOT NULL, slug varchar(50) NOT NULL)"
        } else {
            "ALTER TABLE posts_post ADD COLUMN slug varchar(50) NOT NULL"
        };
        server.rows.run(add);
        root.get("/api/posts/").expect(200);
        let post = json!({"title": "a", "content": "b"});
        let refused = root.post("/api/posts/").json(&post).send();
        assert_eq!((refused.status, refused.json()), (500, json!({"detail": "A server error occurred."})));
        server.expect_stderr("request failed");
        let log = server.stderr();
        let line =
            log.lines().find(|line| line.contains("request failed")).unwrap_or_else(|| panic!("{log}"));
        for piece in ["posts_post.slug", "presspass check"] {
            assert!(line.contains(piece), "{piece}: {line}");
        }
    }
}

/// What a program of Django's does to posts: fields as projects have them.
const MORE_FIELDS: &str = r#"
from django.contrib.auth.models import User
from django.db import connection, models
from django.utils import timezone
from posts.models import Post
fields = {
    "author": models.ForeignKey(User, models.CASCADE, default=1),
    "slug": models.SlugField(default="x"),
    "draft": models.BooleanField(default=True),
    "publish_date": models.DateTimeField(default=timezone.now),
    "subtitle": models.CharField(max_length=200, null=True),
}
with connection.schema_editor() as editor:
    for name, field in fields.items():
        field.contribute_to_class(Post, name)
        editor.add_field(Post, field)
"#;

/// The same model with another kind of key.
const UUID_KEYS: &str = r#"
import uuid
from django.db import connection, models
from posts.models import Post
class Other(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=50)
    content = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    class Meta:
        app_label = "posts"
        db_table = "posts_post"
with connection.schema_editor() as editor:
    editor.delete_model(Post)
    editor.create_model(Other)
"#;

/// The key of Django's stack, which is warned about.
const DJANGOS_KEY: &str = "a-shared-secret-of-at-least-32-bytes-0123456789";

/// A database that Django made, after its program ran this.
fn djangos(oracle: &Oracle, code: &str) -> Vec<TestDatabase> {
    let databases: Vec<_> = Engine::ALL.into_iter().filter_map(|engine| oracle.migrated(engine)).collect();
    for database in &databases {
        let ran = oracle.manage(&["shell", "-c", &format!("exec({code:?}, {{}})")], &database.environment());
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }
    databases
}

const CREATE_SUPERUSER: [&str; 4] = ["createsuperuser", "--noinput", "--username", "ours"];

/// What every command says of a database that does not fit: these lines, and nothing is written.
fn is_refused(database: &TestDatabase, expected: &[&str]) {
    is_refused_by(&[&["check"], &["serve"], &["migrate"], &CREATE_SUPERUSER], database, expected);
}

fn is_refused_by(commands: &[&[&str]], database: &TestDatabase, expected: &[&str]) {
    let before = database.path().map(|file| std::fs::read(file).unwrap());
    for command in commands {
        let variables = [
            ("DATABASE_URL", database.url()),
            ("SECRET_KEY", DJANGOS_KEY.to_owned()),
            ("PRESSPASS_SUPERUSER_PASSWORD", "of-Ours-Pass-1".to_owned()),
        ];
        let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
        let refused = run(command, &variables);
        assert_eq!(refused.code, Some(1), "{refused:#?}");
        let errors: Vec<&str> = refused.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
        assert_eq!(errors.len(), expected.len(), "{refused:#?}");
        for (error, expected) in errors.iter().zip(expected) {
            let start = format!("error: the database does not fit: {expected}");
            assert!(error.starts_with(&start), "{error:?} does not begin with {start:?}");
        }
    }
    assert!(before == database.path().map(|file| std::fs::read(file).unwrap()), "the file was changed");
    let tables = "SELECT count(*) FROM information_schema.tables WHERE table_name LIKE 'presspass%'";
    if !Rows::of(&database.url()).is_sqlite() {
        assert_eq!(Rows::of(&database.url()).number(tables), 0);
    }
}

#[test]
fn a_project_with_columns_that_must_be_filled_is_refused_before_anything_is_written() {
    for stack in [Stack::Original, Stack::Current] {
        let Some(oracle) = Oracle::find(stack) else { continue };
        for database in djangos(&oracle, MORE_FIELDS) {
            let expected = ["author_id", "slug", "draft", "publish_date"];
            let expected = expected.map(|column| format!("posts_post.{column}: NOT NULL without a default"));
            is_refused(&database, &expected.each_ref().map(String::as_str));
        }
    }
}

#[test]
fn a_project_with_uuids_as_keys_is_refused_before_anything_is_written() {
    for stack in [Stack::Original, Stack::Current] {
        let Some(oracle) = Oracle::find(stack) else { continue };
        for database in djangos(&oracle, UUID_KEYS) {
            is_refused(&database, &["posts_post.id: the type is "]);
        }
    }
}

#[test]
fn a_table_that_a_database_of_djangos_lacks_is_created_by_migrate_alone() {
    let Some(oracle) = Oracle::find(Stack::Current) else { return };
    for database in djangos(&oracle, "") {
        let mut rows = Rows::of(&database.url());
        rows.run("DROP TABLE posts_post");
        let told = "posts_post: there is no such table; correct its name in the model, or create it";
        is_refused_by(&[&["check"], &["serve"], &CREATE_SUPERUSER], &database, &[told]);
        let migrated = run(&["migrate"], &[("DATABASE_URL", &database.url())]);
        assert_eq!(migrated.code, Some(0), "{migrated:#?}");
        assert_eq!(rows.number("SELECT count(*) FROM posts_post"), 0);
        let server = Server::start(database, &[("SECRET_KEY", DJANGOS_KEY)]);
        server.client().get("/api/posts/").expect(401);
    }
}

#[test]
fn a_sqlite_file_of_djangos_comes_with_a_note_on_its_times() {
    let Some(oracle) = Oracle::find(Stack::Current) else { return };
    for database in djangos(&oracle, "") {
        let checked = run(&["check"], &[("DATABASE_URL", &database.url()), ("SECRET_KEY", DJANGOS_KEY)]);
        assert_eq!(checked.code, Some(0), "{checked:#?}");
        let is_noted =
            checked.stderr.lines().any(|line| line.starts_with("note: ") && line.contains("USE_TZ = False"));
        assert_eq!(is_noted, database.path().is_some(), "{checked:#?}");
    }
}

/// A database as a project without Django's admin and sessions has it, with wider and with other columns.
fn harmless(database: &TestDatabase) {
    drop(Server::start_on(database, &[]));
    let mut rows = Rows::of(&database.url());
    let wider = if rows.is_sqlite() {
        "DROP TABLE posts_post; CREATE TABLE posts_post (id integer NOT NULL PRIMARY KEY AUTOINCREMENT,
            title varchar(200) NOT NULL, content text NOT NULL, created_at datetime NOT NULL,
            updated_at datetime NOT NULL);"
    } else {
        "ALTER TABLE posts_post ALTER COLUMN title TYPE varchar(200), ALTER COLUMN id TYPE bigint;
            ALTER TABLE auth_user ALTER COLUMN id TYPE bigint;"
    };
    for name in ["difference", "revocation", "revoked_token", "api_key", "session", "throttle", "marker"] {
        rows.run(&format!("DROP TABLE presspass_{name}"));
    }
    rows.run(&format!(
        "DROP TABLE __diesel_schema_migrations; DROP TABLE django_admin_log; DROP TABLE django_session; {wider}
         ALTER TABLE posts_post ADD COLUMN subtitle varchar(50) NULL;
         ALTER TABLE posts_post ADD COLUMN likes integer DEFAULT 0 NOT NULL;
         ALTER TABLE auth_user ADD COLUMN phone varchar(20) NULL;
         CREATE UNIQUE INDEX one_address ON auth_user (email);"
    ));
}

#[test]
fn a_project_that_differs_harmlessly_is_served_with_its_admin() {
    for database in TestDatabase::each() {
        harmless(&database);
        let mut server = Server::start(database, &[]);
        assert_eq!(server.rows.text("SELECT made_by FROM presspass_marker"), "original");
        let mut root = server.admin("root");
        let mut send = |method: &str, path: &str, body: Value| root.request(method, path).json(&body).send();
        let made = send("POST", "/api/posts/", json!({"title": "a", "content": "b"}));
        assert_eq!(made.status, 201, "{}", made.text());
        let path = format!("/api/posts/{}/", made.json()["id"]);
        assert_eq!(send("PATCH", &path, json!({"title": "c"})).status, 200);
        assert_eq!(send("GET", &path, Value::Null).json()["title"], "c");

        let mut browser = Browser::of(&server, "root");
        for page in ["/admin/", "/admin/posts/post/", "/admin/auth/user/", "/admin/posts/post/1/history/"] {
            assert_eq!(browser.get(page).status, 200, "{page}");
        }
        let post = browser.submit("/admin/posts/post/add/", &[("title", "by admin"), ("content", "x")]);
        assert_eq!(post.status, 302, "{}", post.text());
        assert_eq!(send("DELETE", &path, Value::Null).status, 204);
        // What must be unique there is asked before it is written.
        server.user("ann");
        let id = server.rows.number("SELECT id FROM auth_user WHERE username = 'ann'");
        let form = format!("/admin/auth/user/{id}/change/");
        let page = browser.get(&form);
        let (_, version) = page.text().split_once("name=\"_version\" value=\"").expect("the form has one");
        let version = version.split('"').next().unwrap_or_default();
        let same_address =
            [("username", "ann"), ("email", "root@example.com"), ("is_active", "on"), ("_version", version)];
        let refused = browser.submit(&form, &same_address);
        assert!(
            refused.status == 422 && refused.text().contains("User with this Email address already exists."),
            "{} {}",
            refused.status,
            refused.text()
        );
    }
}
