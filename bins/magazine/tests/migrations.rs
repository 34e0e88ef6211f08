//! The magazine's migrations, and the declarations that its database shows.
#![expect(clippy::unwrap_used, reason = "a test that panics fails")]

use std::process::Output;

use presspass_test_support::{Oracle, ServerCommand, Stack, TestDatabase, isolated_command};
use serde_json::{Value, json};

fn magazine(database: Option<&TestDatabase>, arguments: &[&str]) -> Output {
    let mut command = isolated_command(env!("CARGO_BIN_EXE_magazine"));
    if let Some(database) = database {
        command.env("DATABASE_URL", database.url());
    }
    command.args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    let Output { stdout, stderr, .. } = output;
    format!("{}{}", String::from_utf8_lossy(stdout), String::from_utf8_lossy(stderr))
}

#[test]
fn no_migration_of_the_models_is_missing() {
    let checked = magazine(None, &["makemigrations", "--check"]);
    assert!(checked.status.success(), "{}", text(&checked));
    assert_eq!(String::from_utf8_lossy(&checked.stdout), "No changes detected\n");
}

#[test]
fn a_new_database_has_the_tables_after_migrate() {
    for database in TestDatabase::each() {
        assert_eq!(magazine(Some(&database), &["migrate", "--check"]).status.code(), Some(1));
        let migrated = magazine(Some(&database), &["migrate"]);
        assert!(text(&migrated).contains("applied: 20261130065810\n"), "{}", text(&migrated));
        assert!(magazine(Some(&database), &["migrate", "--check"]).status.success());
        let printed = magazine(Some(&database), &["print-models"]);
        assert!(text(&printed).contains("pub static ARTICLE: Model = Model::new(\"magazine\", \"article\")"));
        let one = magazine(Some(&database), &["print-models", "sections"]);
        assert!(
            !text(&one).contains("ARTICLE") && text(&one).contains(".stored_in(\"sections\")"),
            "{}",
            text(&one)
        );
    }
}

#[test]
fn django_has_nothing_to_migrate_on_a_new_database_and_we_have_nothing_on_its() {
    for stack in [Stack::Original, Stack::Current] {
        let Some(oracle) = Oracle::find(stack) else { continue };
        for (ours, theirs) in TestDatabase::each().into_iter().zip(TestDatabase::each()) {
            let django = |database: &TestDatabase, arguments: &[&str]| {
                let mut variables = database.environment();
                variables.push(("PROJECT", "magazine".to_owned()));
                let output = oracle.manage(arguments, &variables);
                assert!(output.status.success(), "{}", text(&output));
                text(&output)
            };
            assert!(magazine(Some(&ours), &["migrate"]).status.success());
            assert!(django(&ours, &["migrate", "--no-color"]).contains("No migrations to apply."));
            assert!(
                django(&ours, &["makemigrations", "--check", "--dry-run"]).contains("No changes detected")
            );

            django(&theirs, &["migrate", "-v", "0"]);
            let migrated = magazine(Some(&theirs), &["migrate"]);
            assert!(migrated.status.success(), "{}", text(&migrated));
            assert!(magazine(Some(&theirs), &["migrate", "--check"]).status.success());
            let checked = isolated_command(env!("CARGO_BIN_EXE_magazine"))
                .env("DATABASE_URL", theirs.url())
                .env("SECRET_KEY", "a-shared-secret-of-at-least-32-bytes-0123456789")
                .arg("check")
                .output()
                .unwrap();
            assert!(checked.status.success(), "{}", text(&checked));
        }
    }
}

/// Every page of Django's admin on these rows, and a tag that it adds.
const ADMIN: &str = "
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from magazine.models import Article, Comment, Section, Tag
settings.ALLOWED_HOSTS = ['*']
admin = Client()
admin.force_login(User.objects.get(username='ada'))
pages = ['/admin/']
for model in (Article, Section, Tag, Comment):
    pages += ['/admin/magazine/%s/' % model._meta.model_name, '/admin/magazine/%s/add/' % model._meta.model_name]
    for row in model.objects.all():
        pages += ['/admin/magazine/%s/%d/%s/' % (model._meta.model_name, row.pk, it) for it in ('change', 'history', 'delete')]
for page in pages:
    answer = admin.get(page)
    assert answer.status_code == 200, (page, answer.status_code)
answer = admin.post('/admin/magazine/tag/add/', {'name': 'from-django'})
assert answer.status_code == 302, answer.content
article = Article.objects.get()
assert [tag.name for tag in article.tags.all()] == ['ours'] and article.section.parent is None, article
assert (str(article.price), article.reading_minutes, article.author.username) == ('1.50', 3, 'ada'), article
assert [comment.text for comment in article.comments.all()] == ['Well said.']
article.delete()
print(len(pages), Comment.objects.count())
";

#[test]
fn djangos_admin_runs_on_rows_that_we_wrote_and_we_serve_what_it_writes() {
    for stack in [Stack::Original, Stack::Current] {
        let Some(oracle) = Oracle::find(stack) else { continue };
        for database in TestDatabase::each() {
            let created = isolated_command(env!("CARGO_BIN_EXE_magazine"))
                .env("DATABASE_URL", database.url())
                .env("PRESSPASS_SUPERUSER_PASSWORD", "engine-No-1843")
                // Django 2.1 has no bcrypt.
                .env("PRESSPASS_PASSWORD__SCHEME", "pbkdf2_sha256")
                .args(["createsuperuser", "--noinput", "--username", "ada"])
                .output()
                .unwrap();
            assert!(created.status.success(), "{}", text(&created));
            let server = ServerCommand::new(env!("CARGO_BIN_EXE_magazine"))
                .arg("serve")
                .env("DATABASE_URL", database.url())
                .env("SECRET_KEY", "a-shared-secret-of-at-least-32-bytes-0123456789")
                .start();
            let mut client = server.client();
            let login = json!({ "username": "ada", "password": "engine-No-1843" });
            let login = client.request("POST", "/auth/obtain_token/").json(&login).send().json();
            let token = format!("JWT {}", login["token"].as_str().unwrap());
            let mut send = |method: &str, path: &str, body: &Value| {
                let request = client.request(method, path).header("Authorization", &token);
                let answer = if body.is_null() { request.send() } else { request.json(body).send() };
                assert!(answer.status < 300, "{path}: {}", answer.text());
                answer.json()
            };
            let section = send("POST", "/api/sections/", &json!({ "name": "News", "slug": "news" }));
            let tag = send("POST", "/api/tags/", &json!({ "name": "ours" }));
            let article = json!({
                "title": "One", "slug": "one", "section": section["id"], "tags": [tag["id"]],
                "price": "1.5", "reading_minutes": 3, "publish_date": "2026-12-01"
            });
            let article = send("POST", "/api/articles/", &article);
            let comments = format!("/api/articles/{}/comments/", article["id"]);
            send("POST", &comments, &json!({ "text": "Well said." }));
            let mut variables = database.environment();
            variables.push(("PROJECT", "magazine".to_owned()));
            let script = format!("exec({ADMIN:?}, globals())");
            let said = oracle.manage(&["shell", "-c", &script], &variables);
            assert!(said.status.success(), "{}", text(&said));
            assert_eq!(String::from_utf8_lossy(&said.stdout).lines().last(), Some("21 0"));
            let tags = send("GET", "/api/tags/", &Value::Null);
            let names: Vec<_> = tags.as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
            assert_eq!(names, ["ours", "from-django"]);
            assert_eq!(send("GET", "/api/articles/", &Value::Null), json!([]));
        }
    }
}
