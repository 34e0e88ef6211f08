//! Deleting one record, and those that are selected.

use crate::common::{Admin, hidden, staff, superuser};

const DELETE: &str = "/admin/posts/post/1/delete/";
const LIST: &str = "/admin/posts/post/";

#[tokio::test]
async fn a_post_is_deleted_once_the_summary_was_confirmed() {
    let admin = Admin::new().await;
    let root = superuser();
    admin.post("A <b>", "a").await;
    let html = admin.see(&root, DELETE).await.html();
    assert!(html.contains("A &#60;b&#62;") && html.contains("Yes, delete"), "{html}");
    // Not confirmed: the summary again.
    assert_eq!(admin.send(&root, DELETE, &[]).await.kind(), "page");
    let version = hidden(&html, "_version");
    let (to, message) =
        admin.send(&root, DELETE, &[("post", "yes"), ("_version", &version)]).await.redirect();
    assert_eq!((to.as_str(), message.as_str()), (LIST, "The post “A <b>” was deleted successfully."));
    assert!(admin.find(1).await.is_none());
    let (to, _) = admin.send(&root, DELETE, &[("post", "yes"), ("_version", &version)]).await.redirect();
    assert_eq!(to, "/admin/");
}

#[tokio::test]
async fn selected_posts_are_deleted_together() {
    let admin = Admin::new().await;
    let root = superuser();
    for title in ["A", "B", "C"] {
        admin.post(title, "x").await;
    }
    let selected = [("action", "delete_selected"), ("_selected_action", "1"), ("_selected_action", "3")];
    let html = admin.send(&root, LIST, &selected).await.html();
    assert!(html.contains("Delete 2 posts?") && admin.find(1).await.is_some(), "{html}");
    let version = hidden(&html, "_version");
    let mut confirmed = selected.to_vec();
    confirmed.extend([("post", "yes"), ("_version", version.as_str())]);
    let (to, message) = admin.send(&root, &format!("{LIST}?q=x&p=1"), &confirmed).await.redirect();
    assert_eq!((to.as_str(), message.as_str()), ("/admin/posts/post/?q=x", "Successfully deleted 2 posts."));
    assert!(admin.find(1).await.is_none() && admin.find(2).await.is_some() && admin.find(3).await.is_none());
}

#[tokio::test]
async fn a_message_says_that_nothing_or_no_action_was_selected() {
    let admin = Admin::new().await;
    let root = superuser();
    admin.post("A", "a").await;
    let (_, message) = admin.send(&root, LIST, &[("action", "delete_selected")]).await.redirect();
    assert_eq!(message, "Select at least one post.");
    let (_, message) = admin.send(&root, LIST, &[("_selected_action", "1")]).await.redirect();
    assert_eq!(message, "No action was selected.");
    for odd in ["x", "-1", "99", "99999999999999999999"] {
        let fields = [("action", "delete_selected"), ("_selected_action", odd)];
        let (_, message) = admin.send(&root, LIST, &fields).await.redirect();
        assert!(
            message.starts_with("Nothing was deleted") || message.starts_with("Select"),
            "{odd}: {message}"
        );
    }
}

#[tokio::test]
async fn users_who_may_not_delete_cannot_do_it_by_the_list_either() {
    let admin = Admin::new().await;
    admin.post("A", "a").await;
    let editor = staff(&["posts.change_post"]);
    let fields = [("action", "delete_selected"), ("_selected_action", "1"), ("post", "yes")];
    assert_eq!(admin.send(&editor, LIST, &fields).await.kind(), "forbidden");
    // And who does not see the list does nothing there.
    let deleter = staff(&["posts.delete_post"]);
    assert_eq!(admin.send(&deleter, LIST, &fields).await.kind(), "forbidden");
}

/// Twelve posts, more than a page has.
async fn twelve() -> Admin {
    let admin = Admin::new().await;
    for number in 1..=12 {
        admin.post(&format!("Post {number}"), if number > 11 { "other" } else { "x" }).await;
    }
    admin
}

