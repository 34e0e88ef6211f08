//! What forms do to the database, and what the log says of it.

use presspass_test_support::TestDatabase;

use super::{each, fill_in, hidden, start};
use crate::common::{Browser, PASSWORD};

const ADD: &str = "/admin/posts/post/add/";
const CHANGE: &str = "/admin/posts/post/1/change/";
const DELETE: &str = "/admin/posts/post/1/delete/";

#[test]
fn each_write_is_logged_in_the_originals_format() {
    for mut server in each() {
        let mut browser = Browser::of(&server, "ed");
        let added = fill_in(&mut browser, ADD, &[("title", "Ünïcode ✓"), ("content", "c")]);
        assert_eq!(added.header("Location"), Some("/admin/posts/post/"), "{}", added.text());
        let page = browser.get("/admin/posts/post/").text().to_owned();
        assert!(page.contains("The post “Ünïcode ✓” was added successfully."), "{page}");
        assert!(!browser.get("/admin/posts/post/").text().contains("successfully"), "it is told once");
        let path = "/admin/posts/post/2/change/";
        fill_in(&mut browser, path, &[("title", "T"), ("content", "d")]);
        let version = hidden(browser.get("/admin/posts/post/2/delete/").text(), "_version");
        browser.submit("/admin/posts/post/2/delete/", &[("post", "yes"), ("_version", &version)]);
        let log = "SELECT count(*) FROM django_admin_log JOIN auth_user ON auth_user.id = user_id
                   JOIN django_content_type ON django_content_type.id = content_type_id
                   WHERE username = 'ed' AND app_label = 'posts' AND model = 'post' AND object_id = '2'";
        for (flag, label, message) in [
            (1, "Ünïcode ✓", r#"[{"added": {}}]"#),
            (2, "T", r#"[{"changed": {"fields": ["title", "content"]}}]"#),
            (3, "T", ""),
        ] {
            let entry = format!(
                "{log} AND action_flag = {flag} AND object_repr = '{label}' AND change_message = '{message}'"
            );
            assert_eq!(server.rows.number(&entry), 1, "{entry}");
        }
        assert_eq!(server.rows.number("SELECT count(*) FROM posts_post WHERE id = 2"), 0);
    }
}

#[test]
fn a_form_that_no_page_of_ours_sent_writes_nothing() {
    for mut server in each() {
        let mut browser = Browser::of(&server, "ada");
        let version = hidden(browser.get(DELETE).text(), "_version");
        let form = [("Content-Type", "application/x-www-form-urlencoded")];
        let delete = format!("post=yes&_version={version}");
        for (path, body) in [
            (ADD, "title=t&content=c"),
            (CHANGE, "title=t&content=c"),
            (DELETE, delete.as_str()),
            ("/admin/posts/post/", "action=delete_selected&_selected_action=1&post=yes"),
            ("/admin/auth/user/1/password/", "password1=Battery-Staple-7&password2=Battery-Staple-7"),
            ("/admin/password_change/", "old_password=a"),
        ] {
            assert_eq!(browser.send("POST", path, &form, body).status, 403, "{path}");
            let other = format!("{body}&csrfmiddlewaretoken={}", "a".repeat(64));
            assert_eq!(browser.send("POST", path, &form, &other).status, 403, "{path}");
            // A body of another kind carries no form.
            let json = [("Content-Type", "application/json")];
            assert_eq!(browser.send("POST", path, &json, r#"{"post": "yes"}"#).status, 403, "{path}");
        }
        assert_eq!(server.rows.number("SELECT count(*) FROM django_admin_log"), 0);
        assert_eq!(server.rows.number("SELECT count(*) FROM posts_post"), 1);
    }
}

#[test]
fn of_two_who_edit_one_post_the_second_is_asked() {
    for mut server in each() {
        let mut first = Browser::of(&server, "ada");
        let mut second = Browser::of(&server, "ed");
        let version = hidden(second.get(CHANGE).text(), "_version");
        fill_in(&mut first, CHANGE, &[("title", "Hers"), ("content", "Content")]);
        let mine = [("title", "His"), ("content", "Content"), ("_version", version.as_str())];
        let answer = second.submit(CHANGE, &mine);
        assert_eq!(answer.status, 409);
        let page = answer.text().to_owned();
        assert!(page.contains("Both versions") && page.contains("Hers") && page.contains("His"), "{page}");
        assert_eq!(server.rows.text("SELECT title FROM posts_post WHERE id = 1"), "Hers");
        let now = hidden(&page, "_version");
        let again = [("title", "His"), ("content", "Content"), ("_version", now.as_str())];
        assert_eq!(second.submit(CHANGE, &again).status, 302);
        assert_eq!(server.rows.text("SELECT title FROM posts_post WHERE id = 1"), "His");
        // And what changed since a deletion was shown is shown again.
        let version = hidden(first.get(DELETE).text(), "_version");
        fill_in(&mut second, CHANGE, &[("title", "Later"), ("content", "Content")]);
        let delete = [("post", "yes"), ("_version", version.as_str())];
        assert_eq!(first.submit(DELETE, &delete).status, 409);
        assert_eq!(server.rows.number("SELECT count(*) FROM posts_post"), 1);
    }
}

#[test]
fn an_account_is_made_given_rights_and_a_password_and_deleted_with_what_is_its() {
    for mut server in each() {
        let mut browser = Browser::of(&server, "ada");
        let fields = [("username", "Zoë"), ("password1", PASSWORD), ("password2", PASSWORD)];
        let added = fill_in(&mut browser, "/admin/auth/user/add/", &fields);
        let path = added.header("Location").unwrap_or_default().to_owned();
        assert!(path.ends_with("/change/"), "{}", added.text());
        let add_post = server.rows.number("SELECT id FROM auth_permission WHERE codename = 'add_post'");
        let group = server.rows.number("SELECT min(id) FROM auth_group");
        let (add_post, group) = (add_post.to_string(), group.to_string());
        let rights = [
            ("username", "Zoë"),
            ("email", "zoe@example.com"),
            ("is_active", "on"),
            ("is_staff", "on"),
            ("groups", &group),
            ("user_permissions", &add_post),
        ];
        let changed = fill_in(&mut browser, &path, &rights);
        assert_eq!(changed.header("Location"), Some("/admin/auth/user/"), "{}", changed.text());
        let theirs =
            "SELECT id FROM auth_user WHERE username = 'Zoë' AND is_staff AND email = 'zoe@example.com'";
        for table in ["auth_user_groups", "auth_user_user_permissions"] {
            let rows = format!("SELECT count(*) FROM {table} WHERE user_id = ({theirs})");
            assert_eq!(server.rows.number(&rows), 1, "{table}");
        }
        let mut zoe = Browser::new(&server);
        assert_eq!(zoe.log_in("Zoë", PASSWORD).status, 302);
        assert_eq!(zoe.get(ADD).status, 200);
        // Another password ends their sessions.
        let password = path.replace("/change/", "/password/");
        let new = [("password1", "Battery-Staple-7"), ("password2", "Battery-Staple-7")];
        assert_eq!(fill_in(&mut browser, &password, &new).status, 302);
        assert_eq!(zoe.get(ADD).status, 302);
        assert_eq!(browser.get("/admin/").status, 200, "who changes another's password stays logged in");
        let delete = path.replace("/change/", "/delete/");
        let summary = browser.get(&delete).text().to_owned();
        assert!(summary.contains("user-group relationships"), "{summary}");
        assert!(!summary.contains("presspass_"), "a table of ours is named: {summary}");
        let version = hidden(&summary, "_version");
        assert_eq!(browser.submit(&delete, &[("post", "yes"), ("_version", &version)]).status, 302);
        assert_eq!(server.rows.number("SELECT count(*) FROM auth_user WHERE username = 'Zoë'"), 0);
    }
}

#[test]
fn who_sets_ones_own_password_in_the_list_of_accounts_stays_logged_in() {
    let mut server = start(TestDatabase::sqlite());
    let id = server.rows.number("SELECT id FROM auth_user WHERE username = 'ada'");
    let mut browser = Browser::of(&server, "ada");
    let mut other = Browser::of(&server, "ada");
    let new = [("password1", "Battery-Staple-7"), ("password2", "Battery-Staple-7")];
    assert_eq!(fill_in(&mut browser, &format!("/admin/auth/user/{id}/password/"), &new).status, 302);
    assert_eq!(browser.get("/admin/").status, 200);
    assert_eq!(other.get("/admin/").status, 302);
}

#[test]
fn what_the_log_keeps_can_be_read_and_not_changed() {
    for server in each() {
        let mut browser = Browser::of(&server, "ada");
        fill_in(&mut browser, CHANGE, &[("title", "New title"), ("content", "Content")]);
        let page = browser.get("/admin/admin/logentry/").text().to_owned();
        assert!(page.contains("Changed title.") && page.contains("New title"), "{page}");
        let entry = browser.get("/admin/admin/logentry/1/change/").text().to_owned();
        assert!(entry.contains("What changed") && entry.contains("<ins"), "{entry}");
        assert_eq!(browser.submit("/admin/admin/logentry/1/change/", &[("object_repr", "x")]).status, 403);
        assert_eq!(browser.get("/admin/admin/logentry/1/delete/").status, 403);
        let history = browser.get("/admin/posts/post/1/history/").text().to_owned();
        assert!(history.contains("New title") && history.contains("ada"), "{history}");
    }
}
