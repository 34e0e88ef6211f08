//! Adding and changing records.

use presspass_domain::Window;
use presspass_domain::model::{POST, Value};

use crate::common::{Admin, hidden, staff, superuser};

const CHANGE: &str = "/admin/posts/post/1/change/";

fn text(value: Option<&Value>) -> &str {
    match value {
        Some(Value::Text(text)) => text,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_post_is_added_changed_and_logged() {
    let admin = Admin::new().await;
    let root = superuser();
    let html = admin.see(&root, "/admin/posts/post/add/").await.html();
    assert!(html.contains("csrfmiddlewaretoken\" value=\"t0ken\"") && html.contains("data-warn-unsaved"));
    let fields = [("title", " <b>One</b> "), ("content", "a\r\nb")];
    let (to, message) = admin.send(&root, "/admin/posts/post/add/", &fields).await.redirect();
    assert_eq!(to, "/admin/posts/post/");
    assert_eq!(message, "The post “<b>One</b>” was added successfully.");
    let record = admin.find(1).await.unwrap();
    assert_eq!((text(record.get("title")), text(record.get("content"))), ("<b>One</b>", "a\nb"));

    let html = admin.see(&root, CHANGE).await.html();
    assert!(html.contains("&#60;b&#62;One") && !html.contains("<b>One"), "{html}");
    let version = hidden(&html, "_version");
    let fields = [("title", "Two"), ("content", "a\r\nb"), ("_version", &version), ("_continue", "1")];
    let (to, message) = admin.send(&root, CHANGE, &fields).await.redirect();
    assert_eq!(to, CHANGE);
    assert_eq!(message, "The post “Two” was changed successfully. You may edit it again below.");
    let history = admin.models.history(&POST, 1, Window::All).await.unwrap();
    let messages: Vec<_> = history.items.iter().map(|entry| entry.message.to_column()).collect();
    assert_eq!(messages, [r#"[{"changed": {"fields": ["title"]}}]"#, r#"[{"added": {}}]"#]);
    let html = admin.see(&root, "/admin/posts/post/1/history/").await.html();
    assert!(html.contains("Changed Title.") && html.contains("<del") && html.contains("Two"), "{html}");
}

#[tokio::test]
async fn the_three_ways_to_save_lead_where_django_does() {
    let admin = Admin::new().await;
    let root = superuser();
    for (button, permissions, to) in [
        ("_save", None, "/admin/posts/post/"),
        ("_addanother", None, "/admin/posts/post/add/"),
        ("_continue", None, "/admin/posts/post/3/change/"),
        ("_save", Some(["posts.add_post"]), "/admin/"),
        ("_continue", Some(["posts.add_post"]), "/admin/"),
    ] {
        let staff = permissions.map_or_else(|| root.clone(), |held| staff(&held));
        let fields = [("title", "T"), ("content", "C"), (button, "1")];
        let (found, _) = admin.send(&staff, "/admin/posts/post/add/", &fields).await.redirect();
        assert_eq!(found, to, "{button} {permissions:?}");
    }
}

#[tokio::test]
async fn errors_are_shown_at_the_field_and_nothing_is_lost() {
    let admin = Admin::new().await;
    let root = superuser();
    let fields = [("title", ""), ("content", "kept <i>")];
    let (status, html) = admin.send(&root, "/admin/posts/post/add/", &fields).await.page();
    assert_eq!(status, 422);
    assert!(html.contains("href=\"#form-title\"") && html.contains("This field is required."), "{html}");
    assert!(html.contains("kept &#60;i&#62;"), "{html}");
    admin.post("A", "a").await;
    let long = "x".repeat(51);
    let version = hidden(&admin.see(&root, CHANGE).await.html(), "_version");
    let fields = [("title", long.as_str()), ("content", "new"), ("_version", &version)];
    let (status, html) = admin.send(&root, CHANGE, &fields).await.page();
    assert_eq!(status, 422);
    assert!(
        html.contains("at most 50 characters (it has 51)") && html.contains(&long) && html.contains("new")
    );
    assert_eq!(text(admin.find(1).await.unwrap().get("title")), "A");
    // The form that came back can be sent again.
    assert_eq!(hidden(&html, "_version"), version);
}

#[tokio::test]
async fn the_second_of_two_editors_sees_both_versions_and_decides() {
    let admin = Admin::new().await;
    let root = superuser();
    admin.post("A", "a").await;
    let version = hidden(&admin.see(&root, CHANGE).await.html(), "_version");
    let first = [("title", "First"), ("content", "a"), ("_version", version.as_str())];
    admin.send(&root, CHANGE, &first).await.redirect();
    let second = [("title", "Second"), ("content", "a"), ("_version", version.as_str())];
    let (status, html) = admin.send(&root, CHANGE, &second).await.page();
    assert_eq!(status, 409);
    assert!(html.contains("Both versions") && html.contains("First") && html.contains("Second"), "{html}");
    assert_eq!(text(admin.find(1).await.unwrap().get("title")), "First");
    // Sent again, it is what they want.
    let now = hidden(&html, "_version");
    assert_ne!(now, version);
    let again = [("title", "Second"), ("content", "a"), ("_version", now.as_str())];
    admin.send(&root, CHANGE, &again).await.redirect();
    assert_eq!(text(admin.find(1).await.unwrap().get("title")), "Second");
}

#[tokio::test]
async fn a_form_without_a_version_overwrites_nothing() {
    let admin = Admin::new().await;
    let root = superuser();
    admin.post("A", "a").await;
    for version in ["", "x", "00"] {
        let fields = [("title", "B"), ("content", "b"), ("_version", version)];
        let (status, _) = admin.send(&root, CHANGE, &fields).await.page();
        assert_eq!(status, 409, "{version}");
    }
    assert_eq!(text(admin.find(1).await.unwrap().get("title")), "A");
}

#[tokio::test]
async fn what_was_saved_unchanged_is_not_written_nor_logged() {
    let admin = Admin::new().await;
    let root = superuser();
    admin.post("A", "one\r\ntwo\n").await;
    let version = hidden(&admin.see(&root, CHANGE).await.html(), "_version");
    let fields = [("title", "A"), ("content", "one\r\ntwo"), ("_version", version.as_str())];
    admin.send(&root, CHANGE, &fields).await.redirect();
    let history = admin.models.history(&POST, 1, Window::All).await.unwrap();
    assert_eq!(history.count, 1, "only that it was added");
}

#[tokio::test]
async fn an_account_is_added_by_name_and_password_and_its_form_goes_on() {
    let admin = Admin::new().await;
    let root = superuser();
    let html = admin.see(&root, "/admin/auth/user/add/").await.html();
    assert!(
        html.contains("name=\"password1\"")
            && html.contains("name=\"password2\"")
            && !html.contains("is_staff")
    );
    let add = async |name: &str, one: &str, two: &str| {
        let fields = [("username", name), ("password1", one), ("password2", two)];
        admin.send(&root, "/admin/auth/user/add/", &fields).await
    };
    for (name, one, two, message) in [
        ("ada", "", "", "This field is required."),
        ("ada", "Correct-Horse-9", "Correct-Horse-8", "The two password fields didn’t match."),
        ("ada", "12345678", "12345678", "This password is entirely numeric."),
        ("Adalovelace", "adalovelace", "adalovelace", "too similar to the username"),
        ("a b", "Correct-Horse-9", "Correct-Horse-9", "Enter a valid username."),
        ("admin", "Correct-Horse-9", "Correct-Horse-9", "A user with that username already exists."),
    ] {
        let (status, html) = add(name, one, two).await.page();
        assert_eq!(status, 422, "{message}");
        assert!(html.contains(message), "{message} is not in {html}");
        assert!(one.is_empty() || !html.contains(&format!("value=\"{one}")), "a password comes back");
    }
    let (to, _) = add("ada", "Correct-Horse-9", "Correct-Horse-9").await.redirect();
    assert_eq!(to, "/admin/auth/user/2/change/");
    let html = admin.see(&root, &to).await.html();
    assert!(html.contains("/admin/auth/user/2/password/"), "{html}");
}

#[tokio::test]
async fn a_password_is_set_by_a_form_of_its_own() {
    let admin = Admin::new().await;
    let root = superuser();
    let path = "/admin/auth/user/1/password/";
    let html = admin.see(&root, path).await.html();
    let version = hidden(&html, "_version");
    let send = |one: &'static str, two: &'static str| {
        let (admin, root, version) = (&admin, &root, version.as_str());
        async move {
            admin.send(root, path, &[("password1", one), ("password2", two), ("_version", version)]).await
        }
    };
    assert_eq!(send("short", "short").await.page().0, 422);
    assert_eq!(send("Correct-Horse-9", "Correct-Horse-9").await.kind(), "password changed");
    // Models without a password have no such page.
    assert_eq!(admin.see(&root, "/admin/auth/group/1/password/").await.kind(), "not found");
}