const ALL: [(&str, &str); 2] = [("action", "delete_selected"), ("select_across", "1")];

async fn confirm(admin: &Admin, list: &str, version: &str) -> crate::common::Outcome {
    let confirmed = [ALL[0], ALL[1], ("post", "yes"), ("_version", version)];
    admin.send(&superuser(), list, &confirmed).await
}

#[tokio::test]
async fn all_that_match_are_deleted_those_of_other_pages_too() {
    let admin = twelve().await;
    let root = superuser();
    let list = "/admin/posts/post/?q=x&p=2";
    let html = admin.see(&root, list).await.html();
    assert!(html.contains("name=\"select_across\"") && html.contains("All 11 posts that match"), "{html}");
    assert!(admin.see(&root, LIST).await.html().contains("> <span>All 12 posts</span>"));
    // What is ticked does not count beside it.
    let html = admin.send(&root, list, &[ALL[0], ("_selected_action", "12"), ALL[1]]).await.html();
    assert!(
        html.contains("Delete 11 posts?") && html.contains("If the list changes before you confirm"),
        "{html}"
    );
    assert!(html.contains(">Post 11<") && !html.contains(">Post 12<"), "{html}");
    assert!(
        html.contains("name=\"select_across\" value=\"1\"") && !html.contains("_selected_action"),
        "{html}"
    );
    let (to, message) = confirm(&admin, list, &hidden(&html, "_version")).await.redirect();
    assert_eq!((to.as_str(), message.as_str()), (list, "Successfully deleted 11 posts."));
    assert!(admin.find(12).await.is_some() && admin.find(11).await.is_none());
    let (_, message) = admin.send(&root, list, &ALL).await.redirect();
    assert_eq!(message, "Nothing was deleted: no posts match any more.");
    // One page needs no such box.
    assert!(!admin.see(&root, LIST).await.html().contains("select_across"));
}

#[tokio::test]
async fn what_was_not_confirmed_is_not_deleted_with_all() {
    let admin = twelve().await;
    let list = "/admin/posts/post/?q=x";
    let html = admin.send(&superuser(), list, &ALL).await.html();
    admin.post("Later", "x").await;
    let (status, html) = confirm(&admin, list, &hidden(&html, "_version")).await.page();
    assert!(
        status == 409 && html.contains("Nothing was deleted") && html.contains("Delete 12 posts?"),
        "{html}"
    );
    assert!(admin.find(1).await.is_some() && admin.find(13).await.is_some());
    // Nor with all of another list.
    let version = hidden(&html, "_version");
    for other in [LIST, "/admin/posts/post/?q=post"] {
        let (status, _) = confirm(&admin, other, &version).await.page();
        assert_eq!(status, 409, "{other}");
    }
    let (_, message) = confirm(&admin, list, &version).await.redirect();
    assert_eq!(message, "Successfully deleted 12 posts.");
}

#[tokio::test]
async fn all_of_a_list_with_an_ignored_filter_is_nothing() {
    let admin = twelve().await;
    let long = format!("q={}", "a".repeat(501));
    for odd in ["created_at__gte=yesterday", "created_at__isnull=2", &long] {
        let list = format!("{LIST}?{odd}");
        let (_, message) = admin.send(&superuser(), &list, &ALL).await.redirect();
        assert!(message.starts_with("Nothing was deleted, because a search"), "{odd}: {message}");
    }
    for odd in ["0", "", "true"] {
        let (_, message) = admin.send(&superuser(), LIST, &[ALL[0], ("select_across", odd)]).await.redirect();
        assert_eq!(message, "Select at least one post.", "{odd}");
    }
    for held in [&["posts.change_post"][..], &["posts.delete_post"]] {
        assert_eq!(admin.send(&staff(held), LIST, &ALL).await.kind(), "forbidden");
    }
}
