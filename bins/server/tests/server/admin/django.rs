//! Django's admin, started on the same database afterwards: it shows our log entries and edits our rows; and we show
//! its entries.

use presspass_test_support::{Engine, Oracle, Stack};
use serde_json::{Value, json};

use super::{fill_in, hidden};
use crate::common::{Browser, Server};

/// Run by Django's `shell -c`: its own admin over its own test client; prints one line of JSON.
const LOOK: &str = r#"
import json
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from posts.models import Post
settings.ALLOWED_HOSTS = ["*"]
client = Client()
client.force_login(User.objects.get(username="admin"))
post = Post.objects.get(title="Ours, changed")
path = "/admin/posts/post/%d/" % post.pk
page = lambda path: client.get(path).content.decode()
index, history, form = page("/admin/"), page(path + "history/"), page(path + "change/")
saved = client.post(path + "change/", {"title": "Theirs", "content": post.content, "_save": "Save"})
user = User.objects.get(username="user")
print(json.dumps({
    "index": ["Ours, changed" in index, "Post 2" in index],
    "history": ["Added." in history, "Changed title" in history],
    "form": "written by us" in form,
    "saved": saved.status_code,
    "user": [user.first_name, user.is_staff, [group.name for group in user.groups.all()]],
    "user history": [words in page("/admin/auth/user/%d/history/" % user.pk) for words in (
        "API key", "robot é", "All sessions were revoked.")],
    "user form": client.get("/admin/auth/user/%d/change/" % user.pk).status_code,
    "password": user.check_password("Battery-Staple-7"),
    "post": post.pk,
}))
"#;

fn both_edit(stack: Stack, engine: Engine) {
    let Some(oracle) = Oracle::find(stack) else { return };
    let Some(database) = oracle.filled(engine) else { return };
    let environment = database.environment();
    let mut server = Server::start_on(&database, &[]);
    let mut browser = Browser::new(&server);
    assert_eq!(browser.log_in("admin", "admin-Pass-1").status, 302);
    let post = [("title", "Ours"), ("content", "written by us 🎉"), ("_continue", "1")];
    let added = fill_in(&mut browser, "/admin/posts/post/add/", &post);
    let path = added.header("Location").unwrap_or_default().to_owned();
    assert!(path.ends_with("/change/"), "{}", added.text());
    let changed = [("title", "Ours, changed"), ("content", "written by us 🎉")];
    assert_eq!(fill_in(&mut browser, &path, &changed).status, 302);
    let version = hidden(browser.get("/admin/posts/post/2/delete/").text(), "_version");
    let gone = browser.submit("/admin/posts/post/2/delete/", &[("post", "yes"), ("_version", &version)]);
    assert_eq!(gone.header("Location"), Some("/admin/posts/post/"), "{}", gone.text());
    let user = server.rows.number("SELECT id FROM auth_user WHERE username = 'user'");
    let editors = server.rows.number("SELECT id FROM auth_group WHERE name = 'editors'").to_string();
    let rights = [
        ("username", "user"),
        ("first_name", "Ünï"),
        ("is_active", "on"),
        ("is_staff", "on"),
        ("groups", &editors),
    ];
    let form = format!("/admin/auth/user/{user}/change/");
    assert_eq!(fill_in(&mut browser, &form, &rights).status, 302);
    let password = [("password1", "Battery-Staple-7"), ("password2", "Battery-Staple-7")];
    assert_eq!(fill_in(&mut browser, &format!("/admin/auth/user/{user}/password/"), &password).status, 302);

    let mut theirs = Browser::new(&server);
    assert_eq!(theirs.log_in("user", "Battery-Staple-7").status, 302);
    let made = r#"{"name": "robot é", "scopes": "*", "current_password": "Battery-Staple-7"}"#;
    assert_eq!(theirs.script("POST", "/account/api_keys/", made).status, 201);
    let key = server.rows.number("SELECT id FROM presspass_api_key").to_string();
    assert_eq!(browser.submit(&form, &[("_panel", "api-keys"), ("_item", &key)]).status, 302);
    assert_eq!(browser.submit(&form, &[("_panel", "sessions")]).status, 302);

    // Django 2.1 runs the text of `-c` in a scope whose names functions do not see.
    let seen = oracle.manage(&["shell", "-c", &format!("exec({LOOK:?}, {{}})")], &environment);
    assert!(seen.status.success(), "{}", String::from_utf8_lossy(&seen.stderr));
    let stdout = String::from_utf8(seen.stdout).unwrap();
    let seen: Value = serde_json::from_str(stdout.lines().last().unwrap()).unwrap();
    let post = server.rows.number("SELECT id FROM posts_post WHERE title = 'Theirs'");
    assert_eq!(
        seen,
        json!({
            "index": [true, true],
            "history": [true, true],
            "form": true,
            "saved": 302,
            "user": ["Ünï", true, ["editors"]],
            "user history": [true, true, true],
            "user form": 200,
            "password": true,
            "post": post,
        })
    );
    // Beside each other: what they did is in our history at once.
    let history = browser.get(&path.replace("/change/", "/history/"));
    assert_eq!(history.text().matches("badge-info").count(), 2, "{}", history.text());
    assert!(browser.get(&path).text().contains("value=\"Theirs\""));
}

#[test]
fn the_admin_of_the_originals_time_goes_on_where_we_stopped() {
    both_edit(Stack::Original, Engine::Sqlite);
}

#[test]
fn todays_admin_of_the_original_goes_on_where_we_stopped() {
    both_edit(Stack::Current, Engine::Sqlite);
}

#[test]
fn so_they_do_on_postgresql() {
    for stack in [Stack::Original, Stack::Current] {
        both_edit(stack, Engine::Postgresql);
    }
}
