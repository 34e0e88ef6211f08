//! Deleting one record, and those that are selected.

use crate::common::{Admin, hidden, staff, superuser};

const DELETE: &str = "/admin/posts/post/1/delete/";
const LIST: &str = "/admin/posts/post/";

#[tokio::test]
async fn a_post_goes_once_what_goes_was_confirmed() {
    let admin = Admin::new();
    let root = superuser();
    admin.post("A <b>", "a").await;
    let html = admin.see(&root, DELETE).await.html();
    assert!(html.contains("A &#60;b&#62;") && html.contains("Yes, delete"), "{html}");
    // Not confirmed: the summary again.
    assert_eq!(admin.send(&root, DELETE, &[]).await.kind(), "page");
    let version = hidden(&html, "_version");
    let (to, told) = admin.send(&root, DELETE, &[("post", "yes"), ("_version", &version)]).await.redirect();
    assert_eq!((to.as_str(), told.as_str()), (LIST, "The post “A <b>” was deleted successfully."));
    assert!(admin.find(1).await.is_none());
    let (to, _) = admin.send(&root, DELETE, &[("post", "yes"), ("_version", &version)]).await.redirect();
    assert_eq!(to, "/admin/");
}

#[tokio::test]
async fn those_that_are_selected_go_together() {
    let admin = Admin::new();
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
    let (to, told) = admin.send(&root, &format!("{LIST}?q=x&p=1"), &confirmed).await.redirect();
    assert_eq!((to.as_str(), told.as_str()), ("/admin/posts/post/?q=x", "Successfully deleted 2 posts."));
    assert!(admin.find(1).await.is_none() && admin.find(2).await.is_some() && admin.find(3).await.is_none());
}

#[tokio::test]
async fn who_selects_nothing_or_no_action_is_told_so() {
    let admin = Admin::new();
    let root = superuser();
    admin.post("A", "a").await;
    let (_, told) = admin.send(&root, LIST, &[("action", "delete_selected")]).await.redirect();
    assert!(told.starts_with("Nothing was changed"), "{told}");
    let (_, told) = admin.send(&root, LIST, &[("_selected_action", "1")]).await.redirect();
    assert_eq!(told, "No action was selected.");
    for odd in ["x", "-1", "99", "99999999999999999999"] {
        let fields = [("action", "delete_selected"), ("_selected_action", odd)];
        let (_, told) = admin.send(&root, LIST, &fields).await.redirect();
        assert!(told.starts_with("Nothing was"), "{odd}: {told}");
    }
}

#[tokio::test]
async fn who_may_not_delete_cannot_do_it_by_the_list_either() {
    let admin = Admin::new();
    admin.post("A", "a").await;
    let editor = staff(&["posts.change_post"]);
    let fields = [("action", "delete_selected"), ("_selected_action", "1"), ("post", "yes")];
    assert_eq!(admin.send(&editor, LIST, &fields).await.kind(), "forbidden");
    // And who does not see the list does nothing there.
    let deleter = staff(&["posts.delete_post"]);
    assert_eq!(admin.send(&deleter, LIST, &fields).await.kind(), "forbidden");
}
