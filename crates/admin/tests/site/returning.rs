//! The pages of a record lead back to the list that it was opened from.

use crate::common::{Admin, hidden, staff, superuser};

const LIST: &str = "/admin/posts/post/?q=x&o=-1&p=2";
const PRESERVED: &str = "?_changelist_filters=q%3Dx%26o%3D-1%26p%3D2";

/// Twelve posts: two pages of a list.
async fn twelve() -> Admin {
    let admin = Admin::new().await;
    for number in 1..=12 {
        admin.post(&format!("Post {number:02}"), "x").await;
    }
    admin
}

/// A page below the list of posts, with the list preserved.
fn at(page: &str) -> String {
    format!("/admin/posts/post/{page}/{PRESERVED}")
}

fn linked(path: &str) -> String {
    format!("href=\"{}\"", path.replace('&', "&#38;"))
}

#[tokio::test]
async fn links_of_a_list_preserve_it() {
    let admin = twelve().await;
    let html = admin.see(&superuser(), LIST).await.html();
    for page in ["1/change", "2/change", "add"] {
        assert!(html.contains(&linked(&at(page))), "{page}: {html}");
    }
    // A page beyond the end is the last, and is preserved as that.
    let html = admin.see(&superuser(), "/admin/posts/post/?q=x&o=-1&p=9").await.html();
    assert!(html.contains(&linked(&at("1/change"))), "{html}");
    // Of a list of which nothing is asked there is nothing to keep.
    let html = admin.see(&superuser(), "/admin/posts/post/").await.html();
    assert!(!html.contains("_changelist_filters"), "{html}");
}

#[tokio::test]
async fn every_page_of_a_record_leads_back_to_it() {
    let admin = twelve().await;
    for (page, to) in [
        ("add", vec![]),
        ("1/change", vec!["1/delete", "1/history"]),
        ("1/delete", vec!["1/change"]),
        ("1/history", vec!["1/change"]),
    ] {
        let html = admin.see(&superuser(), &at(page)).await.html();
        assert!(html.contains(&linked(LIST)), "{page}: {html}");
        for other in to {
            assert!(html.contains(&linked(&at(other))), "{page} to {other}: {html}");
        }
    }
    let (to, _) = admin.see(&superuser(), &at("1")).await.redirect();
    assert_eq!(to, at("1/change"));
    // Who may only look closes the record.
    let html = admin.see(&staff(&["posts.view_post"]), &at("1/change")).await.html();
    assert_eq!(html.matches(&linked(LIST)).count(), 2, "{html}");
}

#[tokio::test]
async fn saving_deleting_and_a_conflict_preserve_it() {
    let admin = twelve().await;
    let root = superuser();
    let post = [("title", "T"), ("content", "x")];
    for (button, to) in
        [("_save", LIST.to_owned()), ("_addanother", at("add")), ("_continue", at("13/change"))]
    {
        let fields = [post[0], post[1], (button, "1")];
        let (found, _) = admin.send(&root, &at("add"), &fields).await.redirect();
        assert!(found == to || button == "_continue" && found == at("15/change"), "{button}: {found}");
    }
    let mut older = String::new();
    for (button, to) in
        [("_save", LIST.to_owned()), ("_addanother", at("add")), ("_continue", at("1/change"))]
    {
        let html = admin.see(&root, &at("1/change")).await.html();
        older = hidden(&html, "_version");
        let fields = [("title", button), post[1], (button, "1"), ("_version", &older)];
        assert_eq!(admin.send(&root, &at("1/change"), &fields).await.redirect().0, to, "{button}");
    }
    let mine = [("title", "mine"), post[1], ("_version", older.as_str())];
    let (status, html) = admin.send(&root, &at("1/change"), &mine).await.page();
    assert_eq!(status, 409);
    for link in [at("1/change"), at("1/history"), LIST.to_owned()] {
        assert!(html.contains(&linked(&link)), "{link}: {html}");
    }
    // The form is sent to where it came from, so it keeps the list, too.
    assert!(!html.contains("action="), "{html}");
    let version = hidden(&admin.see(&root, &at("1/delete")).await.html(), "_version");
    let confirmed = [("post", "yes"), ("_version", version.as_str())];
    assert_eq!(admin.send(&root, &at("1/delete"), &confirmed).await.redirect().0, LIST);
}

#[tokio::test]
async fn a_preserved_list_leads_nowhere_else() {
    let admin = twelve().await;
    let root = superuser();
    for odd in [
        "https://evil.example/",
        "//evil.example/%3Fq%3Dx",
        "%00",
        "%ff",
        "%3Cscript%3E",
        "p%3D0%26o%3D99%26e%3D1%26all%3D",
        "_changelist_filters%3Dq%253Dx",
        "next%3D//evil.example",
    ] {
        let html =
            admin.see(&root, &format!("/admin/posts/post/1/change/?_changelist_filters={odd}")).await.html();
        assert!(html.contains("href=\"/admin/posts/post/\"") && !html.contains("evil"), "{odd}: {html}");
        assert!(!html.contains("_changelist_filters"), "{odd}: {html}");
    }
    let script = "?_changelist_filters=q%3D%253Cscript%253E%2522";
    let html = admin.see(&root, &format!("/admin/posts/post/1/change/{script}")).await.html();
    assert!(html.contains("/post/?q=%3Cscript%3E%22\"") && !html.contains("<script>"), "{html}");
}
