//! The permissions on a model, by its pages.

use crate::common::{Admin, hidden, staff, superuser};

/// Every page of a post, and what its form sends.
const PAGES: [&str; 5] = ["", "add/", "1/change/", "1/delete/", "1/history/"];

#[tokio::test]
async fn each_permission_opens_its_pages_and_no_other() {
    let admin = Admin::new().await;
    admin.post("A", "a").await;
    for (held, seen, done) in [
        (&[][..], "-----", "-----"),
        (&["posts.view_post"], "l-c-h", "-----"),
        (&["posts.add_post"], "-a---", "-a---"),
        (&["posts.change_post"], "l-c-h", "--c--"),
        (&["posts.delete_post"], "---d-", "---d-"),
        (&["auth.view_user", "auth.delete_user"], "-----", "-----"),
    ] {
        let staff = staff(held);
        for ((page, sees), does) in PAGES.iter().zip(seen.chars()).zip(done.chars()) {
            let path = format!("/admin/posts/post/{page}");
            let outcome = admin.see(&staff, &path).await;
            assert_eq!(outcome.kind() == "page", sees != '-', "{held:?} sees {path}: {}", outcome.kind());
            assert!(sees != '-' || outcome.kind() == "forbidden", "{held:?} {path}: {}", outcome.kind());
            let outcome = admin.send(&staff, &path, &[]).await;
            // Nothing was filled in, so nothing is done; but missing permissions are checked first.
            assert!(does != '-' || matches!(outcome.kind(), "forbidden" | "page"), "{held:?} {path}");
            if does == '-' && page.len() > 1 && !page.ends_with("history/") {
                assert_eq!(outcome.kind(), "forbidden", "{held:?} sends {path}");
            }
        }
    }
    assert!(admin.find(1).await.is_some());
}

#[tokio::test]
async fn users_who_may_only_view_find_no_button() {
    let admin = Admin::new().await;
    admin.post("A", "a").await;
    let viewer = staff(&["posts.view_post"]);
    for path in ["/admin/", "/admin/posts/", "/admin/posts/post/", "/admin/posts/post/1/change/"] {
        let html = admin.see(&viewer, path).await.html();
        for absent in ["add/", "delete", "_save", "<textarea", "_selected_action", "method=\"post\""] {
            assert!(!html.contains(absent), "{path} has {absent}: {html}");
        }
    }
    let html = admin.see(&viewer, "/admin/posts/post/1/change/").await.html();
    assert!(html.contains("View post") && html.contains("<div class=\"shown\""), "{html}");
}

#[tokio::test]
async fn a_message_tells_staff_that_they_have_no_permission() {
    let html = Admin::new().await.see(&staff(&[]), "/admin/").await.html();
    assert!(html.contains("You don’t have permission to view or edit anything."), "{html}");
}

#[tokio::test]
async fn an_application_is_shown_to_users_with_a_permission_there() {
    let admin = Admin::new().await;
    let viewer = staff(&["posts.view_post"]);
    assert_eq!(admin.see(&viewer, "/admin/posts/").await.kind(), "page");
    assert_eq!(admin.see(&viewer, "/admin/auth/").await.kind(), "not found");
    assert_eq!(admin.see(&viewer, "/admin/nosuch/").await.kind(), "not found");
    let html = admin.see(&viewer, "/admin/").await.html();
    assert!(html.contains("/admin/posts/post/") && !html.contains("/admin/auth/user/"), "{html}");
}

#[tokio::test]
async fn nobody_changes_the_log() {
    let admin = Admin::new().await;
    admin.post("A", "a").await;
    let root = superuser();
    assert_eq!(admin.see(&root, "/admin/admin/logentry/").await.kind(), "page");
    assert_eq!(admin.see(&root, "/admin/admin/logentry/1/change/").await.kind(), "page");
    for page in ["add/", "1/delete/"] {
        let path = format!("/admin/admin/logentry/{page}");
        assert_eq!(admin.see(&root, &path).await.kind(), "forbidden", "{path}");
        assert_eq!(admin.send(&root, &path, &[("post", "yes")]).await.kind(), "forbidden", "{path}");
    }
    assert_eq!(admin.send(&root, "/admin/admin/logentry/1/change/", &[]).await.kind(), "forbidden");
}

#[tokio::test]
async fn the_log_shows_values_only_to_users_who_may_view_the_record() {
    let admin = Admin::new().await;
    let post = admin.post("A", "a secret").await;
    let change = format!("/admin/posts/post/{}/change/", post.id);
    let root = superuser();
    let version = hidden(&admin.see(&root, &change).await.html(), "_version");
    let fields = [("title", "A"), ("content", "another"), ("_version", version.as_str())];
    assert_eq!(admin.send(&root, &change, &fields).await.kind(), "redirect");
    let entry = "/admin/admin/logentry/2/change/";
    for (held, sees) in
        [(&["admin.view_logentry"][..], false), (&["admin.view_logentry", "posts.view_post"], true)]
    {
        let html = admin.see(&staff(held), entry).await.html();
        assert_eq!(html.contains("a secret"), sees, "{held:?}: {html}");
    }
}

#[tokio::test]
async fn a_missing_record_redirects_home_with_a_message() {
    let admin = Admin::new().await;
    let root = superuser();
    for page in ["7/change/", "7/delete/", "7/history/"] {
        let (to, message) = admin.see(&root, &format!("/admin/posts/post/{page}")).await.redirect();
        assert_eq!(
            (to.as_str(), message.as_str()),
            ("/admin/", "Post with ID “7” doesn’t exist. Perhaps it was deleted?")
        );
    }
    let (to, _) = admin.see(&root, "/admin/posts/post/x/change/").await.redirect();
    assert_eq!(to, "/admin/");
    // Users who may not view it do not learn whether there is one.
    assert_eq!(admin.see(&staff(&[]), "/admin/posts/post/7/change/").await.kind(), "forbidden");
    let (to, _) = admin.see(&root, "/admin/posts/post/7/").await.redirect();
    assert_eq!(to, "/admin/posts/post/7/change/");
}
